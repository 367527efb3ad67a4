//! The way of a page's HTML from its templates to its readers, in one pass: attributes are edited, values and pictures get their
//! place ([`finish`](super::finish)), white space that nobody sees goes ([`minified`](super::minified)).

use super::finish::{Pictures, Source, finish_token, is_open_question};
use super::minify::Minifier;
use super::rewrite::{Edit, rewrite_tag};
use super::scan::{Attribute, Tag, Token, scan};
use crate::mark;

/// What becomes of the tags of an author's text.
pub struct Edits<'f> {
    /// What becomes of an attribute.
    pub attribute: &'f mut dyn FnMut(&Tag<'_>, &Attribute<'_>) -> Edit,
    /// What is put after the name of a tag.
    pub added: &'f dyn Fn(&Tag<'_>) -> &'static str,
}

/// The text of a page, edited, finished and minified.
pub fn polished(html: &str, edits: &mut Edits<'_>, picture: &mut Pictures<'_>) -> String {
    let mut polisher = Polisher::new(html.len() + html.len() / 8, picture);
    for token in scan(html) {
        match token {
            Token::Open(tag) if !tag.attributes.is_empty() || !(edits.added)(&tag).is_empty() => {
                let mut edited = String::with_capacity(tag.raw.len() + 64);
                rewrite_tag(&tag, edits.attribute, (edits.added)(&tag), &mut edited);
                scan(&edited).for_each(|token| polisher.token(&token));
            }
            token => polisher.token(&token),
        }
    }
    polisher.minifier.finish()
}

/// The page, finished and minified, except for the `body` in it, which is [`polished`] already.
pub fn framed(page: &str, body: &str, picture: &mut Pictures<'_>) -> String {
    let mut polisher = Polisher::new(page.len() + 1024, picture);
    let mut rest = page;
    while let Some(at) = find(rest, body) {
        scan(&rest[..at]).for_each(|token| polisher.token(&token));
        polisher.minifier.splice(body);
        rest = &rest[at + body.len()..];
    }
    scan(rest).for_each(|token| polisher.token(&token));
    polisher.minifier.finish()
}

/// Where the body stands in a page.
fn find(page: &str, body: &str) -> Option<usize> {
    // A whole body is a long thing to look for; the search for its beginning needs no preparation to speak of.
    const BEGINNING: usize = 64;
    let beginning = &body.as_bytes()[..body.len().min(BEGINNING)];
    let mut found = memchr::memmem::find_iter(page.as_bytes(), beginning);
    found.find(|&at| !body.is_empty() && page.as_bytes()[at..].starts_with(body.as_bytes()))
}

struct Polisher<'f> {
    picture: &'f mut Pictures<'f>,
    minifier: Minifier,
    /// For what is written anew.
    scratch: String,
    /// Inside of a `picture`, whose sources are the author's.
    in_picture: bool,
}

impl<'f> Polisher<'f> {
    fn new(capacity: usize, picture: &'f mut Pictures<'f>) -> Self {
        Polisher { picture, minifier: Minifier::new(capacity), scratch: String::new(), in_picture: false }
    }

    fn token(&mut self, token: &Token<'_>) {
        let as_it_is = match token {
            Token::Text(text) => !mark::has_marks(text),
            Token::Open(tag) => !is_open_question(tag),
            Token::Raw(raw) | Token::Declaration(raw) | Token::Close(_, raw) => !mark::has_marks(raw),
            Token::Comment(..) => false,
        };
        match token {
            Token::Open(tag) if tag.is("picture") => self.in_picture = true,
            Token::Close(name, _) if name.eq_ignore_ascii_case("picture") => self.in_picture = false,
            _ => {}
        }
        if as_it_is {
            return self.minifier.token(token);
        }
        self.scratch.clear();
        let mut modern: Option<Source> = None;
        let mut picture = |source: &str, width: Option<u32>| {
            let picture = (self.picture)(source, width)?;
            modern.clone_from(&picture.modern);
            Some(picture)
        };
        finish_token(token, &mut picture, &mut self.scratch);
        match token {
            Token::Text(_) => self.minifier.text(&self.scratch),
            Token::Open(tag) => {
                if let Some(source) = modern.filter(|_| !self.in_picture && takes_sources(tag)) {
                    wrap(tag, &source, &mut self.scratch);
                }
                self.minifier.open(tag.name, &self.scratch);
            }
            Token::Raw(_) => self.minifier.token(&Token::Raw(&self.scratch)),
            _ => scan(&self.scratch).for_each(|token| self.minifier.token(&token)),
        }
    }
}

/// May a picture have sources? Not where the author has said which widths there are.
fn takes_sources(tag: &Tag<'_>) -> bool {
    tag.is("img") && tag.attribute("srcset").is_none()
}

/// Puts an `img` into a `picture` with another source.
fn wrap(tag: &Tag<'_>, source: &Source, out: &mut String) {
    let Source { kind, srcset, sizes } = source;
    let sizes = sizes.map(|sizes| format!(" sizes=\"{}\"", tag.value("sizes").unwrap_or(sizes))).unwrap_or_default();
    out.insert_str(0, &format!("<picture><source type=\"{kind}\" srcset=\"{srcset}\"{sizes}>"));
    out.push_str("</picture>");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Picture, finish, minified, rewrite};

    const BODY: &str = "<p>One  <a href=\"x\">two</a>\n<img alt=\"b\" src=\"a.png\"></p>\n<pre>a\n\n b</pre>\n";

    fn plain(source: &str, _: Option<u32>) -> Option<Picture> {
        (source == "a.png").then(|| Picture { size: Some((2, 1)), ..Picture::from("/assets/a.png".to_owned()) })
    }

    fn modern(source: &str, width: Option<u32>) -> Option<Picture> {
        let srcset = "/a-480.webp 480w, /a.webp 900w".to_owned();
        let source_of = Source { kind: "image/webp", srcset, sizes: Some("50vw") };
        Some(Picture { modern: Some(source_of), ..plain(source, width)? })
    }

    fn edited(html: &str, picture: &mut Pictures<'_>) -> String {
        let mut attribute = |_: &Tag<'_>, attribute: &Attribute<'_>| match attribute.name {
            "href" => Edit::Value("/y?a&b".to_owned()),
            _ => Edit::Keep,
        };
        polished(html, &mut Edits { attribute: &mut attribute, added: &|_| "" }, picture)
    }

    #[test]
    fn one_pass_writes_what_three_would() {
        let value = mark::encode("<b> \"&");
        let frame = format!(
            "<!DOCTYPE html>\n<title>{value}</title>\n<script>if (a <  b) {{}}</script>\n<body>\n<div title=\"{value}\">\n\
             [body]\n</div>\n<!-- c --> <!--[if mso]><img src=\"a.png\"><![endif]--> <p> {value}  x </p>\n</body>\n"
        );
        for body in [BODY, "words  only\n", "<img alt=\"\" src=\"a.png\">", ""] {
            let body = format!("{body}{value}");
            let mut edit = |_: &Tag<'_>, attribute: &Attribute<'_>| match attribute.name {
                "href" => Edit::Value("/y?a&b".to_owned()),
                _ => Edit::Keep,
            };
            let settled = rewrite(&body, &mut edit, &|_| "");
            let slow = minified(&finish(&frame.replace("[body]", &settled), &mut plain));
            let body = edited(&body, &mut plain);
            assert_eq!(framed(&frame.replace("[body]", &body), &body, &mut plain), slow);
        }
    }

    #[test]
    fn a_picture_has_a_modern_source_unless_its_author_chose() {
        let source = "<source type=\"image/webp\" srcset=\"/a-480.webp 480w, /a.webp 900w\" sizes=\"50vw\">";
        let shown = edited("<p><img alt=\"b\" src=\"a.png\"></p>", &mut modern);
        let expected = "<picture>[source]<img alt=\"b\" src=\"/assets/a.png\" width=\"2\" height=\"1\"></picture>";
        assert_eq!(shown, format!("<p>{}</p>", expected.replace("[source]", source)));
        let narrow = edited("<img alt=\"b\" src=\"a.png\" sizes=\"9em\">", &mut modern);
        assert!(narrow.contains("900w\" sizes=\"9em\"><img"), "{narrow}");
        for own in ["<picture><source srcset=x><img src=\"a.png\"></picture>", "<img src=\"a.png\" srcset=\"b 2x\">"] {
            assert!(!edited(own, &mut modern).contains("webp"), "{own}");
        }
    }
}

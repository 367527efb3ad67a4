//! What a reader sees of an HTML text: its words, links and pictures.

use std::borrow::Cow;

use super::scan::{Tag, Token, scan};
use super::{conditional, entity};

/// Elements that are never shown, or as something else than the words in them.
const UNSEEN: [&str; 18] = [
    "head",
    "style",
    "script",
    "template",
    "title",
    "textarea",
    "xmp",
    "plaintext",
    "iframe",
    "noembed",
    "noframes",
    "frameset",
    "object",
    "audio",
    "video",
    "canvas",
    "select",
    "datalist",
];
/// Elements that are shown once somebody opens them.
const FOLDED: [&str; 2] = ["details", "dialog"];
/// Elements that begin and end a line.
const BLOCKS: [&str; 44] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "br",
    "button",
    "caption",
    "center",
    "dd",
    "details",
    "dialog",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "html",
    "legend",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "tfoot",
    "thead",
    "tr",
    "ul",
];

/// Is the element shown to nobody, by its name, its `hidden` attribute or its inline style?
///
/// Style sheets are not looked at: they must be inlined before. What a media query hides counts as seen.
pub fn is_hidden(tag: &Tag<'_>) -> bool {
    let is_folded = FOLDED.iter().any(|name| tag.is(name)) && tag.attribute("open").is_none();
    is_folded || UNSEEN.iter().any(|name| tag.is(name)) || tag.attribute("hidden").is_some() || {
        let style = entity::decode(tag.value("style").unwrap_or_default());
        let style = Declarations::new(&style);
        let zero = |property: &str| style.get(property).is_some_and(is_zero);
        style.is("display", "none")
            || style.is("mso-hide", "all")
            || style.is("visibility", "hidden")
            || style.is("visibility", "collapse")
            || zero("opacity")
            || zero("font-size")
            || (style.is("overflow", "hidden") && (zero("max-height") || zero("height") || zero("max-width")))
    }
}

/// The declarations of a style attribute.
struct Declarations(Vec<(String, String)>);

impl Declarations {
    fn new(style: &str) -> Self {
        let clean = |part: &str| part.trim().to_ascii_lowercase();
        let declaration = |part: &str| {
            let (property, value) = part.split_once(':')?;
            Some((clean(property), clean(&clean(value).replace("!important", ""))))
        };
        Declarations(style.split(';').filter_map(declaration).collect())
    }

    /// The value that wins: the last one.
    fn get(&self, property: &str) -> Option<&str> {
        self.0.iter().rev().find(|(name, _)| name == property).map(|(_, value)| value.as_str())
    }

    fn is(&self, property: &str, value: &str) -> bool {
        self.get(property) == Some(value)
    }
}

/// `0`, `0.0`, `0px`, `0%`.
fn is_zero(value: &str) -> bool {
    let number = value.trim_end_matches(|character: char| character.is_ascii_alphabetic() || character == '%');
    number.parse::<f64>() == Ok(0.0)
}

/// Something a reader meets on the way through the text.
enum Seen<'t, 'a> {
    Text(Cow<'a, str>),
    /// A shown element begins.
    Open(&'t Tag<'a>),
    Close(&'a str),
}

/// Walks what is shown; conditional comments are shown (to readers in Outlook), other comments are not.
fn walk<'a>(html: &'a str, visit: &mut dyn FnMut(Seen<'_, 'a>)) {
    // The hidden element we are in, and how many of its name are open.
    let mut hidden: Option<(&str, usize)> = None;
    for token in scan(html) {
        match (token, &mut hidden) {
            (Token::Open(tag), Some((name, depth))) => {
                if tag.is(&name.to_ascii_lowercase()) && !tag.is_void() {
                    *depth += 1;
                }
            }
            (Token::Close(closed, _), Some((name, depth))) if closed.eq_ignore_ascii_case(name) => {
                *depth -= 1;
                if *depth == 0 {
                    hidden = None;
                }
            }
            (_, Some(_)) => {}
            (Token::Open(tag), None) if is_hidden(&tag) => {
                if !tag.is_void() {
                    hidden = Some((tag.name, 1));
                }
            }
            (Token::Open(tag), None) => visit(Seen::Open(&tag)),
            (Token::Close(name, _), None) => visit(Seen::Close(name)),
            (Token::Text(text), None) => visit(Seen::Text(entity::decode(text))),
            (Token::Comment(content, _), None) => {
                if let Some((_, inner, _)) = conditional(content) {
                    walk(inner, visit);
                }
            }
            (Token::Raw(_) | Token::Declaration(_), None) => {}
        }
    }
}

/// Collects words; white space in a row becomes one space, or one line break where a block begins or ends.
#[derive(Default)]
struct WordCollector {
    out: String,
    gap: Option<char>,
}

impl WordCollector {
    fn text(&mut self, text: &str) {
        for character in text.chars() {
            if character.is_whitespace() {
                self.gap.get_or_insert(' ');
                continue;
            }
            if let Some(gap) = self.gap.take()
                && !self.out.is_empty()
            {
                self.out.push(gap);
            }
            self.out.push(character);
        }
    }

    /// The edge of an element.
    fn edge(&mut self, name: &str) {
        if BLOCKS.iter().any(|block| name.eq_ignore_ascii_case(block)) {
            self.gap = Some('\n');
        } else if ["td", "th"].iter().any(|cell| name.eq_ignore_ascii_case(cell)) {
            self.gap.get_or_insert(' ');
        }
    }

    fn see(&mut self, seen: &Seen<'_, '_>) {
        match seen {
            Seen::Text(text) => self.text(text),
            Seen::Open(tag) if tag.is("img") => self.text(&entity::decode(tag.value("alt").unwrap_or_default())),
            Seen::Open(tag) => self.edge(tag.name),
            Seen::Close(name) => self.edge(name),
        }
    }
}

/// What a reader sees of the HTML, in order: white space collapsed, a line break between blocks, pictures as their alt text.
///
/// Hidden elements (see [`is_hidden`]) and comments are left out, conditional comments are not: Outlook shows them.
pub fn visible_text(html: &str) -> String {
    let mut words = WordCollector::default();
    walk(html, &mut |seen| words.see(&seen));
    words.out
}

/// White space in a row as one space, none at the ends, and without characters that nobody sees (soft hyphens, zero-width
/// spaces, the fillers after a preheader): for comparing texts.
pub fn fold(text: &str) -> String {
    let seen = |character: &char| !matches!(character, '\u{ad}' | '\u{34f}' | '\u{200b}' | '\u{2060}' | '\u{feff}');
    let mut words = WordCollector::default();
    words.text(&text.chars().filter(seen).collect::<String>());
    words.out
}

/// A link a reader sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it leads, references decoded.
    pub href: String,
    /// Its visible text, a picture's alt text included.
    pub text: String,
}

/// All links that are shown, in order.
pub fn links(html: &str) -> Vec<Link> {
    let mut found = Vec::new();
    let mut open: Option<(String, WordCollector)> = None;
    walk(html, &mut |seen| {
        match &seen {
            Seen::Open(tag) if tag.is("a") => {
                let href = tag.value("href").map(|href| entity::decode(href).into_owned());
                open = href.map(|href| (href, WordCollector::default()));
            }
            Seen::Close(name) if name.eq_ignore_ascii_case("a") => {
                found.extend(open.take().map(|(href, words)| Link { href, text: words.out }));
            }
            _ => {}
        }
        if let Some((_, words)) = &mut open {
            words.see(&seen);
        }
    });
    found
}

/// A picture a reader sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Where it is, references decoded.
    pub src: String,
    /// Its alt text; `None` where it has no `alt` at all.
    pub alt: Option<String>,
    /// Does it say both width and height?
    pub sized: bool,
}

/// All pictures that are shown, in order.
pub fn images(html: &str) -> Vec<Image> {
    let mut found = Vec::new();
    walk(html, &mut |seen| {
        if let Seen::Open(tag) = seen
            && tag.is("img")
        {
            let value = |name: &str| tag.value(name).map(|value| entity::decode(value).into_owned());
            let sized = tag.value("width").is_some() && tag.value("height").is_some();
            found.push(Image { src: value("src").unwrap_or_default(), alt: value("alt"), sized });
        }
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_sees_words_in_order_and_nothing_hidden() {
        let html = "<!DOCTYPE html><html><head><title>T</title><style>p{}</style></head><body>\
            <div style=\"display: none !important\">pre<div>head</div>er</div><p hidden>x</p>\
            <span style='MSO-HIDE:ALL'>y</span><div style=\"max-height:0px;overflow:hidden\">z</div>\
            <!-- c --><h2>Hej  <b>Åsa</b>!</h2>\n<p>a&nbsp;&amp;&#32;b<br>c<img src=x alt=\"en bild\"></p>\
            <table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table><script>s</script></body></html>";
        assert_eq!(visible_text(html), "Hej Åsa!\na & b\ncen bild\n1 2\n3");
    }

    #[test]
    fn what_a_browser_swallows_is_not_seen() {
        let cases =
            ["plaintext", "xmp", "iframe", "noembed", "noframes", "textarea", "title", "style", "script", "select"];
        for element in cases.into_iter().chain(["details", "dialog", "object"]) {
            assert_eq!(visible_text(&format!("<p>a</p><{element}><p>b</p>")), "a", "{element} that is never closed");
        }
        assert_eq!(visible_text("<p>a</p><!-- <p>b</p>"), "a");
        assert_eq!(visible_text("<details open><summary>a</summary>b</details><xmp><b></xmp>c"), "a\nb\nc");
    }

    #[test]
    fn outlook_readers_see_conditional_comments() {
        assert_eq!(
            visible_text("a<!--[if mso]><p>b</p><![endif]--><!--[if !mso]><!--><p>c</p><!--<![endif]-->"),
            "a\nb\nc"
        );
        assert_eq!(visible_text("<p>a</p><!-- [if only] it were --><!--[if mso]>"), "a");
    }

    #[test]
    fn the_last_declaration_wins() {
        assert_eq!(visible_text("<p style=\"display:none;display:block\">a</p>"), "a");
        assert_eq!(visible_text("<p style=\"max-height:0\">a</p>"), "a", "it overflows, so it is seen");
        assert_eq!(visible_text("<p style=\"opacity:0.0\">a</p><br style=\"display:none\">b"), "b");
    }

    #[test]
    fn links_and_pictures_are_found_with_their_words() {
        let html = "<a href=\"https://x.example/?a&amp;b\"><img src=\"p.png\" alt=\"Boka\" width=1 height=2> <b>nu</b></a>\
            <a name=top>n</a><a href=y></a><img src=q.png>";
        let link = |href: &str, text: &str| Link { href: href.into(), text: text.into() };
        assert_eq!(links(html), [link("https://x.example/?a&b", "Boka nu"), link("y", "")]);
        assert_eq!(
            images(html),
            [
                Image { src: "p.png".into(), alt: Some("Boka".into()), sized: true },
                Image { src: "q.png".into(), alt: None, sized: false }
            ]
        );
    }
}

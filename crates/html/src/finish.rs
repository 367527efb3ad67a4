//! Turns marks into text, escaped by the place where they landed, and local picture paths into what the output needs.

use std::fmt::Write as _;

use super::entity::{self, escape_attribute, escape_text};
use super::scan::{Attribute, Tag, Token, scan};
use super::{conditional, url};
use crate::hole;
use crate::mark::{self, Run};

/// What a local picture becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The new `src`: a `cid:` URL, the path of an asset, a file.
    pub src: String,
    /// Its widths for browsers to choose from, and how wide it is shown (HTML, `srcset` and `sizes`).
    pub srcset: Option<(String, &'static str)>,
    /// The same in a format that newer browsers prefer; looked at on pages only.
    pub modern: Option<Source>,
    /// Width and height it is shown at, in CSS pixels, for an `img` that does not say; where it says one, the other follows.
    pub size: Option<(u32, u32)>,
}

/// Pictures that stand for another (HTML, the `source` element).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Their media type.
    pub kind: &'static str,
    /// Where they are, and how wide (HTML, `srcset`).
    pub srcset: String,
    /// How wide the picture is shown, where there is a choice (HTML, `sizes`).
    pub sizes: Option<&'static str>,
}

/// What a local picture becomes, by its path, decoded, and by the `width` that its tag says, in CSS pixels; `None` leaves it as it is.
pub type Pictures<'f> = dyn FnMut(&str, Option<u32>) -> Option<Picture> + 'f;

impl From<String> for Picture {
    fn from(src: String) -> Self {
        Picture { src, srcset: None, modern: None, size: None }
    }
}

/// The HTML with every merged value in its place, and with every picture that `picture` knows in its new one.
///
/// In text a value is escaped; in an attribute too, quotes included; in an attribute that holds a URL it is percent-encoded or,
/// where it is the URL, checked ([`url::settle`]). In `style` only what cannot end a declaration is let through. In comments,
/// style sheets, scripts and event handlers there is no safe way to print a value, so it is dropped; conditional comments
/// are HTML for Outlook and treated as such. Holes stay, except where a value would be dropped.
///
/// `picture` is asked for each `src` of a picture and each `background`.
pub fn finish(html: &str, picture: &mut Pictures<'_>) -> String {
    let mut out = String::with_capacity(html.len() + html.len() / 8);
    finish_into(html, picture, &mut out);
    out
}

fn finish_into(html: &str, picture: &mut Pictures<'_>, out: &mut String) {
    for token in scan(html) {
        finish_token(&token, picture, out);
    }
}

/// Appends one token.
pub(super) fn finish_token(token: &Token<'_>, picture: &mut Pictures<'_>, out: &mut String) {
    match token {
        Token::Text(text) => {
            for run in mark::runs(text) {
                match run {
                    Run::Literal(literal) => out.push_str(literal),
                    Run::Marked(marks) => escape_text(&mark::decode(marks), out),
                }
            }
        }
        Token::Open(tag) if is_open_question(tag) => finish_tag(tag, picture, out),
        Token::Open(tag) => out.push_str(tag.raw),
        Token::Comment(content, raw) => match conditional(content) {
            Some((condition, inner, end)) => {
                out.push_str("<!--");
                literals(condition, out);
                finish_into(inner, picture, out);
                literals(end, out);
                out.push_str("-->");
            }
            None => literals(raw, out),
        },
        Token::Raw(raw) | Token::Declaration(raw) | Token::Close(_, raw) => literals(raw, out),
    }
}

/// Does the tag hold a value, or show a picture?
pub(super) fn is_open_question(tag: &Tag<'_>) -> bool {
    mark::has_marks(tag.raw) || tag.attributes.iter().any(|attribute| names_picture(tag, attribute))
}

/// Appends the text without its values.
fn literals(text: &str, out: &mut String) {
    for run in mark::runs(text) {
        if let Run::Literal(literal) = run {
            out.push_str(literal);
        }
    }
}

fn finish_tag(tag: &Tag<'_>, picture: &mut Pictures<'_>, out: &mut String) {
    let mut at = 0;
    let mut size = None;
    let mut widths = None;
    for attribute in &tag.attributes {
        literals(&tag.raw[at..attribute.range.start], out);
        at = attribute.range.end;
        if mark::has_marks(attribute.name) {
            continue;
        }
        let shown = names_picture(tag, attribute).then(|| picture(&plain(attribute), pixels(tag, "width"))).flatten();
        if names_picture(tag, attribute) && attribute.value.is_some_and(hole::has_holes) {
            out.push(hole::SPOILT);
        }
        match shown {
            Some(Picture { src, srcset, modern: _, size: shown }) => {
                write_attribute(attribute.name, &src, out);
                size = shown;
                widths = srcset;
            }
            None if attribute.value.is_some_and(mark::has_marks) => {
                write_attribute(attribute.name, &value(attribute), out);
            }
            None => out.push_str(&tag.raw[attribute.range.clone()]),
        }
    }
    let (rest, end) = split_end(&tag.raw[at..]);
    literals(rest, out);
    if let Some(size) = size.filter(|_| tag.is("img")) {
        write_size(tag, size, out);
    }
    if let Some((srcset, sizes)) = widths.filter(|_| tag.is("img") && tag.attribute("srcset").is_none()) {
        // Writing into a String cannot fail.
        let _ = write!(out, " srcset=\"{srcset}\"");
        if tag.attribute("sizes").is_none() {
            let _ = write!(out, " sizes=\"{sizes}\"");
        }
    }
    out.push_str(end);
}

/// Splits what stands after the last attribute from the end of the tag.
fn split_end(rest: &str) -> (&str, &str) {
    let end = if rest.ends_with("/>") { rest.len() - 2 } else { rest.len() - 1 };
    let end = rest[..end].trim_end().len();
    rest.split_at(end)
}

fn write_attribute(name: &str, value: &str, out: &mut String) {
    out.push_str(name);
    out.push_str("=\"");
    match value.starts_with(hole::URL_OPEN) {
        true => out.push_str(value),
        false => escape_attribute(&hole::in_attribute(value), out),
    }
    out.push('"');
}

/// The CSS pixels that an attribute says.
fn pixels(tag: &Tag<'_>, name: &str) -> Option<u32> {
    tag.value(name)?.trim().parse().ok()
}

/// Adds the width and height that an `img` lacks, in proportion to the one it has.
fn write_size(tag: &Tag<'_>, (width, height): (u32, u32), out: &mut String) {
    let given = |name: &str| tag.value(name).map(|_| pixels(tag, name));
    let scaled = |part: u32, given: u32, whole: u32| {
        (u64::from(part) * u64::from(given) + u64::from(whole) / 2).checked_div(u64::from(whole)).unwrap_or(0)
    };
    // Writing into a String cannot fail.
    let _ = match (given("width"), given("height")) {
        (None, None) => write!(out, " width=\"{width}\" height=\"{height}\""),
        (Some(Some(shown)), None) => write!(out, " height=\"{}\"", scaled(height, shown, width)),
        (None, Some(Some(shown))) => write!(out, " width=\"{}\"", scaled(width, shown, height)),
        _ => Ok(()),
    };
}

/// Does the attribute name a picture that is shown in place?
fn names_picture(tag: &Tag<'_>, attribute: &Attribute<'_>) -> bool {
    let named = |name: &str| attribute.name.eq_ignore_ascii_case(name);
    let shows = ["img", "input", "v:fill", "v:image", "v:imagedata"];
    (named("src") && shows.iter().any(|name| tag.is(name))) || named("background")
}

/// The value as plain text: references decoded first, so that a merged `&amp;` stays what it was.
fn plain(attribute: &Attribute<'_>) -> String {
    mark::decode(&entity::decode(attribute.value.unwrap_or_default())).into_owned()
}

/// The plain value of an attribute that holds marks.
fn value(attribute: &Attribute<'_>) -> String {
    const URLS: [&str; 14] = [
        "href",
        "src",
        "action",
        "formaction",
        "srcset",
        "background",
        "cite",
        "data",
        "poster",
        "longdesc",
        "ping",
        "manifest",
        "xlink:href",
        "imagesrcset",
    ];
    let name = attribute.name.to_ascii_lowercase();
    let raw = attribute.value.unwrap_or_default();
    if name == "style" && hole::has_holes(raw) {
        return hole::SPOILT.to_string();
    }
    if URLS.contains(&name.as_str()) && hole::has_holes(raw) {
        // Whether it is a harmless URL is seen only once the holes are filled.
        return format!("{}{}{}", hole::URL_OPEN, entity::decode(raw), hole::URL_CLOSE);
    }
    if name.starts_with("on") || name == "srcdoc" {
        let mut out = String::new();
        literals(raw, &mut out);
        return entity::decode(&out).into_owned();
    }
    if name == "style" {
        return declarations(&entity::decode(raw));
    }
    if URLS.contains(&name.as_str()) {
        return url::settle(&entity::decode(raw));
    }
    plain(attribute)
}

/// Declarations with values in them: letters, digits and what colours, lengths and font names are made of.
fn declarations(style: &str) -> String {
    let harmless = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '#' | '.' | ',' | '%' | '-');
    let mut out = String::with_capacity(style.len());
    for run in mark::runs(style) {
        match run {
            Run::Literal(literal) => out.push_str(literal),
            Run::Marked(marks) => out.extend(mark::decode(marks).chars().filter(harmless)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::visible_text;

    fn plainly(html: &str) -> String {
        finish(html, &mut |_, _| None)
    }

    #[test]
    fn a_value_is_escaped_by_the_place_where_it_landed() {
        let v = mark::encode("</a>\"'&amp; x");
        assert_eq!(plainly(&format!("<p>{v}</p>")), "<p>&lt;/a&gt;\"'&amp;amp; x</p>");
        assert_eq!(
            plainly(&format!("<p title='{v}' data-x={v}>")),
            "<p title=\"&lt;/a&gt;&quot;&#39;&amp;amp; x\" data-x=\"&lt;/a&gt;&quot;&#39;&amp;amp; x\">"
        );
        assert_eq!(
            plainly(&format!("<a href=\"https://x.example/?a=1&amp;b={v}\">")),
            "<a href=\"https://x.example/?a=1&amp;b=%3C%2Fa%3E%22%27%26amp%3B%20x\">"
        );
        assert_eq!(plainly(&format!("<title>{v}</title>")), "<title>&lt;/a&gt;\"'&amp;amp; x</title>");
        for nowhere in
            ["<style>{v}</style>", "<script>{v}</script>", "<!--{v}-->", "<!doctype {v}>", "</p{v}>", "<p {v}>"]
        {
            assert_eq!(plainly(&nowhere.replace("{v}", &v)), nowhere.replace("{v}", ""));
        }
        assert_eq!(plainly(&format!("<p onclick=\"f('{v}')\">")), "<p onclick=\"f(&#39;&#39;)\">");
    }

    #[test]
    fn a_style_keeps_colours_and_nothing_that_ends_a_declaration() {
        let style = |value: &str| plainly(&format!("<p style=\"color:{}\">", mark::encode(value)));
        assert_eq!(style("#A6480F"), "<p style=\"color:#A6480F\">");
        assert_eq!(style("red;background:url(//x)\""), "<p style=\"color:redbackgroundurlx\">");
    }

    #[test]
    fn untouched_html_stays_byte_for_byte() {
        let html = "<!DOCTYPE html>\n<A  HREF='x' hidden >a &lt; b</A><!-- x --><![if !mso]><br/><img src=a.png alt>";
        assert_eq!(plainly(html), html);
        let holes = "<p title=\"\u{fd800}\">\u{fd801}<a href=\"https://x.example/\u{fd802}\">x</a></p>";
        let kept = "<p title=\"\u{fdb01}\u{fd800}\">\u{fd801}<a href=\"\u{fdb02}https://x.example/\u{fd802}\u{fdb03}\">x</a></p>";
        assert_eq!(plainly(holes), kept, "a hole stays, and its place is told");
    }

    #[test]
    fn pictures_get_their_new_place_and_the_size_they_lack() {
        let mut known = |src: &str, width: Option<u32>| {
            assert!(matches!(width, None | Some(200)));
            (src == "images/å & b.png")
                .then(|| Picture { size: Some((600, 300)), ..Picture::from("cid:1&2".to_owned()) })
        };
        let marked = mark::encode("images/å & b.png");
        let html = format!(
            "<img src=\"{marked}\" alt=\"x\"><img width=\"200\" src='images/å &amp; b.png' /><td background={marked}>"
        );
        assert_eq!(
            finish(&html, &mut known),
            "<img src=\"cid:1&amp;2\" alt=\"x\" width=\"600\" height=\"300\"><img width=\"200\" src=\"cid:1&amp;2\" height=\"100\" />\
             <td background=\"cid:1&amp;2\">"
        );
        assert_eq!(
            finish("<a href=\"a.png\"><img src=\"b.png\"></a>", &mut known),
            "<a href=\"a.png\"><img src=\"b.png\"></a>"
        );
    }

    #[test]
    fn a_conditional_comment_is_html_and_cannot_be_left() {
        let v = mark::encode("--><b>");
        let html = format!("<!--[if mso]><v:rect href=\"https://x.example/{v}\">{v}</v:rect><![endif]-->");
        let done = plainly(&html);
        assert_eq!(
            done,
            "<!--[if mso]><v:rect href=\"https://x.example/--%3E%3Cb%3E\">--&gt;&lt;b&gt;</v:rect><![endif]-->"
        );
        assert_eq!(visible_text(&done), "--><b>");
    }
}

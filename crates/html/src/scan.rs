//! Cuts HTML into tokens without building a tree, as the tokenizer of the HTML standard would for well-formed input.

use std::ops::Range;

use memchr::memchr;

/// A piece of an HTML text; the pieces in a row are the text again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token<'a> {
    /// Text with character references (the content of `title` and `textarea` too).
    Text(&'a str),
    /// The content of `style`, `script` and the like: neither tags nor character references.
    Raw(&'a str),
    /// An opening tag.
    Open(Tag<'a>),
    /// A closing tag: its name and the whole tag.
    Close(&'a str, &'a str),
    /// What stands between `<!--` and `-->`, and the whole comment.
    Comment(&'a str, &'a str),
    /// A doctype, a processing instruction or a bogus comment such as `<![endif]>`.
    Declaration(&'a str),
}

/// An opening tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag<'a> {
    /// The whole tag, from `<` to `>`.
    pub raw: &'a str,
    /// The name as it is written.
    pub name: &'a str,
    /// The attributes in order.
    pub attributes: Vec<Attribute<'a>>,
}

/// An attribute of an opening tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// The name as it is written.
    pub name: &'a str,
    /// The value between its quotes, character references not decoded; `None` where there is no `=`.
    pub value: Option<&'a str>,
    /// Where the whole attribute stands in [`Tag::raw`].
    pub range: Range<usize>,
    /// The quote around the value, if it has one.
    pub quote: Option<char>,
}

impl<'a> Tag<'a> {
    /// Is this the tag of an element with that (lower-case) name?
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The attribute with that (lower-case) name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute<'a>> {
        self.attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name))
    }

    /// The raw value of an attribute; an attribute without a value counts as empty.
    pub fn value(&self, name: &str) -> Option<&'a str> {
        self.attribute(name).map(|attribute| attribute.value.unwrap_or_default())
    }

    /// Can the element have no content (HTML standard, void elements)?
    pub fn is_void(&self) -> bool {
        const VOID: [&str; 13] =
            ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];
        VOID.iter().any(|name| self.is(name)) || self.raw.ends_with("/>")
    }
}

/// The tokens of an HTML text.
pub fn scan(html: &str) -> Scanner<'_> {
    Scanner { rest: html, content_of: None }
}

/// Iterator over the tokens of an HTML text.
#[derive(Debug, Clone)]
pub struct Scanner<'a> {
    rest: &'a str,
    /// The element just opened whose content is not markup.
    content_of: Option<&'a str>,
}

/// Elements whose content is text with character references but no tags.
const TEXT_ONLY: [&str; 2] = ["title", "textarea"];
/// Elements whose content is not text at all.
const OPAQUE: [&str; 7] = ["style", "script", "xmp", "iframe", "noembed", "noframes", ENDLESS];
/// The element behind which nothing is markup, not even its own closing tag.
const ENDLESS: &str = "plaintext";

impl<'a> Scanner<'a> {
    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    /// The content of an element that holds no markup: up to its closing tag.
    fn content(&mut self, element: &str) -> Option<Token<'a>> {
        let end = (!element.eq_ignore_ascii_case(ENDLESS)).then(|| closing_tag(self.rest, element)).flatten();
        let end = end.unwrap_or(self.rest.len());
        let opaque = OPAQUE.iter().any(|name| element.eq_ignore_ascii_case(name));
        match self.take(end) {
            "" => None,
            content if opaque => Some(Token::Raw(content)),
            content => Some(Token::Text(content)),
        }
    }

    /// The token that begins with the `<` at the front; `None` where it is only a less-than sign.
    fn markup(&mut self) -> Option<Token<'a>> {
        let rest = self.rest;
        let behind = rest[1..].chars().next()?;
        match behind {
            'a'..='z' | 'A'..='Z' => {
                let tag = tag(rest)?;
                self.take(tag.raw.len());
                let known = TEXT_ONLY.iter().chain(&OPAQUE).any(|name| tag.is(name));
                // A slash at its end closes none of these.
                self.content_of = known.then_some(tag.name);
                Some(Token::Open(tag))
            }
            '/' => {
                let raw = self.take(memchr(b'>', rest.as_bytes())? + 1);
                let name = raw[2..raw.len() - 1].split(|c: char| c.is_ascii_whitespace() || c == '/').next();
                Some(Token::Close(name.unwrap_or_default(), raw))
            }
            '!' if rest.starts_with("<!--") => {
                let (content, length) = comment(rest);
                Some(Token::Comment(content, self.take(length)))
            }
            // Without an end it is a comment to the end of the text, as browsers have it.
            '!' | '?' => Some(Token::Declaration(self.take(rest.find('>').map_or(rest.len(), |end| end + 1)))),
            _ => None,
        }
    }
}

impl<'a> Iterator for Scanner<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if let Some(content) = self.content_of.take().and_then(|element| self.content(element)) {
            return Some(content);
        }
        if self.rest.is_empty() {
            return None;
        }
        if self.rest.starts_with('<')
            && let Some(token) = self.markup()
        {
            return Some(token);
        }
        let first = self.rest.chars().next().map_or(0, char::len_utf8);
        let end = memchr(b'<', &self.rest.as_bytes()[first..]).map_or(self.rest.len(), |at| at + first);
        Some(Token::Text(self.take(end)))
    }
}

/// Where the closing tag of `element` begins.
fn closing_tag(html: &str, element: &str) -> Option<usize> {
    memchr::memchr_iter(b'<', html.as_bytes()).filter(|at| html.as_bytes().get(at + 1) == Some(&b'/')).find(|at| {
        let name = &html.as_bytes()[at + 2..];
        name.len() >= element.len()
            && name[..element.len()].eq_ignore_ascii_case(element.as_bytes())
            && name.get(element.len()).is_none_or(|&byte| byte.is_ascii_whitespace() || byte == b'>' || byte == b'/')
    })
}

/// The content and whole length of the comment at the front of `html`.
fn comment(html: &str) -> (&str, usize) {
    const OPEN: usize = "<!--".len();
    let body = &html[OPEN..];
    for empty in [">", "->"] {
        if body.starts_with(empty) {
            return ("", OPEN + empty.len());
        }
    }
    match body.find("-->") {
        Some(end) => (&body[..end], OPEN + end + "-->".len()),
        None => (body, html.len()),
    }
}

/// The opening tag at the front of `html`; `None` where it never ends.
fn tag(html: &str) -> Option<Tag<'_>> {
    let bytes = html.as_bytes();
    let ends_name = |byte: u8| byte.is_ascii_whitespace() || byte == b'/' || byte == b'>';
    let mut at = 1 + bytes[1..].iter().position(|&byte| ends_name(byte))?;
    let name = &html[1..at];
    let mut attributes = Vec::new();
    loop {
        at += bytes[at..].iter().position(|&byte| !byte.is_ascii_whitespace() && byte != b'/')?;
        if bytes[at] == b'>' {
            return Some(Tag { raw: &html[..=at], name, attributes });
        }
        let attribute = attribute(html, at)?;
        at = attribute.range.end;
        attributes.push(attribute);
    }
}

/// The attribute that begins at `start`.
fn attribute(html: &str, start: usize) -> Option<Attribute<'_>> {
    let bytes = html.as_bytes();
    let first = html[start..].chars().next().map_or(1, char::len_utf8);
    let name_end = start
        + first
        + bytes[start + first..]
            .iter()
            .position(|&byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>' | b'='))?;
    let name = &html[start..name_end];
    let equals = name_end + bytes[name_end..].iter().position(|byte| !byte.is_ascii_whitespace())?;
    if bytes[equals] != b'=' {
        return Some(Attribute { name, value: None, range: start..name_end, quote: None });
    }
    let from = equals + 1 + bytes[equals + 1..].iter().position(|byte| !byte.is_ascii_whitespace())?;
    let (from, to, end, quote) = match bytes[from] {
        quote @ (b'"' | b'\'') => {
            let to = from + 1 + bytes[from + 1..].iter().position(|&byte| byte == quote)?;
            (from + 1, to, to + 1, Some(char::from(quote)))
        }
        _ => {
            let to = from + bytes[from..].iter().position(|&byte| byte.is_ascii_whitespace() || byte == b'>')?;
            (from, to, to, None)
        }
    };
    Some(Attribute { name, value: Some(&html[from..to]), range: start..end, quote })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw<'a>(token: &Token<'a>) -> &'a str {
        match token {
            Token::Text(raw) | Token::Raw(raw) | Token::Declaration(raw) => raw,
            Token::Open(tag) => tag.raw,
            Token::Close(_, raw) | Token::Comment(_, raw) => raw,
        }
    }

    #[test]
    fn tokens_in_a_row_are_the_text_again_however_broken_it_is() {
        for html in [
            "<!DOCTYPE html><p class=a id='b' hidden>x &amp; y</p><!-- c --><br/>",
            "<style>a > b { content: '</p>' }</style><title>a <b> c</title>",
            "a < b <",
            "a <!b <!--c",
            "<p",
            "<p a",
            "<p a=",
            "<p a='",
            "</",
            "</p",
            "<!--",
            "<!-->x",
            "<![endif]>",
            "<!",
            "<a =x>",
            "å<ö>",
            "<script></script><style>",
            "<a b=c/>",
            "<p\u{f0041}>",
        ] {
            assert_eq!(scan(html).map(|token| raw(&token)).collect::<String>(), html);
        }
    }

    #[test]
    fn attributes_are_read_with_any_quote_and_without() {
        let Some(Token::Open(tag)) = scan("<A Href=\"x?a=1&amp;b\" title='\"' hidden width=3 / >").next() else {
            panic!("it is a tag");
        };
        assert!(tag.is("a"));
        assert_eq!(tag.value("href"), Some("x?a=1&amp;b"));
        assert_eq!(tag.value("title"), Some("\""));
        assert_eq!(tag.value("hidden"), Some(""));
        assert_eq!(tag.value("width"), Some("3"));
        assert_eq!(tag.attributes.len(), 4);
        assert_eq!(&tag.raw[tag.attributes[1].range.clone()], "title='\"'");
    }

    #[test]
    fn nothing_is_markup_where_a_browser_sees_none() {
        for (html, content) in [
            ("<xmp><b></xmp><p>", "<b>"),
            ("<IFRAME><b></iframe><p>", "<b>"),
            ("<noframes/><b></noframes><p>", "<b>"),
            ("<plaintext><b></plaintext><p>", "<b></plaintext><p>"),
            ("<script/><b><p>", "<b><p>"),
        ] {
            assert_eq!(scan(html).nth(1), Some(Token::Raw(content)), "{html}");
        }
    }

    #[test]
    fn style_is_opaque_and_a_title_is_text() {
        let tokens: Vec<_> = scan("<title>a <b> &amp;</title><style>p > a</style>").collect();
        assert_eq!(tokens[1], Token::Text("a <b> &amp;"));
        assert_eq!(tokens[4], Token::Raw("p > a"));
    }
}

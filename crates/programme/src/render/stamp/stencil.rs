//! A text with holes, taken apart into lines: those that are the same for everybody, and those that are filled for each reader.

use std::borrow::Cow;

use crate::render::text::wrap_paragraph;
use html::hole::{self, Paragraph};
use html::mark;
use html::{escape_attribute, escape_text, settle, url};

/// A stretch of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stretch {
    /// Whole lines and line ends without a hole.
    Fixed(String),
    /// One line (or paragraph) with holes, without its line end.
    Line(Vec<Piece>),
}

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// The same for everybody.
    Literal(String),
    /// A value as it is.
    Plain(usize),
    /// A value in the text of HTML.
    Text(usize),
    /// A value in an attribute.
    Attribute(usize),
    /// A URL with values in it, in an attribute.
    Url(String),
    /// A paragraph to be wrapped: columns, prefix of its further lines, words.
    Flow(Paragraph),
}

/// Which escape a bare hole asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoleForm {
    /// Text, a subject.
    Plain,
    /// HTML.
    Html,
}

/// False for a value that only the full render treats right: empty, with a line break, or with white space at an end.
pub fn is_plain(value: &str) -> bool {
    !value.is_empty() && value.trim() == value && !value.chars().any(char::is_control)
}

/// A text that is filled for each reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stencil {
    /// Its stretches, in order.
    pub stretches: Vec<Stretch>,
    /// The holes that occur in it.
    pub holes: Vec<usize>,
}

impl Stencil {
    /// Takes `text` apart; `None` where a hole came to a place that only the full render knows.
    pub fn new(text: &str, form: HoleForm) -> Option<Self> {
        if text.contains(hole::SPOILT) || text.contains('\r') {
            return None;
        }
        let mut stencil = Stencil { stretches: Vec::new(), holes: Vec::new() };
        let mut fixed = String::new();
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                fixed.push('\n');
            }
            if hole::has_holes(line) {
                if !fixed.is_empty() {
                    stencil.stretches.push(Stretch::Fixed(std::mem::take(&mut fixed)));
                }
                stencil.stretches.push(Stretch::Line(pieces(line, form)?));
            } else {
                fixed.push_str(line);
            }
        }
        if !fixed.is_empty() {
            stencil.stretches.push(Stretch::Fixed(fixed));
        }
        let mut holes: Vec<usize> = text.chars().filter_map(hole::number).collect();
        holes.sort_unstable();
        holes.dedup();
        stencil.holes = holes;
        Some(stencil)
    }

    /// The whole text with `values` in its holes.
    pub fn fill<'v>(&self, values: &dyn Fn(usize) -> Cow<'v, str>) -> String {
        let mut out = String::new();
        for stretch in &self.stretches {
            match stretch {
                Stretch::Fixed(text) => out.push_str(text),
                Stretch::Line(pieces) => {
                    fill_line(pieces, values, &mut |url, out| out.push_str(&filled_url(url, values)), &mut out);
                }
            }
        }
        out
    }
}

/// Appends a line with `values` in its holes; `url` appends a [`filled_url`].
pub fn fill_line<'p, 'v>(
    pieces: &'p [Piece],
    values: &dyn Fn(usize) -> Cow<'v, str>,
    url: &mut dyn FnMut(&'p str, &mut String),
    out: &mut String,
) {
    for piece in pieces {
        match piece {
            Piece::Literal(text) => out.push_str(text),
            Piece::Plain(number) => out.push_str(&values(*number)),
            Piece::Text(number) => escape_text(&values(*number), out),
            Piece::Attribute(number) => escape_attribute(&values(*number), out),
            Piece::Url(text) => url(text, out),
            Piece::Flow(paragraph) => out.push_str(&wrap_paragraph(&filled(&paragraph.words, values), paragraph)),
        }
    }
}

/// A URL with `values` in its holes, as it stands in an attribute.
pub fn filled_url<'v>(url: &str, values: &dyn Fn(usize) -> Cow<'v, str>) -> String {
    let settled =
        url_parts(url, values).unwrap_or_else(|| settle(&filled(url, &|number| mark::encode(&values(number)).into())));
    let mut out = String::with_capacity(settled.len() + 8);
    escape_attribute(&settled, &mut out);
    out
}

/// The URL with its values, where nothing but holes stands between what the author wrote.
fn url_parts<'v>(url: &str, values: &dyn Fn(usize) -> Cow<'v, str>) -> Option<String> {
    let holes: Vec<(usize, Cow<'v, str>)> =
        url.char_indices().filter_map(|(at, character)| Some((at, values(hole::number(character)?)))).collect();
    let mut parts = Vec::with_capacity(2 * holes.len() + 1);
    let mut behind = 0;
    for (at, value) in &holes {
        let literal = &url[behind..*at];
        match literal.is_empty() {
            // Two values side by side are one.
            true if behind > 0 => return None,
            true => {}
            false => parts.push(url::Part::Literal(literal)),
        }
        parts.push(url::Part::Value(value));
        behind = at + url[*at..].chars().next().map_or(0, char::len_utf8);
    }
    if behind < url.len() {
        parts.push(url::Part::Literal(&url[behind..]));
    }
    let is_plain = |part: &url::Part<'_>| match part {
        url::Part::Literal(text) => !mark::has_marks(text),
        url::Part::Value(value) => !value.is_empty(),
    };
    (url.trim() == url && parts.iter().all(is_plain)).then(|| url::settled(&parts))
}

/// `text` with the values of its bare holes.
fn filled<'v>(text: &str, values: &dyn Fn(usize) -> Cow<'v, str>) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    for character in text.chars() {
        match hole::number(character) {
            Some(number) => out.push_str(&values(number)),
            None => out.push(character),
        }
    }
    out
}

fn pieces(line: &str, form: HoleForm) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut rest = line;
    let mut in_attribute = false;
    while let Some(character) = rest.chars().next() {
        let behind = &rest[character.len_utf8()..];
        let piece = match character {
            hole::ATTRIBUTE => {
                in_attribute = true;
                rest = behind;
                continue;
            }
            hole::URL_OPEN => {
                let (url, behind) = behind.split_once(hole::URL_CLOSE)?;
                rest = behind;
                Some(Piece::Url(url.to_owned()))
            }
            hole::FLOW_OPEN => {
                let (inside, behind) = behind.split_once(hole::FLOW_CLOSE)?;
                rest = behind;
                Some(Piece::Flow(hole::unflow(inside)?))
            }
            other => {
                rest = behind;
                match hole::number(other) {
                    Some(number) if std::mem::take(&mut in_attribute) => Some(Piece::Attribute(number)),
                    Some(number) if form == HoleForm::Html => Some(Piece::Text(number)),
                    Some(number) => Some(Piece::Plain(number)),
                    None => {
                        literal.push(other);
                        None
                    }
                }
            }
        };
        if let Some(piece) = piece {
            if !literal.is_empty() {
                pieces.push(Piece::Literal(std::mem::take(&mut literal)));
            }
            pieces.push(piece);
        }
    }
    if !literal.is_empty() {
        pieces.push(Piece::Literal(literal));
    }
    Some(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_escaped_for_its_place() {
        let text = format!(
            "<p>\n{h}\n<a title=\"{a}{h}\" href=\"{o}https://x.example/?a={h}{c}\">",
            h = hole::hole(3),
            a = hole::ATTRIBUTE,
            o = hole::URL_OPEN,
            c = hole::URL_CLOSE
        );
        let stencil = Stencil::new(&text, HoleForm::Html).expect("nothing is spoilt");
        assert_eq!(stencil.holes, [3]);
        assert_eq!(
            stencil.fill(&|_| "a&\"b".into()),
            "<p>\na&amp;\"b\n<a title=\"a&amp;&quot;b\" href=\"https://x.example/?a=a%26%22b\">"
        );
        assert_eq!(Stencil::new(&hole::SPOILT.to_string(), HoleForm::Html), None);
    }

    #[test]
    fn a_paragraph_is_wrapped_with_its_values() {
        let words = format!("Hej {}, nu kommer kaffet", hole::hole(0));
        let paragraph = Paragraph { words, width: 16, rest: "  ".to_owned(), underline: None };
        let filled = |paragraph: &Paragraph| {
            let stencil =
                Stencil::new(&format!("- {}", hole::flow(paragraph)), HoleForm::Plain).expect("nothing is spoilt");
            stencil.fill(&|_| "Anna Maria".into())
        };
        assert_eq!(filled(&paragraph), "- Hej Anna Maria,\n  nu kommer kaffet");
        let heading = Paragraph { underline: Some('='), ..paragraph };
        assert_eq!(filled(&heading), "- Hej Anna Maria,\n  nu kommer kaffet\n  ================");
    }
}

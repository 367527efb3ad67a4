//! Holes: single characters that stand for a value which is put in later, when a message is stamped.
//!
//! A hole travels through templates, Markdown and style like the marks of a value ([`mark`]); unlike marks it is
//! still there at the end, and what surrounds it says how its value is to be escaped. The code points are those that
//! [`mark::HOLES`] leaves free:
//!
//! | code point | meaning |
//! |---|---|
//! | U+FD800 + n | the n-th hole; 0 is always the personal refer link |
//! | `ATTRIBUTE` | the next hole stands in an attribute |
//! | `URL_OPEN` … `URL_CLOSE` | a whole URL with holes in it, to be settled once they are filled |
//! | `FLOW_OPEN` width rest `FLOW_BAR` text `FLOW_CLOSE` | a paragraph of the text part, to be wrapped once they are filled; `FLOW_UNDER` and a sign before the text: to be underlined with it |
//! | `SPOILT` | a hole came to a place where only the full render can tell what is printed |

use super::mark;

/// The number of holes there is room for.
pub const MAX_COUNT: usize = 0x300;
/// The first of those that only letters have.
pub const PAPER: usize = MAX_COUNT - 0x40;
/// The refer link as it is typed.
pub const LINK: usize = PAPER;
/// The side of its QR code.
pub const QR_SIDE: usize = PAPER + 1;
/// The modules of its QR code.
pub const QR_PATH: usize = PAPER + 2;
/// The first line of the address; the others follow, to the end of the numbers.
pub const LINES: usize = PAPER + 3;

/// The next hole stands in an attribute.
pub const ATTRIBUTE: char = '\u{fdb01}';
/// A URL with holes begins.
pub const URL_OPEN: char = '\u{fdb02}';
/// It ends.
pub const URL_CLOSE: char = '\u{fdb03}';
/// A paragraph with holes begins.
pub const FLOW_OPEN: char = '\u{fdb04}';
/// Between the prefix of its further lines and its words.
const FLOW_BAR: char = '\u{fdb05}';
/// It ends.
pub const FLOW_CLOSE: char = '\u{fdb06}';
/// A line break that the author asked for, inside a paragraph with holes.
const FLOW_BREAK: char = '\u{fdb07}';
/// The sign that follows underlines the paragraph.
const FLOW_UNDER: char = '\u{fdb08}';
/// Only the full render can tell.
pub const SPOILT: char = '\u{fdbff}';

/// `WIDTH_ZERO` + columns: the width of a paragraph.
const WIDTH_ZERO: u32 = 0xF_DB10;

/// The hole with this number; [`SPOILT`] from [`MAX_COUNT`] on.
pub fn hole(number: usize) -> char {
    let number = u32::try_from(number).ok().filter(|_| number < MAX_COUNT);
    number.and_then(|number| char::from_u32(0xF_D800 + number)).unwrap_or(SPOILT)
}

/// The number of a hole; `None` for any other character.
pub fn number(character: char) -> Option<usize> {
    let offset = u32::from(character).checked_sub(0xF_D800)? as usize;
    (offset < MAX_COUNT).then_some(offset)
}

/// Does the text hold a hole, or something that was made of one?
pub fn has_holes(text: &str) -> bool {
    mark::has_marks(text) && text.chars().any(|character| mark::HOLES.contains(&character))
}

/// A paragraph of the text part, before its lines are broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    /// Its words, with the line breaks that the author asked for.
    pub words: String,
    /// Columns.
    pub width: usize,
    /// What stands before every line but the first.
    pub rest: String,
    /// The sign that a heading is underlined with.
    pub underline: Option<char>,
}

/// A paragraph that is wrapped later.
pub fn flow(paragraph: &Paragraph) -> String {
    let Paragraph { words, width, rest, underline } = paragraph;
    let width = u32::try_from(*width).ok().and_then(|width| char::from_u32(WIDTH_ZERO + width)).unwrap_or(SPOILT);
    let words = words.replace('\n', &FLOW_BREAK.to_string());
    let under: String = underline.iter().flat_map(|sign| [FLOW_UNDER, *sign]).collect();
    format!("{FLOW_OPEN}{width}{rest}{FLOW_BAR}{under}{words}{FLOW_CLOSE}")
}

/// Takes a [`flow`] apart, given what stands between its ends.
pub fn unflow(inside: &str) -> Option<Paragraph> {
    let width = inside.chars().next()?;
    let columns = u32::from(width).checked_sub(WIDTH_ZERO)? as usize;
    let (rest, text) = inside[width.len_utf8()..].split_once(FLOW_BAR)?;
    let underline = text.strip_prefix(FLOW_UNDER).and_then(|behind| behind.chars().next());
    let words = underline.map_or(text, |sign| &text[FLOW_UNDER.len_utf8() + sign.len_utf8()..]);
    Some(Paragraph { words: words.replace(FLOW_BREAK, "\n"), width: columns, rest: rest.to_owned(), underline })
}

/// `text` with every hole marked as standing in an attribute.
pub fn in_attribute(text: &str) -> String {
    if !has_holes(text) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if number(character).is_some() {
            out.push(ATTRIBUTE);
        }
        out.push(character);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paragraph_keeps_its_width_prefix_and_words() {
        for underline in [None, Some('=')] {
            let paragraph =
                Paragraph { words: "Hej \u{fd800},\nnu".to_owned(), width: 70, rest: "  ".to_owned(), underline };
            let flow = flow(&paragraph);
            assert!(!flow.contains('\n'));
            let inside = flow.trim_start_matches(FLOW_OPEN).trim_end_matches(FLOW_CLOSE);
            assert_eq!(unflow(inside), Some(paragraph));
        }
        assert_eq!(number(hole(7)), Some(7));
        assert_eq!(number(ATTRIBUTE), None);
    }
}

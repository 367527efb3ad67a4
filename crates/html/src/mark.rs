//! Merged values in disguise: text that tera, Markdown and the CSS inliner carry along as ordinary letters.
//!
//! Every character of a value is moved into the two supplementary private-use planes, which no authored text may hold
//! ([`is_reserved`](source::characters::is_reserved) refuses them at load):
//!
//! | of the value | as marks |
//! |---|---|
//! | plane 0 (BMP), `c` | U+F0000 + c |
//! | plane 1, `c` | U+100000 + (c − U+10000) |
//! | another plane, `c` | U+FDC00 + plane, then U+100000 + the low 16 bits of c |
//!
//! The BMP has no characters where the surrogates are, so U+FD800..=U+FDFFF is free: the upper part holds the plane prefixes,
//! and [`HOLES`] stays open for values that are stamped in later. The low bits after a prefix go to plane 16 and not to plane
//! 15, because the low bits of U+2D800 (an ideograph) look like a surrogate and would land among the holes.
//!
//! U+FFFFE, U+FFFFF, U+10FFFE and U+10FFFF are noncharacters; Rust and UTF-8 carry them like any other scalar value, and the
//! HTML parser only counts a parse error.

use std::borrow::Cow;
use std::ops::RangeInclusive;

const BMP: u32 = 0xF_0000;
const SUPPLEMENT: u32 = 0x10_0000;
const PLANE_PREFIX: u32 = 0xF_DC00;

/// Code points that are never made by [`encode`]: one may stand for a whole value that is put in later.
pub const HOLES: RangeInclusive<char> = '\u{fd800}'..='\u{fdbff}';

/// Is this character part of a merged value (or a hole for one)?
pub fn is_mark(character: char) -> bool {
    character >= '\u{f0000}'
}

/// Does the text hold a mark?
pub fn has_marks(text: &str) -> bool {
    // The marked planes begin with the bytes F3 or F4, which few texts have at all.
    may_have_marks(text) && text.chars().any(is_mark)
}

/// Does the text hold a byte that marks begin with? Looks at many at once: most of what a page says has none.
fn may_have_marks(text: &str) -> bool {
    let rare = |bytes: &[u8]| bytes.iter().fold(false, |rare, &byte| rare | (byte >= 0xF3));
    text.as_bytes().chunks(256).any(rare)
}

/// The value as marks.
pub fn encode(value: &str) -> String {
    let mut out = String::with_capacity(value.len() * 4);
    encode_into(value, &mut out);
    out
}

/// Appends the value as marks; a hole in it stays a hole.
pub fn encode_into(value: &str, out: &mut String) {
    for character in value.chars() {
        if HOLES.contains(&character) {
            out.push(character);
            continue;
        }
        let code = u32::from(character);
        match code >> 16 {
            0 => out.push(scalar(BMP + code)),
            1 => out.push(scalar(SUPPLEMENT + (code & 0xFFFF))),
            plane => {
                out.push(scalar(PLANE_PREFIX + plane));
                out.push(scalar(SUPPLEMENT + (code & 0xFFFF)));
            }
        }
    }
}

fn scalar(code: u32) -> char {
    char::from_u32(code).expect("marks lie in planes 15 and 16, where every code point is a scalar value")
}

/// The text with every mark turned back into the character it stands for; holes and everything else unchanged.
pub fn decode(text: &str) -> Cow<'_, str> {
    if !has_marks(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let code = u32::from(character);
        let original = match code {
            SUPPLEMENT.. => char::from_u32(code - SUPPLEMENT + 0x1_0000),
            PLANE_PREFIX..=0xF_DFFF => characters
                .next_if(|&low| u32::from(low) >= SUPPLEMENT)
                .and_then(|low| char::from_u32(((code - PLANE_PREFIX) << 16) + (u32::from(low) - SUPPLEMENT))),
            BMP.. => char::from_u32(code - BMP),
            _ => None,
        };
        out.push(original.unwrap_or(character));
    }
    Cow::Owned(out)
}

/// A stretch of text that is either the author's or a merged value's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run<'a> {
    /// What the author wrote.
    Literal(&'a str),
    /// Marks; [`decode`] gives the value (two values side by side are one run).
    Marked(&'a str),
}

/// Splits a text into literal and marked runs, in order, none of them empty.
pub fn runs(text: &str) -> impl Iterator<Item = Run<'_>> {
    let mut rest = text;
    let plain = !may_have_marks(text);
    std::iter::from_fn(move || {
        let marked = is_mark(rest.chars().next()?);
        if plain {
            return Some(Run::Literal(std::mem::take(&mut rest)));
        }
        let end = rest.find(|character| is_mark(character) != marked).unwrap_or(rest.len());
        let (run, behind) = rest.split_at(end);
        rest = behind;
        Some(if marked { Run::Marked(run) } else { Run::Literal(run) })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scalar_value_comes_back_and_none_becomes_a_hole() {
        let mut marks = String::new();
        for character in (0..=0x10_FFFF).filter_map(char::from_u32).filter(|character| !HOLES.contains(character)) {
            marks.clear();
            encode_into(character.encode_utf8(&mut [0; 4]), &mut marks);
            assert!(marks.chars().all(|mark| is_mark(mark) && !HOLES.contains(&mark)), "{character:?}");
            assert!(decode(&marks).chars().eq([character]), "{character:?}");
        }
    }

    #[test]
    fn literal_text_and_holes_are_left_alone() {
        assert!(matches!(decode("Hej 👩‍🌾"), Cow::Borrowed(_)));
        assert_eq!(decode("a\u{fd800}b"), "a\u{fd800}b");
        assert_eq!(decode("\u{fdc02}a"), "\u{fdc02}a", "a prefix without its low bits is nobody's value");
        let text = format!("Hej {}, {}{}!", encode("*Åsa*"), encode("𠮷"), encode("野"));
        assert_eq!(decode(&text), "Hej *Åsa*, 𠮷野!");
        let split: Vec<_> = runs(&text).map(|run| matches!(run, Run::Marked(_))).collect();
        assert_eq!(split, [false, true, false, true, false]);
    }
}

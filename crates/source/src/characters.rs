//! Characters that no text may hold, and forms of a text that compare as equal.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// Code points no text may hold: bidi overrides and isolates (they can make an address read as another), and the two
/// supplementary private-use planes, in which merged values travel through a render.
pub fn is_reserved(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{f0000}'..)
}

/// The compatibility composition of a text (Unicode normalization form KC); most texts are composed already.
pub fn nfkc(text: &str) -> Cow<'_, str> {
    match is_nfkc_quick(text.chars()) {
        IsNormalized::Yes => Cow::Borrowed(text),
        IsNormalized::No | IsNormalized::Maybe => Cow::Owned(text.nfkc().collect()),
    }
}

//! Encoded-words (RFC 2047): text of any script in ASCII.

use data_encoding::BASE64;

use crate::quoted_printable::push_escaped;

/// Longest encoded-word (RFC 2047 §2).
pub(super) const MAX_WORD: usize = 75;
/// What stands around the text of an encoded-word.
pub(super) const FRAME: usize = "=?UTF-8?Q??=".len();

/// The two encodings of RFC 2047 §4.
#[derive(Clone, Copy)]
pub(super) enum Encoding {
    B,
    Q,
}

impl Encoding {
    /// The encoding that makes `text` shorter; Q, which people can read, where both are as long.
    pub(super) fn shorter_for(text: &str) -> Self {
        if Encoding::Q.width(text) <= Encoding::B.width(text) { Encoding::Q } else { Encoding::B }
    }

    /// How many octets `text` takes.
    pub(super) fn width(self, text: &str) -> usize {
        match self {
            Encoding::B => text.len().div_ceil(3) * 4,
            Encoding::Q => text.bytes().map(q_width).sum(),
        }
    }

    /// How many octets of `text` fit into `room`: whole characters, and at least one.
    pub(super) fn prefix(self, text: &str, room: usize) -> usize {
        if self.width(text) <= room {
            return text.len();
        }
        let ends = text.char_indices().map(|(at, character)| at + character.len_utf8());
        let fitting = ends.enumerate().take_while(|(index, end)| *index == 0 || self.width(&text[..*end]) <= room);
        fitting.last().map_or(0, |(_, end)| end)
    }

    /// `text` as one encoded-word.
    pub(super) fn word(self, text: &str) -> String {
        match self {
            Encoding::B => format!("=?UTF-8?B?{}?=", BASE64.encode(text.as_bytes())),
            Encoding::Q => {
                let mut encoded = Vec::with_capacity(MAX_WORD);
                for byte in text.bytes() {
                    match q_width(byte) {
                        1 if byte == b' ' => encoded.push(b'_'),
                        1 => encoded.push(byte),
                        _ => push_escaped(byte, &mut encoded),
                    }
                }
                format!("=?UTF-8?Q?{}?=", String::from_utf8_lossy(&encoded))
            }
        }
    }
}

/// Octets that `byte` takes in Q; only what may stand in a phrase too stands for itself (RFC 2047 §5, rule 3).
fn q_width(byte: u8) -> usize {
    if byte == b' ' || byte.is_ascii_alphanumeric() || b"!*+-/".contains(&byte) { 1 } else { 3 }
}

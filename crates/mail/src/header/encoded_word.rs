//! Encoded-words (RFC 2047): text of any script in ASCII.

use data_encoding::BASE64;

use crate::quoted_printable::push_escaped;

/// Longest encoded-word (RFC 2047 §2).
pub(super) const MAX_WORD: usize = 75;
/// What stands around the text of an encoded-word.
pub(super) const FRAME: usize = "=?UTF-8?Q??=".len();

/// The text of a field's value in which encoded-words may stand, as people read it (RFC 2047 §6.2): space between two of them goes,
/// what is not in UTF-8 stays as it is.
pub fn decoded(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    let mut follows_word = false;
    while let Some(at) = rest.find("=?") {
        let (before, word) = rest.split_at(at);
        match read_word(word) {
            Some((text, behind)) => {
                if !(follows_word && before.trim().is_empty()) {
                    out.push_str(before);
                }
                out.push_str(&text);
                (rest, follows_word) = (behind, true);
            }
            None => {
                out.push_str(before);
                out.push_str("=?");
                (rest, follows_word) = (&word["=?".len()..], false);
            }
        }
    }
    out.push_str(rest);
    out
}

/// The text of the encoded-word in front, and what stands behind it.
fn read_word(word: &str) -> Option<(String, &str)> {
    let (charset, rest) = word.strip_prefix("=?")?.split_once('?')?;
    let (encoding, rest) = rest.split_once('?')?;
    let (encoded, behind) = rest.split_once("?=")?;
    let bytes = match encoding {
        "B" | "b" => BASE64.decode(encoded.as_bytes()).ok()?,
        "Q" | "q" => unescaped(encoded)?,
        _ => return None,
    };
    let text = charset.eq_ignore_ascii_case("utf-8").then(|| String::from_utf8(bytes).ok()).flatten()?;
    Some((text, behind))
}

fn unescaped(encoded: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'_' => b' ',
            b'=' => {
                let hex = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&hex).ok()?, 16).ok()?
            }
            other => other,
        });
    }
    Some(bytes)
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_encoded_is_read_as_it_was_written() {
        for text in ["Åsa & Co", "skål, 30 % — 咖啡", "a=?b"] {
            for encoding in [Encoding::B, Encoding::Q] {
                assert_eq!(decoded(&format!("x {} y", encoding.word(text))), format!("x {text} y"));
            }
        }
        assert_eq!(decoded("=?UTF-8?Q?=C3=85?= =?utf-8?b?w4U=?= plain"), "ÅÅ plain");
        for kept in ["=?", "=?UTF-8?Q?=C3?=", "=?latin1?Q?=E5?=", "2 =? 3 ?="] {
            assert_eq!(decoded(kept), kept);
        }
    }
}

//! The quoted-printable encoding of texts (RFC 2045 §6.7), line by line.
//!
//! The encoding of a line depends on that line alone, so that whoever changes one line of a text may encode that line again
//! and leave the others as they are.

/// Longest line, in octets, its soft line break included (RFC 2045 §6.7, rule 5).
const MAX_WIDTH: usize = 76;

const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// Encodes `text` at the end of `out`; every line end (CRLF, LF, CR) becomes CRLF, and none is added after the last line.
pub fn encode_into(text: &str, out: &mut Vec<u8>) {
    out.reserve(text.len() + text.len() / 8);
    let mut rest = text;
    while let Some(end) = rest.find(['\n', '\r']) {
        encode_line_into(&rest[..end], out);
        out.extend_from_slice(b"\r\n");
        let line_end = if rest[end..].starts_with("\r\n") { 2 } else { 1 };
        rest = &rest[end + line_end..];
    }
    encode_line_into(rest, out);
}

/// Encodes one line, given without its line end, at the end of `out`; soft line breaks keep it within 76 octets.
///
/// A character stays on one line. A line never begins with `.` or with `From `, which some mail systems would change.
pub fn encode_line_into(line: &str, out: &mut Vec<u8>) {
    let (mut column, mut at) = (0, 0);
    while let Some(character) = line[at..].chars().next() {
        let run = plain_run(&line.as_bytes()[at..], MAX_WIDTH - 1 - column);
        if run > 0 {
            out.extend_from_slice(&line.as_bytes()[at..at + run]);
            (column, at) = (column + run, at + run);
            continue;
        }
        let (here, rest) = line[at..].split_at(character.len_utf8());
        let room = if rest.is_empty() { MAX_WIDTH } else { MAX_WIDTH - 1 };
        if column + width(&line[at..], column) > room {
            out.extend_from_slice(b"=\r\n");
            column = 0;
        }
        let width = width(&line[at..], column);
        if width == 1 {
            out.extend_from_slice(here.as_bytes());
        } else {
            here.bytes().for_each(|byte| push_escaped(byte, out));
        }
        column += width;
        at += here.len();
    }
}

/// How many bytes of a line, `room` at most, stand for themselves wherever they are.
fn plain_run(line: &[u8], room: usize) -> usize {
    let stands = |(at, byte): (usize, &u8)| match byte {
        b'=' | b'.' | b'F' => false,
        b' ' => at + 1 < line.len(),
        byte => byte.is_ascii_graphic(),
    };
    line[..room.min(line.len())].iter().enumerate().take_while(|&it| stands(it)).count()
}

/// Writes `=XX`.
pub(super) fn push_escaped(byte: u8, out: &mut Vec<u8>) {
    out.extend_from_slice(&[b'=', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
}

/// How many octets the first character of `rest` takes at `column`; 1 where it stands for itself.
fn width(rest: &str, column: usize) -> usize {
    let literal = match rest.as_bytes()[0] {
        b' ' | b'\t' => rest.len() > 1,
        b'.' => column > 0,
        b'F' => column > 0 || !rest.starts_with("From "),
        b'=' => false,
        byte => byte.is_ascii_graphic(),
    };
    let bytes = rest.chars().next().map_or(0, char::len_utf8);
    if literal { 1 } else { 3 * bytes }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(text: &str) -> String {
        let mut out = Vec::new();
        encode_into(text, &mut out);
        String::from_utf8(out).expect("quoted-printable is ASCII")
    }

    fn decoded(text: &str) -> String {
        let text = text.replace("=\r\n", "");
        let mut parts = text.split('=');
        let mut out = parts.next().unwrap_or_default().as_bytes().to_vec();
        for part in parts {
            out.push(u8::from_str_radix(&part[..2], 16).expect("two hexadecimal digits"));
            out.extend_from_slice(&part.as_bytes()[2..]);
        }
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn every_text_comes_back_and_no_line_is_too_long() {
        let texts = [
            "Hej Åsa,\n\nkaffet är här.  \n".to_owned(),
            "x".repeat(75) + "\n" + &"x".repeat(76) + "\n" + &"x".repeat(77),
            "👩‍🌾".repeat(60),
            "=_=".repeat(40) + "\u{0}\u{7f}\t",
            (0..400).map(|n| ["a", "å", "€", "😀", " ", "\t", ".", "="][n * n % 13 % 8]).collect(),
            (0..90).map(|n| " ".repeat(n) + "\n").collect(),
        ];
        for text in texts {
            let written = encoded(&text);
            assert_eq!(decoded(&written), text.replace('\n', "\r\n"));
            for line in written.split("\r\n") {
                assert!(line.len() <= 76 && !line.ends_with([' ', '\t']), "{line:?}");
                assert!(line.bytes().all(|byte| byte == b'\t' || (b' '..=b'~').contains(&byte)), "{line:?}");
                assert!(std::str::from_utf8(decoded(line.trim_end_matches('=')).as_bytes()).is_ok(), "{line:?}");
            }
            assert!(!written.contains("=_"), "a boundary may hold `=_`");
        }
    }

    /// Character by character.
    fn plainly_encoded(line: &str) -> String {
        let (mut out, mut column) = (Vec::new(), 0);
        for (at, character) in line.char_indices() {
            let rest = &line[at..];
            let room = if rest.len() == character.len_utf8() { MAX_WIDTH } else { MAX_WIDTH - 1 };
            if column + width(rest, column) > room {
                out.extend_from_slice(b"=\r\n");
                column = 0;
            }
            let here = &rest.as_bytes()[..character.len_utf8()];
            match width(rest, column) {
                1 => out.extend_from_slice(here),
                _ => here.iter().for_each(|byte| push_escaped(*byte, &mut out)),
            }
            column += width(rest, column);
        }
        String::from_utf8(out).expect("quoted-printable is ASCII")
    }

    #[test]
    fn runs_are_encoded_as_their_characters_are() {
        const PIECES: [&str; 12] =
            ["a", "å", "€", "😀", " ", "\t", ".", "=", "F", "From ", "x.F", "thirty letters without a break."];
        let mut number = 7_usize;
        for _ in 0..20_000 {
            let mut line = String::new();
            for _ in 0..number % 23 {
                number = number.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(11);
                line.push_str(PIECES[(number >> 33) % PIECES.len()]);
            }
            number = number.wrapping_add(1);
            assert_eq!(encoded(&line), plainly_encoded(&line), "{line:?}");
        }
    }

    #[test]
    fn all_line_ends_become_crlf() {
        assert_eq!(encoded("a\nb\r\nc\rd\n\n"), "a\r\nb\r\nc\r\nd\r\n\r\n");
    }

    #[test]
    fn what_mail_systems_would_change_is_encoded() {
        assert_eq!(encoded(".\n..\nFrom here\nFrom\na \nb\t"), "=2E\r\n=2E.\r\n=46rom here\r\nFrom\r\na=20\r\nb=09");
        let soft = encoded(&("x".repeat(75) + ".com" + &"x".repeat(71) + "From here"));
        assert_eq!(soft, "x".repeat(75) + "=\r\n=2Ecom" + &"x".repeat(69) + "=\r\nxxFrom here");
    }

    #[test]
    fn the_encoding_of_a_line_is_its_own() {
        let (first, second) = ("å".repeat(40), "From ø".to_owned());
        assert_eq!(encoded(&format!("{first}\n{second}")), format!("{}\r\n{}", encoded(&first), encoded(&second)));
    }
}

//! How a journal ends: with a whole line, as a crash leaves it, or damaged.

use serde::de::IgnoredAny;

/// What stands after the last line end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tail {
    /// Nothing.
    None,
    /// A whole line that lacks only its end: it counts, and is given its end.
    Whole,
    /// The beginning of a line, as a crash leaves it: nothing was done upon it, and it is cut off.
    Torn,
    /// Anything else: no crash writes that.
    Damaged,
}

/// Where the last line that has its end stops, in bytes.
pub fn end_of_lines(bytes: &[u8]) -> usize {
    memchr::memrchr(b'\n', bytes).map_or(0, |at| at + 1)
}

/// How a journal ends that holds these bytes.
pub fn of(bytes: &[u8]) -> Tail {
    let rest = bytes[end_of_lines(bytes)..].trim_ascii_end();
    if rest.is_empty() {
        return Tail::None;
    }
    if rest[0] != b'{' || rest.iter().any(u8::is_ascii_control) {
        return Tail::Damaged;
    }
    let (text, is_torn_letter) = match std::str::from_utf8(rest) {
        Ok(text) => (text, false),
        Err(error) if error.error_len().is_none() => {
            (std::str::from_utf8(&rest[..error.valid_up_to()]).expect("valid up to there"), true)
        }
        Err(_) => return Tail::Damaged,
    };
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    match values.next() {
        Some(Ok(_)) if text[values.byte_offset()..].trim().is_empty() && !is_torn_letter => Tail::Whole,
        Some(Err(error)) if error.is_eof() => Tail::Torn,
        _ => Tail::Damaged,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_beginning_of_a_line_is_torn() {
        let line = r#"{"t":"2027-01-20T08:00:00Z","contact":"åsa","state":"accepted"}"#;
        for cut in 1..line.len() {
            assert_eq!(of(&[b"{}\n", &line.as_bytes()[..cut]].concat()), Tail::Torn, "{cut}");
        }
        assert_eq!(of(line.as_bytes()), Tail::Whole);
        for damaged in [
            format!("{line}\r{line}\r"),
            format!("{line}{line}"),
            format!("{line} {}", &line[..20]),
            "\0\0\0".to_owned(),
            format!("{}\0", &line[..20]),
            "accepted".to_owned(),
            line.replace(',', "\r"),
        ] {
            assert_eq!(of(damaged.as_bytes()), Tail::Damaged, "{damaged:?}");
        }
        assert_eq!(of(b""), Tail::None);
        assert_eq!(of(b"{}\n"), Tail::None);
    }
}

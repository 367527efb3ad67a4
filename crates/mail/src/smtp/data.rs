//! A message as it goes over the wire after `DATA` (RFC 5321 §4.5.2).

use std::fmt;

use memchr::memchr2;

/// Why a message must not be sent: a lone CR or LF, which relays disagree about ("SMTP smuggling").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoneLineEnd {
    /// Where it stands, in octets from the start of the message.
    pub at: usize,
}

impl fmt::Display for LoneLineEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a lone line end at octet {}", self.at)
    }
}

/// The message with dots doubled where a line begins with one, and the dot that ends it: what is written in one piece.
///
/// # Errors
/// A CR without LF or an LF without CR.
pub fn with_final_dot(message: &[u8]) -> Result<Vec<u8>, LoneLineEnd> {
    let mut out = Vec::with_capacity(message.len() + message.len() / 64 + 8);
    let mut start = 0;
    while start < message.len() {
        let rest = &message[start..];
        let length = memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
        if length < rest.len() && !rest[length..].starts_with(b"\r\n") {
            return Err(LoneLineEnd { at: start + length });
        }
        if rest[0] == b'.' {
            out.push(b'.');
        }
        out.extend_from_slice(&rest[..length]);
        out.extend_from_slice(b"\r\n");
        start += length + 2;
    }
    out.extend_from_slice(b".\r\n");
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_doubled_at_the_start_of_lines_only() {
        let sent = with_final_dot(b"A: b\r\n\r\n.hidden\r\n..\r\nend. \r\n.\r\n").expect("a good message");
        assert_eq!(String::from_utf8_lossy(&sent), "A: b\r\n\r\n..hidden\r\n...\r\nend. \r\n..\r\n.\r\n");
        assert_eq!(with_final_dot(b"no end").expect("good"), b"no end\r\n.\r\n");
        assert_eq!(with_final_dot(b"").expect("good"), b".\r\n");
    }

    #[test]
    fn a_lone_line_end_never_leaves() {
        assert_eq!(with_final_dot(b"a\r\nb\nc\r\n"), Err(LoneLineEnd { at: 4 }));
        assert_eq!(with_final_dot(b"a\r.\r\n"), Err(LoneLineEnd { at: 1 }));
        assert_eq!(with_final_dot(b"a\r\n.\n"), Err(LoneLineEnd { at: 4 }));
        assert_eq!(with_final_dot(b"a\r"), Err(LoneLineEnd { at: 1 }));
    }
}

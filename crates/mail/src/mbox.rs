//! The mbox form (RFC 4155, the `mboxrd` quoting): many messages in one file.

use crate::address::EmailAddress;

/// Appends one message with its `From ` line; lines that look like one are quoted, CRLF becomes LF.
pub fn append(message: &[u8], sender: &EmailAddress, out: &mut Vec<u8>) {
    out.extend_from_slice(format!("From {sender} Thu Jan  1 00:00:00 1970\n").as_bytes());
    for line in message.split_inclusive(|&byte| byte == b'\n') {
        let line = line.strip_suffix(b"\r\n").or_else(|| line.strip_suffix(b"\n")).unwrap_or(line);
        let unquoted = &line[line.iter().take_while(|&&byte| byte == b'>').count()..];
        if unquoted.starts_with(b"From ") {
            out.push(b'>');
        }
        out.extend_from_slice(line);
        out.push(b'\n');
    }
    out.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_looks_like_a_separator_is_quoted() {
        let mut out = Vec::new();
        append(b"A: b\r\n\r\nFrom here\r\n>From there\r\n", &"a@b.example".parse().expect("an address"), &mut out);
        let text = String::from_utf8(out).expect("ASCII");
        assert_eq!(text, "From a@b.example Thu Jan  1 00:00:00 1970\nA: b\n\n>From here\n>>From there\n\n");
    }
}

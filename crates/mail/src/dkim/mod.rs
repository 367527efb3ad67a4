//! DKIM signatures (RFC 6376): rsa-sha256 (RFC 8301) and ed25519-sha256 (RFC 8463), relaxed/relaxed, the whole body.
//!
//! A signature is made when a message leaves, never when it is built: `t=` is the moment of sending, so a signed message would
//! differ from build to build.

use data_encoding::BASE64;
use jiff::Timestamp;
use ring::digest::{SHA256, digest};

mod key;

pub use key::{Key, KeyError};

/// What is signed of the head, where it is there (RFC 6376 §5.4; RFC 8058 §4 asks for the last two).
const SIGNED: [&str; 11] = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Reply-To",
    "MIME-Version",
    "Content-Type",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
];

/// Fields that are named once more than they are there, so that nobody can add another one in front (RFC 6376 §8.15).
const SEALED: [&str; 4] = ["From", "To", "Subject", "Date"];

/// Widest line of the signature field, in octets.
const MAX_WIDTH: usize = 76;

/// The `DKIM-Signature` field for a message, its line end included: put in front of the message, it signs it.
///
/// `message` is a whole message with CRLF line ends; `at` becomes `t=`.
pub fn sign(message: &[u8], key: &Key, selector: &str, domain: &str, at: Timestamp) -> String {
    let (head, body) = split(message);
    let fields = fields(head);
    let names: Vec<&str> =
        SIGNED.into_iter().filter(|name| fields.iter().any(|field| field.is(name))).chain(SEALED).collect();
    let mut unsigned = Signature::new();
    unsigned.tag("v", "1");
    unsigned.tag("a", key.algorithm());
    unsigned.tag("c", "relaxed/relaxed");
    unsigned.tag("d", domain);
    unsigned.tag("s", selector);
    unsigned.tag("t", &at.as_second().to_string());
    unsigned.list("h", &names);
    unsigned.tag("bh", &BASE64.encode(digest(&SHA256, &relaxed_body(body)).as_ref()));
    unsigned.last("b");
    let mut signed = Vec::with_capacity(head.len() + 512);
    for field in picked(&fields, &names) {
        field.relaxed(&mut signed);
        signed.extend_from_slice(b"\r\n");
    }
    Field { raw: unsigned.text.as_bytes() }.relaxed(&mut signed);
    let signature = BASE64.encode(&key.sign(&signed));
    unsigned.folded(&signature);
    unsigned.text.push_str("\r\n");
    unsigned.text
}

/// The head with the line end of its last field, and the body.
fn split(message: &[u8]) -> (&[u8], &[u8]) {
    match message.windows(4).position(|four| four == b"\r\n\r\n") {
        Some(blank) => (&message[..blank + 2], &message[blank + 4..]),
        None => (message, &[]),
    }
}

/// A header field as it stands in the message, folded, without its last line end.
#[derive(Clone, Copy)]
struct Field<'m> {
    raw: &'m [u8],
}

impl Field<'_> {
    fn name(&self) -> &[u8] {
        self.raw.split(|&byte| byte == b':').next().unwrap_or_default().trim_ascii_end()
    }

    fn is(&self, name: &str) -> bool {
        self.name().eq_ignore_ascii_case(name.as_bytes())
    }

    /// Appends the field in its relaxed form, without a line end (RFC 6376 §3.4.2).
    fn relaxed(&self, out: &mut Vec<u8>) {
        out.extend(self.name().to_ascii_lowercase());
        out.push(b':');
        let value = self.raw.splitn(2, |&byte| byte == b':').nth(1).unwrap_or_default();
        let words = value.split(|byte| b" \t\r\n".contains(byte)).filter(|word| !word.is_empty());
        for (index, word) in words.enumerate() {
            if index > 0 {
                out.push(b' ');
            }
            out.extend_from_slice(word);
        }
    }
}

/// The fields of a head: each up to the line that does not begin with white space.
fn fields(head: &[u8]) -> Vec<Field<'_>> {
    let mut fields = Vec::new();
    let mut start = 0;
    for at in (0..head.len()).filter(|&at| head[at..].starts_with(b"\r\n")) {
        if !matches!(head.get(at + 2), Some(b' ' | b'\t')) {
            fields.push(Field { raw: &head[start..at] });
            start = at + 2;
        }
    }
    fields
}

/// The fields that `names` mean: of several with one name the last one first (RFC 6376 §5.4.2), a name too many means none.
fn picked<'f, 'm>(fields: &'f [Field<'m>], names: &[&str]) -> Vec<&'f Field<'m>> {
    let mut left: Vec<&Field<'_>> = fields.iter().collect();
    names.iter().filter_map(|name| left.iter().rposition(|field| field.is(name)).map(|at| left.remove(at))).collect()
}

/// The body in its relaxed form (RFC 6376 §3.4.4): white space in a row is one space, none at line ends, no empty lines at
/// the end.
fn relaxed_body(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut end = 0;
    let mut rest = body;
    while !rest.is_empty() {
        let length = rest.windows(2).position(|two| two == b"\r\n").unwrap_or(rest.len());
        let (line, behind) = rest.split_at(length);
        rest = behind.get(2..).unwrap_or_default();
        let mut gap = false;
        for &byte in line {
            if matches!(byte, b' ' | b'\t') {
                gap = true;
                continue;
            }
            if std::mem::take(&mut gap) {
                out.push(b' ');
            }
            out.push(byte);
        }
        let is_empty = out.ends_with(b"\r\n") || out.is_empty();
        out.extend_from_slice(b"\r\n");
        if !is_empty {
            end = out.len();
        }
    }
    out.truncate(end);
    out
}

/// The signature field being written, folded between its tags.
struct Signature {
    text: String,
    column: usize,
}

impl Signature {
    fn new() -> Self {
        let text = "DKIM-Signature:".to_owned();
        Signature { column: text.len(), text }
    }

    fn word(&mut self, word: &str) {
        if self.column + 1 + word.len() > MAX_WIDTH {
            self.text.push_str("\r\n");
            self.column = 0;
        }
        self.text.push(' ');
        self.text.push_str(word);
        self.column += 1 + word.len();
    }

    fn tag(&mut self, name: &str, value: &str) {
        self.word(&format!("{name}={value};"));
    }

    /// A line of its own.
    fn line(&mut self, text: &str) {
        self.text.push_str("\r\n ");
        self.text.push_str(text);
        self.column = 1 + text.len();
    }

    /// A tag with a list of names, broken after a colon where a line is full.
    fn list(&mut self, name: &str, values: &[&str]) {
        let mut line = format!("{name}=");
        for (index, value) in values.iter().enumerate() {
            let mark = if index + 1 == values.len() { ';' } else { ':' };
            if line.len() + value.len() + 2 > MAX_WIDTH {
                self.line(&std::mem::take(&mut line));
            }
            line.push_str(value);
            line.push(mark);
        }
        self.line(&line);
    }

    /// The tag whose value comes later; it begins a line, so that what is signed does not depend on the value's length.
    fn last(&mut self, name: &str) {
        self.line(&format!("{name}="));
    }

    /// A value without white space of its own, broken where a line is full.
    fn folded(&mut self, value: &str) {
        for character in value.chars() {
            if self.column == MAX_WIDTH {
                self.text.push_str("\r\n ");
                self.column = 1;
            }
            self.text.push(character);
            self.column += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_relaxed_forms_are_those_of_the_standard() {
        // RFC 6376 §3.4.5
        let (head, body) = split(b"A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n C \r\nD \t E\r\n\r\n\r\n");
        let mut canonical = Vec::new();
        for field in fields(head) {
            field.relaxed(&mut canonical);
            canonical.extend_from_slice(b"\r\n");
        }
        assert_eq!(String::from_utf8_lossy(&canonical), "a:X\r\nb:Y Z\r\n");
        assert_eq!(String::from_utf8_lossy(&relaxed_body(body)), " C\r\nD E\r\n");
        assert_eq!(relaxed_body(b"\r\n \r\n"), b"");
        assert_eq!(relaxed_body(b"no line end"), b"no line end\r\n");
        assert_eq!(relaxed_body(b"\r\n\r\na"), b"\r\n\r\na\r\n");
    }

    #[test]
    fn doubled_fields_are_taken_from_the_bottom_and_a_name_too_many_means_none() {
        let head = b"From: first\r\nTo: b\r\nFrom: last\r\n";
        let fields = fields(head);
        let picked: Vec<_> = picked(&fields, &["From", "To", "From", "From", "Date"]).iter().map(|f| f.raw).collect();
        assert_eq!(picked, [&b"From: last"[..], b"To: b", b"From: first"]);
    }

    /// The key and message of RFC 8463, appendix A, under our own list of fields.
    #[test]
    fn a_signature_names_what_it_signs_and_fits_its_lines() {
        let key = Key::from_pem(key::tests::ED25519).expect("a key");
        let message = b"From: Joe SixPack <joe@football.example.com>\r\nTo: Suzie Q <suzie@shopping.example.net>\r\n\
            Subject: Is dinner ready?\r\nDate: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n\
            Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n\r\n\
            Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n";
        let at = Timestamp::from_second(1_528_637_909).expect("a moment");
        let field = sign(message, &key, "brisbane", "football.example.com", at);
        let lines: Vec<_> = field.split_terminator("\r\n").collect();
        let expected = [
            "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;",
            " d=football.example.com; s=brisbane; t=1528637909;",
            " h=From:To:Subject:Date:Message-ID:From:To:Subject:Date;",
            " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;",
        ];
        assert_eq!(lines[..4], expected);
        assert!(lines[4].starts_with(" b=") && field.ends_with("\r\n"));
        assert!(lines.iter().all(|line| line.len() <= 78), "{field}");
    }
}

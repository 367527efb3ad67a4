//! Reading a message back: just enough of RFC 5322, 2045 and 2047 to look at what `build` wrote, without its own code.

use std::collections::BTreeMap;
use std::path::Path;

use data_encoding::BASE64;
use memchr::memmem;

use crate::files;

/// A message or one of its parts.
#[derive(Debug, Clone)]
pub struct Part {
    /// The fields, unfolded, in order.
    pub fields: Vec<(String, String)>,
    /// The body as it travels.
    pub body: String,
}

impl Part {
    /// Splits a message into fields and body.
    #[track_caller]
    pub fn parse(text: &str) -> Part {
        let (head, body) = text.split_once("\r\n\r\n").expect("a blank line between fields and body");
        let mut fields: Vec<(String, String)> = Vec::new();
        for line in head.split("\r\n") {
            match line.strip_prefix([' ', '\t']) {
                Some(more) => {
                    let (_, value) = fields.last_mut().expect("the first line is no continuation");
                    value.push(' ');
                    value.push_str(more);
                }
                None => {
                    let (name, value) = line.split_once(':').expect("a field has a colon");
                    fields.push((name.to_owned(), value.trim().to_owned()));
                }
            }
        }
        Part { fields, body: body.to_owned() }
    }

    /// The only field of this name, decoded.
    #[track_caller]
    pub fn field(&self, name: &str) -> String {
        let mut found = self.fields.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        let (_, value) = found.next().unwrap_or_else(|| panic!("no {name}"));
        assert!(found.next().is_none(), "two {name}");
        decode_words(value)
    }

    /// True where there is a field of this name.
    pub fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
    }

    /// The parts of a multipart body; none of any other.
    pub fn parts(&self) -> Vec<Part> {
        let content_type = self.field("Content-Type");
        let Some((_, after)) = content_type.split_once("boundary=") else { return Vec::new() };
        let boundary = after.trim_matches('"').to_owned();
        let (whole, delimiter) = (format!("\r\n{}", self.body), format!("\r\n--{boundary}"));
        let found: Vec<usize> = memmem::find_iter(whole.as_bytes(), &delimiter).collect();
        let after = |at: usize| at + delimiter.len();
        let last = found.last().map(|&at| &whole[after(at)..]);
        assert!(last.is_some_and(|end| end.starts_with("--")), "the last boundary is closed");
        let parts = found.windows(2).map(|pair| whole[after(pair[0])..pair[1]].trim_start_matches("\r\n"));
        parts.map(Part::parse).collect()
    }

    /// The first part of this type, however deep.
    pub fn find(&self, content_type: &str) -> Option<Part> {
        if self.field("Content-Type").starts_with(content_type) {
            return Some(self.clone());
        }
        self.parts().iter().find_map(|part| part.find(content_type))
    }

    /// The body as text.
    #[track_caller]
    pub fn text(&self) -> String {
        assert_eq!(self.field("Content-Transfer-Encoding"), "quoted-printable");
        String::from_utf8(decode_quoted_printable(&self.body)).expect("UTF-8").replace("\r\n", "\n")
    }
}

/// Every message of a mailing by contact.
#[track_caller]
pub fn of_mailing(output: &Path, mailing: &str) -> BTreeMap<String, Part> {
    let messages = files::read(&output.join(format!("mail/{mailing}/messages")));
    let part = |bytes: Vec<u8>| Part::parse(std::str::from_utf8(&bytes).expect("a message of ours is ASCII"));
    let id = |path: String| path.strip_suffix(".eml").expect("a message").to_owned();
    messages.into_iter().map(|(path, bytes)| (id(path), part(bytes))).collect()
}

fn decode_quoted_printable(text: &str) -> Vec<u8> {
    let joined = text.replace("=\r\n", "");
    let mut out = Vec::with_capacity(joined.len());
    let mut bytes = joined.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'=' {
            let hex = [bytes.next().expect("two digits"), bytes.next().expect("two digits")];
            let hex = std::str::from_utf8(&hex).expect("digits");
            out.push(u8::from_str_radix(hex, 16).expect("hexadecimal digits"));
        } else {
            out.push(byte);
        }
    }
    out
}

/// RFC 2047: encoded words, and the white space between two of them.
fn decode_words(value: &str) -> String {
    let mut out = String::new();
    let mut rest = value;
    let mut after_word = false;
    while let Some(start) = rest.find("=?") {
        let word: Vec<&str> = rest[start + 2..].splitn(4, '?').collect();
        let [charset, encoding, text, tail] = word[..] else { break };
        assert!(charset.eq_ignore_ascii_case("utf-8"), "{value}");
        let before = &rest[..start];
        if !(after_word && before.trim().is_empty()) {
            out.push_str(before);
        }
        let decoded = match encoding {
            "B" | "b" => BASE64.decode(text.as_bytes()).expect("base64"),
            _ => decode_quoted_printable(&text.replace('_', " ")),
        };
        out.push_str(std::str::from_utf8(&decoded).expect("a word holds whole characters"));
        rest = tail.strip_prefix('=').expect("a word ends with ?=");
        after_word = true;
    }
    out + rest
}

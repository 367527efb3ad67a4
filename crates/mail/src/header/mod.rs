//! Header fields (RFC 5322 §2.2, RFC 2047, RFC 2231): folded at white space only, ASCII wherever the format asks for it.
//!
//! Lines are kept within 78 octets, those with encoded-words within 76. Only what cannot be folded (an address, an identifier,
//! a URI, a name without white space) makes a line longer. Names, texts and identifiers are never folded directly after the
//! field's name: some mail systems take such a field for an empty one.

mod encoded_word;
mod parameter;

use std::borrow::Cow;

use jiff::Zoned;

use crate::address::EmailAddress;
pub use encoded_word::decoded;
use encoded_word::{Encoding, FRAME, MAX_WORD};
use parameter::parameter;

/// Widest line of a field (RFC 5322 §2.1.1), in octets without its line end.
const MAX_WIDTH: usize = 78;
/// Widest line that holds an encoded-word (RFC 2047 §2).
const MAX_ENCODED: usize = 76;
/// Longest word that a phrase has as it is: with quotes and a field's name beside it, it stays below the 998 octets that no
/// line may pass (RFC 5322 §2.1.1).
const MAX_LITERAL: usize = 960;
/// Writes a field of free text, such as Subject; as it is where it is plain ASCII, else as encoded-words.
pub fn unstructured(name: &str, text: &str, out: &mut Vec<u8>) {
    let mut field = Field::new(name, out);
    field.text(text);
    field.end();
}

/// Writes a field that holds one mailbox, such as To: the phrase quoted or encoded where it must be, the address as it is.
pub fn mailbox(name: &str, phrase: &str, address: &EmailAddress, out: &mut Vec<u8>) {
    let mut field = Field::new(name, out);
    if phrase.is_empty() {
        field.word(address.as_str());
    } else {
        field.phrase(phrase);
        field.word(&format!("<{address}>"));
    }
    field.end();
}

/// Writes List-Id (RFC 2919): a description for people and an identifier below a domain.
pub fn list_id(description: &str, id: &str, out: &mut Vec<u8>) {
    let mut field = Field::new("List-Id", out);
    if !description.is_empty() {
        field.phrase(description);
    }
    field.word(&format!("<{id}>"));
    field.end();
}

/// Writes Message-ID; `id` is given without its brackets.
pub fn message_id(id: &str, out: &mut Vec<u8>) {
    literal("Message-ID", &format!("<{id}>"), out);
}

/// Writes Content-ID (RFC 2392); `id` is given without its brackets.
pub fn content_id(id: &str, out: &mut Vec<u8>) {
    literal("Content-ID", &format!("<{id}>"), out);
}

/// Writes a list of URIs in brackets, as List-Unsubscribe has them (RFC 2369); what may not stand in a URI is escaped.
pub fn uris<'a>(name: &str, uris: impl IntoIterator<Item = &'a str>, out: &mut Vec<u8>) {
    let mut field = Field::new(name, out);
    let mut uris = uris.into_iter().peekable();
    while let Some(uri) = uris.next() {
        let comma = if uris.peek().is_some() { "," } else { "" };
        let word = format!("<{}>{comma}", escape_uri(uri));
        if field.empty && !field.fits(&word) {
            field.fold();
        }
        field.word(&word);
    }
    field.end();
}

/// Writes Date (RFC 5322 §3.3), in English and with the offset of the date's own zone.
pub fn date(when: &Zoned, out: &mut Vec<u8>) {
    literal("Date", &when.strftime("%a, %d %b %Y %H:%M:%S %z").to_string(), out);
}

/// Writes a field whose value is a token of a standard, on one line.
pub fn literal(name: &str, value: &str, out: &mut Vec<u8>) {
    let mut field = Field::new(name, out);
    field.word(value);
    field.end();
}

/// Writes a field with parameters, such as Content-Type, in RFC 2231's form where it takes one.
pub fn parameterised(name: &str, value: &str, parameters: &[(&str, &str)], out: &mut Vec<u8>) {
    let mut words = vec![value.to_owned()];
    for (name, value) in parameters {
        words.extend(parameter(name, value));
    }
    let last = words.len() - 1;
    let mut field = Field::new(name, out);
    for (index, word) in words.iter_mut().enumerate() {
        if index < last {
            word.push(';');
        }
        field.word(word);
    }
    field.end();
}

/// A field being written.
struct Field<'a> {
    out: &'a mut Vec<u8>,
    /// Octets on the line so far.
    column: usize,
    /// Nothing stands after the name yet.
    empty: bool,
    /// How wide this line may become.
    widest: usize,
}

impl<'a> Field<'a> {
    fn new(name: &str, out: &'a mut Vec<u8>) -> Self {
        out.extend_from_slice(name.as_bytes());
        out.push(b':');
        Field { out, column: name.len() + 1, empty: true, widest: MAX_WIDTH }
    }

    /// Writes a space and what cannot be folded, on a new line where it does not fit this one.
    fn word(&mut self, word: &str) {
        if !self.empty && !self.fits(word) {
            self.fold();
        }
        self.push(word);
    }

    fn fits(&self, word: &str) -> bool {
        self.column + 1 + word.len() <= self.widest
    }

    fn push(&mut self, word: &str) {
        self.out.push(b' ');
        self.out.extend_from_slice(word.as_bytes());
        self.column += 1 + word.len();
        self.empty = false;
    }

    fn fold(&mut self) {
        self.out.extend_from_slice(b"\r\n");
        self.column = 0;
        self.widest = MAX_WIDTH;
    }

    fn end(self) {
        self.out.extend_from_slice(b"\r\n");
    }

    /// Writes free text: as it is where that is safe and every word fits a line, else as encoded-words.
    fn text(&mut self, text: &str) {
        let mut words = text.split(' ');
        let fits = words.next().is_some_and(|word| self.fits(word)) && words.all(|word| word.len() < MAX_WIDTH);
        if is_plain(text) && fits {
            text.split(' ').for_each(|word| self.word(word));
        } else {
            self.encoded_words(text);
        }
    }

    /// Writes a phrase (RFC 5322 §3.2.5): atoms, a quoted string, one encoded-word, or a row of these.
    ///
    /// White space between two encoded-words is no part of the text, but some readers keep it in phrases. So a long phrase is
    /// encoded only where it must be, and encoded-words come in a row only where one does not hold what must be encoded.
    fn phrase(&mut self, text: &str) {
        let stands = |word: &&str| is_plain(word) && literal_phrase(word).len() <= MAX_LITERAL;
        let words: Vec<&str> = text.split(' ').collect();
        let one_word = Encoding::shorter_for(text).width(text) <= self.room();
        if words.contains(&"") || (one_word && !words.iter().all(stands)) {
            return self.encoded_words(text);
        }
        for run in words.chunk_by(|left, right| stands(left) == stands(right)) {
            let run_text = run.join(" ");
            if stands(&run[0]) {
                literal_phrase(&run_text).split(' ').for_each(|word| self.word(word));
            } else {
                self.encoded_words(&run_text);
            }
        }
    }

    /// How much encoded text one encoded-word may have on this line.
    fn room(&self) -> usize {
        MAX_WORD.min(MAX_ENCODED.saturating_sub(self.column + 1)).saturating_sub(FRAME)
    }

    /// Writes `text` as encoded-words, each as long as its line allows.
    fn encoded_words(&mut self, text: &str) {
        let encoding = Encoding::shorter_for(text);
        let mut rest = text;
        while !rest.is_empty() {
            if !self.empty && encoding.width(rest) > self.room() {
                self.fold();
            }
            let (now, later) = rest.split_at(encoding.prefix(rest, self.room()));
            self.push(&encoding.word(now));
            self.widest = MAX_ENCODED;
            rest = later;
        }
    }
}

/// True where `text` reads the same after folding and decoding: printable ASCII, single spaces, nothing like an encoded-word.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
        && !text.starts_with(' ')
        && !text.ends_with(' ')
        && !text.contains("  ")
        && !text.contains("=?")
}

/// The phrase as atoms or as a quoted string.
fn literal_phrase(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte == b' ' || is_atext(byte)) {
        return Cow::Borrowed(text);
    }
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        if matches!(character, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(character);
    }
    quoted.push('"');
    Cow::Owned(quoted)
}

/// An octet of an atom (RFC 5322 §3.2.3).
fn is_atext(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

/// The URI with everything escaped that RFC 3986 allows nowhere.
fn escape_uri(uri: &str) -> Cow<'_, str> {
    let allowed = |character: char| character.is_ascii_graphic() && !"<>\"\\^`{|}".contains(character);
    if uri.chars().all(allowed) {
        return Cow::Borrowed(uri);
    }
    uri.chars().map(|character| if allowed(character) { character.to_string() } else { percent(character) }).collect()
}

fn percent(character: char) -> String {
    character.to_string().bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64;

    use super::*;

    fn subject(text: &str) -> String {
        let mut out = Vec::new();
        unstructured("Subject", text, &mut out);
        String::from_utf8(out).expect("ASCII")
    }

    fn to(phrase: &str, address: &str) -> String {
        let mut out = Vec::new();
        mailbox("To", phrase, &address.parse().expect("an address"), &mut out);
        String::from_utf8(out).expect("UTF-8")
    }

    /// Undoes encoded-words and quoting, as far as the writer uses them.
    fn read(phrase: &str) -> String {
        let unfolded = phrase.replace("\r\n", "");
        if !unfolded.contains("=?UTF-8?") {
            let inner = unfolded.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            return inner.map_or(unfolded.clone(), |inner| inner.replace("\\\"", "\"").replace("\\\\", "\\"));
        }
        let word = |word: &str| {
            let (kind, text) = word["=?UTF-8?".len()..word.len() - 2].split_once('?').expect("an encoded-word");
            let bytes = match kind {
                "B" => BASE64.decode(text.as_bytes()).expect("base64"),
                _ => {
                    let escaped = text.replace('_', "%20").replace('=', "%");
                    let mut parts = escaped.split('%');
                    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
                    for part in parts {
                        bytes.push(u8::from_str_radix(&part[..2], 16).expect("two digits"));
                        bytes.extend_from_slice(&part.as_bytes()[2..]);
                    }
                    bytes
                }
            };
            String::from_utf8(bytes).expect("no character is split")
        };
        unfolded.split(' ').map(word).collect()
    }

    #[test]
    fn what_is_plain_stays_readable() {
        assert_eq!(subject("Coffee, water & time (2027)"), "Subject: Coffee, water & time (2027)\r\n");
        assert_eq!(to("Anna Lind", "a@x.example"), "To: Anna Lind <a@x.example>\r\n");
        assert_eq!(to("Lind, Anna", "a@x.example"), "To: \"Lind, Anna\" <a@x.example>\r\n");
        assert_eq!(to("Anna \"A\" \\ L.", "a@x.example"), "To: \"Anna \\\"A\\\" \\\\ L.\" <a@x.example>\r\n");
        assert_eq!(to("", "a@Kaffehörnan.example"), "To: a@xn--kaffehrnan-jcb.example\r\n");
    }

    #[test]
    fn encoded_words_touch_the_phrase_only_and_take_the_shorter_encoding() {
        assert_eq!(to("Åsa Lindholm", "a@x.example"), "To: =?UTF-8?Q?=C3=85sa_Lindholm?= <a@x.example>\r\n");
        assert_eq!(to("שלום", "a@x.example"), "To: =?UTF-8?B?16nXnNeV150=?= <a@x.example>\r\n");
        assert_eq!(subject("where is the =? now"), "Subject: =?UTF-8?Q?where_is_the_=3D=3F_now?=\r\n");
    }

    #[test]
    fn a_long_phrase_is_encoded_only_where_it_must_be() {
        let phrase = "Björk & Blad Landskapsarkitektbüro für gardens, parks & squares in all of Uppland";
        let expected = "To: =?UTF-8?B?QmrDtnJr?= & Blad\r\n =?UTF-8?Q?Landskapsarkitektb=C3=BCro_f=C3=BCr?= \
            \"gardens, parks & squares\r\n in all of Uppland\" <a@x.example>\r\n";
        assert_eq!(to(phrase, "a@x.example"), expected);
    }

    #[test]
    fn every_phrase_comes_back_within_the_limits() {
        let phrases = [
            "👩‍🌾 Åsa ".repeat(90),
            "x".repeat(900),
            "word ".repeat(180) + "end",
            "\"\\".repeat(300),
            "a, b. ".repeat(100) + "c",
            " two  spaces ".to_owned(),
            "a\r\nBcc: b@x.example".to_owned(),
            "=?utf-8?q?x?= y".to_owned(),
            "한국어 العربية".repeat(20),
        ];
        for phrase in phrases {
            let written = to(&phrase, "anna.lind@firm.example");
            let body = written.strip_prefix("To: ").and_then(|rest| rest.strip_suffix("\r\n")).expect("a field");
            let (before, address) = body.rsplit_once(" <").expect("an address");
            assert_eq!(address, "anna.lind@firm.example>");
            assert_eq!(read(before.strip_suffix("\r\n").unwrap_or(before)), phrase);
            for line in written.split_terminator("\r\n") {
                let widest = if line.contains("=?UTF-8") { 76 } else { 78 };
                let foldable = line.trim_start_matches("To:").trim().contains(' ');
                assert!(
                    !line.trim().is_empty() && (line.len() <= widest || (!foldable && line.len() <= 998)),
                    "{line}"
                );
                assert!(line.starts_with("To: ") || line.starts_with(' '), "{line}");
            }
        }
    }

    #[test]
    fn uris_fold_between_each_other_and_cannot_break_out() {
        let mut out = Vec::new();
        let page = format!("https://firm.example/u/{}", "t".repeat(40));
        uris("List-Unsubscribe", ["mailto:av@firm.example?subject=stop", &page, "x:a>\r\nBcc: å"], &mut out);
        let expected = format!(
            "List-Unsubscribe: <mailto:av@firm.example?subject=stop>,\r\n <{page}>,\r\n <x:a%3E%0D%0ABcc:%20%C3%A5>\r\n"
        );
        assert_eq!(String::from_utf8(out).expect("ASCII"), expected);
    }

    #[test]
    fn a_date_is_in_english_with_its_own_offset() {
        let when = jiff::civil::date(2027, 6, 2).at(9, 0, 0, 0).in_tz("Europe/Stockholm").expect("a zone");
        let mut out = Vec::new();
        date(&when, &mut out);
        assert_eq!(out, b"Date: Wed, 02 Jun 2027 09:00:00 +0200\r\n");
    }
}

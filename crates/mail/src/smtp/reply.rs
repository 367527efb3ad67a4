//! What a relay says (RFC 5321 §4.2): a code and some lines.

use std::fmt;

use lettre::transport::smtp::response::{Response, Severity};

/// Longest line of a reply that is read, in octets; RFC 5321 §4.5.3.1.5 allows 512.
pub const MAX_LINE: usize = 4096;

/// Most lines of one reply.
const MAX_LINES: usize = 200;

/// Longest text of a reply that is kept, in characters.
const MAX_TEXT: usize = 500;

/// A whole reply, as lettre parses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply(Response);

/// What came was no reply of SMTP; holds what came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Garbage(pub String);

impl Reply {
    /// The reply that these lines make, each with its code and without its end.
    fn of(lines: &[String]) -> Result<Self, Garbage> {
        let text: String = lines.iter().flat_map(|line| [line, "\r\n"]).collect();
        text.parse().map(Reply).map_err(|_| Garbage(lines.last().cloned().unwrap_or_default()))
    }

    /// A reply in our own words, where a door that is no relay has to answer; `None` where `code` is none of SMTP.
    pub fn in_our_words(code: u16, text: &str) -> Option<Self> {
        Reply::of(&[format!("{code} {text}")]).ok()
    }

    /// What lettre made of it.
    pub fn response(&self) -> &Response {
        &self.0
    }

    /// The code, 200 to 559.
    pub fn code(&self) -> u16 {
        self.0.code().into()
    }

    /// Done (2yz).
    pub fn is_done(&self) -> bool {
        self.0.code().severity == Severity::PositiveCompletion
    }

    /// Not now (4yz).
    pub fn is_transient(&self) -> bool {
        self.0.code().severity == Severity::TransientNegativeCompletion
    }

    /// Not ever (5yz).
    pub fn is_permanent(&self) -> bool {
        self.0.code().severity == Severity::PermanentNegativeCompletion
    }

    /// The text of each line, without the code.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.0.message()
    }

    /// What kind of reply it is: the code and, where there is one, the enhanced code (RFC 2034) of its first line.
    pub fn kind(&self) -> String {
        let word = self.0.first_word().unwrap_or_default();
        let mut numbers = word.split('.');
        let is_enhanced = numbers.clone().count() == 3
            && numbers.all(|number| (1..=3).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit()));
        if is_enhanced { format!("{} {word}", self.code()) } else { self.code().to_string() }
    }
}

impl fmt::Display for Reply {
    /// All of it in one line, as it stands in the journal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.lines().collect::<Vec<_>>().join(" ");
        let text = text.trim();
        write!(f, "{}{}", self.code(), if text.is_empty() { "" } else { " " })?;
        match text.char_indices().nth(MAX_TEXT) {
            Some((end, _)) => write!(f, "{}…", &text[..end]),
            None => f.write_str(text),
        }
    }
}

/// A reply being read.
#[derive(Debug, Default)]
pub struct Reading {
    lines: Vec<String>,
}

impl Reading {
    /// Takes one line, without its end; the reply where this was its last.
    ///
    /// # Errors
    /// A line that belongs to no reply, or not to this one.
    pub fn line(&mut self, line: &[u8]) -> Result<Option<Reply>, Garbage> {
        let mut text = printable(line);
        let is_code = line.get(..3).is_some_and(|code| code.iter().all(u8::is_ascii_digit));
        if !is_code || self.lines.len() == MAX_LINES {
            return Err(Garbage(text));
        }
        if line.len() == 3 {
            // Some relays leave out the text and the blank before it.
            text.push(' ');
        }
        let goes_on = line.get(3) == Some(&b'-');
        self.lines.push(text);
        if goes_on { Ok(None) } else { Reply::of(&std::mem::take(&mut self.lines)).map(Some) }
    }
}

/// Text of a stranger, safe to be printed and written down: control characters and what turns text around are replaced.
fn printable(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let safe = |c: char| !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().take(MAX_TEXT).map(|c| if safe(c) { c } else { '\u{fffd}' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Option<Reply>, Garbage> {
        let mut reading = Reading::default();
        let mut last = Ok(None);
        for line in text.split_terminator("\r\n") {
            last = reading.line(line.as_bytes());
        }
        last
    }

    #[test]
    fn a_reply_is_a_code_and_all_its_lines() {
        let reply = read("250-relay.example\r\n250-SIZE 1000\r\n250 SMTPUTF8\r\n").expect("good").expect("whole");
        assert_eq!((reply.code(), reply.lines().count()), (250, 3));
        assert_eq!(read("250").expect("good").expect("whole").to_string(), "250");
        let refused = read("550-5.7.1 no\r\n550 5.7.1 mail here\r\n").expect("good").expect("whole");
        assert_eq!(
            (refused.to_string().as_str(), refused.kind().as_str()),
            ("550 5.7.1 no 5.7.1 mail here", "550 5.7.1")
        );
        assert_eq!(Reply::in_our_words(550, "5.7 percent").expect("a code").kind(), "550");
        assert_eq!(read("250-more to come"), Ok(None));
    }

    #[test]
    fn what_is_no_reply_is_garbage() {
        for text in
            ["", "25", "hello", "099 x", "600 x", "260 x", "250_x", "250-a\r\n251 b", "HTTP/1.1 200 OK", "２50 x"]
        {
            assert!(read(text).is_err() || text.is_empty(), "{text:?}");
        }
        assert_eq!(Reading::default().line(b"\x1b[2J"), Err(Garbage("\u{fffd}[2J".into())));
    }

    /// Whatever comes, reading ends in a reply, in garbage or in waiting for more, and nothing in it can harm a terminal.
    #[test]
    fn any_octets_can_be_read() {
        let mut seed = 0x2545_f491_4f6c_dd1d_u64;
        let mut random = || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed
        };
        for _ in 0..20_000 {
            let length = random() % 12;
            let alphabet = b"0123459- \r\n\x00\x1b\xff\xe2A.";
            let line: Vec<u8> = (0..length).map(|_| alphabet[random() as usize % alphabet.len()]).collect();
            let shown = match Reading::default().line(&line) {
                Ok(Some(reply)) => reply.to_string() + &reply.kind(),
                Ok(None) => String::new(),
                Err(Garbage(text)) => text,
            };
            assert!(!shown.contains(char::is_control), "{line:?}");
        }
    }
}

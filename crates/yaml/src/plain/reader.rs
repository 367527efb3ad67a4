//! A cursor over the lines of a text: columns, keys, scalars.

use std::borrow::Cow;

use super::{GiveUp, Plain};

/// The indentation of what the whole document stands in, and of its end.
pub const OUTSIDE: i32 = -1;

/// A place in a text.
pub struct Reader<'de> {
    text: &'de str,
    /// The next byte.
    pub at: usize,
    /// Where a line has just been begun, the column of its first character from 0, or [`OUTSIDE`] at the end of the text.
    pub column: i32,
}

/// A scalar that ends on its line.
pub enum Scalar<'de> {
    /// As it stands.
    Plain(&'de str),
    /// In quotes.
    Quoted(Cow<'de, str>),
}

/// True for what the library takes for nothing.
pub fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

/// What the library takes for yes or no.
pub fn truth(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// What a node is, as far as its beginning tells.
pub enum Kind<'de> {
    /// There is none.
    Nothing,
    /// Read to its end, the reader at the next line.
    Scalar(Scalar<'de>),
    /// A block mapping at this indentation; its first key is read.
    Mapping(i32, &'de str),
    /// A block sequence at this indentation.
    Sequence(i32),
    /// At its opening brace.
    FlowMapping,
    /// At its opening bracket.
    FlowSequence,
}

impl<'de> Reader<'de> {
    /// At the first line that says something.
    pub fn begin(text: &'de str) -> Plain<Self> {
        let mut reader = Reader { text, at: 0, column: OUTSIDE };
        reader.next_line().map(|()| reader)
    }

    /// True where nothing more is said.
    pub fn is_at_end(&self) -> bool {
        self.column == OUTSIDE
    }

    fn rest(&self) -> &'de str {
        &self.text[self.at..]
    }

    /// The next byte.
    pub fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn is_blank(&self, at: usize) -> bool {
        self.text.as_bytes().get(at).is_none_or(|&byte| byte == b' ' || byte == b'\n')
    }

    /// Goes on to what is no blank.
    pub fn skip_blanks(&mut self) {
        while self.peek() == Some(b' ') {
            self.at += 1;
        }
    }

    /// Goes on to the next line that says something; the rest of this one may hold blanks and a comment.
    pub fn next_line(&mut self) -> Plain<()> {
        loop {
            let begin = self.at;
            self.skip_blanks();
            match self.peek() {
                None => {
                    self.column = OUTSIDE;
                    return Ok(());
                }
                Some(b'\n') => self.at += 1,
                Some(b'#') if begin == 0 || self.text.as_bytes()[self.at - 1] <= b' ' => {
                    self.at =
                        memchr::memchr(b'\n', self.rest().as_bytes()).map_or(self.text.len(), |end| self.at + end);
                }
                Some(_) if begin == 0 || self.text.as_bytes()[begin - 1] == b'\n' => {
                    self.column = i32::try_from(self.at - begin).map_err(|_| GiveUp)?;
                    let rest = self.rest();
                    let marks = self.column == 0 && (rest.starts_with("---") || rest.starts_with("..."));
                    return if marks { Err(GiveUp) } else { Ok(()) };
                }
                Some(_) => return Err(GiveUp),
            }
        }
    }

    /// A key that needs no quotes, and its colon.
    pub fn key(&mut self) -> Option<&'de str> {
        let rest = self.rest();
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        let length = rest.bytes().position(|byte| !is_part(byte))?;
        let begins = rest.as_bytes()[0].is_ascii_alphabetic();
        if !begins || length > 100 || rest.as_bytes()[length] != b':' || !self.is_blank(self.at + length + 1) {
            return None;
        }
        let key = &rest[..length];
        // As a key too these are no text.
        if is_null(key) || truth(key).is_some() {
            return None;
        }
        self.at += length + 1;
        Some(key)
    }

    /// True where nothing but a comment follows on this line.
    pub fn is_at_end_of_line(&self) -> bool {
        matches!(self.peek(), None | Some(b'\n' | b'#'))
    }

    /// The block collection that begins with this line, or nothing where the line is not indented further than `parent`.
    pub fn block(&mut self, parent: i32) -> Plain<Kind<'de>> {
        if self.column <= parent {
            return Ok(Kind::Nothing);
        }
        if self.is_dash() {
            return Ok(Kind::Sequence(self.column));
        }
        self.key().map(|key| Kind::Mapping(self.column, key)).ok_or(GiveUp)
    }

    /// What begins in the middle of a line; `parent` is the indentation of the block it stands in, if it is not in a flow
    /// collection.
    pub fn inline(&mut self, parent: Option<i32>) -> Plain<Kind<'de>> {
        match (self.peek(), parent) {
            (Some(b'{'), _) => Ok(Kind::FlowMapping),
            (Some(b'['), _) => Ok(Kind::FlowSequence),
            (_, None) => self.scalar(true).map(Kind::Scalar),
            (_, Some(parent)) => {
                let scalar = self.scalar(false)?;
                self.end_of_node(parent)?;
                Ok(Kind::Scalar(scalar))
            }
        }
    }

    /// Goes on to the next line, which must not belong to the node that has just ended.
    pub fn end_of_node(&mut self, parent: i32) -> Plain<()> {
        self.next_line()?;
        if self.column > parent { Err(GiveUp) } else { Ok(()) }
    }

    /// True at the dash of a sequence's item.
    pub fn is_dash(&self) -> bool {
        self.peek() == Some(b'-') && self.is_blank(self.at + 1)
    }

    /// A scalar that ends on this line.
    fn scalar(&mut self, flow: bool) -> Plain<Scalar<'de>> {
        match self.peek() {
            Some(b'"') => self.double_quoted().map(Scalar::Quoted),
            Some(b'\'') => self.single_quoted().map(Scalar::Quoted),
            Some(first) if b",[]{}#&*!|>%@`?:=<".contains(&first) => Err(GiveUp),
            Some(b'-') if self.is_blank(self.at + 1) => Err(GiveUp),
            _ => self.plain(flow).map(Scalar::Plain),
        }
    }

    fn plain(&mut self, flow: bool) -> Plain<&'de str> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let mut end = start;
        while let Some(&byte) = bytes.get(self.at) {
            match byte {
                b'\n' => break,
                b' ' => {}
                b'#' if bytes[self.at - 1] == b' ' => break,
                b':' if self.is_blank(self.at + 1) => return Err(GiveUp),
                b':' if flow && b",?[]{}".contains(&bytes[self.at + 1]) => return Err(GiveUp),
                b',' | b']' | b'}' if flow => break,
                b'[' | b'{' if flow => return Err(GiveUp),
                _ => end = self.at + 1,
            }
            self.at += 1;
        }
        Ok(&self.text[start..end])
    }

    fn double_quoted(&mut self) -> Plain<Cow<'de, str>> {
        let text = &self.rest()[1..];
        let mut out: Option<String> = None;
        let mut from = 0;
        loop {
            let at = from + memchr::memchr3(b'"', b'\\', b'\n', &text.as_bytes()[from..]).ok_or(GiveUp)?;
            match (text.as_bytes()[at], text.as_bytes().get(at + 1)) {
                (b'"', _) => {
                    self.at += at + 2;
                    return Ok(match out {
                        None => Cow::Borrowed(&text[..at]),
                        Some(out) => Cow::Owned(out + &text[from..at]),
                    });
                }
                (b'\\', Some(&escaped @ (b'"' | b'\\'))) => {
                    let out = out.get_or_insert_default();
                    out.push_str(&text[from..at]);
                    out.push(char::from(escaped));
                    from = at + 2;
                }
                _ => return Err(GiveUp),
            }
        }
    }

    fn single_quoted(&mut self) -> Plain<Cow<'de, str>> {
        let text = &self.rest()[1..];
        let mut out: Option<String> = None;
        let mut from = 0;
        loop {
            let at = from + memchr::memchr2(b'\'', b'\n', &text.as_bytes()[from..]).ok_or(GiveUp)?;
            match (text.as_bytes()[at], text.as_bytes().get(at + 1)) {
                (b'\'', Some(b'\'')) => {
                    out.get_or_insert_default().push_str(&text[from..=at]);
                    from = at + 2;
                }
                (b'\'', _) => {
                    self.at += at + 2;
                    return Ok(match out {
                        None => Cow::Borrowed(&text[..at]),
                        Some(out) => Cow::Owned(out + &text[from..at]),
                    });
                }
                _ => return Err(GiveUp),
            }
        }
    }
}

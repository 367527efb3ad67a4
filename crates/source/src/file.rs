//! Source files, and places in them.
//!
//! Everything a person wrote is kept as a [`SourceFile`]; a [`Span`] is a byte range in its text. Lines and columns are
//! counted only when somebody has to be shown a place.

use std::sync::{Arc, OnceLock};

/// A text file of the programme, with its path relative to the root (always with forward slashes).
#[derive(Debug)]
pub struct SourceFile {
    path: String,
    text: String,
    /// Where each line begins, once somebody asked for a place: thousands of findings may be made in one file.
    lines: OnceLock<Box<[usize]>>,
    /// Where each item of its list begins, once somebody looked for them.
    items: OnceLock<Option<Arc<[usize]>>>,
}

impl PartialEq for SourceFile {
    fn eq(&self, other: &Self) -> bool {
        (&self.path, &self.text) == (&other.path, &other.text)
    }
}

impl Eq for SourceFile {}

/// A byte range in the text of one source file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset after the last byte.
    pub end: usize,
}

/// A line and a column as editors count them: from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl SourceFile {
    /// Keeps `text` under the programme-relative `path`.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Arc::new(SourceFile { path: path.into(), text: text.into(), lines: OnceLock::new(), items: OnceLock::new() })
    }

    /// The path relative to the root of the programme.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Where each item of the list in it begins, found once; `find` knows how.
    pub fn items(&self, find: impl FnOnce() -> Option<Arc<[usize]>>) -> Option<Arc<[usize]>> {
        self.items.get_or_init(find).clone()
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The line and column of a byte offset; an offset past the end counts as the end.
    pub fn position(&self, offset: usize) -> Position {
        let offset = if self.text.is_char_boundary(offset) { offset } else { self.text.len() };
        let line = self.lines().partition_point(|start| *start <= offset);
        let line_start = self.lines()[line - 1];
        Position { line, column: self.text[line_start..offset].chars().count() + 1 }
    }

    /// Where each line begins; there is always a first.
    fn lines(&self) -> &[usize] {
        self.lines.get_or_init(|| {
            let behind = self.text.match_indices('\n').map(|(newline, _)| newline + 1);
            std::iter::once(0).chain(behind).collect()
        })
    }

    /// The byte offset of a position; what lies outside the text is moved to its nearest edge.
    pub fn offset(&self, position: Position) -> usize {
        let line_start = match position.line {
            0 | 1 => 0,
            line => match self.text.match_indices('\n').nth(line - 2) {
                Some((newline, _)) => newline + 1,
                None => return self.text.len(),
            },
        };
        let line = self.text[line_start..].split('\n').next().unwrap_or_default();
        let column = position.column.saturating_sub(1);
        line.char_indices().nth(column).map_or(line_start + line.len(), |(at, _)| line_start + at)
    }

    /// The span of the YAML scalar (or plain word) that begins at `offset`: its quotes included, never past its line.
    pub fn scalar_at(&self, offset: usize) -> Span {
        let rest = &self.text[offset.min(self.text.len())..];
        let line = rest.split('\n').next().unwrap_or_default().trim_end_matches('\r');
        let length = match line.chars().next() {
            Some(quote @ ('"' | '\'')) => line[1..].find(quote).map_or(line.len(), |end| end + 2),
            _ => plain_length(line, self.in_flow(offset)),
        };
        Span { start: offset, end: offset + length }
    }

    /// True where a flow collection was opened earlier in this line.
    fn in_flow(&self, offset: usize) -> bool {
        let before = &self.text[..offset.min(self.text.len())];
        before[before.rfind('\n').map_or(0, |newline| newline + 1)..].contains(['{', '['])
    }
}

/// The length of a plain scalar: up to a comment, a key's colon or, in a flow collection, the end of the entry.
fn plain_length(line: &str, in_flow: bool) -> usize {
    let ends: &[&str] = if in_flow { &[" #", ": ", ", ", "}", "]"] } else { &[" #", ": "] };
    let stop = ends.iter().filter_map(|end| line.find(end)).min().unwrap_or(line.len());
    let plain = line[..stop].trim_end().trim_end_matches(':');
    plain.len().max(line.chars().next().map_or(0, char::len_utf8))
}

impl Span {
    /// The span of nothing at `offset`.
    pub fn at(offset: usize) -> Self {
        Span { start: offset, end: offset }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_from_one_and_come_back() {
        let file = SourceFile::new("a.yaml", "å: 1\nnamn: Åsa\n");
        let offset = file.text().find('Å').expect("it is there");
        let position = file.position(offset);
        assert_eq!(position, Position { line: 2, column: 7 });
        assert_eq!(file.offset(position), offset);
        assert_eq!(file.offset(Position { line: 9, column: 1 }), file.text().len());
    }

    #[test]
    fn a_scalar_ends_at_its_quote_a_comment_or_the_flow_collection() {
        let file = SourceFile::new("a.yaml", "a: \"x y\" # z\nb: plain text # c\nc: {d: e}\n");
        let span = |needle: &str| file.scalar_at(file.text().find(needle).expect("it is there"));
        let cut = |needle: &str| &file.text()[span(needle).start..span(needle).end];
        assert_eq!(cut("\"x"), "\"x y\"");
        assert_eq!(cut("plain"), "plain text");
        assert_eq!(cut("e}"), "e");
    }
}

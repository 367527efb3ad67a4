//! Source files, and places in them.
//!
//! Everything a person wrote is kept as a [`SourceFile`]; a [`Span`] is a byte range in its text. Lines and columns are
//! counted only when somebody has to be shown a place.

use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// A text file of the programme, with its path relative to the root (always with forward slashes).
#[derive(Debug)]
pub struct SourceFile {
    path: String,
    /// Not there before somebody asks for it, where the file is [read anew](SourceFile::read_anew).
    text: OnceLock<String>,
    disk: Option<Box<Disk>>,
    /// Where each line begins, once somebody asked for a place: thousands of findings may be made in one file.
    lines: OnceLock<Box<[usize]>>,
    /// Where each item of its list begins, once somebody looked for them.
    items: OnceLock<Option<Arc<[usize]>>>,
}

/// What makes the digest of a text.
type DigestOf = fn(&str) -> [u8; 32];

/// Where a text comes from that need not stay in memory.
#[derive(Debug)]
struct Disk {
    place: PathBuf,
    /// As it was read, until somebody takes it.
    unread: Mutex<Option<String>>,
    /// What makes digests, and that of what was taken.
    digest: OnceLock<(DigestOf, [u8; 32])>,
    length: usize,
}

impl PartialEq for SourceFile {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path && self.text() == other.text()
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
        SourceFile::of(path.into(), OnceLock::from(text.into()), None)
    }

    /// A long list that is gone through once: `text` leaves with whoever [takes](SourceFile::take) it. To show somebody a place in it,
    /// it is read anew from `place`. Where it is another text by then, nothing of it is shown.
    pub fn read_anew(path: impl Into<String>, text: String, place: PathBuf) -> Arc<Self> {
        let length = text.len();
        let disk = Disk { place, unread: Mutex::new(Some(text)), digest: OnceLock::new(), length };
        SourceFile::of(path.into(), OnceLock::new(), Some(Box::new(disk)))
    }

    fn of(path: String, text: OnceLock<String>, disk: Option<Box<Disk>>) -> Arc<Self> {
        Arc::new(SourceFile { path, text, disk, lines: OnceLock::new(), items: OnceLock::new() })
    }

    /// The file with its text, as it was read; `digest` is kept for a file that loses it so.
    pub fn take(self: &Arc<Self>, digest: DigestOf) -> Arc<Self> {
        let taken = self.disk.as_ref().and_then(|disk| {
            let text = disk.unread.lock().unwrap_or_else(PoisonError::into_inner).take()?;
            disk.digest.get_or_init(|| (digest, digest(&text)));
            Some(SourceFile::new(self.path.clone(), text))
        });
        taken.unwrap_or_else(|| Arc::clone(self))
    }

    /// Knows where the items of its list begin, as somebody found who `took` its text.
    pub fn know_items(&self, took: &SourceFile) {
        if let Some(items) = took.items.get() {
            self.items.get_or_init(|| items.clone());
        }
    }

    /// The length of the text in bytes.
    pub fn length(&self) -> usize {
        match (&self.disk, self.text.get()) {
            (Some(disk), None) => disk.length,
            _ => self.text().len(),
        }
    }

    /// A stretch of a text that is not in memory, read from the disk; `None` where it is there, or cannot be read so.
    pub fn stretch_on_disk(&self, span: Span) -> Option<String> {
        let disk = self.disk.as_ref().filter(|_| self.text.get().is_none())?;
        let mut file = fs::File::open(&disk.place).ok()?;
        file.seek(SeekFrom::Start(span.start as u64)).ok()?;
        let mut stretch = vec![0; span.end.checked_sub(span.start)?];
        file.read_exact(&mut stretch).ok()?;
        String::from_utf8(stretch).ok()
    }

    /// The digest of the text, where somebody took it.
    pub fn digest(&self) -> Option<[u8; 32]> {
        self.disk.as_ref().and_then(|disk| Some(disk.digest.get()?.1))
    }

    /// Shows `look` the text. One that is read anew is not kept.
    pub fn look_at<T>(&self, look: impl FnOnce(&str) -> T) -> T {
        match (self.text.get(), &self.disk) {
            (None, Some(disk)) => look(&disk.read()),
            _ => look(self.text()),
        }
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
        self.text.get_or_init(|| self.disk.as_ref().map(|disk| disk.read()).unwrap_or_default())
    }

    /// The line and column of a byte offset; an offset past the end counts as the end.
    pub fn position(&self, offset: usize) -> Position {
        let offset = if self.text().is_char_boundary(offset) { offset } else { self.text().len() };
        let line = self.lines().partition_point(|start| *start <= offset);
        let line_start = self.lines()[line - 1];
        Position { line, column: self.text()[line_start..offset].chars().count() + 1 }
    }

    /// Where each line begins; there is always a first.
    fn lines(&self) -> &[usize] {
        self.lines.get_or_init(|| {
            let behind = self.text().match_indices('\n').map(|(newline, _)| newline + 1);
            std::iter::once(0).chain(behind).collect()
        })
    }

    /// The byte offset of a position; what lies outside the text is moved to its nearest edge.
    pub fn offset(&self, position: Position) -> usize {
        let line_start = match position.line {
            0 | 1 => 0,
            line => match self.text().match_indices('\n').nth(line - 2) {
                Some((newline, _)) => newline + 1,
                None => return self.text().len(),
            },
        };
        let line = self.text()[line_start..].split('\n').next().unwrap_or_default();
        let column = position.column.saturating_sub(1);
        line.char_indices().nth(column).map_or(line_start + line.len(), |(at, _)| line_start + at)
    }

    /// The span of the YAML scalar (or plain word) that begins at `offset`: its quotes included, never past its line.
    pub fn scalar_at(&self, offset: usize) -> Span {
        let rest = &self.text()[offset.min(self.text().len())..];
        let line = rest.split('\n').next().unwrap_or_default().trim_end_matches('\r');
        let length = match line.chars().next() {
            Some(quote @ ('"' | '\'')) => line[1..].find(quote).map_or(line.len(), |end| end + 2),
            _ => plain_length(line, self.in_flow(offset)),
        };
        Span { start: offset, end: offset + length }
    }

    /// True where a flow collection was opened earlier in this line.
    fn in_flow(&self, offset: usize) -> bool {
        let before = &self.text()[..offset.min(self.text().len())];
        before[before.rfind('\n').map_or(0, |newline| newline + 1)..].contains(['{', '['])
    }
}

impl Disk {
    /// The text as it was; blanks where it is another by now, in which every place can still be looked up.
    fn read(&self) -> String {
        let is_same = |text: &String| self.digest.get().is_none_or(|(digest, taken)| digest(text) == *taken);
        let read = fs::read_to_string(&self.place).ok().filter(is_same);
        read.unwrap_or_else(|| " ".repeat(self.length))
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
    fn a_text_that_was_taken_is_read_anew() {
        let place = std::env::temp_dir().join(format!("source-{}.yaml", std::process::id()));
        fs::write(&place, "- id: anna\n").expect("writes");
        let file = SourceFile::read_anew("contacts/a.yaml", "- id: anna\n".to_owned(), place.clone());
        assert_eq!((file.digest(), file.length()), (None, 11));
        let taken = file.take(|text| [text.len() as u8; 32]);
        assert_eq!((taken.path(), taken.text(), file.digest()), ("contacts/a.yaml", "- id: anna\n", Some([11; 32])));
        assert_eq!(file.look_at(str::len), 11);
        taken.items(|| Some([0].into()));
        file.know_items(&taken);
        assert_eq!(file.items(|| None).as_deref(), Some(&[0][..]));
        assert_eq!(file.stretch_on_disk(Span { start: 2, end: 4 }).as_deref(), Some("id"));
        assert_eq!(file.stretch_on_disk(Span { start: 9, end: 12 }), None);
        fs::write(&place, "- id: bo\n").expect("writes");
        assert_eq!(file.look_at(str::to_owned), " ".repeat(11), "another text");
        assert_eq!(file.position(3), Position { line: 1, column: 4 });
        assert_eq!(file.stretch_on_disk(Span { start: 2, end: 4 }), None, "it is in memory");
        fs::remove_file(&place).expect("removes");
        assert_eq!(file.text(), " ".repeat(11), "kept once it was asked for");
        assert_eq!(SourceFile::new("a", "b").take(|_| [0; 32]).digest(), None);
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

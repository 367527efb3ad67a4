//! Writing down which lines a journal holds, so that a journal that has lost some is found out: see
//! [`journal_record`](crate::load::journal_record).

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use crate::load::journal_record;

/// The record of one journal, open for writing. It is a help: where it cannot be written, the journal is as good as before.
#[derive(Debug)]
pub struct Record {
    file: Option<File>,
}

impl Record {
    /// Opens the record of the journal `name`, and writes down every line that it holds now.
    pub fn open(root: &Path, name: &str, journal: &[u8]) -> Self {
        Record { file: Record::begin(root, name, journal).ok().flatten() }
    }

    fn begin(root: &Path, name: &str, journal: &[u8]) -> io::Result<Option<File>> {
        let Some(place) = journal_record::place(root, name) else { return Ok(None) };
        fs::create_dir_all(place.parent().unwrap_or(root))?;
        let known: Vec<u8> = journal_record::of(journal).flatten().collect();
        replace(&place, &known)?;
        OpenOptions::new().append(true).open(&place).map(Some)
    }

    /// Writes down lines that were added.
    pub fn add(&mut self, lines: &[u8]) {
        let added: Vec<u8> = journal_record::of(lines).flatten().collect();
        if self.file.as_mut().is_some_and(|file| file.write_all(&added).is_err()) {
            self.file = None;
        }
    }
}

/// Puts what a journal holds in place of what it held, where lines were changed on purpose; what was missing before stays missing.
///
/// # Errors
/// The record cannot be read or written.
pub fn renew_record(root: &Path, name: &str, before: &str, after: &str) -> io::Result<()> {
    let Some(place) = journal_record::place(root, name) else { return Ok(()) };
    let recorded = match fs::read(&place) {
        Ok(recorded) => recorded,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    let gone: HashSet<[u8; 8]> = journal_record::of(before.as_bytes()).collect();
    let kept = recorded.as_chunks::<8>().0.iter().copied().filter(|line| !gone.contains(line));
    let record: Vec<u8> = kept.chain(journal_record::of(after.as_bytes())).flatten().collect();
    replace(&place, &record)
}

/// In one move: a record that is half there would miss what it should tell of.
fn replace(place: &Path, record: &[u8]) -> io::Result<()> {
    let next = place.with_extension("next");
    if next.symlink_metadata().is_ok() {
        fs::remove_file(&next)?;
    }
    fs::write(&next, record)?;
    fs::rename(&next, place)
}

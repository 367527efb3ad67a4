//! The journals of what was sent, read when somebody asks for one: together they outgrow everything else in the folder.

use std::path::Path;
use std::{fs, io};

use super::ReadError;
use crate::diagnostic::Diagnostic;
use crate::model::id::MailingId;
use crate::model::journal::{Entry, Journal};
use crate::source::{SourceFile, Span};

/// Where journals lie below the root.
pub const FOLDER: &str = "contacts/journal";

/// Reads the journal of a mailing, all shards of it (`<mailing>.jsonl`, `<mailing>.<I>-of-<N>.jsonl`); empty where there is none.
///
/// A last line without its end is what a crash leaves, and is passed over; any other line that cannot be read is a finding.
///
/// # Errors
/// A file that the system does not let us read.
pub fn read(root: &Path, mailing: &MailingId, found: &mut Vec<Diagnostic>) -> Result<Journal, ReadError> {
    let mut journal = Journal::default();
    let folder = root.join(FOLDER);
    let names = names(root, mailing).map_err(|error| ReadError { path: folder.clone(), error })?;
    for name in names {
        let path = folder.join(&name);
        if !path.is_file() {
            return Err(ReadError { path, error: io::Error::other("it is no plain file") });
        }
        let bytes = fs::read(&path).map_err(|error| ReadError { path, error })?;
        note_lines(&format!("{FOLDER}/{name}"), &String::from_utf8_lossy(&bytes), &mut journal, found);
    }
    Ok(journal)
}

/// The file names of a mailing's journals, in order: the whole's and those of its parts.
///
/// # Errors
/// A folder that the system does not let us read.
pub fn names(root: &Path, mailing: &MailingId) -> io::Result<Vec<String>> {
    let folder = root.join(FOLDER);
    let mut names = Vec::new();
    if folder.is_dir() {
        for entry in fs::read_dir(&folder)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if mailing_of(&name) == Some(mailing.as_str()) {
                names.push(name);
            }
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// The file name of a mailing's journal, or of that of one part: which, of how many.
pub fn file_name(mailing: &MailingId, part: Option<(u32, u32)>) -> String {
    match part {
        Some((index, of)) => format!("{mailing}.{index}-of-{of}.jsonl"),
        None => format!("{mailing}.jsonl"),
    }
}

/// Which part, of how many, a journal's file name is for; `None` for that of the whole.
pub fn part_of(name: &str) -> Option<(u32, u32)> {
    let (_, part) = name.strip_suffix(".jsonl")?.split_once('.')?;
    let (index, of) = part.split_once("-of-")?;
    Some((index.parse().ok()?, of.parse().ok()?))
}

/// The mailing that a journal's file name belongs to.
pub fn mailing_of(name: &str) -> Option<&str> {
    name.strip_suffix(".jsonl").map(|stem| stem.split('.').next().unwrap_or(stem))
}

fn note_lines(path: &str, text: &str, journal: &mut Journal, found: &mut Vec<Diagnostic>) {
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    let mut start = 0;
    for line in whole.split('\n') {
        let span = Span { start, end: start + line.len() };
        start = span.end + 1;
        if line.trim().is_empty() {
            continue;
        }
        match Entry::parse(line) {
            Ok(entry) => journal.note(entry),
            Err(fault) => {
                let file = SourceFile::new(path, text);
                found.push(Diagnostic::from_fault("journal-line", fault).at(&file, span));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::journal::State;

    #[test]
    fn shards_are_one_journal_and_a_torn_tail_is_passed_over() {
        let root = tempfile::tempdir().expect("a folder");
        let folder = root.path().join(FOLDER);
        fs::create_dir_all(&folder).expect("made");
        let line = |contact: &str, state: &str| {
            format!("{{\"t\":\"2027-01-20T08:00:00Z\",\"contact\":\"{contact}\",\"state\":\"{state}\"}}\n")
        };
        fs::write(folder.join("news.1-of-2.jsonl"), line("anna", "accepted")).expect("written");
        let torn = format!("{}{}{{\"t\":\"20", line("kari", "attempting"), line("ivo", "sent"));
        fs::write(folder.join("news.2-of-2.jsonl"), torn).expect("written");
        fs::write(folder.join("news-two.jsonl"), line("dag", "accepted")).expect("written");
        let mut found = Vec::new();
        let mailing = "news".parse().expect("an id");
        let journal = read(root.path(), &mailing, &mut found).expect("read");
        assert_eq!((journal.count(State::Accepted), journal.count(State::InDoubt)), (1, 1));
        assert_eq!(found.len(), 1);
        let place = found[0].place.as_ref().expect("a place");
        assert_eq!((place.path(), place.line_column()), ("contacts/journal/news.2-of-2.jsonl", Some((2, 1))));
    }
}

//! The journals of what was sent, read when somebody asks for one: together they outgrow everything else in the folder.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use jiff::Timestamp;
use rayon::prelude::*;
use serde::Deserialize;

use super::ReadError;
use crate::model::id::{ContactId, MailingId};
use crate::model::journal::{Entry, Journal, Journals, Outcome, Outcomes, State};
use source::diagnostic::Diagnostic;
use source::{SourceFile, Span};

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
    for name in names(root)?.into_iter().filter(|name| mailing_of(name) == Some(mailing.as_str())) {
        let path = root.join(FOLDER).join(&name);
        if !path.is_file() {
            return Err(ReadError { path, error: io::Error::other("it is no plain file") });
        }
        let bytes = fs::read(&path).map_err(|error| ReadError { path, error })?;
        note_lines(&format!("{FOLDER}/{name}"), &String::from_utf8_lossy(&bytes), &mut journal, found);
    }
    Ok(journal)
}

/// Reads what became of every message of every mailing, each file once and line by line; `known` are the contacts by id.
///
/// A last line without its end is passed over, as [`read`] does.
///
/// # Errors
/// A file that the system does not let us read.
pub fn all(root: &Path, known: &HashMap<ContactId, u32>, found: &mut Vec<Diagnostic>) -> Result<Journals, ReadError> {
    let files: Vec<(MailingId, String)> =
        names(root)?.into_iter().filter_map(|name| Some((mailing_of(&name)?.parse().ok()?, name))).collect();
    let read: Vec<(Vec<Short>, Vec<Diagnostic>)> =
        files.par_iter().map(|(_, name)| read_short(root, name, known)).collect::<Result<_, ReadError>>()?;
    let mut journals = Journals::new();
    for ((mailing, _), (lines, faults)) in files.into_iter().zip(read) {
        let outcomes: &mut Outcomes = journals.entry(mailing).or_default();
        for Short { contact, outcome } in lines {
            match contact {
                Ok(position) => outcomes.note(position, outcome),
                Err(gone) => outcomes.note_gone(gone, outcome),
            }
        }
        found.extend(faults);
    }
    Ok(journals)
}

/// What a line says, in short: whose message, by position where they are on the list, and what became of it.
struct Short {
    contact: Result<u32, ContactId>,
    outcome: Outcome,
}

/// The fields of a line that decide what became of a message; the others are not looked at.
#[derive(Deserialize)]
struct Fields<'l> {
    #[serde(borrow)]
    t: Cow<'l, str>,
    #[serde(borrow)]
    contact: Cow<'l, str>,
    #[serde(borrow)]
    state: Cow<'l, str>,
    #[serde(default = "first")]
    generation: u32,
}

fn first() -> u32 {
    1
}

fn read_short(
    root: &Path,
    name: &str,
    known: &HashMap<ContactId, u32>,
) -> Result<(Vec<Short>, Vec<Diagnostic>), ReadError> {
    let path = root.join(FOLDER).join(name);
    let failed = |error| ReadError { path: path.clone(), error };
    let mut reader = BufReader::with_capacity(1 << 16, File::open(&path).map_err(failed)?);
    let (mut lines, mut is_sound) = (Vec::new(), true);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).map_err(failed)? > 0 {
        if line.ends_with(b"\n") && !line.trim_ascii().is_empty() {
            match short(&line, known) {
                Some(short) => lines.push(short),
                None => is_sound = false,
            }
        }
        line.clear();
    }
    let mut found = Vec::new();
    if !is_sound {
        // Now the places of what is wrong are wanted, and they need the whole text.
        let bytes = fs::read(&path).map_err(failed)?;
        let text = String::from_utf8_lossy(&bytes);
        note_lines(&format!("{FOLDER}/{name}"), &text, &mut Journal::default(), &mut found);
    }
    Ok((lines, found))
}

fn short(line: &[u8], known: &HashMap<ContactId, u32>) -> Option<Short> {
    let Fields { t, contact, state, generation } = serde_json::from_slice(line).ok()?;
    let t: Timestamp = t.parse().ok()?;
    let state: State = state.parse().ok()?;
    let contact = match known.get(contact.as_ref()) {
        Some(&position) => Ok(position),
        None => Err(contact.parse().ok()?),
    };
    Some(Short { contact, outcome: Outcome { t, state, generation } })
}

/// The names of the journals' files, sorted.
///
/// # Errors
/// A folder that the system does not let us read.
pub fn names(root: &Path) -> Result<Vec<String>, ReadError> {
    let folder = root.join(FOLDER);
    let mut names = Vec::new();
    if !folder.is_dir() {
        return Ok(names);
    }
    let failed = |error| ReadError { path: folder.clone(), error };
    for entry in fs::read_dir(&folder).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name().to_string_lossy().into_owned();
        if mailing_of(&name).is_some() {
            names.push(name);
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

        let known = HashMap::from([("kari".parse().expect("an id"), 7)]);
        let mut found_again = Vec::new();
        let all = super::all(root.path(), &known, &mut found_again).expect("read");
        let outcomes = &all[&mailing];
        assert_eq!(outcomes.of(7).expect("kari").state(), State::InDoubt);
        assert_eq!(
            (outcomes.count(State::Accepted), outcomes.count(State::InDoubt)),
            (1, 1),
            "anna is gone, but counts"
        );
        assert_eq!((all.len(), found_again.len()), (2, 1));
        assert_eq!(found_again[0].message, found[0].message);
    }
}

//! The journals of what was sent, read when somebody asks for one: together they outgrow everything else in the folder.

use std::borrow::Cow;
use std::cell::LazyCell;
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use rayon::prelude::*;
use serde::Deserialize;

use super::ReadError;
use super::journal_tail::{self, Tail};
use crate::model::id::{ContactId, MailingId};
use crate::model::journal::{Entry, Journal, Journals, Outcome, Outcomes, State};
use crate::model::programme::Programme;
use crate::model::text::counted;
use mail::address::EmailAddress;
use mail::smtp::fault::says_no_such_mailbox;
use source::diagnostic::{Diagnostic, Fault};
use source::{SourceFile, Span};
use store::inside::is_inside;

/// Where journals lie below the root.
pub const FOLDER: &str = "contacts/journal";

/// Reads the journal of a mailing, all shards of it (`<mailing>.jsonl`, `<mailing>.<I>-of-<N>.jsonl`), and those of the ids it
/// once had; empty where there is none.
///
/// A last line without its end is what a crash leaves: one that is whole counts, the beginning of one is passed over. Anything
/// else that cannot be read is a finding.
///
/// # Errors
/// A file that the system does not let us read, or that lies outside of the programme.
pub fn read(
    root: &Path,
    mailing: &MailingId,
    was: &[MailingId],
    found: &mut Vec<Diagnostic>,
) -> Result<Journal, ReadError> {
    let mut journal = Journal::default();
    let is_ours = |id: &str| id == mailing.as_str() || was.iter().any(|was| was.as_str() == id);
    for name in names(root)?.into_iter().filter(|name| mailing_of(name).is_some_and(is_ours)) {
        let path = root.join(FOLDER).join(&name);
        if !path.is_file() {
            return Err(ReadError { path, error: io::Error::other("it is no plain file") });
        }
        let bytes = fs::read(&path).map_err(|error| ReadError { path, error })?;
        note_lines(&format!("{FOLDER}/{name}"), &bytes, &mut journal, found);
    }
    Ok(journal)
}

/// Every journal as it stands, in the order of their names.
///
/// # Errors
/// A file that the system does not let us read.
pub fn texts(root: &Path) -> Result<Vec<Arc<SourceFile>>, ReadError> {
    let text = |name: String| {
        let path = root.join(FOLDER).join(&name);
        let bytes = fs::read(&path).map_err(|error| ReadError { path, error })?;
        Ok(SourceFile::new(format!("{FOLDER}/{name}"), String::from_utf8_lossy(&bytes).into_owned()))
    };
    names(root)?.into_iter().map(text).collect()
}

/// Reads what became of every message of every mailing, each file once and line by line. Whoever has another id now is known by
/// their mailbox, and a mailing by the ids it once had.
///
/// A last line without its end is taken as [`read`] takes it.
///
/// # Errors
/// A file that the system does not let us read.
pub fn all(root: &Path, programme: &Programme, found: &mut Vec<Diagnostic>) -> Result<Journals, ReadError> {
    let renamed: HashMap<&str, &MailingId> = programme
        .mailings()
        .flat_map(|mailing| mailing.was.iter().map(move |was| (was.as_str(), &mailing.id)))
        .collect();
    let owner = |id: &str| renamed.get(id).map_or_else(|| id.parse().ok(), |now| Some((*now).clone()));
    let files: Vec<(MailingId, String)> =
        names(root)?.into_iter().filter_map(|name| Some((owner(mailing_of(&name)?)?, name))).collect();
    let read: Vec<(Shorts, Vec<Diagnostic>)> =
        files.par_iter().map(|(_, name)| read_short(root, name, &programme.by_id)).collect::<Result<_, ReadError>>()?;
    let mut by_mailbox: Option<HashMap<String, u32>> = None;
    let mut journals = Journals::new();
    for ((mailing, _), (Shorts { lines, gone }, faults)) in files.into_iter().zip(read) {
        let outcomes: &mut Outcomes = journals.entry(mailing).or_default();
        let mut now = |id: &ContactId| {
            let mailbox = gone.get(id)?;
            by_mailbox.get_or_insert_with(|| mailboxes(programme)).get(mailbox).copied()
        };
        for Short { contact, outcome, dead } in lines {
            let contact = contact.or_else(|gone| now(&gone).map(|position| (position, gone.parts().1)).ok_or(gone));
            if let (Some(to), Ok((position, _))) = (dead, &contact) {
                outcomes.note_dead(*position, outcome.t, to.as_deref());
            }
            match contact {
                Ok((position, None)) => outcomes.note(position, outcome),
                Ok((position, Some(event))) => outcomes.note_event(position, event, outcome),
                Err(gone) => outcomes.note_gone(gone, outcome),
            }
        }
        found.extend(faults);
    }
    Ok(journals)
}

/// Everybody's mailbox, folded.
fn mailboxes(programme: &Programme) -> HashMap<String, u32> {
    let of = |(index, contact): (u32, &crate::model::contact::Contact)| {
        Some((contact.email.as_ref()?.folded_without_tag(), index))
    };
    (0..).zip(&programme.contacts).filter_map(of).collect()
}

/// What the lines of a file say in short.
#[derive(Default)]
struct Shorts {
    lines: Vec<Short>,
    /// The folded mailboxes of contacts who are not on the list under that id.
    gone: HashMap<ContactId, String>,
}

/// What a line says, in short: whose message, by position where they are on the list, and what became of it.
struct Short {
    contact: Result<(u32, Option<Date>), ContactId>,
    outcome: Outcome,
    /// There is no such mailbox; which, where the line says it.
    dead: Option<Option<Box<str>>>,
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
    #[serde(borrow, default)]
    to: Option<Cow<'l, str>>,
    #[serde(borrow, default)]
    reply: Option<Cow<'l, str>>,
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
) -> Result<(Shorts, Vec<Diagnostic>), ReadError> {
    let path = root.join(FOLDER).join(name);
    let failed = |error| ReadError { path: path.clone(), error };
    let mut reader = BufReader::with_capacity(1 << 16, File::open(&path).map_err(failed)?);
    let (mut shorts, mut is_sound) = (Shorts::default(), true);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).map_err(failed)? > 0 {
        let counts = line.ends_with(b"\n") || journal_tail::of(&line) == Tail::Whole;
        is_sound &= counts || journal_tail::of(&line) != Tail::Damaged;
        if counts && !line.trim_ascii().is_empty() {
            is_sound &= short(&line, known, &mut shorts).is_some();
        }
        line.clear();
    }
    let mut found = Vec::new();
    if !is_sound {
        // Now the places of what is wrong are wanted, and they need the whole text.
        let bytes = fs::read(&path).map_err(failed)?;
        note_lines(&format!("{FOLDER}/{name}"), &bytes, &mut Journal::default(), &mut found);
    }
    Ok((shorts, found))
}

fn short(line: &[u8], known: &HashMap<ContactId, u32>, shorts: &mut Shorts) -> Option<()> {
    let Fields { t, contact, state, to, reply, generation } = serde_json::from_slice(line).ok()?;
    let t: Timestamp = t.parse().ok()?;
    let state: State = state.parse().ok()?;
    let contact = match known.get(contact.as_ref()) {
        Some(&position) => Ok((position, None)),
        None => {
            let key = ContactId::parse_key(&contact).ok()?;
            let (id, event) = key.parts();
            known.get(id).filter(|_| event.is_some()).map(|&position| (position, event)).ok_or(key)
        }
    };
    let is_dead = state == State::Refused && reply.is_some_and(|reply| says_no_such_mailbox(&reply));
    let dead = is_dead.then(|| to.as_deref().map(Into::into));
    if let (Err(gone), Some(Ok(mailbox))) = (&contact, to.map(|to| to.parse::<EmailAddress>())) {
        shorts.gone.insert(gone.clone(), mailbox.folded_without_tag());
    }
    shorts.lines.push(Short { contact, outcome: Outcome { t, state, generation }, dead });
    Some(())
}

/// True where a journal tells of more than letters posted: a message that was sent, or at least tried, or what cannot be read.
/// Most tell it in their first line.
///
/// # Errors
/// A file that the system does not let us read.
pub fn is_of_messages(path: &Path) -> io::Result<bool> {
    let mut reader = BufReader::new(File::open(path)?);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        let state = serde_json::from_slice(&line).ok().and_then(|Fields { state, .. }| state.parse().ok());
        if !line.trim_ascii().is_empty() && state != Some(State::Posted) {
            return Ok(true);
        }
        line.clear();
    }
    Ok(false)
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
    if !is_inside(root, &folder) {
        return Err(failed(io::Error::other("it is a link that leaves the programme")));
    }
    for entry in fs::read_dir(&folder).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name().to_string_lossy().into_owned();
        if mailing_of(&name).is_some() {
            let path = folder.join(&name);
            if !is_inside(root, &path) {
                return Err(ReadError { path, error: io::Error::other("it is a link that leaves the programme") });
            }
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

/// Entries of the journals' folder that are no journal and bear the name of one of this mailing, but for its suffix or a piece of
/// it: a copy, another form, a folder. Whoever made one meant it to be a journal, or moved one away.
///
/// # Errors
/// A folder that the system does not let us read.
pub fn strays(root: &Path, mailing: &MailingId) -> Result<Vec<String>, ReadError> {
    let folder = root.join(FOLDER);
    let Ok(entries) = fs::read_dir(&folder) else { return Ok(Vec::new()) };
    let mut strays = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| ReadError { path: folder.clone(), error })?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let stem = name.split('.').next().unwrap_or_default();
        let is_journal = mailing_of(&name).is_some() && (name.matches('.').count() == 1 || part_of(&name).is_some());
        if stem.eq_ignore_ascii_case(mailing.as_str()) && (!is_journal || stem != mailing.as_str()) {
            strays.push(name);
        }
    }
    strays.sort_unstable();
    Ok(strays)
}

fn note_lines(path: &str, bytes: &[u8], journal: &mut Journal, found: &mut Vec<Diagnostic>) {
    let tail = journal_tail::of(bytes);
    let end = journal_tail::end_of_lines(bytes);
    let counts = if tail == Tail::Whole { bytes.len() } else { end };
    let file = LazyCell::new(|| SourceFile::new(path, String::from_utf8_lossy(bytes)));
    // Damage seldom comes alone, and of neighbours only the first is told: its fault, where it stands, how many follow it.
    let mut damaged: Option<(Fault, Span, usize)> = None;
    let mut tell = |damaged: &mut Option<(Fault, Span, usize)>| {
        if let Some((mut fault, span, more)) = damaged.take() {
            if more > 0 {
                fault.message += &format!("; the {} after it cannot be read either", counted(more, "line"));
            }
            found.push(Diagnostic::from_fault("journal-line", fault).at(&file, span));
        }
    };
    // What is no UTF-8 takes another number of octets in the text that is shown.
    let shown =
        |bytes: &[u8]| std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes).len(), str::len);
    let mut start = 0;
    for raw in bytes[..counts].split(|&byte| byte == b'\n') {
        let span = Span { start, end: start + shown(raw) };
        start = span.end + 1;
        if raw.trim_ascii().is_empty() {
            continue;
        }
        let entry = match std::str::from_utf8(raw) {
            Ok(line) => Entry::parse(line),
            Err(_) => Err(Fault::new("this line is not UTF-8")),
        };
        match (entry, &mut damaged) {
            (Ok(entry), _) => {
                tell(&mut damaged);
                journal.note(entry);
            }
            (Err(_), Some((_, _, more))) => *more += 1,
            (Err(fault), None) => damaged = Some((fault, span, 0)),
        }
    }
    if let (Tail::Damaged, Some((_, _, more))) = (&tail, &mut damaged) {
        *more += 1;
    } else if tail == Tail::Damaged {
        let fault = Fault::new("what stands after the last line end is no line that a crash leaves")
            .hint("its line ends may have been changed, or something else written over it");
        let start = shown(&bytes[..end]);
        damaged = Some((fault, Span { start, end: start + shown(&bytes[end..]) }, 0));
    }
    tell(&mut damaged);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::journal::State;
    use crate::plan::fixture::Fixture;

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
        let journal = read(root.path(), &mailing, &[], &mut found).expect("read");
        assert_eq!((journal.count(State::Accepted), journal.count(State::InDoubt)), (1, 1));
        assert_eq!(found.len(), 1);
        let place = found[0].place.as_ref().expect("a place");
        assert_eq!((place.path(), place.line_column()), ("contacts/journal/news.2-of-2.jsonl", Some((2, 1))));

        let programme = Fixture::new().contact("ivo", "C", |_| {}).contact("kari", "C", |_| {}).build();
        let mut found_again = Vec::new();
        let all = super::all(root.path(), &programme, &mut found_again).expect("read");
        let outcomes = &all[&mailing];
        assert_eq!(outcomes.of_message(1, None).expect("kari").state(), State::InDoubt);
        assert_eq!(
            (outcomes.count(State::Accepted), outcomes.count(State::InDoubt)),
            (1, 1),
            "anna is gone, but counts"
        );
        assert_eq!((all.len(), found_again.len()), (2, 1));
        assert_eq!(found_again[0].message, found[0].message);
    }

    #[test]
    fn damaged_lines_that_follow_one_another_are_one_finding_at_the_first() {
        let line = r#"{"t":"2027-01-20T08:00:00Z","contact":"anna","state":"accepted"}"#;
        let found = |text: &[u8]| {
            let (mut journal, mut found) = (Journal::default(), Vec::new());
            note_lines("contacts/journal/news.jsonl", text, &mut journal, &mut found);
            let told = |finding: &Diagnostic| {
                let place = finding.place.as_ref().and_then(|place| place.line_column()).expect("a place");
                (place, finding.message.rsplit("; ").next().unwrap_or_default().to_owned())
            };
            (journal.count(State::Accepted), found.iter().map(told).collect::<Vec<_>>())
        };
        let pretty = "{\n  \"t\": \"2027-01-20T08:00:00Z\",\n  \"contact\": \"kari\"\n}";
        let (count, told) = found(format!("{line}\nå\n\n{pretty}\n{line}\n<<<<<<< HEAD\n").as_bytes());
        assert_eq!((count, told.len()), (1, 2), "{told:?}");
        assert_eq!(told[0], ((2, 1), "the 4 lines after it cannot be read either".to_owned()));
        assert_eq!(told[1].0, (9, 1));
        let wide: Vec<u8> = format!("{line}\n").repeat(50_000).encode_utf16().flat_map(u16::to_le_bytes).collect();
        let (count, told) = found(&wide);
        assert_eq!((count, told.len()), (0, 1), "{told:?}");
    }

    #[test]
    fn letters_posted_are_no_messages() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("news.jsonl");
        let line =
            |state: &str| format!("{{\"t\":\"2027-01-20T08:00:00Z\",\"contact\":\"anna\",\"state\":\"{state}\"}}\n");
        let is_of_messages = |text: String| {
            fs::write(&path, text).expect("written");
            super::is_of_messages(&path).expect("read")
        };
        assert!(!is_of_messages(line("posted").repeat(3)));
        assert!(is_of_messages(line("posted") + &line("planned")));
        assert!(is_of_messages("nothing of ours\n".to_owned()));
    }
}

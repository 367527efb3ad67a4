//! Adding to the journal of a mailing (design §7): what is sent is never noted twice, whoever writes at the same time.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::load::journals::FOLDER;
use crate::model::id::MailingId;
use crate::model::journal::{Entry, Journal};

/// Appends `entries` to `contacts/journal/<mailing>.jsonl` and says which of them were new: a contact whose message is sent
/// already, in this file, is left as they are. The file is locked meanwhile, a last line that a crash cut short is
/// removed, and what was added is on the disk before this returns.
///
/// # Errors
/// The disk.
pub fn append(root: &Path, mailing: &MailingId, entries: Vec<Entry>) -> io::Result<Vec<Entry>> {
    let folder = root.join(FOLDER);
    fs::create_dir_all(&folder)?;
    let path = folder.join(format!("{mailing}.jsonl"));
    let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
    file.lock()?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let whole = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
    let mut journal = Journal::default();
    for entry in String::from_utf8_lossy(&bytes[..whole]).lines().filter_map(|line| Entry::parse(line).ok()) {
        journal.note(entry);
    }
    let mut named = BTreeSet::new();
    let is_new = |entry: &Entry| journal.sent(&entry.contact).is_none() && named.insert(entry.contact.clone());
    let new: Vec<Entry> = entries.into_iter().filter(is_new).collect();
    if new.is_empty() {
        return Ok(new);
    }
    let lines: String = new.iter().map(|entry| entry.to_line() + "\n").collect();
    file.set_len(whole as u64)?;
    file.seek(SeekFrom::End(0))?;
    file.write_all(lines.as_bytes())?;
    file.sync_data()?;
    Ok(new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::journal::State;

    fn entry(contact: &str) -> Entry {
        let t = "2026-12-01T11:00:00Z".parse().expect("a moment");
        Entry::new(t, contact.parse().expect("an id"), State::Posted)
    }

    #[test]
    fn r10_who_was_posted_a_letter_is_not_noted_again_and_a_torn_line_goes() {
        let root = tempfile::tempdir().expect("a folder");
        let mailing: MailingId = "card".parse().expect("an id");
        let add = |contacts: &[&str]| {
            let entries = contacts.iter().map(|contact| entry(contact)).collect();
            append(root.path(), &mailing, entries).expect("written").len()
        };
        assert_eq!(add(&["anna", "kari", "anna"]), 2);
        let path = root.path().join(FOLDER).join("card.jsonl");
        let whole = fs::read_to_string(&path).expect("read");
        fs::write(&path, format!("{whole}{{\"t\":\"20")).expect("written");
        assert_eq!(add(&["kari", "tiina"]), 1);
        let lines = fs::read_to_string(&path).expect("read");
        assert_eq!(lines, format!("{whole}{}\n", entry("tiina").to_line()));
        assert_eq!(add(&["kari"]), 0);
    }
}

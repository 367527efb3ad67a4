//! What changes in the files of a programme when somebody is forgotten, before anything is written.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::held::{About, Entry, Held, Known};
use super::mentions::SOMEBODY;
use crate::load::kind::{self, Kind};
use crate::load::{Folder, journals};
use crate::model::forgotten::TraceHash;
use crate::model::id::ContactId;
use crate::model::journal;
use jiff::civil::Date;
use source::SourceFile;
use source::diagnostic::Fault;

/// Where the hashes stand.
pub const FORGOTTEN: &str = "contacts/forgotten.yaml";

/// A file, as it is and as it shall be.
pub struct Change {
    /// As it is; `None` where there is none yet.
    pub before: Option<Arc<SourceFile>>,
    /// Its path.
    pub path: String,
    /// As it shall be.
    pub after: String,
}

/// The changes of files by path.
pub struct Changes {
    files: BTreeMap<String, Change>,
}

impl Changes {
    /// Everything that is to be changed for `held` to be forgotten; `stand_in` takes their place where somebody is needed.
    ///
    /// # Errors
    /// The file that cannot be changed safely, and why.
    pub fn of(
        held: &Held<'_>,
        folder: &Folder,
        texts: &[Arc<SourceFile>],
        known: &Known<'_>,
        stand_in: &ContactId,
    ) -> Result<Self, (String, Fault)> {
        let mut changes = Changes { files: BTreeMap::new() };
        let mut by_file: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
        for entry in &held.entries {
            by_file.entry(entry.file.path()).or_default().push(entry);
        }
        for (path, entries) in by_file {
            let after = without(&entries, stand_in).map_err(|fault| (path.to_owned(), fault))?;
            changes.put(Some(&entries[0].file), path, after);
        }
        for file in texts {
            if !known.lines(file).is_empty() {
                changes.put(Some(file), file.path(), anonymous(file, known, stand_in));
            }
        }
        for file in folder.texts.values().chain(texts).filter(|file| is_authored(file.path())) {
            let text = changes.files.get(file.path()).map_or(file.text(), |change| &change.after);
            let after = held.mentions.taken_out_of(text);
            if after != text {
                changes.put(Some(file), file.path(), after);
            }
        }
        Ok(changes)
    }

    /// Adds the hashes of who is forgotten.
    ///
    /// # Errors
    /// The file cannot be added to safely.
    pub fn remember(&mut self, folder: &Folder, hashes: &[TraceHash], on: Date) -> Result<(), (String, Fault)> {
        const HEAD: &str =
            "# Who asked to be forgotten: keyed hashes, by which they are known again, and nothing else.\n\n";
        let file = folder.text(FORGOTTEN);
        let mut text = file.map_or_else(|| HEAD.to_owned(), |file| file.text().to_owned());
        for hash in hashes {
            let item = format!("{{hash: {hash}, on: {on}}}");
            text = yaml::edit::append(&text, &item).map_err(|fault| (FORGOTTEN.to_owned(), fault))?;
        }
        if !hashes.is_empty() {
            self.put(file, FORGOTTEN, text);
        }
        Ok(())
    }

    fn put(&mut self, before: Option<&Arc<SourceFile>>, path: &str, after: String) {
        let new = || Change { before: before.cloned(), path: path.to_owned(), after: String::new() };
        self.files.entry(path.to_owned()).or_insert_with(new).after = after;
    }

    /// The changes in the order of writing: journals first, then the hashes before what the person is found by. Wherever writing is
    /// cut off, they are still there to be forgotten, or known as somebody who was, to whom nothing goes.
    pub fn in_order(&self) -> Vec<&Change> {
        let mut files: Vec<&Change> = self.files.values().collect();
        files.sort_by_key(|change| match kind::of(&change.path) {
            _ if change.path.starts_with(journals::FOLDER) => 0,
            _ if change.path == FORGOTTEN => 2,
            Ok(Kind::Referrals) => 3,
            Ok(Kind::Contacts) => 4,
            _ => 1,
        });
        files
    }

    /// Puts the new texts into `folder`, to see whether the programme holds together with them.
    pub fn apply_to(&self, folder: &mut Folder) {
        for change in self.files.values().filter(|change| !change.path.starts_with(journals::FOLDER)) {
            folder.texts.insert(change.path.clone(), SourceFile::new(change.path.clone(), change.after.clone()));
        }
    }
}

fn is_authored(path: &str) -> bool {
    (path.starts_with("contacts/") || path.starts_with("content/")) && path != FORGOTTEN
}

/// A list without the entries about somebody; a referral stays, with somebody else in their place.
fn without(entries: &[&Entry], stand_in: &ContactId) -> Result<String, Fault> {
    let mut file = Arc::clone(&entries[0].file);
    let renewed = |file: &SourceFile, text| SourceFile::new(file.path(), text);
    for entry in entries {
        match entry.about {
            About::Named => {
                let text = yaml::edit::put(&file, entry.item, &["referrer"], stand_in.as_str())?;
                file = renewed(&file, text);
            }
            About::Came => {
                let bare = renewed(&file, yaml::edit::remove(&file, entry.item, "lead")?);
                let lead = format!("{{name: {SOMEBODY}, contact: {stand_in}}}");
                let text = yaml::edit::put_behind(&bare, entry.item, "lead", &lead, &["id", "referrer"])?;
                file = renewed(&bare, text);
            }
            About::Person | About::Wall | About::Other => {}
        }
    }
    let stays = |entry: &&&Entry| matches!(entry.about, About::Named | About::Came);
    let gone: Vec<usize> = entries.iter().filter(|entry| !stays(entry)).map(|entry| entry.item).collect();
    if gone.is_empty() { Ok(file.text().to_owned()) } else { yaml::edit::remove_items(&file, &gone) }
}

/// A journal in which nobody can tell whose messages theirs were: what was done stays, so that nothing is sent twice.
fn anonymous(file: &Arc<SourceFile>, known: &Known<'_>, stand_in: &ContactId) -> String {
    let theirs: Vec<usize> = known.lines(file).iter().map(|sent| sent.line).collect();
    let line = |(number, line): (usize, &str)| {
        let whole = line.trim_end_matches(['\n', '\r']);
        match journal::Entry::parse(whole) {
            Ok(entry) if theirs.contains(&(number + 1)) => {
                let entry =
                    journal::Entry { contact: stand_in.clone(), to: None, message_id: None, reply: None, ..entry };
                entry.to_line() + &line[whole.len()..]
            }
            _ => line.to_owned(),
        }
    };
    file.text().split_inclusive('\n').enumerate().map(line).collect()
}

/// The lines that go and come, each with its sign.
pub fn differences(before: &str, after: &str) -> Vec<String> {
    /// How far is looked ahead for where both go on alike.
    const AHEAD: usize = 2000;
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let (mut i, mut j, mut out) = (0, 0, Vec::new());
    while i < old.len() || j < new.len() {
        match (old.get(i), new.get(j)) {
            (Some(a), Some(b)) if a == b => (i, j) = (i + 1, j + 1),
            (Some(a), Some(b)) => {
                let gone = old[i..].iter().take(AHEAD).position(|line| line == b);
                let come = new[j..].iter().take(AHEAD).position(|line| line == a);
                match (gone, come) {
                    (Some(gone), come) if come.is_none_or(|come| gone <= come) => {
                        out.extend(old[i..i + gone].iter().map(|line| format!("- {line}")));
                        i += gone;
                    }
                    (_, Some(come)) => {
                        out.extend(new[j..j + come].iter().map(|line| format!("+ {line}")));
                        j += come;
                    }
                    _ => {
                        out.extend([format!("- {a}"), format!("+ {b}")]);
                        (i, j) = (i + 1, j + 1);
                    }
                }
            }
            (Some(a), None) => {
                out.push(format!("- {a}"));
                i += 1;
            }
            (None, Some(b)) => {
                out.push(format!("+ {b}"));
                j += 1;
            }
            (None, None) => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_lines_that_go_and_come() {
        assert_eq!(differences("a\nb\nc\nd\n", "a\nd\ne\n"), ["- b", "- c", "+ e"]);
        assert_eq!(differences("a\nb\n", "a\nx\n"), ["- b", "+ x"]);
        assert!(differences("a\n", "a\n").is_empty());
    }
}

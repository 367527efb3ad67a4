//! Marks that are written into the files of contacts: an opt-out, an address that failed.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Outcome;
use super::session::{Session, report_errors, unwritten};
use super::terminal::Terminal;
use crate::load::places;
use crate::model::contact::{Contact, Origin};
use source::SourceFile;
use source::diagnostic::Diagnostic;

/// A key that somebody's entry is given.
pub struct Mark<'p> {
    /// Whose.
    pub contact: &'p Contact,
    /// The key.
    pub key: &'static str,
    /// Its value, as YAML in one line.
    pub value: String,
}

/// The values of each key, by the number of the entry that gets them.
type ByKey<'k> = BTreeMap<&'k str, Vec<(usize, String)>>;

/// A file of the programme, and its text with the marks.
pub type Marked<'p> = (&'p Arc<SourceFile>, String);

/// The new text of every file that holds a contact to be marked.
///
/// # Errors
/// The exit code, after it was said who cannot be marked.
pub fn texts<'p>(marks: &[Mark<'_>], session: &'p Session, terminal: &Terminal) -> Result<Vec<Marked<'p>>, Outcome> {
    let mut by_file: BTreeMap<u32, ByKey<'_>> = BTreeMap::new();
    for Mark { contact, key, value } in marks {
        let of_key = by_file.entry(contact.origin.file).or_default().entry(key).or_default();
        of_key.push((contact.origin.item as usize, value.clone()));
    }
    let (mut texts, mut errors) = (Vec::new(), Vec::new());
    for (index, by_key) in by_file {
        let file = &session.programme.files[index as usize];
        let mut marked = Arc::clone(file);
        for (key, mut values) in by_key {
            values.sort_unstable();
            match yaml::edit::set_key_in_many(&marked, key, &values) {
                Ok(text) => marked = SourceFile::new(file.path(), text),
                Err((item, fault)) => {
                    let item = u32::try_from(item).expect("it came from an item's number");
                    let place = places::of_item(&session.programme, Origin { file: index, item });
                    errors.push(Diagnostic::from_fault("not-editable", fault).place(place));
                }
            }
        }
        texts.push((file, marked.text().to_owned()));
    }
    if errors.is_empty() { Ok(texts) } else { Err(report_errors(errors, terminal)) }
}

/// Writes the files, each in one move.
///
/// # Errors
/// The exit code, after it was said which file could not be written.
pub fn write(texts: &[Marked<'_>], session: &Session, terminal: &Terminal) -> Result<(), Outcome> {
    for (file, text) in texts {
        let again = "what was written stays; run the command again";
        store::replace(&session.root, file, text).map_err(|error| unwritten(&error, file.path(), again, terminal))?;
    }
    Ok(())
}

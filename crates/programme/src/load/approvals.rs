//! `contacts/approvals/<mailing>.jsonl`: an approval a line, written by `approve` only (design §10).

use std::path::Path;
use std::{fs, io};

use super::ReadError;
use crate::model::approval::Approval;
use crate::model::id::MailingId;
use source::diagnostic::Diagnostic;
use source::{SourceFile, Span};

/// Where the approvals of a mailing lie below the root.
pub fn path(mailing: &MailingId) -> String {
    format!("contacts/approvals/{mailing}.jsonl")
}

/// The text of the approvals of a mailing; `None` where nobody approved anything.
///
/// # Errors
/// A file that the system does not let us read.
pub fn text(root: &Path, mailing: &MailingId) -> Result<Option<String>, ReadError> {
    let place = root.join(path(mailing));
    match fs::read_to_string(&place) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(ReadError { path: place, error }),
    }
}

/// Every approval of a mailing. Lines that are none become findings: an approval that cannot be read is no approval.
///
/// # Errors
/// A file that the system does not let us read.
pub fn read(root: &Path, mailing: &MailingId, found: &mut Vec<Diagnostic>) -> Result<Vec<Approval>, ReadError> {
    let file = SourceFile::new(path(mailing), text(root, mailing)?.unwrap_or_default());
    let mut approvals = Vec::new();
    let mut start = 0;
    for line in file.text().split_inclusive('\n') {
        let span = Span { start, end: start + line.trim_end().len() };
        start += line.len();
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str(line) {
            Ok(approval) => approvals.push(approval),
            Err(error) => {
                let conflict = ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| line.starts_with(mark));
                let (message, hint) = match conflict {
                    true => ("a merge conflict is not resolved".to_owned(), "keep the lines of both sides"),
                    false => (
                        format!("this is no approval: {error}"),
                        "only `bevara approve` writes here; take the line out and approve again",
                    ),
                };
                found.push(Diagnostic::error("approval", message).at(&file, span).hint(hint));
            }
        }
    }
    Ok(approvals)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_was_changed_by_hand_or_left_in_conflict_is_found_at_its_place() {
        let root = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(root.path().join("contacts/approvals")).expect("a folder");
        let good = r#"{"t":"2026-11-21T09:00:00Z","by":"astrid","role":"ceo","sha256":"00","commit":null,"variants":{"A/sv":"11"}}"#;
        let text = format!("{good}\n<<<<<<< HEAD\n{good}\n{{\"by\": \"astrid\"}}\n");
        fs::write(root.path().join("contacts/approvals/m.jsonl"), text).expect("written");
        let mut found = Vec::new();
        let read = read(root.path(), &"m".parse().expect("an id"), &mut found).expect("readable");
        assert_eq!((read.len(), read[0].by.as_str()), (2, "astrid"));
        let lines: Vec<_> = found.iter().filter_map(|finding| finding.place.as_ref()?.line_column()).collect();
        assert_eq!(lines, [(2, 1), (4, 1)]);
    }
}

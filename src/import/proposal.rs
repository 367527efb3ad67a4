//! What an import would do, row by row: new, changed field by field, unchanged, refused with its reason, doubtful.

use super::fields::Key;
use super::rows::{LeftOut, Values};
use super::values::Value;

/// A value that is another afterwards, or would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Which.
    pub key: Key,
    /// What the contact has.
    pub from: Option<Value>,
    /// What the list has.
    pub to: Value,
}

/// What becomes of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// A contact is added.
    New {
        /// Under this id.
        id: String,
        /// With these values.
        values: Values,
    },
    /// A contact is changed.
    Changed {
        /// The contact, by position.
        contact: usize,
        /// What is changed.
        changes: Vec<Change>,
        /// What differs and stays.
        kept: Vec<Change>,
    },
    /// The contact has it all.
    Unchanged {
        /// Their id.
        id: String,
        /// What differs and stays.
        kept: Vec<Change>,
    },
    /// Nothing is done with the row.
    Refused {
        /// The reason in a word.
        code: &'static str,
        /// The column at fault.
        column: Option<usize>,
        /// The reason.
        why: String,
    },
    /// Somebody has to say whom the row is about.
    Doubtful {
        /// Whom it may be about: ids.
        candidates: Vec<String>,
        /// Why that is not certain.
        why: String,
    },
}

/// A row and what becomes of it.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The number of the row.
    pub number: usize,
    /// Whom it names.
    pub name: String,
    /// What becomes of it.
    pub verdict: Verdict,
    /// What of it could not be read.
    pub left_out: Vec<LeftOut>,
    /// What of it has no place in a contact: further addresses and numbers, with their columns.
    pub further: Vec<(usize, String)>,
}

/// What whoever imports says besides the list.
#[derive(Debug, Default)]
pub struct Wishes {
    /// Values for what the list does not say.
    pub sets: Values,
    /// Paths of fields, or of their groups, that the list may change though they are kept otherwise.
    pub overwrite: Vec<String>,
    /// Where the list comes from, for new contacts; `None` where the list itself says where each is from.
    pub source: Option<String>,
}

/// What can be said of a row before it is known what the rows before it bring.
#[derive(Debug, Clone)]
pub enum Draft {
    /// It is surely about this contact.
    Known {
        /// By position.
        contact: usize,
        /// What it would change.
        changes: Vec<Change>,
        /// What differs and stays.
        kept: Vec<Change>,
    },
    /// Whom it names may not come onto the list.
    Barred(Verdict),
    /// Something is missing.
    Faulty(Verdict),
    /// Somebody new.
    New {
        /// Their values, without an id.
        values: Values,
        /// The ids they may have, the best first.
        ids: Vec<String>,
    },
}

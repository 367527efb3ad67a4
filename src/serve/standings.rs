//! How far the mailings are, by what `plan`, `status` and the report go by.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;

use crate::load::journals;
use crate::model::id::MailingId;
use crate::model::journal::Journals;
use crate::model::programme::Programme;
use crate::plan::sending::{MailingStatus, Progress};
use crate::plan::{Memory, Roster};
use crate::render::narrowing::Conditions;

/// How far one mailing is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standing {
    /// How far it is.
    pub progress: Progress,
    /// Somebody should have it and does not.
    pub is_overdue: bool,
    /// How many have it.
    pub done: usize,
    /// How many it reaches.
    pub audience: usize,
    /// Of how many nobody knows whether they have it.
    pub in_doubt: usize,
}

/// How far all of them are.
#[derive(Debug, Default)]
pub(super) struct Standings {
    by_id: BTreeMap<MailingId, Standing>,
    /// What should have left, in the order of the plans.
    pub late: Vec<MailingId>,
    /// What is to leave today or later, in the order of its days.
    pub ahead: Vec<MailingId>,
}

impl Standings {
    /// Counts them, with the journals as they are now. What cannot be read there is said by the commands that need it.
    pub fn of(programme: &Programme, conditions: &Conditions, root: &Path, today: Date) -> Self {
        let journals: Journals = journals::all(root, programme, &mut Vec::new()).unwrap_or_else(|_| Journals::new());
        let roster = Roster::new(programme, conditions);
        let memory = Memory::new(programme, today, &roster, &journals);
        let id = |status: &MailingStatus<'_>| status.mailing.id.clone();
        let standing = |status: &MailingStatus<'_>| Standing {
            progress: status.progress,
            is_overdue: status.is_overdue(today),
            done: status.accepted + status.posted,
            audience: status.audience,
            in_doubt: status.in_doubt,
        };
        Standings {
            by_id: memory.statuses.iter().map(|status| (id(status), standing(status))).collect(),
            late: memory.late().map(id).collect(),
            ahead: memory.next_up().into_iter().map(|(_, status)| id(status)).collect(),
        }
    }

    /// How far a mailing of the plans is.
    pub fn get(&self, mailing: &MailingId) -> Option<&Standing> {
        self.by_id.get(mailing)
    }
}

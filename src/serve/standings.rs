//! How far the mailings are, by what `plan`, `status` and the report go by.

use std::collections::BTreeMap;

use super::snapshot::Loaded;
use crate::load::journals;
use crate::model::id::MailingId;
use crate::model::journal::Journals;
use crate::plan::sending::{MailingStatus, Progress};
use crate::plan::{Memory, Roster};

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
    pub fn of(loaded: &Loaded<'_>) -> Self {
        let journals: Journals =
            journals::all(loaded.root, loaded.programme, &mut Vec::new()).unwrap_or_else(|_| Journals::new());
        let roster = Roster::new(loaded.programme, &loaded.audiences.conditions);
        let memory = Memory::new(loaded.programme, loaded.today, &roster, &journals);
        let id = |status: &MailingStatus<'_>| status.mailing.id.clone();
        let standing = |status: &MailingStatus<'_>| Standing {
            progress: status.progress,
            is_overdue: status.is_overdue(loaded.today),
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

//! What the programme remembers: what has happened, and how far every planned mailing is because of it.

use std::ops::Deref;

use jiff::civil::Date;

use crate::model::approval::Reviews;
use crate::model::journal::Journals;
use crate::model::programme::Programme;
use crate::plan::audience::Roster;
use crate::plan::past::Past;
use crate::plan::sending::{MailingStatus, Planned, statuses};

/// Everything that agenda and measures are computed from: the [`Past`], and what it means for the plan.
pub struct Memory<'p> {
    past: Past<'p>,
    /// How far each planned mailing is, in the order of the plans.
    pub statuses: Vec<MailingStatus<'p>>,
    /// What mailings wait for that somebody has to approve (R36).
    pub reviews: Reviews,
    /// What each contact is still to be sent this year.
    planned: Vec<Planned>,
}

impl<'p> Memory<'p> {
    /// Looks up everything once.
    pub fn new(programme: &'p Programme, today: Date, roster: &'p Roster<'p>, journals: &'p Journals) -> Self {
        let past = Past::new(programme, today, roster, journals);
        let (statuses, planned) = statuses(&past);
        Memory { past, statuses, reviews: Reviews::new(), planned }
    }

    /// The same, knowing what mailings wait for.
    pub fn with_reviews(self, reviews: Reviews) -> Self {
        Memory { reviews, ..self }
    }

    /// The mailings a contact is meant to get this year.
    pub fn planned(&self, position: u32) -> Planned {
        self.planned[position as usize]
    }
}

impl<'p> Deref for Memory<'p> {
    type Target = Past<'p>;

    fn deref(&self) -> &Past<'p> {
        &self.past
    }
}

//! What comes first: one order of urgency for `status`, the report and whoever else shows what is to be done.
//!
//! 1. An open issue comes before everything (R29).
//! 2. What is overdue comes before what is due this week, and that before what is due later.
//! 3. What everybody waits for comes before what one person was promised, that before what is planned, and that before what was
//!    only noticed.
//! 4. The A comes before the C, and the earlier day before the later one.

use std::cmp::Reverse;

use jiff::civil::Date;

use super::{Agenda, Item, Source, State};
use crate::model::contact::Tier;
use crate::model::id::TeamId;

impl<'p> Agenda<'p> {
    /// What is overdue or due within the week, the most urgent first.
    pub fn urgent(&self) -> Vec<&Item<'p>> {
        self.open(|item| item.state <= State::Due)
    }

    /// Everything that one person has still to do, the most urgent first.
    pub fn open_of(&self, owner: &TeamId) -> Vec<&Item<'p>> {
        self.open(|item| item.owner == owner)
    }

    fn open(&self, wanted: impl Fn(&Item<'p>) -> bool) -> Vec<&Item<'p>> {
        let mut open: Vec<&Item<'p>> =
            self.items.iter().filter(|item| item.state != State::Done && wanted(item)).collect();
        open.sort_by_key(|item| item.urgency());
        open
    }
}

impl Item<'_> {
    /// The smaller, the more urgent.
    fn urgency(&self) -> (bool, State, u8, Reverse<Option<Tier>>, Date) {
        let is_issue = matches!(self.source, Source::Issue(_));
        let tier = self.contact.and_then(|contact| contact.tier());
        (!is_issue, self.state, rank(self.source), Reverse(tier), self.on)
    }
}

fn rank(source: Source<'_>) -> u8 {
    match source {
        Source::Issue(_) | Source::Mailing(..) | Source::Posting(..) => 0,
        Source::Thanks(..) | Source::NextStep(..) => 1,
        Source::FollowUp(_) | Source::Meeting(_) | Source::MeetingAgenda(_) | Source::Action(_) => 2,
        Source::Birthday | Source::Since(_) | Source::Address(_) | Source::WishedCall(_) => 3,
        Source::Touch(_) | Source::Review(_) => 4,
        Source::Ask(_) => 5,
        Source::Silence { .. } => 6,
    }
}

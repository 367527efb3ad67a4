//! What became of messages, without their texts.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use jiff::civil::Date;

use super::entry::{Entry, State, folded};
use crate::model::id::{ContactId, MailingId};

/// What became of one message, as little as the plan has to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// When that was.
    pub t: Timestamp,
    /// What became of it.
    pub state: State,
    /// See [`Entry::generation`].
    pub generation: u32,
}

impl Outcome {
    /// The state, an attempt without an end being in doubt.
    pub fn state(self) -> State {
        if self.state == State::Attempting { State::InDoubt } else { self.state }
    }

    pub(super) fn overrules(self, other: Outcome) -> bool {
        let rank = |outcome: Outcome| (outcome.generation, outcome.state.weight(), outcome.t, outcome.state.caution());
        rank(self) >= rank(other)
    }
}

impl Entry {
    /// What it says of a message, without its texts.
    pub fn outcome(&self) -> Outcome {
        Outcome { t: self.t, state: self.state, generation: self.generation }
    }
}

/// What became of all messages of one mailing: a [journal](super::Journal) without its texts, for a whole year of them at a time.
#[derive(Debug, Clone, Default)]
pub struct Outcomes {
    /// By the contact's position on the list.
    known: HashMap<u32, Outcome>,
    /// Of messages about events, by position and the day of the event (R33).
    events: BTreeMap<(u32, Date), Outcome>,
    /// Of who is no longer on the list.
    gone: HashMap<ContactId, Outcome>,
    /// Refusals because there is no such mailbox, by position: the last, and which mailbox, folded, where the line says it.
    dead: BTreeMap<u32, (Timestamp, Option<Box<str>>)>,
}

impl Outcomes {
    /// Takes note of what became of the message to the contact at `position` on the list.
    pub fn note(&mut self, position: u32, outcome: Outcome) {
        let last = self.known.entry(position).or_insert(outcome);
        if outcome.overrules(*last) {
            *last = outcome;
        }
    }

    /// Takes note of what became of the message to the contact at `position` about what happened on a day.
    pub fn note_event(&mut self, position: u32, event: Date, outcome: Outcome) {
        let last = self.events.entry((position, event)).or_insert(outcome);
        if outcome.overrules(*last) {
            *last = outcome;
        }
    }

    /// Takes note that a relay refused the message to the contact at `position` because there is no such mailbox as `to`.
    pub fn note_dead(&mut self, position: u32, t: Timestamp, to: Option<&str>) {
        let to = to.map(|to| folded(to).into());
        if self.dead.get(&position).is_none_or(|(known, _)| *known < t) {
            self.dead.insert(position, (t, to));
        }
    }

    /// Refusals because there is no such mailbox: whose, by position, when, and which mailbox, folded, where that is known.
    pub fn dead(&self) -> impl Iterator<Item = (u32, Timestamp, Option<&str>)> {
        self.dead.iter().map(|(position, (t, to))| (*position, *t, to.as_deref()))
    }

    /// What became of a message: of that about an event, where it is about one.
    pub fn of_message(&self, position: u32, event: Option<Date>) -> Option<Outcome> {
        match event {
            Some(event) => self.events.get(&(position, event)).copied(),
            None => self.known.get(&position).copied(),
        }
    }

    /// Takes note of what became of the message to somebody who is not on the list.
    pub fn note_gone(&mut self, contact: ContactId, outcome: Outcome) {
        let last = self.gone.entry(contact).or_insert(outcome);
        if outcome.overrules(*last) {
            *last = outcome;
        }
    }

    /// What became of every message to the contact at `position` on the list: of the one, or of one an event, the first event
    /// first.
    pub fn of(&self, position: u32) -> impl Iterator<Item = Outcome> {
        let about_events =
            self.events.range((position, Date::MIN)..=(position, Date::MAX)).map(|(_, outcome)| *outcome);
        self.known.get(&position).copied().into_iter().chain(about_events)
    }

    /// What became of the messages to everybody on the list, by position, in no order.
    pub fn known(&self) -> impl Iterator<Item = (u32, Outcome)> {
        let about_events = self.events.iter().map(|((position, _), outcome)| (*position, *outcome));
        self.known.iter().map(|(&position, &outcome)| (position, outcome)).chain(about_events)
    }

    /// How many messages came this far, also to who is no longer on the list.
    pub fn count(&self, state: State) -> usize {
        self.known
            .values()
            .chain(self.events.values())
            .chain(self.gone.values())
            .filter(|outcome| outcome.state() == state)
            .count()
    }

    /// True where nothing was tried.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty() && self.events.is_empty() && self.gone.is_empty()
    }
}

/// The outcomes of every mailing that has a journal, planned or not.
pub type Journals = BTreeMap<MailingId, Outcomes>;

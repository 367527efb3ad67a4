//! Meetings with a trace: agenda, place, what was agreed, and when we meet again (R15, R30); and what we offer (R14).

use jiff::civil::{Date, Time};

use crate::model::contact::Origin;
use crate::model::id::{ContactId, ServiceId};
use crate::model::text::{Line, Localised, Prose};
use crate::model::touch::TouchKind;
use source::words;

words! {
    /// Where we meet when it is not at the customer's.
    Venue, "place" {
        /// At ours.
        Ours = "ours",
        /// On a screen.
        Online = "online",
        /// Anywhere else.
        Elsewhere = "elsewhere",
    }
}

/// Where a meeting is: at theirs, unless there is a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MeetingPlace {
    /// At the customer's.
    Theirs,
    /// Somewhere else, and why.
    Other(Venue, Option<Line>),
}

/// Who does what by when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// Somebody of either side: an id of the team, or a name.
    pub who: Line,
    /// What.
    pub what: Line,
    /// By when.
    pub by: Date,
}

/// A meeting, a review or a visit that was agreed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meeting {
    /// With whom.
    pub contact: ContactId,
    /// The day.
    pub on: Date,
    /// The hour, where one is agreed on.
    pub at: Option<Time>,
    /// Where.
    pub place: MeetingPlace,
    /// `meeting`, `review` or `visit`.
    pub kind: TouchKind,
    /// What it is about, line by line.
    pub agenda: Vec<Line>,
    /// The day on which the customer approved of the agenda.
    pub agenda_ok: Option<Date>,
    /// What was agreed.
    pub actions: Vec<Action>,
    /// When we meet again.
    pub next: Option<Date>,
    /// The one thing we recommend.
    pub recommendation: Option<Prose>,
    /// The day it took place.
    pub done: Option<Date>,
    /// Where it stands.
    pub origin: Origin,
}

/// Something we offer, to be held against what a customer has (R14).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Its id.
    pub id: ServiceId,
    /// What it is called.
    pub name: Localised,
    /// What it is good for, in a sentence.
    pub what: Option<Localised>,
}

//! What not every contact has: wishes, issues, scores, projects.

use std::ops::{Deref, DerefMut};
use std::sync::LazyLock;

use jiff::civil::Date;

use crate::model::id::{TeamId, ValueId};
use crate::model::preference::Preference;
use crate::model::project::Project;
use crate::model::text::Line;
use source::words;

/// An opt-out: when, and how it reached us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsubscribed {
    /// The day.
    pub on: Date,
    /// link, mail, phone, letter …
    pub channel: Option<Line>,
}

words! {
    /// How likely it is that somebody buys more (R14).
    Opportunity, "opportunity" {
        /// Can barely buy, or owns everything already.
        Low = "low",
        /// Room to grow.
        High = "high",
    }
}

/// Net promoter score: 0–10 and its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nps {
    /// 0–10.
    pub score: u8,
    /// When it was given.
    pub on: Option<Date>,
}

/// Months for which a score counts: the yearly survey, and some weeks to answer it.
const SCORE_MONTHS: i32 = 15;

impl Nps {
    /// True where the score is new enough to say how they feel today; one without its day is not.
    pub fn is_current(self, today: Date) -> bool {
        self.on.is_some_and(|on| on >= today.saturating_sub(jiff::Span::new().months(SCORE_MONTHS)))
    }
}

/// When a contact may be asked for referrals (R17).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ask {
    /// 1 is the inner circle's wave.
    pub wave: Option<u8>,
    /// Not before this day.
    pub not_before: Option<Date>,
}

/// A time in which nothing is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// The first day on which mail is fine again; open where absent.
    pub until: Option<Date>,
    /// Why.
    pub why: Option<Line>,
}

words! {
    /// How much trouble a solution was for the customer (R29: little effort keeps them).
    Effort, "effort" {
        /// One call, and we did the rest.
        Low = "low",
        /// They had to ask again, to wait, or to help themselves.
        High = "high",
    }
}

/// Days within which an issue is to be solved where nobody named a day (R29).
pub const SOLVE_WITHIN_DAYS: i64 = 7;

/// Something that is not well between us, and the work of mending it (R17, R29).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// What it is about.
    pub what: Line,
    /// Since when.
    pub since: Option<Date>,
    /// Who solves it; the contact's own person where nobody is named.
    pub by: Option<TeamId>,
    /// By when.
    pub due: Option<Date>,
    /// What the customer tried by themselves first.
    pub tried: Option<Line>,
    /// Why it happened.
    pub cause: Option<Line>,
    /// What solved it.
    pub fix: Option<Line>,
    /// What the solution asked of the customer.
    pub effort: Option<Effort>,
    /// When it was settled; open where absent.
    pub closed: Option<Date>,
}

impl Issue {
    /// True while it is not settled.
    pub fn is_open(&self, on: Date) -> bool {
        self.closed.is_none_or(|closed| closed > on)
    }

    /// The day by which it is to be solved: the one that was promised, else a week after it began.
    pub fn due_on(&self) -> Option<Date> {
        self.due.or_else(|| Some(self.since?.saturating_add(jiff::Span::new().days(SOLVE_WITHIN_DAYS))))
    }
}

/// The end of a business relation (R32).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// The last day on which they were a customer.
    pub on: Date,
    /// Why they left.
    pub why: Option<Line>,
}

/// What not every contact has. What few have stands apart, and takes no room in the others: it is read as if it stood here.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Details {
    /// Where we got the address from.
    pub source: Option<Line>,
    /// When.
    pub collected_on: Option<Date>,
    /// What sort of customer they are, in the firm's own words (R31).
    pub segment: Option<Line>,
    /// Size of the customer: people, money, whatever the firm measures (R5).
    pub size: Option<u32>,
    /// How many people they know (R3, R5).
    pub network_size: Option<u32>,
    /// Their birthday; the year may be unknown to readers but is kept.
    pub birthday: Option<Date>,
    /// Customer since.
    pub since: Option<Date>,
    /// Free words to select by.
    pub tags: Box<[Line]>,
    /// What few contacts have.
    pub rare: Rare,
}

/// What few contacts have, or nothing of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rare(Option<Box<RareDetails>>);

/// What few contacts have.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RareDetails {
    /// Their opt-out.
    pub unsubscribed: Option<Unsubscribed>,
    /// Their wishes.
    pub prefers: Preference,
    /// What they like best with us, and why they stay.
    pub values: Vec<ValueId>,
    /// Likelihood of more business.
    pub opportunity: Option<Opportunity>,
    /// Products they have.
    pub owned: Vec<Line>,
    /// Their last score.
    pub nps: Option<Nps>,
    /// Why they are in the inner circle (R17).
    pub inner_circle: Option<Line>,
    /// When to ask them.
    pub ask: Ask,
    /// Their pause.
    pub pause: Option<Pause>,
    /// What is or was not well.
    pub issues: Vec<Issue>,
    /// When and why they stopped buying from us (R32).
    pub ended: Option<Ended>,
    /// Who else they buy from.
    pub competitors: Vec<Line>,
    /// Their project.
    pub project: Option<Project>,
    /// Their referral code where it is fixed by hand.
    pub code: Option<Line>,
    /// A delivery failed for good on that day.
    pub email_bounced: Option<Date>,
    /// Free fields.
    pub extra: serde_json::Map<String, serde_json::Value>,
}

/// What somebody has who has nothing of it.
static NOTHING_RARE: LazyLock<RareDetails> = LazyLock::new(RareDetails::default);

impl From<RareDetails> for Rare {
    fn from(details: RareDetails) -> Self {
        Rare((details != *NOTHING_RARE).then(|| Box::new(details)))
    }
}

impl Deref for Details {
    type Target = RareDetails;

    fn deref(&self) -> &RareDetails {
        self.rare.0.as_deref().unwrap_or(&NOTHING_RARE)
    }
}

impl DerefMut for Details {
    fn deref_mut(&mut self) -> &mut RareDetails {
        self.rare.0.get_or_insert_default()
    }
}

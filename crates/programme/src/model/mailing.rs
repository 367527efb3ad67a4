//! The year plan: mailings, gifts and the touches of people (R7–R14).

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::model::channel::Channel;
use crate::model::contact::{Origin, Tier};
use crate::model::expression::Expression;
use crate::model::id::{MailingId, TeamId, TouchId};
use crate::model::language::Country;
use crate::model::ledger::Side;
use crate::model::money::Money;
use crate::model::text::{Line, Prose};
use crate::model::touch::{Interval, Purpose, TouchKind};
use crate::model::when::When;
use source::words;

/// Days after its day for which a mailing still leaves without a person's word (design §5): later it is past.
pub const LATE_DAYS: i32 = 7;

words! {
    /// What a mailing is (R8).
    MailingKind, "kind of mailing" {
        /// News and something of interest, signed by a person.
        Newsletter = "newsletter",
        /// A card for a day of the year.
        Greeting = "greeting",
        /// More than a letter, tied to what the firm does.
        Gift = "gift",
        /// Questions to the reader.
        Survey = "survey",
        /// Where a running project stands.
        Status = "status",
        /// Thanks for a referral (R20).
        Thanks = "thanks",
        /// One piece of news.
        Announcement = "announcement",
    }
}

words! {
    /// Which way a date moves that is no working day.
    Shift, "shift" {
        /// To the last working day before.
        PrevWorkday = "prev-workday",
        /// To the first working day after.
        NextWorkday = "next-workday",
    }
}

/// Who signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signer {
    /// The contact's own contact person (R6).
    Owner,
    /// Whoever is marked `ceo: true`.
    Ceo,
    /// A named member of the team.
    Member(TeamId),
}

/// The gift of a gift mailing (R8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gift {
    /// What it is.
    pub item: Line,
    /// What one costs.
    pub unit_cost: Money,
    /// Why it is ours to give.
    pub why_ours: Prose,
    /// What all of them may cost.
    pub budget: Option<Money>,
}

/// How long the post takes, in working days (R12).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeadTime {
    /// To a country that is not named.
    pub usual: u32,
    /// To single countries.
    pub by_country: BTreeMap<Country, u32>,
}

impl LeadTime {
    /// Working days in the post to `country`.
    pub fn to(&self, country: Country) -> u32 {
        self.by_country.get(&country).copied().unwrap_or(self.usual)
    }
}

impl Default for LeadTime {
    /// Four working days, where the plan does not say.
    fn default() -> Self {
        LeadTime { usual: 4, by_country: BTreeMap::new() }
    }
}

/// One planned mailing.
#[derive(Debug, Clone, PartialEq)]
pub struct Mailing {
    /// Its id.
    pub id: MailingId,
    /// What it is.
    pub kind: MailingKind,
    /// The content's path below `content/`, without language and suffix.
    pub content: Box<str>,
    /// Its day.
    pub when: When,
    /// The year of the plan it stands in.
    pub year: i16,
    /// What happens when that is no working day.
    pub shift: Option<Shift>,
    /// The lowest tier that gets it (R9).
    pub to: Tier,
    /// A further narrowing of the audience.
    pub narrowing: Option<Expression>,
    /// How it travels.
    pub channel: Channel,
    /// Who signs.
    pub signed_by: Signer,
    /// A version without personal data goes to the site.
    pub public: bool,
    /// The gift, for gift mailings.
    pub gift: Option<Gift>,
    /// Working days between posting and its day (R12).
    pub post_by: LeadTime,
    /// Which side of a referral a thank-you is for (R20).
    pub side: Side,
    /// Ids that it once had: who got it under one of them has it.
    pub was: Box<[MailingId]>,
    /// The same text may leave again, although it left under an id that no plan knows any more.
    pub again: bool,
    /// Where it stands.
    pub origin: Origin,
}

/// How often a planned touch comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rhythm {
    /// Again and again.
    Every(Interval),
    /// Once.
    On(Date),
}

/// A touch the plan asks of people.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedTouch {
    /// What it is for: what is to sell waits while something is not well (R17).
    pub purpose: Purpose,
    /// Its id.
    pub id: TouchId,
    /// What is done.
    pub kind: TouchKind,
    /// The lowest tier that gets it.
    pub to: Tier,
    /// A further narrowing.
    pub narrowing: Option<Expression>,
    /// How often.
    pub rhythm: Rhythm,
    /// Who does it.
    pub by: Signer,
    /// Where it stands.
    pub origin: Origin,
}

/// The plan of one year.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The calendar year.
    pub year: i16,
    /// What is sent.
    pub mailings: Vec<Mailing>,
    /// What people do.
    pub touches: Vec<PlannedTouch>,
}

//! The ledgers: who referred whom (R19–R21), what people did (R10, R11), and who must be left alone (R4).

use jiff::civil::Date;

use crate::model::contact::Origin;
use crate::model::id::{ContactId, MailingId, ReferralId, RewardId, TeamId};
use crate::model::language::Country;
use crate::model::money::Money;
use crate::model::preference::Asked;
use crate::model::text::{Line, Prose};
use crate::model::touch::{Purpose, TouchKind};
use mail::address::EmailAddress;
use source::words;

words! {
    /// How far a referral has come (R19).
    Stage, "stage" {
        /// We have the name.
        Received = "received",
        /// We have been in touch.
        Contacted = "contacted",
        /// We met.
        Meeting = "meeting",
        /// They buy.
        Customer = "customer",
        /// It came to nothing.
        Lost = "lost",
    }
}

words! {
    /// One of the two sides of a referral.
    Side, "side" {
        /// Who recommended us.
        Referrer = "referrer",
        /// Who was recommended.
        Referred = "referred",
    }
}

words! {
    /// The way by which a referral reached us (R22).
    Arrival, "way" {
        /// A mailing led to it.
        Mailing = "mailing",
        /// The form of the refer-us page, or its mailbox.
        Page = "page",
        /// We asked.
        Ask = "ask",
        /// They told us on the telephone.
        Call = "call",
        /// They told us when we met.
        Meeting = "meeting",
        /// They wrote to us.
        Mail = "mail",
        /// Any other way.
        Other = "other",
    }
}

/// By what way a referral reached us, and which mailing led to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Via {
    /// The way.
    pub way: Arrival,
    /// The mailing, where it was one.
    pub mailing: Option<MailingId>,
}

/// The two sides of a referral.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sides<T> {
    /// Who recommended us.
    pub referrer: Option<T>,
    /// Who was recommended.
    pub referred: Option<T>,
}

/// Whom a referral names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lead {
    /// Their name.
    pub name: Line,
    /// Their firm.
    pub company: Option<Line>,
    /// Their address.
    pub email: Option<EmailAddress>,
    /// Their telephone number.
    pub phone: Option<Line>,
    /// Where they are, as far as anything tells: a telephone number without a calling code is one of it.
    pub country: Option<Country>,
    /// The contact they became.
    pub contact: Option<ContactId>,
    /// Whether they know that they were named, as who named them says. It is no consent to mailings (R20).
    pub consent: Option<Asked>,
    /// What was said about them.
    pub message: Option<Prose>,
}

/// Something somebody promised to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextStep {
    /// What.
    pub what: Line,
    /// By when.
    pub on: Date,
    /// Who.
    pub by: TeamId,
}

/// The first purchase of somebody who was referred (R22).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purchase {
    /// The day.
    pub on: Date,
    /// Its value.
    pub value: Money,
}

/// One line of the referral ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referral {
    /// Its id.
    pub id: ReferralId,
    /// Who recommended us.
    pub referrer: ContactId,
    /// Whom they named.
    pub lead: Lead,
    /// When it reached us.
    pub received: Date,
    /// By what way.
    pub via: Option<Via>,
    /// Why it came to nothing.
    pub lost_because: Option<Line>,
    /// Where it stands.
    pub stage: Stage,
    /// The day each further stage was reached, where it is known.
    pub reached: Vec<(Stage, Date)>,
    /// Their first purchase.
    pub first_purchase: Option<Purchase>,
    /// What comes next for each side.
    pub next: Sides<NextStep>,
    /// When each side was thanked.
    pub thanked: Sides<Date>,
    /// What each side was given.
    pub reward: Sides<RewardId>,
    /// Where it stands.
    pub origin: Origin,
}

/// Something a person did for a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touch {
    /// For whom.
    pub contact: ContactId,
    /// When.
    pub on: Date,
    /// What.
    pub kind: TouchKind,
    /// Who did it; the owner where absent.
    pub by: Option<TeamId>,
    /// What for.
    pub purpose: Purpose,
    /// What was said.
    pub note: Option<Prose>,
    /// What comes next.
    pub next: Option<NextStep>,
    /// The recommendation a meeting ended with (R15).
    pub recommendation: Option<Prose>,
    /// They came to us.
    pub inbound: bool,
    /// Where it stands.
    pub origin: Origin,
}

/// What a line of the wall matches on (R4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WallKey {
    /// A firm, by its folded name.
    Company(Line),
    /// A domain and everything below it, as folded A-labels.
    Domain(Box<str>),
    /// One mailbox.
    Email(EmailAddress),
}

/// One line of `do-not-contact.yaml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WallEntry {
    /// Who is meant.
    pub key: WallKey,
    /// Why.
    pub why: Prose,
    /// Since when.
    pub since: Option<Date>,
    /// Where it stands.
    pub origin: Origin,
}

impl<T> Sides<T> {
    /// What one side has.
    pub fn of(&self, side: Side) -> Option<&T> {
        match side {
            Side::Referrer => self.referrer.as_ref(),
            Side::Referred => self.referred.as_ref(),
        }
    }
}

impl Stage {
    /// True until it is decided whether they buy.
    pub fn is_open(self) -> bool {
        matches!(self, Stage::Received | Stage::Contacted | Stage::Meeting)
    }
}

impl Referral {
    /// The contact on a side: who named somebody, or whoever was named once they are on the list.
    pub fn contact_on(&self, side: Side) -> Option<&ContactId> {
        match side {
            Side::Referrer => Some(&self.referrer),
            Side::Referred => self.lead.contact.as_ref(),
        }
    }

    /// The day since which a side is owed thanks: the referrer since they named somebody, who was named since we have been in
    /// touch with them (R20); `None` before that.
    pub fn thanks_owed_since(&self, side: Side) -> Option<Date> {
        match side {
            Side::Referrer => Some(self.received),
            Side::Referred if self.stage == Stage::Received => None,
            Side::Referred => Some(self.reached.iter().map(|(_, on)| *on).min().unwrap_or(self.received)),
        }
    }
}

impl<T> Default for Sides<T> {
    fn default() -> Self {
        Sides { referrer: None, referred: None }
    }
}

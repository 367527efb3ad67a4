//! A contact: a person the firm knows, and everything that decides what they hear.

use source::words;
use std::str::FromStr;

use jiff::civil::Date;

use crate::model::id::{ContactId, TeamId, ValueId};
use crate::model::language::{Country, Language};
use crate::model::preference::Preference;
use crate::model::project::Project;
use crate::model::text::{Line, Prose};
use mail::address::EmailAddress;
use source::diagnostic::Fault;

/// How much care a contact is given (R1). There is no D here: who must be left alone has no tier but
/// [`Standing::DoNotContact`]. The order is the order of care, so bottom-up planning (R9) is `tier >= audience`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// Sends no leads, worth keeping in touch with.
    C,
    /// Sends few leads today, has potential.
    B,
    /// Most important and loyal, sends many leads.
    A,
}

impl Tier {
    /// From the highest to the lowest.
    pub const ALL: [Tier; 3] = [Tier::A, Tier::B, Tier::C];

    /// The letter.
    pub fn letter(self) -> &'static str {
        match self {
            Tier::A => "A",
            Tier::B => "B",
            Tier::C => "C",
        }
    }
}

/// Whether a contact is cared for, and how much (R1, R4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// A, B or C.
    Active(Tier),
    /// D: gets nothing on any channel.
    DoNotContact,
}

impl Standing {
    /// The letter: D for who must be left alone.
    pub fn letter(self) -> &'static str {
        match self {
            Standing::Active(tier) => tier.letter(),
            Standing::DoNotContact => "D",
        }
    }
}

impl FromStr for Standing {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        match text {
            "A" => Ok(Standing::Active(Tier::A)),
            "B" => Ok(Standing::Active(Tier::B)),
            "C" => Ok(Standing::Active(Tier::C)),
            "D" => Ok(Standing::DoNotContact),
            other => Err(Fault::new(format!("unknown tier `{other}`")).hint(match other.to_uppercase().as_str() {
                letter @ ("A" | "B" | "C" | "D") => format!("did you mean `{letter}`?"),
                _ => "a tier is A, B or C, or D for who must be left alone".to_owned(),
            })),
        }
    }
}

words! {
    /// What a contact is to the firm.
    Kind, "kind of contact" {
        /// Buys from us.
        Customer = "customer",
        /// Bought from us.
        Former = "former",
        /// Works with us.
        Partner = "partner",
        /// Might buy.
        Prospect = "prospect",
        /// None of these.
        Other = "other",
    }
}

words! {
    /// The legal nature of who receives mail (R26).
    Nature, "recipient" {
        /// A natural person.
        Natural = "natural",
        /// A person trading under their own name.
        SoleTrader = "sole_trader",
        /// A firm's address that bears the name of somebody there.
        WorkAddress = "work_address",
        /// A company or other legal person.
        Legal = "legal",
    }
}

words! {
    /// On what ground we may write to somebody (R26; GDPR art. 6).
    BasisKind, "basis" {
        /// They said yes.
        Consent = "consent",
        /// They buy from us (the soft opt-in).
        Customer = "customer",
        /// Our interest outweighs theirs, with evidence.
        LegitimateInterest = "legitimate_interest",
    }
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

/// The ground for writing to somebody, and where it is documented.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basis {
    /// The kind of ground.
    pub kind: BasisKind,
    /// What proves it: a form, a contract, a note.
    pub evidence: Option<Line>,
    /// Since when.
    pub on: Option<Date>,
    /// The last day on which it holds; open where absent.
    pub until: Option<Date>,
}

/// A person's name in two parts; a mononym has no family name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// What they are called.
    pub given: Line,
    /// The rest of it.
    pub family: Option<Line>,
}

impl Name {
    /// Given and family name as one text.
    pub fn full(&self) -> String {
        match &self.family {
            Some(family) => format!("{} {}", self.given.as_str(), family.as_str()),
            None => self.given.as_str().to_owned(),
        }
    }
}

impl FromStr for Name {
    type Err = Fault;

    /// The first word is the given name, the rest the family name.
    fn from_str(text: &str) -> Result<Self, Fault> {
        let whole: Line = text.trim().parse()?;
        match whole.as_str().split_once(char::is_whitespace) {
            Some((given, family)) => Ok(Name { given: given.parse()?, family: Some(family.trim().parse()?) }),
            None => Ok(Name { given: whole, family: None }),
        }
    }
}

/// A postal address; whether it is complete enough to be written to is asked of [`PostalAddress::is_complete`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PostalAddress {
    /// Street and number, or a box.
    pub street: Option<Line>,
    /// Postal code.
    pub postcode: Option<Line>,
    /// Town.
    pub city: Option<Line>,
    /// Country; the sender's where absent.
    pub country: Option<Country>,
}

impl PostalAddress {
    /// A letter needs a street, a postal code and a town (R12).
    pub fn is_complete(&self) -> bool {
        self.street.is_some() && self.postcode.is_some() && self.city.is_some()
    }
}

/// An opt-out: when, and how it reached us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsubscribed {
    /// The day.
    pub on: Date,
    /// link, mail, phone, letter …
    pub channel: Option<Line>,
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

/// What few contacts have: kept apart so that a contact stays small.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Details {
    /// Where we got the address from.
    pub source: Option<Line>,
    /// When.
    pub collected_on: Option<Date>,
    /// Their opt-out.
    pub unsubscribed: Option<Unsubscribed>,
    /// Their wishes.
    pub prefers: Preference,
    /// What sort of customer they are, in the firm's own words (R31).
    pub segment: Option<Line>,
    /// What they like best with us, and why they stay.
    pub values: Vec<ValueId>,
    /// Size of the customer: people, money, whatever the firm measures (R5).
    pub size: Option<u32>,
    /// How many people they know (R3, R5).
    pub network_size: Option<u32>,
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
    /// Their birthday; the year may be unknown to readers but is kept.
    pub birthday: Option<Date>,
    /// Customer since.
    pub since: Option<Date>,
    /// When and why they stopped buying from us (R32).
    pub ended: Option<Ended>,
    /// Who else they buy from.
    pub competitors: Vec<Line>,
    /// Their project.
    pub project: Option<Project>,
    /// Free words to select by.
    pub tags: Vec<Line>,
    /// Their referral code where it is fixed by hand.
    pub code: Option<Line>,
    /// A delivery failed for good on that day.
    pub email_bounced: Option<Date>,
    /// Free fields.
    pub extra: serde_json::Map<String, serde_json::Value>,
}

/// One contact.
#[derive(Debug, Clone, PartialEq)]
pub struct Contact {
    /// The stable id.
    pub id: ContactId,
    /// The name.
    pub name: Name,
    /// A, B, C or D.
    pub standing: Standing,
    /// Why this tier.
    pub tier_reason: Option<Prose>,
    /// Who cares for them (R6).
    pub owner: TeamId,
    /// The language they read.
    pub language: Language,
    /// What they are to us.
    pub kind: Kind,
    /// Natural or legal person.
    pub nature: Nature,
    /// Their firm.
    pub company: Option<Line>,
    /// Their role there.
    pub role: Option<Line>,
    /// Their address on the net.
    pub email: Option<EmailAddress>,
    /// Their telephone number, as written.
    pub phone: Option<Line>,
    /// Their postal address.
    pub address: Option<Box<PostalAddress>>,
    /// On what ground we write.
    pub basis: Option<Box<Basis>>,
    /// Everything rarer.
    pub details: Box<Details>,
    /// Where the contact stands.
    pub origin: Origin,
}

/// Where a list item was read: which file of the programme, and which item of its list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// Index into [`Programme::files`](crate::model::programme::Programme::files).
    pub file: u32,
    /// Index of the item in the file's list, from 0.
    pub item: u32,
}

impl Contact {
    /// The tier of an active contact; `None` for D.
    pub fn tier(&self) -> Option<Tier> {
        match self.standing {
            Standing::Active(tier) => Some(tier),
            Standing::DoNotContact => None,
        }
    }

    /// The contact's own country, or `home` where no address says.
    pub fn country(&self, home: Country) -> Country {
        self.address.as_ref().and_then(|address| address.country).unwrap_or(home)
    }

    /// True where something is not well on a day: no ask, and nothing to sell (R17).
    pub fn has_open_issue(&self, on: Date) -> bool {
        self.details.issues.iter().any(|issue| issue.is_open(on))
    }

    /// True where `today` lies in their pause: until its last day, or for good where it is open.
    pub fn is_paused(&self, today: Date) -> bool {
        self.details.pause.as_ref().is_some_and(|pause| pause.until.is_none_or(|until| today < until))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r09_tiers_are_ordered_from_the_bottom_up() {
        assert!(Tier::A > Tier::B && Tier::B > Tier::C);
        assert_eq!("D".parse::<Standing>().expect("a tier"), Standing::DoNotContact);
        assert!("a".parse::<Standing>().is_err());
    }

    #[test]
    fn a_name_in_one_string_is_split_at_the_first_blank() {
        let name: Name = "Siri van der Berg".parse().expect("a name");
        assert_eq!((name.given.as_str(), name.full().as_str()), ("Siri", "Siri van der Berg"));
        let mononym: Name = "Björk".parse().expect("a name");
        assert_eq!(mononym.family, None);
    }
}

//! A contact: a person the firm knows, and everything that decides what they hear.

mod details;

use std::str::FromStr;

use jiff::civil::Date;

use crate::model::id::{ContactId, TeamId};
use crate::model::language::{Country, Language};
use crate::model::text::{Line, Prose};
pub use details::*;
use mail::address::EmailAddress;
use source::diagnostic::Fault;
use source::words;

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
    /// Everything else.
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

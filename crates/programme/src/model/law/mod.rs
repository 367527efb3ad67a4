//! By which law somebody may be written to or called (R26): a dated table of our reading, and what it says of one contact.
//!
//! The table is in `table`, a row a country and channel. What it demands is one of [`Needs`]; [`Ruling::judge`] holds a contact
//! against it on a day. It is a reading and no advice, so `law:` in `bevara.yaml` may change a row, with a reason.

use std::fmt;

use jiff::ToSpan;
use jiff::civil::Date;

use crate::model::contact::{BasisKind, Contact, Kind, Nature};
use crate::model::language::Country;
use crate::model::text::Line;
use source::words;

mod details;
mod table;

pub use details::{Details, details_demanded};
pub use table::{ROWS, Row};

words! {
    /// A way to reach somebody that a law speaks of.
    Way, "channel" {
        /// Electronic mail.
        Email = "email",
        /// A letter, a card or a parcel.
        Post = "post",
        /// A telephone call.
        Phone = "phone",
    }
}

words! {
    /// What a law asks for before somebody is reached in some way.
    Needs, "need" {
        /// Any of our grounds will do.
        Nothing = "none",
        /// They buy from us (the soft opt-in), or have consented.
        Customer = "customer",
        /// They have consented.
        Consent = "consent",
        /// It is not allowed at all.
        Never = "never",
    }
}

/// A row of the table that a programme reads otherwise, with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// Of which country.
    pub country: Country,
    /// For whom.
    pub nature: Nature,
    /// For which way.
    pub channel: Way,
    /// What is asked for instead.
    pub needs: Needs,
    /// Why it is read so.
    pub why: Line,
}

/// The law as a programme reads it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Law {
    /// What is read otherwise than in the table.
    pub overrides: Vec<Override>,
}

/// Months for which a former customer still counts as a customer.
const CUSTOMER_FOR_MONTHS: i32 = 12;

impl Law {
    /// What is asked for to reach somebody in `country` in some way. `None` stands for a country that is not known: the strictest
    /// row holds.
    pub fn ruling(&self, country: Option<Country>, nature: Nature, channel: Way) -> Ruling {
        let row = table::index(country, channel);
        let matches = |wanted: Nature| {
            let is_meant = move |line: &&Override| {
                Some(line.country) == country && line.nature == wanted && line.channel == channel
            };
            self.overrides.iter().rfind(is_meant)
        };
        // A sole trader is judged as the natural person they are.
        let own = || matches(nature).or_else(|| (nature == Nature::SoleTrader).then(|| matches(Nature::Natural))?);
        let overridden = if self.overrides.is_empty() { None } else { own() };
        let needs = overridden.map_or_else(|| ROWS[usize::from(row)].needs(nature), |line| line.needs);
        Ruling { row, nature, needs, is_overridden: overridden.is_some() }
    }
}

/// What the law asks for in one case: a country, somebody's nature and a way to reach them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ruling {
    row: u8,
    nature: Nature,
    needs: Needs,
    is_overridden: bool,
}

impl Ruling {
    /// The row of the table that was read.
    pub fn row(&self) -> &'static Row {
        &ROWS[usize::from(self.row)]
    }

    /// What is asked for.
    pub fn needs(&self) -> Needs {
        self.needs
    }

    /// Holds `contact` against the law on the day `on`.
    ///
    /// # Errors
    /// Their basis has lapsed, is not the one that the law asks for, or cannot be proved where it has to be.
    pub fn judge(self, contact: &Contact, on: Date) -> Result<(), Breach> {
        let breach = |lack| Err(Breach { ruling: self, lack });
        let Some(basis) = contact.basis.as_deref() else {
            // A call that any ground would do for needs no written one.
            let is_free = self.needs == Needs::Nothing && self.row().channel == Way::Phone;
            return if is_free { Ok(()) } else { breach(Lack::Consent) };
        };
        if basis.until.is_some_and(|until| until < on) {
            return breach(Lack::Lapsed);
        }
        match (self.needs, basis.kind) {
            (Needs::Nothing, _) | (Needs::Customer | Needs::Consent, BasisKind::Consent) => {}
            (Needs::Customer, BasisKind::Customer) => match relation(contact, on) {
                Relation::Holds => {}
                Relation::Ended => return breach(Lack::Lapsed),
                Relation::None => return breach(Lack::Consent),
            },
            _ => return breach(Lack::Consent),
        }
        if self.row().proof && (basis.evidence.is_none() || basis.on.is_none()) {
            return breach(Lack::Evidence);
        }
        Ok(())
    }
}

/// Whether somebody buys from us.
enum Relation {
    /// They do, or have lately.
    Holds,
    /// They did, too long ago, or nobody knows when.
    Ended,
    /// They never have.
    None,
}

/// How a customer relation that a basis speaks of stands on the day `on`.
fn relation(contact: &Contact, on: Date) -> Relation {
    match contact.kind {
        Kind::Prospect => Relation::None,
        Kind::Former => {
            let ended = contact.details.ended.as_ref().map(|ended| ended.on);
            let until = ended.map(|ended| ended.saturating_add(CUSTOMER_FOR_MONTHS.months()));
            if until.is_some_and(|until| on <= until) { Relation::Holds } else { Relation::Ended }
        }
        Kind::Customer | Kind::Partner | Kind::Other => Relation::Holds,
    }
}

/// What is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lack {
    /// Their consent, or the relation to a customer where that would do.
    Consent,
    /// The proof that the sender owes: what it is and of which day.
    Evidence,
    /// A basis that still holds.
    Lapsed,
}

/// Why the law keeps something away from somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Breach {
    ruling: Ruling,
    lack: Lack,
}

impl Breach {
    /// A stable name for what is missing, in kebab case.
    pub fn code(self) -> &'static str {
        match self.lack {
            Lack::Consent => "law-consent",
            Lack::Evidence => "law-evidence",
            Lack::Lapsed => "law-lapsed",
        }
    }

    /// The statute, as it is cited.
    pub fn paragraph(self) -> &'static str {
        self.ruling.row().statute
    }
}

impl fmt::Display for Breach {
    /// One sentence without any name, with the paragraph.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Breach { ruling, lack } = self;
        let what = match ruling.row().channel {
            Way::Email => "e-mail",
            Way::Post => "post",
            Way::Phone => "a call",
        };
        let whom = match ruling.nature {
            Nature::Natural => "a natural person",
            Nature::SoleTrader => "a sole trader",
            Nature::WorkAddress => "a named work address",
            Nature::Legal => "a firm",
        };
        let country = ruling.row().country.map_or_else(|| "their country".to_owned(), |country| country.to_string());
        match (lack, ruling.needs) {
            (Lack::Lapsed, _) => f.write_str("their basis has lapsed")?,
            (Lack::Evidence, _) => {
                write!(f, "{country} wants proof of the basis: `evidence` and the day it is `on`")?;
            }
            (Lack::Consent, Needs::Never) => write!(f, "{what} to {whom} in {country} is not allowed")?,
            (Lack::Consent, Needs::Consent) => write!(f, "{what} to {whom} in {country} needs their consent")?,
            (Lack::Consent, Needs::Customer) => {
                write!(f, "{what} to {whom} in {country} needs their consent or that they are a customer")?;
            }
            (Lack::Consent, Needs::Nothing) => write!(f, "{what} to {whom} in {country} needs a basis")?,
        }
        let source = if ruling.is_overridden { ", as `law` in bevara.yaml reads it" } else { "" };
        write!(f, " ({}{source})", ruling.row().statute)
    }
}

/// The country whose law holds for a contact: that of the address, else that of the telephone's prefix, else the firm's `home`.
/// `None` is a country that we cannot name.
pub fn country_of(contact: &Contact, home: Country) -> Option<Country> {
    let of_address = contact.address.as_ref().and_then(|address| address.country);
    of_address.or_else(|| match contact.phone.as_ref().and_then(|phone| of_prefix(phone.as_str())) {
        Some(country) => country,
        None => Some(home),
    })
}

/// The country of a telephone number in international form; the inner `None` is one that the table does not know.
fn of_prefix(phone: &str) -> Option<Option<Country>> {
    const PREFIXES: [(&str, Country); 7] = [
        ("46", Country::SE),
        ("47", Country::NO),
        ("45", Country::DK),
        ("358", Country::FI),
        ("372", Country::EE),
        ("49", Country::DE),
        ("44", Country::GB),
    ];
    let mut digits = phone.trim_start().strip_prefix('+').or_else(|| phone.trim_start().strip_prefix("00"))?.chars();
    let mut start = String::new();
    while let Some(digit) = digits.find(char::is_ascii_digit).filter(|_| start.len() < 3) {
        start.push(digit);
    }
    Some(PREFIXES.iter().find(|(prefix, _)| start.starts_with(prefix)).map(|(_, country)| *country))
}

#[cfg(test)]
mod tests;

//! The table: one row a country and channel, each with its statute, our reading, the day of it and where it was read.

use super::{Needs, Way};
use crate::model::contact::Nature;
use crate::model::language::Country;

/// One row: what a country asks for before somebody is reached in one way.
#[derive(Debug)]
pub struct Row {
    /// The country; `None` is everywhere else.
    pub country: Option<Country>,
    /// The way.
    pub channel: Way,
    /// To a natural person, and to a sole trader, who is one.
    pub natural: Needs,
    /// To a work address that bears somebody's name.
    pub work_address: Needs,
    /// To a legal person: `info@`, a letter to the firm.
    pub legal: Needs,
    /// True where the sender has to prove the basis: `evidence` and `on`.
    pub proof: bool,
    /// The statute, as it is cited.
    pub statute: &'static str,
    /// How we read it.
    pub reading: &'static str,
    /// The month of the reading, year and month.
    pub read_in: &'static str,
    /// Where it was read.
    pub source: &'static str,
}

impl Row {
    /// What it asks for in the case of somebody of this nature.
    pub fn needs(&self, nature: Nature) -> Needs {
        match nature {
            Nature::Natural | Nature::SoleTrader => self.natural,
            Nature::WorkAddress => self.work_address,
            Nature::Legal => self.legal,
        }
    }
}

/// The rows of one country, in the order of [`ROWS`].
const COUNTRIES: [Country; 6] = [Country::SE, Country::NO, Country::DK, Country::FI, Country::EE, Country::DE];

/// Where the row of a country and a way stands; unknown countries share the last rows.
pub(super) fn index(country: Option<Country>, channel: Way) -> u8 {
    let known = COUNTRIES.iter().position(|known| Some(*known) == country).unwrap_or(COUNTRIES.len());
    u8::try_from(known * Way::ALL.len() + channel as usize).expect("a table of a few rows")
}

/// Month of every reading below.
const READ: &str = "2026-11";

use Needs::{Consent, Customer, Nothing};
use Way::{Email, Phone, Post};

#[rustfmt::skip]
/// The table; three rows a country, in the order of [`Way`].
pub static ROWS: [Row; 21] = [
    Row { country: Some(Country::SE), channel: Email, natural: Customer, work_address: Customer, legal: Nothing, proof: false,
        statute: "marknadsföringslagen § 19",
        reading: "Consent, or a customer who could say no. Firms may be written to. Work addresses with a name are unclear, so they count as natural persons.",
        read_in: READ, source: "SFS 2008:486 §§ 19–20" },
    Row { country: Some(Country::SE), channel: Post, natural: Customer, work_address: Nothing, legal: Nothing, proof: false,
        statute: "marknadsföringslagen § 21",
        reading: "Free unless they have said no. The register of those who have (NIX adresserat) cannot be asked from here, so private persons need to be customers.",
        read_in: READ, source: "SFS 2008:486 § 21; NIX" },
    Row { country: Some(Country::SE), channel: Phone, natural: Customer, work_address: Nothing, legal: Nothing, proof: false,
        statute: "marknadsföringslagen § 21",
        reading: "Free unless they have said no. NIX-Telefon cannot be asked from here, so private persons need to be customers.",
        read_in: READ, source: "SFS 2008:486 § 21; NIX-Telefon" },
    Row { country: Some(Country::NO), channel: Email, natural: Customer, work_address: Customer, legal: Nothing, proof: false,
        statute: "markedsføringsloven § 15",
        reading: "Consent, or a customer who could say no. A work address with a name is that person's. Firms' common addresses may be written to.",
        read_in: READ, source: "LOV-2009-01-09-2 § 15; Forbrukertilsynet" },
    Row { country: Some(Country::NO), channel: Post, natural: Customer, work_address: Nothing, legal: Nothing, proof: false,
        statute: "markedsføringsloven § 12",
        reading: "Free unless reserved. Reservasjonsregisteret cannot be asked from here, so private persons need to be customers.",
        read_in: READ, source: "LOV-2009-01-09-2 §§ 12–13" },
    Row { country: Some(Country::NO), channel: Phone, natural: Customer, work_address: Nothing, legal: Nothing, proof: false,
        statute: "markedsføringsloven § 12",
        reading: "Free unless reserved. Reservasjonsregisteret cannot be asked from here, so private persons need to be customers.",
        read_in: READ, source: "LOV-2009-01-09-2 §§ 12–13" },
    Row { country: Some(Country::DK), channel: Email, natural: Customer, work_address: Customer, legal: Customer, proof: false,
        statute: "markedsføringsloven § 10",
        reading: "Consent, or a customer who could say no, for firms as well as for private persons.",
        read_in: READ, source: "lov nr. 426 af 3.5.2017 § 10; Forbrugerombudsmanden" },
    Row { country: Some(Country::DK), channel: Post, natural: Customer, work_address: Nothing, legal: Nothing, proof: false,
        statute: "markedsføringsloven § 10, stk. 4",
        reading: "Free to firms. The Robinson list has to be looked at first and cannot be asked from here, so private persons need to be customers.",
        read_in: READ, source: "lov nr. 426 af 3.5.2017 § 10, stk. 4; CPR" },
    Row { country: Some(Country::DK), channel: Phone, natural: Consent, work_address: Nothing, legal: Nothing, proof: false,
        statute: "forbrugeraftaleloven § 4",
        reading: "No calls to private persons who have not asked for them, customers included. Firms may be called.",
        read_in: READ, source: "lov nr. 1457 af 17.12.2013 § 4" },
    Row { country: Some(Country::FI), channel: Email, natural: Customer, work_address: Customer, legal: Nothing, proof: false,
        statute: "laki 917/2014 § 200",
        reading: "Consent, or a customer who could say no. Firms may be written to (§ 202). A work address only about the job, which we do not judge, so it counts as a natural person.",
        read_in: READ, source: "laki sähköisen viestinnän palveluista 917/2014 §§ 200–202" },
    Row { country: Some(Country::FI), channel: Post, natural: Nothing, work_address: Nothing, legal: Nothing, proof: false,
        statute: "laki 917/2014 § 200",
        reading: "Free unless they have said no.",
        read_in: READ, source: "laki 917/2014 §§ 200, 202" },
    Row { country: Some(Country::FI), channel: Phone, natural: Customer, work_address: Nothing, legal: Nothing, proof: false,
        statute: "laki 917/2014 § 200",
        reading: "Free unless they have said no, which for private persons cannot be seen from here, so they need to be customers.",
        read_in: READ, source: "laki 917/2014 §§ 200, 202" },
    Row { country: Some(Country::EE), channel: Email, natural: Customer, work_address: Customer, legal: Nothing, proof: true,
        statute: "elektroonilise side seadus § 103¹",
        reading: "Consent, or a customer who could say no, and the sender must prove either. Firms may be written to with an opt-out each time. A work address depends on the duties, so it counts as a natural person.",
        read_in: READ, source: "RT I, ESS § 103¹; Andmekaitse Inspektsioon" },
    Row { country: Some(Country::EE), channel: Post, natural: Nothing, work_address: Nothing, legal: Nothing, proof: true,
        statute: "isikuandmete kaitse üldmäärus art 21",
        reading: "Free unless they have said no; the sender answers for the basis and its proof.",
        read_in: READ, source: "GDPR art. 5(2), 21; Andmekaitse Inspektsioon" },
    Row { country: Some(Country::EE), channel: Phone, natural: Customer, work_address: Nothing, legal: Nothing, proof: true,
        statute: "elektroonilise side seadus § 103¹",
        reading: "In doubt as for e-mail: private persons need to be customers or to consent.",
        read_in: READ, source: "RT I, ESS § 103¹" },
    Row { country: Some(Country::DE), channel: Email, natural: Customer, work_address: Customer, legal: Customer, proof: true,
        statute: "UWG § 7",
        reading: "Express consent, or a customer who could say no (subsection 3), for firms as well as for private persons. The sender must prove it.",
        read_in: READ, source: "UWG § 7 (2) no. 2, (3); BGH I ZR 208/12" },
    Row { country: Some(Country::DE), channel: Post, natural: Nothing, work_address: Nothing, legal: Nothing, proof: true,
        statute: "UWG § 7",
        reading: "Free unless they have said no; the sender answers for the basis and its proof.",
        read_in: READ, source: "UWG § 7 (1); GDPR art. 5(2), 21" },
    Row { country: Some(Country::DE), channel: Phone, natural: Consent, work_address: Customer, legal: Customer, proof: true,
        statute: "UWG § 7",
        reading: "Private persons only with express consent, kept as § 7a asks. Firms where their consent can be presumed, which we take for customers.",
        read_in: READ, source: "UWG § 7 (2) no. 1, § 7a" },
    Row { country: None, channel: Email, natural: Customer, work_address: Customer, legal: Customer, proof: false,
        statute: "Directive 2002/58/EC art. 13",
        reading: "Consent, or a customer who could say no. Firms count as natural persons, because countries differ.",
        read_in: READ, source: "Directive 2002/58/EC art. 13; CJEU C-654/23" },
    Row { country: None, channel: Post, natural: Customer, work_address: Customer, legal: Nothing, proof: false,
        statute: "GDPR art. 21",
        reading: "Free to firms. Private persons and named ones need to be customers, because registers differ.",
        read_in: READ, source: "GDPR art. 6(1)(f), 21" },
    Row { country: None, channel: Phone, natural: Consent, work_address: Customer, legal: Customer, proof: false,
        statute: "Directive 2002/58/EC art. 13",
        reading: "Countries choose between asking first and respecting a register: private persons have to consent, firms to be customers.",
        read_in: READ, source: "Directive 2002/58/EC art. 13 (3), (5)" },
];

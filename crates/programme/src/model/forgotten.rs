//! Who asked to be forgotten (R27): nothing is kept of them but keyed hashes of what they could be known again by.
//!
//! What is hashed are *traces*: the mailbox, the telephone number, and the name with the firm, each folded so that every
//! spelling gives the same hash. Hashes are kept for years, so the folding here never changes; it is apart from that of the
//! wall, which may become cleverer. The hashing itself is where the key is, see
//! [`LinkKey::trace_hash`](crate::render::links::LinkKey::trace_hash).

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

use crate::model::contact::{Contact, Origin};
use crate::model::language::Country;
use crate::model::ledger::Lead;
use crate::model::phone;
use mail::address::EmailAddress;
use source::characters::nfkc;
use source::diagnostic::Fault;

/// Characters of a hash: 256 bits in base32 (RFC 4648 §6), lower case, without padding.
const LENGTH: usize = 52;

/// The keyed hash of a trace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TraceHash(Box<str>);

impl TraceHash {
    /// The hash as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TraceHash {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let is_base32 = text.bytes().all(|letter| matches!(letter, b'a'..=b'z' | b'2'..=b'7'));
        match is_base32 && text.len() == LENGTH {
            true => Ok(TraceHash(text.into())),
            false => Err(Fault::new(format!("`{text}` is not the hash of anybody"))
                .hint("`bevara person forget` writes these lines; nobody has to")),
        }
    }
}

impl fmt::Display for TraceHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One line of `contacts/forgotten.yaml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forgotten {
    /// The hash of one trace.
    pub hash: TraceHash,
    /// The day on which they were forgotten.
    pub on: Date,
    /// Where the line stands.
    pub origin: Origin,
}

/// What a person can be known again by, folded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Traces {
    /// The mailbox, without what stands after a `+`.
    pub mailbox: Option<String>,
    /// The telephone number with its calling code.
    pub phone: Option<String>,
    /// Name and firm; a name alone is that of many people.
    pub name_at_firm: Option<String>,
}

impl Traces {
    /// The traces of somebody of whom this is known; a telephone number without a calling code is one of `country`.
    pub fn new(
        name: Option<&str>,
        company: Option<&str>,
        email: Option<&EmailAddress>,
        phone: Option<&str>,
        country: Country,
    ) -> Self {
        let name_at_firm = match (name.map(fold_name), company.map(fold_firm)) {
            (Some(name), Some(firm)) if !name.is_empty() && !firm.is_empty() => Some(format!("{name}@{firm}")),
            _ => None,
        };
        Traces {
            mailbox: email.map(EmailAddress::folded_without_tag),
            phone: phone.and_then(|phone| phone::folded(phone, country)),
            name_at_firm,
        }
    }

    /// The traces of a contact; `home` is the programme's own country.
    pub fn of(contact: &Contact, home: Country) -> Self {
        let company = contact.company.as_ref().map(|company| company.as_str());
        let phone = contact.phone.as_ref().map(|phone| phone.as_str());
        Traces::new(Some(&contact.name.full()), company, contact.email.as_ref(), phone, contact.country(home))
    }

    /// The traces of somebody whom a referral names; `home` is the programme's own country, for whom nothing tells.
    pub fn of_lead(lead: &Lead, home: Country) -> Self {
        let company = lead.company.as_ref().map(|company| company.as_str());
        let phone = lead.phone.as_ref().map(|phone| phone.as_str());
        Traces::new(Some(lead.name.as_str()), company, lead.email.as_ref(), phone, lead.country.unwrap_or(home))
    }

    /// Each trace as it is hashed: its kind, a colon, the folded text.
    pub fn iter(&self) -> impl Iterator<Item = String> {
        let kinds = [("mailbox", &self.mailbox), ("phone", &self.phone), ("name", &self.name_at_firm)];
        kinds.into_iter().filter_map(|(kind, trace)| Some(format!("{kind}:{}", trace.as_ref()?)))
    }
}

/// A person's name as it is compared: letters and digits in lower case, words in alphabetical order, so that
/// `Lind, Anna` is `Anna Lind`.
pub fn fold_name(name: &str) -> String {
    let mut words = words(name);
    words.sort_unstable();
    words.join(" ")
}

/// Legal forms, which are left out as often as not, as words without points and slashes.
const LEGAL_FORMS: [&str; 35] = [
    "ab",
    "aktiebolag",
    "aktiebolaget",
    "aksjeselskap",
    "ag",
    "aktsiaselts",
    "aps",
    "as",
    "asa",
    "co",
    "ek",
    "ev",
    "gbr",
    "gmbh",
    "hb",
    "inc",
    "kb",
    "kg",
    "limited",
    "llc",
    "llp",
    "ltd",
    "osauhing",
    "osaühing",
    "osakeyhtiö",
    "ou",
    "oy",
    "oyj",
    "oü",
    "plc",
    "publ",
    "se",
    "sia",
    "uab",
    "ug",
];

/// The name of a firm as it is compared: as [`fold_name`], in its own order and without its legal form.
pub fn fold_firm(firm: &str) -> String {
    // `A/S` and `G.m.b.H.` are one word each.
    let joined = firm.replace(['.', '/', '\'', '’'], "");
    let all = words(&joined);
    let is_form = |word: &String| LEGAL_FORMS.contains(&word.as_str());
    match all.iter().all(is_form) {
        true => all.concat(),
        false => all.into_iter().filter(|word| !is_form(word)).collect::<Vec<_>>().concat(),
    }
}

fn words(text: &str) -> Vec<String> {
    let folded = nfkc(text).to_lowercase();
    let folded = nfkc(&folded);
    let visible: String = folded.chars().filter(|character| !is_invisible(*character)).collect();
    visible.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// What is within a word without being seen: soft hyphens, joiners, directional marks, variation selectors.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{34f}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r27_every_spelling_of_a_person_leaves_the_same_traces() {
        let traces = |name: &str, firm: &str, email: &str, phone: &str| {
            let email = email.parse().expect("an address");
            Traces::new(Some(name), Some(firm), Some(&email), Some(phone), Country::NO)
        };
        let known = traces("Per Kristian Øye", "Øye Bygg AS", "per@oye.example", "+47 90 50 30 02");
        let again = traces("ØYE, Per-Kristian", "Øye Bygg", "Per+list@OYE.example", "905 03 002");
        assert_eq!(known, again);
        assert_eq!(
            known.iter().collect::<Vec<_>>(),
            ["mailbox:per@oye.example", "phone:4790503002", "name:kristian per øye@øyebygg"]
        );
    }

    #[test]
    fn a_name_without_a_firm_is_nobodys_trace() {
        let traces = Traces::new(Some("Anna Lind"), None, None, Some("12"), Country::SE);
        assert_eq!(traces.iter().count(), 0);
        assert_eq!(fold_firm("AB"), "ab");
        assert_eq!(fold_firm("Nordisk Kaffe A/S"), fold_firm("NORDISK KAFFE"));
        assert_ne!(fold_firm("Nordisk Kaffe A/S"), fold_firm("Nordisk Te A/S"));
    }

    #[test]
    fn a_hash_is_base32() {
        let text = "a2".repeat(LENGTH / 2);
        assert_eq!(text.parse::<TraceHash>().expect("a hash").as_str(), text);
        assert!("abc".parse::<TraceHash>().is_err() && "A1".repeat(LENGTH / 2).parse::<TraceHash>().is_err());
    }
}

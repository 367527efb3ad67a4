//! The wall (R4): who gets nothing on any channel, next to tier D itself.

use std::collections::HashMap;

use crate::model::contact::{Contact, Standing};
use crate::model::ledger::WallKey;
use crate::model::programme::Programme;
use mail::address::EmailAddress;
use source::characters::nfkc;

/// Everything a contact is compared with, folded once.
#[derive(Debug, Clone, Default)]
pub struct Wall {
    /// Folded names of firms: positions in the programme's wall.
    companies: HashMap<String, u32>,
    /// Domains in lower-case A-labels: positions in the programme's wall.
    domains: HashMap<Box<str>, u32>,
    /// Mailboxes without tags: positions in the programme's wall.
    mailboxes: HashMap<String, u32>,
    /// Mailboxes of contacts of tier D, without tags: positions in the programme's contacts.
    of_d: HashMap<String, u32>,
}

/// What of a contact stands on the wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stop {
    /// Their firm; the entry is the index into [`Programme::wall`].
    Company(u32),
    /// The domain of their address, or one above it; the entry is the index into [`Programme::wall`].
    Domain(u32),
    /// Their address; the entry is the index into [`Programme::wall`].
    Mailbox(u32),
    /// They share the mailbox of a contact of tier D: the index into [`Programme::contacts`].
    MailboxOfD(u32),
}

impl Wall {
    /// The wall of a programme: `do-not-contact.yaml`, and the mailboxes of its D contacts.
    pub fn new(programme: &Programme) -> Self {
        let mut wall = Wall::default();
        for (index, entry) in (0..).zip(&programme.wall) {
            match &entry.key {
                WallKey::Company(name) => _ = wall.companies.entry(fold_company(name.as_str())).or_insert(index),
                WallKey::Domain(domain) => _ = wall.domains.entry(domain.clone()).or_insert(index),
                WallKey::Email(email) => _ = wall.mailboxes.entry(email.folded_without_tag()).or_insert(index),
            }
        }
        for (index, contact) in (0..).zip(&programme.contacts) {
            if let (Standing::DoNotContact, Some(email)) = (contact.standing, &contact.email) {
                wall.of_d.entry(email.folded_without_tag()).or_insert(index);
            }
        }
        wall
    }

    /// What stops a contact, if anything; a contact of tier D is stopped by its own mailbox at the latest.
    pub fn stops(&self, contact: &Contact) -> Option<Stop> {
        self.stops_named(contact.company.as_ref().map(|company| company.as_str()), contact.email.as_ref())
    }

    /// What stops somebody of whom only this is known, such as the row of a list.
    pub fn stops_named(&self, company: Option<&str>, email: Option<&EmailAddress>) -> Option<Stop> {
        company.and_then(|company| self.company(company)).or_else(|| self.stops_address(email?))
    }

    /// What stops an address, whoever reads what is sent to it.
    pub fn stops_address(&self, address: &EmailAddress) -> Option<Stop> {
        self.domain(address).or_else(|| self.mailbox(address))
    }

    fn company(&self, company: &str) -> Option<Stop> {
        if self.companies.is_empty() {
            return None;
        }
        self.companies.get(&fold_company(company)).map(|&entry| Stop::Company(entry))
    }

    fn domain(&self, address: &EmailAddress) -> Option<Stop> {
        let whole = address.domain();
        let parents = whole.match_indices('.').map(|(dot, _)| &whole[dot + 1..]);
        std::iter::once(whole)
            .chain(parents)
            .find_map(|domain| self.domains.get(domain))
            .map(|&entry| Stop::Domain(entry))
    }

    fn mailbox(&self, address: &EmailAddress) -> Option<Stop> {
        if self.mailboxes.is_empty() && self.of_d.is_empty() {
            return None;
        }
        let folded = address.folded_without_tag();
        let listed = self.mailboxes.get(&folded).map(|&entry| Stop::Mailbox(entry));
        listed.or_else(|| self.of_d.get(&folded).map(|&contact| Stop::MailboxOfD(contact)))
    }
}

/// Legal forms that say nothing about which firm is meant, behind its name.
const FORMS: [&str; 25] = [
    "ab",
    "aktiebolag",
    "(publ)",
    "hb",
    "kb",
    "as",
    "a/s",
    "asa",
    "aps",
    "oü",
    "ou",
    "oy",
    "oyj",
    "gmbh",
    "ag",
    "kg",
    "ug",
    "ltd",
    "limited",
    "plc",
    "llp",
    "inc",
    "llc",
    "uab",
    "sia",
];

/// Those that are written before the name, too.
const FORMS_BEFORE: [&str; 8] = ["ab", "aktiebolaget", "as", "oü", "ou", "oy", "uab", "sia"];

/// The name of a firm as it is compared: Unicode form, case, white space, quotes, points and the legal form do not count.
fn fold_company(name: &str) -> String {
    let folded = nfkc(name).to_lowercase();
    let folded = nfkc(&folded);
    let mut words: Vec<&str> = folded
        .split_whitespace()
        .map(|word| word.trim_matches(['.', ',', '"', '\'', '“', '”', '„', '«', '»', '’']))
        .collect();
    words.retain(|word| !word.is_empty());
    while words.len() > 1 && words.last().is_some_and(|last| FORMS.contains(last)) {
        words.pop();
    }
    if words.len() > 1 && FORMS_BEFORE.contains(&words[0]) {
        words.remove(0);
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::fixture::Fixture;

    #[test]
    fn r04_spellings_of_a_walled_firm_domain_or_mailbox_do_not_pass() {
        let programme = Fixture::new()
            .wall_company("Grå  Kontorsdrift AB")
            .wall_domain("billigkapsel.example")
            .wall_email("reception@granholmen.example")
            .contact("roland", "D", |c| c.email = Some("roland@krook.example".parse().expect("an address")))
            .build();
        let wall = Wall::new(&programme);
        let stop = |company: Option<&str>, email: &str| {
            let other = Fixture::new().contact("x", "A", |c| {
                c.company = company.map(|name| name.parse().expect("a name"));
                c.email = Some(email.parse().expect("an address"));
            });
            wall.stops(&other.build().contacts[0])
        };
        for spelling in
            ["GRÅ KONTORSDRIFT", "Gra\u{30a} Kontorsdrift AB (publ)", "grå\u{a0}kontorsdrift ab", "AB Grå Kontorsdrift"]
        {
            assert_eq!(stop(Some(spelling), "a@x.example"), Some(Stop::Company(0)), "{spelling}");
        }
        for address in ["a@billigkapsel.example.", "a@post.BilligKapsel.example"] {
            assert_eq!(stop(None, address), Some(Stop::Domain(1)), "{address}");
        }
        for address in ["Reception+news@granholmen.example", "\"reception\"@granholmen.example"] {
            assert_eq!(stop(None, address), Some(Stop::Mailbox(2)), "{address}");
        }
        assert_eq!(stop(None, "Roland+2@krook.example"), Some(Stop::MailboxOfD(0)));
        assert_eq!(stop(Some("Grå Kontorsdriften AB"), "a@ebilligkapsel.example"), None);
    }

    #[test]
    fn a_firm_named_like_a_legal_form_keeps_its_name() {
        assert_eq!(fold_company("AB"), "ab");
        assert_eq!(fold_company("OÜ Kruus Kinnisvara"), fold_company("Kruus Kinnisvara OÜ"));
        assert_ne!(fold_company("Nordisk Kaffe A/S"), fold_company("Nordisk Te A/S"));
    }
}

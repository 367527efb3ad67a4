//! The wall (R4): who gets nothing on any channel, next to tier D itself.
//!
//! What is the same for a clerk is the same here: [`firm`] folds the names of firms, [`mailbox`] the ways to write an address.
//! What is only like a name of the wall is a question for a person, see [`likeness`].

use std::collections::HashMap;

use crate::model::contact::{Contact, Standing};
use crate::model::forgotten::fold_name;
use crate::model::language::Country;
use crate::model::ledger::{Lead, WallEntry, WallKey};
use crate::model::phone;
use crate::model::programme::{People, Programme};
use mail::address::EmailAddress;

mod confusable;
pub mod firm;
mod forms;
pub mod likeness;
pub mod mailbox;
#[cfg(test)]
mod tests;

/// Everything somebody is compared with, folded once.
#[derive(Debug, Clone, Default)]
pub struct Wall {
    /// Folded names of firms: positions in the programme's wall.
    companies: HashMap<String, u32>,
    /// Domains in lower-case A-labels: positions in the programme's wall.
    domains: HashMap<Box<str>, u32>,
    /// Mailboxes without tags: positions in the programme's wall.
    mailboxes: HashMap<String, u32>,
    /// What contacts of tier D are known by: positions in the programme's contacts.
    of_d: OfD,
    home: Option<Country>,
}

/// What contacts of tier D are known by.
#[derive(Debug, Clone, Default)]
struct OfD {
    /// Mailboxes without tags.
    mailboxes: HashMap<String, u32>,
    /// Telephone numbers with their calling codes.
    phones: HashMap<String, u32>,
    /// Folded names, by folded firm.
    names: HashMap<String, HashMap<String, u32>>,
}

/// What of somebody stands on the wall.
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
    /// They share the telephone number of a contact of tier D: the index into [`Programme::contacts`].
    PhoneOfD(u32),
    /// They have name and firm of a contact of tier D: the index into [`Programme::contacts`].
    NameOfD(u32),
}

impl Stop {
    /// The line of the wall; `None` where it is a contact of tier D.
    pub fn entry(self) -> Option<u32> {
        match self {
            Stop::Company(entry) | Stop::Domain(entry) | Stop::Mailbox(entry) => Some(entry),
            Stop::MailboxOfD(_) | Stop::PhoneOfD(_) | Stop::NameOfD(_) => None,
        }
    }

    /// The key under which somebody's entry says it.
    pub fn key(self) -> &'static str {
        match self {
            Stop::Company(_) => "company",
            Stop::Domain(_) | Stop::Mailbox(_) | Stop::MailboxOfD(_) => "email",
            Stop::PhoneOfD(_) => "phone",
            Stop::NameOfD(_) => "name",
        }
    }
}

/// What is known of somebody who is compared with the wall.
struct Somebody<'a> {
    name: &'a dyn Fn() -> String,
    company: Option<&'a str>,
    email: Option<&'a EmailAddress>,
    phone: Option<&'a str>,
    /// Where a telephone number without a calling code is one of.
    country: Country,
}

impl Wall {
    /// The wall of a programme: `do-not-contact.yaml`, and what its D contacts are known by.
    pub fn new(programme: &Programme) -> Self {
        Wall::of(&programme.wall, &programme.contacts, programme.settings.country)
    }

    /// The wall of these lines and of the D among these contacts; `home` is the firm's own country.
    pub fn of(entries: &[WallEntry], contacts: &People, home: Country) -> Self {
        let mut wall = Wall { home: Some(home), ..Wall::default() };
        for (index, entry) in (0..).zip(entries) {
            match &entry.key {
                WallKey::Company(name) => firm::keys(name.as_str()).into_iter().for_each(|key| {
                    wall.companies.entry(key).or_insert(index);
                }),
                WallKey::Domain(domain) => {
                    let domain = domain.strip_prefix("www.").filter(|rest| rest.contains('.')).unwrap_or(domain);
                    wall.domains.entry(domain.into()).or_insert(index);
                }
                WallKey::Email(email) => mailbox::keys(email).into_iter().for_each(|(key, _)| {
                    wall.mailboxes.entry(key).or_insert(index);
                }),
            }
        }
        for (index, contact) in (0..).zip(contacts) {
            if contact.standing == Standing::DoNotContact {
                wall.of_d.note(contact, index, home);
            }
        }
        wall
    }

    /// What stops a contact, if anything; a contact of tier D is stopped by what they are known by.
    pub fn stops(&self, contact: &Contact) -> Option<Stop> {
        self.stops_somebody(&Somebody {
            name: &|| contact.name.full(),
            company: contact.company.as_ref().map(|company| company.as_str()),
            email: contact.email.as_ref(),
            phone: contact.phone.as_ref().map(|phone| phone.as_str()),
            country: contact.country(self.home.unwrap_or(Country::SE)),
        })
    }

    /// What stops somebody who was named to us, if anything.
    pub fn stops_lead(&self, lead: &Lead) -> Option<Stop> {
        let home = self.home.unwrap_or(Country::SE);
        // Where they are is a guess, so their number is looked for as one of ours too.
        let stops = |country: Country| {
            self.stops_somebody(&Somebody {
                name: &|| lead.name.as_str().to_owned(),
                company: lead.company.as_ref().map(|company| company.as_str()),
                email: lead.email.as_ref(),
                phone: lead.phone.as_ref().map(|phone| phone.as_str()),
                country,
            })
        };
        stops(lead.country.unwrap_or(home)).or_else(|| stops(home))
    }

    /// What stops somebody of whom only this is known, such as a row of a list; a telephone number without a calling code is one
    /// of `country`.
    pub fn stops_named(
        &self,
        name: &str,
        company: Option<&str>,
        email: Option<&EmailAddress>,
        phone: Option<&str>,
        country: Country,
    ) -> Option<Stop> {
        self.stops_somebody(&Somebody { name: &|| name.to_owned(), company, email, phone, country })
    }

    fn stops_somebody(&self, somebody: &Somebody<'_>) -> Option<Stop> {
        let firms = || somebody.company.map(firm::keys).unwrap_or_default();
        let is_needed = !self.companies.is_empty() || !self.of_d.names.is_empty();
        let firms = if is_needed { firms() } else { Vec::new() };
        let by_firm = firms.iter().find_map(|key| self.companies.get(key)).map(|&entry| Stop::Company(entry));
        by_firm
            .or_else(|| self.stops_address(somebody.email?))
            .or_else(|| self.phone_of_d(somebody))
            .or_else(|| self.name_of_d(somebody, &firms))
    }

    /// What stops an address, whoever reads what is sent to it.
    pub fn stops_address(&self, address: &EmailAddress) -> Option<Stop> {
        if self.domains.is_empty() && self.mailboxes.is_empty() && self.of_d.mailboxes.is_empty() {
            return None;
        }
        let keys = mailbox::keys(address);
        let domain = keys.iter().find_map(|(_, domain)| self.domain(domain));
        domain.or_else(|| keys.iter().find_map(|(key, _)| self.mailbox(key)))
    }

    fn domain(&self, whole: &str) -> Option<Stop> {
        let parents = whole.match_indices('.').map(|(dot, _)| &whole[dot + 1..]);
        std::iter::once(whole)
            .chain(parents)
            .find_map(|domain| self.domains.get(domain))
            .map(|&entry| Stop::Domain(entry))
    }

    fn mailbox(&self, folded: &str) -> Option<Stop> {
        let listed = self.mailboxes.get(folded).map(|&entry| Stop::Mailbox(entry));
        listed.or_else(|| self.of_d.mailboxes.get(folded).map(|&contact| Stop::MailboxOfD(contact)))
    }

    fn phone_of_d(&self, somebody: &Somebody<'_>) -> Option<Stop> {
        if self.of_d.phones.is_empty() {
            return None;
        }
        let phone = phone::folded(somebody.phone?, somebody.country)?;
        self.of_d.phones.get(&phone).map(|&contact| Stop::PhoneOfD(contact))
    }

    fn name_of_d(&self, somebody: &Somebody<'_>, firms: &[String]) -> Option<Stop> {
        let mut there = firms.iter().filter_map(|firm| self.of_d.names.get(firm)).peekable();
        there.peek()?;
        let name = fold_name(&(somebody.name)());
        there.find_map(|names| names.get(&name)).map(|&contact| Stop::NameOfD(contact))
    }
}

impl OfD {
    fn note(&mut self, contact: &Contact, index: u32, home: Country) {
        for (key, _) in contact.email.iter().flat_map(mailbox::keys) {
            self.mailboxes.entry(key).or_insert(index);
        }
        let phone = contact.phone.as_ref().and_then(|phone| phone::folded(phone.as_str(), contact.country(home)));
        if let Some(phone) = phone {
            self.phones.entry(phone).or_insert(index);
        }
        for firm in contact.company.iter().flat_map(|company| firm::keys(company.as_str())) {
            self.names.entry(firm).or_default().entry(fold_name(&contact.name.full())).or_insert(index);
        }
    }
}

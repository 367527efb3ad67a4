//! On whom something is held: a contact, or somebody who is only named in referrals (R20, R27).

use std::collections::HashSet;

use super::super::Outcome;
use super::super::session::Session;
use super::super::terminal::Terminal;
use super::super::who::{self, Match};
use crate::model::contact::Contact;
use crate::model::forgotten::{Traces, fold_name};
use crate::model::language::Language;
use crate::model::ledger::Referral;
use crate::model::programme::Programme;
use mail::address::EmailAddress;

/// A person.
pub enum Person<'p> {
    /// A contact.
    Contact(&'p Contact),
    /// Whom these referrals name, the first at least; they are no contact.
    Lead(&'p Referral, Vec<&'p Referral>),
}

impl<'p> Person<'p> {
    /// Who is meant by what was typed.
    ///
    /// # Errors
    /// The exit code, after it was said that there is nobody, or who may be meant.
    pub fn find(typed: &str, session: &'p Session, terminal: &Terminal) -> Result<Self, Outcome> {
        let programme = &session.programme;
        let contact = who::contact(programme, &session.link_key(), typed);
        let lead = who::lead(programme, typed);
        let several = |ids: Vec<&str>| {
            terminal.failure(&format!("`{typed}` may be several people"), Some(&who::listed(ids.into_iter())));
            Err(Outcome::Usage)
        };
        match (contact, lead) {
            (Match::Nobody, Match::One((first, others))) => Ok(Person::Lead(first, others)),
            (Match::Nobody, Match::Several(leads)) => {
                several(leads.iter().map(|(first, _)| first.id.as_str()).collect())
            }
            (Match::One(contact), Match::One((first, _))) if !is_surely(contact, typed) => {
                several(vec![contact.id.as_str(), first.id.as_str()])
            }
            (Match::One(contact), _) => Ok(Person::Contact(contact)),
            (Match::Nobody | Match::Several(_), _) => session.contact(typed, terminal).map(Person::Contact),
        }
    }

    /// What they are called in what is printed: a contact's id, or that of the first referral that names them.
    pub fn id(&self) -> &'p str {
        match self {
            Person::Contact(contact) => contact.id.as_str(),
            Person::Lead(first, _) => first.id.as_str(),
        }
    }

    /// The contact, where they are one.
    pub fn contact(&self) -> Option<&'p Contact> {
        match self {
            Person::Contact(contact) => Some(contact),
            Person::Lead(..) => None,
        }
    }

    /// Their name.
    pub fn name(&self) -> String {
        match self {
            Person::Contact(contact) => contact.name.full(),
            Person::Lead(first, _) => first.lead.name.as_str().to_owned(),
        }
    }

    /// Their first name.
    pub fn given(&self) -> String {
        match self {
            Person::Contact(contact) => contact.name.given.as_str().to_owned(),
            Person::Lead(..) => self.name().split_whitespace().next().unwrap_or_default().to_owned(),
        }
    }

    /// The language they read; of somebody who is only named nobody knows.
    pub fn language(&self, programme: &Programme) -> Language {
        self.contact().map_or_else(|| programme.settings.languages.default(), |contact| contact.language)
    }

    /// The referrals that name them: by link, by mailbox, or by name and firm.
    pub fn named_in(&self, programme: &'p Programme) -> Vec<&'p Referral> {
        match self {
            Person::Lead(first, others) => std::iter::once(*first).chain(others.iter().copied()).collect(),
            Person::Contact(contact) => {
                let home = programme.settings.country;
                let own = Traces::of(contact, home);
                let is_them = |referral: &&Referral| match &referral.lead.contact {
                    Some(id) => *id == contact.id,
                    None => {
                        let theirs = Traces::of_lead(&referral.lead, home);
                        let same = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
                        same(&own.mailbox, &theirs.mailbox) || same(&own.name_at_firm, &theirs.name_at_firm)
                    }
                };
                programme.referrals.iter().filter(is_them).collect()
            }
        }
    }

    /// Their mailboxes, folded without tags.
    pub fn mailboxes(&self, programme: &'p Programme) -> Vec<String> {
        let own = self.contact().and_then(|contact| contact.email.as_ref());
        let named = self.named_in(programme).into_iter().filter_map(|referral| referral.lead.email.as_ref());
        own.into_iter().chain(named).map(EmailAddress::folded_without_tag).collect()
    }

    /// Everything they could be known again by, but for what somebody else would be taken for.
    pub fn traces(&self, programme: &'p Programme) -> Vec<String> {
        let home = programme.settings.country;
        let named = self.named_in(programme);
        let own = self.contact().map(|contact| Traces::of(contact, home));
        let own = own.into_iter().chain(named.iter().map(|referral| Traces::of_lead(&referral.lead, home)));
        let contacts = programme.contacts.iter().filter(|contact| contact.id.as_str() != self.id());
        let leads = programme.referrals.iter().filter(|one| !named.iter().any(|known| known.id == one.id));
        let others = contacts.map(|contact| Traces::of(contact, home));
        let others: HashSet<String> = others
            .chain(leads.map(|referral| Traces::of_lead(&referral.lead, home)))
            .flat_map(|traces| traces.iter().collect::<Vec<_>>())
            .collect();
        let mut traces: Vec<String> = Vec::new();
        for trace in own.flat_map(|traces| traces.iter().collect::<Vec<_>>()) {
            if !others.contains(&trace) && !traces.contains(&trace) {
                traces.push(trace);
            }
        }
        traces
    }
}

/// True where what was typed is all of a contact's id, name or mailbox.
fn is_surely(contact: &Contact, typed: &str) -> bool {
    typed.trim() == contact.id.as_str() || typed.contains('@') || fold_name(typed) == fold_name(&contact.name.full())
}

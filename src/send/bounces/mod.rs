//! Whose address failed for good, as the mail systems on the way reported it.
//!
//! [`mailbox`] takes messages out of files, [`mail::report`] reads one, [`Register`] knows whom it is about, and [`Tally`] what
//! follows from all of them.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::Date;

use crate::model::contact::Contact;
use crate::model::id::{ContactId, MailingId};
use crate::model::journal::{Entry, Journal};
use crate::model::programme::Programme;
use mail::address::EmailAddress;
use mail::report::complaint::Complaint;
use mail::report::{Fate, Report};

pub mod mailbox;

/// Everybody a delivery report may be about.
pub struct Register<'p> {
    programme: &'p Programme,
    by_address: HashMap<String, Vec<&'p Contact>>,
    sent: HashMap<&'p str, (&'p MailingId, &'p Entry)>,
    /// The mailboxes that were ever written to, folded.
    written: HashSet<String>,
}

/// Whom a report is about.
#[derive(Default)]
struct Concerned<'p> {
    /// Who has the address that failed.
    holders: Vec<&'p Contact>,
    /// Who was sent the message at an address that is theirs no more.
    moved: Option<&'p Contact>,
    /// The mailing the message belonged to.
    mailing: Option<&'p MailingId>,
}

impl<'p> Register<'p> {
    /// The contacts of a programme, and the journals of what was sent.
    pub fn new(programme: &'p Programme, journals: &'p [(MailingId, Journal)]) -> Self {
        let mut by_address: HashMap<String, Vec<&Contact>> = HashMap::new();
        for contact in &programme.contacts {
            if let Some(email) = &contact.email {
                by_address.entry(email.folded_without_tag()).or_default().push(contact);
            }
        }
        let lines = journals.iter().flat_map(|(id, journal)| journal.entries().map(move |entry| (id, entry)));
        let sent = lines.filter_map(|(id, entry)| Some((entry.message_id.as_deref()?, (id, entry)))).collect();
        let addresses =
            journals.iter().flat_map(|(_, journal)| journal.entries()).filter_map(|entry| entry.to.as_ref());
        let written = addresses.filter_map(|to| Some(to.parse::<EmailAddress>().ok()?.folded_without_tag())).collect();
        Register { programme, by_address, sent, written }
    }

    /// Whom a report on the message `about` is about. The message knows best: mail is forwarded, and then the address that
    /// failed is one that we never wrote to.
    fn concerned(&self, about: Option<&str>, fate: &Fate) -> Concerned<'p> {
        let Some(&(mailing, entry)) = about.and_then(|id| self.sent.get(id)) else {
            // Anybody can write a report: one about somebody whom we never wrote to is not about us. Where no journal says to
            // whom we did, something else sends the messages.
            let mut ours = fate.addresses.iter().map(EmailAddress::folded_without_tag);
            let named = ours.find(|address| match self.written.is_empty() {
                true => self.by_address.contains_key(address),
                false => self.written.contains(address),
            });
            let named = named.and_then(|address| self.by_address.get(&address));
            return Concerned { holders: named.cloned().unwrap_or_default(), ..Concerned::default() };
        };
        let Some(contact) = self.programme.contact_of(&entry.contact) else {
            return Concerned { mailing: Some(mailing), ..Concerned::default() };
        };
        let there = contact.email.as_ref().map(EmailAddress::folded_without_tag);
        let sent_to = entry.to.as_ref().and_then(|to| to.parse::<EmailAddress>().ok());
        let is_there = |address: &EmailAddress| Some(address.folded_without_tag()) == there;
        let same = sent_to.as_ref().map_or_else(|| fate.addresses.iter().any(is_there), is_there);
        // One mailbox may be that of several contacts.
        match there.as_ref().filter(|_| same).and_then(|address| self.by_address.get(address)) {
            Some(holders) => Concerned { holders: holders.clone(), moved: None, mailing: Some(mailing) },
            None => Concerned { holders: Vec::new(), moved: Some(contact), mailing: Some(mailing) },
        }
    }
}

impl<'p> Register<'p> {
    /// Who complained: whoever was sent the message, else whoever has the address.
    pub fn complained(&self, complaint: &Complaint) -> Vec<&'p Contact> {
        let sent = complaint.about.as_deref().and_then(|id| self.sent.get(id));
        match sent.and_then(|(_, entry)| self.programme.contact(&entry.contact)) {
            Some(contact) => vec![contact],
            None => {
                let holders =
                    complaint.addresses.iter().filter_map(|one| self.by_address.get(&one.folded_without_tag()));
                holders.flatten().copied().collect()
            }
        }
    }
}

/// What one report says of one address.
#[derive(Debug, Clone)]
pub struct Finding<'p> {
    /// Whose address it is.
    pub contact: Option<&'p Contact>,
    /// What became of the message.
    pub fate: Fate,
    /// The day of the report, at most today.
    pub on: Date,
    /// The mailing it belonged to, where the journals know.
    pub mailing: Option<&'p MailingId>,
    /// The report: its file, and its number in an mbox.
    pub source: String,
}

/// What follows from all reports.
#[derive(Debug, Default)]
pub struct Tally<'p> {
    /// Contacts whose address failed for good, each with the first report of it.
    pub failed: BTreeMap<&'p ContactId, Finding<'p>>,
    /// Contacts whose address was marked before, and since when.
    pub known: BTreeMap<&'p ContactId, Date>,
    /// Not delivered this time, which says little about the address: delayed, or given up after 4.x.x.
    pub transient: Vec<Finding<'p>>,
    /// Failed for good, at an address that the contact has no more.
    pub moved: Vec<Finding<'p>>,
    /// Failed for good, at an address of nobody on the list.
    pub strangers: Vec<Finding<'p>>,
}

impl<'p> Tally<'p> {
    /// Takes note of a report that was found in `source`; a report dated later than `today` counts as of today.
    pub fn note(&mut self, source: &str, report: &Report, register: &Register<'p>, today: Date) {
        let zone = &register.programme.settings.timezone;
        let written = report.written.map(|moment| moment.to_zoned(zone.clone()).date());
        let on = written.map_or(today, |day| day.min(today));
        for fate in &report.fates {
            let concerned = register.concerned(report.about.as_deref(), fate);
            let finding = |contact| Finding {
                contact,
                fate: fate.clone(),
                on,
                mailing: concerned.mailing,
                source: source.to_owned(),
            };
            for contact in &concerned.holders {
                self.note_holder(contact, finding(Some(contact)));
            }
            match concerned.moved {
                _ if !fate.is_final() || !concerned.holders.is_empty() => {}
                Some(contact) => self.moved.push(finding(Some(contact))),
                None => self.strangers.push(finding(None)),
            }
        }
    }

    fn note_holder(&mut self, contact: &'p Contact, finding: Finding<'p>) {
        if !finding.fate.is_final() {
            if !finding.fate.action.arrived() {
                self.transient.push(finding);
            }
        } else if let Some(day) = contact.details.email_bounced {
            self.known.insert(&contact.id, day);
        } else if self.failed.get(&contact.id).is_none_or(|first| finding.on < first.on) {
            self.failed.insert(&contact.id, finding);
        }
    }
}

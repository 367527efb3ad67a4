//! Who is left out, and of what: contacts without a basis, mailings that reach nobody, contacts who get nothing all year (R35).

use std::collections::{BTreeMap, HashSet};

use jiff::civil::Date;

use crate::load::places;
use crate::model::contact::Contact;
use crate::model::id::ContactId;
use crate::model::mailing::MailingKind;
use crate::model::programme::Programme;
use crate::model::text::counted;
use crate::plan::Refusal;
use crate::plan::audience::{Audience, Roster};
use source::diagnostic::Diagnostic;

/// What is gathered while the mailings are gone through.
pub struct Reach<'p> {
    programme: &'p Programme,
    today: Date,
    /// By contact: true where a mailing that is still to come reaches them.
    reached: Vec<bool>,
    /// By contact: the last reason why one did not.
    refused: Vec<Option<Refusal>>,
    /// How many mailings are still to come.
    to_come: usize,
    found: Vec<Diagnostic>,
}

impl<'p> Reach<'p> {
    /// Nothing was gone through yet.
    pub fn new(programme: &'p Programme, today: Date) -> Self {
        let count = programme.contacts.len();
        Reach {
            programme,
            today,
            reached: vec![false; count],
            refused: vec![None; count],
            to_come: 0,
            found: Vec::new(),
        }
    }

    /// Takes in whom a mailing reaches.
    pub fn look_at(&mut self, audience: &Audience<'p>, roster: &Roster<'p>) {
        let days = roster.dates().days(audience.mailing);
        // What is over cannot be helped; thanks are earned, and a day of one's own is not everybody's.
        if days.is_some_and(|days| days.last < self.today) {
            return;
        }
        let is_for_all = days.is_some() && audience.mailing.kind != MailingKind::Thanks;
        self.to_come += usize::from(is_for_all);
        // Recipients come in the order of the list.
        let mut list = self.programme.contacts.iter().enumerate();
        for recipient in &audience.recipients {
            if let Some((position, _)) = list.find(|(_, contact)| std::ptr::eq(*contact, recipient.contact())) {
                self.reached[position] = true;
            }
        }
        for (position, refusal) in &audience.refusals {
            self.refused[*position as usize] = Some(*refusal);
        }
        if is_for_all && audience.recipients.is_empty() && !audience.refusals.is_empty() {
            self.found.push(self.reaches_nobody(audience));
        }
    }

    fn reaches_nobody(&self, audience: &Audience<'p>) -> Diagnostic {
        let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, refusal) in &audience.refusals {
            *reasons.entry(refusal.code()).or_default() += 1;
        }
        let reasons: Vec<String> = reasons.iter().map(|(code, count)| format!("{count} {code}")).collect();
        let message = format!("`{}` reaches nobody", audience.mailing.id);
        let warning = Diagnostic::warning("reaches-nobody", message);
        let place = places::of_mailing(self.programme, audience.mailing, "id");
        warning.place(place).hint(format!("everybody it is meant for is left out: {}", reasons.join(", ")))
    }

    /// Everything that was found.
    pub fn findings(mut self) -> Vec<Diagnostic> {
        let named: HashSet<&ContactId> =
            self.programme.referrals.iter().filter_map(|referral| referral.lead.contact.as_ref()).collect();
        let mut left_out = Vec::new();
        for (position, contact) in self.programme.contacts.iter().enumerate() {
            // Tier D, an opt-out and somebody a friend named are left out on purpose (R4, R20, R26).
            let on_purpose = contact.tier().is_none()
                || contact.details.unsubscribed.is_some()
                || named.contains(&contact.id)
                || matches!(self.refused[position], Some(Refusal::Wall(_)));
            if on_purpose || self.reached[position] {
                continue;
            }
            match contact.basis {
                None => left_out.push(self.without_basis(contact)),
                Some(_) if self.to_come > 0 => left_out.extend(self.gets_nothing(contact, self.refused[position])),
                Some(_) => {}
            }
        }
        self.found.extend(left_out);
        self.found
    }

    fn without_basis(&self, contact: &Contact) -> Diagnostic {
        let message = format!("`{}` has no basis, so no mailing goes to them", contact.id);
        let warning = Diagnostic::warning("no-basis", message).place(places::of_contact(self.programme, contact, "id"));
        let on = contact.details.collected_on.unwrap_or(self.today);
        warning.hint(format!(
            "say why we may write to them, for instance: basis: {{kind: customer, evidence: order 2026-118, on: {on}}} (R26)"
        ))
    }

    /// A pause, a bounce, a wish for another channel: what is written down of somebody is a note, what is missing a warning.
    fn gets_nothing(&self, contact: &Contact, refusal: Option<Refusal>) -> Option<Diagnostic> {
        let all = counted(self.to_come, "mailing");
        let message = format!("`{}` gets none of the {all} to come", contact.id);
        let finding = match refusal {
            Some(Refusal::NoAddress(_)) => Diagnostic::warning("gets-nothing", message),
            _ => Diagnostic {
                severity: source::diagnostic::Severity::Note,
                ..Diagnostic::warning("gets-nothing", message)
            },
        };
        let why = match refusal {
            Some(refusal) => refusal.to_string(),
            None => format!("no mailing is planned for whoever is like them, of tier {}", contact.standing.letter()),
        };
        Some(finding.place(places::of_contact(self.programme, contact, "id")).hint(why))
    }
}

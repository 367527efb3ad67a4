//! What happened to whom, and when: what mailings after an event look at (R33).

use std::collections::HashMap;

use jiff::ToSpan;
use jiff::civil::Date;

use crate::model::contact::Contact;
use crate::model::id::ContactId;
use crate::model::language::Country;
use crate::model::ledger::{Side, Stage};
use crate::model::mailing::Mailing;
use crate::model::programme::Programme;
use crate::model::touch::TouchKind;
use crate::model::when::Event;
use crate::model::workday;

/// The days of the events that mailings of a programme come after; empty where none does.
#[derive(Debug, Clone, Default)]
pub struct Events<'p> {
    days: HashMap<(Event, &'p ContactId), Vec<Date>>,
}

impl<'p> Events<'p> {
    /// Looks up what the plans ask for: every day once a contact and event, the first first.
    pub fn new(programme: &'p Programme) -> Self {
        let mut events = Events::default();
        for &event in Event::ALL {
            if programme.mailings().any(|mailing| mailing.when.after().is_some_and(|(other, _)| other == event)) {
                events.collect(programme, event);
            }
        }
        for days in events.days.values_mut() {
            days.sort_unstable();
            days.dedup();
        }
        events
    }

    fn note(&mut self, event: Event, contact: &'p ContactId, day: Date) {
        self.days.entry((event, contact)).or_default().push(day);
    }

    fn collect(&mut self, programme: &'p Programme, event: Event) {
        match event {
            Event::Since => {
                for contact in &programme.contacts {
                    contact.details.since.into_iter().for_each(|day| self.note(event, &contact.id, day));
                }
            }
            Event::Customer => {
                for referral in programme.referrals.iter().filter(|referral| referral.stage == Stage::Customer) {
                    let reached = referral.reached.iter().find(|(stage, _)| *stage == Stage::Customer);
                    let day = reached.map(|(_, on)| *on).or(referral.first_purchase.as_ref().map(|bought| bought.on));
                    if let (Some(contact), Some(day)) = (&referral.lead.contact, day) {
                        self.note(event, contact, day);
                    }
                }
            }
            Event::Meeting => self.touches(programme, event, TouchKind::Meeting),
            Event::Review => self.touches(programme, event, TouchKind::Review),
            Event::Thanks => {
                self.touches(programme, event, TouchKind::Thanks);
                for referral in &programme.referrals {
                    for &side in Side::ALL {
                        if let (Some(day), Some(contact)) = (referral.thanked.of(side), referral.contact_on(side)) {
                            self.note(event, contact, *day);
                        }
                    }
                }
            }
            Event::Referral => {
                programme.referrals.iter().for_each(|one| self.note(event, &one.referrer, one.received));
            }
        }
    }

    fn touches(&mut self, programme: &'p Programme, event: Event, kind: TouchKind) {
        let ours = programme.touches.iter().filter(|touch| touch.kind == kind && !touch.inbound);
        ours.for_each(|touch| self.note(event, &touch.contact, touch.on));
    }

    /// The days of the plan's year on which `mailing` follows something that happened to a contact, each with the day it happened.
    pub fn of(&self, mailing: &Mailing, contact: &Contact, country: Country) -> Vec<(Date, Date)> {
        let Some((event, days)) = mailing.when.after() else { return Vec::new() };
        let Some(happened) = self.days.get(&(event, &contact.id)) else { return Vec::new() };
        let follows = |&day: &Date| {
            let on = day.checked_add(days.days()).ok()?;
            let on = mailing.shift.map_or(on, |shift| workday::shift(on, shift, country));
            (on.year() == mailing.year).then_some((on, day))
        };
        happened.iter().filter_map(follows).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::journal::{Journals, Outcome, Outcomes, State};
    use crate::plan::fixture::{Fixture, everybody};
    use crate::plan::{Memory, Roster};
    use jiff::civil::date;

    fn met() -> Programme {
        Fixture::new()
            .contact("anna", "A", |c| c.details.since = Some(date(2026, 12, 20)))
            .contact("bo", "B", |c| c.details.since = Some(date(2020, 5, 1)))
            .logged("anna", date(2027, 2, 3), |touch| touch.kind = TouchKind::Meeting)
            .logged("anna", date(2027, 5, 3), |touch| touch.kind = TouchKind::Meeting)
            .logged("bo", date(2027, 5, 3), |touch| (touch.kind, touch.inbound) = (TouchKind::Meeting, true))
            .mailing("welcome", "since+14d", |_| {})
            .mailing("after-meeting", "meeting+1d", |_| {})
            .build()
    }

    #[test]
    fn r33_each_gets_one_a_contact_and_event_in_the_plans_year() {
        let programme = met();
        let roster = Roster::new(&programme, &everybody);
        let who = |id: &str| -> Vec<(String, Date)> {
            let audience = roster.audience(programme.mailing(id).expect("it is planned"));
            assert!(audience.refusals.is_empty());
            audience.recipients.iter().map(|one| (one.key().as_str().to_owned(), one.date())).collect()
        };
        assert_eq!(who("welcome"), [("anna@2026-12-20".to_owned(), date(2027, 1, 3))]);
        let both = [("anna@2027-02-03".to_owned(), date(2027, 2, 4)), ("anna@2027-05-03".to_owned(), date(2027, 5, 4))];
        assert_eq!(who("after-meeting"), both);
    }

    #[test]
    fn r33_what_was_sent_about_one_event_says_nothing_of_another_and_what_is_past_is_not_owed() {
        let programme = met();
        let roster = Roster::new(&programme, &everybody);
        let mut outcomes = Outcomes::default();
        let outcome = Outcome { t: jiff::Timestamp::UNIX_EPOCH, state: State::Accepted, generation: 1 };
        outcomes.note_event(0, date(2027, 2, 3), outcome);
        let journals = Journals::from([("after-meeting".parse().expect("an id"), outcomes)]);
        let unsent = |today: Date| -> Vec<(String, usize)> {
            let memory = Memory::new(&programme, today, &roster, &journals);
            let all = memory.statuses.iter();
            all.map(|status| (status.mailing.id.to_string(), status.unsent.len())).collect()
        };
        let of = |welcome, after| [("welcome".to_owned(), welcome), ("after-meeting".to_owned(), after)];
        assert_eq!(unsent(date(2027, 1, 5)), of(1, 0));
        assert_eq!(unsent(date(2027, 5, 6)), of(0, 1));
        assert_eq!(unsent(date(2027, 6, 6)), of(0, 0));
    }
}

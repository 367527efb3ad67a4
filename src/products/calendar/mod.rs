//! `output/calendar/`: the plan as iCalendar files (RFC 5545), one of everything and one a person on the team.
//!
//! Mailings are all-day events, one a mailing and date: where countries keep different days, the home country's event has the
//! mailing's own UID and the others carry their country in it, so that a first contact abroad moves no event. A mailing on
//! personal days has an event a contact. What goes by post has one more, on the day it is printed. What people do has an event
//! a contact and day; meetings have an hour, a place and an alarm the day before, when the sheet is to be read.

mod ics;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::model::contact::{Contact, Tier};
use crate::model::id::TeamId;
use crate::model::language::Country;
use crate::model::mailing::{Mailing, Signer};
use crate::model::meeting::{Meeting, MeetingPlace};
use crate::model::programme::Programme;
use crate::model::touch::TouchKind;
use crate::plan::agenda::person;
use crate::plan::lead::Lead;
use crate::plan::sending::{MailingStatus, Progress};
use crate::plan::year::{PlannedFor, planned_touches};
use crate::plan::{Audience, Memory, Recipient};
use crate::products::ProductError;
use crate::render::local_words::LocalWords;
use ics::{Calendar, Event, Time};
use store::Store;

/// The hour at which a meeting is planned, until both sides have agreed on one.
const HOUR: i8 = 10;
/// How long a meeting is planned for, in minutes.
const MINUTES: i32 = 60;

/// An event, and in whose calendars it stands.
struct Entry<'p> {
    event: Event,
    of: BTreeSet<&'p TeamId>,
}

/// The calendars of a programme, not yet written.
pub struct Calendars {
    files: Vec<(String, String)>,
    events: usize,
}

impl Calendars {
    /// Every plan year that is there.
    pub fn new(memory: &Memory<'_>) -> Self {
        let programme = memory.programme;
        let planner =
            Planner { programme, words: LocalWords::new(programme), host: programme.settings.sender.email.domain() };
        let mailings = memory.statuses.iter().filter(|status| !is_forgiven(programme, status));
        let mailings = mailings.flat_map(|status| planner.mailing(status.mailing, memory));
        let touches = planned_touches(memory).into_iter().map(|planned| planner.touch(planned));
        let is_open = |contact: &Contact| !memory.is_walled(memory.position(contact));
        let agreed = programme
            .meetings
            .iter()
            .filter_map(|meeting| planner.meeting(meeting))
            .filter(|(contact, _)| is_open(contact));
        let agreed = agreed.map(|(_, entry)| entry);
        let mut entries: Vec<Entry<'_>> = mailings.chain(touches).chain(agreed).collect();
        entries.sort_by(|a, b| (a.event.time, &a.event.uid).cmp(&(b.event.time, &b.event.uid)));
        let mut files = Vec::new();
        let mut add = |name: &str, title: &str, events: Vec<&Event>| {
            // RFC 5545 knows no calendar without events.
            if !events.is_empty() {
                let zone = &programme.settings.timezone;
                let calendar = Calendar { name: title, zone, today: memory.today, events };
                files.push((format!("calendar/{name}.ics"), calendar.to_text()));
            }
        };
        let name = programme.settings.name.as_str();
        add("all", name, entries.iter().map(|entry| &entry.event).collect());
        for member in &programme.settings.team {
            let own = entries.iter().filter(|entry| entry.of.contains(&member.id)).map(|entry| &entry.event);
            add(member.id.as_str(), &format!("{name}: {}", member.name.as_str()), own.collect());
        }
        Calendars { files, events: entries.len() }
    }

    /// How many events there are.
    pub fn events(&self) -> usize {
        self.events
    }

    /// Every file by its path below `output/`, with what it holds.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Writes the calendars.
    ///
    /// # Errors
    /// The disk.
    pub fn write(&self, store: &Store) -> Result<(), ProductError> {
        for (path, text) in self.files() {
            store.put(path, text.as_bytes())?;
        }
        Ok(())
    }
}

/// True for a mailing that was never sent because its day was before the programme's memory.
fn is_forgiven(programme: &Programme, status: &MailingStatus<'_>) -> bool {
    let is_before = status.days.is_some_and(|days| programme.settings.is_before_start(days.last));
    is_before && status.progress == Progress::Past
}

/// Makes events of plans.
struct Planner<'p> {
    programme: &'p Programme,
    words: LocalWords,
    host: &'p str,
}

/// Who gets a mailing on one day.
#[derive(Default)]
struct Day<'p> {
    countries: BTreeSet<Country>,
    tiers: BTreeMap<Tier, usize>,
    owners: BTreeSet<&'p TeamId>,
    /// How many get it on paper, and when the first of these leaves.
    on_paper: usize,
    lead: Option<Lead>,
}

impl<'p> Planner<'p> {
    /// The events of a mailing.
    fn mailing(&self, mailing: &'p Mailing, memory: &Memory<'p>) -> Vec<Entry<'p>> {
        let audience = memory.roster.audience(mailing);
        if mailing.when.is_personal() {
            return self.personal(&audience);
        }
        let home = self.programme.settings.country;
        let mut days: BTreeMap<Date, Day<'p>> = BTreeMap::new();
        for recipient in &audience.recipients {
            let contact = recipient.contact();
            let day = days.entry(recipient.date()).or_default();
            day.countries.insert(contact.country(home));
            day.owners.insert(&contact.owner);
            *day.tiers.entry(recipient.tier()).or_default() += 1;
            if let Some(lead) = Lead::for_recipient(self.programme, mailing, recipient) {
                day.on_paper += 1;
                day.lead = Some(day.lead.map_or(lead, |first| first.min(lead)));
            }
        }
        if let (true, Some(planned)) = (days.is_empty(), memory.roster.dates().days(mailing)) {
            days.insert(planned.first, Day { countries: BTreeSet::from([home]), ..Day::default() });
        }
        let posting = self.posting(mailing, &days);
        let entry = |(on, day): (Date, Day<'p>)| {
            let away = day.countries.iter().next().filter(|_| !day.countries.contains(&home));
            let country = away.map(|country| country.code());
            let uid = match country {
                Some(country) => format!("{}.{country}@{}", mailing.id, self.host),
                None => format!("{}@{}", mailing.id, self.host),
            };
            let mut summary = format!("{}: {}", self.words.word(&format!("kind_{}", mailing.kind.name())), mailing.id);
            if let Some(country) = country {
                summary = format!("{summary} ({country})");
            }
            let description = self.about(mailing, &day);
            let mut of = day.owners;
            of.insert(person(self.programme, &mailing.signed_by, None));
            Entry { event: self.all_day(uid, on, summary, description, mailing.kind.name()), of }
        };
        days.into_iter().map(entry).chain(posting).collect()
    }

    /// The day on which the letters or parcels of a mailing are printed and packed, in the calendar of who signs (R12).
    fn posting(&self, mailing: &'p Mailing, days: &BTreeMap<Date, Day<'p>>) -> Option<Entry<'p>> {
        let lead = days.values().filter_map(|day| day.lead).min()?;
        let count = self.words.number(days.values().map(|day| day.on_paper).sum::<usize>());
        let what = if mailing.gift.is_some() { "what_parcels" } else { "what_letters" };
        let summary = self.words.say(what, &[("n", &count), ("id", mailing.id.as_str())]);
        let uid = format!("print-{}@{}", mailing.id, self.host);
        let event = self.all_day(uid, lead.print_by, summary, self.leaving(lead), "post");
        Some(Entry { event, of: BTreeSet::from([person(self.programme, &mailing.signed_by, None)]) })
    }

    /// When paper leaves.
    fn leaving(&self, lead: Lead) -> String {
        format!("{} {}", self.words.word("post_by"), self.words.day(lead.post_by))
    }

    /// A mailing on everybody's own day: an event a contact (R16).
    fn personal(&self, audience: &Audience<'p>) -> Vec<Entry<'p>> {
        let mailing = audience.mailing;
        let entry = |recipient: &Recipient<'p>| {
            let contact = recipient.contact();
            let event = recipient.event().map_or_else(String::new, |event| format!(".{event}"));
            let uid = format!("{}.{}{event}@{}", mailing.id, contact.id, self.host);
            let kind = self.words.word(&format!("kind_{}", mailing.kind.name()));
            let summary = format!("{kind}: {}", contact.name.full());
            let description = [mailing.id.to_string()].into_iter().chain(reach(contact)).collect::<Vec<_>>().join("\n");
            let of = BTreeSet::from([&contact.owner, person(self.programme, &mailing.signed_by, Some(contact))]);
            Entry { event: self.all_day(uid, recipient.date(), summary, description, mailing.kind.name()), of }
        };
        let asked_for = |recipient: &&Recipient<'p>| !self.programme.settings.is_before_start(recipient.date());
        audience.recipients.iter().filter(asked_for).map(entry).collect()
    }

    fn all_day(&self, uid: String, on: Date, summary: String, description: String, category: &'static str) -> Event {
        Event { uid, time: Time::Day(on), summary, description, location: None, category, alarm: None }
    }

    /// What one should know of a mailing on its day: to how many, signed by whom, and when paper must leave (R12).
    fn about(&self, mailing: &Mailing, day: &Day<'_>) -> String {
        let count: usize = day.tiers.values().sum();
        let tiers: Vec<String> =
            day.tiers.iter().rev().map(|(tier, count)| format!("{} {count}", tier.letter())).collect();
        let mut lines = vec![match count {
            0 => self.words.word("calendar_nobody"),
            _ => self.words.say("calendar_to", &[("n", &self.words.number(count)), ("tiers", &tiers.join(", "))]),
        }];
        let signer = match &mailing.signed_by {
            Signer::Owner => self.words.word("by_owner"),
            other => name_of(self.programme, person(self.programme, other, None)),
        };
        lines.push(self.words.say("calendar_signed", &[("name", &signer)]));
        lines.push(self.words.word(&format!("channel_{}", mailing.channel.name())));
        lines.extend(day.lead.map(|lead| self.leaving(lead)));
        lines.join("\n")
    }

    /// A meeting that was agreed on: with its hour, its place and an alarm the day before (R30).
    fn meeting(&self, meeting: &'p Meeting) -> Option<(&'p Contact, Entry<'p>)> {
        let contact = self.programme.contact(&meeting.contact)?;
        let kind = self.words.word(&format!("touch_{}", meeting.kind.name()));
        let company = contact.company.as_ref().map(|company| format!(", {}", company.as_str()));
        let summary = format!("{kind}: {}{}", contact.name.full(), company.unwrap_or_default());
        let at = meeting.at.unwrap_or_else(|| jiff::civil::time(HOUR, 0, 0, 0));
        let agenda = meeting.agenda.iter().map(|line| format!("- {}", line.as_str()));
        let location = match &meeting.place {
            MeetingPlace::Theirs => place(contact),
            MeetingPlace::Other(venue, _) => Some(self.words.word(&format!("place_{}", venue.name()))),
        };
        let event = Event {
            uid: format!("meeting.{}.{}@{}", contact.id, meeting.on, self.host),
            time: Time::Hours(meeting.on.to_datetime(at), MINUTES),
            alarm: Some(self.words.say("calendar_prepare", &[("what", &summary)])),
            summary,
            description: agenda.chain(reach(contact)).collect::<Vec<_>>().join("\n"),
            location,
            category: meeting.kind.name(),
        };
        Some((contact, Entry { event, of: BTreeSet::from([&contact.owner]) }))
    }

    /// What a person does for a contact.
    fn touch(&self, planned: PlannedFor<'p>) -> Entry<'p> {
        let PlannedFor { touch, contact, on } = planned;
        let kind = self.words.word(&format!("touch_{}", touch.kind.name()));
        let company = contact.company.as_ref().map(|company| format!(", {}", company.as_str()));
        let summary = format!("{kind}: {}{}", contact.name.full(), company.unwrap_or_default());
        let meets = matches!(touch.kind, TouchKind::Meeting | TouchKind::Review | TouchKind::Visit);
        let event = Event {
            uid: format!("{}.{}.{on}@{}", touch.id, contact.id, self.host),
            time: if meets { Time::Hours(on.at(HOUR, 0, 0, 0), MINUTES) } else { Time::Day(on) },
            alarm: meets.then(|| self.words.say("calendar_prepare", &[("what", &summary)])),
            summary,
            description: reach(contact).collect::<Vec<_>>().join("\n"),
            // At the customer's place by default (R15).
            location: if meets { place(contact) } else { None },
            category: touch.kind.name(),
        };
        Entry { event, of: BTreeSet::from([person(self.programme, &touch.by, Some(contact))]) }
    }
}

/// How to reach a contact, a line each.
fn reach(contact: &Contact) -> impl Iterator<Item = String> {
    let phone = contact.phone.as_ref().map(|phone| phone.as_str().to_owned());
    let email = contact.email.as_ref().map(|email| email.as_str().to_owned());
    phone.into_iter().chain(email)
}

/// The postal address in one line.
fn place(contact: &Contact) -> Option<String> {
    let address = contact.address.as_deref().filter(|address| address.is_complete())?;
    let text = |line: &Option<crate::model::text::Line>| line.as_ref().map(|line| line.as_str().to_owned());
    let town = [text(&address.postcode), text(&address.city)].into_iter().flatten().collect::<Vec<_>>().join(" ");
    Some(text(&address.street).into_iter().chain([town]).collect::<Vec<_>>().join(", "))
}

/// The name of somebody on the team.
fn name_of(programme: &Programme, id: &TeamId) -> String {
    programme.settings.member(id).map_or_else(|| id.to_string(), |member| member.name.as_str().to_owned())
}

#[cfg(test)]
mod tests;

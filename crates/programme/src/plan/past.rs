//! What has happened: for every contact what people did, what was sent, and when they last heard of us.

use std::collections::{BTreeMap, HashSet};

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};
use rayon::prelude::*;

use crate::model::contact::{Contact, Tier};
use crate::model::id::{MailingId, ReferralId};
use crate::model::journal::{Journals, Outcome, Outcomes, State};
use crate::model::ledger::{Referral, Touch};
use crate::model::mailing::{Mailing, MailingKind};
use crate::model::programme::Programme;
use crate::model::touch::{Purpose, TouchKind};
use crate::plan::admission::Refusal;
use crate::plan::audience::Roster;
use crate::plan::leads;

/// Days that may lie between the note that a gift was posted and the note that it was handed over.
const SAME_GIFT: i32 = 21;

/// True where two notes of a gift to somebody, one in a mailing's journal and one among the touches, are about the same gift (R8).
pub fn is_same_gift(noted: Date, handed_over: Date) -> bool {
    (noted - handed_over).get_days().abs() <= SAME_GIFT
}

/// What has happened, looked up by a contact's position on the list.
pub struct Past<'p> {
    /// The programme.
    pub programme: &'p Programme,
    /// The day it is looked at.
    pub today: Date,
    /// Who may be written to.
    pub roster: &'p Roster<'p>,
    /// What was sent.
    pub journals: &'p Journals,
    /// Touches by contact, then by day.
    touches: Vec<&'p Touch>,
    /// Where each contact's touches begin, and where the last one's end.
    starts: Vec<u32>,
    /// What was sent of the mailings that are gifts.
    gifts: Vec<(&'p MailingId, &'p Outcomes)>,
    /// What each contact heard.
    heard: Vec<Heard>,
    /// Referrals that name somebody whom an earlier one names too.
    repeated: HashSet<&'p ReferralId>,
    /// The last day on which a relay said of a contact's present address that there is no such mailbox.
    dead: BTreeMap<u32, Date>,
}

/// What a contact heard of us, and we of them (R10, R11, R23).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Heard {
    /// The last day of anything in either direction; never later than today.
    pub last: Option<Date>,
    /// Outbound touches of this calendar year.
    pub touches: u32,
    /// Mailings of this calendar year that were accepted or handed over.
    pub mailings: u32,
    /// Outbound touches of the last twelve months that were made to sell.
    pub selling: u32,
    /// Outbound touches of the last twelve months that were made to care, mailings included.
    pub caring: u32,
}

impl Heard {
    /// What counts towards the tier's minimum (R10).
    pub fn done(&self) -> u32 {
        self.touches + self.mailings
    }
}

impl<'p> Past<'p> {
    /// Looks up everything once.
    pub fn new(programme: &'p Programme, today: Date, roster: &'p Roster<'p>, journals: &'p Journals) -> Self {
        let (touches, starts) = by_contact(programme);
        let count = programme.contacts.len();
        let gifts = programme.mailings().filter(|mailing| mailing.kind == MailingKind::Gift);
        let gifts = gifts.filter_map(|mailing| Some((&mailing.id, journals.get(&mailing.id)?))).collect();
        let mut past = Past {
            programme,
            today,
            roster,
            journals,
            touches,
            starts,
            gifts,
            heard: vec![Heard::default(); count],
            repeated: leads::repeated(programme),
            dead: BTreeMap::new(),
        };
        past.dead = past.dead_addresses();
        past.hear_touches();
        past.hear_mailings();
        past
    }

    /// A contact's position on the list.
    pub fn position(&self, contact: &Contact) -> u32 {
        self.programme.by_id[&contact.id]
    }

    /// Everybody we care for, with their tier: active, nothing of them on the wall (R4), paused or not.
    pub fn active(&self) -> impl Iterator<Item = (u32, &'p Contact, Tier)> {
        (0..).zip(&self.programme.contacts).filter_map(|(position, contact)| self.as_active(position, contact))
    }

    /// The same, looked at on all cores.
    pub fn par_active(&self) -> impl ParallelIterator<Item = (u32, &'p Contact, Tier)> {
        let contacts =
            (0..self.programme.contacts.len() as u32).into_par_iter().zip(self.programme.contacts.par_iter());
        contacts.filter_map(|(position, contact)| self.as_active(position, contact))
    }

    /// Who is looked at in R10 and R23, on all cores: active and not paused; who opted out of mail is still called.
    pub fn par_cared_for(&self) -> impl ParallelIterator<Item = (u32, &'p Contact, Tier)> {
        self.par_active().filter(|(_, contact, _)| !contact.is_paused(self.today))
    }

    fn as_active(&self, position: u32, contact: &'p Contact) -> Option<(u32, &'p Contact, Tier)> {
        contact.tier().filter(|_| !self.is_walled(position)).map(|tier| (position, contact, tier))
    }

    /// True where a contact is left alone: tier D, or on the wall (R4).
    pub fn is_walled(&self, position: u32) -> bool {
        matches!(self.roster.cleared(position), Err(Refusal::DoNotContact | Refusal::Wall(_)))
    }

    /// What was done with a contact, by day.
    pub fn touches(&self, position: u32) -> &[&'p Touch] {
        let at = position as usize;
        &self.touches[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    /// What we did with a contact up to today, each thing once: a gift handed over that a mailing's journal knows too is the
    /// mailing's, and counts with it (R8).
    pub fn deeds(&self, position: u32) -> impl Iterator<Item = &'p Touch> {
        let ours = self.touches(position).iter().copied().filter(|touch| !touch.inbound && touch.on <= self.today);
        ours.filter(move |touch| touch.kind != TouchKind::Gift || self.gift_noted(position, touch.on).is_none())
    }

    /// The mailing whose journal says that a contact was given what was handed over on a day, and the day it says.
    pub fn gift_noted(&self, position: u32, handed_over: Date) -> Option<(&'p MailingId, Date)> {
        self.gifts.iter().find_map(|(mailing, outcomes)| {
            let sent = outcomes.of(position).filter(|outcome| outcome.state().is_sent());
            let mut noted = sent.map(|outcome| self.day(outcome.t)).filter(|noted| is_same_gift(*noted, handed_over));
            noted.next().map(|noted| (*mailing, noted))
        })
    }

    /// The day on which a contact's address failed for good: as the list says, or a relay that we wrote through.
    pub fn failed_address(&self, position: u32, contact: &Contact) -> Option<Date> {
        contact.details.email_bounced.or_else(|| self.dead.get(&position).copied())
    }

    /// What relays said of addresses that contacts still have, and that nothing has reached since.
    fn dead_addresses(&self) -> BTreeMap<u32, Date> {
        let mut dead: BTreeMap<u32, Timestamp> = BTreeMap::new();
        for (position, t, to) in self.journals.values().flat_map(Outcomes::dead) {
            let email = self.programme.contacts[position as usize].email.as_ref();
            let is_theirs = |to: &str| email.is_some_and(|email| email.folded_without_tag() == to);
            if to.map_or(email.is_some(), is_theirs) {
                let last = dead.entry(position).or_insert(t);
                *last = t.max(*last);
            }
        }
        let is_reached = |position: u32, since: Timestamp| {
            let mut outcomes = self.journals.values().flat_map(|outcomes| outcomes.of(position));
            outcomes.any(|outcome| outcome.state() == State::Accepted && outcome.t > since)
        };
        dead.retain(|position, t| !is_reached(*position, *t));
        dead.into_iter().map(|(position, t)| (position, self.day(t))).collect()
    }

    /// The days on which we did something of this kind with a contact, the first first.
    pub fn days_of(&self, position: u32, kind: TouchKind) -> impl Iterator<Item = Date> {
        let ours = self.touches(position).iter().filter(move |touch| touch.kind == kind && !touch.inbound);
        ours.map(|touch| touch.on)
    }

    /// True where we did anything with a contact between two days, both included.
    pub fn was_touched(&self, position: u32, from: Date, until: Date) -> bool {
        self.touches(position).iter().any(|touch| !touch.inbound && (from..=until).contains(&touch.on))
    }

    /// The mailings that may settle what a side of a referral is owed: thanks and gifts (R20).
    pub fn thanking(&self) -> impl Iterator<Item = &'p Mailing> {
        let programme = self.programme;
        programme.mailings().filter(|mailing| matches!(mailing.kind, MailingKind::Thanks | MailingKind::Gift))
    }

    /// True where an earlier referral that is still open names the same person: the first contact is that one's.
    pub fn is_repeated(&self, referral: &Referral) -> bool {
        self.repeated.contains(&referral.id)
    }

    /// What was sent to a contact: the mailing, its outcome and the day of it, in the order of the mailings' ids.
    pub fn sent(&self, position: u32) -> impl Iterator<Item = (&'p MailingId, Outcome, Date)> {
        let all = self.journals.iter();
        let all = all.flat_map(move |(mailing, outcomes)| outcomes.of(position).map(move |outcome| (mailing, outcome)));
        all.map(|(mailing, outcome)| (mailing, outcome, self.day(outcome.t)))
    }

    /// The days on which a mailing was sent to a contact: one, or one an event.
    pub fn sent_on(&self, mailing: &Mailing, position: u32) -> impl Iterator<Item = Date> {
        let outcomes = self.journals.get(&mailing.id).into_iter().flat_map(move |outcomes| outcomes.of(position));
        outcomes.filter(|outcome| outcome.state().is_sent()).map(|outcome| self.day(outcome.t))
    }

    /// Every message that was sent to somebody on the list, with its day, in no order.
    pub fn sent_days(&self) -> impl Iterator<Item = (u32, Date)> {
        let mut days = Days { zone: &self.programme.settings.timezone, quarters: BTreeMap::new() };
        let known = self.journals.values().flat_map(|outcomes| outcomes.known());
        let sent = known.filter(|(_, outcome)| outcome.state().is_sent());
        sent.map(move |(position, outcome)| (position, days.of(outcome.t))).filter(|(_, day)| *day <= self.today)
    }

    /// What a contact heard.
    pub fn heard(&self, position: u32) -> Heard {
        self.heard[position as usize]
    }

    /// The day of a moment where the firm is.
    pub fn day(&self, t: Timestamp) -> Date {
        day_in(&self.programme.settings.timezone, t)
    }

    /// The day since which a contact is on the list, where it is known; nothing before it is owed to them.
    pub fn known_since(&self, contact: &Contact) -> Option<Date> {
        contact.details.collected_on.or(contact.details.since)
    }

    /// The day since which somebody is a customer, as far as the list knows.
    pub fn known_since_as_customer(&self, contact: &Contact) -> Option<Date> {
        contact.details.since.or(contact.details.collected_on)
    }

    /// The day the programme began.
    pub fn begun(&self) -> Option<Date> {
        self.programme.settings.begun()
    }

    /// The days since a contact last heard of us or we of them, as far as the programme's memory goes; `None` where there never
    /// was anything, not even the day on which they came on the list.
    pub fn silence(&self, position: u32, contact: &Contact) -> Option<u32> {
        let last = self.heard(position).last.or(self.known_since(contact));
        let since = last.max(self.programme.settings.begins)?;
        Some(u32::try_from((self.today - since).get_days()).unwrap_or(0))
    }

    fn hear_touches(&mut self) {
        let year_ago = self.today.saturating_sub(jiff::Span::new().years(1));
        let heard_of = |position: u32| {
            let past = self.touches(position).iter().rfind(|touch| touch.on <= self.today);
            let mut heard = Heard { last: past.map(|touch| touch.on), ..Heard::default() };
            for touch in self.deeds(position) {
                heard.touches += u32::from(touch.on.year() == self.today.year());
                if touch.on > year_ago {
                    match touch.purpose {
                        Purpose::Sales => heard.selling += 1,
                        Purpose::Care => heard.caring += 1,
                    }
                }
            }
            heard
        };
        self.heard = (0..self.heard.len() as u32).map(heard_of).collect();
    }

    fn hear_mailings(&mut self) {
        let year_ago = self.today.saturating_sub(jiff::Span::new().years(1));
        let mut heard = std::mem::take(&mut self.heard);
        for (position, day) in self.sent_days() {
            let heard = &mut heard[position as usize];
            heard.last = heard.last.max(Some(day));
            heard.mailings += u32::from(day.year() == self.today.year());
            heard.caring += u32::from(day > year_ago);
        }
        self.heard = heard;
    }
}

/// Moments and their days: a mailing leaves within hours, so few days are looked up in the zone's tables.
struct Days<'z> {
    zone: &'z TimeZone,
    quarters: BTreeMap<i64, Date>,
}

impl Days<'_> {
    fn of(&mut self, t: Timestamp) -> Date {
        // No zone changes its day within an hour of UTC but at a quarter of it.
        let quarter = t.as_second().div_euclid(900);
        *self.quarters.entry(quarter).or_insert_with(|| day_in(self.zone, t))
    }
}

fn day_in(zone: &TimeZone, t: Timestamp) -> Date {
    zone.to_datetime(t).date()
}

/// All touches by contact, then by day, and where each contact's begin.
fn by_contact(programme: &Programme) -> (Vec<&Touch>, Vec<u32>) {
    let position = |touch: &Touch| programme.by_id.get(&touch.contact).copied();
    let mut placed: Vec<(u32, &Touch)> =
        programme.touches.par_iter().filter_map(|touch| Some((position(touch)?, touch))).collect();
    placed.par_sort_by_key(|(position, touch)| (*position, touch.on));
    let mut starts = vec![0; programme.contacts.len() + 1];
    placed.iter().for_each(|(position, _)| starts[*position as usize + 1] += 1);
    for at in 1..starts.len() {
        starts[at] += starts[at - 1];
    }
    (placed.into_iter().map(|(_, touch)| touch).collect(), starts)
}

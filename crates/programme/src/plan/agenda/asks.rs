//! Who is asked for referrals, and when: wave by wave, the inner circle first (R17).

use std::collections::{HashMap, HashSet};

use jiff::ToSpan;
use jiff::civil::Date;
use rayon::prelude::*;

use super::{Entries, Source};
use crate::model::contact::{Contact, Kind};
use crate::model::id::ContactId;
use crate::model::touch::TouchKind;
use crate::plan::memory::Memory;

/// From this score on somebody is a candidate without being chosen by hand (a promoter).
pub const PROMOTER: u8 = 9;
/// Up to this score nobody is asked (a detractor).
pub const DETRACTOR: u8 = 6;

/// Where an ask stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AskState {
    /// They were asked, or named somebody, on that day.
    Done(Date),
    /// They are to be asked.
    Open,
    /// An earlier wave comes first, or their day is still to come.
    Waiting,
    /// Something is not well between us: settle that first.
    Issue,
    /// They are paused.
    Paused,
    /// They would not recommend us.
    LowScore(u8),
}

impl AskState {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            AskState::Done(_) => "done",
            AskState::Open => "open",
            AskState::Waiting => "waiting",
            AskState::Issue => "issue",
            AskState::Paused => "paused",
            AskState::LowScore(_) => "low-score",
        }
    }
}

/// Somebody who is to be asked whom they know.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'p> {
    /// Whom.
    pub contact: &'p Contact,
    /// In which wave; 1 is the inner circle's.
    pub wave: u8,
    /// Not before this day, where one is set.
    pub not_before: Option<Date>,
    /// Where it stands.
    pub state: AskState,
}

/// Everybody who is to be asked, by wave, then in the order of the list (R17): who has a wave, and whom [`suggested`] finds.
pub fn asks<'p>(memory: &Memory<'p>) -> Vec<Ask<'p>> {
    let mut named: HashMap<&ContactId, Vec<Date>> = HashMap::new();
    for referral in &memory.programme.referrals {
        named.entry(&referral.referrer).or_default().push(referral.received);
    }
    let came: HashSet<&ContactId> =
        memory.programme.referrals.iter().filter_map(|referral| referral.lead.contact.as_ref()).collect();
    let mut asks: Vec<Ask<'p>> = memory
        .par_active()
        .filter_map(|(position, contact, _)| {
            let details = &contact.details;
            let wave = details.ask.wave.or_else(|| suggested(memory, contact, came.contains(&contact.id)))?;
            let not_before = details.ask.not_before;
            let days = named.get(&contact.id).map(Vec::as_slice).unwrap_or_default();
            Some(Ask { contact, wave, not_before, state: state(memory, position, contact, not_before, days) })
        })
        .collect();
    asks.sort_by_key(|ask| ask.wave);
    let due = |ask: &&Ask<'_>| ask.state == AskState::Open && ask.not_before.is_none_or(|day| day <= memory.today);
    let running = asks.iter().filter(due).map(|ask| ask.wave).min();
    for ask in asks.iter_mut().filter(|ask| ask.state == AskState::Open) {
        let comes_later = ask.not_before.is_some_and(|day| day > memory.today);
        if comes_later || running.is_some_and(|running| ask.wave > running) {
            ask.state = AskState::Waiting;
        }
    }
    asks
}

/// The wave of somebody for whom none was chosen.
///
/// The inner circle comes first; then customers and former ones who say today that they would recommend us; then customers who
/// came because somebody named us to them, as they know how that goes.
fn suggested(memory: &Memory<'_>, contact: &Contact, came_by_referral: bool) -> Option<u8> {
    let is_promoter = contact.details.nps.is_some_and(|nps| nps.score >= PROMOTER && nps.is_current(memory.today));
    match contact.kind {
        _ if contact.details.inner_circle.is_some() => Some(1),
        Kind::Customer | Kind::Former if is_promoter => Some(2),
        Kind::Customer if came_by_referral => Some(3),
        _ => None,
    }
}

/// Where an ask stands; `named` are the days on which the contact named somebody.
fn state(memory: &Memory<'_>, position: u32, contact: &Contact, not_before: Option<Date>, named: &[Date]) -> AskState {
    let details = &contact.details;
    let counts = |day: &Date| not_before.is_none_or(|from| *day >= from) && *day <= memory.today;
    let asked = memory.days_of(position, TouchKind::Ask).filter(counts).min();
    let named = named.iter().copied().filter(counts).min();
    match [asked, named].into_iter().flatten().min() {
        Some(day) => AskState::Done(day),
        None if contact.has_open_issue(memory.today) => AskState::Issue,
        None if contact.is_paused(memory.today) => AskState::Paused,
        None => match details.nps {
            Some(nps) if nps.score <= DETRACTOR => AskState::LowScore(nps.score),
            _ => AskState::Open,
        },
    }
}

/// The asks that are to be made: those of the running wave now, those of later waves on their day.
pub(super) fn collect<'p>(entries: &mut Entries<'_, 'p>) {
    let memory = entries.memory;
    let settings = &memory.programme.settings;
    // An ask without a day has the whole week.
    let soon = memory.today.saturating_add(6.days());
    for ask in asks(memory) {
        let (on, done) = match ask.state {
            AskState::Done(on) => (on, true),
            AskState::Open => (ask.not_before.filter(|day| !settings.is_before_start(*day)).unwrap_or(soon), false),
            AskState::Waiting => match ask.not_before.filter(|day| *day > memory.today) {
                Some(day) => (day, false),
                None => continue,
            },
            AskState::Issue | AskState::Paused | AskState::LowScore(_) => continue,
        };
        entries.add(on, &ask.contact.owner, Some(ask.contact), Source::Ask(ask.wave), done);
    }
}

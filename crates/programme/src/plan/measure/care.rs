//! What each contact is owed, planned and given: touches, silence, purpose, caps (R10, R11, R13, R23).

use jiff::civil::Date;
use rayon::prelude::*;

use crate::model::contact::{Contact, Tier};
use crate::model::preference::Asked;
use crate::plan::agenda::{Meant, Task};
use crate::plan::memory::Memory;
use crate::plan::months::{add, month_of, row_of};
use crate::plan::past::Heard;

/// One contact's year.
#[derive(Debug, Clone)]
pub struct Care<'p> {
    /// Who.
    pub contact: &'p Contact,
    /// Their tier.
    pub tier: Tier,
    /// Mailings and touches that the plan has for them this calendar year.
    pub planned: u32,
    /// Those of them that are still to come.
    pub ahead: u32,
    /// Outbound touches and mailings of this calendar year (R10).
    pub done: u32,
    /// The fewest their tier is owed this calendar year, from the day the programme begins on; 0 without a cadence.
    pub min: u32,
    /// Days since the last word in either direction, or since the programme began; `None` where there never was one.
    pub silence: Option<u32>,
    /// The longest silence their tier allows, in days; `None` without a cadence.
    pub allowed: Option<u32>,
    /// What they heard.
    pub heard: Heard,
    /// The most mailings a year they want (R13).
    pub max_per_year: Option<u32>,
    /// Whether they were asked what suits them, or we assume it (R13).
    pub asked: Option<Asked>,
}

impl Care<'_> {
    /// R23: longer than their tier allows.
    pub fn is_silent(&self) -> bool {
        self.allowed.is_some_and(|allowed| self.silence.is_none_or(|days| days > allowed))
    }

    /// How many touches their tier is owed beyond those done.
    pub fn missing(&self) -> u32 {
        self.min.saturating_sub(self.done)
    }

    /// True where what is still planned would make up for what is missing.
    pub fn is_on_course(&self) -> bool {
        self.done + self.ahead >= self.min
    }

    /// R11: something was done to sell within a year, and nothing to care.
    pub fn is_sales_only(&self) -> bool {
        self.heard.selling > 0 && self.heard.caring == 0
    }
}

/// The year of everybody who is looked at: active, not on the wall, not paused.
pub fn care<'p>(memory: &Memory<'p>) -> Vec<Care<'p>> {
    let cadence = &memory.programme.settings.cadence;
    let plan = memory.programme.plans.get(&memory.today.year());
    let tasks = plan.map(|plan| Task::all(memory.roster, plan)).unwrap_or_default();
    memory
        .par_cared_for()
        .map(|(position, contact, tier)| {
            let owed = cadence.get(&tier);
            let meant = Meant { memory, position, contact };
            let (mut slots, mut to_come) = (0, 0);
            for (touch, slot) in meant.slots(&tasks) {
                slots += 1;
                to_come += u32::from(slot.until >= memory.today && !meant.is_done(touch.kind, &slot));
            }
            let mailings = memory.planned(position);
            let heard = memory.heard(position);
            Care {
                contact,
                tier,
                planned: mailings.mailings + slots,
                ahead: mailings.ahead + to_come,
                done: heard.done(),
                min: owed.map_or(0, |owed| of_year(memory, owed.min_touches)),
                silence: memory.silence(position, contact),
                allowed: owed.map(|owed| owed.max_gap_days),
                heard,
                max_per_year: contact.details.prefers.max_per_year,
                asked: contact.details.prefers.asked,
            }
        })
        .collect()
}

/// What is owed in the calendar year of today, of `whole` a year: in the year the programme begins, its share of it, rounded down.
fn of_year(memory: &Memory<'_>, whole: u32) -> u32 {
    let Some(begins) = memory.programme.settings.begins.filter(|begins| begins.year() >= memory.today.year()) else {
        return whole;
    };
    if begins.year() > memory.today.year() {
        return 0;
    }
    let (days, gone) =
        (u32::from(begins.days_in_year().unsigned_abs()), u32::from(begins.day_of_year().unsigned_abs()) - 1);
    whole * (days - gone) / days
}

/// What one tier heard in each month of the calendar year of today, and what it is still to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Months {
    /// The tier.
    pub tier: Tier,
    /// How many active contacts it has.
    pub contacts: usize,
    /// Outbound touches, January first.
    pub touches: [u32; 12],
    /// Mailings that were accepted or handed over, January first.
    pub mailings: [u32; 12],
    /// Mailings to single contacts that the plan still has, January first.
    pub planned: [u32; 12],
}

/// The year by tier and month, A first (R10).
pub fn months(memory: &Memory<'_>) -> Vec<Months> {
    let none = [0; 12];
    let mut months = Tier::ALL.map(|tier| Months { tier, contacts: 0, touches: none, mailings: none, planned: none });
    let year = memory.today.year();
    let at = |day: Date| (day.year() == year).then(|| month_of(day));
    let mut tiers = vec![None; memory.programme.contacts.len()];
    for (position, _, tier) in memory.active() {
        let months = &mut months[row_of(tier)];
        months.contacts += 1;
        tiers[position as usize] = Some(row_of(tier));
        for touch in memory.deeds(position) {
            if let Some(month) = at(touch.on) {
                months.touches[month] += 1;
            }
        }
    }
    for (position, day) in memory.sent_days() {
        if let (Some(row), Some(month)) = (tiers[position as usize], at(day)) {
            months[row].mailings[month] += 1;
        }
    }
    for status in memory.statuses.iter().filter(|status| status.days.is_some()) {
        months.iter_mut().zip(&status.ahead).for_each(|(months, ahead)| add(&mut months.planned, ahead));
    }
    months.into()
}

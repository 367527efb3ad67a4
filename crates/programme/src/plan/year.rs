//! A plan year by tier and month: what everybody is to hear, and what they heard (R7, R10).

use jiff::civil::Date;
use rayon::prelude::*;

use crate::model::contact::{Contact, Tier};
use crate::model::id::MailingId;
use crate::model::mailing::{Mailing, Plan, PlannedTouch};
use crate::plan::agenda::{Meant, Task};
use crate::plan::memory::Memory;
use crate::plan::months::{add, month_of, row_of};

/// What one tier hears in each month of a year, all its contacts together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierMonths {
    /// The tier.
    pub tier: Tier,
    /// How many active contacts it has.
    pub contacts: u32,
    /// Mailings and touches that the plan has for them, January first.
    pub planned: [u32; 12],
    /// Mailings that were sent and touches that were made, January first.
    pub done: [u32; 12],
}

/// A year by tier and month, and who gets each of its mailings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Year<'p> {
    /// By tier, A first.
    pub tiers: Vec<TierMonths>,
    /// The plan's mailings in its order, each with how many get it by tier, A first.
    pub mailings: Vec<(&'p MailingId, [u32; 3])>,
}

/// The year `year`.
pub fn by_month<'p>(memory: &Memory<'p>, year: i16) -> Year<'p> {
    let mut rows = Tier::ALL.map(|tier| TierMonths { tier, contacts: 0, planned: [0; 12], done: [0; 12] });
    let mut rows_of: Vec<Option<usize>> = vec![None; memory.programme.contacts.len()];
    for (position, _, tier) in memory.active() {
        rows_of[position as usize] = Some(row_of(tier));
        rows[row_of(tier)].contacts += 1;
    }
    let month = |day: Date| (day.year() == year).then(|| month_of(day));
    let row = |position: u32| rows_of[position as usize];
    let mut mailings = Vec::new();
    for mailing in mailings_in(memory, year) {
        let mut reached = [0; 3];
        let start = || ([0; 3], [[0; 12]; 3]);
        let parts = memory.roster.visit(mailing, start, |(reached, planned), position, admitted| {
            let (Ok(recipient), Some(row)) = (admitted, row(position)) else { return };
            reached[row] += 1;
            if let Some(month) =
                month(recipient.date()).filter(|_| !memory.programme.settings.is_before_start(recipient.date()))
            {
                planned[row][month] += 1;
            }
        });
        for (some, planned) in parts {
            for row in 0..some.len() {
                reached[row] += some[row];
                add(&mut rows[row].planned, &planned[row]);
            }
        }
        if mailing.year == year {
            mailings.push((&mailing.id, reached));
        }
    }
    plan_touches(memory, year, |position, day| {
        if let (Some(row), Some(month)) = (row(position), month(day)) {
            rows[row].planned[month] += 1;
        }
    });
    let touched =
        memory.active().flat_map(|(position, ..)| memory.deeds(position).map(move |touch| (position, touch.on)));
    for (position, day) in touched.chain(memory.sent_days()) {
        if let (Some(row), Some(month)) = (row(position), month(day)) {
            rows[row].done[month] += 1;
        }
    }
    Year { tiers: rows.into(), mailings }
}

/// The year's mailings, and those of its neighbours that fall into it, by their occasion's offset.
fn mailings_in<'p>(memory: &Memory<'p>, year: i16) -> impl Iterator<Item = &'p Mailing> {
    let dates = memory.roster.dates();
    let touches = move |mailing: &Mailing| match dates.days(mailing) {
        Some(days) => (days.first.year()..=days.last.year()).contains(&year),
        None => false,
    };
    memory.programme.mailings().filter(move |mailing| mailing.year == year || touches(mailing))
}

fn plan_touches(memory: &Memory<'_>, year: i16, mut each: impl FnMut(u32, Date)) {
    let Some(plan) = memory.programme.plans.get(&year) else { return };
    let tasks = Task::all(memory.roster, plan);
    for (position, contact, _) in memory.active() {
        let meant = Meant { memory, position, contact };
        meant.slots(&tasks).iter().for_each(|(_, slot)| each(position, slot.on));
    }
}

/// Every human touch of every plan, with its day: what calendars show. It stays the same whatever is done.
pub fn planned_touches<'p>(memory: &Memory<'p>) -> Vec<PlannedFor<'p>> {
    let of_plan = |plan: &'p Plan| {
        let tasks = Task::all(memory.roster, plan);
        let planned_for = |(position, contact, _)| {
            let slots = Meant { memory, position, contact }.slots(&tasks);
            slots.into_iter().map(|(touch, slot)| PlannedFor { touch, contact, on: slot.on }).collect::<Vec<_>>()
        };
        memory.par_active().flat_map_iter(planned_for).collect::<Vec<_>>()
    };
    memory.programme.plans.values().flat_map(of_plan).collect()
}

/// A planned touch of one contact.
#[derive(Debug, Clone, Copy)]
pub struct PlannedFor<'p> {
    /// What is planned.
    pub touch: &'p PlannedTouch,
    /// With whom.
    pub contact: &'p Contact,
    /// When.
    pub on: Date,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::journal::Journals;
    use crate::model::mailing::Rhythm;
    use crate::model::touch::Interval;
    use crate::plan::Roster;
    use crate::plan::fixture::{Fixture, everybody};
    use jiff::civil::date;

    #[test]
    fn r10_planned_and_done_are_counted_by_tier_and_month() {
        let programme = Fixture::new()
            .contact("anna", "A", |_| {})
            .contact("bo", "C", |_| {})
            .contact("dag", "D", |_| {})
            .mailing("january", "2027-01-20", |_| {})
            .mailing("to-a", "2027-06-02", |m| m.to = Tier::A)
            .touch(Tier::A, Rhythm::Every(Interval::Months(3)))
            .inbound("anna", date(2027, 1, 9))
            .change(|programme| {
                let mut ours = programme.touches[0].clone();
                (ours.inbound, ours.on) = (false, date(2027, 2, 3));
                programme.touches.push(ours);
            })
            .build();
        let roster = Roster::new(&programme, &everybody);
        let journals = Journals::new();
        let memory = Memory::new(&programme, date(2027, 3, 1), &roster, &journals);
        let year = by_month(&memory, 2027);
        let rows = &year.tiers;
        let (a, c) = (&rows[0], &rows[2]);
        assert_eq!((a.contacts, rows[1].contacts, c.contacts), (1, 0, 1));
        assert_eq!(c.planned, [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(a.planned.iter().sum::<u32>(), 2 + 4);
        assert_eq!(a.done, [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "what they did does not count");
        let reached: Vec<(&str, [u32; 3])> = year.mailings.iter().map(|(id, tiers)| (id.as_str(), *tiers)).collect();
        assert_eq!(reached, [("january", [1, 0, 1]), ("to-a", [1, 0, 0])]);
        let planned = planned_touches(&memory);
        assert_eq!(planned.len(), 4);
        assert!(planned.iter().all(|planned| planned.contact.id.as_str() == "anna"));
    }
}

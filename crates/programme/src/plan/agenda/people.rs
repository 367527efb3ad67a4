//! What is due to a person because of who they are: account reviews, birthdays and since-days, and a silence that gets too long.

use jiff::ToSpan;
use jiff::civil::Date;

use super::{Entries, Source, Task, WEEK};
use crate::model::contact::{Contact, Opportunity, Tier};
use crate::model::mailing::Rhythm;
use crate::model::touch::{Interval, TouchKind};
use crate::model::when::{Personal, When};
use crate::plan::memory::Memory;

/// Days around a personal day in which a word counts as meant for it.
const AROUND_DAY: i32 = 7;

pub(super) fn collect<'p>(entries: &mut Entries<'_, 'p>) {
    let memory = entries.memory;
    let (occasions, reviews) = (Occasions::new(), Reviews::new(memory));
    entries.of_everybody(memory.par_cared_for(), |entries, (position, contact, tier)| {
        if let Some((on, last)) = reviews.next(position, contact, tier) {
            entries.add(on, &contact.owner, Some(contact), Source::Review(last), false);
        }
        if let Some(failed) = memory.failed_address(position, contact) {
            entries.add(failed, &contact.owner, Some(contact), Source::Address(failed), false);
        }
        silence(entries, position, contact, tier);
        occasions.collect(entries, position, contact);
    });
}

/// The account reviews that cadence and opportunity ask for (R14).
struct Reviews<'m, 'p> {
    memory: &'m Memory<'p>,
    /// The reviews of this year's plan.
    planned: Vec<Task<'p>>,
}

impl<'m, 'p> Reviews<'m, 'p> {
    fn new(memory: &'m Memory<'p>) -> Self {
        let plan = memory.programme.plans.get(&memory.today.year());
        let mut planned = plan.map(|plan| Task::all(memory.roster, plan)).unwrap_or_default();
        planned.retain(|task| task.touch.kind == TouchKind::Review);
        Reviews { memory, planned }
    }

    /// The day of the next account review and of the last one; `None` where neither cadence nor opportunity ask for any.
    ///
    /// High opportunity halves the interval; at least once a year an account is looked at whatever the opportunity. Where the
    /// plan asks for reviews at least as often, they are the plan's.
    fn next(&self, position: u32, contact: &Contact, tier: Tier) -> Option<(Date, Option<Date>)> {
        let memory = self.memory;
        let every = review_months(memory, contact, tier)?;
        let is_enough = |task: &Task<'_>| {
            let months = match task.touch.rhythm {
                Rhythm::Every(interval) => months(interval),
                Rhythm::On(_) => 12,
            };
            months <= every && task.is_meant(position, contact)
        };
        if self.planned.iter().any(is_enough) {
            return None;
        }
        let last = memory.days_of(position, TouchKind::Review).last();
        let since = last.or(memory.known_since(contact).max(memory.begun()))?;
        let due = |since: Date| since.checked_add(i32::from(every).months()).ok();
        // One that should have been before the programme began is asked for like a first.
        let begins = memory.programme.settings.begins;
        let on = due(since).filter(|on| begins.is_none_or(|begins| begins <= *on)).or_else(|| due(begins?))?;
        Some((on, last))
    }
}

/// How many months may lie between two reviews.
fn review_months(memory: &Memory<'_>, contact: &Contact, tier: Tier) -> Option<u16> {
    let every = memory.programme.settings.cadence.get(&tier)?.review_every?;
    let yearly = months(every).clamp(1, 12);
    match contact.details.opportunity {
        Some(Opportunity::High) => Some((yearly / 2).max(1)),
        Some(Opportunity::Low) | None => Some(yearly),
    }
}

fn months(interval: Interval) -> u16 {
    match interval {
        Interval::Days(days) => days / 30,
        Interval::Weeks(weeks) => weeks * 7 / 30,
        Interval::Months(months) => months,
    }
}

/// R10: a silence that is too long, or will be within the week with nothing planned that would end it before.
fn silence<'p>(entries: &mut Entries<'_, 'p>, position: u32, contact: &'p Contact, tier: Tier) {
    let memory = entries.memory;
    let Some(allowed) = memory.programme.settings.cadence.get(&tier).map(|cadence| cadence.max_gap_days) else {
        return;
    };
    let Some(days) = memory.silence(position, contact) else {
        entries.add(memory.today, &contact.owner, Some(contact), Source::Silence { days: None, allowed }, false);
        return;
    };
    // The first day on which it is too long.
    let left = i64::from(allowed) + 1 - i64::from(days);
    if left >= i64::from(WEEK) {
        return;
    }
    let on = memory.today.saturating_add(left.days());
    if left > 0 && memory.planned(position).next.is_some_and(|next| next <= on) {
        return;
    }
    let days = Some(days.max(allowed + 1));
    entries.add(on, &contact.owner, Some(contact), Source::Silence { days, allowed }, false);
}

/// The personal days, and which of them mailings of the plan take care of.
struct Occasions {
    birthday: When,
    since: When,
}

impl Occasions {
    fn new() -> Self {
        let when = |text: &str| text.parse().expect("these words are days");
        Occasions { birthday: when("birthday"), since: when("since") }
    }

    /// R16: the days of a contact within the window.
    fn collect<'p>(&self, entries: &mut Entries<'_, 'p>, position: u32, contact: &'p Contact) {
        let (memory, window) = (entries.memory, entries.window);
        let personal = Personal::of(contact);
        let country = contact.country(memory.programme.settings.country);
        for year in window.from.year()..=window.until.year() {
            if let Some(on) = self.birthday.date(year, country, personal) {
                own_day(entries, position, contact, on, Source::Birthday);
            }
            if let Some(on) = self.since.date(year, country, personal) {
                let years = contact.details.since.map_or(0, |since| year - since.year());
                own_day(entries, position, contact, on, Source::Since(years));
            }
        }
    }
}

/// A personal day is kept by a word around it, a mailing or a touch; a week later it has lapsed.
fn own_day<'p>(entries: &mut Entries<'_, 'p>, position: u32, contact: &'p Contact, on: Date, source: Source<'p>) {
    let memory = entries.memory;
    let (before, behind) = (on.saturating_sub(AROUND_DAY.days()), on.saturating_add(AROUND_DAY.days()));
    let known = memory.known_since(contact).max(memory.begun());
    if known.is_some_and(|known| on < known) || contact.is_paused(on) {
        return;
    }
    let by_mail = memory.statuses.iter().any(|status| {
        let mailing = status.mailing;
        mailing.when.is_personal() && memory.sent_on(mailing, position).any(|day| (before..=behind).contains(&day))
    });
    let done = by_mail || memory.was_touched(position, before, behind);
    if done || behind >= memory.today {
        entries.add(on, &contact.owner, Some(contact), source, done);
    }
}

//! The touches of the year plan: on which day each contact's own fall, and whether they were made (R9, R14).

use jiff::civil::Date;
use jiff::{Span, ToSpan};

use super::{Entries, Source};
use crate::model::contact::Contact;
use crate::model::language::Country;
use crate::model::mailing::{Plan, PlannedTouch, Rhythm, Shift};
use crate::model::touch::{Interval, Purpose, TouchKind};
use crate::model::workday;
use crate::plan::audience::{Prepared, Roster};
use crate::plan::memory::Memory;

/// Days before its day on which a touch counts as made for a fixed day, and days after it until it lapses.
const AROUND: (i32, i32) = (30, 60);

/// The time in which one planned touch is to be made, and the day in it on which it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// The day it is asked for, a working day.
    pub on: Date,
    /// The first day on which a touch counts for it.
    pub from: Date,
    /// The last day; then the next slot begins, or it has lapsed.
    pub until: Date,
}

/// The slots of a planned touch for one contact in the year of its plan.
///
/// `every: 3 months` cuts the year into quarters and asks for one touch in each. The day within the quarter is the contact's
/// own and the same whenever it is asked for, so that the work is spread over the year and calendars do not move.
pub fn slots(touch: &PlannedTouch, year: i16, contact: &Contact, home: Country) -> Vec<Slot> {
    Times::new(touch, year).slots(touch, contact, home)
}

/// What the slots of a planned touch have in common for everybody.
enum Times {
    /// One slot, the same for all.
    Fixed(Slot),
    /// The first and the last day of each, and the day from which on a touch counts for the first of them.
    Parts(Vec<(Date, Date)>, Date),
}

impl Times {
    fn new(touch: &PlannedTouch, year: i16) -> Self {
        let (first, last) = (jiff::civil::date(year, 1, 1), jiff::civil::date(year, 12, 31));
        match touch.rhythm {
            Rhythm::On(on) => {
                let (before, behind) = AROUND;
                Times::Fixed(Slot {
                    on,
                    from: on.saturating_sub(before.days()),
                    until: on.saturating_add(behind.days()),
                })
            }
            Rhythm::Every(interval) => {
                let starts = starts(interval, first, last);
                let ends = starts.iter().skip(1).map(|next| next.saturating_sub(1.day())).chain([last]);
                let parts = starts.iter().copied().zip(ends).collect();
                // What comes less than once a year was perhaps done in the year before.
                Times::Parts(parts, first.min(last.saturating_sub(span(interval)).saturating_add(1.day())))
            }
        }
    }

    fn slots(&self, touch: &PlannedTouch, contact: &Contact, home: Country) -> Vec<Slot> {
        match self {
            Times::Fixed(slot) => vec![*slot],
            Times::Parts(parts, from) => {
                let seed = spread(&[contact.id.as_str(), touch.id.as_str()]);
                let country = contact.country(home);
                let mut slots: Vec<Slot> =
                    parts.iter().map(|&(from, until)| slot(from, until, seed, country)).collect();
                if let Some(first) = slots.first_mut() {
                    first.from = *from;
                }
                slots
            }
        }
    }
}

/// A touch of a plan, made ready to be asked for by many contacts.
pub struct Task<'p> {
    /// What is planned.
    pub touch: &'p PlannedTouch,
    /// The plan's year.
    year: i16,
    times: Times,
    within: Option<Prepared<'p>>,
}

impl<'p> Task<'p> {
    /// The tasks of a plan, in its order.
    pub fn all(roster: &Roster<'p>, plan: &'p Plan) -> Vec<Self> {
        let task = |touch: &'p PlannedTouch| Task {
            touch,
            year: plan.year,
            times: Times::new(touch, plan.year),
            within: touch.narrowing.as_ref().map(|condition| roster.prepared(condition)),
        };
        plan.touches.iter().map(task).collect()
    }

    /// True where it is meant for a contact at `position` on the list: of its tier or above (R9), and within its `where`.
    pub fn is_meant(&self, position: u32, contact: &Contact) -> bool {
        contact.tier().is_some_and(|tier| tier >= self.touch.to)
            && self.within.as_ref().is_none_or(|holds| holds(position, contact))
    }

    /// True where it is about a project, and asked for while that runs.
    fn is_about_project(&self) -> bool {
        self.touch.narrowing.as_ref().is_some_and(|narrowing| narrowing.as_str().contains("project"))
    }

    /// True where `other`, which comes oftener, is this one as well: a half-year's review is the year's (R14).
    fn is_done_by(&self, other: &Task<'_>) -> bool {
        let (Times::Parts(own, _), Times::Parts(others, _)) = (&self.times, &other.times) else { return false };
        self.touch.kind == other.touch.kind
            && self.touch.purpose == other.touch.purpose
            && self.year == other.year
            && own.len() < others.len()
            && !other.is_about_project()
    }
}

/// Those of `tasks` that are meant for a contact at `position` on the list, without those that another does as well.
pub fn meant_for<'t, 'p>(tasks: &'t [Task<'p>], position: u32, contact: &Contact) -> Vec<&'t Task<'p>> {
    let meant: Vec<&Task<'p>> = tasks.iter().filter(|task| task.is_meant(position, contact)).collect();
    let is_own = |task: &&Task<'p>| !meant.iter().any(|other| task.is_done_by(other));
    meant.iter().copied().filter(is_own).collect()
}

/// The slots of a planned touch for a contact it is meant for, those outside their project left out.
pub(crate) fn slots_of(task: &Task<'_>, contact: &Contact, home: Country) -> Vec<Slot> {
    let mut slots = task.times.slots(task.touch, contact, home);
    if task.is_about_project() {
        slots.retain(|slot| contact.details.project.as_ref().is_none_or(|project| project.runs_on(slot.on)));
    }
    slots
}

fn span(interval: Interval) -> Span {
    match interval {
        Interval::Days(count) => i32::from(count).days(),
        Interval::Weeks(count) => i32::from(count).weeks(),
        Interval::Months(count) => i32::from(count).months(),
    }
}

/// Where the slots of a year begin: as many as the interval fits into it, one at least.
fn starts(interval: Interval, first: Date, last: Date) -> Vec<Date> {
    let whole = |length: i32, times: i32| {
        (0..times.max(1)).map(|index| first.saturating_add((index * length).days())).collect()
    };
    let days = i32::from(last.day_of_year());
    match interval {
        Interval::Days(count) => whole(i32::from(count), days / i32::from(count)),
        Interval::Weeks(count) => whole(7 * i32::from(count), 52 / i32::from(count)),
        Interval::Months(count) => {
            let times = (12 / i32::from(count)).max(1);
            (0..times).map(|index| first.saturating_add((index * i32::from(count)).months())).collect()
        }
    }
}

/// A working day between a tenth and four fifths of the slot: there is time to prepare, and time to catch up.
fn slot(from: Date, until: Date, seed: u64, country: Country) -> Slot {
    let length = (until - from).get_days() + 1;
    let room = u64::try_from((length * 7 / 10).max(1)).expect("at least one");
    let offset = length / 10 + i32::try_from(seed % room).expect("less than a year");
    let day = workday::shift(from.saturating_add(offset.days()), Shift::NextWorkday, country);
    let on = if day > until { workday::shift(until, Shift::PrevWorkday, country).max(from) } else { day };
    Slot { on, from, until }
}

/// A number that is the same for the same words on every machine (FNV-1a).
fn spread(words: &[&str]) -> u64 {
    let bytes = words.iter().flat_map(|word| word.bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Everything the plans ask people to do within the window.
pub(super) fn collect<'p>(entries: &mut Entries<'_, 'p>) {
    let (memory, window) = (entries.memory, entries.window);
    let today = memory.today;
    let years = window.from.min(today).year()..=window.until.max(today).year();
    let plans = memory.programme.plans.values().filter(|plan| years.contains(&plan.year));
    let tasks: Vec<Task<'p>> = plans.flat_map(|plan| Task::all(memory.roster, plan)).collect();
    if tasks.is_empty() {
        return;
    }
    entries.of_everybody(memory.par_active(), |entries, (position, contact, _)| {
        let meant = Meant { memory, position, contact };
        let slots = meant.slots(&tasks);
        let (done, open): (Vec<_>, Vec<_>) =
            slots.into_iter().partition(|(touch, slot)| meant.is_done(touch.kind, slot));
        // R17, R29: nobody is asked or sold to while something is not well.
        let waits = contact.has_open_issue(today);
        let to_do = |(touch, slot): &&(&PlannedTouch, Slot)| {
            slot.until >= today
                && !(waits && touch.purpose == Purpose::Sales)
                && !is_done_with_another(touch, slot, &open, today)
        };
        let items = done.iter().map(|item| (item, true)).chain(open.iter().filter(to_do).map(|item| (item, false)));
        for (&(touch, slot), done) in items {
            let owner = entries.person(&touch.by, Some(contact));
            entries.add(slot.on, owner, Some(contact), Source::Touch(touch), done);
        }
    });
}

/// True where a touch that is asked for anyway will do for this one as well: a half-year's review is the year's.
fn is_done_with_another(touch: &PlannedTouch, slot: &Slot, open: &[(&PlannedTouch, Slot)], today: Date) -> bool {
    let within = |other: &Slot| slot.from <= other.from && other.until <= slot.until && other.until >= today;
    let is_shorter = |other: &Slot| (other.from, other.until) != (slot.from, slot.until);
    open.iter().any(|(other, shorter)| other.kind == touch.kind && within(shorter) && is_shorter(shorter))
}

/// A contact and what the plan means for them.
#[derive(Clone, Copy)]
pub(crate) struct Meant<'m, 'p> {
    pub(crate) memory: &'m Memory<'p>,
    pub(crate) position: u32,
    pub(crate) contact: &'p Contact,
}

impl<'p> Meant<'_, 'p> {
    /// The slots of the planned touches that are owed to this contact.
    pub(crate) fn slots(self, tasks: &[Task<'p>]) -> Vec<(&'p PlannedTouch, Slot)> {
        let Meant { memory, position, contact } = self;
        let known = memory.known_since(contact).max(memory.begun());
        let home = memory.programme.settings.country;
        let mut owed = Vec::new();
        for task in meant_for(tasks, position, contact) {
            let slots = slots_of(task, contact, home).into_iter();
            let slots = slots.filter(|slot| {
                known.is_none_or(|known| known <= slot.on)
                    && !contact.is_paused(slot.on)
                    && memory.roster.may_be_reached(contact, task.touch.kind, slot.on)
            });
            owed.extend(slots.map(|slot| (task.touch, slot)));
        }
        owed
    }

    /// True where a touch of this kind was made in the slot.
    pub(crate) fn is_done(self, kind: TouchKind, slot: &Slot) -> bool {
        self.memory.days_of(self.position, kind).any(|day| (slot.from..=slot.until).contains(&day))
    }
}

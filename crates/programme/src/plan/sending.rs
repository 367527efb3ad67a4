//! How far each planned mailing is: who of its audience was sent it, who is still to be, and whether it is late (R10).

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;

use crate::model::journal::{Outcomes, State};
use crate::model::language::Country;
use crate::model::mailing::{LATE_DAYS, Mailing};
use crate::plan::admission::{Recipient, Refusal, Route};
use crate::plan::dates::Days;
use crate::plan::lead::Lead;
use crate::plan::months::{add, month_of, row_of};
use crate::plan::past::Past;

/// How far a mailing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Progress {
    /// Its day is still to come.
    Coming,
    /// It is its day, and nothing was sent.
    Due,
    /// Its day is past, and nothing was sent: none is forgotten (R10).
    Overdue,
    /// Some of it was sent, some is to follow.
    Partly,
    /// Everybody was sent it who could be.
    Sent,
    /// Everybody has their own day: it runs all year.
    Running,
    /// It reaches nobody.
    Empty,
    /// Its day was before the programme began.
    Past,
}

impl Progress {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Progress::Coming => "coming",
            Progress::Due => "due",
            Progress::Overdue => "overdue",
            Progress::Partly => "partly",
            Progress::Sent => "sent",
            Progress::Running => "running",
            Progress::Empty => "empty",
            Progress::Past => "past",
        }
    }
}

/// A planned mailing and how far it is.
#[derive(Debug, Clone)]
pub struct MailingStatus<'p> {
    /// The mailing.
    pub mailing: &'p Mailing,
    /// Its days over all countries; `None` where everybody has their own.
    pub days: Option<Days>,
    /// How far it is.
    pub progress: Progress,
    /// How many it reaches.
    pub audience: usize,
    /// How many are left out, with a reason.
    pub left_out: usize,
    /// How many of them want fewer mailings, or more time between them (R13).
    pub capped: usize,
    /// How many get it on paper.
    pub on_paper: usize,
    /// The last day on which the paper part must be printed (R12).
    pub print_by: Option<Date>,
    /// The last day on which the paper part must go to the post, so that it is there in time everywhere (R12).
    pub post_on: Option<Date>,
    /// Taken by a relay.
    pub accepted: usize,
    /// Handed to the post.
    pub posted: usize,
    /// Refused by a relay for good.
    pub refused: usize,
    /// Wanted later by a relay.
    pub deferred: usize,
    /// Perhaps arrived: a person decides.
    pub in_doubt: usize,
    /// How many are to get it in each month of this calendar year that is still to come, by tier, A first.
    pub ahead: [[u32; 12]; 3],
    /// Those of its audience who have it.
    pub reached: usize,
    /// Those of its audience to whom it is under way: planned and not attempted, or wanted later by a relay.
    pub begun: usize,
    /// Those of its audience to whom nothing was sent yet though their day has come, as positions on the list with their day.
    pub unsent: Vec<(u32, Date)>,
}

impl MailingStatus<'_> {
    /// The word for how far it is, `overdue` wherever somebody should have it and does not.
    pub fn state(&self, today: Date) -> &'static str {
        if self.is_overdue(today) { Progress::Overdue.name() } else { self.progress.name() }
    }

    /// True where it should have left before `today`.
    pub fn is_overdue(&self, today: Date) -> bool {
        match self.progress {
            Progress::Overdue => true,
            Progress::Partly => self.days.is_some_and(|days| days.last < today),
            Progress::Running => self.unsent.iter().any(|(_, on)| *on < today),
            _ => false,
        }
    }
}

/// The mailings a contact is meant to get this calendar year.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Planned {
    /// All of them, sent or not.
    pub mailings: u32,
    /// Those that are not sent yet and whose day is still to come.
    pub ahead: u32,
    /// The next of these.
    pub next: Option<Date>,
}

impl Planned {
    /// Counts a mailing that is meant to arrive on the day `on`.
    fn count(&mut self, on: Date, is_open: bool, today: Date) {
        let this_year = on.year() == today.year();
        self.mailings += u32::from(this_year);
        if on > today {
            self.ahead += u32::from(is_open && this_year);
            self.next = [self.next, Some(on).filter(|_| is_open)].into_iter().flatten().min();
        }
    }
}

/// How far every planned mailing is, in the order of the plans; and what each contact is to get in the calendar year of today.
pub(crate) fn statuses<'p>(past: &Past<'p>) -> (Vec<MailingStatus<'p>>, Vec<Planned>) {
    let mut planned = vec![Planned::default(); past.programme.contacts.len()];
    let statuses = past.programme.mailings().map(|mailing| status(past, mailing, &mut planned)).collect();
    (statuses, planned)
}

fn status<'p>(past: &Past<'p>, mailing: &'p Mailing, planned: &mut [Planned]) -> MailingStatus<'p> {
    let nothing = Outcomes::default();
    let outcomes = past.journals.get(&mailing.id).unwrap_or(&nothing);
    let mut status = MailingStatus {
        mailing,
        days: past.roster.dates().days(mailing),
        progress: Progress::Coming,
        audience: 0,
        left_out: 0,
        capped: 0,
        on_paper: 0,
        print_by: None,
        post_on: None,
        accepted: outcomes.count(State::Accepted),
        posted: outcomes.count(State::Posted),
        refused: outcomes.count(State::Refused),
        deferred: outcomes.count(State::Deferred),
        in_doubt: outcomes.count(State::InDoubt),
        ahead: [[0; 12]; 3],
        reached: 0,
        begun: 0,
        unsent: Vec::new(),
    };
    let mut lead: Option<Lead> = None;
    let parts = past.roster.visit(mailing, Part::default, |part, position, admitted| match admitted {
        Ok(recipient) => part.expect(past, &recipient, position, outcomes),
        Err(refusal) => {
            part.left_out += 1;
            part.capped += usize::from(matches!(refusal, Refusal::Capped(_) | Refusal::TooSoon(_)));
        }
    });
    for part in parts {
        status.audience += part.planned.len();
        status.left_out += part.left_out;
        status.capped += part.capped;
        status.on_paper += part.on_paper;
        status.reached += part.reached;
        status.begun += part.begun;
        status.ahead.iter_mut().zip(&part.ahead).for_each(|(sum, more)| add(sum, more));
        status.unsent.extend(part.unsent);
        let letters = part.letters.into_iter();
        lead = letters.map(|(on, to)| Lead::to(past.programme, mailing, on, to)).chain(lead).min();
        for (position, on, is_open) in part.planned {
            if is_open && past.programme.settings.is_before_start(on) {
                continue;
            }
            planned[position as usize].count(on, is_open, past.today);
        }
    }
    status.print_by = lead.map(|lead| lead.print_by);
    status.post_on = lead.map(|lead| lead.post_by);
    status.progress = progress(past, &status, outcomes);
    status
}

/// What a part of the list adds to a [`MailingStatus`].
#[derive(Default)]
struct Part {
    left_out: usize,
    capped: usize,
    on_paper: usize,
    reached: usize,
    begun: usize,
    ahead: [[u32; 12]; 3],
    unsent: Vec<(u32, Date)>,
    /// The days on which letters arrive, and where.
    letters: BTreeSet<(Date, Option<Country>)>,
    /// Who gets it, on which day, and whether it is still to be sent.
    planned: Vec<(u32, Date, bool)>,
}

impl Part {
    fn expect(&mut self, past: &Past<'_>, recipient: &Recipient<'_>, position: u32, outcomes: &Outcomes) {
        let on = recipient.date();
        if let Route::Post(address) = recipient.route() {
            self.on_paper += 1;
            self.letters.insert((on, address.country));
        }
        let state = outcomes.of_message(position, recipient.event()).map(|outcome| outcome.state());
        let is_open = matches!(state, None | Some(State::Planned | State::Deferred));
        self.reached += usize::from(state.is_some_and(State::is_sent));
        self.begun += usize::from(is_open && state.is_some());
        self.planned.push((position, on, is_open));
        if on > past.today && on.year() == past.today.year() && !state.is_some_and(State::is_sent) {
            self.ahead[row_of(recipient.tier())][month_of(on)] += 1;
        }
        let owed_since = past.known_since(recipient.contact()).max(past.programme.settings.begins);
        // What came after an event and was not sent within days comes too late (R33).
        let is_past = recipient.event().is_some() && (past.today - on).get_days() > LATE_DAYS;
        if on <= past.today && is_open && !is_past && owed_since.is_none_or(|since| since <= on) {
            self.unsent.push((position, on));
        }
    }
}

fn progress(past: &Past<'_>, status: &MailingStatus<'_>, outcomes: &Outcomes) -> Progress {
    let today = past.today;
    let Some(days) = status.days else { return Progress::Running };
    if outcomes.is_empty() {
        return match () {
            () if status.audience == 0 => Progress::Empty,
            () if days.first > today => Progress::Coming,
            () if days.last >= today => Progress::Due,
            () if past.begun().is_some_and(|begun| days.last < begun) => Progress::Past,
            // Everybody it would reach came on the list later.
            () if status.unsent.is_empty() => Progress::Past,
            () => Progress::Overdue,
        };
    }
    let still_open = days.last.checked_add(LATE_DAYS.days()).is_ok_and(|end| today <= end);
    // Who came into the audience after a mailing has left, by a better tier or a new tag, is not owed it. Where more lack it than
    // have it, it did not leave: it was cut off.
    let (reached, unsent) = (status.reached, status.unsent.len());
    let is_open = unsent > if still_open { 0 } else { reached };
    let to_follow = status.begun > 0 || days.last > today && reached < status.audience || is_open;
    if to_follow { Progress::Partly } else { Progress::Sent }
}

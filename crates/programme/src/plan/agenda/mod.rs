//! The agenda of the people on the team: what is due, overdue, coming and done, by owner.
//!
//! Every rule that asks something of a person puts its items here, each with the day, the person and the reason:
//!
//! | source | rule |
//! |---|---|
//! | [`Source::Touch`] | touches of the year plan (R9, R14) |
//! | [`Source::Mailing`], [`Source::Posting`] | mailings to send, and letters and gifts to print and post in time (R10, R12) |
//! | [`Source::Review`] | account reviews as often as cadence and opportunity ask (R14) |
//! | [`Source::Silence`] | a silence that gets too long, with nothing planned that would end it (R10, R23) |
//! | [`Source::WishedCall`] | who would rather be called than written to, and said how often |
//! | [`Source::Address`] | an address that failed for good, until there is another |
//! | [`Source::Birthday`], [`Source::Since`] | the days that are somebody's own (R16) |
//! | [`Source::Ask`] | asks for referrals, wave by wave (R17) |
//! | [`Source::Thanks`], [`Source::NextStep`] | what both sides of a referral are owed (R19, R20) |
//! | [`Source::FollowUp`] | what somebody promised in a touch |
//! | [`Source::Meeting`], [`Source::MeetingAgenda`], [`Source::Action`] | meetings, their agendas, and what was agreed (R30) |
//! | [`Source::Issue`] | what is not well: it comes before everything else (R29) |
//!
//! An item is done where the ledgers or the journals say so. Who is on the wall is in nobody's agenda (R4).

use std::fmt;

use jiff::ToSpan;
use jiff::civil::Date;
use rayon::prelude::*;

use crate::model::contact::{Contact, Issue, Tier};
use crate::model::id::TeamId;
use crate::model::ledger::{Referral, Side, Touch};
use crate::model::mailing::{Mailing, MailingKind, PlannedTouch, Signer};
use crate::model::meeting::{Action, Meeting};
use crate::model::programme::Programme;
use crate::model::text::counted;
use crate::model::touch::Interval;
use crate::plan::memory::Memory;

mod asks;
mod calls;
mod issues;
mod mailings;
mod meetings;
mod people;
mod planned;
mod referrals;
mod urgency;

pub use asks::{Ask, AskState, DETRACTOR, PROMOTER, asks};
pub use planned::Task;
pub(crate) use planned::{Meant, meant_for, slots_of};
pub use planned::{Slot, slots};
pub use referrals::{is_left_alone, thanks_due, thanks_owner};

/// Days that "this week" has, today included.
pub const WEEK: i32 = 7;

/// Where an item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Its day is past.
    Overdue,
    /// It is to be done within a week, today included.
    Due,
    /// Later.
    Coming,
    /// Done, as the ledgers or the journals say.
    Done,
}

impl State {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            State::Overdue => "overdue",
            State::Due => "due",
            State::Coming => "coming",
            State::Done => "done",
        }
    }

    /// The state of something that is not done.
    fn open(on: Date, today: Date) -> Self {
        match (on - today).get_days() {
            ..0 => State::Overdue,
            0..WEEK => State::Due,
            WEEK.. => State::Coming,
        }
    }
}

/// Why somebody is asked to do something.
#[derive(Debug, Clone, Copy)]
pub enum Source<'p> {
    /// The year plan asks for it.
    Touch(&'p PlannedTouch),
    /// A mailing is to be sent; so many are still to get it.
    Mailing(&'p Mailing, usize),
    /// The paper part of a mailing is to be printed and posted: so many letters or parcels.
    Posting(&'p Mailing, usize),
    /// The account is to be reviewed; the day of the last review, if there was one.
    Review(Option<Date>),
    /// So many days of silence are more than so many days.
    Silence {
        /// Days since we last heard of each other, on the day of the item; `None` where we never did.
        days: Option<u32>,
        /// What the tier allows.
        allowed: u32,
    },
    /// They would rather be called than written to, this often.
    WishedCall(Interval),
    /// Mail to them failed for good on this day: another address is to be found.
    Address(Date),
    /// A birthday.
    Birthday,
    /// So many years as our customer.
    Since(i16),
    /// To be asked for referrals, in this wave.
    Ask(u8),
    /// A side is to be thanked.
    Thanks(&'p Referral, Side),
    /// A side is to hear how it goes on.
    NextStep(&'p Referral, Side),
    /// What was promised in a touch.
    FollowUp(&'p Touch),
    /// Something that is not well.
    Issue(&'p Issue),
    /// A meeting to hold, and to write down.
    Meeting(&'p Meeting),
    /// The agenda of a meeting, to be approved by the customer.
    MeetingAgenda(&'p Meeting),
    /// What was agreed at a meeting.
    Action(&'p Action),
}

impl Source<'_> {
    /// The word for it, in kebab case.
    pub fn name(&self) -> &'static str {
        match self {
            Source::Touch(_) => "plan",
            Source::Mailing(..) => "mailing",
            Source::Posting(..) => "posting",
            Source::Review(_) => "cadence",
            Source::Silence { .. } => "silence",
            Source::WishedCall(_) => "wish",
            Source::Address(_) => "address",
            Source::Birthday => "birthday",
            Source::Since(_) => "since",
            Source::Ask(_) => "wave",
            Source::Thanks(..) => "thanks",
            Source::NextStep(..) => "referral",
            Source::FollowUp(_) => "touch",
            Source::Issue(_) => "issue",
            Source::Meeting(_) | Source::MeetingAgenda(_) | Source::Action(_) => "meeting",
        }
    }
}

/// One thing somebody is to do.
#[derive(Debug, Clone)]
pub struct Item<'p> {
    /// The day by which.
    pub on: Date,
    /// Who.
    pub owner: &'p TeamId,
    /// With whom; nobody in particular for mailings.
    pub contact: Option<&'p Contact>,
    /// Why.
    pub source: Source<'p>,
    /// Where it stands.
    pub state: State,
}

impl Item<'_> {
    /// What is done, in a word: `call`, `review`, `mailing`, `post`, `thanks`, `next-step`, …
    pub fn kind(&self) -> &'static str {
        match self.source {
            Source::Touch(touch) => touch.kind.name(),
            Source::Mailing(..) => "mailing",
            Source::Posting(mailing, _) if mailing.kind == MailingKind::Gift => "gift",
            Source::Posting(..) => "post",
            Source::Review(_) => "review",
            Source::Silence { .. } => "silence",
            Source::WishedCall(_) => "call",
            Source::Address(_) => "address",
            Source::Birthday => "birthday",
            Source::Since(_) => "since",
            Source::Ask(_) => "ask",
            Source::Thanks(..) => "thanks",
            Source::NextStep(..) => "next-step",
            Source::FollowUp(_) => "follow-up",
            Source::Meeting(meeting) => meeting.kind.name(),
            Source::MeetingAgenda(_) => "agenda",
            Source::Action(_) => "action",
            Source::Issue(_) => "issue",
        }
    }

    /// With whom, by name: the contact, or who was named and is no contact yet.
    pub fn who(&self) -> Option<String> {
        match (self.contact, self.source) {
            (Some(contact), _) => Some(contact.name.full()),
            (None, Source::Thanks(referral, Side::Referred) | Source::NextStep(referral, Side::Referred)) => {
                Some(referral.lead.name.as_str().to_owned())
            }
            (None, _) => None,
        }
    }

    /// What is to be done, in a few words that stand after the name of the contact.
    pub fn what(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for Item<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.source {
            Source::Touch(touch) => f.write_str(&touch.id.as_str().replace('-', " ")),
            Source::Mailing(mailing, left) => match self.contact {
                Some(_) => write!(f, "send {}", mailing.id),
                None => write!(f, "send {} to {left}", mailing.id),
            },
            Source::Posting(mailing, letters) if mailing.kind == MailingKind::Gift => {
                write!(f, "pack and post {} of {}", counted(letters, "parcel"), mailing.id)
            }
            Source::Posting(mailing, letters) => {
                write!(f, "print and post {} of {}", counted(letters, "letter"), mailing.id)
            }
            Source::Review(None) => f.write_str("first account review"),
            Source::Review(Some(last)) => write!(f, "account review; the last was on {last}"),
            Source::Silence { days: Some(days), allowed } => {
                write!(f, "{days} days of silence, {allowed} are allowed")
            }
            Source::Silence { days: None, .. } => f.write_str("has never heard of us"),
            Source::WishedCall(every) => write!(f, "call: every {every}, as they asked"),
            Source::Address(failed) => write!(f, "mail came back on {failed}: ask for another address"),
            Source::Birthday => f.write_str("birthday"),
            Source::Since(1) => f.write_str("one year as our customer"),
            Source::Since(years) => write!(f, "{years} years as our customer"),
            Source::Ask(wave) => write!(f, "ask whom they know (wave {wave})"),
            Source::Thanks(referral, Side::Referrer) => write!(f, "thank for naming {}", referral.lead.name.as_str()),
            Source::Thanks(_, Side::Referred) => f.write_str("thank for the time they gave us"),
            Source::NextStep(referral, side) => match referral.next.of(side) {
                Some(step) => f.write_str(step.what.as_str()),
                None => f.write_str("next step"),
            },
            Source::FollowUp(touch) => match &touch.next {
                Some(step) => f.write_str(step.what.as_str()),
                None => f.write_str("follow up"),
            },
            Source::Issue(issue) => write!(f, "solve: {}", issue.what.as_str()),
            Source::Meeting(meeting) => match meeting.at {
                Some(at) => write!(f, "{} at {}", meeting.kind.name(), at.strftime("%H:%M")),
                None => f.write_str(meeting.kind.name()),
            },
            Source::MeetingAgenda(meeting) => write!(f, "have the agenda of {} approved", meeting.on),
            Source::Action(action) => f.write_str(action.what.as_str()),
        }
    }
}

/// The days an agenda covers. What is overdue is in it whenever it was due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub until: Date,
}

impl Window {
    /// From a week ago to four weeks ahead: what a morning is about.
    pub fn around(today: Date) -> Self {
        Window { from: today.saturating_sub(7.days()), until: today.saturating_add(28.days()) }
    }

    /// Every day of every plan there is.
    pub fn of_plans(programme: &Programme, today: Date) -> Self {
        let years = programme.plans.keys().copied().chain([today.year()]);
        let (first, last) =
            years.fold((today.year(), today.year()), |(first, last), year| (first.min(year), last.max(year)));
        let day = |year, month, day| Date::new(year, month, day).unwrap_or(today);
        Window { from: day(first, 1, 1), until: day(last, 12, 31) }
    }

    fn contains(&self, date: Date) -> bool {
        (self.from..=self.until).contains(&date)
    }
}

/// What everybody on the team has to do.
#[derive(Debug, Clone, Default)]
pub struct Agenda<'p> {
    /// Open issues first (R29); then in the order of their days, by owner, contact and kind.
    pub items: Vec<Item<'p>>,
}

impl<'p> Agenda<'p> {
    /// Everything within `window`, and everything overdue.
    pub fn new(memory: &Memory<'p>, window: Window) -> Self {
        let mut entries = Entries { memory, window, items: Vec::new() };
        issues::collect(&mut entries);
        mailings::collect(&mut entries);
        meetings::collect(&mut entries);
        planned::collect(&mut entries);
        people::collect(&mut entries);
        calls::collect(&mut entries);
        asks::collect(&mut entries);
        referrals::collect(&mut entries);
        let mut items = entries.items;
        items.par_sort_by_cached_key(Item::sort_key);
        Agenda { items }
    }

    /// How many items are in a state.
    pub fn count(&self, state: State) -> usize {
        self.items.iter().filter(|item| item.state == state).count()
    }
}

impl<'p> Item<'p> {
    fn sort_key(&self) -> (bool, Date, &'p str, Option<&'p str>, &'static str, &'static str) {
        let contact = self.contact.map(|contact| contact.id.as_str());
        let is_open_issue = matches!(self.source, Source::Issue(_)) && self.state != State::Done;
        (!is_open_issue, self.on, self.owner.as_str(), contact, self.kind(), self.source.name())
    }
}

/// What is being collected.
struct Entries<'m, 'p> {
    memory: &'m Memory<'p>,
    window: Window,
    items: Vec<Item<'p>>,
}

impl<'p> Entries<'_, 'p> {
    /// Adds an item that is done, or else open.
    fn add(&mut self, on: Date, owner: &'p TeamId, contact: Option<&'p Contact>, source: Source<'p>, done: bool) {
        let state = if done { State::Done } else { State::open(on, self.memory.today) };
        if state == State::Overdue || self.window.contains(on) {
            self.items.push(Item { on, owner, contact, source, state });
        }
    }

    /// Adds what `each` adds for these contacts, looked at on all cores, in their order.
    fn of_everybody(
        &mut self,
        contacts: impl ParallelIterator<Item = (u32, &'p Contact, Tier)>,
        each: impl Fn(&mut Entries<'_, 'p>, (u32, &'p Contact, Tier)) + Sync,
    ) {
        let (memory, window) = (self.memory, self.window);
        let start = || Entries { memory, window, items: Vec::new() };
        let parts = contacts.fold(start, |mut entries, contact| {
            each(&mut entries, contact);
            entries
        });
        let parts: Vec<Vec<Item<'p>>> = parts.map(|entries| entries.items).collect();
        self.items.extend(parts.into_iter().flatten());
    }

    /// Who does what the plan leaves to `by`.
    fn person(&self, by: &'p Signer, contact: Option<&'p Contact>) -> &'p TeamId {
        person(self.memory.programme, by, contact)
    }
}

/// Who does what the plan leaves to `by`: the contact's own person, where there is a contact, else whoever leads the firm.
pub fn person<'p>(programme: &'p Programme, by: &'p Signer, contact: Option<&'p Contact>) -> &'p TeamId {
    match (by, contact) {
        (Signer::Member(id), _) => id,
        (Signer::Owner, Some(contact)) => &contact.owner,
        (Signer::Owner | Signer::Ceo, _) => &programme.settings.ceo().id,
    }
}

#[cfg(test)]
mod tests;

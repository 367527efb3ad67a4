//! Who a mailing reaches: its audience, drawn from the bottom up (R9), and who of it is refused.

use std::collections::HashMap;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::model::contact::{Contact, Tier};
use crate::model::expression::Expression;
use crate::model::id::ContactId;
use crate::model::law::Way;
use crate::model::mailing::{Mailing, MailingKind};
use crate::model::programme::Programme;
use crate::model::touch::TouchKind;
use crate::model::wall::Wall;
use crate::plan::admission::{Cleared, Gate, Recipient, Refusal};
use crate::plan::dates::Dates;
use crate::plan::events::Events;
use crate::plan::owed::{Debts, Slot};
use crate::plan::pace::{self, LeftOut};

/// The meaning of a `where`, which the templates' language has and the plan has not.
pub trait Narrowing: Sync {
    /// True where `contact` meets the condition.
    fn holds(&self, condition: &Expression, contact: &Contact) -> bool;

    /// The condition, made ready to be asked of many: of a contact and their position on the list.
    fn prepared<'a>(&'a self, condition: &'a Expression) -> Prepared<'a> {
        Box::new(move |_, contact| self.holds(condition, contact))
    }
}

/// A condition that is asked of many.
pub type Prepared<'a> = Box<dyn Fn(u32, &Contact) -> bool + Sync + 'a>;

impl<F: Fn(&Expression, &Contact) -> bool + Sync> Narrowing for F {
    fn holds(&self, condition: &Expression, contact: &Contact) -> bool {
        self(condition, contact)
    }
}

/// Contacts that one thread looks at at a time.
const CHUNK: usize = 4096;

/// Who a mailing reaches and who is left out; who lies below its tier or outside its `where` is neither.
#[derive(Debug, Clone)]
pub struct Audience<'p> {
    /// The mailing.
    pub mailing: &'p Mailing,
    /// Who gets it, each with their own day, in the order of the contacts.
    pub recipients: Vec<Recipient<'p>>,
    /// Who does not, as indices into [`Programme::contacts`] and in their order.
    pub refusals: Vec<(u32, Refusal)>,
}

impl<'p> Audience<'p> {
    fn empty(mailing: &'p Mailing) -> Self {
        Audience { mailing, recipients: Vec::new(), refusals: Vec::new() }
    }
}

/// What decides whether a mailing reaches a contact; each is asked for alone.
pub struct Eligibility<'p> {
    programme: &'p Programme,
    narrowing: &'p dyn Narrowing,
    dates: Dates<'p>,
    events: Events<'p>,
    gate: Gate<'p>,
    debts: Debts<'p>,
}

/// All contacts, asked once what no mailing changes; audiences are drawn from it.
pub struct Roster<'p> {
    eligibility: Eligibility<'p>,
    /// By contact, in the order of the contacts.
    cleared: Vec<Result<Cleared<'p>, Refusal>>,
    /// What somebody does not get who wants few mailings, or time between them.
    left_out: HashMap<&'p ContactId, LeftOut<'p>>,
}

impl<'p> Eligibility<'p> {
    /// The rules of a programme.
    pub fn new(programme: &'p Programme, narrowing: &'p dyn Narrowing) -> Self {
        let (dates, events, gate) = (Dates::new(programme), Events::new(programme), Gate::new(programme));
        Eligibility { programme, narrowing, dates, events, gate, debts: Debts::new(programme) }
    }

    /// The wall.
    pub fn wall(&self) -> &Wall {
        self.gate.wall()
    }

    /// The days of the mailings.
    pub fn dates(&self) -> &Dates<'p> {
        &self.dates
    }

    /// Whether `mailing` reaches a contact; `None` where they are not of its audience. Of a mailing that comes after events it is
    /// about the first that they get it for.
    pub fn admission(&self, mailing: &'p Mailing, contact: &'p Contact) -> Option<Result<Recipient<'p>, Refusal>> {
        if !self.is_of_audience(mailing, contact) {
            return None;
        }
        let slots = self.meant_slots(mailing, contact, contact.tier());
        let first = *slots.first()?;
        let cleared = match self.gate.clear(contact) {
            Ok(cleared) => cleared,
            Err(refusal) => return Some(Err(refusal)),
        };
        let left_out = self.left_out(cleared);
        let admit = |slot: Slot| {
            let recipient = admit(mailing, cleared, slot)?;
            left_out.get(&(&mailing.id, slot.event)).map_or(Ok(recipient), |refusal| Err(*refusal))
        };
        let admitted = slots.iter().find_map(|&slot| admit(slot).ok());
        Some(admitted.map_or_else(|| admit(first), Ok))
    }

    /// True where `contact` belongs to the audience of `mailing`, refused or not. Of tier D no narrowing is asked: whatever is
    /// planned, they are left out, and that is shown.
    pub fn is_meant(&self, mailing: &Mailing, contact: &Contact) -> bool {
        self.is_of_audience(mailing, contact) && !self.meant_slots(mailing, contact, contact.tier()).is_empty()
    }

    /// The days of a mailing for one contact: one day, or one an event that it comes after.
    fn slots(&self, mailing: &Mailing, contact: &Contact) -> Vec<Slot> {
        if mailing.when.after().is_some() {
            let country = contact.country(self.programme.settings.country);
            let after = self.events.of(mailing, contact, country).into_iter();
            return after.map(|(on, event)| Slot { on: Some(on), event: Some(event) }).collect();
        }
        vec![Slot { on: self.dates.of(mailing, contact), event: None }]
    }

    /// Those of its days on which a mailing is meant for a contact.
    fn meant_slots(&self, mailing: &Mailing, contact: &Contact, tier: Option<Tier>) -> Vec<Slot> {
        let mut slots = self.slots(mailing, contact);
        slots.retain(|slot| self.is_named(mailing, contact, tier, || *slot));
        slots
    }

    /// Of tier, ledger and project alone, whatever its `where` says.
    fn is_named(&self, mailing: &Mailing, contact: &Contact, tier: Option<Tier>, slot: impl Fn() -> Slot) -> bool {
        tier.is_none_or(|tier| tier >= mailing.to)
            && match mailing.kind {
                MailingKind::Thanks => self.owes_thanks(mailing, contact, slot()),
                // R14: who has no project on that day has nothing to be told.
                MailingKind::Status => {
                    let project = contact.details.project.as_ref();
                    project.zip(slot().on).is_some_and(|(project, on)| project.runs_on(on))
                }
                _ => true,
            }
    }

    /// True where `contact` meets the condition, or there is none.
    fn is_within(&self, condition: Option<&Expression>, contact: &Contact) -> bool {
        condition.is_none_or(|condition| self.narrowing.holds(condition, contact))
    }

    /// Of tier and `where` alone, whatever the ledger says.
    fn is_of_audience(&self, mailing: &Mailing, contact: &Contact) -> bool {
        match contact.tier() {
            Some(tier) if tier < mailing.to => false,
            None => true,
            Some(_) => self.is_within(mailing.narrowing.as_ref(), contact),
        }
    }

    /// True where `contact` named somebody, or was named, and neither a person nor an earlier mailing has thanked them for it by
    /// the day of `thanks`: each referral is thanked for once (R20).
    fn owes_thanks(&self, thanks: &Mailing, contact: &Contact, slot: Slot) -> bool {
        let Some(on) = slot.on else { return false };
        let debts = self.debts.of(thanks.side, &contact.id);
        let mut open = debts.filter(|debt| debt.is_meant_by(thanks, slot) && debt.is_open(on)).peekable();
        if open.peek().is_none() {
            return false;
        }
        let is_such = |other: &&Mailing| other.kind == MailingKind::Thanks && other.side == thanks.side;
        let others = self.programme.mailings().filter(is_such).filter(|other| self.is_of_audience(other, contact));
        let slots = others.flat_map(|other| self.slots(other, contact).into_iter().map(move |slot| (other, slot)));
        let earlier: Vec<(&Mailing, Slot)> = slots.filter(|(_, slot)| slot.on.is_some_and(|day| day < on)).collect();
        open.any(|debt| !earlier.iter().any(|(other, slot)| debt.is_meant_by(other, *slot)))
    }

    /// What somebody does not get who wants few mailings, or time between them; nothing where they do not say.
    fn left_out(&self, cleared: Cleared<'p>) -> LeftOut<'p> {
        let Some(wish) = cleared.pace() else { return LeftOut::new() };
        let contact = cleared.contact();
        let reaches = |mailing: &'p Mailing| {
            let slots = match self.is_of_audience(mailing, contact) {
                true => self.meant_slots(mailing, contact, contact.tier()),
                false => Vec::new(),
            };
            slots.into_iter().filter_map(move |slot| {
                let recipient = admit(mailing, cleared, slot).ok()?;
                Some((recipient.date(), mailing, slot.event))
            })
        };
        pace::left_out(wish, self.programme.mailings().flat_map(reaches).collect())
    }
}

fn admit<'p>(mailing: &Mailing, cleared: Cleared<'p>, slot: Slot) -> Result<Recipient<'p>, Refusal> {
    let recipient = Recipient::admit(cleared, mailing, slot.on.ok_or(Refusal::NoDate)?)?;
    Ok(slot.event.map_or(recipient, |event| recipient.about(event)))
}

impl<'p> Roster<'p> {
    /// The wall.
    pub fn wall(&self) -> &Wall {
        self.eligibility.wall()
    }

    /// The roster of a programme.
    pub fn new(programme: &'p Programme, narrowing: &'p dyn Narrowing) -> Self {
        let eligibility = Eligibility::new(programme, narrowing);
        let cleared = programme.contacts.par_iter().map(|contact| eligibility.gate.clear(contact)).collect();
        let mut roster = Roster { eligibility, cleared, left_out: HashMap::new() };
        roster.left_out = roster.look_at_paces();
        roster
    }

    /// Whose roster it is.
    pub fn programme(&self) -> &'p Programme {
        self.eligibility.programme
    }

    /// The days of the mailings.
    pub fn dates(&self) -> &Dates<'p> {
        self.eligibility.dates()
    }

    /// True where `contact` belongs to the audience of `mailing`, as [`Eligibility::is_meant`] says.
    pub fn is_meant(&self, mailing: &Mailing, contact: &Contact) -> bool {
        self.eligibility.is_meant(mailing, contact)
    }

    /// True where a contact meets a condition of the plans.
    pub fn holds(&self, condition: &Expression, contact: &Contact) -> bool {
        self.eligibility.narrowing.holds(condition, contact)
    }

    /// True where the law lets us do what is planned with `contact` on the day `on`: call them, or write to them in person (R26).
    pub fn may_be_reached(&self, contact: &Contact, kind: TouchKind, on: Date) -> bool {
        let way = match kind {
            TouchKind::Call | TouchKind::Sales => Way::Phone,
            TouchKind::Mail => Way::Email,
            TouchKind::Post => Way::Post,
            _ => return true,
        };
        self.eligibility.gate.ruling(contact, way).judge(contact, on).is_ok()
    }

    /// A condition of the plans, ready to be asked of many.
    pub fn prepared(&self, condition: &'p Expression) -> Prepared<'p> {
        self.eligibility.narrowing.prepared(condition)
    }

    /// Who `mailing` reaches.
    pub fn audience(&self, mailing: &'p Mailing) -> Audience<'p> {
        let mut whole = Audience::empty(mailing);
        let parts = self.visit(
            mailing,
            || Audience::empty(mailing),
            |part, position, admitted| match admitted {
                Ok(recipient) => part.recipients.push(recipient),
                Err(refusal) => part.refusals.push((position, refusal)),
            },
        );
        for part in parts {
            whole.recipients.extend(part.recipients);
            whole.refusals.extend(part.refusals);
        }
        whole
    }

    /// Shows `each` everybody whom `mailing` is meant for, by their position on the list: as its recipient, or why they are not.
    /// All cores look at parts of the list, each with what `start` makes; what became of that comes back in the list's order.
    pub fn visit<T: Send>(
        &self,
        mailing: &'p Mailing,
        start: impl Fn() -> T + Sync,
        each: impl Fn(&mut T, u32, Result<Recipient<'p>, Refusal>) + Sync,
    ) -> Vec<T> {
        let within = mailing.narrowing.as_ref().map(|condition| self.eligibility.narrowing.prepared(condition));
        let days = self.eligibility.dates.of_mailing(mailing);
        let is_about_event = mailing.when.after().is_some();
        let contacts =
            self.eligibility.programme.contacts.shared().par_chunks(CHUNK).zip(self.cleared.par_chunks(CHUNK));
        let parts = contacts.enumerate().map(|(number, (contacts, cleared))| {
            let first = u32::try_from(number * CHUNK).expect("contacts are counted in 32 bits");
            let mut part = start();
            for (position, (contact, cleared)) in (first..).zip(contacts.iter().zip(cleared)) {
                let tier = cleared.map_or_else(|_| contact.tier(), |cleared| Some(cleared.tier()));
                let is_within = || tier.is_none() || within.as_ref().is_none_or(|holds| holds(position, contact));
                if is_about_event {
                    self.after_events(mailing, (contact, cleared), tier, is_within, |admitted| {
                        each(&mut part, position, admitted)
                    });
                    continue;
                }
                let slot = || Slot { on: days.of(contact), event: None };
                if self.eligibility.is_named(mailing, contact, tier, slot) && is_within() {
                    let admitted = cleared.and_then(|cleared| {
                        let on = days.in_country(cleared.country(), contact);
                        self.admit(mailing, cleared, Slot { on, event: None })
                    });
                    each(&mut part, position, admitted);
                }
            }
            part
        });
        parts.collect()
    }

    /// Shows `each` what a mailing after an event means for one contact, once an event (R33). To whom nothing happened, it is not
    /// meant for.
    fn after_events(
        &self,
        mailing: &'p Mailing,
        (contact, cleared): (&'p Contact, &Result<Cleared<'p>, Refusal>),
        tier: Option<Tier>,
        is_within: impl Fn() -> bool,
        mut each: impl FnMut(Result<Recipient<'p>, Refusal>),
    ) {
        let slots = self.eligibility.meant_slots(mailing, contact, tier);
        if slots.is_empty() || !is_within() {
            return;
        }
        match cleared {
            Err(refusal) => each(Err(*refusal)),
            Ok(cleared) => slots.into_iter().for_each(|slot| each(self.admit(mailing, *cleared, slot))),
        }
    }

    /// Whether the contact at `position` on the list may be written to at all.
    pub fn cleared(&self, position: u32) -> Result<Cleared<'p>, Refusal> {
        self.cleared[position as usize]
    }

    fn admit(&self, mailing: &'p Mailing, cleared: Cleared<'p>, slot: Slot) -> Result<Recipient<'p>, Refusal> {
        let recipient = admit(mailing, cleared, slot)?;
        let left_out = self.left_out.get(&cleared.contact().id);
        let refusal = left_out.and_then(|left_out| left_out.get(&(&mailing.id, slot.event)));
        refusal.map_or(Ok(recipient), |refusal| Err(*refusal))
    }

    /// What each gets no more of who wants few mailings, or time between them: the first are kept (R13).
    fn look_at_paces(&self) -> HashMap<&'p ContactId, LeftOut<'p>> {
        let choosy = self.cleared.iter().flatten().filter(|cleared| cleared.pace().is_some());
        choosy.map(|&cleared| (&cleared.contact().id, self.eligibility.left_out(cleared))).collect()
    }
}

#[cfg(test)]
mod tests;

//! What both sides of a referral are owed: thanks (R20) and a next step (R19); and what was promised in touches.

use jiff::ToSpan;
use jiff::civil::Date;

use super::{Entries, Source};
use crate::model::contact::Contact;
use crate::model::id::{ContactId, TeamId};
use crate::model::ledger::{Referral, Side, Touch};
use crate::plan::memory::Memory;
use crate::plan::thanks::thanked_on;

/// Days before its day from which a touch counts as what was promised.
const EARLY: i32 = 14;
/// Days after its day after which nobody waits for it any more.
const LAPSED: i32 = 180;

/// The day by which a side is to be thanked.
pub fn thanks_due(memory: &Memory<'_>, since: Date) -> Date {
    since.saturating_add(i64::from(memory.programme.settings.thank_within_days()).days())
}

/// True where a side must be left alone: tier D or on the wall (R4), or forgotten (R27).
pub fn is_left_alone(memory: &Memory<'_>, referral: &Referral, side: Side) -> bool {
    let id = match side {
        Side::Referrer => Some(&referral.referrer),
        Side::Referred => referral.lead.contact.as_ref(),
    };
    if id.is_some_and(ContactId::is_forgotten) {
        return true;
    }
    let is_walled =
        id.and_then(|id| memory.programme.by_id.get(id)).is_some_and(|&position| memory.is_walled(position));
    is_walled || side == Side::Referred && memory.roster.wall().stops_lead(&referral.lead).is_some()
}

pub(super) fn collect<'p>(entries: &mut Entries<'_, 'p>) {
    let memory = entries.memory;
    let settings = &memory.programme.settings;
    for referral in &memory.programme.referrals {
        for &side in Side::ALL {
            if is_left_alone(memory, referral, side) || side == Side::Referred && memory.is_repeated(referral) {
                continue;
            }
            let contact = contact(memory, referral, side);
            thanks(entries, referral, side, contact);
            let step =
                referral.next.of(side).filter(|step| referral.stage.is_open() && !settings.is_before_start(step.on));
            if let Some(step) = step {
                entries.add(step.on, &step.by, contact, Source::NextStep(referral, side), false);
            }
        }
    }
    for (position, contact, _) in memory.active() {
        for touch in memory.touches(position) {
            follow_up(entries, position, contact, touch);
        }
    }
}

fn contact<'p>(memory: &Memory<'p>, referral: &'p Referral, side: Side) -> Option<&'p Contact> {
    match side {
        Side::Referrer => memory.programme.contact(&referral.referrer),
        Side::Referred => memory.programme.contact(referral.lead.contact.as_ref()?),
    }
}

/// R20: both sides, bought or not.
fn thanks<'p>(entries: &mut Entries<'_, 'p>, referral: &'p Referral, side: Side, contact: Option<&'p Contact>) {
    let Some(since) = referral.thanks_owed_since(side) else { return };
    let owner = thanks_owner(entries.memory, referral, side);
    match thanked_on(entries.memory, referral, side) {
        Some(on) => entries.add(on, owner, contact, Source::Thanks(referral, side), true),
        None => {
            let due = thanks_due(entries.memory, since);
            if !entries.memory.programme.settings.is_before_start(due) {
                entries.add(due, owner, contact, Source::Thanks(referral, side), false);
            }
        }
    }
}

/// Who thanks: whoever cares for that side.
pub fn thanks_owner<'p>(memory: &Memory<'p>, referral: &'p Referral, side: Side) -> &'p TeamId {
    let own = contact(memory, referral, side).map(|contact| &contact.owner);
    let next = referral.next.of(side).map(|step| &step.by);
    let referrer = memory.programme.contact(&referral.referrer).map(|contact| &contact.owner);
    own.or(next).or(referrer).unwrap_or(&memory.programme.settings.ceo().id)
}

/// What was promised in a touch is kept by the next touch around its day.
fn follow_up<'p>(entries: &mut Entries<'_, 'p>, position: u32, contact: &'p Contact, touch: &'p Touch) {
    let memory = entries.memory;
    let Some(step) = &touch.next else { return };
    let from = step.on.saturating_sub(EARLY.days()).max(touch.on.saturating_add(1.day()));
    let done = memory.was_touched(position, from, memory.today);
    let is_asked_for = step.on.saturating_add(LAPSED.days()) >= memory.today;
    if done || is_asked_for && !memory.programme.settings.is_before_start(step.on) {
        entries.add(step.on, &step.by, Some(contact), Source::FollowUp(touch), done);
    }
}

//! Thanks that know each other: what a person noted, what the ledger says and what was sent settle the same debt (R20).

use jiff::civil::Date;

use crate::model::id::ContactId;
use crate::model::journal::State;
use crate::model::ledger::{Referral, Side};
use crate::model::mailing::{MailingKind, TouchKind};
use crate::plan::memory::Memory;

/// The contact on a side of a referral: who named somebody, or whoever was named once they are on the list.
pub fn contact_of(referral: &Referral, side: Side) -> Option<&ContactId> {
    match side {
        Side::Referrer => Some(&referral.referrer),
        Side::Referred => referral.lead.contact.as_ref(),
    }
}

/// The day on which a side was thanked: the one the ledger names, else that of the first touch of kind `thanks` or `gift`,
/// thanks mailing or posted gift since the side is owed thanks. `None` while it is owed.
pub fn thanked_on(memory: &Memory<'_>, referral: &Referral, side: Side) -> Option<Date> {
    if let Some(day) = referral.thanked.of(side) {
        return Some(*day);
    }
    let since = referral.thanks_owed_since(side)?;
    let position = *memory.programme.by_id.get(contact_of(referral, side)?)?;
    let touches = [TouchKind::Thanks, TouchKind::Gift].into_iter().flat_map(|kind| memory.days_of(position, kind));
    let settles = |day: &Date| (since..=memory.today).contains(day);
    let sent = memory.thanking().flat_map(|mailing| {
        let outcomes = memory.journals.get(&mailing.id).into_iter().flat_map(move |outcomes| outcomes.of(position));
        let counts = outcomes.filter(move |outcome| match mailing.kind {
            MailingKind::Thanks => outcome.state().is_sent() && mailing.side == side,
            _ => outcome.state() == State::Posted,
        });
        counts.map(|outcome| memory.day(outcome.t))
    });
    touches.chain(sent).filter(settles).min()
}

//! Thanks that know each other: what a person noted, what the ledger says and what was sent settle the same debt (R20).

use jiff::civil::Date;

use crate::model::journal::State;
use crate::model::ledger::{Referral, Side};
use crate::model::mailing::MailingKind;
use crate::model::touch::TouchKind;
use crate::plan::past::Past;

/// The day on which a side was thanked: the one the ledger names, else that of the first touch of kind `thanks` or `gift`,
/// thanks mailing or posted gift since the side is owed thanks. `None` while it is owed.
pub fn thanked_on(past: &Past<'_>, referral: &Referral, side: Side) -> Option<Date> {
    if let Some(day) = referral.thanked.of(side) {
        return Some(*day);
    }
    let since = referral.thanks_owed_since(side)?;
    let position = *past.programme.by_id.get(referral.contact_on(side)?)?;
    let touches = [TouchKind::Thanks, TouchKind::Gift].into_iter().flat_map(|kind| past.days_of(position, kind));
    let settles = |day: &Date| (since..=past.today).contains(day);
    let sent = past.thanking().flat_map(|mailing| {
        let outcomes = past.journals.get(&mailing.id).into_iter().flat_map(move |outcomes| outcomes.of(position));
        let counts = outcomes.filter(move |outcome| match mailing.kind {
            MailingKind::Thanks => outcome.state().is_sent() && mailing.side == side,
            _ => outcome.state() == State::Posted,
        });
        counts.map(|outcome| past.day(outcome.t))
    });
    touches.chain(sent).filter(settles).min()
}

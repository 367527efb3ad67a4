//! How many mailings somebody wants, and how far apart: which of those that would reach them come too soon or are too many (R13).

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;

use crate::model::id::MailingId;
use crate::model::mailing::{Mailing, MailingKind};
use crate::model::preference::Preference;
use crate::plan::admission::Refusal;

/// What somebody does not get, and why: a mailing, with the day of what it is about where it comes after an event.
pub(super) type LeftOut<'p> = HashMap<(&'p MailingId, Option<Date>), Refusal>;

/// Those of `mailings`, each with its day for a contact and the day of its event, that what they want keeps from them: the first are kept.
///
/// A rhythm is about what everybody gets. Thanks and the status of one's own project are waited for, and come when they are due.
pub(super) fn left_out<'p>(wish: &Preference, mut mailings: Vec<(Date, &'p Mailing, Option<Date>)>) -> LeftOut<'p> {
    mailings.sort_by_key(|(on, ..)| *on);
    let mut left_out = LeftOut::new();
    let mut last: Option<Date> = None;
    let mut sent: BTreeMap<i16, u32> = BTreeMap::new();
    for (on, mailing, event) in mailings {
        let is_waited_for = matches!(mailing.kind, MailingKind::Thanks | MailingKind::Status);
        let next = |last: Date| wish.every?.after(last);
        let sent = sent.entry(on.year()).or_default();
        let is_too_soon = !is_waited_for && last.and_then(next).is_some_and(|next| on < next);
        let too_soon = wish.every.filter(|_| is_too_soon).map(Refusal::TooSoon);
        let too_many = wish.max_per_year.filter(|max| *sent >= *max).map(Refusal::Capped);
        match too_soon.or(too_many) {
            Some(refusal) => _ = left_out.insert((&mailing.id, event), refusal),
            None => {
                *sent += 1;
                last = if is_waited_for { last } else { Some(on) };
            }
        }
    }
    left_out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::touch::Interval;
    use crate::plan::Roster;
    use crate::plan::fixture::{Fixture, everybody};

    #[test]
    fn r13_two_mailings_are_as_far_apart_as_they_want_and_thanks_come_when_due() {
        let programme = Fixture::new()
            .contact("anna", "A", |contact| {
                contact.details.prefers.every = Some(Interval::Months(2));
                contact.details.project = Some(crate::model::project::Project::default());
            })
            .mailing("january", "2027-01-20", |_| {})
            .mailing("status", "2027-01-25", |mailing| mailing.kind = MailingKind::Status)
            .mailing("march", "2027-03-19", |_| {})
            .mailing("april", "2027-04-01", |_| {})
            .build();
        let roster = Roster::new(&programme, &everybody);
        let refused = |id: &str| {
            let audience = roster.audience(programme.mailing(id).expect("it is planned"));
            audience.refusals.first().map(|(_, refusal)| refusal.code())
        };
        assert_eq!(["january", "status", "march", "april"].map(refused), [None, None, Some("too-soon"), None]);
    }
}

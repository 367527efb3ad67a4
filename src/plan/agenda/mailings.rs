//! Mailings to send, and letters and gifts to post (R10, R12, R16).

use super::{Entries, Source};
use crate::model::channel::Channel;
use crate::model::journal::State as Sent;
use crate::model::mailing::Mailing;
use crate::plan::memory::Memory;
use crate::plan::sending::{Dispatch, OVERDUE_DAYS, Progress};

pub(super) fn collect<'p>(entries: &mut Entries<'_, 'p>) {
    let memory = entries.memory;
    for dispatch in &memory.dispatches {
        match dispatch.progress {
            Progress::Empty | Progress::Past => {}
            Progress::Running => personal(entries, memory, dispatch),
            _ => {
                let by_mail = dispatch.audience - dispatch.on_paper;
                if by_mail > 0 || dispatch.mailing.channel != Channel::Post {
                    to_all(entries, dispatch);
                }
                to_the_post(entries, dispatch);
            }
        }
    }
}

/// A mailing that leaves on one day, or on one a country.
fn to_all<'p>(entries: &mut Entries<'_, 'p>, dispatch: &Dispatch<'p>) {
    let Some(days) = dispatch.days else { return };
    let on = entries.memory.programme.settings.asked_on(days.first);
    let owner = entries.person(&dispatch.mailing.signed_by, None);
    let done = dispatch.progress == Progress::Sent;
    let left = match dispatch.progress {
        Progress::Coming => dispatch.audience,
        Progress::Partly if days.last > entries.memory.today => dispatch.audience - dispatch.reached,
        Progress::Sent => dispatch.accepted + dispatch.posted,
        _ => dispatch.unsent.len().max(dispatch.deferred),
    };
    entries.add(on, owner, None, Source::Mailing(dispatch.mailing, left), done);
}

/// R12: paper leaves some working days before.
fn to_the_post<'p>(entries: &mut Entries<'_, 'p>, dispatch: &Dispatch<'p>) {
    let Some(on) = dispatch.print_by.filter(|_| dispatch.on_paper > 0) else { return };
    let owner = entries.person(&dispatch.mailing.signed_by, None);
    let done = dispatch.posted >= dispatch.on_paper || dispatch.progress == Progress::Sent;
    let on = entries.memory.programme.settings.asked_on(on);
    let letters = if done { dispatch.on_paper } else { dispatch.on_paper - dispatch.posted };
    entries.add(on, owner, None, Source::Posting(dispatch.mailing, letters), done);
}

/// A mailing that leaves on everybody's own day: an item a contact (R16).
fn personal<'p>(entries: &mut Entries<'_, 'p>, memory: &Memory<'p>, dispatch: &Dispatch<'p>) {
    let mailing: &'p Mailing = dispatch.mailing;
    let begun = memory.begun();
    let admitted = memory.roster.visit(mailing, Vec::new, |admitted, position, who| {
        admitted.extend(who.ok().map(|recipient| (position, recipient)));
    });
    for (position, recipient) in admitted.into_iter().flatten() {
        let (contact, on) = (recipient.contact(), recipient.date());
        let known = memory.known_since(contact).max(begun);
        if known.is_some_and(|known| on < known) {
            continue;
        }
        let state =
            memory.journals.get(&mailing.id).and_then(|outcomes| outcomes.of_message(position, recipient.event()));
        let is_past = recipient.event().is_some() && (memory.today - on).get_days() > OVERDUE_DAYS;
        if state.is_none() && is_past {
            continue;
        }
        let done = state.is_some_and(|outcome| !matches!(outcome.state(), Sent::Planned | Sent::Deferred));
        let owner = entries.person(&mailing.signed_by, Some(contact));
        entries.add(on, owner, Some(contact), Source::Mailing(mailing, 1), done);
    }
}

//! Mailings to send, and letters and gifts to post (R10, R12, R16).

use super::{Entries, Source};
use crate::model::channel::Channel;
use crate::model::journal::State as Sent;
use crate::model::mailing::{LATE_DAYS, Mailing};
use crate::plan::memory::Memory;
use crate::plan::sending::{MailingStatus, Progress};

pub(super) fn collect<'p>(entries: &mut Entries<'_, 'p>) {
    let memory = entries.memory;
    for status in &memory.statuses {
        match status.progress {
            Progress::Empty | Progress::Past => {}
            Progress::Running => personal(entries, memory, status),
            _ => {
                let by_mail = status.audience - status.on_paper;
                if by_mail > 0 || status.mailing.channel != Channel::Post {
                    to_all(entries, status);
                }
                to_the_post(entries, status);
            }
        }
    }
}

/// A mailing that leaves on one day, or on one a country.
fn to_all<'p>(entries: &mut Entries<'_, 'p>, status: &MailingStatus<'p>) {
    let Some(days) = status.days else { return };
    let on = entries.memory.programme.settings.asked_on(days.first);
    let owner = entries.person(&status.mailing.signed_by, None);
    let done = status.progress == Progress::Sent;
    let left = match status.progress {
        Progress::Coming => status.audience,
        Progress::Partly if days.last > entries.memory.today => status.audience - status.reached,
        Progress::Sent => status.accepted + status.posted,
        _ => status.unsent.len().max(status.deferred),
    };
    entries.add(on, owner, None, Source::Mailing(status.mailing, left), done);
}

/// R12: paper leaves some working days before.
fn to_the_post<'p>(entries: &mut Entries<'_, 'p>, status: &MailingStatus<'p>) {
    let Some(on) = status.print_by.filter(|_| status.on_paper > 0) else { return };
    let owner = entries.person(&status.mailing.signed_by, None);
    let done = status.posted >= status.on_paper || status.progress == Progress::Sent;
    let on = entries.memory.programme.settings.asked_on(on);
    let letters = if done { status.on_paper } else { status.on_paper - status.posted };
    entries.add(on, owner, None, Source::Posting(status.mailing, letters), done);
}

/// A mailing that leaves on everybody's own day: an item a contact (R16).
fn personal<'p>(entries: &mut Entries<'_, 'p>, memory: &Memory<'p>, status: &MailingStatus<'p>) {
    let mailing: &'p Mailing = status.mailing;
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
        let is_past = recipient.event().is_some() && (memory.today - on).get_days() > LATE_DAYS;
        if state.is_none() && is_past {
            continue;
        }
        let done = state.is_some_and(|outcome| !matches!(outcome.state(), Sent::Planned | Sent::Deferred));
        let owner = entries.person(&mailing.signed_by, Some(contact));
        entries.add(on, owner, Some(contact), Source::Mailing(mailing, 1), done);
    }
}

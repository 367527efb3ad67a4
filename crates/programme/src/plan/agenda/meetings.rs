//! Meetings that were agreed on: to be prepared, held and written down; and what was agreed there (R30).

use jiff::ToSpan;

use super::{Entries, Source};

/// Days before a meeting on which its agenda goes to the customer for a yes.
const AGENDA_BEFORE: i32 = 7;
/// Days after its day after which nobody waits for an action any more.
const LAPSED: i32 = 180;

pub(super) fn collect(entries: &mut Entries<'_, '_>) {
    let memory = entries.memory;
    for meeting in &memory.programme.meetings {
        let Some(contact) = memory.programme.contact(&meeting.contact) else { continue };
        if memory.is_walled(memory.position(contact)) {
            continue;
        }
        let (owner, done) = (&contact.owner, meeting.done.is_some_and(|done| done <= memory.today));
        entries.add(
            meeting.done.filter(|_| done).unwrap_or(meeting.on),
            owner,
            Some(contact),
            Source::Meeting(meeting),
            done,
        );
        if !done && meeting.agenda_ok.is_none() && meeting.on >= memory.today {
            let on = meeting.on.saturating_sub(AGENDA_BEFORE.days()).max(memory.today);
            entries.add(on, owner, Some(contact), Source::MeetingAgenda(meeting), false);
        }
        // The first action of ours is what the meeting's touch promised; the others stand here.
        let of_ours = |action: &&crate::model::meeting::Action| {
            memory.programme.settings.team.iter().any(|member| member.id.as_str() == action.who.as_str())
        };
        let mut actions: Vec<_> = meeting.actions.iter().filter(of_ours).collect();
        actions.sort_by_key(|action| action.by);
        for action in
            actions.into_iter().skip(1).filter(|action| action.by.saturating_add(LAPSED.days()) >= memory.today)
        {
            let team = &memory.programme.settings.team;
            let Some(member) = team.iter().find(|member| member.id.as_str() == action.who.as_str()) else { continue };
            let kept = memory.was_touched(
                memory.position(contact),
                action.by.saturating_sub(14.days()).max(meeting.on.saturating_add(1.day())),
                memory.today,
            );
            entries.add(action.by, &member.id, Some(contact), Source::Action(action), kept);
        }
    }
}

//! What is not well, and who mends it by when (R29).

use super::{Entries, Source};

pub(super) fn collect(entries: &mut Entries<'_, '_>) {
    let memory = entries.memory;
    entries.of_everybody(memory.par_active(), |entries, (_, contact, _)| {
        let today = entries.memory.today;
        for issue in contact.details.issues.iter().filter(|issue| issue.since.is_none_or(|since| since <= today)) {
            let done = !issue.is_open(today);
            let on = if done { issue.closed } else { issue.due_on() };
            let owner = issue.by.as_ref().unwrap_or(&contact.owner);
            entries.add(on.unwrap_or(today), owner, Some(contact), Source::Issue(issue), done);
        }
    });
}

//! Calls that somebody asked for in place of mail (R13).

use super::{Entries, Source};
use crate::model::ledger::Touch;
use crate::model::preference::Asked;
use crate::model::touch::TouchKind;

/// True where somebody was spoken with, whoever called.
fn is_spoken(touch: &Touch) -> bool {
    matches!(touch.kind, TouchKind::Call | TouchKind::Visit | TouchKind::Meeting | TouchKind::Review)
}

/// The next call of everybody who would rather be called, and said how often: counted from the last time we spoke, else from the
/// day they said so.
pub(super) fn collect<'p>(entries: &mut Entries<'_, 'p>) {
    let memory = entries.memory;
    entries.of_everybody(memory.par_cared_for(), |entries, (position, contact, _)| {
        let prefers = &contact.details.prefers;
        let Some(every) = prefers.calls() else { return };
        let asked = match prefers.asked {
            Some(Asked::On(day)) => Some(day),
            _ => memory.known_since(contact).max(memory.begun()),
        };
        let spoken = memory.touches(position).iter().rfind(|touch| touch.on <= memory.today && is_spoken(touch));
        let last = spoken.map(|touch| touch.on).or(asked);
        let Some(on) = last.and_then(|last| every.after(last)) else { return };
        let on = memory.programme.settings.asked_on(on);
        if memory.roster.may_be_reached(contact, TouchKind::Call, on) {
            entries.add(on, &contact.owner, Some(contact), Source::WishedCall(every), false);
        }
    });
}

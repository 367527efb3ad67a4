//! What suits each contact, and who was never asked (R13).

use crate::model::contact::Contact;
use crate::plan::memory::Memory;

/// Everybody we care for, by whether they were asked what suits them.
#[derive(Debug, Clone, Default)]
pub struct Preferences<'p> {
    /// Who told us, in the order of the list.
    pub asked: Vec<&'p Contact>,
    /// Of whom we assume it, or know nothing, in the order of the list.
    pub never_asked: Vec<&'p Contact>,
}

/// Looks at everybody who is not left alone.
pub fn preferences<'p>(memory: &Memory<'p>) -> Preferences<'p> {
    let all = memory.active().map(|(_, contact, _)| contact);
    let (asked, never_asked) = all.partition(|contact| contact.details.prefers.was_asked());
    Preferences { asked, never_asked }
}

//! What mailings wait for that somebody has to approve (R36), for the commands that show it.

use super::session::{Session, Workshop};
use super::terminal::Terminal;
use super::{Outcome, approve};
use crate::model::approval::Reviews;
use crate::plan::Memory;
use crate::review::approvals;

/// What mailings wait for.
///
/// # Errors
/// The exit code, after it was said which approvals cannot be read.
pub fn reviews(workshop: &Workshop<'_>, session: &Session, terminal: &Terminal) -> Result<Reviews, Outcome> {
    approvals::reviews(&workshop.composer, &workshop.roster, |mailing| approve::read(mailing, session, terminal))
}

/// Everything that is remembered, with what mailings wait for; nothing is rendered where nobody has to approve any.
///
/// # Errors
/// The exit code of `work`, of what cannot be rendered, or of approvals that cannot be read.
pub fn with_memory<T>(
    session: &Session,
    terminal: &Terminal,
    work: impl FnOnce(&Memory<'_>) -> Result<T, Outcome>,
) -> Result<T, Outcome> {
    if session.programme.settings.approval.is_empty() {
        return session.with_memory(terminal, work);
    }
    let journals = session.journals(terminal)?;
    session.with_workshop(terminal, |workshop| {
        let reviews = reviews(workshop, session, terminal)?;
        let memory = Memory::new(&session.programme, session.today, &workshop.roster, &journals);
        work(&memory.with_reviews(reviews))
    })
}

//! `bevara send --status`: what became of each message so far.

use serde_json::json;

use super::entries::{entries, entry_json, list};
use crate::cli::Outcome;
use crate::cli::session::Session;
use crate::cli::terminal::Terminal;
use crate::model::journal::{Entry, State};
use crate::model::mailing::Mailing;

/// Says it.
pub fn run(mailing: &Mailing, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let journal = session.journal(&mailing.id, terminal)?;
    let of = |states: &[State]| entries(&journal, states);
    let (in_doubt, deferred) = (of(&[State::Attempting, State::InDoubt]), of(&[State::Deferred]));
    let (refused, planned) = (of(&[State::Refused]), of(&[State::Planned]));
    if terminal.is_json() {
        let all = |entries: &[&Entry]| entries.iter().map(|entry| entry_json(entry)).collect::<Vec<_>>();
        terminal.document(json!({
            "mailing": mailing.id.as_str(),
            "accepted": journal.count(State::Accepted),
            "posted": journal.count(State::Posted),
            "planned": all(&planned),
            "deferred": all(&deferred),
            "refused": all(&refused),
            "in_doubt": all(&in_doubt),
        }));
        return Ok(Outcome::Done);
    }
    if journal.is_empty() {
        terminal.result(&format!("{}: nothing was sent", mailing.id));
        return Ok(Outcome::Done);
    }
    let mut figures = vec![format!("{} accepted", journal.count(State::Accepted))];
    for (count, word) in [
        (journal.count(State::Posted), "posted"),
        (deferred.len(), "deferred"),
        (refused.len(), "refused"),
        (in_doubt.len(), "in doubt"),
        (planned.len(), "planned and not begun"),
    ] {
        if count > 0 {
            figures.push(format!("{count} {word}"));
        }
    }
    terminal.result(&format!("{}: {}", mailing.id, figures.join(", ")));
    list("in doubt", &in_doubt, usize::MAX, terminal);
    list("refused", &refused, usize::MAX, terminal);
    list("deferred", &deferred, usize::MAX, terminal);
    if !in_doubt.is_empty() {
        terminal.next(&format!("bevara send {} --resolve assume-sent | resend | from-log FILE", mailing.id));
    }
    if deferred.len() + planned.len() > 0 {
        terminal.next(&format!("bevara send {} --resume", mailing.id));
    }
    Ok(Outcome::Done)
}

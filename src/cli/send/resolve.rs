//! `bevara send --resolve`: a person, or the relay's log, says what became of messages in doubt.

use std::collections::{BTreeMap, HashSet};

use serde_json::json;

use super::clock::SystemClock;
use super::entries::entries;
use super::{Arguments, leave, lost};
use crate::cli::Outcome;
use crate::cli::session::Session;
use crate::cli::terminal::Terminal;
use crate::model::id::ContactId;
use crate::model::journal::{Entry, State};
use crate::model::mailing::Mailing;
use crate::send::from_log::{self, Trace};
use crate::send::journal::Journal;
use mail::mime::message_id;

/// How it is settled.
enum How {
    /// They have it.
    AssumeSent,
    /// It leaves again.
    Resend,
    /// As a log says; holds its text.
    FromLog(String),
}

/// Settles what is in doubt; with `--only`, what these contacts were refused can be sent again too.
pub fn run(
    arguments: &Arguments,
    mailing: &Mailing,
    only: &[ContactId],
    session: &Session,
    terminal: &Terminal,
) -> Result<Outcome, Outcome> {
    let how = how(&arguments.resolve, session, terminal)?;
    let lock = leave::lock(mailing, arguments.shard, session, terminal)?;
    let past = session.journal(&mailing.id, terminal)?;
    lost::lines(mailing, session, terminal)?;
    let states: &[State] = match how {
        How::Resend if !only.is_empty() => &[State::Attempting, State::InDoubt, State::Refused],
        _ => &[State::Attempting, State::InDoubt],
    };
    let mut open = entries(&past, states);
    open.retain(|entry| only.is_empty() || only.contains(&entry.contact));
    let domain = session.programme.settings.sender.email.domain();
    let decided = decide(&how, &open, |entry, generation| {
        message_id(mailing.id.as_str(), entry.contact.as_str(), &generation.to_string(), domain)
    });
    let clock = SystemClock::new();
    let written = Journal::open(lock, &past, &clock).and_then(|journal| {
        decided.iter().try_for_each(|entry| journal.decide(entry.clone()))?;
        journal.close()
    });
    written.map_err(|broken| {
        terminal.failure(&broken.to_string(), None);
        Outcome::Environment
    })?;
    report(mailing, &open, &decided, terminal);
    Ok(Outcome::Done)
}

fn how(words: &[String], session: &Session, terminal: &Terminal) -> Result<How, Outcome> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["assume-sent"] => Ok(How::AssumeSent),
        ["resend"] => Ok(How::Resend),
        ["from-log", path] => session.read_outside(path).map(How::FromLog).map_err(|error| {
            terminal.failure(&format!("cannot read {path}: {error}"), None);
            Outcome::Environment
        }),
        _ => {
            terminal.failure(
                &format!("`{}` settles nothing", words.join(" ")),
                Some("one of assume-sent, resend, from-log FILE"),
            );
            Err(Outcome::Usage)
        }
    }
}

/// The lines that settle messages; nothing about those of which a log says nothing.
fn decide(how: &How, open: &[&Entry], id: impl Fn(&Entry, u32) -> String) -> Vec<Entry> {
    let settled = |entry: &Entry, state: State, reply: &str| Entry { state, reply: Some(reply.into()), ..bare(entry) };
    match how {
        How::AssumeSent => {
            open.iter().map(|entry| settled(entry, State::Accepted, "assumed to be sent, by a person")).collect()
        }
        How::Resend => open
            .iter()
            .map(|entry| {
                let generation = entry.generation + 1;
                Entry {
                    message_id: Some(id(entry, generation).into()),
                    generation,
                    ..settled(entry, State::Planned, "to be sent again, by a person")
                }
            })
            .collect(),
        How::FromLog(log) => {
            let ids: HashSet<&str> = open.iter().filter_map(|entry| entry.message_id.as_deref()).collect();
            let traces = from_log::read(log, &ids);
            let trace = |entry: &Entry| entry.message_id.as_deref().and_then(|id| traces.get(id));
            open.iter()
                .filter_map(|entry| {
                    Some(match trace(entry)? {
                        Trace::Taken => settled(entry, State::Accepted, "taken, by the relay's log"),
                        Trace::Dropped => settled(entry, State::Deferred, "not taken, by the relay's log"),
                    })
                })
                .collect()
        }
    }
}

/// The line of a message without what is said about it.
fn bare(entry: &Entry) -> Entry {
    Entry {
        message_id: entry.message_id.clone(),
        generation: entry.generation,
        ..Entry::new(entry.t, entry.contact.clone(), entry.state)
    }
}

fn report(mailing: &Mailing, open: &[&Entry], decided: &[Entry], terminal: &Terminal) {
    let mut states: BTreeMap<State, usize> = BTreeMap::new();
    for entry in decided {
        *states.entry(entry.state).or_default() += 1;
    }
    let left = open.len() - decided.len();
    if terminal.is_json() {
        let states: BTreeMap<&str, usize> = states.iter().map(|(state, count)| (state.name(), *count)).collect();
        terminal.document(json!({ "mailing": mailing.id.as_str(), "settled": states, "in_doubt": left }));
        return;
    }
    if open.is_empty() {
        terminal.line("  nothing is in doubt");
        return;
    }
    let word = |state: State| match state {
        State::Accepted => "accepted",
        State::Deferred => "to be sent, because they never arrived",
        _ => "to be sent again",
    };
    for (state, count) in &states {
        terminal.line(&format!("  {} {count} {}", super::report::tick(terminal), word(*state)));
    }
    if left > 0 {
        terminal.line(&format!("  {} {left} still in doubt: the log does not name them", terminal.paint("!", "33")));
    }
    if states.keys().any(|state| *state != State::Accepted) {
        terminal.next(&format!("bevara send {} --resume", mailing.id));
    }
}

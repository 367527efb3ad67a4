//! What came of a run, as the journal on the disk has it.

use std::time::Duration;

use jiff::{ToSpan, Zoned};
use serde_json::{Value, json};

use super::entries::{doubts, entry_json, list};
use super::outgoing::Outgoing;
use crate::cli::Outcome;
use crate::cli::session::Session;
use crate::cli::terminal::Terminal;
use crate::model::journal::{Entry, Journal, State};
use crate::model::text::counted;
use crate::send::outbox::Dispatch;
use crate::send::recheck::{Blind, HeldBack};
use crate::send::run::{Ending, Stop};

/// Most contacts that are named in a list of those whose state is certain.
const MAX_LISTED: usize = 10;

/// A run that has ended.
pub struct Sent<'l> {
    /// What was meant to happen.
    pub outgoing: &'l Outgoing<'l>,
    /// What the workers say happened.
    pub ending: Ending,
    /// How long it took.
    pub took: Duration,
}

/// The messages of a run by what the journal says of them.
#[derive(Default)]
struct Sorted<'l> {
    accepted: usize,
    refused: Vec<&'l Entry>,
    deferred: Vec<&'l Entry>,
    in_doubt: Vec<&'l Entry>,
    held_back: Vec<(&'l Dispatch, &'l HeldBack)>,
    untouched: usize,
}

impl<'l> Sorted<'l> {
    fn new(sent: &'l Sent<'_>, journal: &'l Journal) -> Self {
        // Those of earlier runs too: they are held until somebody decides.
        let in_doubt = doubts(journal, sent.outgoing.arguments.shard);
        let mut sorted = Sorted { in_doubt, ..Sorted::default() };
        for (number, dispatch) in sent.outgoing.dispatches.iter().enumerate() {
            if let Some(why) = sent.ending.held_back.get(&number) {
                sorted.held_back.push((dispatch, why));
                continue;
            }
            let Some(entry) = journal.last(&dispatch.contact) else {
                sorted.untouched += 1;
                continue;
            };
            match entry.state {
                State::Accepted | State::Posted => sorted.accepted += 1,
                State::Refused => sorted.refused.push(entry),
                State::Deferred => sorted.deferred.push(entry),
                State::Attempting | State::InDoubt => {}
                State::Planned => sorted.untouched += 1,
            }
        }
        sorted
    }

    /// How many another run would take.
    fn to_come(&self) -> usize {
        self.deferred.len() + self.untouched
    }

    fn is_finished(&self) -> bool {
        let nobody_waits = self.in_doubt.is_empty() && self.held_back.is_empty() && self.to_come() == 0;
        nobody_waits && self.refused.is_empty()
    }
}

/// Says what came of it; the exit code says whether everything was accepted.
pub fn show(sent: &Sent<'_>, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let journal = session.journal(&sent.outgoing.mailing.id, terminal)?;
    let sorted = Sorted::new(sent, &journal);
    let outcome = match &sent.ending.stop {
        Some(Stop::Relay(_) | Stop::Journal(_) | Stop::Blind(Blind::Unreadable(_))) => Outcome::Environment,
        None if sorted.is_finished() => Outcome::Done,
        _ => Outcome::Unfinished,
    };
    if terminal.is_json() {
        terminal.document(document(sent, &sorted));
        return Ok(outcome);
    }
    terminal.stage("send", &figures(&sorted), sent.took);
    if let Some(stop) = &sent.ending.stop {
        let (message, hint) = in_words(stop);
        terminal.failure(&message, hint.as_deref());
    }
    list("refused", &sorted.refused, MAX_LISTED, terminal);
    list("deferred", &sorted.deferred, MAX_LISTED, terminal);
    list("in doubt", &sorted.in_doubt, usize::MAX, terminal);
    for (dispatch, why) in &sorted.held_back {
        terminal.trouble(&format!("    {} {}  {why}", terminal.paint("held back", "33"), dispatch.contact));
    }
    next(sent, &sorted, terminal);
    Ok(outcome)
}

/// A tick in its colour.
pub fn tick(terminal: &Terminal) -> String {
    terminal.paint("✓", "32")
}

fn figures(sorted: &Sorted<'_>) -> String {
    let parts = [
        (sorted.deferred.len(), "deferred"),
        (sorted.refused.len(), "refused"),
        (sorted.in_doubt.len(), "in doubt"),
        (sorted.held_back.len(), "held back"),
        (sorted.untouched, "not begun"),
    ];
    let mut figures = format!("{} accepted", sorted.accepted);
    for (count, word) in parts.into_iter().filter(|(count, _)| *count > 0) {
        figures += &format!(", {count} {word}");
    }
    figures
}

/// Why it ended, and what to do.
fn in_words(stop: &Stop) -> (String, Option<String>) {
    match stop {
        Stop::Interrupted => ("it was interrupted".to_owned(), None),
        Stop::Breaker(kind) if kind.starts_with('4') => (
            format!("the relay put off ten messages in a row with {kind}: the rest waits"),
            Some("what it put off leaves later with --resume".to_owned()),
        ),
        Stop::Quota(reply) => (
            format!("the relay takes no more for now: {reply}"),
            Some(format!("come back after {}, with --resume", come_back(reply, &Zoned::now()).strftime("%F %H:%M"))),
        ),
        Stop::Breaker(kind) => (
            format!("the relay refused five messages in a row with {kind}: the fault is not the recipients'"),
            Some("mend it, then --resolve resend --only CONTACT… for those that were refused".to_owned()),
        ),
        Stop::Relay(fault) => (fault.to_string(), fault.hint().map(str::to_owned)),
        Stop::Journal(broken) => {
            (broken.to_string(), Some("nothing more was sent; what was under way is in doubt".to_owned()))
        }
        Stop::Blind(blind) => (format!("{blind}; nothing more was sent"), None),
        Stop::Message(error) => (error.message.clone(), error.hint.clone()),
    }
}

/// When a relay takes messages again that told how many seconds, minutes or hours it will be; else a day later.
fn come_back(reply: &str, now: &Zoned) -> Zoned {
    let words: Vec<&str> = reply.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let told = words.windows(2).find_map(|pair| {
        let count: i64 = pair[0].parse().ok().filter(|&count| (1..=1_000_000).contains(&count))?;
        let unit = pair[1].to_ascii_lowercase();
        match unit.trim_end_matches('s') {
            "second" | "sec" => Some(count.seconds()),
            "minute" | "min" => Some(count.minutes()),
            "hour" | "h" => Some(count.hours()),
            _ => None,
        }
    });
    let moment = now.checked_add(told.unwrap_or(24.hours()));
    moment.unwrap_or_else(|_| now.clone())
}

fn next(sent: &Sent<'_>, sorted: &Sorted<'_>, terminal: &Terminal) {
    let id = &sent.outgoing.mailing.id;
    if !sorted.in_doubt.is_empty() {
        terminal.next(&format!("bevara send {id} --resolve assume-sent | resend | from-log FILE"));
    }
    if sorted.to_come() > 0 {
        terminal.next(&format!("bevara send {id} --resume  ({} to come)", counted(sorted.to_come(), "message")));
    }
    if sorted.accepted + sorted.refused.len() + sorted.deferred.len() + sorted.in_doubt.len() > 0 {
        terminal.next("commit contacts/journal/");
    }
}

fn document(sent: &Sent<'_>, sorted: &Sorted<'_>) -> Value {
    let entries = |entries: &[&Entry]| entries.iter().map(|entry| entry_json(entry)).collect::<Vec<_>>();
    json!({
        "mailing": sent.outgoing.mailing.id.as_str(),
        "planned": sent.outgoing.dispatches.len(),
        "accepted": sorted.accepted,
        "refused": entries(&sorted.refused),
        "deferred": entries(&sorted.deferred),
        "in_doubt": entries(&sorted.in_doubt),
        "held_back": sorted.held_back.iter().map(|(dispatch, why)| json!({
            "contact": dispatch.contact.as_str(), "code": why.code(), "why": why.to_string(),
        })).collect::<Vec<_>>(),
        "not_begun": sorted.untouched,
        "milliseconds": u64::try_from(sent.took.as_millis()).unwrap_or(u64::MAX),
        "stopped": sent.ending.stop.as_ref().map(|stop| {
            let (message, hint) = in_words(stop);
            json!({ "message": message, "hint": hint })
        }),
    })
}

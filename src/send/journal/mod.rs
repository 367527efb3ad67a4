//! The journal of a mailing, open for one sender: what is written before a message leaves, and what became of it (design §5).
//!
//! [`Lock::take`] makes sure that nobody else sends the same mailing. The journal is then read; one with anything wrong in it is
//! left as it is. [`Journal::open`] cuts off what a crash left half written, and keeps a record of the lines that are there.
//! [`Journal::claim`] writes `attempting` and hands out the only right to deliver a message; [`Claim::durable`] waits until that
//! line is on the disk; [`DurableClaim::settle`] writes what came of it. One thread writes for all connections, so that claims that
//! come together are synced together. [`note_posted`] notes letters under the same lock.

mod committer;
mod lock;
mod posted;
mod record;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use committer::Committer;
pub use lock::{Lock, LockError};
pub use posted::note_posted;
pub use record::renew_record;

use crate::model::id::ContactId;
use crate::model::journal::{self, ContentTrace, Entry, State};
use crate::send::outbox::Dispatch;
use mail::clock::Clock;

/// Why a message may not be delivered now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// It was not planned.
    Unplanned,
    /// It came this far before.
    Already(State),
    /// The journal cannot be written any more.
    Broken(Broken),
}

/// The journal cannot be written; holds what the system says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken(pub String);

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the journal cannot be written: {}", self.0)
    }
}

/// The journal of a mailing, open for writing.
pub struct Journal<'c> {
    clock: &'c dyn Clock,
    known: Mutex<Known>,
    committer: Committer,
}

/// What is known of each message, and when it was last written.
struct Known {
    latest: Timestamp,
    messages: HashMap<ContactId, (u32, State)>,
}

/// The right to deliver one message, once. Where it is neither delivered nor settled the message is in doubt.
#[must_use = "a message that is claimed and not delivered is in doubt"]
pub struct Claim<'j> {
    journal: &'j Journal<'j>,
    dispatch: &'j Dispatch,
    ticket: u64,
}

impl<'c> Journal<'c> {
    /// Opens the journal behind `lock`; `past` is what all journals of the mailing say, in which nothing was wrong.
    ///
    /// # Errors
    /// The journal does not end in a line and cannot be made to.
    pub fn open(mut lock: Lock, past: &journal::Journal, clock: &'c dyn Clock) -> Result<Self, Broken> {
        lock.mend().map_err(|error| Broken(error.to_string()))?;
        let messages = past.entries().map(|entry| (entry.contact.clone(), (entry.generation, entry.state))).collect();
        let latest = past.entries().map(|entry| entry.t).max().unwrap_or(Timestamp::MIN);
        Ok(Journal { clock, known: Mutex::new(Known { latest, messages }), committer: Committer::new(lock) })
    }

    /// Writes down what is meant to leave, from which commit, and in the first line which text it is.
    ///
    /// # Errors
    /// The disk.
    pub fn plan<'d>(
        &self,
        dispatches: impl IntoIterator<Item = &'d Dispatch>,
        commit: Option<&str>,
        content: Option<&ContentTrace>,
    ) -> Result<(), Broken> {
        let mut content = content;
        let mut known = self.known();
        let t = known.moment(self.clock);
        let mut lines = String::new();
        for dispatch in dispatches {
            let mut entry = Entry {
                to: Some(dispatch.to.as_str().into()),
                sha256: Some(dispatch.sha256.to_string().into()),
                commit: commit.map(Into::into),
                ..dispatch.entry(t, State::Planned)
            };
            if let Some(content) = content.take() {
                content.add_to(&mut entry);
            }
            push_line(&entry, &mut lines);
            known.messages.insert(dispatch.contact.clone(), (dispatch.generation, State::Planned));
        }
        drop(known);
        let ticket = self.committer.append(lines.as_bytes(), true)?;
        self.committer.wait(ticket)
    }

    /// Takes the right to deliver a message; the line that says so is on its way to the disk.
    ///
    /// # Errors
    /// It was not planned, or it is on its way, has arrived or is in doubt; the disk.
    pub fn claim<'j>(&'j self, dispatch: &'j Dispatch) -> Result<Claim<'j>, Refused>
    where
        'c: 'j,
    {
        let mut known = self.known();
        let Some(last) = known.messages.get_mut(&dispatch.contact) else { return Err(Refused::Unplanned) };
        match *last {
            (generation, State::Planned | State::Deferred) if generation == dispatch.generation => {}
            (_, state) => return Err(Refused::Already(state)),
        }
        *last = (dispatch.generation, State::Attempting);
        let t = known.moment(self.clock);
        let ticket = self.write(&dispatch.entry(t, State::Attempting), true).map_err(Refused::Broken)?;
        Ok(Claim { journal: self, dispatch, ticket })
    }

    /// Writes down what became of a message that was never claimed: the relay did not want it.
    ///
    /// # Errors
    /// The disk.
    pub fn turn_down(&self, dispatch: &Dispatch, state: State, reply: &str) -> Result<(), Broken> {
        // To whom it was refused is asked for later, when they may have another address.
        self.note(dispatch, state, reply, Some(dispatch.to.as_str().into()))
    }

    fn note(&self, dispatch: &Dispatch, state: State, reply: &str, to: Option<Box<str>>) -> Result<(), Broken> {
        let mut known = self.known();
        known.messages.insert(dispatch.contact.clone(), (dispatch.generation, state));
        let t = known.moment(self.clock);
        let entry = Entry { reply: Some(reply.into()), to, ..dispatch.entry(t, state) };
        self.write(&entry, false).map(|_| ())
    }

    /// Writes down what a person decided about a message.
    ///
    /// # Errors
    /// The disk.
    pub fn decide(&self, mut entry: Entry) -> Result<(), Broken> {
        let mut known = self.known();
        entry.t = known.moment(self.clock);
        known.messages.insert(entry.contact.clone(), (entry.generation, entry.state));
        let ticket = self.write(&entry, true)?;
        self.committer.wait(ticket)
    }

    /// Waits until all of it is on the disk, and gives the journal free for others.
    ///
    /// # Errors
    /// The disk.
    pub fn close(self) -> Result<(), Broken> {
        self.committer.close()
    }

    /// Called with `known` locked, so that lines stand in the order of their moments.
    fn write(&self, entry: &Entry, sync: bool) -> Result<u64, Broken> {
        let mut line = String::with_capacity(256);
        push_line(entry, &mut line);
        self.committer.append(line.as_bytes(), sync)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// Now; always later than what was written last, whatever the machine's clock says.
    fn moment(&mut self, clock: &dyn Clock) -> Timestamp {
        let next = self.latest.checked_add(jiff::SignedDuration::from_nanos(1)).unwrap_or(self.latest);
        self.latest = next.max(clock.now());
        self.latest
    }
}

impl<'j> Claim<'j> {
    /// Whose message it is.
    pub fn dispatch(&self) -> &'j Dispatch {
        self.dispatch
    }

    /// Waits until the disk has it that the message is about to leave. Before that no octet of it may.
    ///
    /// # Errors
    /// The disk; the claim is given up, and nothing has left.
    pub fn durable(self) -> Result<DurableClaim<'j>, Broken> {
        self.journal.committer.wait(self.ticket)?;
        Ok(DurableClaim(self))
    }

    /// Writes down that the relay turned the message down before its body left.
    ///
    /// # Errors
    /// The disk.
    pub fn turned_down(self, state: State, reply: &str) -> Result<(), Broken> {
        self.journal.note(self.dispatch, state, reply, None)
    }
}

/// A claim that the disk knows of: the message may leave.
#[must_use = "a message whose delivery is not settled is in doubt"]
pub struct DurableClaim<'j>(Claim<'j>);

impl<'j> DurableClaim<'j> {
    /// Whose message it is.
    pub fn dispatch(&self) -> &'j Dispatch {
        self.0.dispatch
    }

    /// Writes down what came of the delivery.
    ///
    /// # Errors
    /// The disk; the message is then in doubt at the next start, whatever came of it.
    pub fn settle(self, state: State, reply: &str) -> Result<(), Broken> {
        self.0.journal.note(self.0.dispatch, state, reply, None)
    }
}

fn push_line(entry: &Entry, lines: &mut String) {
    lines.push_str(&entry.to_line());
    lines.push('\n');
}

#[cfg(test)]
mod tests;

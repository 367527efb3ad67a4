//! One run: what it needs, what its workers share, what happens in it and how it ends.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::model::journal::State;
use crate::products::mail::batch::Batch;
use crate::products::mail::departure::Departure;
use crate::send::journal::{Broken, Journal};
use crate::send::outbox::Dispatch;
use crate::send::queue::Queue;
use crate::send::rate_limit::Pace;
use crate::send::recheck::{Blind, HeldBack, Recheck};
use crate::send::transport::Transport;
use mail::clock::Clock;
use mail::smtp::fault::{Fault, Verdict};
use source::diagnostic::Diagnostic;

/// How long it is until something that went wrong before any body left is tried again: so often, and no more.
pub(super) const TRIES: [Duration; 3] = [Duration::from_millis(250), Duration::from_secs(1), Duration::from_secs(3)];

/// Why a run ended before its work was done.
#[derive(Debug, Clone)]
pub enum Stop {
    /// Somebody asked for it.
    Interrupted,
    /// The relay refused too many in a row in the same way.
    Breaker(String),
    /// The relay takes no more for hours; holds what it said.
    Quota(String),
    /// The other side cannot be reached, or does not let us in.
    Relay(Fault),
    /// The journal cannot be written.
    Journal(Broken),
    /// Nobody knows any more who may be written to.
    Blind(Blind),
    /// A message cannot be made any more, or is not the one that was built.
    Message(Box<Diagnostic>),
}

/// What happens during a run.
#[derive(Debug, Clone, Copy)]
pub enum Event<'e> {
    /// A message is settled.
    Settled(&'e Dispatch, State, &'e str),
    /// A message does not leave after all.
    HeldBack(&'e Dispatch, &'e HeldBack),
    /// Something went wrong and is tried again after that time.
    Again(&'e Fault, Duration),
    /// So many connections are left, because the relay does not want more.
    FewerConnections(usize, &'e Fault),
}

/// Who is told what happens.
pub trait Observer: Sync {
    /// Takes note of it.
    fn note(&self, event: Event<'_>);
}

/// What a run needs.
pub struct SendRun<'r, 'p> {
    /// The messages.
    pub batch: &'r Batch<'r, 'p>,
    /// What changes in them when they leave.
    pub departure: &'r Departure,
    /// What is meant to leave.
    pub dispatches: &'r [Dispatch],
    /// Where it is written down.
    pub journal: &'r Journal<'r>,
    /// The last look.
    pub recheck: &'r Recheck<'r>,
    /// The time.
    pub clock: &'r dyn Clock,
    /// Who is told.
    pub observer: &'r dyn Observer,
    /// Somebody wants it to end: what is under way is finished, nothing more is begun.
    pub interrupted: &'r AtomicBool,
    /// Messages a minute.
    pub per_minute: Option<u32>,
    /// Messages a minute to one domain.
    pub per_domain: Option<u32>,
}

/// What came of a run.
#[derive(Debug, Default)]
pub struct Ending {
    /// Why it ended early, if it did.
    pub stop: Option<Stop>,
    /// What became of each message that was settled, by its number.
    pub settled: BTreeMap<usize, (State, String)>,
    /// Who was held back, by the message's number.
    pub held_back: BTreeMap<usize, HeldBack>,
}

impl Ending {
    /// Takes in what came of a later run of some of the same messages.
    pub fn absorb(&mut self, later: Ending) {
        self.stop = later.stop;
        self.settled.extend(later.settled);
        self.held_back.extend(later.held_back);
    }

    /// The messages that the relay wants later, by their numbers.
    pub fn deferred(&self) -> Vec<usize> {
        let deferred = self.settled.iter().filter(|(_, (state, _))| *state == State::Deferred);
        deferred.map(|(number, _)| *number).collect()
    }
}

/// What all workers share.
pub(super) struct Shared {
    pub(super) queue: Mutex<Queue>,
    pub(super) pace: Mutex<Pace>,
    pub(super) ending: Mutex<Ending>,
    /// The last refusals in a row: of what kind, and how many.
    pub(super) row: Mutex<(String, usize)>,
    pub(super) stopping: AtomicBool,
    /// Workers that have not given up.
    pub(super) working: AtomicUsize,
}

/// Opens a transport, with patience: nothing has been said of any message.
///
/// # Errors
/// It stays shut.
pub fn open_patiently(transport: &mut dyn Transport, clock: &dyn Clock, observer: &dyn Observer) -> Result<(), Fault> {
    let mut tries = TRIES.into_iter();
    loop {
        let Err(fault) = transport.open() else { return Ok(()) };
        match tries.next() {
            Some(pause) if fault.verdict() == Verdict::Again => {
                observer.note(Event::Again(&fault, pause));
                clock.sleep(pause);
            }
            _ => return Err(fault),
        }
    }
}

impl Shared {
    pub(super) fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn ending(&self) -> MutexGuard<'_, Ending> {
        self.ending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! Workers: each with a transport of its own takes one message at a time, and settles what comes of it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::model::journal::State;
use crate::products::mail::batch::FIRST_GENERATION;
use crate::send::journal::Refused;
use crate::send::outbox::Dispatch;
use crate::send::queue::{Queue, Turn};
use crate::send::rate_limit::Pace;
use crate::send::run::{Ending, Event, SendRun, Shared, Stop, TRIES};
use crate::send::transport::{Delivery, Transport, deliver};
use mail::smtp::fault::{Cause, Fault, Phase, Verdict};
use source::diagnostic::Diagnostic;
use store::digest::Digest;

/// So many equal permanent refusals in a row mean that the fault is ours.
const BREAKER: usize = 5;

/// So many equal transient ones mean the same: a relay that lets everybody wait at first does so to fewer.
const BREAKER_OF_DEFERRED: usize = 10;

/// Longest sleep without looking up.
const NAP: Duration = Duration::from_millis(50);

/// What a worker does next.
enum Next {
    GoOn,
    Leave,
}

impl SendRun<'_, '_> {
    /// Sends those of the dispatches that `numbers` name, through `transports`, one worker each; the first transport is open.
    pub fn go(&self, numbers: &[usize], transports: Vec<Box<dyn Transport + '_>>) -> Ending {
        let shared = Shared {
            queue: Mutex::new(Queue::new(self.dispatches, numbers.iter().copied(), self.per_domain)),
            pace: Mutex::new(Pace::new(self.per_minute)),
            ending: Mutex::default(),
            row: Mutex::default(),
            stopping: AtomicBool::new(false),
            working: AtomicUsize::new(transports.len()),
        };
        std::thread::scope(|scope| {
            for transport in transports {
                scope.spawn(|| Worker::new(self, &shared, transport).work());
            }
        });
        let mut ending = shared.ending.into_inner().unwrap_or_else(PoisonError::into_inner);
        if ending.stop.is_none() && self.interrupted.load(Ordering::Relaxed) {
            ending.stop = Some(Stop::Interrupted);
        }
        ending
    }
}

/// One worker with its transport.
pub(super) struct Worker<'w, 'r, 'p> {
    run: &'w SendRun<'r, 'p>,
    shared: &'w Shared,
    transport: Box<dyn Transport + 'w>,
    /// Others do its work.
    has_left: bool,
}

impl<'w, 'r, 'p> Worker<'w, 'r, 'p> {
    /// A worker of a run, with its transport.
    pub fn new(run: &'w SendRun<'r, 'p>, shared: &'w Shared, transport: Box<dyn Transport + 'w>) -> Self {
        Worker { run, shared, transport, has_left: false }
    }

    /// Works until nothing is left or the run ends.
    pub fn work(mut self) {
        while !self.is_over() {
            let now = self.run.clock.elapsed();
            let wait = self.shared.pace().wait(now);
            if !wait.is_zero() {
                self.run.clock.sleep(wait.min(NAP));
                continue;
            }
            let turn = self.shared.queue().next(now);
            match turn {
                Turn::Empty => break,
                Turn::Wait(time) => self.run.clock.sleep(time.min(NAP)),
                Turn::Message(number) => {
                    self.shared.pace().take(now);
                    if let Next::Leave = self.carry(number) {
                        break;
                    }
                }
            }
        }
        if !self.has_left {
            self.shared.working.fetch_sub(1, Ordering::Relaxed);
        }
        self.transport.close();
    }

    fn is_over(&self) -> bool {
        self.shared.stopping.load(Ordering::Relaxed) || self.run.interrupted.load(Ordering::Relaxed)
    }

    /// Brings one message out, with as many tries as it may have.
    fn carry(&mut self, number: usize) -> Next {
        let mut tries = TRIES.into_iter();
        loop {
            let fault = match self.attempt(number) {
                Ok(next) => return next,
                Err(fault) => fault,
            };
            self.slow_down(&fault);
            let is_final = fault.verdict() == Verdict::Stop;
            if (is_final || is_one_too_many(&fault)) && self.leaves_it_to_others(&fault) {
                self.shared.queue().give_back(number);
                return Next::Leave;
            }
            if is_final {
                return self.stop(number, Stop::Relay(fault));
            }
            let Some(pause) = tries.next() else { return self.give_up(number, fault) };
            self.transport.abort();
            self.run.observer.note(Event::Again(&fault, pause));
            if !self.rest(pause) {
                self.shared.queue().give_back(number);
                return Next::Leave;
            }
        }
    }

    /// One try. A fault that comes out is one after which another try makes sense, or none at all.
    fn attempt(&mut self, number: usize) -> Result<Next, Fault> {
        let dispatch = &self.run.dispatches[number];
        self.transport.open()?;
        match self.run.recheck.look(dispatch) {
            Ok(None) => {}
            Ok(Some(held_back)) => {
                self.run.observer.note(Event::HeldBack(dispatch, &held_back));
                self.shared.ending().held_back.insert(number, held_back);
                self.shared.queue().done();
                return Ok(Next::GoOn);
            }
            Err(blind) => return Ok(self.stop(number, Stop::Blind(blind))),
        }
        let message = match self.message(dispatch) {
            Ok(message) => message,
            Err(diagnostic) => return Ok(self.stop(number, Stop::Message(diagnostic))),
        };
        if let Err(fault) = self.transport.envelope(dispatch, &message) {
            return match fault.verdict() {
                Verdict::Refused => Ok(self.turned_down(number, State::Refused, &fault)),
                Verdict::Deferred => {
                    self.slow_down(&fault);
                    Ok(self.turned_down(number, State::Deferred, &fault))
                }
                _ => Err(fault),
            };
        }
        let claim = match self.run.journal.claim(dispatch) {
            Ok(claim) => claim,
            Err(Refused::Broken(broken)) => return Ok(self.stop(number, Stop::Journal(broken))),
            // It has left, or may have: whoever planned it twice must not send it twice.
            Err(Refused::Already(_) | Refused::Unplanned) => {
                self.shared.queue().done();
                self.transport.abort();
                return Ok(Next::GoOn);
            }
        };
        match deliver(&mut *self.transport, claim, &message) {
            Ok(Delivery::Accepted(reply)) => Ok(self.settled(number, State::Accepted, &reply, None)),
            Ok(Delivery::Failed(fault)) => match fault.verdict() {
                Verdict::Refused => Ok(self.settled(number, State::Refused, &fault.to_string(), Some(&fault))),
                Verdict::Deferred => {
                    self.slow_down(&fault);
                    Ok(self.settled(number, State::Deferred, &fault.to_string(), Some(&fault)))
                }
                Verdict::InDoubt => Ok(self.settled(number, State::InDoubt, &fault.to_string(), Some(&fault))),
                Verdict::Again | Verdict::Stop => Err(fault),
            },
            Err(broken) => Ok(self.stop(number, Stop::Journal(broken))),
        }
    }

    /// The message as it leaves now; made of what was built, or it does not leave.
    fn message(&self, dispatch: &Dispatch) -> Result<Vec<u8>, Box<Diagnostic>> {
        let batch = self.run.batch;
        let changed = || {
            let message = format!("the message for `{}` is not the one that was built", dispatch.contact);
            Box::new(Diagnostic::error("differs-from-build", message))
        };
        let generation = dispatch.generation.to_string();
        let letter = batch.message(dispatch.index, &generation)?.ok_or_else(changed)?;
        let is_same = match generation.as_str() {
            FIRST_GENERATION => letter.bytes.len() == dispatch.bytes && Digest::of(&letter.bytes) == dispatch.sha256,
            // Another id, and the boundaries that are made of it; what the first is made of was compared before.
            _ => letter.bytes.len() == dispatch.bytes,
        };
        if !is_same || *letter.message_id != *dispatch.message_id {
            return Err(changed());
        }
        Ok(self.run.departure.ready(&letter.bytes, self.run.clock.now()))
    }

    /// A message that the relay did not even want to see.
    fn turned_down(&mut self, number: usize, state: State, fault: &Fault) -> Next {
        let reply = fault.to_string();
        match self.run.journal.turn_down(&self.run.dispatches[number], state, &reply) {
            Ok(()) => self.settled(number, state, &reply, Some(fault)),
            Err(broken) => self.stop(number, Stop::Journal(broken)),
        }
    }

    fn settled(&mut self, number: usize, state: State, reply: &str, fault: Option<&Fault>) -> Next {
        self.run.observer.note(Event::Settled(&self.run.dispatches[number], state, reply));
        self.shared.ending().settled.insert(number, (state, reply.to_owned()));
        self.shared.queue().done();
        if state == State::Accepted {
            self.shared.pace().ease();
        }
        if let Some(fault) = fault.filter(|fault| fault.is_quota()) {
            return self.end(Stop::Quota(fault.to_string()));
        }
        match self.row_of_answers(state, fault) {
            Some(kind) => self.end(Stop::Breaker(kind)),
            None => Next::GoOn,
        }
    }

    /// The kind of answer that has come too often in a row; before that, the relay is given some rest.
    fn row_of_answers(&self, state: State, fault: Option<&Fault>) -> Option<String> {
        let mut row = self.shared.row.lock().unwrap_or_else(PoisonError::into_inner);
        let (kind, most) = match fault.map(|fault| &fault.cause) {
            Some(Cause::Reply(reply)) if state == State::Refused => (reply.kind(), BREAKER),
            Some(Cause::Reply(reply)) if state == State::Deferred => (reply.kind(), BREAKER_OF_DEFERRED),
            _ => {
                *row = (String::new(), 0);
                return None;
            }
        };
        *row = if row.0 == kind { (kind, row.1 + 1) } else { (kind, 1) };
        if row.1 > BREAKER {
            self.shared.pace().slow_down(self.run.clock.elapsed());
        }
        (row.1 >= most).then(|| row.0.clone())
    }

    /// A message that could not be brought out, for no fault of its recipient.
    fn give_up(&mut self, number: usize, fault: Fault) -> Next {
        if fault.phase.is_before_any_message() {
            if self.leaves_it_to_others(&fault) {
                self.shared.queue().give_back(number);
                return Next::Leave;
            }
            return self.stop(number, Stop::Relay(fault));
        }
        self.transport.abort();
        match fault.phase {
            // The claim was settled when it failed.
            Phase::Data | Phase::Body => self.settled(number, State::Deferred, &fault.to_string(), Some(&fault)),
            _ => self.turned_down(number, State::Deferred, &fault),
        }
    }

    /// True where this worker cannot reach the relay and others, who can, do its work: it leaves.
    fn leaves_it_to_others(&mut self, fault: &Fault) -> bool {
        if !fault.phase.is_before_any_message() {
            return false;
        }
        let one_less = |working: usize| (working > 1).then(|| working - 1);
        let left = self.shared.working.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less);
        if let Ok(before) = left {
            self.has_left = true;
            self.run.observer.note(Event::FewerConnections(before - 1, fault));
        }
        left.is_ok()
    }

    fn slow_down(&self, fault: &Fault) {
        if fault.asks_to_slow_down() {
            self.shared.pace().slow_down(self.run.clock.elapsed());
        }
    }

    /// Sleeps at least `pause`, and as long as the relay wants to rest; false where the run has ended meanwhile.
    fn rest(&self, pause: Duration) -> bool {
        let end = self.run.clock.elapsed() + pause;
        loop {
            let now = self.run.clock.elapsed();
            let left = end.saturating_sub(now).max(self.shared.pace().rest(now));
            if left.is_zero() {
                return true;
            }
            if self.is_over() {
                return false;
            }
            self.run.clock.sleep(left.min(NAP));
        }
    }

    /// Ends the run; this message is left as the journal has it.
    fn stop(&mut self, number: usize, stop: Stop) -> Next {
        self.shared.queue().give_back(number);
        self.end(stop)
    }

    fn end(&mut self, stop: Stop) -> Next {
        self.shared.ending().stop.get_or_insert(stop);
        self.shared.stopping.store(true, Ordering::Relaxed);
        Next::Leave
    }
}

/// The relay has enough connections.
fn is_one_too_many(fault: &Fault) -> bool {
    matches!(&fault.cause, Cause::Reply(reply) if reply.code() == 421) && fault.phase <= Phase::Hello
}

//! What is seen while messages leave: a bar on a terminal, else a line now and then.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::terminal::Terminal;
use crate::model::journal::State;
use crate::send::run::{Event, Observer};

/// Without a terminal, a line is said this often.
const EVERY: Duration = Duration::from_secs(10);

/// How often it is looked whether there is something to say.
const TICK: Duration = Duration::from_millis(100);

/// Most lines about single messages; the report has all of them.
const MAX_LINES: usize = 20;

/// Shows how a run gets on.
pub struct Shown<'t> {
    terminal: &'t Terminal,
    bar: Option<ProgressBar>,
    of: usize,
    accepted: AtomicUsize,
    deferred: AtomicUsize,
    refused: AtomicUsize,
    in_doubt: AtomicUsize,
    held_back: AtomicUsize,
    lines: AtomicUsize,
}

impl<'t> Shown<'t> {
    /// Shows a run of so many messages.
    pub fn new(of: usize, terminal: &'t Terminal) -> Self {
        terminal.doing(None);
        let bar = terminal.is_live().then(|| {
            let style = ProgressStyle::with_template("  {bar:24} {pos}/{len}  {msg}  {per_sec:.dim}  {eta} left")
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            ProgressBar::new(of as u64).with_style(style)
        });
        Shown {
            terminal,
            bar,
            of,
            accepted: AtomicUsize::new(0),
            deferred: AtomicUsize::new(0),
            refused: AtomicUsize::new(0),
            in_doubt: AtomicUsize::new(0),
            held_back: AtomicUsize::new(0),
            lines: AtomicUsize::new(0),
        }
    }

    /// Looks on until the other end of `over` is gone; says once that a wish to end was heard.
    pub fn watch(&self, over: &Receiver<()>, interrupted: &AtomicBool) {
        let start = Instant::now();
        let (mut said, mut next, mut was_heard) = (0, EVERY, false);
        while over.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
            if interrupted.load(Ordering::Relaxed) && !std::mem::replace(&mut was_heard, true) {
                self.say("ending after the messages that are under way; once more to quit at once");
            }
            if let Some(bar) = &self.bar {
                bar.set_position(self.settled() as u64);
                bar.set_message(self.figures());
            } else if start.elapsed() >= next {
                next += EVERY;
                let settled = self.settled();
                if settled > said {
                    said = settled;
                    let left = start.elapsed().mul_f64((self.of - settled.min(self.of)) as f64 / settled as f64);
                    let figures = self.figures();
                    self.say(&format!("{settled} of {}: {figures}, about {} left", self.of, in_words(left)));
                }
            }
        }
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    /// Says that deferred messages wait for another try.
    pub fn waits(&self, count: usize, time: Duration) {
        self.say(&format!("{count} deferred; again in {}", in_words(time)));
    }

    /// So many deferred messages are tried once more.
    pub fn once_more(&self, count: usize) {
        self.deferred.fetch_sub(count, Ordering::Relaxed);
    }

    fn settled(&self) -> usize {
        let parts = [&self.accepted, &self.deferred, &self.refused, &self.in_doubt, &self.held_back];
        parts.into_iter().map(|part| part.load(Ordering::Relaxed)).sum()
    }

    fn figures(&self) -> String {
        let parts = [
            (&self.accepted, "accepted"),
            (&self.deferred, "deferred"),
            (&self.refused, "refused"),
            (&self.in_doubt, "in doubt"),
            (&self.held_back, "held back"),
        ];
        let parts = parts.into_iter().map(|(count, word)| (count.load(Ordering::Relaxed), word));
        let shown: Vec<String> =
            parts.filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
        shown.join(", ")
    }

    fn say(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| self.terminal.detail(text)),
            None => self.terminal.detail(text),
        }
    }

    /// Says something about a single message, but not for ever.
    fn say_of_one(&self, text: &str) {
        match self.lines.fetch_add(1, Ordering::Relaxed) {
            ..MAX_LINES => self.say(text),
            MAX_LINES => self.say("… and more; the report at the end has all of them"),
            _ => {}
        }
    }
}

impl Observer for Shown<'_> {
    fn note(&self, event: Event<'_>) {
        match event {
            Event::Settled(dispatch, state, reply) => {
                let (count, word, colour) = match state {
                    State::Accepted => (&self.accepted, "accepted", "32"),
                    State::Deferred => (&self.deferred, "deferred", "33"),
                    State::Refused => (&self.refused, "refused", "31"),
                    _ => (&self.in_doubt, "in doubt", "31"),
                };
                count.fetch_add(1, Ordering::Relaxed);
                if state != State::Accepted || self.terminal.verbose {
                    let word = self.terminal.paint(word, colour);
                    self.say_of_one(&format!("{word} {}: {reply}", dispatch.contact));
                }
            }
            Event::HeldBack(dispatch, why) => {
                self.held_back.fetch_add(1, Ordering::Relaxed);
                self.say_of_one(&format!("{} {}: {why}", self.terminal.paint("held back", "33"), dispatch.contact));
            }
            Event::Again(fault, pause) => {
                self.say_of_one(&format!("{fault}; again in {} ms", pause.as_millis()));
            }
            Event::FewerConnections(left, fault) => {
                self.say(&format!("{fault}; going on with {left} of the connections"));
            }
        }
    }
}

/// A length of time for people: to the second, the minute, the hour.
pub fn in_words(time: Duration) -> String {
    let seconds = time.as_secs_f64().ceil() as u64;
    match seconds {
        0..=90 => format!("{seconds} s"),
        91..=5400 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

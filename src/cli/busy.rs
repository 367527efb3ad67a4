//! A line that moves while nothing else is said, so that nobody takes a long piece of work for a standstill.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How long nothing is shown: what is quicker needs no explanation.
const PATIENCE: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(120);
const FRAMES: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
/// Back to the first column, and everything behind it away.
const ERASE: &str = "\r\u{1b}[2K";

/// The last line of a terminal, shared by whoever writes to standard error.
#[derive(Debug, Clone)]
pub struct Busy(Arc<(Mutex<Line>, Condvar)>);

#[derive(Debug)]
struct Line {
    /// What is being done; nothing is shown without it.
    doing: Option<String>,
    since: Instant,
    is_drawn: bool,
    is_over: bool,
}

impl Default for Busy {
    fn default() -> Self {
        let line = Line { doing: None, since: Instant::now(), is_drawn: false, is_over: false };
        Busy(Arc::new((Mutex::new(line), Condvar::new())))
    }
}

impl Busy {
    /// Begins to watch: what takes longer than a second is shown until the watch is dropped.
    pub fn watch(&self) -> Watched {
        let busy = self.clone();
        Watched { busy: self.clone(), thread: Some(thread::spawn(move || busy.tick())) }
    }

    /// Says what is being done from now on; `None` where something else shows it.
    pub fn doing(&self, what: Option<String>) {
        let mut line = self.line();
        line.erase();
        (line.doing, line.since) = (what, Instant::now());
    }

    /// Writes a line of its own to standard error.
    pub fn say(&self, text: &str) {
        let mut line = self.line();
        line.erase();
        line.since = Instant::now();
        eprintln!("{text}");
    }

    /// Makes room for what is written to standard output.
    pub fn clear(&self) {
        self.line().erase();
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tick(&self) {
        let mut line = self.line();
        while !line.is_over {
            (line, _) = self.0.1.wait_timeout(line, TICK).unwrap_or_else(PoisonError::into_inner);
            line.draw();
        }
        line.erase();
    }
}

impl Line {
    fn draw(&mut self) {
        let past = self.since.elapsed();
        let Some(doing) = self.doing.as_ref().filter(|_| past >= PATIENCE && !self.is_over) else { return };
        let frame = FRAMES[(past.as_millis() / TICK.as_millis()) as usize % FRAMES.len()];
        let _ = write!(io::stderr(), "{ERASE}  {frame} {doing}, {} s", past.as_secs());
        let _ = io::stderr().flush();
        self.is_drawn = true;
    }

    fn erase(&mut self) {
        if std::mem::take(&mut self.is_drawn) {
            let _ = write!(io::stderr(), "{ERASE}");
            let _ = io::stderr().flush();
        }
    }
}

/// While this lives, long work is shown.
pub struct Watched {
    busy: Busy,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.busy.line().is_over = true;
        self.busy.0.1.notify_all();
        if let Some(thread) = self.thread.take() {
            // A watch that panicked has drawn its last.
            let _ = thread.join();
        }
    }
}

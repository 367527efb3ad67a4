//! Lines on their way to the disk: one thread writes what has come together, and syncs once for all who wait.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::{Broken, Lock};

/// Lines that nobody waits for are synced when nothing has come for this long.
const IDLE: Duration = Duration::from_millis(100);

/// The one writer of a journal.
pub struct Committer {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<Lock>>,
}

struct Shared {
    state: Mutex<State>,
    /// Something is to be written, or it is over.
    work: Condvar,
    /// Something is on the disk, or nothing will be.
    done: Condvar,
}

#[derive(Default)]
struct State {
    lines: Vec<u8>,
    /// Somebody waits for a line among them.
    wanted: bool,
    /// The number of the last line that was handed in.
    handed_in: u64,
    /// The number of the last line that is on the disk.
    on_disk: u64,
    broken: Option<Broken>,
    closing: bool,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Committer {
    /// Begins to write into the journal behind `lock`.
    pub fn new(lock: Lock) -> Self {
        let shared = Arc::new(Shared { state: Mutex::default(), work: Condvar::new(), done: Condvar::new() });
        let own = Arc::clone(&shared);
        Committer { shared, thread: Some(thread::spawn(move || write_all(&own, lock))) }
    }

    /// Hands in lines; with `wanted` somebody is going to wait for them. Gives their number.
    ///
    /// # Errors
    /// The journal is broken.
    pub fn append(&self, lines: &[u8], wanted: bool) -> Result<u64, Broken> {
        let mut state = self.shared.state();
        if let Some(broken) = &state.broken {
            return Err(broken.clone());
        }
        state.lines.extend_from_slice(lines);
        state.wanted |= wanted;
        state.handed_in += 1;
        let number = state.handed_in;
        drop(state);
        self.shared.work.notify_one();
        Ok(number)
    }

    /// Waits until the lines with this number are on the disk.
    ///
    /// # Errors
    /// They will never be.
    pub fn wait(&self, number: u64) -> Result<(), Broken> {
        let mut state = self.shared.state();
        loop {
            if state.on_disk >= number {
                return Ok(());
            }
            if let Some(broken) = &state.broken {
                return Err(broken.clone());
            }
            state = self.shared.done.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits until everything is on the disk and gives the lock back.
    ///
    /// # Errors
    /// Something is not.
    pub fn close(mut self) -> Result<(), Broken> {
        self.finish();
        match self.shared.state().broken.take() {
            Some(broken) => Err(broken),
            None => Ok(()),
        }
    }

    fn finish(&mut self) {
        self.shared.state().closing = true;
        self.shared.work.notify_one();
        if let Some(thread) = self.thread.take() {
            // It gives the lock back, which ends here.
            let _ = thread.join();
        }
    }
}

impl Drop for Committer {
    fn drop(&mut self) {
        self.finish();
    }
}

/// Writes until it is over; gives the lock back.
fn write_all(shared: &Shared, mut lock: Lock) -> Lock {
    let mut lines = Vec::new();
    let mut is_synced = true;
    loop {
        let mut state = shared.state();
        while state.lines.is_empty() && !state.closing {
            if is_synced {
                state = shared.work.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let (next, idle) = shared.work.wait_timeout(state, IDLE).unwrap_or_else(PoisonError::into_inner);
            state = next;
            if idle.timed_out() {
                break;
            }
        }
        if state.closing && state.lines.is_empty() && is_synced {
            return lock;
        }
        lines.clear();
        std::mem::swap(&mut lines, &mut state.lines);
        let sync = std::mem::take(&mut state.wanted) || lines.is_empty();
        let number = state.handed_in;
        drop(state);
        let written = commit(&mut lock, &lines, sync);
        let mut state = shared.state();
        match written {
            Ok(()) => {
                is_synced = sync;
                if sync {
                    state.on_disk = number;
                }
            }
            Err(error) => {
                state.broken = Some(Broken(error.to_string()));
                shared.done.notify_all();
                return lock;
            }
        }
        drop(state);
        shared.done.notify_all();
    }
}

/// Appends lines, and makes sure of them where somebody waits.
fn commit(lock: &mut Lock, lines: &[u8], sync: bool) -> std::io::Result<()> {
    if !lines.is_empty() {
        lock.append(lines)?;
    }
    if sync { lock.file()?.sync_data() } else { Ok(()) }
}

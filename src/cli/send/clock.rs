//! The real clock.

use std::time::{Duration, Instant};

use jiff::Timestamp;

use mail::clock::Clock;

/// The clock of this machine.
pub struct SystemClock {
    start: Instant,
}

impl SystemClock {
    /// A clock that begins to count now.
    pub fn new() -> Self {
        SystemClock { start: Instant::now() }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        // Nobody reads less than milliseconds.
        let now = Timestamp::now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    fn sleep(&self, time: Duration) {
        std::thread::sleep(time);
    }
}

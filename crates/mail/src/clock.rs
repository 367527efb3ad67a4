//! Time, as sending needs it: what it is, how much went by, and waiting.

use std::time::Duration;

use jiff::Timestamp;

/// A clock. The command line has the real one, tests have one that runs as they like.
pub trait Clock: Sync {
    /// What time it is.
    fn now(&self) -> Timestamp;

    /// How much time went by since some moment that stays the same; never runs backwards.
    fn elapsed(&self) -> Duration;

    /// Waits.
    fn sleep(&self, time: Duration);
}

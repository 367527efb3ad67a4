//! How fast messages may leave: token buckets for rates, and a rest where the relay asks for one.

use std::time::Duration;

/// The first rest after a 421 or 454; it doubles with each that follows.
const FIRST_REST: Duration = Duration::from_millis(500);

/// The longest rest.
const MAX_REST: Duration = Duration::from_secs(60);

/// A bucket that holds one token and is refilled at a steady rate, so that messages leave evenly and never more than the rate in
/// any minute.
#[derive(Debug, Clone, Copy)]
pub struct Bucket {
    interval: Duration,
    /// When the next token is there.
    next: Duration,
}

impl Bucket {
    /// A full bucket that is refilled so many times a minute.
    pub fn per_minute(rate: u32) -> Self {
        Bucket { interval: Duration::from_secs(60) / rate.max(1), next: Duration::ZERO }
    }

    /// How long it is until a token is there.
    pub fn wait(&self, now: Duration) -> Duration {
        self.next.saturating_sub(now)
    }

    /// Takes the token.
    pub fn take(&mut self, now: Duration) {
        self.next = self.next.max(now) + self.interval;
    }

    /// When the next token is there.
    pub fn next(&self) -> Duration {
        self.next
    }
}

/// The pace of a run over all connections.
#[derive(Debug, Clone)]
pub struct Pace {
    bucket: Option<Bucket>,
    rest: Duration,
    until: Duration,
}

impl Pace {
    /// At most so many messages a minute.
    pub fn new(per_minute: Option<u32>) -> Self {
        Pace { bucket: per_minute.map(Bucket::per_minute), rest: Duration::ZERO, until: Duration::ZERO }
    }

    /// How long it is until the next message may leave.
    pub fn wait(&self, now: Duration) -> Duration {
        let bucket = self.bucket.map_or(Duration::ZERO, |bucket| bucket.wait(now));
        bucket.max(self.rest(now))
    }

    /// How long it is until the relay may be spoken to again.
    pub fn rest(&self, now: Duration) -> Duration {
        self.until.saturating_sub(now)
    }

    /// A message leaves.
    pub fn take(&mut self, now: Duration) {
        if let Some(bucket) = &mut self.bucket {
            bucket.take(now);
        }
    }

    /// The relay asks for less: rests, longer each time.
    pub fn slow_down(&mut self, now: Duration) {
        self.rest = if self.rest.is_zero() { FIRST_REST } else { (self.rest * 2).min(MAX_REST) };
        self.until = self.until.max(now + self.rest);
    }

    /// The relay takes messages again.
    pub fn ease(&mut self) {
        self.rest = Duration::ZERO;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_minute_holds_more_than_its_rate() {
        let mut pace = Pace::new(Some(120));
        let mut now = Duration::ZERO;
        let mut left = Vec::new();
        while now < Duration::from_secs(180) {
            now += pace.wait(now);
            pace.take(now);
            left.push(now);
            // Some messages take longer than their turn.
            now += Duration::from_millis(if left.len() % 7 == 0 { 2_000 } else { 3 });
        }
        for start in &left {
            let minute = left.iter().filter(|at| **at >= *start && **at < *start + Duration::from_secs(60)).count();
            assert!(minute <= 120, "{minute}");
        }
        assert!(left.len() > 150);
    }

    #[test]
    fn a_rest_doubles_until_the_relay_takes_messages_again() {
        let mut pace = Pace::new(None);
        assert_eq!(pace.wait(Duration::ZERO), Duration::ZERO);
        let rest_from = |pace: &mut Pace, now: Duration| {
            pace.slow_down(now);
            pace.rest(now).as_millis()
        };
        let rests: Vec<u128> = (0..9).map(|_| rest_from(&mut pace, Duration::ZERO)).collect();
        assert_eq!(rests, [500, 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000]);
        assert_eq!(pace.wait(Duration::from_secs(59)), Duration::from_secs(1));
        pace.ease();
        assert_eq!(rest_from(&mut pace, Duration::from_secs(100)), 500);
    }
}

//! Whose turn it is: messages wait in the order of the contacts; where domains have a rate, in a lane a domain.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;

use crate::send::outbox::Dispatch;
use crate::send::rate_limit::Bucket;

/// What a worker is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// This message, by its number.
    Message(usize),
    /// Nothing before that much time has gone by.
    Wait(Duration),
    /// Nothing any more.
    Empty,
}

/// Waiting for what others are working on.
const OTHERS: Duration = Duration::from_millis(10);

#[derive(Debug)]
struct Lane {
    messages: VecDeque<usize>,
    bucket: Option<Bucket>,
}

/// Messages that are to leave.
#[derive(Debug)]
pub struct Queue {
    lanes: Vec<Lane>,
    /// The lane of each message.
    lane_of: Vec<usize>,
    /// Lanes that may send, in their turn.
    ready: VecDeque<usize>,
    /// Lanes that have to wait, by when they may send again.
    resting: BTreeMap<(Duration, usize), usize>,
    /// Lanes that are neither, because they are empty.
    asleep: Vec<bool>,
    under_way: usize,
}

impl Queue {
    /// A queue of those of `dispatches` that `numbers` name, with at most so many a minute to one domain.
    pub fn new(dispatches: &[Dispatch], numbers: impl IntoIterator<Item = usize>, per_domain: Option<u32>) -> Self {
        let mut queue = Queue {
            lanes: Vec::new(),
            lane_of: vec![0; dispatches.len()],
            ready: VecDeque::new(),
            resting: BTreeMap::new(),
            asleep: Vec::new(),
            under_way: 0,
        };
        let mut lanes: HashMap<&str, usize> = HashMap::new();
        for number in numbers {
            let domain = if per_domain.is_some() { dispatches[number].to.domain() } else { "" };
            let lane = *lanes.entry(domain).or_insert_with(|| {
                let bucket = per_domain.map(Bucket::per_minute);
                queue.lanes.push(Lane { messages: VecDeque::new(), bucket });
                queue.ready.push_back(queue.lanes.len() - 1);
                queue.asleep.push(false);
                queue.lanes.len() - 1
            });
            queue.lanes[lane].messages.push_back(number);
            queue.lane_of[number] = lane;
        }
        queue
    }

    /// The next message; it is under way until [`done`](Self::done) or [`give_back`](Self::give_back).
    pub fn next(&mut self, now: Duration) -> Turn {
        while let Some((&(until, number), &lane)) = self.resting.first_key_value() {
            if until > now {
                break;
            }
            self.resting.remove(&(until, number));
            self.ready.push_back(lane);
        }
        while let Some(number) = self.ready.pop_front() {
            let lane = &mut self.lanes[number];
            let Some(message) = lane.messages.pop_front() else {
                self.asleep[number] = true;
                continue;
            };
            self.under_way += 1;
            match &mut lane.bucket {
                None => self.ready.push_front(number),
                Some(bucket) => {
                    bucket.take(now);
                    self.resting.insert((bucket.next(), number), number);
                }
            }
            return Turn::Message(message);
        }
        let is_empty = self.lanes.iter().all(|lane| lane.messages.is_empty());
        match (self.resting.first_key_value(), is_empty) {
            (Some(((until, _), _)), false) => Turn::Wait(until.saturating_sub(now)),
            _ if self.under_way > 0 => Turn::Wait(OTHERS),
            _ => Turn::Empty,
        }
    }

    /// A message is settled.
    pub fn done(&mut self) {
        self.under_way -= 1;
    }

    /// A message was not touched: somebody else may take it.
    pub fn give_back(&mut self, message: usize) {
        self.under_way -= 1;
        let lane = self.lane_of[message];
        self.lanes[lane].messages.push_front(message);
        if std::mem::take(&mut self.asleep[lane]) {
            self.ready.push_back(lane);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::digest::Digest;

    fn dispatches(addresses: &[&str]) -> Vec<Dispatch> {
        let dispatch = |(index, address): (usize, &&str)| Dispatch {
            contact: format!("c{index}").parse().expect("an id"),
            index,
            to: address.parse().expect("an address"),
            message_id: format!("{index}@ek.example").into(),
            sha256: Digest::of(b""),
            bytes: 0,
            generation: 1,
        };
        addresses.iter().enumerate().map(dispatch).collect()
    }

    #[test]
    fn without_a_rate_a_domain_the_order_is_that_of_the_contacts() {
        let dispatches = dispatches(&["a@x.example", "b@y.example", "c@x.example"]);
        let mut queue = Queue::new(&dispatches, 0..3, None);
        let now = Duration::ZERO;
        assert_eq!([queue.next(now), queue.next(now)], [Turn::Message(0), Turn::Message(1)]);
        queue.give_back(1);
        queue.done();
        assert_eq!([queue.next(now), queue.next(now)], [Turn::Message(1), Turn::Message(2)]);
        assert_eq!(queue.next(now), Turn::Wait(OTHERS), "somebody may give one back");
        queue.done();
        queue.done();
        assert_eq!(queue.next(now), Turn::Empty);
    }

    #[test]
    fn a_domain_has_to_wait_and_does_not_hold_up_the_others() {
        let dispatches = dispatches(&["a@x.example", "b@x.example", "c@x.example", "d@y.example"]);
        let mut queue = Queue::new(&dispatches, 0..4, Some(60));
        let mut now = Duration::ZERO;
        let mut left = Vec::new();
        loop {
            match queue.next(now) {
                Turn::Message(number) => {
                    left.push((now.as_secs(), number));
                    queue.done();
                }
                Turn::Wait(time) => now += time,
                Turn::Empty => break,
            }
        }
        assert_eq!(left, [(0, 0), (0, 3), (1, 1), (2, 2)]);
    }
}

//! Sending: the step that cannot be undone. Never twice, never lost, never to who must be left alone.
//!
//! The way of a message:
//!
//! 1. [`outbox`] finds out whose messages are meant to leave now: the audience, less what the journal says has left, is in doubt
//!    or is waiting, and compares what would leave with what was built.
//! 2. [`journal`] writes down what is planned. One sender a mailing: the journal is locked for as long as it is open.
//! 3. [`run`] gives messages to workers, each with a [`transport`] of its own, at the [`rate`](rate_limit) that the relay bears. Right
//!    before a message is offered, [`recheck`] asks again whether it may be.
//! 4. A [`Claim`](journal::Claim) on a message is written down and synced to the disk before its body leaves. Delivering
//!    consumes the claim, so that delivering twice does not compile; a claim that is never settled is in doubt.
//! 5. Whatever goes wrong is a [`Fault`](mail::smtp::fault::Fault) with the phase in which it happened, and the phase decides what becomes
//!    of the message.
//!
//! SMTP (RFC 5321) is spoken by [`mail::smtp`]. Nothing here knows what time it is: a [`Clock`](mail::clock::Clock) comes in.
//!
//! What comes back is read by [`bounces`]: delivery reports, and whose address failed for good; and by [`tips`]: whom readers
//! name on the refer-us page.

pub mod bounces;
pub mod from_log;
pub mod journal;
pub mod optout;
pub mod outbox;
pub mod queue;
pub mod rate_limit;
pub mod recheck;
pub mod run;
pub mod tips;
pub mod transport;
mod worker;

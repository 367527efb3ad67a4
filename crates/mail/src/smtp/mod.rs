//! The client side of SMTP (RFC 5321), one step at a time: which step a failure belongs to is never a guess.
//!
//! [`relay`] says where to, [`stream`] moves bytes against a deadline, in the clear or through [`tls`], [`reply`] reads what the
//! relay says, [`conversation`] has the steps in their order, and [`data`] makes a message safe to be sent.
//!
//! Commands, replies, extensions and logins are lettre's. The connection is our own, because lettre's waits for each read apart
//! (a relay that sends an octet a minute never times out), writes a message in two pieces, and tells an end of writing from an
//! end of reading no better than by the words of an error.

pub mod conversation;
pub mod data;
pub mod fault;
mod login;
mod offers;
pub mod relay;
pub mod reply;
pub mod stream;
pub mod tls;

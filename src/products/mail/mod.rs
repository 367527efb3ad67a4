//! Mail: `output/mail/`, the messages of a mailing, what is found about them, and what changes when they leave.
//!
//! [`Mailer`] writes proofs, messages and refusals; a [`batch`] makes the messages of one mailing, each from the [`encoded_body`] of
//! its variant; [`manifest`] says what was built for whom. [`findings`] looks at every message without writing one, with the
//! [`lint`]er's help. What is built is never signed: [`departure`] says what changes when it leaves.

pub mod batch;
mod built;
pub mod departure;
mod encoded_body;
pub mod findings;
mod inputs;
pub mod lint;
mod mailer;
pub mod manifest;
mod messages;

pub use built::BuiltMessage;
pub use mailer::{Head, Mailer, attachments, built, head};
pub use messages::Messages;

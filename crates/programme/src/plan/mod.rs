//! Who gets what, when: from a [`Programme`] that holds together to dated recipients and reasoned refusals.
//!
//! The way of a contact through this stage:
//!
//! 1. [`Gate::clear`] asks what no mailing changes: tier D, the [`Wall`](crate::model::wall::Wall), an opt-out, a friend's mere naming, the basis (R1, R4,
//!    R20, R26). Who passes is [`Cleared`].
//! 2. The mailing's audience is drawn from the bottom up (R9), narrowed by its `where`; a thank-you reaches referrers only (R20).
//! 3. [`Dates`] finds the day in the contact's own country (R7, R16).
//! 4. [`Recipient::admit`] asks what the mailing and its day decide: the pause, the preference, the address. It is the only way to
//!    a [`Recipient`], and nothing can be addressed without one.
//! 5. What a contact wants of all mailings together, a most a year or a time between two, is counted over all of them (R13).
//!
//! [`Roster`] does all five for every contact; [`calendar`] makes a year's overview of it, [`coverage`] says what a year lacks,
//! [`lead`] when paper has to leave.
//!
//! With the journals beside it the plan knows what came of it: [`Memory`] looks up what each contact heard and how far each
//! mailing is, [`agenda`] says who has to do what, and [`measure`] how the programme is doing.
//! Everything here is a function of the programme: no file is read, no clock, and the order is that of the contacts.
//!
//! [`Programme`]: crate::model::programme::Programme

pub mod admission;
pub mod agenda;
pub mod alike;
pub mod audience;
pub mod cadence;
pub mod calendar;
pub mod coverage;
pub mod dates;
pub mod events;
pub mod finding;
#[cfg(test)]
pub(crate) mod fixture;
pub mod lead;
pub mod leads;
mod likeness;
pub mod measure;
pub mod memory;
mod months;
mod owed;
mod pace;
pub mod past;
mod projects;
pub mod reach;
pub mod sending;
pub mod standing;
pub mod thanks;
mod unsaid;
pub mod year;

pub use admission::{Cleared, Gate, Recipient, Refusal, Route};
pub use audience::{Audience, Eligibility, Narrowing, Roster};
pub use dates::{Dates, Days};
pub use lead::Lead;
pub use memory::Memory;

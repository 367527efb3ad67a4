//! The vocabulary of a referral programme: contacts, mailings, occasions, referrals, rewards. No I/O and no clock.
//!
//! Values that can be wrong are parsed once (`FromStr` with a [`Fault`](source::diagnostic::Fault) that says what to do) and
//! are right from then on.

pub mod approval;
pub mod channel;
pub mod contact;
pub mod content;
pub mod expression;
pub mod forgotten;
pub mod id;
pub mod journal;
pub mod language;
pub mod law;
pub mod ledger;
pub mod mailing;
pub mod meeting;
pub mod money;
pub mod occasion;
pub mod phone;
pub mod post;
pub mod preference;
pub mod programme;
pub mod project;
pub mod review;
pub mod settings;
pub mod text;
pub mod touch;
pub mod value;
pub mod wall;
pub mod when;
pub mod workday;

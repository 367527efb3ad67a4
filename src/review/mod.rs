//! Review: who gets what, compared between two states of a programme, and whether somebody has approved it (R36).
//!
//! What is compared and approved is never a person's message but a [variant](variants): what everybody of one tier and language reads,
//! with the personal values as named holes. [`compare`] says which variants two programmes have differently and who gains or loses a
//! mailing; [`approvals`] holds what was approved against what would leave; [`wording`] says which words changed, [`holes`] what
//! stands where a value is a reader's own. [`told`]
//! groups what changes alike; [`report`], [`comment`] and [`pages`] show it in a terminal, on a forge and in a browser.

pub mod approvals;
pub mod comment;
pub mod compare;
mod highlight;
mod holes;
pub mod pages;
pub mod report;
pub mod told;
pub mod variants;
pub mod wording;

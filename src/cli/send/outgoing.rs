//! What is meant to leave: worked out once, then shown or sent.

use super::Arguments;
use crate::model::mailing::Mailing;
use crate::plan::audience::Audience;
use crate::send::outbox::{Dispatch, Outbox};

/// What is meant to happen.
pub struct Outgoing<'l> {
    /// Approvals that are missing, each with what to do.
    pub unapproved: &'l [(String, String)],
    /// What was asked for.
    pub arguments: &'l Arguments,
    /// The mailing.
    pub mailing: &'l Mailing,
    /// Whom it reaches.
    pub audience: &'l Audience<'l>,
    /// What becomes of everybody.
    pub outbox: &'l Outbox,
    /// What would leave.
    pub dispatches: &'l [Dispatch],
    /// Nothing would leave without `--off-schedule`.
    pub is_off_schedule: bool,
}

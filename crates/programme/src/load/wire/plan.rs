//! Year plans.

use crate::load::scalar::{Day, Flag, LeadDays, Lit, RelativePath, Year};
use crate::load::word::{Reach, SignedBy};
use crate::model::channel::Channel;
use crate::model::expression::Expression;
use crate::model::id::{MailingId, TouchId};
use crate::model::ledger::Side;
use crate::model::mailing::{MailingKind, Shift};
use crate::model::money::{Amount, Currency};
use crate::model::text::{Line, Prose};
use crate::model::touch::{Interval, Purpose, TouchKind};
use crate::model::when::When;

wire! {
    /// A year plan.
    Plan {
        year: Lit<Year>,
        mailings: Vec<Mailing>,
        touches: Vec<PlannedTouch>,
    }
    /// An entry of `mailings:`
    Mailing {
        id: Lit<MailingId>,
        kind: Lit<MailingKind>,
        content: Lit<RelativePath>,
        when: Lit<When>,
        shift: Lit<Shift>,
        to: Lit<Reach>,
        r#where: Lit<Expression>,
        channel: Lit<Channel>,
        signed_by: Lit<SignedBy>,
        public: Lit<Flag>,
        gift: Gift,
        post_by: LeadDays,
        side: Lit<Side>,
        was: Vec<Lit<MailingId>>,
        again: Lit<Flag>,
    }
    /// `gift:`
    Gift {
        item: Lit<Line>,
        unit_cost: Lit<Amount>,
        currency: Lit<Currency>,
        why_ours: Lit<Prose>,
        budget: Lit<Amount>,
    }
    /// An entry of `touches:` in a plan.
    PlannedTouch {
        id: Lit<TouchId>,
        kind: Lit<TouchKind>,
        to: Lit<Reach>,
        r#where: Lit<Expression>,
        every: Lit<Interval>,
        on: Lit<Day>,
        by: Lit<SignedBy>,
        purpose: Lit<Purpose>,
    }
}

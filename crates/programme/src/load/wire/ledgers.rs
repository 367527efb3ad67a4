//! What people note down: referrals, touches, meetings.

use super::{MeetingPlace, Via};
use crate::load::scalar::{AskedOn, Clock, Day, Flag, Lit};
use crate::model::id::{ContactId, MailingId, ReferralId, RewardId, TeamId};
use crate::model::ledger::Stage;
use crate::model::meeting::Venue;
use crate::model::money::{Amount, Currency};
use crate::model::text::{Line, Prose};
use crate::model::touch::{Purpose, TouchKind};
use mail::address::EmailAddress;

wire! {
    /// An entry of `referrals.yaml`
    Referral {
        id: Lit<ReferralId>,
        referrer: Lit<ContactId>,
        lead: Lead,
        via: Via,
        received: Lit<Day>,
        stage: Lit<Stage>,
        contacted: Lit<Day>,
        meeting: Lit<Day>,
        customer: Lit<Day>,
        lost: Lit<Day>,
        lost_because: Lit<Line>,
        first_purchase: Purchase,
        next: NextSteps,
        thanked: Days,
        reward: Rewards,
    }
    /// `lead:`
    Lead {
        name: Lit<Line>,
        company: Lit<Line>,
        email: Lit<EmailAddress>,
        phone: Lit<Line>,
        contact: Lit<ContactId>,
        consent: Lit<AskedOn>,
        message: Lit<Prose>,
    }
    /// `via:` of a referral that a mailing brought.
    ViaMailing {
        mailing: Lit<MailingId>,
    }
    /// `first_purchase:`
    Purchase {
        on: Lit<Day>,
        value: Lit<Amount>,
        currency: Lit<Currency>,
    }
    /// `next:` of a referral.
    NextSteps {
        referrer: NextStep,
        referred: NextStep,
    }
    /// A step somebody promised.
    NextStep {
        what: Lit<Line>,
        on: Lit<Day>,
        by: Lit<TeamId>,
    }
    /// `thanked:`
    Days {
        referrer: Lit<Day>,
        referred: Lit<Day>,
    }
    /// `reward:` of a referral.
    Rewards {
        referrer: Lit<RewardId>,
        referred: Lit<RewardId>,
    }
    /// An entry of `touches/<year>.yaml`
    Touch {
        contact: Lit<ContactId>,
        on: Lit<Day>,
        kind: Lit<TouchKind>,
        by: Lit<TeamId>,
        purpose: Lit<Purpose>,
        note: Lit<Prose>,
        next: NextStep,
        recommendation: Lit<Prose>,
        inbound: Lit<Flag>,
    }
    /// An entry of `contacts/meetings.yaml`
    Meeting {
        contact: Lit<ContactId>,
        on: Lit<Day>,
        at: Lit<Clock>,
        place: MeetingPlace,
        kind: Lit<TouchKind>,
        agenda: Vec<Lit<Line>>,
        agenda_ok: Lit<Day>,
        actions: Vec<Action>,
        next: Lit<Day>,
        recommendation: Lit<Prose>,
        done: Lit<Day>,
    }
    /// `place:` of a meeting that is not at the customer's.
    OtherPlace {
        at: Lit<Venue>,
        why: Lit<Line>,
    }
    /// An entry of `actions:`
    Action {
        who: Lit<Line>,
        what: Lit<Line>,
        by: Lit<Day>,
    }
}

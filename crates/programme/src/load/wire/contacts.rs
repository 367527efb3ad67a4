//! Contact lists, the wall, who was forgotten.

use super::Address;
use crate::load::free::Extra;
use crate::load::scalar::{AskedOn, Day, Lit, PersonName, Whole};
use crate::load::word::ReferralCode;
use crate::model::contact::{BasisKind, Effort, Kind, Nature, Opportunity, Standing};
use crate::model::forgotten::TraceHash;
use crate::model::id::{ContactId, TeamId, ValueId};
use crate::model::language::Language;
use crate::model::preference::PreferredChannel;
use crate::model::text::{Line, Prose};
use crate::model::touch::Interval;
use mail::address::EmailAddress;

wire! {
    /// A contact.
    Contact {
        id: Lit<ContactId>,
        name: PersonName,
        company: Lit<Line>,
        role: Lit<Line>,
        email: Lit<EmailAddress>,
        phone: Lit<Line>,
        address: Box<Address>,
        language: Lit<Language>,
        tier: Lit<Standing>,
        tier_reason: Lit<Prose>,
        owner: Lit<TeamId>,
        kind: Lit<Kind>,
        recipient: Lit<Nature>,
        basis: Box<Basis>,
        source: Lit<Line>,
        collected_on: Lit<Day>,
        unsubscribed: Box<Unsubscribed>,
        prefers: Box<Preference>,
        segment: Lit<Line>,
        values: Vec<Lit<ValueId>>,
        size: Lit<Whole>,
        network_size: Lit<Whole>,
        opportunity: Lit<Opportunity>,
        owned: Vec<Lit<Line>>,
        nps: Box<Nps>,
        inner_circle: Box<InnerCircle>,
        ask: Box<Ask>,
        pause: Box<Pause>,
        issues: Vec<Issue>,
        birthday: Lit<Day>,
        since: Lit<Day>,
        ended: Box<Ended>,
        competitors: Vec<Lit<Line>>,
        project: Box<Project>,
        tags: Vec<Lit<Line>>,
        code: Lit<ReferralCode>,
        email_bounced: Lit<Day>,
        extra: Extra,
    }
    /// `basis:`
    Basis {
        kind: Lit<BasisKind>,
        evidence: Lit<Line>,
        on: Lit<Day>,
        until: Lit<Day>,
    }
    /// `unsubscribed:`
    Unsubscribed {
        on: Lit<Day>,
        channel: Lit<Line>,
    }
    /// `prefers:`
    Preference {
        channel: Lit<PreferredChannel>,
        every: Lit<Interval>,
        max_per_year: Lit<Whole>,
        asked: Lit<AskedOn>,
    }
    /// `nps:`
    Nps {
        score: Lit<Whole>,
        on: Lit<Day>,
    }
    /// `inner_circle:`
    InnerCircle {
        why: Lit<Line>,
    }
    /// `ask:`
    Ask {
        wave: Lit<Whole>,
        not_before: Lit<Day>,
    }
    /// `pause:`
    Pause {
        until: Lit<Day>,
        why: Lit<Line>,
    }
    /// An entry of `issues:`
    Issue {
        what: Lit<Line>,
        since: Lit<Day>,
        by: Lit<TeamId>,
        due: Lit<Day>,
        tried: Lit<Line>,
        cause: Lit<Line>,
        fix: Lit<Line>,
        effort: Lit<Effort>,
        closed: Lit<Day>,
    }
    /// `ended:`
    Ended {
        on: Lit<Day>,
        why: Lit<Line>,
    }
    /// `project:`
    Project {
        name: Lit<Line>,
        from: Lit<Day>,
        to: Lit<Day>,
        done: Vec<Lit<Line>>,
        next: Vec<Lit<Line>>,
        needs: Lit<Line>,
        changed: Lit<Day>,
    }
    /// An entry of `do-not-contact.yaml`
    WallEntry {
        company: Lit<Line>,
        domain: Lit<Line>,
        email: Lit<EmailAddress>,
        why: Lit<Prose>,
        since: Lit<Day>,
    }
    /// An entry of `forgotten.yaml`
    ForgottenEntry {
        hash: Lit<TraceHash>,
        on: Lit<Day>,
    }
}

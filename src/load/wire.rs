//! What stands in the files, field by field. Every field is optional here: what is required is decided by
//! [`validate`](crate::validate), which takes these structs apart exhaustively, so that a forgotten field does not compile.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor};

use super::free::Extra;
use super::scalar::{
    AskedOn, Clock, Day, Flag, LeadDays, Lit, PersonName, Plain, RelativePath, Table, Texts, Weight, Whole, Year,
};
use super::word::{CheckName, Colour, FontStack, Level, Reach, ReferralCode, SignedBy, Slug, TierLetter};
use crate::model::approval::Role;
use crate::model::channel::Channel;
use crate::model::contact::{BasisKind, Effort, Kind, Nature, Opportunity, Standing};
use crate::model::expression::Expression;
use crate::model::forgotten::TraceHash;
use crate::model::id::{ContactId, MailingId, QuestionId, ReferralId, RewardId, ServiceId, TeamId, TouchId, ValueId};
use crate::model::language::{Country, Language};
use crate::model::law::{Needs, Way};
use crate::model::ledger::{Arrival, Side, Stage};
use crate::model::mailing::{MailingKind, Shift};
use crate::model::meeting::Venue;
use crate::model::money::{Amount, Currency};
use crate::model::post::{Envelope, GreetingAs, LabelSheet, Length, PackBy, Paper, Window};
use crate::model::review::Area;
use crate::model::settings::{RewardKind, Step};
use crate::model::text::{Line, Prose};
use crate::model::touch::{Interval, Purpose, TouchKind};
use crate::model::when::When;
use mail::address::EmailAddress;

/// Declares wire structs: every field optional, unknown keys refused.
macro_rules! wire {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Default, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct $name { $(
            #[doc = concat!("`", stringify!($field), ":`")]
            pub $field: Option<$type>,
        )* }
    )*

    /// Every group of keys, with each key and the type of its value.
    pub const GROUPS: &[(&str, &[(&str, &str)])] =
        &[$((stringify!($name), &[$((stringify!($field), stringify!($type)),)*]),)*];
    };
}

wire! {
    /// `bevara.yaml`
    Settings {
        format: Lit<Whole>,
        name: Lit<Line>,
        base_url: Lit<Line>,
        languages: Vec<Lit<Language>>,
        fallback: Table<Language, Lit<Language>>,
        timezone: Lit<Line>,
        country: Lit<Country>,
        begins: Lit<Day>,
        sender: Sender,
        brand: Brand,
        team: Vec<Member>,
        unsubscribe: Unsubscribe,
        refer: Refer,
        reward: Reward,
        cadence: Table<TierLetter, Cadence>,
        goals: Goals,
        baseline: Baseline,
        steps: Table<Step, Option<Lit<Day>>>,
        dkim: Dkim,
        smtp: Smtp,
        post: Post,
        severity: Table<CheckName, Lit<Level>>,
        approval: Table<MailingId, Vec<Lit<Role>>>,
        proofs: Vec<Lit<TeamId>>,
        law: Vec<LawRow>,
    }
    /// An entry of `law:`
    LawRow {
        country: Lit<Country>,
        nature: Lit<Nature>,
        channel: Lit<Way>,
        needs: Lit<Needs>,
        why: Lit<Line>,
    }
    /// `sender:`
    Sender {
        name: Lit<Line>,
        email: Lit<EmailAddress>,
        reply_to: Lit<EmailAddress>,
        postal_address: Address,
        registered: Registered,
    }
    /// `sender.registered:`
    Registered {
        name: Lit<Line>,
        number: Lit<Line>,
        seat: Lit<Line>,
        vat: Lit<Line>,
        directors: Vec<Lit<Line>>,
    }
    /// A postal address.
    Address {
        street: Lit<Line>,
        postcode: Lit<Line>,
        city: Lit<Line>,
        country: Lit<Country>,
    }
    /// `brand:`
    Brand {
        logo: Lit<RelativePath>,
        logo_dark: Lit<RelativePath>,
        tagline: Texts,
        page: Lit<Colour>,
        card: Lit<Colour>,
        text: Lit<Colour>,
        quiet: Lit<Colour>,
        accent: Lit<Colour>,
        on_accent: Lit<Colour>,
        tint: Lit<Colour>,
        second: Lit<Colour>,
        line: Lit<Colour>,
        dark: Palette,
        heading_font: Lit<FontStack>,
        body_font: Lit<FontStack>,
    }
    /// `brand.dark:`
    Palette {
        page: Lit<Colour>,
        card: Lit<Colour>,
        text: Lit<Colour>,
        quiet: Lit<Colour>,
        accent: Lit<Colour>,
        on_accent: Lit<Colour>,
        tint: Lit<Colour>,
        second: Lit<Colour>,
        line: Lit<Colour>,
    }
    /// An entry of `team:`
    Member {
        id: Lit<TeamId>,
        name: Lit<Line>,
        role: Texts,
        email: Lit<EmailAddress>,
        phone: Lit<Line>,
        photo: Lit<RelativePath>,
        signature: Lit<RelativePath>,
        ceo: Lit<Flag>,
        roles: Vec<Lit<Role>>,
        languages: Vec<Lit<Language>>,
        support: Lit<Flag>,
        briefed: Lit<Day>,
    }
    /// `unsubscribe:`
    Unsubscribe {
        url: Lit<Line>,
        mailto: Lit<EmailAddress>,
    }
    /// `refer:`
    Refer {
        form_action: Lit<Line>,
        mailto: Lit<EmailAddress>,
        ideal_client: Texts,
        reward: Texts,
        share_text: Texts,
    }
    /// `reward:`
    Reward {
        owner: Lit<TeamId>,
        year: Lit<Year>,
        budget: Lit<Amount>,
        years: Table<Year, RewardYear>,
        currency: Lit<Currency>,
        thank_within_days: Lit<Whole>,
        options: Vec<RewardOption>,
        referrer: Vec<Lit<RewardId>>,
        referred: Vec<Lit<RewardId>>,
    }
    /// An entry of `reward.years:`
    RewardYear {
        budget: Lit<Amount>,
    }
    /// An entry of `reward.options:`
    RewardOption {
        id: Lit<RewardId>,
        label: Texts,
        cost: Lit<Amount>,
        kind: Lit<RewardKind>,
    }
    /// An entry of `cadence:`
    Cadence {
        min_touches: Lit<Whole>,
        max_gap_days: Lit<Whole>,
        review_every: Lit<Interval>,
    }
    /// `goals:`
    Goals {
        list_size: Lit<Whole>,
        referring_share: Lit<Whole>,
        new_customers: Lit<Whole>,
        by: Lit<Day>,
    }
    /// `baseline:`
    Baseline {
        referring_share: Lit<Whole>,
        customer_value: Lit<Amount>,
        acquisition_cost: Lit<Amount>,
        currency: Lit<Currency>,
    }
    /// `dkim:`
    Dkim {
        selector: Lit<Line>,
        domain: Lit<Line>,
    }
    /// `smtp:`
    Smtp {
        connections: Lit<Whole>,
        per_minute: Lit<Whole>,
        per_domain_per_minute: Lit<Whole>,
        command_timeout_s: Lit<Whole>,
        dot_timeout_s: Lit<Whole>,
        ca_file: Lit<RelativePath>,
    }
    /// `post:`
    Post {
        paper: Lit<Paper>,
        window: Lit<Window>,
        envelope: Lit<Envelope>,
        greetings: Lit<GreetingAs>,
        crop_marks: Lit<Flag>,
        labels: Labels,
        packing: Lit<PackBy>,
    }
    /// `post.labels:` where the sheet is one of the programme's own; lengths in millimetres.
    LabelSize {
        columns: Lit<Whole>,
        rows: Lit<Whole>,
        width: Lit<Length>,
        height: Lit<Length>,
        left: Lit<Length>,
        top: Lit<Length>,
        gap_x: Lit<Length>,
        gap_y: Lit<Length>,
    }
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
        channel: Lit<Channel>,
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
        from: Lit<Day>,
        to: Lit<Day>,
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
    /// An entry of `content/values.yaml`
    Value {
        id: Lit<ValueId>,
        text: Texts,
        segments: Vec<Lit<Line>>,
        evidence: Lit<Line>,
        said_by: Lit<Line>,
        permitted: Permitted,
    }
    /// `permitted:`
    Permitted {
        on: Lit<Day>,
        how: Lit<Line>,
        until: Lit<Day>,
    }
    /// An entry of `content/services.yaml`
    Service {
        id: Lit<ServiceId>,
        name: Texts,
        what: Texts,
    }
    /// An entry of `content/reviews/questions.yaml`
    Question {
        id: Lit<QuestionId>,
        area: Lit<Area>,
        text: Texts,
    }
    /// Front matter of mailings and pages.
    Front {
        subject: Lit<Plain>,
        preheader: Lit<Plain>,
        summary: Lit<Plain>,
        attachments: Vec<Lit<RelativePath>>,
        reward_block: Lit<Flag>,
        title: Lit<Plain>,
        description: Lit<Plain>,
        slug: Lit<Slug>,
        language: Lit<Language>,
        weight: Lit<Weight>,
        html: Lit<Flag>,
        card: Lit<Flag>,
        extra: Extra,
    }
}

/// `post.labels:`: the name of a sheet, or its measures.
#[derive(Debug)]
pub enum Labels {
    /// A sheet that everybody sells.
    Known(LabelSheet),
    /// One of the programme's own.
    Own(LabelSize),
}

impl<'de> Deserialize<'de> for Labels {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SheetVisitor;
        impl<'de> Visitor<'de> for SheetVisitor {
            type Value = Labels;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a label sheet, or {columns, rows, width, height, left, top}")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Labels, E> {
                text.parse().map(Labels::Known).map_err(E::custom)
            }

            fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Labels, A::Error> {
                LabelSize::deserialize(de::value::MapAccessDeserializer::new(entries)).map(Labels::Own)
            }
        }
        deserializer.deserialize_any(SheetVisitor)
    }
}

/// `via:`: a word, or the mailing that led to it.
#[derive(Debug)]
pub enum Via {
    /// `via: page`
    Way(Arrival),
    /// `via: {mailing: 2027-01-newsletter}`
    Mailing(ViaMailing),
}

impl<'de> Deserialize<'de> for Via {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ViaVisitor;
        impl<'de> Visitor<'de> for ViaVisitor {
            type Value = Via;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a word like `page`, or {mailing: …}")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Via, E> {
                text.parse().map(Via::Way).map_err(E::custom)
            }

            fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Via, A::Error> {
                ViaMailing::deserialize(de::value::MapAccessDeserializer::new(entries)).map(Via::Mailing)
            }
        }
        deserializer.deserialize_any(ViaVisitor)
    }
}

/// `place:` of a meeting: `theirs`, or somewhere else and why.
#[derive(Debug)]
pub enum MeetingPlace {
    /// `place: theirs`
    Theirs,
    /// `place: {at: ours, why: …}`
    Other(OtherPlace),
}

impl<'de> Deserialize<'de> for MeetingPlace {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PlaceVisitor;
        impl<'de> Visitor<'de> for PlaceVisitor {
            type Value = MeetingPlace;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`theirs`, or {at: ours, why: …}")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<MeetingPlace, E> {
                if text == "theirs" {
                    return Ok(MeetingPlace::Theirs);
                }
                Err(E::custom(format!("`{text}` is no place; write `theirs`, or {{at: {text}, why: …}}")))
            }

            fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<MeetingPlace, A::Error> {
                OtherPlace::deserialize(de::value::MapAccessDeserializer::new(entries)).map(MeetingPlace::Other)
            }
        }
        deserializer.deserialize_any(PlaceVisitor)
    }
}

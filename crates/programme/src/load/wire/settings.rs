//! `bevara.yaml`.

use super::Labels;
use crate::load::scalar::{Day, Flag, Lit, RelativePath, Table, Texts, Whole, Year};
use crate::load::word::{CheckName, Colour, FontStack, Level, TierLetter};
use crate::model::approval::Role;
use crate::model::contact::Nature;
use crate::model::id::{MailingId, RewardId, TeamId};
use crate::model::language::{Country, Language};
use crate::model::law::{Needs, Way};
use crate::model::money::{Amount, Currency};
use crate::model::post::{Envelope, GreetingAs, Length, PackBy, Paper, Window};
use crate::model::settings::{RewardKind, Step};
use crate::model::text::Line;
use crate::model::touch::Interval;
use mail::address::EmailAddress;

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
}

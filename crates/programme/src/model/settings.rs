//! `bevara.yaml`: who we are, the team, how readers opt out, rewards, cadence, goals, relay and looks.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use crate::model::approval::Role;
use crate::model::contact::{PostalAddress, Tier};
use crate::model::id::{RewardId, TeamId};
use crate::model::language::{Country, Language, Languages};
use crate::model::law::Law;
use crate::model::mailing::Mailing;
use crate::model::money::{Currency, Money};
use crate::model::post::Post;
use crate::model::text::{Line, Localised};
use crate::model::touch::Interval;
use mail::address::EmailAddress;
use source::diagnostic::Severity;
use source::words;

/// Who sends (RFC 5322 From, and the postal address every mailing carries).
#[derive(Debug, Clone, PartialEq)]
pub struct Sender {
    /// The firm, as it stands in the From phrase.
    pub name: Line,
    /// The From address.
    pub email: EmailAddress,
    /// Where answers go when no signer is known.
    pub reply_to: Option<EmailAddress>,
    /// The firm's postal address.
    pub postal_address: PostalAddress,
    /// What its register says of it.
    pub registered: Registered,
}

/// What a country wants to read about a firm in its business mail (Directive 2003/58/EC).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Registered {
    /// The registered name, with its legal form.
    pub name: Option<Line>,
    /// The number in the register.
    pub number: Option<Line>,
    /// The registered seat.
    pub seat: Option<Line>,
    /// The VAT number.
    pub vat: Option<Line>,
    /// Who leads it.
    pub directors: Vec<Line>,
}

/// A member of the team (R6, R25).
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Their id.
    pub id: TeamId,
    /// Their name.
    pub name: Line,
    /// What they do, a text a language.
    pub role: Option<Localised>,
    /// Their address: Reply-To of what they sign.
    pub email: EmailAddress,
    /// Their telephone number.
    pub phone: Option<Line>,
    /// A picture of them, below `content/`.
    pub photo: Option<Box<str>>,
    /// A picture of their signature, below `content/`.
    pub signature: Option<Box<str>>,
    /// They lead the firm.
    pub ceo: bool,
    /// The roles in which they approve mailings, besides that of the leader (R36).
    pub roles: Vec<Role>,
    /// The languages whose texts they approve.
    pub languages: Vec<Language>,
    /// Whom to call when something is not well (R29).
    pub support: bool,
    /// When they were told about the programme.
    pub briefed: Option<Date>,
}

impl Member {
    /// The roles in which they approve mailings: named ones, `ceo` of whoever leads the firm, and a reader's of each language.
    pub fn approves_as(&self) -> BTreeSet<Role> {
        let named = self.roles.iter().cloned();
        let ceo = self.ceo.then(|| Role::Named("ceo".into()));
        named.chain(ceo).chain(self.languages.iter().map(|&language| Role::Reader(language))).collect()
    }
}

/// How readers opt out (R26; RFC 2369, RFC 8058).
#[derive(Debug, Clone, PartialEq)]
pub struct Unsubscribe {
    /// The HTTPS endpoint for one-click unsubscription.
    pub url: Option<Box<str>>,
    /// The mailbox that takes opt-outs.
    pub mailto: EmailAddress,
}

/// What the refer-us page says (R18).
#[derive(Debug, Clone, PartialEq)]
pub struct Refer {
    /// Where the form posts to.
    pub form_action: Option<Box<str>>,
    /// Where it is mailed to without an endpoint.
    pub mailto: Option<EmailAddress>,
    /// Whom the firm helps best.
    pub ideal_client: Option<Localised>,
    /// What both sides get, in words.
    pub reward: Option<Localised>,
    /// What a reader may pass on; `{url}` stands for the link.
    pub share_text: Option<Localised>,
}

words! {
    /// Whether a reward is money.
    RewardKind, "kind of reward" {
        /// Money or money's worth.
        Monetary = "monetary",
        /// Anything else (works better, R21).
        NonMonetary = "non-monetary",
    }
}

/// One thing a side of a referral may be given.
#[derive(Debug, Clone, PartialEq)]
pub struct RewardOption {
    /// Its id.
    pub id: RewardId,
    /// What it is called.
    pub label: Localised,
    /// What it costs.
    pub cost: Money,
    /// Money or not.
    pub kind: RewardKind,
}

/// Days within which both sides are thanked where no policy says (R20).
pub const THANK_WITHIN_DAYS: u32 = 7;

/// The reward policy (R21).
#[derive(Debug, Clone, PartialEq)]
pub struct Reward {
    /// Who answers for it.
    pub owner: TeamId,
    /// In which currency everything is counted.
    pub currency: Currency,
    /// What may be spent in a year that is not among `years`.
    pub budget: Option<Money>,
    /// What may be spent in single years.
    pub years: BTreeMap<i16, Money>,
    /// Days within which both sides are thanked (R20).
    pub thank_within_days: u32,
    /// What can be given.
    pub options: Vec<RewardOption>,
    /// What the referrer may choose from.
    pub referrer: Vec<RewardId>,
    /// What the referred side may choose from.
    pub referred: Vec<RewardId>,
}

impl Reward {
    /// What may be spent in `year`; `None` where nobody decided.
    pub fn budget_of(&self, year: i16) -> Option<Money> {
        self.years.get(&year).copied().or(self.budget)
    }
}

/// What a tier is owed (R10, R14).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cadence {
    /// Fewest touches a calendar year.
    pub min_touches: u32,
    /// Longest silence, in days.
    pub max_gap_days: u32,
    /// How often an account is reviewed.
    pub review_every: Option<Interval>,
}

/// What the programme aims at (R3, R22).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goals {
    /// How many contacts there should be.
    pub list_size: u32,
    /// How many percent of eligible contacts should refer.
    pub referring_share: Option<u32>,
    /// How many customers should come of it.
    pub new_customers: Option<u32>,
    /// By when.
    pub by: Option<Date>,
}

impl Default for Goals {
    fn default() -> Self {
        Goals { list_size: 250, referring_share: None, new_customers: None, by: None }
    }
}

/// Where the firm stood before (R22).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Baseline {
    /// Percent of contacts that referred.
    pub referring_share: Option<u32>,
    /// What a customer is worth.
    pub customer_value: Option<Money>,
    /// What a new customer costs by other ways.
    pub acquisition_cost: Option<Money>,
}

words! {
    /// The six steps of getting started (R24).
    Step, "step" {
        /// List the contacts.
        List = "list",
        /// Tier them, D included.
        Tiers = "tiers",
        /// Write the standing text.
        StandingText = "standing_text",
        /// Touch constantly, personally, continuously.
        Touch = "touch",
        /// Plan the year.
        Plan = "plan",
        /// Decide how to thank, and who is responsible.
        Thank = "thank",
    }
}

/// DKIM signing (RFC 6376); the key comes from the environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dkim {
    /// `s=`
    pub selector: Line,
    /// `d=`
    pub domain: Box<str>,
}

impl Dkim {
    /// The name in the DNS under which the public key is looked up (RFC 6376 §3.6.2.1).
    pub fn record_name(&self) -> String {
        format!("{}._domainkey.{}", self.selector.as_str(), self.domain)
    }
}

/// How fast and how patiently `send` talks to the relay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Smtp {
    /// Connections at a time, 1–4.
    pub connections: u8,
    /// Messages a minute over all connections.
    pub per_minute: Option<u32>,
    /// Messages a minute to one recipient domain.
    pub per_domain_per_minute: Option<u32>,
    /// Seconds to wait for an answer to a command.
    pub command_timeout_s: u32,
    /// Seconds to wait for the answer to the final dot (RFC 5321 §4.5.3.2.6).
    pub dot_timeout_s: u32,
    /// A private certificate authority, PEM.
    pub ca_file: Option<Box<str>>,
}

impl Default for Smtp {
    fn default() -> Self {
        Smtp {
            connections: 2,
            per_minute: None,
            per_domain_per_minute: None,
            command_timeout_s: 60,
            dot_timeout_s: 600,
            ca_file: None,
        }
    }
}

/// The colours of one mode, as CSS colours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Palette {
    /// Behind the card.
    pub page: Box<str>,
    /// The card.
    pub card: Box<str>,
    /// Running text.
    pub text: Box<str>,
    /// Quiet text.
    pub quiet: Box<str>,
    /// Links and buttons.
    pub accent: Box<str>,
    /// Text on the accent.
    pub on_accent: Box<str>,
    /// The accent's tint, behind the keep-in-mind text.
    pub tint: Box<str>,
    /// The second colour.
    pub second: Box<str>,
    /// Hairlines.
    pub line: Box<str>,
}

/// How the firm looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brand {
    /// The logo, below `content/`.
    pub logo: Option<Box<str>>,
    /// The same for dark grounds.
    pub logo_dark: Option<Box<str>>,
    /// A few words under it.
    pub tagline: Option<Localised>,
    /// By day.
    pub light: Palette,
    /// By night.
    pub dark: Palette,
    /// The font stack of headings.
    pub heading_font: Box<str>,
    /// The font stack of the rest.
    pub body_font: Box<str>,
}

/// `bevara.yaml`.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The programme's name.
    pub name: Line,
    /// Where the site will stand, without a trailing slash.
    pub base_url: Box<str>,
    /// Its languages and fallbacks.
    pub languages: Languages,
    /// The zone in which 09:00 is nine in the morning.
    pub timezone: TimeZone,
    /// The firm's country.
    pub country: Country,
    /// The day the programme's memory begins: nobody is asked for what lay before it. `None` where everything counts.
    pub begins: Option<Date>,
    /// Who sends.
    pub sender: Sender,
    /// How it looks.
    pub brand: Brand,
    /// Everybody on the team.
    pub team: Vec<Member>,
    /// How to opt out.
    pub unsubscribe: Unsubscribe,
    /// The refer-us page.
    pub refer: Refer,
    /// The reward policy.
    pub reward: Option<Reward>,
    /// What each tier is owed.
    pub cadence: BTreeMap<Tier, Cadence>,
    /// What is aimed at.
    pub goals: Goals,
    /// Where it began.
    pub baseline: Baseline,
    /// The steps taken, and when.
    pub steps: BTreeMap<Step, Date>,
    /// Signing.
    pub dkim: Option<Dkim>,
    /// Sending.
    pub smtp: Smtp,
    /// Paper.
    pub post: Post,
    /// Whose approval mailings need, by kind or by id (R36).
    pub approval: BTreeMap<Box<str>, Vec<Role>>,
    /// Who looks at proofs, by id.
    pub proofs: Vec<TeamId>,
    /// Checks whose level is changed.
    pub severity: BTreeMap<Box<str>, Severity>,
    /// The law, where it is read otherwise than in our table (R26).
    pub law: Law,
}

/// The hour at which a built message is dated, on its planned day in the programme's time zone (design §7).
const HOUR: i8 = 9;

impl Settings {
    /// When a message of this planned day counts as written: nine in the morning, in the programme's zone.
    pub fn written_at(&self, day: Date) -> Zoned {
        let morning = day.at(HOUR, 0, 0, 0);
        morning.to_zoned(self.timezone.clone()).unwrap_or_else(|_| Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC))
    }

    /// Days within which both sides of a referral are thanked (R20).
    pub fn thank_within_days(&self) -> u32 {
        self.reward.as_ref().map_or(THANK_WITHIN_DAYS, |reward| reward.thank_within_days)
    }

    /// The member with this id.
    pub fn member(&self, id: &TeamId) -> Option<&Member> {
        self.team.iter().find(|member| member.id == *id)
    }

    /// The roles that have to approve a mailing: what is asked of it by id, and of its kind (R36).
    pub fn approvers(&self, mailing: &Mailing) -> BTreeSet<Role> {
        let asked = [mailing.id.as_str(), mailing.kind.name()].map(|key| self.approval.get(key));
        asked.into_iter().flatten().flatten().cloned().collect()
    }

    /// Whoever leads the firm: the member marked so, or the first.
    pub fn ceo(&self) -> &Member {
        self.team.iter().find(|member| member.ceo).unwrap_or(&self.team[0])
    }

    /// The day the programme began: the one it says, else the first of the six steps (R24).
    pub fn begun(&self) -> Option<Date> {
        self.begins.or_else(|| self.steps.values().min().copied())
    }

    /// True for a day before the programme's memory: what should have been done on it is neither late nor missed.
    pub fn is_before_start(&self, day: Date) -> bool {
        self.begins.is_some_and(|begins| day < begins)
    }

    /// The day on which something is asked for that wanted doing on `day`: no earlier than the programme's memory.
    pub fn asked_on(&self, day: Date) -> Date {
        self.begins.map_or(day, |begins| day.max(begins))
    }

    /// The default currency: that of the budget for rewards.
    pub fn currency(&self) -> Option<Currency> {
        self.reward.as_ref().map(|reward| reward.currency)
    }
}

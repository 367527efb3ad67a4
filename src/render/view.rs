//! What templates may see: borrowed structs, made for one render. A field that is absent is undefined, never null.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::model::contact::{Contact, Nps, PostalAddress};
use crate::model::language::{Language, Languages};
use crate::model::mailing::{Gift, Mailing};
use crate::model::money::Money;
use crate::model::settings::{Brand, Member, Palette, Reward, RewardOption, Settings};
use crate::model::text::{Line, Localised};
use crate::render::address;

/// `programme`
#[derive(Serialize)]
pub struct ProgrammeView<'a> {
    name: &'a str,
    base_url: &'a str,
    country: &'a str,
    languages: Vec<&'static str>,
    sender: SenderView<'a>,
}

#[derive(Serialize)]
struct SenderView<'a> {
    name: &'a str,
    email: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_to: Option<&'a str>,
    postal_address: SenderAddressView<'a>,
}

#[derive(Serialize)]
struct SenderAddressView<'a> {
    #[serde(flatten)]
    address: AddressView<'a>,
    lines: Vec<String>,
}

impl<'a> ProgrammeView<'a> {
    /// What templates see of the settings.
    pub fn new(settings: &'a Settings) -> Self {
        let sender = &settings.sender;
        ProgrammeView {
            name: settings.name.as_str(),
            base_url: &settings.base_url,
            country: settings.country.code(),
            languages: settings.languages.all.iter().map(|language| language.tag()).collect(),
            sender: SenderView {
                name: sender.name.as_str(),
                email: sender.email.as_str(),
                reply_to: sender.reply_to.as_ref().map(|address| address.as_str()),
                postal_address: SenderAddressView {
                    address: AddressView::new(Some(&sender.postal_address)),
                    lines: address::own_lines(&sender.postal_address, settings.country),
                },
            },
        }
    }
}

/// A postal address; the group is always there, its parts where they are known.
#[derive(Serialize)]
pub struct AddressView<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    street: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    postcode: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    city: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<&'a str>,
}

impl<'a> AddressView<'a> {
    fn new(address: Option<&'a PostalAddress>) -> Self {
        let part = |line: fn(&PostalAddress) -> &Option<Line>| address.and_then(|a| line(a).as_ref()).map(Line::as_str);
        AddressView {
            street: part(|address| &address.street),
            postcode: part(|address| &address.postcode),
            city: part(|address| &address.city),
            country: address.and_then(|address| address.country.as_ref()).map(|country| country.code()),
        }
    }
}

/// `brand`
#[derive(Serialize)]
pub struct BrandView<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    logo: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tagline: Option<&'a str>,
    #[serde(flatten)]
    light: PaletteView<'a>,
    dark: PaletteView<'a>,
    heading_font: &'a str,
    body_font: &'a str,
}

#[derive(Serialize)]
struct PaletteView<'a> {
    page: &'a str,
    card: &'a str,
    text: &'a str,
    quiet: &'a str,
    accent: &'a str,
    on_accent: &'a str,
    tint: &'a str,
    second: &'a str,
    line: &'a str,
}

impl<'a> From<&'a Palette> for PaletteView<'a> {
    fn from(palette: &'a Palette) -> Self {
        let Palette { page, card, text, quiet, accent, on_accent, tint, second, line } = palette;
        PaletteView { page, card, text, quiet, accent, on_accent, tint, second, line }
    }
}

impl<'a> BrandView<'a> {
    /// What templates see of the brand, its words in `language`.
    pub fn new(brand: &'a Brand, language: Language, languages: &Languages) -> Self {
        BrandView {
            logo: brand.logo.as_deref(),
            tagline: brand.tagline.as_ref().and_then(|text| text.get(language, languages)),
            light: (&brand.light).into(),
            dark: (&brand.dark).into(),
            heading_font: &brand.heading_font,
            body_font: &brand.body_font,
        }
    }
}

/// `signer` and `owner`
#[derive(Serialize)]
pub struct MemberView<'a> {
    id: &'a str,
    name: &'a str,
    given: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'a str>,
    email: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<&'a str>,
    ceo: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    signature: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    photo: Option<&'a str>,
}

impl<'a> MemberView<'a> {
    /// What templates see of a member of the team, their role in `language`.
    pub fn new(member: &'a Member, language: Language, languages: &Languages) -> Self {
        let name = member.name.as_str();
        MemberView {
            id: member.id.as_str(),
            name,
            given: name.split_whitespace().next().unwrap_or(name),
            role: member.role.as_ref().and_then(|role| role.get(language, languages)),
            email: member.email.as_str(),
            phone: member.phone.as_ref().map(Line::as_str),
            ceo: member.ceo,
            signature: member.signature.as_deref(),
            photo: member.photo.as_deref(),
        }
    }
}

/// `mailing`
#[derive(Serialize)]
pub struct MailingView<'a> {
    /// Its id.
    pub id: &'a str,
    /// What it is.
    pub kind: &'static str,
    /// Its day for this reader, ISO 8601.
    pub when: String,
    /// The year of that day.
    pub year: i16,
    /// How it travels.
    pub channel: &'static str,
    /// Whether the site shows it.
    pub public: bool,
    /// The subject, merged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<&'a str>,
    /// The preheader, merged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preheader: Option<&'a str>,
    /// The public sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<&'a str>,
    /// Whether the reward box is printed.
    pub reward_block: bool,
    /// The gift.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gift: Option<GiftView<'a>>,
    /// Free fields of the front matter.
    pub extra: &'a Map<String, Value>,
}

/// `mailing.gift`
#[derive(Serialize)]
pub struct GiftView<'a> {
    item: &'a str,
    why_ours: &'a str,
}

impl<'a> From<&'a Gift> for GiftView<'a> {
    fn from(gift: &'a Gift) -> Self {
        GiftView { item: gift.item.as_str(), why_ours: gift.why_ours.as_str() }
    }
}

/// `occasion`
#[derive(Serialize)]
pub struct OccasionView {
    /// Its name in the plan: easter, midsummer …
    pub name: &'static str,
    /// Its own day, ISO 8601.
    pub date: String,
}

/// `links`
#[derive(Serialize)]
pub struct LinksView {
    /// The refer-us page with the personal code.
    pub refer: String,
    /// The best way to opt out; there is none without a reader.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unsubscribe: Option<String>,
    /// The public copy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub browser: Option<String>,
}

/// `reward`
#[derive(Serialize)]
pub struct RewardView<'a> {
    /// What the referrer may choose from.
    pub referrer: Vec<&'a str>,
    /// What the referred side may choose from.
    pub referred: Vec<&'a str>,
    /// Both, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<&'a str>,
}

impl<'a> RewardView<'a> {
    /// What templates see of the reward policy, in `language`.
    pub fn new(settings: &'a Settings, language: Language) -> Self {
        let languages = &settings.languages;
        let label = |option: &'a RewardOption| option.label.get(language, languages);
        let side = |reward: &'a Reward, ids: &[crate::model::id::RewardId]| {
            ids.iter()
                .filter_map(|id| reward.options.iter().find(|option| option.id == *id))
                .filter_map(label)
                .collect()
        };
        let reward = settings.reward.as_ref();
        RewardView {
            referrer: reward.map(|reward| side(reward, &reward.referrer)).unwrap_or_default(),
            referred: reward.map(|reward| side(reward, &reward.referred)).unwrap_or_default(),
            text: localised(settings.refer.reward.as_ref(), language, languages),
        }
    }
}

/// A text in `language`, where there is one.
pub fn localised<'a>(text: Option<&'a Localised>, language: Language, languages: &Languages) -> Option<&'a str> {
    text.and_then(|text| text.get(language, languages))
}

/// An amount of money: `amount` as text, `minor` units and `currency`, for the filter `money`.
#[derive(Serialize)]
pub struct MoneyView {
    amount: String,
    minor: i64,
    currency: String,
}

impl From<Money> for MoneyView {
    fn from(money: Money) -> Self {
        let whole = money.to_string();
        let amount = whole.split(' ').next().unwrap_or_default().to_owned();
        MoneyView { amount, minor: money.minor, currency: money.currency.code().to_owned() }
    }
}

/// `contact`, and the names a `where` may use.
#[derive(Serialize)]
pub struct ContactView<'a> {
    id: &'a str,
    name: NameView<'a>,
    tier: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tier_reason: Option<&'a str>,
    owner: &'a str,
    language: &'static str,
    kind: &'static str,
    recipient: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    company: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<&'a str>,
    address: AddressView<'a>,
    code: String,
    tags: Vec<&'a str>,
    owned: Vec<&'a str>,
    competitors: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    birthday: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    collected_on: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    network_size: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    opportunity: Option<&'static str>,
    nps: BTreeMap<&'static str, Value>,
    inner_circle: BTreeMap<&'static str, &'a str>,
    ask: BTreeMap<&'static str, Value>,
    project: BTreeMap<&'static str, String>,
    extra: &'a Map<String, Value>,
}

#[derive(Serialize)]
struct NameView<'a> {
    given: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    family: Option<&'a str>,
    full: String,
}

impl<'a> ContactView<'a> {
    /// What templates see of a contact.
    pub fn new(contact: &'a Contact, code: String) -> Self {
        ContactView::of_names(contact, code, |_| true)
    }

    /// The same, as far as somebody `wants` it; what is there for everybody is always there.
    pub fn of_names(contact: &'a Contact, code: String, wants: impl Fn(&str) -> bool) -> Self {
        let details = &contact.details;
        let iso = |date: Option<Date>| date.map(|date| date.to_string());
        let words = |lines: &'a [Line]| lines.iter().map(Line::as_str).collect();
        ContactView {
            id: contact.id.as_str(),
            name: NameView {
                given: contact.name.given.as_str(),
                family: contact.name.family.as_ref().map(Line::as_str),
                full: if wants("name") { contact.name.full() } else { String::new() },
            },
            tier: contact.tier().map_or("D", |tier| tier.letter()),
            tier_reason: contact.tier_reason.as_ref().filter(|_| wants("tier_reason")).map(|reason| reason.as_str()),
            owner: contact.owner.as_str(),
            language: contact.language.tag(),
            kind: contact.kind.name(),
            recipient: contact.nature.name(),
            company: contact.company.as_ref().filter(|_| wants("company")).map(Line::as_str),
            role: contact.role.as_ref().filter(|_| wants("role")).map(Line::as_str),
            email: contact.email.as_ref().filter(|_| wants("email")).map(|address| address.as_str()),
            phone: contact.phone.as_ref().filter(|_| wants("phone")).map(Line::as_str),
            address: AddressView::new(contact.address.as_deref().filter(|_| wants("address"))),
            code,
            tags: if wants("tags") { words(&details.tags) } else { Vec::new() },
            owned: if wants("owned") { words(&details.owned) } else { Vec::new() },
            competitors: if wants("competitors") { words(&details.competitors) } else { Vec::new() },
            since: iso(details.since.filter(|_| wants("since"))),
            birthday: iso(details.birthday.filter(|_| wants("birthday"))),
            source: details.source.as_ref().filter(|_| wants("source")).map(Line::as_str),
            collected_on: iso(details.collected_on.filter(|_| wants("collected_on"))),
            size: details.size,
            network_size: details.network_size,
            opportunity: details.opportunity.map(|opportunity| opportunity.name()),
            nps: nps(details.nps.filter(|_| wants("nps"))),
            inner_circle: details
                .inner_circle
                .iter()
                .filter(|_| wants("inner_circle"))
                .map(|why| ("why", why.as_str()))
                .collect(),
            ask: pairs([
                ("wave", details.ask.wave.filter(|_| wants("ask")).map(Value::from)),
                ("not_before", iso(details.ask.not_before.filter(|_| wants("ask"))).map(Value::from)),
            ]),
            project: details
                .project
                .iter()
                .filter(|_| wants("project"))
                .flat_map(|project| pairs([("from", iso(project.from)), ("to", iso(project.to))]))
                .collect(),
            extra: &details.extra,
        }
    }

    /// The top-level names a `where` may use.
    pub const NAMES: [&'static str; 29] = [
        "id",
        "name",
        "tier",
        "tier_reason",
        "owner",
        "language",
        "kind",
        "recipient",
        "company",
        "role",
        "email",
        "phone",
        "address",
        "code",
        "tags",
        "owned",
        "competitors",
        "since",
        "birthday",
        "source",
        "collected_on",
        "size",
        "network_size",
        "opportunity",
        "nps",
        "inner_circle",
        "ask",
        "project",
        "extra",
    ];
}

fn nps(nps: Option<Nps>) -> BTreeMap<&'static str, Value> {
    let Some(nps) = nps else { return BTreeMap::new() };
    pairs([("score", Some(nps.score.into())), ("on", nps.on.map(|on| on.to_string().into()))])
}

fn pairs<V, const N: usize>(pairs: [(&'static str, Option<V>); N]) -> BTreeMap<&'static str, V> {
    pairs.into_iter().filter_map(|(key, value)| value.map(|value| (key, value))).collect()
}

/// The words of ours in a view: they print as they are, in class names too.
pub mod words {
    /// Of [`MailingView`](super::MailingView).
    pub const MAILING: [&str; 4] = ["id", "kind", "when", "channel"];
    /// Of [`ContactView`](super::ContactView).
    pub const CONTACT: [&str; 6] = ["tier", "owner", "language", "kind", "recipient", "opportunity"];
    /// Of [`BrandView`](super::BrandView).
    pub const BRAND: [&str; 12] = [
        "page",
        "card",
        "text",
        "quiet",
        "accent",
        "on_accent",
        "tint",
        "second",
        "line",
        "dark",
        "heading_font",
        "body_font",
    ];
}

/// The parts of a mailing that its content gives, before subject and preheader are merged.
pub fn mailing_view<'a>(mailing: &'a Mailing, date: Date, extra: &'a Map<String, Value>) -> MailingView<'a> {
    MailingView {
        id: mailing.id.as_str(),
        kind: mailing.kind.name(),
        when: date.to_string(),
        year: date.year(),
        channel: mailing.channel.name(),
        public: mailing.public,
        subject: None,
        preheader: None,
        summary: None,
        reward_block: false,
        gift: mailing.gift.as_ref().map(GiftView::from),
        extra,
    }
}

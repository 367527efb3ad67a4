//! What templates may see: borrowed structs, made for one render. A field that is absent is undefined, never null.
//!
//! Here is what belongs to a mailing; [`settings`], [`contact`] and [`page`] are what their names say, and [`words`] tells what
//! is no data. What only letters, labels and lists see stands with the measures of [`paper`](super::paper).

pub mod contact;
pub mod page;
pub mod quotes;
pub mod settings;
pub mod values;
pub mod words;

use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::model::contact::PostalAddress;
use crate::model::language::{Language, Languages};
use crate::model::mailing::{Gift, Mailing};
use crate::model::money::Money;
use crate::model::text::{Line, Localised};

/// The words of ours in a [`MailingView`].
pub const MAILING_WORDS: [&str; 4] = ["id", "kind", "when", "channel"];

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

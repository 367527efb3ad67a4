//! What templates may see of the settings: the firm, its brand, its team and its rewards.

use serde::Serialize;
use tera::Value;

use super::words::own_words;
use super::{AddressView, localised};
use crate::model::id::RewardId;
use crate::model::language::{Language, Languages};
use crate::model::settings::{Member, Palette, Reward, RewardOption, Settings};
use crate::model::text::Line;
use crate::render::{address, locale};

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
    registered: RegisteredView<'a>,
}

/// What the register says of the firm.
#[derive(Serialize)]
struct RegisteredView<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seat: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vat: Option<&'a str>,
    directors: Vec<&'a str>,
    /// All of it in words, a detail a line.
    lines: Vec<String>,
}

#[derive(Serialize)]
struct SenderAddressView<'a> {
    #[serde(flatten)]
    address: AddressView<'a>,
    lines: Vec<String>,
}

impl<'a> ProgrammeView<'a> {
    /// What templates see of the settings, its words in `language`.
    pub fn new(settings: &'a Settings, language: Language) -> Self {
        let sender = &settings.sender;
        let registered = &sender.registered;
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
                registered: RegisteredView {
                    name: registered.name.as_ref().map(Line::as_str),
                    number: registered.number.as_ref().map(Line::as_str),
                    seat: registered.seat.as_ref().map(Line::as_str),
                    vat: registered.vat.as_ref().map(Line::as_str),
                    directors: registered.directors.iter().map(Line::as_str).collect(),
                    lines: locale::registered(registered, language),
                },
            },
        }
    }
}

/// `brand`
#[derive(Serialize)]
struct BrandView<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    logo: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    logo_dark: Option<&'a str>,
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

/// The words of ours in a [`BrandView`].
const BRAND_WORDS: [&str; 12] = [
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

/// What templates see of the brand, its words in `language`.
pub fn brand(settings: &Settings, language: Language) -> Value {
    let brand = &settings.brand;
    let view = BrandView {
        logo: brand.logo.as_deref(),
        logo_dark: brand.logo_dark.as_deref(),
        tagline: localised(brand.tagline.as_ref(), language, &settings.languages),
        light: (&brand.light).into(),
        dark: (&brand.dark).into(),
        heading_font: &brand.heading_font,
        body_font: &brand.body_font,
    };
    own_words(&view, &BRAND_WORDS)
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
            role: localised(member.role.as_ref(), language, languages),
            email: member.email.as_str(),
            phone: member.phone.as_ref().map(Line::as_str),
            ceo: member.ceo,
            signature: member.signature.as_deref(),
            photo: member.photo.as_deref(),
        }
    }
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
        let side = |reward: &'a Reward, ids: &[RewardId]| {
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

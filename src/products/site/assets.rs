//! Files that pages need, under names that tell their content, so that they can be kept for ever.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::card::{Card, Logo, Shape};
use super::leaf::Leaf;
use super::names::{hashed_name, name_parts};
use super::pictures::Pictures;
use super::{File, Held, drawings};
use crate::model::content::asset_named;
use crate::model::language::Language;
use crate::model::programme::Programme;
use crate::products::site::page::{Shelf, style_sheet};
use crate::render::engine::Engine;
use crate::render::locale::{self, DateStyle};
use crate::render::site_urls::SiteUrls;
use crate::render::view::page::{AssetView, CardView, SharedPicture};
use crate::render::view::quotes::public_quote;
use html::Picture;
use picture::copies;
use picture::qr;
use source::diagnostic::Diagnostic;
use store::digest::Digest;

const SCRIPT: &str = "site/site.js";

/// The files of a site that are no pages.
pub(super) struct Assets<'p> {
    programme: &'p Programme,
    ground: SiteUrls<'p>,
    /// What was made for the site, by path.
    made: BTreeMap<String, Vec<u8>>,
    /// The style sheet, which stands in every page.
    css: String,
    script: Option<String>,
    icon: String,
    qr: BTreeMap<Language, String>,
    /// What templates see of each language's card.
    cards: BTreeMap<Language, CardView>,
    /// What readers of each language's refer-us page may pass on.
    shared: BTreeMap<Language, Vec<Card>>,
    logo: Option<Arc<Logo>>,
    pictures: Pictures<'p>,
}

impl<'p> Assets<'p> {
    /// Makes the style sheet, the script, the icon, and a QR code for each refer-us page (language and absolute URL).
    pub(super) fn new(
        programme: &'p Programme,
        engine: &Engine,
        ground: SiteUrls<'p>,
        refer_pages: &[(Language, String)],
        today: Date,
        pictures: Pictures<'p>,
    ) -> Result<Self, Box<Diagnostic>> {
        let css = style_sheet(programme, engine)?;
        let icon = drawings::icon(programme.settings.name.as_str(), &programme.settings.brand);
        let script = programme.templates.get(SCRIPT).map(|file| file.text().to_owned());
        let mut made = BTreeMap::new();
        let mut make = |stem: &str, suffix: &str, text: String| {
            let digest = Digest::of(text.as_bytes()).to_string();
            let url = ground.rooted(&hashed_name(stem, suffix, &digest));
            made.insert(url.clone(), text.into_bytes());
            url
        };
        let icon = make("icon", "svg", icon);
        let script = script.map(|text| make("site", "js", text));
        let code = |(language, url): &(Language, String)| Some((*language, qr::svg(url)?));
        let codes = refer_pages.iter().filter_map(code);
        let qr = codes.map(|(language, svg)| (language, make(&format!("refer-{language}"), "svg", svg))).collect();
        let logo = programme.settings.brand.logo.as_deref().and_then(|path| programme.assets.get(path));
        let logo = logo.and_then(Logo::read).map(Arc::new);
        let card =
            |&language: &Language| (language, card_view(ground, &common_card(programme, language, logo.as_ref())));
        let cards = programme.settings.languages.all.iter().map(card).collect();
        let shared = refer_pages.iter().map(|(language, url)| {
            (
                *language,
                shared_cards(&common_card(programme, *language, logo.as_ref()), programme, *language, url, today),
            )
        });
        let shared = shared.collect();
        Ok(Assets { programme, ground, made, css, script, icon, qr, cards, shared, logo, pictures })
    }

    /// What templates see of them.
    pub(super) fn view(&self) -> AssetView<'_> {
        AssetView { style: &self.css, script: self.script.as_deref(), icon: &self.icon }
    }

    /// The style sheet.
    pub(super) fn style(&self) -> &str {
        &self.css
    }

    /// The path of the QR code for a language's refer-us page.
    pub(super) fn qr(&self, language: Language) -> Option<&str> {
        self.qr.get(&language).map(String::as_str)
    }

    /// Every file by its path: what was made, those below `content/` that pages use, and copies of pictures that pages show.
    pub(super) fn files(&self, used: BTreeSet<&String>, pictures: BTreeSet<&String>) -> Vec<File<'p>> {
        let made = self.made.iter().map(|(url, bytes)| (url.clone(), Held::Ready(Cow::Owned(bytes.clone()))));
        let shown = used.into_iter().filter_map(|path| self.shown(path));
        let mut shown: BTreeMap<_, _> = shown.map(|(url, bytes)| (url, Held::Ready(Cow::Borrowed(bytes)))).collect();
        for path in pictures {
            let Some((path, asset)) = asset_named(&self.programme.assets, path) else { continue };
            shown.extend(self.pictures.copies(path, asset));
            if copies::widths(asset.original()).1
                && let Some((url, bytes)) = self.shown(path)
            {
                shown.insert(url, Held::Ready(Cow::Borrowed(bytes)));
            }
        }
        made.chain(shown).collect()
    }

    /// Every card by its path.
    pub(super) fn cards(&self, leaves: &[Leaf<'_>]) -> Vec<File<'p>> {
        let languages: BTreeSet<Language> = leaves.iter().map(|leaf| leaf.language).collect();
        let common = languages.into_iter().map(|language| self.common_card(language));
        let own = leaves.iter().filter_map(|leaf| self.own_card(leaf));
        let cards = common.chain(own).chain(self.shared.values().flatten().cloned());
        cards
            .map(|card| (self.card_url(&card), Held::Card(Box::new(card))))
            .collect::<BTreeMap<_, _>>()
            .into_iter()
            .collect()
    }

    /// What templates see of a page's card: its own where it has one, else its language's.
    pub(super) fn card(&self, leaf: &Leaf<'_>) -> Option<CardView> {
        let own = self.own_card(leaf).map(|card| card_view(self.ground, &card));
        own.or_else(|| self.cards.get(&leaf.language).cloned())
    }

    fn own_card(&self, leaf: &Leaf<'_>) -> Option<Card> {
        let title = leaf.own_card()?.to_owned();
        let above = leaf.date.map(|date| locale::format_date(date, DateStyle::Long, leaf.language));
        let common = self.common_card(leaf.language);
        let tagline = (common.title != common.name).then_some(common.title);
        Some(Card { title, above, tagline, ..common })
    }

    /// The pictures that readers of a language's refer-us page may pass on.
    pub(super) fn shared(&self, language: Language) -> Vec<SharedPicture> {
        let view = |card: &Card| {
            let (width, height) = card.shape.size();
            SharedPicture { url: self.card_url(card), shape: card.shape.name(), alt: card.alt(), width, height }
        };
        self.shared.get(&language).into_iter().flatten().map(view).collect()
    }

    fn common_card(&self, language: Language) -> Card {
        common_card(self.programme, language, self.logo.as_ref())
    }

    fn card_url(&self, card: &Card) -> String {
        card_url(self.ground, card)
    }

    /// The path on the site of a file below `content/`, and its bytes.
    fn shown(&self, path: &str) -> Option<(String, &'p [u8])> {
        let (path, asset) = asset_named(&self.programme.assets, path)?;
        let (stem, suffix) = name_parts(path);
        Some((self.ground.rooted(&hashed_name(stem, suffix, &asset.digest)), &*asset.bytes))
    }
}

impl Shelf for Assets<'_> {
    fn picture(&self, path: &str) -> Option<Picture> {
        let (src, _) = self.shown(path)?;
        let (path, asset) = asset_named(&self.programme.assets, path)?;
        Some(self.pictures.offered(path, asset, src))
    }

    fn file(&self, path: &str) -> Option<String> {
        self.shown(path).map(|(url, _)| url)
    }

    fn rooted(&self, path: &str) -> String {
        self.ground.rooted(path)
    }

    fn is_made(&self, path: &str) -> bool {
        let is_drawn = |card: &Card| self.card_url(card) == path;
        self.made.contains_key(path) || self.shared.values().flatten().any(is_drawn)
    }
}

/// The card of a language: what the firm says of itself.
fn common_card(programme: &Programme, language: Language, logo: Option<&Arc<Logo>>) -> Card {
    let settings = &programme.settings;
    let tagline = settings.brand.tagline.as_ref().and_then(|text| text.get(language, &settings.languages));
    let name = settings.name.as_str().to_owned();
    let title = tagline.unwrap_or(&name).to_owned();
    let (colours, logo) = (settings.brand.light.clone(), logo.cloned());
    Card { shape: Shape::Wide, title, above: None, below: None, name, tagline: None, logo, colours }
}

/// The pictures that readers of a refer-us page may pass on, in the measures of the networks: what a customer says, or else what the
/// firm says of itself, and where to go.
fn shared_cards(common: &Card, programme: &Programme, language: Language, url: &str, today: Date) -> Vec<Card> {
    let address = url.split_once("://").map_or(url, |(_, rest)| rest).trim_end_matches('/');
    let said = public_quote(programme, language, today).map(|quote| {
        let marks = locale::quotes(language);
        (format!("{}{}{}", marks.open, quote.text, marks.close), quote.said_by)
    });
    let (title, below) = said.map_or_else(|| (common.title.clone(), None), |(title, by)| (title, Some(by)));
    let base = Card { title, below, tagline: Some(address.to_owned()), ..common.clone() };
    Shape::ALL.into_iter().map(|shape| Card { shape, ..base.clone() }).collect()
}

fn card_url(ground: SiteUrls<'_>, card: &Card) -> String {
    ground.rooted(&hashed_name("card", "png", &card.digest().to_string()))
}

fn card_view(ground: SiteUrls<'_>, card: &Card) -> CardView {
    let url = ground.absolute(&card_url(ground, card));
    let (width, height) = card.shape.size();
    CardView { url, alt: card.alt(), width, height }
}

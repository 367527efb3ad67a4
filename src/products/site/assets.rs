//! Files that pages need, under names that tell their content, so that they can be kept for ever.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::card::{self, Card};
use super::leaf::Leaf;
use super::names::{hashed_name, name_parts};
use super::pictures::{Copies, Pictures};
use super::{File, Held, drawings};
use crate::model::language::Language;
use crate::model::programme::Programme;
use crate::products::site::page::{Shelf, style_sheet};
use crate::render::engine::Engine;
use crate::render::locale::{self, DateStyle};
use crate::render::site_urls::SiteUrls;
use crate::render::view::page::{AssetView, CardView};
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
    pictures: Pictures<'p>,
}

impl<'p> Assets<'p> {
    /// Makes the style sheet, the script, the icon, and a QR code for each refer-us page (language and absolute URL).
    pub(super) fn new(
        programme: &'p Programme,
        engine: &Engine,
        ground: SiteUrls<'p>,
        refer_pages: &[(Language, String)],
        copies: Copies,
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
        let card = |&language: &Language| (language, card_view(ground, &common_card(programme, language)));
        let cards = programme.settings.languages.all.iter().map(card).collect();
        let pictures = Pictures::new(programme, ground, copies);
        Ok(Assets { programme, ground, made, css, script, icon, qr, cards, pictures })
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
            let Some(asset) = self.programme.assets.get(path) else { continue };
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
        let common = languages.into_iter().map(|language| common_card(self.programme, language));
        let cards = common.chain(leaves.iter().filter_map(|leaf| self.own_card(leaf)));
        cards.map(|card| (self.card_url(&card), Held::Card(card))).collect::<BTreeMap<_, _>>().into_iter().collect()
    }

    /// What templates see of a page's card: its own where it has one, else its language's.
    pub(super) fn card(&self, leaf: &Leaf<'_>) -> Option<CardView> {
        let own = self.own_card(leaf).map(|card| card_view(self.ground, &card));
        own.or_else(|| self.cards.get(&leaf.language).cloned())
    }

    fn own_card(&self, leaf: &Leaf<'_>) -> Option<Card> {
        let title = leaf.own_card()?.to_owned();
        let above = leaf.date.map(|date| locale::format_date(date, DateStyle::Long, leaf.language));
        let common = common_card(self.programme, leaf.language);
        let tagline = (common.title != common.name).then_some(common.title);
        Some(Card { title, above, tagline, ..common })
    }

    fn card_url(&self, card: &Card) -> String {
        card_url(self.ground, card)
    }

    /// The path on the site of a file below `content/`, and its bytes.
    fn shown(&self, path: &str) -> Option<(String, &'p [u8])> {
        let asset = self.programme.assets.get(path)?;
        let (stem, suffix) = name_parts(path);
        Some((self.ground.rooted(&hashed_name(stem, suffix, &asset.digest)), &*asset.bytes))
    }
}

impl Shelf for Assets<'_> {
    fn picture(&self, path: &str) -> Option<Picture> {
        let (src, _) = self.shown(path)?;
        Some(self.pictures.offered(path, self.programme.assets.get(path)?, src))
    }

    fn file(&self, path: &str) -> Option<String> {
        self.shown(path).map(|(url, _)| url)
    }

    fn rooted(&self, path: &str) -> String {
        self.ground.rooted(path)
    }

    fn is_made(&self, path: &str) -> bool {
        self.made.contains_key(path)
    }
}

/// The card of a language: what the firm says of itself.
fn common_card(programme: &Programme, language: Language) -> Card {
    let settings = &programme.settings;
    let tagline = settings.brand.tagline.as_ref().and_then(|text| text.get(language, &settings.languages));
    let name = settings.name.as_str().to_owned();
    let title = tagline.unwrap_or(&name).to_owned();
    Card { title, above: None, name, tagline: None, colours: settings.brand.light.clone() }
}

fn card_url(ground: SiteUrls<'_>, card: &Card) -> String {
    ground.rooted(&hashed_name("card", "png", &card.digest().to_string()))
}

fn card_view(ground: SiteUrls<'_>, card: &Card) -> CardView {
    let url = ground.absolute(&card_url(ground, card));
    CardView { url, alt: card.alt(), width: card::WIDTH, height: card::HEIGHT }
}

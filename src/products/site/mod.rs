//! `output/site/`: the public pages, the only folder to publish. Nothing in it names a contact.
//!
//! `pages` says which pages there are, `archive` which letters are public, `assets` names the files they need,
//! `links` proves that every link leads somewhere, `relative` counts it from its page, `feed` and `hosting` write what machines
//! read. Every page is rendered before anything is written.

mod archive;
mod assets;
mod card;
mod drawings;
mod feed;
mod frames;
mod hosting;
mod leaf;
mod links;
mod names;
pub mod page;
mod pages;
mod pictures;
mod relative;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::model::content::Asset;
use crate::model::language::Language;
use crate::model::programme::Programme;
use crate::products::ProductError;
use crate::products::site::page::{PageRenderer, RenderedPage};
use crate::render::compose::Composer;
use crate::render::copies::Copier;
use crate::render::engine::Engine;
use crate::render::pictures::missing_hint;
use crate::render::site_urls::SiteUrls;
use archive::ArchivedMailing;
use assets::Assets;
use card::Card;
use leaf::Leaf;
use links::Places;
use picture::copies::Form;
pub use pictures::Copies;
use pictures::Pictures;
use source::diagnostic::{Diagnostic, Place, Severity};
use store::Store;
use store::digest::{Beginning, Digest};

/// A file of the site: its path, or its place below `output/`, and what it holds.
type File<'p> = (String, Held<'p>);

/// What a file of the site holds.
enum Held<'p> {
    /// A page; its style sheet is put in when it is needed.
    Page(Page),
    /// These bytes.
    Ready(Cow<'p, [u8]>),
    /// A card, drawn when it is needed.
    Card(Box<Card>),
    /// A picture at so many pixels of width and in another form, made when it is needed.
    Copy(&'p Asset, usize, Form),
}

/// A printed page.
struct Page {
    html: String,
    /// Where the style sheet goes.
    style_at: Vec<usize>,
    style: Arc<str>,
}

impl Page {
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.html.len() + self.style_at.len() * self.style.len());
        let mut from = 0;
        for &at in &self.style_at {
            bytes.extend_from_slice(&self.html.as_bytes()[from..at]);
            bytes.extend_from_slice(self.style.as_bytes());
            from = at;
        }
        bytes.extend_from_slice(&self.html.as_bytes()[from..]);
        bytes
    }

    /// What stands before the style sheet: the same on all pages of a language, if the theme puts it first.
    fn head(&self) -> &str {
        &self.html[..self.style_at.first().copied().unwrap_or(0)]
    }
}

impl Held<'_> {
    fn bytes(&self, copier: &Copier) -> Cow<'_, [u8]> {
        match self {
            Held::Page(page) => Cow::Owned(page.bytes()),
            Held::Ready(bytes) => Cow::Borrowed(bytes),
            Held::Card(card) => {
                let drawn = copier.kept(&format!("card-{}", card.digest()), || Some(card.png()));
                Cow::Owned(drawn.unwrap_or_default())
            }
            // A picture that cannot be read stands in for its copy.
            Held::Copy(asset, width, form) => {
                pictures::copy(copier, asset, *width, *form).map_or(Cow::Borrowed(&*asset.bytes), Cow::Owned)
            }
        }
    }
}

/// The site, rendered and not yet written.
pub struct Site<'p> {
    /// Files by their path below `output/`.
    files: Vec<File<'p>>,
    pages: usize,
    outside: BTreeMap<String, Place>,
    warnings: Vec<Diagnostic>,
    copier: Arc<Copier>,
}

impl<'p> Site<'p> {
    /// Renders every page and checks every link. A programme without pages and public mailings has no site.
    ///
    /// # Errors
    /// Everything that cannot be rendered, and every dead link.
    pub fn render(
        programme: &'p Programme,
        engine: &Engine,
        composer: &Composer<'p>,
        today: Date,
        copies: Copies,
    ) -> Result<Self, Vec<Diagnostic>> {
        Site::rendered(programme, engine, composer, today, copies, false)
    }

    /// The same to be looked at only: its elements say where they were written.
    ///
    /// # Errors
    /// As of [`render`](Self::render).
    pub fn traced(
        programme: &'p Programme,
        engine: &Engine,
        composer: &Composer<'p>,
        today: Date,
    ) -> Result<Self, Vec<Diagnostic>> {
        Site::rendered(programme, engine, composer, today, Copies::Plain, true)
    }

    fn rendered(
        programme: &'p Programme,
        engine: &Engine,
        composer: &Composer<'p>,
        today: Date,
        copies: Copies,
        is_traced: bool,
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut found = Vec::new();
        let ground = SiteUrls::new(&programme.settings);
        let letters = archive::letters(programme, composer, today, is_traced, &mut found);
        let leaves = pages::leaves(programme, &ground, &letters, &mut found);
        let layouts = missing_layouts(engine, &leaves);
        if leaves.is_empty() || !layouts.is_empty() {
            found.extend(layouts);
            let (files, outside, warnings, copier) = Default::default();
            return Site { files, pages: 0, outside, warnings, copier }.unless(found);
        }
        let refer = leaves.iter().filter(|leaf| leaf.is_refer());
        let refer: Vec<_> = refer.map(|leaf| (leaf.language, ground.absolute(&leaf.url))).collect();
        let copier = Arc::clone(composer.copier());
        let pictures = Pictures::new(programme, ground, copies, Arc::clone(&copier));
        let assets = Assets::new(programme, engine, ground, &refer, today, pictures).map_err(|error| vec![*error])?;
        let renderer = frames::renderer(programme, engine, ground, &assets, &leaves, today);
        let renderer = if is_traced { renderer.traced() } else { renderer };
        let complete = found.is_empty();
        let printed = render(programme, &renderer, ground, &assets, &leaves, &mut found);
        if !complete || printed.len() < leaves.len() {
            // A link to a page that could not be made is not dead.
            return Err(found);
        }
        let mut others = assets.files(
            printed.iter().flat_map(|page| &page.files).collect(),
            printed.iter().flat_map(|page| &page.pictures).collect(),
        );
        others.extend(assets.cards(&leaves));
        others.extend(texts(programme, ground, &renderer, &assets, &leaves, &letters));
        let places = Places { programme, ground, files: others.iter().map(|(url, _)| url.as_str()).collect() };
        let links::Checked { findings, outside } = links::check(&places, &leaves, &printed);
        found.extend(findings);
        found.extend(leaves.iter().zip(&printed).filter_map(|(leaf, page)| refused_html(leaf, page)));
        found.extend(printed.iter().flat_map(|page| page.left_over.iter().cloned()));
        let pages = printed.len();
        let style: Arc<str> = assets.style().into();
        let placed = leaves.par_iter().zip(printed).map(|(leaf, RenderedPage { html, style_at, .. })| {
            // The page for missing ones is shown at any depth.
            let (html, style_at) = match leaf.is_missing_page() {
                true => (html, style_at),
                false => relative::relative(&html, &style_at, &leaf.url),
            };
            (ground.file(&leaf.url), Held::Page(Page { html, style_at, style: Arc::clone(&style) }))
        });
        let placed: Vec<File<'_>> = placed.collect();
        let files = placed.into_iter().chain(others.into_iter().map(|(url, held)| (ground.file(&url), held))).collect();
        Site { files, pages, outside, warnings: Vec::new(), copier }.unless(found)
    }

    /// The site with its warnings, or everything that was found where one is an error.
    fn unless(self, found: Vec<Diagnostic>) -> Result<Self, Vec<Diagnostic>> {
        match found.iter().any(|finding| finding.severity == Severity::Error) {
            true => Err(found),
            false => Ok(Site { warnings: found, ..self }),
        }
    }

    /// What somebody should look at, though the site can be published.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// Every link that leads outside, and where it was written.
    pub fn outside(&self) -> &BTreeMap<String, Place> {
        &self.outside
    }

    /// Every file by its path below `output/`.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|(path, _)| path.as_str())
    }

    /// Every file by its path below `output/`, with what it holds.
    pub fn files(&self) -> impl Iterator<Item = (&str, Cow<'_, [u8]>)> {
        self.files.iter().map(|(path, held)| (path.as_str(), held.bytes(&self.copier)))
    }

    /// The digest of every page and feed, by its path below `output/`.
    pub fn page_digests(&self) -> BTreeMap<String, Digest> {
        let is_page = |(path, _): &&File<'_>| path.ends_with(".html") || path.ends_with(".xml");
        let pages: Vec<&File<'_>> = self.files.iter().filter(is_page).collect();
        pages.par_iter().map(|(path, held)| (path.clone(), Digest::of(&held.bytes(&self.copier)))).collect()
    }

    /// What the file at a path below `output/` holds. Cards and smaller copies of pictures are made for the asking.
    pub fn file(&self, path: &str) -> Option<Cow<'_, [u8]>> {
        self.files.iter().find(|(known, _)| known == path).map(|(_, held)| held.bytes(&self.copier))
    }

    /// Writes the site; the number of its pages.
    ///
    /// # Errors
    /// The disk.
    pub fn write(&self, store: &Store) -> Result<usize, ProductError> {
        let mut beginnings: BTreeMap<&str, Beginning> = BTreeMap::new();
        for (_, held) in &self.files {
            if let Held::Page(page) = held {
                let whole = || Beginning::new([page.head().as_bytes(), page.style.as_bytes()].concat());
                beginnings.entry(page.head()).or_insert_with(whole);
            }
        }
        self.files.par_iter().try_for_each(|(path, held)| match held {
            Held::Page(page) => {
                let bytes = page.bytes();
                let beginning = beginnings.get(page.head());
                let digest = beginning.map_or_else(|| Digest::of(&bytes), |beginning| beginning.digest(&bytes));
                store.put_digested(path, &bytes, digest).map(drop)
            }
            Held::Ready(bytes) => store.put(path, bytes).map(drop),
            // The name tells what it is made from: what an earlier build made need not be made again.
            Held::Card(_) | Held::Copy(..) => match store.keep(path)? {
                true => Ok(()),
                false => store.put(path, &held.bytes(&self.copier)).map(drop),
            },
        })?;
        Ok(self.pages)
    }
}

/// Renders every page; what goes wrong in one place is said once, with how many pages it concerns.
fn render(
    programme: &Programme,
    renderer: &PageRenderer<'_>,
    ground: SiteUrls<'_>,
    assets: &Assets<'_>,
    leaves: &[Leaf<'_>],
    found: &mut Vec<Diagnostic>,
) -> Vec<RenderedPage> {
    let made: Vec<_> = leaves.par_iter().map(|leaf| renderer.render(&leaf.source(&ground, assets))).collect();
    let mut failed: Vec<(Diagnostic, usize)> = Vec::new();
    let mut printed = Vec::with_capacity(made.len());
    for (leaf, made) in leaves.iter().zip(made) {
        match made {
            Ok(page) => {
                let missing = |path: &String| {
                    let error = Diagnostic::error("missing-picture", format!("there is no picture content/{path}"));
                    let hint = missing_hint(path, &programme.assets);
                    (error.place(links::picture_place(programme, leaf, path)).hint(hint), 1)
                };
                failed.extend(page.missing.iter().map(missing));
                printed.push(page);
            }
            Err(error) => match failed.iter_mut().find(|(known, _)| *known == *error) {
                Some((_, pages)) => *pages += 1,
                None => failed.push((*error, 1)),
            },
        }
    }
    found.extend(failed.into_iter().map(|(mut error, pages)| {
        if pages > 1 {
            error.message = format!("{} (on {pages} pages)", error.message);
        }
        error
    }));
    printed
}

/// Feeds, sitemap, robots and headers, by path.
fn texts(
    programme: &Programme,
    ground: SiteUrls<'_>,
    renderer: &PageRenderer<'_>,
    assets: &Assets<'_>,
    leaves: &[Leaf<'_>],
    letters: &[ArchivedMailing<'_>],
) -> Vec<File<'static>> {
    let default = programme.settings.languages.default();
    let languages: BTreeSet<Language> = leaves.iter().map(|leaf| leaf.language).collect();
    // A feed without letters has a date all the same: the beginning of the first plan.
    let began = programme.plans.keys().next().map_or(Date::ZERO, |&year| jiff::civil::date(year, 1, 1));
    let feed = |&language: &Language| {
        let own: Vec<&ArchivedMailing<'_>> = letters.iter().filter(|letter| letter.language == language).collect();
        (ground.url(language, "atom.xml"), feed::feed(programme, ground, renderer, language, &own, began))
    };
    let others = [
        (ground.rooted("sitemap.xml"), hosting::sitemap(ground, default, leaves)),
        (ground.rooted("robots.txt"), hosting::robots(ground)),
        (ground.rooted("_headers"), hosting::headers(ground, &hosting::policy(programme, assets.style()))),
    ];
    let texts = languages.iter().map(feed).chain(others);
    texts.map(|(url, text)| (url, Held::Ready(Cow::Owned(text.into_bytes())))).collect()
}

/// Layouts that pages need and that are not there.
fn missing_layouts(engine: &Engine, leaves: &[Leaf<'_>]) -> Vec<Diagnostic> {
    let needed: BTreeSet<&str> = leaves.iter().map(Leaf::template).collect();
    let missing = needed.into_iter().filter(|name| !engine.has(name)).map(|name| {
        let error = Diagnostic::error("missing-template", format!("there is no template `{name}`"));
        error.in_file(format!("templates/{name}")).hint("`bevara init` in an empty folder writes one to start from")
    });
    missing.collect()
}

/// Says where raw HTML is shown as text.
fn refused_html(leaf: &Leaf<'_>, page: &RenderedPage) -> Option<Diagnostic> {
    let refused = page.refused.as_deref()?;
    let content = leaf.content?;
    let first = refused.lines().next().unwrap_or_default();
    let at = content.markdown().find(first).map(|at| content.body_at + at);
    let place = at.map_or_else(
        || Place::File(leaf.file()),
        |start| {
            let span = source::Span { start, end: start + first.len() };
            Place::Span(Arc::clone(&content.file), span)
        },
    );
    let warning = Diagnostic::warning("raw-html", "this HTML is shown as text");
    Some(warning.place(place).hint("write Markdown, or allow it with `html: true` in the front matter"))
}

#[cfg(test)]
mod tests;

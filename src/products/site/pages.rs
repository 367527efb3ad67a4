//! Which pages there are, where they stand, and what each of them is made of.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::archive::ArchivedMailing;
use super::assets::Assets;
use super::leaf::{Kind, Leaf};
use crate::model::content::ContentFile;
use crate::model::language::Language;
use crate::model::programme::Programme;
use crate::products::site::page::{PageContent, PageSource};
use crate::render::site_pages::{MISSING, place, written};
use crate::render::site_urls::SiteUrls;
use crate::render::view::page::{AlternateView, PageView};
use source::diagnostic::{Diagnostic, Place};
use yaml::front_matter;
use yaml::{At, Document};

impl Leaf<'_> {
    /// What is printed.
    pub(super) fn source(&self, ground: &SiteUrls<'_>, assets: &Assets<'_>) -> PageSource<'_> {
        let missing = self.kind == Kind::Missing;
        let alternates = self.siblings.iter().map(|(language, url)| AlternateView {
            language: language.tag(),
            name: language.own_name(),
            url,
            absolute: ground.absolute(url),
            current: *language == self.language,
        });
        PageSource {
            language: self.language,
            template: self.template(),
            page: PageView {
                title: self.title,
                description: self.description,
                slug: self.place.trim_end_matches('/'),
                url: &self.url,
                canonical: (!missing).then(|| ground.absolute(&self.url)),
                kind: match self.kind {
                    Kind::Page => "page",
                    Kind::Letter => "archive",
                    Kind::Missing => "404",
                },
                date: self.date.map(|date| date.to_string()),
                card: assets.card(self).filter(|_| !missing),
                extra: self.content.map(|content| &content.front.extra),
            },
            alternates: alternates.collect(),
            words: self.words,
        }
    }
}

/// Every page of the programme, then every letter, then the page for missing ones; nothing where there are neither.
pub(super) fn leaves<'a>(
    programme: &'a Programme,
    ground: &SiteUrls<'_>,
    letters: &'a [ArchivedMailing<'a>],
    errors: &mut Vec<Diagnostic>,
) -> Vec<Leaf<'a>> {
    let mut leaves = Vec::new();
    for (name, language, tier, content) in written(programme) {
        if tier.is_some() {
            let error = Diagnostic::error("page-for-tier", "a page is public and has no tiers");
            errors.push(error.in_file(content.file.path()).hint("take the tier out of the file's name"));
        } else {
            leaves.extend(page_leaf(ground, name, language, content, errors));
        }
    }
    leaves.extend(letters.iter().map(|letter| letter_leaf(ground, letter)));
    if !leaves.is_empty() {
        leaves.push(missing_leaf(programme, ground));
        link_siblings(programme, ground, &mut leaves);
        find_doubles(&leaves, errors);
    }
    leaves
}

fn page_leaf<'a>(
    ground: &SiteUrls<'_>,
    name: &'a str,
    language: Language,
    content: &'a ContentFile,
    errors: &mut Vec<Diagnostic>,
) -> Option<Leaf<'a>> {
    let front = &content.front;
    if front.title.is_none() {
        let error = Diagnostic::error("missing-title", "this page has no title");
        errors.push(error.in_file(content.file.path()).hint("begin the file with `---`, `title: …`, `---`"));
        return None;
    }
    if name == "refer" && front.slug.as_deref().is_some_and(|slug| slug != name) {
        let error = Diagnostic::error("refer-slug", "the refer-us page keeps its address");
        let place = front_value(content, "slug");
        errors.push(error.place(place).hint("every mailing and every printed code leads to refer/: remove the slug"));
    }
    let place = place(name, content);
    Some(Leaf {
        kind: Kind::Page,
        language,
        url: ground.url(language, &place),
        place,
        group: name.to_owned(),
        title: front.title.as_deref(),
        description: front.description.as_deref(),
        date: None,
        weight: front.weight,
        words: PageContent::Markdown(content),
        content: Some(content),
        siblings: Arc::default(),
    })
}

fn letter_leaf<'a>(ground: &SiteUrls<'_>, letter: &'a ArchivedMailing<'a>) -> Leaf<'a> {
    let place = letter.place();
    Leaf {
        kind: Kind::Letter,
        language: letter.language,
        url: ground.url(letter.language, &place),
        group: place.clone(),
        place,
        title: Some(&letter.title),
        description: letter.summary(),
        date: Some(letter.date),
        weight: 0,
        words: PageContent::Html(&letter.body, letter.folder()),
        content: Some(letter.content),
        siblings: Arc::default(),
    }
}

/// The page for missing ones, in the default language; what content/pages/404.md says is added to it.
fn missing_leaf<'a>(programme: &'a Programme, ground: &SiteUrls<'_>) -> Leaf<'a> {
    let language = programme.settings.languages.default();
    let content = programme.pages.get(MISSING).and_then(|page| page.variants.get(&(language, None)));
    Leaf {
        kind: Kind::Missing,
        language,
        url: ground.rooted("404.html"),
        place: String::new(),
        group: MISSING.to_owned(),
        title: None,
        description: None,
        date: None,
        weight: 0,
        words: content.map_or(PageContent::None, PageContent::Markdown),
        content,
        siblings: Arc::default(),
    }
}

/// Tells every page which languages it exists in, in the programme's order; the missing page offers the front pages.
fn link_siblings(programme: &Programme, ground: &SiteUrls<'_>, leaves: &mut [Leaf<'_>]) {
    let mut groups: BTreeMap<String, Vec<(Language, String)>> = BTreeMap::new();
    for leaf in leaves.iter() {
        groups.entry(leaf.group.clone()).or_default().push((leaf.language, leaf.url.clone()));
    }
    let order = |language: &Language| programme.settings.languages.all.iter().position(|known| known == language);
    let homes = programme
        .settings
        .languages
        .all
        .iter()
        .filter(|&&language| leaves.iter().any(|leaf| leaf.is_home() && leaf.language == language));
    let homes: Vec<_> = homes.map(|&language| (language, ground.url(language, ""))).collect();
    groups.insert(MISSING.to_owned(), homes);
    let groups: BTreeMap<String, Arc<[(Language, String)]>> = groups
        .into_iter()
        .map(|(group, mut siblings)| {
            siblings.sort_by_key(|(language, _)| order(language));
            (group, siblings.into())
        })
        .collect();
    for leaf in leaves {
        leaf.siblings = groups.get(&leaf.group).cloned().unwrap_or_default();
    }
}

/// Two pages cannot stand in one place.
fn find_doubles(leaves: &[Leaf<'_>], errors: &mut Vec<Diagnostic>) {
    let mut taken: BTreeMap<&str, &Leaf<'_>> = BTreeMap::new();
    for leaf in leaves {
        if let Some(other) = taken.insert(&leaf.url, leaf) {
            let message = format!("`{}` is the address of {} too", leaf.url, other.file());
            let place = leaf.content.map_or_else(|| Place::File(leaf.file()), |content| front_value(content, "slug"));
            errors.push(
                Diagnostic::error("duplicate-page", message).place(place).hint("give one of them another `slug`"),
            );
        }
    }
}

/// A value of a page's front matter, or the page's file.
fn front_value(content: &ContentFile, key: &str) -> Place {
    let there = content.front.slug.is_some().then(|| front_matter::split(&content.file).ok()).flatten();
    match there {
        Some(parts) => {
            let span = Document::part(&content.file, parts.front).locate(&[key.into()], At::Value);
            Place::Span(Arc::clone(&content.file), span)
        }
        None => Place::File(content.file.path().to_owned()),
    }
}

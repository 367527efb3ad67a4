//! One page of the site before it is printed: what it is, where it stands, what it is made of.

use std::sync::Arc;

use jiff::civil::Date;

use crate::model::content::ContentFile;
use crate::model::language::Language;
use crate::products::site::page::PageContent;
use crate::render::view::page::ArchivedView;

/// What a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Page,
    Letter,
    Missing,
}

/// One page of the site, not yet printed.
pub(super) struct Leaf<'a> {
    pub(super) kind: Kind,
    pub(super) language: Language,
    /// Its path.
    pub(super) url: String,
    /// Its place below its language.
    pub(super) place: String,
    /// What it is in every language: the page's name, the mailing's id.
    pub(super) group: String,
    pub(super) title: Option<&'a str>,
    pub(super) description: Option<&'a str>,
    /// The day of a letter.
    pub(super) date: Option<Date>,
    pub(super) weight: i32,
    pub(super) words: PageContent<'a>,
    /// The file its words stand in.
    pub(super) content: Option<&'a ContentFile>,
    /// The page in each language it exists in, itself included.
    pub(super) siblings: Arc<[(Language, String)]>,
}

impl<'a> Leaf<'a> {
    /// True for the page that stands for all missing ones.
    pub(super) fn is_missing_page(&self) -> bool {
        self.kind == Kind::Missing
    }

    /// True for a language's front page.
    pub(super) fn is_home(&self) -> bool {
        self.kind == Kind::Page && self.place.is_empty()
    }

    /// True for a language's refer-us page.
    pub(super) fn is_refer(&self) -> bool {
        self.kind == Kind::Page && self.place == "refer/"
    }

    /// What the archive says of a letter; nothing of other pages.
    pub(super) fn letter(&self) -> Option<ArchivedView<'_>> {
        let date = self.date.filter(|_| self.kind == Kind::Letter)?.to_string();
        Some(ArchivedView { title: self.title?, url: &self.url, date, summary: self.description })
    }

    /// Its layout, by name.
    pub(super) fn template(&self) -> &'static str {
        match self.kind {
            Kind::Letter => "site/archive.html",
            Kind::Missing => "site/404.html",
            Kind::Page if self.is_home() => "site/index.html",
            Kind::Page if self.is_refer() => "site/refer.html",
            Kind::Page => "site/page.html",
        }
    }

    /// The file that a finding about it is shown in.
    pub(super) fn file(&self) -> String {
        match self.content {
            Some(content) => content.file.path().to_owned(),
            None => format!("templates/{}", self.template()),
        }
    }

    /// What the menu calls it; `None` for what is not in the menu, which is everything without a weight.
    pub(super) fn menu(&self) -> Option<(i32, &'a str)> {
        let short = self.content?.front.extra.get("menu").and_then(serde_json::Value::as_str);
        let listed = self.kind == Kind::Page && self.weight != 0;
        short.or(self.title).filter(|_| listed).map(|title| (self.weight, title))
    }

    /// The title on its own card; `None` where its language's card does.
    pub(super) fn own_card(&self) -> Option<&'a str> {
        let asked = self.content.is_some_and(|content| content.front.card);
        self.title.filter(|_| self.kind == Kind::Letter || (self.kind == Kind::Page && asked))
    }
}

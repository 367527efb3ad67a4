//! One page of the site: what its templates see, and the way from its words to its HTML.
//!
//! content (tera, where it has tags) → Markdown → HTML → layout (tera) → [`finish`](html::finish)
//!
//! What all pages of a language share is made once, in [`Printer::new`]; a page adds its own few values.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Map, Value as Json};
use tera::{Context, Value};

use crate::diagnostic::Diagnostic;
use crate::model::language::Language;
use crate::model::programme::{ContentFile, Programme};
use crate::render::compose::content_folder;
use crate::render::engine::{Engine, body_name, strings_for};
use crate::render::html::{self, Attribute, Edit, Picture, Tag, entity, url};
use crate::render::markdown::{self, Medium};
use crate::render::view::{BrandView, ProgrammeView};
use crate::render::{mark, pictures};

/// `page`
#[derive(Debug, Clone, Serialize)]
pub struct PageView<'a> {
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<&'a str>,
    /// One or two sentences on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<&'a str>,
    /// Its place below its language.
    pub slug: &'a str,
    /// Its path.
    pub url: &'a str,
    /// Its absolute URL, for search engines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canonical: Option<String>,
    /// `page`, `archive` or `404`.
    pub kind: &'static str,
    /// The day of a letter, ISO 8601.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Free fields of the front matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra: Option<&'a Map<String, Json>>,
}

/// One of `alternates`: the page in a language.
#[derive(Debug, Clone, Serialize)]
pub struct AlternateView<'a> {
    /// The tag of the language.
    pub language: &'static str,
    /// What the language calls itself.
    pub name: &'static str,
    /// The path of the page.
    pub url: &'a str,
    /// Its absolute URL.
    pub absolute: String,
    /// It is this page.
    pub current: bool,
}

/// What every page of one language sees.
#[derive(Debug, Clone, Serialize)]
pub struct FrameView<'a> {
    /// The places every page links to.
    pub links: PlacesView,
    /// The menu.
    pub nav: Vec<NavView<'a>>,
    /// The public letters, newest first.
    pub archive: Vec<LetterView<'a>>,
    /// The path of the feed.
    pub feed: String,
    /// The content security policy.
    pub csp: &'a str,
    /// Files that pages need.
    pub asset: AssetView<'a>,
    /// What the refer-us page says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refer: Option<ReferView<'a>>,
}

/// `links`
#[derive(Debug, Clone, Serialize)]
pub struct PlacesView {
    /// The path of the language's front page.
    pub home: String,
    /// The path of its refer-us page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refer: Option<String>,
}

/// One of `nav`
#[derive(Debug, Clone, Serialize)]
pub struct NavView<'a> {
    /// What the menu calls the page.
    pub title: &'a str,
    /// Its path.
    pub url: &'a str,
}

/// One of `archive`
#[derive(Debug, Clone, Serialize)]
pub struct LetterView<'a> {
    /// Its subject.
    pub title: &'a str,
    /// Its path.
    pub url: &'a str,
    /// Its day, ISO 8601.
    pub date: String,
    /// One sentence on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<&'a str>,
}

/// `asset`: paths of files whose names tell their content.
#[derive(Debug, Clone, Serialize)]
pub struct AssetView<'a> {
    /// The style sheet.
    pub css: &'a str,
    /// The script.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub script: Option<&'a str>,
    /// The site's icon.
    pub icon: &'a str,
}

/// `refer` (R18)
#[derive(Debug, Clone, Serialize)]
pub struct ReferView<'a> {
    /// Where the form posts to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form_action: Option<&'a str>,
    /// Where it is mailed to otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mailto: Option<&'a str>,
    /// Whom the firm helps best.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ideal_client: Option<&'a str>,
    /// A text ready to pass on; `{url}` is where the link goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share_text: Option<&'a str>,
    /// What both sides get, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reward_text: Option<&'a str>,
    /// What the referrer may choose from.
    pub referrer: Vec<&'a str>,
    /// What the other side gets.
    pub referred: Vec<&'a str>,
    /// The page's absolute URL.
    pub url: String,
    /// The path of a QR code that leads there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qr: Option<&'a str>,
}

/// The style sheet of the site; empty where there is none.
///
/// # Errors
/// A style sheet that does not render.
pub fn style_sheet(programme: &Programme, engine: &Engine) -> Result<String, Box<Diagnostic>> {
    const NAME: &str = "style/site.css";
    let settings = &programme.settings;
    let language = settings.languages.default();
    let mut context = Context::new();
    context.insert("brand", &BrandView::new(&settings.brand, language, &settings.languages));
    match engine.has(NAME) {
        true => engine.render(language, NAME, &context),
        false => Ok(String::new()),
    }
}

/// What a page says.
#[derive(Debug, Clone, Copy)]
pub enum Words<'a> {
    /// A Markdown file.
    Markdown(&'a ContentFile),
    /// HTML with marks, and the folder below `content/` that its relative links start from.
    Html(&'a str, &'a str),
    /// Nothing of its own.
    None,
}

/// A page to be printed.
pub struct Sheet<'a> {
    /// Its language.
    pub language: Language,
    /// Its layout, by name.
    pub template: &'a str,
    /// What the layout sees of it.
    pub page: PageView<'a>,
    /// The page in each language it exists in.
    pub alternates: Vec<AlternateView<'a>>,
    /// What it says.
    pub words: Words<'a>,
}

/// Where things lie on the site.
pub trait Shelf: Sync {
    /// What a picture becomes that is named by its path below `content/`.
    fn picture(&self, path: &str) -> Option<Picture>;
    /// The path of a file named by its path below `content/`.
    fn file(&self, path: &str) -> Option<String>;
    /// The path on the site of an author's link that begins with a slash.
    fn rooted(&self, path: &str) -> String;
    /// True where the site itself makes a file with this path.
    fn is_made(&self, path: &str) -> bool;
}

/// A printed page.
#[derive(Debug, Default)]
pub struct Printed {
    /// The page.
    pub html: String,
    /// Files below `content/` that it shows or links to.
    pub files: BTreeSet<String>,
    /// Pictures that are not there.
    pub missing: BTreeSet<String>,
    /// Raw HTML that is shown as text.
    pub refused: Option<String>,
}

/// Prints pages of one programme.
pub struct Printer<'p> {
    engine: &'p Engine,
    shelf: &'p dyn Shelf,
    frames: BTreeMap<Language, Frame>,
}

/// What the pages of a language share, as templates see it.
pub struct Frame(Context);

impl<'p> Printer<'p> {
    /// A printer, with what each language's pages share.
    pub fn new(engine: &'p Engine, shelf: &'p dyn Shelf, frames: BTreeMap<Language, Frame>) -> Self {
        Printer { engine, shelf, frames }
    }

    /// What the pages of a language share, made once.
    pub fn frame(programme: &Programme, language: Language, view: &FrameView<'_>) -> Frame {
        let settings = &programme.settings;
        let FrameView { links, nav, archive, feed, csp, asset, refer } = view;
        let mut context = Context::new();
        context.insert("programme", &ProgrammeView::new(settings));
        context.insert("brand", &BrandView::new(&settings.brand, language, &settings.languages));
        context.insert("strings", strings_for(programme, language).as_ref());
        context.insert("language", language.tag());
        context.insert("links", links);
        context.insert("nav", nav);
        context.insert("archive", archive);
        context.insert("feed", feed);
        context.insert("csp", csp);
        context.insert("asset", asset);
        if let Some(refer) = refer {
            context.insert("refer", refer);
        }
        Frame(context)
    }

    /// The page in full.
    ///
    /// # Errors
    /// What went wrong, at its place in the author's file.
    pub fn print(&self, sheet: &Sheet<'_>) -> Result<Printed, Box<Diagnostic>> {
        let mut context = self.frames.get(&sheet.language).map(|frame| frame.0.clone()).unwrap_or_default();
        context.insert("page", &sheet.page);
        context.insert("alternates", &sheet.alternates);
        let used = RefCell::new(Printed::default());
        let body = match sheet.words {
            Words::Markdown(content) => {
                let rendered = self.markdown(content, sheet.language, &context)?;
                used.borrow_mut().refused = rendered.refused;
                self.settle(&rendered.html, content_folder(content), &used)
            }
            Words::Html(html, folder) => self.settle(html, folder, &used),
            Words::None => String::new(),
        };
        context.insert_value("body", Value::safe_string(&body));
        let page = self.engine.render(sheet.language, sheet.template, &context)?;
        let html = self.finish(&page, &used);
        Ok(Printed { html, ..used.into_inner() })
    }

    /// A letter's body alone, for feed readers.
    pub fn body(&self, html: &str, folder: &str) -> String {
        let used = RefCell::default();
        self.finish(&self.settle(html, folder, &used), &used)
    }

    fn markdown(
        &self,
        content: &ContentFile,
        language: Language,
        context: &Context,
    ) -> Result<markdown::Rendered, Box<Diagnostic>> {
        let name = body_name(content);
        let folder = content_folder(content);
        let picture = |path: &str| pictures::local(path).and_then(|_| pictures::resolve(folder, path));
        let allow_html = content.front.html;
        let options = markdown::Options { language, allow_html, medium: Medium::Page, picture: &picture };
        if !self.engine.has(&name) {
            return Ok(markdown::render(content.markdown(), &options));
        }
        let text = self.engine.render(language, &name, context)?;
        Ok(match allow_html {
            true => markdown::render(&text, &options),
            false => markdown::render_shielded(&text, &options),
        })
    }

    /// Makes HTML written for any medium fit for a page: pictures load when they are reached, links to files find them, and
    /// what only mail programs need is left out.
    fn settle(&self, body: &str, folder: &str, used: &RefCell<Printed>) -> String {
        let mut edit = |tag: &Tag<'_>, attribute: &Attribute<'_>| {
            if in_table(tag) && is_presentational(attribute.name) {
                return Edit::Drop;
            }
            let href = tag.is("a") && attribute.name.eq_ignore_ascii_case("href");
            let value = attribute.value.filter(|value| href && !mark::has_marks(value));
            value.and_then(|value| self.href(&entity::decode(value), folder, used)).map_or(Edit::Keep, Edit::Value)
        };
        let lazy = |tag: &Tag<'_>| match tag.is("img") && tag.attribute("loading").is_none() {
            true => " loading=\"lazy\" decoding=\"async\"",
            false => "",
        };
        html::rewrite(body, &mut edit, &lazy)
    }

    /// Where a link of an author's leads that names a file below `content/` or a place on the site.
    fn href(&self, href: &str, folder: &str, used: &RefCell<Printed>) -> Option<String> {
        if href.is_empty() || href.starts_with(['#', '?']) || href.starts_with("//") || url::scheme(href).is_some() {
            return None;
        }
        let path = pictures::resolve(folder, &percent_decoded(href))?;
        match self.shelf.file(&path) {
            Some(file) => {
                used.borrow_mut().files.insert(path);
                Some(file)
            }
            None => href.starts_with('/').then(|| self.shelf.rooted(href)),
        }
    }

    fn finish(&self, page: &str, used: &RefCell<Printed>) -> String {
        html::finish(page, &mut |source| {
            let path = pictures::local(source).filter(|_| !self.shelf.is_made(source))?;
            let mut used = used.borrow_mut();
            let picture = self.shelf.picture(path);
            match picture {
                Some(_) => used.files.insert(path.to_owned()),
                None => used.missing.insert(path.to_owned()),
            };
            picture
        })
    }
}

fn in_table(tag: &Tag<'_>) -> bool {
    ["table", "tr", "td", "th"].iter().any(|name| tag.is(name))
}

/// Attributes for Outlook, which HTML has given up.
fn is_presentational(name: &str) -> bool {
    const GONE: [&str; 8] = ["align", "valign", "bgcolor", "width", "height", "cellpadding", "cellspacing", "border"];
    GONE.iter().any(|gone| name.eq_ignore_ascii_case(gone))
}

/// The text that a path or fragment stands for; what is no UTF-8 then stays as it was.
pub fn percent_decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let pair = bytes.get(at + 1..at + 3).and_then(|pair| std::str::from_utf8(pair).ok());
        match pair.filter(|_| bytes[at] == b'%').and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(out).map_or(Cow::Borrowed(text), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_decoded_where_it_can_be() {
        assert_eq!(percent_decoded("a%C3%A5%20b%"), "aå b%");
        assert_eq!(percent_decoded("%FF"), "%FF");
    }
}

//! One page of the site: what its templates see, and the way from its words to its HTML.
//!
//! content (tera, where it has tags) → Markdown → HTML → [`polished`](html::polished) → layout (tera) → [`framed`](html::framed)
//!
//! What all pages of a language share is made once, in [`PageRenderer::new`]; a page adds its own few values.

mod css;

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use memchr::memmem;
use percent_encoding::percent_decode_str;

use crate::model::content::ContentFile;
use crate::model::language::Language;
use crate::model::programme::Programme;
use crate::render::engine::{Context, Engine, Value};
use crate::render::markdown::trace;
use crate::render::strings::strings_for;
use crate::render::view::page::{AlternateView, AssetView, FrameView, PageView};
use crate::render::view::quotes::quotes;
use crate::render::view::settings::{ProgrammeView, brand};
use crate::render::view::values::values;
use crate::render::view::words::{own_words, plain_words};
use crate::render::{authored, markdown, pictures};
use html::mark;
use html::{self, Attribute, Edit, Edits, Picture, Pictures, Tag, entity, url};
use source::diagnostic::Diagnostic;

/// The style sheet of the site; empty where there is none.
///
/// # Errors
/// A style sheet that does not render.
pub fn style_sheet(programme: &Programme, engine: &Engine) -> Result<String, Box<Diagnostic>> {
    authored::style_sheet(programme, engine, "style/site.css", Context::new()).map(|css| css::minified(&css))
}

/// Stands for the style sheet while a page is made, so that nobody carries it along: a noncharacter, which no text holds.
const STYLE: char = '\u{fffe}';

/// What a page says.
#[derive(Debug, Clone, Copy)]
pub enum PageContent<'a> {
    /// A Markdown file.
    Markdown(&'a ContentFile),
    /// HTML with marks, and the folder below `content/` that its relative links start from.
    Html(&'a str, &'a str),
    /// Nothing of its own.
    None,
}

/// A page to be printed.
pub struct PageSource<'a> {
    /// Its language.
    pub language: Language,
    /// Its layout, by name.
    pub template: &'a str,
    /// What the layout sees of it.
    pub page: PageView<'a>,
    /// The page in each language it exists in.
    pub alternates: Vec<AlternateView<'a>>,
    /// What it says.
    pub words: PageContent<'a>,
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
pub struct RenderedPage {
    /// The page, without its style sheet.
    pub html: String,
    /// Where the style sheet goes, in order.
    pub style_at: Vec<usize>,
    /// Files below `content/` that it links to.
    pub files: BTreeSet<String>,
    /// Pictures below `content/` that it shows.
    pub pictures: BTreeSet<String>,
    /// What they are called on the site.
    shown: BTreeSet<String>,
    /// Pictures that are not there.
    pub missing: BTreeSet<String>,
    /// Raw HTML that is shown as text.
    pub refused: Option<String>,
    /// What a visitor would take for a mistake of the author's.
    pub left_over: Vec<Diagnostic>,
}

/// Renders pages of one programme.
pub struct PageRenderer<'p> {
    engine: &'p Engine,
    shelf: &'p dyn Shelf,
    frames: BTreeMap<Language, Frame>,
    /// Elements say where they were written.
    is_traced: bool,
}

/// What the pages of a language share, as templates see it.
pub struct Frame(Context);

impl<'p> PageRenderer<'p> {
    /// A renderer, with what each language's pages share.
    pub fn new(engine: &'p Engine, shelf: &'p dyn Shelf, frames: BTreeMap<Language, Frame>) -> Self {
        PageRenderer { engine, shelf, frames, is_traced: false }
    }

    /// The same for a preview: elements say where they were written.
    pub fn traced(self) -> Self {
        PageRenderer { is_traced: true, ..self }
    }

    /// What the pages of a language share, made once.
    pub fn frame(programme: &Programme, language: Language, view: &FrameView<'_>, today: Date) -> Frame {
        let settings = &programme.settings;
        let FrameView { links, nav, archive, feed, csp, asset, refer } = view;
        let mut context = Context::new();
        context.insert("programme", &ProgrammeView::new(settings, language));
        context.insert("quotes", &quotes(programme, language));
        context.insert("values", &values(programme, language, None, today));
        context.insert_value("brand", brand(settings, language));
        context.insert("strings", strings_for(programme, language).as_ref());
        context.insert_value("language", own_words(&language.tag(), &[]));
        context.insert_value("links", plain_words(links, &["home", "refer"]));
        context.insert_value("nav", plain_words(nav, &["url"]));
        context.insert_value("archive", plain_words(archive, &["url", "date"]));
        context.insert_value("feed", plain_words(feed, &[]));
        context.insert_value("csp", plain_words(csp, &[]));
        let asset = AssetView { style: &STYLE.to_string(), ..asset.clone() };
        context.insert_value("asset", own_words(&asset, &["style", "script", "icon"]));
        if let Some(refer) = refer {
            context.insert("refer", refer);
        }
        Frame(context)
    }

    /// The page in full.
    ///
    /// # Errors
    /// What went wrong, at its place in the author's file.
    pub fn render(&self, source: &PageSource<'_>) -> Result<RenderedPage, Box<Diagnostic>> {
        let mut context = self.frames.get(&source.language).map(|frame| frame.0.clone()).unwrap_or_default();
        context.insert_value("page", plain_words(&source.page, &["slug", "url", "canonical", "kind", "date", "card"]));
        context.insert_value("alternates", plain_words(&source.alternates, &["language", "url", "absolute"]));
        let used = RefCell::new(RenderedPage::default());
        let rendered;
        let (text, folder) = match source.words {
            PageContent::Markdown(content) => {
                rendered = authored::markdown(self.engine, content, source.language, &context, self.is_traced)?;
                let mut page = used.borrow_mut();
                page.refused = rendered.refused;
                let left_over = rendered.left_over.iter().filter(|left| !left.is_foreign(content));
                page.left_over = left_over.map(|left| left.finding(content)).collect();
                let lines = [("title", &content.front.title), ("description", &content.front.description)];
                for (key, line) in lines {
                    let line = line.as_deref().unwrap_or_default();
                    page.left_over.extend(markdown::in_front(content, key, line));
                }
                (&*rendered.html, content.folder())
            }
            PageContent::Html(html, folder) => (html, folder),
            PageContent::None => ("", ""),
        };
        let body = self.settle(text, folder, &mut |source, _| self.picture(source, &used), &used);
        context.insert_value("body", Value::safe_string(&body));
        let page = self.engine.render(source.language, source.template, &context)?;
        let mut html = html::framed(&page, &body, &mut |source, _| self.picture(source, &used));
        if self.is_traced {
            html = trace::settled(&html);
        }
        let mut style_at = Vec::new();
        while let Some(at) = memmem::find(html.as_bytes(), STYLE.encode_utf8(&mut [0; 4]).as_bytes()) {
            html.remove(at);
            style_at.push(at);
        }
        Ok(RenderedPage { html, style_at, ..used.into_inner() })
    }

    /// A letter's body alone, for feed readers.
    pub fn body(&self, html: &str, folder: &str) -> String {
        let used = RefCell::default();
        // One size and one format: what chooses among more is no feed reader.
        let plain = |source: &str, _: Option<u32>| {
            self.picture(source, &used).map(|picture| Picture { srcset: None, modern: None, ..picture })
        };
        self.settle(html, folder, &mut { plain }, &used)
    }

    /// Makes HTML written for any medium fit for a page, and finishes it: pictures load when they are reached, links to files
    /// find them, and what only mail programs need is left out.
    fn settle(&self, body: &str, folder: &str, picture: &mut Pictures<'_>, used: &RefCell<RenderedPage>) -> String {
        let mut attribute = |tag: &Tag<'_>, attribute: &Attribute<'_>| {
            if in_table(tag) && is_presentational(attribute.name) {
                return Edit::Drop;
            }
            let href = tag.is("a") && attribute.name.eq_ignore_ascii_case("href");
            let led = attribute.value.filter(|_| href).and_then(|value| match mark::has_marks(value) {
                true => self.printed_href(&mark::decode(value)),
                false => self.href(&entity::decode(value), folder, used),
            });
            led.map_or(Edit::Keep, Edit::Value)
        };
        let added = |tag: &Tag<'_>| match tag.is("img") && tag.attribute("loading").is_none() {
            true => " loading=\"lazy\" decoding=\"async\"",
            false => "",
        };
        let mut edits = Edits { attribute: &mut attribute, added: &added };
        html::polished(body, &mut edits, picture)
    }

    /// Where a link of an author's leads that names a file below `content/` or a place on the site.
    fn href(&self, href: &str, folder: &str, used: &RefCell<RenderedPage>) -> Option<String> {
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

    /// Where a link leads that a component printed: a place on the site, unless it is counted from the host already.
    fn printed_href(&self, href: &str) -> Option<String> {
        let is_of_site = href.starts_with('/') && !href.starts_with("//");
        (is_of_site && !href.starts_with(&self.shelf.rooted("/"))).then(|| self.shelf.rooted(href))
    }

    /// What a picture on a page becomes.
    fn picture(&self, source: &str, used: &RefCell<RenderedPage>) -> Option<Picture> {
        let mut used = used.borrow_mut();
        // A layout may have changed the body, which has found its pictures already.
        let known = self.shelf.is_made(source) || used.shown.contains(source);
        let path = pictures::local(source).filter(|_| !known)?;
        let picture = self.shelf.picture(path);
        match &picture {
            Some(picture) => {
                used.pictures.insert(path.to_owned());
                used.shown.insert(picture.src.clone());
            }
            None => {
                used.missing.insert(path.to_owned());
            }
        }
        picture
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
    percent_decode_str(text).decode_utf8().unwrap_or(Cow::Borrowed(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_decoded_where_it_can_be() {
        assert_eq!(percent_decoded("a%C3%A5%20b%%+1"), "aå b%%+1");
        assert_eq!(percent_decoded("%FF"), "%FF");
    }
}

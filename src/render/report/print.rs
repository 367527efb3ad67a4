//! From a page's values to its HTML.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde_json::json;
use tera::{Context, Value};

use super::{Desk, Leaf, menu};
use crate::diagnostic::Diagnostic;
use crate::model::language::Language;
use crate::model::programme::{ContentFile, Programme};
use crate::render::compose::content_folder;
use crate::render::engine::{Engine, body_name, own_words};
use crate::render::html::{self, Picture};
use crate::render::markdown::{self, Medium};
use crate::render::pictures;
use crate::render::view::{BrandView, ProgrammeView, words};

/// The team's own page below `content/pages/`.
const BRIEFING: &str = "briefing";

/// A printed page.
#[derive(Debug, Default)]
pub struct Printed {
    /// The page.
    pub html: String,
    /// Pictures below `content/` that it shows, as `images/<path>`.
    pub pictures: BTreeSet<String>,
}

/// Prints the pages of one programme's report.
pub struct Printer<'p> {
    engine: &'p Engine,
    programme: &'p Programme,
    language: Language,
    /// What all pages see.
    common: Context,
}

impl<'p> Printer<'p> {
    /// A printer for the pages of a desk.
    pub fn new(engine: &'p Engine, desk: &Desk<'_, 'p>) -> Self {
        let (programme, language) = (desk.memory.programme, desk.words.language());
        let settings = &programme.settings;
        let mut common = Context::new();
        common.insert("programme", &ProgrammeView::new(settings));
        common.insert("menu", &menu(desk));
        common.insert_value("language", own_words(&language.tag(), &[]));
        common.insert_value("today", own_words(&desk.memory.today.to_string(), &[]));
        Printer { engine, programme, language, common }
    }

    /// True where the programme has templates for a report at all.
    pub fn is_ready(&self) -> bool {
        self.engine.has("report/base.html")
    }

    /// The page in full.
    ///
    /// # Errors
    /// What went wrong, at its place in the template or in the briefing.
    pub fn print(&self, leaf: &Leaf) -> Result<Printed, Box<Diagnostic>> {
        let mut context = self.common.clone();
        let root = "../".repeat(leaf.file.matches('/').count());
        context.insert_value("root", own_words(&root, &[]));
        context.insert_value("file", own_words(&leaf.file, &[]));
        context.insert_value("page", own_words(&leaf.id, &[]));
        let fields = leaf.view.as_object().into_iter().flatten();
        fields.for_each(|(key, value)| context.insert(key.clone(), value));
        if leaf.id == BRIEFING {
            self.add_briefing(&mut context)?;
        }
        let name = format!("report/{}.html", leaf.id);
        if !self.engine.has(&name) {
            let error = Diagnostic::error("missing-template", format!("there is no template `{name}`"));
            let error = error.in_file(format!("templates/{name}"));
            return Err(Box::new(error.hint("`bevara init` in an empty folder writes one to start from")));
        }
        let page = self.engine.render(self.language, &name, &context)?;
        let used = RefCell::new(BTreeSet::new());
        let html = html::finish(&page, &mut |source| {
            let path = pictures::local(source)?;
            let asset = self.programme.assets.get(path)?;
            used.borrow_mut().insert(path.to_owned());
            let size = asset.size.and_then(|(width, height)| Some((width.try_into().ok()?, height.try_into().ok()?)));
            Some(Picture { src: format!("{root}images/{path}"), size, srcset: None })
        });
        Ok(Printed { html, pictures: used.into_inner() })
    }

    /// The words of `content/pages/briefing.md`, in the report's language or whichever there is (R25).
    fn add_briefing(&self, context: &mut Context) -> Result<(), Box<Diagnostic>> {
        let chain = self.programme.settings.languages.chain(self.language);
        let page = self.programme.pages.get(BRIEFING);
        let any = |page: &'p crate::model::programme::Content| {
            let first = page.variants.iter().next().map(|((language, _), file)| (*language, file));
            page.pick(&chain, None).or(first)
        };
        let found = page.and_then(any);
        let title = found.and_then(|(_, file)| file.front.title.as_deref());
        match title {
            Some(title) => context.insert("heading", title),
            None => context.insert("heading", &self.programme.settings.name.as_str()),
        }
        context.insert("description", &found.and_then(|(_, file)| file.front.description.as_deref()));
        context.insert("body_language", found.map_or(self.language, |(language, _)| language).tag());
        match found {
            Some((language, file)) => {
                let body = self.markdown(file, language, context)?;
                context.insert_value("body", Value::safe_string(&body));
            }
            None => context.insert("body", &json!(null)),
        }
        Ok(())
    }

    fn markdown(
        &self,
        content: &ContentFile,
        language: Language,
        context: &Context,
    ) -> Result<String, Box<Diagnostic>> {
        let folder = content_folder(content);
        let picture = |path: &str| pictures::local(path).and_then(|_| pictures::resolve(folder, path));
        let allow_html = content.front.html;
        let options = markdown::Options { language, allow_html, medium: Medium::Page, picture: &picture };
        let name = body_name(content);
        if !self.engine.has(&name) {
            return Ok(markdown::render(content.markdown(), &options).html);
        }
        let text = self.engine.render(language, &name, context)?;
        Ok(match allow_html {
            true => markdown::render(&text, &options).html,
            false => markdown::render_shielded(&text, &options).html,
        })
    }
}

/// The report's style sheet; empty where there is none.
///
/// # Errors
/// A style sheet that does not render.
pub fn style_sheet(programme: &Programme, engine: &Engine) -> Result<String, Box<Diagnostic>> {
    const NAME: &str = "style/report.css";
    let settings = &programme.settings;
    let language = settings.languages.default();
    let mut context = Context::new();
    let brand = BrandView::new(&settings.brand, language, &settings.languages);
    context.insert_value("brand", own_words(&brand, &words::BRAND));
    match engine.has(NAME) {
        true => engine.render(language, NAME, &context),
        false => Ok(String::new()),
    }
}

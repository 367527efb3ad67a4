//! From a page's values to its HTML.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde_json::json;

use super::{Leaf, ReportData, menu};
use crate::model::content::asset_named;
use crate::model::language::Language;
use crate::model::programme::Programme;
use crate::render::engine::{Context, Engine, Value};
use crate::render::view::settings::ProgrammeView;
use crate::render::view::words::own_words;
use crate::render::{authored, pictures};
use html::{self, Picture};
use source::diagnostic::Diagnostic;

/// The team's own page below `content/pages/`.
const BRIEFING: &str = "briefing";

/// A printed page.
#[derive(Debug, Default)]
pub struct RenderedPage {
    /// The page.
    pub html: String,
    /// Pictures below `content/` that it shows, as `images/<path>`.
    pub pictures: BTreeSet<String>,
}

/// Renders the pages of one programme's report.
pub struct PageRenderer<'p> {
    engine: &'p Engine,
    programme: &'p Programme,
    language: Language,
    /// What all pages see.
    common: Context,
}

impl<'p> PageRenderer<'p> {
    /// A renderer for the pages of a report.
    pub fn new(engine: &'p Engine, data: &ReportData<'_, 'p>) -> Self {
        let (programme, language) = (data.memory.programme, data.words.language());
        let settings = &programme.settings;
        let mut common = Context::new();
        common.insert("programme", &ProgrammeView::new(settings, language));
        common.insert("menu", &menu(data));
        common.insert_value("language", own_words(&language.tag(), &[]));
        common.insert_value("today", own_words(&data.memory.today.to_string(), &[]));
        PageRenderer { engine, programme, language, common }
    }

    /// True where the programme has templates for a report at all.
    pub fn is_ready(&self) -> bool {
        self.engine.has("report/base.html")
    }

    /// The page in full.
    ///
    /// # Errors
    /// What went wrong, at its place in the template or in the briefing.
    pub fn render(&self, leaf: &Leaf) -> Result<RenderedPage, Box<Diagnostic>> {
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
        let html = html::finish(&page, &mut |source, _| {
            let path = pictures::local(source)?;
            let (path, asset) = asset_named(&self.programme.assets, path)?;
            used.borrow_mut().insert(path.clone());
            let size = asset.size.and_then(|(width, height)| Some((width.try_into().ok()?, height.try_into().ok()?)));
            Some(Picture { size, ..format!("{root}images/{path}").into() })
        });
        Ok(RenderedPage { html, pictures: used.into_inner() })
    }

    /// The words of `content/pages/briefing.md`, in the report's language or whichever there is (R25).
    fn add_briefing(&self, context: &mut Context) -> Result<(), Box<Diagnostic>> {
        let chain = self.programme.settings.languages.chain(self.language);
        let page = self.programme.pages.get(BRIEFING);
        let any = |page: &'p crate::model::content::Content| {
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
                let body = authored::markdown(self.engine, file, language, context, false)?;
                context.insert_value("body", Value::safe_string(&body.html));
            }
            None => context.insert("body", &json!(null)),
        }
        Ok(())
    }
}

/// The report's style sheet; empty where there is none.
///
/// # Errors
/// A style sheet that does not render.
pub fn style_sheet(programme: &Programme, engine: &Engine) -> Result<String, Box<Diagnostic>> {
    authored::style_sheet(programme, engine, "style/report.css", Context::new())
}

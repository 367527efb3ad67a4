//! What authors write for more than one medium: the Markdown of pages, and style sheets.

use tera::Context;

use crate::model::content::ContentFile;
use crate::model::language::Language;
use crate::model::programme::Programme;
use crate::render::engine::{Engine, body_name};
use crate::render::markdown::{self, Medium, Rendered};
use crate::render::pictures;
use crate::render::view::settings::brand;
use source::diagnostic::Diagnostic;

/// The Markdown of a file as HTML for a page; its tera, where it has any, sees `context`. Traced, it has the marks of
/// [`trace`](crate::render::markdown::trace).
///
/// # Errors
/// What went wrong, at its place in the file.
pub fn markdown(
    engine: &Engine,
    content: &ContentFile,
    language: Language,
    context: &Context,
    is_traced: bool,
) -> Result<Rendered, Box<Diagnostic>> {
    let name = body_name(content);
    let folder = content.folder();
    let picture = |path: &str| pictures::local(path).and_then(|_| pictures::resolve(folder, path));
    let allow_html = content.front.html;
    let options = markdown::Options { language, allow_html, medium: Medium::Page, picture: &picture };
    if !engine.has(&name) {
        engine.check_nesting(content)?;
        if is_traced {
            let numbered = markdown::trace::numbered(content.markdown(), content.file.path(), content.first_line());
            return Ok(markdown::render(&numbered, &options));
        }
        return Ok(markdown::render(content.markdown(), &options));
    }
    let text = match is_traced {
        true => engine.render_traced(language, &name, context)?,
        false => engine.render(language, &name, context)?,
    };
    Ok(match allow_html {
        true => markdown::render(&text, &options),
        false => markdown::render_shielded(&text, &options),
    })
}

/// A style sheet by its name below `templates/`; empty where there is none. It sees the brand, and what `context` holds.
///
/// # Errors
/// A style sheet that does not render.
pub fn style_sheet(
    programme: &Programme,
    engine: &Engine,
    name: &str,
    mut context: Context,
) -> Result<String, Box<Diagnostic>> {
    let language = programme.settings.languages.default();
    context.insert_value("brand", brand(&programme.settings, language));
    match engine.has(name) {
        true => engine.render(language, name, &context),
        false => Ok(String::new()),
    }
}

//! From a mailing and a reader to what they get: a [`message`] or, on paper, a [`letter`]; [`run`](Composer::run) is what is
//! printed in one go.
//!
//! Both open the content file in the reader's language with all that its templates may see, render it and its layout, and are
//! sealed. The text of a mailing that has no reader is the [`PublicCopy`] that the site shows.

mod base;
mod context;
pub(in crate::render) mod draft;
mod layouts;
pub mod letter;
pub mod message;
mod run;
mod shown;

use std::sync::{Arc, OnceLock};

use css_inline::CSSInliner;
use jiff::civil::Date;
use tera::Context;

use crate::model::contact::Contact;
use crate::model::language::Language;
use crate::model::mailing::Mailing;
use crate::model::programme::Programme;
use crate::plan::admission::Recipient;
use crate::plan::dates::Dates;
use crate::render::authored;
use crate::render::copies::Copier;
use crate::render::engine::{Engine, body_name, front_name};
use crate::render::links::{self, LinkKey};
use crate::render::markdown::trace;
use crate::render::stamp::finder::SteadyAnswers;
use crate::render::view::LinksView;
use source::diagnostic::Diagnostic;

use base::Bases;
pub use message::{Composed, PublicCopy};

/// Longest subject that mail programs show, in characters.
pub const MAX_SUBJECT: usize = 60;

/// Renders messages of one programme.
pub struct Composer<'p> {
    programme: &'p Programme,
    engine: &'p Engine,
    key: &'p LinkKey,
    dates: Dates<'p>,
    inliner: CSSInliner<'p>,
    /// The style sheet of paper, and what shows a letter as it makes it look.
    letter_css: String,
    letter_inliner: CSSInliner<'p>,
    /// What makes copies of pictures.
    copier: Arc<Copier>,
    /// By contact, in the order of the contacts.
    steady: OnceLock<Vec<OnceLock<SteadyAnswers>>>,
    bases: Bases,
}

/// Who reads: the one place where a message is told who it is for.
#[derive(Clone, Copy)]
struct Viewpoint<'r, 'p> {
    recipient: Option<&'r Recipient<'p>>,
    language: Language,
    date: Date,
    form: Rendering<'r>,
}

/// What of a reader the templates see.
#[derive(Clone, Copy)]
enum Rendering<'r> {
    /// Everything.
    Full,
    /// Everything, and where each block of it was written: for the eyes of who writes it.
    Traced,
    /// What all readers of a variant have in common, and the answers to these conditions; holes for the rest.
    Stamped(&'r [(usize, bool)]),
}

impl<'r, 'p> Viewpoint<'r, 'p> {
    fn of(recipient: &'r Recipient<'p>, form: Rendering<'r>) -> Self {
        Viewpoint { recipient: Some(recipient), language: recipient.contact().language, date: recipient.date(), form }
    }

    /// Finished HTML, its marks of where it was written turned into attributes where there are any.
    fn settled(&self, html: String) -> String {
        match self.form {
            Rendering::Traced => trace::settled(&html),
            Rendering::Full | Rendering::Stamped(_) => html,
        }
    }
}

impl<'p> Composer<'p> {
    /// A composer; the style sheet is rendered once.
    ///
    /// # Errors
    /// A style sheet that does not render.
    pub fn new(programme: &'p Programme, engine: &'p Engine, key: &'p LinkKey) -> Result<Self, Box<Diagnostic>> {
        let css = authored::style_sheet(programme, engine, "style/email.css", Context::new())?;
        let inliner = CSSInliner::options()
            .load_remote_stylesheets(false)
            .keep_at_rules(true)
            .extra_css(Some(css.into()))
            .build();
        let letter_css = run::style_sheet(programme, engine)?;
        let letter_inliner = CSSInliner::options()
            .load_remote_stylesheets(false)
            .keep_at_rules(false)
            .extra_css(Some(letter_css.clone().into()))
            .build();
        let (dates, copier, steady) = (Dates::new(programme), Arc::default(), OnceLock::new());
        let bases = Bases::default();
        Ok(Composer { programme, engine, key, dates, inliner, letter_css, letter_inliner, copier, steady, bases })
    }

    /// The same with copies of pictures from here.
    #[must_use]
    pub fn with_copier(self, copier: Arc<Copier>) -> Self {
        Composer { copier, ..self }
    }

    /// What makes copies of its pictures.
    pub fn copier(&self) -> &Arc<Copier> {
        &self.copier
    }

    /// What codes and tokens are derived with.
    pub fn key(&self) -> &LinkKey {
        self.key
    }

    /// The names of the templates that a message of `mailing` is made with: layouts, texts, standing texts.
    pub(super) fn template_names(&self, mailing: &Mailing) -> Vec<String> {
        let contents = self.programme.content(mailing).variants.values();
        let of_content = contents
            .flat_map(|content| [body_name(content), front_name(content, "subject"), front_name(content, "preheader")]);
        let standing = self.programme.keep_in_mind.variants.values().map(body_name);
        let layout = format!("email/{}", mailing.kind.name());
        of_content.chain(standing).chain([format!("{layout}.html"), format!("{layout}.txt")]).collect()
    }

    /// The programme whose messages these are.
    pub fn programme(&self) -> &'p Programme {
        self.programme
    }

    /// The answers of a contact to what templates ask of it in every mailing alike; `find` is asked once a contact.
    pub(super) fn steady_answers(&self, contact: &Contact, find: impl FnOnce() -> SteadyAnswers) -> SteadyAnswers {
        let steady = self.steady.get_or_init(|| vec![OnceLock::new(); self.programme.contacts.len()]);
        let kept = self.programme.by_id.get(&contact.id).and_then(|&index| steady.get(index as usize));
        match kept {
            Some(kept) => *kept.get_or_init(find),
            None => find(),
        }
    }

    /// Its templates.
    pub(super) fn engine(&self) -> &'p Engine {
        self.engine
    }

    /// What the author wrote for a hole: `contact.name.given`.
    pub fn hole_name(&self, number: usize) -> &str {
        self.engine.finder().name(number)
    }

    /// A line with its holes named: `‹contact.name.given›`.
    pub fn with_named_holes(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for character in text.chars() {
            match html::hole::number(character) {
                Some(number) => out.push_str(&format!("‹{}›", self.hole_name(number))),
                None => out.push(character),
            }
        }
        out
    }

    /// The links of a contact.
    pub(super) fn links(&self, mailing: &Mailing, language: Language, contact: Option<&Contact>) -> LinksView {
        let settings = &self.programme.settings;
        let code = contact.map(|contact| self.key.code(contact));
        LinksView {
            refer: links::refer(settings, language, code.as_deref()),
            unsubscribe: contact.and_then(|contact| self.unsubscribe(contact).into_iter().next()),
            browser: mailing.public.then(|| links::archive(settings, language, mailing)),
        }
    }

    /// Every way of a contact to opt out.
    pub fn unsubscribe(&self, contact: &Contact) -> Vec<String> {
        links::unsubscribe(&self.programme.settings, &self.key.token(contact))
    }

    fn render(
        &self,
        reader: Viewpoint<'_, 'p>,
        language: Language,
        name: &str,
        context: &Context,
    ) -> Result<String, Box<Diagnostic>> {
        match reader.form {
            Rendering::Full => self.engine.render(language, name, context),
            Rendering::Traced => self.engine.render_traced(language, name, context),
            Rendering::Stamped(_) => self.engine.render_stamped(language, name, context),
        }
    }
}

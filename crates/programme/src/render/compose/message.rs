//! One message in full, for one reader: the reference that every faster path must equal byte for byte.
//!
//! content (tera) → Markdown → HTML and text → layout (tera) → inlined CSS → [`finish`](html::finish) →
//! [`seal`](seal::seal)

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::context::{Marked, Opened, Parts, StandingText, fit_to_leave, marked_html, plain_text};
use super::shown::{Shown, Surface};
use super::{Composer, Rendering, Viewpoint};
use crate::model::content::ContentFile;
use crate::model::language::Language;
use crate::model::mailing::{Mailing, MailingKind};
use crate::model::settings::Member;
use crate::plan::admission::Recipient;
use crate::render::copies::ShownPicture;
use crate::render::engine::body_name;
use crate::render::markdown::Medium;
use crate::render::seal::{self, Imprint, KeepInMind, Part, Sealed};
use crate::render::text::Links;
use crate::render::{address, pictures};
use html::mark;
use source::diagnostic::Diagnostic;

/// Largest HTML that is read as a document, in octets: no mail program shows a tenth of it.
const LARGEST_PAGE: usize = 4 * 1024 * 1024;

/// A finished message without its envelope.
#[derive(Debug, Clone)]
pub struct Composed<'p> {
    /// The subject, one line.
    pub subject: String,
    /// The preheader, one line.
    pub preheader: Option<String>,
    /// The language of the text (a fallback's where the reader's own is missing).
    pub language: Language,
    /// Who signs.
    pub signer: &'p Member,
    /// Both parts, ending with the keep-in-mind text. Pictures are `cid:` URLs (RFC 2392).
    pub sealed: Sealed,
    /// The pictures it shows.
    pub pictures: BTreeSet<ShownPicture>,
    /// How many words its own text has, without what every message says.
    pub words: usize,
    /// Every way to opt out.
    pub unsubscribe: Vec<String>,
    /// What a reader would take for a mistake of the author's.
    pub left_over: Vec<Diagnostic>,
}

impl Composed<'_> {
    /// Whether it may leave.
    ///
    /// # Errors
    /// The first thing in its text that keeps it, such as a field that nothing is put in for (R28).
    pub fn fit_to_leave(&self) -> Result<(), Box<Diagnostic>> {
        fit_to_leave(&self.left_over)
    }
}

/// A public mailing without a reader.
#[derive(Debug, Clone)]
pub struct PublicCopy {
    /// Its subject.
    pub title: String,
    /// Its HTML, merged values still marks and pictures still paths.
    pub body: String,
    /// The language of the text.
    pub language: Language,
}

/// The texts of a message as tera leaves them, before they are Markdown and have a layout around them.
pub(super) struct Texts<'p> {
    pub(super) opened: Opened<'p>,
    /// The subject, one line.
    pub(super) subject: String,
    pub(super) preheader: Option<String>,
    pub(super) markdown: String,
    pub(super) keep: StandingText<'p>,
}

/// What stands within the layouts of a message.
#[derive(Clone)]
pub(in crate::render) struct BodyParts {
    html: String,
    text: String,
    /// How many words its own text has.
    words: usize,
    keep: Parts,
    left_over: Vec<Diagnostic>,
}

impl<'p> Composer<'p> {
    /// The message of `mailing` for one recipient.
    ///
    /// # Errors
    /// What went wrong, in the author's file, with the recipient's id.
    pub fn compose(&self, mailing: &'p Mailing, recipient: &Recipient<'p>) -> Result<Composed<'p>, Box<Diagnostic>> {
        self.compose_for(mailing, Viewpoint::of(recipient, Rendering::Full)).map_err(|mut error| {
            error.message = format!("{} (for `{}`)", error.message, recipient.contact().id);
            error
        })
    }

    /// The same for a preview: the elements of its HTML say where they were written.
    ///
    /// # Errors
    /// As of [`compose`](Self::compose).
    pub fn compose_traced(
        &self,
        mailing: &'p Mailing,
        recipient: &Recipient<'p>,
    ) -> Result<Composed<'p>, Box<Diagnostic>> {
        self.compose_for(mailing, Viewpoint::of(recipient, Rendering::Traced))
    }

    /// The message of everybody who is like `recipient` in all that the templates of `mailing` ask, with holes for what differs;
    /// `answers` are those to the conditions they ask.
    ///
    /// # Errors
    /// What went wrong; [`compose`](Self::compose) tells it with the right words.
    pub(in crate::render) fn compose_stamped(
        &self,
        mailing: &'p Mailing,
        recipient: &Recipient<'p>,
        answers: &[(usize, bool)],
    ) -> Result<Composed<'p>, Box<Diagnostic>> {
        self.compose_for(mailing, Viewpoint::of(recipient, Rendering::Stamped(answers)))
    }

    fn compose_for(&self, mailing: &'p Mailing, reader: Viewpoint<'_, 'p>) -> Result<Composed<'p>, Box<Diagnostic>> {
        let mut texts = self.texts(mailing, reader)?;
        let parts = self.parts(&texts);
        let pages = self.pages(mailing, &mut texts, &parts, reader)?;
        self.sealed(mailing, &texts, parts, &pages, reader, self.ways_out(reader))
    }

    /// What tera makes of the texts of a mailing.
    pub(super) fn texts(&self, mailing: &'p Mailing, reader: Viewpoint<'_, 'p>) -> Result<Texts<'p>, Box<Diagnostic>> {
        let mut opened = self.open(mailing, reader)?;
        let (content, language) = (opened.content, opened.language);
        let subject = opened.subject.clone().filter(|subject| !subject.is_empty());
        let subject = subject.ok_or_else(|| Box::new(self.about(content, "empty-subject", "the subject is empty")))?;
        let preheader = self.line(content, "preheader", language, &opened.context, reader)?;
        opened.describe(mailing, reader, preheader.as_deref());
        let markdown = self.render(reader, language, &body_name(content), &opened.context)?;
        let keep = self.keep_in_mind_text(language, &opened.context, reader)?;
        Ok(Texts { opened, subject, preheader, markdown, keep })
    }

    /// The same in the two forms of a message.
    pub(super) fn parts(&self, texts: &Texts<'p>) -> BodyParts {
        let Texts { opened: Opened { content, language, .. }, markdown, keep, .. } = texts;
        let Marked { html, mut left_over } = marked_html(markdown, content, *language, Medium::Mail);
        let keep = keep.parts();
        left_over.extend(keep.left_over.iter().cloned());
        left_over.extend(self.left_over_in_lines(content));
        let text = plain_text(markdown, *language, Links::Numbered);
        let words = text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count();
        BodyParts { html, text, words, keep, left_over }
    }

    /// The layouts around them: the page, and the text part.
    pub(super) fn pages(
        &self,
        mailing: &Mailing,
        texts: &mut Texts<'p>,
        parts: &BodyParts,
        reader: Viewpoint<'_, 'p>,
    ) -> Result<[String; 2], Box<Diagnostic>> {
        let layout = format!("email/{}", mailing.kind.name());
        let opened = &mut texts.opened;
        opened.surround(&parts.html, &parts.keep.html);
        let page = self.render(reader, opened.language, &format!("{layout}.html"), &opened.context)?;
        opened.surround(&parts.text, &parts.keep.text);
        let plain = self.render(reader, opened.language, &format!("{layout}.txt"), &opened.context)?;
        Ok([page, plain])
    }

    /// The finished message; `ways_out` are what leads its reader out.
    pub(super) fn sealed(
        &self,
        mailing: &'p Mailing,
        texts: &Texts<'p>,
        parts: BodyParts,
        [page, plain]: &[String; 2],
        reader: Viewpoint<'_, 'p>,
        ways_out: Vec<String>,
    ) -> Result<Composed<'p>, Box<Diagnostic>> {
        let Opened { content, language, .. } = texts.opened;
        let BodyParts { words, keep, left_over, .. } = parts;
        let shown = self.shown(mailing.kind);
        let finished = reader.settled(shown.finish(&self.inlined(page, content)?));
        let keep = KeepInMind::new(reader.settled(shown.finish(&keep.html)), keep.text);
        let pictures = self.found_pictures(shown, content)?;
        let plain = tidy(&mark::decode(plain));
        let sealed = seal::seal(finished, plain, &keep, &self.imprint(ways_out)).map_err(|error| {
            let suffix = if error.part() == Part::Text { "txt" } else { "html" };
            self.unsealed(&format!("email/{}.{suffix}", mailing.kind.name()), error)
        })?;
        let signer = self.signer(mailing, reader).unwrap_or_else(|| self.programme.settings.ceo());
        let unsubscribe = reader.recipient.map(|recipient| self.unsubscribe(recipient.contact())).unwrap_or_default();
        let (subject, preheader) = (texts.subject.clone(), texts.preheader.clone());
        Ok(Composed { subject, preheader, language, signer, sealed, pictures, words, unsubscribe, left_over })
    }

    /// A public mailing as the site shows it: no reader, so a personal field that would print is an error. A traced one has the marks
    /// of [`trace`](crate::render::markdown::trace).
    ///
    /// # Errors
    /// What went wrong, in the author's file.
    pub fn public_copy(
        &self,
        mailing: &'p Mailing,
        language: Language,
        date: Date,
        is_traced: bool,
    ) -> Result<PublicCopy, Box<Diagnostic>> {
        let form = if is_traced { Rendering::Traced } else { Rendering::Full };
        let reader = Viewpoint { recipient: None, language, date, form };
        let opened = self.open(mailing, reader)?;
        let (content, language) = (opened.content, opened.language);
        let markdown = self.render(reader, language, &body_name(content), &opened.context).map_err(|mut error| {
            error.message = format!("{} (in the public copy, which has no reader)", error.message);
            error
        })?;
        let title = opened.subject.unwrap_or_default();
        Ok(PublicCopy { title, body: marked_html(&markdown, content, language, Medium::Page).html, language })
    }

    /// What the layouts may not drop beside the standing text, with what shows the way out.
    pub(super) fn imprint(&self, opt_out: Vec<String>) -> Imprint {
        let settings = &self.programme.settings;
        Imprint { postal_address: address::own_lines(&settings.sender.postal_address, settings.country), opt_out }
    }

    /// What leads a reader out: their links, or the hole that stands for them.
    fn ways_out(&self, reader: Viewpoint<'_, 'p>) -> Vec<String> {
        match (reader.form, reader.recipient) {
            (Rendering::Stamped(_), _) => {
                vec![self.engine.finder().unsubscribe_hole().map_or_else(String::new, |hole| hole.to_string())]
            }
            (Rendering::Full | Rendering::Traced, Some(recipient)) => self.unsubscribe(recipient.contact()),
            (Rendering::Full | Rendering::Traced, None) => Vec::new(),
        }
    }

    /// The page with the style sheet of mails in it, charset first.
    fn inlined(&self, page: &str, content: &ContentFile) -> Result<String, Box<Diagnostic>> {
        if page.len() > LARGEST_PAGE {
            let message = format!("this makes a message of {} MiB", page.len() / (1024 * 1024));
            return Err(Box::new(self.about(content, "too-large", &message)));
        }
        let inlined = self.inliner.inline(page).map_err(|error| {
            Box::new(self.about(content, "css", &format!("the style sheet cannot be inlined: {error}")))
        })?;
        Ok(pictures::charset_first(&inlined))
    }

    /// Pictures of a message are parts of it.
    fn shown(&self, kind: MailingKind) -> Shown<'_> {
        let domain = self.programme.settings.sender.email.domain();
        let surface = if kind == MailingKind::Greeting { Surface::WholeCard } else { Surface::Screen };
        Shown::new(self.programme, surface, move |asset, copy| {
            format!("cid:{}", pictures::content_id(asset, copy, domain))
        })
    }
}

/// A text part as a person would leave it: no blanks at line ends, no more than one blank line, one line break at the end.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = 0;
    for line in text.lines().map(str::trim_end) {
        match line.is_empty() {
            true => blank += 1,
            false => {
                if !out.is_empty() {
                    out.push_str(if blank > 0 { "\n\n" } else { "\n" });
                }
                out.push_str(line);
                blank = 0;
            }
        }
    }
    out.push('\n');
    out
}

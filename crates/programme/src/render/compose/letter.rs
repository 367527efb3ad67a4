//! The same mailing on paper: one letter in full, for one reader, sealed as its message would be (R2, R12).
//!
//! content (tera) → Markdown → HTML → layout `letter/<kind>.html` (tera) → [`finish`](html::finish) →
//! [`seal`](seal::seal_letter)

use std::collections::BTreeSet;

use tera::Value;

use super::context::{Marked, fit_to_leave, marked_html};
use super::shown::{Shown, Surface};
use super::{Composer, Rendering, Viewpoint};
use crate::model::content::ContentFile;
use crate::model::language::Language;
use crate::model::mailing::{Mailing, MailingKind};
use crate::model::settings::Member;
use crate::plan::admission::{Recipient, Route};
use crate::plan::lead::{self, Lead};
use crate::render::copies::ShownPicture;
use crate::render::engine::body_name;
use crate::render::markdown::Medium;
use crate::render::paper::{Heading, LETTER_HOLES, LETTER_WORDS, LetterView, is_card, is_tight};
use crate::render::seal::{self, KeepInMind, SealedLetter};
use crate::render::view::words::own_words;
use crate::render::{address, locale, pictures};
use html::visible_text;
use picture::qr;
use source::diagnostic::Diagnostic;

/// A finished letter: a piece of HTML that a run is put together from.
#[derive(Debug, Clone)]
pub struct ComposedLetter<'p> {
    /// It, ending with the keep-in-mind text. Pictures are files below `pictures/`.
    pub sealed: SealedLetter,
    /// The language of its text.
    pub language: Language,
    /// Who signs.
    pub signer: &'p Member,
    /// The text it was made from.
    pub content: &'p ContentFile,
    /// What it says, the standing text apart, a paragraph a line.
    pub words: String,
    /// What the standing text says.
    pub keep_in_mind: String,
    /// The pictures it shows.
    pub pictures: BTreeSet<ShownPicture>,
    /// What a reader would take for a mistake of the author's.
    pub left_over: Vec<Diagnostic>,
}

impl ComposedLetter<'_> {
    /// Whether it may leave.
    ///
    /// # Errors
    /// The first thing in its text that keeps it, such as a field that nothing is put in for (R28).
    pub fn fit_to_leave(&self) -> Result<(), Box<Diagnostic>> {
        fit_to_leave(&self.left_over)
    }
}

impl<'p> Composer<'p> {
    /// The letter of `mailing` for one recipient; `None` where it goes by e-mail.
    ///
    /// # Errors
    /// What went wrong, in the author's file, with the recipient's id.
    pub fn letter(
        &self,
        mailing: &'p Mailing,
        recipient: &Recipient<'p>,
    ) -> Result<Option<ComposedLetter<'p>>, Box<Diagnostic>> {
        let Some(heading) = self.heading(mailing, recipient) else { return Ok(None) };
        self.letter_to(mailing, Viewpoint::of(recipient, Rendering::Full), heading).map(Some).map_err(|mut error| {
            error.message = format!("{} (on paper, for `{}`)", error.message, recipient.contact().id);
            error
        })
    }

    /// The same for a preview: its elements say where they were written.
    ///
    /// # Errors
    /// As of [`letter`](Self::letter).
    pub fn letter_traced(
        &self,
        mailing: &'p Mailing,
        recipient: &Recipient<'p>,
    ) -> Result<Option<ComposedLetter<'p>>, Box<Diagnostic>> {
        let Some(heading) = self.heading(mailing, recipient) else { return Ok(None) };
        self.letter_to(mailing, Viewpoint::of(recipient, Rendering::Traced), heading).map(Some)
    }

    /// The letter of everybody who is like `recipient` in all that its templates ask, and whose address has as many lines, with
    /// holes for what differs; `None` where it goes by e-mail or cannot be told.
    pub(in crate::render) fn letter_stamped(
        &self,
        mailing: &'p Mailing,
        recipient: &Recipient<'p>,
        answers: &[(usize, bool)],
    ) -> Option<ComposedLetter<'p>> {
        let heading = self.heading(mailing, recipient)?;
        self.letter_to(mailing, Viewpoint::of(recipient, Rendering::Stamped(answers)), heading).ok()
    }

    /// Where the letter of a recipient goes, and when; `None` where it goes by e-mail.
    pub(in crate::render) fn heading(&self, mailing: &Mailing, recipient: &Recipient<'_>) -> Option<Heading> {
        let Route::Post(address) = recipient.route() else { return None };
        let home = lead::home(self.programme);
        let lines = address::lines(recipient.contact(), address, home);
        // A letter is dated on the day it is handed to the post.
        let day = Lead::of(mailing, recipient.date(), home, address.country.unwrap_or(home)).post_by;
        Some(Heading { tight: is_tight(&lines), lines, day, abroad: address::abroad(address, home) })
    }

    /// The names of the templates that a letter of `mailing` is made with.
    pub(in crate::render) fn letter_names(&self, mailing: &Mailing) -> Vec<String> {
        let layout = format!("email/{}.", mailing.kind.name());
        let of_mail = self.template_names(mailing).into_iter().filter(|name| !name.starts_with(&layout));
        of_mail.chain([self.letter_layout(mailing.kind)]).collect()
    }

    fn letter_to(
        &self,
        mailing: &'p Mailing,
        reader: Viewpoint<'_, 'p>,
        heading: Heading,
    ) -> Result<ComposedLetter<'p>, Box<Diagnostic>> {
        let mut opened = self.open(mailing, reader)?;
        let (content, language) = (opened.content, opened.language);
        opened.context.insert_value("letter", self.letter_value(mailing, reader, language, heading));
        let markdown = self.render(reader, language, &body_name(content), &opened.context)?;
        let Marked { html: body, mut left_over } = marked_html(&markdown, content, language, Medium::Mail);
        let keep = self.keep_in_mind(language, &opened.context, reader)?;
        left_over.extend(keep.left_over);
        opened.surround(&body, &keep.html);
        let layout = self.letter_layout(mailing.kind);
        let page = self.render(reader, language, &layout, &opened.context)?;
        let shown = Shown::new(self.programme, Surface::Paper, pictures::file_beside);
        let page = reader.settled(shown.finish(&page));
        let keep = KeepInMind::new(reader.settled(shown.finish(&keep.html)), keep.text);
        let body = reader.settled(shown.finish(&body));
        let pictures = self.found_pictures(shown, content)?;
        let sealed = self.seal_letter(page, &keep, content, &layout)?;
        let signer = self.signer(mailing, reader).unwrap_or_else(|| self.programme.settings.ceo());
        let words = visible_text(&body);
        let keep_in_mind = keep.visible;
        Ok(ComposedLetter { sealed, language, signer, content, words, keep_in_mind, pictures, left_over })
    }

    /// The layout of a kind of mailing: its own, or the common one.
    fn letter_layout(&self, kind: MailingKind) -> String {
        if is_card(&self.programme.settings.post, kind) {
            return CARD.to_owned();
        }
        let own = format!("letter/{}.html", kind.name());
        if self.engine.has(&own) { own } else { LETTER.to_owned() }
    }

    /// `letter`, which only paper has; of a variant with holes for what is a reader's own.
    fn letter_value(
        &self,
        mailing: &Mailing,
        reader: Viewpoint<'_, 'p>,
        language: Language,
        heading: Heading,
    ) -> Value {
        let settings = &self.programme.settings;
        let home = lead::home(self.programme);
        let own = &settings.sender.postal_address;
        let view = LetterView {
            form: if is_card(&settings.post, mailing.kind) { "card" } else { "letter" },
            tight: heading.tight,
            address: heading.lines,
            sender_line: address::sender_line(settings.sender.name.as_str(), own, home, heading.abroad),
            opt_out: locale::opt_out_of_letters(language, settings.unsubscribe.mailto.as_str()),
            place: own.city.as_ref().map(|city| city.as_str()),
            date: heading.day.to_string(),
            qr: None,
            link: String::new(),
        };
        match reader.form {
            Rendering::Full | Rendering::Traced => {
                let refer = self.links(mailing, language, reader.recipient.map(Recipient::contact)).refer;
                let (qr, link) = (qr::inline(&refer), LetterView::typed(&refer).to_owned());
                own_words(&LetterView { qr, link, ..view }, &LETTER_WORDS)
            }
            Rendering::Stamped(_) => own_words(&view.with_holes(), &[&LETTER_WORDS[..], &LETTER_HOLES].concat()),
        }
    }

    /// Seals a letter as a reader sees it: what the style sheet hides does not count.
    fn seal_letter(
        &self,
        page: String,
        keep: &KeepInMind,
        content: &ContentFile,
        layout: &str,
    ) -> Result<SealedLetter, Box<Diagnostic>> {
        let shown = self.letter_inliner.inline(&page).map_err(|error| {
            Box::new(self.about(content, "css", &format!("the style sheet of letters cannot be read: {error}")))
        })?;
        let opt_out = vec![self.programme.settings.unsubscribe.mailto.as_str().to_owned()];
        seal::seal_letter(page, &shown, keep, &self.imprint(opt_out)).map_err(|error| self.unsealed(layout, error))
    }
}

/// The layout of letters whose kind has none of its own.
pub const LETTER: &str = "letter/letter.html";

/// The layout of cards.
pub const CARD: &str = "letter/card.html";

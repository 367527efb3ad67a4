//! The same mailing on paper: one letter in full, for one reader, sealed as its message would be (R2, R12).
//!
//! content (tera) → Markdown → HTML → layout `letter/<kind>.html` (tera) → [`finish`](html::finish) → [`seal`](seal::seal_letter)

use std::cell::RefCell;
use std::collections::BTreeSet;

use jiff::civil::Date;
use tera::Value;

use super::{Composer, Form, MAIL_WIDTH, Pictures, Reader, marked_html};
use crate::diagnostic::{Diagnostic, Fault};
use crate::model::contact::PostalAddress;
use crate::model::language::Language;
use crate::model::mailing::{Mailing, MailingKind};
use crate::model::programme::{ContentFile, Member};
use crate::plan::admission::{Recipient, Route};
use crate::plan::lead::{self, Lead};
use crate::render::engine::{body_name, own_words};
use crate::render::html::{self, Picture, visible_text};
use crate::render::markdown::Medium;
use crate::render::paper::{LETTER_WORDS, LetterView, is_card, is_tight};
use crate::render::seal::{self, KeepInMind, SealedLetter};
use crate::render::view::{mailing_view, words};
use crate::render::{address, pictures, qr};

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
    /// The author's text shows a picture.
    pub has_picture: bool,
    /// The pictures it shows, as paths below `content/`.
    pub pictures: BTreeSet<String>,
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
        let Route::Post(address) = recipient.route() else { return Ok(None) };
        self.letter_to(mailing, recipient, address, Form::Full).map(Some).map_err(|mut error| {
            error.message = format!("{} (on paper, for `{}`)", error.message, recipient.contact().id);
            error
        })
    }

    /// The letter of everybody who is like `recipient` in all that its templates ask, with holes for what differs, the address
    /// and what else only paper has apart; `None` where it goes by e-mail or cannot be told.
    pub(in crate::render) fn letter_stamped(
        &self,
        mailing: &'p Mailing,
        recipient: &Recipient<'p>,
        answers: &[(usize, bool)],
    ) -> Option<ComposedLetter<'p>> {
        let Route::Post(address) = recipient.route() else { return None };
        self.letter_to(mailing, recipient, address, Form::Stamped(answers)).ok()
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
        recipient: &Recipient<'p>,
        address: &PostalAddress,
        form: Form<'_>,
    ) -> Result<ComposedLetter<'p>, Box<Diagnostic>> {
        let reader = Reader::of(recipient, form);
        let (language, content) = self.content(mailing, reader)?;
        let mut context = self.context(mailing, content, language, reader);
        let subject = self.line(content, "subject", language, &context, reader)?;
        let mut view = mailing_view(mailing, reader.date, &content.front.extra);
        view.subject = subject.as_deref();
        view.summary = content.front.summary.as_deref();
        view.reward_block = content.front.reward_block;
        context.insert_value("mailing", own_words(&view, &words::MAILING));
        let letter = self.letter_view(mailing, recipient, address, language);
        context.insert_value("letter", own_words(&letter, &LETTER_WORDS));
        let markdown = self.render(reader, language, &body_name(content), &context)?;
        let body = marked_html(&markdown, content, language, Medium::Mail);
        let keep = self.keep_in_mind(language, &context, reader)?;
        context.insert_value("body", Value::safe_string(&body));
        context.insert_value("keep_in_mind", Value::safe_string(&keep.html));
        let layout = self.letter_layout(mailing.kind);
        let page = self.render(reader, language, &layout, &context)?;
        let wanted = RefCell::new(Pictures::default());
        let page = self.finish_letter(&page, &wanted);
        let keep = KeepInMind::new(self.finish_letter(&keep.html, &wanted), keep.text);
        let body = self.finish_letter(&body, &wanted);
        let pictures = self.found_pictures(wanted.into_inner(), content)?;
        let sealed = self.seal_letter(page, &keep, content, &layout)?;
        let signer = self.signer(mailing, reader).unwrap_or_else(|| self.programme.settings.ceo());
        let has_picture = !html::images(&body).is_empty();
        let words = visible_text(&body);
        Ok(ComposedLetter {
            sealed,
            language,
            signer,
            content,
            words,
            keep_in_mind: keep.visible,
            has_picture,
            pictures,
        })
    }

    /// The layout of a kind of mailing: its own, or the common one.
    fn letter_layout(&self, kind: MailingKind) -> String {
        if is_card(&self.programme.settings.post, kind) {
            return CARD.to_owned();
        }
        let own = format!("letter/{}.html", kind.name());
        if self.engine.has(&own) { own } else { LETTER.to_owned() }
    }

    fn letter_view(
        &self,
        mailing: &Mailing,
        recipient: &Recipient<'p>,
        address: &PostalAddress,
        language: Language,
    ) -> LetterView<'p> {
        let settings = &self.programme.settings;
        let contact = recipient.contact();
        let home = lead::home(self.programme);
        let own = &settings.sender.postal_address;
        let refer = self.links(mailing, language, Some(contact)).refer;
        let link = refer.strip_prefix("https://").or_else(|| refer.strip_prefix("http://")).unwrap_or(&refer);
        let lines = address::lines(contact, address, home);
        LetterView {
            form: if is_card(&settings.post, mailing.kind) { "card" } else { "letter" },
            tight: is_tight(&lines),
            address: lines,
            sender_line: address::sender_line(settings.sender.name.as_str(), own, home),
            place: own.city.as_ref().map(|city| city.as_str()),
            date: self.posted_on(mailing, recipient).to_string(),
            qr: qr::inline(&refer),
            link: link.to_owned(),
        }
    }

    /// A letter is dated on the day it is handed to the post.
    fn posted_on(&self, mailing: &Mailing, recipient: &Recipient<'p>) -> Date {
        Lead::for_recipient(self.programme, mailing, recipient).map_or(recipient.date(), |lead| lead.post_by)
    }

    /// Marks become text, and pictures the files beside the run.
    fn finish_letter(&self, part: &str, wanted: &RefCell<Pictures>) -> String {
        html::finish(part, &mut |source| {
            let path = pictures::local(source)?;
            let mut wanted = wanted.borrow_mut();
            match self.programme.assets.get(path) {
                Some(asset) => {
                    wanted.there.insert(path.to_owned());
                    let size = asset.size.map(|size| pictures::fitted(size, MAIL_WIDTH));
                    Some(Picture { size, ..pictures::file_beside(path, asset).into() })
                }
                None => {
                    wanted.missing.insert(path.to_owned());
                    None
                }
            }
        })
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
        seal::seal_letter(page, &shown, keep).map_err(|error| {
            let template = self.programme.templates.get(layout).map(|file| file.path()).unwrap_or_default();
            Box::new(Diagnostic::from_fault("r02-keep-in-mind", Fault::from(error)).in_file(template))
        })
    }
}

/// The layout of letters whose kind has none of its own.
pub const LETTER: &str = "letter/letter.html";

/// The layout of cards.
pub const CARD: &str = "letter/card.html";

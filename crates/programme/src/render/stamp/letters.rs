//! The renderer of a mailing's letters: what only paper has differs from reader to reader too.
//!
//! How many lines an address has, how they are set, the day of posting and whether it leaves the country are the same for all
//! readers of a variant of letters; the lines themselves, the refer link and its QR code are holes.

use std::borrow::Cow;

use super::renderer::{Key, MailingRenderer, Method};
use super::stencil::{HoleForm, Stencil, is_plain};
use super::values::ReaderValues;
use crate::model::language::Language;
use crate::model::mailing::Mailing;
use crate::plan::Recipient;
use crate::render::compose::Composer;
use crate::render::compose::letter::ComposedLetter;
use crate::render::paper::{Heading, LetterView};
use html::hole;
use picture::qr;
use source::diagnostic::Diagnostic;

/// Most lines of an address that there are holes for.
const MAX_LINES: usize = hole::MAX_COUNT - hole::LINES;

/// What all readers of a variant of letters have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LetterKey<'p> {
    /// What the templates ask of them.
    pub reader: Key<'p>,
    lines: usize,
    tight: bool,
    day: jiff::civil::Date,
    abroad: Option<Language>,
}

/// Letters for everybody with the same key.
#[derive(Debug, Clone)]
pub struct LetterVariant<'p> {
    /// The letter with holes.
    pub composed: ComposedLetter<'p>,
    html: Stencil,
}

/// Makes the letters of one mailing.
pub struct LetterRenderer<'p> {
    renderer: MailingRenderer<'p>,
}

impl<'p> LetterRenderer<'p> {
    /// The renderer of the letters of `mailing`.
    pub fn new(composer: &'p Composer<'p>, mailing: &'p Mailing) -> Self {
        let names = composer.letter_names(mailing);
        let verdict = composer.engine().verdict_on_paper(names.iter().map(String::as_str));
        LetterRenderer { renderer: MailingRenderer::of(composer, mailing, verdict) }
    }

    /// How the letters are made.
    pub fn method(&self) -> &Method {
        self.renderer.method()
    }

    /// What the letter of a reader is filled with.
    pub fn reader<'r>(&'r self, recipient: &'r Recipient<'p>) -> ReaderValues<'r> {
        self.renderer.reader(recipient)
    }

    /// What the templates ask of a reader; `None` where only the full render can tell.
    pub fn alike(&self, recipient: &Recipient<'p>) -> Option<Key<'p>> {
        self.renderer.key(recipient, &self.reader(recipient))
    }

    /// The variant a reader belongs to; `None` where only the full render can tell, or they get no letter.
    pub fn key(&self, recipient: &Recipient<'p>) -> Option<LetterKey<'p>> {
        let heading = self.renderer.composer.heading(self.renderer.mailing, recipient)?;
        let reader = self.alike(recipient)?;
        let lines = heading.lines.len();
        let Heading { tight, day, abroad, .. } = heading;
        (lines <= MAX_LINES).then_some(LetterKey { reader, lines, tight, day, abroad })
    }

    /// The variant with this key, rendered for `recipient` as one of its readers; `None` where it must be rendered in full.
    pub fn variant(&self, key: &LetterKey<'_>, recipient: &Recipient<'p>) -> Option<LetterVariant<'p>> {
        let MailingRenderer { composer, mailing, .. } = &self.renderer;
        let answers = self.renderer.answers(&key.reader)?;
        let composed = composer.letter_stamped(mailing, recipient, &answers)?;
        let html = Stencil::new(composed.sealed.html(), HoleForm::Html)?;
        Some(LetterVariant { composed, html })
    }

    /// The letter of a reader in full, the reference; `None` where it goes by e-mail.
    ///
    /// # Errors
    /// What went wrong, with the reader's id.
    pub fn full(&self, recipient: &Recipient<'p>) -> Result<Option<ComposedLetter<'p>>, Box<Diagnostic>> {
        self.renderer.composer.letter(self.renderer.mailing, recipient)
    }

    /// The copy of a reader; `None` where it has to be rendered in full.
    pub fn fill(&self, variant: &LetterVariant<'p>, recipient: &Recipient<'p>) -> Option<String> {
        let reader = self.reader(recipient);
        let heading = self.renderer.composer.heading(self.renderer.mailing, recipient)?;
        let has = |hole: usize| variant.html.holes.binary_search(&hole).is_ok();
        let code = if has(hole::QR_PATH) { Some(qr::on_paper(reader.refer())?) } else { None };
        let value = |number: usize| -> Option<Cow<'_, str>> {
            Some(match (number, &code) {
                (hole::LINK, _) => LetterView::typed(reader.refer()).into(),
                (hole::QR_SIDE, Some((side, _))) => side.to_string().into(),
                (hole::QR_PATH, Some((_, path))) => path.as_str().into(),
                (hole::LINES.., _) => heading.lines.get(number - hole::LINES)?.as_str().into(),
                (number, _) => return reader.value(number),
            })
            .filter(|value: &Cow<'_, str>| is_plain(value))
        };
        let values: Vec<(usize, Cow<'_, str>)> =
            variant.html.holes.iter().map(|&number| Some((number, value(number)?))).collect::<Option<_>>()?;
        Some(variant.html.fill(&|number| super::look_up(&values, number).into()))
    }
}

impl LetterVariant<'_> {
    /// The letter with each hole as `name` says it, those that only paper has by their number.
    pub fn named(&self, name: &dyn Fn(usize) -> String) -> String {
        self.html
            .fill(&|number| Cow::Owned(if number < hole::PAPER { name(number) } else { format!("‹{number}›") }))
    }

    /// True where a reader has a value for everything that is printed about them.
    pub fn fits(&self, reader: &ReaderValues<'_>) -> bool {
        self.html.holes.iter().filter(|&&number| number < hole::PAPER).all(|number| reader.has_value(*number))
    }
}

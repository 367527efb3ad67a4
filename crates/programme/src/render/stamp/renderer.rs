//! The renderer of one mailing: which variants it has, each rendered once, and the copy of each reader.

use std::borrow::Cow;

use jiff::civil::Date;

use super::analysis::Verdict;
use super::reason::Reason;
use super::stencil::{HoleForm, Stencil};
use super::values::ReaderValues;
use crate::model::contact::Tier;
use crate::model::id::TeamId;
use crate::model::language::Language;
use crate::model::mailing::Mailing;
use crate::plan::Recipient;
use crate::render::compose::{Composed, Composer};
use crate::render::view::values::matching;
use source::diagnostic::Diagnostic;

/// How the messages of a mailing are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Method {
    /// Once a variant.
    Stamped {
        /// These conditions tell the variants apart.
        conditions: Vec<usize>,
        /// The day of the mailing does so too.
        dated: bool,
        /// What customers like the reader value does so too.
        valued: bool,
    },
    /// In full for each reader, for these reasons (none: the templates could not be rewritten).
    Full(Vec<Reason>),
}

/// Most conditions of a mailing that is stamped: their answers are kept in as many bits.
const MAX_CONDITIONS: usize = 64;

/// What all readers of a variant have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key<'p> {
    language: Language,
    tier: Tier,
    owner: &'p TeamId,
    date: Option<Date>,
    values: Option<u128>,
    answers: u64,
}

/// A mailing for everybody with the same key.
#[derive(Debug, Clone)]
pub struct Variant<'p> {
    /// The message with holes; its opt-outs are those of the reader it was rendered for.
    pub composed: Composed<'p>,
    /// The subject.
    pub subject: Stencil,
    /// The HTML part.
    pub html: Stencil,
    /// The text part.
    pub text: Stencil,
    pub(super) holes: Vec<usize>,
}

/// The copy of one reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// The subject.
    pub subject: String,
    /// The HTML part.
    pub html: String,
    /// The text part.
    pub text: String,
}

/// Makes the messages of one mailing.
pub struct MailingRenderer<'p> {
    pub(super) composer: &'p Composer<'p>,
    pub(super) mailing: &'p Mailing,
    method: Method,
}

impl<'p> MailingRenderer<'p> {
    /// The renderer of `mailing`.
    pub fn new(composer: &'p Composer<'p>, mailing: &'p Mailing) -> Self {
        let names = composer.template_names(mailing);
        MailingRenderer::of(composer, mailing, composer.engine().verdict(names.iter().map(String::as_str)))
    }

    /// The renderer of what these templates come to.
    pub(super) fn of(composer: &'p Composer<'p>, mailing: &'p Mailing, verdict: Option<Verdict>) -> Self {
        let method = match verdict {
            Some(verdict) if verdict.reasons.is_empty() && verdict.conditions.len() <= MAX_CONDITIONS => {
                Method::Stamped { conditions: verdict.conditions, dated: verdict.dated, valued: verdict.valued }
            }
            Some(verdict) => Method::Full(verdict.reasons),
            None => Method::Full(Vec::new()),
        };
        MailingRenderer { composer, mailing, method }
    }

    /// The mailing.
    pub fn mailing(&self) -> &'p Mailing {
        self.mailing
    }

    /// How the messages are made.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// What the message of a reader is filled with.
    pub fn reader<'r>(&'r self, recipient: &'r Recipient<'p>) -> ReaderValues<'r> {
        let contact = recipient.contact();
        let languages = &self.composer.programme().settings.languages;
        let chain = languages.chain(contact.language);
        let content = self.composer.programme().content(self.mailing).pick(&chain, Some(recipient.tier()));
        let language = content.map_or(contact.language, |(language, _)| language);
        ReaderValues::new(self.composer, self.mailing, language, recipient)
    }

    /// The variant a reader belongs to; `None` where only the full render can tell.
    pub fn key(&self, recipient: &Recipient<'p>, reader: &ReaderValues<'_>) -> Option<Key<'p>> {
        let Method::Stamped { conditions, dated, valued } = &self.method else { return None };
        let contact = recipient.contact();
        let mut answers = 0_u64;
        for (bit, condition) in conditions.iter().enumerate() {
            answers |= u64::from(reader.answer(*condition)?) << bit;
        }
        let programme = self.composer.programme();
        let values = match valued {
            true => Some(matching(programme, Some(contact), recipient.date())?),
            false => None,
        };
        Some(Key {
            language: contact.language,
            tier: recipient.tier(),
            owner: &contact.owner,
            date: dated.then(|| recipient.date()),
            values,
            answers,
        })
    }

    /// The variant with this key, rendered for `recipient` as one of its readers; `None` where it must be rendered in full.
    pub fn variant(&self, key: &Key<'_>, recipient: &Recipient<'p>) -> Option<Variant<'p>> {
        let answers = self.answers(key)?;
        Variant::of(self.composer.compose_stamped(self.mailing, recipient, &answers).ok()?)
    }

    /// The answers that a key stands for, by condition.
    pub(super) fn answers(&self, key: &Key<'_>) -> Option<Vec<(usize, bool)>> {
        let Method::Stamped { conditions, .. } = &self.method else { return None };
        Some(conditions.iter().enumerate().map(|(bit, condition)| (*condition, key.answers >> bit & 1 == 1)).collect())
    }

    /// The message of a reader in full, the reference.
    ///
    /// # Errors
    /// What went wrong, with the reader's id.
    pub fn full(&self, recipient: &Recipient<'p>) -> Result<Composed<'p>, Box<Diagnostic>> {
        self.composer.compose(self.mailing, recipient)
    }
}

impl<'p> Variant<'p> {
    /// The variant of a message with holes; `None` where it must be rendered in full.
    pub(super) fn of(composed: Composed<'p>) -> Option<Self> {
        let subject = Stencil::new(&composed.subject, HoleForm::Plain)?;
        let html = Stencil::new(composed.sealed.html(), HoleForm::Html)?;
        let text = Stencil::new(composed.sealed.text(), HoleForm::Plain)?;
        let mut holes: Vec<usize> =
            [&subject, &html, &text].into_iter().flat_map(|stencil| &stencil.holes).copied().collect();
        holes.sort_unstable();
        holes.dedup();
        Some(Variant { composed, subject, html, text, holes })
    }

    /// True where a reader has a value for every hole that occurs.
    pub fn fits(&self, reader: &ReaderValues<'_>) -> bool {
        self.holes.iter().all(|number| reader.has_value(*number))
    }

    /// The values of a reader for the holes that occur, by number; `None` where one has to be rendered in full.
    pub fn values<'v>(&self, reader: &'v ReaderValues<'_>) -> Option<Vec<(usize, Cow<'v, str>)>> {
        self.holes.iter().map(|number| reader.value(*number).map(|value| (*number, value))).collect()
    }

    /// The copy of a reader; `None` where it has to be rendered in full.
    pub fn fill(&self, reader: &ReaderValues<'_>) -> Option<Filled> {
        let values = self.values(reader)?;
        Some(self.filled(&|number| look_up(&values, number).into()))
    }

    pub(super) fn filled<'v>(&self, value: &dyn Fn(usize) -> Cow<'v, str>) -> Filled {
        Filled { subject: self.subject.fill(value), html: self.html.fill(value), text: self.text.fill(value) }
    }
}

/// The value of a hole that is known to occur.
pub fn look_up<'v>(values: &'v [(usize, Cow<'_, str>)], number: usize) -> &'v str {
    values.iter().find(|(known, _)| *known == number).map_or("", |(_, value)| value.as_ref())
}

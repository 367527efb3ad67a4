//! One reader's values: what stands in each hole, and the answers to the conditions.

use std::borrow::Cow;
use std::cell::OnceCell;

use tera::Context;

use super::finder::{Field, Question, Source, SteadyAnswers};
use super::stencil::is_plain;
use crate::model::language::Language;
use crate::model::mailing::Mailing;
use crate::plan::Recipient;
use crate::render::compose::Composer;
use crate::render::view::LinksView;
use crate::render::view::contact as view;

/// One reader, asked for values and answers. Their code and links are keyed hashes, made only where they are asked for.
pub struct ReaderValues<'r> {
    composer: &'r Composer<'r>,
    mailing: &'r Mailing,
    language: Language,
    recipient: &'r Recipient<'r>,
    code: OnceCell<String>,
    links: OnceCell<LinksView>,
    context: OnceCell<Context>,
}

impl<'r> ReaderValues<'r> {
    /// The reader of a message of `mailing` whose text is in `language`.
    pub fn new(
        composer: &'r Composer<'r>,
        mailing: &'r Mailing,
        language: Language,
        recipient: &'r Recipient<'r>,
    ) -> Self {
        let (code, links, context) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        ReaderValues { composer, mailing, language, recipient, code, links, context }
    }

    fn code(&self) -> &str {
        self.code.get_or_init(|| self.composer.key().code(self.recipient.contact()))
    }

    fn links(&self) -> &LinksView {
        let contact = self.recipient.contact();
        self.links.get_or_init(|| self.composer.links(self.mailing, self.language, Some(contact)))
    }

    fn field(&self, field: Field) -> Option<Cow<'_, str>> {
        match field {
            Field::Code => Some(self.code().into()),
            other => other.of(self.recipient.contact()),
        }
    }

    /// The value for a hole; `None` where there is none, or one that only the full render treats right: empty, with
    /// a line break, or with white space at an end.
    pub fn value(&self, number: usize) -> Option<Cow<'_, str>> {
        let value: Cow<'_, str> = match self.composer.engine().finder().sources.get(number)? {
            Source::Refer => self.links().refer.as_str().into(),
            Source::Unsubscribe => self.links().unsubscribe.as_deref()?.into(),
            Source::Browser => self.links().browser.as_deref()?.into(),
            Source::Field(field, default) => match self.field(*field) {
                Some(value) => value,
                None => default.as_deref()?.into(),
            },
            Source::Expression(template) => self.evaluate(template)?.into(),
        };
        is_plain(&value).then_some(value)
    }

    /// The personal refer link.
    pub(super) fn refer(&self) -> &str {
        &self.links().refer
    }

    /// True where [`value`](Self::value) has one; links always have.
    pub fn has_value(&self, number: usize) -> bool {
        match self.composer.engine().finder().sources.get(number) {
            Some(Source::Refer | Source::Unsubscribe | Source::Field(Field::Code, _)) => true,
            _ => self.value(number).is_some(),
        }
    }

    /// The answer to a condition; `None` where it cannot be told.
    pub fn answer(&self, number: usize) -> Option<bool> {
        match self.composer.engine().finder().questions.get(number)? {
            Question::Always | Question::Has(Field::Code) => Some(true),
            Question::Has(field) => Some(self.field(*field).is_some()),
            Question::Browser => Some(self.mailing.public),
            Question::Expression(template) => self.evaluate(template).map(|answer| answer == "yes"),
            Question::Steady(bit) => {
                let answers = self.composer.steady_answers(self.recipient.contact(), || self.steady());
                (answers.told >> bit & 1 == 1).then_some(answers.yes >> bit & 1 == 1)
            }
        }
    }

    /// The answers to all steady questions.
    fn steady(&self) -> SteadyAnswers {
        let mut answers = SteadyAnswers { told: 0, yes: 0 };
        for (bit, template) in self.composer.engine().finder().steady.iter().enumerate() {
            if let Some(answer) = self.evaluate(template) {
                answers.told |= 1 << bit;
                answers.yes |= u32::from(answer == "yes") << bit;
            }
        }
        answers
    }

    fn evaluate(&self, template: &str) -> Option<String> {
        let context = self.context.get_or_init(|| {
            let mut context = Context::new();
            context.insert_value("contact", view::contact(self.recipient.contact(), self.code()));
            context.insert("links", self.links());
            context.insert("tier", self.recipient.tier().letter());
            context.insert("language", self.language.tag());
            context
        });
        self.composer.engine().value(self.language, template, context)
    }
}

//! The values of one reader: what stands in each hole, and the answers to the conditions.

use std::borrow::Cow;
use std::cell::OnceCell;

use tera::Context;

use super::analysis::Analysis;
use super::syntax;
use crate::model::contact::Contact;
use crate::model::language::Language;
use crate::model::mailing::Mailing;
use crate::model::text::Line;
use crate::plan::Recipient;
use crate::render::compose::Composer;
use crate::render::view::LinksView;
use crate::render::view::contact as view;
use html::hole::hole;

/// How a value is found.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    /// The personal refer link.
    Refer,
    /// The best way to opt out.
    Unsubscribe,
    /// The public copy.
    Browser,
    /// A field that needs no template engine, and what stands in for it.
    Field(Field, Option<String>),
    /// An expression; the name of its template.
    Expression(String),
}

/// A field of a contact that is a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Id,
    Given,
    Family,
    Full,
    Company,
    Role,
    Email,
    Phone,
    Code,
}

impl Field {
    fn named(path: &[&str]) -> Option<Self> {
        Some(match path {
            ["contact", "id"] => Field::Id,
            ["contact", "name", "given"] => Field::Given,
            ["contact", "name", "family"] => Field::Family,
            ["contact", "name", "full"] => Field::Full,
            ["contact", "company"] => Field::Company,
            ["contact", "role"] => Field::Role,
            ["contact", "email"] => Field::Email,
            ["contact", "phone"] => Field::Phone,
            ["contact", "code"] => Field::Code,
            _ => return None,
        })
    }

    /// Its value; the code is none of the contact's own.
    fn of(self, contact: &Contact) -> Option<Cow<'_, str>> {
        fn line(line: &Option<Line>) -> Option<Cow<'_, str>> {
            line.as_ref().map(|line| Cow::Borrowed(line.as_str()))
        }
        match self {
            Field::Id => Some(contact.id.as_str().into()),
            Field::Given => Some(contact.name.given.as_str().into()),
            Field::Family => line(&contact.name.family),
            Field::Full => Some(contact.name.full().into()),
            Field::Company => line(&contact.company),
            Field::Role => line(&contact.role),
            Field::Email => contact.email.as_ref().map(|email| email.as_str().into()),
            Field::Phone => line(&contact.phone),
            Field::Code => None,
        }
    }
}

/// How a condition is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Question {
    /// There is a reader.
    Always,
    /// A field is there.
    Has(Field),
    /// The mailing has a public copy.
    Browser,
    /// An expression; the name of its template.
    Expression(String),
    /// An expression about nothing but the contact, asked once for all mailings; which of these.
    Steady(usize),
}

/// Most expressions whose answers are kept: two bits each in one word.
const MAX_STEADY: usize = 32;

/// What is known of a contact's answers to the steady questions, whatever the mailing.
#[derive(Debug, Clone, Copy)]
pub struct SteadyAnswers {
    told: u32,
    yes: u32,
}

/// How the values and answers of any reader are found, worked out once.
#[derive(Debug, Clone, Default)]
pub struct Finder {
    sources: Vec<Source>,
    questions: Vec<Question>,
    /// The templates of the steady questions.
    steady: Vec<String>,
    /// What the author wrote for each hole.
    names: Vec<String>,
}

/// The template that prints the expression of a hole.
fn hole_template(number: usize) -> String {
    format!("hole:{number}")
}

/// The template that answers a condition: `yes` or nothing.
fn condition_template(number: usize) -> String {
    format!("asks:{number}")
}

/// The templates that a finder needs beside those of the programme, by name and text.
pub fn templates(analysis: &Analysis) -> Vec<(String, String)> {
    let holes = analysis.holes.iter().enumerate().map(|(number, e)| (hole_template(number), format!("{{{{ {e} }}}}")));
    let conditions = analysis.conditions.iter().enumerate();
    let conditions =
        conditions.map(|(number, e)| (condition_template(number), format!("{{% if {e} %}}yes{{% endif %}}")));
    holes.chain(conditions).collect()
}

impl Finder {
    /// A finder for the holes and conditions of an analysis.
    pub fn new(analysis: &Analysis) -> Self {
        let source = |(number, expression): (usize, &String)| {
            source(expression).unwrap_or_else(|| Source::Expression(hole_template(number)))
        };
        let mut finder =
            Finder { sources: analysis.holes.iter().enumerate().map(source).collect(), ..Finder::default() };
        finder.names = analysis.holes.iter().map(ToString::to_string).collect();
        for (number, expression) in analysis.conditions.iter().enumerate() {
            let question = question(expression).unwrap_or_else(|| finder.expression(number, expression));
            finder.questions.push(question);
        }
        finder
    }

    /// What the author wrote for a hole: `contact.name.given`.
    pub fn name(&self, number: usize) -> &str {
        self.names.get(number).map_or("", String::as_str)
    }

    /// The hole that stands for the best way to opt out; `None` where no template prints it as it is.
    pub(in crate::render) fn unsubscribe_hole(&self) -> Option<char> {
        self.sources.iter().position(|source| *source == Source::Unsubscribe).map(hole)
    }

    /// The question of an expression. What a filter makes of a value may depend on the language of the text, and links on the
    /// mailing; all else about a contact stays the same from mailing to mailing.
    fn expression(&mut self, number: usize, expression: &str) -> Question {
        let template = condition_template(number);
        let varies = ["|", "links", "language"].iter().any(|word| expression.contains(word));
        if varies || self.steady.len() == MAX_STEADY {
            return Question::Expression(template);
        }
        self.steady.push(template);
        Question::Steady(self.steady.len() - 1)
    }
}

fn source(expression: &str) -> Option<Source> {
    let (path, default) = match expression.split_once('|') {
        None => (expression, None),
        Some((path, filter)) => {
            let inside = filter.trim().strip_prefix("default(value=")?.strip_suffix(')')?.trim();
            let quote = inside.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
            let text = inside[1..].strip_suffix(quote)?;
            (path, (!text.contains([quote, '\\'])).then(|| Some(text.to_owned()))?)
        }
    };
    let path = syntax::path(path.trim())?;
    match path.as_slice() {
        ["links", "refer"] if default.is_none() => Some(Source::Refer),
        ["links", "unsubscribe"] if default.is_none() => Some(Source::Unsubscribe),
        ["links", "browser"] if default.is_none() => Some(Source::Browser),
        path => Field::named(path).map(|field| Source::Field(field, default)),
    }
}

fn question(expression: &str) -> Option<Question> {
    match syntax::path(expression.trim())?.as_slice() {
        ["contact"] => Some(Question::Always),
        ["links", "browser"] => Some(Question::Browser),
        path => Field::named(path).map(Question::Has),
    }
}

/// False for a value that only the full render treats right: empty, with a line break, or with white space at an end.
pub(super) fn is_plain(value: &str) -> bool {
    !value.is_empty() && value.trim() == value && !value.chars().any(char::is_control)
}

/// One reader, asked for values and answers. Their code and links are keyed hashes, made only where they are asked for.
pub struct Reader<'r> {
    composer: &'r Composer<'r>,
    mailing: &'r Mailing,
    language: Language,
    recipient: &'r Recipient<'r>,
    code: OnceCell<String>,
    links: OnceCell<LinksView>,
    context: OnceCell<Context>,
}

impl<'r> Reader<'r> {
    /// The reader of a message of `mailing` whose text is in `language`.
    pub fn new(
        composer: &'r Composer<'r>,
        mailing: &'r Mailing,
        language: Language,
        recipient: &'r Recipient<'r>,
    ) -> Self {
        let (code, links, context) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        Reader { composer, mailing, language, recipient, code, links, context }
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

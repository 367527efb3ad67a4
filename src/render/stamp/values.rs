//! The values of one reader: what stands in each hole, and the answers to the conditions.

use std::borrow::Cow;
use std::cell::OnceCell;

use tera::Context;

use super::analysis::Analysis;
use super::syntax;
use crate::model::contact::Contact;
use crate::model::language::Language;
use crate::model::text::Line;
use crate::plan::Recipient;
use crate::render::engine::Engine;
use crate::render::view::{ContactView, LinksView};

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

    fn of<'c>(self, contact: &'c Contact, code: &'c str) -> Option<Cow<'c, str>> {
        let line = |line: &'c Option<Line>| line.as_ref().map(|line| Cow::Borrowed(line.as_str()));
        match self {
            Field::Id => Some(contact.id.as_str().into()),
            Field::Given => Some(contact.name.given.as_str().into()),
            Field::Family => line(&contact.name.family),
            Field::Full => Some(contact.name.full().into()),
            Field::Company => line(&contact.company),
            Field::Role => line(&contact.role),
            Field::Email => contact.email.as_ref().map(|email| email.as_str().into()),
            Field::Phone => line(&contact.phone),
            Field::Code => Some(code.into()),
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
}

/// How the values and answers of any reader are found, worked out once.
#[derive(Debug, Clone, Default)]
pub struct Finder {
    sources: Vec<Source>,
    questions: Vec<Question>,
}

/// The template that prints the expression of a hole.
pub fn hole_template(number: usize) -> String {
    format!("hole:{number}")
}

/// The template that answers a condition: `yes` or nothing.
pub fn condition_template(number: usize) -> String {
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
        let question = |(number, expression): (usize, &String)| {
            question(expression).unwrap_or_else(|| Question::Expression(condition_template(number)))
        };
        Finder {
            sources: analysis.holes.iter().enumerate().map(source).collect(),
            questions: analysis.conditions.iter().enumerate().map(question).collect(),
        }
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

/// One reader, asked for values and answers.
pub struct Reader<'r> {
    finder: &'r Finder,
    engine: &'r Engine,
    language: Language,
    recipient: &'r Recipient<'r>,
    code: String,
    links: LinksView,
    context: OnceCell<Context>,
}

impl<'r> Reader<'r> {
    /// The reader of a message in `language`.
    pub fn new(
        finder: &'r Finder,
        engine: &'r Engine,
        language: Language,
        recipient: &'r Recipient<'r>,
        code: String,
        links: LinksView,
    ) -> Self {
        Reader { finder, engine, language, recipient, code, links, context: OnceCell::new() }
    }

    /// The value for a hole; `None` where there is none, or one that only the full render treats right: empty, with
    /// a line break, or with white space at an end.
    pub fn value(&self, number: usize) -> Option<Cow<'_, str>> {
        let value: Cow<'_, str> = match self.finder.sources.get(number)? {
            Source::Refer => self.links.refer.as_str().into(),
            Source::Unsubscribe => self.links.unsubscribe.as_deref()?.into(),
            Source::Browser => self.links.browser.as_deref()?.into(),
            Source::Field(field, default) => match field.of(self.recipient.contact(), &self.code) {
                Some(value) => value,
                None => default.as_deref()?.into(),
            },
            Source::Expression(template) => self.evaluate(template)?.into(),
        };
        let plain = !value.is_empty() && value.trim() == value && !value.chars().any(char::is_control);
        plain.then_some(value)
    }

    /// The answer to a condition; `None` where it cannot be told.
    pub fn answer(&self, number: usize) -> Option<bool> {
        match self.finder.questions.get(number)? {
            Question::Always => Some(true),
            Question::Has(field) => Some(field.of(self.recipient.contact(), &self.code).is_some()),
            Question::Browser => Some(self.links.browser.is_some()),
            Question::Expression(template) => self.evaluate(template).map(|answer| answer == "yes"),
        }
    }

    fn evaluate(&self, template: &str) -> Option<String> {
        let context = self.context.get_or_init(|| {
            let mut context = Context::new();
            context.insert("contact", &ContactView::new(self.recipient.contact(), self.code.clone()));
            context.insert("links", &self.links);
            context.insert("tier", self.recipient.tier().letter());
            context.insert("language", self.language.tag());
            context
        });
        self.engine.render(self.language, template, context).ok()
    }
}

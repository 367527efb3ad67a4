//! How the values of any reader are found: worked out once from what the templates print and ask.

use std::borrow::Cow;

use super::analysis::Analysis;
use crate::model::contact::Contact;
use crate::model::text::Line;
use crate::render::syntax;
use html::hole::hole;

/// How a value is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
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
pub(super) enum Field {
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
    pub(super) fn of(self, contact: &Contact) -> Option<Cow<'_, str>> {
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
pub(super) enum Question {
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
    pub(super) told: u32,
    pub(super) yes: u32,
}

/// How the values and answers of any reader are found, worked out once.
#[derive(Debug, Clone, Default)]
pub struct Finder {
    pub(super) sources: Vec<Source>,
    pub(super) questions: Vec<Question>,
    /// The templates of the steady questions.
    pub(super) steady: Vec<String>,
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

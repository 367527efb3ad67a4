//! `bevara new`

use clap::{Args, Subcommand};
use serde_json::json;

use super::Outcome;
use super::session::Session;
use super::terminal::Terminal;
use crate::load::MARKER;
use crate::model::id::check_slug;
use crate::model::language::Language;
use crate::model::mailing::MailingKind;
use crate::model::when::When;
use crate::starter;
use source::SourceFile;
use source::diagnostic::Fault;
use store::ReplaceError;

mod contact;
mod text;
mod year;

/// What is to be written.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    thing: Thing,
}

#[derive(Subcommand)]
enum Thing {
    /// A newsletter with its line in the plan
    Newsletter(Text),
    /// A greeting with its line in the plan
    Greeting(Text),
    /// A gift with its line in the plan
    Gift(Text),
    /// A survey with its line in the plan
    Survey(Text),
    /// A status report with its line in the plan
    Status(Text),
    /// A thank-you with its line in the plan
    Thanks(Text),
    /// An announcement with its line in the plan
    Announcement(Text),
    /// A public page
    Page(Page),
    /// A contact
    Contact(contact::Contact),
    /// Next year's plan, made of the last one
    Year(Year),
}

/// A mailing's text.
#[derive(Args)]
pub struct Text {
    /// What the text is called: lower-case letters, digits and hyphens, like march
    name: String,
    /// Its day, as in the plan: 2027-03-10, easter-4d, "last friday of august"
    #[arg(long, value_name = "DAY")]
    when: Option<String>,
    /// Write it in this language only, not in all
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
}

/// A page.
#[derive(Args)]
pub struct Page {
    /// What the page is called: it becomes its address
    name: String,
    /// Write it in this language only, not in all
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
}

/// A year.
#[derive(Args)]
pub struct Year {
    /// The year to plan (the next one)
    year: Option<i16>,
}

/// Writes a text with its line in the plan, a page, a contact or a year.
pub fn run(arguments: &Arguments, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let (kind, asked) = match &arguments.thing {
        Thing::Newsletter(text) => (MailingKind::Newsletter, text),
        Thing::Greeting(text) => (MailingKind::Greeting, text),
        Thing::Gift(text) => (MailingKind::Gift, text),
        Thing::Survey(text) => (MailingKind::Survey, text),
        Thing::Status(text) => (MailingKind::Status, text),
        Thing::Thanks(text) => (MailingKind::Thanks, text),
        Thing::Announcement(text) => (MailingKind::Announcement, text),
        Thing::Page(page) => return text::page(page, session, terminal),
        Thing::Contact(contact) => return contact::contact(contact, session, terminal),
        Thing::Year(year) => return year::year(year, session, terminal),
    };
    text::mailing(kind, asked, session, terminal)
}

/// A name that can stand in a path, or wrong usage.
fn slug<'n>(name: &'n str, terminal: &Terminal) -> Result<&'n str, Outcome> {
    check_slug(name).map(|()| name).map_err(|fault| usage(&fault, terminal))
}

fn usage(fault: &Fault, terminal: &Terminal) -> Outcome {
    terminal.failure(&fault.message, fault.hint.as_deref());
    Outcome::Usage
}

/// The languages a text is written in: the one that was named, or all.
fn languages(named: Option<&str>, session: &Session, terminal: &Terminal) -> Result<Vec<Language>, Outcome> {
    let all = &session.programme.settings.languages.all;
    let Some(named) = named else { return Ok(all.clone()) };
    let language: Language = named.parse().map_err(|fault: Fault| usage(&fault, terminal))?;
    if !all.contains(&language) {
        let known: Vec<&str> = all.iter().map(|language| language.tag()).collect();
        let fault = Fault::new(format!("`{language}` is not a language of this programme"));
        return Err(usage(&fault.hint(format!("bevara.yaml lists {}", known.join(", "))), terminal));
    }
    Ok(vec![language])
}

/// The path of a text in a language: without a suffix where there is only one.
fn path_in(stem: &str, language: Language, session: &Session) -> String {
    match session.programme.settings.languages.all.len() {
        1 => format!("content/{stem}.md"),
        _ => format!("content/{stem}.{language}.md"),
    }
}

/// Files to be written together: new ones, and one that gets another text.
#[derive(Default)]
struct Changes<'f> {
    new: Vec<(String, String)>,
    changed: Option<(&'f SourceFile, String)>,
}

impl Changes<'_> {
    /// Writes all of them, or none where one of the new files is there already.
    fn write(self, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
        let root = &session.root;
        if let Some((path, _)) = self.new.iter().find(|(path, _)| root.join(path).symlink_metadata().is_ok()) {
            terminal.failure(&format!("{path} is there already"), Some("nothing was written; choose another name"));
            return Err(Outcome::Errors);
        }
        let mut written = Vec::new();
        if let Some((file, text)) = &self.changed {
            store::replace(root, file, text).map_err(|error| {
                super::session::unwritten(&error, file.path(), "nothing was written; try again", terminal)
            })?;
            written.push(file.path().to_owned());
        }
        for (path, text) in self.new {
            store::create(root, &path, &text, MARKER).map_err(|error| {
                let message = match error {
                    ReplaceError::Changed => "it is there by now".to_owned(),
                    ReplaceError::Io(error) => error.to_string(),
                };
                terminal.failure(&format!("cannot write {path}: {message}"), None);
                Outcome::Environment
            })?;
            written.push(path);
        }
        if terminal.is_json() {
            terminal.document(json!({ "written": written }));
            return Ok(Outcome::Done);
        }
        written.iter().for_each(|path| terminal.line(&format!("  {path}")));
        terminal.next("`bevara check` names what is still to be written, `bevara serve` shows it");
        Ok(Outcome::Done)
    }
}

/// The plan file of a year, where there is one.
fn plan_file(session: &Session, year: i16) -> Option<&SourceFile> {
    let path = starter::plan_path(year);
    let by_name = session.programme.files.iter().find(|file| file.path() == path);
    let by_year = || {
        let mailing = session.programme.plans.get(&year)?.mailings.first()?;
        session.programme.files.get(mailing.origin.file as usize)
    };
    by_name.or_else(by_year).map(std::convert::AsRef::as_ref)
}

/// A day as the plan writes it.
fn day(text: &str, terminal: &Terminal) -> Result<When, Outcome> {
    text.parse().map_err(|fault: Fault| usage(&fault, terminal))
}

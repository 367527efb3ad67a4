//! `bevara status`: what is due today, by owner, and how the programme is doing.

use clap::Args;

use super::session::Session;
use super::terminal::{Terminal, diagnostics_json};
use super::who::{self, Match};
use super::{Outcome, reviews};
use crate::check;
use crate::load::places;
use crate::model::settings::Member;
use crate::plan::agenda::{Agenda, State, Window};
use crate::plan::measure::issues::Case;
use crate::plan::measure::{Measures, json};
use crate::plan::memory::Memory;
use crate::plan::sending::{MailingStatus, Progress};
use crate::validate::apply_levels;
use source::diagnostic::{Diagnostic, Diagnostics, Severity, did_you_mean};

mod note;

/// Errors that a screen has room for.
const ERRORS: usize = 4;

/// What `status` is asked for.
#[derive(Args)]
pub struct Arguments {
    /// Only what this person of the team has to do, and all of it
    #[arg(value_name = "PERSON")]
    person: Option<String>,
    /// End with 1 if anything is overdue, not only for late mailings and overdue issues
    #[arg(long)]
    strict: bool,
    /// Say everything that is due or overdue, not only what fits a screen
    #[arg(long, conflicts_with = "person")]
    all: bool,
}

/// Says what there is to do and how the programme is doing.
pub fn run(arguments: &Arguments, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let person = arguments.person.as_deref().map(|name| member(name, session, terminal)).transpose()?;
    reviews::with_memory(session, terminal, |memory| {
        let mut agenda = Agenda::new(memory, Window::around(session.today));
        if let Some(member) = person {
            agenda.items.retain(|item| *item.owner == member.id);
        }
        let measures = Measures::new(memory);
        let mut found = late_mailings(memory);
        found.extend(overdue_issues(memory, &measures));
        apply_levels(&session.programme.settings.severity, &mut found);
        let (is_late, is_wrong) = (!found.is_empty(), found.iter().any(|finding| finding.severity == Severity::Error));
        found.extend(check::next_year(memory.programme, memory.today));
        let late = found.into_iter().collect::<Diagnostics>().sorted();
        if terminal.is_json() {
            let mut document = json::document(memory, &measures, &agenda);
            document.insert("diagnostics", diagnostics_json(&late));
            terminal.document(document);
        } else {
            let note = match person {
                Some(member) => note::of_person(member, memory, &agenda, terminal),
                None => note::write(memory, &measures, &agenda, arguments.all, terminal),
            };
            terminal.result(note.trim_end());
            errors(&late, arguments.all, terminal);
        }
        let is_late = agenda.count(State::Overdue) > 0 || is_late || !measures.silent().is_empty();
        Ok(if is_wrong || arguments.strict && is_late { Outcome::Errors } else { Outcome::Done })
    })
}

/// The person of the team who was named on the command line: by id, the beginning of one, or a name.
fn member<'s>(typed: &str, session: &'s Session, terminal: &Terminal) -> Result<&'s Member, Outcome> {
    let team = session.programme.settings.team.iter();
    let small = typed.trim().to_lowercase();
    let is_named = |member: &&Member| {
        let name = member.name.as_str().to_lowercase();
        name == small || name.split_whitespace().any(|word| word == small)
    };
    match who::id(team.clone(), |member| member.id.as_str(), &small) {
        Match::One(member) => Ok(member),
        _ => team.clone().find(is_named).ok_or_else(|| {
            let known: Vec<&str> = team.map(|member| member.id.as_str()).collect();
            let hint = did_you_mean(&small, known.iter().copied()).unwrap_or_else(|| who::listed(known.into_iter()));
            terminal.failure(&format!("`{typed}` is nobody of the team"), Some(&hint));
            Outcome::Usage
        }),
    }
}

/// The errors, a line each, and no more than a few: the note is to fit a screen. `-v` shows where they stand.
fn errors(late: &Diagnostics, all: bool, terminal: &Terminal) {
    if terminal.verbose {
        return terminal.findings(late);
    }
    let most = if all { usize::MAX } else { ERRORS };
    for finding in late.iter().take(most) {
        let place = finding.place.as_ref().map(|place| format!("  {place}"));
        let head = terminal.paint(&format!("{}[{}]", finding.severity.name(), finding.code), "1;31");
        terminal.line(&format!("{head}: {}{}", finding.message, place.unwrap_or_default()));
    }
    let more = late.iter().count().saturating_sub(most);
    if more > 0 {
        terminal.line(&format!("and {more} more: bevara status --all"));
    }
}

/// R29: an issue that should be solved and is not is an error.
fn overdue_issues(memory: &Memory<'_>, measures: &Measures<'_>) -> Vec<Diagnostic> {
    let finding = |case: &Case<'_>| {
        let (contact, owner) = (case.contact, case.owner);
        let since = case.due.map_or_else(String::new, |due| format!(" since {due}"));
        let message = format!("`{owner}` owes `{}` a solution{since}: {}", contact.id, case.issue.what.as_str());
        Diagnostic::error("r29-overdue", message)
            .place(places::of_item(memory.programme, contact.origin))
            .hint(format!("`bevara log solve {}` when it is solved; till then no ask and no sale (R17)", contact.id))
    };
    measures.issues.overdue(memory.today).map(finding).collect()
}

/// R10: a mailing whose day is past and that was not sent is an error.
fn late_mailings(memory: &Memory<'_>) -> Vec<Diagnostic> {
    let finding = |status: &MailingStatus<'_>| {
        let id = &status.mailing.id;
        let missing = status.unsent.len();
        let message = match (status.progress, status.days) {
            (Progress::Overdue, Some(days)) => format!("`{id}` was due on {} and has not been sent", days.first),
            _ => format!("`{id}` has not been sent to {missing} of those whose day is past"),
        };
        Diagnostic::error("r10-not-sent", message)
            .place(places::of_mailing(memory.programme, status.mailing, "when"))
            .hint(format!("`bevara send {id}` shows who gets it; every mailing counts alike, none is forgotten (R10)"))
    };
    memory.late().map(finding).collect()
}

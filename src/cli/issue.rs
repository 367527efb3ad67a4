//! `bevara log issue` and `bevara log solve`: what is not well, and what solved it (R29).

use std::sync::Arc;

use clap::Args;
use jiff::civil::Date;
use serde_json::json;

use super::Outcome;
use super::ledger::{self, Rewrite, line, member, quoted, value};
use super::session::Session;
use super::terminal::Terminal;
use crate::model::contact::{Contact, Effort, Issue, SOLVE_WITHIN_DAYS};
use crate::model::text::Line;

/// What is not well.
#[derive(Args)]
pub struct Report {
    /// Whose issue: an id, or a referral code
    contact: String,
    /// What it is, in a line
    #[arg(value_parser = line)]
    what: Line,
    /// Since when (today)
    #[arg(long, value_name = "DATE")]
    since: Option<Date>,
    /// Who solves it: an id of the team (whoever is marked `support: true`, else the contact's own person)
    #[arg(long, value_name = "ID")]
    by: Option<String>,
    /// By when (a week after it began)
    #[arg(long, value_name = "DATE")]
    due: Option<Date>,
    /// What they tried by themselves
    #[arg(long, value_name = "TEXT", value_parser = line)]
    tried: Option<Line>,
    /// Why it happened, where that is known
    #[arg(long, value_name = "TEXT", value_parser = line)]
    cause: Option<Line>,
}

/// What solved it.
#[derive(Args)]
pub struct Solve {
    /// Whose issue: an id, or a referral code
    contact: String,
    /// Words of the issue, where several are open
    issue: Option<String>,
    /// Why it happened
    #[arg(long, value_name = "TEXT", value_parser = line)]
    cause: Option<Line>,
    /// What solved it
    #[arg(long, value_name = "TEXT", value_parser = line)]
    fix: Option<Line>,
    /// What it asked of them: low or high
    #[arg(long, value_name = "WORD", value_parser = value::<Effort>)]
    effort: Option<Effort>,
    /// The day (today)
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
}

/// Notes an issue in the contact's file.
pub fn report(arguments: &Report, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let contact = session.contact(&arguments.contact, terminal)?;
    let settings = &session.programme.settings;
    let since = arguments.since.unwrap_or(session.today);
    let due = arguments.due.unwrap_or_else(|| since.saturating_add(jiff::Span::new().days(SOLVE_WITHIN_DAYS)));
    let support = settings.team.iter().find(|member| member.support).map(|member| &member.id);
    let by = match &arguments.by {
        Some(id) => member(session, id, terminal)?,
        None => support.unwrap_or(&contact.owner).clone(),
    };
    let mut item = format!("{{what: {}, since: {since}, by: {by}, due: {due}", quoted(arguments.what.as_str()));
    for (key, text) in [("tried", &arguments.tried), ("cause", &arguments.cause)] {
        item.extend(text.as_ref().map(|text| format!(", {key}: {}", quoted(text.as_str()))));
    }
    item.push('}');
    let file = Arc::clone(&session.programme.files[contact.origin.file as usize]);
    let text = yaml::edit::append_to(&file, contact.origin.item as usize, "issues", &item)
        .map_err(|fault| ledger::not_editable(fault, file.path(), terminal))?;
    let said = format!("{by} solves it for {} by {due}; until then nobody asks or sells", contact.name.full());
    let document = json!({
        "contact": contact.id.as_str(),
        "what": arguments.what.as_str(),
        "since": since.to_string(),
        "by": by.as_str(),
        "due": due.to_string(),
    });
    let rewrite = Rewrite { path: file.path().to_owned(), file: Some(file), text };
    ledger::write(session, &rewrite, &said, document, terminal)
}

/// Notes that an issue is solved, and how.
pub fn solve(arguments: &Solve, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let contact = session.contact(&arguments.contact, terminal)?;
    let (index, issue) = open_issue(arguments, contact, terminal)?;
    let on = arguments.on.unwrap_or(session.today);
    let mut values = Vec::new();
    for (key, text, known) in
        [("cause", &arguments.cause, issue.cause.is_some()), ("fix", &arguments.fix, issue.fix.is_some())]
    {
        values.extend(text.as_ref().filter(|_| !known).map(|text| (key, quoted(text.as_str()))));
    }
    values.extend(arguments.effort.map(|effort| ("effort", effort.name().to_owned())));
    values.push(("closed", on.to_string()));
    let file = Arc::clone(&session.programme.files[contact.origin.file as usize]);
    let text = yaml::edit::put_in(&file, contact.origin.item as usize, "issues", index, &values)
        .map_err(|fault| ledger::not_editable(fault, file.path(), terminal))?;
    let said = format!("solved for {}: {}", contact.name.full(), issue.what.as_str());
    let document = json!({
        "contact": contact.id.as_str(),
        "what": issue.what.as_str(),
        "closed": on.to_string(),
        "effort": arguments.effort.map(|effort| effort.name()),
    });
    let rewrite = Rewrite { path: file.path().to_owned(), file: Some(file), text };
    ledger::write(session, &rewrite, &said, document, terminal)
}

/// The open issue that is meant.
fn open_issue<'c>(arguments: &Solve, contact: &'c Contact, terminal: &Terminal) -> Result<(usize, &'c Issue), Outcome> {
    let open = contact.details.issues.iter().enumerate().filter(|(_, issue)| issue.closed.is_none());
    let words = arguments.issue.as_deref().unwrap_or_default().to_lowercase();
    let all: Vec<(usize, &Issue)> = open.collect();
    let meant: Vec<_> = all.iter().filter(|(_, issue)| issue.what.as_str().to_lowercase().contains(&words)).collect();
    match meant.as_slice() {
        [one] => Ok(**one),
        [] if all.is_empty() => {
            terminal.failure(&format!("nothing is open with {}", contact.name.full()), None);
            Err(Outcome::Usage)
        }
        _ => {
            let list: Vec<&str> = all.iter().map(|(_, issue)| issue.what.as_str()).collect();
            let hint = format!("name it by some of its words; open: {}", list.join("; "));
            terminal.failure(&format!("{} issues of {} fit", meant.len(), contact.name.full()), Some(&hint));
            Err(Outcome::Usage)
        }
    }
}

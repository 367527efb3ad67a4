//! `bevara meeting`: agree on a meeting, and write down what came of it (R30).

use clap::{Args, Subcommand};
use jiff::civil::{Date, Time};
use serde_json::json;

use super::Outcome;
use super::ledger::{self, Edit, Rewrite, line, quoted, value};
use super::session::Session;
use super::terminal::Terminal;
use crate::model::meeting::Venue;
use crate::model::text::{Line, Prose};
use crate::model::touch::TouchKind;
use crate::validate::meetings::FILE;

/// What is done about a meeting.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Write down a meeting that was agreed on
    Plan(Box<Plan>),
    /// Write down what came of it: a recommendation, who does what by when, the next date
    Done(Box<Done>),
}

/// A meeting to come.
#[derive(Args)]
struct Plan {
    /// With whom: a contact's id
    contact: String,
    /// The day
    #[arg(long, value_name = "DATE")]
    on: Date,
    /// The hour, like 10:00
    #[arg(long, value_name = "HH:MM", value_parser = clock)]
    at: Option<Time>,
    /// meeting, review or visit
    #[arg(long, value_name = "WORD", default_value = "meeting", value_parser = value::<TouchKind>)]
    kind: TouchKind,
    /// A line of the agenda; may be repeated
    #[arg(long, value_name = "TEXT", value_parser = line)]
    agenda: Vec<Line>,
    /// The day on which they approved of the agenda
    #[arg(long, value_name = "DATE")]
    agenda_ok: Option<Date>,
    /// Where, if it is not at theirs: ours, online or elsewhere
    #[arg(long, value_name = "WORD", requires = "why", value_parser = value::<Venue>)]
    place: Option<Venue>,
    /// Why it is not at theirs
    #[arg(long, value_name = "TEXT", requires = "place", value_parser = line)]
    why: Option<Line>,
}

/// A meeting that was held.
#[derive(Args)]
struct Done {
    /// With whom: a contact's id
    contact: String,
    /// The day it was held (the day it was planned for, or today where that is still to come)
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
    /// The one thing we recommend
    #[arg(long, value_name = "TEXT", value_parser = value::<Prose>)]
    recommendation: Prose,
    /// Who does what by when, as WHO:WHAT:DATE; may be repeated
    #[arg(long, value_name = "WHO:WHAT:DATE", required = true, value_parser = action)]
    action: Vec<Agreed>,
    /// When you meet again
    #[arg(long, value_name = "DATE")]
    next: Date,
    /// The day on which they approved of the agenda
    #[arg(long, value_name = "DATE")]
    agenda_ok: Option<Date>,
}

/// Who does what by when.
#[derive(Debug, Clone)]
struct Agreed {
    who: Line,
    what: Line,
    by: Date,
}

fn clock(text: &str) -> Result<Time, String> {
    text.parse().map_err(|_| "an hour is written like 10:00".to_owned())
}

fn action(text: &str) -> Result<Agreed, String> {
    let parts = text.split_once(':').and_then(|(who, rest)| rest.rsplit_once(':').map(|(what, by)| (who, what, by)));
    let (who, what, by) = parts.ok_or("write WHO:WHAT:DATE, like `sara:send the offer:2027-03-01`")?;
    let by = by.trim().parse().map_err(|_| format!("`{by}` is not a day"))?;
    Ok(Agreed { who: line(who.trim())?, what: line(what.trim())?, by })
}

/// Does what the command line asks for.
pub fn run(arguments: &Arguments, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    match &arguments.action {
        Action::Plan(arguments) => plan(arguments, session, terminal),
        Action::Done(arguments) => done(arguments, session, terminal),
    }
}

fn plan(arguments: &Plan, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let contact = session.contact(&arguments.contact, terminal)?;
    let mut lines = vec![format!("contact: {}", contact.id), format!("on: {}", arguments.on)];
    lines.extend(arguments.at.map(|at| format!("at: \"{}\"", at.strftime("%H:%M"))));
    lines.push(format!("kind: {}", arguments.kind.name()));
    if let (Some(place), Some(why)) = (arguments.place, &arguments.why) {
        lines.push(format!("place: {{at: {}, why: {}}}", place.name(), quoted(why.as_str())));
    }
    if !arguments.agenda.is_empty() {
        let agenda: Vec<String> = arguments.agenda.iter().map(|line| quoted(line.as_str())).collect();
        lines.push(format!("agenda: [{}]", agenda.join(", ")));
    }
    lines.extend(arguments.agenda_ok.map(|day| format!("agenda_ok: {day}")));
    let file = session.programme.files.iter().find(|file| file.path() == FILE).cloned();
    let head = "# Meetings that were agreed on, and what came of them.\n\n";
    let rewrite = Rewrite::appended(file, FILE, head, &lines.join("\n"), terminal)?;
    let said = format!("{} with {} on {}", arguments.kind.name(), contact.name.full(), arguments.on);
    let document = json!({
        "contact": contact.id.as_str(),
        "on": arguments.on.to_string(),
        "at": arguments.at.map(|at| at.strftime("%H:%M").to_string()),
        "kind": arguments.kind.name(),
    });
    ledger::write(session, &rewrite, &said, document, terminal)
}

fn done(arguments: &Done, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let contact = session.contact(&arguments.contact, terminal)?;
    let open =
        session.programme.meetings.iter().filter(|meeting| meeting.contact == contact.id && meeting.done.is_none());
    let Some(meeting) = open.min_by_key(|meeting| meeting.on) else {
        let hint = format!("`bevara meeting plan {} --on DATE` writes one down", contact.id);
        terminal.failure(&format!("no meeting with {} is open", contact.name.full()), Some(&hint));
        return Err(Outcome::Usage);
    };
    let on = arguments.on.unwrap_or_else(|| meeting.on.min(session.today));
    let mut edit = Edit::new(session, meeting.origin, terminal);
    for (key, value) in trace(arguments, on) {
        edit.put(&[key], &value)?;
    }
    let said =
        format!("{} with {} on {on}; the next is on {}", meeting.kind.name(), contact.name.full(), arguments.next);
    let document = json!({
        "contact": contact.id.as_str(),
        "done": on.to_string(),
        "next": arguments.next.to_string(),
        "actions": arguments.action.len(),
    });
    edit.write(&said, document)
}

/// What came of a meeting, by key.
fn trace(arguments: &Done, on: Date) -> Vec<(&'static str, String)> {
    let action = |one: &Agreed| {
        let who = yaml::edit::scalar(one.who.as_str());
        format!("{{who: {who}, what: {}, by: {}}}", quoted(one.what.as_str()), one.by)
    };
    let actions: Vec<String> = arguments.action.iter().map(action).collect();
    let mut values = vec![
        ("actions", format!("[{}]", actions.join(", "))),
        ("recommendation", quoted(arguments.recommendation.as_str())),
        ("next", arguments.next.to_string()),
        ("done", on.to_string()),
    ];
    values.extend(arguments.agenda_ok.map(|day| ("agenda_ok", day.to_string())));
    values
}

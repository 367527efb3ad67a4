//! `bevara log`: what people did.

use clap::{Args, Subcommand};
use jiff::civil::Date;
use serde_json::json;

use super::Outcome;
use super::issue;
use super::ledger::{self, Rewrite, line, member, quoted, value};
use super::session::Session;
use super::survey;
use super::terminal::Terminal;
use crate::load::kind;
use crate::model::contact::Contact;
use crate::model::id::MailingId;
use crate::model::ledger::NextStep;
use crate::model::mailing::MailingKind;
use crate::model::text::{Line, Prose};
use crate::model::touch::{Purpose, TouchKind};
use crate::plan::past::is_same_gift;

/// What is to be logged.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Log a call, a visit, a review …: one line in contacts/touches/<year>.yaml
    Touch(Box<TouchArguments>),
    /// Note what is not well, who solves it and by when: in the contact's file
    Issue(issue::Report),
    /// Note that an issue is solved, why it happened and what helped
    Solve(issue::Solve),
    /// Note what somebody answered: how likely they are to recommend us, and what suits them
    Survey(survey::Answer),
}

/// What was done with whom.
#[derive(Args)]
struct TouchArguments {
    /// The contact's id
    contact: String,
    /// call, visit, review, meeting, survey, thanks, gift, status, post, mail, sales or ask
    #[arg(value_parser = value::<TouchKind>)]
    kind: TouchKind,
    /// The day (today)
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
    /// Who did it: an id of the team (the contact's own person)
    #[arg(long, value_name = "ID")]
    by: Option<String>,
    /// What for: care or sales (sales for the kinds sales and ask, else care)
    #[arg(long, value_name = "WORD", value_parser = value::<Purpose>)]
    purpose: Option<Purpose>,
    /// They came to us: it breaks a silence, but is not our doing
    #[arg(long)]
    inbound: bool,
    /// What was said
    #[arg(long, value_name = "TEXT", value_parser = value::<Prose>)]
    note: Option<Prose>,
    /// The recommendation a meeting ended with
    #[arg(long, value_name = "TEXT", value_parser = value::<Prose>)]
    recommendation: Option<Prose>,
    /// What comes next
    #[arg(long, value_name = "TEXT", value_parser = line, requires = "next_on")]
    next: Option<Line>,
    /// By when
    #[arg(long, value_name = "DATE", requires = "next")]
    next_on: Option<Date>,
    /// Who does it: an id of the team (who did this)
    #[arg(long, value_name = "ID", requires = "next")]
    next_by: Option<String>,
}

/// Logs what was done.
pub fn run(arguments: &Arguments, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    match &arguments.action {
        Action::Touch(arguments) => touch(arguments, session, terminal),
        Action::Issue(arguments) => issue::report(arguments, session, terminal),
        Action::Solve(arguments) => issue::solve(arguments, session, terminal),
        Action::Survey(arguments) => survey::answer(arguments, session, terminal),
    }
}

fn touch(arguments: &TouchArguments, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let contact = session.contact(&arguments.contact, terminal)?;
    if !arguments.inbound {
        ledger::not_left_alone(session, contact, terminal)?;
    }
    let on = arguments.on.unwrap_or(session.today);
    let by = match &arguments.by {
        Some(id) => member(session, id, terminal)?,
        None => contact.owner.clone(),
    };
    let mut item = format!(
        "{{contact: {}, on: {on}, kind: {}, by: {by}, purpose: {}",
        contact.id,
        arguments.kind.name(),
        arguments.purpose.unwrap_or_else(|| arguments.kind.usual_purpose()).name()
    );
    if arguments.inbound {
        item.push_str(", inbound: true");
    }
    if let Some(note) = &arguments.note {
        item.push_str(&format!(", note: {}", quoted(note.as_str())));
    }
    if let (Some(what), Some(next_on)) = (&arguments.next, arguments.next_on) {
        let next_by = arguments.next_by.as_ref().map(|id| member(session, id, terminal)).transpose()?;
        let next = NextStep { what: what.clone(), on: next_on, by: next_by.unwrap_or_else(|| by.clone()) };
        item.push_str(&format!(", next: {}", ledger::step(&next)));
    }
    if let Some(recommendation) = &arguments.recommendation {
        item.push_str(&format!(", recommendation: {}", quoted(recommendation.as_str())));
    }
    item.push('}');
    let rewrite = append(session, on, &item, terminal)?;
    let gift = match arguments.kind == TouchKind::Gift && !arguments.inbound {
        true => gift(session, contact, on, terminal)?,
        false => None,
    };
    let mut said = format!("logged: {} with {} on {on}", arguments.kind.name(), contact.name.full());
    if let Some(gift) = &gift {
        said = format!("{said}\n  {} {}", terminal.paint("·", "36"), gift.said(contact));
    }
    let document = json!({
        "contact": contact.id.as_str(),
        "on": on.to_string(),
        "kind": arguments.kind.name(),
        "by": by.as_str(),
        "counts_with": gift.as_ref().filter(|gift| gift.noted.is_some()).map(|gift| gift.mailing.as_str()),
    });
    ledger::write(session, &rewrite, &said, document, terminal)
}

/// A planned gift that a hand-over may be the same as.
struct PlannedGift {
    mailing: MailingId,
    /// The day on which its journal says it was given; `None` where it does not yet.
    noted: Option<Date>,
}

impl PlannedGift {
    fn said(&self, contact: &Contact) -> String {
        let id = &self.mailing;
        match self.noted {
            Some(day) => format!("{id} was noted as given on {day}; the two count as one gift"),
            None => format!(
                "if it is {id}, `bevara post {id} --posted --only {}` takes it off the packing list; the two count as one gift",
                contact.id
            ),
        }
    }
}

/// The gift of the plan that is noted as given around the day, or is still to be given to this contact.
fn gift(session: &Session, contact: &Contact, on: Date, terminal: &Terminal) -> Result<Option<PlannedGift>, Outcome> {
    session.with_memory(terminal, |memory| {
        let position = memory.position(contact);
        if let Some((mailing, noted)) = memory.gift_noted(position, on) {
            return Ok(Some(PlannedGift { mailing: mailing.clone(), noted: Some(noted) }));
        }
        let open = memory.statuses.iter().find(|status| {
            let is_open = status.unsent.iter().any(|(other, day)| *other == position && is_same_gift(*day, on));
            status.mailing.kind == MailingKind::Gift && is_open
        });
        Ok(open.map(|status| PlannedGift { mailing: status.mailing.id.clone(), noted: None }))
    })
}

/// The year's file with one line more.
fn append(session: &Session, on: Date, item: &str, terminal: &Terminal) -> Result<Rewrite, Outcome> {
    let stem = format!("contacts/touches/{}", on.year());
    let is_of_year = |path: &str| kind::is_yaml(path) && kind::without_suffix(path) == stem;
    let file = session.programme.files.iter().find(|file| is_of_year(file.path())).cloned();
    let head = format!("# What people did in {}: calls, visits, meetings, reviews, gifts handed over.\n\n", on.year());
    Rewrite::appended(file, &format!("{stem}.yaml"), &head, item, terminal)
}

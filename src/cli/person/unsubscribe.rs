//! `bevara person unsubscribe`: an opt-out goes into the contact's file (R26).

use clap::Args;
use jiff::civil::Date;
use serde_json::json;

use super::super::Outcome;
use super::super::ledger::{RUN_AGAIN, line};
use super::super::session::{Session, report_errors, unwritten};
use super::super::terminal::Terminal;
use crate::load::places;
use crate::model::contact::{Contact, Unsubscribed};
use crate::model::text::Line;
use crate::send::optout;
use source::diagnostic::Diagnostic;

/// Who opts out, when and how.
#[derive(Args)]
pub struct Unsubscribe {
    /// An id, the beginning of one, a name, an address or a code
    #[arg(required_unless_present = "token", conflicts_with = "token")]
    id: Option<String>,
    /// The token of an unsubscribe link, or the whole subject of an unsubscribe mail
    #[arg(long)]
    token: Option<String>,
    /// The day of the opt-out (today)
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
    /// How it reached us: link, mail, phone, letter …
    #[arg(long, value_name = "WORD", default_value = "link", value_parser = line)]
    channel: Line,
}

/// Writes the opt-out into the contact's YAML; who has opted out before stays as they are (R26).
pub fn run(arguments: &Unsubscribe, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let contact = find(arguments, session, terminal)?;
    if let Some(earlier) = &contact.details.unsubscribed {
        let message = format!("{} opted out before, on {}", contact.id, earlier.on);
        report(contact, earlier, None, &message, session, terminal);
        return Ok(Outcome::Done);
    }
    let on = arguments.on.unwrap_or(session.today);
    if on > session.today {
        terminal.failure(&format!("{on} is yet to come"), Some("an opt-out holds from the day it reached us"));
        return Err(Outcome::Usage);
    }
    let opt_out = Unsubscribed { on, channel: Some(arguments.channel.clone()) };
    let file = &session.programme.files[contact.origin.file as usize];
    let value = format!("{{on: {on}, channel: {}}}", yaml::edit::scalar(arguments.channel.as_str()));
    let text = yaml::edit::set_key(file, contact.origin.item as usize, "unsubscribed", &value).map_err(|fault| {
        let place = places::of_item(&session.programme, contact.origin);
        report_errors(vec![Diagnostic::from_fault("not-editable", fault).place(place)], terminal)
    })?;
    store::replace(&session.root, file, &text).map_err(|error| unwritten(&error, file.path(), RUN_AGAIN, terminal))?;
    let message = format!("{} has opted out: nothing more is sent to them", contact.id);
    report(contact, &opt_out, Some(file.path()), &message, session, terminal);
    Ok(Outcome::Done)
}

/// The contact with the id or the token.
fn find<'s>(arguments: &Unsubscribe, session: &'s Session, terminal: &Terminal) -> Result<&'s Contact, Outcome> {
    if let Some(id) = &arguments.id {
        return session.contact(id, terminal);
    }
    let written = arguments.token.as_deref().unwrap_or_default();
    let key = session.link_key();
    // It may stand in `<…>`, or be a whole subject; a mail program may have set it in capitals.
    let found = optout::tokens(written)
        .find_map(|token| session.programme.contacts.iter().find(|contact| key.token(contact) == token));
    found.ok_or_else(|| {
        let hint = "is BEVARA_LINK_KEY the one the mail was sent with, and is the contact still on the list?";
        terminal.failure("no contact has this token", Some(hint));
        Outcome::Usage
    })
}

fn report(
    contact: &Contact,
    opt_out: &Unsubscribed,
    changed: Option<&str>,
    message: &str,
    session: &Session,
    terminal: &Terminal,
) {
    if terminal.is_json() {
        terminal.document(json!({
            "contact": contact.id.as_str(),
            "unsubscribed": {
                "on": opt_out.on.to_string(),
                "channel": opt_out.channel.as_ref().map(Line::as_str),
            },
            "changed": changed.is_some(),
            "file": session.programme.files[contact.origin.file as usize].path(),
        }));
        return;
    }
    terminal.line(&format!("  {message}"));
    if let Some(path) = changed {
        terminal.next(&format!("commit {path}"));
    }
}

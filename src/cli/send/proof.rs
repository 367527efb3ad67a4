//! `bevara send --to`: one proof, to somebody of the house.

use jiff::Timestamp;
use serde_json::json;

use super::clock::SystemClock;
use super::relay::{Way, departure, failed};
use super::{Arguments, report};
use crate::cli::Outcome;
use crate::cli::session::{Session, Workshop, report_errors};
use crate::cli::terminal::Terminal;
use crate::emit::digest::Digest;
use crate::emit::mail::Mailer;
use crate::model::email_address::EmailAddress;
use crate::model::id::ContactId;
use crate::model::mailing::Mailing;
use crate::plan::{Route, Wall};
use crate::send::doors::prove;
use crate::send::outbox::Dispatch;

/// Sends the message of the first recipient, or of the one that `--only` names, to `address`.
pub fn run(
    arguments: &Arguments,
    mailing: &Mailing,
    only: &[ContactId],
    address: &EmailAddress,
    session: &Session,
    terminal: &Terminal,
) -> Result<Outcome, Outcome> {
    if Wall::new(&session.programme).stops_address(address).is_some() {
        let message = format!("{address} is to be left alone (tier D or do-not-contact)");
        terminal.failure(&message, Some("a proof goes to somebody of the house"));
        return Err(Outcome::Usage);
    }
    session.with_workshop(terminal, |workshop| {
        let way = Way::of(&arguments.via, session, terminal)?;
        let (dispatch, message) = message(workshop, mailing, only, address, session, terminal)?;
        let clock = SystemClock::new();
        let line = way.line(&clock);
        let mut door = way.door(line.as_ref());
        let reply = prove(&mut *door, &dispatch, &message).map_err(|fault| {
            terminal.failure(&format!("the proof was not sent: {fault}"), fault.hint());
            Outcome::Environment
        })?;
        if terminal.is_json() {
            terminal.document(json!({
                "mailing": mailing.id.as_str(),
                "proof": { "to": address.as_str(), "contact": dispatch.contact.as_str(), "reply": reply },
            }));
        }
        terminal.line(&format!(
            "  {} the message for {} is on its way to {address}",
            report::tick(terminal),
            dispatch.contact
        ));
        terminal.line(&format!("    {}", terminal.paint(&reply, "2")));
        terminal.line(&format!("  {} bevara send {}", terminal.paint("→", "36"), mailing.id));
        Ok(Outcome::Done)
    })
}

/// The message, as it would leave now, under an id of its own: no mail program takes two proofs for one, or the real message for
/// one that it has seen.
fn message(
    workshop: &Workshop<'_>,
    mailing: &Mailing,
    only: &[ContactId],
    address: &EmailAddress,
    session: &Session,
    terminal: &Terminal,
) -> Result<(Dispatch, Vec<u8>), Outcome> {
    let mailing = workshop.programme.mailing(mailing.id.as_str()).expect("it is a mailing of this programme");
    let mut audience = workshop.roster.audience(mailing);
    let is_wanted = |id: &ContactId| only.is_empty() || only.contains(id);
    let by_mail = |route: &Route<'_>| matches!(route, Route::Email(_));
    audience.recipients.retain(|recipient| by_mail(&recipient.route()) && is_wanted(&recipient.contact().id));
    audience.recipients.truncate(1);
    if audience.recipients.is_empty() {
        terminal.failure(
            &format!("nobody of these gets `{}` by e-mail", mailing.id),
            Some("`bevara plan` shows who gets what"),
        );
        return Err(Outcome::Usage);
    }
    let departure = departure(&session.programme.settings, session.dkim_key_file().as_deref())
        .map_err(|fault| failed(&fault, terminal))?;
    let now = Timestamp::now();
    let mailer = Mailer::new(workshop.programme, &workshop.composer, false);
    let letter = mailer.edition(&audience).letter(0, &format!("proof {now}"));
    let letter = letter.map_err(|error| report_errors(vec![*error], terminal))?;
    let letter = letter.expect("it goes by e-mail");
    let dispatch = Dispatch {
        contact: letter.recipient.contact().id.clone(),
        index: 0,
        to: address.clone(),
        message_id: letter.message_id.as_str().into(),
        sha256: Digest::of(&letter.bytes),
        bytes: letter.bytes.len(),
        generation: 1,
    };
    Ok((dispatch, departure.ready(&letter.bytes, now)))
}

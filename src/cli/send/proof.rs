//! `bevara send --to`: one proof, to somebody of the house. `--proofs`: one of each variant, to all who look at proofs.

use std::path::Path;

use jiff::Timestamp;
use serde_json::json;

use super::clock::SystemClock;
use super::relay::{VARIABLE, Way, departure, failed};
use super::{Arguments, Via, report};
use crate::cli::environment::Environment;
use crate::cli::session::{Session, Workshop, report_errors};
use crate::cli::terminal::Terminal;
use crate::cli::{Outcome, approve};
use crate::model::id::ContactId;
use crate::model::mailing::Mailing;
use crate::model::programme::Programme;
use crate::model::settings::Member;
use crate::model::text::counted;
use crate::model::wall::Wall;
use crate::plan::Route;
use crate::products::mail::departure::Departure;
use crate::products::mail::{BuiltMessage, Mailer};
use crate::review::variants::{VariantText, variants};
use crate::send::outbox::Dispatch;
use crate::send::transport::prove;
use mail::address::EmailAddress;
use mail::smtp::fault as delivery;
use source::diagnostic::Fault;
use store::digest::Digest;

/// Sends the message of the first recipient, or of the one that `--only` names, to `address`.
pub fn run(
    arguments: &Arguments,
    mailing: &Mailing,
    only: &[ContactId],
    address: &EmailAddress,
    session: &Session,
    terminal: &Terminal,
) -> Result<Outcome, Outcome> {
    if let Some(fault) = left_alone(&session.programme, address) {
        terminal.failure(&fault.message, fault.hint.as_deref());
        return Err(Outcome::Usage);
    }
    session.with_workshop(terminal, |workshop| {
        let way = Way::of(&arguments.via, session, terminal)?;
        let now = Timestamp::now();
        let letter = letter(workshop, mailing, only, now, terminal)?;
        let departure = departure(&session.programme.settings, session.dkim_key_file().as_deref())
            .map_err(|fault| failed(&fault, terminal))?;
        let contact = &letter.recipient.contact().id;
        let proof = Proof { contact, message_id: &letter.message_id, bytes: &letter.bytes, to: address };
        let reply = proof.leave(&way, &departure, now).map_err(|fault| {
            terminal.failure(&format!("the proof was not sent: {fault}"), fault.hint());
            Outcome::Environment
        })?;
        if terminal.is_json() {
            terminal.document(json!({
                "mailing": mailing.id.as_str(),
                "proof": { "to": address.as_str(), "contact": contact.as_str(), "reply": reply },
            }));
        }
        terminal.line(&format!("  {} the message for {contact} is on its way to {address}", report::tick(terminal)));
        terminal.line(&format!("    {}", terminal.paint(&reply, "2")));
        terminal.next(&format!("bevara send {}", mailing.id));
        Ok(Outcome::Done)
    })
}

/// Sends one message of each variant, or of those that `--variant` names, to everybody who looks at proofs.
pub fn to_group(
    arguments: &Arguments,
    mailing: &Mailing,
    session: &Session,
    terminal: &Terminal,
) -> Result<Outcome, Outcome> {
    let settings = &session.programme.settings;
    let group: Vec<&Member> = settings.proofs.iter().filter_map(|id| settings.member(id)).collect();
    if group.is_empty() {
        let hint = "write `proofs: [id, …]` there, with ids of the team; `--to ADDRESS` sends one to anybody";
        terminal.failure("bevara.yaml names nobody who looks at proofs", Some(hint));
        return Err(Outcome::Usage);
    }
    if let Some(fault) = group.iter().find_map(|member| left_alone(&session.programme, &member.email)) {
        terminal.failure(&fault.message, fault.hint.as_deref());
        return Err(Outcome::Usage);
    }
    session.with_workshop(terminal, |workshop| {
        let mailing = workshop.programme.mailing(mailing.id.as_str()).expect("it is a mailing of this programme");
        let all = variants(&workshop.composer, &workshop.roster.audience(mailing));
        if all.is_empty() {
            terminal
                .failure(&format!("nobody gets `{}` by e-mail", mailing.id), Some("`bevara plan` shows who gets what"));
            return Err(Outcome::Usage);
        }
        let chosen = approve::chosen(&arguments.variant, &all, terminal)?;
        let way = Way::of(&arguments.via, session, terminal)?;
        let departure =
            departure(settings, session.dkim_key_file().as_deref()).map_err(|fault| failed(&fault, terminal))?;
        let now = Timestamp::now();
        let mut told = Vec::new();
        for variant in chosen {
            for member in &group {
                // Each of them has a message of their own.
                let generation = format!("{} {}", generation(now), member.id);
                let letter = of_variant(workshop, mailing, variant, &generation, terminal)?;
                let contact = &letter.recipient.contact().id;
                let to = &member.email;
                let proof = Proof { contact, message_id: &letter.message_id, bytes: &letter.bytes, to };
                let reply = proof.leave(&way, &departure, now).map_err(|fault| {
                    let message = format!("the proof of {} to {to} was not sent: {fault}", variant.name);
                    terminal.failure(&message, fault.hint());
                    terminal.line(&format!("  {} went before", counted(told.len(), "proof")));
                    Outcome::Environment
                })?;
                terminal.line(&format!("  {} {} to {to}", report::tick(terminal), variant.name));
                told.push(
                    json!({ "variant": variant.name, "contact": contact.as_str(), "to": to.as_str(), "reply": reply }),
                );
            }
        }
        if terminal.is_json() {
            terminal.document(json!({ "mailing": mailing.id.as_str(), "proofs": told }));
        }
        terminal.next(&format!("bevara approve {}", mailing.id));
        Ok(Outcome::Done)
    })
}

/// The message of the first reader of a variant, its subject marked as that of a proof.
fn of_variant<'p>(
    workshop: &'p Workshop<'p>,
    mailing: &'p Mailing,
    variant: &VariantText,
    generation: &str,
    terminal: &Terminal,
) -> Result<BuiltMessage<'p>, Outcome> {
    let audience = workshop.roster.audience(mailing);
    let first = &workshop.programme.contacts[variant.first() as usize].id;
    let recipient = audience.recipients.into_iter().find(|recipient| recipient.contact().id == *first);
    let recipient = recipient.expect("whoever reads a variant is of its audience");
    let mut composed =
        workshop.composer.compose(mailing, &recipient).map_err(|error| report_errors(vec![*error], terminal))?;
    composed.subject = variant.proof_subject(&composed.subject);
    let mailer = Mailer::new(workshop.programme, &workshop.composer, false);
    Ok(mailer.built(mailing, recipient, &composed, generation))
}

fn left_alone(programme: &Programme, address: &EmailAddress) -> Option<Fault> {
    Wall::new(programme).stops_address(address)?;
    let message = format!("{address} is to be left alone (tier D or do-not-contact)");
    Some(Fault::new(message).hint("a proof goes to somebody of the house"))
}

/// Sends a proof of a programme whose root is `root` through the relay that the environment names; what the relay said.
///
/// # Errors
/// Why it was not sent.
pub fn through_the_relay(
    proof: &Proof<'_>,
    programme: &Programme,
    root: &Path,
    environment: &Environment,
) -> Result<String, String> {
    let words = |fault: Fault| match fault.hint {
        Some(hint) => format!("{} ({hint})", fault.message),
        None => fault.message,
    };
    if let Some(fault) = left_alone(programme, proof.to) {
        return Err(words(fault));
    }
    let settings = &programme.settings;
    let way = Way::new(&Via::Smtp, environment.get(VARIABLE).as_deref(), settings, root).map_err(words)?;
    let key_file = environment.dkim_key_file(root);
    let departure = departure(settings, key_file.as_deref()).map_err(words)?;
    proof.leave(&way, &departure, Timestamp::now()).map_err(|fault| match fault.hint() {
        Some(hint) => format!("the proof was not sent: {fault} ({hint})"),
        None => format!("the proof was not sent: {fault}"),
    })
}

/// What tells a proof from the message itself and from every other proof: no mail program takes two for one.
pub fn generation(now: Timestamp) -> String {
    format!("proof {now}")
}

/// A message for somebody of the house.
pub struct Proof<'a> {
    /// Whose it is.
    pub contact: &'a ContactId,
    /// Its id, without brackets.
    pub message_id: &'a str,
    /// The whole message, unsigned.
    pub bytes: &'a [u8],
    /// Who looks at it.
    pub to: &'a EmailAddress,
}

impl Proof<'_> {
    /// Sends it; what the relay said.
    ///
    /// # Errors
    /// The step that failed.
    fn leave(&self, way: &Way, departure: &Departure, now: Timestamp) -> Result<String, delivery::Fault> {
        let dispatch = Dispatch {
            contact: self.contact.clone(),
            index: 0,
            to: self.to.clone(),
            message_id: self.message_id.into(),
            sha256: Digest::of(self.bytes),
            bytes: self.bytes.len(),
            generation: 1,
        };
        let clock = SystemClock::new();
        let line = way.line(&clock);
        let mut transport = way.transport(line.as_ref());
        prove(&mut *transport, &dispatch, &departure.ready(self.bytes, now))
    }
}

/// The message of the first recipient, or of the one who is wanted, as it would leave now.
fn letter<'p>(
    workshop: &'p Workshop<'p>,
    mailing: &Mailing,
    only: &[ContactId],
    now: Timestamp,
    terminal: &Terminal,
) -> Result<BuiltMessage<'p>, Outcome> {
    let mailing = workshop.programme.mailing(mailing.id.as_str()).expect("it is a mailing of this programme");
    let audience = workshop.roster.audience(mailing);
    let is_wanted = |id: &ContactId| only.is_empty() || only.contains(id);
    let by_mail = |route: &Route<'_>| matches!(route, Route::Email(_));
    let found = audience
        .recipients
        .into_iter()
        .find(|recipient| by_mail(&recipient.route()) && is_wanted(&recipient.contact().id));
    let Some(recipient) = found else {
        terminal.failure(
            &format!("nobody of these gets `{}` by e-mail", mailing.id),
            Some("`bevara plan` shows who gets what"),
        );
        return Err(Outcome::Usage);
    };
    let composer = &workshop.composer;
    let composed = composer.compose(mailing, &recipient).map_err(|error| report_errors(vec![*error], terminal))?;
    let mailer = Mailer::new(workshop.programme, composer, false);
    Ok(mailer.built(mailing, recipient, &composed, &generation(now)))
}

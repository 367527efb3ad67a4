//! `bevara refer intake`: from tips that came in to lines of the ledger (R18, R19).

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::{HEAD, PATH, file, first_contact_as, first_steps, free_id};
use crate::cli::Outcome;
use crate::cli::ledger::{self, Rewrite, quoted};
use crate::cli::session::{Session, unreadable};
use crate::cli::terminal::Terminal;
use crate::model::contact::Contact;
use crate::model::id::ReferralId;
use crate::model::ledger::Lead;
use crate::model::text::{Line, counted};
use crate::plan::leads;
use crate::send::bounces::mailbox;
use crate::send::tips::{self, Tip};
use mail::address::EmailAddress;

/// Where the tips are, and whether they are written.
#[derive(Args)]
pub struct Arguments {
    /// A Maildir, a folder of mails, an mbox file, or a file with the form's JSON lines
    #[arg(value_name = "DIR|FILE")]
    place: PathBuf,
    /// Write them into the ledger
    #[arg(long)]
    write: bool,
}

/// What becomes of a tip.
enum Fate<'s> {
    /// It becomes a line of the ledger.
    New(Box<New<'s>>),
    /// It is there already.
    Known(ReferralId),
    /// A person has to look at it.
    Doubtful(String),
}

/// A tip that can be written.
struct New<'s> {
    referrer: &'s Contact,
    lead: Lead,
    received: Date,
    /// The open referral that names the same person.
    before: Option<ReferralId>,
}

/// Shows what came in, and writes what is sound.
pub fn run(arguments: &Arguments, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let mut tips: Vec<Tip> = Vec::new();
    mailbox::read(&arguments.place, &mut |name, bytes| tips.extend(tips::read(name, bytes)))
        .map_err(|error| unreadable(&error, terminal))?;
    let mut fates: Vec<(Tip, Fate<'_>)> = Vec::new();
    for tip in tips {
        let fate = fate(&tip, session, &fates);
        fates.push((tip, fate));
    }
    let doubtful = fates.iter().filter(|(_, fate)| matches!(fate, Fate::Doubtful(_))).count();
    show(&fates, terminal);
    let new: Vec<&New<'_>> =
        fates.iter().filter_map(|(_, fate)| if let Fate::New(new) = fate { Some(&**new) } else { None }).collect();
    let document = json!({ "tips": fates.iter().map(|(tip, fate)| as_json(tip, fate)).collect::<Value>() });
    let end = if doubtful > 0 { Outcome::Unfinished } else { Outcome::Done };
    if !arguments.write || new.is_empty() {
        if terminal.is_json() {
            terminal.document(document);
        } else if !new.is_empty() {
            terminal.next(&format!("bevara refer intake {} --write", arguments.place.display()));
        }
        return Ok(end);
    }
    let rewrite = with_lines(&new, session, terminal)?;
    let said = format!("{} added to the ledger", counted(new.len(), "tip"));
    ledger::write(session, &rewrite, &said, document, terminal).map(|_| end)
}

/// Looks a tip up: who recommends us, whom they name, and whether the ledger has it.
fn fate<'s>(tip: &Tip, session: &'s Session, before: &[(Tip, Fate<'s>)]) -> Fate<'s> {
    let programme = &session.programme;
    if tip.friend_name.is_empty() {
        return Fate::Doubtful("it names nobody: read it, and add it with `bevara refer add`".to_owned());
    }
    let by_address = || {
        let wanted = tip.email.as_ref()?.folded_without_tag();
        let has_it =
            |contact: &&Contact| contact.email.as_ref().is_some_and(|email| email.folded_without_tag() == wanted);
        programme.contacts.iter().find(has_it)
    };
    let by_code = tip.code.as_deref().and_then(|code| session.contact_by_code(code));
    let Some(referrer) = by_code.or_else(by_address) else {
        let who = if tip.name.is_empty() { "who wrote" } else { tip.name.as_str() };
        return Fate::Doubtful(format!("{who} is nobody on the list, by code or address"));
    };
    let lead = match lead(tip) {
        Ok(lead) => lead,
        Err(why) => return Fate::Doubtful(why),
    };
    let same = |other: &Lead| leads::are_the_same(programme, other, &lead);
    let known = programme.referrals.iter().find(|referral| referral.referrer == referrer.id && same(&referral.lead));
    if let Some(known) = known {
        return Fate::Known(known.id.clone());
    }
    let twice = |(_, fate): &(Tip, Fate<'_>)| matches!(fate, Fate::New(new) if new.referrer.id == referrer.id && same(&new.lead));
    if before.iter().any(twice) {
        return Fate::Doubtful("the same tip came twice: the first is taken".to_owned());
    }
    let named_before = leads::named_before(programme, &lead).map(|referral| referral.id.clone());
    let received = tip.on.filter(|on| *on <= session.today).unwrap_or(session.today);
    Fate::New(Box::new(New { referrer, lead, received, before: named_before }))
}

/// Whom a tip names: the name, the firm after a comma, an address or a telephone number.
fn lead(tip: &Tip) -> Result<Lead, String> {
    let line = |text: &str| text.trim().parse::<Line>().map_err(|fault| fault.message);
    let (name, company) = match tip.friend_name.split_once([',', ';', '/']) {
        Some((name, firm)) if !firm.trim().is_empty() => (line(name)?, Some(line(firm)?)),
        _ => (line(&tip.friend_name)?, None),
    };
    let email: Option<EmailAddress> = tip.friend_contact.trim().parse().ok();
    let is_number = tip.friend_contact.bytes().filter(u8::is_ascii_digit).count() >= 5;
    let phone = if email.is_none() && is_number { Some(line(&tip.friend_contact)?) } else { None };
    if email.is_none() && phone.is_none() && !tip.friend_contact.trim().is_empty() {
        return Err(format!("`{}` is neither an address nor a telephone number", tip.friend_contact.trim()));
    }
    let message = tip.message.split_whitespace().collect::<Vec<_>>().join(" ");
    Ok(Lead {
        name,
        company,
        email,
        phone,
        country: None,
        contact: None,
        consent: tip.consent.then_some(crate::model::preference::Asked::Yes),
        message: if message.is_empty() {
            None
        } else {
            Some(message.parse().map_err(|fault: source::diagnostic::Fault| fault.message)?)
        },
    })
}

fn show(fates: &[(Tip, Fate<'_>)], terminal: &Terminal) {
    for (tip, fate) in fates {
        let line = match fate {
            Fate::New(new) => {
                let agreed = if new.lead.consent.is_some() { "" } else { ", who may not know of it" };
                let again = new.before.as_ref().map_or_else(String::new, |id| format!("; {id} names them too"));
                format!("+ {}: {} names {}{agreed}{again}", tip.place, new.referrer.name.full(), new.lead.name.as_str())
            }
            Fate::Known(id) => format!("  {}: is {id} already", tip.place),
            Fate::Doubtful(why) => format!("? {}: {why}", tip.place),
        };
        terminal.line(&format!("  {line}"));
    }
    let count = |of: fn(&Fate<'_>) -> bool| fates.iter().filter(|(_, fate)| of(fate)).count();
    let new = count(|fate| matches!(fate, Fate::New(_)));
    let known = count(|fate| matches!(fate, Fate::Known(_)));
    terminal.line(&format!("  {new} new, {known} known, {} doubtful", fates.len() - new - known));
}

fn as_json(tip: &Tip, fate: &Fate<'_>) -> Value {
    let (state, detail) = match fate {
        Fate::New(new) => ("new", json!({"referrer": new.referrer.id.as_str(), "lead": new.lead.name.as_str()})),
        Fate::Known(id) => ("known", json!({"referral": id.as_str()})),
        Fate::Doubtful(why) => ("doubtful", json!({"why": why})),
    };
    let mut value = json!({"place": tip.place, "state": state});
    if let (Some(value), Value::Object(detail)) = (value.as_object_mut(), detail) {
        value.extend(detail);
    }
    value
}

/// The ledger with a line more for each tip.
fn with_lines(new: &[&New<'_>], session: &Session, terminal: &Terminal) -> Result<Rewrite, Outcome> {
    let file = file(session);
    let path = file.as_ref().map_or(PATH, |file| file.path()).to_owned();
    let mut text = file.as_ref().map_or(HEAD, |file| file.text()).to_owned();
    let mut taken: Vec<ReferralId> = Vec::new();
    for one in new {
        let id = free_id(session, one.received.year(), &taken).map_err(|message| {
            terminal.failure(&message, None);
            Outcome::Usage
        })?;
        text = yaml::edit::append(&text, &item(one, &id, session, terminal)?)
            .map_err(|fault| ledger::not_editable(fault, &path, terminal))?;
        taken.push(id);
    }
    Ok(Rewrite { path, file, text })
}

fn item(new: &New<'_>, id: &ReferralId, session: &Session, terminal: &Terminal) -> Result<String, Outcome> {
    let Lead { name, company, email, phone, consent, message, .. } = &new.lead;
    let mut lead = vec![format!("name: {}", yaml::edit::scalar(name.as_str()))];
    lead.extend(company.as_ref().map(|company| format!("company: {}", yaml::edit::scalar(company.as_str()))));
    lead.extend(email.as_ref().map(|email| format!("email: {}", email.as_str())));
    lead.extend(phone.as_ref().map(|phone| format!("phone: {}", quoted(phone.as_str()))));
    lead.extend(consent.map(|_| "consent: true".to_owned()));
    lead.extend(message.as_ref().map(|text| format!("message: {}", quoted(text.as_str()))));
    let [to_referrer, mut to_referred] =
        first_steps(&Default::default(), session, new.referrer, new.received.max(session.today), terminal)?;
    if let Some(before) = &new.before {
        to_referred.what = first_contact_as(&session.programme, before);
    }
    Ok(format!(
        "id: {id}\nreferrer: {}\nlead: {{{}}}\nvia: page\nreceived: {}\nstage: received\nnext:\n  referrer: {}\n  referred: {}",
        new.referrer.id,
        lead.join(", "),
        new.received,
        ledger::step(&to_referrer),
        ledger::step(&to_referred),
    ))
}

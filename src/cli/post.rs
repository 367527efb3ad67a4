//! `bevara post`

use std::collections::HashSet;

use clap::Args;
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::json;

use super::Outcome;
use super::paper;
use super::send::{lock, lost};
use super::session::Session;
use super::terminal::Terminal;
use crate::load::journals;
use crate::model::contact::PostalAddress;
use crate::model::id::ContactId;
use crate::model::journal::Journal;
use crate::model::mailing::{Mailing, MailingKind};
use crate::model::programme::Programme;
use crate::model::text::counted;
use crate::model::touch::TouchKind;
use crate::plan::audience::Audience;
use crate::plan::lead::{self, Lead};
use crate::plan::past::is_same_gift;
use crate::plan::{Recipient, Route};
use crate::products::post::labels;
use crate::render::address;
use crate::send::journal::{Lock, note_posted};
use source::diagnostic::did_you_mean;

/// Whose letters, and whether they are in the post.
#[derive(Args)]
pub struct Arguments {
    /// The mailing
    #[arg(value_name = "ID")]
    mailing: String,
    /// Note that its letters were posted: today, or on this day
    #[arg(long, value_name = "DATE", num_args = 0..=1, default_missing_value = TODAY)]
    posted: Option<String>,
    /// Only the letters to these contacts
    #[arg(long, value_name = "CONTACT", num_args = 1.., value_delimiter = ',')]
    only: Vec<String>,
}

/// What stands for a day that was not named.
const TODAY: &str = "today";

/// The hour that is noted for letters: nobody knows it better, and noon is the same day everywhere in Europe.
const NOON: i8 = 12;

/// How many days before the last one letters may be posted.
const EARLIEST: i32 = 60;

/// Names that a line has room for.
const SHOWN: usize = 5;

/// One letter of the mailing.
struct Letter<'p> {
    recipient: Recipient<'p>,
    address: &'p PostalAddress,
    lead: Lead,
    /// The day it was sent, by post or otherwise.
    sent: Option<Date>,
}

/// Letters that were handed to the post.
struct Posting<'j> {
    day: Date,
    lock: Lock,
    /// What the journal said when it was locked.
    past: &'j Journal,
}

/// Shows what is to be printed and posted, or notes that it was.
pub fn run(arguments: &Arguments, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let mailing = session.mailing(&arguments.mailing, terminal)?;
    let day = day(arguments, session, terminal)?;
    session.with_workshop(terminal, |workshop| {
        let audience = workshop.roster.audience(mailing);
        // What is noted must not be sent meanwhile, nor the other way round.
        let lock = day.map(|_| lock(mailing, None, session, terminal)).transpose()?;
        let journal = session.journal(&mailing.id, terminal)?;
        if lock.is_some() {
            lost::lines(mailing, session, terminal)?;
        }
        let letters = letters(session, &audience, &journal);
        let stale = stale(session, &audience, &letters, &journal);
        if letters.is_empty() {
            say_stale(&stale, terminal);
            let hint = "its `channel:` is email, or everybody it reaches has an e-mail address";
            terminal.failure(&format!("nobody gets `{}` by post", mailing.id), Some(hint));
            return Err(Outcome::Usage);
        }
        let letters = chosen(letters, arguments, session, &audience, terminal)?;
        match (day, lock) {
            (Some(day), Some(lock)) => {
                in_season(mailing, &letters, day, terminal)?;
                note(mailing, &letters, Posting { day, lock, past: &journal }, session, terminal)
            }
            _ => {
                show(mailing, &letters, &stale, session, terminal);
                Ok(Outcome::Done)
            }
        }
    })
}

/// The day the letters were posted, where they were.
fn day(arguments: &Arguments, session: &Session, terminal: &Terminal) -> Result<Option<Date>, Outcome> {
    let Some(text) = arguments.posted.as_deref() else { return Ok(None) };
    let day = match text {
        TODAY => session.today,
        text => text.parse().map_err(|_| {
            let hint = "a date is year-month-day, like 2026-12-02; the mailing comes before `--posted`";
            terminal.failure(&format!("`{text}` is not a date"), Some(hint));
            Outcome::Usage
        })?,
    };
    if day > session.today {
        terminal.failure(&format!("{day} is yet to come"), Some("note letters as posted once they are"));
        return Err(Outcome::Usage);
    }
    Ok(Some(day))
}

/// Refuses a day long before any of the letters is to be posted: its year was mistyped, or another mailing is meant.
fn in_season(mailing: &Mailing, letters: &[Letter<'_>], day: Date, terminal: &Terminal) -> Result<(), Outcome> {
    let Some(first) = letters.iter().map(|letter| letter.lead.post_by).min() else { return Ok(()) };
    if day >= first.saturating_sub(EARLIEST.days()) {
        return Ok(());
    }
    let message = format!("`{}` is to be posted by {first}; {day} is more than {EARLIEST} days before", mailing.id);
    terminal.failure(&message, Some("nothing was noted: look at the year of the day, or at the mailing's id"));
    Err(Outcome::Usage)
}

fn letters<'p>(session: &'p Session, audience: &Audience<'p>, journal: &Journal) -> Vec<Letter<'p>> {
    let zone = &session.programme.settings.timezone;
    let home = lead::home(&session.programme);
    let letter = |recipient: &Recipient<'p>| {
        let Route::Post(address) = recipient.route() else { return None };
        let country = address.country.unwrap_or(home);
        let sent = journal.sent_message(recipient.contact(), recipient.event());
        let sent = sent.map(|moment| moment.to_zoned(zone.clone()).date());
        let lead = Lead::of(audience.mailing, recipient.date(), home, country);
        Some(Letter { recipient: *recipient, address, lead, sent })
    };
    audience.recipients.iter().filter_map(letter).collect()
}

/// The letters that `--only` names, each of which must be one of them; all without it.
fn chosen<'p>(
    letters: Vec<Letter<'p>>,
    arguments: &Arguments,
    session: &Session,
    audience: &Audience<'_>,
    terminal: &Terminal,
) -> Result<Vec<Letter<'p>>, Outcome> {
    if arguments.only.is_empty() {
        return Ok(letters);
    }
    let named = |name: &String| session.contact(name, terminal).map(|contact| contact.id.to_string());
    let names: Vec<String> = arguments.only.iter().map(named).collect::<Result<_, _>>()?;
    let ids: Vec<&str> = letters.iter().map(|letter| letter.recipient.contact().id.as_str()).collect();
    if let Some(name) = names.iter().find(|name| !ids.contains(&name.as_str())) {
        let contacts = &session.programme.contacts;
        let refused = audience.refusals.iter().find(|(index, _)| contacts[*index as usize].id.as_str() == name);
        let hint = match refused {
            Some((_, refusal)) => Some(refusal.to_string()),
            None => did_you_mean(name, ids.iter().copied()),
        };
        terminal.failure(&format!("`{name}` gets no letter of `{}`", audience.mailing.id), hint.as_deref());
        return Err(Outcome::Usage);
    }
    let is_named = |letter: &Letter<'_>| names.iter().any(|name| name == letter.recipient.contact().id.as_str());
    Ok(letters.into_iter().filter(is_named).collect())
}

/// Writes the journal for every letter that was not sent before.
fn note(
    mailing: &Mailing,
    letters: &[Letter<'_>],
    posting: Posting<'_>,
    session: &Session,
    terminal: &Terminal,
) -> Result<Outcome, Outcome> {
    let Posting { day, lock, past } = posting;
    let zone = session.programme.settings.timezone.clone();
    let moment = day.at(NOON, 0, 0, 0).to_zoned(zone).map_err(|error| {
        terminal.failure(&error.to_string(), None);
        Outcome::Usage
    })?;
    let contacts = letters.iter().map(|letter| (letter.recipient.contact(), letter.recipient.event()));
    let noted = note_posted(lock, past, moment.timestamp(), contacts).map_err(|error| {
        terminal.failure(&format!("cannot write the journal of {}: {error}", mailing.id), None);
        Outcome::Environment
    })?;
    let before = letters.iter().filter(|letter| !noted.contains(&letter.recipient.key()));
    let before: Vec<String> = before.map(|letter| with_day(&letter.recipient.contact().id, letter.sent)).collect();
    let handed =
        noted.iter().filter_map(|contact| Some(with_day(contact, Some(handed_over(session, mailing, contact, day)?))));
    let handed: Vec<String> = handed.collect();
    let path = format!("{}/{}.jsonl", journals::FOLDER, mailing.id);
    if terminal.is_json() {
        terminal.document(json!({
            "mailing": mailing.id.as_str(),
            "posted": day.to_string(),
            "contacts": noted.iter().map(|contact| contact.as_str()).collect::<Vec<_>>(),
            "sent_before": before.len(),
            "handed_over": handed.len(),
            "file": path,
        }));
        return Ok(Outcome::Done);
    }
    let earlier = if before.is_empty() { String::new() } else { format!(", {} sent before", before.len()) };
    terminal.line(&format!("  {} of {} posted on {day}{earlier}", counted(noted.len(), "letter"), mailing.id));
    let point = terminal.paint("·", "36");
    if !before.is_empty() {
        terminal.line(&format!("  {point} noted before: {}", some(&before)));
    }
    if !handed.is_empty() {
        terminal.line(&format!("  {point} handed over, say the touches: {}; the two count as one gift", some(&handed)));
    }
    if !noted.is_empty() {
        terminal.next(&format!("commit {path}"));
    }
    Ok(Outcome::Done)
}

/// The day on which the touches say that a contact was handed the gift of a mailing that is noted on `day` (R8).
fn handed_over(session: &Session, mailing: &Mailing, contact: &ContactId, day: Date) -> Option<Date> {
    if mailing.kind != MailingKind::Gift {
        return None;
    }
    let gifts = session.programme.touches.iter().filter(|touch| touch.kind == TouchKind::Gift && !touch.inbound);
    let mut own = gifts.filter(|touch| touch.contact == *contact && is_same_gift(day, touch.on));
    own.next().map(|touch| touch.on)
}

fn with_day(contact: &ContactId, day: Option<Date>) -> String {
    day.map_or_else(|| contact.to_string(), |day| format!("{contact} ({day})"))
}

/// The first of many names.
fn some(names: &[String]) -> String {
    match names.len() {
        ..=SHOWN => names.join(", "),
        all => format!("{} and {} more", names[..SHOWN].join(", "), all - SHOWN),
    }
}

/// A letter that was printed and must not go any more, and why (R4).
struct Stale {
    contact: String,
    why: String,
}

/// The letters that the last build printed for people who are not to get them any more.
fn stale(session: &Session, audience: &Audience<'_>, letters: &[Letter<'_>], journal: &Journal) -> Vec<Stale> {
    let Programme { contacts, by_id, .. } = &session.programme;
    let open: HashSet<&str> = letters.iter().map(|letter| letter.recipient.contact().id.as_str()).collect();
    let mut printed = labels::printed(&session.root, &audience.mailing.id);
    printed.retain(|id| !open.contains(id.as_str()));
    let why = |contact: String| {
        let Some(&position) = by_id.get(contact.as_str()) else {
            return Some(Stale { contact, why: "they are no contact any more".to_owned() });
        };
        if journal.sent_to(&contacts[position as usize]).is_some() {
            return None;
        }
        let refusal = audience.refusals.iter().find(|(refused, _)| *refused == position);
        let why = refusal.map_or_else(|| "the mailing is not for them any more".to_owned(), |(_, why)| why.to_string());
        Some(Stale { contact, why })
    };
    printed.into_iter().filter_map(why).collect()
}

fn say_stale(stale: &[Stale], terminal: &Terminal) {
    for Stale { contact, why } in stale {
        let hint = "take it out of the pile; `bevara build` writes the letters anew";
        terminal.failure(&format!("the printed letter for `{contact}` must not go: {why}"), Some(hint));
    }
}

/// Says what to print, what to post, and by when.
fn show(mailing: &Mailing, letters: &[Letter<'_>], stale: &[Stale], session: &Session, terminal: &Terminal) {
    let open: Vec<&Letter<'_>> = letters.iter().filter(|letter| letter.sent.is_none()).collect();
    let lead = open.iter().map(|letter| letter.lead).min();
    if terminal.is_json() {
        terminal.document(json!({
            "mailing": mailing.id.as_str(),
            "print_by": lead.map(|lead| lead.print_by.to_string()),
            "post_by": lead.map(|lead| lead.post_by.to_string()),
            "letters": letters.iter().map(|letter| json!({
                "contact": letter.recipient.contact().id.as_str(),
                "post_by": letter.lead.post_by.to_string(),
                "sent": letter.sent.map(|day| day.to_string()),
            })).collect::<Vec<_>>(),
            "must_not_go": stale.iter().map(|stale| json!({
                "contact": stale.contact,
                "why": stale.why,
            })).collect::<Vec<_>>(),
        }));
        return;
    }
    say_stale(stale, terminal);
    terminal.result(&table(mailing, letters, session, terminal));
    let Some(lead) = lead else {
        terminal.next("all of them are in the post");
        return;
    };
    let has_pdf = paper::is_there(&session.root, &mailing.id, true);
    match stale.is_empty() && (has_pdf || paper::is_there(&session.root, &mailing.id, false)) {
        true => {
            let files = paper::files_to_print(has_pdf, &mailing.id, open.len());
            terminal.next(&format!("print {files} by {}", lead.print_by));
            if !has_pdf {
                terminal.line(&format!("  {} {}", terminal.paint("·", "2"), paper::HOW_TO_PRINT));
            }
        }
        false => terminal.next(&format!("`bevara build --mailing {}` writes the letters", mailing.id)),
    }
    terminal.next(&format!("post by {}, then `bevara post {} --posted`", lead.post_by, mailing.id));
}

fn table(mailing: &Mailing, letters: &[Letter<'_>], session: &Session, terminal: &Terminal) -> String {
    let home = lead::home(&session.programme);
    let rows: Vec<[String; 4]> = letters
        .iter()
        .map(|letter| {
            let contact = letter.recipient.contact();
            let lines = address::lines(contact, letter.address, home);
            let town = lines[2 + usize::from(contact.company.is_some())..].join(", ");
            let state = match letter.sent {
                Some(day) => format!("sent {day}"),
                None => letter.lead.post_by.to_string(),
            };
            [contact.id.to_string(), contact.name.full(), town, state]
        })
        .collect();
    let head = ["contact", "name", "town", "post by"].map(str::to_owned);
    let width = |column: usize| rows.iter().chain([&head]).map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    let line = |row: &[String; 4]| {
        let [id, name, town, state] = row;
        format!("{id:<0$}  {name:<1$}  {town:<2$}  {state}", widths[0], widths[1], widths[2])
    };
    let title = format!("{}  {}", mailing.id, counted(letters.len(), "letter"));
    let mut text = format!("{}\n{}", terminal.paint(&title, "1"), terminal.paint(&line(&head), "2"));
    for (row, letter) in rows.iter().zip(letters) {
        let row = line(row);
        text.push('\n');
        text.push_str(&if letter.sent.is_some() { terminal.paint(&row, "2") } else { row });
    }
    text
}

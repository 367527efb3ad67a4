//! What would leave, on one screen; nothing is written.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::entries::{doubts, entry_json};
use super::outgoing::Outgoing;
use super::progress::in_words;
use super::{checks, command_line, relay};
use crate::cli::Outcome;
use crate::cli::session::Session;
use crate::cli::terminal::{Terminal, bytes};
use crate::model::journal::{Entry, Journal};
use crate::model::mailing::LATE_DAYS;
use crate::model::settings::Smtp;
use crate::model::text::counted;
use crate::plan::Recipient;
use crate::send::outbox::{Dispatch, Outbox};

/// Most values that a line of figures names.
const MAX_VALUES: usize = 4;

/// What a relay takes a second over one connection where no rate is set: a guess, to say how long it will take.
const USUAL_PER_SECOND: f64 = 5.0;

/// Shows what would leave and what stands in the way, and ends with the command that sends it.
pub fn show(
    outgoing: &Outgoing<'_>,
    past: &Journal,
    session: &Session,
    terminal: &Terminal,
) -> Result<Outcome, Outcome> {
    let provenance = checks::provenance(outgoing.mailing, outgoing.arguments, false, session);
    let mut obstacles = provenance.obstacles;
    obstacles.extend(outgoing.unapproved.iter().cloned());
    if let Some(max) = outgoing.arguments.max.filter(|&max| outgoing.dispatches.len() > max) {
        obstacles.push((format!("more than the {max} that --max allows"), "--limit sends some now".to_owned()));
    }
    let off_schedule = outgoing.arguments.off_schedule || outgoing.is_off_schedule;
    let command = command_line(outgoing.arguments, outgoing.mailing, off_schedule, outgoing.dispatches.len());
    let figures = Figures::of(outgoing, session);
    if terminal.is_json() {
        terminal.document(document(outgoing, past, &figures, &obstacles, &command, session));
        return Ok(Outcome::Done);
    }
    let in_doubt = doubts(past, outgoing.arguments.shard);
    terminal.result(&page(outgoing, &figures, &in_doubt, session, terminal));
    if outgoing.is_off_schedule {
        terminal.line(&format!("  {} {}", terminal.paint("!", "33"), off_schedule_sentence(outgoing.outbox)));
    }
    for note in &provenance.notes {
        terminal.line(&format!("  {} {note}", terminal.paint("!", "33")));
    }
    for (obstacle, hint) in &obstacles {
        terminal.line(&format!("  {} {obstacle} ({hint})", terminal.paint("!", "33")));
    }
    if !in_doubt.is_empty() {
        terminal.next(&format!("bevara send {} --resolve assume-sent | resend | from-log FILE", outgoing.mailing.id));
    }
    if !outgoing.dispatches.is_empty() {
        let proof = format!("bevara send {} --to YOUR@ADDRESS", outgoing.mailing.id);
        terminal.next(&format!("a proof to yourself: {proof}"));
        terminal.next(&command);
    }
    Ok(Outcome::Done)
}

/// When its day is, for somebody who wants to send it on another.
pub fn off_schedule(outbox: &Outbox) -> String {
    match (outbox.early, outbox.late) {
        (Some((_, day)), _) => format!("its day is {day}"),
        (None, Some((_, day))) => format!("its day was {day}, more than {LATE_DAYS} days ago"),
        (None, None) => "it has no day".to_owned(),
    }
}

fn off_schedule_sentence(outbox: &Outbox) -> String {
    format!("{}: today it leaves only with --off-schedule", off_schedule(outbox))
}

/// What the screen counts.
struct Figures {
    tiers: BTreeMap<String, usize>,
    languages: BTreeMap<String, usize>,
    domains: BTreeMap<String, usize>,
    bytes: usize,
    time: Duration,
}

impl Figures {
    fn of(outgoing: &Outgoing<'_>, session: &Session) -> Self {
        let mut figures = Figures {
            tiers: BTreeMap::new(),
            languages: BTreeMap::new(),
            domains: BTreeMap::new(),
            bytes: outgoing.dispatches.iter().map(|dispatch| dispatch.bytes).sum(),
            time: Duration::ZERO,
        };
        for dispatch in outgoing.dispatches {
            let recipient = recipient(outgoing, dispatch);
            *figures.tiers.entry(recipient.tier().letter().to_owned()).or_default() += 1;
            *figures.languages.entry(recipient.contact().language.tag().to_owned()).or_default() += 1;
            *figures.domains.entry(dispatch.to.domain().to_owned()).or_default() += 1;
        }
        let busiest = figures.domains.values().copied().max().unwrap_or(0);
        figures.time = estimate(outgoing.dispatches.len(), busiest, &session.programme.settings.smtp);
        figures
    }
}

fn recipient<'l>(outgoing: &Outgoing<'l>, dispatch: &Dispatch) -> &'l Recipient<'l> {
    &outgoing.audience.recipients[dispatch.index]
}

/// How long it will take: as long as the rates say, or as the relays we know need.
fn estimate(count: usize, busiest: usize, smtp: &Smtp) -> Duration {
    let minutes = |count: usize, rate: Option<u32>| {
        rate.map_or(0.0, |rate| 60.0 * count.saturating_sub(1) as f64 / f64::from(rate.max(1)))
    };
    let relay = count as f64 / (USUAL_PER_SECOND * f64::from(smtp.connections));
    let seconds = relay.max(minutes(count, smtp.per_minute)).max(minutes(busiest, smtp.per_domain_per_minute));
    Duration::from_secs_f64(seconds)
}

fn page(
    outgoing: &Outgoing<'_>,
    figures: &Figures,
    in_doubt: &[&Entry],
    session: &Session,
    terminal: &Terminal,
) -> String {
    let Outgoing { mailing, outbox, dispatches, .. } = outgoing;
    let bold = |text: &str| terminal.paint(text, "1");
    let mut page = format!(
        "\n{}  {}\n",
        bold(mailing.id.as_str()),
        terminal.paint(&format!("{}, {}", mailing.kind.name(), days(outgoing)), "2")
    );
    let mut row = |name: &str, value: String| {
        if !value.is_empty() {
            page += &format!("  {}  {value}\n", terminal.paint(&format!("{name:<10}"), "2"));
        }
    };
    row("leaves", bold(&counted(dispatches.len(), "message")));
    row("tier", values(&figures.tiers, false));
    row("language", values(&figures.languages, true));
    row("domain", values(&figures.domains, true));
    if !dispatches.is_empty() {
        let each = figures.bytes / dispatches.len();
        row("size", format!("{}, {} each", bytes(figures.bytes as u64), bytes(each as u64)));
        row("from", session.programme.settings.sender.email.to_string());
        row("through", relay::in_words(&outgoing.arguments.via, session));
        row("takes", format!("about {}{}", in_words(figures.time), rates(&session.programme.settings.smtp)));
    }
    let reasons: Vec<String> = outbox.reasons().into_iter().map(|(code, count)| format!("{count} {code}")).collect();
    row("left out", reasons.join(", "));
    row("later", later(outbox, outgoing.is_off_schedule));
    row("on paper", count(outbox.on_paper, ""));
    row("sent", count(outbox.accepted, ""));
    row("refused", count(outbox.refused, "by the relay"));
    row("deferred", count(outbox.deferred, "(--resume takes them along)"));
    row("in doubt", count(in_doubt.len(), "held until somebody decides"));
    for entry in in_doubt {
        let id = entry.message_id.as_deref().unwrap_or("?");
        page += &format!("              {}  {}\n", entry.contact, terminal.paint(&format!("<{id}>"), "2"));
    }
    if terminal.verbose {
        for dispatch in *dispatches {
            page += &format!("    {}  {}\n", dispatch.contact, dispatch.to);
        }
        for (contact, refusal) in &outbox.left_out {
            page += &format!("    {}  {}\n", contact, terminal.paint(&refusal.to_string(), "2"));
        }
    }
    page
}

fn count(count: usize, what: &str) -> String {
    if count == 0 { String::new() } else { format!("{count} {what}").trim_end().to_owned() }
}

fn later(outbox: &Outbox, is_off_schedule: bool) -> String {
    let mut parts = Vec::new();
    if let (Some((count, day)), false) = (outbox.early, is_off_schedule) {
        parts.push(format!("{count} from {day} on"));
    }
    if let (Some((count, day)), false) = (outbox.late, is_off_schedule) {
        parts.push(format!("{count} too late since {day}"));
    }
    if outbox.beyond_limit > 0 {
        parts.push(format!("{} beyond --limit", outbox.beyond_limit));
    }
    parts.join(", ")
}

/// The days of those who get it.
fn days(outgoing: &Outgoing<'_>) -> String {
    let days = || outgoing.dispatches.iter().map(|dispatch| recipient(outgoing, dispatch).date());
    match (days().min(), days().max()) {
        (Some(first), Some(last)) if first == last => format!("for {first}"),
        (Some(first), Some(last)) => format!("for {first} to {last}"),
        _ => outgoing.mailing.when.to_string(),
    }
}

/// Figures in one line, the largest first where it is not their names that order them.
fn values(figures: &BTreeMap<String, usize>, by_count: bool) -> String {
    let mut figures: Vec<(&String, &usize)> = figures.iter().collect();
    if by_count {
        figures.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), (*name).clone()));
    }
    let more = figures.len().saturating_sub(MAX_VALUES);
    let mut shown: Vec<String> =
        figures.iter().take(MAX_VALUES).map(|(name, count)| format!("{name} {count}")).collect();
    if more > 0 {
        shown.push(format!("and {more} more"));
    }
    shown.join(" · ")
}

fn rates(smtp: &Smtp) -> String {
    let mut rates = Vec::new();
    if let Some(rate) = smtp.per_minute {
        rates.push(format!("{rate} a minute"));
    }
    if let Some(rate) = smtp.per_domain_per_minute {
        rates.push(format!("{rate} to one domain"));
    }
    if rates.is_empty() { String::new() } else { format!(", at most {}", rates.join(" and ")) }
}

fn document(
    outgoing: &Outgoing<'_>,
    past: &Journal,
    figures: &Figures,
    obstacles: &[(String, String)],
    command: &str,
    session: &Session,
) -> Value {
    let Outgoing { mailing, outbox, dispatches, .. } = outgoing;
    let smtp = &session.programme.settings.smtp;
    let message = |dispatch: &Dispatch| {
        let recipient = recipient(outgoing, dispatch);
        json!({
            "contact": dispatch.contact.as_str(),
            "to": dispatch.to.as_str(),
            "tier": recipient.tier().letter(),
            "language": recipient.contact().language.tag(),
            "on": recipient.date().to_string(),
            "bytes": dispatch.bytes,
            "message_id": dispatch.message_id,
            "generation": dispatch.generation,
        })
    };
    let day = |(count, day): (usize, jiff::civil::Date)| json!({ "count": count, "day": day.to_string() });
    json!({
        "mailing": mailing.id.as_str(),
        "kind": mailing.kind.name(),
        "confirm": dispatches.len(),
        "command": command,
        "by_tier": figures.tiers,
        "by_language": figures.languages,
        "by_domain": figures.domains,
        "bytes": figures.bytes,
        "seconds": figures.time.as_secs(),
        "per_minute": smtp.per_minute,
        "per_domain_per_minute": smtp.per_domain_per_minute,
        "through": relay::in_words(&outgoing.arguments.via, session),
        "messages": dispatches.iter().map(message).collect::<Vec<_>>(),
        "left_out": outbox.left_out.iter().map(|(contact, refusal)| json!({
            "contact": contact.as_str(), "code": refusal.code(), "why": refusal.to_string(),
        })).collect::<Vec<_>>(),
        "on_paper": outbox.on_paper,
        "off_schedule": outgoing.is_off_schedule,
        "early": outbox.early.map(day),
        "late": outbox.late.map(day),
        "beyond_limit": outbox.beyond_limit,
        "accepted": outbox.accepted,
        "refused": outbox.refused,
        "deferred": outbox.deferred,
        "in_doubt": doubts(past, outgoing.arguments.shard).into_iter().map(entry_json).collect::<Vec<_>>(),
        "obstacles": obstacles.iter().map(|(message, hint)| json!({ "message": message, "hint": hint })).collect::<Vec<_>>(),
    })
}

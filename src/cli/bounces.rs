//! `bevara bounces`: delivery reports mark the addresses that failed for good.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::Outcome;
use super::marks::{self, Mark, Marked};
use super::session::{Session, unreadable};
use super::terminal::{Terminal, Watch, diagnostics_json};
use crate::model::contact::Contact;
use crate::model::id::{ContactId, MailingId};
use crate::model::text::counted;
use crate::send::bounces::{Finding, Register, Tally, mailbox};
use mail::report::{self, complaint};
use source::diagnostic::{Diagnostic, Diagnostics, Severity};

/// Where the reports are, and whether anything is written.
#[derive(Args)]
pub struct Arguments {
    /// A Maildir, a folder of messages, or an mbox file
    #[arg(value_name = "DIR")]
    place: PathBuf,
    /// Say what would be marked, write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Who complained, when, and in which message it was said; nobody who had opted out before.
type Complaints<'p> = BTreeMap<&'p ContactId, (&'p Contact, Date, String)>;

/// Writes `email_bounced` into the contacts whose address failed for good, and an opt-out into those who complained.
pub fn run(arguments: &Arguments, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let mut watch = Watch::start();
    let mut journals = Vec::new();
    for mailing in session.programme.journals.keys().filter_map(|id| id.parse::<MailingId>().ok()) {
        let journal = session.journal(&mailing, terminal)?;
        journals.push((mailing, journal));
    }
    let register = Register::new(&session.programme, &journals);
    let (mut tally, mut skipped) = (Tally::default(), Vec::new());
    let (mut messages, mut reports) = (0, 0);
    let mut complaints = Complaints::new();
    let zone = &session.programme.settings.timezone;
    let read = mailbox::read(&arguments.place, &mut |name, bytes| {
        messages += 1;
        let complaint = complaint::read(bytes);
        if let Ok(Some(complaint)) = &complaint {
            reports += 1;
            let written = complaint.written.map(|moment| moment.to_zoned(zone.clone()).date());
            let on = written.map_or(session.today, |day| day.min(session.today));
            for contact in register.complained(complaint) {
                if contact.details.unsubscribed.is_none() {
                    complaints.entry(&contact.id).or_insert_with(|| (contact, on, name.to_owned()));
                }
            }
            return;
        }
        match complaint.and_then(|_| report::read(bytes)) {
            Ok(Some(report)) => {
                reports += 1;
                tally.note(name, &report, &register, session.today);
            }
            Ok(None) => {}
            Err(fault) => {
                let finding = Diagnostic::from_fault("delivery-report", fault).in_file(name);
                skipped.push(Diagnostic { severity: Severity::Warning, ..finding });
            }
        }
    });
    read.map_err(|error| unreadable(&error, terminal))?;
    let result = format!("{} in {}", counted(reports, "delivery report"), counted(messages, "message"));
    terminal.stage("bounces", &result, watch.lap());
    let changes = marks::texts(&marks_of(&tally, &complaints), session, terminal)?;
    if !arguments.dry_run {
        marks::write(&changes, session, terminal)?;
    }
    let skipped = skipped.into_iter().collect::<Diagnostics>();
    if terminal.is_json() {
        terminal.document(to_json((&tally, &complaints), &changes, (messages, reports), &skipped, arguments.dry_run));
        return Ok(Outcome::Done);
    }
    print((&tally, &complaints), &changes, arguments.dry_run, terminal);
    terminal.findings(&skipped);
    Ok(Outcome::Done)
}

/// What is written into whose entry.
fn marks_of<'p>(tally: &Tally<'p>, complaints: &Complaints<'p>) -> Vec<Mark<'p>> {
    let failed = tally.failed.values().filter_map(|finding| {
        Some(Mark { contact: finding.contact?, key: "email_bounced", value: finding.on.to_string() })
    });
    let complained = complaints.values().map(|(contact, on, _)| Mark {
        contact,
        key: "unsubscribed",
        value: format!("{{on: {on}, channel: complaint}}"),
    });
    failed.chain(complained).collect()
}

fn print(
    (tally, complaints): (&Tally<'_>, &Complaints<'_>),
    changes: &[Marked<'_>],
    dry_run: bool,
    terminal: &Terminal,
) {
    let name = |finding: &Finding<'_>| match finding.contact {
        Some(contact) => contact.id.to_string(),
        None => finding.fate.addresses.first().map(ToString::to_string).unwrap_or_default(),
    };
    let all = tally.failed.values().chain(&tally.transient).chain(&tally.moved).chain(&tally.strangers);
    let width = all.map(|finding| name(finding).chars().count()).max().unwrap_or(0);
    let line = |finding: &Finding<'_>, what: &str, colour: &str| {
        let why = finding.fate.diagnostic.as_deref().map(|answer| terminal.paint(&format!("  {answer}"), "2"));
        let head = terminal.paint(what, colour);
        terminal.line(&format!(
            "  {head} {:<width$}  {}{}",
            name(finding),
            finding.fate.status,
            why.unwrap_or_default()
        ));
    };
    tally.failed.values().for_each(|finding| line(finding, "failed  ", "31"));
    tally.transient.iter().for_each(|finding| line(finding, "delayed ", "33"));
    tally.moved.iter().for_each(|finding| line(finding, "old     ", "2"));
    tally.strangers.iter().for_each(|finding| line(finding, "stranger", "2"));
    for (contact, on, _) in complaints.values() {
        terminal.line(&format!(
            "  {} {}  opted out on {on}: they marked it as spam",
            terminal.paint("spam    ", "31"),
            contact.id
        ));
    }
    let count = |count: usize, what: &str| (count > 0).then(|| format!("{count} {what}"));
    let parts = [
        count(complaints.len(), "complained"),
        count(tally.known.len(), "marked before"),
        count(tally.transient.len(), "may yet arrive"),
        count(tally.moved.len(), "at an address no longer in use here"),
        count(tally.strangers.len(), "of nobody on the list"),
    ];
    let marked = counted(tally.failed.len(), "address");
    let verb = if dry_run { "would be marked" } else { "marked" };
    let summary = [Some(format!("{marked} {verb}"))].into_iter().chain(parts).flatten().collect::<Vec<_>>().join(", ");
    terminal.line(&format!("  {summary}"));
    for (file, _) in changes.iter().filter(|_| !dry_run) {
        terminal.next(&format!("commit {}", file.path()));
    }
}

fn to_json(
    (tally, complaints): (&Tally<'_>, &Complaints<'_>),
    changes: &[Marked<'_>],
    (messages, reports): (usize, usize),
    skipped: &Diagnostics,
    dry_run: bool,
) -> Value {
    let list = |findings: &mut dyn Iterator<Item = &Finding<'_>>| findings.map(finding_json).collect::<Vec<_>>();
    let before = |(id, day): (&&ContactId, &Date)| json!({ "contact": id.as_str(), "email_bounced": day.to_string() });
    json!({
        "messages": messages,
        "reports": reports,
        "dry_run": dry_run,
        "marked": list(&mut tally.failed.values()),
        "marked_before": tally.known.iter().map(before).collect::<Vec<_>>(),
        "complained": complaints.values().map(complaint_json).collect::<Vec<_>>(),
        "delayed": list(&mut tally.transient.iter()),
        "old_address": list(&mut tally.moved.iter()),
        "unknown": list(&mut tally.strangers.iter()),
        "files": changes.iter().map(|(file, _)| file.path()).collect::<Vec<_>>(),
        "diagnostics": diagnostics_json(skipped),
    })
}

fn complaint_json((contact, on, message): &(&Contact, Date, String)) -> Value {
    json!({ "contact": contact.id.as_str(), "on": on.to_string(), "message": message })
}

fn finding_json(finding: &Finding<'_>) -> Value {
    json!({
        "contact": finding.contact.map(|contact| contact.id.as_str()),
        "addresses": finding.fate.addresses.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "action": finding.fate.action.name(),
        "status": finding.fate.status.to_string(),
        "diagnostic": finding.fate.diagnostic,
        "on": finding.on.to_string(),
        "mailing": finding.mailing.map(MailingId::as_str),
        "message": finding.source,
    })
}

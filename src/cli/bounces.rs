//! `bevara bounces`: delivery reports mark the addresses that failed for good.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::Outcome;
use super::session::{Session, report_errors, unreadable, unwritten};
use super::terminal::{Terminal, Watch, diagnostics_json};
use crate::load::places;
use crate::model::contact::Origin;
use crate::model::id::{ContactId, MailingId};
use crate::model::text::counted;
use crate::send::bounces::{Finding, Register, Tally, mailbox};
use mail::report;
use source::SourceFile;
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

/// A file of the programme, and its text with the marks.
type Change<'p> = (&'p Arc<SourceFile>, String);

/// Writes `email_bounced` into the contacts whose address failed for good.
pub fn run(arguments: &Arguments, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let mut watch = Watch::start();
    let mut journals = Vec::new();
    for mailing in session.programme.journals.iter().filter_map(|id| id.parse::<MailingId>().ok()) {
        let journal = session.journal(&mailing, terminal)?;
        journals.push((mailing, journal));
    }
    let register = Register::new(&session.programme, &journals);
    let (mut tally, mut skipped) = (Tally::default(), Vec::new());
    let (mut messages, mut reports) = (0, 0);
    let read = mailbox::read(&arguments.place, &mut |name, bytes| {
        messages += 1;
        match report::read(bytes) {
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
    let changes = changes(&tally, session, terminal)?;
    if !arguments.dry_run {
        write(&changes, session, terminal)?;
    }
    let skipped = skipped.into_iter().collect::<Diagnostics>();
    if terminal.is_json() {
        terminal.document(to_json(&tally, &changes, (messages, reports), &skipped, arguments.dry_run));
        return Ok(Outcome::Done);
    }
    print(&tally, &changes, arguments.dry_run, terminal);
    terminal.findings(&skipped);
    Ok(Outcome::Done)
}

/// The new text of every file that holds a contact to be marked.
fn changes<'p>(tally: &Tally<'p>, session: &'p Session, terminal: &Terminal) -> Result<Vec<Change<'p>>, Outcome> {
    let mut marks: BTreeMap<u32, Vec<(usize, String)>> = BTreeMap::new();
    for (contact, on) in tally.failed.values().filter_map(|finding| Some((finding.contact?, finding.on))) {
        marks.entry(contact.origin.file).or_default().push((contact.origin.item as usize, on.to_string()));
    }
    let (mut changes, mut errors) = (Vec::new(), Vec::new());
    for (index, mut marks) in marks {
        marks.sort_unstable();
        let file = &session.programme.files[index as usize];
        match yaml::edit::set_key_in_many(file, "email_bounced", &marks) {
            Ok(text) => changes.push((file, text)),
            Err((item, fault)) => {
                let item = u32::try_from(item).expect("it came from an item's number");
                let place = places::of_item(&session.programme, Origin { file: index, item });
                errors.push(Diagnostic::from_fault("not-editable", fault).place(place));
            }
        }
    }
    if errors.is_empty() { Ok(changes) } else { Err(report_errors(errors, terminal)) }
}

fn write(changes: &[Change<'_>], session: &Session, terminal: &Terminal) -> Result<(), Outcome> {
    for (file, text) in changes {
        let again = "what was written stays; run the command again";
        store::replace(&session.root, file, text).map_err(|error| unwritten(&error, file.path(), again, terminal))?;
    }
    Ok(())
}

fn print(tally: &Tally<'_>, changes: &[Change<'_>], dry_run: bool, terminal: &Terminal) {
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
    let count = |count: usize, what: &str| (count > 0).then(|| format!("{count} {what}"));
    let parts = [
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
    tally: &Tally<'_>,
    changes: &[Change<'_>],
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
        "delayed": list(&mut tally.transient.iter()),
        "old_address": list(&mut tally.moved.iter()),
        "unknown": list(&mut tally.strangers.iter()),
        "files": changes.iter().map(|(file, _)| file.path()).collect::<Vec<_>>(),
        "diagnostics": diagnostics_json(skipped),
    })
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

//! What `build` and `post` have in common: which letters are wanted, the browser that prints them, and how they are told of.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde_json::{Value, json};

use super::Outcome;
use super::environment::Environment;
use super::session::{Session, Workshop};
use super::terminal::Terminal;
use crate::build::{Report, Request};
use crate::model::channel::Channel;
use crate::model::id::{ContactId, MailingId};
use crate::model::text::counted;
use crate::plan::Route;
use crate::plan::audience::Audience;
use crate::plan::lead::next_on_paper;
use crate::products::post::{A_FILE, Order, Pdf, PrintRun, folder, part_name};

/// What the command line says about letters.
pub struct Wanted<'a> {
    /// The mailings that were named.
    pub named: &'a [MailingId],
    /// Every mailing.
    pub all: bool,
    /// Every run as a PDF.
    pub pdf: bool,
    /// What was posted is printed again.
    pub reprint: bool,
}

/// Which letters are written and printed: those named, those due next, and all others as far as they fit into one file.
///
/// # Errors
/// The exit code, after it was said which journal cannot be read.
pub fn order(
    wanted: &Wanted<'_>,
    session: &Session,
    workshop: &Workshop<'_>,
    terminal: &Terminal,
) -> Result<Order, Outcome> {
    let by_post = workshop.programme.mailings().filter(|mailing| mailing.channel != Channel::Email);
    let audiences: Vec<Audience<'_>> = by_post.map(|mailing| workshop.roster.audience(mailing)).collect();
    let sent = if wanted.reprint { BTreeMap::new() } else { sent(session, &audiences, terminal)? };
    let was_sent =
        |mailing: &MailingId, contact: &ContactId| sent.get(mailing).is_some_and(|sent| sent.contains(contact));
    let next = next_on_paper(&session.programme, &audiences, session.today, &|mailing, recipient| {
        was_sent(&mailing.id, &recipient.key())
    });
    let ids = || audiences.iter().map(|audience| audience.mailing.id.clone());
    let named: BTreeSet<MailingId> = ids().filter(|id| wanted.named.contains(id)).collect();
    let mut asked = if wanted.all { ids().collect() } else { named.clone() };
    let mut pdf = if wanted.pdf { ids().collect() } else { named };
    let mut first = None;
    if let Some((audience, _)) = next.filter(|_| wanted.named.is_empty()) {
        asked.insert(audience.mailing.id.clone());
        first = Some(audience.mailing.id.clone());
        // What nobody asked for may not take minutes.
        if letters(audience) <= A_FILE {
            pdf.insert(audience.mailing.id.clone());
        }
    }
    Ok(Order { asked, first, pdf, browser: browser(&session.environment), sent })
}

fn letters(audience: &Audience<'_>) -> usize {
    audience.recipients.iter().filter(|recipient| matches!(recipient.route(), Route::Post(_))).count()
}

/// Who was sent each mailing before, of those that go by post.
fn sent(
    session: &Session,
    audiences: &[Audience<'_>],
    terminal: &Terminal,
) -> Result<BTreeMap<MailingId, BTreeSet<ContactId>>, Outcome> {
    let mut all = BTreeMap::new();
    let begun = |audience: &&Audience<'_>| session.programme.is_begun(&audience.mailing.id);
    for audience in audiences.iter().filter(begun).filter(|audience| letters(audience) > 0) {
        let journal = session.journal(&audience.mailing.id, terminal)?;
        let people = audience.recipients.iter().map(|recipient| recipient.contact());
        let sent = people.filter(|contact| journal.sent_to(contact).is_some()).map(|contact| contact.id.clone());
        all.insert(audience.mailing.id.clone(), sent.collect());
    }
    Ok(all)
}

/// The Chromium that prints: `BEVARA_CHROMIUM` (`none` for none), or the first that is found on the path.
pub fn browser(environment: &Environment) -> Option<PathBuf> {
    const NAMES: [&str; 5] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
    match environment.get("BEVARA_CHROMIUM").as_deref() {
        Some("none") => return None,
        Some(path) => return Some(PathBuf::from(path)),
        None => {}
    }
    let folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    let suffix = std::env::consts::EXE_SUFFIX;
    let places = NAMES.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(format!("{name}{suffix}"))));
    places.into_iter().find(|place| place.is_file())
}

/// `3 runs, 41 letters, 1 PDF`.
pub fn counted_letters(runs: &[PrintRun]) -> String {
    let letters: usize = runs.iter().filter(|run| run.files > 0).map(|run| run.letters).sum();
    let pdfs = runs.iter().filter(|run| run.pdf == Pdf::There).count();
    let written = runs.iter().filter(|run| run.files > 0).count();
    let pdf = if pdfs > 0 { format!(", {} as PDF", counted(pdfs, "run")) } else { String::new() };
    format!("{} in {}{pdf}", counted(letters, "letter"), counted(written, "run"))
}

/// A line for each run, and what each takes.
pub fn details(runs: &[PrintRun], terminal: &Terminal) {
    if !terminal.verbose {
        return;
    }
    for run in runs {
        let mut parts = vec![counted(run.letters, "letter")];
        if run.sent > 0 {
            parts.push(format!("{} sent before", run.sent));
        }
        parts.push(format!("print by {}", run.lead.print_by));
        parts.push(match &run.pdf {
            _ if run.files == 0 => format!("too many to write unasked: `bevara build --mailing {}`", run.mailing),
            Pdf::There => "PDF".to_owned(),
            Pdf::NotAsked => "HTML".to_owned(),
            Pdf::NoBrowser => "HTML, there is no Chromium".to_owned(),
            Pdf::Failed(reason) => format!("HTML, Chromium failed: {reason}"),
        });
        terminal.detail(&format!("{}: {}", run.mailing, parts.join(", ")));
    }
}

/// Says what to print next and by when, and how where there is no PDF.
pub fn next_step(report: &Report, request: &Request, terminal: &Terminal) {
    let Order { asked, first, .. } = &request.paper;
    let wanted = |run: &&PrintRun| first.as_ref().map_or(asked.contains(&run.mailing), |first| *first == run.mailing);
    let Some(run) = report.runs.iter().filter(wanted).min_by_key(|run| run.lead) else { return };
    let files = files_to_print(run.pdf == Pdf::There, &run.mailing, run.letters);
    terminal.next(&format!("print {files} by {}, post by {}", run.lead.print_by, run.lead.post_by));
    if !run.missing.is_empty() {
        let letters: Vec<String> =
            run.missing.chars().map(|letter| format!("{letter} (U+{:04X})", u32::from(letter))).collect();
        let message = format!("the fonts of this machine lack {}: the PDF shows boxes", letters.join(", "));
        terminal
            .line(&format!("  {} {message}; install a font that has them and build again", terminal.paint("!", "33")));
    }
    if let Pdf::Failed(reason) = &run.pdf {
        terminal.line(&format!("  {} no PDF, the browser failed: {reason}", terminal.paint("·", "2")));
    }
    if run.pdf != Pdf::There {
        terminal.line(&format!("  {} {HOW_TO_PRINT}", terminal.paint("·", "2")));
    }
}

/// How the HTML of letters is printed.
pub const HOW_TO_PRINT: &str =
    "open it in a browser and print at 100 %, with background graphics and without headers and footers";

/// The first file of a run, from the root of the programme.
fn first_file(has_pdf: bool, mailing: &MailingId) -> String {
    let suffix = if has_pdf { "pdf" } else { "html" };
    format!("output/{}/{}.{suffix}", folder(mailing), part_name(0))
}

/// The files of a run of so many letters, as a person is told of them: `…/letters.pdf and 2 more`.
pub fn files_to_print(has_pdf: bool, mailing: &MailingId, letters: usize) -> String {
    let first = first_file(has_pdf, mailing);
    match letters.div_ceil(A_FILE).saturating_sub(1) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// True where the last build left this file of a run.
pub fn is_there(root: &Path, mailing: &MailingId, has_pdf: bool) -> bool {
    root.join(first_file(has_pdf, mailing)).is_file()
}

/// A run for programs.
pub fn to_json(run: &PrintRun) -> Value {
    let date = |date: Date| date.to_string();
    json!({
        "id": run.mailing.as_str(),
        "letters": run.letters,
        "sent": run.sent,
        "files": run.files,
        "pdf": run.pdf == Pdf::There,
        "missing_letters": run.missing,
        "gift": run.is_gift,
        "print_by": date(run.lead.print_by),
        "post_by": date(run.lead.post_by),
    })
}

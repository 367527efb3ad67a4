//! `bevara build`

use std::collections::{BTreeMap, HashSet};
use std::sync::{Mutex, PoisonError};

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::Outcome;
use super::session::{Session, Workshop, report_errors};
use super::terminal::{Terminal, Watch, bytes, diagnostics_json};
use super::{paper, reviews, verdicts};
use crate::build::{Product, Progress, Rendered, Report, Request, Shard, Stage, build};
use crate::check;
use crate::model::channel::Channel;
use crate::model::id::{ContactId, MailingId};
use crate::model::mailing::Mailing;
use crate::model::text::counted;
use crate::plan::Memory;
use crate::plan::calendar::next_due;
use crate::products::calendar::Calendars;
use crate::products::mail::{Mailer, Messages};
use crate::products::post::Pdf;
use crate::products::site::{Copies, Site};
use crate::products::{ProductError, Steps, report};
use crate::render::stamp::{LetterRenderer, MailingRenderer, Method};
use source::diagnostic::{Diagnostic, Diagnostics, Fault, Severity};
use store::Store;

/// What `build` is asked for.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Write the single messages of these mailings (the next one due, if none is named)
    #[arg(long, value_name = "ID", num_args = 1..)]
    mailing: Vec<String>,
    /// Write the single messages of every mailing
    #[arg(long, conflicts_with = "mailing")]
    all: bool,
    /// In which form single messages are written
    #[arg(long, value_enum, default_value_t = MessagesAs::Eml)]
    messages: MessagesAs,
    /// Render every message in full instead of stamping variants (same bytes, for comparison)
    #[arg(long)]
    pub reference: bool,
    /// Write the report's page and review sheet of these contacts, where the list is too long for everybody's
    #[arg(long, value_name = "ID", num_args = 1..)]
    contact: Vec<String>,
    /// Print the letters of every mailing to PDF, not only of those named or due next (needs Chromium)
    #[arg(long)]
    pdf: bool,
    /// Print letters again that were posted already
    #[arg(long)]
    reprint: bool,
    /// Make only this product, and leave the others as they are (more than once for more)
    #[arg(long, value_name = "PRODUCT", value_parser = product)]
    only: Vec<Product>,
    /// Build only this part of the recipients, like 2/4
    #[arg(long, value_name = "I/N", value_parser = shard)]
    shard: Option<Shard>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum MessagesAs {
    /// A file a message
    Eml,
    /// One file a mailing
    Mbox,
    /// Not at all
    None,
}

impl From<MessagesAs> for Messages {
    fn from(messages: MessagesAs) -> Self {
        match messages {
            MessagesAs::Eml => Messages::Eml,
            MessagesAs::Mbox => Messages::Mbox,
            MessagesAs::None => Messages::None,
        }
    }
}

fn product(text: &str) -> Result<Product, String> {
    text.parse().map_err(|fault: Fault| fault.to_string())
}

/// Reads a part like `2/4`.
pub fn shard(text: &str) -> Result<Shard, String> {
    let parts = text.split_once('/').and_then(|(index, of)| Some((index.parse().ok()?, of.parse().ok()?)));
    match parts {
        Some((index, of)) if (1..=of).contains(&index) => Ok(Shard { index, of }),
        _ => Err("a shard is written like 2/4".to_owned()),
    }
}

/// Builds everything under output/.
pub fn run(arguments: &Arguments, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let named = |name: &String| session.contact(name, terminal).map(|contact| contact.id.clone());
    // Whose own pages are asked for.
    let contacts: HashSet<ContactId> = arguments.contact.iter().map(named).collect::<Result<_, _>>()?;
    let journals = session.journals(terminal)?;
    session.with_workshop(terminal, |workshop| {
        let mut watch = Watch::start();
        terminal.doing(Some("planning"));
        let mailings = wanted(arguments, session, workshop, terminal)?;
        let (reached, refused) = planned(workshop);
        let result = format!("{} to come, {}", counted(reached, "delivery"), counted(refused, "refusal"));
        terminal.stage("plan", &result, watch.lap());
        terminal.doing(Some("checking every mailing"));
        let store = Store::open(&session.root.join("output")).map_err(|error| {
            terminal.failure(&error.to_string(), error.hint());
            Outcome::Environment
        })?;
        let products = if arguments.only.is_empty() { Product::ALL.to_vec() } else { arguments.only.clone() };
        let makes = |product: Product| products.contains(&product);
        let copies = Copies::for_store(&store);
        let site = makes(Product::Site)
            .then(|| Site::render(workshop.programme, workshop.engine, &workshop.composer, session.today, copies));
        let (findings, site) = look_over(session, workshop, site);
        if findings.has_errors() {
            return Err(report_errors(findings.into_iter().collect(), terminal));
        }
        let warnings = findings.count(Severity::Warning);
        terminal.stage("check", &counted(warnings, "warning"), watch.lap());
        if terminal.verbose {
            methods(workshop, terminal);
        }
        let Arguments { all, pdf, reprint, shard, .. } = *arguments;
        let letters =
            paper::Wanted { named: if arguments.mailing.is_empty() { &[] } else { &mailings }, all, pdf, reprint };
        let paper = paper::order(&letters, session, workshop, terminal)?;
        let request =
            Request { mailings, products: products.clone(), messages: arguments.messages.into(), shard, paper };
        let mailer = Mailer::new(workshop.programme, &workshop.composer, arguments.reference);
        let shown = Shown { terminal, watch: Mutex::new(watch), bar: Mutex::new(None) };
        terminal.doing(Some("writing output/"));
        let memory = Memory::new(workshop.programme, session.today, &workshop.roster, &journals)
            .with_reviews(reviews::reviews(workshop, session, terminal)?);
        let (pages, calendars) = rayon::join(
            || makes(Product::Report).then(|| report::Report::render(&memory, workshop.engine, contacts)).transpose(),
            || makes(Product::Calendar).then(|| Calendars::new(&memory)),
        );
        let pages = pages.map_err(|errors| report_errors(errors, terminal))?;
        let rendered = Rendered { site: site.as_ref(), report: pages.as_ref(), calendars: calendars.as_ref() };
        let report = build(workshop.programme, &rendered, &mailer, &workshop.roster, &request, store, &shown);
        let report = report.map_err(|error| failed(error, terminal))?;
        if report.runs.iter().any(|run| matches!(run.pdf, Pdf::Failed(_))) {
            terminal.forget();
        }
        terminal.stage("output", &files(&report), shown.lap());
        summary(&report, &findings, workshop, &request, terminal);
        Ok(Outcome::Done)
    })
}

/// Shows how a build gets on: a bar while messages are written to a terminal, a line a stage.
struct Shown<'t> {
    terminal: &'t Terminal,
    watch: Mutex<Watch>,
    bar: Mutex<Option<ProgressBar>>,
}

impl Shown<'_> {
    fn lap(&self) -> std::time::Duration {
        self.watch.lock().unwrap_or_else(PoisonError::into_inner).lap()
    }

    fn bar(&self) -> std::sync::MutexGuard<'_, Option<ProgressBar>> {
        self.bar.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Steps for Shown<'_> {
    fn begin(&self, mailing: &MailingId, messages: usize) {
        if self.terminal.is_live() {
            self.terminal.doing(None);
            let style = ProgressStyle::with_template("  {bar:24} {pos}/{len} {msg} {eta}")
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            let bar = ProgressBar::new(messages as u64).with_style(style).with_message(mailing.to_string());
            if let Some(before) = self.bar().replace(bar) {
                before.finish_and_clear();
            }
        }
    }

    fn step(&self) {
        if let Some(bar) = self.bar().as_ref() {
            bar.inc(1);
        }
    }
}

impl Progress for Shown<'_> {
    fn end(&self, stage: Stage<'_>) {
        if let Some(bar) = self.bar().take() {
            bar.finish_and_clear();
            self.terminal.doing(Some("writing output/"));
        }
        match stage {
            Stage::Site(pages) => self.terminal.stage("site", &counted(pages, "page"), self.lap()),
            Stage::Report(pages, events) => {
                let result = format!("{}, {}", counted(pages, "page"), counted(events, "event"));
                self.terminal.stage("report", &result, self.lap());
            }
            Stage::Proofs(proofs) => self.terminal.stage("proofs", &counted(proofs, "proof"), self.lap()),
            Stage::Messages(written) => {
                let size = bytes(written.bytes);
                let result = format!("{}: {}, {size}", written.mailing, counted(written.messages, "message"));
                self.terminal.stage("messages", &result, self.lap());
            }
            Stage::Letters([]) => {}
            Stage::Letters(runs) => {
                paper::details(runs, self.terminal);
                self.terminal.stage("letters", &paper::counted_letters(runs), self.lap());
            }
        }
    }
}

/// Says which way the messages and letters of each mailing take, and what keeps one from being stamped.
fn methods(workshop: &Workshop<'_>, terminal: &Terminal) {
    for mailing in workshop.programme.mailings() {
        if mailing.channel != Channel::Post {
            method(mailing.id.as_str(), MailingRenderer::new(&workshop.composer, mailing).method(), workshop, terminal);
        }
        if mailing.channel != Channel::Email {
            let name = format!("{} on paper", mailing.id);
            method(&name, LetterRenderer::new(&workshop.composer, mailing).method(), workshop, terminal);
        }
    }
}

fn method(name: &str, method: &Method, workshop: &Workshop<'_>, terminal: &Terminal) {
    match method {
        Method::Stamped { conditions, .. } => {
            terminal.detail(&format!("{name}: stamped, {}", counted(conditions.len(), "condition")));
        }
        Method::Full(reasons) => {
            terminal.detail(&format!("{name}: rendered in full for each reader"));
            for reason in reasons {
                let place = workshop.engine.place_of(reason).map(|place| place.to_string());
                terminal.detail(&format!("  {}: `{}`", place.unwrap_or_default(), reason.expression));
            }
        }
    }
}

/// The mailings whose messages are wanted: those named, all, or the next one due.
fn wanted(
    arguments: &Arguments,
    session: &Session,
    workshop: &Workshop<'_>,
    terminal: &Terminal,
) -> Result<Vec<MailingId>, Outcome> {
    let programme = &session.programme;
    if arguments.all {
        return Ok(programme.mailings().map(|mailing| mailing.id.clone()).collect());
    }
    if arguments.mailing.is_empty() {
        let reaches = |mailing: &Mailing| !workshop.roster.audience(mailing).recipients.is_empty();
        return Ok(next_due(programme, session.today, reaches).map(|mailing| mailing.id.clone()).into_iter().collect());
    }
    let named = |name: &String| session.mailing(name, terminal).map(|mailing| mailing.id.clone());
    arguments.mailing.iter().map(named).collect()
}

/// How many messages and letters all plans come to, and how many refusals.
pub fn planned(workshop: &Workshop<'_>) -> (usize, usize) {
    let audiences = workshop.programme.mailings().map(|mailing| workshop.roster.audience(mailing));
    let figures = audiences.map(|audience| (audience.recipients.len(), audience.refusals.len()));
    figures.fold((0, 0), |(reached, refused), (more, left)| (reached + more, refused + left))
}

/// Everything there is to find, and the site where it could be rendered.
pub fn look_over<'s, 'p>(
    session: &Session,
    workshop: &'p Workshop<'p>,
    site: Option<Result<Site<'s>, Vec<Diagnostic>>>,
) -> (Diagnostics, Option<Site<'s>>) {
    let mut found = session.found.clone();
    let verdicts = verdicts::Cache::open(session.today);
    let Workshop { programme, roster, composer, .. } = workshop;
    found.extend(check::findings(programme, roster, composer, session.today, &verdicts));
    verdicts.save();
    match site {
        None => (check::folded(found), None),
        Some(Ok(site)) => {
            let found = found.into_iter().chain(site.warnings().iter().cloned());
            (check::folded(found), Some(site))
        }
        Some(Err(errors)) => (check::folded(found.into_iter().chain(errors)), None),
    }
}

fn failed(error: ProductError, terminal: &Terminal) -> Outcome {
    match error {
        ProductError::Render(diagnostic) => report_errors(vec![*diagnostic], terminal),
        ProductError::Store(error) => {
            terminal.failure(&error.to_string(), error.hint());
            Outcome::Environment
        }
    }
}

fn files(report: &Report) -> String {
    let files = report.files;
    format!("{} written, {} unchanged, {} removed", files.written, files.skipped + files.kept, files.deleted)
}

fn summary(report: &Report, findings: &Diagnostics, workshop: &Workshop<'_>, request: &Request, terminal: &Terminal) {
    terminal.findings(findings);
    if terminal.is_json() {
        terminal.document(json!({
            "diagnostics": diagnostics_json(findings),
            "pages": report.pages,
            "report": report.report,
            "events": report.events,
            "proofs": report.proofs,
            "mailings": report.written.iter().map(|written| json!({
                "id": written.mailing.as_str(),
                "messages": written.messages,
                "bytes": written.bytes,
                "on_paper": written.on_paper,
                "refused": refusals(workshop, &written.mailing).into_iter().collect::<BTreeMap<_, _>>(),
            })).collect::<Vec<_>>(),
            "letters": report.runs.iter().map(paper::to_json).collect::<Vec<_>>(),
            "files": {
                "written": report.files.written,
                "unchanged": report.files.skipped + report.files.kept,
                "removed": report.files.deleted,
            },
        }));
        return;
    }
    for written in &report.written {
        let reasons = refusals(workshop, &written.mailing);
        let mut left_out: Vec<String> = reasons.iter().map(|(code, count)| format!("{count} {code}")).collect();
        if written.on_paper > 0 {
            left_out.push(format!("{} on paper", written.on_paper));
        }
        if !left_out.is_empty() && report.written.len() <= 3 {
            terminal.line(&format!(
                "  {} without a message in {}: {}",
                terminal.paint("·", "2"),
                written.mailing,
                left_out.join(", ")
            ));
        }
    }
    let next = match (report.written.first(), request.messages) {
        (Some(written), Messages::Eml) => {
            format!("look at output/mail/{}/ and output/site/index.html", written.mailing)
        }
        _ => "look at output/site/index.html and output/report/index.html".to_owned(),
    };
    terminal.next(&next);
    paper::next_step(report, request, terminal);
}

/// How many of a mailing's audience get nothing, by reason.
fn refusals(workshop: &Workshop<'_>, mailing: &MailingId) -> Vec<(&'static str, usize)> {
    let mut reasons: BTreeMap<&'static str, usize> = BTreeMap::new();
    let own = workshop.programme.mailing(mailing.as_str()).map(|mailing| workshop.roster.audience(mailing));
    for (_, refusal) in own.into_iter().flat_map(|audience| audience.refusals) {
        *reasons.entry(refusal.code()).or_default() += 1;
    }
    reasons.into_iter().collect()
}

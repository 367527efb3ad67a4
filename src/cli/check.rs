//! `bevara check`

use std::time::Duration;

use clap::Args;
use serde::Serialize;
use serde_json::json;

use super::build::{look_over, planned};
use super::link_cache::LinkCache;
use super::session::{Session, unreadable};
use super::terminal::{Terminal, Watch, diagnostics_json};
use super::{Global, Outcome, fix};
use crate::check;
use crate::check::outside::{self, Answer};
use crate::load;
use crate::model::text::counted;
use crate::products::site::{Copies, Site};
use source::diagnostic::{Diagnostic, Diagnostics, Severity};

/// What `check` is asked for.
#[derive(Args)]
pub struct Arguments {
    /// Warnings fail the check too
    #[arg(long)]
    strict: bool,
    /// Mend what is certain, and show each change
    #[arg(long)]
    fix: bool,
    /// Only show what --fix would change
    #[arg(long, requires = "fix")]
    dry_run: bool,
    /// Ask outside links too: fine, broken or unsure
    #[arg(long)]
    external: bool,
    /// Seconds between two questions to one host
    #[arg(long, value_name = "SECONDS", default_value_t = 1.0, requires = "external", value_parser = seconds)]
    pause: f64,
}

fn seconds(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|seconds| (0.0..=60.0).contains(seconds)).ok_or("a number from 0 to 60".to_owned())
}

/// How many outside links there are, and what they are.
#[derive(Serialize)]
struct Outside {
    fine: usize,
    broken: usize,
    unsure: usize,
    /// Of the fine ones, those that were asked another day.
    cached: usize,
}

/// Mends what is certain, where that is asked for; how the command ended, where it ends with that.
pub fn mended(arguments: &Arguments, global: &Global, terminal: &Terminal) -> Result<Option<Outcome>, Outcome> {
    if !arguments.fix {
        return Ok(None);
    }
    let outcome = fix::run(global, arguments.dry_run, terminal)?;
    Ok(arguments.dry_run.then_some(outcome))
}

/// Applies every rule and renders every mailing for every recipient; writes nothing.
pub fn run(arguments: &Arguments, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    session.with_workshop(terminal, |workshop| {
        let mut watch = Watch::start();
        terminal.doing(Some("rendering every mailing for everybody"));
        let site = Site::render(workshop.programme, workshop.engine, &workshop.composer, session.today, Copies::Plain);
        let (findings, site) = look_over(session, workshop, Some(site));
        // Only here: a build signs nothing, so it needs no key.
        let signing = check::signing::findings(workshop.programme, session.dkim_key_file().as_deref());
        let mut findings: Vec<Diagnostic> = findings.into_iter().chain(signing).collect();
        // What `send` and `status` would stumble over is said here already.
        load::journals::all(&session.root, workshop.programme, &mut findings)
            .map_err(|error| unreadable(&error, terminal))?;
        for mailing in workshop.programme.mailings() {
            load::approvals::read(&session.root, &mailing.id, &mut findings)
                .map_err(|error| unreadable(&error, terminal))?;
        }
        let mailings = workshop.programme.mailings().count();
        let messages = planned(workshop).0;
        let of = counted(mailings, "mailing");
        terminal.stage("check", &format!("{} of {of} rendered", counted(messages, "message")), watch.lap());
        let outside = arguments.external.then(|| {
            terminal.doing(Some("asking outside links"));
            let (counts, found) = ask_outside(session, site.as_ref(), arguments.pause);
            findings.extend(found);
            let Outside { fine, broken, unsure, .. } = counts;
            let all = counted(fine + broken + unsure, "outside link");
            terminal.stage("links", &format!("{all}: {fine} fine, {broken} broken, {unsure} unsure"), watch.lap());
            counts
        });
        let findings = findings.into_iter().collect::<Diagnostics>().sorted();
        if terminal.is_json() {
            let mut document =
                json!({ "diagnostics": diagnostics_json(&findings), "messages": messages, "mailings": mailings });
            if let Some(outside) = outside {
                document["external"] = json!(outside);
            }
            terminal.document(document);
        }
        terminal.findings(&findings);
        let fails = findings.has_errors() || (arguments.strict && findings.count(Severity::Warning) > 0);
        if !fails && findings.is_empty() {
            terminal.next("nothing to mend");
        }
        Ok(if fails { Outcome::Errors } else { Outcome::Done })
    })
}

/// Asks every outside link that was not fine lately.
fn ask_outside(session: &Session, site: Option<&Site<'_>>, pause: f64) -> (Outside, Vec<Diagnostic>) {
    let programme = &session.programme;
    let links = outside::links(programme, site.into_iter().flat_map(Site::outside));
    let cache = LinkCache::open();
    let known = |url: &str| cache.knows(url, session.today);
    let cached = links.keys().filter(|url| known(url)).count();
    let web = outside::http::Http::new(&programme.settings.base_url, std::thread::sleep);
    let answers = outside::ask(&links, &known, &web, Duration::from_secs_f64(pause));
    let number = |of: fn(&Answer) -> bool| answers.values().filter(|answer| of(answer)).count();
    let counts = Outside {
        fine: cached + number(|answer| *answer == Answer::Fine),
        broken: number(|answer| matches!(answer, Answer::Broken(_))),
        unsure: number(|answer| matches!(answer, Answer::Unsure(_))),
        cached,
    };
    let findings = outside::findings(programme, &links, &answers);
    let fine = answers.iter().filter(|(_, answer)| **answer == Answer::Fine).map(|(url, _)| url);
    cache.remember(fine, session.today);
    (counts, findings)
}

//! `bevara check`

use clap::Args;
use serde_json::json;

use super::Outcome;
use super::build::{look_over, planned};
use super::session::Session;
use super::terminal::{Terminal, Watch, counted, diagnostics_json};
use crate::check;
use crate::diagnostic::{Diagnostics, Severity};
use crate::emit::site::Site;

/// What `check` is asked for.
#[derive(Args)]
pub struct Arguments {
    /// Warnings fail the check too
    #[arg(long)]
    strict: bool,
}

/// Applies every rule and renders every mailing for every recipient; writes nothing.
pub fn run(arguments: &Arguments, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    session.with_workshop(terminal, |workshop| {
        let mut watch = Watch::start();
        let site = Site::render(workshop.programme, workshop.engine, &workshop.composer, session.today);
        let (findings, _) = look_over(session, workshop, site);
        // Only here: a build signs nothing, so it needs no key.
        let signing = check::signing::findings(workshop.programme, session.dkim_key_file().as_deref());
        let findings = findings.into_iter().chain(signing).collect::<Diagnostics>().sorted();
        let mailings = workshop.programme.mailings().count();
        let messages = planned(workshop).0;
        let of = counted(mailings, "mailing");
        terminal.stage("check", &format!("{} of {of} rendered", counted(messages, "message")), watch.lap());
        if terminal.is_json() {
            terminal.document(
                json!({ "diagnostics": diagnostics_json(&findings), "messages": messages, "mailings": mailings }),
            );
        }
        terminal.findings(&findings);
        let fails = findings.has_errors() || (arguments.strict && findings.count(Severity::Warning) > 0);
        if !fails && findings.is_empty() {
            terminal.line(&format!("  {} nothing to mend", terminal.paint("→", "36")));
        }
        Ok(if fails { Outcome::Errors } else { Outcome::Done })
    })
}

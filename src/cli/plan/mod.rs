//! `bevara plan`

use std::collections::BTreeMap;

use clap::Args;
use serde_json::json;

use super::session::Session;
use super::terminal::{Terminal, diagnostics_json};
use super::{Outcome, reviews};
use crate::check;
use crate::plan::Memory;
use crate::plan::calendar::{MailingOverview, year_overview};
use crate::plan::measure::json::approval;
use source::diagnostic::Diagnostics;

mod table;

/// What `plan` is asked for.
#[derive(Args)]
pub struct Arguments {
    /// The years to show (all that are planned, if none is named)
    #[arg(value_name = "YEAR")]
    years: Vec<i16>,
    /// Show every column, however wide the terminal is
    #[arg(long)]
    wide: bool,
}

/// Shows the calendar of each year with who gets what.
pub fn run(arguments: &Arguments, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let planned: Vec<i16> = session.programme.plans.keys().copied().collect();
    if let Some(year) = arguments.years.iter().find(|year| !planned.contains(year)) {
        let hint = format!("planned: {}", planned.iter().map(i16::to_string).collect::<Vec<_>>().join(", "));
        terminal.failure(&format!("there is no plan for {year}"), Some(&hint));
        return Err(Outcome::Usage);
    }
    let years = if arguments.years.is_empty() { planned } else { arguments.years.clone() };
    reviews::with_memory(session, terminal, |memory| {
        let overviews: Vec<(i16, Vec<MailingOverview<'_>>)> =
            years.iter().map(|&year| (year, year_overview(memory.programme, memory.roster, year))).collect();
        let found =
            session.found.iter().cloned().chain(check::plan_findings(memory.programme, memory.roster, session.today));
        let findings = found.collect::<Diagnostics>().sorted();
        if terminal.is_json() {
            let lines =
                |lines: &[MailingOverview<'_>]| lines.iter().map(|line| to_json(line, memory)).collect::<Vec<_>>();
            let years: BTreeMap<String, Vec<_>> =
                overviews.iter().map(|(year, of_year)| (year.to_string(), lines(of_year))).collect();
            terminal.document(json!({
                "today": session.today.to_string(),
                "years": years,
                "diagnostics": diagnostics_json(&findings),
            }));
            return Ok(Outcome::Done);
        }
        for (year, lines) in &overviews {
            terminal.result(&table::table(*year, lines, memory, arguments.wide, terminal));
        }
        terminal.findings(&findings);
        Ok(Outcome::Done)
    })
}

fn to_json(line: &MailingOverview<'_>, memory: &Memory<'_>) -> serde_json::Value {
    let mailing = line.mailing;
    let status = memory.status(mailing);
    json!({
        "id": mailing.id.as_str(),
        "kind": mailing.kind.name(),
        "channel": mailing.channel.name(),
        "on": line.days.map(|days| days.first.to_string()),
        "until": line.days.map(|days| days.last.to_string()),
        "when": mailing.when.to_string(),
        "begun": memory.programme.is_begun(&mailing.id),
        "state": status.state(memory.today),
        "approval": memory.reviews.get(&mailing.id).map(approval),
        "audience": line.audience,
        "reached": status.reached,
        "by_tier": line.by_tier.iter().map(|(tier, count)| (tier.letter(), count)).collect::<BTreeMap<_, _>>(),
        "by_language": line.by_language.iter().map(|(language, count)| (language.tag(), count)).collect::<BTreeMap<_, _>>(),
        "on_paper": line.on_paper,
        "print_by": line.lead.map(|lead| lead.print_by.to_string()),
        "post_by": line.lead.map(|lead| lead.post_by.to_string()),
        "refused": line.refused,
    })
}

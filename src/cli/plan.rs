//! `bevara plan`

use std::collections::BTreeMap;

use clap::Args;
use jiff::civil::Date;
use serde_json::json;

use super::Outcome;
use super::session::Session;
use super::terminal::{Terminal, diagnostics_json};
use crate::check;
use crate::model::contact::Tier;
use crate::model::mailing::Mailing;
use crate::plan::Memory;
use crate::plan::calendar::{MailingOverview, year_overview};
use crate::plan::sending::{Dispatch, Progress};
use source::diagnostic::Diagnostics;

/// What `plan` is asked for.
#[derive(Args)]
pub struct Arguments {
    /// The years to show (all that are planned, if none is named)
    #[arg(value_name = "YEAR")]
    years: Vec<i16>,
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
    session.with_memory(terminal, |memory| {
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
            terminal.result(&table(*year, lines, memory, terminal));
        }
        terminal.findings(&findings);
        Ok(Outcome::Done)
    })
}

fn to_json(line: &MailingOverview<'_>, memory: &Memory<'_>) -> serde_json::Value {
    let mailing = line.mailing;
    let dispatch = dispatch(mailing, memory);
    json!({
        "id": mailing.id.as_str(),
        "kind": mailing.kind.name(),
        "channel": mailing.channel.name(),
        "on": line.days.map(|days| days.first.to_string()),
        "until": line.days.map(|days| days.last.to_string()),
        "when": mailing.when.to_string(),
        "begun": memory.programme.is_begun(&mailing.id),
        "state": dispatch.state(memory.today),
        "audience": line.audience,
        "reached": dispatch.reached,
        "by_tier": line.by_tier.iter().map(|(tier, count)| (tier.letter(), count)).collect::<BTreeMap<_, _>>(),
        "by_language": line.by_language.iter().map(|(language, count)| (language.tag(), count)).collect::<BTreeMap<_, _>>(),
        "on_paper": line.on_paper,
        "print_by": line.lead.map(|lead| lead.print_by.to_string()),
        "post_by": line.lead.map(|lead| lead.post_by.to_string()),
        "refused": line.refused,
    })
}

/// How wide a column is, in characters.
fn widest(lines: &[MailingOverview<'_>], text: impl Fn(&MailingOverview<'_>) -> String) -> usize {
    lines.iter().map(|line| text(line).chars().count()).max().unwrap_or(0)
}

fn table(year: i16, lines: &[MailingOverview<'_>], memory: &Memory<'_>, terminal: &Terminal) -> String {
    let states = widest(lines, |line| state(dispatch(line.mailing, memory), memory.today));
    let (states, head) = if states > 0 { (states.max(5) + 2, "state") } else { (0, "") };
    let id = widest(lines, |line| line.mailing.id.to_string());
    let languages = widest(lines, by_language);
    let head = format!(
        "{:<13} {:<id$}  {head:<states$}{:<12} {:<9} {:>5}  {:>3} {:>3} {:>3}  {:<languages$}  {:<10}  left out",
        "day", "mailing", "kind", "channel", "to", "A", "B", "C", "languages", "print by"
    );
    let mut text = format!("{}\n{}\n", terminal.paint(&year.to_string(), "1"), terminal.paint(head.trim_end(), "2"));
    for line in lines {
        let mailing = line.mailing;
        let tier = |tier: Tier| line.by_tier.get(&tier).map_or_else(|| "·".to_owned(), usize::to_string);
        let refused: Vec<String> = line.refused.iter().map(|(code, count)| format!("{count} {code}")).collect();
        let day = format!("{:<13}", day(line));
        let past = line.days.is_some_and(|days| days.last < memory.today);
        let dispatch = dispatch(mailing, memory);
        let is_whole = dispatch.progress == Progress::Sent && dispatch.reached == dispatch.audience;
        let done = if is_whole { "✓" } else { " " };
        let state = state(dispatch, memory.today);
        let row = format!(
            "{done}{:<id$}  {state:<states$}{:<12} {:<9} {:>5}  {:>3} {:>3} {:>3}  {:<languages$}  {:<10}  {}",
            mailing.id,
            mailing.kind.name(),
            mailing.channel.name(),
            line.audience,
            tier(Tier::A),
            tier(Tier::B),
            tier(Tier::C),
            by_language(line),
            line.lead.map_or_else(String::new, |lead| lead.print_by.to_string()),
            refused.join(", "),
        );
        let row = format!("{day}{}", row.trim_end());
        text.push_str(&if past { terminal.paint(&row, "2") } else { row });
        text.push('\n');
    }
    text
}

/// How far a mailing is.
fn dispatch<'m, 'p>(mailing: &Mailing, memory: &'m Memory<'p>) -> &'m Dispatch<'p> {
    let own = memory.dispatches.iter().find(|dispatch| dispatch.mailing.id == mailing.id);
    own.expect("the memory knows every mailing of the plans")
}

/// How far a mailing is, in a few words; none where its day is to come and nothing has left.
fn state(dispatch: &Dispatch<'_>, today: Date) -> String {
    let verb = if dispatch.on_paper == dispatch.audience { "posted" } else { "sent" };
    match dispatch.progress {
        Progress::Partly | Progress::Running | Progress::Sent
            if dispatch.reached > 0 && (dispatch.progress != Progress::Sent || dispatch.reached < dispatch.audience) =>
        {
            format!("{} of {} {verb}", dispatch.reached, dispatch.audience)
        }
        Progress::Sent => verb.to_owned(),
        Progress::Past => "before the start".to_owned(),
        _ if dispatch.is_overdue(today) => "late".to_owned(),
        Progress::Due => "due".to_owned(),
        Progress::Partly => "begun".to_owned(),
        Progress::Overdue | Progress::Running | Progress::Empty | Progress::Coming => String::new(),
    }
}

/// The day of a mailing: one, a span where countries differ, or a word where everybody has their own.
fn day(line: &MailingOverview<'_>) -> String {
    match line.days {
        Some(days) if days.first == days.last => days.first.to_string(),
        Some(days) if days.first.month() == days.last.month() => format!("{}…{:02}", days.first, days.last.day()),
        Some(days) => format!("{}…", days.first),
        None => line.mailing.when.to_string(),
    }
}

fn by_language(line: &MailingOverview<'_>) -> String {
    line.by_language.iter().map(|(language, count)| format!("{language} {count}")).collect::<Vec<_>>().join(" ")
}

//! Issues as work: what is open, how long solving takes, and what helps (R29).

use serde_json::{Value, json};

use super::data::{ROWS, ReportData};
use crate::model::contact::Effort;
use crate::model::settings::Member;
use crate::model::text::Line;
use crate::plan::measure::issues::Case;

/// The page of issues.
pub(super) fn issues(data: &ReportData<'_, '_>) -> Value {
    let issues = &data.measures.issues;
    let row = |case: &Case<'_>| row(data, case);
    let support = data.programme().settings.team.iter().find(|member| member.support);
    json!({
        "open": issues.open.iter().take(ROWS).map(row).collect::<Value>(),
        "open_total": issues.open.len(),
        "overdue": issues.overdue(data.measures.today).count(),
        "solved": issues.solved.iter().take(ROWS).map(row).collect::<Value>(),
        "solved_total": issues.solved.len(),
        "median": issues.median_days().map(|days| data.words.number(days)),
        "low": issues.solved_with(Effort::Low),
        "high": issues.solved_with(Effort::High),
        "causes": issues.causes.iter().take(ROWS).map(|cause| json!({
            "cause": cause.cause,
            "count": cause.count,
            "open": cause.open,
            "fix": cause.fix.unwrap_or_default(),
        })).collect::<Value>(),
        "causes_most": issues.causes.iter().map(|cause| cause.count).max().unwrap_or(0),
        "tried": issues.tried().take(ROWS).map(row).collect::<Value>(),
        "support": support.map(contact_of),
    })
}

/// Whom customers and colleagues call when something is not well.
fn contact_of(member: &Member) -> Value {
    json!({
        "name": member.name.as_str(),
        "email": member.email.as_str(),
        "phone": member.phone.as_ref().map(|phone| phone.as_str()),
    })
}

fn row(data: &ReportData<'_, '_>, case: &Case<'_>) -> Value {
    let Case { contact, issue, owner, due, days } = case;
    let line = |line: &Option<Line>| line.as_ref().map_or_else(String::new, |line| line.as_str().to_owned());
    let is_late = due.is_some_and(|due| due < data.measures.today);
    json!({
        "who": data.who(contact),
        "what": issue.what.as_str(),
        "owner": data.given(owner),
        "since": issue.since.map(|day| day.to_string()),
        "due": due.map(|day| day.to_string()),
        "closed": issue.closed.map(|day| day.to_string()),
        "state": if is_late { "overdue" } else { "coming" },
        "days": days.map(|days| data.words.number(days)),
        "tried": line(&issue.tried),
        "cause": line(&issue.cause),
        "fix": line(&issue.fix),
        "effort": issue.effort.map(|effort| effort.name()),
    })
}

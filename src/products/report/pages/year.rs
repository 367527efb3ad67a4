//! A plan year: the heat map, the mailings and what people do.

use serde_json::{Value, json};

use super::data::ReportData;
use crate::model::approval::Review;
use crate::model::contact::Tier;
use crate::model::id::MailingId;
use crate::model::mailing::{Rhythm, Signer};
use crate::model::settings::Member;
use crate::model::touch::{Interval, Purpose};
use crate::plan::Memory;
use crate::plan::agenda::Task;
use crate::plan::sending::MailingStatus;
use crate::plan::year::{TierMonths, Year, by_month};

/// One year (R7–R10).
pub(super) fn year(data: &ReportData<'_, '_>, year: i16) -> Value {
    let Year { tiers: rows, mailings } = by_month(data.memory, year);
    let today = data.memory.today;
    let each = |counts: &[u32; 12], row: &TierMonths| -> Vec<f64> {
        counts.iter().map(|&count| (f64::from(count) * 10.0 / f64::from(row.contacts.max(1))).round() / 10.0).collect()
    };
    let most = rows.iter().flat_map(|row| each(&row.planned, row)).fold(0.0, f64::max);
    let heat = rows.iter().map(
        |row| json!({ "tier": row.tier.letter(), "planned": each(&row.planned, row), "done": each(&row.done, row) }),
    );
    let mut own: Vec<&MailingStatus<'_>> =
        data.memory.statuses.iter().filter(|status| status.mailing.year == year).collect();
    own.sort_by_key(|status| (status.days.is_none(), status.days));
    let plan = data.programme().plans.get(&year);
    let tasks = plan.map_or_else(Vec::new, |plan| Task::all(data.memory.roster, plan));
    json!({
        "year": year,
        "heat": heat.collect::<Value>(),
        "heat_most": most,
        "months": (1..=12).map(|month| data.words.month(month)).collect::<Vec<_>>(),
        "now": if today.year() == year { i32::from(today.month()) } else { 0 },
        "mailings": own.iter().map(|status| mailing(data, status, &mailings)).collect::<Value>(),
        "touches": tasks.iter().map(|task| touch(data, task)).collect::<Value>(),
    })
}

fn mailing(data: &ReportData<'_, '_>, status: &MailingStatus<'_>, reached: &[(&MailingId, [u32; 3])]) -> Value {
    let memory = data.memory;
    let planned = reached.iter().find(|(id, _)| **id == status.mailing.id).map_or([0; 3], |(_, tiers)| *tiers);
    let tiers = memory.readers(status).map_or(planned, |(tiers, _)| tiers);
    let differ = status.days.filter(|days| days.first != days.last);
    json!({
        "id": status.mailing.id.as_str(),
        "subject": data.subject(status.mailing),
        "kind": status.mailing.kind.name(),
        "channel": status.mailing.channel.name(),
        "on": status.days.map(|days| days.first.to_string()),
        "until": differ.map(|days| days.last.to_string()),
        "post_by": status.post_on.map(|day| day.to_string()),
        "tiers": tiers,
        "refused": status.left_out,
        "sent": status.accepted + status.posted,
        "state": status.state(memory.today),
        "approval": memory.reviews.get(&status.mailing.id).map(|review| approval(memory, review)),
    })
}

/// How far the approval of a mailing is, and whose is missing, or was given to other words.
fn approval(memory: &Memory<'_>, review: &Review) -> Value {
    let team = &memory.programme.settings.team;
    let names = |of: &dyn Fn(&&Member) -> bool| {
        team.iter().filter(of).map(|member| member.name.as_str()).collect::<Vec<_>>().join(", ")
    };
    let who = match review.since() {
        Some(before) => names(&|member| member.id.as_str() == before.by),
        None => names(&|member| review.missing.iter().any(|missing| member.approves_as().contains(&missing.role))),
    };
    json!({ "state": review.state.name(), "who": who })
}

fn touch(data: &ReportData<'_, '_>, task: &Task<'_>) -> Value {
    let touch = task.touch;
    let meant = data.memory.active().filter(|(position, contact, _)| task.is_meant(*position, contact));
    let (every, unit) = match touch.rhythm {
        Rhythm::On(_) => (0, ""),
        Rhythm::Every(Interval::Days(1)) => (1, "day"),
        Rhythm::Every(Interval::Days(days)) => (days, "days"),
        Rhythm::Every(Interval::Weeks(1)) => (1, "week"),
        Rhythm::Every(Interval::Weeks(weeks)) => (weeks, "weeks"),
        Rhythm::Every(Interval::Months(1)) => (1, "month"),
        Rhythm::Every(Interval::Months(12)) => (1, "year"),
        Rhythm::Every(Interval::Months(months)) => (months, "months"),
    };
    let on = match touch.rhythm {
        Rhythm::On(day) => Some(day.to_string()),
        Rhythm::Every(_) => None,
    };
    let by = match &touch.by {
        Signer::Owner => data.words.word("by_owner"),
        other => data.member(crate::plan::agenda::person(data.programme(), other, None)),
    };
    json!({
        "kind": touch.kind.name(),
        "people": meant.count(),
        "selling": touch.purpose == Purpose::Sales,
        "tiers": Tier::ALL.iter().filter(|tier| **tier >= touch.to).map(|tier| tier.letter()).collect::<Vec<_>>(),
        "narrowed": touch.narrowing.is_some(),
        "on": on,
        "every": every,
        "unit": unit,
        "by": by,
    })
}

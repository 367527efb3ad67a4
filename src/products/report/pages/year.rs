//! A plan year: the heat map, the mailings and what people do.

use serde_json::{Value, json};

use super::desk::Desk;
use crate::model::contact::Tier;
use crate::model::id::MailingId;
use crate::model::mailing::{PlannedTouch, Rhythm, Signer};
use crate::model::touch::Interval;
use crate::plan::Memory;
use crate::plan::sending::Dispatch;
use crate::plan::year::{TierMonths, Year, by_month};

/// One year (R7–R10).
pub(super) fn year(desk: &Desk<'_, '_>, year: i16) -> Value {
    let Year { tiers: rows, mailings } = by_month(desk.memory, year);
    let today = desk.memory.today;
    let each = |counts: &[u32; 12], row: &TierMonths| -> Vec<f64> {
        counts.iter().map(|&count| (f64::from(count) * 10.0 / f64::from(row.contacts.max(1))).round() / 10.0).collect()
    };
    let most = rows.iter().flat_map(|row| each(&row.planned, row)).fold(0.0, f64::max);
    let heat = rows.iter().map(
        |row| json!({ "tier": row.tier.letter(), "planned": each(&row.planned, row), "done": each(&row.done, row) }),
    );
    let mut own: Vec<&Dispatch<'_>> =
        desk.memory.dispatches.iter().filter(|dispatch| dispatch.mailing.year == year).collect();
    own.sort_by_key(|dispatch| (dispatch.days.is_none(), dispatch.days));
    let touches = desk.programme().plans.get(&year).into_iter().flat_map(|plan| &plan.touches);
    json!({
        "year": year,
        "heat": heat.collect::<Value>(),
        "heat_most": most,
        "months": (1..=12).map(|month| desk.words.month(month)).collect::<Vec<_>>(),
        "now": if today.year() == year { i32::from(today.month()) } else { 0 },
        "mailings": own.iter().map(|dispatch| mailing(desk.memory, dispatch, &mailings)).collect::<Value>(),
        "touches": touches.map(|planned| touch(desk, planned)).collect::<Value>(),
    })
}

fn mailing(memory: &Memory<'_>, dispatch: &Dispatch<'_>, reached: &[(&MailingId, [u32; 3])]) -> Value {
    let tiers = reached.iter().find(|(id, _)| **id == dispatch.mailing.id).map_or([0; 3], |(_, tiers)| *tiers);
    let differ = dispatch.days.filter(|days| days.first != days.last);
    json!({
        "id": dispatch.mailing.id.as_str(),
        "kind": dispatch.mailing.kind.name(),
        "channel": dispatch.mailing.channel.name(),
        "on": dispatch.days.map(|days| days.first.to_string()),
        "until": differ.map(|days| days.last.to_string()),
        "post_by": dispatch.post_on.map(|day| day.to_string()),
        "tiers": tiers,
        "refused": dispatch.left_out,
        "sent": dispatch.accepted + dispatch.posted,
        "state": dispatch.state(memory.today),
    })
}

fn touch(desk: &Desk<'_, '_>, touch: &PlannedTouch) -> Value {
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
        Signer::Owner => desk.words.word("by_owner"),
        other => desk.member(crate::plan::agenda::person(desk.programme(), other, None)),
    };
    json!({
        "id": touch.id.as_str(),
        "kind": touch.kind.name(),
        "tiers": Tier::ALL.iter().filter(|tier| **tier >= touch.to).map(|tier| tier.letter()).collect::<Vec<_>>(),
        "narrowed": touch.narrowing.as_ref().map(|narrowing| narrowing.as_str()),
        "on": on,
        "every": every,
        "unit": unit,
        "by": by,
    })
}

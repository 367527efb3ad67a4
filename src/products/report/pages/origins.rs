//! Where referrals come from, what became of them, and how the rate goes (R22).

use serde_json::{Value, json};

use super::data::ReportData;
use crate::model::money::Money;
use crate::plan::measure::{Quarter, Yield};

/// Where referrals come from.
pub(super) fn origins(data: &ReportData<'_, '_>) -> Value {
    let (origins, referring) = (&data.measures.origins, &data.measures.referring);
    let known = |prefix: &str, key: &str| data.words.word(&format!("{prefix}_{}", key.replace('-', "_")));
    json!({
        "total": referring.total,
        "groups": [
            group(data, "via", &origins.by_via, |key| known("via", key)),
            group(data, "mailing", &origins.by_mailing, str::to_owned),
            group(data, "reward", &origins.by_reward, |key| known("reward", key)),
            group(data, "tier", &origins.by_tier, str::to_owned),
            group(data, "quarter", &origins.by_quarter, quarter_name),
        ],
        "lost": origins.lost_because.iter().map(|(why, count)| json!({ "why": why, "count": count })).collect::<Value>(),
        "lost_most": origins.lost_because.iter().map(|(_, count)| *count).max().unwrap_or(0),
        "days": origins.days_to_contact.map(|days| data.words.number(days)),
        "trend": trend(data),
        "goal": referring.goal.map_or(-1, i64::from),
        "share": referring.share_now(),
    })
}

/// The rate of the last twelve months, quarter by quarter.
pub(super) fn trend(data: &ReportData<'_, '_>) -> Value {
    let row = |quarter: &Quarter| json!({ "name": quarter_name(&quarter.name), "share": quarter.share(), "referrers": quarter.referrers });
    data.measures.referring.trend.iter().map(row).collect()
}

/// Where referrals come from, by way: what the yearly meeting begins with.
pub(super) fn by_way(data: &ReportData<'_, '_>) -> Value {
    group(data, "via", &data.measures.origins.by_via, |key| data.words.word(&format!("via_{key}")))
}

fn group(data: &ReportData<'_, '_>, id: &str, groups: &[(String, Yield)], name: impl Fn(&str) -> String) -> Value {
    let currency = data.measures.referring.value.keys().next().copied();
    let row = |(key, sum): &(String, Yield)| {
        let value = currency.filter(|_| sum.value > 0).map(|currency| Money { minor: sum.value, currency });
        json!({
            "name": name(key),
            "named": sum.named,
            "meetings": sum.meetings,
            "customers": sum.customers,
            "value": value.map(|value| data.words.money(value)),
        })
    };
    let most = groups.iter().map(|(_, sum)| sum.named).max().unwrap_or(0);
    json!({ "id": id, "rows": groups.iter().map(row).collect::<Value>(), "most": most })
}

/// `2027-Q1` as a chart has room for it: `Q1 27`.
fn quarter_name(key: &str) -> String {
    match key.split_once('-') {
        Some((year, quarter)) => format!("{quarter} {}", &year[year.len().saturating_sub(2)..]),
        None => key.to_owned(),
    }
}

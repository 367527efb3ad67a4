//! Who stayed and who left (R32), what suits each (R13) and whether they would recommend us (R17); and the sheet on which the next
//! goal is agreed (R22).

use jiff::Span;
use serde_json::{Value, json};

use super::data::{ROWS, ReportData};
use super::facts;
use super::origins::{by_way, trend};
use crate::model::contact::Contact;
use crate::model::money::Money;

/// Customers of a year ago, and what became of them.
pub(super) fn keeping(data: &ReportData<'_, '_>) -> Value {
    let keeping = &data.measures.keeping;
    let money = |money: Money| data.words.money(money);
    let year_ago = data.memory.today.saturating_sub(Span::new().years(1));
    let left = keeping.left.iter().take(ROWS).map(|(contact, ended)| {
        json!({
            "who": data.who(contact),
            "on": ended.on.to_string(),
            "why": ended.why.as_ref().map(|why| why.as_str()),
        })
    });
    let reasons = keeping.reasons();
    let unsaid = || data.words.word("keeping_unsaid");
    // What the year costs is spread over everybody it is spent on.
    let each = data.measures.spending.map(|spending| spending.total()).filter(|_| data.measures.list.active > 0);
    let each = each.map(|total| Money { minor: total.minor / data.measures.list.active as i64, ..total });
    json!({
        "a_year_ago": keeping.a_year_ago,
        "kept": keeping.kept,
        "share": keeping.share(),
        "lost": keeping.left_since(year_ago).count(),
        "undated": keeping.undated,
        "left": left.collect::<Value>(),
        "left_total": keeping.left.len(),
        "reasons": reasons.iter().map(|(why, count)| json!({
            "why": why.map_or_else(unsaid, str::to_owned),
            "count": count,
        })).collect::<Value>(),
        "reasons_most": reasons.iter().map(|(_, count)| *count).max().unwrap_or(0),
        "cost_each": each.map(money),
        "acquisition": data.programme().settings.baseline.acquisition_cost.map(money),
    })
}

/// What suits whom, who was never asked, and what the scores say.
pub(super) fn preferences(data: &ReportData<'_, '_>) -> Value {
    let (preferences, recommending) = (&data.measures.preferences, &data.measures.recommending);
    let row = |contact: &&Contact| {
        json!({
            "who": data.who(contact),
            "owner": data.given(&contact.owner),
            "wish": facts::prefers(data, contact),
        })
    };
    let rows = |people: &[&Contact]| people.iter().take(ROWS).map(row).collect::<Value>();
    json!({
        "asked": rows(&preferences.asked),
        "asked_total": preferences.asked.len(),
        "never": rows(&preferences.never_asked),
        "never_total": preferences.never_asked.len(),
        "score": recommending.score(),
        "promoters": recommending.promoters,
        "passives": recommending.passives,
        "detractors": recommending.detractors,
        "scores": recommending.promoters + recommending.passives + recommending.detractors,
        "outdated": recommending.outdated,
        "without": recommending.without,
    })
}

/// The sheet for the yearly meeting of marketing, sales and service.
pub(super) fn goals(data: &ReportData<'_, '_>) -> Value {
    let (measures, words) = (data.measures, &data.words);
    let (referring, sheet) = (&measures.referring, &measures.goal);
    let settings = &data.programme().settings;
    let row = |key: &str, value: String| json!({ "label": words.word(&format!("goals_{key}")), "value": value });
    let money = |key: &str, money: Option<Money>| money.map(|money| row(key, words.money(money)));
    let mut facts =
        vec![row("named", words.number(referring.total)), row("customers", words.number(referring.customers))];
    facts.extend(money("customer_value", settings.baseline.customer_value));
    facts.extend(money("acquisition", settings.baseline.acquisition_cost));
    facts.extend(money("worth", sheet.worth));
    facts.extend(money("cost", sheet.cost));
    facts.extend(sheet.break_even.map(|count| row("break_even", words.number(count as i64))));
    json!({
        "ways": by_way(data),
        "facts": facts,
        "share": referring.share_now(),
        "referrers": referring.last_12_months,
        "eligible": referring.eligible,
        "own": referring.goal.map_or(-1, i64::from),
        "next": sheet.next.map_or(-1, i64::from),
        "missing": sheet.missing,
        "trend": trend(data),
        "customers": referring.customers,
        "customers_goal": referring.customers_goal.unwrap_or(0),
        "list": { "active": measures.list.active, "target": measures.list.target },
        "by": settings.goals.by.map(|day| day.to_string()),
    })
}

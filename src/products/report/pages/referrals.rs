//! Referrals: the rate, the funnel, whether it pays, next steps, and who came through whom (R19, R22).

use std::cmp::Reverse;

use serde_json::{Value, json};

use super::data::{ROWS, ReportData, stranger};
use crate::model::ledger::{Referral, Side, Stage};
use crate::plan::measure::{Referring, TreeNode};

/// The referrals and what came of them.
pub(super) fn referrals(data: &ReportData<'_, '_>) -> Value {
    let referring = &data.measures.referring;
    let goals = &data.programme().settings.goals;
    let steps = next_steps(data);
    let mut roots: Vec<(&TreeNode<'_>, usize)> = data.measures.tree.iter().map(|root| (root, size(root))).collect();
    roots.sort_by_key(|(_, size)| Reverse(*size));
    let (mut room, mut shown) = (ROWS, 0);
    let mut tree = Vec::new();
    for (root, size) in roots {
        if size <= room {
            tree.push(branch(data, root));
            room -= size;
            shown += size;
        }
    }
    json!({
        "total": referring.total,
        "referrers": referring.referrers.len(),
        "eligible": referring.eligible,
        "share": referring.share(),
        "benchmark": referring.benchmark.name(),
        "goal": referring.goal.map_or(-1, i64::from),
        "goal_by": goals.by.map(|day| day.to_string()),
        "missing": referring.goal.map_or(0, |goal| missing(referring, goal)),
        "baseline": referring.baseline.map_or(-1, i64::from),
        "funnel": funnel(referring),
        "worth": worth(data, referring),
        "worth_verdict": data.words.word(verdict(referring)),
        "steps": steps[..steps.len().min(ROWS)],
        "steps_total": steps.len(),
        "tree": tree,
        "tree_shown": shown,
    })
}

/// How many more must refer us before the goal is met.
fn missing(referring: &Referring<'_>, goal: u32) -> usize {
    (referring.eligible * goal as usize).div_ceil(100).saturating_sub(referring.referrers.len())
}

fn funnel(referring: &Referring<'_>) -> Value {
    let now = |stage: Stage| referring.by_stage.get(&stage).copied().unwrap_or(0);
    let lost = (Stage::Lost, now(Stage::Lost));
    let rows = referring.funnel.iter().copied().chain([lost]);
    rows.map(|(stage, reached)| json!({ "stage": stage.name(), "reached": reached, "now": now(stage) })).collect()
}

/// What customers cost and are worth, line by line.
fn worth(data: &ReportData<'_, '_>, referring: &Referring<'_>) -> Value {
    let words = &data.words;
    let settings = &data.programme().settings;
    let row = |key: &str, value: String| json!({ "label": words.word(&format!("worth_{key}")), "value": value });
    let money = |key: &str, money: Option<crate::model::money::Money>| money.map(|money| row(key, words.money(money)));
    let mut rows = vec![row("customers", words.number(referring.customers))];
    rows.extend(referring.value.values().map(|value| row("value", words.money(*value))));
    rows.extend(money("spent", referring.spent));
    rows.extend(money("cost", referring.cost_per_customer));
    rows.extend(money("acquisition", settings.baseline.acquisition_cost));
    rows.extend(money("customer_value", settings.baseline.customer_value));
    let budget = settings.reward.as_ref().and_then(|reward| reward.budget_of(data.memory.today.year()));
    if let (Some(limit), Some(budget)) = (referring.break_even, budget)
        && limit.currency == budget.currency
        && limit.minor > 0
    {
        let customers = (budget.minor + limit.minor - 1) / limit.minor;
        let mut even = row("break_even", words.number(customers));
        even["note"] = words.word("worth_break_even_note").into();
        rows.push(even);
    }
    rows.into()
}

/// Whether a customer costs less this way than by others.
fn verdict(referring: &Referring<'_>) -> &'static str {
    match (referring.cost_per_customer, referring.break_even) {
        (_, None) => "worth_unknown",
        (None, _) => "worth_open",
        (Some(cost), Some(limit)) if cost.currency != limit.currency => "worth_unknown",
        (Some(cost), Some(limit)) if cost.minor <= limit.minor => "worth_pays",
        (Some(_), Some(_)) => "worth_not",
    }
}

/// The next step for each side of everything that is open; what is missing and what is late come first.
fn next_steps(data: &ReportData<'_, '_>) -> Vec<Value> {
    let (today, settings) = (data.memory.today, &data.programme().settings);
    let open = data.programme().referrals.iter().filter(|referral| referral.stage.is_open());
    let sides = open.flat_map(|referral| Side::ALL.iter().map(move |&side| (referral, side)));
    let mut steps: Vec<(&Referral, Side)> =
        sides.filter(|(referral, side)| !crate::plan::agenda::is_left_alone(data.memory, referral, *side)).collect();
    steps.sort_by_key(|(referral, side)| referral.next.of(*side).map(|step| step.on));
    let row = |(referral, side): (&Referral, Side)| {
        let step = referral.next.of(side);
        let who = data.side(referral, side);
        let of = data.programme().contact(&referral.referrer);
        json!({
            "on": step.map(|step| step.on.to_string()),
            "overdue": step.is_none_or(|step| step.on < today && !settings.is_before_start(step.on)),
            "what": step.map_or_else(|| data.words.word("no_step"), |step| step.what.as_str().to_owned()),
            "lang": step.zip(of).map_or("", |(step, contact)| data.lang(step.what.as_str(), contact)),
            "side": side.name(),
            "name": who["name"],
            "by": step.map(|step| data.given(&step.by)).unwrap_or_default(),
            "lead": referral.lead.name.as_str(),
        })
    };
    steps.into_iter().map(row).collect()
}

/// How many referrals a branch holds.
fn size(node: &TreeNode<'_>) -> usize {
    usize::from(node.referral.is_some()) + node.named.iter().map(size).sum::<usize>()
}

fn branch(data: &ReportData<'_, '_>, node: &TreeNode<'_>) -> Value {
    let mut shown = match (node.contact, node.referral) {
        (Some(contact), _) => data.who(contact),
        (None, Some(referral)) => data.lead(&referral.lead),
        (None, None) => stranger("", None),
    };
    shown["stage"] = node.referral.map(|referral| referral.stage.name()).into();
    shown["children"] = node.named.iter().map(|child| branch(data, child)).collect();
    shown
}

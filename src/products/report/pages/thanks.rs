//! Thanks and rewards (R20, R21), and whom to ask (R17).

use serde_json::{Value, json};

use super::data::{ROWS, ReportData};
use crate::model::money::Money;
use crate::model::settings::RewardOption;
use crate::plan::agenda::{Ask, AskState};
use crate::plan::measure::{Booking, OwedThanks, RewardUse, Spending};
use crate::render::view::MoneyView;

/// Thanks owed, and the reward budget over the year.
pub(super) fn thanks(data: &ReportData<'_, '_>) -> Value {
    let owed = &data.measures.thanks_owed;
    let row = |owed: &OwedThanks<'_>| {
        json!({
            "who": data.side(owed.referral, owed.side),
            "side": owed.side.name(),
            "since": owed.since.to_string(),
            "until": owed.due.to_string(),
            "overdue": owed.due < data.memory.today,
            "by": data.given(owed.owner),
            "lead": owed.referral.lead.name.as_str(),
        })
    };
    let mut page = json!({
        "owed": owed.iter().take(ROWS).map(row).collect::<Value>(),
        "owed_total": owed.len(),
        "budget": null,
        "year": null,
    });
    if let (Some(reward), Value::Object(fields)) = (&data.measures.reward, &mut page)
        && let Value::Object(budget) = rewards(data, reward)
    {
        fields.extend(budget);
    }
    page
}

fn rewards(data: &ReportData<'_, '_>, reward: &RewardUse<'_>) -> Value {
    let money = |money: Money| json!(MoneyView::from(money));
    let side = |booking: &Booking<'_>| data.side(booking.referral, booking.side);
    let booking = |booking: &Booking<'_>| {
        json!({
            "on": booking.on.to_string(),
            "who": side(booking),
            "side": booking.side.name(),
            "label": label(data, booking.option),
            "cost": money(booking.option.cost),
        })
    };
    let times = |option: &RewardOption| reward.bookings.iter().filter(|booking| booking.option.id == option.id).count();
    let option = |option: &RewardOption| {
        json!({
            "label": label(data, option),
            "kind": option.kind.name().replace('-', "_"),
            "times": times(option),
            "cost": money(option.cost),
        })
    };
    let options = data.programme().settings.reward.iter().flat_map(|policy| &policy.options);
    json!({
        "year": reward.year,
        "budget": reward.budget.map(money),
        "used": money(reward.used),
        "left": reward.left.map(money),
        "reward_owner": data.member(reward.owner),
        "months": months(data, reward),
        "bookings": reward.bookings.iter().rev().take(ROWS).map(booking).collect::<Value>(),
        "bookings_total": reward.bookings.len(),
        "options": options.map(option).collect::<Value>(),
        "with_gifts": data.measures.spending.map(|spending| spending_line(data, &spending)),
    })
}

/// Gifts and rewards of the year in one sentence (R21).
fn spending_line(data: &ReportData<'_, '_>, spending: &Spending) -> String {
    let money = |money: Money| data.words.money(money);
    let values = [
        ("total", money(spending.total())),
        ("gifts", money(spending.gifts)),
        ("expected", money(spending.expected())),
        ("budget", spending.budget.map_or_else(|| "–".to_owned(), money)),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    data.words.say("spending_sentence", &values)
}

fn label(data: &ReportData<'_, '_>, option: &RewardOption) -> String {
    let text = option.label.get(data.words.language(), &data.programme().settings.languages);
    text.unwrap_or(option.id.as_str()).to_owned()
}

/// What was spent in each month of the year and by its end; months to come are marked.
fn months(data: &ReportData<'_, '_>, reward: &RewardUse<'_>) -> Value {
    let today = data.memory.today;
    let mut sum = 0;
    let month = |month: i8| {
        let own = reward.bookings.iter().filter(|booking| booking.on.month() == month);
        let spent: i64 = own.map(|booking| booking.option.cost.minor).sum();
        sum += spent;
        json!({
            "name": data.words.month(month),
            "spent": spent,
            "amount": data.words.money(Money { minor: spent, ..reward.used }),
            "sum": sum,
            "ahead": (reward.year, month) > (today.year(), today.month()),
        })
    };
    (1..=12).map(month).collect()
}

/// Whom to ask, wave by wave.
pub(super) fn asks(data: &ReportData<'_, '_>) -> Value {
    let mut waves: Vec<u8> = data.measures.asks.iter().map(|ask| ask.wave).collect();
    waves.dedup();
    let wave = |number: u8| {
        let mut own: Vec<&Ask<'_>> = data.measures.asks.iter().filter(|ask| ask.wave == number).collect();
        own.sort_by_key(|ask| order(ask.state));
        json!({
            "number": number,
            "total": own.len(),
            "rows": own.iter().take(ROWS).map(|one| ask(data, one)).collect::<Value>(),
        })
    };
    json!({ "waves": waves.into_iter().map(wave).collect::<Value>() })
}

/// Who is to be asked now comes first, who was asked last.
fn order(state: AskState) -> u8 {
    match state {
        AskState::Open => 0,
        AskState::Waiting => 1,
        AskState::Issue | AskState::Paused | AskState::LowScore(_) => 2,
        AskState::Done(_) => 3,
    }
}

fn ask(data: &ReportData<'_, '_>, ask: &Ask<'_>) -> Value {
    let words = &data.words;
    let score = |n: u8, key: &str| words.say(key, &[("n", &words.number(n))]);
    let inner = ask.contact.details.inner_circle.as_ref().map(|why| why.as_str().to_owned());
    let came = || {
        let named = &data.programme().referrals;
        let is_named = named.iter().any(|referral| referral.lead.contact.as_ref() == Some(&ask.contact.id));
        is_named.then(|| words.word("ask_why_came"))
    };
    let promoter = || ask.contact.details.nps.map(|nps| score(nps.score, "ask_why_score"));
    let why = match ask.state {
        AskState::Issue => words.word("ask_why_issue"),
        AskState::Paused => words.word("ask_why_paused"),
        AskState::LowScore(n) => score(n, "ask_why_low"),
        AskState::Open | AskState::Waiting | AskState::Done(_) => {
            inner.or_else(came).or_else(promoter).unwrap_or_default()
        }
    };
    let on = match ask.state {
        AskState::Done(on) => Some(on),
        AskState::Waiting => ask.not_before.filter(|day| *day > data.memory.today),
        AskState::Open | AskState::Issue | AskState::Paused | AskState::LowScore(_) => None,
    };
    let state = match ask.state {
        AskState::Open => "due",
        AskState::Done(_) => "done",
        _ => "coming",
    };
    json!({
        "who": data.who(ask.contact),
        "owner": data.given(&ask.contact.owner),
        "status": ask.state.name().replace('-', "_"),
        "state": state,
        "on": on.map(|day| day.to_string()),
        "why": why,
    })
}

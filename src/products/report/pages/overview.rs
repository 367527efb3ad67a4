//! The overview, the agenda, the six steps and the briefing.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::data::{ROWS, ReportData};
use crate::model::contact::Tier;
use crate::model::language::Language;
use crate::model::settings::{Member, Step};
use crate::model::text::Line;
use crate::plan::agenda::{Item, State};
use crate::plan::measure::StepCheck;
use crate::plan::sending::MailingStatus;

/// What is shown of the most urgent on the first page.
const URGENT: usize = 10;
/// Mailings to come on the first page.
const MAILINGS: usize = 5;

/// The first page.
pub(super) fn index(data: &ReportData<'_, '_>) -> Value {
    let measures = data.measures;
    let (urgent, care) = (data.agenda.urgent(), care(data));
    json!({
        "headlines": headlines(data),
        "owed": measures.thanks_owed.len(),
        "overdue": data.agenda.count(State::Overdue),
        "silent": measures.silent().len(),
        "steps_held": measures.steps.iter().filter(|step| step.holds).count(),
        "now": urgent.iter().take(URGENT).map(|item| data.task(item)).collect::<Value>(),
        "now_total": urgent.len(),
        "care_most": care.iter().map(most).fold(0.0, f64::max),
        "care": care,
        "next_mailings": next_mailings(data),
    })
}

/// The three figures that a programme is judged by, each against its goal: who is on the list, who refers, who became a customer.
fn headlines(data: &ReportData<'_, '_>) -> Value {
    let (words, measures, goals) = (&data.words, data.measures, &data.programme().settings.goals);
    let referring = &measures.referring;
    let by = goals.by.map(|by| words.day(by));
    json!([
        {
            "id": "active",
            "page": "contacts.html",
            "shown": words.number(measures.list.active),
            "value": measures.list.active,
            "goal": measures.list.target,
            "goal_shown": words.number(measures.list.target),
            "by": by,
            "reach": measures.list.reach,
        },
        {
            "id": "share",
            "page": "referrals.html",
            "shown": words.percent(referring.share_now()),
            "value": referring.share_now(),
            "goal": referring.goal.unwrap_or(0),
            "goal_shown": referring.goal.map(|goal| words.percent(f64::from(goal))),
            "by": by,
            "of": words.say("share_note", &[
                ("referrers", &words.number(referring.last_12_months)),
                ("eligible", &words.number(referring.eligible)),
            ]),
        },
        {
            "id": "customers",
            "page": "referrals.html",
            "shown": words.number(referring.customers),
            "value": referring.customers,
            "goal": referring.customers_goal.unwrap_or(0),
            "goal_shown": referring.customers_goal.map(|goal| words.number(goal)),
            "by": by,
        },
    ])
}

/// What each tier got this year on average, against what it is owed.
fn care(data: &ReportData<'_, '_>) -> Vec<Value> {
    let row = |tier: Tier| {
        let own: Vec<_> = data.measures.care.iter().filter(|care| care.tier == tier).collect();
        let done: u32 = own.iter().map(|care| care.done).sum();
        let average = f64::from(done) / own.len().max(1) as f64;
        let min = own.iter().map(|care| care.min).max().unwrap_or(0);
        json!({ "tier": tier.letter(), "people": own.len(), "done": average, "min": min })
    };
    Tier::ALL.map(row).into()
}

/// The longest bar of a row of `care`.
fn most(row: &Value) -> f64 {
    row["done"].as_f64().unwrap_or(0.0).max(row["min"].as_f64().unwrap_or(0.0))
}

fn next_mailings(data: &ReportData<'_, '_>) -> Value {
    let row = |(on, status): &(Date, &MailingStatus<'_>)| {
        json!({
            "on": on.to_string(),
            "kind": status.mailing.kind.name(),
            "subject": data.subject(status.mailing),
            "audience": status.audience - status.reached,
        })
    };
    data.memory.next_up().iter().take(MAILINGS).map(row).collect()
}

/// What everybody on the team is to do, by person: overdue, this week, later, the most urgent first.
pub(super) fn agenda(data: &ReportData<'_, '_>) -> Value {
    let person = |member: &Member| {
        let open = data.agenda.open_of(&member.id);
        let group = |state: State| {
            let own: Vec<&Item<'_>> = open.iter().copied().filter(|item| item.state == state).collect();
            let tasks: Value = own.iter().take(ROWS).map(|item| data.task(item)).collect();
            json!({ "state": state.name(), "tasks": tasks, "total": own.len() })
        };
        let groups = [State::Overdue, State::Due, State::Coming].map(group);
        let groups: Vec<Value> = groups.into_iter().filter(|group| group["total"] != 0).collect();
        json!({ "id": member.id.as_str(), "name": member.name.as_str(), "groups": groups, "total": open.len() })
    };
    json!({ "owners": data.programme().settings.team.iter().map(person).collect::<Value>() })
}

/// The six steps (R24).
pub(super) fn steps(data: &ReportData<'_, '_>) -> Value {
    let step = |check: &StepCheck| {
        json!({
            "id": check.step.name(),
            "holds": check.holds,
            "claimed": check.claimed.map(|day| day.to_string()),
            "why": fact(data, check.step),
        })
    };
    json!({ "steps": data.measures.steps.iter().map(step).collect::<Value>() })
}

/// What the data say of a step, in the programme's language.
fn fact(data: &ReportData<'_, '_>, step: Step) -> String {
    let (words, measures, programme) = (&data.words, data.measures, data.programme());
    let say = |key: &str, values: &[(&str, &str)]| words.say(&format!("step_fact_{key}"), values);
    let number = |n: usize| words.number(n);
    match step {
        Step::List => {
            let (n, target) = (number(measures.list.active), words.number(measures.list.target));
            say("list", &[("n", &n), ("target", &target)])
        }
        Step::Tiers => {
            let unreasoned = programme
                .contacts
                .iter()
                .filter(|contact| contact.tier() == Some(Tier::A) && contact.tier_reason.is_none());
            say("tiers", &[("d", &number(measures.list.do_not_contact)), ("n", &number(unreasoned.count()))])
        }
        Step::StandingText => {
            let languages = &programme.settings.languages;
            let has = |language: &&Language| programme.keep_in_mind.pick(&languages.chain(**language), None).is_some();
            let there = languages.all.iter().filter(has).count();
            say("standing_text", &[("n", &number(there)), ("m", &number(languages.all.len()))])
        }
        Step::Touch => say("touch", &[("n", &number(measures.silent().len())), ("m", &number(measures.care.len()))]),
        Step::Plan if programme.plans.is_empty() => say("no_plan", &[]),
        Step::Plan => {
            let years: Vec<String> = programme.plans.keys().map(i16::to_string).collect();
            say("plan", &[("years", &words.list(&years))])
        }
        Step::Thank => match &programme.settings.reward {
            None => say("no_policy", &[]),
            Some(policy) => {
                let (name, budget) = (
                    data.member(&policy.owner),
                    policy
                        .budget_of(data.memory.today.year())
                        .map_or_else(|| "–".to_owned(), |budget| words.money(budget)),
                );
                let owed = number(measures.thanks_owed.len());
                say("thank", &[("name", &name), ("budget", &budget), ("n", &owed)])
            }
        },
    }
}

/// The team with the day each was briefed (R25); the page's own words are added where they are rendered.
pub(super) fn briefing(data: &ReportData<'_, '_>) -> Value {
    let settings = &data.programme().settings;
    let role = |member: &Member| {
        let role = member.role.as_ref()?.get(data.words.language(), &settings.languages)?;
        Some(role.to_owned())
    };
    let row = |(member, briefed): &(&Member, Option<Date>)| {
        json!({
            "name": Line::as_str(&member.name),
            "role": role(member).unwrap_or_default(),
            "briefed": briefed.map(|day| day.to_string()),
        })
    };
    json!({ "team": data.measures.briefed.iter().map(row).collect::<Value>() })
}

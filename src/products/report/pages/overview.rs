//! The overview, the agenda, the six steps and the briefing.

use std::cmp::Reverse;

use jiff::civil::Date;
use serde_json::{Value, json};

use super::desk::{Desk, ROWS};
use crate::model::contact::Tier;
use crate::model::language::Language;
use crate::model::settings::{Member, Step};
use crate::model::text::Line;
use crate::plan::agenda::{Item, Source, State};
use crate::plan::measure::StepCheck;
use crate::plan::sending::{Dispatch, Progress};

/// What is shown of the most urgent on the first page.
const URGENT: usize = 10;
/// Mailings to come on the first page.
const MAILINGS: usize = 5;

/// The first page.
pub(super) fn index(desk: &Desk<'_, '_>) -> Value {
    let (measures, words) = (desk.measures, &desk.words);
    let referring = &measures.referring;
    let goals = &desk.programme().settings.goals;
    let goal_customers = match (referring.customers_goal, goals.by) {
        (Some(goal), Some(by)) => {
            words.say("customers_goal_by", &[("goal", &words.number(goal)), ("by", &words.day(by))])
        }
        (Some(goal), None) => words.say("customers_goal", &[("goal", &words.number(goal))]),
        (None, _) => words.word("customers_no_goal"),
    };
    let (urgent, care) = (urgent(desk), care(desk));
    json!({
        "list": { "active": measures.list.active, "target": measures.list.target, "reach": measures.list.reach,
            "target_reach": measures.list.target_reach },
        "referrals": {
            "share": referring.share(),
            "referrers": referring.referrers.len(),
            "eligible": referring.eligible,
            "customers": referring.customers,
        },
        "goal_customers": goal_customers,
        "owed": measures.thanks_owed.len(),
        "overdue": desk.agenda.count(State::Overdue),
        "silent": measures.silent().len(),
        "steps_held": measures.steps.iter().filter(|step| step.holds).count(),
        "now": urgent.iter().take(URGENT).map(|item| desk.task(item)).collect::<Value>(),
        "now_total": urgent.len(),
        "care_most": care.iter().map(most).fold(0.0, f64::max),
        "care": care,
        "next_mailings": next_mailings(desk),
    })
}

/// What is overdue or due within the week: what somebody waits for first, then what the plan asks, the A before the C.
fn urgent<'a, 'p>(desk: &'a Desk<'_, 'p>) -> Vec<&'a Item<'p>> {
    let open = desk.agenda.items.iter().filter(|item| matches!(item.state, State::Overdue | State::Due));
    let mut open: Vec<&Item<'p>> = open.collect();
    open.sort_by_key(|item| {
        let rank = rank(item.source);
        let tier = item.contact.and_then(|contact| contact.tier()).filter(|_| rank > 2);
        (rank, Reverse(tier), item.state, item.on)
    });
    open
}

/// What is promised comes before what is planned, and both before what is only noticed.
fn rank(source: Source<'_>) -> u8 {
    match source {
        Source::Issue(_) => 0,
        Source::Thanks(..)
        | Source::NextStep(..)
        | Source::FollowUp(_)
        | Source::Meeting(_)
        | Source::MeetingAgenda(_)
        | Source::Action(_) => 1,
        Source::Mailing(..) | Source::Posting(..) => 2,
        Source::Review(_)
        | Source::Touch(_)
        | Source::Birthday
        | Source::Since(_)
        | Source::Address(_)
        | Source::WishedCall(_) => 3,
        Source::Ask(_) => 4,
        Source::Silence { .. } => 5,
    }
}

/// What each tier got this year on average, against what it is owed.
fn care(desk: &Desk<'_, '_>) -> Vec<Value> {
    let row = |tier: Tier| {
        let own: Vec<_> = desk.measures.care.iter().filter(|care| care.tier == tier).collect();
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

fn next_mailings(desk: &Desk<'_, '_>) -> Value {
    let coming =
        desk.memory.dispatches.iter().filter(|dispatch| {
            matches!(dispatch.progress, Progress::Coming | Progress::Due) && dispatch.days.is_some()
        });
    let mut coming: Vec<_> = coming.collect();
    coming.sort_by_key(|dispatch| dispatch.days);
    let row = |dispatch: &&Dispatch<'_>| {
        json!({
            "on": dispatch.days.map(|days| days.first.to_string()),
            "kind": dispatch.mailing.kind.name(),
            "id": dispatch.mailing.id.as_str(),
            "audience": dispatch.audience,
        })
    };
    coming.iter().take(MAILINGS).map(row).collect()
}

/// What everybody on the team is to do, by person; what is done is left out.
pub(super) fn agenda(desk: &Desk<'_, '_>) -> Value {
    let person = |member: &Member| {
        let open: Vec<_> = desk.agenda.of(&member.id).filter(|item| item.state != State::Done).collect();
        json!({
            "name": member.name.as_str(),
            "tasks": open.iter().take(ROWS).map(|item| desk.task(item)).collect::<Value>(),
            "total": open.len(),
        })
    };
    json!({ "owners": desk.programme().settings.team.iter().map(person).collect::<Value>() })
}

/// The six steps (R24).
pub(super) fn steps(desk: &Desk<'_, '_>) -> Value {
    let step = |check: &StepCheck| {
        json!({
            "id": check.step.name(),
            "holds": check.holds,
            "claimed": check.claimed.map(|day| day.to_string()),
            "why": fact(desk, check.step),
        })
    };
    json!({ "steps": desk.measures.steps.iter().map(step).collect::<Value>() })
}

/// What the data say of a step, in the programme's language.
fn fact(desk: &Desk<'_, '_>, step: Step) -> String {
    let (words, measures, programme) = (&desk.words, desk.measures, desk.programme());
    let say = |key: &str, values: &[(&str, &str)]| words.say(&format!("step_fact_{key}"), values);
    let number = |n: usize| words.number(n);
    match step {
        Step::List => {
            let (n, target) = (number(measures.list.contacts), words.number(measures.list.target));
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
                    desk.member(&policy.owner),
                    policy
                        .budget_of(desk.memory.today.year())
                        .map_or_else(|| "–".to_owned(), |budget| words.money(budget)),
                );
                let owed = number(measures.thanks_owed.len());
                say("thank", &[("name", &name), ("budget", &budget), ("n", &owed)])
            }
        },
    }
}

/// The team with the day each was briefed (R25); the page's own words are added where they are rendered.
pub(super) fn briefing(desk: &Desk<'_, '_>) -> Value {
    let settings = &desk.programme().settings;
    let role = |member: &Member| {
        let role = member.role.as_ref()?.get(desk.words.language(), &settings.languages)?;
        Some(role.to_owned())
    };
    let row = |(member, briefed): &(&Member, Option<Date>)| {
        json!({
            "name": Line::as_str(&member.name),
            "role": role(member).unwrap_or_default(),
            "briefed": briefed.map(|day| day.to_string()),
        })
    };
    json!({ "team": desk.measures.briefed.iter().map(row).collect::<Value>() })
}

//! The six steps of getting started, checked against the data and not only by the dates typed in (R24).

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;

use super::care::Care;
use super::referring::OwedThanks;
use super::reward::RewardUse;
use crate::model::contact::Tier;
use crate::model::language::Language;
use crate::model::settings::Step;
use crate::plan::memory::Memory;

/// The list size from which somebody of tier D is expected to be on it (R4).
const EXPECTS_D: usize = 50;
/// Days of thanks owed after which the step is not lived.
const FORGOTTEN: i32 = 30;

/// A step, what was said of it, and what the data say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepCheck {
    /// Which.
    pub step: Step,
    /// The day on which it is said to have been done.
    pub claimed: Option<Date>,
    /// Whether the data bear it out.
    pub holds: bool,
    /// What was looked at, in lower case.
    pub why: String,
}

/// All six, in order, with nothing measured before.
pub fn checked(memory: &Memory<'_>) -> Vec<StepCheck> {
    let reward = super::reward::reward(memory);
    steps(memory, &super::care::care(memory), &super::referring::thanks_owed(memory), reward.as_ref())
}

/// All six, in order.
pub fn steps(
    memory: &Memory<'_>,
    care: &[Care<'_>],
    owed: &[OwedThanks<'_>],
    reward: Option<&RewardUse<'_>>,
) -> Vec<StepCheck> {
    let check = |step: Step| match step {
        Step::List => list(memory),
        Step::Tiers => tiers(memory),
        Step::StandingText => standing_text(memory),
        Step::Touch => touch(memory, care),
        Step::Plan => plan(memory),
        Step::Thank => thank(memory, owed, reward),
    };
    let claimed = &memory.programme.settings.steps;
    let checked = |&step: &Step| {
        let (holds, why) = check(step);
        StepCheck { step, claimed: claimed.get(&step).copied(), holds, why }
    };
    Step::ALL.iter().map(checked).collect()
}

/// The list is there; its target has until its day, where it has one. Its size is that of tiers A to C, as everywhere.
fn list(memory: &Memory<'_>) -> (bool, String) {
    let goals = &memory.programme.settings.goals;
    let count = memory.active().count();
    let missing = (goals.list_size as usize).saturating_sub(count);
    match goals.by {
        _ if count == 0 => (false, "nobody is on the list".to_owned()),
        _ if missing == 0 => (true, format!("{count} contacts, the target is {}", goals.list_size)),
        Some(by) if by >= memory.today => {
            (true, format!("{count} contacts; {missing} more by {by} make the target of {}", goals.list_size))
        }
        _ => (false, format!("{count} contacts; {missing} are missing to the target of {}", goals.list_size)),
    }
}

/// Every A has a reason, and somebody looked for the D.
fn tiers(memory: &Memory<'_>) -> (bool, String) {
    let contacts = &memory.programme.contacts;
    let d = contacts.iter().filter(|contact| contact.tier().is_none()).count();
    let without = contacts.iter().filter(|contact| contact.tier() == Some(Tier::A) && contact.tier_reason.is_none());
    match (without.count(), d) {
        _ if contacts.is_empty() => (false, "nobody is on the list".to_owned()),
        (_, 0) if contacts.len() >= EXPECTS_D => {
            (false, format!("{} contacts and no D: nobody looked", contacts.len()))
        }
        (0, d) => (true, format!("every A has a reason, and {d} are D")),
        (1, _) => (false, "one of tier A has no reason".to_owned()),
        (without, _) => (false, format!("{without} of tier A have no reason")),
    }
}

/// A standing text in every language that somebody reads.
fn standing_text(memory: &Memory<'_>) -> (bool, String) {
    let programme = memory.programme;
    let read: BTreeSet<Language> = memory.active().map(|(_, contact, _)| contact.language).collect();
    let languages = &programme.settings.languages;
    let lacks = |language: &&Language| programme.keep_in_mind.pick(&languages.chain(**language), None).is_none();
    let missing: Vec<String> = read.iter().filter(lacks).map(ToString::to_string).collect();
    match missing.is_empty() {
        _ if programme.keep_in_mind.variants.is_empty() => (false, "there is no standing text".to_owned()),
        true => (true, format!("{} texts for {} languages", programme.keep_in_mind.variants.len(), read.len())),
        false => (false, format!("there is no text in {}", missing.join(", "))),
    }
}

/// Somebody was touched within a month, and at most one in ten waits too long.
fn touch(memory: &Memory<'_>, care: &[Care<'_>]) -> (bool, String) {
    let silent = care.iter().filter(|care| care.is_silent()).count();
    let month_ago = memory.today.saturating_sub(31.days());
    let recent = care.iter().filter(|care| care.heard.last.is_some_and(|last| last >= month_ago)).count();
    let is_new = memory.programme.settings.begins.filter(|begins| *begins >= month_ago);
    match (recent, is_new) {
        (0, Some(begins)) => (true, format!("we began on {begins} and have a month for the first word")),
        (0, None) => (false, "nobody has heard of us for a month".to_owned()),
        _ if silent * 10 > care.len() => {
            (false, format!("{silent} of {} wait longer than their tier allows", care.len()))
        }
        _ => (true, format!("{recent} of {} heard of us within a month, {silent} wait too long", care.len())),
    }
}

/// There is a plan for this year, and in December for the next (R7).
fn plan(memory: &Memory<'_>) -> (bool, String) {
    let (year, month) = (memory.today.year(), memory.today.month());
    let missing: Vec<String> = [year, year + i16::from(month == 12)]
        .into_iter()
        .collect::<BTreeSet<i16>>()
        .into_iter()
        .filter(|year| memory.programme.plans.get(year).is_none_or(|plan| plan.mailings.is_empty()))
        .map(|year| year.to_string())
        .collect();
    let planned: Vec<String> = memory.programme.plans.keys().map(i16::to_string).collect();
    match missing.is_empty() {
        true => (true, format!("planned: {}", planned.join(", "))),
        false => (false, format!("nothing is planned for {}", missing.join(", "))),
    }
}

/// Somebody answers for the rewards, both sides get something, and nobody was forgotten.
fn thank(memory: &Memory<'_>, owed: &[OwedThanks<'_>], reward: Option<&RewardUse<'_>>) -> (bool, String) {
    let (Some(policy), Some(reward)) = (&memory.programme.settings.reward, reward) else {
        return (false, "there is no reward policy, so nobody answers for it".to_owned());
    };
    let forgotten = owed.iter().filter(|owed| (memory.today - owed.due).get_days() > FORGOTTEN).count();
    match () {
        () if policy.referrer.is_empty() || policy.referred.is_empty() => (false, "one side gets nothing".to_owned()),
        () if reward.left.is_some_and(|left| left.minor < 0) => (false, format!("{} is over its budget", reward.year)),
        () if forgotten > 0 => (false, format!("thanks more than a month late: {forgotten}")),
        () => match reward.budget {
            Some(budget) => (true, format!("`{}` answers for {budget} in {}", reward.owner, reward.year)),
            None => (false, format!("{} has no budget for rewards", reward.year)),
        },
    }
}

//! What each tier is owed in a year, against what the plan holds for it (R10).

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::model::contact::{Contact, Tier};
use crate::model::mailing::{Mailing, MailingKind, Plan};
use crate::model::programme::Programme;
use crate::plan::agenda::{Task, meant_for, slots_of};
use crate::plan::audience::Roster;
use crate::plan::finding::PlanFinding;

/// Tiers of which somebody is planned fewer touches than the tier is owed (R10), each contact counted with what is really meant
/// for them. Opt-outs, pauses and caps are not the plan's doing and not counted here.
pub fn too_few_touches(roster: &Roster, programme: &Programme, plan: &Plan) -> Vec<PlanFinding> {
    let counted: Vec<&Mailing> = plan.mailings.iter().filter(|mailing| mailing.kind != MailingKind::Thanks).collect();
    let mut short: BTreeMap<Tier, Shortest> = BTreeMap::new();
    let tasks = Task::all(roster, plan);
    let home = programme.settings.country;
    let planned_for = |(position, contact): (u32, &Contact)| {
        if contact.tier().is_none_or(|tier| !programme.settings.cadence.contains_key(&tier)) {
            return 0;
        }
        let mailings = counted.iter().filter(|mailing| is_planned(roster, mailing, contact)).count();
        let meant = meant_for(&tasks, position, contact);
        mailings + meant.into_iter().map(|task| slots_of(task, contact, home).len()).sum::<usize>()
    };
    let contacts = (0..programme.contacts.len() as u32).into_par_iter().zip(programme.contacts.par_iter());
    let planned: Vec<usize> = contacts.map(planned_for).collect();
    for (contact, planned) in programme.contacts.iter().zip(planned) {
        let Some(tier) = contact.tier() else { continue };
        let Some(cadence) = programme.settings.cadence.get(&tier) else { continue };
        let planned = planned as u32;
        let shortest = short.entry(tier).or_insert(Shortest { contact, planned, short: 0, of: 0 });
        shortest.of += 1;
        shortest.short += usize::from(planned < cadence.min_touches);
        if planned < shortest.planned {
            (shortest.contact, shortest.planned) = (contact, planned);
        }
    }
    let short = short.into_iter().rev().filter(|(_, shortest)| shortest.short > 0);
    short
        .map(|(tier, shortest)| shortest.finding(tier, programme.settings.cadence[&tier].min_touches, plan.year))
        .collect()
}

/// True where the plan means a mailing for a contact: also a birthday mailing, but only if they have one.
fn is_planned(roster: &Roster, mailing: &Mailing, contact: &Contact) -> bool {
    roster.is_meant(mailing, contact) && (!mailing.when.is_personal() || roster.dates().of(mailing, contact).is_some())
}

/// Who of a tier is planned the fewest touches.
struct Shortest<'p> {
    contact: &'p Contact,
    planned: u32,
    /// How many are planned too few.
    short: usize,
    /// How many there are.
    of: usize,
}

impl Shortest<'_> {
    fn finding(&self, tier: Tier, owed: u32, year: i16) -> PlanFinding {
        let letter = tier.letter();
        let planned = self.planned;
        let message = match self.short == self.of {
            true => format!("the plan of {year} has {planned} touches for tier {letter}, which is owed {owed}"),
            false => format!(
                "tier {letter} is owed {owed} touches in {year}, and {} of {} contacts are planned fewer (`{}`: {planned})",
                self.short, self.of, self.contact.id
            ),
        };
        PlanFinding::of_year(
            "r10-too-few-touches",
            year,
            message,
            "plan more mailings or touches, or owe less in `cadence`",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::mailing::Rhythm;
    use crate::model::settings::Cadence;
    use crate::model::touch::Interval;
    use crate::plan::fixture::{Fixture, everybody};

    fn found(fixture: Fixture) -> Vec<String> {
        let programme = fixture.build();
        let roster = Roster::new(&programme, &everybody);
        let findings = too_few_touches(&roster, &programme, &programme.plans[&2027]);
        findings.into_iter().map(|finding| finding.message).collect()
    }

    fn owed(tier: Tier, min_touches: u32) -> Fixture {
        let cadence = Cadence { min_touches, max_gap_days: 60, review_every: None };
        Fixture::new().settings(|settings| _ = settings.cadence.insert(tier, cadence))
    }

    #[test]
    fn r10_mailings_and_touches_of_a_tier_are_counted_against_what_it_is_owed() {
        let planned = |owed_touches| {
            owed(Tier::B, owed_touches)
                .contact("bo", "B", |_| {})
                .contact("cid", "C", |_| {})
                .mailing("to-all", "2027-01-20", |_| {})
                .mailing("to-a", "2027-02-20", |m| m.to = Tier::A)
                .touch(Tier::B, Rhythm::Every(Interval::Months(3)))
                .touch(Tier::A, Rhythm::Every(Interval::Weeks(1)))
        };
        assert_eq!(found(planned(5)), Vec::<String>::new());
        assert_eq!(found(planned(6)), ["the plan of 2027 has 5 touches for tier B, which is owed 6"]);
    }

    #[test]
    fn r10_whoever_is_planned_too_little_is_named() {
        let fixture = owed(Tier::A, 2)
            .contact("anna", "A", |c| c.details.birthday = Some(jiff::civil::date(1980, 5, 4)))
            .contact("bo", "A", |_| {})
            .mailing("to-all", "2027-01-20", |_| {})
            .mailing("birthday", "birthday", |_| {});
        assert_eq!(
            found(fixture),
            ["tier A is owed 2 touches in 2027, and 1 of 2 contacts are planned fewer (`bo`: 1)"]
        );
    }

    #[test]
    fn r10_a_touch_with_a_condition_counts_for_those_it_concerns() {
        let programme = owed(Tier::C, 12)
            .contact("cid", "C", |c| c.details.tags = ["project".parse().expect("a tag")].into())
            .contact("eva", "C", |_| {})
            .touch(Tier::C, Rhythm::Every(Interval::Months(1)))
            .change(|programme| {
                let touch = &mut programme.plans.get_mut(&2027).expect("the fixture has it").touches[0];
                touch.narrowing = Some("'project' in tags".parse().expect("a condition"));
            })
            .build();
        let tagged = |_: &crate::model::expression::Expression, contact: &Contact| !contact.details.tags.is_empty();
        let roster = Roster::new(&programme, &tagged);
        let findings = too_few_touches(&roster, &programme, &programme.plans[&2027]);
        let said: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(said, ["tier C is owed 12 touches in 2027, and 1 of 2 contacts are planned fewer (`eva`: 0)"]);
    }
}

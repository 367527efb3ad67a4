//! Whom a planned mailing is really meant for: months that it fills (R7), and tiers that it passes over (R9).

use rayon::prelude::*;

use crate::model::contact::{Contact, Standing, Tier};
use crate::model::expression::Expression;
use crate::model::mailing::{Mailing, MailingKind, Plan};
use crate::model::programme::Programme;
use crate::plan::audience::Roster;
use crate::plan::finding::PlanFinding;

/// True where a mailing is meant for at least half of some tier. Thanks and the status of projects go to those they concern, and
/// fill no month.
pub fn fills_a_month(programme: &Programme, roster: &Roster<'_>, mailing: &Mailing) -> bool {
    if matches!(mailing.kind, MailingKind::Thanks | MailingKind::Status) {
        return false;
    }
    let Some(condition) = &mailing.narrowing else { return true };
    let count = |tier: Tier| {
        let of_tier = programme.contacts.par_iter().filter(|contact| contact.tier() == Some(tier));
        let (all, meant) = of_tier
            .map(|contact| (1_usize, usize::from(roster.holds(condition, contact))))
            .reduce(|| (0, 0), |one, other| (one.0 + other.0, one.1 + other.1));
        all > 0 && meant * 2 >= all
    };
    let nobody = programme.contacts.iter().all(|contact| contact.tier().is_none());
    nobody || Tier::ALL.into_iter().filter(|tier| *tier >= mailing.to).any(count)
}

/// R9: mailings and touches whose condition lets a lower tier in and keeps a higher one out. What was sent is past.
pub fn less_for_higher(programme: &Programme, roster: &Roster<'_>, plan: &Plan) -> Vec<PlanFinding> {
    let mailings = plan.mailings.iter().filter(|mailing| !programme.is_begun(&mailing.id));
    let mailings = mailings
        .filter_map(|mailing| Some((mailing.id.as_str(), mailing.to, mailing.narrowing.as_ref()?, mailing.origin)));
    let touches = plan.touches.iter();
    let touches =
        touches.filter_map(|touch| Some((touch.id.as_str(), touch.to, touch.narrowing.as_ref()?, touch.origin)));
    let conditional = mailings.chain(touches).filter(|(_, _, condition, _)| condition.as_str().contains("tier"));
    let finding = |(id, to, condition, origin)| {
        let (low, high) = passed_over(programme, roster, to, condition)?;
        Some(PlanFinding {
            code: "r09-less-for-more",
            message: format!("`{id}` reaches tier {} and passes over tier {}", low.letter(), high.letter()),
            hint: Some("plan from the bottom up: a higher tier gets all that a lower one gets".to_owned()),
            origin: Some(origin),
            year: None,
        })
    };
    conditional.filter_map(finding).collect()
}

/// A tier somebody of which meets a condition that they would not meet in a higher one.
fn passed_over(programme: &Programme, roster: &Roster<'_>, to: Tier, condition: &Expression) -> Option<(Tier, Tier)> {
    let pairs = [(Tier::C, Tier::A), (Tier::C, Tier::B), (Tier::B, Tier::A)];
    let meets = |contact: &Contact, tier: Tier| {
        let mut other = contact.clone();
        other.standing = Standing::Active(tier);
        roster.holds(condition, &other)
    };
    let mut populated = pairs
        .into_iter()
        .filter(|(low, high)| *low >= to && programme.contacts.iter().any(|contact| contact.tier() == Some(*high)));
    populated.find(|(low, high)| {
        let own = programme.contacts.par_iter().filter(|contact| contact.tier() == Some(*low));
        own.into_par_iter().any(|contact| roster.holds(condition, contact) && !meets(contact, *high))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::coverage::findings;
    use crate::plan::fixture::Fixture;

    fn found(fixture: Fixture, holds: fn(&Expression, &Contact) -> bool) -> Vec<String> {
        let programme = fixture.build();
        let found = findings(&programme, &Roster::new(&programme, &holds), jiff::civil::date(2027, 1, 20));
        let wanted = |code: &str| code.starts_with("r09") || code == "r07-empty-month";
        found.into_iter().filter(|finding| wanted(finding.code)).map(|finding| finding.message).collect()
    }

    fn everybody_but(month: i8) -> Fixture {
        let people = Fixture::new().contact("anna", "A", |_| {}).contact("bo", "B", |_| {}).contact("cid", "C", |_| {});
        let people = people.contact("eva", "C", |_| {}).contact("fia", "C", |_| {});
        (1..=12).filter(|other| *other != month).fold(people, |fixture, month| {
            fixture.mailing(&format!("m-{month}"), &format!("2027-{month:02}-10"), |_| {})
        })
    }

    #[test]
    fn r09_a_mailing_for_c_alone_passes_over_a() {
        let only = |mailing: &mut Mailing| mailing.narrowing = Some("tier == 'C'".parse().expect("a condition"));
        let only_c = |_: &Expression, contact: &Contact| contact.tier() == Some(Tier::C);
        let said = found(everybody_but(13).mailing("may", "2027-05-19", only), only_c);
        assert_eq!(said, ["`may` reaches tier C and passes over tier A"]);
        let not_c = |_: &Expression, contact: &Contact| contact.tier() > Some(Tier::C);
        assert!(found(everybody_but(13).mailing("may", "2027-05-19", only), not_c).is_empty());
    }

    #[test]
    fn r07_a_mailing_to_one_of_many_fills_no_month() {
        let one = |mailing: &mut Mailing| mailing.narrowing = Some("'golf' in tags".parse().expect("a condition"));
        let only = |_: &Expression, contact: &Contact| contact.id.as_str() == "cid";
        let said = found(everybody_but(7).mailing("july", "2027-07-07", one), only);
        assert_eq!(said, ["next to nobody hears of us in July 2027"]);
        let most = |_: &Expression, contact: &Contact| contact.id.as_str() == "anna";
        assert!(found(everybody_but(7).mailing("july", "2027-07-07", one), most).is_empty(), "all of A");
    }
}

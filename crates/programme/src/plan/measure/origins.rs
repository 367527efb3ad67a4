//! What brings referrals, and what comes of them: by way, by mailing, by reward and by who refers (R22).

use std::collections::BTreeMap;

use super::trend::quarter_of;
use crate::model::ledger::{Referral, Side, Stage};
use crate::model::settings::RewardKind;
use crate::plan::memory::Memory;

/// What came of some of the ledger's lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Yield {
    /// How many there are.
    pub named: usize,
    /// With how many of them we met, those who became customers included.
    pub meetings: usize,
    /// How many became customers.
    pub customers: usize,
    /// The sum of their first purchases in the currency of the rewards, in minor units.
    pub value: i64,
}

/// The ledger by what its lines have in common; each key with what came of its lines, the most lines first.
#[derive(Debug, Clone, Default)]
pub struct Origins {
    /// By the way they came; `unknown` where nobody wrote it down.
    pub by_via: Vec<(String, Yield)>,
    /// By the mailing that led to them.
    pub by_mailing: Vec<(String, Yield)>,
    /// By what who referred was given: `monetary`, `non-monetary`, or `none`.
    pub by_reward: Vec<(String, Yield)>,
    /// By the tier of who referred, D included.
    pub by_tier: Vec<(String, Yield)>,
    /// By the quarter in which they came, the oldest first: `2027-Q1`.
    pub by_quarter: Vec<(String, Yield)>,
    /// Why they came to nothing, with how often, the commonest first.
    pub lost_because: Vec<(String, usize)>,
    /// The middle of the days from the tip to the first contact.
    pub days_to_contact: Option<u32>,
}

/// Looks at every line of the ledger.
pub fn origins(memory: &Memory<'_>) -> Origins {
    let referrals = &memory.programme.referrals;
    let currency = memory.programme.settings.currency();
    let value = |referral: &Referral| {
        let purchase = referral
            .first_purchase
            .as_ref()
            .filter(|purchase| currency.is_none_or(|own| purchase.value.currency == own));
        purchase.map_or(0, |purchase| purchase.value.minor)
    };
    let by = |key: &dyn Fn(&Referral) -> Option<String>| {
        let mut groups: BTreeMap<String, Yield> = BTreeMap::new();
        for referral in referrals {
            let Some(key) = key(referral) else { continue };
            let group = groups.entry(key).or_default();
            let met =
                referral.stage == Stage::Meeting || referral.reached.iter().any(|(stage, _)| *stage == Stage::Meeting);
            let bought = referral.stage == Stage::Customer;
            group.named += 1;
            group.meetings += usize::from(met || bought);
            group.customers += usize::from(bought);
            group.value += value(referral);
        }
        groups.into_iter().collect::<Vec<_>>()
    };
    let most_first = |mut groups: Vec<(String, Yield)>| {
        groups.sort_by_key(|(_, sum)| std::cmp::Reverse(sum.named));
        groups
    };
    let options = memory.programme.settings.reward.iter().flat_map(|policy| &policy.options);
    let kinds: BTreeMap<&str, RewardKind> = options.map(|option| (option.id.as_str(), option.kind)).collect();
    let reward = |referral: &Referral| {
        let kind = referral.reward.of(Side::Referrer).and_then(|id| kinds.get(id.as_str()));
        Some(kind.map_or("none", |kind| kind.name()).to_owned())
    };
    let via = |referral: &Referral| Some(referral.via.as_ref().map_or("unknown", |via| via.way.name()).to_owned());
    let mailing = |referral: &Referral| Some(referral.via.as_ref()?.mailing.as_ref()?.to_string());
    let tier = |referral: &Referral| Some(memory.programme.contact(&referral.referrer)?.standing.letter().to_owned());
    let quarter = |referral: &Referral| Some(quarter_of(referral.received));
    Origins {
        by_via: most_first(by(&via)),
        by_mailing: most_first(by(&mailing)),
        by_reward: most_first(by(&reward)),
        by_tier: by(&tier),
        by_quarter: by(&quarter),
        lost_because: reasons(referrals),
        days_to_contact: days_to_contact(referrals),
    }
}

fn reasons(referrals: &[Referral]) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for why in referrals.iter().filter_map(|referral| referral.lost_because.as_ref()) {
        *counts.entry(why.as_str()).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().map(|(why, count)| (why.to_owned(), count)).collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}

fn days_to_contact(referrals: &[Referral]) -> Option<u32> {
    let first = |referral: &Referral| {
        let (_, on) = referral.reached.iter().find(|(stage, _)| *stage == Stage::Contacted)?;
        u32::try_from((*on - referral.received).get_days()).ok()
    };
    let mut days: Vec<u32> = referrals.iter().filter_map(first).collect();
    days.sort_unstable();
    days.get(days.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::journal::Journals;
    use crate::model::ledger::{Arrival, Via};
    use crate::plan::Roster;
    use crate::plan::fixture::{Fixture, everybody};
    use jiff::civil::date;

    #[test]
    fn r22_leads_meetings_and_customers_are_counted_by_what_brought_them() {
        let programme = Fixture::new()
            .contact("anna", "A", |_| {})
            .contact("cid", "C", |_| {})
            .referral("anna", None, date(2027, 1, 2), Stage::Customer)
            .referral("anna", None, date(2027, 2, 2), Stage::Meeting)
            .referral("cid", None, date(2027, 5, 2), Stage::Lost)
            .change(|programme| {
                let mailing = Some("january".parse().expect("an id"));
                programme.referrals[0].via = Some(Via { way: Arrival::Mailing, mailing });
                programme.referrals[1].via = Some(Via { way: Arrival::Ask, mailing: None });
                programme.referrals[0].reached = vec![(Stage::Contacted, date(2027, 1, 5))];
                programme.referrals[2].lost_because = Some("too far away".parse().expect("a line"));
            })
            .build();
        let (roster, journals) = (Roster::new(&programme, &everybody), Journals::new());
        let origins = origins(&Memory::new(&programme, date(2027, 6, 1), &roster, &journals));
        let of = |groups: &[(String, Yield)]| -> Vec<(String, usize, usize, usize)> {
            groups.iter().map(|(key, sum)| (key.clone(), sum.named, sum.meetings, sum.customers)).collect()
        };
        let named = |key: &str, named, meetings, customers| (key.to_owned(), named, meetings, customers);
        assert_eq!(of(&origins.by_via), [named("ask", 1, 1, 0), named("mailing", 1, 1, 1), named("unknown", 1, 0, 0)]);
        assert_eq!(of(&origins.by_mailing), [named("january", 1, 1, 1)]);
        assert_eq!(of(&origins.by_tier), [named("A", 2, 2, 1), named("C", 1, 0, 0)]);
        assert_eq!(of(&origins.by_quarter), [named("2027-Q1", 2, 2, 1), named("2027-Q2", 1, 0, 0)]);
        assert_eq!((origins.lost_because, origins.days_to_contact), (vec![("too far away".to_owned(), 1)], Some(3)));
    }
}

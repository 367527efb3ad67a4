//! What a year of the programme costs: gifts and rewards in one total (R8, R21).

use super::reward::RewardUse;
use crate::model::mailing::MailingKind;
use crate::model::money::Money;
use crate::plan::memory::Memory;

/// What was spent in the calendar year of today, and what may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spending {
    /// The year.
    pub year: i16,
    /// Rewards that were given.
    pub rewards: Money,
    /// Gifts that were handed to the post or left by mail.
    pub gifts: Money,
    /// Gifts that the plan still has for this year.
    pub gifts_ahead: Money,
    /// What may be spent on both; `None` where neither has a budget.
    pub budget: Option<Money>,
}

impl Spending {
    /// Gifts and rewards together.
    pub fn total(&self) -> Money {
        Money { minor: self.rewards.minor + self.gifts.minor, ..self.rewards }
    }

    /// What the year will have cost when the plan is carried out.
    pub fn expected(&self) -> Money {
        Money { minor: self.total().minor + self.gifts_ahead.minor, ..self.rewards }
    }
}

/// Adds up gifts and rewards of this year in the currency of the rewards, else of the first gift; `None` where there are neither.
pub fn spending(memory: &Memory<'_>, reward: Option<&RewardUse<'_>>) -> Option<Spending> {
    let year = memory.today.year();
    let gifts =
        memory.statuses.iter().filter(|status| status.mailing.kind == MailingKind::Gift && status.mailing.year == year);
    let gifts: Vec<_> = gifts.filter_map(|status| Some((status, status.mailing.gift.as_ref()?))).collect();
    let first = gifts.first().map(|(_, gift)| gift.unit_cost.currency);
    let currency = reward.map(|reward| reward.used.currency).or(first)?;
    let nothing = Money { minor: 0, currency };
    let mut spending = Spending {
        year,
        rewards: reward.map_or(nothing, |reward| reward.used),
        gifts: nothing,
        gifts_ahead: nothing,
        budget: reward.and_then(|reward| reward.budget),
    };
    for (status, gift) in gifts.into_iter().filter(|(_, gift)| gift.unit_cost.currency == currency) {
        let cost = |count: usize| gift.unit_cost.minor * i64::try_from(count).unwrap_or(i64::MAX);
        let given = status.posted + status.accepted;
        spending.gifts.minor += cost(given);
        spending.gifts_ahead.minor += cost(status.ahead.iter().flatten().map(|count| *count as usize).sum());
        if let Some(budget) = gift.budget.filter(|budget| budget.currency == currency) {
            spending.budget.get_or_insert(nothing).minor += budget.minor;
        }
    }
    Some(spending)
}

//! What marketing, sales and service need at the table once a year to agree on the next goal (R22).

use super::referring::Referring;
use super::spending::Spending;
use crate::model::money::Money;
use crate::plan::memory::Memory;

/// The goals one after another, in percent of eligible contacts: ten first, then the marks of the field.
pub const STAIRS: [u32; 4] = [10, 15, 30, 50];

/// The sheet for the yearly meeting on the goal.
#[derive(Debug, Clone, PartialEq)]
pub struct GoalSheet {
    /// The next goal that is not reached by the rate of the last twelve months; `None` beyond the last.
    pub next: Option<u32>,
    /// How many more must name somebody within twelve months for it.
    pub missing: usize,
    /// What the programme costs this year, as planned.
    pub cost: Option<Money>,
    /// What a referral is worth: the value of a customer by the share of referrals that become one.
    pub worth: Option<Money>,
    /// How many referrals pay for the year, rounded up.
    pub break_even: Option<u64>,
}

/// Draws up the sheet.
pub fn goal_sheet(memory: &Memory<'_>, referring: &Referring<'_>, spending: Option<&Spending>) -> GoalSheet {
    let reaches = |goal: u32| referring.last_12_months * 100 >= referring.eligible * goal as usize;
    let next = STAIRS.into_iter().find(|goal| referring.eligible == 0 || !reaches(*goal));
    let needed = next.map_or(0, |goal| (referring.eligible * goal as usize).div_ceil(100));
    let cost = spending.map(Spending::expected);
    let value = memory.programme.settings.baseline.customer_value;
    let by_share =
        |value: Money| Money { minor: value.minor * referring.customers as i64 / referring.total as i64, ..value };
    let worth = value.filter(|_| referring.customers > 0).map(by_share);
    let break_even = match (cost, worth) {
        (Some(cost), Some(worth)) if cost.currency == worth.currency && worth.minor > 0 => {
            Some(cost.minor.unsigned_abs().div_ceil(worth.minor.unsigned_abs()))
        }
        _ => None,
    };
    GoalSheet { next, missing: needed.saturating_sub(referring.last_12_months), cost, worth, break_even }
}

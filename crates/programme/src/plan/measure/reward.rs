//! The reward budget: what was given in a year, and what is left (R21).

use jiff::civil::Date;

use crate::model::id::TeamId;
use crate::model::ledger::{Referral, Side};
use crate::model::money::Money;
use crate::model::settings::RewardOption;
use crate::plan::memory::Memory;
use crate::plan::thanks::thanked_on;

/// One reward that was given, booked on the day of that side's thanks.
#[derive(Debug, Clone, Copy)]
pub struct Booking<'p> {
    /// For which referral.
    pub referral: &'p Referral,
    /// To which side.
    pub side: Side,
    /// When.
    pub on: Date,
    /// What.
    pub option: &'p RewardOption,
}

/// The budget of one year.
#[derive(Debug, Clone)]
pub struct RewardUse<'p> {
    /// The year: that of today.
    pub year: i16,
    /// Who answers for it.
    pub owner: &'p TeamId,
    /// What may be spent; `None` where nobody decided for this year.
    pub budget: Option<Money>,
    /// What was.
    pub used: Money,
    /// What is left; negative where too much was spent, `None` without a budget.
    pub left: Option<Money>,
    /// Every reward of the year, by day.
    pub bookings: Vec<Booking<'p>>,
    /// What was spent in every year, by year.
    pub by_year: Vec<(i16, Money)>,
}

/// The budget and what was used of it (R21).
pub fn reward<'p>(memory: &Memory<'p>) -> Option<RewardUse<'p>> {
    let policy = memory.programme.settings.reward.as_ref()?;
    let year = memory.today.year();
    let (currency, budget) = (policy.currency, policy.budget_of(year));
    let mut all = bookings(memory);
    all.sort_by_key(|booking| booking.on);
    let sum = |year: i16| {
        all.iter().filter(|booking| booking.on.year() == year).map(|booking| booking.option.cost.minor).sum()
    };
    let used = Money { minor: sum(year), currency };
    let mut years: Vec<i16> = all.iter().map(|booking| booking.on.year()).collect();
    years.dedup();
    Some(RewardUse {
        year,
        owner: &policy.owner,
        budget,
        used,
        left: budget.map(|budget| Money { minor: budget.minor - used.minor, currency }),
        by_year: years.into_iter().map(|year| (year, Money { minor: sum(year), currency })).collect(),
        bookings: all.iter().filter(|booking| booking.on.year() == year).copied().collect(),
    })
}

/// What was spent on rewards over all years.
pub fn spent(memory: &Memory<'_>) -> Option<Money> {
    let currency = memory.programme.settings.reward.as_ref()?.currency;
    Some(Money { minor: bookings(memory).iter().map(|booking| booking.option.cost.minor).sum(), currency })
}

/// Every reward whose side was thanked, in the order of the ledger.
fn bookings<'p>(memory: &Memory<'p>) -> Vec<Booking<'p>> {
    let Some(policy) = &memory.programme.settings.reward else { return Vec::new() };
    let sides =
        memory.programme.referrals.iter().flat_map(|referral| Side::ALL.iter().map(move |&side| (referral, side)));
    sides
        .filter_map(|(referral, side)| {
            let id = referral.reward.of(side)?;
            let option = policy.options.iter().find(|option| option.id == *id)?;
            Some(Booking { referral, side, on: thanked_on(memory, referral, side)?, option })
        })
        .collect()
}

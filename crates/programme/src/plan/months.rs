//! Tables of a year: a row for each tier, A first, and a column for each month, January first.

use jiff::civil::Date;

use crate::model::contact::Tier;

/// The row of a tier in tables: A first.
pub(super) fn row_of(tier: Tier) -> usize {
    Tier::ALL.iter().position(|other| *other == tier).expect("every tier is one of all")
}

/// The column of a day's month: January is 0.
pub(super) fn month_of(day: Date) -> usize {
    usize::from(day.month().unsigned_abs()) - 1
}

/// Adds up month by month.
pub(super) fn add(sum: &mut [u32; 12], more: &[u32; 12]) {
    sum.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
}

//! The rate of each quarter since the programme began: who named somebody within the twelve months before its end (R22).

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;

use super::share::percent;
use crate::model::contact::Contact;
use crate::model::id::ContactId;
use crate::plan::memory::Memory;

/// The rate at the end of a quarter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarter {
    /// `2027-Q1`
    pub name: String,
    /// Eligible contacts that named somebody within the twelve months before.
    pub referrers: usize,
    /// Who is eligible today.
    pub eligible: usize,
}

impl Quarter {
    /// Referrers in percent of eligible contacts, with one decimal.
    pub fn share(&self) -> f64 {
        percent(self.referrers, self.eligible)
    }
}

/// Most quarters that are told, the newest.
const QUARTERS: usize = 12;

/// The quarter that a day lies in: `2027-Q1`.
pub fn quarter_of(day: Date) -> String {
    format!("{}-Q{}", day.year(), (day.month() - 1) / 3 + 1)
}

/// The rate at the end of each quarter since the first referral or the programme began, whichever is later; the running one as of
/// today.
pub fn trend(memory: &Memory<'_>, eligible: &[&Contact]) -> Vec<Quarter> {
    let referrals = &memory.programme.referrals;
    let Some(first) = referrals.iter().map(|referral| referral.received).min().max(memory.begun()) else {
        return Vec::new();
    };
    let eligible_ids: BTreeSet<&ContactId> = eligible.iter().map(|contact| &contact.id).collect();
    let mut quarters = Vec::new();
    let mut start = first.with().day(1).month((first.month() - 1) / 3 * 3 + 1).build().unwrap_or(first);
    while start <= memory.today {
        let next = start.saturating_add(3.months());
        let end = next.saturating_sub(1.day()).min(memory.today);
        let year_ago = end.saturating_sub(1.year());
        let named: BTreeSet<&ContactId> = referrals
            .iter()
            .filter(|referral| referral.received > year_ago && referral.received <= end)
            .map(|referral| &referral.referrer)
            .filter(|referrer| eligible_ids.contains(referrer))
            .collect();
        quarters.push(Quarter { name: quarter_of(start), referrers: named.len(), eligible: eligible.len() });
        start = next;
    }
    quarters.split_off(quarters.len().saturating_sub(QUARTERS))
}

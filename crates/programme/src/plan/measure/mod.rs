//! How the programme is doing: every number of `status` and of the report, each computed in one place.
//!
//! [`Measures::new`] computes all of them; [`json::document`] is the one document that `status --format json` prints and the
//! report carries as `data.json` (design §7).

use jiff::civil::Date;

use crate::model::contact::{Contact, Tier};
use crate::plan::agenda::{Ask, asks};
use crate::plan::memory::Memory;

pub mod care;
pub mod goals;
pub mod issues;
pub mod json;
pub mod keeping;
pub mod list;
pub mod origins;
pub mod preferences;
pub mod recommending;
pub mod referring;
pub mod reward;
mod share;
pub mod spending;
pub mod steps;
pub mod trend;

pub use care::{Care, Months};
pub use goals::GoalSheet;
pub use issues::Issues;
pub use keeping::Keeping;
pub use list::{Band, List, MatrixCell, Suggestion};
pub use origins::{Origins, Yield};
pub use preferences::Preferences;
pub use recommending::Recommending;
pub use referring::{Benchmark, OwedThanks, Referring, StepOverdue, TreeNode};
pub use reward::{Booking, RewardUse};
pub use spending::Spending;
pub use steps::StepCheck;
pub use trend::Quarter;

/// Every measure of the programme on one day. The mailings' are in [`Memory::statuses`].
#[derive(Debug)]
pub struct Measures<'p> {
    /// The day.
    pub today: Date,
    /// The list against its target and its reach (R1, R3).
    pub list: List,
    /// Size against network with the tiers in it (R5), rows by size, then by network.
    pub matrix: Vec<MatrixCell<'p>>,
    /// Promotions and demotions that the ledger suggests (R5), in the order of the list.
    pub suggestions: Vec<Suggestion<'p>>,
    /// Each contact that is looked at, with planned, done and silence, in the order of the list (R10, R11, R13, R23).
    pub care: Vec<Care<'p>>,
    /// What was done in each month of the year, by tier (R10).
    pub months: Vec<Months>,
    /// Who refers, and what came of it (R19, R22).
    pub referring: Referring<'p>,
    /// Who came through whom (R22): the roots, in the order of the ledger.
    pub tree: Vec<TreeNode<'p>>,
    /// Thanks owed, the oldest first (R20).
    pub thanks_owed: Vec<OwedThanks<'p>>,
    /// Next steps that are late, the oldest first (R19).
    pub next_steps_overdue: Vec<StepOverdue<'p>>,
    /// The reward budget (R21); `None` without a policy.
    pub reward: Option<RewardUse<'p>>,
    /// Gifts and rewards of the year in one total (R8, R21); `None` where there are neither.
    pub spending: Option<Spending>,
    /// What there is to know where the next goal is agreed on (R22).
    pub goal: GoalSheet,
    /// Who was asked what suits them (R13).
    pub preferences: Preferences<'p>,
    /// How likely they are to recommend us (R17).
    pub recommending: Recommending,
    /// What brings referrals, and what comes of them (R22).
    pub origins: Origins,
    /// What is not well, and what was solved (R29).
    pub issues: Issues<'p>,
    /// Customers of a year ago who still are, and who left (R32).
    pub keeping: Keeping<'p>,
    /// Everybody who is to be asked, by wave (R17).
    pub asks: Vec<Ask<'p>>,
    /// The six steps, checked against the data (R24).
    pub steps: Vec<StepCheck>,
    /// The team, with the day each was briefed (R25).
    pub briefed: Vec<(&'p crate::model::settings::Member, Option<Date>)>,
}

impl<'p> Measures<'p> {
    /// Computes everything.
    pub fn new(memory: &Memory<'p>) -> Self {
        let programme = memory.programme;
        let (care, months) = rayon::join(|| care::care(memory), || care::months(memory));
        let thanks_owed = referring::thanks_owed(memory);
        let reward = reward::reward(memory);
        let spending = spending::spending(memory, reward.as_ref());
        let referring = referring::referring(memory);
        let steps = steps::steps(memory, &care, &thanks_owed, reward.as_ref());
        Measures {
            today: memory.today,
            list: list::list(memory),
            matrix: list::matrix(memory),
            suggestions: list::suggestions(memory),
            months,
            care,
            goal: goals::goal_sheet(memory, &referring, spending.as_ref()),
            referring,
            spending,
            preferences: preferences::preferences(memory),
            recommending: recommending::recommending(memory),
            tree: referring::tree(memory),
            thanks_owed,
            next_steps_overdue: referring::next_steps_overdue(memory),
            reward,
            origins: origins::origins(memory),
            issues: issues::issues(memory),
            keeping: keeping::keeping(memory),
            asks: asks(memory),
            steps,
            briefed: programme.settings.team.iter().map(|member| (member, member.briefed)).collect(),
        }
    }

    /// Who has heard nothing for longer than their tier allows, the longest silence first (R23).
    pub fn silent(&self) -> Vec<&Care<'p>> {
        let mut silent: Vec<&Care<'p>> = self.care.iter().filter(|care| care.is_silent()).collect();
        silent.sort_by_key(|care| std::cmp::Reverse(care.silence.unwrap_or(u32::MAX)));
        silent
    }

    /// Who got fewer touches this year than their tier is owed, the shortest first (R10).
    pub fn shortfalls(&self) -> Vec<&Care<'p>> {
        let mut short: Vec<&Care<'p>> = self.care.iter().filter(|care| care.missing() > 0).collect();
        short.sort_by_key(|care| std::cmp::Reverse(care.missing()));
        short
    }

    /// Who only ever hears from us to be sold to (R11).
    pub fn sales_only(&self) -> impl Iterator<Item = &Care<'p>> {
        self.care.iter().filter(|care| care.is_sales_only())
    }

    /// Who gets no more than they asked for (R13).
    pub fn capped(&self) -> impl Iterator<Item = &Care<'p>> {
        self.care.iter().filter(|care| care.max_per_year.is_some())
    }
}

/// A contact and their tier.
#[derive(Debug, Clone, Copy)]
pub struct Person<'p> {
    /// Who.
    pub contact: &'p Contact,
    /// Their tier.
    pub tier: Tier,
}

#[cfg(test)]
mod tests;

//! Who refers and what comes of it: the funnel, the rate, the tree, and what both sides are owed (R19, R20, R22).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Span;
use jiff::civil::Date;

use super::share::percent;
use super::trend::{Quarter, trend};
use crate::model::contact::{Contact, Kind};
use crate::model::id::{ContactId, TeamId};
use crate::model::ledger::{NextStep, Referral, Side, Stage};
use crate::model::money::{Currency, Money};
use crate::plan::agenda::{is_left_alone, thanks_due, thanks_owner};
use crate::plan::memory::Memory;
use crate::plan::thanks::thanked_on;

/// How a rate of referring contacts compares (R22).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Benchmark {
    /// Under 7 %.
    Below,
    /// From 7 %.
    Weak,
    /// From 15 %.
    Average,
    /// From 30 %.
    Success,
    /// From 50 %.
    Exceptional,
}

impl Benchmark {
    /// The marks in percent, each with what is reached there.
    pub const MARKS: [(u32, Benchmark); 4] =
        [(7, Benchmark::Weak), (15, Benchmark::Average), (30, Benchmark::Success), (50, Benchmark::Exceptional)];

    /// How `referrers` of `eligible` compare; computed without rounding.
    pub fn of(referrers: usize, eligible: usize) -> Self {
        let reached = |(mark, _): &&(u32, Benchmark)| eligible > 0 && referrers * 100 >= eligible * *mark as usize;
        Self::MARKS.iter().rfind(reached).map_or(Benchmark::Below, |(_, benchmark)| *benchmark)
    }

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Benchmark::Below => "below",
            Benchmark::Weak => "weak",
            Benchmark::Average => "average",
            Benchmark::Success => "success",
            Benchmark::Exceptional => "exceptional",
        }
    }
}

/// The ledger in figures.
#[derive(Debug, Clone)]
pub struct Referring<'p> {
    /// Lines of the ledger.
    pub total: usize,
    /// How many stand at each stage.
    pub by_stage: BTreeMap<Stage, usize>,
    /// How many have come at least this far: received, contacted, meeting, customer.
    pub funnel: [(Stage, usize); 4],
    /// Eligible contacts that have named somebody, in the order of the list.
    pub referrers: Vec<&'p Contact>,
    /// Those of them who named somebody within the last twelve months.
    pub last_12_months: usize,
    /// Active contacts of kind customer, former or partner.
    pub eligible: usize,
    /// The rate of the last twelve months at the end of each quarter, the oldest first.
    pub trend: Vec<Quarter>,
    /// How the rate of all years compares.
    pub benchmark: Benchmark,
    /// How the rate of the last twelve months compares: what a programme is worth today.
    pub benchmark_now: Benchmark,
    /// The own goal, in percent.
    pub goal: Option<u32>,
    /// Where it began, in percent.
    pub baseline: Option<u32>,
    /// Referrals that became customers.
    pub customers: usize,
    /// The goal for these.
    pub customers_goal: Option<u32>,
    /// The sum of the first purchases, by currency.
    pub value: BTreeMap<Currency, Money>,
    /// What was spent on rewards over all years.
    pub spent: Option<Money>,
    /// What a new customer has cost in rewards; `None` before the first.
    pub cost_per_customer: Option<Money>,
    /// What a new customer may cost at most: what another way to one costs, or what one is worth, whichever is less.
    pub break_even: Option<Money>,
}

impl Referring<'_> {
    /// Referrers in percent of eligible contacts, with one decimal, rounded half up; 0 where nobody is eligible.
    pub fn share(&self) -> f64 {
        percent(self.referrers.len(), self.eligible)
    }

    /// The same of the last twelve months.
    pub fn share_now(&self) -> f64 {
        percent(self.last_12_months, self.eligible)
    }
}

/// True where a contact counts in the denominator of the rate (R22).
fn is_eligible(contact: &Contact) -> bool {
    contact.tier().is_some() && matches!(contact.kind, Kind::Customer | Kind::Former | Kind::Partner)
}

/// The ledger in figures (R22).
pub fn referring<'p>(memory: &Memory<'p>) -> Referring<'p> {
    let programme = memory.programme;
    let referrals = &programme.referrals;
    let mut by_stage: BTreeMap<Stage, usize> = Stage::ALL.iter().map(|&stage| (stage, 0)).collect();
    referrals.iter().for_each(|referral| *by_stage.entry(referral.stage).or_default() += 1);
    let named: BTreeSet<&ContactId> = referrals.iter().map(|referral| &referral.referrer).collect();
    let eligible = || programme.contacts.iter().filter(|contact| is_eligible(contact));
    let referrers: Vec<&Contact> = eligible().filter(|contact| named.contains(&contact.id)).collect();
    let year_ago = memory.today.saturating_sub(Span::new().years(1));
    let recent = referrals.iter().filter(|referral| referral.received > year_ago && referral.received <= memory.today);
    let recent: BTreeSet<&ContactId> = recent.map(|referral| &referral.referrer).collect();
    let last_12_months = referrers.iter().filter(|contact| recent.contains(&contact.id)).count();
    let mut value: BTreeMap<Currency, Money> = BTreeMap::new();
    for purchase in referrals.iter().filter_map(|referral| referral.first_purchase.as_ref()) {
        let Money { minor, currency } = purchase.value;
        value.entry(currency).or_insert(Money { minor: 0, currency }).minor += minor;
    }
    let customers = by_stage[&Stage::Customer];
    let spent = super::reward::spent(memory);
    let cost = |money: Money| Money { minor: money.minor / i64::try_from(customers).unwrap_or(1).max(1), ..money };
    let baseline = &programme.settings.baseline;
    let limits = [baseline.acquisition_cost, baseline.customer_value];
    Referring {
        total: referrals.len(),
        by_stage,
        funnel: [Stage::Received, Stage::Contacted, Stage::Meeting, Stage::Customer]
            .map(|stage| (stage, referrals.iter().filter(|referral| came_to(referral, stage)).count())),
        eligible: eligible().count(),
        trend: trend(memory, &eligible().collect::<Vec<_>>()),
        benchmark: Benchmark::of(referrers.len(), eligible().count()),
        benchmark_now: Benchmark::of(last_12_months, eligible().count()),
        last_12_months,
        referrers,
        goal: programme.settings.goals.referring_share,
        baseline: baseline.referring_share,
        customers,
        customers_goal: programme.settings.goals.new_customers,
        value,
        cost_per_customer: spent.filter(|_| customers > 0).map(cost),
        spent,
        break_even: limits.into_iter().flatten().min_by_key(|money| money.minor),
    }
}

/// True where a referral has come at least to `stage`; what was lost counts as far as its dates go.
fn came_to(referral: &Referral, stage: Stage) -> bool {
    match referral.stage {
        Stage::Lost => {
            stage == Stage::Received || referral.reached.iter().any(|(at, _)| *at >= stage && *at != Stage::Lost)
        }
        at => at >= stage,
    }
}

/// Somebody who referred, and who came of it.
#[derive(Debug, Clone)]
pub struct TreeNode<'p> {
    /// Whom, where they are on the list.
    pub contact: Option<&'p Contact>,
    /// The referral that brought them; `None` for a root.
    pub referral: Option<&'p Referral>,
    /// Whom they named, in the order of the ledger.
    pub named: Vec<TreeNode<'p>>,
}

/// Who came through whom: a root for everybody who refers and was not referred, in the order of the ledger (R22).
pub fn tree<'p>(memory: &Memory<'p>) -> Vec<TreeNode<'p>> {
    let referrals = &memory.programme.referrals;
    let mut by_referrer: HashMap<&ContactId, Vec<&'p Referral>> = HashMap::new();
    referrals.iter().for_each(|referral| by_referrer.entry(&referral.referrer).or_default().push(referral));
    let came: BTreeSet<&ContactId> = referrals.iter().filter_map(|referral| referral.lead.contact.as_ref()).collect();
    let mut seen: BTreeSet<&ContactId> = BTreeSet::new();
    let mut roots = Vec::new();
    for referral in referrals {
        if !came.contains(&referral.referrer) && seen.insert(&referral.referrer) {
            let contact = memory.programme.contact(&referral.referrer);
            let named = branches(memory, &by_referrer, &referral.referrer);
            roots.push(TreeNode { contact, referral: None, named });
        }
    }
    roots
}

/// Validation made sure that referrals go in no circle, so this ends (R19).
fn branches<'p>(
    memory: &Memory<'p>,
    by_referrer: &HashMap<&ContactId, Vec<&'p Referral>>,
    referrer: &ContactId,
) -> Vec<TreeNode<'p>> {
    let named = by_referrer.get(referrer).into_iter().flatten();
    named
        .map(|&referral| {
            let contact = referral.lead.contact.as_ref().and_then(|id| memory.programme.contact(id));
            let named = contact.map_or_else(Vec::new, |contact| branches(memory, by_referrer, &contact.id));
            TreeNode { contact, referral: Some(referral), named }
        })
        .collect()
}

/// Thanks that a side of a referral is owed (R20).
#[derive(Debug, Clone, Copy)]
pub struct OwedThanks<'p> {
    /// For which referral.
    pub referral: &'p Referral,
    /// Which side.
    pub side: Side,
    /// Since when.
    pub since: Date,
    /// By when they should have been thanked.
    pub due: Date,
    /// Who should.
    pub owner: &'p TeamId,
}

/// Everybody who is owed thanks, the oldest debt first (R20).
pub fn thanks_owed<'p>(memory: &Memory<'p>) -> Vec<OwedThanks<'p>> {
    let sides =
        memory.programme.referrals.iter().flat_map(|referral| Side::ALL.iter().map(move |&side| (referral, side)));
    let mut owed: Vec<OwedThanks<'p>> = sides
        .filter(|(referral, side)| !is_left_alone(memory, referral, *side) && !is_of_another(memory, referral, *side))
        .filter(|(referral, side)| thanked_on(memory, referral, *side).is_none())
        .filter_map(|(referral, side)| {
            let since = referral.thanks_owed_since(side)?;
            let (due, owner) = (thanks_due(memory, since), thanks_owner(memory, referral, side));
            Some(OwedThanks { referral, side, since, due, owner })
        })
        .filter(|owed| !memory.programme.settings.is_before_start(owed.due))
        .collect();
    owed.sort_by_key(|owed| owed.since);
    owed
}

/// True where who was named is looked after in an earlier referral that names them too.
fn is_of_another(memory: &Memory<'_>, referral: &Referral, side: Side) -> bool {
    side == Side::Referred && memory.is_repeated(referral)
}

/// A next step whose day is past (R19).
#[derive(Debug, Clone, Copy)]
pub struct StepOverdue<'p> {
    /// Of which referral.
    pub referral: &'p Referral,
    /// Towards which side.
    pub side: Side,
    /// The step.
    pub step: &'p NextStep,
}

/// Every next step whose day is past, the oldest first (R19).
pub fn next_steps_overdue<'p>(memory: &Memory<'p>) -> Vec<StepOverdue<'p>> {
    let open = memory.programme.referrals.iter().filter(|referral| referral.stage.is_open());
    let sides = open.flat_map(|referral| Side::ALL.iter().map(move |&side| (referral, side)));
    let mut late: Vec<StepOverdue<'p>> = sides
        .filter(|(referral, side)| !is_left_alone(memory, referral, *side) && !is_of_another(memory, referral, *side))
        .filter_map(|(referral, side)| Some(StepOverdue { referral, side, step: referral.next.of(side)? }))
        .filter(|late| late.step.on < memory.today && !memory.programme.settings.is_before_start(late.step.on))
        .collect();
    late.sort_by_key(|late| late.step.on);
    late
}

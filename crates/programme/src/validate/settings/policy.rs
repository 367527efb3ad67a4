//! Rewards, cadence, goals and the baseline.

use std::collections::BTreeMap;

use super::super::node_path::{NodePath, Required};
use super::{SettingsReader, money, unknown_reward};
use crate::load::scalar::{Day, Lit, Table, Texts, Whole, Year};
use crate::load::wire;
use crate::load::word::TierLetter;
use crate::model::contact::Tier;
use crate::model::id::RewardId;
use crate::model::money::{Amount, Currency, Money};
use crate::model::settings::{Baseline, Cadence, Goals, Reward, RewardOption, THANK_WITHIN_DAYS};
use yaml::{Read, Step};

impl SettingsReader<'_, '_> {
    pub(super) fn reward(&mut self, wire: &wire::Reward, read: &Read<wire::Settings>) -> Option<Reward> {
        let spot = self.spot.key("reward");
        let wire::Reward { owner, year, budget, years, currency, thank_within_days, options, referrer, referred } =
            wire;
        let path = [Step::from("reward")];
        let mut need = Required { spot: &spot, read, path: &path, found: self.found };
        let owner = need.take(owner.as_ref(), "owner", "one person answers for the rewards (R21)");
        if years.is_none() {
            need.take(budget.as_ref(), "budget", "what may be spent in a year, like \"18000.00\"");
        }
        let currency = need.take(currency.as_ref(), "currency", "like SEK").map(|Lit(currency)| *currency);
        // Without it the amounts are read all the same: what is wrong with them is said in this run.
        let of_amounts = currency.unwrap_or(Currency::NONE);
        if let Some(Lit(owner)) = owner {
            self.found.extend(self.frame.check_member(owner, &spot.key("owner"), "the owner"));
        }
        let budget = budget.as_ref().and_then(|amount| self.money(amount, of_amounts, &spot.key("budget")));
        let mut by_year = BTreeMap::new();
        for (Year(year), wire::RewardYear { budget }) in years.iter().flat_map(|Table(years)| years) {
            let spot = spot.key("years").key(&year.to_string());
            if budget.is_none() && !read.is_faulty(&path, "years") {
                let error = spot.error("missing-key", "`budget` is missing");
                self.found.push(error.hint("what may be spent in that year, like \"18000.00\""));
            }
            let budget = budget.as_ref().and_then(|amount| self.money(amount, of_amounts, &spot.key("budget")));
            by_year.extend(budget.map(|budget| (*year, budget)));
        }
        // A budget that names its year is that year's.
        if let (Some(Lit(Year(year))), Some(budget)) = (year, budget) {
            by_year.entry(*year).or_insert(budget);
        }
        let options = self.reward_options(options.as_deref().unwrap_or_default(), of_amounts, &spot, read);
        let mut side = |ids: &Option<Vec<Lit<RewardId>>>, key: &str| -> Vec<RewardId> {
            let ids: Vec<RewardId> = ids.iter().flatten().map(|Lit(id)| id.clone()).collect();
            for (index, id) in ids.iter().enumerate() {
                self.found.extend(unknown_reward(id, self.frame, &spot.key(key).item(index)));
            }
            ids
        };
        let referrer = side(referrer, "referrer");
        let referred = side(referred, "referred");
        let is_told = ["referrer", "referred"].iter().any(|side| read.is_faulty(&path, side));
        if referrer.is_empty() != referred.is_empty() && !is_told {
            let missing = if referrer.is_empty() { "referrer" } else { "referred" };
            let warning = spot.warning("r21-one-sided", format!("the {missing} side gets nothing"));
            self.found.push(warning.hint("programmes that thank both sides do better"));
        }
        Some(Reward {
            owner: owner?.0.clone(),
            currency: currency?,
            budget: budget.filter(|_| year.is_none()),
            years: by_year,
            thank_within_days: thank_within_days.as_ref().map_or(THANK_WITHIN_DAYS, |Lit(Whole(days))| *days),
            options,
            referrer,
            referred,
        })
    }

    pub(super) fn reward_options(
        &mut self,
        wires: &[wire::RewardOption],
        currency: Currency,
        spot: &NodePath<'_>,
        read: &Read<wire::Settings>,
    ) -> Vec<RewardOption> {
        let mut options: Vec<RewardOption> = Vec::new();
        for (index, wire) in wires.iter().enumerate() {
            let spot = spot.key("options").item(index);
            let wire::RewardOption { id, label, cost, kind } = wire;
            let path = [Step::from("reward"), "options".into(), index.into()];
            let mut need = Required { spot: &spot, read, path: &path, found: self.found };
            let id = need.take(id.as_ref(), "id", "a short id, like `cinema`");
            let label = need.take(label.as_ref(), "label", "what it is called, a text a language");
            let cost = need.take(cost.as_ref(), "cost", "what it costs, like \"240.00\"; 0 if nothing");
            let kind = need.take(kind.as_ref(), "kind", "monetary or non-monetary");
            let cost = cost.and_then(|amount| self.money(amount, currency, &spot.key("cost")));
            let (Some(Lit(id)), Some(Texts(label)), Some(cost), Some(Lit(kind))) = (id, label, cost, kind) else {
                continue;
            };
            if options.iter().any(|other| other.id == *id) {
                self.found.push(spot.key("id").error("duplicate-id", format!("the id `{id}` is taken")));
            }
            options.push(RewardOption { id: id.clone(), label: label.clone(), cost, kind: *kind });
        }
        options
    }

    fn money(&mut self, amount: &Lit<Amount>, currency: Currency, spot: &NodePath<'_>) -> Option<Money> {
        money(amount, Some(currency), spot, self.found)
    }

    pub(super) fn cadence(
        &mut self,
        table: Option<&BTreeMap<TierLetter, wire::Cadence>>,
        read: &Read<wire::Settings>,
    ) -> BTreeMap<Tier, Cadence> {
        let number = |value: &Option<Lit<Whole>>| value.as_ref().map_or(0, |Lit(Whole(number))| *number);
        let mut cadence = BTreeMap::new();
        for (TierLetter(tier), wire) in table.into_iter().flatten() {
            let wire::Cadence { min_touches, max_gap_days, review_every } = wire;
            let max_gap_days = match number(max_gap_days) {
                0 => 365,
                days => days,
            };
            let review_every = review_every.as_ref().map(|Lit(interval)| *interval);
            cadence.insert(*tier, Cadence { min_touches: number(min_touches), max_gap_days, review_every });
        }
        if !read.is_faulty(&[], "cadence") {
            self.check_cadence(&cadence);
        }
        cadence
    }

    /// R9: a higher tier is owed no less, in number and in silence; R14: no tier goes without reviews.
    fn check_cadence(&mut self, cadence: &BTreeMap<Tier, Cadence>) {
        let spot = self.spot.key("cadence");
        let higher = cadence.iter().zip(cadence.iter().skip(1));
        for ((low, less), (high, more)) in higher {
            let (low, letter) = (low.letter(), high.letter());
            let too_little = [
                ("min_touches", more.min_touches < less.min_touches, more.min_touches, less.min_touches, "touches"),
                (
                    "max_gap_days",
                    more.max_gap_days > less.max_gap_days,
                    more.max_gap_days,
                    less.max_gap_days,
                    "days of silence",
                ),
            ];
            for (key, _, own, other, what) in too_little.into_iter().filter(|(_, is_less, ..)| *is_less) {
                let message = format!("tier {letter} is owed {own} {what}, tier {low} {other}");
                let warning = spot.key(letter).key(key).warning("r09-less-for-more", message);
                self.found.push(warning.hint("plan from the bottom up: who matters more never gets less"));
            }
        }
        for (tier, _) in cadence.iter().rev().filter(|(_, cadence)| cadence.review_every.is_none()) {
            let message = format!("tier {} has no account reviews", tier.letter());
            let warning = spot.key(tier.letter()).warning("r14-no-reviews", message);
            self.found.push(warning.hint("add `review_every: 12 months`: even where little can be sold, once a year"));
        }
    }

    pub(super) fn goals(&mut self, wire: Option<&wire::Goals>, read: &Read<wire::Settings>) -> Goals {
        let Some(wire::Goals { list_size, referring_share, new_customers, by }) = wire else { return Goals::default() };
        let number = |value: &Option<Lit<Whole>>| value.as_ref().map(|Lit(Whole(number))| *number);
        let is_undated = by.is_none() && !read.is_faulty(&["goals".into()], "by");
        if is_undated && (referring_share.is_some() || new_customers.is_some()) {
            let warning = self.spot.key("goals").warning("r22-goal-without-date", "the goals have no date");
            self.found.push(warning.hint("add `by: 2027-12-31`"));
        }
        if number(referring_share).is_some_and(|share| share > 100) {
            let spot = self.spot.key("goals").key("referring_share");
            self.found.push(spot.error("bad-value", "a share is at most 100 percent"));
        }
        Goals {
            list_size: number(list_size).unwrap_or(Goals::default().list_size),
            referring_share: number(referring_share),
            new_customers: number(new_customers),
            by: by.as_ref().map(|Lit(Day(day))| *day),
        }
    }

    pub(super) fn baseline(&mut self, wire: &wire::Baseline) -> Baseline {
        let wire::Baseline { referring_share, customer_value, acquisition_cost, currency } = wire;
        let spot = self.spot.key("baseline");
        let currency = currency.as_ref().map(|Lit(currency)| *currency).or(self.frame.currency);
        let mut read = |amount: &Option<Lit<Amount>>, key: &str| {
            amount.as_ref().and_then(|amount| money(amount, currency, &spot.key(key), self.found))
        };
        Baseline {
            referring_share: referring_share.as_ref().map(|Lit(Whole(share))| *share),
            customer_value: read(customer_value, "customer_value"),
            acquisition_cost: read(acquisition_cost, "acquisition_cost"),
        }
    }
}

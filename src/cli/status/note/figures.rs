//! How the programme is doing, a line a measure.

use std::fmt::Write;

use super::{Note, next_command};
use crate::model::money::Money;
use crate::model::text::counted;
use crate::plan::measure::list::List;
use crate::plan::measure::{Measures, Referring, StepCheck};
use crate::plan::memory::Memory;

impl Note<'_> {
    /// How the programme is doing, a line a measure.
    pub fn figures(&mut self, memory: &Memory<'_>, measures: &Measures<'_>) {
        self.line("");
        self.line(&self.terminal.paint("The programme", "1"));
        self.list(&measures.list);
        self.referrals(&measures.referring);
        if let Some(reward) = &measures.reward {
            let used = whole(reward.used);
            let mut spent = match reward.budget {
                Some(budget) => format!("{used} of {} used in {}", whole(budget), reward.year),
                None => format!("{used} used in {}, which has no budget", reward.year),
            };
            if let Some(spending) = measures.spending.filter(|spending| spending.gifts.minor > 0) {
                let _ = write!(spent, "; {} with gifts", whole(spending.total()));
            }
            self.figure("rewards", &spent);
        }
        let issues = &measures.issues;
        if !issues.open.is_empty() || !issues.solved.is_empty() {
            let mut text = format!("{} open, {} solved within twelve months", issues.open.len(), issues.solved.len());
            if let Some(days) = issues.median_days() {
                let _ = write!(text, ", mostly within {}", counted(days as usize, "day"));
            }
            self.figure("issues", &text);
        }
        if let Some(share) = measures.keeping.share() {
            let keeping = &measures.keeping;
            self.figure(
                "kept",
                &format!("{} of {} customers of a year ago: {share} %", keeping.kept, keeping.a_year_ago),
            );
        }
        let (short, all) = (measures.shortfalls(), measures.care.len());
        let behind = short.iter().filter(|care| !care.is_on_course()).count();
        let held = all - short.len();
        self.figure(
            "touches",
            &format!(
                "{held} of {all} have had what their tier is owed this year; {behind} will not with what is planned"
            ),
        );
        self.wishes(measures);
        self.steps(&measures.steps);
        if let Some(next) = next_command(memory) {
            self.line("");
            self.line(&format!("  {} {next}", self.terminal.paint("→", "36")));
        }
    }

    /// The list against its target, and whom it knows (R3).
    fn list(&mut self, list: &List) {
        let tiers: Vec<String> =
            list.by_tier.iter().rev().map(|(tier, count)| format!("{count} {}", tier.letter())).collect();
        self.figure(
            "list",
            &format!(
                "{} of {} contacts ({}), who know {} of {} people in theory; {} left alone",
                list.active,
                list.target,
                tiers.join(", "),
                grouped(list.reach),
                grouped(list.target_reach),
                list.do_not_contact,
            ),
        );
    }

    /// How many name others, and what came of it (R22).
    fn referrals(&mut self, referring: &Referring<'_>) {
        let mut share = format!(
            "{} of {} named others within twelve months: {} %, {}",
            referring.last_12_months,
            referring.eligible,
            referring.share_now(),
            referring.benchmark_now.name()
        );
        if let Some(goal) = referring.goal {
            let _ = write!(share, "; the goal is {goal} %");
        }
        let _ = write!(share, "; {} ever", referring.referrers.len());
        self.figure("rate", &share);
        let value: Vec<String> = referring.value.values().map(|value| whole(*value)).collect();
        let mut funnel = format!("{} named, {} became customers", referring.total, referring.customers);
        if !value.is_empty() {
            let _ = write!(funnel, ", first purchases {}", value.join(" and "));
        }
        self.figure("ledger", &funnel);
    }

    /// How many told us what suits them (R13), and whether they would recommend us (R17).
    fn wishes(&mut self, measures: &Measures<'_>) {
        let (asked, never) = (measures.preferences.asked.len(), measures.preferences.never_asked.len());
        let mut wishes = format!("{asked} of {} were asked what suits them", asked + never);
        if let Some(score) = measures.recommending.score() {
            let _ = write!(wishes, "; net promoter score {score:+}");
        }
        self.figure("wishes", &wishes);
    }

    /// The six steps, and why one does not hold (R24).
    fn steps(&mut self, steps: &[StepCheck]) {
        let failing: Vec<_> = steps.iter().filter(|check| !check.holds).collect();
        let held = steps.len() - failing.len();
        self.figure("steps", &format!("{held} of {} hold", steps.len()));
        for check in failing {
            let name = check.step.name().replace('_', " ");
            self.wrapped(&" ".repeat(13), &format!("{} {name}: {}", self.terminal.paint("!", "1;31"), check.why));
        }
    }

    fn figure(&mut self, name: &str, text: &str) {
        self.wrapped(&format!("    {name:<8} "), text);
    }
}

/// An amount in whole units, as it is read.
fn whole(money: Money) -> String {
    let unit = 10_i64.pow(money.currency.decimals());
    format!("{} {}", grouped(money.minor.div_euclid(unit).unsigned_abs()), money.currency)
}

/// A number with a blank between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    text
}

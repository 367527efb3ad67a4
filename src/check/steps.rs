//! Steps of getting started that are said to be done and do not hold (R24).

use crate::load::places;
use crate::model::settings::Step;
use crate::plan::Memory;
use crate::plan::measure::steps;
use crate::validate::apply_levels;
use source::diagnostic::Diagnostic;

/// A finding for each step that is claimed and that the data do not bear out.
pub fn findings(memory: &Memory<'_>) -> Vec<Diagnostic> {
    let settings = &memory.programme.settings;
    if settings.steps.is_empty() {
        return Vec::new();
    }
    // A list that is written down and short of its target grows (R3): that is no step that does not hold.
    let claimed = |check: &steps::StepCheck| {
        let is_past = check.claimed.is_some_and(|on| on <= memory.today);
        !check.holds && is_past && check.step != Step::List
    };
    let finding = |check: steps::StepCheck| {
        let name = check.step.name();
        let message = format!("step `{name}` is said to be done and does not hold: {}", check.why);
        let place = places::of_setting(memory.programme, &["steps".into(), name.into()]);
        let warning = Diagnostic::warning("r24-step", message).place(place);
        warning.hint("`bevara status` looks at the data of each step; empty the date until it holds")
    };
    let mut found: Vec<Diagnostic> = steps::checked(memory).into_iter().filter(claimed).map(finding).collect();
    apply_levels(&settings.severity, &mut found);
    found
}

//! Everything there is to find in a programme that loads: what the plan lacks, and every mailing rendered for every recipient.

use crate::diagnostic::Diagnostic;
use crate::load::places;
use crate::model::programme::Programme;
use crate::plan::audience::{Audience, Narrowing, Roster};
use crate::plan::coverage::{self, PlanFinding};
use crate::render::compose::Composer;
use crate::validate::apply_levels;

pub mod lint;
mod messages;
pub mod outside;
pub mod signing;
mod standing_text;

/// All findings about plan, texts and messages; `audiences` are those of every mailing.
pub fn findings<'p>(
    programme: &'p Programme,
    narrowing: &dyn Narrowing,
    composer: &'p Composer<'p>,
    audiences: &[Audience<'p>],
) -> Vec<Diagnostic> {
    let mut found = plan_findings(programme, narrowing);
    found.extend(standing_text::findings(programme));
    found.extend(lint::addresses(programme));
    for audience in audiences {
        found.extend(messages::findings(programme, composer, audience));
    }
    apply_levels(&programme.settings.severity, &mut found);
    found
}

/// What the plans and the list lack (R4, R7, R8, R10).
pub fn plan_findings(programme: &Programme, narrowing: &dyn Narrowing) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> =
        coverage::findings(programme, narrowing).into_iter().map(|finding| placed(programme, finding)).collect();
    apply_levels(&programme.settings.severity, &mut found);
    found
}

/// The audiences of every mailing of the programme.
pub fn audiences<'p>(programme: &'p Programme, roster: &Roster<'p>) -> Vec<Audience<'p>> {
    programme.mailings().map(|mailing| roster.audience(mailing)).collect()
}

fn placed(programme: &Programme, finding: PlanFinding) -> Diagnostic {
    let PlanFinding { code, message, hint, origin, year } = finding;
    let mut warning = Diagnostic::warning(code, message);
    warning.hint = hint;
    match (origin, year) {
        (Some(origin), _) => warning.place(places::of_item(programme, origin)),
        (None, Some(year)) => warning.in_file(format!("content/plan/{year}.yaml")),
        (None, None) => warning,
    }
}

//! Everything there is to find in a programme that loads: what the plan lacks, and every mailing rendered for every recipient.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::diagnostic::Diagnostic;
use crate::load::places;
use crate::model::programme::Programme;
use crate::plan::audience::{Audience, Narrowing, Roster};
use crate::plan::coverage::{self, PlanFinding};
use crate::plan::{Recipient, Route};
use crate::render::compose::{Composed, Composer};
use crate::validate::apply_levels;

pub mod lint;
mod standing_text;

/// All findings about plan, texts and messages; `audiences` are those of every mailing.
pub fn findings(
    programme: &Programme,
    narrowing: &dyn Narrowing,
    composer: &Composer<'_>,
    audiences: &[Audience<'_>],
) -> Vec<Diagnostic> {
    let mut found = plan_findings(programme, narrowing);
    found.extend(standing_text::findings(programme));
    found.extend(lint::addresses(programme));
    for audience in audiences {
        found.extend(messages(programme, composer, audience));
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

/// Renders one mailing for all its readers by e-mail; what is wrong in one place is said once, with how many it concerns.
/// The linter looks at the first message of each tier and language, and at every subject.
fn messages(programme: &Programme, composer: &Composer<'_>, audience: &Audience<'_>) -> Vec<Diagnostic> {
    let by_mail = |recipient: &&Recipient<'_>| matches!(recipient.route(), Route::Email(_));
    let mut kinds = BTreeSet::new();
    let readers: Vec<(&Recipient<'_>, bool)> = audience
        .recipients
        .iter()
        .filter(by_mail)
        .map(|recipient| (recipient, kinds.insert((recipient.tier(), recipient.contact().language))))
        .collect();
    let looked: Vec<Looked> = readers
        .par_iter()
        .map(|(recipient, first)| match composer.compose(audience.mailing, recipient) {
            Ok(composed) => look_at(programme, audience, recipient, &composed, *first),
            Err(error) => Looked { failed: Some(*error), ..Looked::default() },
        })
        .collect();
    let mut found: Vec<Diagnostic> = Vec::new();
    let mut failed: Vec<(Diagnostic, usize)> = Vec::new();
    for Looked { failed: error, subject, message } in looked {
        found.extend(message);
        let alike = |one: &Diagnostic, other: &Diagnostic| one.place == other.place && one.code == other.code;
        for finding in subject {
            if !found.iter().any(|known| alike(known, &finding)) {
                found.push(finding);
            }
        }
        if let Some(error) = error {
            match failed.iter_mut().find(|(known, _)| alike(known, &error)) {
                Some((_, more)) => *more += 1,
                None => failed.push((error, 0)),
            }
        }
    }
    let with_count = failed.into_iter().map(|(mut error, more)| {
        if more > 0 {
            error.message = format!("{} and {more} more", error.message);
        }
        error
    });
    found.into_iter().chain(with_count).collect()
}

/// What was found in one message.
#[derive(Default)]
struct Looked {
    failed: Option<Diagnostic>,
    subject: Vec<Diagnostic>,
    message: Vec<Diagnostic>,
}

fn look_at(
    programme: &Programme,
    audience: &Audience<'_>,
    recipient: &Recipient<'_>,
    composed: &Composed<'_>,
    in_full: bool,
) -> Looked {
    let chain = programme.settings.languages.chain(recipient.contact().language);
    let content = programme.content(audience.mailing).pick(&chain, Some(recipient.tier()));
    let subject = content.map_or_else(Vec::new, |(_, content)| {
        lint::subject_line(content, &composed.subject, recipient.contact().id.as_str())
    });
    let whole = in_full.then(|| lint::Subject::new(programme, audience.mailing, recipient, composed)).flatten();
    Looked { failed: None, subject, message: whole.map_or_else(Vec::new, |whole| lint::lint(&whole)) }
}

//! Everything there is to find in a programme that loads: what the plan lacks, and every mailing rendered for every recipient.

use rayon::prelude::*;

use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::load::places;
use crate::model::programme::Programme;
use crate::plan::audience::{Audience, Narrowing, Roster};
use crate::plan::coverage::{self, PlanFinding};
use crate::plan::{Recipient, Route};
use crate::render::compose::{Composer, LONGEST_SUBJECT};
use crate::validate::apply_levels;

pub mod signing;
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

/// Renders one mailing for all its readers by e-mail; what goes wrong in one place is said once, with how many it concerns.
fn messages(programme: &Programme, composer: &Composer<'_>, audience: &Audience<'_>) -> Vec<Diagnostic> {
    let by_mail = |recipient: &&Recipient<'_>| matches!(recipient.route(), Route::Email(_));
    let readers: Vec<&Recipient<'_>> = audience.recipients.iter().filter(by_mail).collect();
    let made: Vec<Result<String, Box<Diagnostic>>> = readers
        .par_iter()
        .map(|recipient| composer.compose(audience.mailing, recipient).map(|composed| composed.subject))
        .collect();
    let mut failed: Vec<(Diagnostic, usize)> = Vec::new();
    let mut long = None;
    for (recipient, made) in readers.iter().zip(made) {
        match made {
            Ok(subject) if subject.chars().count() > LONGEST_SUBJECT && long.is_none() => {
                long = Some(long_subject(programme, audience, recipient, &subject));
            }
            Ok(_) => {}
            Err(error) => {
                match failed.iter_mut().find(|(known, _)| known.place == error.place && known.code == error.code) {
                    Some((_, more)) => *more += 1,
                    None => failed.push((*error, 0)),
                }
            }
        }
    }
    let with_count = failed.into_iter().map(|(mut error, more)| {
        if more > 0 {
            error.message = format!("{} and {more} more", error.message);
        }
        error
    });
    with_count.chain(long).collect()
}

fn long_subject(
    programme: &Programme,
    audience: &Audience<'_>,
    recipient: &Recipient<'_>,
    subject: &str,
) -> Diagnostic {
    let length = subject.chars().count();
    let message = format!("the subject has {length} characters for `{}`: {subject}", recipient.contact().id);
    let chain = programme.settings.languages.chain(recipient.contact().language);
    let content = programme.content(audience.mailing).pick(&chain, Some(recipient.tier()));
    let place = content.map_or_else(
        || places::of_mailing(programme, audience.mailing, "content"),
        |(_, content)| Place::File(content.file.path().to_owned()),
    );
    let hint = format!("mail programs cut it at about {LONGEST_SUBJECT}");
    Diagnostic { severity: Severity::Warning, ..Diagnostic::error("long-subject", message) }.place(place).hint(hint)
}

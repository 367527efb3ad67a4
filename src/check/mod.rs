//! Everything there is to find in a programme that loads: what the plan lacks, and every mailing rendered for every recipient.

use crate::load::places;
use crate::model::mailing::Mailing;
use crate::model::programme::Programme;
use crate::plan::Recipient;
use crate::plan::audience::{Audience, Roster};
use crate::plan::coverage::{self, PlanFinding};
use crate::products::{mail, post};
use crate::render::compose::{Composed, Composer};
use crate::render::site_pages::SitePages;
use crate::validate::apply_levels;
use source::diagnostic::Diagnostic;

pub mod outside;
pub mod signing;
mod standing_text;

/// All findings about plan, texts and messages of every mailing.
pub fn findings<'p>(programme: &'p Programme, roster: &Roster<'p>, composer: &'p Composer<'p>) -> Vec<Diagnostic> {
    let mut found = plan_findings(programme, roster);
    found.extend(standing_text::findings(programme));
    found.extend(mail::lint::addresses(programme));
    let addresses = SitePages::new(programme);
    let mut paper = post::findings::Desk::new(programme, composer, &addresses);
    for mailing in programme.mailings() {
        let audience = roster.audience(mailing);
        found.extend(mail::findings::findings(programme, composer, &audience, &addresses));
        paper.look_at(&audience);
    }
    found.extend(paper.findings());
    apply_levels(&programme.settings.severity, &mut found);
    found
}

/// All findings that concern one mailing before it leaves: plan and list, the standing text, its messages.
pub fn findings_before_sending<'p>(
    programme: &'p Programme,
    roster: &Roster<'p>,
    composer: &'p Composer<'p>,
    audience: &Audience<'p>,
) -> Vec<Diagnostic> {
    let mut found = plan_findings(programme, roster);
    found.extend(standing_text::findings(programme));
    found.extend(mail::lint::addresses(programme));
    found.extend(mail::findings::findings(programme, composer, audience, &SitePages::new(programme)));
    apply_levels(&programme.settings.severity, &mut found);
    found
}

/// All findings about the messages of one mailing.
pub fn mailing_findings<'p>(
    programme: &'p Programme,
    composer: &'p Composer<'p>,
    audience: &Audience<'p>,
) -> Vec<Diagnostic> {
    let mut found = mail::findings::findings(programme, composer, audience, &SitePages::new(programme));
    apply_levels(&programme.settings.severity, &mut found);
    found
}

/// All findings about one message: what the linter says, and its subject.
pub fn message_findings(
    programme: &Programme,
    mailing: &Mailing,
    recipient: &Recipient<'_>,
    composed: &Composed<'_>,
) -> Vec<Diagnostic> {
    let addresses = SitePages::new(programme);
    let subject = mail::lint::Subject::new(programme, mailing, recipient, composed, &addresses);
    let Some(subject) = subject else { return Vec::new() };
    let mut found = mail::lint::lint(&subject);
    found.extend(mail::lint::subject_line(subject.content, &composed.subject, recipient.contact().id.as_str()));
    apply_levels(&programme.settings.severity, &mut found);
    found
}

/// What the plans and the list lack (R4, R7, R8, R10).
pub fn plan_findings(programme: &Programme, roster: &Roster<'_>) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> =
        coverage::findings(programme, roster).into_iter().map(|finding| placed(programme, finding)).collect();
    apply_levels(&programme.settings.severity, &mut found);
    found
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

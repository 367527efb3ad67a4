//! Everything there is to find in a programme that loads: what the plan lacks, and every mailing rendered for every recipient.

use jiff::civil::Date;

use crate::load::{Folder, places};
use crate::model::channel::Channel;
use crate::model::content::ContentFile;
use crate::model::mailing::Mailing;
use crate::model::programme::Programme;
use crate::plan::Recipient;
use crate::plan::audience::{Audience, Roster};
use crate::plan::coverage;
use crate::plan::finding::PlanFinding;
use crate::products::site::{Copies, Site};
use crate::products::{mail, post};
use crate::render::compose::{Composed, Composer};
use crate::render::engine::Engine;
use crate::render::inputs::Inputs;
use crate::render::links::LinkKey;
use crate::render::narrowing::Conditions;
use crate::render::site_pages::SitePages;
use crate::validate::{apply_levels, validate};
use source::diagnostic::{Diagnostic, Diagnostics};
use store::digest::Digest;

mod approval;
pub mod doctor;
pub mod fix;
mod folded;
pub mod forgotten;
mod hint;
mod languages;
pub mod outside;
mod own_links;
mod pictures;
mod placeholder;
mod portraits;
mod public;
mod reach;
pub mod signing;
mod standing_text;
pub mod steps;
mod undefined;
mod unused;

pub use folded::folded;

/// What earlier checks found nothing wrong with, by digests of everything that they looked at.
pub trait Verdicts: Sync {
    /// Nothing was found where exactly this was looked at.
    fn is_clean(&self, inputs: Digest) -> bool;

    /// Remembers that nothing was found.
    fn note_clean(&self, inputs: Digest);
}

/// Nothing is known from earlier.
pub struct NoVerdicts;

impl Verdicts for NoVerdicts {
    fn is_clean(&self, _: Digest) -> bool {
        false
    }

    fn note_clean(&self, _: Digest) {}
}

/// What `look` finds, unless it is known to find nothing in this.
fn recalled(verdicts: &dyn Verdicts, inputs: Digest, look: impl FnOnce() -> Vec<Diagnostic>) -> Vec<Diagnostic> {
    if verdicts.is_clean(inputs) {
        return Vec::new();
    }
    let found = look();
    if found.is_empty() {
        verdicts.note_clean(inputs);
    }
    found
}

/// Everything that is wrong with the programme in these files, as far as one gets with it.
pub fn of_folder(folder: &Folder, today: Date, verdicts: &dyn Verdicts) -> Diagnostics {
    let mut found = Vec::new();
    if let Some(programme) = validate(folder, today, &mut found) {
        found.extend(of_programme(&programme, today, verdicts));
    }
    folded(found)
}

/// The same of what could be read: templates, plan, texts, messages and the site.
fn of_programme(programme: &Programme, today: Date, verdicts: &dyn Verdicts) -> Vec<Diagnostic> {
    let (engine, conditions) = match (Engine::new(programme), Conditions::new(programme)) {
        (Ok(engine), Ok(conditions)) => (engine, conditions),
        (engine, conditions) => return engine.err().into_iter().chain(conditions.err()).flatten().collect(),
    };
    let key = LinkKey::new(None, &programme.settings);
    let composer = match Composer::new(programme, &engine, &key) {
        Ok(composer) => composer,
        Err(error) => return vec![*error],
    };
    let roster = Roster::new(programme, &conditions);
    let mut found = findings(programme, &roster, &composer, today, verdicts);
    match Site::render(programme, &engine, &composer, today, Copies::Plain) {
        Ok(site) => found.extend(site.warnings().iter().cloned()),
        Err(errors) => found.extend(errors),
    }
    found
}

/// All findings about plan, texts and messages of every mailing. What `verdicts` knows to be clean is not rendered again.
pub fn findings<'p>(
    programme: &'p Programme,
    roster: &Roster<'p>,
    composer: &'p Composer<'p>,
    today: Date,
    verdicts: &dyn Verdicts,
) -> Vec<Diagnostic> {
    let mut found = plan_findings(programme, roster, today);
    found.extend(standing_text::findings(programme));
    found.extend(languages::findings(programme));
    found.extend(approval::findings(programme));
    found.extend(mail::lint::addresses(programme));
    let addresses = SitePages::new(programme);
    let inputs = Inputs::new(programme, Digest::of(composer.key().as_bytes()));
    let mut on_paper = Digest::builder();
    let mut reach = reach::Reach::new(programme, today);
    for mailing in programme.mailings() {
        let own = inputs.of(mailing);
        if mailing.channel != Channel::Email {
            on_paper.add(&own.to_string());
        }
        let audience = roster.audience(mailing);
        found.extend(recalled(verdicts, own, || {
            let is_clean = |text: &ContentFile| verdicts.is_clean(inputs.of_text(mailing, text));
            let looked = mail::findings::of_texts(programme, composer, &audience, &addresses, &is_clean);
            looked.clean.into_iter().for_each(|text| verdicts.note_clean(inputs.of_text(mailing, text)));
            looked.found
        }));
        reach.look_at(&audience, roster);
    }
    found.extend(recalled(verdicts, on_paper.finish(), || {
        let mut paper = post::findings::LetterChecks::new(programme, composer, &addresses);
        programme.mailings().for_each(|mailing| paper.look_at(&roster.audience(mailing)));
        paper.findings()
    }));
    found.extend(reach.findings());
    found.extend(placeholder::findings(programme));
    found.extend(portraits::findings(programme));
    found.extend(pictures::findings(programme));
    found.extend(undefined::findings(programme));
    found.extend(own_links::findings(programme, &addresses));
    found.extend(public::findings(programme));
    found.extend(unused::findings(programme));
    apply_levels(&programme.settings.severity, &mut found);
    found
}

/// All findings that concern one mailing before it leaves: plan and list, the standing text, its messages.
pub fn findings_before_sending<'p>(
    programme: &'p Programme,
    roster: &Roster<'p>,
    composer: &'p Composer<'p>,
    audience: &Audience<'p>,
    today: Date,
) -> Vec<Diagnostic> {
    let mut found = plan_findings(programme, roster, today);
    found.extend(standing_text::findings(programme));
    found.extend(approval::findings(programme));
    found.extend(mail::lint::addresses(programme));
    found.extend(mail::findings::findings(programme, composer, audience, &SitePages::new(programme)));
    found.extend(placeholder::in_mailing(programme, audience.mailing));
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
    found.extend(composed.left_over.iter().cloned());
    found.extend(mail::lint::subject_line(subject.content, &composed.subject, recipient.contact().id.as_str()));
    apply_levels(&programme.settings.severity, &mut found);
    found
}

/// What the plans and the list lack (R4, R7, R8, R10).
pub fn plan_findings(programme: &Programme, roster: &Roster<'_>, today: Date) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> =
        coverage::findings(programme, roster, today).into_iter().map(|finding| placed(programme, finding)).collect();
    apply_levels(&programme.settings.severity, &mut found);
    found
}

/// What is to be said of the next year's plan (R34).
pub fn next_year(programme: &Programme, today: Date) -> Vec<Diagnostic> {
    let finding = coverage::next_year(programme, today).map(|finding| placed(programme, finding));
    let mut found: Vec<Diagnostic> = finding.into_iter().collect();
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

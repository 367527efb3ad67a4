//! What stands between a mailing and its leaving: errors, a build that differs, the work tree, the calendar.

use std::collections::{BTreeMap, HashMap};

use crate::check;
use crate::cli::Outcome;
use crate::cli::session::{Session, Workshop, report_errors};
use crate::cli::terminal::Terminal;
use crate::emit::edition::Edition;
use crate::emit::manifest::{self, Built};
use crate::model::id::ContactId;
use crate::model::mailing::Mailing;
use crate::model::text::counted;
use crate::plan::audience::Audience;
use crate::send::outbox::{self, Chosen, Difference, Dispatch};
use source::diagnostic::{Diagnostic, Diagnostics};

use super::git::WorkTree;

/// Most ids that are named.
const MOST_NAMED: usize = 5;

/// Refuses where anything is wrong with the programme or this mailing.
pub fn findings<'p>(
    audience: &Audience<'p>,
    workshop: &'p Workshop<'p>,
    session: &Session,
    terminal: &Terminal,
) -> Result<(), Outcome> {
    let found = check::findings_before_sending(workshop.programme, &workshop.roster, &workshop.composer, audience);
    let findings: Diagnostics = session.found.iter().cloned().chain(found).collect();
    match findings.has_errors() {
        true => Err(report_errors(findings.into_iter().collect(), terminal)),
        false => Ok(()),
    }
}

/// The messages that are chosen, each equal to what was built and looked at; refuses where one is not.
pub fn as_built(
    edition: &Edition<'_, '_>,
    chosen: &[Chosen],
    session: &Session,
    terminal: &Terminal,
) -> Result<Vec<Dispatch>, Outcome> {
    let mailing = edition.audience().mailing;
    let built = read_manifest(mailing, session, terminal)?;
    let compared = outbox::compare(edition, chosen, &built.unwrap_or_default());
    let (dispatches, differences) = compared.map_err(|error| report_errors(vec![*error], terminal))?;
    match differences.is_empty() {
        true => Ok(dispatches),
        false => Err(report_errors(vec![differs(mailing, &differences, chosen.len())], terminal)),
    }
}

fn read_manifest(
    mailing: &Mailing,
    session: &Session,
    terminal: &Terminal,
) -> Result<Option<HashMap<ContactId, Built>>, Outcome> {
    manifest::read(&session.root.join("output"), &mailing.id).map_err(|error| {
        terminal.failure(&format!("cannot read output/{}: {error}", manifest::path(&mailing.id)), None);
        Outcome::Environment
    })
}

fn differs(mailing: &Mailing, differences: &[(ContactId, Difference)], of: usize) -> Diagnostic {
    let hint = format!("`bevara build --mailing {}`, look at it, and send again", mailing.id);
    let path = format!("output/{}", manifest::path(&mailing.id));
    if differences.len() == of && differences.iter().all(|(_, difference)| *difference == Difference::New) {
        let message = format!("no message of `{}` was built", mailing.id);
        return Diagnostic::error("not-built", message).in_file(path).hint(hint);
    }
    let mut kinds: BTreeMap<Difference, usize> = BTreeMap::new();
    for (_, difference) in differences {
        *kinds.entry(*difference).or_default() += 1;
    }
    let kinds: Vec<String> = kinds.iter().map(|(kind, count)| format!("{count} {}", kind.name())).collect();
    let message = format!(
        "what would leave is not what was built: {} of {} ({})",
        kinds.join(", "),
        counted(of, "message"),
        some(differences.iter().map(|(contact, _)| contact.as_str())),
    );
    Diagnostic::error("differs-from-build", message).in_file(path).hint(hint)
}

/// The first few of many names.
pub fn some<'n>(names: impl ExactSizeIterator<Item = &'n str>) -> String {
    let more = names.len().saturating_sub(MOST_NAMED);
    let mut shown: Vec<String> = names.take(MOST_NAMED).map(str::to_owned).collect();
    if more > 0 {
        shown.push(format!("and {more} more"));
    }
    shown.join(", ")
}

/// What git has to say before anything leaves.
#[derive(Default)]
pub struct Provenance {
    /// The commit it leaves from.
    pub commit: Option<String>,
    /// Why it should not leave, and what to do.
    pub obstacle: Option<(String, String)>,
    /// What could not be found out.
    pub note: Option<String>,
}

/// Asks git; with `fetch` it asks the upstream too, which a dry run does not.
pub fn provenance(mailing: &Mailing, allow_dirty: bool, fetch: bool, session: &Session) -> Provenance {
    let Some(tree) = WorkTree::of(&session.root) else { return Provenance::default() };
    let mut provenance = Provenance { commit: tree.commit(), ..Provenance::default() };
    let uncommitted = tree.uncommitted();
    if !uncommitted.is_empty() && !allow_dirty {
        let message = format!("not committed: {}", some(uncommitted.iter().map(String::as_str)));
        provenance.obstacle = Some((message, "commit it first, or say --allow-dirty".to_owned()));
        return provenance;
    }
    if fetch && !tree.fetch() {
        provenance.note = Some("the upstream cannot be asked: going by what was fetched last".to_owned());
    }
    let behind = tree.commits_behind(&mailing.id);
    if behind > 0 {
        let message =
            format!("somebody else has sent some of this: the journal is {} behind", counted(behind, "commit"));
        provenance.obstacle = Some((message, "git pull, then look again".to_owned()));
    }
    provenance
}

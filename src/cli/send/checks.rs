//! What stands between a mailing and its leaving: errors, a build that differs, the work tree, the calendar.

use std::collections::{BTreeMap, HashMap};

use crate::check;
use crate::cli::Outcome;
use crate::cli::session::{Session, Workshop, report_errors};
use crate::cli::terminal::Terminal;
use crate::model::id::ContactId;
use crate::model::mailing::Mailing;
use crate::model::text::counted;
use crate::plan::audience::Audience;
use crate::products::mail::batch::Batch;
use crate::products::mail::manifest::{self, Built};
use crate::send::outbox::{self, Chosen, Difference, Dispatch};
use source::diagnostic::{Diagnostic, Diagnostics};

use super::git::{Upstream, WorkTree};
use super::{Arguments, Via, lost};
use crate::load::journals;

/// Most ids that are named.
const MAX_NAMED: usize = 5;

/// Refuses where anything is wrong with the programme or this mailing.
pub fn findings<'p>(
    audience: &Audience<'p>,
    workshop: &'p Workshop<'p>,
    session: &Session,
    terminal: &Terminal,
) -> Result<(), Outcome> {
    let Workshop { programme, roster, composer, .. } = workshop;
    let found = check::findings_before_sending(programme, roster, composer, audience, session.today);
    let findings: Diagnostics = session.found.iter().cloned().chain(found).collect();
    match findings.has_errors() {
        true => Err(report_errors(findings.into_iter().collect(), terminal)),
        false => Ok(()),
    }
}

/// The messages that are chosen, each equal to what was built and looked at; refuses where one is not.
pub fn as_built(
    batch: &Batch<'_, '_>,
    chosen: &[Chosen],
    session: &Session,
    terminal: &Terminal,
) -> Result<Vec<Dispatch>, Outcome> {
    let mailing = batch.audience().mailing;
    let built = read_manifest(mailing, session, terminal)?;
    let compared = outbox::compare(batch, chosen, &built.unwrap_or_default());
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
    // One that is not what the build wrote is none.
    manifest::read_as_built(&session.root.join("output"), &mailing.id).map_err(|error| {
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
    let more = names.len().saturating_sub(MAX_NAMED);
    let mut shown: Vec<String> = names.take(MAX_NAMED).map(str::to_owned).collect();
    if more > 0 {
        shown.push(format!("and {more} more"));
    }
    shown.join(", ")
}

/// What git has to say before anything leaves.
pub struct Provenance {
    /// The commit it leaves from.
    pub commit: Option<String>,
    /// Why it should not leave, and what to do.
    pub obstacles: Vec<(String, String)>,
    /// What could not be found out, and nobody wanted to know.
    pub notes: Vec<String>,
    /// The exit code where something stands in the way.
    pub outcome: Outcome,
}

impl Provenance {
    fn obstacle(&mut self, message: String, hint: &str) {
        self.obstacles.push((message, hint.to_owned()));
    }
}

/// Asks git; with `fetch` it asks the upstream too, which a dry run does not.
pub fn provenance(mailing: &Mailing, arguments: &Arguments, fetch: bool, session: &Session) -> Provenance {
    let mut provenance =
        Provenance { commit: None, obstacles: Vec::new(), notes: Vec::new(), outcome: Outcome::Errors };
    // What is written into a file here can still be looked at, and taken back.
    let is_a_file = matches!(arguments.via, Via::Maildir(_) | Via::Mbox(_));
    let (nothing, is_allowed) = match WorkTree::of(&session.root) {
        Ok(Some(tree)) => {
            ask(&tree, mailing, arguments, fetch, session, &mut provenance);
            return provenance;
        }
        Ok(None) => ("this is no git work tree".to_owned(), arguments.allow_dirty || is_a_file),
        Err(no_answer) => (no_answer.to_string(), arguments.allow_dirty),
    };
    let message = format!("{nothing}: nobody knows what was changed, or sent elsewhere");
    match is_allowed {
        true => provenance.notes.push(message),
        false => provenance.obstacle(message, "say --allow-dirty to send all the same"),
    }
    provenance
}

fn ask(
    tree: &WorkTree,
    mailing: &Mailing,
    arguments: &Arguments,
    fetch: bool,
    session: &Session,
    provenance: &mut Provenance,
) {
    provenance.commit = tree.commit();
    if let Some((name, count)) = lost::committed(mailing, tree, session) {
        let message = format!("{}/{name} lacks {} that are committed", journals::FOLDER, counted(count, "line"));
        provenance.obstacle(message, "bring it back: git checkout -- contacts/journal");
        provenance.outcome = Outcome::Environment;
    }
    match tree.uncommitted() {
        Ok(paths) if paths.is_empty() => {}
        Ok(_) if arguments.allow_dirty => {}
        Ok(paths) => {
            let message = format!("not committed: {}", some(paths.iter().map(String::as_str)));
            provenance.obstacle(message, "commit it first, or say --allow-dirty");
        }
        Err(no_answer) if arguments.allow_dirty => provenance.notes.push(no_answer.to_string()),
        Err(no_answer) => {
            let message = format!("{no_answer}: nobody knows what was changed");
            provenance.obstacle(message, "mend the repository, or say --allow-dirty");
        }
    }
    let unknown = match tree.upstream() {
        Upstream::Alone => return,
        Upstream::Unknown(why) => Some(why),
        Upstream::Followed if arguments.offline || !fetch => None,
        Upstream::Followed => (!tree.fetch()).then(|| "the upstream cannot be asked".to_owned()),
    };
    match unknown {
        Some(why) if arguments.offline => provenance.notes.push(format!("{why}: going by what was fetched last")),
        Some(why) => {
            let message = format!("{why}: nobody knows whether somebody else has sent some of this");
            provenance.obstacle(message, "say --offline to go by what was fetched last");
            return;
        }
        None if arguments.offline => provenance.notes.push("going by what was fetched last".to_owned()),
        None => {}
    }
    match tree.commits_behind(&mailing.id) {
        Ok(0) => {}
        Ok(behind) => {
            let behind = counted(behind, "commit");
            let message = format!("somebody else has sent some of this: the journal is {behind} behind");
            provenance.obstacle(message, "git pull, then look again");
        }
        Err(_) if arguments.offline => {}
        Err(no_answer) => provenance.obstacle(no_answer.to_string(), "mend the repository, or say --offline"),
    }
}

//! What a journal may have lost, and what left under a name that no plan knows: looked for before anything leaves.

use std::collections::HashSet;

use super::git::WorkTree;
use crate::cli::Outcome;
use crate::cli::session::{Session, report_errors, unreadable};
use crate::cli::terminal::Terminal;
use crate::load::{journal_record, journals};
use crate::model::id::MailingId;
use crate::model::journal::ContentTrace;
use crate::model::mailing::Mailing;
use crate::model::text::counted;
use source::diagnostic::Diagnostic;
use store::digest::Digest;

/// Which text a mailing sends now.
pub fn trace(mailing: &Mailing, session: &Session) -> ContentTrace {
    let content = session.programme.content(mailing);
    let sources: Vec<&str> = content.variants.values().map(|variant| variant.file.text()).collect();
    let digest = Digest::of(sources.join("\0").as_bytes());
    ContentTrace { path: mailing.content.clone(), digest: digest.to_string().into() }
}

/// Refuses a mailing whose text left under an id that no plan knows any more, unless its line says what that means.
pub fn orphans(mailing: &Mailing, session: &Session, terminal: &Terminal) -> Result<(), Outcome> {
    if mailing.again {
        return Ok(());
    }
    let known: HashSet<&str> = session
        .programme
        .mailings()
        .flat_map(|mailing| mailing.was.iter().chain([&mailing.id]))
        .map(MailingId::as_str)
        .collect();
    let text = trace(mailing, session);
    for id in session.programme.journals.keys().filter(|id| !known.contains(id.as_str())) {
        let Ok(id) = id.parse::<MailingId>() else { continue };
        let journal = session.journal(&id, terminal)?;
        if journal.content().iter().any(|content| content.is_same(&text)) {
            let message = format!("the text of `{}` left before, as `{id}`, which no plan knows any more", mailing.id);
            let hint = format!("its line in the plan needs `was: [{id}]` if it is the same mailing, or `again: true`");
            let path = format!("{}/{id}.jsonl", journals::FOLDER);
            return Err(report_errors(
                vec![Diagnostic::error("left-before", message).in_file(path).hint(hint)],
                terminal,
            ));
        }
    }
    Ok(())
}

/// Says that a mailing's journals have fewer lines than they once had on this machine, or that something lies beside them which
/// was meant to be one.
pub fn lines(mailing: &Mailing, session: &Session, terminal: &Terminal) -> Result<(), Outcome> {
    let strays = journals::strays(&session.root, &mailing.id).map_err(|error| unreadable(&error, terminal))?;
    if let Some(name) = strays.first() {
        let hint =
            format!("a journal is called {}.jsonl: bring it back under that name, or take this away", mailing.id);
        terminal.failure(&format!("{}/{name} is no journal and has the name of one", journals::FOLDER), Some(&hint));
        return Err(Outcome::Environment);
    }
    let is_ours = |id: &str| id == mailing.id.as_str() || mailing.was.iter().any(|was| was.as_str() == id);
    let missing = journal_record::missing(&session.root, is_ours).map_err(|error| {
        terminal.failure(&format!("cannot read {}: {error}", journal_record::FOLDER), None);
        Outcome::Environment
    })?;
    let Some((name, count)) = missing.first() else { return Ok(()) };
    let message = format!("{}/{name} has lost {} that it once had", journals::FOLDER, counted(*count, "line"));
    let hint = format!(
        "bring it back, from git or a copy; where it is right as it is, delete {}/{name}",
        journal_record::FOLDER
    );
    terminal.failure(&message, Some(&hint));
    Err(Outcome::Environment)
}

/// The first of a mailing's journals that lacks lines which are committed, and how many.
pub fn committed(mailing: &Mailing, tree: &WorkTree, session: &Session) -> Option<(String, usize)> {
    let names = tree.committed_journals();
    let is_ours = |name: &&String| journals::mailing_of(name) == Some(mailing.id.as_str());
    names.iter().filter(is_ours).find_map(|name| {
        let committed = tree.committed(name)?;
        let there = session.read_outside_bytes(&session.root.join(journals::FOLDER).join(name)).unwrap_or_default();
        let there: HashSet<[u8; 8]> = journal_record::of(&there).collect();
        let count = journal_record::of(committed.as_bytes()).filter(|line| !there.contains(line)).count();
        (count > 0).then(|| (name.clone(), count))
    })
}

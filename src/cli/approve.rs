//! `bevara approve`

use std::collections::BTreeSet;
use std::path::Path;

use clap::Args;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::json;

use super::Outcome;
use super::git::Git;
use super::revision::Revision;
use super::session::{ProgrammeReader, Session, Workshop, report_errors, unreadable, unwritten};
use super::terminal::Terminal;
use crate::load::{MARKER, ReadError, approvals as ledger};
use crate::model::approval::{Approval, Missing, Role};
use crate::model::id::MailingId;
use crate::model::mailing::Mailing;
use crate::model::settings::Member;
use crate::model::text::counted;
use crate::review::approvals::{given, missing, of_holders};
use crate::review::compare::words;
use crate::review::told::marked;
use crate::review::variants::{VariantText, variants};
use source::SourceFile;
use source::diagnostic::did_you_mean;
use store::ReplaceError;

/// Changes of words that are shown.
const MAX_CHANGES: usize = 6;

/// What `approve` is asked for.
#[derive(Args)]
pub struct Arguments {
    /// The mailing
    mailing: String,
    /// As which of your roles (all that the mailing asks for, if none is named)
    #[arg(long = "as", value_name = "ROLE", value_parser = role)]
    role: Option<Role>,
    /// Approve these variants only, like A/sv
    #[arg(long, value_name = "NAME")]
    variant: Vec<String>,
}

fn role(text: &str) -> Result<Role, String> {
    text.parse().map_err(|fault: source::diagnostic::Fault| fault.to_string())
}

/// Writes down that somebody approves a mailing as it is now.
pub fn run(arguments: &Arguments, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let mailing = session.mailing(&arguments.mailing, terminal)?;
    let git = Git::of(&session.root);
    let member = who(git.as_ref().ok(), session, terminal)?;
    let roles = roles(arguments, mailing, member, session, terminal)?;
    let all = session
        .with_workshop(terminal, |workshop| Ok(variants(&workshop.composer, &workshop.roster.audience(mailing))))?;
    let chosen = chosen(&arguments.variant, &all, terminal)?;
    let commit = git.as_ref().ok().and_then(head);
    let approvals = given(member, &roles, &chosen, &all, commit.as_deref(), Timestamp::now());
    read(mailing, session, terminal)?;
    append(&session.root, &mailing.id, &approvals).map_err(|failure| match failure {
        Unwritten::Read(error) => unreadable(&error, terminal),
        Unwritten::Write(error) => unwritten(&error, &ledger::path(&mailing.id), "approve again", terminal),
    })?;
    let told: Vec<(String, usize, usize)> = approvals
        .iter()
        .map(|approval| {
            let own = chosen.iter().filter(|variant| approval.variants.contains_key(&variant.name));
            (approval.role.clone(), approval.variants.len(), own.map(|variant| variant.readers).sum())
        })
        .collect();
    if terminal.is_json() {
        let roles: Vec<_> = told
            .iter()
            .map(|(role, count, readers)| json!({ "role": role, "variants": count, "readers": readers }))
            .collect();
        terminal.document(json!({ "mailing": mailing.id.as_str(), "by": member.id.as_str(), "approved": roles }));
        return Ok(Outcome::Done);
    }
    for (role, count, readers) in told {
        let (variants, readers) = (counted(count, "variant"), counted(readers, "reader"));
        terminal.line(&format!("  approved {} as {role}: {variants}, {readers}", mailing.id));
    }
    terminal.next(&format!("commit {}", ledger::path(&mailing.id)));
    Ok(Outcome::Done)
}

/// The member of the team who git says is working here.
fn who<'s>(git: Option<&Git>, session: &'s Session, terminal: &Terminal) -> Result<&'s Member, Outcome> {
    let email = git.and_then(|git| git.ask(&["config", "user.email"]).ok()).unwrap_or_default();
    let email = email.trim();
    let folded = email.parse::<mail::address::EmailAddress>().ok().map(|email| email.folded().to_owned());
    let team = &session.programme.settings.team;
    team.iter().find(|member| Some(member.email.folded()) == folded).ok_or_else(|| {
        let message = match email {
            "" => "git does not say who you are".to_owned(),
            email => format!("`{email}`, which git calls you, is nobody's address in `team`"),
        };
        terminal.failure(&message, Some("`git config user.email` has to be the address in bevara.yaml"));
        Outcome::Usage
    })
}

/// The roles as which somebody approves.
fn roles(
    arguments: &Arguments,
    mailing: &Mailing,
    member: &Member,
    session: &Session,
    terminal: &Terminal,
) -> Result<Vec<Role>, Outcome> {
    let held = member.approves_as();
    let asked = session.programme.settings.approvers(mailing);
    let told = |roles: &BTreeSet<Role>| roles.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    if let Some(role) = &arguments.role {
        if held.contains(role) {
            return Ok(vec![role.clone()]);
        }
        let hint = match held.is_empty() {
            true => "`roles:` and `languages:` in `team` say who approves what".to_owned(),
            false => format!("theirs: {}", told(&held)),
        };
        terminal.failure(&format!("`{}` does not hold the role `{role}`", member.id), Some(&hint));
        return Err(Outcome::Usage);
    }
    let own: Vec<Role> = held.intersection(&asked).cloned().collect();
    if own.is_empty() {
        let message = match asked.is_empty() {
            true => format!("`{}` asks for nobody's approval", mailing.id),
            false => format!("`{}` holds no role that `{}` asks for: {}", member.id, mailing.id, told(&asked)),
        };
        terminal.failure(
            &message,
            Some("`approval:` in bevara.yaml says what needs whose; `--as ROLE` approves all the same"),
        );
        return Err(Outcome::Usage);
    }
    Ok(own)
}

/// The variants with these names; all of them where none is named.
///
/// # Errors
/// Usage, after it was said which name is none.
pub fn chosen<'v>(
    names: &[String],
    all: &'v [VariantText],
    terminal: &Terminal,
) -> Result<Vec<&'v VariantText>, Outcome> {
    if names.is_empty() {
        return Ok(all.iter().collect());
    }
    let named = |name: &String| {
        all.iter().find(|variant| variant.name == *name).ok_or_else(|| {
            let known = all.iter().map(|variant| variant.name.as_str());
            let hint = did_you_mean(name, known.clone()).unwrap_or_else(|| known.collect::<Vec<_>>().join(", "));
            terminal.failure(&format!("there is no variant `{name}`"), Some(&hint));
            Outcome::Usage
        })
    };
    names.iter().map(named).collect()
}

/// The commit that is checked out.
pub fn head(git: &Git) -> Option<String> {
    let commit = git.ask(&["rev-parse", "--verify", "--quiet", "HEAD"]).ok()?;
    Some(commit.trim().to_owned())
}

/// Why approvals were not written down.
pub enum Unwritten {
    /// Those there are cannot be read.
    Read(ReadError),
    /// The file cannot be written.
    Write(ReplaceError),
}

/// Adds approvals to those of a mailing.
///
/// # Errors
/// The disk, or somebody who writes there at the same moment.
pub fn append(root: &Path, mailing: &MailingId, approvals: &[Approval]) -> Result<(), Unwritten> {
    let path = ledger::path(mailing);
    let lines: String = approvals.iter().map(|approval| format!("{}\n", json!(approval))).collect();
    let before = ledger::text(root, mailing).map_err(Unwritten::Read)?;
    let written = match before {
        None => store::create(root, &path, &lines, MARKER),
        Some(before) => {
            let gap = if before.is_empty() || before.ends_with('\n') { "" } else { "\n" };
            store::replace(root, &SourceFile::new(&*path, before.as_str()), &format!("{before}{gap}{lines}"))
        }
    };
    written.map_err(Unwritten::Write)
}

/// The approvals of a mailing.
///
/// # Errors
/// The exit code, after it was said which lines are none.
pub fn read(mailing: &Mailing, session: &Session, terminal: &Terminal) -> Result<Vec<Approval>, Outcome> {
    let mut found = Vec::new();
    match ledger::read(&session.root, &mailing.id, &mut found) {
        Ok(approvals) if found.is_empty() => Ok(of_holders(&session.programme.settings, approvals)),
        Ok(_) => Err(report_errors(found, terminal)),
        Err(error) => Err(unreadable(&error, terminal)),
    }
}

/// Why a mailing may not leave yet, each with what to do: an approval that lacks, or that was of other bytes. With the words that
/// changed since, where the commit of the last approval is here.
///
/// # Errors
/// Approvals that cannot be read.
pub fn obstacles(
    mailing: &Mailing,
    workshop: &Workshop<'_>,
    session: &Session,
    terminal: &Terminal,
) -> Result<Vec<(String, String)>, Outcome> {
    let asked = session.programme.settings.approvers(mailing);
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let approvals = read(mailing, session, terminal)?;
    let now = variants(&workshop.composer, &workshop.roster.audience(mailing));
    let obstacle = |missing: Missing| {
        let variants = missing.variants.join(", ");
        let hint = format!("`bevara approve {} --as {}`, when they have seen it", mailing.id, missing.role);
        match &missing.before {
            None => (format!("`{}` has not approved {variants}", missing.role), hint),
            Some(before) => {
                let since = format!("`{}` approved other words than {variants} has now", missing.role);
                (format!("{since}{}", changed_since(before, &missing, mailing, &now, session, terminal)), hint)
            }
        }
    };
    Ok(missing(&asked, &approvals, &now).into_iter().map(obstacle).collect())
}

/// The words that changed since an approval, and the commit it was of.
fn changed_since(
    before: &Approval,
    missing: &Missing,
    mailing: &Mailing,
    now: &[VariantText],
    session: &Session,
    terminal: &Terminal,
) -> String {
    let Some(commit) = &before.commit else { return String::new() };
    let mut text = format!("\n    approved by {} at {}", before.by, &commit[..commit.len().min(12)]);
    let earlier = variants_at(&session.root, commit, mailing.id.as_str(), session.today, terminal);
    let mut changes = BTreeSet::new();
    for name in &missing.variants {
        let of = |variants: &[VariantText]| variants.iter().find(|variant| variant.name == *name).cloned();
        if let (Some(then), Some(now)) = (earlier.as_deref().and_then(of), of(now)) {
            changes.extend(words(&then, &now));
        }
    }
    for change in changes.iter().take(MAX_CHANGES) {
        text.push_str(&format!("\n    {}", marked(change)));
    }
    if changes.len() > MAX_CHANGES {
        text.push_str(&format!(
            "\n    and {} more: `bevara diff {}`",
            changes.len() - MAX_CHANGES,
            &commit[..commit.len().min(12)]
        ));
    }
    text
}

/// The variants of a mailing as they were at a commit; `None` where that cannot be told.
pub fn variants_at(
    root: &Path,
    commit: &str,
    mailing: &str,
    today: Date,
    terminal: &Terminal,
) -> Option<Vec<VariantText>> {
    let quiet = terminal.silenced();
    let git = Git::of(root).ok()?;
    let then = Revision::of(&git, root, commit, &quiet)
        .ok()?
        .open(commit, root, today, &mut ProgrammeReader::default(), &quiet)
        .ok()?;
    let mailing = then.programme.mailing(mailing)?;
    let read = |workshop: &Workshop<'_>| Ok(variants(&workshop.composer, &workshop.roster.audience(mailing)));
    then.with_workshop(&quiet, read).ok()
}

//! What the ledger commands share: a ledger's file gets another text, if the programme still holds together with it.

use std::sync::Arc;

use serde_json::{Value, json};

use super::Outcome;
use super::session::{Session, report_errors, unreadable, unwritten};
use super::terminal::{Terminal, diagnostics_json};
use crate::check;
use crate::load::Folder;
use crate::load::MARKER;
use crate::model::contact::{Contact, Origin, Standing};
use crate::model::id::TeamId;
use crate::model::ledger::NextStep;
use crate::model::text::Line;
use crate::model::wall::Wall;
use crate::validate::validate;
use source::SourceFile;
use source::diagnostic::{Diagnostic, Diagnostics, Fault, Severity};

/// What to do where somebody else has changed a file meanwhile.
pub const RUN_AGAIN: &str = "nothing was written; run the command again";

/// A new text for a file of the programme.
pub struct Rewrite {
    /// Below the root.
    pub path: String,
    /// What stands there; `None` where there is no such file.
    pub file: Option<Arc<SourceFile>>,
    /// What shall stand there.
    pub text: String,
}

impl Rewrite {
    /// A list with one more entry; where there is no file yet, it lies at `path` and begins with `head`.
    ///
    /// # Errors
    /// The exit code, after it was said that the file cannot be edited.
    pub fn appended(
        file: Option<Arc<SourceFile>>,
        path: &str,
        head: &str,
        item: &str,
        terminal: &Terminal,
    ) -> Result<Self, Outcome> {
        let path = file.as_ref().map_or(path, |file| file.path()).to_owned();
        let text = yaml::edit::append(file.as_ref().map_or(head, |file| file.text()), item);
        let text = text.map_err(|fault| not_editable(fault, &path, terminal))?;
        Ok(Rewrite { path, file, text })
    }
}

/// One entry of a list as it is being changed.
pub struct Edit<'s> {
    session: &'s Session,
    terminal: &'s Terminal,
    item: usize,
    /// As it was read.
    before: Arc<SourceFile>,
    /// As it shall be.
    now: Arc<SourceFile>,
}

impl<'s> Edit<'s> {
    /// The entry that stands at `origin`.
    pub fn new(session: &'s Session, origin: Origin, terminal: &'s Terminal) -> Self {
        let before = Arc::clone(&session.programme.files[origin.file as usize]);
        Edit { session, terminal, item: origin.item as usize, now: Arc::clone(&before), before }
    }

    /// Gives a key a value.
    ///
    /// # Errors
    /// The exit code, after it was said that the file cannot be edited.
    pub fn put(&mut self, path: &[&str], value: &str) -> Result<(), Outcome> {
        let text = yaml::edit::put(&self.now, self.item, path, value);
        self.take(text)
    }

    /// The same; a new key stands behind the last of `others`.
    ///
    /// # Errors
    /// The exit code, after it was said that the file cannot be edited.
    pub fn put_behind(&mut self, key: &str, value: &str, others: &[&str]) -> Result<(), Outcome> {
        let text = yaml::edit::put_behind(&self.now, self.item, key, value, others);
        self.take(text)
    }

    /// Takes a key out.
    ///
    /// # Errors
    /// The exit code, after it was said that the file cannot be edited.
    pub fn remove(&mut self, key: &str) -> Result<(), Outcome> {
        let text = yaml::edit::remove(&self.now, self.item, key);
        self.take(text)
    }

    fn take(&mut self, text: Result<String, Fault>) -> Result<(), Outcome> {
        let text = text.map_err(|fault| not_editable(fault, self.before.path(), self.terminal))?;
        self.now = SourceFile::new(self.before.path(), text);
        Ok(())
    }

    /// Validates and writes it, see [`write`].
    ///
    /// # Errors
    /// The exit code, after everything that would be wrong was said; then nothing was written.
    pub fn write(self, said: &str, document: Value) -> Result<Outcome, Outcome> {
        let path = self.before.path().to_owned();
        let rewrite = Rewrite { path, file: Some(self.before), text: self.now.text().to_owned() };
        write(self.session, &rewrite, said, document, self.terminal)
    }
}

/// Validates the programme as it would be and writes the file, in one move; says what was done.
///
/// # Errors
/// The exit code, after everything that would be wrong was said; then nothing was written.
pub fn write(
    session: &Session,
    rewrite: &Rewrite,
    said: &str,
    mut document: Value,
    terminal: &Terminal,
) -> Result<Outcome, Outcome> {
    let new = would_find(session, rewrite, terminal)?;
    let written = match &rewrite.file {
        Some(file) => store::replace(&session.root, file, &rewrite.text),
        None => store::create(&session.root, &rewrite.path, &rewrite.text, MARKER),
    };
    written.map_err(|error| unwritten(&error, &rewrite.path, RUN_AGAIN, terminal))?;
    if terminal.is_json() {
        document["file"] = json!(rewrite.path);
        document["diagnostics"] = diagnostics_json(&new);
        terminal.document(document);
        return Ok(Outcome::Done);
    }
    terminal.findings(&new);
    terminal.line(&format!("  {said}"));
    terminal.next(&format!("commit {}", rewrite.path));
    Ok(Outcome::Done)
}

/// What would be found that is not found today.
fn would_find(session: &Session, rewrite: &Rewrite, terminal: &Terminal) -> Result<Diagnostics, Outcome> {
    let mut found = Vec::new();
    let mut folder = Folder::read(&session.root, &mut found).map_err(|error| unreadable(&error, terminal))?;
    folder.texts.insert(rewrite.path.clone(), SourceFile::new(rewrite.path.clone(), rewrite.text.clone()));
    let programme = validate(&folder, session.today, &mut found);
    let back = programme.as_ref().map(|programme| check::forgotten::findings(programme, &session.link_key()));
    let holds = back.as_ref().is_some_and(Vec::is_empty);
    found.extend(back.into_iter().flatten());
    let known = |new: &Diagnostic| session.found.iter().any(|old| (old.code, &old.message) == (new.code, &new.message));
    found.retain(|finding| finding.severity == Severity::Error || !known(finding));
    match holds {
        true => Ok(found.into_iter().collect::<Diagnostics>().sorted()),
        false => Err(report_errors(found, terminal)),
    }
}

/// Refuses to write of somebody who is to be left alone (R4).
///
/// # Errors
/// The exit code, after it was said.
pub fn not_left_alone(session: &Session, contact: &Contact, terminal: &Terminal) -> Result<(), Outcome> {
    let is_d = contact.standing == Standing::DoNotContact;
    if !is_d && Wall::new(&session.programme).stops(contact).is_none() {
        return Ok(());
    }
    let why = if is_d { "is a D" } else { "is on the do-not-contact list" };
    let error = Diagnostic::error("r04-do-not-contact", format!("`{}` {why}", contact.id));
    Err(report_errors(vec![error.hint("who is to be left alone is left alone (R4); nothing was written")], terminal))
}

/// A file that cannot be edited, as a finding.
pub fn not_editable(fault: Fault, path: &str, terminal: &Terminal) -> Outcome {
    report_errors(vec![Diagnostic::from_fault("not-editable", fault).in_file(path)], terminal)
}

/// The member of the team with this id.
///
/// # Errors
/// The exit code, after it was said that there is none.
pub fn member(session: &Session, id: &str, terminal: &Terminal) -> Result<TeamId, Outcome> {
    let team = &session.programme.settings.team;
    team.iter().find(|member| member.id.as_str() == id).map(|member| member.id.clone()).ok_or_else(|| {
        let known: Vec<&str> = team.iter().map(|member| member.id.as_str()).collect();
        terminal.failure(&format!("nobody on the team is `{id}`"), Some(&format!("the team: {}", known.join(", "))));
        Outcome::Usage
    })
}

/// A next step as a YAML value.
pub fn step(step: &NextStep) -> String {
    format!("{{what: {}, on: {}, by: {}}}", quoted(step.what.as_str()), step.on, step.by)
}

/// A text of several words in quotes, as the ledgers have it.
pub fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// Reads a line of text from the command line.
pub fn line(text: &str) -> Result<Line, String> {
    text.parse().map_err(|fault: Fault| fault.message)
}

/// Reads any value whose type says what is wrong with it.
pub fn value<T: std::str::FromStr<Err = Fault>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|fault: Fault| match fault.hint {
        Some(hint) => format!("{}; {hint}", fault.message),
        None => fault.message,
    })
}

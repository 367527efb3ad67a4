//! `bevara person forget`: somebody is taken out of everything; what is kept cannot be read, only recognised (R27; GDPR art. 17).

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use clap::Args;
use serde_json::{Value, json};

use super::super::Outcome;
use super::super::ledger::RUN_AGAIN;
use super::super::session::{Session, report_errors, unreadable, unwritten};
use super::super::terminal::Terminal;
use super::changes::{Change, Changes, differences};
use super::held::{Held, Known};
use super::history::{Holder, commands, holders};
use super::whom::Person;
use crate::check;
use crate::load::{Folder, MARKER, journal_record, journals};
use crate::model::forgotten::TraceHash;
use crate::model::id::ContactId;
use crate::model::text::counted;
use crate::send::journal::renew_record;
use crate::validate::validate;
use source::diagnostic::{Diagnostic, Severity};
use store::{Store, create, replace};

/// Who is to be forgotten.
#[derive(Args)]
pub struct Forget {
    /// An id, the beginning of one, a name, an address, a code or a token; of a referral's lead also the id of the referral
    #[arg(value_name = "ID")]
    who: String,
    /// Write it; without this, the change is shown
    #[arg(long)]
    write: bool,
}

/// Characters of the hash in the id that stands in for somebody.
const STAND_IN: usize = 20;

/// Shows what would change, or writes it.
pub fn run(arguments: &Forget, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let person = Person::find(&arguments.who, session, terminal)?;
    let held = Held::on(&person, session, terminal)?;
    let words = held.mentions.words();
    let (hashes, stand_in) = hashes(&person, session);
    let mut folder = Folder::read(&session.root, &mut Vec::new()).map_err(|error| unreadable(&error, terminal))?;
    let texts = journals::texts(&session.root).map_err(|error| unreadable(&error, terminal))?;
    let known = Known::of(&person, session);
    let not_editable =
        |(path, fault)| report_errors(vec![Diagnostic::from_fault("not-editable", fault).in_file(path)], terminal);
    let changes = Changes::of(&held, &folder, &texts, &known, &stand_in)
        .and_then(|mut changes| changes.remember(&folder, &hashes, session.today).map(|()| changes));
    let changes = changes.map_err(not_editable)?;
    changes.apply_to(&mut folder);
    check_that_it_holds(&folder, session, terminal)?;
    let output = if arguments.write {
        write(&changes, session, terminal)?;
        clear_output(&session.root, words).map_err(|message| {
            terminal.failure(&message, Some("the files are written; delete output/ yourself and build again"));
            Outcome::Environment
        })?
    } else {
        built(&session.root)
    };
    let history = holders(&session.root, words);
    let said =
        Said { arguments, person: &person, changes: &changes, hashes: hashes.len(), output, history, needles: words };
    if terminal.is_json() {
        terminal.document(said.to_json(session));
    } else {
        said.print(session, terminal);
    }
    Ok(Outcome::Done)
}

/// The hashes to be kept, without those that others on the list would be taken for, and the id that stands in.
fn hashes(person: &Person<'_>, session: &Session) -> (Vec<TraceHash>, ContactId) {
    let (programme, key) = (&session.programme, session.link_key());
    let kept: HashSet<&TraceHash> = programme.forgotten.iter().map(|line| &line.hash).collect();
    let hashes: Vec<TraceHash> = person.traces(programme).iter().map(|trace| key.trace_hash(trace)).collect();
    let first = hashes.first().cloned().unwrap_or_else(|| key.trace_hash(&format!("id:{}", person.id())));
    let stand_in = format!("{}{}", ContactId::FORGOTTEN, &first.as_str()[..STAND_IN]);
    let new = hashes.into_iter().filter(|hash| !kept.contains(hash)).collect();
    (new, stand_in.parse().expect("letters and digits after a word are a slug"))
}

/// The programme holds together without them, or it is said why not and nothing is written.
fn check_that_it_holds(folder: &Folder, session: &Session, terminal: &Terminal) -> Result<(), Outcome> {
    let mut found = Vec::new();
    let programme = validate(folder, session.today, &mut found);
    if let Some(programme) = &programme {
        found.extend(check::forgotten::findings(programme, &session.link_key()));
    }
    found.retain(|finding| finding.severity == Severity::Error);
    if programme.is_some() && found.is_empty() { Ok(()) } else { Err(report_errors(found, terminal)) }
}

fn write(changes: &Changes, session: &Session, terminal: &Terminal) -> Result<(), Outcome> {
    for change in changes.in_order() {
        let written = match &change.before {
            Some(file) => replace(&session.root, file, &change.after),
            None => create(&session.root, &change.path, &change.after, MARKER),
        };
        written.map_err(|error| unwritten(&error, &change.path, RUN_AGAIN, terminal))?;
        if let (Some(file), Some(name)) = (&change.before, change.path.strip_prefix(journals::FOLDER)) {
            // It has lost nothing: the lines that went came back without a name.
            let renewed = renew_record(&session.root, name.trim_start_matches('/'), file.text(), &change.after);
            renewed.map_err(|error| {
                terminal.failure(&format!("cannot write {}: {error}", journal_record::FOLDER), None);
                Outcome::Environment
            })?;
        }
    }
    Ok(())
}

/// What a build wrote, the site apart: everything else may hold them in some coding.
fn is_personal(path: &str) -> bool {
    !path.starts_with("site/")
}

/// How many files of the last build would be deleted.
fn built(root: &Path) -> usize {
    let manifest = fs::read(root.join("output/manifest.json")).unwrap_or_default();
    let paths: serde_json::Map<String, Value> = serde_json::from_slice(&manifest).unwrap_or_default();
    paths.keys().filter(|path| is_personal(path)).count()
}

/// Deletes what earlier builds wrote, but for pages of the site that do not name them; tells how many files that were.
fn clear_output(root: &Path, needles: &[String]) -> Result<usize, String> {
    let output = root.join("output");
    if !output.join("manifest.json").is_file() {
        return Ok(0);
    }
    let count = built(root);
    let store = Store::open(&output).map_err(|error| error.to_string())?;
    let names_them = |path: &str| {
        let bytes = fs::read(output.join(path)).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        needles.iter().any(|needle| text.contains(&needle.to_lowercase()))
    };
    let site: Vec<String> = store.earlier("site").filter(|path| !names_them(path)).map(str::to_owned).collect();
    for path in site {
        store.keep(&path).map_err(|error| error.to_string())?;
    }
    store.finish().map_err(|error| error.to_string())?;
    match fs::remove_file(output.join(".built")) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.to_string()),
        _ => Ok(count),
    }
}

/// What is said about it.
struct Said<'s> {
    arguments: &'s Forget,
    person: &'s Person<'s>,
    changes: &'s Changes,
    hashes: usize,
    output: usize,
    history: Option<Vec<Holder>>,
    needles: &'s [String],
}

impl Said<'_> {
    fn to_json(&self, session: &Session) -> Value {
        let file = |change: &&Change| {
            let before = change.before.as_ref().map_or("", |file| file.text());
            json!({ "path": change.path, "lines": differences(before, &change.after) })
        };
        let holder = |holder: &Holder| json!({ "commit": holder.commit, "files": holder.files });
        let history = self.history.as_ref();
        let is_held = history.is_some_and(|history| !history.is_empty());
        json!({
            "contact": self.person.contact().map(|contact| contact.id.as_str()),
            "written": self.arguments.write,
            "keyed": session.variable("BEVARA_LINK_KEY").is_some(),
            "hashes": self.hashes,
            "files": self.changes.in_order().iter().map(file).collect::<Vec<_>>(),
            "output": self.output,
            "history": history.map(|history| history.iter().map(holder).collect::<Vec<_>>()),
            "commands": if is_held { commands(self.needles) } else { Vec::new() },
        })
    }

    fn print(&self, session: &Session, terminal: &Terminal) {
        let id = self.person.id();
        for change in self.changes.in_order() {
            terminal.result(&change.path);
            let before = change.before.as_ref().map_or("", |file| file.text());
            differences(before, &change.after).iter().for_each(|line| terminal.result(&format!("  {line}")));
        }
        if session.variable("BEVARA_LINK_KEY").is_none() {
            terminal.trouble("  BEVARA_LINK_KEY is not set: the hashes can be worked out by anybody, and with a key of later they no longer hold");
        }
        let files = counted(self.output, "file");
        let hashes = if self.hashes == 1 { "1 hash".to_owned() } else { format!("{} hashes", self.hashes) };
        match self.arguments.write {
            true => terminal.line(&format!("  {id} is forgotten: {hashes} kept, {files} of output/ deleted")),
            false => terminal.line(&format!("  {id} would be forgotten: {hashes} kept, {files} of output/ deleted")),
        }
        self.print_history(terminal);
        if self.arguments.write {
            terminal.next("read the lines again that spoke of them, build, and commit contacts/ and content/");
        } else {
            terminal.next(&format!("bevara person forget {id} --write"));
        }
    }

    fn print_history(&self, terminal: &Terminal) {
        const SHOWN: usize = 10;
        let Some(history) = self.history.as_ref().filter(|history| !history.is_empty()) else { return };
        let commits = counted(history.len(), "commit");
        terminal.line(&format!("  {commits} of the git history still hold what they are known by:"));
        for holder in history.iter().take(SHOWN) {
            terminal.line(&format!("    {}  ({})", holder.commit, holder.files.join(", ")));
        }
        if history.len() > SHOWN {
            terminal.line(&format!("    and {} more", history.len() - SHOWN));
        }
        terminal.line("  this would rewrite them, once it is committed; everybody clones again afterwards:");
        commands(self.needles).iter().for_each(|command| terminal.line(&format!("    {command}")));
    }
}

//! `bevara import`: a list from another program, shown first and written with `--write`.

use std::path::{Component, Path, PathBuf};

use clap::Args;
use source::diagnostic::{Fault, did_you_mean};

use super::Outcome;
use super::ledger::RUN_AGAIN;
use super::session::{Session, report_errors, unreadable, unwritten};
use super::terminal::{Terminal, Watch};
use crate::import::fields::{FIELDS, Key};
use crate::import::proposal::{Verdict, Wishes};
use crate::import::reading::{self, List};
use crate::import::values::{self, ValueReader};
use crate::import::{self, Proposal};
use crate::load::{Folder, MARKER, is_left_behind};
use crate::model::text::counted;

mod report;

/// Where new contacts are written where nobody says.
const INTO: &str = "contacts/imported.yaml";

/// Files under `contacts/` that hold no contacts.
const LEDGERS: [&str; 6] = ["do-not-contact", "referrals", "forgotten", "meetings", "touches", "journal"];

/// The list, and what it cannot know.
#[derive(Args)]
pub struct Arguments {
    /// A CSV, XLSX or vCard file
    file: PathBuf,
    /// What a column holds: its heading or letter, and a field such as `email` or `extra.notes`; `-` to leave it out
    #[arg(long, value_name = "COLUMN=FIELD", num_args = 1.., value_parser = map)]
    map: Vec<(String, Option<Key>)>,
    /// What the list does not say, such as `tier=C owner=sara`
    #[arg(long, value_name = "FIELD=VALUE", num_args = 1.., value_parser = set)]
    set: Vec<(Key, String)>,
    /// Where new contacts are written (contacts/imported.yaml)
    #[arg(long, value_name = "FILE")]
    into: Option<String>,
    /// Fields the list may change though they are kept otherwise, such as `owner` or `basis`
    #[arg(long, value_name = "FIELD", num_args = 1.., value_parser = overwritten)]
    overwrite: Vec<String>,
    /// Write it
    #[arg(long)]
    write: bool,
}

fn spoken(fault: Fault) -> String {
    match fault.hint {
        Some(hint) => format!("{}; {hint}", fault.message),
        None => fault.message,
    }
}

fn map(text: &str) -> Result<(String, Option<Key>), String> {
    let (column, field) = text.rsplit_once('=').ok_or("write it as COLUMN=field")?;
    match field.trim() {
        "" | "-" => Ok((column.to_owned(), None)),
        field => Ok((column.to_owned(), Some(Key::parse(field).map_err(spoken)?))),
    }
}

fn set(text: &str) -> Result<(Key, String), String> {
    let (field, value) = text.split_once('=').ok_or("write it as field=value, like tier=C")?;
    match Key::parse(field.trim()).map_err(spoken)? {
        key if key.path() == "id" => Err("every contact has an id of its own".to_owned()),
        key => Ok((key, value.to_owned())),
    }
}

fn overwritten(text: &str) -> Result<String, String> {
    let is_group = FIELDS.iter().any(|field| field.path.split('.').next() == Some(text));
    match text == "extra" || is_group {
        true => Ok(text.to_owned()),
        false => Key::parse(text).map(|key| key.path().into_owned()).map_err(spoken),
    }
}

/// Shows what a list would do, and does it with `--write`.
pub fn run(arguments: &Arguments, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let mut watch = Watch::start();
    let into = into(arguments, terminal)?;
    let reader = ValueReader { programme: &session.programme, today: session.today };
    let mut wishes = wishes(arguments, &reader, terminal)?;
    let list = list(arguments, session, terminal)?;
    let name = arguments.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    wishes.source = (!list.is_own).then(|| values::line(&format!("list {name}")));
    let read = format!("{}: {}", list.told, counted(list.rows.len(), if list.of_cards { "card" } else { "row" }));
    terminal.stage("list", &read, watch.lap());
    let mut folder = Folder::read(&session.root, &mut Vec::new()).map_err(|error| unreadable(&error, terminal))?;
    let proposal = import::propose(&list, &reader, &wishes, &session.link_key(), &mut folder, &into)
        .map_err(|found| report_errors(found, terminal))?;
    terminal.stage("compared", &report::counts(&proposal), watch.lap());
    if arguments.write {
        write(&proposal, session, terminal)?;
        terminal.stage("written", &counted(proposal.rewrites.len(), "file"), watch.lap());
    }
    let report = report::Report { list: &list, proposal: &proposal, programme: &session.programme, into: &into };
    match terminal.is_json() {
        true => terminal.document(report.json(&arguments.file, arguments.write)),
        false => report.print(arguments.write, terminal),
    }
    let outcome = outcome(&proposal);
    // The process ends: the system takes a long list back at once.
    std::mem::forget((list, proposal, folder));
    Ok(outcome)
}

/// Whatever was not taken needs somebody to look at it.
fn outcome(proposal: &Proposal) -> Outcome {
    let is_open = proposal.rows.iter().any(|row| {
        matches!(row.verdict, Verdict::Refused { .. } | Verdict::Doubtful { .. }) || !row.left_out.is_empty()
    });
    if is_open { Outcome::Unfinished } else { Outcome::Done }
}

fn wishes(arguments: &Arguments, reader: &ValueReader<'_>, terminal: &Terminal) -> Result<Wishes, Outcome> {
    let mut wishes = Wishes { overwrite: arguments.overwrite.clone(), ..Wishes::default() };
    for (key, text) in &arguments.set {
        match reader.read(key.kind(), text, None) {
            Ok(Some(value)) => _ = wishes.sets.insert(key.clone(), value),
            Ok(None) => {}
            Err(fault) => {
                let message = format!("--set {}: {}", key.path(), fault.message);
                terminal.failure(&message, fault.hint.as_deref());
                return Err(Outcome::Usage);
            }
        }
    }
    Ok(wishes)
}

fn list(arguments: &Arguments, session: &Session, terminal: &Terminal) -> Result<List, Outcome> {
    let bytes = session.read_bytes(&arguments.file).map_err(|error| {
        terminal.failure(&format!("cannot read {}: {error}", arguments.file.display()), None);
        Outcome::Environment
    })?;
    let list = reading::read(&bytes, &arguments.map, session.programme.settings.country.code()).map_err(|error| {
        let hint =
            "a list is CSV, XLSX or vCard; `--map COLUMN=field` says what a column holds, for instance `--map A=email`";
        terminal.failure(&format!("{}: {error}", arguments.file.display()), Some(hint));
        Outcome::Usage
    })?;
    for (column, _) in &arguments.map {
        let is_there = |known: &reading::Column| {
            known.is_mapped && (known.name.to_lowercase() == column.trim().to_lowercase() || known.letters == *column)
        };
        if !list.columns.iter().any(is_there) {
            let known: Vec<&str> = list.columns.iter().map(|column| column.name.as_str()).collect();
            let hint = did_you_mean(column, known.iter().copied());
            let all = format!("the columns: {}", known.join(", "));
            terminal.failure(&format!("there is no column `{column}`"), Some(hint.as_deref().unwrap_or(&all)));
            return Err(Outcome::Usage);
        }
    }
    Ok(list)
}

/// The file for new contacts, by its path below the root.
fn into(arguments: &Arguments, terminal: &Terminal) -> Result<String, Outcome> {
    let Some(wanted) = &arguments.into else { return Ok(INTO.to_owned()) };
    let path = Path::new(wanted.trim_start_matches("./"));
    let path = if path.starts_with("contacts") { path.to_owned() } else { Path::new("contacts").join(path) };
    let parts: Option<Vec<&str>> = path
        .components()
        .map(|part| match part {
            Component::Normal(name) => name.to_str().filter(|name| !is_left_behind(name)),
            _ => None,
        })
        .collect();
    let is_list = |parts: &Vec<&str>| {
        let suffix = path.extension().and_then(|suffix| suffix.to_str());
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        suffix == Some("yaml") && !LEDGERS.contains(&parts[1].trim_end_matches(".yaml")) && !LEDGERS.contains(&stem)
    };
    match parts.filter(|parts| parts.len() > 1 && is_list(parts)) {
        Some(parts) => Ok(parts.join("/")),
        None => {
            let hint = "a list of contacts is a .yaml file below contacts/, such as contacts/outlook.yaml";
            terminal.failure(&format!("contacts cannot be written into `{wanted}`"), Some(hint));
            Err(Outcome::Usage)
        }
    }
}

fn write(proposal: &Proposal, session: &Session, terminal: &Terminal) -> Result<(), Outcome> {
    for rewrite in &proposal.rewrites {
        let written = match &rewrite.file {
            Some(file) => store::replace(&session.root, file, &rewrite.text),
            None => store::create(&session.root, &rewrite.path, &rewrite.text, MARKER),
        };
        written.map_err(|error| unwritten(&error, &rewrite.path, RUN_AGAIN, terminal))?;
    }
    Ok(())
}

//! `bevara init`

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use include_dir::{Dir, DirEntry, include_dir};
use jiff::civil::Date;
use serde_json::json;

use super::terminal::Terminal;
use super::{Global, Outcome, session};
use crate::model::text::counted;

/// The starter programme: the demo at the root of this repository.
static CONTENT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/content");
static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates");
static CONTACTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/contacts");

/// Files that stand at the root of a programme or mark an empty folder.
const SINGLE: [(&str, &[u8]); 4] = [
    (".gitignore", b"/output/*\n!/output/.gitkeep\n.env\n"),
    (".gitattributes", include_bytes!("../../.gitattributes")),
    ("output/.gitkeep", b""),
    ("contacts/journal/.gitkeep", b""),
];

/// The settings of the demo, and the line behind which a starter says when it began.
const SETTINGS: &str = include_str!("../../bevara.yaml");
const COUNTRY: &str = "\ncountry: SE\n";

/// A file by its path.
type File = (String, Cow<'static, [u8]>);

/// Where `init` writes.
#[derive(Args)]
pub struct Arguments {
    /// The folder to write to (created where it is missing)
    // Another name than that of `-C`, which reaches every command and would be taken for this one.
    #[arg(id = "into", value_name = "DIR", default_value = ".")]
    directory: PathBuf,
}

/// Writes the starter programme; where a file is in the way, names all of them and writes nothing.
pub fn run(arguments: &Arguments, global: &Global, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let base = global.directory.clone().unwrap_or_else(|| PathBuf::from("."));
    let root = base.join(&arguments.directory);
    let today = session::today(global, &jiff::tz::TimeZone::UTC).map_err(|message| {
        terminal.failure(&message, None);
        Outcome::Usage
    })?;
    let files = starter(today);
    let in_the_way: Vec<&str> =
        files.iter().map(|(path, _)| path.as_str()).filter(|path| root.join(path).symlink_metadata().is_ok()).collect();
    if !in_the_way.is_empty() {
        let shown = in_the_way.join("\n    ");
        let message = format!("{} in the way in {}:\n    {shown}", counted(in_the_way.len(), "file"), root.display());
        terminal.failure(&message, Some("nothing was written; choose an empty folder"));
        return Err(Outcome::Errors);
    }
    for (path, bytes) in &files {
        write(&root.join(path), bytes).map_err(|error| {
            terminal.failure(&format!("cannot write {path}: {error}"), None);
            Outcome::Environment
        })?;
    }
    if terminal.is_json() {
        let paths: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
        terminal.document(json!({ "written": paths }));
        return Ok(Outcome::Done);
    }
    terminal.line(&format!(
        "{} written to {}: the programme of an invented coffee roastery",
        counted(files.len(), "file"),
        root.display()
    ));
    let enter =
        if arguments.directory == Path::new(".") { String::new() } else { format!("cd {} && ", root.display()) };
    terminal.next(&format!("{enter}bevara build"));
    Ok(Outcome::Done)
}

fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, bytes)
}

/// Every file of the starter programme, by path, in order; its memory begins `today`.
fn starter(today: Date) -> Vec<File> {
    let single = SINGLE.iter().map(|(path, bytes)| ((*path).to_owned(), Cow::Borrowed(*bytes)));
    let mut files: Vec<File> =
        single.chain([("bevara.yaml".to_owned(), Cow::Owned(settings(today).into_bytes()))]).collect();
    for (name, folder) in [("content", &CONTENT), ("templates", &TEMPLATES), ("contacts", &CONTACTS)] {
        collect(name, folder, &mut files);
    }
    // What the demo has sent is no business of a programme that begins.
    files.retain(|(path, _)| !path.starts_with("contacts/journal/") || path.ends_with(".gitkeep"));
    files.sort();
    files.dedup();
    files
}

/// The demo's settings with the day on which this programme begins.
fn settings(today: Date) -> String {
    let (before, behind) = SETTINGS.split_once(COUNTRY).expect("the demo says where it is");
    let begins =
        format!("begins: {today}                 # our first day: nothing that lay before it is late, due or missed\n");
    [before, COUNTRY, &begins, behind].concat()
}

fn collect(name: &str, folder: &'static Dir<'static>, files: &mut Vec<File>) {
    for entry in folder.entries() {
        match entry {
            DirEntry::Dir(inner) => collect(name, inner, files),
            DirEntry::File(file) => {
                files.push((format!("{name}/{}", file.path().display()), Cow::Borrowed(file.contents())))
            }
        }
    }
}

//! `bevara eject`

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::terminal::Terminal;
use super::{Global, Outcome, session};
use crate::load::{MARKER, layouts};
use source::diagnostic::did_you_mean;
use store::ReplaceError;

/// Which layout becomes the programme's own.
#[derive(Args)]
pub struct Arguments {
    /// The layout, like templates/email/base.html; without one, all are listed
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
}

/// Writes a layout that comes with the program into `templates/`, to be changed there.
pub fn run(arguments: &Arguments, global: &Global, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let (root, _) = session::locate(global, terminal)?;
    let Some(path) = &arguments.path else {
        list(terminal);
        return Ok(Outcome::Done);
    };
    let path = path.to_string_lossy().replace('\\', "/");
    let path = path.trim_start_matches("./");
    let named = if path.starts_with(layouts::FOLDER) { path.to_owned() } else { format!("{}{path}", layouts::FOLDER) };
    let Some(layout) = layouts::find(&named) else {
        let hint = did_you_mean(&named, layouts::all().map(|file| file.path()));
        let hint = hint.as_deref().unwrap_or("`bevara eject` alone lists them");
        terminal.failure(&format!("no layout `{named}` comes with the program"), Some(hint));
        return Err(Outcome::Usage);
    };
    store::create(&root, &named, layout.text(), MARKER).map_err(|error| match error {
        ReplaceError::Changed => {
            terminal.failure(&format!("{named} is there already"), Some("nothing was written; change that file"));
            Outcome::Errors
        }
        ReplaceError::Io(error) => {
            terminal.failure(&format!("cannot write {named}: {error}"), None);
            Outcome::Environment
        }
    })?;
    if terminal.is_json() {
        terminal.document(json!({ "written": [named] }));
    } else {
        terminal.next(&format!("{named} is yours to change; delete it, and the program's own is used again"));
    }
    Ok(Outcome::Done)
}

fn list(terminal: &Terminal) {
    let paths: Vec<&str> = layouts::all().map(|file| file.path()).collect();
    if terminal.is_json() {
        return terminal.document(json!({ "layouts": paths }));
    }
    terminal.result(&paths.join("\n"));
}

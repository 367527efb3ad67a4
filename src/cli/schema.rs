//! `bevara schema`

use clap::Args;
use serde_json::{Map, Value, json};

use super::Outcome;
use super::terminal::Terminal;
use crate::reference::schema::{NAMES, find, schema};
use source::diagnostic::did_you_mean;

/// Which schema is printed.
#[derive(Args)]
pub struct Arguments {
    /// settings, contacts, plan …; without one, all are listed
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

/// Prints the JSON Schema (draft 7) of a kind of file, for editors.
pub fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let Some(name) = &arguments.name else {
        list(terminal);
        return Ok(Outcome::Done);
    };
    let Some(known) = find(name) else {
        let names: Vec<&str> = NAMES.iter().map(|known| known.name).collect();
        let hint = did_you_mean(name, names.iter().copied());
        let hint = hint.unwrap_or_else(|| format!("there are: {}", names.join(", ")));
        terminal.failure(&format!("there is no schema `{name}`"), Some(&hint));
        return Err(Outcome::Usage);
    };
    terminal.document(schema(known));
    Ok(Outcome::Done)
}

fn list(terminal: &Terminal) {
    if terminal.is_json() {
        let names: Map<String, Value> = NAMES.iter().map(|known| (known.name.to_owned(), json!(known.files))).collect();
        return terminal.document(json!({ "schemas": names }));
    }
    let lines: Vec<String> = NAMES.iter().map(|known| format!("{:<16} {}", known.name, known.files)).collect();
    terminal.result(&lines.join("\n"));
}

//! `bevara export`: the contacts as a list for other programs.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::json;

use super::Outcome;
use super::session::Session;
use super::terminal::{Terminal, Watch};
use crate::import::export;
use crate::model::contact::Standing;
use crate::model::text::counted;

/// What is exported.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Every contact, with what was decided about them
    Contacts {
        /// A file whose name ends with .csv, .xlsx or .vcf; `-` for CSV on stdout
        file: PathBuf,
    },
}

/// Writes the list.
pub fn run(arguments: &Arguments, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let What::Contacts { file } = &arguments.what;
    let mut watch = Watch::start();
    let programme = &session.programme;
    if file == Path::new("-") {
        terminal.doing(None);
        // Whoever closed the pipe has read enough.
        let _ = std::io::stdout().lock().write_all(export::csv(programme, false).as_bytes());
        return Ok(Outcome::Done);
    }
    let suffix = file.extension().map(|suffix| suffix.to_string_lossy().to_lowercase()).unwrap_or_default();
    let bytes = match suffix.as_str() {
        "csv" => export::csv(programme, true).into_bytes(),
        "vcf" => export::vcf(programme).into_bytes(),
        "xlsx" => export::xlsx(programme).map_err(|error| {
            terminal.failure(&error.to_string(), Some("export it as .csv"));
            Outcome::Environment
        })?,
        _ => {
            let message = format!("`{}` does not say which format is wanted", file.display());
            terminal
                .failure(&message, Some("give it a name that ends with .csv, .xlsx or .vcf, or `-` for CSV on stdout"));
            return Err(Outcome::Usage);
        }
    };
    session.write_bytes(file, &bytes).map_err(|error| {
        terminal.failure(&format!("cannot write {}: {error}", file.display()), None);
        Outcome::Environment
    })?;
    let left_alone = |contact: &&crate::model::contact::Contact| {
        contact.standing == Standing::DoNotContact || contact.details.unsubscribed.is_some()
    };
    let left_alone = programme.contacts.iter().filter(left_alone).count();
    let written = format!("{} into {}", counted(programme.contacts.len(), "contact"), file.display());
    terminal.stage("exported", &written, watch.lap());
    if left_alone > 0 {
        terminal.detail(&format!("{left_alone} of them are tier D or opted out: other programs may not know that"));
    }
    if terminal.is_json() {
        terminal.document(json!({
            "file": file.to_string_lossy(), "format": suffix, "contacts": programme.contacts.len(), "left_alone": left_alone,
        }));
    }
    Ok(Outcome::Done)
}

//! `bevara check --fix`

use std::path::Path;

use jiff::civil::Date;
use serde_json::{Value, json};

use super::session::{locate, unreadable};
use super::terminal::Terminal;
use super::{Global, Outcome};
use crate::check::{self, fix};
use crate::load::Folder;
use crate::model::text::counted;
use source::SourceFile;
use source::diagnostic::Severity;

/// Rounds of mending: what is mended may bring to light what stood after it.
const MAX_ROUNDS: usize = 6;

/// Mends what is certain and shows each change; with `dry_run` shows it only.
///
/// # Errors
/// The exit code, after it was said what cannot be read or written.
pub fn run(global: &Global, dry_run: bool, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let (root, today) = locate(global, terminal)?;
    let mut shown: Vec<Value> = Vec::new();
    let mut folder = Folder::read(&root, &mut Vec::new()).map_err(|error| unreadable(&error, terminal))?;
    for _ in 0..MAX_ROUNDS {
        let found = check::of_folder(&folder, today, &check::NoVerdicts);
        let fixes: Vec<fix::Fix> = found.iter().filter_map(fix::certain).collect();
        let mut is_mended = false;
        for (path, (file, text)) in fix::apply(&fixes) {
            let Some(better) = better(&folder, &path, &text, found.iter().count(), today) else { continue };
            is_mended = true;
            folder = better;
            let of_file: Vec<&fix::Fix> = fixes.iter().filter(|fix| fix.file.path() == path).collect();
            show(&of_file, &mut shown, terminal);
            if !dry_run {
                write(&root, &file, &text, terminal)?;
            }
        }
        if !is_mended {
            break;
        }
    }
    if dry_run {
        if terminal.is_json() {
            terminal.document(json!({ "fixes": shown }));
        } else {
            terminal.next(&format!("{} to make; nothing was written", counted(shown.len(), "change")));
        }
        return Ok(if shown.is_empty() { Outcome::Done } else { Outcome::Errors });
    }
    Ok(Outcome::Done)
}

/// The files with a new text in one of them, where less is wrong than before.
fn better(folder: &Folder, path: &str, text: &str, before: usize, today: Date) -> Option<Folder> {
    let mut changed = folder.clone();
    changed.texts.insert(path.to_owned(), SourceFile::new(path, text));
    let after = check::of_folder(&changed, today, &check::NoVerdicts);
    let is_yaml_broken = after.iter().any(|finding| finding.code == "yaml" && finding.severity == Severity::Error);
    // Behind what stopped the reading more may come to light; it was wrong before.
    let still_there = after.iter().filter_map(fix::certain).filter(|fix| fix.file.path() == path).count();
    (!is_yaml_broken && (after.iter().count() < before || still_there == 0)).then_some(changed)
}

fn show(fixes: &[&fix::Fix], shown: &mut Vec<Value>, terminal: &Terminal) {
    for fix in fixes {
        let (path, line) = (fix.file.path(), fix.line());
        let whole = fix.file.text().lines().nth(line - 1).unwrap_or_default();
        terminal.line(&format!("  {path}:{line}"));
        terminal.line(&format!("  {} {whole}", terminal.paint("-", "31")));
        terminal.line(&format!("  {} {}", terminal.paint("+", "32"), whole.replacen(fix.old(), &fix.new, 1)));
        shown.push(json!({ "file": path, "line": line, "from": fix.old(), "to": fix.new }));
    }
}

fn write(root: &Path, file: &SourceFile, text: &str, terminal: &Terminal) -> Result<(), Outcome> {
    store::replace(root, file, text)
        .map_err(|error| super::session::unwritten(&error, file.path(), "run the command again", terminal))
}

//! `bevara check --fix`

use std::path::Path;

use serde_json::{Value, json};

use super::session::{locate, unreadable};
use super::terminal::Terminal;
use super::{Global, Outcome};
use crate::check::{self, fix};
use crate::load::Folder;
use crate::model::text::counted;
use source::SourceFile;

/// Mends what is certain and shows each change; with `dry_run` shows it only.
///
/// # Errors
/// The exit code, after it was said what cannot be read or written.
pub fn run(global: &Global, dry_run: bool, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let (root, today) = locate(global, terminal)?;
    let folder = Folder::read(&root, &mut Vec::new()).map_err(|error| unreadable(&error, terminal))?;
    let mended = fix::mend(&folder, today, &check::NoVerdicts);
    let (mut shown, mut before): (Vec<Value>, Folder) = (Vec::new(), folder);
    for fix::Renaming { from, to } in &mended.renamed {
        terminal.line(&format!("  {from} {} {to}", terminal.paint("→", "32")));
        shown.push(json!({ "file": from, "to": to }));
        before = before.renamed(from, to).unwrap_or(before);
        if !dry_run {
            store::rename(&root, from, to)
                .map_err(|error| super::session::unwritten(&error, from, "run the command again", terminal))?;
        }
    }
    shown.extend(mended.fixes.iter().map(|fix| show(fix, terminal)));
    if !dry_run {
        for path in before.differences(&mended.folder) {
            if let (Some(old), Some(new)) = (before.text(&path), mended.folder.text(&path)) {
                write(&root, old, new.text(), terminal)?;
            }
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

/// Shows a change, and gives what is said of it in JSON.
fn show(fix: &fix::Fix, terminal: &Terminal) -> Value {
    let (path, line) = (fix.file.path(), fix.line());
    let whole = fix.file.text().lines().nth(line - 1).unwrap_or_default();
    terminal.line(&format!("  {path}:{line}"));
    terminal.line(&format!("  {} {whole}", terminal.paint("-", "31")));
    terminal.line(&format!("  {} {}", terminal.paint("+", "32"), whole.replacen(fix.old(), &fix.new, 1)));
    json!({ "file": path, "line": line, "from": fix.old(), "to": fix.new })
}

fn write(root: &Path, file: &SourceFile, text: &str, terminal: &Terminal) -> Result<(), Outcome> {
    store::replace(root, file, text)
        .map_err(|error| super::session::unwritten(&error, file.path(), "run the command again", terminal))
}

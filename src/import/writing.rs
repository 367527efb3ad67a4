//! A proposal as new texts of the programme's files, proved before anything is written: the texts are read as every command
//! reads them, and each contact must say what was meant. What does not hold becomes a refused row, not a broken programme.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;
use source::SourceFile;
use source::diagnostic::{Diagnostic, Fault, Place, Severity};
use yaml::{Document, edit};

use super::by_lines;
use super::fields::Key;
use super::proposal::{Change, Judged, Verdict};
use super::records::values_of;
use super::rows::Values;
use super::values::{Value, same, yaml_of};
use crate::load::Folder;
use crate::model::programme::Programme;
use crate::validate::validate;

/// The text of a file as it would be.
#[derive(Debug, Clone)]
pub struct Rewrite {
    /// Below the root.
    pub path: String,
    /// What stands there; `None` where there is no such file.
    pub file: Option<Arc<SourceFile>>,
    /// What shall stand there.
    pub text: String,
    /// The row behind each item that is new or changed, by the item's place in the list.
    rows: BTreeMap<usize, usize>,
}

/// An item of a list, the row it is changed by, and its changes.
type Edit<'c> = (usize, usize, &'c [Change]);

/// Rows that cannot be written, by position, and why.
type Failed = Vec<(usize, &'static str, String)>;

/// Makes the texts, and turns the verdict of each row that cannot be written into a refusal.
///
/// `folder` is the programme as it was read; `into` is where new contacts are written.
///
/// # Errors
/// What would be wrong with the programme afterwards, where no single row is the cause.
pub fn prove(
    programme: &Programme,
    folder: &mut Folder,
    into: &str,
    rows: &mut [Judged],
    today: Date,
) -> Result<Vec<Rewrite>, Vec<Diagnostic>> {
    // Each round takes out at least one row; what is wrong is nearly always seen in the first.
    for _ in 0..8 {
        let (rewrites, mut failed) = texts(programme, folder, into, rows);
        if failed.is_empty() {
            if rewrites.is_empty() {
                return Ok(rewrites);
            }
            failed = trouble(programme, folder, &rewrites, rows, today)?;
        }
        if failed.is_empty() {
            return Ok(rewrites);
        }
        for (row, code, why) in failed {
            rows[row].verdict = Verdict::Refused { code, column: None, why };
        }
    }
    Err(vec![Diagnostic::error(
        "not-editable",
        "the contacts of this list cannot be written so that they hold together",
    )])
}

/// The new text of every file, and the rows that it cannot be made of.
fn texts(programme: &Programme, folder: &Folder, into: &str, rows: &[Judged]) -> (Vec<Rewrite>, Failed) {
    let mut edits: BTreeMap<u32, Vec<Edit<'_>>> = BTreeMap::new();
    for (row, judged) in rows.iter().enumerate() {
        if let Verdict::Changed { contact, changes, .. } = &judged.verdict {
            let origin = programme.contacts[*contact].origin;
            edits.entry(origin.file).or_default().push((origin.item as usize, row, changes));
        }
    }
    let new = |(row, judged): (usize, &Judged)| match &judged.verdict {
        Verdict::New { values, .. } => Some((row, item(values))),
        _ => None,
    };
    let items: Vec<(usize, String)> = rows.par_iter().enumerate().filter_map(new).collect();
    let (mut rewrites, mut failed): (Vec<Rewrite>, Failed) = (Vec::new(), Vec::new());
    for (file, mut edits) in edits {
        edits.sort_unstable_by_key(|(item, ..)| *item);
        let file = &programme.files[file as usize];
        match edited(file, &edits) {
            Ok(text) => rewrites.push(Rewrite {
                path: file.path().to_owned(),
                file: Some(Arc::clone(file)),
                text,
                rows: edits.iter().map(|(item, row, _)| (*item, *row)).collect(),
            }),
            Err(faults) => failed.extend(faults.into_iter().map(|(row, fault)| (row, "not-editable", spoken(fault)))),
        }
    }
    if !items.is_empty() {
        let at = rewrites.iter().position(|rewrite| rewrite.path == into);
        let rewrite = match at {
            Some(at) => rewrites.remove(at),
            None => {
                let file = folder.text(into).cloned();
                let text = file.as_ref().map(|file| file.text().to_owned()).unwrap_or_default();
                Rewrite { path: into.to_owned(), file, text, rows: BTreeMap::new() }
            }
        };
        match appended(rewrite, &items) {
            Ok(rewrite) => rewrites.push(rewrite),
            Err(fault) => {
                let why = spoken(fault);
                failed.extend(items.iter().map(|(row, _)| (*row, "not-editable", why.clone())));
            }
        }
    }
    (rewrites, failed)
}

fn spoken(fault: Fault) -> String {
    match fault.hint {
        Some(hint) => format!("{}; {hint}", fault.message),
        None => fault.message,
    }
}

/// A contact as an item of a list, without its dash.
fn item(values: &Values) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut group: Vec<(String, String)> = Vec::new();
    let mut open = String::new();
    let close = |open: &str, group: &mut Vec<(String, String)>, lines: &mut Vec<String>| {
        if !group.is_empty() {
            let inner: Vec<String> = group.drain(..).map(|(key, value)| format!("{key}: {value}")).collect();
            lines.push(format!("{open}: {{{}}}", inner.join(", ")));
        }
    };
    for (key, value) in values {
        let (path, text) = (key.path(), yaml_of(key, value));
        match path.split_once('.') {
            Some((name, inner)) => {
                if name != open {
                    close(&open, &mut group, &mut lines);
                    name.clone_into(&mut open);
                }
                group.push((edit::scalar(inner), text));
            }
            None => {
                close(&open, &mut group, &mut lines);
                lines.push(format!("{path}: {text}"));
            }
        }
    }
    close(&open, &mut group, &mut lines);
    lines.join("\n")
}

/// The file with more items after its last one.
fn appended(mut rewrite: Rewrite, items: &[(usize, String)]) -> Result<Rewrite, Fault> {
    let newline = if rewrite.text.contains("\r\n") { "\r\n" } else { "\n" };
    let dashed = |item: &str| {
        let lines: Vec<String> = item
            .split('\n')
            .enumerate()
            .map(|(number, line)| format!("{}{line}", if number == 0 { "- " } else { "  " }))
            .collect();
        lines.join(newline)
    };
    let blank = [newline, newline].concat();
    let mut rest = items;
    let before =
        Document::whole(&SourceFile::new(&*rewrite.path, &*rewrite.text)).items().map_or(0, |items| items.len());
    if rewrite.file.is_some()
        && before == 0
        && let Some(((_, first), others)) = items.split_first()
    {
        // An empty list may be written in many ways.
        rewrite.text = edit::append(&rewrite.text, first)?;
        rest = others;
    }
    let body: Vec<String> = rest.iter().map(|(_, item)| dashed(item)).collect();
    let text = rewrite.text.trim_end();
    let gap = if text.is_empty() { "" } else { &blank };
    if !body.is_empty() {
        rewrite.text = format!("{text}{gap}{}{newline}", body.join(&blank));
    }
    rewrite.rows.extend(items.iter().enumerate().map(|(at, (row, _))| (before + at, *row)));
    Ok(rewrite)
}

/// A file with values of its items changed; comments and order stay.
fn edited(file: &Arc<SourceFile>, edits: &[Edit<'_>]) -> Result<String, Vec<(usize, Fault)>> {
    let Some(starts) = Document::whole(file).items() else { return edited_whole(file, edits) };
    let text = file.text();
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let part = |(item, row, changes): &Edit<'_>| {
        let start = starts.get(*item).copied().unwrap_or(text.len());
        let end = starts.get(item + 1).copied().unwrap_or(text.len());
        // A line end shows which kind is used here.
        let is_open = !text[start..end].ends_with('\n');
        let part = format!("{}{}", &text[start..end], if is_open { newline } else { "" });
        let quickly = by_lines::changed(&part, changes);
        quickly
            .map_or_else(|| changed(file.path(), part, 0, changes), Ok)
            .map(|new| (start, end, if is_open { new.trim_end().to_owned() } else { new }))
            .map_err(|fault| (*row, fault))
    };
    let parts: Vec<_> = edits.par_iter().map(part).collect();
    let (mut out, mut at, mut faults) = (String::with_capacity(text.len()), 0, Vec::new());
    for part in parts {
        match part {
            Ok((start, end, new)) => {
                out.push_str(&text[at..start]);
                out.push_str(&new);
                at = end;
            }
            Err(fault) => faults.push(fault),
        }
    }
    out.push_str(&text[at..]);
    if faults.is_empty() { Ok(out) } else { Err(faults) }
}

/// The same where items do not stand each on lines of their own.
fn edited_whole(file: &Arc<SourceFile>, edits: &[Edit<'_>]) -> Result<String, Vec<(usize, Fault)>> {
    let mut text = file.text().to_owned();
    for (item, row, changes) in edits {
        text = changed(file.path(), text, *item, changes).map_err(|fault| vec![(*row, fault)])?;
    }
    Ok(text)
}

/// One item with all its changes.
fn changed(path: &str, text: String, item: usize, changes: &[Change]) -> Result<String, Fault> {
    let mut file = SourceFile::new(path, text);
    let mut put = |keys: &[&str], value: &str| {
        let new = edit::put(&file, item, keys, value).or_else(|fault| match keys {
            // What goes over several lines is taken out and written anew.
            [key] => {
                let without = SourceFile::new(path, edit::remove(&file, item, key)?);
                edit::put(&without, item, keys, value)
            }
            _ => Err(fault),
        })?;
        file = SourceFile::new(path, new);
        Ok::<(), Fault>(())
    };
    let names: Vec<&Change> = changes.iter().filter(|change| change.key.path().starts_with("name.")).collect();
    for change in changes.iter().filter(|change| !change.key.path().starts_with("name.")) {
        let path = change.key.path();
        let keys: Vec<&str> = path.splitn(2, '.').collect();
        put(&keys, &yaml_of(&change.key, &change.to))?;
    }
    if !names.is_empty() {
        // A name may be one string, so that its parts are written together.
        put_name(&names, &mut put)?;
    }
    Ok(file.text().to_owned())
}

fn put_name(names: &[&Change], put: &mut impl FnMut(&[&str], &str) -> Result<(), Fault>) -> Result<(), Fault> {
    let one_by_one = names.iter().try_for_each(|change| {
        let path = change.key.path();
        let keys: Vec<&str> = path.splitn(2, '.').collect();
        put(&keys, &yaml_of(&change.key, &change.to))
    });
    one_by_one.or_else(|fault| match names {
        [given, family] => {
            let text = |change: &Change| yaml_of(&change.key, &change.to);
            put(&["name"], &format!("{{given: {}, family: {}}}", text(given), text(family)))
        }
        _ => Err(fault),
    })
}

/// Reads the programme as it would be. Rows that are the cause of something wrong, or do not come out as they were meant.
fn trouble(
    programme: &Programme,
    folder: &mut Folder,
    rewrites: &[Rewrite],
    rows: &[Judged],
    today: Date,
) -> Result<Failed, Vec<Diagnostic>> {
    let mut before: Vec<(&str, Option<Arc<SourceFile>>)> = Vec::new();
    let mut new: HashMap<&str, Arc<SourceFile>> = HashMap::new();
    for rewrite in rewrites {
        let file = SourceFile::new(&*rewrite.path, &*rewrite.text);
        before.push((&rewrite.path, folder.texts.insert(rewrite.path.clone(), Arc::clone(&file))));
        new.insert(&rewrite.path, file);
    }
    let mut found = Vec::new();
    let read = validate(folder, today, &mut found);
    for (path, file) in before {
        match file {
            Some(file) => folder.texts.insert(path.to_owned(), file),
            None => folder.texts.remove(path),
        };
    }
    match read {
        Some(read) => Ok(unlike(programme, &read, rows)),
        None => {
            let errors = found.iter().filter(|finding| finding.severity == Severity::Error);
            let failed: Failed = errors.filter_map(|error| cause(error, rewrites, &new)).collect();
            if failed.is_empty() { Err(found) } else { Ok(failed) }
        }
    }
}

/// The row that an error is about.
fn cause(
    error: &Diagnostic,
    rewrites: &[Rewrite],
    new: &HashMap<&str, Arc<SourceFile>>,
) -> Option<(usize, &'static str, String)> {
    let Some(Place::Span(file, span)) = &error.place else { return None };
    let rewrite = rewrites.iter().find(|rewrite| rewrite.path == file.path())?;
    let starts = Document::whole(new.get(file.path())?).items()?;
    let item = starts.partition_point(|start| *start <= span.start).checked_sub(1)?;
    let row = *rewrite.rows.get(&item)?;
    let why = match &error.hint {
        Some(hint) => format!("{}; {hint}", error.message),
        None => error.message.clone(),
    };
    Some((row, error.code, why))
}

/// Rows whose contacts do not say what was meant.
fn unlike(programme: &Programme, read: &Programme, rows: &[Judged]) -> Failed {
    let differs = |(row, judged): (usize, &Judged)| {
        let (id, wanted): (&str, Cow<'_, Values>) = match &judged.verdict {
            Verdict::New { id, values } => (id, Cow::Borrowed(values)),
            Verdict::Changed { contact, changes, .. } => {
                // Everything else of theirs stays as it was, but for what follows from the rest where nobody says it.
                let contact = &programme.contacts[*contact];
                let mut wanted = values_of(contact);
                wanted.retain(|key, _| !["kind", "recipient"].contains(&&*key.path()));
                wanted.extend(changes.iter().map(|change| (change.key.clone(), change.to.clone())));
                (contact.id.as_str(), Cow::Owned(wanted))
            }
            _ => return None,
        };
        let contact = read.by_id.get(id).map(|&at| values_of(&read.contacts[at as usize]));
        let wrong = match &contact {
            None => Some("id".to_owned()),
            Some(now) => {
                let home = programme.settings.country;
                let is_meant =
                    |key: &Key, value: &Value| now.get(key).is_some_and(|read| same(key.kind(), read, value, home));
                wanted.iter().find(|(key, value)| !is_meant(key, value)).map(|(key, _)| key.path().into_owned())
            }
        };
        wrong.map(|path| (row, "not-editable", format!("`{path}` would not be read as it was meant")))
    };
    rows.par_iter().enumerate().filter_map(differs).collect()
}

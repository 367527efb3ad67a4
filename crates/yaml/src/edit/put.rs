//! A value of an item set, changed or taken away, wherever it stands.

use std::sync::Arc;

use serde_yaml::{Mapping, Value};

use super::{Change, Item, changed, last_in_braces, set_key};
use crate::quoted_length;
use crate::{At, Document, Step};
use source::diagnostic::Fault;
use source::{SourceFile, Span};

/// The text of `file` with `value` at `path` in item number `item` of its list, in the place of what stood there.
///
/// `path` is one key, or a key and a key in its group; `value` is YAML in one line.
///
/// # Errors
/// There is no such item, or it is written in a way that cannot be changed safely.
pub fn put(file: &Arc<SourceFile>, item: usize, path: &[&str], value: &str) -> Result<String, Fault> {
    let text = file.text();
    let mut whole = read(text)?;
    let new = read(value)?;
    let entry = entry(&mut whole, item)?;
    let proposals = match path {
        [key] => match entry.insert((*key).into(), new) {
            None | Some(Value::Null) => return set_key(file, item, key, value),
            Some(_) => replaced(file, item, path, value),
        },
        [group, key] => match entry.get_mut(*group) {
            None | Some(Value::Null) => return set_key(file, item, group, &format!("{{{key}: {value}}}")),
            Some(Value::Mapping(inner)) => match inner.insert((*key).into(), new) {
                None => added(file, item, group, key, value),
                Some(_) => replaced(file, item, path, value),
            },
            Some(_) => return Err(Fault::new(format!("`{group}` is no group of keys"))),
        },
        _ => return Err(Fault::new("a value stands at one key, or at a key in a group")),
    };
    first_sound(text, proposals, &whole)
        .ok_or_else(|| not_safe().hint(format!("write `{}: {value}` by hand", path.join("."))))
}

/// As [`put`] with one key; where it is new, it stands on the line after the last of `others` that is there.
///
/// # Errors
/// As [`put`].
pub fn put_behind(
    file: &Arc<SourceFile>,
    item: usize,
    key: &str,
    value: &str,
    others: &[&str],
) -> Result<String, Fault> {
    let text = file.text();
    let mut whole = read(text)?;
    let entry = entry(&mut whole, item)?;
    if entry.contains_key(key) {
        return put(file, item, &[key], value);
    }
    let Some(last) = others.iter().rfind(|other| entry.contains_key(**other)) else {
        return put(file, item, &[key], value);
    };
    let document = Document::whole(file);
    let start = document.locate(&[Step::Item(item), (*last).into()], At::Key(0)).start;
    let line = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let indent = " ".repeat(text[line..start].chars().count());
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let behind = text[start..].find('\n').map(|end| start + end + 1);
    let change = behind.map(|at| Change { span: Span::at(at), new: format!("{indent}{key}: {value}{newline}") });
    entry.insert(key.into(), read(value)?);
    let proposals = change.into_iter().collect();
    first_sound(text, proposals, &whole).map_or_else(|| put(file, item, &[key], value), Ok)
}

/// The text of `file` without `key` in item number `item` of its list; as it is where the key is not there.
///
/// # Errors
/// There is no such item, or it is written in a way that cannot be changed safely.
pub fn remove(file: &Arc<SourceFile>, item: usize, key: &str) -> Result<String, Fault> {
    let text = file.text();
    let mut whole = read(text)?;
    let entry = entry(&mut whole, item)?;
    if entry.shift_remove(key).is_none() {
        return Ok(text.to_owned());
    }
    let document = Document::whole(file);
    let place = Item::find(&document, item);
    let start = document.locate(&[Step::Item(item), key.into()], At::Key(0)).start;
    let mut proposals = Vec::new();
    // Lines of its own: up to the line of another key, or to the end of the item.
    let line = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let column = text[line..start].chars().count();
    let others = entry.keys().filter_map(Value::as_str);
    let lines = others.map(|other| document.locate(&[Step::Item(item), other.into()], At::Key(0)).start);
    let behind = lines.filter(|&at| at > start).min().map(|at| text[..at].rfind('\n').map_or(0, |newline| newline + 1));
    let end = behind.unwrap_or_else(|| place.last_line_end(column));
    proposals.push(Change { span: Span { start: line, end }, new: String::new() });
    // Within braces: with the comma before it or after it.
    for end in value_ends(text, document.locate(&[Step::Item(item), key.into()], At::Value).start) {
        let before = text[..start].trim_end().trim_end_matches(',').len();
        proposals.push(Change { span: Span { start: before, end }, new: String::new() });
        let rest = text[end..].trim_start_matches([',', ' ']);
        proposals.push(Change { span: Span { start, end: text.len() - rest.len() }, new: String::new() });
    }
    first_sound(text, proposals, &whole).ok_or_else(|| not_safe().hint(format!("take `{key}` out by hand")))
}

pub(super) fn read(text: &str) -> Result<Value, Fault> {
    serde_yaml::from_str(text).map_err(|_| Fault::new("this is not YAML"))
}

pub(super) fn entry(whole: &mut Value, item: usize) -> Result<&mut Mapping, Fault> {
    let entry = whole.as_sequence_mut().and_then(|items| items.get_mut(item)).and_then(Value::as_mapping_mut);
    entry.ok_or_else(|| Fault::new(format!("there is no item {item} in this list")))
}

pub(super) fn not_safe() -> Fault {
    Fault::new("this item is written in a way that cannot be changed safely")
}

pub(super) fn first_sound(text: &str, proposals: Vec<Change>, goal: &Value) -> Option<String> {
    let mut proposals = proposals.iter().map(|change| changed(text, change));
    proposals.find(|proposal| serde_yaml::from_str::<Value>(proposal).is_ok_and(|whole| whole == *goal))
}

/// In the place of the value that is there.
fn replaced(file: &Arc<SourceFile>, item: usize, path: &[&str], value: &str) -> Vec<Change> {
    let text = file.text();
    let steps: Vec<Step> = [Step::Item(item)].into_iter().chain(path.iter().map(|key| Step::from(*key))).collect();
    let start = Document::whole(file).locate(&steps, At::Value).start;
    let ends = value_ends(text, start).into_iter();
    ends.map(|end| Change { span: Span { start, end }, new: value.to_owned() }).collect()
}

/// Where the value that begins at `start` may end.
fn value_ends(text: &str, start: usize) -> Vec<usize> {
    let rest = &text[start..];
    let line = rest.find(['\n', '\r']).unwrap_or(rest.len());
    let comment = rest[..line].find(" #").unwrap_or(line);
    let plain = |end: usize| start + rest[..end].trim_end().len();
    match rest.chars().next() {
        Some('"' | '\'') => quoted_length(rest).map(|length| start + length).into_iter().collect(),
        Some('{' | '[') => closing(text, start).into_iter().collect(),
        _ => {
            let flow = rest[..comment].find([',', '}']).unwrap_or(comment);
            vec![plain(flow), plain(comment), plain(line)]
        }
    }
}

/// Behind the brace or bracket that closes the one at `start`.
pub(super) fn closing(text: &str, start: usize) -> Option<usize> {
    let last = last_in_braces(text, start)?;
    let rest = &text[last..];
    // Comments may stand between the last entry and the brace.
    let mut at = last;
    for line in rest.split_inclusive('\n') {
        let code = line.split(" #").next().unwrap_or(line);
        if let Some(close) = code.find(['}', ']']) {
            return Some(at + close + 1);
        }
        at += line.len();
    }
    None
}

/// Into a group of keys that is there.
fn added(file: &Arc<SourceFile>, item: usize, group: &str, key: &str, value: &str) -> Vec<Change> {
    let text = file.text();
    let document = Document::whole(file);
    let start = document.locate(&[Step::Item(item), group.into()], At::Value).start;
    if text[start..].starts_with('{') {
        let Some(last) = last_in_braces(text, start) else { return Vec::new() };
        let before = if text[..last].ends_with('{') { "" } else { ", " };
        return vec![Change { span: Span::at(last), new: format!("{before}{key}: {value}") }];
    }
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let line = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let column = text[line..start].chars().count();
    let indent = " ".repeat(column);
    // Behind the last line that stands as deep as the group's first key, or deeper.
    let deep = |line: &&str| !line.trim().is_empty() && line.len() - line.trim_start().len() >= column;
    let length: usize = text[line..].split_inclusive('\n').take_while(deep).map(str::len).sum();
    let behind = line + length;
    let gap = if text[..behind].ends_with('\n') { "" } else { newline };
    vec![
        Change { span: Span::at(behind), new: format!("{gap}{indent}{key}: {value}{newline}") },
        Change { span: Span::at(line), new: format!("{indent}{key}: {value}{newline}") },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEDGER: &str = "# who named whom\n- id: a\n  stage: received   # by mail\n  next:\n    referrer: {what: \"Call, and thank\", on: 2027-01-02}\n    referred: {what: x}\n  thanked: {referrer: 2027-01-02}\n\n- {id: b, stage: received, thanked: {}}\n";

    fn ledger(text: &str) -> Arc<SourceFile> {
        SourceFile::new("contacts/referrals.yaml", text)
    }

    /// The lines that are not those of the ledger.
    fn other_lines(new: &str) -> Vec<&str> {
        new.lines().filter(|line| !LEDGER.lines().any(|old| old == *line)).collect()
    }

    #[test]
    fn a_value_takes_the_place_of_another_and_nothing_else_moves() {
        let put = |item, path: &[&str], value| put(&ledger(LEDGER), item, path, value).expect("changed");
        assert_eq!(other_lines(&put(0, &["stage"], "contacted")), ["  stage: contacted   # by mail"]);
        assert_eq!(other_lines(&put(0, &["thanked", "referrer"], "2027-01-03")), ["  thanked: {referrer: 2027-01-03}"]);
        assert_eq!(
            other_lines(&put(0, &["thanked", "referred"], "2027-01-03")),
            ["  thanked: {referrer: 2027-01-02, referred: 2027-01-03}"]
        );
        assert_eq!(other_lines(&put(0, &["next", "referrer"], "{what: y}")), ["    referrer: {what: y}"]);
        assert_eq!(other_lines(&put(0, &["reward", "referrer"], "cinema")), ["  reward: {referrer: cinema}"]);
        assert_eq!(other_lines(&put(0, &["contacted"], "2027-01-03")), ["  contacted: 2027-01-03"]);
        assert_eq!(other_lines(&put(1, &["stage"], "lost")), ["- {id: b, stage: lost, thanked: {}}"]);
        assert_eq!(
            other_lines(&put(1, &["thanked", "referrer"], "2027-01-03")),
            ["- {id: b, stage: received, thanked: {referrer: 2027-01-03}}"]
        );
    }

    #[test]
    fn a_key_stands_behind_those_it_belongs_to() {
        let put = |item| {
            put_behind(&ledger(LEDGER), item, "contacted", "2027-01-03", &["stage", "meeting"]).expect("changed")
        };
        assert!(put(0).contains("  stage: received   # by mail\n  contacted: 2027-01-03\n  next:\n"));
        assert!(put(1).ends_with("- {id: b, stage: received, thanked: {}, contacted: 2027-01-03}\n"));
    }

    #[test]
    fn a_key_joins_a_group_that_is_written_in_lines() {
        let text = "- id: a\n  next:\n    referrer: x\n  stage: lost\n";
        let new = put(&ledger(text), 0, &["next", "referred"], "y").expect("changed");
        assert_eq!(new, "- id: a\n  next:\n    referrer: x\n    referred: y\n  stage: lost\n");
    }

    #[test]
    fn a_key_is_taken_away_with_its_lines() {
        let without = remove(&ledger(LEDGER), 0, "next").expect("changed");
        assert_eq!(
            without,
            "# who named whom\n- id: a\n  stage: received   # by mail\n  thanked: {referrer: 2027-01-02}\n\n- {id: b, stage: received, thanked: {}}\n"
        );
        assert!(remove(&ledger(LEDGER), 1, "thanked").expect("changed").ends_with("- {id: b, stage: received}\n"));
        assert_eq!(remove(&ledger(LEDGER), 1, "next").expect("there is none"), LEDGER);
    }
}

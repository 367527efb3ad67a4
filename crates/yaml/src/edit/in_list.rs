//! Changes one level deeper: in the list that a key of an item holds, such as the issues of a contact.

use std::sync::Arc;

use serde_yaml::Value;

use super::put::{closing, entry, first_sound, not_safe, read};
use super::{Change, last_in_braces, set_key};
use crate::{At, Document, Step};
use source::diagnostic::Fault;
use source::{SourceFile, Span};

/// The text of `file` with `value` at the end of the list at `key` in item number `item`; where there is no such list, it is made.
///
/// `value` is YAML in one line.
///
/// # Errors
/// There is no such item, `key` holds something else, or the item is written in a way that cannot be changed safely.
pub fn append_to(file: &Arc<SourceFile>, item: usize, key: &str, value: &str) -> Result<String, Fault> {
    let text = file.text();
    let mut whole = read(text)?;
    let list = match entry(&mut whole, item)?.get_mut(key) {
        None | Some(Value::Null) => return set_key(file, item, key, &format!("[{value}]")),
        Some(Value::Sequence(list)) => list,
        Some(_) => return Err(Fault::new(format!("`{key}` is no list"))),
    };
    let last = list.len().checked_sub(1);
    list.push(read(value)?);
    let document = Document::whole(file);
    let start = document.locate(&[Step::Item(item), key.into()], At::Value).start;
    let proposals = match text[start..].starts_with('[') {
        true => {
            let joint = if last.is_some() { ", " } else { "" };
            let end = last_in_braces(text, start).into_iter();
            end.map(|at| Change { span: Span::at(at), new: format!("{joint}{value}") }).collect()
        }
        false => behind_last(&document, item, key, last, value),
    };
    first_sound(text, proposals, &whole).ok_or_else(|| not_safe().hint(format!("add `- {value}` to `{key}` by hand")))
}

/// A line of its own after the last element of a list that is written in lines.
fn behind_last(document: &Document, item: usize, key: &str, last: Option<usize>, value: &str) -> Vec<Change> {
    let Some(last) = last else { return Vec::new() };
    let text = document.file().text();
    let start = document.locate(&[Step::Item(item), key.into(), Step::Item(last)], At::Value).start;
    let line = line_start(text, start);
    let Some(dash) = text[line..start].find('-') else { return Vec::new() };
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let end = element_end(text, line, dash);
    let gap = if text[..end].ends_with('\n') { "" } else { newline };
    let indent = " ".repeat(dash);
    vec![Change { span: Span::at(end), new: format!("{gap}{indent}- {value}{newline}") }]
}

/// The text of `file` with these keys in element number `element` of the list at `key` in item number `item`. Keys that are there
/// already are refused; every value is YAML in one line.
///
/// # Errors
/// As [`append_to`], or a key has a value already.
pub fn put_in(
    file: &Arc<SourceFile>,
    item: usize,
    key: &str,
    element: usize,
    values: &[(&str, String)],
) -> Result<String, Fault> {
    let text = file.text();
    let mut whole = read(text)?;
    let list = entry(&mut whole, item)?.get_mut(key).and_then(Value::as_sequence_mut);
    let inner = list.and_then(|list| list.get_mut(element)).and_then(Value::as_mapping_mut);
    let inner = inner.ok_or_else(|| Fault::new(format!("there is no element {element} in `{key}`")))?;
    for (name, value) in values {
        if inner.insert((*name).into(), read(value)?).is_some_and(|old| !old.is_null()) {
            return Err(Fault::new(format!("`{name}` has a value already")));
        }
    }
    let document = Document::whole(file);
    let start = document.locate(&[Step::Item(item), key.into(), Step::Item(element)], At::Value).start;
    let written: Vec<String> = values.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    let mut proposals = Vec::new();
    if text[start..].starts_with('{') && closing(text, start).is_some() {
        let at = last_in_braces(text, start);
        proposals.extend(at.map(|at| Change { span: Span::at(at), new: format!(", {}", written.join(", ")) }));
    } else {
        let line = line_start(text, start);
        let dash = text[line..start].find('-').unwrap_or(0);
        let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let indent = " ".repeat(text[line..start].chars().count());
        let end = element_end(text, line, dash);
        let gap = if text[..end].ends_with('\n') { "" } else { newline };
        let lines: String = written.iter().map(|line| format!("{indent}{line}{newline}")).collect();
        proposals.push(Change { span: Span::at(end), new: format!("{gap}{lines}") });
    }
    let by_hand = || not_safe().hint(format!("add `{}` to it by hand", written.join(", ")));
    first_sound(text, proposals, &whole).ok_or_else(by_hand)
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// Behind the lines of the element whose dash stands at column `dash` of the line that begins at `line`.
fn element_end(text: &str, line: usize, dash: usize) -> usize {
    let mut lines = text[line..].split_inclusive('\n');
    let mut end = line + lines.next().map_or(0, str::len);
    let deeper = |line: &&str| !line.trim().is_empty() && line.len() - line.trim_start().len() > dash;
    end += lines.take_while(deeper).map(str::len).sum::<usize>();
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> Arc<SourceFile> {
        SourceFile::new("contacts/people.yaml", text)
    }

    #[test]
    fn an_element_joins_a_list_however_it_is_written() {
        for (before, after) in [
            ("- id: a\n  name: x\n- id: b\n", "- id: a\n  name: x\n  issues: [{what: y}]\n- id: b\n"),
            ("- id: a\n  issues: [{what: x}]\n- id: b\n", "- id: a\n  issues: [{what: x}, {what: y}]\n- id: b\n"),
            ("- id: a\n  issues: []   # none\n", "- id: a\n  issues: [{what: y}]   # none\n"),
            (
                "- id: a\n  issues:\n    - {what: x}   # well\n  tags: [q]\n",
                "- id: a\n  issues:\n    - {what: x}   # well\n    - {what: y}\n  tags: [q]\n",
            ),
            (
                "- id: a\n  issues:\n  - what: x\n    since: 2027-01-02\n  tags: [q]\n",
                "- id: a\n  issues:\n  - what: x\n    since: 2027-01-02\n  - {what: y}\n  tags: [q]\n",
            ),
            ("- {id: a, issues: [{what: x}]}\n", "- {id: a, issues: [{what: x}, {what: y}]}\n"),
        ] {
            assert_eq!(append_to(&file(before), 0, "issues", "{what: y}").expect("it can be added"), after);
        }
        assert!(append_to(&file("- id: a\n  issues: no\n"), 0, "issues", "{what: y}").is_err());
    }

    #[test]
    fn keys_join_an_element() {
        let values = [("cause", "\"z\"".to_owned()), ("closed", "2027-01-09".to_owned())];
        for (before, after) in [
            (
                "- id: a\n  issues:\n    - {what: x}   # well\n    - {what: y}\n",
                "- id: a\n  issues:\n    - {what: x, cause: \"z\", closed: 2027-01-09}   # well\n    - {what: y}\n",
            ),
            (
                "- id: a\n  issues:\n    - what: x\n      since: 2027-01-02\n    - what: y\n",
                "- id: a\n  issues:\n    - what: x\n      since: 2027-01-02\n      cause: \"z\"\n      closed: 2027-01-09\n    - what: y\n",
            ),
        ] {
            assert_eq!(put_in(&file(before), 0, "issues", 0, &values).expect("they can be added"), after);
        }
        let known = put_in(&file("- id: a\n  issues: [{what: x, cause: y}]\n"), 0, "issues", 0, &values);
        assert_eq!(known.expect_err("it is there").message, "`cause` has a value already");
    }
}

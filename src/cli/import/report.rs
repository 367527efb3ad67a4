//! What an import does, for people and as JSON.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value as Json, json};

use super::super::terminal::Terminal;
use crate::import::Proposal;
use crate::import::fields::Key;
use crate::import::headings::Target;
use crate::import::proposal::{Change, Judged, Verdict};
use crate::import::reading::{Column, List};
use crate::import::rows::Values;
use crate::model::programme::Programme;

/// How many rows of a kind are shown, unless more is asked for.
const SHOWN: usize = 20;

/// Everything there is to tell.
pub(super) struct Report<'r> {
    pub(super) list: &'r List,
    pub(super) proposal: &'r Proposal,
    pub(super) programme: &'r Programme,
    pub(super) into: &'r str,
}

/// How many rows became what.
pub(super) fn counts(proposal: &Proposal) -> String {
    let mut counts = [0; 5];
    for row in &proposal.rows {
        let place = match row.verdict {
            Verdict::New { .. } => 0,
            Verdict::Changed { .. } => 1,
            Verdict::Unchanged { .. } => 2,
            Verdict::Refused { .. } => 3,
            Verdict::Doubtful { .. } => 4,
        };
        counts[place] += 1;
    }
    let names = ["new", "changed", "unchanged", "refused", "doubtful"];
    names.iter().zip(counts).map(|(name, count)| format!("{count} {name}")).collect::<Vec<_>>().join(", ")
}

impl Report<'_> {
    fn where_is(&self, number: usize, column: Option<usize>) -> String {
        let row = if self.list.of_cards { "line" } else { "row" };
        match column.and_then(|column| self.list.columns.get(column)) {
            Some(Column { name, letters, .. }) if letters.is_empty() => format!("{row} {number}, {name}"),
            Some(Column { name, letters, .. }) => format!("{row} {number}, column {letters} “{name}”"),
            None => format!("{row} {number}"),
        }
    }

    fn id_of(&self, row: &Judged) -> Option<String> {
        match &row.verdict {
            Verdict::New { id, .. } | Verdict::Unchanged { id, .. } => Some(id.clone()),
            Verdict::Changed { contact, .. } => Some(self.programme.contacts[*contact].id.to_string()),
            Verdict::Refused { .. } | Verdict::Doubtful { .. } => None,
        }
    }

    /// Prints it for people.
    pub(super) fn print(&self, is_written: bool, terminal: &Terminal) {
        self.print_taken(terminal);
        self.print_kept(terminal);
        self.print_open(terminal);
        self.print_columns(terminal);
        if self.proposal.rewrites.is_empty() {
            return;
        }
        match is_written {
            true => {
                for rewrite in &self.proposal.rewrites {
                    terminal.next(&format!("commit {}", rewrite.path));
                }
            }
            false => terminal.next("nothing is written yet; the same with --write does it"),
        }
    }

    fn print_taken(&self, terminal: &Terminal) {
        let new = |row: &Judged| match &row.verdict {
            Verdict::New { id, values } => {
                let parts = ["company", "email", "phone"].into_iter().filter_map(|path| value(values, path));
                let rest = parts.map(|part| format!(" · {part}")).collect::<String>();
                Some(vec![format!("{}  {id}: {}{rest}", self.where_is(row.number, None), row.name)])
            }
            _ => None,
        };
        self.group(&format!("new, into {}", self.into), "32", &new, terminal);
        let changed = |row: &Judged| match &row.verdict {
            Verdict::Changed { changes, .. } => {
                let id = self.id_of(row).unwrap_or_default();
                let head = format!("{}  {id}: {}", self.where_is(row.number, None), row.name);
                let lines = changes.iter().map(|change| format!("    {}", shown(change)));
                Some(std::iter::once(head).chain(lines).collect())
            }
            _ => None,
        };
        self.group("changed", "33", &changed, terminal);
    }

    /// What the list says otherwise and does not change.
    fn print_kept(&self, terminal: &Terminal) {
        let kept = |row: &Judged| match &row.verdict {
            Verdict::Changed { kept, .. } | Verdict::Unchanged { kept, .. } if !kept.is_empty() => {
                let id = self.id_of(row).unwrap_or_default();
                let line = |change: &Change| {
                    let ours = change.from.as_ref().map_or("nothing".into(), |from| from.shown());
                    format!(
                        "{}  {id}: {} stays {ours}; the list has {}",
                        self.where_is(row.number, None),
                        change.key.path(),
                        change.to.shown()
                    )
                };
                Some(kept.iter().map(line).collect())
            }
            _ => None,
        };
        self.group("kept as they are (--overwrite FIELD changes them)", "2", &kept, terminal);
    }

    fn print_open(&self, terminal: &Terminal) {
        let mut refused: BTreeMap<&str, Vec<&Judged>> = BTreeMap::new();
        for row in &self.proposal.rows {
            if let Verdict::Refused { why, .. } = &row.verdict {
                refused.entry(why).or_default().push(row);
            }
        }
        if !refused.is_empty() {
            terminal.trouble(&format!("  {}", terminal.paint("refused", "31")));
        }
        for (why, rows) in refused {
            match rows.as_slice() {
                // What ails them all is said once.
                [_, _, _, _, ..] => {
                    let numbers: Vec<String> = rows.iter().take(SHOWN).map(|row| row.number.to_string()).collect();
                    let more = rows.len().saturating_sub(SHOWN);
                    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                    let unit = if self.list.of_cards { "lines" } else { "rows" };
                    terminal.trouble(&format!("    {unit} {}{more}: {why}", numbers.join(", ")));
                }
                few => {
                    for row in few {
                        let Verdict::Refused { column, .. } = &row.verdict else { continue };
                        let name = if row.name.is_empty() { String::new() } else { format!("{}: ", row.name) };
                        terminal.trouble(&format!("    {}  {name}{why}", self.where_is(row.number, *column)));
                    }
                }
            }
        }
        let doubtful = |row: &Judged| match &row.verdict {
            Verdict::Doubtful { candidates, why } => Some(vec![format!(
                "{}  {}: {why}: {}",
                self.where_is(row.number, None),
                row.name,
                candidates.join(", ")
            )]),
            _ => None,
        };
        let hint = "doubtful: a column `id` with the contact's id, or with a new one, says who is meant";
        self.group(hint, "33", &doubtful, terminal);
        let left_out = |row: &Judged| {
            let line = |left: &crate::import::rows::LeftOut| {
                let hint = left.fault.hint.as_ref().map_or(String::new(), |hint| format!("; {hint}"));
                format!("{}: {}{hint}", self.where_is(row.number, Some(left.column)), left.fault.message)
            };
            (!row.left_out.is_empty()).then(|| row.left_out.iter().map(line).collect())
        };
        self.group("left out", "33", &left_out, terminal);
        let further = |row: &Judged| {
            let line =
                |(column, text): &(usize, String)| format!("{}: {text}", self.where_is(row.number, Some(*column)));
            (!row.further.is_empty()).then(|| row.further.iter().map(line).collect())
        };
        let title = "not kept, since a contact has one e-mail address and one telephone number";
        self.group(title, "33", &further, terminal);
    }

    fn print_columns(&self, terminal: &Terminal) {
        let unread = self.unread();
        if !unread.is_empty() {
            let names: Vec<String> = unread.iter().map(|column| format!("“{}”", column.name)).collect();
            terminal.line(&format!("  not read (--map COLUMN=field does): {}", names.join(", ")));
        }
        for column in self.list.columns.iter().filter(|column| column.filled > 0 && !column.is_mapped) {
            if let Some(Target::Field(key @ Key::Extra(_))) = column.heading.as_ref().map(|heading| &heading.target)
                && !key.path().eq_ignore_ascii_case(&column.name)
            {
                let (name, path) = (&column.name, key.path());
                terminal.line(&format!("  “{name}” goes into `{path}` (--map \"{name}=-\" leaves it out)"));
            }
        }
        if !self.list.passed_over.is_empty() {
            terminal.line(&format!("  passed over: {}", self.list.passed_over.join(", ")));
        }
    }

    /// Columns that hold something and mean nothing here.
    fn unread(&self) -> Vec<&Column> {
        let is_unread = |column: &&Column| column.heading.is_none() && !column.is_mapped && column.filled > 0;
        self.list.columns.iter().filter(is_unread).collect()
    }

    fn group(&self, title: &str, colour: &str, lines: &dyn Fn(&Judged) -> Option<Vec<String>>, terminal: &Terminal) {
        let mut shown = 0;
        let mut more = 0;
        for all in self.proposal.rows.iter().filter_map(lines) {
            if shown == 0 {
                terminal.line(&format!("  {}", terminal.paint(title, colour)));
            }
            if shown >= SHOWN && !terminal.verbose {
                more += 1;
                continue;
            }
            shown += 1;
            all.iter().for_each(|line| terminal.line(&format!("    {line}")));
        }
        if more > 0 {
            terminal.line(&format!("    and {more} more (-v shows them)"));
        }
    }

    /// All of it as one document.
    pub(super) fn json(&self, file: &Path, is_written: bool) -> Json {
        let mut lists: BTreeMap<&str, Vec<Json>> = BTreeMap::new();
        for name in ["new", "changed", "unchanged", "refused", "doubtful", "left_out", "further"] {
            lists.insert(name, Vec::new());
        }
        let mut push = |name: &'static str, entry: Json| lists.entry(name).or_default().push(entry);
        for row in &self.proposal.rows {
            let number = row.number;
            match &row.verdict {
                Verdict::New { id, values } => {
                    push("new", json!({ "row": number, "id": id, "into": self.into, "values": values_json(values) }));
                }
                Verdict::Changed { contact, changes, kept } => push(
                    "changed",
                    json!({
                        "row": number, "id": self.programme.contacts[*contact].id.as_str(),
                        "changes": changes.iter().map(change_json).collect::<Vec<_>>(),
                        "kept": kept.iter().map(change_json).collect::<Vec<_>>(),
                    }),
                ),
                Verdict::Unchanged { id, kept } => {
                    let kept: Vec<Json> = kept.iter().map(change_json).collect();
                    push("unchanged", json!({ "row": number, "id": id, "kept": kept }));
                }
                Verdict::Refused { code, column, why } => {
                    let column = column.map(|column| self.list.columns[column].name.as_str());
                    push(
                        "refused",
                        json!({ "row": number, "column": column, "name": row.name, "code": code, "why": why }),
                    );
                }
                Verdict::Doubtful { candidates, why } => {
                    push("doubtful", json!({ "row": number, "name": row.name, "candidates": candidates, "why": why }));
                }
            }
            for left in &row.left_out {
                let column = self.list.columns[left.column].name.as_str();
                push(
                    "left_out",
                    json!({ "row": number, "column": column, "value": left.text, "why": left.fault.message }),
                );
            }
            for (column, text) in &row.further {
                let column = self.list.columns[*column].name.as_str();
                push("further", json!({ "row": number, "column": column, "value": text }));
            }
        }
        let columns = self.list.columns.iter().map(|column| {
            let is_read = column.heading.is_some();
            json!({ "column": column.name, "letters": column.letters, "rows": column.filled, "read": is_read })
        });
        let files: Vec<&str> = self.proposal.rewrites.iter().map(|rewrite| rewrite.path.as_str()).collect();
        let mut document = json!({
            "file": file.to_string_lossy(),
            "read_as": self.list.told,
            "rows": self.list.rows.len(),
            "written": is_written,
            "files": files,
            "columns": columns.collect::<Vec<_>>(),
            "not_read": self.unread().iter().map(|column| column.name.as_str()).collect::<Vec<_>>(),
            "passed_over": self.list.passed_over,
        });
        for (name, list) in lists {
            document[name] = list.into();
        }
        document
    }
}

fn value(values: &Values, path: &str) -> Option<String> {
    values.get(&Key::of(path)).map(|value| value.shown().into_owned())
}

fn shown(change: &Change) -> String {
    let path = change.key.path();
    match &change.from {
        Some(from) => format!("{path}: {} → {}", from.shown(), change.to.shown()),
        None => format!("{path}: {} (was empty)", change.to.shown()),
    }
}

fn change_json(change: &Change) -> Json {
    let from = change.from.as_ref().map(|from| from.shown().into_owned());
    json!({ "field": change.key.path(), "from": from, "to": change.to.shown() })
}

fn values_json(values: &Values) -> Json {
    values
        .iter()
        .map(|(key, value)| (key.path().into_owned(), Json::from(value.shown().into_owned())))
        .collect::<Map<_, _>>()
        .into()
}

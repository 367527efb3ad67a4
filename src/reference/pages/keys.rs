//! Every key of every file.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{head, row};
use crate::reference::keys::{fields, key};
use crate::reference::schema::{NAMES, instead};
use crate::reference::values::{kind_in_words, written};

const INTRODUCTION: &str = "\
# Every key of every file

An unknown key is an error with a \"did you mean\"; free fields of your own live under `extra:`. Dates are written `2027-01-20`, amounts
of money in quotes, and what begins with a plus or a zero (telephones, postal codes) in quotes too. `bevara schema NAME` prints the same as
a JSON Schema, and editors with the YAML extension complete the keys and show their meaning.

";

pub(super) fn write(out: &mut String) {
    out.push_str(INTRODUCTION);
    let mut written = BTreeSet::new();
    for name in &NAMES {
        let shape = if name.is_list { "A list; each item is a" } else { "A" };
        // Writing into a String cannot fail.
        let _ = match name.name {
            "front-matter" => write!(
                out,
                "## Front matter: `{}`\n\nBetween two lines of `---` at the top of a text. A [{}](#{}).\n",
                name.files,
                name.group,
                name.group.to_lowercase()
            ),
            _ => write!(out, "## `{}`\n\n{shape} [{}](#{}).\n", name.files, name.group, name.group.to_lowercase()),
        };
        group(name.group, &mut written, out);
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
}

/// Writes the table of a group, and behind it those of the groups in it that stand nowhere yet.
fn group(name: &str, done: &mut BTreeSet<String>, out: &mut String) {
    let Some(fields) = fields(name).filter(|_| done.insert(name.to_owned())) else { return };
    let _ = write!(out, "\n### {name}\n\n");
    head(&["key", "what it is", "value", "example", "where it is missing"], out);
    for (field, kind) in &fields {
        let known = key(name, field).cloned().unwrap_or_default();
        let code = |value: &Option<serde_json::Value>| {
            value.as_ref().map_or(String::new(), |value| format!("`{}`", written(value)))
        };
        let missing = if known.is_required { "it is needed".to_owned() } else { code(&known.default) };
        let group = kind
            .split(['<', '>', ','])
            .find_map(instead)
            .map_or(String::new(), |group| format!(", or group [{group}](#{})", group.to_lowercase()));
        let value = kind_in_words(kind) + &group;
        row(&[format!("`{field}`"), known.meaning.clone(), value, code(&known.example), missing], out);
    }
    for (_, kind) in &fields {
        for inner in kind.split(['<', '>', ',']) {
            group(instead(inner).unwrap_or(inner), done, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::wire::groups;

    #[test]
    fn every_group_has_its_table_once_and_every_link_leads_to_one() {
        let mut page = String::new();
        write(&mut page);
        let headings: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("### ")).collect();
        for (group, _) in groups() {
            assert_eq!(headings.iter().filter(|heading| *heading == group).count(), 1, "{group}");
        }
        for link in page.split("](#").skip(1).map(|rest| rest.split(')').next().unwrap_or_default()) {
            assert!(headings.iter().any(|heading| heading.to_lowercase() == link), "#{link}");
        }
    }
}

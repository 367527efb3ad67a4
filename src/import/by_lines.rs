//! Changes of an item that is written as nearly all are: each key on a line of its own with its whole value behind it. A line is
//! exchanged or added without reading YAML; whoever writes proves the whole file afterwards.

use super::proposal::Change;
use super::values::yaml_of;

/// The item with its changes; `None` where it is written otherwise, or a change is of something within a group.
pub fn changed(item: &str, changes: &[Change]) -> Option<String> {
    let mut lines: Vec<(&str, String)> = Vec::new();
    let mut last_key = None;
    for (number, line) in item.split_inclusive('\n').enumerate() {
        let key = match line.trim() {
            "" => "",
            text if text.starts_with('#') => "",
            _ => {
                last_key = Some(number);
                key_of(line, number == 0)?
            }
        };
        lines.push((key, line.to_owned()));
    }
    let mut last_key = last_key?;
    let newline = if item.ends_with("\r\n") { "\r\n" } else { "\n" };
    for change in changes {
        let path = change.key.path();
        if path.contains('.') {
            return None;
        }
        let value = yaml_of(&change.key, &change.to);
        let mut there = lines.iter().enumerate().filter(|(_, (key, _))| *key == path).map(|(number, _)| number);
        match (there.next(), there.next()) {
            (Some(_), Some(_)) => return None,
            (Some(number), None) => {
                let dash = if number == 0 { "- " } else { "  " };
                lines[number].1 = format!("{dash}{path}: {value}{newline}");
            }
            (None, _) => {
                last_key += 1;
                lines.insert(last_key, ("", format!("  {path}: {value}{newline}")));
            }
        }
    }
    Some(lines.into_iter().map(|(_, line)| line).collect())
}

/// The key of a line whose value begins and ends on it, without a comment behind it.
fn key_of(line: &str, is_first: bool) -> Option<&str> {
    let text = line.strip_prefix(if is_first { "- " } else { "  " })?.trim_end();
    let (key, value) = text.split_once(": ")?;
    let is_key = !key.is_empty() && key.bytes().all(|octet| octet.is_ascii_lowercase() || octet == b'_');
    let is_whole = match value.bytes().next()? {
        b'"' => value.len() > 1 && value.ends_with('"') && !value.ends_with("\\\""),
        b'\'' => value.len() > 1 && value.ends_with('\''),
        b'{' => value.ends_with('}'),
        b'[' => value.ends_with(']'),
        first => first.is_ascii_alphanumeric() || first >= 0x80,
    };
    (is_key && is_whole && !value.contains(" #")).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::fields::Key;
    use crate::import::values::Value;

    fn change(path: &str, to: &str) -> Change {
        Change { key: Key::of(path), from: None, to: Value::Text(to.to_owned()) }
    }

    #[test]
    fn a_line_is_exchanged_or_added_behind_the_last_key() {
        let item = "- id: anna\n  # the first\n  company: Linds\n  tags: [a, b]\n\n";
        let changes = [change("company", "Linds #1"), change("role", "owner")];
        let expected = "- id: anna\n  # the first\n  company: \"Linds #1\"\n  tags: [a, b]\n  role: owner\n\n";
        assert_eq!(changed(item, &changes).as_deref(), Some(expected));
    }

    #[test]
    fn what_is_written_otherwise_is_left_to_those_who_read_it() {
        for item in [
            "- id: anna\n  company: Linds # since May\n",
            "- id: anna\n  company: \"Linds\n  role: x\"\n",
            "- id: anna\n  extra:\n    company: x\n",
            "- {id: anna, company: Linds}\n",
            "- id: anna\n  company: |\n    Linds\n",
            "- id: anna\n  company: a\n  company: b\n",
            "- id: anna\n  company: &firm Linds\n",
        ] {
            assert_eq!(changed(item, &[change("company", "Ek")]), None, "{item}");
        }
        assert_eq!(changed("- id: anna\n", &[change("address.city", "Lund")]), None);
    }
}

//! Whole items taken out of a list.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_yaml::Value;

use crate::Document;
use source::SourceFile;
use source::diagnostic::Fault;

/// The text of item number `item` of a list that is written with a dash an item, up to the next dash; `None` for other lists.
pub fn item_text(file: &SourceFile, starts: &[usize], item: usize) -> Option<String> {
    let start = *starts.get(item)?;
    let end = starts.get(item + 1).copied().unwrap_or(file.text().len());
    file.text().get(start..end).map(str::to_owned)
}

/// The items of a list, as far as they can be read as `T`; none where the text is no such list.
pub fn items_of<T: DeserializeOwned>(text: &str) -> Vec<T> {
    serde_yaml::from_str(text).unwrap_or_default()
}

/// The text of `file` without these items of its list; comments between items stay.
///
/// # Errors
/// The list is written in a way that cannot be changed safely.
pub fn remove_items(file: &Arc<SourceFile>, items: &[usize]) -> Result<String, Fault> {
    let not_safe =
        || Fault::new("this list is written in a way that cannot be changed safely").hint("take the entry out by hand");
    let text = file.text();
    let starts = Document::whole(file).items().ok_or_else(not_safe)?;
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    let mut items = items.to_vec();
    items.sort_unstable();
    items.dedup();
    for &item in &items {
        let start = *starts.get(item).ok_or_else(not_safe)?;
        let end = starts.get(item + 1).copied().unwrap_or(text.len());
        out.push_str(&text[at..start]);
        at = start + own_length(&text[start..end]);
    }
    out.push_str(&text[at..]);
    if holds_the_others(text, &out, &items) { Ok(out) } else { Err(not_safe()) }
}

/// How much of the text from an item's dash to the next belongs to it: its lines, and the blank ones right after.
fn own_length(text: &str) -> usize {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let is_foreign = |line: &&str| line.trim().is_empty() || line.starts_with('#') || line.trim() == "...";
    let own = lines.len() - lines.iter().skip(1).rev().take_while(|line| is_foreign(line)).count();
    let blank = lines[own..].iter().take_while(|line| line.trim().is_empty()).count();
    lines[..own + blank].iter().map(|line| line.len()).sum()
}

fn holds_the_others(before: &str, after: &str, items: &[usize]) -> bool {
    let list = |text: &str| match serde_yaml::from_str::<Value>(text) {
        Ok(Value::Sequence(list)) => Some(list),
        Ok(Value::Null) => Some(Vec::new()),
        _ => None,
    };
    let Some(before) = list(before) else { return false };
    let others = before.into_iter().enumerate().filter(|(index, _)| !items.contains(index)).map(|(_, item)| item);
    list(after) == Some(others.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without(text: &str, items: &[usize]) -> String {
        remove_items(&SourceFile::new("contacts/a.yaml", text), items).expect("it can be changed")
    }

    #[test]
    fn items_go_with_their_lines_and_comments_between_stay() {
        let list =
            "# A\n- id: a   # one\n  name: A\n\n# B\n- {id: b}\n- id: c\n  # its own\n  tags:\n    - x\n\n# end\n";
        assert_eq!(without(list, &[0]), "# A\n# B\n- {id: b}\n- id: c\n  # its own\n  tags:\n    - x\n\n# end\n");
        assert_eq!(without(list, &[1, 2]), "# A\n- id: a   # one\n  name: A\n\n# B\n# end\n");
        assert_eq!(without(list, &[2, 0, 1]), "# A\n# B\n# end\n");
        assert_eq!(without("- id: a\r\n- id: b\r\n", &[1]), "- id: a\r\n");
    }

    #[test]
    fn what_cannot_be_changed_safely_is_left() {
        for text in ["[{id: a}, {id: b}]\n", "- &x {id: a}\n- *x\n", "a: 1\n"] {
            assert!(remove_items(&SourceFile::new("contacts/a.yaml", text), &[0]).is_err(), "{text}");
        }
    }
}

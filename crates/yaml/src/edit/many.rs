//! One key in many items of a file, at the cost of reading the file twice and not once an item.

use std::sync::Arc;

use serde_yaml::Value;

use super::set_key;
use crate::Document;
use source::SourceFile;
use source::diagnostic::Fault;

/// The text of `file` with `key` in each of these items of its list, in their order; every value is YAML in one line.
///
/// # Errors
/// The first item that cannot be given the key, and why, as [`set_key`] has it.
pub fn set_key_in_many(
    file: &Arc<SourceFile>,
    key: &str,
    values: &[(usize, String)],
) -> Result<String, (usize, Fault)> {
    if let Some(text) = by_parts(file, key, values) {
        return Ok(text);
    }
    // Something is unusual about the list, or wrong: one by one it comes right, or is said.
    let mut changed = Arc::clone(file);
    for (item, value) in values {
        let text = set_key(&changed, *item, key, value).map_err(|fault| (*item, fault))?;
        changed = SourceFile::new(file.path(), text);
    }
    Ok(changed.text().to_owned())
}

/// Every item changed by itself, and the whole read again.
fn by_parts(file: &Arc<SourceFile>, key: &str, values: &[(usize, String)]) -> Option<String> {
    let starts = Document::whole(file).items()?;
    let text = file.text();
    let (mut out, mut end) = (String::with_capacity(text.len()), 0);
    for (item, value) in values {
        let start = *starts.get(*item)?;
        let next = starts.get(item + 1).copied().unwrap_or(text.len());
        // Without a line end of its own it does not show which kind is used here.
        if text.contains("\r\n") && !text[start..next].ends_with('\n') {
            return None;
        }
        let part = SourceFile::new(file.path(), &text[start..next]);
        out.push_str(text.get(end..start)?);
        out.push_str(&set_key(&part, 0, key, value).ok()?);
        end = next;
    }
    out.push_str(&text[end..]);
    says_the_same_and(&out, text, key, values).then_some(out)
}

/// True where `new` says what `old` says, and these values, and nothing else.
fn says_the_same_and(new: &str, old: &str, key: &str, values: &[(usize, String)]) -> bool {
    let read = |text: &str| serde_yaml::from_str::<Value>(text).ok();
    let goal = read(old).and_then(|mut whole| {
        for (item, value) in values {
            let entry = whole.as_sequence_mut()?.get_mut(*item)?.as_mapping_mut()?;
            entry.insert(key.into(), read(value)?);
        }
        Some(whole)
    });
    goal.is_some() && goal == read(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_items_come_out_as_one_after_the_other() {
        for text in [
            "# people\n- id: a\n  name: A\n\n# B\n- id: b\n- id: c\n  note: |\n    x\n",
            "- id: a\r\n  name: A\r\n\r\n- {id: b}\r\n- id: c",
            "  - id: a\n  - id: b\n  - id: c\n",
            "[{id: a}, {id: b}, {id: c}]\n",
        ] {
            let file = SourceFile::new("contacts/a.yaml", text);
            let values = [(0, "2026-11-20".to_owned()), (2, "2026-11-21".to_owned())];
            let new = set_key_in_many(&file, "email_bounced", &values).expect("it can be changed");
            let one = set_key(&file, 0, "email_bounced", "2026-11-20").expect("it can be changed");
            let one = SourceFile::new("contacts/a.yaml", one);
            assert_eq!(new, set_key(&one, 2, "email_bounced", "2026-11-21").expect("it can be changed"), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_changed_is_named() {
        let file = SourceFile::new("contacts/a.yaml", "- id: a\n- id: b\n  email_bounced: 2026-01-01\n");
        let values = [(0, "2026-11-20".to_owned()), (1, "2026-11-21".to_owned())];
        let (item, fault) = set_key_in_many(&file, "email_bounced", &values).expect_err("b has a value");
        assert_eq!((item, fault.message.as_str()), (1, "`email_bounced` has a value already"));
    }
}

//! A new item in a list below a key of the document.

use serde_yaml::Value;
use source::diagnostic::Fault;

/// `text`, a mapping, with `block` (a list item in block style, its dash first) in the list below `key`: before the item number
/// `before`, or after the last one.
///
/// # Errors
/// The text is written in a way that cannot be added to safely.
pub fn insert(text: &str, key: &str, block: &str, before: Option<usize>) -> Result<String, Fault> {
    let read = |text: &str| serde_yaml::from_str::<Value>(text).map_err(|_| Fault::new("this is not YAML"));
    let mut goal = read(text)?;
    let item = read(block)?.as_sequence().and_then(|items| items.first().cloned()).unwrap_or_default();
    let whole = goal.as_mapping_mut().ok_or_else(|| Fault::new("this file holds no group of keys"))?;
    match whole.get_mut(key).and_then(Value::as_sequence_mut) {
        Some(items) => items.insert(before.unwrap_or(items.len()).min(items.len()), item),
        None => _ = whole.insert(key.into(), Value::Sequence(vec![item])),
    }
    let mut sound = proposals(text, key, block, before).into_iter();
    sound.find(|proposal| read(proposal).is_ok_and(|whole| whole == goal)).ok_or_else(|| {
        Fault::new("this file is written in a way that cannot be added to safely")
            .hint(format!("add the item by hand:\n{}", block.trim_end()))
    })
}

/// Texts with the block in every place where it may belong, the likeliest first.
fn proposals(text: &str, key: &str, block: &str, before: Option<usize>) -> Vec<String> {
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let head_line = format!("{key}:");
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let Some(head) =
        lines.iter().position(|line| line.trim_end().split(" #").next().map(str::trim_end) == Some(head_line.as_str()))
    else {
        return empty_list(text, key, block, newline);
    };
    let indent = |line: &str| line.len() - line.trim_start().len();
    let is_item = |line: &&&str| line.trim_start().starts_with("- ");
    let Some(first) = lines[head + 1..].iter().find(is_item).map(|line| indent(line)) else {
        return empty_list(text, key, block, newline);
    };
    // The list ends at the first line that is no deeper than its key and no item of it.
    let is_end = |line: &str| {
        !line.trim().is_empty()
            && !line.trim_start().starts_with('#')
            && indent(line) <= first
            && !line[first.min(line.len())..].starts_with('-')
    };
    let end = (head + 1..lines.len()).find(|&at| is_end(lines[at])).unwrap_or(lines.len());
    let starts: Vec<usize> =
        (head + 1..end).filter(|&at| indent(lines[at]) == first && lines[at][first..].starts_with("- ")).collect();
    let last_line = |from: usize, to: usize| {
        (from..to)
            .rev()
            .find(|&at| !lines[at].trim().is_empty() && !lines[at].trim_start().starts_with('#'))
            .map_or(from, |at| at + 1)
    };
    // Before an item means before the comment above it.
    let place = match before.and_then(|number| starts.get(number).copied().map(|start| (number, start))) {
        Some((0, _)) => head + 1,
        Some((number, start)) => last_line(starts[number - 1], start),
        None => last_line(head + 1, end),
    };
    let airy = starts.len() < 2 || (starts[0]..starts[1]).any(|at| lines[at].trim().is_empty());
    let pad = " ".repeat(first);
    let body: String = block.lines().map(|line| format!("{pad}{line}{newline}")).collect();
    let gap = if airy { newline } else { "" };
    let put = |at: usize| {
        let (mut above, below) = (lines[..at].concat(), lines[at..].concat());
        if !above.ends_with('\n') && !above.is_empty() {
            above.push_str(newline);
        }
        match at == head + 1 {
            true => [&above, body.as_str(), gap, &below].concat(),
            false => [&above, gap, body.as_str(), &below].concat(),
        }
    };
    vec![put(place), put(end)]
}

/// A list that has no item yet.
fn empty_list(text: &str, key: &str, block: &str, newline: &str) -> Vec<String> {
    let body: String = block.lines().map(|line| format!("{line}{newline}")).collect();
    let gap = if text.is_empty() || text.ends_with('\n') { "" } else { newline };
    let behind = [" []", " ~", ""].map(|nothing| format!("{key}:{nothing}"));
    let behind = behind.iter().filter(|empty| text.contains(*empty));
    let behind = behind.map(|empty| text.replacen(empty, &format!("{key}:{newline}{}", body.trim_end()), 1));
    behind.chain([format!("{text}{gap}{newline}{key}:{newline}{body}")]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_comes_before_the_comment_of_the_next() {
        let text = "year: 2027\nmailings:\n  # January\n  - id: a\n    when: 2027-01-20\n\n  # May\n  - id: b\n    when: 2027-05-20\n\ntouches:\n  - {id: c}\n";
        let block = "- id: n\n  when: 2027-03-10\n";
        let between = insert(text, "mailings", block, Some(1)).expect("it can be added");
        assert!(between.contains("01-20\n\n  - id: n\n    when: 2027-03-10\n\n  # May\n"), "{between}");
        let last = insert(text, "mailings", block, None).expect("it can be added");
        assert!(last.contains("05-20\n\n  - id: n\n    when: 2027-03-10\n\ntouches:"), "{last}");
        let first = insert(text, "mailings", block, Some(0)).expect("it can be added");
        assert!(first.contains("mailings:\n  - id: n\n    when: 2027-03-10\n\n  # January\n"), "{first}");
        for odd in [
            "year: 2027\n",
            "year: 2027\nmailings: []\n",
            "year: 2027\nmailings:\n- {id: a}\n- {id: b}",
            "mailings:\r\n- id: a\r\nyear: 2027\r\n",
        ] {
            insert(odd, "mailings", block, None).unwrap_or_else(|fault| panic!("{fault}: {odd}"));
        }
        assert!(insert("year: 2027\nmailings: [{id: a}]\n", "mailings", block, None).is_err());
    }
}

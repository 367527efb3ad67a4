//! A new item after the last one of a list.

use serde_yaml::Value;

use super::{Change, changed};
use source::Span;
use source::diagnostic::Fault;

/// `text`, a list, with `item` after its last item; `item` is YAML in block style without its dash, lines joined by `\n`.
///
/// # Errors
/// The text is no list, or is written in a way that cannot be added to safely.
pub fn append(text: &str, item: &str) -> Result<String, Fault> {
    let read = |text: &str| serde_yaml::from_str::<Value>(text).map_err(|_| Fault::new("this is not YAML"));
    let mut items = match read(text)? {
        Value::Null => Vec::new(),
        Value::Sequence(items) => items,
        _ => return Err(Fault::new("this file holds no list")),
    };
    // Where every other item is one line, and where they are paragraphs: the new one looks like them.
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    // The line between a comment at the top and the first item parts no items.
    let first = text.find("\n- ").map_or(0, |at| at + 1).min(if text.starts_with("- ") { 0 } else { text.len() });
    let has_gaps = text[first..].contains(&format!("{newline}{newline}- "));
    let airy = items.len() > 1 && has_gaps || items.len() <= 1 && item.contains('\n');
    let items_before = items.len();
    items.push(read(item)?);
    let goal = Value::Sequence(items);
    let lines: Vec<String> = item
        .lines()
        .enumerate()
        .map(|(number, line)| if number == 0 { format!("- {line}") } else { format!("  {line}").trim_end().to_owned() })
        .collect();
    let body = lines.join(newline);
    let end = text.trim_end().len();
    let gap = match () {
        () if end == 0 => "",
        () if items_before == 0 && text.ends_with(&[newline, newline].concat()) => &[newline, newline].concat(),
        () if airy => &[newline, newline].concat(),
        () => newline,
    };
    let at_end = Change { span: Span { start: end, end: text.len() }, new: format!("{gap}{body}{newline}") };
    // `[]` says that there is nothing yet.
    let empty =
        text.rfind("[]").map(|start| Change { span: Span { start, end: text.len() }, new: format!("{body}{newline}") });
    let proposals = [Some(at_end), empty].into_iter().flatten().map(|change| changed(text, &change));
    let mut sound =
        proposals.filter(|proposal| serde_yaml::from_str::<Value>(proposal).is_ok_and(|whole| whole == goal));
    sound.next().ok_or_else(|| {
        Fault::new("this list is written in a way that cannot be added to safely")
            .hint("add the item by hand, as a line that begins with `- `")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_comes_behind_the_last_one_and_looks_like_the_others() {
        let touch = "{contact: anna, on: 2027-01-20}";
        assert_eq!(
            append("# head\n- {a: 1}   # first\n- {a: 2}\n", touch).expect("added"),
            format!("# head\n- {{a: 1}}   # first\n- {{a: 2}}\n- {touch}\n")
        );
        assert_eq!(append("- {a: 1}", touch).expect("added"), format!("- {{a: 1}}\n- {touch}\n"));
        assert_eq!(
            append("- a: 1\r\n  b: 2\r\n\r\n- a: 2\r\n", "a: 3\nb: 4").expect("added"),
            "- a: 1\r\n  b: 2\r\n\r\n- a: 2\r\n\r\n- a: 3\r\n  b: 4\r\n"
        );
        assert_eq!(append("# nothing yet\n", touch).expect("added"), format!("# nothing yet\n- {touch}\n"));
        let mut dense = "# why\n\n".to_owned();
        for number in 1..=3 {
            dense = append(&dense, &format!("{{a: {number}}}")).expect("added");
        }
        assert_eq!(dense, "# why\n\n- {a: 1}\n- {a: 2}\n- {a: 3}\n");
        assert_eq!(append("", touch).expect("added"), format!("- {touch}\n"));
        assert_eq!(append("[]\n", touch).expect("added"), format!("- {touch}\n"));
    }

    #[test]
    fn what_is_no_list_stays_as_it_is() {
        for text in ["a: 1\n", "[{a: 1}]\n", "- a: [\n"] {
            assert!(append(text, "{a: 2}").is_err(), "{text}");
        }
    }
}

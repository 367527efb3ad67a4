//! Changes of YAML texts that keep comments, order and formatting.
//!
//! A change is a little text put in at a position. Positions come from the parser where it knows them (where an item and its
//! keys begin) and from looking at the lines where it does not (where an item ends). As YAML has more ways to write a thing
//! than one may think of, a change is a row of proposals, the most beautiful first; the first one that, read again, says what
//! was there before and the change and nothing else is taken. If there is none, the text stays as it is.

use std::sync::Arc;

use serde_yaml::Value;

use crate::quoted_length;
use crate::{At, Document, Step};
use source::diagnostic::Fault;
use source::{SourceFile, Span};

mod append;
mod cut;
mod in_list;
mod many;
mod nested;
mod put;

pub use append::append;
pub use cut::{item_text, items_of, remove_items};
pub use in_list::{append_to, put_in};
pub use many::set_key_in_many;
pub use nested::insert;
pub use put::{put, put_behind, remove};

/// The text of `file` with `key: value` in item number `item` of its list.
///
/// `value` is YAML in one line. A key that is there without a value gets this one.
///
/// # Errors
/// There is no such item, or the key has a value already, or the item is written in a way that cannot be changed safely.
pub fn set_key(file: &Arc<SourceFile>, item: usize, key: &str, value: &str) -> Result<String, Fault> {
    let text = file.text();
    let goal = Goal::new(text, item, key, value)?;
    let document = Document::whole(file);
    let place = Item::find(&document, item);
    let proposals = match place.text[place.start..].starts_with('{') {
        _ if goal.keys.iter().any(|known| known == key) => place.empty_value(key, value).into_iter().collect(),
        true => place.in_flow(key, value).into_iter().collect(),
        false => place.in_block(key, value, &goal.keys),
    };
    let mut proposals = proposals.iter().map(|change| changed(text, change));
    proposals.find(|proposal| goal.is_met_by(proposal)).ok_or_else(|| {
        Fault::new("this item is written in a way that cannot be changed safely")
            .hint(format!("add `{key}: {value}` to it by hand"))
    })
}

/// A text in the place of another.
struct Change {
    span: Span,
    new: String,
}

fn changed(text: &str, change: &Change) -> String {
    [&text[..change.span.start], &change.new, &text[change.span.end..]].concat()
}

/// A text as a YAML scalar: as it is where that is safe, else in double quotes.
pub fn scalar(text: &str) -> String {
    const WORDS: [&str; 9] = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
    let mut characters = text.chars();
    let plain = characters.next().is_some_and(char::is_alphabetic)
        && characters.all(|character| character.is_alphanumeric() || matches!(character, ' ' | '-' | '_' | '.' | '/'))
        && !text.ends_with(' ')
        && !WORDS.contains(&text.to_lowercase().as_str());
    match plain {
        true => text.to_owned(),
        // What JSON writes is YAML.
        false => serde_json::Value::from(text).to_string(),
    }
}

/// What the changed text must say.
struct Goal {
    whole: Value,
    /// The keys that the item had before, in order.
    keys: Vec<String>,
}

impl Goal {
    fn new(text: &str, item: usize, key: &str, value: &str) -> Result<Self, Fault> {
        let read = |text: &str| serde_yaml::from_str::<Value>(text).map_err(|_| Fault::new("this is not YAML"));
        let mut whole = read(text)?;
        let entry = whole.as_sequence_mut().and_then(|items| items.get_mut(item)).and_then(Value::as_mapping_mut);
        let entry = entry.ok_or_else(|| Fault::new(format!("there is no item {item} in this list")))?;
        let keys = entry.keys().filter_map(Value::as_str).map(str::to_owned).collect();
        match entry.insert(key.into(), read(value)?) {
            None | Some(Value::Null) => Ok(Goal { whole, keys }),
            Some(_) => Err(Fault::new(format!("`{key}` has a value already"))),
        }
    }

    fn is_met_by(&self, text: &str) -> bool {
        serde_yaml::from_str::<Value>(text).is_ok_and(|whole| whole == self.whole)
    }
}

/// An item of a list, and where it begins and ends.
struct Item<'d> {
    document: &'d Document,
    text: &'d str,
    number: usize,
    /// Its first key, or its opening brace.
    start: usize,
    /// The line of the next item's dash, or the end of the text; for block style only.
    end: usize,
}

impl<'d> Item<'d> {
    fn find(document: &'d Document, number: usize) -> Self {
        let text = document.file().text();
        let start = document.locate(&[Step::Item(number)], At::Value).start;
        // Where there is no next item, locating it leads back to the beginning of something before.
        let next = document.locate(&[Step::Item(number + 1)], At::Value).start;
        // A lone CR ends a line for YAML and for nobody else: the next item may seem to be on the line where this one begins.
        let end = if next > start { dash_line(text, next).max(start) } else { text.len() };
        Item { document, text, number, start, end }
    }

    /// Behind a key that has no value, or in the place of `~` or `null`.
    fn empty_value(&self, key: &str, value: &str) -> Option<Change> {
        let path = [Step::Item(self.number), key.into()];
        let rest = &self.text[self.document.locate(&path, At::Key(0)).start..];
        let behind = ["", "\"", "'"].into_iter().find_map(|quote| {
            let behind = rest.strip_prefix(quote)?.strip_prefix(key)?.strip_prefix(quote)?;
            behind.trim_start_matches(' ').strip_prefix(':')
        })?;
        let start = self.text.len() - behind.len();
        let word = behind.trim_start_matches(' ');
        let nothing = ["null", "Null", "NULL", "~"].into_iter().find(|nothing| word.starts_with(nothing));
        let end = nothing.map_or(start, |nothing| self.text.len() - word.len() + nothing.len());
        Some(Change { span: Span { start, end }, new: format!(" {value}") })
    }

    /// Into `{…}`: after its last entry.
    fn in_flow(&self, key: &str, value: &str) -> Option<Change> {
        let last = last_in_braces(self.text, self.start)?;
        let before = match self.text[..last].chars().next_back() {
            Some('{') => "",
            Some(',') => " ",
            _ => ", ",
        };
        Some(Change { span: Span::at(last), new: format!("{before}{key}: {value}") })
    }

    /// Into lines: after the last line of the item, or right before the next one, or before one of its own keys.
    fn in_block(&self, key: &str, value: &str, keys: &[String]) -> Vec<Change> {
        let line_start = self.text[..self.start].rfind('\n').map_or(0, |newline| newline + 1);
        let column = self.text[line_start..self.start].chars().count();
        let line = format!("{}{key}: {value}", " ".repeat(column));
        let own = keys.iter().skip(1).rev().filter_map(|key| self.key_line(key));
        let places = [self.last_line_end(column), self.end].into_iter().chain(own);
        places.map(|at| self.line_at(at, &line)).collect()
    }

    /// The end of the last line that is neither empty nor a comment of something after the item.
    fn last_line_end(&self, column: usize) -> usize {
        let mut end = self.end;
        for line in self.text[self.start..self.end].split_inclusive('\n').rev() {
            let content = line.trim();
            let indent = line.len() - line.trim_start().len();
            let foreign = content.is_empty() || content == "..." || (content.starts_with('#') && indent < column);
            // The item's first line is cut off at its first key, so it has no indent of its own.
            if !foreign || end - line.len() <= self.start {
                break;
            }
            end -= line.len();
        }
        end
    }

    /// The beginning of the line that begins with this key of the item.
    fn key_line(&self, key: &str) -> Option<usize> {
        let at = self.document.locate(&[Step::Item(self.number), key.into()], At::Key(0)).start;
        let line = self.text[..at].rfind('\n')? + 1;
        (line > self.start && self.text[line..at].trim().is_empty()).then_some(line)
    }

    /// A line put in at the beginning of a line, or after the last one.
    fn line_at(&self, at: usize, line: &str) -> Change {
        let newline = if self.text.contains("\r\n") { "\r\n" } else { "\n" };
        let begins_line = at == 0 || self.text[..at].ends_with('\n');
        let new = if begins_line { format!("{line}{newline}") } else { format!("{newline}{line}") };
        Change { span: Span::at(at), new }
    }
}

/// The beginning of the line of the dash that belongs to the item that begins at `start`.
fn dash_line(text: &str, start: usize) -> usize {
    let mut end = text[start..].find('\n').map_or(text.len(), |newline| start + newline + 1);
    for line in text[..end].split_inclusive('\n').rev() {
        end -= line.len();
        let content = line.trim();
        if content == "-" || content.starts_with("- ") || content.starts_with("-\t") {
            break;
        }
    }
    end
}

/// The end of the last thing inside the braces that open at `start`: an entry, a comma, or the opening brace itself.
fn last_in_braces(text: &str, start: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut last = start;
    // A quote is one only where a key or value begins; in `O'Connor` it is a letter.
    let mut begins = true;
    let mut at = start;
    while let Some(character) = text[at..].chars().next() {
        let rest = &text[at..];
        let length = match character {
            '"' | '\'' if begins => quoted_length(rest)?,
            '#' if text[..at].ends_with(char::is_whitespace) => rest.find('\n').unwrap_or(rest.len()),
            other => other.len_utf8(),
        };
        let is_comment = character == '#' && length > 1;
        match character {
            '{' | '[' => depth += 1,
            '}' | ']' if depth == 1 => return Some(last),
            '}' | ']' => depth -= 1,
            _ => {}
        }
        if !character.is_whitespace() && !is_comment {
            let behind = rest[length..].chars().next();
            let ends_key = character == ':' && behind.is_none_or(|next| next.is_whitespace() || "{[\"'".contains(next));
            begins = matches!(character, '{' | '[' | ',') || ends_key;
            last = at + length;
        }
        at += length;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUE: &str = "{on: 2027-01-20, channel: link}";

    fn set(text: &str, item: usize) -> Result<String, Fault> {
        set_key(&SourceFile::new("contacts/a.yaml", text), item, "unsubscribed", VALUE)
    }

    /// What was put in, between bars; nothing else may have changed.
    fn shown(text: &str, item: usize) -> String {
        let new = set(text, item).unwrap_or_else(|fault| panic!("{fault}: {text}"));
        let same = |(a, b): &(char, char)| a == b;
        let mut start = text.chars().zip(new.chars()).take_while(same).map(|(a, _)| a.len_utf8()).sum::<usize>();
        let added = new.len() - text.len();
        // The same letters may stand before and after: show the change from the beginning of its line.
        while start > 0
            && new[start - 1..].chars().next() == new[start + added - 1..].chars().next()
            && !new[..start].ends_with('\n')
        {
            start -= 1;
        }
        assert_eq!(format!("{}{}", &new[..start], &new[start + added..]), text);
        format!("{}|{}|{}", &new[..start], &new[start..start + added], &new[start + added..])
    }

    #[test]
    fn a_key_comes_behind_the_last_line_of_its_item() {
        let text = "# people\n- id: a\n  tags: [x]   # why\n  # asked twice\n\n# B\n- id: b\n  name: B\n";
        assert_eq!(
            shown(text, 0),
            "# people\n- id: a\n  tags: [x]   # why\n  # asked twice\n|  unsubscribed: {on: 2027-01-20, channel: link}\n|\n# B\n- id: b\n  name: B\n"
        );
        assert!(shown(text, 1).ends_with("  name: B\n|  unsubscribed: {on: 2027-01-20, channel: link}\n|"));
        assert_eq!(shown("- id: a", 0), "- id: a|\n  unsubscribed: {on: 2027-01-20, channel: link}|");
        assert_eq!(shown("-\n    id: a\n", 0), "-\n    id: a\n|    unsubscribed: {on: 2027-01-20, channel: link}\n|");
    }

    #[test]
    fn line_ends_stay_what_they_are() {
        let text = "- id: å\r\n  name: Å\r\n\r\n- id: b\r\n";
        assert_eq!(
            shown(text, 0),
            "- id: å\r\n  name: Å\r\n|  unsubscribed: {on: 2027-01-20, channel: link}\r\n|\r\n- id: b\r\n"
        );
    }

    #[test]
    fn a_lone_cr_between_two_items_is_no_reason_to_fall_over() {
        for item in 0..3 {
            if let Ok(new) = set("- id: a\r\n  x: 1\r\n- id: b\r- id: c\n", item) {
                assert!(new.contains(VALUE), "{new}");
            }
        }
    }

    #[test]
    fn a_flow_item_stays_one() {
        for (item, before, comma, behind) in [
            (0, "- {id: a, name: O'Connor", ", ", "}\n- {id: b}\n"),
            (0, "- {\n    id: a, # {not: this}\n    name: \"}, \\\" {\"", ", ", " # and } neither\n  }\n"),
            (1, "[{id: a}, {id: b, tags: [x, 'it''s }']", ", ", "}]\n"),
            (0, "- {\"id\":\"a\"", ", ", "}\n"),
            (0, "- {id: a,", " ", "}\n"),
            (0, "- {id: a, unsubscribed:", " ", " }\n"),
        ] {
            let added = if before.ends_with(':') { VALUE.to_owned() } else { format!("unsubscribed: {VALUE}") };
            let new = set(&format!("{before}{behind}"), item).expect("it can be changed");
            assert_eq!(new, format!("{before}{comma}{added}{behind}"));
        }
    }

    #[test]
    fn nasty_texts_keep_their_meaning() {
        for text in [
            "- id: a\n  note: |\n    text\n    # no comment\n\n\n- id: b\n",
            "- id: a\n  note: |+\n    text\n\n\n- id: b\n",
            "- id: a\n  note: >-\n    folded\n\n     more\n- id: b\n",
            "- id: a\n  note: \"one\n  # two\n  three\"\n- id: b\n",
            "- id: a\n  note: \"one\n# two\"\n- id: b\n",
            "- id: a\n  tags:\n  - x\n  - y\n- id: b\n",
            "- id: a\n  deep:\n    deeper: [1,\n  2]\n\n- id: b\n",
            "  - id: a\n    name: x\n  # b comes\n  - id: b\n",
            "---\n- id: a\n- id: b\n...\n",
            "- id: a\n  name: plain\n    goes on\n    - and on\n- id: b\n",
            "-   id: a\n    name: x\n-\n  # where is it\n  id: b\n",
            "- 'id': a\n  \"note\": '- id: z\n\n    unsubscribed: no'\n- id: b\n",
            "- id: a\n  ? name\n  : x\n- id: b\n",
            "- id: a\n  note: a:b \\\n- {id: b}\n",
            "- id: 👩‍🌾\n  name: Åsa\u{a0}Ö\n- id: שלום\n  name: x\n",
            "- id: a\n  unsubscribed:\n  name: x\n- id: b\n  unsubscribed: ~ # nothing\n",
            "- id: a\n  extra: {unsubscribed: 1}\n- id: b\n  extra:\n    unsubscribed:\n",
        ] {
            for item in [0, 1] {
                for text in [text.to_owned(), text.replace('\n', "\r\n"), text.trim_end().to_owned()] {
                    let new = set(&text, item).unwrap_or_else(|fault| panic!("{fault}: {text}"));
                    let comments = |text: &str| text.matches('#').count();
                    assert_eq!(comments(&new), comments(&text));
                    assert!(new.contains(VALUE) && (!text.contains('\r') || !new.replace("\r\n", "").contains('\n')));
                }
            }
        }
    }

    #[test]
    fn what_is_there_is_not_written_over() {
        assert_eq!(
            set("- id: a\n  unsubscribed: {on: 2026-01-01}\n", 0).expect_err("there").message,
            "`unsubscribed` has a value already"
        );
        assert!(set("- id: a\n", 1).is_err() && set("id: a\n", 0).is_err() && set("- a\n", 0).is_err());
    }

    #[test]
    fn a_scalar_says_what_was_meant() {
        for (text, yaml) in
            [("link", "link"), ("by phone", "by phone"), ("no", "\"no\""), ("a: b #c", "\"a: b #c\""), ("", "\"\"")]
        {
            assert_eq!(scalar(text), yaml);
            assert_eq!(serde_yaml::from_str::<String>(yaml).expect("YAML"), text);
        }
    }
}

//! YAML as it is being typed: which keys and values stand where, read line by line without giving up at what is not finished.
//!
//! It reads what people write in programmes: block mappings and sequences, scalars on a line, flow collections, block scalars.

use std::ops::Range;

/// A step down from the top of a document.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// Into the value of a key.
    Key(String),
    /// Into an item of a list.
    Item(usize),
}

/// A key, with its value where that is a scalar; or a scalar item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The way to it, its own key or item last.
    pub path: Vec<Step>,
    /// Its key.
    pub key: Option<Range<usize>>,
    /// Its value without quotes; `None` where that is no scalar or there is none.
    pub value: Option<Range<usize>>,
}

/// What may be written at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Slot {
    /// A key of what lies there.
    Key(Vec<Step>),
    /// The value of what lies there.
    Value(Vec<Step>),
}

/// Every key and scalar of a document.
pub fn entries(text: &str) -> Vec<Entry> {
    let mut reading = Reading::default();
    reading.all(text);
    reading.entries
}

/// What may be written at a place of a document, and the keys that stand beside it.
pub fn slot(text: &str, at: usize) -> Option<Slot> {
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let line = &text[start..at];
    let mut reading = Reading::default();
    reading.all(&text[..start]);
    if reading.is_in_block_scalar(line) || comment_start(line).is_some() {
        return None;
    }
    // What is being typed may be a key that has no colon yet.
    let mut column = 0;
    let mut rest = line;
    loop {
        let blanks = rest.len() - rest.trim_start_matches(' ').len();
        column += blanks;
        rest = &rest[blanks..];
        match rest.strip_prefix("- ").or((rest == "-").then_some("")) {
            Some(behind) => {
                reading.item(column);
                column += rest.len() - behind.len();
                rest = behind;
            }
            None => break,
        }
    }
    reading.pop_to(column);
    let (key, value) = match split_key(rest) {
        Some((key, behind)) => (Some(unquoted(&rest[key]).to_owned()), &rest[behind..]),
        None => (None, rest),
    };
    let mut path = reading.path();
    path.extend(key.clone().map(Step::Key));
    match value.trim_start() {
        flow if flow.starts_with(['{', '[']) => Some(flow_slot(flow, path)),
        _ if key.is_some() => Some(Slot::Value(path)),
        // A scalar item, or the beginning of a key: the place decides.
        _ => Some(Slot::Key(path)),
    }
}

/// Where the end of an unfinished flow collection is.
fn flow_slot(flow: &str, path: Vec<Step>) -> Slot {
    let mut reading = Reading { base: path, ..Reading::default() };
    match reading.flow(flow, 0, Vec::new()) {
        Ok(_) => Slot::Value(reading.base),
        Err(open) => open,
    }
}

#[derive(Default)]
struct Reading {
    base: Vec<Step>,
    /// Columns of what is open, outermost first.
    open: Vec<(usize, Step)>,
    /// A block scalar goes on below this column.
    block: Option<usize>,
    entries: Vec<Entry>,
}

impl Reading {
    fn all(&mut self, text: &str) {
        let mut at = 0;
        while at < text.len() {
            let end = text[at..].find('\n').map_or(text.len(), |newline| at + newline + 1);
            at = self.line(text, at, end).max(end);
        }
    }

    fn path(&self) -> Vec<Step> {
        self.base.iter().cloned().chain(self.open.iter().map(|(_, step)| step.clone())).collect()
    }

    fn is_in_block_scalar(&self, line: &str) -> bool {
        let column = line.len() - line.trim_start_matches(' ').len();
        self.block.is_some_and(|block| column > block)
    }

    fn pop_to(&mut self, column: usize) {
        while self.open.last().is_some_and(|(open, _)| *open >= column) {
            self.open.pop();
        }
    }

    /// An item begins at a column: the next of its list, or the first below a key.
    fn item(&mut self, column: usize) {
        while self.open.last().is_some_and(|(open, _)| *open > column) {
            self.open.pop();
        }
        let index = match self.open.last() {
            Some((open, Step::Item(index))) if *open == column => {
                let index = index + 1;
                self.open.pop();
                index
            }
            _ => 0,
        };
        self.open.push((column, Step::Item(index)));
    }

    /// Reads the line from `start`; where a flow collection goes on behind it, the place behind that.
    fn line(&mut self, text: &str, start: usize, end: usize) -> usize {
        let line = text[start..end].trim_end();
        if line.trim().is_empty() {
            return end;
        }
        if self.is_in_block_scalar(line) {
            return end;
        }
        self.block = None;
        if matches!(line, "---" | "...") || line.trim_start().starts_with('#') {
            return end;
        }
        let mut column = 0;
        loop {
            column += line[column..].len() - line[column..].trim_start_matches(' ').len();
            let rest = &line[column..];
            if rest != "-" && !rest.starts_with("- ") {
                break;
            }
            self.item(column);
            column += if rest == "-" { 1 } else { 2 };
            if column >= line.len() {
                return end;
            }
        }
        let rest = &line[column..];
        let Some((key, behind)) = split_key(rest) else {
            if self.open.last().is_some_and(|(_, step)| matches!(step, Step::Item(_))) {
                return self.value(text, start + column, end, None);
            }
            return end;
        };
        self.pop_to(column);
        let name = unquoted(&rest[key.clone()]).to_owned();
        self.open.push((column, Step::Key(name)));
        let key = start + column + key.start..start + column + key.end;
        let after = self.value(text, start + column + behind, end, Some(key));
        if self.block == Some(usize::MAX) {
            self.block = Some(column);
        }
        after
    }

    /// Reads a value that begins behind `start`.
    fn value(&mut self, text: &str, start: usize, end: usize, key: Option<Range<usize>>) -> usize {
        let rest = &text[start..end];
        let at = start + (rest.len() - rest.trim_start().len());
        let line = text[at.min(end)..end].trim_end();
        let path = self.path();
        if line.starts_with(['{', '[']) {
            self.entries.push(Entry { path: path.clone(), key, value: None });
            return match self.flow(&text[at..], at, path) {
                // To the end of the line on which it ends.
                Ok(length) => text[at + length..].find('\n').map_or(text.len(), |newline| at + length + newline + 1),
                Err(_) => end,
            };
        }
        if line.starts_with(['|', '>']) {
            self.block = Some(usize::MAX);
        }
        let value = scalar(line).filter(|_| self.block.is_none()).map(|value| at + value.start..at + value.end);
        self.entries.push(Entry { path, key, value });
        end
    }

    /// Reads a flow collection that lies at `base` of the document; its length, or where its unfinished end is.
    fn flow(&mut self, text: &str, base: usize, path: Vec<Step>) -> Result<usize, Slot> {
        let path = if path.is_empty() { self.base.clone() } else { path };
        let is_map = text.starts_with('{');
        let (mut at, mut index) = (1, 0);
        loop {
            let blank = text[at..].len() - text[at..].trim_start_matches([' ', '\n', '\r', '\t']).len();
            at += blank;
            let here = |path: &[Step], index: usize| {
                let item = [path, &[Step::Item(index)]].concat();
                if is_map { Slot::Key(path.to_vec()) } else { Slot::Value(item) }
            };
            match text[at..].chars().next() {
                None => return Err(here(&path, index)),
                Some('}' | ']') => return Ok(at + 1),
                Some(',') => {
                    at += 1;
                    index += 1;
                    continue;
                }
                Some('{' | '[') => {
                    let inner = [&path[..], &[Step::Item(index)]].concat();
                    at += self.flow(&text[at..], base + at, inner)?;
                    continue;
                }
                Some(_) => {}
            }
            let word = flow_word(&text[at..]);
            let behind = at + word.end;
            if text[behind..].trim().is_empty() && !is_map {
                return Err(here(&path, index));
            }
            let is_key = text[behind..].starts_with(':')
                && text[behind + 1..].chars().next().is_none_or(|next| next.is_whitespace());
            if !is_key {
                if text[behind..].trim().is_empty() {
                    return Err(here(&path, index));
                }
                let own = [&path[..], &[Step::Item(index)]].concat();
                let value = scalar(&text[at..behind]).map(|value| base + at + value.start..base + at + value.end);
                self.entries.push(Entry { path: own, key: None, value });
                at = behind;
                continue;
            }
            let own = [&path[..], &[Step::Key(unquoted(&text[at..behind]).to_owned())]].concat();
            let key = Some(base + at..base + behind);
            at = behind + 1;
            at += text[at..].len() - text[at..].trim_start_matches([' ', '\n', '\r', '\t']).len();
            match text[at..].chars().next() {
                None => return Err(Slot::Value(own)),
                Some('{' | '[') => {
                    self.entries.push(Entry { path: own.clone(), key, value: None });
                    at += self.flow(&text[at..], base + at, own)?;
                }
                Some(_) => {
                    let word = flow_word(&text[at..]);
                    let behind = at + word.end;
                    if behind == text.len() {
                        return Err(Slot::Value(own));
                    }
                    let value = scalar(&text[at..behind]).map(|value| base + at + value.start..base + at + value.end);
                    self.entries.push(Entry { path: own, key, value });
                    at = behind;
                }
            }
        }
    }
}

/// The word at the front of a flow collection's text: up to what ends it, quotes apart.
fn flow_word(text: &str) -> Range<usize> {
    let quote = text.chars().next().filter(|first| matches!(first, '"' | '\''));
    if let Some(quote) = quote {
        let end = text[1..].find(quote).map_or(text.len(), |end| end + 2);
        return 0..end;
    }
    let ends = |at: usize, letter: char| {
        matches!(letter, ',' | ']' | '}' | '{' | '[' | '\n')
            || (letter == ':' && text[at + 1..].chars().next().is_none_or(char::is_whitespace))
    };
    let end = text.char_indices().find(|&(at, letter)| ends(at, letter)).map_or(text.len(), |(at, _)| at);
    0..text[..end].trim_end().len().max(1).min(text.len())
}

/// A key at the front of a line and where what is behind its colon begins.
fn split_key(text: &str) -> Option<(Range<usize>, usize)> {
    let quote = text.chars().next().filter(|first| matches!(first, '"' | '\''));
    let from = match quote {
        Some(quote) => text[1..].find(quote)? + 2,
        None if text.starts_with(['{', '[', '#', '&', '*', '!', '|', '>', '%']) => return None,
        None => 0,
    };
    let colon = text[from..].char_indices().find(|&(at, letter)| {
        letter == ':' && text[from + at + 1..].chars().next().is_none_or(|next| next == ' ' || next == '\t')
    })?;
    let end = from + colon.0;
    (comment_start(&text[..end]).is_none()).then_some((0..text[..end].trim_end().len(), end + 1))
}

/// The scalar of a line without its quotes and without a comment.
fn scalar(text: &str) -> Option<Range<usize>> {
    let quote = text.chars().next().filter(|first| matches!(first, '"' | '\''));
    if let Some(quote) = quote {
        return text[1..].find(quote).map(|end| 1..end + 1);
    }
    let end = comment_start(text).unwrap_or(text.len());
    let plain = text[..end].trim_end();
    (!plain.is_empty()).then_some(0..plain.len())
}

/// Where a comment begins: at a `#` at the front or behind a blank.
fn comment_start(text: &str) -> Option<usize> {
    let mut before = ' ';
    let mut quote = None;
    for (at, letter) in text.char_indices() {
        match quote {
            Some(open) if letter == open => quote = None,
            Some(_) => {}
            None if letter == '#' && before.is_whitespace() => return Some(at),
            None if matches!(letter, '"' | '\'') && matches!(before, ' ' | '[' | '{' | ',') => quote = Some(letter),
            None => {}
        }
        before = letter;
    }
    None
}

fn unquoted(key: &str) -> &str {
    key.trim_matches(['"', '\''])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(path: &[Step]) -> String {
        let step = |step: &Step| match step {
            Step::Key(key) => key.clone(),
            Step::Item(index) => index.to_string(),
        };
        path.iter().map(step).collect::<Vec<_>>().join(".")
    }

    fn shown(text: &str) -> Vec<String> {
        let one = |entry: Entry| format!("{}={}", told(&entry.path), entry.value.map_or("", |value| &text[value]));
        entries(text).into_iter().map(one).collect()
    }

    #[test]
    fn keys_and_scalars_are_found_with_their_way() {
        let text = "year: 2027  # ours\nmailings:\n- id: 'a-b'\n  to: C\n  gift: {item: Tea, on: [x, \"y\"]}\n- id: b\n  text: |\n    to: D\n  was: [c,\n    d]\ntouches:\n  - {id: e}\n";
        let expected = [
            "year=2027",
            "mailings=",
            "mailings.0.id=a-b",
            "mailings.0.to=C",
            "mailings.0.gift=",
            "mailings.0.gift.item=Tea",
            "mailings.0.gift.on=",
            "mailings.0.gift.on.0=x",
            "mailings.0.gift.on.1=y",
            "mailings.1.id=b",
            "mailings.1.text=",
            "mailings.1.was=",
            "mailings.1.was.0=c",
            "mailings.1.was.1=d",
            "touches=",
            "touches.0=",
            "touches.0.id=e",
        ];
        assert_eq!(shown(text), expected);
    }

    #[track_caller]
    fn at_end(text: &str, expected: &str) {
        let said = match slot(text, text.len()) {
            None => "nothing".to_owned(),
            Some(Slot::Key(path)) => format!("key of {}", told(&path)),
            Some(Slot::Value(path)) => format!("value of {}", told(&path)),
        };
        assert_eq!(said, expected, "{text}");
    }

    #[test]
    fn a_place_that_is_being_typed_is_known() {
        at_end("a: 1\nb", "key of ");
        at_end("mailings:\n  - id: x\n    ki", "key of mailings.0");
        at_end("mailings:\n  - id: x\n  - ", "key of mailings.1");
        at_end("mailings:\n  - id: x\n    kind: ", "value of mailings.0.kind");
        at_end("- basis: {ki", "key of 0.basis");
        at_end("- basis: {kind: cu", "value of 0.basis.kind");
        at_end("languages: [sv, e", "value of languages.1");
        at_end("languages: [sv, ", "value of languages.1");
        at_end("a: 1 # why", "nothing");
        at_end("a: |\n  text", "nothing");
    }
}

//! Slips of the pen that make a text no YAML, found where they were made: the parser stops a line later.

use source::Span;
use source::diagnostic::Fault;

/// Lines before the place where the parser stopped that are looked at.
const LINES: usize = 3;

/// The slip that made the parser stop at `offset`, and where it is; `None` where nobody can tell.
pub fn before(text: &str, offset: usize, message: &str) -> Option<(Span, Fault)> {
    if let Some(slip) = lines_before(text, offset).take(2).find_map(|(start, line)| no_blank_at_all(start, line)) {
        return Some(slip);
    }
    match () {
        () if message.contains("could not find expected ':'") => lines_before(text, offset)
            .find_map(|(start, line)| without_blank(start, line))
            .or_else(|| lines_before(text, offset).skip(1).find_map(|(start, line)| without_colon(start, line))),
        () if message.contains("mapping values are not allowed") => {
            lines_before(text, offset).find_map(|(start, line)| without_blank(start, line))
        }
        () if message.contains("did not find expected ',' or '}'") => {
            lines_before(text, offset).find_map(|(start, line)| unclosed(start, line, ['{', '}']))
        }
        () if message.contains("did not find expected ',' or ']'") => {
            lines_before(text, offset).find_map(|(start, line)| unclosed(start, line, ['[', ']']))
        }
        () => None,
    }
}

/// The line that holds `offset` and some before it that say something, the last one first.
fn lines_before(text: &str, offset: usize) -> impl Iterator<Item = (usize, &str)> {
    let end = text[offset..].find('\n').map_or(text.len(), |length| offset + length);
    let mut rest = Some(end);
    let lines = std::iter::from_fn(move || {
        let end = rest?;
        let start = text[..end].rfind('\n').map_or(0, |newline| newline + 1);
        rest = start.checked_sub(1);
        Some((start, text[start..end].trim_end_matches('\r')))
    });
    let says_something = |(_, line): &(usize, &str)| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    lines.filter(says_something).take(LINES)
}

/// A key whose colon has no blank behind it: `tier:A`.
fn without_blank(start: usize, line: &str) -> Option<(Span, Fault)> {
    let own = line.trim_start_matches([' ', '-']);
    let key = own.bytes().take_while(|byte| byte.is_ascii_lowercase() || *byte == b'_').count();
    let value = own[key..].strip_prefix(':')?;
    let is_slip = key > 0 && value.starts_with(|c: char| !c.is_whitespace() && !matches!(c, '/' | ':'));
    if !is_slip {
        return None;
    }
    let value = value.split(" #").next().unwrap_or(value).trim_end();
    let at = start + (line.len() - own.len());
    let written = &own[..key + 1 + value.len()];
    let span = Span { start: at, end: at + written.len() };
    Some((span, no_blank(written, &own[..key], value)))
}

/// What is said of a key whose colon has no blank behind it; in a flow mapping (`{on:2027-03-05}`) all of it is one key.
pub fn no_blank(written: &str, key: &str, value: &str) -> Fault {
    let fault = Fault::new(format!("`{written}` lacks a blank behind its colon"));
    fault.hint(format!("write `{key}: {value}`"))
}

/// What looks like a blank and is none: a tab in an indentation, a blank of a word processor there or behind a key.
fn no_blank_at_all(start: usize, line: &str) -> Option<(Span, Fault)> {
    let indent = line.len() - line.trim_start().len();
    let key = line.find(':').map_or(0, |colon| colon + 1);
    let behind = key..key + line[key..].len() - line[key..].trim_start().len();
    let odd = |range: std::ops::Range<usize>| {
        line[range.clone()]
            .char_indices()
            .find(|(_, c)| *c == '\t' || !c.is_ascii())
            .map(|(at, c)| (range.start + at, c))
    };
    let (at, character) = odd(0..indent).or_else(|| odd(behind).filter(|(_, c)| *c != '\t'))?;
    let fault = match character {
        '\t' => Fault::new("a tab stands in the indentation").hint("indent with blanks, not tabs"),
        other => Fault::new(format!("this looks like a blank and is none (U+{:04X})", u32::from(other)))
            .hint("type an ordinary blank; word processors and web pages leave such behind"),
    };
    Some((Span { start: start + at, end: start + at + character.len_utf8() }, fault))
}

/// A key without its colon: `tier A`.
fn without_colon(start: usize, line: &str) -> Option<(Span, Fault)> {
    let own = line.trim_start_matches([' ', '-']);
    let key = own.bytes().take_while(|byte| byte.is_ascii_lowercase() || *byte == b'_').count();
    let value = own[key..].strip_prefix(' ').filter(|_| key > 0 && !own.contains(':'))?;
    let at = start + (line.len() - own.len());
    let fault = Fault::new(format!("`{}` lacks its colon", &own[..key]));
    Some((
        Span { start: at, end: at + key },
        fault.hint(format!("a key and its value are written `{}: {value}`", &own[..key])),
    ))
}

/// A bracket that is opened in a line more often than it is closed.
fn unclosed(start: usize, line: &str, [open, close]: [char; 2]) -> Option<(Span, Fault)> {
    let mut waiting = Vec::new();
    for (at, character) in line.char_indices() {
        if character == open {
            waiting.push(at);
        } else if character == close {
            waiting.pop();
        }
    }
    let at = start + waiting.pop()?;
    let fault = Fault::new(format!("this `{open}` is never closed"));
    Some((Span { start: at, end: at + 1 }, fault.hint(format!("write `{close}` where it ends"))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Document;
    use serde::Deserialize;
    use source::SourceFile;

    #[derive(Debug, Default, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Step {
        #[allow(dead_code)]
        on: Option<String>,
        #[allow(dead_code)]
        by: Option<String>,
    }

    fn told(text: &str, stopped: &str, message: &str) -> Option<(usize, String, String)> {
        let (span, fault) = before(text, text.find(stopped).expect("it is there"), message)?;
        Some((text[..span.start].matches('\n').count() + 1, fault.message, fault.hint.unwrap_or_default()))
    }

    #[test]
    fn a_slip_is_told_in_its_own_line() {
        let no_blank =
            told("- id:beans   # first\n  name: x\n", "name", "mapping values are not allowed in this context");
        assert_eq!(no_blank, Some((1, "`id:beans` lacks a blank behind its colon".into(), "write `id: beans`".into())));
        let open = told("- {a: 1, b: {c: 2}\n- {a: 2}\n", "- {a: 2", "did not find expected ',' or '}'");
        assert_eq!(open, Some((1, "this `{` is never closed".into(), "write `}` where it ends".into())));
        let colon = told("- id: a\n  tier A\n  owner: b\n", "owner", "could not find expected ':'");
        assert_eq!(colon.map(|(line, said, _)| (line, said)), Some((2, "`tier` lacks its colon".into())));
        let tab = told("- id: a\n\ttier: A\n", "\ttier", "found character that cannot start any token");
        assert_eq!(tab.map(|(line, said, _)| (line, said)), Some((2, "a tab stands in the indentation".into())));
        let odd = told("- id: a\n  tier:\u{a0}A\n  owner: b\n", "owner", "could not find expected ':'");
        assert_eq!(
            odd.map(|(line, said, _)| (line, said)),
            Some((2, "this looks like a blank and is none (U+00A0)".into()))
        );
        let far = told("a: {b: 1\n\n# why\n# so\n\nc: 3\n", "c: 3", "did not find expected ',' or '}'");
        assert_eq!(far.map(|(line, ..)| line), Some(1));
        let flow = Document::whole(&SourceFile::new("x.yaml", "{on:2027-03-05, by: astrid}\n"));
        let mut found = Vec::new();
        let read = flow.read::<Step>(&mut found).expect("it is YAML");
        assert_eq!(found[0].message, "`on:2027-03-05` lacks a blank behind its colon");
        assert_eq!(found[0].hint.as_deref(), Some("write `on: 2027-03-05`"));
        assert!(read.is_faulty(&[], "on") && !read.is_faulty(&[], "by"));
        let list = told("a: [1, 2\nb: 3\n", "b: 3", "did not find expected ',' or ']'");
        assert_eq!(list.map(|(line, ..)| line), Some(1));
        for (text, message) in [
            ("a: https://x: y\nb: 1\n", "mapping values are not allowed in this context"),
            ("a: 1\nb: 1\n", "did not find expected ',' or '}'"),
            ("b: 1\n", "found character that cannot start any token"),
        ] {
            assert_eq!(told(text, "b: 1", message), None, "{text}");
        }
    }
}

//! Just enough of tera's syntax to see where a template touches personal data: its tags, and the names in an expression.

use std::ops::Range;

/// What kind of tag it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `{{ … }}`
    Print,
    /// `{% … %}`
    Statement,
}

/// One tag of a template; comments and raw blocks are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// What kind.
    pub kind: Kind,
    /// Its inside, without white space and whitespace control.
    pub inside: Range<usize>,
}

/// A name in an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name<'e> {
    /// The name.
    pub text: &'e str,
    /// Where it stands in the expression.
    pub at: usize,
    /// What it is there.
    pub role: Role,
}

/// What a name is in an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A variable.
    Variable,
    /// A field: after a dot.
    Field,
    /// An argument's name: before `=`.
    Argument,
    /// A filter: after `|`.
    Filter,
    /// A function: before `(`.
    Function,
}

/// Where the next tag or comment begins.
pub fn tag_start(text: &str) -> Option<usize> {
    let opens = |at: &usize| matches!(text.as_bytes().get(at + 1), Some(b'{' | b'%' | b'#'));
    text.match_indices('{').map(|(at, _)| at).find(opens)
}

/// The length of the tag or comment at the front of `text`; `None` where it never ends. What stands in strings ends nothing.
pub fn tag_length(text: &str) -> Option<usize> {
    if text.starts_with("{#") {
        return text.find("#}").map(|end| end + 2);
    }
    let close = if text.starts_with("{{") { b"}}" } else { b"%}" };
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate().skip(2) {
        match (quote, byte) {
            (Some(open), byte) if byte == open => quote = None,
            (None, b'"' | b'\'' | b'`') => quote = Some(byte),
            (None, _) if text.as_bytes()[at..].starts_with(close) => return Some(at + 2),
            _ => {}
        }
    }
    None
}

/// The tag at the front of `text`; all of it where the tag never ends.
pub fn first_tag(text: &str) -> &str {
    &text[..tag_length(text).unwrap_or(text.len())]
}

/// The inside of a statement: `raw` of `{%- raw %}`; nothing for other tags.
pub fn statement(tag: &str) -> &str {
    let is_whole = tag.len() >= 4 && tag.starts_with("{%") && tag.ends_with("%}");
    if is_whole { &tag[trimmed(tag, 2..tag.len() - 2)] } else { "" }
}

/// Where the tag that ends a raw text begins; the text's end where there is none.
pub fn end_of_raw(text: &str) -> usize {
    let ends = |at: &usize| {
        let rest = &text[*at..];
        rest.find("%}").is_some_and(|end| statement(&rest[..end + 2]) == "endraw")
    };
    text.match_indices("{%").map(|(at, _)| at).find(ends).unwrap_or(text.len())
}

/// The tags of a template, in order. A template that does not end properly gives the tags up to there.
pub fn tags(text: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(open) = tag_start(&text[at..]).map(|found| at + found) {
        let Some(length) = tag_length(&text[open..]) else { return tags };
        at = open + length;
        let kind = match text.as_bytes()[open + 1] {
            b'{' => Kind::Print,
            b'%' => Kind::Statement,
            _ => continue,
        };
        let inside = trimmed(text, open + 2..at - 2);
        if kind == Kind::Statement && &text[inside.clone()] == "raw" {
            at += end_of_raw(&text[at..]);
            at += tag_length(&text[at..]).unwrap_or(text.len() - at);
            continue;
        }
        tags.push(Tag { kind, inside });
    }
    tags
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let inside = &text[range.clone()];
    let start = inside.strip_prefix('-').unwrap_or(inside).trim_start();
    let start_at = range.end - start.len();
    let end = start.strip_suffix('-').unwrap_or(start).trim_end();
    start_at..start_at + end.len()
}

/// The names in an expression, strings left out.
pub fn names(expression: &str) -> Vec<Name<'_>> {
    const WORDS: [&str; 12] = ["and", "or", "not", "in", "is", "true", "false", "none", "True", "False", "None", "if"];
    let bytes = expression.as_bytes();
    let mut names = Vec::new();
    let mut at = 0;
    let mut before = b' ';
    while at < bytes.len() {
        let byte = bytes[at];
        if matches!(byte, b'"' | b'\'' | b'`') {
            at = expression[at + 1..].find(char::from(byte)).map_or(bytes.len(), |end| at + end + 2);
            before = byte;
        } else if byte.is_ascii_alphabetic() || byte == b'_' {
            let end = at + bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
            let text = &expression[at..end];
            let behind = expression[end..].trim_start();
            if before == b'.' || !WORDS.contains(&text) {
                names.push(Name { text, at, role: role(before, behind, &expression[..at]) });
            }
            before = b'a';
            at = end;
        } else if byte.is_ascii_digit() {
            at += bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'.').count();
            before = b'0';
        } else {
            if !byte.is_ascii_whitespace() {
                before = byte;
            }
            at += 1;
        }
    }
    names
}

fn role(before: u8, behind: &str, read: &str) -> Role {
    let read = read.trim_end();
    let after_is = read.ends_with(" is") || read.ends_with(" is not");
    match before {
        b'.' => Role::Field,
        b'|' => Role::Filter,
        _ if after_is => Role::Filter,
        _ if behind.starts_with('=') && !behind.starts_with("==") => Role::Argument,
        _ if behind.starts_with('(') => Role::Function,
        _ => Role::Variable,
    }
}

/// A path of plain names, like `contact.name.given`; `None` for any other expression.
pub fn path(expression: &str) -> Option<Vec<&str>> {
    let plain = |part: &&str| {
        part.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let parts: Vec<&str> = expression.split('.').collect();
    parts.iter().all(plain).then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_found_and_comments_strings_and_raw_are_left_alone() {
        let text = "a {{- x.y -}} {# {{ no }} #}{% if a == \"%}\" %}{%- raw -%}{{ no }}{% endraw %}{{ \"}}\" ~ z }}";
        let inside: Vec<&str> = tags(text).iter().map(|tag| &text[tag.inside.clone()]).collect();
        assert_eq!(inside, ["x.y", "if a == \"%}\"", "\"}}\" ~ z"]);
    }

    #[test]
    fn names_know_what_they_are() {
        let found = names(
            "contact.name.given | default(value=strings.you) and 'contact' in tags and x is defined and range(end=4)",
        );
        let shown: Vec<String> = found.iter().map(|name| format!("{}:{:?}", name.text, name.role)).collect();
        assert_eq!(
            shown,
            [
                "contact:Variable",
                "name:Field",
                "given:Field",
                "default:Filter",
                "value:Argument",
                "strings:Variable",
                "you:Field",
                "tags:Variable",
                "x:Variable",
                "defined:Filter",
                "range:Function",
                "end:Argument",
            ]
        );
        assert_eq!(path("contact.name.given"), Some(vec!["contact", "name", "given"]));
        assert_eq!(path("contact.name | upper"), None);
    }
}

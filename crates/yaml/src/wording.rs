//! What serde and the YAML parser say, in words that help whoever wrote the file.

use super::path::{At, Step};
use super::slip;
use source::diagnostic::{Diagnostic, did_you_mean, nearest};

/// Turns what serde says into what a person reads.
pub fn describe(raw: &str, path: &[Step], at: At, snippet: &str) -> Diagnostic {
    let key = path.iter().rev().find_map(|step| match step {
        Step::Key(key) => Some(key.as_ref()),
        Step::Item(_) => None,
    });
    let key = key.unwrap_or("this list");
    if let Some(rest) = raw.strip_prefix("unknown field `") {
        let known: Vec<&str> = rest.split('`').skip(2).step_by(2).collect();
        if let Some((meant, value)) = key.split_once(':').filter(|(meant, _)| known.contains(meant)) {
            return Diagnostic::from_fault("yaml", slip::no_blank(key, meant, value));
        }
        let unknown = Diagnostic::error("unknown-key", format!("unknown key `{key}`"));
        return match did_you_mean(key, known.iter().copied()) {
            Some(hint) => unknown.hint(hint),
            None if known.len() <= 12 => unknown.hint(format!("known here: {}", known.join(", "))),
            None => {
                let free = if known.contains(&"extra") { "; free fields live under `extra:`" } else { "" };
                let near = nearest(key, known.iter().copied()).unwrap_or_default();
                unknown.hint(format!("the nearest key here is `{near}`{free}"))
            }
        };
    }
    if matches!(at, At::Key(1..)) {
        return Diagnostic::error("doubled-key", format!("the key `{key}` stands here a second time"))
            .hint("keep one of the two");
    }
    if let Some((found, expected)) = raw.strip_prefix("invalid type: ").and_then(|rest| rest.split_once(", expected "))
    {
        let found = match found.split(' ').next() {
            Some("sequence") => "a list".to_owned(),
            Some("map") => "a group of keys".to_owned(),
            Some("unit") => "nothing".to_owned(),
            _ => format!("`{snippet}`"),
        };
        let expected = match expected {
            "a sequence" => "a list",
            "a map" => "a group of keys",
            structure if structure.starts_with("struct ") => "a group of keys",
            other => other,
        };
        return Diagnostic::error("wrong-type", format!("`{key}` should be {expected}, but is {found}"));
    }
    let (message, hint) = match raw.split_once('\n') {
        Some((message, hint)) => (message, Some(hint)),
        None => (raw, None),
    };
    let diagnostic = Diagnostic::error("bad-value", format!("`{key}`: {message}"));
    match hint {
        Some(hint) => diagnostic.hint(hint),
        None => diagnostic,
    }
}

/// What helps against a fault of the YAML itself, by what the parser says of it.
pub fn syntax_hint(message: &str) -> &'static str {
    match message {
        m if m.contains("cannot start any token") => "a value that begins with a special character is put in quotes",
        m if m.contains("mapping values are not allowed") => "a value with a colon in it is put in quotes",
        m if m.contains("tab") => "indent with blanks, not tabs",
        m if m.contains("recursion") => "it is nested too deeply",
        m if m.contains("control characters") => "remove what cannot be seen here",
        _ => "look at the indentation and the quotes of this line and the one above",
    }
}

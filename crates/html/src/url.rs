//! Merged values in addresses of links and pictures.

use std::borrow::Cow;

use crate::mark::{self, Run};

/// Schemes a link may have that comes whole from a value.
const ALLOWED: [&str; 4] = ["http", "https", "mailto", "tel"];
/// Schemes that run or show what stands in them: refused wherever a value is involved.
const DANGEROUS: [&str; 3] = ["javascript", "data", "vbscript"];

/// A stretch of a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'a> {
    /// What the author wrote.
    Literal(&'a str),
    /// A merged value; no two stand side by side.
    Value(&'a str),
}

/// The URL an attribute says once its marked runs are values again; not yet escaped for HTML.
///
/// A run at the very beginning is (the start of) a URL itself: only `http`, `https`, `mailto`, `tel` and relative paths are let
/// through, everything else becomes `#`. A later run is a component and percent-encoded (RFC 3986, section 2.4). A text
/// without marks is the author's and stays as it is.
pub fn settle(text: &str) -> String {
    if !mark::has_marks(text) {
        return text.to_owned();
    }
    let runs: Vec<Run<'_>> = mark::runs(text.trim()).collect();
    let values: Vec<Cow<'_, str>> =
        runs.iter().map(|run| if let Run::Marked(marks) = run { mark::decode(marks) } else { "".into() }).collect();
    let parts = runs.iter().zip(&values).map(|(run, value)| match run {
        Run::Literal(literal) => Part::Literal(literal),
        Run::Marked(_) => Part::Value(value),
    });
    settled(&parts.collect::<Vec<_>>())
}

/// The same for a URL that is taken apart already, without white space around it.
pub fn settled(parts: &[Part<'_>]) -> String {
    let (mut url, mut raw) = (String::new(), String::new());
    for (index, part) in parts.iter().enumerate() {
        match *part {
            Part::Literal(literal) => url.push_str(literal),
            Part::Value(value) if index == 0 => encode_url(value.trim(), &mut url),
            Part::Value(value) => encode_component(value, &mut url),
        }
        let (Part::Literal(text) | Part::Value(text)) = *part;
        raw.push_str(text);
    }
    let whole = matches!(parts.first(), Some(Part::Value(_)));
    // The value is looked at as it was, too: nothing may hide its scheme behind what gets percent-encoded.
    if is_safe(&url, whole) && (url == raw || is_safe(&raw, whole)) { url } else { "#".to_owned() }
}

/// May a link lead there? `whole`: it began with a value.
fn is_safe(url: &str, whole: bool) -> bool {
    // Browsers drop leading controls, and tabs and line breaks anywhere, before they look for a scheme.
    let seen: Cow<'_, str> = match url.bytes().all(|byte| byte.is_ascii_graphic()) {
        true => url.into(),
        false => url.chars().filter(|character| !character.is_control() && *character != ' ').collect(),
    };
    let is_one_of = |known: &[&str], scheme: &str| known.iter().any(|known| known.eq_ignore_ascii_case(scheme));
    match scheme(&seen) {
        Some(scheme) if whole => is_one_of(&ALLOWED, scheme),
        Some(scheme) => !is_one_of(&DANGEROUS, scheme),
        None if whole => !seen.replace('\\', "/").starts_with("//") && !seen.is_empty(),
        None => true,
    }
}

/// The scheme of a URL: a letter, then letters, digits, `+`, `-`, `.`, up to a colon.
pub fn scheme(url: &str) -> Option<&str> {
    let (scheme, _) = url.split_once(':')?;
    let rest = |character: char| character.is_ascii_alphanumeric() || matches!(character, '+' | '-' | '.');
    (scheme.starts_with(|character: char| character.is_ascii_alphabetic()) && scheme.chars().all(rest))
        .then_some(scheme)
}

/// A value that is a URL: what cannot stand in one is percent-encoded, its own structure kept; a host keeps its letters.
fn encode_url(value: &str, out: &mut String) {
    let fits = |byte: u8| byte.is_ascii_graphic() && !b"\"<>^`{|}".contains(&byte);
    if value.bytes().all(fits) {
        return out.push_str(value);
    }
    let host_end = value.find("://").map_or(0, |at| {
        let host = at + "://".len();
        value[host..].find(['/', '?', '#']).map_or(value.len(), |end| host + end)
    });
    for (at, character) in value.char_indices() {
        let unfit = character.is_control() || matches!(character, ' ' | '"' | '<' | '>' | '^' | '`' | '{' | '|' | '}');
        if unfit || (!character.is_ascii() && at >= host_end) {
            percent(character, out);
        } else {
            out.push(character);
        }
    }
}

/// A value inside a URL: everything but unreserved characters is percent-encoded.
fn encode_component(value: &str, url: &mut String) {
    if value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)) {
        return url.push_str(value);
    }
    let is = |known: &str| scheme(url).is_some_and(|scheme| scheme.eq_ignore_ascii_case(known));
    let is_tel = is("tel");
    let keep = match is_tel {
        // RFC 3966: an international number begins with a plus; spaces are for the eye.
        true => "+",
        // RFC 6068: the address itself, not its header fields.
        false if is("mailto") && !url.contains('?') => "@+",
        false => "",
    };
    for character in value.chars() {
        match character {
            ' ' | '\u{a0}' if is_tel => {}
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '.' | '_' | '~' => url.push(character),
            other if keep.contains(other) => url.push(other),
            other => percent(other, url),
        }
    }
}

/// Appends the UTF-8 bytes of a character as `%XX`; a hole stays, because its value is not known yet.
pub fn percent(character: char, out: &mut String) {
    if mark::HOLES.contains(&character) {
        out.push(character);
        return;
    }
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in character.encode_utf8(&mut [0; 4]).bytes() {
        out.push('%');
        out.push(char::from(DIGITS[usize::from(byte >> 4)]));
        out.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(before: &str, value: &str, behind: &str) -> String {
        settle(&format!("{before}{}{behind}", mark::encode(value)))
    }

    #[test]
    fn a_value_that_is_the_url_must_be_a_harmless_one() {
        for good in
            ["https://x.example/a?b=1&c#d", "http://x.example", "mailto:a@x.example", "tel:+46855501020", "a/b.png"]
        {
            assert_eq!(merged("", good, ""), good);
        }
        let bad = [
            "javascript:alert(1)",
            " JaVaScRiPt:alert(1)",
            "java\nscript:alert(1)",
            "\u{1}javascript:x",
            "data:text/html,x",
            "vbscript:x",
            "//evil.example",
            "\\\\evil.example",
            "/\\evil.example",
            "file:///etc/passwd",
            "",
        ];
        for bad in bad {
            assert_eq!(merged("", bad, ""), if bad.is_empty() { "" } else { "#" }, "{bad:?}");
        }
        assert_eq!(merged("", "javascript", ":alert(1)"), "#");
        assert_eq!(merged("javascript:f('", "x", "')"), "#");
        assert_eq!(merged("", "https://x.example", "/refer?a=b"), "https://x.example/refer?a=b");
        assert_eq!(merged("", "https://å.example/ö k", ""), "https://å.example/%C3%B6%20k");
    }

    #[test]
    fn a_value_inside_a_url_is_a_component() {
        assert_eq!(
            merged("https://x.example/?ref=", "a&b=c#d/é", "&l=sv"),
            "https://x.example/?ref=a%26b%3Dc%23d%2F%C3%A9&l=sv"
        );
        assert_eq!(merged("mailto:", "a+b@x.example", "?subject=Hej"), "mailto:a+b@x.example?subject=Hej");
        assert_eq!(merged("mailto:x@x.example?subject=", "a@b", ""), "mailto:x@x.example?subject=a%40b");
        assert_eq!(merged("tel:", "+46 8 555 010 20", ""), "tel:+46855501020");
    }
}

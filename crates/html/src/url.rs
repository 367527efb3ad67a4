//! Merged values in addresses of links and pictures.

use crate::mark::{self, Run};

/// Schemes a link may have that comes whole from a value.
const ALLOWED: [&str; 4] = ["http", "https", "mailto", "tel"];
/// Schemes that run or show what stands in them: refused wherever a value is involved.
const DANGEROUS: [&str; 3] = ["javascript", "data", "vbscript"];

/// The URL an attribute says once its marked runs are values again; not yet escaped for HTML.
///
/// A run at the very beginning is (the start of) a URL itself: only `http`, `https`, `mailto`, `tel` and relative paths are let
/// through, everything else becomes `#`. A later run is a component and percent-encoded (RFC 3986, section 2.4). A text
/// without marks is the author's and stays as it is.
pub fn settle(text: &str) -> String {
    if !mark::has_marks(text) {
        return text.to_owned();
    }
    let mut url = String::with_capacity(text.len());
    let mut whole = false;
    for (index, run) in mark::runs(text.trim()).enumerate() {
        match run {
            Run::Literal(literal) => url.push_str(literal),
            Run::Marked(marks) if index == 0 => {
                whole = true;
                encode_url(mark::decode(marks).trim(), &mut url);
            }
            Run::Marked(marks) => encode_component(&mark::decode(marks), &mut url),
        }
    }
    // The value is looked at as it was, too: nothing may hide its scheme behind what gets percent-encoded.
    if is_safe(&url, whole) && is_safe(&mark::decode(text), whole) { url } else { "#".to_owned() }
}

/// May a link lead there? `whole`: it began with a value.
fn is_safe(url: &str, whole: bool) -> bool {
    // Browsers drop leading controls, and tabs and line breaks anywhere, before they look for a scheme.
    let seen: String = url.chars().filter(|character| !character.is_control() && *character != ' ').collect();
    let scheme = scheme(&seen).map(str::to_ascii_lowercase);
    match scheme.as_deref() {
        Some(scheme) if whole => ALLOWED.contains(&scheme),
        Some(scheme) => !DANGEROUS.contains(&scheme),
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
    let scheme = scheme(url).map(str::to_ascii_lowercase);
    let keep = match scheme.as_deref() {
        // RFC 3966: an international number begins with a plus; spaces are for the eye.
        Some("tel") => "+",
        // RFC 6068: the address itself, not its header fields.
        Some("mailto") if !url.contains('?') => "@+",
        _ => "",
    };
    for character in value.chars() {
        match character {
            ' ' | '\u{a0}' if scheme.as_deref() == Some("tel") => {}
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

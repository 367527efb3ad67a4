//! Parameters of header fields (RFC 2045 §5.1, RFC 2231).

use super::{MAX_WIDTH, percent};

/// A parameter of a field, `name=value`: a token, a quoted string, or else percent-encoded UTF-8 (RFC 2231), in several
/// sections where one would not fit a line.
pub(super) fn parameter(name: &str, value: &str) -> Vec<String> {
    // One octet for the space before it, one for the semicolon after it.
    let widest = MAX_WIDTH - 2;
    let simple = if is_token(value) { format!("{name}={value}") } else { format!("{name}=\"{value}\"") };
    // Quotes and backslashes could be escaped, but not every reader takes the escapes out again.
    let quotable = value.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\' | b'%'));
    if quotable && !value.is_empty() && !value.contains("=?") && simple.len() <= widest {
        return vec![simple];
    }
    let mut sections = vec![String::from("utf-8''")];
    let label = name.len() + "*000*=".len();
    for character in value.chars() {
        let escaped = escape_attribute(character);
        match sections.last_mut() {
            Some(section) if label + section.len() + escaped.len() <= widest => section.push_str(&escaped),
            _ => sections.push(escaped),
        }
    }
    match &sections[..] {
        [only] => vec![format!("{name}*={only}")],
        _ => sections.iter().enumerate().map(|(index, text)| format!("{name}*{index}*={text}")).collect(),
    }
}

/// A token (RFC 2045 §5.1) without the characters that mean something in RFC 2231.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?='*%".contains(&byte))
}

/// A character of an extended parameter (RFC 2231 §7, `attribute-char` or percent-encoded).
fn escape_attribute(character: char) -> String {
    if character.is_ascii_alphanumeric() || "!#$&+-.^_`{|}~".contains(character) {
        return character.to_string();
    }
    percent(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_quoted_or_extended() {
        assert_eq!(parameter("filename", "plan.pdf"), ["filename=plan.pdf"]);
        assert_eq!(parameter("filename", "plan 2027.pdf"), ["filename=\"plan 2027.pdf\""]);
        assert_eq!(parameter("filename", "årsplan.pdf"), ["filename*=utf-8''%C3%A5rsplan.pdf"]);
        assert_eq!(parameter("filename", "a\"b\r\n.pdf"), ["filename*=utf-8''a%22b%0D%0A.pdf"]);
        let long = parameter("filename", &"å".repeat(60));
        assert!(long[0].starts_with("filename*0*=utf-8''%C3%A5") && long[1].starts_with("filename*1*=%C3"), "{long:?}");
        assert!(long.iter().all(|section| section.len() <= 76), "{long:?}");
    }
}

//! The words of a Markdown source as its author wrote them, without what is not prose. Everything keeps its place.

use crate::model::content::ContentFile;

/// The Markdown of a text with template tags, HTML tags, code, addresses and pictures blanked out, byte for byte.
pub fn prose(content: &ContentFile) -> String {
    blank(&content.file.text()[content.body_at..])
}

/// `text` with everything but prose blanked out; as long as before.
pub fn blank(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match not_prose(rest) {
            Some(length) => {
                let hidden = &rest[..length];
                out.extend(hidden.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
                length
            }
            None => {
                out.push(first);
                first.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    out
}

/// The length of the markup that begins here.
fn not_prose(rest: &str) -> Option<usize> {
    const ENCLOSED: [(&str, &str); 6] =
        [("{{", "}}"), ("{%", "%}"), ("{#", "#}"), ("<!--", "-->"), ("```", "```"), ("`", "`")];
    for (open, close) in ENCLOSED {
        if let Some(inside) = rest.strip_prefix(open)
            && let Some(end) = inside.find(close)
        {
            return Some(open.len() + end + close.len());
        }
    }
    if rest.starts_with("![") {
        let target = rest.find("](")?;
        return Some(target + rest[target..].find(')')? + 1);
    }
    if rest.starts_with("](") {
        return Some(rest.find(')')? + 1);
    }
    let is_tag =
        rest.starts_with('<') && rest[1..].starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '/');
    if is_tag {
        return Some(rest.find('>')? + 1);
    }
    (rest.starts_with("https://") || rest.starts_with("http://"))
        .then(|| rest.find(|letter: char| letter.is_whitespace() || letter == ')').unwrap_or(rest.len()))
}

/// The words of a text, each with its place.
pub fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    let next = move || {
        let start = at + text[at..].find(char::is_alphanumeric)?;
        let length = text[start..].find(|letter: char| !letter.is_alphanumeric()).unwrap_or(text.len() - start);
        at = start + length;
        Some((start, &text[start..at]))
    };
    std::iter::from_fn(next).filter(|(_, word)| word.chars().any(char::is_alphabetic))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_pictures_and_addresses_are_blanked_and_everything_keeps_its_place() {
        let source = "Hi {{ contact.name.given }},\n{% if tier %}\n![Åh](a.png \"b\") see [the page](https://x.example/A) <b>now</b>";
        let text = blank(source);
        assert_eq!(text.len(), source.len());
        assert_eq!(text.matches('\n').count(), 2);
        let seen: Vec<_> = words(&text).map(|(_, word)| word).collect();
        assert_eq!(seen, ["Hi", "see", "the", "page", "now"]);
        for (at, word) in words(&text) {
            assert!(source[at..].starts_with(word));
        }
    }
}

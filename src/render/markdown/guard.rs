//! Raw HTML in Markdown is off unless the author asks for it, while components may print HTML all the same.
//!
//! Which `<` is the author's can only be told before tera runs. So [`shield`] puts [`SHIELD`] in the place of each of them (both
//! are one byte long, so every offset stays), tera runs, and [`unshield`] puts them back and remembers where they stood.

use std::ops::Range;

/// Stands for a `<` of the author's while tera runs; loading refuses control characters, so nobody writes it.
const SHIELD: char = '\u{1}';

/// The text with every `<` outside tera's own tags shielded.
pub fn shield(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = tag_start(rest) {
        push_shielded(&rest[..open], &mut out);
        let length = tag_length(&rest[open..]);
        let tag = &rest[open..open + length];
        out.push_str(tag);
        rest = &rest[open + length..];
        if word(tag) == "raw" {
            let end = end_of_raw(rest);
            push_shielded(&rest[..end], &mut out);
            rest = &rest[end..];
        }
    }
    push_shielded(rest, &mut out);
    out
}

/// The text as it was meant, and whether a range of it holds a `<` of the author's.
pub fn unshield(shielded: &str) -> (String, impl Fn(&Range<usize>) -> bool + '_) {
    let text = shielded.replace(SHIELD, "<");
    (text, |range: &Range<usize>| shielded[range.clone()].contains(SHIELD))
}

fn push_shielded(text: &str, out: &mut String) {
    out.extend(text.chars().map(|character| if character == '<' { SHIELD } else { character }));
}

/// Where the next tag of tera's begins.
pub(super) fn tag_start(text: &str) -> Option<usize> {
    let opens = |at: &usize| matches!(text.as_bytes().get(at + 1), Some(b'{' | b'%' | b'#'));
    text.match_indices('{').map(|(at, _)| at).find(opens)
}

/// The length of the tag at the front of `text`, up to its end or, where it has none, that of the text.
pub(super) fn tag_length(text: &str) -> usize {
    if text.starts_with("{#") {
        return text.find("#}").map_or(text.len(), |end| end + 2);
    }
    let close = if text.starts_with("{{") { b"}}" } else { b"%}" };
    let bytes = text.as_bytes();
    let mut quote = None;
    let mut at = 2;
    while at < bytes.len() {
        match (quote, bytes[at]) {
            (Some(open), byte) if byte == open => quote = None,
            (None, byte @ (b'"' | b'\'' | b'`')) => quote = Some(byte),
            (None, _) if bytes[at..].starts_with(close) => return at + 2,
            _ => {}
        }
        at += 1;
    }
    text.len()
}

/// The word in a block tag: `raw` of `{%- raw %}`.
pub(super) fn word(tag: &str) -> &str {
    let inside = tag.strip_prefix("{%").and_then(|tag| tag.strip_suffix("%}")).unwrap_or_default();
    inside.trim_matches(|character: char| character == '-' || character.is_whitespace())
}

/// Where the tag that ends a raw text begins.
pub(super) fn end_of_raw(text: &str) -> usize {
    let ends = |at: &usize| text[*at..].find("%}").is_some_and(|end| word(&text[*at..at + end + 2]) == "endraw");
    text.match_indices("{%").map(|(at, _)| at).find(ends).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_authors_less_than_is_shielded_and_that_of_tera_is_not() {
        let text = "<b> {{ <button label=\"}} <\" /> }} {% if a < b %}<i>{% endif %} {# <u> #} {% raw %}{{ <s> }}{% endraw %}<";
        let shielded = shield(text);
        assert_eq!(
            shielded,
            "\u{1}b> {{ <button label=\"}} <\" /> }} {% if a < b %}\u{1}i>{% endif %} {# <u> #} {% raw %}{{ \u{1}s> }}{% endraw %}\u{1}"
        );
        let (plain, authored) = unshield(&shielded);
        assert_eq!(plain, text);
        assert!(authored(&(0..3)) && !authored(&(4..20)));
        assert_eq!(shield("{{ never closed <b>"), "{{ never closed <b>");
    }
}

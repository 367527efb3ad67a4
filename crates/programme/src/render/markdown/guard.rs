//! Raw HTML in Markdown is off unless the author asks for it, while components may print HTML all the same.
//!
//! Which `<` is the author's can only be told before tera runs. So [`shield`] puts [`SHIELD`] in the place of each of them (both
//! are one byte long, so every offset stays), tera runs, and [`unshield`] puts them back and remembers where they stood.

use std::ops::Range;

use crate::render::syntax::{end_of_raw, first_tag, statement, tag_start};

/// Stands for a `<` of the author's while tera runs; loading refuses control characters, so nobody writes it.
const SHIELD: char = '\u{1}';

/// The text with every `<` outside tera's own tags shielded.
pub fn shield(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = tag_start(rest) {
        push_shielded(&rest[..open], &mut out);
        let tag = first_tag(&rest[open..]);
        out.push_str(tag);
        rest = &rest[open + tag.len()..];
        if statement(tag) == "raw" {
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

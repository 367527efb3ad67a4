//! What a reviewer reads where a reader's own value will stand: the field in its own words, `‹name.given›`, and not the expression that
//! prints it. Of two expressions that would be called the same each stands in full, so nothing that changed is hidden.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::render::text::WIDTH;

/// Letters of a condition that are shown.
const MAX_CONDITION: usize = 40;

/// Where a template prints, decides, or a hole is named.
struct Spot<'t> {
    /// Where it stands, with its delimiters.
    at: Range<usize>,
    kind: Kind,
    /// The expression without its delimiters.
    expression: &'t str,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Named,
    Printed,
    Decided,
}

/// How each kind begins and ends.
const DELIMITERS: [(Kind, &str, &str); 3] =
    [(Kind::Named, "‹", "›"), (Kind::Printed, "{{", "}}"), (Kind::Decided, "{%", "%}")];

/// Both texts as a person reads them: expressions short, lines as long as they are, no lines drawn below headings.
pub fn readable(old: &str, new: &str) -> (String, String) {
    let (old, new) = (flowing(old), flowing(new));
    let labels = Labels::of(&[&old, &new], &DELIMITERS);
    (labels.put(&old, &DELIMITERS), labels.put(&new, &DELIMITERS))
}

/// Both pages with their named holes short.
pub fn in_pages(old: &str, new: &str) -> (String, String) {
    let named = &DELIMITERS[..1];
    let labels = Labels::of(&[old, new], named);
    (labels.put(old, named), labels.put(new, named))
}

/// What each expression is called.
struct Labels(BTreeMap<String, BTreeSet<String>>);

impl Labels {
    fn of(texts: &[&str], delimiters: &[(Kind, &str, &str)]) -> Self {
        let mut labels: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for spot in texts.iter().flat_map(|text| spots(text, delimiters)) {
            labels.entry(label(&spot)).or_default().insert(spot.expression.to_owned());
        }
        Labels(labels)
    }

    fn put(&self, text: &str, delimiters: &[(Kind, &str, &str)]) -> String {
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for spot in spots(text, delimiters) {
            out.push_str(&text[at..spot.at.start]);
            let short = label(&spot);
            let is_alone = self.0.get(&short).is_none_or(|expressions| expressions.len() < 2);
            let shown = if is_alone { &short } else { spot.expression };
            // What decides is no word of the text and stands apart from it.
            let is_apart = spot.kind == Kind::Decided;
            let touches = |letter: Option<char>| is_apart && letter.is_some_and(|letter| !letter.is_whitespace());
            if touches(out.chars().next_back()) {
                out.push(' ');
            }
            out.extend(["‹", shown, "›"]);
            at = spot.at.end;
            if touches(text[at..].chars().next()) {
                out.push(' ');
            }
        }
        out.push_str(&text[at..]);
        out
    }
}

/// The expressions of a text, in order.
fn spots<'t>(text: &'t str, delimiters: &[(Kind, &str, &str)]) -> Vec<Spot<'t>> {
    let mut spots = Vec::new();
    let mut from = 0;
    while let Some(spot) = next(text, from, delimiters) {
        from = spot.at.end;
        // In some languages the same marks are quotation marks.
        if spot.kind != Kind::Named || is_field(spot.expression) {
            spots.push(spot);
        }
    }
    spots
}

fn next<'t>(text: &'t str, from: usize, delimiters: &[(Kind, &str, &str)]) -> Option<Spot<'t>> {
    let found = delimiters.iter().filter_map(|&(kind, open, close)| {
        let first = from + text[from..].find(open)? + open.len();
        let end = first + text[first..].find(close)?;
        let inside = text[first..end].rfind(open).map_or(first, |last| first + last + open.len());
        let expression = text[inside..end].trim_matches('-').trim();
        Some(Spot { at: inside - open.len()..end + close.len(), kind, expression })
    });
    found.min_by_key(|spot| spot.at.start)
}

/// True for what names a field: `contact.name.given`, with whatever is done with it.
fn is_field(expression: &str) -> bool {
    let path = path(expression);
    path.contains('.')
        && !path.ends_with('.')
        && expression[path.len()..].chars().next().is_none_or(|next| " |[".contains(next))
}

/// The dotted name at the start of an expression.
fn path(expression: &str) -> &str {
    let end = expression.find(|letter: char| !letter.is_ascii_alphanumeric() && !"._".contains(letter));
    &expression[..end.unwrap_or(expression.len())]
}

fn label(spot: &Spot<'_>) -> String {
    if spot.kind == Kind::Decided {
        let words: Vec<&str> = spot.expression.split_whitespace().collect();
        let condition = words.join(" ").replace("contact.", "");
        return match words.first() {
            Some(word) if word.starts_with("end") => "end".to_owned(),
            _ if condition.chars().count() > MAX_CONDITION => {
                format!("{}…", condition.chars().take(MAX_CONDITION).collect::<String>().trim_end())
            }
            _ => condition,
        };
    }
    // A component by its name, a text of templates/strings/ by its key.
    let expression = spot.expression.trim_start_matches(['<', '"', '\'']);
    let path = path(expression);
    if path.is_empty() {
        return spot.expression.to_owned();
    }
    path.strip_prefix("contact.").unwrap_or(path).to_owned()
}

/// A text whose lines end where its paragraphs and entries do, not where a column does, without the lines below its headings.
fn flowing(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut columns = 0;
    for line in text.lines() {
        let is_rule = line.len() > 2 && line.bytes().all(|byte| byte == b'-' || byte == b'=');
        if is_rule && columns > 0 {
            continue;
        }
        let length = |text: &str| text.chars().count();
        let first = line.split(' ').next().unwrap_or_default();
        let goes_on = columns > 0 && !first.is_empty() && columns + 1 + length(first) > WIDTH;
        match goes_on && !first.ends_with('.') && !"-*#>".contains(first) {
            true => out.push(' '),
            false if out.is_empty() => {}
            false => out.push('\n'),
        }
        out.push_str(line);
        columns = length(line);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        readable(text, "").0
    }

    #[test]
    fn a_field_stands_in_its_own_words() {
        assert_eq!(shown("Hej ‹contact.name.given›, ‹owner.phone | phone›."), "Hej ‹name.given›, ‹owner.phone›.");
        assert_eq!(
            shown("{% if contact.project.to -%}Den {{ contact.project.to | date(format=\"long\") }}.{% endif %}"),
            "‹if project.to› Den ‹project.to›. ‹end›"
        );
        assert_eq!(shown("{{ <call owner signer /> }}: {{ \"call_me\" | t }}"), "‹call›: ‹call_me›");
        assert_eq!(shown("›ja‹ og ›nej‹, {{ open"), "›ja‹ og ›nej‹, {{ open");
        assert_eq!(shown("›ja‹, ‹contact.company›"), "›ja‹, ‹company›");
        assert_eq!(in_pages("<p>‹contact.company›</p>", "{{ a.b }}").1, "{{ a.b }}");
    }

    #[test]
    fn two_expressions_of_one_name_stand_in_full() {
        let (old, new) = readable("‹contact.company›", "‹contact.company | upper›");
        assert_eq!((old.as_str(), new.as_str()), ("‹contact.company›", "‹contact.company | upper›"));
    }

    #[test]
    fn lines_end_with_their_paragraphs() {
        let long = "a".repeat(70);
        assert_eq!(
            shown(&format!("Title\n-----\n\n{long}\nword\nshort\n- one")),
            format!("Title\n\n{long} word\nshort\n- one")
        );
        assert_eq!(shown(&format!("- {long}\n- one\n")), format!("- {long}\n- one"));
    }
}

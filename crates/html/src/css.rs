//! As much CSS as the linter reads: declarations, at-rules, simple selectors, opaque colours.

use crate::{Token, scan};

/// A declaration, in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// The property.
    pub property: String,
    /// Its value, without `!important`.
    pub value: String,
    /// It was marked `!important`.
    pub important: bool,
}

/// The declarations of a style attribute or of a rule's block.
pub fn declarations(style: &str) -> Vec<Declaration> {
    let read = |part: &str| {
        let (property, value) = part.split_once(':')?;
        let value = value.trim().to_ascii_lowercase();
        let (value, important) =
            match value.strip_suffix("important").and_then(|rest| rest.trim_end().strip_suffix('!')) {
                Some(value) => (value.trim_end().to_owned(), true),
                None => (value, false),
            };
        Some(Declaration { property: property.trim().to_ascii_lowercase(), value, important })
    };
    split(style, ';').into_iter().filter_map(read).collect()
}

/// Cuts at a sign that stands neither in quotes nor in parentheses.
fn split(text: &str, at: char) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut quote) = (Vec::new(), 0, 0_usize, None);
    for (index, letter) in text.char_indices() {
        match (letter, quote) {
            (letter, Some(open)) if letter == open => quote = None,
            (_, Some(_)) => {}
            ('"' | '\'', None) => quote = Some(letter),
            ('(', None) => depth += 1,
            (')', None) => depth = depth.saturating_sub(1),
            (letter, None) if letter == at && depth == 0 => {
                parts.push(&text[start..index]);
                start = index + letter.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

/// The style sheets that a page keeps, comments taken out.
pub fn sheets(html: &str) -> Vec<String> {
    let mut sheets = Vec::new();
    let mut in_style = false;
    for token in scan(html) {
        match token {
            Token::Open(tag) => in_style = tag.is("style"),
            Token::Raw(css) if in_style => sheets.push(without_comments(css)),
            _ => {}
        }
    }
    sheets
}

fn without_comments(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, behind)) = rest.split_once("/*") {
        out.push_str(before);
        rest = behind.split_once("*/").map_or("", |(_, behind)| behind);
    }
    out + rest
}

/// A rule: what stands before its braces, and between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule<'a> {
    /// The selectors, or the at-rule.
    pub head: &'a str,
    /// What stands between its braces.
    pub block: &'a str,
}

/// The rules of a style sheet, or of the block of an at-rule; statements without a block (`@import …;`) have an empty one.
pub fn rules(css: &str) -> Vec<Rule<'_>> {
    let mut rules = Vec::new();
    let mut rest = css.trim_start();
    while !rest.is_empty() {
        let Some(end) = rest.find(['{', ';']) else { break };
        let head = rest[..end].trim();
        if rest[end..].starts_with(';') {
            rules.push(Rule { head, block: "" });
            rest = rest[end + 1..].trim_start();
            continue;
        }
        let block = &rest[end + 1..];
        let mut depth = 1_usize;
        let close = block.char_indices().find(|(_, letter)| {
            match letter {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        let close = close.map_or(block.len(), |(at, _)| at);
        rules.push(Rule { head, block: &block[..close] });
        rest = block[close..].trim_start_matches('}').trim_start();
    }
    rules
}

/// An opaque colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Colour(pub u8, pub u8, pub u8);

impl Colour {
    /// Black.
    pub const BLACK: Colour = Colour(0, 0, 0);
    /// White.
    pub const WHITE: Colour = Colour(255, 255, 255);

    /// Reads `#rgb`, `#rrggbb`, `rgb(r, g, b)` and the sixteen names of HTML; nothing else, and nothing that is see-through.
    pub fn parse(text: &str) -> Option<Colour> {
        if let Some(hex) = text.strip_prefix('#') {
            let digit = |at: usize| hex.chars().nth(at).and_then(|digit| digit.to_digit(16)).map(|digit| digit as u8);
            return match hex.len() {
                3 => Some(Colour(digit(0)? * 17, digit(1)? * 17, digit(2)? * 17)),
                6 => {
                    let pair = |at: usize| Some(digit(at)? * 16 + digit(at + 1)?);
                    Some(Colour(pair(0)?, pair(2)?, pair(4)?))
                }
                _ => None,
            };
        }
        if let Some(inner) = text.strip_prefix("rgb(").and_then(|rest| rest.strip_suffix(')')) {
            let numbers: Option<Vec<u8>> = inner.split(',').map(|number| number.trim().parse().ok()).collect();
            return match numbers?.as_slice() {
                &[red, green, blue] => Some(Colour(red, green, blue)),
                _ => None,
            };
        }
        NAMED.iter().find(|(name, _)| *name == text).map(|(_, colour)| *colour)
    }

    /// How well two colours are told apart, from 1 to 21 (WCAG 2.2, contrast ratio).
    pub fn contrast(self, other: Colour) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// WCAG 2.2, relative luminance.
    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }
}

impl std::fmt::Display for Colour {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{:02X}{:02X}{:02X}", self.0, self.1, self.2)
    }
}

const NAMED: [(&str, Colour); 17] = [
    ("aqua", Colour(0, 255, 255)),
    ("black", Colour::BLACK),
    ("blue", Colour(0, 0, 255)),
    ("fuchsia", Colour(255, 0, 255)),
    ("gray", Colour(128, 128, 128)),
    ("green", Colour(0, 128, 0)),
    ("grey", Colour(128, 128, 128)),
    ("lime", Colour(0, 255, 0)),
    ("maroon", Colour(128, 0, 0)),
    ("navy", Colour(0, 0, 128)),
    ("olive", Colour(128, 128, 0)),
    ("purple", Colour(128, 0, 128)),
    ("red", Colour(255, 0, 0)),
    ("silver", Colour(192, 192, 192)),
    ("teal", Colour(0, 128, 128)),
    ("white", Colour::WHITE),
    ("yellow", Colour(255, 255, 0)),
];

/// A selector of element names, classes and ids, its parts joined by blanks (descendants).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    parts: Vec<Compound>,
}

/// `p.quiet#first`
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Compound {
    element: Option<String>,
    id: Option<String>,
    classes: Vec<String>,
}

/// What selectors can see of an element.
#[derive(Debug, Clone, Default)]
pub struct Named {
    /// Its name, in lower case.
    pub element: String,
    /// Its id.
    pub id: Option<String>,
    /// Its classes.
    pub classes: Vec<String>,
}

impl Selector {
    /// Reads a selector; `None` where it has something that is not understood here.
    pub fn parse(text: &str) -> Option<Selector> {
        let parts: Option<Vec<Compound>> = text.split_ascii_whitespace().map(compound).collect();
        parts.filter(|parts| !parts.is_empty()).map(|parts| Selector { parts })
    }

    /// Does it mean the last element of this path from the root?
    pub fn matches(&self, path: &[&Named]) -> bool {
        let Some((last, above)) = self.parts.split_last() else { return false };
        let Some((element, mut path)) = path.split_last() else { return false };
        if !last.matches(element) {
            return false;
        }
        for part in above.iter().rev() {
            match path.iter().rposition(|element| part.matches(element)) {
                Some(at) => path = &path[..at],
                None => return false,
            }
        }
        true
    }

    /// Ids, classes, elements (Selectors Level 4, §17).
    pub fn specificity(&self) -> (usize, usize, usize) {
        let of = |count: fn(&Compound) -> usize| self.parts.iter().map(count).sum();
        (
            of(|part| usize::from(part.id.is_some())),
            of(|part| part.classes.len()),
            of(|part| usize::from(part.element.is_some())),
        )
    }
}

fn compound(text: &str) -> Option<Compound> {
    let mut compound = Compound::default();
    let mut rest = text;
    while !rest.is_empty() {
        let (kind, name) = match rest.as_bytes()[0] {
            kind @ (b'.' | b'#') => (kind, &rest[1..]),
            b'*' => {
                rest = &rest[1..];
                continue;
            }
            _ => (b' ', rest),
        };
        let end = name.find(['.', '#']).unwrap_or(name.len());
        let (name, behind) = name.split_at(end);
        let plain = |letter: char| letter.is_alphanumeric() || letter == '-' || letter == '_';
        if name.is_empty() || !name.chars().all(plain) {
            return None;
        }
        match kind {
            b'.' => compound.classes.push(name.to_owned()),
            b'#' => compound.id = Some(name.to_owned()),
            _ => compound.element = Some(name.to_ascii_lowercase()),
        }
        rest = behind;
    }
    Some(compound)
}

impl Compound {
    fn matches(&self, element: &Named) -> bool {
        self.element.as_ref().is_none_or(|name| *name == element.element)
            && self.id.as_ref().is_none_or(|id| element.id.as_ref() == Some(id))
            && self.classes.iter().all(|class| element.classes.contains(class))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_are_cut_outside_of_quotes_and_parentheses() {
        let read = declarations("Color: #FFF !important; background:url(data:a;b);font-family:'a;b' ; broken");
        let read: Vec<_> = read.iter().map(|d| (d.property.as_str(), d.value.as_str(), d.important)).collect();
        assert_eq!(
            read,
            [("color", "#fff", true), ("background", "url(data:a;b)", false), ("font-family", "'a;b'", false)]
        );
    }

    #[test]
    fn rules_stand_in_rules() {
        let css = "@import url(a); p { a: b } @media x { .c { d: e } .f { } }";
        let read = rules(css);
        assert_eq!(read.iter().map(|rule| rule.head).collect::<Vec<_>>(), ["@import url(a)", "p", "@media x"]);
        assert_eq!(rules(read[2].block).len(), 2);
        for broken in ["p {", "}", "@media {{", ";", "a"] {
            rules(broken);
        }
    }

    #[test]
    fn contrast_is_that_of_the_guidelines() {
        let ratio = |one: &str, two: &str| {
            let (one, two) = (Colour::parse(one).expect("a colour"), Colour::parse(two).expect("a colour"));
            (one.contrast(two) * 10.0).round() / 10.0
        };
        assert_eq!(ratio("#000", "white"), 21.0);
        assert_eq!(ratio("#2b1d14", "#fbf7f0"), 15.3);
        assert_eq!(ratio("rgb(166, 72, 15)", "#fff"), 5.9);
        assert_eq!(Colour::parse("#ffffff80"), None);
        assert_eq!(Colour::parse("rgba(0, 0, 0, 0.5)"), None);
    }

    #[test]
    fn a_selector_means_an_element_below_others() {
        let named = |element: &str, classes: &[&str]| Named {
            element: element.into(),
            id: None,
            classes: classes.iter().map(|&class| class.to_owned()).collect(),
        };
        let (body, cell, link) = (named("body", &[]), named("td", &["body", "gift"]), named("a", &["button"]));
        let path = [&body, &cell, &link];
        let matches = |selector: &str| Selector::parse(selector).expect("a selector").matches(&path);
        assert!(matches("a") && matches(".body a") && matches(".body.gift .button") && matches("* a.button"));
        assert!(!matches(".body") && !matches(".gift .gift a") && !matches(".body p"));
        assert_eq!(Selector::parse(".a.b p").expect("a selector").specificity(), (0, 2, 1));
        assert!(Selector::parse("a:hover").is_none() && Selector::parse("a > b").is_none());
    }
}

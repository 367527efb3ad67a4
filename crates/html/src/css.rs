//! As much CSS as the linter reads: declarations, at-rules, simple selectors, opaque colours.

use cssparser::color::{parse_hash_color, parse_named_color};
use cssparser::{
    AtRuleParser, CowRcStr, DeclarationParser, Delimiter, ParseError, Parser, ParserState, QualifiedRuleParser,
    RuleBodyItemParser, RuleBodyParser, StyleSheetParser, Token, parse_important,
};

use crate::scan;

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

/// The declarations of a style attribute or of a rule's block; what is none is left out, as browsers do (CSS Syntax Level 3, §5.4.4).
pub fn declarations(style: &str) -> Vec<Declaration> {
    let mut input = Parser::new(style);
    RuleBodyParser::new(&mut input, &mut Declarations).filter_map(Result::ok).collect()
}

/// What a block of declarations may hold.
struct Declarations;

impl<'i> DeclarationParser<'i> for Declarations {
    type Declaration = Declaration;
    type Error = ();

    fn parse_value(
        &mut self,
        name: CowRcStr<'i>,
        input: &mut Parser<'i>,
        _: &ParserState,
    ) -> Result<Declaration, ParseError<()>> {
        let value = input.parse_until_before(Delimiter::Bang, |input| Ok::<_, ParseError<()>>(to_the_end(input)))?;
        let important = input.try_parse(parse_important).is_ok();
        let lower = |text: &str| text.trim().to_ascii_lowercase();
        Ok(Declaration { property: lower(&name), value: lower(value), important })
    }
}

impl<'i> AtRuleParser<'i> for Declarations {
    type Prelude = ();
    type AtRule = Declaration;
    type Error = ();
}

impl<'i> QualifiedRuleParser<'i> for Declarations {
    type Prelude = ();
    type QualifiedRule = Declaration;
    type Error = ();
}

impl RuleBodyItemParser<'_, Declaration, ()> for Declarations {
    fn parse_declarations(&self) -> bool {
        true
    }

    fn parse_qualified(&self) -> bool {
        false
    }
}

/// All that is left here, as it is written.
fn to_the_end<'i>(input: &mut Parser<'i>) -> &'i str {
    let start = input.position();
    while input.next().is_ok() {}
    input.slice_from(start).trim()
}

/// The style sheets that a page keeps, comments taken out.
pub fn sheets(html: &str) -> Vec<String> {
    let mut sheets = Vec::new();
    let mut in_style = false;
    for token in scan(html) {
        match token {
            crate::Token::Open(tag) => in_style = tag.is("style"),
            crate::Token::Raw(css) if in_style => sheets.push(without_comments(css)),
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule<'a> {
    /// The selectors, or the at-rule.
    pub head: String,
    /// What stands between its braces.
    pub block: &'a str,
}

/// The rules of a style sheet, or of the block of an at-rule; statements without a block (`@import …;`) have an empty one.
pub fn rules(css: &str) -> Vec<Rule<'_>> {
    let mut input = Parser::new(css);
    StyleSheetParser::new(&mut input, &mut Rules).filter_map(Result::ok).collect()
}

/// Takes rules apart and looks no deeper.
struct Rules;

impl<'i> QualifiedRuleParser<'i> for Rules {
    type Prelude = String;
    type QualifiedRule = Rule<'i>;
    type Error = ();

    fn parse_prelude(&mut self, input: &mut Parser<'i>) -> Result<String, ParseError<()>> {
        Ok(to_the_end(input).to_owned())
    }

    fn parse_block(
        &mut self,
        head: String,
        _: &ParserState,
        input: &mut Parser<'i>,
    ) -> Result<Rule<'i>, ParseError<()>> {
        Ok(Rule { head, block: to_the_end(input) })
    }
}

impl<'i> AtRuleParser<'i> for Rules {
    type Prelude = String;
    type AtRule = Rule<'i>;
    type Error = ();

    fn parse_prelude(&mut self, name: CowRcStr<'i>, input: &mut Parser<'i>) -> Result<String, ParseError<()>> {
        Ok(format!("@{name} {}", to_the_end(input)).trim_end().to_owned())
    }

    fn rule_without_block(&mut self, head: String, _: &ParserState) -> Result<Rule<'i>, ()> {
        Ok(Rule { head, block: "" })
    }

    fn parse_block(
        &mut self,
        head: String,
        _: &ParserState,
        input: &mut Parser<'i>,
    ) -> Result<Rule<'i>, ParseError<()>> {
        Ok(Rule { head, block: to_the_end(input) })
    }
}

/// An opaque colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Colour(pub u8, pub u8, pub u8);

impl Colour {
    /// Black.
    pub const BLACK: Colour = Colour(0, 0, 0);
    /// White.
    pub const WHITE: Colour = Colour(255, 255, 255);

    /// Reads `#rgb`, `#rrggbb`, `rgb(…)` and the names of CSS (Color Level 4); nothing that is see-through.
    pub fn parse(text: &str) -> Option<Colour> {
        let mut input = Parser::new(text);
        let colour = match input.next().ok()?.clone() {
            Token::Hash(hex) | Token::IDHash(hex) => {
                let (red, green, blue, alpha) = parse_hash_color(hex.as_bytes()).ok()?;
                (alpha >= 1.0).then_some(Colour(red, green, blue))
            }
            Token::Ident(name) => {
                let (red, green, blue) = parse_named_color(&name).ok()?;
                Some(Colour(red, green, blue))
            }
            Token::Function(name) if name.eq_ignore_ascii_case("rgb") => input.parse_nested_block(rgb).ok(),
            _ => None,
        };
        colour.filter(|_| input.is_exhausted())
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

/// Three whole numbers up to 255, with or without commas between them.
fn rgb(input: &mut Parser<'_>) -> Result<Colour, ParseError<()>> {
    let mut part = || {
        let _ = input.try_parse(Parser::expect_comma);
        u8::try_from(input.expect_integer()?).map_err(|_| ParseError::unexpected_token())
    };
    Ok(Colour(part()?, part()?, part()?))
}

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
        assert_eq!(read.iter().map(|rule| rule.head.as_str()).collect::<Vec<_>>(), ["@import url(a)", "p", "@media x"]);
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
        assert_eq!(Colour::parse("rgb(166 72 15)"), Colour::parse("#A6480F"));
        assert_eq!(Colour::parse("rebeccapurple"), Some(Colour(102, 51, 153)));
        assert_eq!(Colour::parse("#ffffff80"), None);
        for none in ["", "#12", "rgb(1, 2)", "rgb(1, 2, 300)", "white black", "transparent", "inherit"] {
            assert_eq!(Colour::parse(none), None, "{none}");
        }
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

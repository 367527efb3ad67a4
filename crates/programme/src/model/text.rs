//! Texts: what may be printed at all, and texts that differ by language.

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::model::language::{Language, Languages};
use source::characters::{is_ignorable, is_reserved};
use source::diagnostic::Fault;

/// A non-empty text without control characters, bidi overrides or reserved code points: safe to print and to put in a header.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Line(Box<str>);

impl Line {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Line {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        if text.trim().is_empty() {
            return Err(Fault::new("the text is empty").hint("leave the key out where there is nothing to say"));
        }
        match text
            .chars()
            .find(|&character| character.is_control() || is_separator(character) || is_reserved(character))
            .or_else(|| invisible(text))
        {
            None => Ok(Line(text.into())),
            Some(character) => Err(forbidden(character)),
        }
    }
}

/// A non-empty text that may have line breaks and tabs but nothing else that a reader cannot see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prose(Box<str>);

impl Prose {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Prose {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let bad = |&character: &char| {
            (character.is_control() && !matches!(character, '\n' | '\r' | '\t'))
                || is_separator(character)
                || is_reserved(character)
        };
        match text.chars().find(bad) {
            Some(character) => Err(forbidden(character)),
            None if text.trim().is_empty() => Err(Fault::new("the text is empty")),
            None => Ok(Prose(text.trim_end().into())),
        }
    }
}

/// The first character of `text` that nobody sees and no script or emoji needs there: joiners belong between letters that are
/// joined by them, variation selectors after what they vary.
fn invisible(text: &str) -> Option<char> {
    if text.is_ascii() {
        return None;
    }
    let mut before = None;
    text.chars().find(|&character| {
        let base = before.replace(character);
        // Beyond Greek and Cyrillic: scripts that join their letters, and emoji.
        let is_joined = base.is_some_and(|base| base >= '\u{530}');
        let is_varied = base.is_some_and(|base| !base.is_alphabetic() || base >= '\u{530}');
        match character {
            '\u{200c}' | '\u{200d}' => !is_joined,
            '\u{fe00}'..='\u{fe0f}' | '\u{180b}'..='\u{180f}' | '\u{e0100}'..='\u{e01ef}' => !is_varied,
            // The flags of England, Scotland and Wales.
            '\u{e0020}'..='\u{e007f}' => base.is_none_or(|base| base != '\u{1f3f4}' && !is_ignorable(base)),
            other => is_ignorable(other),
        }
    })
}

/// Line breaks of Unicode that look like nothing in an editor.
fn is_separator(character: char) -> bool {
    matches!(character, '\u{2028}' | '\u{2029}')
}

fn forbidden(character: char) -> Fault {
    let name = match character {
        '\r' | '\n' => "a line break".to_owned(),
        '\u{2028}' | '\u{2029}' => format!("the line separator U+{:04X}", character as u32),
        '\0' => "a NUL character".to_owned(),
        '\t' => "a tab".to_owned(),
        other if other.is_control() => format!("the control character U+{:04X}", other as u32),
        '\u{f0000}'.. => format!("the private-use character U+{:04X}", character as u32),
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => format!("the bidi control U+{:04X}", character as u32),
        other => format!("U+{:04X}, which nobody can see", other as u32),
    };
    Fault::new(format!("the text holds {name}")).hint("remove it: this value is printed in headers and letters")
}

/// A text that is the same in every language, or one a language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Localised {
    /// One text for everybody.
    Same(Line),
    /// A text a language.
    Each(BTreeMap<Language, Line>),
}

impl Localised {
    /// The text for `language`: its own, or that of its fallbacks, or that of the default language.
    pub fn get(&self, language: Language, languages: &Languages) -> Option<&str> {
        match self {
            Localised::Same(text) => Some(text.as_str()),
            Localised::Each(texts) => languages
                .chain(language)
                .into_iter()
                .chain([languages.default()])
                .find_map(|language| texts.get(&language))
                .map(Line::as_str),
        }
    }

    /// True where it is written in `language`, or in one that stands in for it; one text for all languages is.
    pub fn is_written(&self, language: Language, languages: &Languages) -> bool {
        match self {
            Localised::Same(_) => true,
            Localised::Each(texts) => languages.chain(language).iter().any(|language| texts.contains_key(language)),
        }
    }
}

/// A count with its English noun in the right number.
pub fn counted(count: usize, noun: &str) -> String {
    match noun.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u'])) {
        _ if count == 1 => format!("1 {noun}"),
        Some(stem) => format!("{count} {stem}ies"),
        None if noun.ends_with('s') => format!("{count} {noun}es"),
        None => format!("{count} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_no_line_break_and_no_bidi_override() {
        for bad in [
            "a\r\nBcc: x",
            "a\0",
            "a\u{2028}b",
            "\u{202e}moc",
            "",
            "  ",
            "\u{f0041}",
            "Kontors\u{200b}drift",
            "Kontors\u{ad}drift",
            "a\u{feff}b",
            "An\u{200d}na",
        ] {
            assert!(bad.parse::<Line>().is_err(), "{bad:?}");
        }
        for good in ["Åsa", "שלום", "👩‍🌾", "❤️", "1\u{fe0f}\u{20e3}", "کتاب\u{200c}خانه", "{{ x }} *y*"]
        {
            assert!(good.parse::<Line>().is_ok(), "{good:?}");
        }
    }

    #[test]
    fn a_noun_stands_in_the_number_of_its_count() {
        let counts =
            [(1, "delivery"), (0, "delivery"), (2, "day"), (1, "address"), (3, "address"), (1, "run"), (4, "run")];
        let said = counts.map(|(count, noun)| counted(count, noun));
        assert_eq!(said, ["1 delivery", "0 deliveries", "2 days", "1 address", "3 addresses", "1 run", "4 runs"]);
    }
}

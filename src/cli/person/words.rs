//! The words of what a person is given to read about themselves, in each language.

use crate::model::language::Language;

/// A key a line, then the languages of the first line.
const TABLE: &str = include_str!("words.tsv");

/// The word for `key`; the key itself where it has none, as the names of free fields do.
pub fn word(language: Language, key: &str) -> &str {
    let mut lines = TABLE.lines();
    let column = lines.next().and_then(|head| head.split('\t').position(|tag| tag == language.tag()));
    let line = lines.find(|line| line.split('\t').next() == Some(key));
    line.zip(column).and_then(|(line, column)| line.split('\t').nth(column)).unwrap_or(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_there_in_every_language() {
        for language in Language::ALL {
            for key in TABLE.lines().skip(1).filter_map(|line| line.split('\t').next()) {
                assert!(!word(language, key).is_empty() && word(language, key) != key, "{key} in {language}");
            }
        }
        assert_eq!(word(Language::Sv, "name"), "Namn");
        assert_eq!(word(Language::En, "cups_a_day"), "cups_a_day");
    }
}

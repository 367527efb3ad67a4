//! The words of a language that stand in settings and plan (`starter/<language>/words.yaml`).

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::STARTER;
use crate::model::language::Language;
use crate::model::text::Line;
use crate::render::strings::fill;

/// The words of one language, the firm's name filled in.
#[derive(Debug)]
pub struct Wording(BTreeMap<String, String>);

impl Wording {
    /// Those of a language, for a firm.
    pub fn of(language: Language, firm: &Line) -> Self {
        let file = STARTER.get_file(format!("{language}/words.yaml"));
        let text = file.and_then(|file| file.contents_utf8()).unwrap_or_default();
        let words: BTreeMap<String, String> = yaml::parse(text).expect("our own words are a table of texts");
        let name = |key: &str| (key == "name").then(|| Cow::from(firm.as_str().to_owned()));
        Wording(words.into_iter().map(|(key, text)| (key, fill(&text, name))).collect())
    }

    /// The word for `key`; a placeholder in English where a language lacks it.
    pub fn get(&self, key: &str) -> String {
        self.0.get(key).cloned().unwrap_or_else(|| format!("[[{key}]]"))
    }
}

//! The texts that templates and pages ask for by their keys (`templates/strings/<language>.yaml`).

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::language::Language;
use crate::model::programme::Programme;

/// The texts of one language, by key.
pub type Strings = Arc<BTreeMap<String, String>>;

/// The texts of a language, and for keys it lacks those of its fallbacks.
pub fn strings_for(programme: &Programme, language: Language) -> Strings {
    let mut merged = BTreeMap::new();
    for language in programme.settings.languages.chain(language) {
        for (key, text) in programme.strings.get(&language).into_iter().flatten() {
            merged.entry(key.clone()).or_insert_with(|| text.clone());
        }
    }
    Arc::new(merged)
}

/// `text` with the value of each `{name}` in its place; a name that has none stays. What stands in a value is never a name.
pub fn fill<'v>(text: &str, value: impl Fn(&str) -> Option<Cow<'v, str>>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        out.push_str(before);
        let named = behind.split_once('}').and_then(|(name, behind)| Some((value(name)?, behind)));
        match named {
            Some((value, behind)) => {
                out.push_str(&value);
                rest = behind;
            }
            None => {
                out.push('{');
                rest = behind;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_gets_its_value_and_no_value_is_read_again() {
        let values = |name: &str| match name {
            "firm" => Some(Cow::from("{name} & {firm}")),
            "name" => Some(Cow::from("Anna")),
            _ => None,
        };
        assert_eq!(fill("{name} of {firm} {{name}} {age} {", values), "Anna of {name} & {firm} {Anna} {age} {");
        assert_eq!(fill("", values), "");
    }
}

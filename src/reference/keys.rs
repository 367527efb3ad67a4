//! What each key of each file means (`keys.yaml`): the one source of the schemas, the reference pages and what editors show.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;

use crate::load::wire::groups;

/// What is known of one key.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// What it means, a sentence.
    #[serde(rename = "is")]
    pub meaning: String,
    /// A value for it.
    #[serde(rename = "eg", default)]
    pub example: Option<Value>,
    /// What holds where it is missing.
    #[serde(rename = "or", default)]
    pub default: Option<Value>,
    /// True where it cannot be missing.
    #[serde(rename = "must", default)]
    pub is_required: bool,
}

static KEYS: LazyLock<BTreeMap<String, BTreeMap<String, Key>>> =
    LazyLock::new(|| yaml::parse(include_str!("keys.yaml")).expect("our own reference is well written"));

/// What is known of a key of a group; `None` where nobody wrote it down.
pub fn key(group: &str, name: &str) -> Option<&'static Key> {
    KEYS.get(group)?.get(name)
}

/// The keys of a group in the order of its struct, each with its type as the struct writes it.
pub fn fields(group: &str) -> Option<Vec<(&'static str, String)>> {
    let (_, fields) = groups().find(|(name, _)| *name == group)?;
    let plain = |kind: &str| kind.split_whitespace().collect::<String>();
    Some(fields.iter().map(|(name, kind)| (name.trim_start_matches("r#"), plain(kind))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_that_can_be_written_is_described_and_no_other() {
        let real: Vec<String> = groups()
            .flat_map(|(group, _)| fields(group).into_iter().flatten().map(move |(name, _)| format!("{group}.{name}")))
            .collect();
        let known: Vec<String> =
            KEYS.iter().flat_map(|(group, keys)| keys.keys().map(move |name| format!("{group}.{name}"))).collect();
        let missing: Vec<&String> = real.iter().filter(|key| !known.contains(key)).collect();
        let gone: Vec<&String> = known.iter().filter(|key| !real.contains(key)).collect();
        assert!(missing.is_empty(), "add a line for each of these to src/reference/keys.yaml: {missing:#?}");
        assert!(gone.is_empty(), "src/reference/keys.yaml describes what nobody reads: {gone:#?}");
    }
}

//! The languages that are shipped: all have every text of the templates, a starter of their own, and `check` says what a
//! language of a programme lacks.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::programme::Programme;

const SHIPPED: [&str; 7] = ["da", "de", "en", "et", "fi", "nb", "sv"];

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A file of `key: text` lines.
fn table(path: &str) -> BTreeMap<String, String> {
    let text = fs::read_to_string(repository(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    let pair = |line: &str| {
        let (key, text) = line.split_once(": ").unwrap_or_else(|| panic!("{path}: {line}"));
        (key.to_owned(), text.to_owned())
    };
    lines.map(pair).collect()
}

/// The names in braces of a text.
fn holes(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|behind| behind.split_once('}')).map(|(name, _)| name).collect()
}

/// Both tables have the same keys, and the same names in the text of each.
#[track_caller]
fn assert_alike(path: &str, other: &str) {
    let (one, two) = (table(path), table(other));
    let keys = |table: &BTreeMap<String, String>| table.keys().cloned().collect::<BTreeSet<_>>();
    let missing: Vec<String> = keys(&one).symmetric_difference(&keys(&two)).cloned().collect();
    assert!(missing.is_empty(), "only one of {path} and {other} has {missing:?}");
    for (key, text) in &one {
        assert_eq!(holes(text), holes(&two[key]), "{other}: {key}");
    }
}

#[test]
fn every_language_has_every_text_of_the_templates() {
    for language in SHIPPED {
        assert_alike("templates/strings/en.yaml", &format!("templates/strings/{language}.yaml"));
    }
}

#[test]
fn every_language_has_the_same_starter_and_nothing_of_the_demo_is_in_it() {
    const OF_THE_DEMO: [&str; 9] =
        ["lindholm", "saar", "coffee", "kaffe", "kohv", "kahvi", ".example", "årsta", "telliskivi"];
    let english = crate::files::paths(&repository("starter/en"));
    for language in SHIPPED {
        let folder = repository("starter").join(language);
        assert_eq!(crate::files::paths(&folder), english, "{language}");
        assert_alike("starter/en/words.yaml", &format!("starter/{language}/words.yaml"));
        for path in &english {
            let text = fs::read_to_string(folder.join(path)).expect("a text").to_lowercase();
            let trace = OF_THE_DEMO.iter().find(|word| text.contains(*word));
            assert_eq!(trace, None, "{language}/{path}");
            assert_eq!(text.matches("[[").count(), text.matches("]]").count(), "{language}/{path}");
        }
    }
}

#[test]
fn what_a_new_language_lacks_is_listed() {
    let programme = Programme::new().replace("bevara.yaml", "languages: [sv, en]", "languages: [sv, en, fi]").file(
        "content/keep-in-mind.fi.md",
        "Rakennamme keittiöitä. Soita meille. Tunnetko jonkun? Pidämme huolta hänestä, lupaamme sen.\n",
    );
    let found = programme.run(["check", "--strict"]).ends_with(1);
    let told = "`fi` lacks `role of elin`, `role of olof`";
    assert!(found.stderr.contains(told), "{}", found.stderr);
    assert!(found.stderr.contains("`content/pages/refer.fi.md`"), "{}", found.stderr);
    // What stands in for a language is enough.
    let programme =
        programme.replace("bevara.yaml", "languages: [sv, en, fi]", "languages: [sv, en, fi]\nfallback: {fi: sv}");
    programme.run(["check", "--strict"]).succeeds();
}

//! Every rule of the book has a line in `docs/rules.md`, and that line names a test there is.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::files;

/// The names of all tests that are named for a rule.
fn tests() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut names = BTreeSet::new();
    for folder in ["crates", "src", "tests"] {
        // What the browser tests install lies here too, and is nobody's source.
        for path in files::paths(&root.join(folder)).into_iter().filter(|path| path.ends_with(".rs")) {
            let text = fs::read_to_string(root.join(folder).join(path)).expect("a source");
            let named = text.lines().filter_map(|line| line.trim().strip_prefix("fn r")?.split_once('('));
            names.extend(named.map(|(name, _)| format!("r{name}")));
        }
    }
    names
}

#[test]
fn every_rule_says_where_to_see_it_and_which_test_holds_it() {
    let tests = tests();
    let book = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md")).expect("the rules");
    let lines: Vec<&str> = book.lines().filter(|line| line.starts_with("| R")).collect();
    for number in 1..=36 {
        let line = lines.iter().find(|line| line.starts_with(&format!("| R{number} ")));
        let line = line.unwrap_or_else(|| panic!("R{number} has no line"));
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let test = cells[3].trim_matches('`');
        assert!(!cells[2].is_empty() && tests.contains(test), "R{number}: there is no test `{test}`");
        assert!(tests.iter().any(|name| name.contains(&format!("r{number:02}_"))), "R{number} has no test of its own");
    }
}

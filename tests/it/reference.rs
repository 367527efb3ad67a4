//! `docs/reference/` says what the command says.

use std::fs;
use std::path::Path;

use crate::programme::Programme;

#[test]
fn the_pages_of_the_reference_are_those_that_the_command_prints() {
    let programme = Programme::new();
    for name in ["keys", "when", "where", "templates"] {
        let printed = programme.run(["explain", name]).succeeds().stdout;
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/reference/{name}.md"));
        if std::env::var_os("BEVARA_BLESS").is_some() {
            fs::write(&path, &printed).expect("a file");
        }
        let written = fs::read_to_string(&path).unwrap_or_default();
        assert!(written == printed, "docs/reference/{name}.md is out of date: `just bless` writes it anew");
        let json = programme.run(["--format", "json", "explain", name]).succeeds().json();
        assert_eq!((json["page"].as_str(), json["text"].as_str()), (Some(name), Some(&*printed)));
    }
    let unknown = programme.run(["explain", "tempaltes"]).ends_with(2).stderr;
    assert!(unknown.contains("did you mean `templates`?"), "{unknown}");
}

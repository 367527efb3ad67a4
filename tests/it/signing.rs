//! `dkim:` in `bevara.yaml`: what `check` finds, and the record that `dkim-record` prints.

use std::path::Path;

use crate::programme::{Programme, says};

/// The small programme that signs, with a key from `.env`.
fn signing(dkim: &str, key: &str) -> Programme {
    let key = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/keys").join(key);
    let programme = Programme::new().append("bevara.yaml", &format!("\ndkim: {dkim}\n"));
    programme.file(".env", format!("# The key to sign with.\nBEVARA_DKIM_KEY_FILE=\"{}\"\n", key.display()))
}

const GOOD: &str = "{selector: 2026b, domain: ek-ask.example}";

#[test]
fn a_key_that_fits_is_nothing_to_speak_of() {
    for key in ["rsa.pem", "ed25519.pem"] {
        signing(GOOD, key).run(["check", "--strict"]).succeeds();
    }
    Programme::new().run(["check", "--strict"]).succeeds();
}

#[test]
fn a_key_that_is_missing_unreadable_or_bad_is_an_error_with_its_place() {
    let code = |programme: Programme| {
        let document = programme.run(["--format", "json", "check"]).ends_with(1).json();
        let found = document["diagnostics"].as_array().expect("a list").clone();
        assert_eq!(found.len(), 1, "{found:#?}");
        assert_eq!((&found[0]["file"], &found[0]["column"]), (&"bevara.yaml".into(), &7.into()));
        found[0]["code"].as_str().expect("a code").to_owned()
    };
    assert_eq!(code(signing(GOOD, "rsa.pem").remove(".env")), "dkim-key-missing");
    assert_eq!(code(signing(GOOD, "nowhere.pem")), "dkim-key-unreadable");
    let bad = signing(GOOD, "rsa.pem").file("key.pem", "nothing").file(".env", "BEVARA_DKIM_KEY_FILE=key.pem\n");
    assert_eq!(code(bad), "dkim-key-bad");
}

#[test]
fn a_build_needs_no_key() {
    signing(GOOD, "nowhere.pem").run(["build"]).succeeds();
}

#[test]
fn a_selector_that_is_no_dns_name_is_an_error() {
    let programme = signing("{selector: a_b, domain: ek-ask.example}", "rsa.pem");
    let line = programme.read("bevara.yaml").lines().count();
    says(
        &programme,
        &format!(
            "
error[dkim-selector]: `a_b` cannot be published as a selector
  --> bevara.yaml:{line}:18
   |
{line} | dkim: {{selector: a_b, domain: ek-ask.example}}
   |                  ^^^
   |
   = help: a selector is letters, digits and hyphens, like `2027a`
"
        ),
    );
}

#[test]
fn another_domain_than_the_senders_is_a_warning() {
    let programme = signing("{selector: 2026b, domain: example.com}", "rsa.pem");
    let checked = programme.run(["check"]).succeeds();
    assert!(checked.stderr.contains("warning[dkim-alignment]: `example.com` signs for mail from `ek-ask.example`"));
    let above = signing("{selector: 2026b, domain: example}", "rsa.pem");
    assert!(above.run(["check"]).status != 0, "a domain has two labels");
}

#[test]
fn the_record_is_printed_for_a_zone_file_and_as_json() {
    let record = signing(GOOD, "ed25519.pem").run(["dkim-record"]).succeeds();
    let expected = "2026b._domainkey.ek-ask.example. IN TXT \
        \"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"\n";
    assert_eq!(record.stdout, expected);
    let record = signing(GOOD, "rsa.pem").run(["--format", "json", "dkim-record"]).succeeds().json();
    assert_eq!(record["name"], "2026b._domainkey.ek-ask.example");
    let strings: Vec<&str> = record["strings"].as_array().expect("a list").iter().filter_map(|s| s.as_str()).collect();
    assert!(strings.len() == 2 && strings.iter().all(|string| string.len() <= 255), "{strings:?}");
    assert_eq!(record["value"], strings.concat());
    assert!(strings[0].starts_with("v=DKIM1; h=sha256; k=rsa; p=MII"));
}

#[test]
fn without_a_key_the_environment_failed_and_without_dkim_there_is_no_record() {
    let missing = signing(GOOD, "nowhere.pem").remove(".env").run(["-q", "dkim-record"]).ends_with(4);
    assert!(missing.stderr.starts_with("error: mail is to be signed, but BEVARA_DKIM_KEY_FILE is not set\n"));
    signing(GOOD, "nowhere.pem").run(["dkim-record"]).ends_with(4);
    let unset = Programme::new().run(["-q", "dkim-record"]).ends_with(2);
    assert!(unset.stderr.contains("help: add `dkim: {selector: 2027a, domain: ek-ask.example}`"), "{}", unset.stderr);
}

//! What is paid once: a build of the same, a check of the same, and a build of one product (design §12).

use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, SystemTime};

use crate::files::{self, assert_same};
use crate::programme::Programme;
use crate::run::{Run, bevara, finish, run};

/// A build with a cache of its own.
fn with_cache(programme: &Programme, arguments: &[&str]) -> Run {
    let mut command = bevara(programme.root());
    command.env("XDG_CACHE_HOME", programme.path("cache")).args(["--today", crate::run::TODAY]).args(arguments);
    finish(&mut command, programme.root())
}

/// True where the programme was read, not only its note.
fn was_read(run: &Run) -> bool {
    run.stderr.contains("✓ read")
}

#[test]
fn an_unchanged_build_says_the_same_without_reading_the_programme() {
    let programme = Programme::new();
    let first = programme.run(["build"]).succeeds();
    let again = programme.run(["build"]).succeeds();
    assert!(was_read(&first) && !was_read(&again), "{}", again.stderr);
    let rest =
        |run: &Run| run.stderr.lines().filter(|line| !line.starts_with("  ✓ ")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(rest(&first), rest(&again));
    let json = ["--format", "json", "build"];
    let (first, again) =
        (run(programme.root(), &json).succeeds().json(), run(programme.root(), &json).succeeds().json());
    for key in ["diagnostics", "pages", "proofs", "mailings", "letters"] {
        assert_eq!(first[key], again[key], "{key}");
    }
    assert_eq!(again["files"]["written"], 0);
    assert_eq!(again["files"]["unchanged"], first["files"]["unchanged"]);
}

#[test]
fn whatever_may_change_a_build_makes_it_look_again() {
    let programme = Programme::new();
    programme.run(["build"]).succeeds();
    let looks = |why: &str, run: Run| assert!(was_read(&run), "{why}\n{}", run.stderr);
    looks("other arguments", programme.run(["build", "--all"]).succeeds());
    let settled = |programme: &Programme| {
        programme.run(["build", "--all"]).succeeds();
        assert!(!was_read(&programme.run(["build", "--all"]).succeeds()));
    };
    settled(&programme);
    let mut command = bevara(programme.root());
    looks("another day", finish(command.args(["--today", "2026-11-22", "build", "--all"]), programme.root()));
    settled(&programme);
    let mut command = bevara(programme.root());
    command.env("BEVARA_LINK_KEY", "another").args(["--today", crate::run::TODAY, "build", "--all"]);
    looks("another key", finish(&mut command, programme.root()));
    settled(&programme);
    let programme = programme.append("contacts/people.yaml", "\n# a comment\n");
    looks("a comment", programme.run(["build", "--all"]).succeeds());
    fs::remove_file(programme.path("output/site/index.html")).expect("removed");
    looks("a file of the output is gone", programme.run(["build", "--all"]).succeeds());
    assert!(programme.path("output/site/index.html").is_file());
    settled(&programme);
    // As long as before, at the same moment as before: only its bytes tell.
    let list = programme.path("contacts/people.yaml");
    let (text, moment) =
        (programme.read("contacts/people.yaml"), fs::metadata(&list).and_then(|found| found.modified()));
    fs::write(&list, text.replacen("a comment", "A comment", 1)).expect("written");
    let file = fs::File::options().write(true).open(&list).expect("there");
    file.set_modified(moment.unwrap_or(SystemTime::UNIX_EPOCH + Duration::from_secs(1))).expect("set");
    looks("other bytes of the same length and age", programme.run(["build", "--all"]).succeeds());
}

#[test]
fn what_was_found_clean_is_known_again_and_a_fault_is_found_all_the_same() {
    let programme = Programme::new();
    with_cache(&programme, &["check"]).succeeds();
    let cache = fs::read(programme.path("cache/bevara/clean")).expect("a cache");
    assert!(!cache.is_empty() && cache.len().is_multiple_of(32));
    for contact in ["@", "anna", "Anna"] {
        assert!(!cache.windows(contact.len()).any(|part| part == contact.as_bytes()) || contact == "@");
    }
    with_cache(&programme, &["check"]).succeeds();
    assert_eq!(fs::read(programme.path("cache/bevara/clean")).expect("a cache"), cache, "nothing new was rendered");
    let broken =
        programme.append("content/greetings/christmas.sv.md", "\n{{ contact.company | upper }} {{ nobody }}\n");
    let said = with_cache(&broken, &["-q", "check"]).ends_with(1);
    assert!(said.stderr.contains("christmas.sv.md"), "{}", said.stderr);
    let again = with_cache(&broken, &["-q", "check"]).ends_with(1);
    assert_eq!(said.stderr, again.stderr);
    fs::write(broken.path("cache/bevara/clean"), "not a cache").expect("written");
    assert_eq!(with_cache(&broken, &["-q", "check"]).ends_with(1).stderr, said.stderr);
}

#[test]
fn a_build_after_an_edit_leaves_what_a_fresh_build_leaves() {
    let programme = Programme::new();
    programme.run(["build", "--all"]).succeeds();
    let programme = programme
        .replace("content/greetings/christmas.sv.md", "\n\nSågen vilar", "\n\nOch sågen vilar")
        .append("contacts/people.yaml", "\n# looked at\n");
    programme.run(["build", "--all"]).succeeds();
    let again = files::read(&programme.path("output"));
    fs::remove_dir_all(programme.path("output")).expect("removed");
    programme.run(["build", "--all"]).succeeds();
    assert_same(&again, &files::read(&programme.path("output")));
}

#[test]
fn only_one_product_is_made_and_the_others_stay() {
    let programme = Programme::new();
    programme.run(["build", "--all"]).succeeds();
    let before: BTreeMap<String, Vec<u8>> = files::read(&programme.path("output"));
    let programme = programme.replace("content/greetings/christmas.sv.md", "\n\nSågen vilar", "\n\nOch sågen vilar");
    let site = programme.run(["build", "--only", "site", "--only", "calendar"]).succeeds();
    assert!(!site.stderr.contains("✓ proofs") && site.stderr.contains("✓ site"), "{}", site.stderr);
    let after = files::read(&programme.path("output"));
    let others = |files: &BTreeMap<String, Vec<u8>>| {
        files
            .iter()
            .filter(|(path, _)| path.starts_with("mail/") || path.starts_with("report/"))
            .map(|(path, bytes)| (path.clone(), bytes.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(others(&before), others(&after));
    programme.run(["build", "--only", "mail", "--all"]).succeeds();
    assert_ne!(others(&after), others(&files::read(&programme.path("output"))));
    let wrong = programme.run(["build", "--only", "sight"]).ends_with(2);
    assert!(wrong.stderr.contains("site"), "{}", wrong.stderr);
}

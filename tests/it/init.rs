//! `init` writes the demo programme, and that is the one at the root of this repository.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::demo;
use crate::files::{self, assert_same};
use crate::run::{TODAY, bevara, finish, run};
use crate::scratch;

/// What `init` must write: the repository's programme, the day it begins, and what makes a folder ready for git.
fn starter() -> BTreeMap<String, Vec<u8>> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut starter = BTreeMap::new();
    for part in demo::PARTS {
        let files = files::read(&repository.join(part));
        starter.extend(files.into_iter().map(|(path, bytes)| (format!("{part}/{path}"), bytes)));
    }
    let read = |name: &str| fs::read_to_string(repository.join(name)).expect("a file");
    starter.insert(".gitattributes".to_owned(), read(".gitattributes").into_bytes());
    let begins =
        format!("begins: {TODAY}                 # our first day: nothing that lay before it is late, due or missed\n");
    let settings = read("bevara.yaml").replace("\ncountry: SE\n", &format!("\ncountry: SE\n{begins}"));
    starter.insert("bevara.yaml".to_owned(), settings.into_bytes());
    starter.insert(".gitignore".to_owned(), b"/output/*\n!/output/.gitkeep\n.env\n".to_vec());
    starter.insert("output/.gitkeep".to_owned(), Vec::new());
    starter.retain(|path, _| !path.starts_with("contacts/journal/"));
    starter.insert("contacts/journal/.gitkeep".to_owned(), Vec::new());
    starter
}

#[test]
fn init_writes_the_programme_of_this_repository() {
    let folder = scratch::folder();
    run(folder.path(), &["init", "--demo"]).succeeds();
    assert_same(&starter(), &files::read(folder.path()));
}

#[test]
fn what_init_writes_builds_to_the_output_of_the_demo() {
    let folder = scratch::folder();
    run(folder.path(), &["init", "new", "--demo"]).succeeds();
    let root = folder.path().join("new");
    run(&root, &["build", "--mailing", "2026-11-newsletter"]).succeeds();
    let mut own = files::read(&root.join("output"));
    let mut demo = files::read(&demo::output());
    for paths in [&mut own, &mut demo] {
        // The report knows what the demo has sent, and a starter has sent nothing and begins today.
        paths.retain(|path, _| path.starts_with("mail/") || path.starts_with("site/"));
        paths.retain(|path, _| !path.ends_with(".sha256"));
    }
    // The demo was built with the messages of every mailing.
    demo.retain(|path, _| own.contains_key(path));
    assert_same(&own, &demo);
    assert_eq!(own.keys().filter(|path| path.ends_with(".eml")).count(), 50);
}

#[test]
fn init_names_every_file_in_the_way_and_writes_nothing() {
    let folder = scratch::folder();
    fs::create_dir_all(folder.path().join("content/greetings")).expect("a folder");
    fs::write(folder.path().join("content/greetings/easter.sv.md"), "mine").expect("a file");
    fs::write(folder.path().join("content/greetings/midsummer.sv.md"), "mine").expect("a file");
    let before = files::read(folder.path());
    let refused = run(folder.path(), &["init", "--demo"]).ends_with(1);
    assert_eq!(refused.stdout, "");
    for path in ["content/greetings/midsummer.sv.md", "content/greetings/easter.sv.md"] {
        assert!(refused.stderr.contains(path), "{}", refused.stderr);
    }
    assert!(refused.stderr.starts_with("error: 2 files in the way"), "{}", refused.stderr);
    assert_same(&before, &files::read(folder.path()));
}

#[test]
fn init_says_in_json_what_it_wrote() {
    let folder = scratch::folder();
    let written = run(folder.path(), &["--format", "json", "init", "--demo"]).succeeds();
    assert_eq!(written.stderr, "");
    let document = written.json();
    let paths: Vec<&str> =
        document["written"].as_array().expect("a list").iter().filter_map(|path| path.as_str()).collect();
    assert_eq!(paths, starter().keys().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn init_takes_the_folder_of_dash_c() {
    let folder = scratch::folder();
    finish(bevara(folder.path()).args(["-C", "there", "init", "--demo"]), folder.path()).succeeds();
    assert!(folder.path().join("there/bevara.yaml").is_file());
}

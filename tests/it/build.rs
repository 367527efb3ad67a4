//! What `build` promises about the files it leaves (design §3 and §7).

use std::fs;

use crate::demo;
use crate::files::{self, assert_same};
use crate::message;
use crate::programme::Programme;
use crate::run::run;

const NEXT: &str = "2026-11-newsletter";
const LETTER: &str = "2026-12-letter";

/// What a build says it did with files: written, unchanged, removed.
fn counts(programme: &Programme, arguments: &[&str]) -> (u64, u64, u64) {
    let built = run(programme.root(), &[&["--format", "json", "build"], arguments].concat()).succeeds().json();
    let count = |key: &str| built["files"][key].as_u64().expect("a number");
    (count("written"), count("unchanged"), count("removed"))
}

#[test]
fn two_builds_in_two_folders_are_the_same_byte_for_byte() {
    let (one, two) = (Programme::new(), Programme::new());
    for programme in [&one, &two] {
        programme.run(["build", "--all"]).succeeds();
    }
    let output = files::read(&one.path("output"));
    assert!(output.contains_key("manifest.json"));
    assert_same(&output, &files::read(&two.path("output")));
}

#[test]
fn a_second_build_writes_no_file() {
    let programme = Programme::new();
    let (written, unchanged, removed) = counts(&programme, &["--all"]);
    assert_eq!((unchanged, removed), (0, 0));
    let before = files::stamps(&programme.path("output"));
    assert_eq!(counts(&programme, &["--all"]), (0, written, 0));
    assert_eq!(before, files::stamps(&programme.path("output")));
}

#[test]
fn only_what_changed_is_written() {
    let programme = Programme::new();
    counts(&programme, &["--all"]);
    let before = files::stamps(&programme.path("output"));
    let changed = programme.replace("content/greetings/christmas.sv.md", "\n\nSågen vilar", "\n\nOch sågen vilar");
    counts(&changed, &["--all"]);
    let after = files::stamps(&changed.path("output"));
    let written: Vec<&String> =
        after.iter().filter(|(path, stamp)| before.get(*path) != Some(stamp)).map(|(path, _)| path).collect();
    assert!(!written.is_empty());
    let expected = |path: &str| path == "manifest.json" || path.starts_with("mail/2026-12-christmas/");
    assert!(written.iter().all(|path| expected(path)), "{written:?}");
    assert!(!written.iter().any(|path| path.contains("brian") || path.ends_with(".en.html")), "{written:?}");
}

#[test]
fn the_manifest_lists_every_file_with_its_digest() {
    use ring::digest::{SHA256, digest};
    let programme = Programme::new();
    programme.run(["build", "--all"]).succeeds();
    let manifest: serde_json::Value = serde_json::from_str(&programme.read("output/manifest.json")).expect("JSON");
    let listed = manifest.as_object().expect("an object");
    let there = files::read(&programme.path("output"));
    let names: Vec<&String> = there.keys().filter(|path| *path != "manifest.json" && *path != ".gitkeep").collect();
    assert_eq!(listed.keys().collect::<Vec<_>>(), names);
    for name in names {
        let digest = data_encoding::HEXLOWER.encode(digest(&SHA256, &there[name]).as_ref());
        assert_eq!(listed[name], digest.as_str(), "{name}");
    }
}

#[test]
fn only_files_of_an_earlier_build_are_deleted() {
    let programme = Programme::new()
        .file("output/.gitkeep", "")
        .file("output/mail/notes.txt", "mine")
        .file(&format!("output/mail/{LETTER}/notes.txt"), "mine");
    programme.run(["build", "--all"]).succeeds();
    let fewer = programme.replace(
        "content/plan/2026.yaml",
        "  - id: 2026-12-letter\n    kind: newsletter\n    content: newsletters/workshop\n    when: 2026-12-02\n    to: A\n    signed_by: ceo\n",
        "",
    );
    fewer.run(["build", "--all"]).succeeds();
    let left: Vec<String> = files::paths(&fewer.path("output"));
    assert!(left.contains(&".gitkeep".to_owned()) && left.contains(&"mail/notes.txt".to_owned()));
    let of_letter: Vec<&String> = left.iter().filter(|path| path.contains(LETTER)).collect();
    assert_eq!(of_letter, [&format!("mail/{LETTER}/notes.txt")]);
}

#[test]
fn a_file_in_the_way_that_no_build_wrote_stops_it_before_anything_changed() {
    let programme = Programme::new();
    programme.run(["build"]).succeeds();
    let blocked = programme.file(&format!("output/mail/{LETTER}/messages"), "a file, not a folder");
    let before = files::read(&blocked.path("output"));
    let built = blocked.run(["build", "--all"]).ends_with(4);
    assert!(built.stderr.contains("is in the way of a folder"), "{}", built.stderr);
    assert_same(&before, &files::read(&blocked.path("output")));
}

#[test]
fn a_build_that_fails_while_rendering_leaves_the_last_good_output() {
    let programme = Programme::new();
    programme.run(["build", "--all"]).succeeds();
    let before = (files::read(&programme.path("output")), files::stamps(&programme.path("output")));
    let broken = programme.append("content/newsletters/november.en.md", "\n{{ contact.role }}\n");
    broken.run(["build", "--all"]).ends_with(1);
    assert_same(&before.0, &files::read(&broken.path("output")));
    assert_eq!(before.1, files::stamps(&broken.path("output")));
}

#[test]
fn messages_of_another_mailing_stay_while_what_they_are_made_of_is_the_same() {
    let programme = Programme::new();
    programme.run(["build", "--mailing", LETTER]).succeeds();
    assert_eq!(message::of_mailing(&programme.path("output"), LETTER).len(), 2);
    programme.run(["build"]).succeeds();
    assert_eq!(message::of_mailing(&programme.path("output"), LETTER).len(), 2);
    assert_eq!(message::of_mailing(&programme.path("output"), NEXT).len(), 6);

    let elsewhere = programme.append("content/newsletters/november.sv.md", "\nVälkommen.\n");
    elsewhere.run(["build"]).succeeds();
    assert_eq!(message::of_mailing(&elsewhere.path("output"), LETTER).len(), 2);

    let stale = elsewhere.append("content/newsletters/workshop.en.md", "\nWelcome.\n");
    stale.run(["build"]).succeeds();
    assert!(message::of_mailing(&stale.path("output"), LETTER).is_empty());
    assert!(!stale.path(&format!("output/mail/{LETTER}/manifest.jsonl")).exists());
}

#[test]
fn messages_stay_where_a_build_is_asked_for_none_or_for_others_in_another_form() {
    let programme = Programme::new();
    programme.run(["build", "--mailing", LETTER]).succeeds();
    let before = message::of_mailing(&programme.path("output"), LETTER).len();
    for arguments in
        [&["build", "--messages", "none"][..], &["build", "--messages", "mbox"], &["build", "--shard", "1/2"]]
    {
        run(programme.root(), arguments).succeeds();
        assert_eq!(message::of_mailing(&programme.path("output"), LETTER).len(), before, "{arguments:?}");
    }
}

#[test]
fn messages_go_stale_with_a_contact_the_settings_or_a_template() {
    let changes: [fn(Programme) -> Programme; 3] = [
        |programme| programme.replace("contacts/people.yaml", "family: Lind", "family: Lindh"),
        |programme| programme.replace("bevara.yaml", "name: Olof Ask", "name: Olof Aske"),
        |programme| programme.append("templates/email/button.html", "\n"),
    ];
    for change in changes {
        let programme = Programme::new();
        programme.run(["build", "--mailing", LETTER]).succeeds();
        let changed = change(programme);
        changed.run(["build", "--mailing", NEXT]).succeeds();
        assert!(message::of_mailing(&changed.path("output"), LETTER).is_empty());
    }
}

#[test]
fn two_shards_are_the_whole() {
    let (one, two, whole) = (Programme::new(), Programme::new(), Programme::new());
    one.run(["build", "--all", "--shard", "1/2"]).succeeds();
    two.run(["build", "--all", "--shard", "2/2"]).succeeds();
    whole.run(["build", "--all"]).succeeds();
    let messages = |programme: &Programme| {
        let files = files::read(&programme.path("output")).into_iter();
        files.filter(|(path, _)| path.ends_with(".eml")).collect::<std::collections::BTreeMap<_, _>>()
    };
    let (first, second) = (messages(&one), messages(&two));
    assert!(!first.is_empty() && !second.is_empty());
    assert!(first.keys().all(|path| !second.contains_key(path)));
    let both = first.into_iter().chain(second).collect();
    assert_same(&both, &messages(&whole));
}

#[test]
fn an_mbox_holds_every_message_of_a_mailing() {
    let programme = Programme::new();
    programme.run(["build", "--mailing", NEXT, "--messages", "mbox"]).succeeds();
    let mbox = programme.read(&format!("output/mail/{NEXT}/messages.mbox"));
    let separators = mbox.lines().filter(|line| line.starts_with("From ")).count();
    assert_eq!(separators, 6);
    assert!(!programme.path(&format!("output/mail/{NEXT}/messages")).exists());
    programme.run(["build", "--mailing", NEXT]).succeeds();
    assert!(!programme.path(&format!("output/mail/{NEXT}/messages.mbox")).exists());
}

#[test]
fn without_messages_there_are_proofs_and_no_message() {
    let programme = Programme::new();
    programme.run(["build", "--messages", "none"]).succeeds();
    let paths = files::paths(&programme.path("output"));
    assert!(
        paths.contains(&format!("mail/{NEXT}/tier-A.sv.html")) && paths.contains(&format!("mail/{NEXT}/tier-C.en.txt"))
    );
    assert!(!paths.iter().any(|path| path.contains("messages")), "{paths:?}");
}

#[test]
fn the_next_mailing_due_is_built_by_default() {
    let programme = Programme::new();
    programme.run(["build"]).succeeds();
    let with_messages = |id: &str| programme.path(&format!("output/mail/{id}/messages")).exists();
    assert!(with_messages(NEXT) && !with_messages(LETTER) && !with_messages("2026-12-christmas"));
}

#[test]
fn a_mailing_that_nobody_planned_is_wrong_usage() {
    let built = Programme::new().run(["build", "--mailing", "2026-11-newsleter"]).ends_with(2);
    assert_eq!(built.stdout, "");
    assert!(
        built.stderr.ends_with(
            "error: there is no mailing `2026-11-newsleter` in any plan\n  help: did you mean `2026-11-newsletter`?\n"
        ),
        "{}",
        built.stderr
    );
}

#[test]
fn json_is_one_document_on_stdout_and_nothing_else() {
    let programme = Programme::new();
    let built = programme.run(["--format", "json", "build", "--all"]).succeeds();
    assert_eq!(built.stderr, "");
    let document = built.json();
    let mailings = document["mailings"].as_array().expect("a list");
    assert_eq!(mailings.len(), 3);
    assert_eq!(mailings[0]["id"], NEXT);
    assert_eq!(mailings[0]["messages"], 6);
    assert_eq!(mailings[0]["refused"], serde_json::json!({ "do-not-contact": 1, "unsubscribed": 1 }));
    assert_eq!(document["diagnostics"], serde_json::json!([]));

    let broken = programme.replace("bevara.yaml", "format: 1", "format: 2");
    let failed = broken.run(["--format", "json", "build"]).ends_with(1);
    assert_eq!(failed.stderr, "");
    assert_eq!(failed.json()["diagnostics"][0]["message"], "unknown format 2");
}

#[test]
fn the_order_of_contact_files_does_not_change_a_message() {
    let one = Programme::new();
    one.run(["build", "--mailing", NEXT]).succeeds();
    let people = one.read("contacts/people.yaml");
    let (first, rest) = people.split_once("\n- id: fiona-gray").expect("she is there");
    let two = Programme::new()
        .file("contacts/zz.yaml", first)
        .file("contacts/people.yaml", format!("- id: fiona-gray{rest}"));
    two.run(["build", "--mailing", NEXT]).succeeds();
    let messages = |programme: &Programme| files::read(&programme.path(&format!("output/mail/{NEXT}/messages")));
    assert_same(&messages(&one), &messages(&two));
}

#[test]
fn no_temporary_file_of_a_build_is_left_behind() {
    let output = demo::output();
    let hidden: Vec<String> = files::paths(&output).into_iter().filter(|path| path.starts_with('.')).collect();
    assert!(hidden.is_empty(), "{hidden:?}");
    assert!(fs::read_dir(&output).expect("a folder").count() >= 2);
}

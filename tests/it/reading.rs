//! What of a programme's files is read, and what is said of the rest (R35).

use std::fs;
use std::process::Command;

use crate::programme::Programme;
use crate::scratch;

const WALL: &str = "contacts/do-not-contact.yaml";
const ANNA: &str = "- {domain: linds-bokhandel.example, why: asked in writing}\n";

/// The findings of `check`, each as its severity, code and file; only those that `small` alone does not have.
fn found(programme: &Programme) -> Vec<String> {
    let checked = programme.run(["--format", "json", "check"]).json();
    let said = |finding: &serde_json::Value| {
        let text = |key: &str| finding[key].as_str().unwrap_or("-").to_owned();
        format!("{} {} {}", text("severity"), text("code"), text("file"))
    };
    let all = checked["diagnostics"].as_array().expect("a list").iter().map(said);
    all.filter(|said| {
        ["not-read", "conflict", "lfs-pointer", "merge-leftover", "called", "orphan", "text-attach"]
            .iter()
            .any(|code| said.contains(code))
    })
    .collect()
}

/// How many get the next newsletter, and how many are refused for the wall.
fn walled(programme: &Programme) -> usize {
    let sent = programme.run(["--format", "json", "build"]);
    assert_eq!(sent.status, 0, "{}", sent.stderr);
    let refusals = programme.read("output/mail/2026-11-newsletter/refusals.jsonl");
    refusals.lines().filter(|line| line.contains("\"wall\"") && line.contains("anna-lind")).count()
}

#[cfg(unix)]
fn link(programme: &Programme, target: &str, place: &str) {
    std::os::unix::fs::symlink(target, programme.path(place)).expect("a link");
}

#[test]
#[cfg(unix)]
fn r04_the_wall_is_read_behind_a_link_and_with_any_suffix_of_yaml() {
    for name in ["do-not-contact.yaml", "do-not-contact.yml", "DO-NOT-CONTACT.YAML"] {
        let programme = Programme::new().remove(WALL).file(&format!("contacts/{name}"), ANNA);
        assert_eq!(walled(&programme), 1, "{name}");
    }
    let programme = Programme::new().remove(WALL).file("lists/ours.yaml", ANNA);
    link(&programme, "../lists/ours.yaml", WALL);
    assert_eq!(walled(&programme), 1, "behind a link");
}

#[test]
fn r04_what_may_be_the_wall_and_is_not_read_stops_everything() {
    for path in [
        "contacts/do_not_contact.yaml",
        "contacts/do-not-contact.txt",
        "contacts/do-not-contact",
        "contacts/lists/do-not-contact.yaml",
        "content/do-not-contact.yaml",
        "do-not-contact.yaml",
        "contacts/do-not-contact.yaml/list.yaml",
    ] {
        let programme = Programme::new().remove(WALL).file(path, ANNA);
        let place = path.trim_end_matches("/list.yaml");
        assert_eq!(found(&programme), [format!("error not-read {place}")], "{path}");
    }
}

#[test]
#[cfg(unix)]
fn a_link_that_leads_out_nowhere_or_in_a_circle_is_said() {
    let outside = scratch::folder();
    fs::write(outside.path().join("list.yaml"), ANNA).expect("written");
    let outside = outside.path().to_str().expect("a path").to_owned();
    for (target, place, severity) in [
        ("nowhere.yaml", "contacts/more.yaml", "error"),
        ("again.yaml", "contacts/again.yaml", "error"),
        (outside.as_str(), "contacts/more", "error"),
        ("../contacts", "contacts/more", "error"),
        ("nowhere.md", "content/newsletters/gone.md", "warning"),
        ("nowhere.yaml", "content/plan/2027.yaml", "error"),
    ] {
        let programme = Programme::new();
        link(&programme, target, place);
        assert_eq!(found(&programme), [format!("{severity} not-read {place}")], "{place} -> {target}");
    }
}

#[test]
#[cfg(unix)]
fn a_pipe_is_not_read_and_does_not_hang() {
    let programme = Programme::new();
    let made = Command::new("mkfifo").arg(programme.path("contacts/more.yaml")).status();
    if made.is_ok_and(|status| status.success()) {
        assert_eq!(found(&programme), ["error not-read contacts/more.yaml"]);
    }
}

#[test]
fn what_is_passed_over_is_named() {
    let programme = Programme::new()
        .file("contacts/people.csv", "name;email\n")
        .file("contacts/journal/2026-11-newsletter (1).jsonl", "{}\n")
        .file("contacts/.people.yaml", "[]\n")
        .file("contacts/people.yaml.orig", "[]\n")
        .file("content/plan/2027.json", "{}\n")
        .file("content/plan/notes.pdf", "x")
        .file("templates/logo.png", "x");
    assert_eq!(
        found(&programme),
        [
            "error not-read contacts/journal/2026-11-newsletter (1).jsonl",
            "error not-read contacts/people.csv",
            "error merge-leftover contacts/people.yaml.orig",
            "error not-read content/plan/2027.json",
            "warning not-read content/plan/notes.pdf",
            "warning not-read templates/logo.png",
            "note not-read contacts/.people.yaml",
        ]
    );
}

#[test]
fn r28_a_conflict_that_nobody_settled_is_an_error_in_every_text() {
    let conflict = "<<<<<<< HEAD\n=======\n>>>>>>> other\n";
    for path in [
        "content/newsletters/workshop.sv.md",
        "contacts/people.yaml",
        "templates/style/email.css",
        "content/pages/index.sv.md",
    ] {
        assert_eq!(found(&Programme::new().append(path, conflict)), [format!("error conflict {path}")]);
    }
}

#[test]
fn r28_a_picture_that_is_none_does_not_leave() {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n";
    let programme = Programme::new()
        .file("content/images/a.png", pointer)
        .file("content/images/b.png", "")
        .file("content/images/c.JPG", "<!doctype html>");
    assert_eq!(
        found(&programme),
        [
            "error lfs-pointer content/images/a.png",
            "error not-what-it-is-called content/images/b.png",
            "error not-what-it-is-called content/images/c.JPG",
        ]
    );
}

#[test]
fn an_attachment_may_be_any_text_but_not_one_of_the_programme() {
    let letter = "content/newsletters/workshop.sv.md";
    for name in ["terms.txt", "terms.HTML", "data.xml", "drawing.svg"] {
        let programme = Programme::new()
            .file(&format!("content/newsletters/{name}"), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>")
            .replace(letter, "---\nsubject:", &format!("---\nattachments: [{name}]\nsubject:"));
        programme.run(["build", "--mailing", "2026-12-letter"]).succeeds();
        let messages = fs::read_dir(programme.path("output/mail/2026-12-letter/messages")).expect("messages");
        let texts = messages.map(|entry| fs::read_to_string(entry.expect("an entry").path()).expect("a message"));
        assert!(texts.into_iter().any(|text| text.contains(&format!("filename={name}"))), "{name}");
    }
    let programme = Programme::new().file("content/newsletters/notes.md", "x\n").replace(
        letter,
        "---\nsubject:",
        "---\nattachments: [notes.md]\nsubject:",
    );
    assert_eq!(found(&programme), ["error text-attachment content/newsletters/workshop.sv.md"]);
}

#[test]
fn a_journal_that_no_mailing_owns_is_named() {
    let programme = Programme::new().file("contacts/journal/2026-11-news.jsonl", "{}\n");
    assert_eq!(found(&programme), ["warning orphan-journal contacts/journal/2026-11-news.jsonl"]);
}

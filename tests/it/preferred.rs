//! A mailing that goes both ways, `channel: preferred`: one journal, one lock, nobody twice (R10, R12, R13).

use std::fs::{File, OpenOptions};

use crate::message::of_mailing;
use crate::post::on_paper;
use crate::programme::Programme;
use crate::run::{Run, bevara, finish};

const CHRISTMAS: &str = "2026-12-christmas";
const JOURNAL: &str = "contacts/journal/2026-12-christmas.jsonl";
const PEOPLE: &str = "contacts/people.yaml";

/// The day of the greeting.
const DAY: &str = "2026-12-21";

/// Anna likes paper, Tiina has no e-mail address, the others get a message.
fn both_ways() -> Programme {
    on_paper().replace("content/plan/2026.yaml", "channel: post", "channel: preferred").replace(
        PEOPLE,
        "  tags: [kitchen]\n",
        "  tags: [kitchen]\n  prefers: {channel: post}\n",
    )
}

fn on(programme: &Programme, arguments: &[&str]) -> Run {
    let mut command = bevara(programme.root());
    command.args(["--today", DAY, "--format", "json"]).args(arguments);
    finish(&mut command, programme.root())
}

/// Builds, and sends to so many, into a Maildir.
fn send(programme: &Programme, count: &str) -> Run {
    on(programme, &["-q", "build", "--mailing", CHRISTMAS]).succeeds();
    let queue = format!("maildir:{}", programme.path("queue").display());
    on(programme, &["send", CHRISTMAS, "--allow-dirty", "--via", &queue, "--confirm", count])
}

/// Contacts by what the journal last said of them.
fn states(programme: &Programme) -> Vec<(String, String)> {
    let mut states = std::collections::BTreeMap::new();
    for line in programme.read(JOURNAL).lines() {
        let entry: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
        let word = |key: &str| entry[key].as_str().expect("a text").to_owned();
        states.insert(word("contact"), word("state"));
    }
    states.into_iter().collect()
}

#[test]
fn r10_who_was_posted_a_letter_gets_no_message_and_the_other_way_round() {
    let programme = both_ways();
    on(&programme, &["post", CHRISTMAS, "--posted", "2026-12-14", "--only", "anna-lind"]).succeeds();
    // Anna has changed her mind, Brian too.
    let programme = programme.replace(PEOPLE, "  prefers: {channel: post}\n", "");
    let refused = send(&programme, "4").ends_with(2);
    assert!(refused.stdout.contains('3'), "{}", refused.stdout);
    send(&programme, "3").succeeds();
    let expected = [
        ("anna-lind", "posted"),
        ("brian-oneill", "accepted"),
        ("cecilia-dahl", "accepted"),
        ("david-okafor", "accepted"),
    ];
    assert_eq!(states(&programme), expected.map(|(who, state)| (who.to_owned(), state.to_owned())));
    let programme = programme.replace(
        PEOPLE,
        "  email: brian@oneill.example\n",
        "  email: brian@oneill.example\n  prefers: {channel: post}\n  address: {street: Gatan 9, postcode: \"111 20\", city: Stockholm, country: SE}\n",
    );
    on(&programme, &["-q", "build"]).succeeds();
    let labels = programme.read(&format!("output/post/{CHRISTMAS}/labels.csv"));
    assert!(labels.contains("tiina-kask") && !labels.contains("brian") && !labels.contains("anna"), "{labels}");
    let noted = on(&programme, &["post", CHRISTMAS, "--posted"]).succeeds().json();
    assert_eq!((&noted["contacts"], &noted["sent_before"]), (&serde_json::json!(["tiina-kask"]), &1.into()));
}

#[test]
fn r10_letters_that_are_in_the_post_do_not_hide_the_messages_that_are_to_follow() {
    let programme = both_ways();
    on(&programme, &["-q", "build", "--mailing", CHRISTMAS]).succeeds();
    on(&programme, &["post", CHRISTMAS, "--posted", "2026-12-14"]).succeeds();
    let mut later = bevara(programme.root());
    let status = finish(later.args(["--today", "2026-12-15", "status"]), programme.root());
    let next = "Next to leave is 2026-12-christmas on Monday, to 3.";
    assert!(status.stdout.contains(next), "{}", status.stdout);
}

#[test]
fn r36_an_approval_of_messages_is_still_open_when_the_letters_are_in_the_post() {
    let programme = both_ways().append("bevara.yaml", "\napproval: {greeting: [ceo]}\n");
    on(&programme, &["-q", "build", "--mailing", CHRISTMAS]).succeeds();
    on(&programme, &["post", CHRISTMAS, "--posted", "2026-12-14"]).succeeds();
    let said = on(&programme, &["status"]).json();
    let mailings = said["mailings"].as_array().expect("a list");
    let own = mailings.iter().find(|mailing| mailing["id"] == CHRISTMAS).expect("it is planned");
    assert_eq!(own["approval"]["waits_for"][0], "ceo", "{own}");
    // Its messages are still the next to be built.
    on(&programme, &["-q", "build"]).succeeds();
    assert_eq!(of_mailing(&programme.path("output"), CHRISTMAS).len(), 3);
}

#[test]
fn r10_nothing_is_noted_while_a_message_may_be_leaving_and_nothing_leaves_while_letters_are_noted() {
    let programme = both_ways();
    let open = |path| -> File { OpenOptions::new().append(true).create(true).open(path).expect("the journal") };
    std::fs::create_dir_all(programme.path("contacts/journal")).expect("a folder");
    on(&programme, &["-q", "build", "--mailing", CHRISTMAS]).succeeds();
    let other = open(programme.path(JOURNAL));
    other.lock().expect("nobody else has it");
    let posted = ["post", CHRISTMAS, "--posted"];
    let queue = format!("maildir:{}", programme.path("queue").display());
    for command in [&posted[..], &["send", CHRISTMAS, "--allow-dirty", "--via", &queue, "--confirm", "3"]] {
        let refused = on(&programme, command).ends_with(4);
        assert!(refused.stdout.contains("another sender has this mailing"), "{command:?}: {}", refused.stdout);
    }
    on(&programme, &posted[..2]).succeeds();
    assert_eq!(programme.read(JOURNAL), "");
    drop(other);
    on(&programme, &posted).succeeds();
    assert_eq!(states(&programme).len(), 2);
    // Parts of the mailing have journals of their own, and keep it out as well.
    let part = open(programme.path("contacts/journal/2026-12-christmas.1-of-2.jsonl"));
    part.lock().expect("nobody else has it");
    on(&programme, &posted).ends_with(4);
}

//! The list changes between the build and the last message: who must be left alone is left alone (R4, R26).

use std::sync::Arc;
use std::sync::mpsc;
use std::sync::{Mutex, OnceLock};

use crate::programme::{MAILING, Programme, address, person};
use crate::server::{Deed, Phase, Server};

const PEOPLE: usize = 12;

fn recipients(server: &Server) -> Vec<String> {
    let mut all: Vec<String> = server.kept().into_iter().map(|kept| kept.to).collect();
    all.sort_unstable();
    all
}

fn everybody_but(left_out: &[usize]) -> Vec<String> {
    let mut all: Vec<String> = (1..=PEOPLE).filter(|number| !left_out.contains(number)).map(address).collect();
    all.sort_unstable();
    all
}

#[test]
fn r04_r26_whoever_opts_out_or_becomes_a_d_after_the_build_gets_nothing() {
    let programme = Programme::new(PEOPLE, "connections: 2");
    programme.change(1, "tier: B", "tier: D");
    programme.change(2, "  owner: olof\n", "  owner: olof\n  unsubscribed: {on: 2026-11-24}\n");
    programme.change(3, "  owner: olof\n", "  owner: olof\n  pause: {until: 2027-01-01}\n");
    programme.write("contacts/do-not-contact.yaml", &format!("- email: {}\n  why: asked\n", address(4)));
    let server = Server::new(|_| Deed::Fine);
    // A list that shrinks needs no new build, only the right number.
    programme.send(&server, PEOPLE, &[]).ends_with(2);
    assert!(server.kept().is_empty());
    programme.send(&server, PEOPLE - 4, &[]).ends_with(0);
    assert_eq!(recipients(&server), everybody_but(&[1, 2, 3, 4]));
}

#[test]
fn an_address_or_a_name_that_changed_after_the_build_wants_a_new_build() {
    for (from, to) in [(address(5), "new@d5.example"), ("Person".to_owned(), "Persona")] {
        let programme = Programme::new(PEOPLE, "connections: 2");
        programme.change(5, &from, to);
        let server = Server::new(|_| Deed::Fine);
        let run = programme.send(&server, PEOPLE, &[]).ends_with(1);
        assert!(run.stderr.contains("bevara build"), "{}", run.stderr);
        assert!(server.kept().is_empty() && server.connections().0 == 0);
        programme.build();
        programme.send(&server, PEOPLE, &[]).ends_with(0);
        assert_eq!(server.kept().len(), PEOPLE);
    }
}

/// Sends, and changes the list while the first message is in the server's hands.
fn change_during_the_run(change: impl FnOnce(&Programme)) -> (Programme, Server, String) {
    let programme = Programme::new(PEOPLE, "connections: 1");
    let (first, is_in) = mpsc::channel::<()>();
    let changed: Arc<OnceLock<()>> = Arc::default();
    let (first, done) = (Mutex::new(first), Arc::clone(&changed));
    let server = Server::new(move |moment| {
        if moment.phase == Phase::Dot && done.get().is_none() {
            let _ = first.lock().expect("no panic").send(());
            done.wait();
        }
        Deed::Fine
    });
    let sending = programme.start(&server.url("smtp://"), PEOPLE, &[]);
    is_in.recv().expect("a first message");
    change(&programme);
    changed.set(()).expect("once");
    let output = sending.wait_with_output().expect("it ends");
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(3), "{said}");
    (programme, server, said)
}

/// The last three of a list; one connection has not come to them while the first message is under way.
const LATE: [usize; 3] = [PEOPLE - 2, PEOPLE - 1, PEOPLE];

#[track_caller]
fn left_out(programme: &Programme, server: &Server, said: &str, numbers: &[usize]) {
    assert_eq!(recipients(server), everybody_but(numbers));
    for &number in numbers {
        assert!(said.contains(&person(number)), "{} is not named in\n{said}", person(number));
        let tried =
            programme.journal().iter().any(|line| line["contact"] == person(number) && line["state"] == "attempting");
        assert!(!tried, "{} was attempted", person(number));
    }
}

#[test]
fn r04_r26_whoever_opts_out_or_becomes_a_d_during_the_run_gets_nothing() {
    let (programme, server, said) = change_during_the_run(|programme| {
        let [d, gone, walled] = LATE;
        programme.change(d, "tier: ", "tier: D # ");
        programme.change(gone, "  owner: olof\n", "  owner: olof\n  unsubscribed: {on: 2026-11-25}\n");
        programme.write("contacts/do-not-contact.yaml", &format!("- email: {}\n  why: asked\n", address(walled)));
    });
    left_out(&programme, &server, &said, &LATE);
}

#[test]
fn an_address_that_changes_during_the_run_is_not_written_to() {
    let (programme, server, said) =
        change_during_the_run(|programme| programme.change(LATE[1], &address(LATE[1]), "new@d5.example"));
    left_out(&programme, &server, &said, &LATE[1..2]);
}

#[test]
fn a_list_that_cannot_be_read_any_more_stops_the_run() {
    let (_, server, said) = change_during_the_run(|programme| programme.write("contacts/people.yaml", "- id: [\n"));
    assert!(server.kept().len() <= 2, "{said}");
}

#[test]
fn r27_somebody_who_was_forgotten_and_comes_back_stops_the_run() {
    let (_, server, said) = change_during_the_run(|programme| {
        let twin = programme.twin();
        twin.run("", &["person", "forget", &person(PEOPLE), "--write"]).ends_with(0);
        programme.write("contacts/forgotten.yaml", &twin.read("contacts/forgotten.yaml"));
    });
    assert!(server.kept().len() <= 2, "{said}");
    assert!(said.contains("asked to be forgotten"), "{said}");
}

#[test]
fn r27_a_journal_without_the_name_of_who_was_forgotten_has_lost_nothing() {
    let programme = Programme::new(PEOPLE, "connections: 1");
    let server = Server::new(|_| Deed::Fine);
    programme.send(&server, 3, &["--limit", "3"]).ends_with(0);
    let told = programme.journal().iter().map(|line| line["contact"].clone()).next().expect("a line");
    let first = told.as_str().expect("an id");
    programme.run("", &["person", "forget", first, "--write"]).ends_with(0);
    let journal = programme.read(&format!("contacts/journal/{MAILING}.jsonl"));
    assert!(!journal.contains(first) && journal.contains("forgotten-"), "{journal}");
    programme.build();
    programme.send(&server, PEOPLE - 3, &[]).ends_with(0);
    assert_eq!(server.kept().len(), PEOPLE, "each once, and nobody twice");
}

//! The way from the preview to the source, and approving what is on the screen (R36).

use std::fs;
use std::thread;
use std::time::Duration;

use crate::demo;
use crate::files;
use crate::programme::Programme;
use crate::review::{CHRISTMAS, GREETING, with_approval};
use crate::serve::Server;

const NEXT: &str = "2026-11-newsletter";

/// What leads to a source; nothing that leaves may hold it.
const TRACE: &[u8] = b"data-source";

fn holds_trace(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, TRACE).is_some()
}

#[test]
fn nothing_that_leads_to_a_source_is_in_what_is_built() {
    let output = files::read(&demo::output());
    assert!(output.len() > 100);
    let wrong: Vec<_> = output.iter().filter(|(_, bytes)| holds_trace(bytes)).map(|(path, _)| path).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn framed_messages_letters_and_pages_say_where_they_were_written_and_bare_parts_do_not() {
    let programme = Programme::new();
    let server = Server::start(programme.root(), &[]);
    let line = |path: &str, words: &str| {
        let text = programme.read(path);
        let line = text.lines().position(|line| line.contains(words)).expect("it is there") + 1;
        format!("data-source=\"{path}:{line}\"")
    };
    let message = format!("/preview/{NEXT}/anna-lind");
    let framed = server.get(&format!("{message}.html?dark=0")).text();
    let text = "content/newsletters/november.sv.md";
    let last = programme.read(text).lines().rfind(|line| !line.trim().is_empty()).expect("a line").to_owned();
    assert!(framed.contains(&line(text, &last)), "{framed}");
    assert!(framed.contains("data-source=\"content/keep-in-mind.sv.md:"), "{framed}");
    let page = "content/pages/index.sv.md";
    let shown = server.get("/site/?dark=0").text();
    assert!(shown.contains(&format!("data-source=\"{page}:")), "{shown}");
    let report = |page: &str| server.get(&format!("/report/{page}?dark=0")).text();
    let anna = line("contacts/people.yaml", "id: anna-lind");
    let person = report("contact/anna-lind.html");
    assert!(person.contains(&format!("<h1 {anna}>")), "{person}");
    assert!(person.contains(&format!("<dl {anna} class=\"facts\">")), "{person}");
    assert!(report("contacts.html").contains(&format!("<tr {anna}>")), "a row leads to its contact");
    let mailing = line("content/plan/2026.yaml", &format!("id: {NEXT}"));
    assert!(report("year-2026.html").contains(&format!("<tr {mailing} id=\"{NEXT}\">")), "a row leads to its mailing");
    for bare in [
        format!("{message}.html"),
        format!("{message}.eml"),
        format!("{message}.txt"),
        "/site/".to_owned(),
        "/report/contacts.html".to_owned(),
    ] {
        assert!(!holds_trace(&server.get(&bare).body), "{bare}");
    }
    for marked in [framed, shown] {
        assert!(!marked.contains(|letter: char| ('\u{fdd0}'..='\u{fdef}').contains(&letter)), "a mark is left");
    }
}

#[test]
fn a_source_is_opened_at_its_line_by_the_command_that_was_named() {
    let programme = Programme::new()
        .file("stub", "#!/bin/sh\nprintf '%s %s' \"$1\" \"$2\" > opened.part && mv opened.part opened\n");
    let stub = programme.path("stub");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&stub, fs::Permissions::from_mode(0o755)).expect("it may run");
    }
    let server = Server::start(programme.root(), &["--editor", &format!("{} {{file}} {{line}}", stub.display())]);
    let token = server.token();
    let body = "file=content%2Fpages%2Findex.sv.md&line=7";
    assert_eq!(server.post("/open", "another", body).status, 403, "only our pages ask");
    assert_eq!(server.post("/open", &token, "file=..%2Fx&line=1").status, 400);
    assert_eq!(server.post("/open", &token, "file=content%2Fnone.md&line=1").status, 409);
    assert!(!programme.path("opened").exists());
    let asked = server.post("/open", &token, body);
    assert_eq!(asked.status, 204, "{}", asked.text());
    let opened = || fs::read_to_string(programme.path("opened")).ok();
    let found = (0..300).find_map(|_| {
        thread::sleep(Duration::from_millis(100));
        opened()
    });
    let found = found.expect("the editor was started");
    assert!(found.ends_with("content/pages/index.sv.md 7"), "{found}");
}

/// What the buttons of a page would post: the digest of the variant on the screen, and of all.
fn yes(page: &str) -> Vec<String> {
    let values = page.split("name=\"yes\" value=\"").skip(1);
    values.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

#[test]
fn r36_what_is_on_the_screen_is_approved_and_stale_when_a_word_changes() {
    let programme = with_approval();
    let server = Server::start(programme.root(), &[]);
    let (token, message) = (server.token(), format!("/preview/{CHRISTMAS}/anna-lind"));
    let page = server.get(&message).text();
    assert!(page.contains("Draft, waits for ceo") && page.contains("Approve A/sv as Elin Ek"), "{page}");
    let own = yes(&page).into_iter().next().expect("there is a button");
    let body = format!("yes={own}&variant=A%2Fsv");
    let approve = format!("/approve/{CHRISTMAS}");
    assert_eq!(server.post(&approve, "another", &body).status, 403, "only our pages ask");
    let stale = server.post(&approve, &token, "yes=00&variant=A%2Fsv");
    assert_eq!((stale.status, stale.text().contains("It has changed since")), (409, true), "{}", stale.text());
    let ledger = programme.path(&format!("contacts/approvals/{CHRISTMAS}.jsonl"));
    assert!(!ledger.exists(), "nothing was approved yet");

    let done = server.post(&approve, &token, &body);
    assert_eq!(done.status, 200, "{}", done.text());
    let written = fs::read_to_string(&ledger).expect("it is written down");
    assert!(written.contains("\"by\":\"elin\"") && written.contains(&own), "{written}");
    assert!(server.get(&message).text().contains("✓ A/sv approved"));

    let programme = programme.replace(GREETING, "\n\nSågen vilar", "\n\nOch sågen vilar");
    let page = server.until(&message, |reply| reply.text().contains("Changed since Elin Ek approved")).text();
    assert!(!yes(&page).contains(&own), "other bytes have another digest");
    let words = server.get(&format!("/changed/{CHRISTMAS}")).text();
    assert!(words.contains("<del>Sågen</del> <ins>Och sågen</ins>"), "{words}");
    assert!(server.until("/", |reply| reply.text().contains("state changed")).text().contains("Changed since Elin Ek"));
    drop(programme);
}

//! `bounces`: delivery reports mark the addresses that failed for good, and nothing else (RFC 3464).

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::files;
use crate::programme::Programme;

const LIST: &str = "contacts/people.yaml";

fn report(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/reports");
    fs::read_to_string(folder.join(name)).expect("a report")
}

/// A programme and, outside of its folders, a Maildir with the reports of that name.
fn with_reports(names: &[&str]) -> Programme {
    let mut programme = Programme::new().file("mail/cur/.keep", "").file("mail/tmp/half-written", report("gmail.eml"));
    for (number, name) in names.iter().enumerate() {
        programme = programme.file(&format!("mail/new/{number}.M1P1.host"), report(name));
    }
    programme
}

fn names<'v>(list: &'v Value, key: &str) -> Vec<&'v str> {
    list.as_array().expect("a list").iter().map(|item| item[key].as_str().expect("a text")).collect()
}

#[test]
fn reports_of_postfix_exchange_and_gmail_mark_whom_they_are_about() {
    let programme =
        with_reports(&["postfix.eml", "exchange.sv.eml", "gmail.eml", "delayed.eml", "expired.eml", "answer.eml"]);
    let before = programme.read(LIST);
    let dry = programme.run(["bounces", "mail", "--dry-run"]).succeeds();
    assert!(dry.stderr.contains("3 addresses would be marked, 2 may yet arrive\n"), "{}", dry.stderr);
    assert_eq!(programme.read(LIST), before);
    let taken = programme.run(["bounces", "mail"]).succeeds();
    assert_eq!(taken.stdout, "");
    let expected = "  ✓ bounces   5 delivery reports in 6 messages  <time>
  failed   anna-lind     5.1.1  550 5.1.1 <anna@linds-bokhandel.example>: Recipient address rejected: User unknown in virtual mailbox table
  failed   brian-oneill  5.1.10  550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient brian@oneill.example not found by SMTP address lookup
  failed   cecilia-dahl  5.1.1  550-5.1.1 The email account that you tried to reach does not exist. Please try 550-5.1.1 double-checking the recipient's email address for typos or 550 5.1.1 unnecessary spaces. - gsmtp
  delayed  david-okafor  4.4.1  connect to mx.okafor.example[192.0.2.26]:25: Connection timed out
  delayed  erik-aberg    4.4.1  connect to mx.okafor.example[192.0.2.26]:25: Connection timed out
  3 addresses marked, 2 may yet arrive
  → commit contacts/people.yaml
";
    assert!(taken.stderr.ends_with(expected), "{}", taken.stderr);
    // The night in California is the next morning here.
    let mut marked = before;
    for (contact, day) in [("brian", "2026-11-20"), ("cecilia", "2026-11-20"), ("david", "2026-11-21")] {
        let gap = if marked.contains(&format!("\n\n- id: {contact}")) { "\n\n" } else { "\n" };
        marked = marked.replacen(
            &format!("{gap}- id: {contact}"),
            &format!("\n  email_bounced: {day}{gap}- id: {contact}"),
            1,
        );
    }
    assert_eq!(programme.read(LIST), marked);
    programme.run(["build"]).succeeds();
    let refusals = programme.read("output/mail/2026-11-newsletter/refusals.jsonl");
    assert!(refusals.contains("the e-mail address failed on 2026-11-20"), "{refusals}");
    let again = programme.run(["--format", "json", "bounces", "mail"]).succeeds().json();
    assert_eq!(names(&again["marked_before"], "contact"), ["anna-lind", "brian-oneill", "cecilia-dahl"]);
    assert_eq!((&again["marked"], &again["files"]), (&Value::Array(vec![]), &Value::Array(vec![])));
    assert_eq!(programme.read(LIST), marked);
}

#[test]
fn the_message_knows_best_whose_address_failed() {
    let line = |contact: &str, to: &str, id: &str| {
        format!(
            "{{\"t\":\"2026-11-20T08:00:00Z\",\"contact\":\"{contact}\",\"state\":\"accepted\",\"message_id\":\"{id}@ek-ask.example\",\"to\":\"{to}\"}}\n"
        )
    };
    // Fiona's mail goes on to Anna's address; what came back to Brian's old address says nothing about his new one.
    let journal = line("fiona-gray", "fiona@gray.example", "4ov6n3kqg2q5h7y3bd2yaxv4wm")
        + &line("brian-oneill", "old@oneill.example", "xq4s2j5n7f3k6m2p4r8t9v0w1y");
    let programme = with_reports(&["postfix.eml", "exchange.sv.eml", "gmail.eml"])
        .replace(
            "mail/new/2.M1P1.host",
            "Final-Recipient: rfc822; cecilia@dahl.example",
            "Final-Recipient: rfc822; x@y.example",
        )
        .file("contacts/journal/2026-11-newsletter.jsonl", journal);
    let found = programme.run(["--format", "json", "bounces", "mail"]).succeeds().json();
    assert_eq!(names(&found["marked"], "contact"), ["fiona-gray"]);
    assert_eq!(names(&found["marked"], "mailing"), ["2026-11-newsletter"]);
    assert_eq!(names(&found["old_address"], "contact"), ["brian-oneill"]);
    assert_eq!(found["unknown"][0]["addresses"][0], "x@y.example");
    let list = programme.read(LIST);
    assert_eq!(list.matches("email_bounced").count(), 1);
    assert!(list.contains("email_bounced: 2026-11-20\n\n# Whom nobody writes to"), "{list}");
}

#[test]
fn what_cannot_be_read_is_said_and_skipped() {
    let programme = with_reports(&["torn.eml", "wordy.eml", "postfix.eml"]);
    let taken = programme.run(["-q", "bounces", "mail"]).succeeds();
    assert_eq!(taken.stderr, "");
    let programme = with_reports(&["torn.eml", "wordy.eml", "postfix.eml"]);
    let json = programme.run(["--format", "json", "bounces", "mail"]).succeeds().json();
    // Words alone are read where qmail writes them.
    assert_eq!(names(&json["marked"], "contact"), ["anna-lind", "fiona-gray"]);
    assert_eq!(names(&json["diagnostics"], "file"), ["new/0.M1P1.host"]);
    assert_eq!(names(&json["diagnostics"], "severity"), ["warning"]);
    assert_eq!(json["diagnostics"][0]["message"], "unknown action `exploded`");
    let nothing = programme.run(["bounces", "nowhere"]).ends_with(4);
    assert!(nothing.stderr.contains("cannot read nowhere"), "{}", nothing.stderr);
}

#[test]
fn an_mbox_file_is_read_message_by_message() {
    let mbox: String = ["gmail.eml", "answer.eml", "postfix.eml"]
        .iter()
        .map(|name| format!("From MAILER-DAEMON Fri Nov 20 09:01:12 2026\n{}\n", report(name)))
        .collect();
    let programme = Programme::new().file("returned.mbox", mbox);
    let before = files::read(&programme.path("contacts"));
    let dry = programme.run(["--format", "json", "bounces", "--dry-run", "returned.mbox"]).succeeds().json();
    assert_eq!(names(&dry["marked"], "message"), ["returned.mbox:3", "returned.mbox:1"]);
    assert_eq!((&dry["messages"], &dry["reports"]), (&3.into(), &2.into()));
    assert_eq!(files::read(&programme.path("contacts")), before);
}

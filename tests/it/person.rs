//! `person unsubscribe`: an opt-out goes into the contact's YAML, and nothing else does (R26).

use crate::files;
use crate::programme::Programme;

const LIST: &str = "contacts/people.yaml";

/// The token in the links that a contact was sent.
fn token(programme: &Programme, contact: &str) -> String {
    let message = programme.read(&format!("output/mail/2026-11-newsletter/messages/{contact}.eml"));
    let message = message.replace("\r\n", "").replace("=\n", "");
    let (_, behind) = message.split_once("subject=unsubscribe%20").expect("a way to opt out");
    behind.chars().take_while(char::is_ascii_alphanumeric).collect()
}

#[test]
fn r26_an_opt_out_is_written_into_the_contact_and_nothing_else_changes() {
    let programme = Programme::new();
    let before = programme.read(LIST);
    let taken = programme.run(["person", "unsubscribe", "anna-lind"]).succeeds();
    assert_eq!(taken.stdout, "");
    assert!(taken.stderr.contains("  anna-lind has opted out: nothing more is sent to them\n"), "{}", taken.stderr);
    assert!(taken.stderr.ends_with("→ commit contacts/people.yaml\n"), "{}", taken.stderr);
    let last = "  tier_reason: Has named three of our customers.\n";
    let added = format!("{last}  unsubscribed: {{on: 2026-11-21, channel: link}}\n");
    assert_eq!(programme.read(LIST), before.replacen(last, &added, 1));
    programme.run(["build"]).succeeds();
    let refusals = programme.read("output/mail/2026-11-newsletter/refusals.jsonl");
    assert!(refusals.contains(r#""contact":"anna-lind""#), "{refusals}");
    assert!(!programme.path("output/mail/2026-11-newsletter/messages/anna-lind.eml").exists());
}

#[test]
fn r26_a_token_from_a_message_is_as_good_as_an_id() {
    let programme = Programme::new();
    programme.run(["build"]).succeeds();
    let token = token(&programme, "brian-oneill").to_uppercase();
    let arguments =
        ["--format", "json", "person", "unsubscribe", "--token", &token, "--channel", "mail: #1", "--on", "2026-11-20"];
    let taken = programme.run(arguments).succeeds().json();
    assert_eq!(taken["contact"], "brian-oneill");
    assert_eq!((&taken["changed"], &taken["file"]), (&true.into(), &LIST.into()));
    assert!(
        programme.read(LIST).contains("  unsubscribed: {on: 2026-11-20, channel: \"mail: #1\"}\n- id: cecilia-dahl")
    );
    programme.run(["check"]).succeeds();
}

#[test]
fn opting_out_again_changes_nothing() {
    let programme = Programme::new();
    let before = files::read(&programme.path("contacts"));
    let again = programme.run(["person", "unsubscribe", "hanna-ivarsson"]).succeeds();
    assert!(again.stderr.contains("hanna-ivarsson opted out before, on 2026-11-10"), "{}", again.stderr);
    let json = programme.run(["--format", "json", "person", "unsubscribe", "hanna-ivarsson"]).succeeds().json();
    assert_eq!((&json["changed"], &json["unsubscribed"]["on"]), (&false.into(), &"2026-11-10".into()));
    assert_eq!(files::read(&programme.path("contacts")), before);
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_stay() {
    let programme = Programme::new();
    let list = format!("\u{feff}{}", programme.read(LIST).replace('\n', "\r\n"));
    let programme = programme.file(LIST, &list);
    programme.run(["person", "unsubscribe", "david-okafor"]).succeeds();
    let after = programme.read(LIST);
    assert!(after.starts_with('\u{feff}') && !after.replace("\r\n", "").contains('\n'));
    assert_eq!(after.replacen("  unsubscribed: {on: 2026-11-21, channel: link}\r\n", "", 1), list);
}

#[test]
fn who_is_not_known_or_not_named_is_wrong_usage() {
    let programme = Programme::new();
    let before = files::read(&programme.path("contacts"));
    let unknown = programme.run(["-q", "person", "unsubscribe", "anna-lynd"]).ends_with(2);
    assert_eq!(unknown.stderr, "error: there is no contact `anna-lynd`\n  help: did you mean `anna-lind`?\n");
    let stranger = programme.run(["-q", "person", "unsubscribe", "--token", "aaaaaaaaaaaaaaaaaaaaaaaaaa"]).ends_with(2);
    assert!(stranger.stderr.starts_with("error: no contact has this token\n"), "{}", stranger.stderr);
    let future = programme.run(["-q", "person", "unsubscribe", "anna-lind", "--on", "2026-11-22"]).ends_with(2);
    assert!(future.stderr.starts_with("error: 2026-11-22 is yet to come\n"), "{}", future.stderr);
    programme.run(["person", "unsubscribe"]).ends_with(2);
    programme.run(["person", "unsubscribe", "anna-lind", "--token", "x"]).ends_with(2);
    programme.run(["person", "unsubscribe", "anna-lind", "--channel", "a\nb"]).ends_with(2);
    assert_eq!(files::read(&programme.path("contacts")), before);
}

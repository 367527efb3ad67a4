//! What people do between mailings, and what it comes to: surveys, wishes, status reports, values, and the next goal.

use serde_json::{Value, json};

use crate::programme::Programme;

const PEOPLE: &str = "contacts/people.yaml";
const NEWSLETTER: &str = "2026-11-newsletter";

fn document(programme: &Programme) -> Value {
    programme.run(["--format", "json", "status"]).json()
}

#[test]
fn r13_a_survey_notes_the_score_and_what_suits_them() {
    let programme = Programme::new();
    programme.run(["log", "survey", "anna-lind"]).ends_with(2);
    let said = ["log", "survey", "anna-lind", "--score", "9", "--channel", "email", "--every", "2 months"];
    assert!(programme.run(said).succeeds().stderr.contains("Anna Lind gave 9 of 10"));
    let people = programme.read(PEOPLE);
    assert!(people.contains("nps: {score: 9, on: 2026-11-"), "{people}");
    assert!(people.contains("prefers: {channel: email, every: 2 months, asked: 2026-11-"), "{people}");
    let status = document(&programme);
    assert_eq!((&status["nps"]["score"], &status["nps"]["promoters"]), (&json!(100), &json!(1)));
    assert_eq!(status["preferences"]["asked"], 1);
    assert!(!status["preferences"]["never_asked"].to_string().contains("anna-lind"));
    programme.run(["log", "survey", "anna-lind", "--score", "11"]).ends_with(2);
}

#[test]
fn r13_who_would_rather_be_called_is_called_and_gets_no_mailing() {
    let phone = "\n  phone: \"+46 18 465 001 04\"\n  prefers: {channel: phone, every: 1 weeks, asked: 2026-11-03}\n  tags: [kitchen]\n";
    let programme = Programme::new().replace(PEOPLE, "\n  tags: [kitchen]\n", phone);
    programme.run(["build", "-q", "--mailing", NEWSLETTER]).succeeds();
    let refusals = programme.read(&format!("output/mail/{NEWSLETTER}/refusals.jsonl"));
    assert!(refusals.contains("\"prefers-phone\""), "{refusals}");
    let agenda = document(&programme)["agenda"].clone();
    let calls = agenda.as_array().expect("a list").iter().filter(|item| item["source"] == "wish");
    let calls: Vec<(&Value, &Value)> = calls.map(|item| (&item["contact"], &item["kind"])).collect();
    assert_eq!(calls, [(&json!("anna-lind"), &json!("call"))]);
}

#[test]
fn r31_values_and_a_quote_match_the_reader_and_are_stamped() {
    let values = "- {id: calm, text: {sv: Lugnt, en: Calm}, evidence: asked}\n\
        - {id: shops, text: {sv: Plats, en: Room}, evidence: asked, segments: [shop]}\n\
        - {id: large, text: {sv: Stort, en: Large}, evidence: asked, size: {from: 50}}\n\
        - {id: said, text: {sv: Tyst, en: Quiet}, said_by: {sv: En butik, en: A shop}, segments: [shop], permitted: {on: 2026-01-02}}\n\
        - {id: old, text: {sv: Gammalt, en: Old}, said_by: A shop, permitted: {on: 2025-01-02, until: 2026-02-01}}\n";
    let programme = Programme::new()
        .file("content/values.yaml", values)
        .append("content/newsletters/november.sv.md", "\n{{ <values /> }}\n")
        .append("content/newsletters/november.en.md", "\n{{ <values /> }}\n")
        .replace(PEOPLE, "\n  tags: [kitchen]\n", "\n  segment: shop\n  size: 20\n  tags: [kitchen]\n");
    let built = programme.run(["build", "-v", "--mailing", NEWSLETTER]).succeeds();
    assert!(built.stderr.contains(&format!("{NEWSLETTER}: stamped")), "{}", built.stderr);
    let text = |contact: &str| {
        let message = programme.read(&format!("output/mail/{NEWSLETTER}/messages/{contact}.eml"));
        ["Lugnt", "Plats", "Stort", "Tyst", "Calm", "Room", "Gammalt", "Quiet"].map(|word| message.contains(word))
    };
    assert_eq!(text("anna-lind"), [true, true, false, true, false, false, false, false]);
    let anna = programme.read(&format!("output/mail/{NEWSLETTER}/messages/anna-lind.eml"));
    assert!(anna.contains("En butik") && !anna.contains("A shop"), "who said it is in the reader's language");
    assert_eq!(text("brian-oneill"), [false, false, false, false, true, false, false, false]);
    programme.run(["check"]).succeeds();
}

#[test]
fn r24_a_step_that_is_claimed_and_does_not_hold_is_named_at_its_line() {
    let claimed = "steps: {list: 2026-11-02, tiers: 2026-11-09, thank: 2026-11-10, touch: 2030-01-01}";
    let programme = Programme::new()
        .replace("bevara.yaml", "steps: {list: 2026-11-02, tiers: 2026-11-09}", claimed)
        .replace(PEOPLE, "  tier_reason: Has named three of our customers.\n", "");
    let said = programme.run(["check"]).succeeds().stderr;
    assert!(said.contains("step `tiers` is said to be done and does not hold: one of tier A has no reason"), "{said}");
    assert!(said.contains("this step is said to be done on 2030-01-01, which is still to come"), "{said}");
    assert!(
        said.contains("warning[r01-no-reason]: 1 contact of tier A, B or D without a reason: `anna-lind`"),
        "{said}"
    );
}

#[test]
fn r22_what_the_next_goal_needs_stands_in_the_numbers() {
    let document = document(&Programme::new());
    assert_eq!(document["list"]["target_reach"], 62_500);
    // One of six recommends us: the stair after 10 is 30 (R22).
    assert_eq!(document["goal_meeting"]["next"], 30);
    assert!(document["referrals"]["trend"].as_array().is_some_and(|trend| !trend.is_empty()));
}

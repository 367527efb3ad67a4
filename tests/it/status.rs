//! `status` and the ledger commands: what is due, and what they write into the ledgers.

use serde_json::{Value, json};

use crate::programme::Programme;
use crate::run::Run;

/// The keys that others rely on (design §7).
const KEYS: [&str; 12] = [
    "today",
    "list",
    "referrals",
    "thanks_owed",
    "next_steps_overdue",
    "reward",
    "silence",
    "shortfalls",
    "mailings",
    "agenda",
    "steps",
    "diagnostics",
];

fn status(programme: &Programme) -> Value {
    let said = programme.run(["--format", "json", "status"]);
    assert!(said.status <= 1, "{}", said.stderr);
    said.json()
}

/// The programme with a newsletter of last week that nobody sent.
fn with_a_late_mailing() -> Programme {
    Programme::new().replace("content/plan/2026.yaml", "when: 2026-11-25", "when: 2026-11-18")
}

fn journal_line(contact: &str, state: &str) -> String {
    format!("{{\"t\":\"2026-11-18T08:00:00Z\",\"contact\":\"{contact}\",\"state\":\"{state}\",\"generation\":1}}\n")
}

#[test]
fn status_has_the_keys_that_others_rely_on() {
    let document = status(&Programme::new());
    for key in KEYS {
        assert!(document.get(key).is_some(), "{key}");
    }
    assert_eq!(
        document["list"],
        json!({"contacts": 8, "active": 7, "by_tier": {"A": 2, "B": 2, "C": 3, "D": 1}, "target": 250, "reach": 1750, "target_reach": 62_500})
    );
    assert_eq!(document["thanks_owed"][0]["side"], "referred");
    assert_eq!(document["reward"]["left"], "4750.00");
    assert_eq!(document["referrals"]["share"], 16.7);
    let steps: Vec<&str> =
        document["steps"].as_array().expect("a list").iter().filter_map(|step| step["step"].as_str()).collect();
    assert_eq!(steps, ["list", "tiers", "standing_text", "touch", "plan", "thank"]);
}

#[test]
fn r10_a_due_mailing_that_was_not_sent_is_an_error_in_status() {
    let programme = with_a_late_mailing();
    let said = programme.run(["status"]).ends_with(1);
    assert!(said.stdout.contains("2026-11-newsletter is overdue."), "{}", said.stdout);
    let error = "error[r10-not-sent]: `2026-11-newsletter` was due on 2026-11-18 and has not been sent  content/plan/2026.yaml:6:11";
    assert!(said.stderr.contains(error), "{}", said.stderr);
    programme.run(["status", "--strict"]).ends_with(1);
    assert_eq!(status(&programme)["mailings"][0]["state"], "overdue");
}

#[test]
fn r10_a_mailing_from_before_the_programme_began_is_not_late() {
    let programme =
        with_a_late_mailing().replace("bevara.yaml", "country: SE\n\n", "country: SE\nbegins: 2026-11-19\n\n");
    let said = programme.run(["status", "--strict"]).succeeds();
    assert!(said.stdout.contains("The programme began on 19 Nov; what lies before is not counted."), "{}", said.stdout);
    assert!(!said.stdout.contains("overdue") && !said.stderr.contains("error"), "{}{}", said.stdout, said.stderr);
    let document = status(&programme);
    assert_eq!((&document["begins"], &document["mailings"][0]["state"]), (&json!("2026-11-19"), &json!("past")));
    // Who builds has the next one in hand, not one of before.
    programme.run(["build"]).succeeds();
    assert!(!programme.path("output/mail/2026-11-newsletter/manifest.jsonl").exists());
    assert!(!programme.read("output/calendar/all.ics").contains("2026-11-newsletter"));
}

#[test]
fn r10_what_the_journal_says_was_sent_is_done_and_what_it_doubts_is_shown() {
    let sent = ["anna-lind", "brian-oneill", "cecilia-dahl", "david-okafor", "erik-aberg"]
        .map(|id| journal_line(id, "accepted"));
    let journal = sent.concat() + &journal_line("fiona-gray", "attempting");
    let programme = with_a_late_mailing().file("contacts/journal/2026-11-newsletter.jsonl", journal);
    let document = status(&programme);
    let mailing = &document["mailings"][0];
    assert_eq!((&mailing["state"], &mailing["accepted"], &mailing["in_doubt"]), (&json!("sent"), &json!(5), &json!(1)));
    assert!(
        programme
            .run(["status"])
            .succeeds()
            .stdout
            .contains("1 in doubt of 2026-11-newsletter: bevara send 2026-11-newsletter --status")
    );
}

#[test]
fn a_bad_line_of_a_journal_stops_status_with_its_place() {
    let programme = Programme::new().file("contacts/journal/2026-11-newsletter.jsonl", "{\"t\": 1}\n");
    let said = programme.run(["-q", "status"]).ends_with(1);
    assert!(said.stderr.contains("contacts/journal/2026-11-newsletter.jsonl:1:1"), "{}", said.stderr);
}

#[test]
fn r23_who_has_heard_nothing_for_too_long_is_in_the_silence_report() {
    let programme = Programme::new().append(
        "contacts/touches/2026.yaml",
        "- {contact: brian-oneill, on: 2026-08-01, kind: call, by: olof, purpose: care}\n",
    );
    let silence = status(&programme)["silence"].clone();
    assert_eq!(silence[0]["contact"], "brian-oneill");
    assert_eq!((&silence[0]["days"], &silence[0]["allowed"]), (&json!(112), &json!(60)));
}

#[test]
fn r06_everything_there_is_to_do_has_an_owner_of_the_team() {
    let document = status(&with_a_late_mailing());
    let agenda = document["agenda"].as_array().expect("a list");
    assert!(agenda.len() > 3);
    for item in agenda {
        assert!(item["owner"] == "elin" || item["owner"] == "olof", "{item}");
    }
}

/// The lines that are in the new text and were not in the old one.
fn new_lines(before: &str, after: &str) -> Vec<String> {
    after.lines().filter(|line| !before.lines().any(|old| old == *line)).map(str::to_owned).collect()
}

#[test]
fn r10_a_touch_is_logged_as_one_line_at_the_end() {
    let programme = Programme::new();
    let before = programme.read("contacts/touches/2026.yaml");
    programme
        .run([
            "log",
            "touch",
            "anna-lind",
            "visit",
            "--note",
            "She said \"yes\": spring",
            "--next",
            "Bring the drawing",
            "--next-on",
            "2026-12-01",
        ])
        .succeeds();
    let after = programme.read("contacts/touches/2026.yaml");
    assert!(after.starts_with(&before));
    assert_eq!(
        new_lines(&before, &after),
        [
            "- {contact: anna-lind, on: 2026-11-21, kind: visit, by: elin, purpose: care, note: \"She said \\\"yes\\\": spring\", next: {what: \"Bring the drawing\", on: 2026-12-01, by: elin}}"
        ]
    );
    programme.run(["-q", "log", "touch", "anna-lind", "call", "--on", "2025-12-01"]).succeeds();
    assert!(programme.read("contacts/touches/2025.yaml").contains("on: 2025-12-01, kind: call"));
    programme.run(["check"]).succeeds();
}

/// Says what was said, and makes sure that nothing was written.
#[track_caller]
fn refused<const N: usize>(programme: &Programme, arguments: [&str; N], status: i32) -> Run {
    let files = ["contacts/touches/2026.yaml", "contacts/referrals.yaml"];
    let before = files.map(|path| programme.read(path));
    let said = programme.run(arguments).ends_with(status);
    assert_eq!(files.map(|path| programme.read(path)), before);
    said
}

#[test]
fn nothing_is_written_that_would_not_hold_together() {
    let programme = Programme::new();
    let future = refused(&programme, ["-q", "log", "touch", "anna-lind", "call", "--on", "2026-12-01"], 1);
    assert!(future.stderr.contains("2026-12-01 is in the future"), "{}", future.stderr);
    let d = refused(&programme, ["-q", "log", "touch", "gustav-holm", "call"], 1);
    assert!(d.stderr.contains("`gustav-holm` is a D"), "{}", d.stderr);
    let nobody = refused(&programme, ["-q", "log", "touch", "ana-lind", "call"], 2);
    assert!(nobody.stderr.contains("did you mean `anna-lind`?"), "{}", nobody.stderr);
    refused(&programme, ["-q", "refer", "add", "anna-lind", "--name", "Erik", "--email", "erik@aberg.example"], 1);
    refused(&programme, ["-q", "refer", "thank", "r-2026-001", "referrer"], 2);
    refused(&programme, ["-q", "refer", "thank", "r-2026-001", "referred", "--reward", "yacht"], 1);
    refused(&programme, ["-q", "refer", "advance", "r-2026-001", "received"], 2);
    refused(&programme, ["-q", "refer", "advance", "r-2026-001", "meeting", "--on", "2026-11-05"], 1);
}

#[test]
fn r19_a_referral_is_added_with_a_dated_next_step_for_both_sides() {
    let programme = Programme::new();
    let before = programme.read("contacts/referrals.yaml");
    programme.run(["refer", "add", "cecilia-dahl", "--name", "Tor: a joiner", "--email", "tor@tor.example"]).succeeds();
    let after = programme.read("contacts/referrals.yaml");
    assert!(after.starts_with(&before));
    let expected = "\n- id: r-2026-002\n  referrer: cecilia-dahl\n  lead: {name: \"Tor: a joiner\", email: tor@tor.example}\n  received: 2026-11-21\n  stage: received\n  next:\n    referrer: {what: \"Tacka, och berätta hur det går\", on: 2026-11-27, by: olof}\n    referred: {what: \"Första kontakt\", on: 2026-11-24, by: olof}\n";
    assert_eq!(after[before.len()..], *expected);
    programme.run(["check"]).succeeds();
}

#[test]
fn r19_a_referral_goes_forward_and_keeps_its_comments() {
    let programme =
        Programme::new().replace("contacts/referrals.yaml", "stage: contacted", "stage: contacted   # by phone");
    programme.run(["refer", "advance", "r-2026-001", "customer", "--value", "12000", "--on", "2026-11-20"]).succeeds();
    let after = programme.read("contacts/referrals.yaml");
    let expected = "  stage: customer   # by phone\n  contacted: 2026-11-06\n  customer: 2026-11-20\n  first_purchase: {on: 2026-11-20, value: \"12000.00\", currency: SEK}\n  thanked:";
    assert!(after.contains(expected), "{after}");
    assert!(!after.contains("next:"), "what is decided has no next step");
    assert_eq!(status(&programme)["referrals"]["value"], "12000.00");
}

#[test]
fn r20_r21_thanks_are_written_down_and_their_reward_is_booked() {
    let programme = Programme::new();
    assert_eq!(
        status(&programme)["thanks_owed"],
        json!([{"referral": "r-2026-001", "side": "referred", "since": "2026-11-06", "due": "2026-11-13", "owner": "olof"}])
    );
    programme.run(["refer", "thank", "r-2026-001", "referred", "--reward", "board"]).succeeds();
    let after = programme.read("contacts/referrals.yaml");
    assert!(after.contains(
        "  thanked: {referrer: 2026-11-05, referred: 2026-11-21}\n  reward: {referrer: board, referred: board}\n"
    ));
    let document = status(&programme);
    assert_eq!((&document["thanks_owed"], &document["reward"]["used"]), (&json!([]), &json!("500.00")));
}

#[test]
fn r12_the_plan_says_by_when_letters_are_printed() {
    let programme = Programme::new().replace(
        "content/plan/2026.yaml",
        "    to: A\n    signed_by: ceo",
        "    to: A\n    channel: post\n    post_by: 5\n    signed_by: ceo",
    );
    let document = programme.run(["--format", "json", "plan", "2026"]).succeeds().json();
    let mailing = &document["years"]["2026"][1];
    assert_eq!((&mailing["id"], &mailing["post_by"]), (&json!("2026-12-letter"), &json!("2026-11-25")));
    assert_eq!(mailing["print_by"], "2026-11-24");
    let table = programme.run(["plan", "2026"]).succeeds().stdout;
    assert!(table.contains("print by") && table.contains("24 Nov"), "{table}");
}

#[test]
fn r20_a_referrer_is_thanked_by_mail_once_a_referral() {
    let mailing = |id: &str, when: &str| {
        format!("  - {{id: {id}, kind: thanks, content: newsletters/workshop, when: {when}, to: C}}\n")
    };
    let plan = mailing("2026-11-thanks", "2026-11-27") + &mailing("2026-12-thanks", "2026-12-28") + "touches:";
    let programme = Programme::new().replace("content/plan/2026.yaml", "touches:", &plan).append(
        "contacts/referrals.yaml",
        "\n- {id: r-2026-002, referrer: cecilia-dahl, lead: {name: Tor}, received: 2026-11-20, stage: lost, lost: 2026-11-21}\n",
    );
    let document = programme.run(["--format", "json", "plan", "2026"]).succeeds().json();
    let audience = |id: &str| {
        let mailings = document["years"]["2026"].as_array().expect("a list");
        mailings.iter().find(|mailing| mailing["id"] == id).expect("it is planned")["audience"].clone()
    };
    // Anna was thanked by a person; Cecilia is thanked in November and not again.
    assert_eq!((audience("2026-11-thanks"), audience("2026-12-thanks")), (json!(1), json!(0)));
}

//! From a tip to the ledger, and thanks that know each other (R18–R20, R22).

use serde_json::{Value, json};

use crate::message::of_mailing;
use crate::programme::Programme;

const LEDGER: &str = "contacts/referrals.yaml";

fn document(programme: &Programme) -> Value {
    programme.run(["--format", "json", "status"]).json()
}

/// What is to be done, by name.
fn to_do(programme: &Programme, who: &str) -> Vec<String> {
    let said = programme.run(["status", "--all"]).stdout;
    said.lines().filter(|line| line.contains(who)).map(|line| line.trim().to_owned()).collect()
}

#[test]
fn r18_the_code_of_a_refer_link_names_the_referrer() {
    let code = "kaffe-7";
    let programme =
        Programme::new().replace("contacts/people.yaml", "name: {given: Brian", "code: kaffe-7\n  name: {given: Brian");
    programme.run(["refer", "add", "--code", "KAFFE-7", "--name", "Ida Ek"]).succeeds();
    programme.run(["refer", "add", code, "--name", "Ulf Ask"]).succeeds();
    assert_eq!(programme.read(LEDGER).matches("referrer: brian-oneill").count(), 2);
    let unknown = programme.run(["-q", "refer", "add", "--code", "nobodysone", "--name", "X"]).ends_with(2);
    assert!(unknown.stderr.contains("no contact has the code `nobodysone`"), "{}", unknown.stderr);
}

#[test]
fn r19_a_lead_named_by_two_is_one_first_contact_and_two_thanks() {
    let programme = Programme::new();
    programme.run(["refer", "add", "anna-lind", "--name", "Ida Ek", "--email", "ida@ek.example"]).succeeds();
    let second = programme.run(["refer", "add", "brian-oneill", "--name", "Ida E", "--email", "Ida+x@ek.example"]);
    assert!(second.succeeds().stderr.contains("whom r-2026-002 names too: one first contact"));
    assert_eq!(to_do(&programme, "första kontakt"), ["· 24 Nov  Ida Ek     första kontakt"]);
    let owed = document(&programme)["thanks_owed"].clone();
    let owed: Vec<&str> =
        owed.as_array().expect("a list").iter().filter_map(|owed| owed["referral"].as_str()).collect();
    assert_eq!(owed, ["r-2026-001", "r-2026-002", "r-2026-003"]);
}

#[test]
fn r20_who_was_only_named_gets_no_mail_however_they_came_into_the_list() {
    let programme = Programme::new();
    programme.run(["refer", "add", "anna-lind", "--name", "Zed Zet", "--company", "Zet AB"]).succeeds();
    let programme = programme.contact(
        "zed",
        "zed ZET",
        "company: Zet AB\nemail: z@zet.example\nlanguage: sv\ntier: C\nowner: olof\nbasis: {kind: legitimate_interest}",
    );
    let said = programme.run(["check"]).succeeds().stderr;
    assert!(said.contains("warning[r20-only-named]: `zed` is whom `anna-lind` named in r-2026-002"), "{said}");
    programme.run(["build"]).succeeds();
    assert!(!of_mailing(&programme.path("output"), "2026-11-newsletter").contains_key("zed"));
}

#[test]
fn r20_a_logged_thank_you_settles_the_debt_of_its_side() {
    let owed = |programme: &Programme| document(programme)["thanks_owed"].as_array().map(Vec::len);
    let programme =
        Programme::new().replace(LEDGER, "  thanked: {referrer: 2026-11-05}\n  reward: {referrer: board}\n", "");
    assert_eq!(owed(&programme), Some(2));
    programme.run(["log", "touch", "anna-lind", "call"]).succeeds();
    assert_eq!(owed(&programme), Some(2));
    programme.run(["log", "touch", "anna-lind", "thanks"]).succeeds();
    assert_eq!(owed(&programme), Some(1));
}

#[test]
fn r22_the_rate_is_that_of_the_last_twelve_months_beside_ever() {
    let old = Programme::new().replace(LEDGER, "received: 2026-11-04", "received: 2025-11-04");
    let referrals = document(&old)["referrals"].clone();
    assert_eq!((&referrals["referrers"], &referrals["share"]), (&json!(1), &json!(16.7)));
    let now = json!({"referrers": 0, "eligible": 6, "share": 0.0, "benchmark": "below"});
    assert_eq!(referrals["last_12_months"], now);
    let said = old.run(["status"]).stdout;
    assert!(said.contains("0 of 6 named others within twelve months: 0 %, below; 1 ever"), "{said}");
}

#[test]
fn r21_a_reward_in_a_year_without_a_budget_is_an_error_and_each_year_may_have_its_own() {
    let reward = "  reward: {referrer: board}\n";
    let programme = Programme::new().replace("bevara.yaml", "year: 2026", "year: 2025");
    let said = programme.complaint();
    assert!(said.contains("error[r21-no-budget]: a reward is given in 2026, which has no budget"), "{said}");
    assert!(programme.read(LEDGER).contains(reward));
    let years = "years: {2025: {budget: \"1.00\"}, 2026: {budget: \"5000.00\"}}";
    let programme = Programme::new().replace("bevara.yaml", "year: 2026\n  budget: \"5000.00\"", years);
    assert_eq!(document(&programme)["reward"]["left"], "4750.00");
}

#[test]
fn r14_a_status_mailing_reaches_nobody_whose_project_is_over() {
    let project = |to: &str| {
        let programme =
            Programme::new().replace("content/plan/2026.yaml", "    kind: greeting\n", "    kind: status\n").replace(
                "contacts/people.yaml",
                "  tags: [kitchen]",
                &format!("  project: {{from: 2026-11-01, to: {to}}}"),
            );
        let mailings = document(&programme)["mailings"].as_array().expect("a list").clone();
        let status = mailings.into_iter().find(|mailing| mailing["kind"] == "status").expect("it is planned");
        status["audience"].clone()
    };
    assert_eq!((project("2026-12-10"), project("2026-12-31")), (json!(0), json!(1)));
}

/// What the refer-us page's form sends, a line a tip.
const TIPS: &str = r#"{"t":"2026-11-20T08:00:00Z","name":"Anna Lind","email":"anna@linds-bokhandel.example","friend_name":"Tor Ek, Ek Bygg AB","friend_contact":"+46 70 174 06 05","message":"Ring på morgonen","consent":"yes","ref":"","language":"sv"}
{"name":"Nobody","email":"x@nobody.example","friend_name":"Ida","friend_contact":"ida@ida.example","consent":"yes","ref":"zzz"}
{"name":"Anna","email":"anna@linds-bokhandel.example","friend_name":"Maja Ros","friend_contact":"maja@ros-keramik.example"}
"#;

#[test]
fn r18_tips_of_the_page_are_shown_and_then_written_once() {
    let programme = Programme::new().file("tips.jsonl", TIPS);
    let before = programme.read(LEDGER);
    let shown = programme.run(["refer", "intake", "tips.jsonl"]).ends_with(3);
    assert!(shown.stderr.contains("+ tips.jsonl:1: Anna Lind names Tor Ek"), "{}", shown.stderr);
    assert!(shown.stderr.contains("? tips.jsonl:2: Nobody is nobody on the list"), "{}", shown.stderr);
    assert!(shown.stderr.contains("tips.jsonl:3: is r-2026-001 already"), "{}", shown.stderr);
    assert_eq!(programme.read(LEDGER), before, "nothing is written before it was seen");
    programme.run(["refer", "intake", "tips.jsonl", "--write"]).ends_with(3);
    let lead = "lead: {name: Tor Ek, company: Ek Bygg AB, phone: \"+46 70 174 06 05\", consent: true, message: \"Ring på morgonen\"}\n  via: page\n  received: 2026-11-20\n";
    assert!(programme.read(LEDGER).contains(lead), "{}", programme.read(LEDGER));
    let after = programme.read(LEDGER);
    programme.run(["refer", "intake", "tips.jsonl", "--write"]).ends_with(3);
    assert_eq!(programme.read(LEDGER), after, "the same tips again change nothing");
    programme.run(["check", "--strict"]).succeeds();
    let origins = document(&programme)["referrals"]["origins"]["via"].clone();
    assert_eq!((&origins[0]["key"], &origins[0]["named"]), (&json!("page"), &json!(1)));
}

#[test]
fn r22_why_a_lead_was_lost_is_remembered() {
    let programme = Programme::new();
    programme.run(["refer", "advance", "r-2026-001", "lost", "--because", "They moved abroad"]).succeeds();
    assert!(programme.read(LEDGER).contains("  lost: 2026-11-21\n  lost_because: \"They moved abroad\"\n"));
    let lost = document(&programme)["referrals"]["origins"]["lost_because"].clone();
    assert_eq!(lost, json!([{"why": "They moved abroad", "count": 1}]));
    let unknown = Programme::new().replace(
        LEDGER,
        "  received: 2026-11-04",
        "  via: {mailing: 2026-11-newslettr}\n  received: 2026-11-04",
    );
    assert!(unknown.complaint().contains("error[unknown-mailing]: there is no mailing `2026-11-newslettr`"));
}

#[test]
fn r09_a_mailing_for_c_alone_is_warned_about() {
    let plan = "    when: 2026-11-25\n    where: \"tier == 'C'\"\n";
    let programme = Programme::new().replace("content/plan/2026.yaml", "    when: 2026-11-25\n", plan);
    let said = programme.run(["check"]).succeeds().stderr;
    assert!(
        said.contains("warning[r09-less-for-more]: `2026-11-newsletter` reaches tier C and passes over tier A"),
        "{said}"
    );
}

//! Issues as work: noted, solved, and an error while they are late (R29).

use serde_json::{Value, json};

use crate::programme::Programme;

const PEOPLE: &str = "contacts/people.yaml";

fn document(programme: &Programme) -> Value {
    programme.run(["--format", "json", "status"]).json()
}

#[test]
fn r29_an_issue_is_noted_solved_and_remembered() {
    let programme = Programme::new();
    let noted = programme.run([
        "log",
        "issue",
        "anna-lind",
        "The worktop: it lifts",
        "--since",
        "2026-11-10",
        "--by",
        "olof",
        "--tried",
        "glue",
    ]);
    assert!(noted.succeeds().stderr.contains("olof solves it for Anna Lind by 2026-11-17"));
    let line =
        "issues: [{what: \"The worktop: it lifts\", since: 2026-11-10, by: olof, due: 2026-11-17, tried: \"glue\"}]";
    assert!(programme.read(PEOPLE).contains(line), "{}", programme.read(PEOPLE));
    let late = programme.run(["status"]).ends_with(1);
    let error = "error[r29-overdue]: `olof` owes `anna-lind` a solution since 2026-11-17: The worktop: it lifts";
    assert!(late.stderr.contains(error), "{}", late.stderr);
    let status = document(&programme);
    assert_eq!(status["issues"]["open"][0]["overdue"], true);
    assert_eq!((&status["agenda"][0]["kind"], &status["agenda"][0]["state"]), (&json!("issue"), &json!("overdue")));
    programme.run(["log", "issue", "anna-lind", "A hinge", "--cause", "damp"]).succeeds();
    programme.run(["-q", "log", "solve", "anna-lind", "--fix", "screws"]).ends_with(2);
    let solved = ["log", "solve", "anna-lind", "worktop", "--cause", "damp", "--fix", "new glue", "--effort", "low"];
    programme.run(solved).succeeds();
    programme.run(["log", "solve", "anna-lind", "--fix", "oil"]).succeeds();
    programme.run(["status"]).succeeds();
    let issues = document(&programme)["issues"].clone();
    assert_eq!(issues["open"], json!([]));
    assert_eq!((&issues["solved"][0]["days"], &issues["solved"][0]["effort"]), (&json!(11), &json!("low")));
    assert_eq!(issues["causes"][0], json!({"cause": "damp", "count": 2, "open": 0, "fix": "new glue"}));
    programme.run(["check", "--strict"]).succeeds();
}

#[test]
fn r29_an_issue_without_somebody_and_a_day_and_a_solved_one_without_its_cause_are_warned_about() {
    let issues = "tags: [kitchen]\n  issues: [{what: It lifts}, {what: It fell, closed: 2026-11-12}]";
    let said = Programme::new().replace(PEOPLE, "tags: [kitchen]", issues).run(["check"]).succeeds().stderr;
    assert!(said.contains("warning[r29-who-by-when]: nobody is to solve this, and no day is promised"), "{said}");
    assert!(said.contains("warning[r29-not-learned]"), "{said}");
}

#[test]
fn r17_who_is_asked_over_an_open_issue_is_named() {
    let issues = "tags: [kitchen]\n  issues: [{what: It lifts, by: olof, due: 2026-12-01, since: 2026-11-02}]";
    let programme = Programme::new()
        .replace(PEOPLE, "tags: [kitchen]", issues)
        .append("contacts/touches/2026.yaml", "- {contact: anna-lind, on: 2026-11-12, kind: ask, by: elin}\n");
    let said = programme.run(["check"]).succeeds().stderr;
    assert!(said.contains("warning[r17-open-issue]: `anna-lind` was asked or sold to"), "{said}");
}

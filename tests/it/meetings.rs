//! Meetings leave a trace (R15, R30), and words come after what happened (R33).

use serde_json::{Value, json};

use crate::programme::Programme;

const MEETINGS: &str = "contacts/meetings.yaml";

fn document(programme: &Programme) -> Value {
    programme.run(["--format", "json", "status"]).json()
}

#[test]
fn r30_a_meeting_is_planned_held_and_written_down() {
    let programme = Programme::new();
    let plan = [
        "meeting",
        "plan",
        "anna-lind",
        "--on",
        "2026-11-24",
        "--at",
        "13:30",
        "--kind",
        "review",
        "--agenda",
        "How the shelves hold",
        "--agenda",
        "The spring window",
    ];
    let said = programme.run(plan).succeeds().stderr;
    assert!(said.contains("warning[r30-agenda]: nobody approved this agenda"), "{said}");
    let item = "- contact: anna-lind\n  on: 2026-11-24\n  at: \"13:30\"\n  kind: review\n  agenda: [\"How the shelves hold\", \"The spring window\"]\n";
    assert!(programme.read(MEETINGS).ends_with(item), "{}", programme.read(MEETINGS));
    let agenda = document(&programme)["agenda"].clone();
    let kinds: Vec<&str> = agenda
        .as_array()
        .expect("a list")
        .iter()
        .filter(|item| item["source"] == "meeting")
        .filter_map(|item| item["kind"].as_str())
        .collect();
    assert_eq!(kinds, ["agenda", "review"]);
    programme.run(["build"]).succeeds();
    let calendar = programme.read("output/calendar/elin.ics");
    let event = calendar.split("BEGIN:VEVENT").find(|event| event.contains("UID:meeting.anna-lind.2026-11-24@"));
    let event = event.expect("it is in her calendar");
    for part in ["T133000", "LOCATION:Svartbäcksgatan 9\\, 753 20 Uppsala", "BEGIN:VALARM", "The spring window"] {
        assert!(event.contains(part), "{part} in {event}");
    }
    let sheet = programme.read("output/report/review/anna-lind.html");
    assert!(sheet.contains("How the shelves hold") && sheet.contains("13:30"));
    let done = [
        "meeting",
        "done",
        "anna-lind",
        "--on",
        "2026-11-20",
        "--agenda-ok",
        "2026-11-18",
        "--recommendation",
        "Oil the worktops in March",
        "--action",
        "elin:send the oil:2026-12-01",
        "--action",
        "Anna Lind:measure the window:2027-01-15",
        "--next",
        "2027-05-20",
    ];
    programme.run(done).succeeds();
    programme.run(["check", "--strict"]).succeeds();
    let document = document(&programme);
    let done = document["agenda"].as_array().expect("a list").iter().find(|item| item["what"] == "review at 13:30");
    assert_eq!(done.expect("it was held")["state"], "done");
    let promised = document["agenda"].as_array().expect("a list").iter().find(|item| item["what"] == "send the oil");
    assert_eq!(promised.map(|item| &item["on"]), Some(&json!("2026-12-01")));
    programme
        .run([
            "-q",
            "meeting",
            "done",
            "anna-lind",
            "--recommendation",
            "x",
            "--action",
            "elin:y:2027-01-01",
            "--next",
            "2027-02-02",
        ])
        .ends_with(2);
}

#[test]
fn r30_a_meeting_without_a_trace_or_a_reason_for_its_place_is_warned_about() {
    let meetings = "- {contact: anna-lind, on: 2026-11-10, kind: review, place: {at: ours}, agenda: [Shelves], agenda_ok: 2026-11-05, done: 2026-11-10}\n";
    let said = Programme::new().file(MEETINGS, meetings).run(["check"]).succeeds().stderr;
    let lacks = "warning[r30-no-trace]: this review is not done: it lacks a recommendation, who does what by when, the next date";
    assert!(said.contains(lacks), "{said}");
    assert!(said.contains("warning[r30-place]: this meeting is `ours`, and not at theirs"), "{said}");
    let counted = document(&Programme::new().file(MEETINGS, meetings));
    let done = counted["shortfalls"].as_array().expect("a list").iter().find(|one| one["contact"] == "anna-lind");
    assert_eq!(done.expect("she is owed more")["done"], 2, "a meeting is a touch");
}

#[test]
fn r15_a_question_that_names_a_competitor_is_too_direct() {
    let bank = "- {id: q1, area: feelings, text: How are we?}\n- {id: q2, area: needs, text: What next?}\n- {id: q3, area: competitors, text: What contact have you had with Kök Direkt?}\n";
    let programme = Programme::new().file("content/reviews/questions.yaml", bank);
    programme.run(["check", "--strict"]).succeeds();
    let programme = programme.replace("contacts/people.yaml", "tags: [kitchen]", "competitors: [Kök Direkt]");
    let said = programme.run(["check"]).succeeds().stderr;
    assert!(said.contains("warning[r15-direct]: `q3` asks about a competitor by name (`kök direkt`)"), "{said}");
}

/// A welcome two weeks after somebody became a customer, on the programme's newsletter text.
const WELCOME: &str = "    when: since+14d\n";

fn welcome() -> Programme {
    Programme::new()
        .replace("content/plan/2026.yaml", "    when: christmas-3d\n    to: B\n", &format!("{WELCOME}    to: C\n"))
        .replace("contacts/people.yaml", "tags: [kitchen]", "since: 2026-11-06")
}

#[test]
fn r33_a_word_comes_once_after_an_event_and_is_known_by_its_day() {
    let programme = welcome();
    programme.run(["build", "--mailing", "2026-12-christmas"]).succeeds();
    let manifest = programme.read("output/mail/2026-12-christmas/manifest.jsonl");
    let lines: Vec<Value> = manifest.lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
    let keys: Vec<&str> = lines.iter().filter_map(|line| line["contact"].as_str()).collect();
    assert_eq!(keys, ["anna-lind@2026-11-06"]);
    assert!(programme.path("output/mail/2026-12-christmas/messages/anna-lind@2026-11-06.eml").exists());
    let of = |programme: &Programme| {
        let document = document(programme);
        let mailings = document["mailings"].as_array().expect("a list").clone();
        let own = mailings.into_iter().find(|mailing| mailing["id"] == "2026-12-christmas").expect("it is planned");
        (own["audience"].clone(), own["unsent"].clone(), own["accepted"].clone())
    };
    assert_eq!(of(&programme), (json!(1), json!(1), json!(0)));
    let line = "{\"t\":\"2026-11-20T08:00:00Z\",\"contact\":\"anna-lind@2026-11-06\",\"state\":\"accepted\"}\n";
    let sent = programme.file("contacts/journal/2026-12-christmas.jsonl", line);
    assert_eq!(of(&sent), (json!(1), json!(0), json!(1)));
    let plan = sent.run(["plan", "2026"]).succeeds().stdout;
    assert!(plan.contains("since+14d"), "{plan}");
}

#[test]
fn r33_who_is_past_the_day_is_not_written_to() {
    let programme = welcome().replace("contacts/people.yaml", "since: 2026-11-06", "since: 2026-10-01");
    let document = document(&programme);
    let mailings = document["mailings"].as_array().expect("a list").clone();
    let own = mailings.into_iter().find(|mailing| mailing["id"] == "2026-12-christmas").expect("it is planned");
    assert_eq!((&own["audience"], &own["unsent"]), (&json!(1), &json!(0)));
    programme.run(["status"]).succeeds();
}

#[test]
fn r35_the_ledger_of_meetings_is_read_by_either_suffix_and_in_any_case() {
    for name in ["contacts/meetings.yml", "contacts/Meetings.YAML"] {
        let programme = Programme::new().file(name, "- {contact: nobody-there, on: 2026-11-24, kind: review}\n");
        let said = programme.run(["-q", "check"]).ends_with(1).stderr;
        assert!(said.contains(name) && said.contains("nobody-there"), "{name}: {said}");
    }
}

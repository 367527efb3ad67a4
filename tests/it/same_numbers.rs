//! A number means the same wherever it is shown: on the terminal, in the report, in JSON and in the calendar.

use serde_json::Value;

use crate::programme::Programme;
use crate::serve::Server;

/// The programme with a newsletter of last week that nobody sent, and an issue.
fn behind() -> Programme {
    Programme::new().replace("content/plan/2026.yaml", "when: 2026-11-25", "when: 2026-11-18").replace(
        "contacts/people.yaml",
        "  basis: {kind: customer, evidence: order 2023-30}\n",
        "  basis: {kind: customer, evidence: order 2023-30}\n  issues: [{what: A drawer sticks, since: 2026-11-16, by: olof, due: 2026-11-24}]\n",
    )
}

fn json(programme: &Programme, command: &str) -> Value {
    programme.run(["--format", "json", command]).json()
}

/// What stands between two texts.
fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let rest = text.split_once(from).unwrap_or_else(|| panic!("{from} in {text}")).1;
    rest.split_once(to).map_or(rest, |(inside, _)| inside)
}

#[test]
fn the_list_has_one_size_and_it_is_that_of_a_to_c() {
    let programme = Programme::new();
    let built = programme.run(["build", "--messages", "none"]).succeeds();
    let active = json(&programme, "status")["list"]["active"].as_u64().expect("a number");
    assert_eq!(active, 7, "eight are on file, one of them is D");
    assert!(built.stderr.contains(&format!("read      {active} contacts,")), "{}", built.stderr);
    let status = programme.run(["status"]).stdout;
    assert!(status.contains(&format!("list     {active} of 250 contacts (")), "{status}");
    let plan = programme.run(["plan"]).stdout;
    assert!(plan.lines().next().is_some_and(|head| head.contains(&format!(", {active} contacts ("))), "{plan}");
    let index = programme.read("output/report/index.html");
    assert!(index.contains(&format!("<span class=\"figure\">{active}</span>")), "{index}");
    let data: Value = serde_json::from_str(&programme.read("output/report/data.json")).expect("JSON");
    assert_eq!(data["list"]["active"], active);
    let steps = programme.read("output/report/steps.html");
    assert!(steps.contains(&format!("{active} kontakter på listan")), "{steps}");
    let matrix = programme.read("output/report/matrix.html");
    assert_eq!(matrix.matches("<i class=\"dot dot-").count() - 3, active as usize, "a dot each, and the key");
}

#[test]
fn a_mailing_is_overdue_everywhere() {
    let programme = behind();
    programme.run(["build", "--messages", "none"]).succeeds();
    let status = programme.run(["status"]).ends_with(1);
    assert!(status.stdout.contains("2026-11-newsletter is overdue."), "{}", status.stdout);
    let row = |text: &str| text.lines().find(|line| line.contains("2026-11-newsletter")).map(str::to_owned);
    let plan = row(&programme.run(["plan"]).stdout).expect("a row");
    assert!(plan.starts_with("  ! ") && plan.contains("overdue"), "{plan}");
    assert_eq!(json(&programme, "plan")["years"]["2026"][0]["state"], "overdue");
    let numbers = json(&programme, "status");
    assert_eq!(numbers["mailings"][0]["state"], "overdue");
    let item = numbers["agenda"].as_array().expect("a list").iter().find(|item| item["kind"] == "mailing");
    assert_eq!(item.map(|item| &item["state"]), Some(&Value::from("overdue")));
    let year = programme.read("output/report/year-2026.html");
    let rows = between(&year, "2026-11-18", "</tr>");
    assert!(rows.contains("state-overdue"), "{rows}");
    let day = numbers["mailings"][0]["on"].as_str().expect("a day").replace('-', "");
    let calendar = programme.read("output/calendar/all.ics");
    let event = between(&calendar, "UID:2026-11-newsletter@", "END:VEVENT");
    assert!(event.contains(&day), "{event}");
}

#[test]
fn the_preview_tells_late_and_next_as_status_and_plan_do() {
    let programme = behind();
    let server = Server::start(programme.root(), &[]);
    let year = server.get("/?year=2026").text();
    let now = between(&year, "<section class=\"now\"", "</section>");
    let shown: Vec<(&str, &str)> = (now.split("id=\"live-now-").skip(1))
        .map(|card| (between(card, "", "\""), between(between(card, "<p class=\"states\">", "</p>"), "\">", "<")))
        .collect();
    let rows = json(&programme, "plan")["years"]["2026"].as_array().expect("a list").clone();
    let planned: Vec<(&str, &str)> = (rows.iter())
        .filter_map(|row| Some((row["id"].as_str()?, row["state"].as_str()?)))
        .filter(|(_, state)| ["overdue", "due", "coming"].contains(state))
        .collect();
    let next = planned.iter().find(|(_, state)| *state == "coming").expect("something is to come").0;
    let in_words: Vec<(&str, &str)> =
        planned.iter().map(|(id, state)| (*id, if *id == next { "next" } else { *state })).collect();
    assert_eq!(shown, in_words);
    let numbers = json(&programme, "status");
    let late = numbers["mailings"].as_array().expect("a list").iter().filter(|mailing| mailing["state"] == "overdue");
    let late: Vec<&str> = late.filter_map(|mailing| mailing["id"].as_str()).collect();
    assert_eq!(late, ["2026-11-newsletter"]);
    assert_eq!(year.matches("state late\">overdue<").count(), 2, "on top and in its month: {year}");
}

#[test]
fn what_is_overdue_is_counted_alike_and_comes_in_one_order() {
    let programme = behind();
    programme.run(["build", "--messages", "none"]).succeeds();
    let numbers = json(&programme, "status");
    let agenda = programme.read("output/report/agenda.html");
    let names = [
        "Anna Lind",
        "Brian O",
        "Cecilia Dahl",
        "David Okafor",
        "Erik Åberg",
        "Fiona Gray",
        "Hanna Ivarsson",
        "Maja Ros",
    ];
    let whom = |text: &str| names.into_iter().find(|name| text.contains(name)).unwrap_or("nobody");
    let mut overdue = 0;
    for person in ["elin", "olof"] {
        let note = programme.run(["status", person]).stdout;
        let lines = note
            .lines()
            .filter(|line| line.starts_with("  ! ") || line.starts_with("  · ") || line.starts_with("    "));
        // The page has what is overdue under a heading of its own; within it the order is the same.
        let (late, rest): (Vec<&str>, Vec<&str>) = lines.partition(|line| line.starts_with("  ! "));
        let on_terminal: Vec<&str> = late.into_iter().chain(rest).map(whom).collect();
        let section = between(&agenda, &format!("<h2 id=\"{person}\">"), "</section>");
        let rows = section.split("<tr>").filter(|row| row.contains("<th scope=\"row\">"));
        let on_page: Vec<&str> = rows.map(whom).collect();
        assert_eq!(on_terminal, on_page, "{note}");
        let own = numbers["agenda"].as_array().expect("a list").iter();
        let late = own.filter(|item| item["owner"] == person && item["state"] == "overdue").count();
        overdue += late;
        assert!(late == 0 || note.contains(&format!("{late} overdue")), "{note}");
    }
    let olof = programme.run(["status", "olof"]).stdout;
    let first = olof.lines().nth(3).unwrap_or_default();
    assert!(
        first.contains("a drawer sticks") || first.contains("A drawer sticks"),
        "R29: an issue comes first: {olof}"
    );
    let index = programme.read("output/report/index.html");
    let tile = between(&index, "<a href=\"agenda.html\">Försenat", "<span");
    assert!(tile.ends_with(&format!("<dd>{overdue}")), "{tile}");
}

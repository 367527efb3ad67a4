//! The report and the calendars that a build leaves: each rule where a person sees it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::demo;
use crate::files;
use crate::programme::Programme;
use crate::run::{bevara, finish};

/// A page of the demo's report.
fn page(name: &str) -> String {
    fs::read_to_string(demo::output().join("report").join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The numbers beside the demo's report.
fn data() -> Value {
    serde_json::from_str(&page("data.json")).expect("it is JSON")
}

/// What a page says to somebody who reads it, without its menu and its tags; runs of white space are one blank.
fn text(html: &str) -> String {
    let main = html.split("<main").nth(1).unwrap_or(html).split("</main>").next().unwrap_or_default();
    let mut out = String::new();
    let mut in_tag = true;
    for character in main.chars() {
        match character {
            '<' => {
                in_tag = true;
                out.push(' ');
            }
            '>' => in_tag = false,
            _ if !in_tag => out.push(character),
            _ => {}
        }
    }
    let plain = out.replace("&amp;", "&").replace("&#x27;", "'").replace("&#39;", "'").replace("&quot;", "\"");
    plain.split_whitespace().collect::<Vec<_>>().join(" ").replace('\u{a0}', " ")
}

/// The contacts that a page of lists links to.
fn linked(html: &str) -> BTreeSet<String> {
    let main = html.split("<main").nth(1).unwrap_or_default();
    let links = main.split("href=\"contact/").skip(1).filter_map(|rest| rest.split(".html\"").next());
    links.map(str::to_owned).collect()
}

/// Ids in a list of the numbers.
fn ids(list: &Value, key: &str) -> BTreeSet<String> {
    let id = |entry: &Value| entry[key].as_str().or(entry.as_str()).expect("an id").to_owned();
    list.as_array().expect("a list").iter().map(id).collect()
}

/// The small programme, built; `page` reads a page of it.
fn built(programme: &Programme) -> impl Fn(&str) -> String {
    programme.run(["build", "--messages", "none"]).succeeds();
    let folder = programme.path("output/report");
    move |name| fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn r03_the_reach_is_labelled_as_theoretical_beside_the_list_and_its_target() {
    let list = &data()["list"];
    let shown = text(&page("index.html"));
    assert!(shown.contains(&format!("Kontakter {} mål {}", list["active"], list["target"])), "{shown}");
    let reach = list["reach"].as_u64().expect("a number");
    let grouped = format!("{} {:03}", reach / 1000, reach % 1000);
    assert!(shown.contains(&format!("Räckvidd {grouped}, teoretisk")), "{shown}");
}

#[test]
fn r04_nobody_of_tier_d_has_a_page_and_the_wall_says_why() {
    let wall = text(&page("wall.html"));
    assert!(wall.contains("Roland Krook Krook Fastighetsförvaltning AB Tre fakturor till inkasso"), "{wall}");
    assert!(wall.contains("billigkapsel.example domän Säljer kapslar i vårt namn"), "{wall}");
    for folder in ["contact", "review"] {
        assert!(!demo::output().join(format!("report/{folder}/roland-krook.html")).exists());
    }
}

#[test]
fn r05_the_matrix_shows_everybody_once_and_what_the_ledger_suggests() {
    let html = page("matrix.html");
    let numbers = |cell: &str| cell.split("</td>").next().and_then(|text| text.parse::<u64>().ok());
    let table =
        html.split("<table class=\"fits\">").nth(1).and_then(|rest| rest.split("</table>").next()).expect("a table");
    let people: u64 = table.split("<td class=\"num roomy\">").skip(1).filter_map(numbers).sum();
    let walled = 1;
    assert_eq!(people + walled, data()["list"]["active"].as_u64().expect("a number"));
    let named = |number: i32| {
        format!(
            "- {{id: r-2026-01{number}, referrer: erik-aberg, lead: {{name: Somebody}}, received: 2026-11-1{number}, stage: lost, \
             thanked: {{referrer: 2026-11-1{number}}}}}\n"
        )
    };
    let ledger = (1..=2).map(named).collect::<String>();
    let programme = Programme::new().append("contacts/referrals.yaml", &ledger);
    let page = built(&programme);
    let moves = text(&page("matrix.html"));
    assert!(moves.contains("Erik Åberg C → B har nämnt 2 det senaste året"), "{moves}");
}

#[test]
fn r07_r09_the_year_has_every_mailing_with_its_tiers_and_a_heat_map_with_a_table() {
    let html = page("year-2026.html");
    let shown = text(&html);
    for mailing in data()["mailings"].as_array().expect("a list") {
        let id = mailing["id"].as_str().expect("an id");
        assert!(!shown.contains(id), "{id}: readers know a mailing by its subject");
    }
    assert!(shown.contains("Advent är här. Beställ före 4 december Brev Mejl"), "{shown}");
    assert!(shown.contains("God jul Hälsning"), "what is merged into a subject is left out: {shown}");
    assert!(!html.contains("is defined") && !html.contains("=="), "no expressions");
    assert!(html.contains("role=\"img\" aria-label=\"Grupper mot månader"));
    assert!(shown.contains("A planerat 2,8"), "{shown}");
    assert!(page("year-2027.html").contains("Linnea är här, och hon är väldigt tyst"));
}

#[test]
fn r10_contact_with_each_puts_the_worst_first() {
    let shown = text(&page("coverage.html"));
    let short = ids(&data()["shortfalls"], "contact");
    assert!(shown.contains(&format!("{} av ", short.len())), "{shown}");
    let order: Vec<String> = page("coverage.html")
        .split("href=\"contact/")
        .skip(1)
        .filter_map(|rest| rest.split(".html").next().map(str::to_owned))
        .collect();
    assert_eq!(order[..short.len()].iter().cloned().collect::<BTreeSet<_>>(), short);
}

#[test]
fn r11_who_only_ever_hears_from_us_to_be_sold_to_is_named() {
    let only = ids(&data()["sales_only"], "contact");
    assert!(!only.is_empty());
    assert_eq!(linked(&page("sales.html")), only);
}

#[test]
fn r15_the_review_sheet_asks_all_areas_in_the_readers_language_and_ends_with_who_does_what() {
    let sheet = page("review/oyvind-saether.html");
    let shown = text(&sheet);
    let parts = [
        "Øyvind Sæther",
        "hos dem",
        "Läs på",
        "Vad de tycker om oss",
        "Vad de behöver",
        "Vilka andra de möter",
        "Vi kom överens om Vem Gör vad Till när",
        "Nästa gång vi ses",
        "En rekommendation",
    ];
    let mut rest = shown.as_str();
    for part in parts {
        let at = rest.find(part).unwrap_or_else(|| panic!("`{part}` in {rest}"));
        rest = &rest[at + part.len()..];
    }
    assert!(sheet.contains("<ol class=\"questions\" lang=\"nb\">"));
    let bank = fs::read_to_string(demo::output().join("../content/reviews/questions.yaml")).expect("the bank");
    let norwegian = bank.lines().filter_map(|line| line.trim().strip_prefix("nb: ")).map(|text| text.trim_matches('"'));
    assert_eq!(norwegian.filter(|question| shown.contains(question)).count(), 8, "{shown}");
}

#[test]
fn r15_the_next_review_asks_the_next_questions() {
    let bank = ["feelings", "needs", "competitors"].map(|area| {
        let question = |number: i32| format!("- {{id: {area}-{number}, area: {area}, text: \"{area} {number}?\"}}\n");
        (1..=4).map(question).collect::<String>()
    });
    let programme = Programme::new().file("content/reviews/questions.yaml", bank.concat());
    let first = text(&built(&programme)("review/anna-lind.html"));
    assert!(
        first.contains("feelings 1?") && first.contains("needs 2?") && !first.contains("competitors 3?"),
        "{first}"
    );
    let touch = "- {contact: anna-lind, on: 2026-11-19, kind: review, by: elin, note: A good hour.}\n";
    let programme = programme.append("contacts/touches/2026.yaml", touch);
    let second = text(&built(&programme)("review/anna-lind.html"));
    assert!(
        second.contains("feelings 3?") && second.contains("needs 4?") && !second.contains("feelings 1?"),
        "{second}"
    );
    assert!(second.contains("A good hour."), "one reads up on what was said: {second}");
}

#[test]
fn r15_a_question_bank_that_leaves_an_area_out_is_a_warning_and_a_bad_area_an_error() {
    let programme =
        Programme::new().file("content/reviews/questions.yaml", "- {id: a, area: needs, text: What next?}\n");
    let said = programme.run(["check"]).succeeds().stderr;
    assert!(said.contains("there is no question with `area: feelings`"), "{said}");
    let wrong = "- {id: a, area: feeling, text: Well?}\n- {id: b, area: needs}\n";
    let said = programme.file("content/reviews/questions.yaml", wrong).complaint();
    assert!(said.contains("content/reviews/questions.yaml:1:17"), "{said}");
    assert!(said.contains("`feelings`") && said.contains("`text` is missing"), "{said}");
}

#[test]
fn r17_the_inner_circle_is_asked_first_and_nobody_while_something_is_wrong() {
    let shown = text(&page("asks.html"));
    let (first, rest) = shown.split_once("Våg 2").expect("two waves");
    assert!(first.contains("Anna Lind") && first.contains("Nämnde oss fyra gånger innan någon bad henne."), "{first}");
    let asks = data()["asks"].clone();
    let troubled = asks.as_array().expect("a list").iter().filter(|ask| ask["state"] == "issue");
    assert!(troubled.count() > 0 && rest.contains("något är inte bra: red ut det först"), "{rest}");
}

#[test]
fn r20_r21_thanks_owed_and_the_budget_over_the_year_add_up() {
    let (html, data) = (page("thanks.html"), data());
    let shown = text(&html);
    let owed = data["thanks_owed"].as_array().expect("a list").len();
    assert!(owed > 0 && shown.contains(&format!("Tack som väntar ({owed})")), "{owed}: {shown}");
    let sek = |key: &str| {
        let whole: u64 =
            data["reward"][key].as_str().and_then(|text| text.split('.').next()?.parse().ok()).expect("money");
        if whole < 1000 { format!("{whole} kr") } else { format!("{} {:03} kr", whole / 1000, whole % 1000) }
    };
    let said =
        format!("{} av {} är använt, {} är kvar. Sara Nyström ansvarar.", sek("used"), sek("budget"), sek("left"));
    assert!(shown.contains(&said), "{said} in {shown}");
    assert!(shown.contains(&format!("Summa {}", sek("used"))), "{shown}");
    assert!(html.contains("role=\"img\" aria-label=\"Vad som använts vid slutet av varje månad"));
}

#[test]
fn r22_the_rate_is_printed_with_numerator_and_denominator_against_the_marks_and_the_goal() {
    let referrals = &data()["referrals"];
    let (referrers, eligible) = (&referrals["referrers"], &referrals["eligible"]);
    let share = format!("{} %", referrals["share"]).replace('.', ",");
    let html = page("referrals.html");
    let shown = text(&html);
    assert!(shown.contains(&format!("{referrers} av {eligible} kontakter har rekommenderat oss: {share}.")), "{shown}");
    for mark in ["7 % svagt", "15 % snitt", "30 % framgång", "50 % exceptionellt", "Mål 30 %"] {
        assert!(shown.contains(mark), "{mark}");
    }
    assert!(shown.contains(&format!("Har rekommenderat oss {referrers} Skulle kunna göra det {eligible}")), "{shown}");
    for stage in [("Namn mottaget", "received"), ("Blev inget", "lost")] {
        let now = &referrals["by_stage"][stage.1];
        let row = shown.split(stage.0).nth(1).expect("a row");
        assert!(row.split(' ').take(4).any(|word| word.parse().ok().as_ref() == Some(now)), "{}: {now}", stage.0);
    }
    let tree = html.split("class=\"tree\"").nth(1).expect("a tree");
    let maja = tree.find("Maja Stenros").expect("she came through Anna");
    assert!(tree.find("Anna Lind").is_some_and(|anna| anna < maja));
}

#[test]
fn r23_the_silence_report_names_who_has_heard_nothing_for_too_long() {
    let silent = ids(&data()["silence"], "contact");
    assert!(!silent.is_empty());
    assert_eq!(linked(&page("silence.html")), silent);
}

#[test]
fn r24_each_step_says_what_the_data_say() {
    let (html, data) = (page("steps.html"), data());
    let steps = data["steps"].as_array().expect("a list");
    assert_eq!(steps.len(), 6);
    let holding = steps.iter().filter(|step| step["holds"] == true).count();
    assert_eq!(html.matches("<li class=\"holds\">").count(), holding);
    assert!(text(&html).contains("håller enligt bevara.yaml klart 18 augusti 2025"), "{}", text(&html));
    assert!(text(&page("index.html")).contains(&format!("Steg som håller {holding} av 6")));
}

#[test]
fn notes_say_their_language_and_what_somebody_owns_is_called_as_we_call_it() {
    let step = "<span lang=\"et\">Helistan uuesti, et degusteerimise päev kokku leppida</span>";
    assert!(page("agenda.html").contains(step));
    let helle = page("contact/helle-raud.html");
    assert!(helle.contains("<span lang=\"et\">Küsisin, kuidas"), "a note in her language");
    assert!(helle.contains("<td>Gick över gården för att tacka"), "a note in ours");
    let (sheet, anna) = (page("review/anna-lind.html"), page("contact/anna-lind.html"));
    assert!(text(&anna).contains("Vardag, Helg, Kaffebryggare och Serviceavtal"), "services by their names");
    assert!(text(&sheet).contains("”Hej Anna, "), "as one speaks to her");
}

#[test]
fn r25_the_briefing_is_in_the_report_with_its_dates_and_ideas_and_never_on_the_site() {
    let html = page("briefing.html");
    let shown = text(&html);
    assert!(shown.contains("Kadri Saar Kundansvarig 21 augusti 2025"), "{shown}");
    assert!(shown.contains("Ideas we have not used yet") && html.contains("<article class=\"prose\" lang=\"en\">"));
    let site = files::read(&demo::output().join("site"));
    let public = site.iter().filter(|(path, _)| path.ends_with(".html"));
    assert!(public.into_iter().all(|(_, html)| !String::from_utf8_lossy(html).contains("Ideas we have not used yet")));
}

#[test]
fn a_contacts_page_has_everything_planned_sent_logged_and_referred() {
    let shown = text(&page("contact/anna-lind.html"));
    for part in [
        "Ansvarig hos oss Astrid Lindholm",
        "Advent är här. Beställ före 4 december Brev",
        "Ert kaffe är sig likt Nyhet, skickat",
        "Årets andra genomgång. → Erbjud kretsen en provning i januari.",
        "Maja Stenros",
        "Två biobiljetter",
    ] {
        assert!(shown.contains(part), "`{part}` in {shown}");
    }
    assert!(text(&page("contact/maja-stenros.html")).contains("Kom till oss genom Anna Lind"));
}

#[test]
fn the_numbers_beside_the_report_are_those_of_status() {
    let programme = Programme::new();
    let page = built(&programme);
    let mut status = programme.run(["--format", "json", "status"]).json();
    status.as_object_mut().expect("an object").remove("diagnostics");
    assert_eq!(serde_json::from_str::<Value>(&page("data.json")).expect("it is JSON"), status);
}

#[test]
fn every_link_of_the_report_leads_to_a_file_beside_it() {
    let folder = demo::output().join("report");
    let pages = files::paths(&folder).into_iter().filter(|path| path.ends_with(".html"));
    let mut seen = 0;
    for path in pages {
        let html = page(&path);
        let place = folder.join(&path);
        for link in html.split("href=\"").chain(html.split("src=\"")).skip(1).filter_map(|rest| rest.split('"').next())
        {
            if link.starts_with("mailto:")
                || link.starts_with("tel:")
                || link.starts_with('#')
                || link.starts_with("data:")
            {
                continue;
            }
            if link.contains('<') || link.contains('\n') {
                continue;
            }
            seen += 1;
            assert!(place.parent().expect("a folder").join(link).is_file(), "{path} leads to {link}");
        }
        assert!(!html.contains("http://") || html.contains("www.w3.org"), "{path} asks nobody");
        assert!(!html.contains("<script"), "{path} needs no script");
    }
    assert!(seen > 1000, "{seen}");
}

#[test]
fn an_empty_page_says_what_to_do_next_and_the_report_speaks_the_default_language() {
    let programme = Programme::new()
        .replace("bevara.yaml", "languages: [sv, en]", "languages: [en, sv]")
        .file("contacts/referrals.yaml", "[]\n")
        .remove("contacts/do-not-contact.yaml");
    let page = built(&programme);
    assert!(text(&page("index.html")).starts_with("Overview How the programme is doing today."));
    assert!(text(&page("referrals.html")).contains("Ask the inner circle first"));
    assert!(text(&page("briefing.html")).contains("Write content/pages/briefing.md"));
    assert!(text(&page("review/anna-lind.html")).contains("Write questions into content/reviews/questions.yaml"));
    assert!(text(&page("wall.html")).contains("Nothing stands in contacts/do-not-contact.yaml."));
}

#[test]
fn contacts_have_pages_on_request_where_they_are_many() {
    let person = |number: i32| {
        format!(
            "- {{id: nr-{number}, name: Nr {number}, email: nr-{number}@many.example, language: sv, tier: C, owner: olof, \
             kind: customer, basis: {{kind: customer}}, collected_on: 2026-11-02}}\n"
        )
    };
    let many: String = (0..400).map(person).collect();
    let programme = Programme::new().file("contacts/many.yaml", many);
    let page = built(&programme);
    let report = |path: &str| programme.path("output/report").join(path).exists();
    assert!(!report("contact/anna-lind.html") && !page("contacts.html").contains("href=\"contact/"));
    assert!(page("contacts.html").contains("<code>bevara build --contact ID</code>"));
    assert!(text(&page("coverage.html")).contains("De 200 första av 407 visas."), "{}", text(&page("coverage.html")));
    programme.run(["build", "--messages", "none", "--contact", "nr-7"]).succeeds();
    assert!(report("contact/nr-7.html") && report("review/nr-7.html") && !report("contact/nr-8.html"));
    let refused = programme.run(["build", "--contact", "nr-4000"]).ends_with(2);
    assert!(refused.stderr.contains("there is no contact `nr-4000`"), "{}", refused.stderr);
}

#[test]
fn calendars_stay_the_same_from_day_to_day_but_for_their_stamp() {
    let programme = Programme::new();
    let read = |day: &str| {
        let mut command = bevara(programme.root());
        finish(command.args(["--today", day, "build", "--messages", "none"]), programme.root()).succeeds();
        let text = fs::read_to_string(programme.path("output/calendar/all.ics")).expect("a calendar");
        let lines = text.split("\r\n").filter(|line| !line.starts_with("DTSTAMP:"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let (one, other) = (read("2026-11-21"), read("2026-11-23"));
    assert_eq!(one, other);
    let uid = |uid: &str| one.iter().any(|line| line == &format!("UID:{uid}@ek-ask.example"));
    assert!(uid("2026-11-newsletter") && uid("2026-12-christmas"), "{one:?}");
    assert!(Path::new(&programme.path("output/calendar/elin.ics")).is_file());
}

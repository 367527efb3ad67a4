//! Becoming a D always works, and the wall holds for everything that is written down of people (R4).

use serde_json::Value;

use crate::programme::Programme;
use crate::run::Run;

const LEDGER: &str = "contacts/referrals.yaml";
const TOUCHES: &str = "contacts/touches/2026.yaml";
const WALL: &str = "contacts/do-not-contact.yaml";

/// The findings about R4, each as its severity, code, line and column.
fn found(programme: &Programme) -> Vec<String> {
    let checked = programme.run(["--format", "json", "check"]).json();
    let place = |finding: &Value| {
        let text = |key: &str| finding[key].to_string().trim_matches('"').to_owned();
        format!("{} {} {}:{}:{}", text("severity"), text("code"), text("file"), text("line"), text("column"))
    };
    let all = checked["diagnostics"].as_array().expect("a list").iter().map(place);
    all.filter(|said| said.contains(" r04-")).collect()
}

fn made_d(programme: Programme) -> Programme {
    programme.replace("contacts/people.yaml", "tier: A\n  owner: elin", "tier: D\n  owner: elin")
}

#[test]
fn r04_a_contact_with_a_past_becomes_a_d_and_everything_goes_on_for_the_others() {
    let programme = made_d(Programme::new());
    for arguments in [&["check"][..], &["build"], &["send", "2026-11-newsletter"], &["status"], &["plan"]] {
        let run: Run = crate::run::run(programme.root(), arguments);
        assert_eq!(run.status, 0, "{arguments:?}: {}", run.stderr);
    }
    assert_eq!(found(&programme), ["warning r04-owed contacts/referrals.yaml:8:15"], "a step is promised to them");
    let agenda = programme.run(["--format", "json", "status"]).json()["agenda"].clone();
    let theirs = agenda.as_array().expect("a list").iter().filter(|item| item["contact"] == "anna-lind");
    assert_eq!(theirs.count(), 0, "{agenda:#}");
}

#[test]
fn r04_nothing_new_is_written_of_who_is_a_d() {
    let programme = made_d(Programme::new());
    let before = [LEDGER, TOUCHES].map(|path| programme.read(path));
    for arguments in [
        &["refer", "add", "anna-lind", "--name", "Kim Ek"][..],
        &["refer", "add", "brian-oneill", "--name", "Kim Ek", "--contact", "anna-lind"],
        &["log", "touch", "anna-lind", "call"],
    ] {
        let run = crate::run::run(programme.root(), arguments).ends_with(1);
        assert!(run.stderr.contains("error[r04-do-not-contact]: `anna-lind` is a D"), "{}", run.stderr);
    }
    assert_eq!([LEDGER, TOUCHES].map(|path| programme.read(path)), before);
    programme.run(["log", "touch", "anna-lind", "call", "--inbound"]).succeeds();
}

#[test]
fn r04_only_what_lies_behind_the_day_they_asked_is_wrong() {
    let walled = |since: &str| {
        let line = format!("- {{domain: linds-bokhandel.example, why: asked in writing, since: {since}}}\n");
        Programme::new().file(WALL, line)
    };
    // The call is of 5 November, the referral of the 4th.
    assert_eq!(found(&walled("2026-11-20")), ["warning r04-owed contacts/referrals.yaml:8:15"]);
    assert_eq!(
        found(&walled("2026-11-03")),
        [
            "error r04-do-not-contact contacts/referrals.yaml:2:13",
            "error r04-do-not-contact contacts/touches/2026.yaml:1:13",
            "warning r04-owed contacts/referrals.yaml:8:15",
        ]
    );
}

#[test]
fn r04_a_lead_on_the_wall_is_refused_by_every_way_they_are_known() {
    let programme = || {
        Programme::new()
            .file(WALL, "- {company: Grå Kontorsdrift AB, why: asked}\n- {domain: billigkapsel.example, why: asked}\n")
            .replace(
                "contacts/people.yaml",
                "email: gustav@holms-bygg.example",
                "email: gustav@holms-bygg.example\n  phone: \"+46 70 174 06 05\"",
            )
    };
    for extra in [
        &["--company", "Graa Kontorsdrift aktiebolag"][..],
        &["--email", "kim@post.billigkapsel.example"],
        &["--email", "Gustav+x@holms-bygg.example"],
        &["--phone", "070-174 06 05"],
    ] {
        let programme = programme();
        let arguments =
            ["refer", "add", "anna-lind", "--name", "Kim Ek"].iter().chain(extra).copied().collect::<Vec<_>>();
        let run = crate::run::run(programme.root(), &arguments).ends_with(1);
        assert!(run.stderr.contains("error[r04-do-not-contact]"), "{extra:?}: {}", run.stderr);
        assert!(!programme.read(LEDGER).contains("Kim Ek"), "{extra:?}");
    }
    let lost = programme().append(LEDGER, "- id: r-2026-002\n  referrer: anna-lind\n  lead: {name: Kim Ek, company: Grå Kontorsdrift}\n  received: 2026-11-05\n  stage: lost\n");
    assert_eq!(found(&lost), Vec::<String>::new(), "it is over");
}

#[test]
fn r04_a_leads_telephone_is_read_where_the_lead_is() {
    let with_d = Programme::new()
        .contact("kari-d", "Kari Dahl", "phone: 55 50 30 01\naddress: {street: Storgata 1, postcode: \"5013\", city: Bergen, country: \"NO\"}\nlanguage: en\ntier: D\nowner: olof\ntier_reason: Asked us to stop.")
        .contact("ola-vik", "Ola Vik", "email: ola@vik.example\naddress: {street: Storgata 2, postcode: \"5013\", city: Bergen, country: \"NO\"}\nlanguage: en\ntier: C\nowner: olof\nkind: customer\nbasis: {kind: customer}");
    // Whoever named them is in Norway; their address is there; they are where we are, and dial the code.
    for arguments in [
        ["ola-vik", "--phone", "55 50 30 01", "--company", "Vik"],
        ["anna-lind", "--phone", "55503001", "--email", "kari@vik.no"],
        ["anna-lind", "--phone", "0047 55 50 30 01", "--company", "Vik"],
    ] {
        let all = [&["refer", "add", arguments[0], "--name", "Kim Ek"], &arguments[1..]].concat();
        let run = crate::run::run(with_d.root(), &all).ends_with(1);
        assert!(run.stderr.contains("this telephone number belongs to a D"), "{arguments:?}: {}", run.stderr);
    }
    with_d.run(["refer", "add", "anna-lind", "--name", "Kim Ek", "--phone", "55 50 30 01"]).succeeds();
}

#[test]
fn r04_who_is_only_like_the_wall_is_a_warning() {
    let programme = Programme::new()
        .file(WALL, "- {company: Linds Bukhandel AB, why: asked}\n- {email: fiona@gray.example, why: asked}\n")
        .contact(
            "fi-gray",
            "Fi Gray",
            "email: fiona-news@gray.example\nlanguage: en\ntier: C\nowner: olof\nbasis: {kind: customer}",
        );
    let found = found(&programme);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found.iter().all(|said| said.starts_with("warning r04-like-walled contacts/people.yaml:")), "{found:?}");
}

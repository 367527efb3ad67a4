//! A programme with 25 different mistakes: all are shown in one run, each in its place, and nothing is lost.

use crate::files;
use crate::programme::Programme;
use crate::snapshot::assert_snapshot;

/// The small programme with a mistake of each kind.
fn mistaken(programme: Programme) -> Programme {
    programme
        // bevara.yaml: an unknown key, an unknown zone, an id twice, a picture and an option that are not there, a wrong type.
        .replace(
            "bevara.yaml",
            "  email: hej@ek-ask.example",
            "  email: hej@ek-ask.example\n  replyto: hej@ek-ask.example",
        )
        .replace("bevara.yaml", "Europe/Stockholm", "Europe/Stokholm")
        .replace(
            "bevara.yaml",
            "- id: olof",
            "- id: elin\n    name: Elsa Ek\n    email: elsa@ek-ask.example\n  - id: olof",
        )
        .replace("bevara.yaml", "  referred: [board]", "  referred: [bord]")
        .replace("bevara.yaml", "min_touches: 6", "min_touches: six")
        // Contacts: an id that is no slug, an address that does not parse, a tier, a language and an owner that do not exist, a
        // bad date, a line break in a name, an id and an address twice, something required missing.
        .replace("contacts/people.yaml", "- id: erik-aberg", "- id: Erik Åberg")
        .replace("contacts/people.yaml", "email: brian@oneill.example", "email: brian(at)oneill.example")
        .replace("contacts/people.yaml", "tier: B\n  owner: olof", "tier: E\n  owner: olof")
        .replace(
            "contacts/people.yaml",
            "language: sv\n  tier: C\n  owner: olof\n  kind: partner",
            "language: se\n  tier: C\n  owner: olof\n  kind: partner",
        )
        .replace("contacts/people.yaml", "tier: B\n  owner: elin", "tier: B\n  owner: eline")
        .replace("contacts/people.yaml", "unsubscribed: {on: 2026-11-10,", "unsubscribed: {on: 2026-11-31,")
        .replace("contacts/people.yaml", "{given: Fiona, family: Gray}", "\"Fiona\\nGray\"")
        .contact("anna-lind", "Anna Lind", "email: anna.lind@annan.example\nlanguage: sv\ntier: C\nowner: olof")
        .contact("anna-bok", "Anna Bok", "email: Anna@Linds-Bokhandel.example\nlanguage: sv\ntier: C\nowner: olof")
        .contact("ivar-ek", "Ivar Ek", "email: ivar@ivarek.example\ntier: C\nowner: olof")
        // The plan: an occasion, a text and a signer that do not exist, a kind, an id twice, a day of another year.
        .replace("content/plan/2026.yaml", "christmas-3d", "chrismas-3d")
        .replace("content/plan/2026.yaml", "newsletters/workshop", "newsletters/workshops")
        .replace("content/plan/2026.yaml", "signed_by: ceo", "signed_by: astrid")
        .replace("content/plan/2026.yaml", "kind: call", "kind: phone")
        .append("content/plan/2026.yaml", "  - {id: yearly-call, kind: visit, to: A, on: 2026-12-09}\n")
        .replace("content/plan/2026.yaml", "when: 2026-11-25", "when: 2027-11-25")
        // Ledgers: somebody on the wall, somebody unknown, a day to come.
        .replace("contacts/referrals.yaml", "company: Ros Keramik AB", "company: Gran och Tall Inredning")
        .append("contacts/touches/2026.yaml", "- {contact: bryan-oneill, on: 2026-11-20, kind: visit}\n")
        .append("contacts/touches/2026.yaml", "- {contact: anna-lind, on: 2026-11-22, kind: visit}\n")
        // A text without the language that half of its readers read.
        .remove("content/newsletters/november.en.md")
}

#[test]
fn a_programme_with_25_mistakes_shows_all_of_them_in_one_run() {
    let mistaken = mistaken(Programme::new());
    let built = mistaken.run(["build"]).ends_with(1);
    assert_eq!(built.stdout, "");
    assert_snapshot("25-mistakes", &built.stderr);
}

#[test]
fn every_mistake_has_its_line_and_column() {
    let mistaken = mistaken(Programme::new());
    let document = mistaken.run(["--format", "json", "check"]).ends_with(1).json();
    let found = document["diagnostics"].as_array().expect("a list");
    let errors: Vec<_> = found.iter().filter(|finding| finding["severity"] == "error").collect();
    assert_eq!(errors.len(), 25);
    for error in errors {
        assert!(error["line"].is_u64() && error["column"].is_u64(), "{error:#}");
    }
}

#[test]
fn a_build_with_mistakes_leaves_the_last_good_output_as_it_was() {
    let programme = Programme::new();
    programme.run(["build", "--all"]).succeeds();
    let output = programme.path("output");
    let (before, stamps) = (files::read(&output), files::stamps(&output));
    let mistaken = mistaken(programme);
    mistaken.run(["build", "--all"]).ends_with(1);
    files::assert_same(&before, &files::read(&output));
    assert_eq!(stamps, files::stamps(&output));
}

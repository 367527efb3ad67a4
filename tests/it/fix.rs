//! `check --fix`: what is certain is mended and shown, everything else stays.

use std::fs;

use crate::programme::Programme;

const TEXT: &str = "content/newsletters/november.en.md";

/// The small programme whose English newsletter is called otherwise.
fn called(name: &str) -> Programme {
    let programme = Programme::new();
    fs::rename(programme.path(TEXT), programme.path(name)).expect("renamed");
    programme
}

#[test]
fn a_text_with_a_slip_in_its_name_gets_it_back() {
    for name in [
        "content/newsletters/november.en.mdd",
        "content/newsletters/novmeber.en.md",
        "content/newsletters/november.en.txt",
    ] {
        let programme = called(name);
        let complaint = programme.complaint();
        assert!(complaint.contains(&format!("rename `{name}` to `{TEXT}`")), "{complaint}");
        let shown = programme.run(["check", "--fix", "--dry-run"]).ends_with(1);
        assert!(shown.stderr.contains(TEXT) && programme.path(name).exists(), "{}", shown.stderr);
        programme.run(["check", "--fix"]).succeeds();
        assert!(programme.path(TEXT).exists() && !programme.path(name).exists(), "{name}");
    }
}

#[test]
fn values_and_signs_that_can_only_be_meant_otherwise_are_mended_to_the_octet() {
    const PEOPLE: &str = "contacts/people.yaml";
    const LETTER: &str = "content/newsletters/november.sv.md";
    let good = Programme::new().append(LETTER, "\n{% if tier == \"B\" %}\nHej {{ owner.name }}.\n{% endif %}\n");
    let (people, letter) = (good.read(PEOPLE), good.read(LETTER));
    let day = people.find("2026-11-10").expect("a day of the small programme");
    let slips = good
        .file(PEOPLE, format!("{}10.11.2026{}", &people[..day], &people[day + 10..]))
        .replace(LETTER, "== \"B\"", "= \u{201d}B\u{201d}")
        .replace(LETTER, "owner.name }}", "owner.naem }");
    slips.run(["check", "--fix"]).succeeds();
    assert_eq!((slips.read(PEOPLE), slips.read(LETTER)), (people, letter));
}

#[test]
fn what_two_names_are_as_near_to_is_left_to_a_person() {
    let twins = Programme::new()
        .contact("erik-olsson", "Erik Olsson", "email: a@o.example\nlanguage: sv\ntier: C\nowner: olof\nkind: partner\nbasis: {kind: consent, evidence: said so}")
        .contact("erik-ohlson", "Erik Ohlson", "email: b@o.example\nlanguage: sv\ntier: C\nowner: olof\nkind: partner\nbasis: {kind: consent, evidence: said so}")
        .append("contacts/touches/2026.yaml", "- {contact: erik-olson, on: 2026-11-20, kind: visit}\n");
    let before = twins.read("contacts/touches/2026.yaml");
    let checked = twins.run(["check", "--fix"]).ends_with(1);
    assert!(checked.stderr.contains("did you mean `erik-ohlson` or `erik-olsson`?"), "{}", checked.stderr);
    assert_eq!(twins.read("contacts/touches/2026.yaml"), before);
}

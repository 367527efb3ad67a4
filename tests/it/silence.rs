//! What leaves is what was written: comments, tags, days and values (R28, R35).

use std::fs;

use crate::programme::Programme;
use crate::run::{bevara, finish};

const LETTER: &str = "content/newsletters/november.en.md";
const MAILING: &str = "2026-11-newsletter";

/// The message of one reader, soft line breaks of quoted-printable taken out.
fn message(programme: &Programme, contact: &str) -> String {
    programme.run(["build", "--mailing", MAILING]).succeeds();
    programme.read(&format!("output/mail/{MAILING}/messages/{contact}.eml")).replace("=\r\n", "")
}

fn codes(programme: &Programme) -> Vec<String> {
    let checked = programme.run(["--format", "json", "check"]).json();
    let all = checked["diagnostics"].as_array().expect("a list").iter();
    all.map(|finding| format!("{} {}", finding["code"].as_str().unwrap_or_default(), finding["line"])).collect()
}

#[test]
fn a_comment_in_a_text_never_leaves() {
    let notes = "\n<!-- TODO: they are late with invoice 1123 -->\n\nOne <!-- two --> three.\n\n<!--\nfour\n\nfive -->\n\nSix.\n";
    let programme = Programme::new().append(LETTER, notes);
    let message = message(&programme, "brian-oneill");
    for word in ["invoice", "<!-- ", "four", "five"] {
        assert!(!message.contains(word), "{word}");
    }
    assert!(message.contains("three.") && message.contains("Six."));
}

#[test]
fn r02_what_runs_or_hides_words_stops_a_mailing_where_it_stands() {
    let lines = Programme::new().read(LETTER).lines().count();
    for element in [
        "<script>alert(1)</script>",
        "<plaintext>",
        "<iframe src=\"https://x.example\"></iframe>",
        "<b onclick=\"x()\">b</b>",
    ] {
        let programme = Programme::new().append(LETTER, &format!("\n{element}\n"));
        assert_eq!(codes(&programme), [format!("unsafe-html {}", lines + 2)], "{element}");
    }
}

#[test]
fn a_line_of_tags_leaves_nothing_in_tables_lists_and_indented_blocks() {
    let text = "\n| Tag | Is |\n|---|---|\n{% for tag in [\"oak\", \"ash\"] %}\n| {{ tag }} | wood |\n{% endfor %}\n\n- one\n{% if tier == \"A\" %}\n- two\n{% endif %}\n- three\n\n{% if tier == \"A\" %}\n    Only indented.\n{% endif %}\n";
    let message = message(&Programme::new().append(LETTER, text), "brian-oneill");
    let html = message.split("text/html").nth(1).expect("an HTML part");
    assert!(!message.contains("| ash") && !html.contains("<pre"), "{html}");
    assert_eq!(html.matches("<ul").count(), 1, "one list, not three");
    assert_eq!(html.matches(">wood</td>").count(), 2);
}

#[test]
fn today_is_the_day_where_the_firm_is() {
    // Some zones are a day apart from each other at any moment.
    let today = |zone: &str| {
        let programme = Programme::new().replace("bevara.yaml", "Europe/Stockholm", zone);
        let mut command = bevara(programme.root());
        finish(command.args(["--format", "json", "status"]), programme.root()).json()["today"].clone()
    };
    assert_ne!(today("Pacific/Kiritimati"), today("Pacific/Niue"));
}

#[test]
fn a_value_that_yaml_cuts_or_takes_for_nothing_is_said() {
    let programme =
        Programme::new().replace("contacts/people.yaml", "company: Linds Bokhandel AB", "company: Studio #9 AB");
    assert_eq!(codes(&programme), ["cut-value 3"]);
    let programme = Programme::new().replace("contacts/people.yaml", "family: Gray", "family: Null");
    assert!(codes(&programme).contains(&"null-value 56".to_owned()), "{:?}", codes(&programme));
}

#[test]
fn a_journal_that_cannot_be_read_is_told_by_check() {
    let torn = "<<<<<<< HEAD\n{\"t\":\"2026-11-02T09:00:00Z\",\"contact\":\"anna-lind\",\"state\":\"planned\"}\n";
    let programme = Programme::new().file("contacts/journal/2026-11-newsletter.jsonl", torn);
    let checked = programme.run(["--format", "json", "check"]).ends_with(1).json();
    let place = |finding: &serde_json::Value| finding["file"] == "contacts/journal/2026-11-newsletter.jsonl";
    assert!(checked["diagnostics"].as_array().expect("a list").iter().any(place), "{checked:#}");
}

#[test]
fn a_drawing_is_shown_on_pages() {
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"10\" height=\"10\"/>";
    let programme = Programme::new()
        .file("content/images/logo.svg", svg)
        .append("content/pages/index.en.md", "\n![Our logo](/images/logo.svg)\n");
    programme.run(["build"]).succeeds();
    assert!(programme.read("output/site/en/index.html").contains(".svg"));
}

#[test]
fn a_password_in_the_address_of_the_site_is_refused() {
    let text = Programme::new().read("bevara.yaml");
    let line = text.lines().find(|line| line.starts_with("base_url:")).expect("it has one").to_owned();
    let programme = Programme::new().replace("bevara.yaml", &line, &line.replace("https://", "https://elin:secret@"));
    assert!(codes(&programme).iter().any(|code| code.starts_with("url ")), "{:?}", codes(&programme));
}

#[test]
fn r04_a_printed_letter_that_must_not_go_is_named() {
    let letter = "2026-12-christmas";
    let address = "  address: {street: Hemgatan 7, postcode: \"753 20\", city: Uppsala, country: SE}\n  language: sv\n  tier: B\n  owner: olof";
    let programme = Programme::new()
        .replace("content/plan/2026.yaml", "    kind: greeting", "    kind: greeting\n    channel: post")
        .replace("contacts/people.yaml", "  language: sv\n  tier: B\n  owner: olof", address);
    programme.run(["build", "--mailing", letter]).succeeds();
    assert!(programme.read(&format!("output/post/{letter}/labels.csv")).contains("cecilia-dahl"));
    let programme = programme.replace("contacts/people.yaml", "tier: B\n  owner: olof", "tier: D\n  owner: olof");
    let said = programme.run(["post", letter]);
    assert!(said.stderr.contains("the printed letter for `cecilia-dahl` must not go: tier D"), "{}", said.stderr);
    let json = programme.run(["--format", "json", "post", letter]).json();
    assert_eq!(json["must_not_go"][0]["contact"], "cecilia-dahl", "{json:#}");
}

#[test]
fn thousands_of_findings_are_made_in_time_and_counted_in_the_end() {
    let people: String = (0..12_000)
        .map(|number| {
            format!(
                "- id: c{number}\n  name: X Y\n  email: c{number}@x.example\n  language: sv\n  tier: C\n  owner: bob\n"
            )
        })
        .collect();
    let programme = Programme::new().remove("contacts/referrals.yaml").file("contacts/people.yaml", people);
    fs::remove_file(programme.path("contacts/touches/2026.yaml")).expect("it was there");
    let checked = programme.run(["--format", "json", "check"]).ends_with(1).json();
    let found = checked["diagnostics"].as_array().expect("a list");
    assert_eq!(found.len(), 10_001);
    assert_eq!((found[0]["line"].as_u64(), found[9_999]["line"].as_u64()), (Some(6), Some(59_999 - 5 + 6)));
    let last = found[10_000]["message"].as_str().expect("a text");
    assert!(last.starts_with("and ") && last.ends_with(" more"), "{last}");
}

#[test]
fn free_values_print_as_they_are_written() {
    let extra = "  extra: {phone: +46701740605, version: 1.10, on: 2026-12-24, zip: 01234, hex: 0x1F, many: 12}\n  tier: A\n  owner: olof";
    let text = "\nCall {{ contact.extra.phone | default(value=\"us\") }}, {{ contact.extra.version | default(value=\"x\") }}, \
                {{ contact.extra.zip | default(value=\"x\") }}, {{ contact.extra.hex | default(value=\"x\") }}{% if contact.extra.many and contact.extra.many > 11 %} many{% endif %}, {{ contact.extra.on | default(value=\"2026-01-01\") | date }}.\n";
    let programme = Programme::new()
        .replace("contacts/people.yaml", "  tier: A\n  owner: olof", extra)
        .append("content/newsletters/november.en.md", text);
    let message = message(&programme, "brian-oneill");
    assert!(message.contains("Call +46701740605, 1.10, 01234, 0x1F many, "), "{message}");
}

#[test]
fn somebody_may_be_called_null() {
    let programme =
        Programme::new().replace("contacts/people.yaml", "given: Brian, family: O'Neill", "given: Null, family: NULL");
    assert!(message(&programme, "brian-oneill").contains("Dear Null,"));
    assert_eq!(codes(&programme), ["null-value 15", "null-value 15"]);
}

#[test]
fn r28_what_came_to_nothing_is_told_at_its_line_and_does_not_leave() {
    let lines = Programme::new().read(LETTER).lines().count();
    for (text, code) in [
        ("Hello {contact.name.given},", "merge-field"),
        ("Hello *|FNAME|*,", "merge-field"),
        ("[the list](https://x.example/price list.pdf)", "raw-markup"),
        ("**\"Fern\"**en is here", "raw-markup"),
        ("On 2026-12-24 we rest.", "raw-date"),
        ("TODO: the price", "filler"),
    ] {
        let programme = Programme::new().append(LETTER, &format!("\n{text}\n"));
        assert_eq!(codes(&programme), [format!("{code} {}", lines + 2)], "{text}");
        let built = programme.run(["build", "--mailing", MAILING]);
        match code {
            "merge-field" => assert!(built.ends_with(1).stderr.contains("nothing is put in for")),
            _ => _ = built.succeeds(),
        }
    }
    let page = Programme::new().append("content/pages/index.en.md", "\nWrite to {name}.\n");
    page.run(["build"]).ends_with(1);
    let row = Programme::new().append(LETTER, "\n| a | b |\n|---|---|\n| 1 | 2 | 3 |\n");
    assert_eq!(codes(&row), [format!("table-row {}", lines + 4)]);
    let open = Programme::new().append(LETTER, "\nNow <b>bold.\n");
    assert_eq!(codes(&open), [format!("unclosed-element {}", lines + 2)]);
}

#[test]
fn a_text_for_nobody_is_said() {
    let text = "---\nsubject: S\npreheader: P\n---\n\n{% if tier == \"a\" %}\nFor our best.\n{% endif %}\n";
    let programme = Programme::new().file("content/newsletters/workshop.en.md", text);
    assert_eq!(codes(&programme), ["empty-text 5"]);
}

#[test]
fn captured_text_that_is_compared_is_refused_with_its_line() {
    let text = "\n{% set who %}{{ tier }}{% endset %}\n{{ who }}{% if who == \"A\" %}x{% endif %}\n";
    let lines = Programme::new().read(LETTER).lines().count();
    let programme = Programme::new().append(LETTER, text);
    assert_eq!(codes(&programme), [format!("captured-text {}", lines + 3)]);
}

#[test]
fn a_plan_that_is_called_by_another_year_is_said() {
    let programme = Programme::new();
    fs::rename(programme.path("content/plan/2026.yaml"), programme.path("content/plan/2027.yaml")).expect("renamed");
    assert!(codes(&programme).iter().any(|found| found.starts_with("plan-name ")), "{:?}", codes(&programme));
}

#[test]
fn settings_under_another_name_are_told() {
    let programme = Programme::new();
    fs::rename(programme.path("bevara.yaml"), programme.path("bevara.yml")).expect("renamed");
    let refused = programme.run(["check"]).ends_with(2);
    assert!(refused.stderr.contains("bevara.yml to bevara.yaml"), "{}", refused.stderr);
}

#[test]
fn mistakes_in_one_place_hide_none_in_another() {
    let twice = "- id: gerd\n  name: Gerd Ek\n  email: anna@linds-bokhandel.example\n  language: sv\n  tier: E\n  owner: elin\n";
    let programme = Programme::new().append("contacts/people.yaml", &format!("\n{twice}")).replace(
        "content/plan/2026.yaml",
        "    to: A\n",
        "    to: A\n    where: \"tags ==\"\n",
    );
    let found = codes(&programme);
    for code in ["bad-value", "duplicate-address", "condition"] {
        assert!(found.iter().any(|found| found.starts_with(code)), "{code}: {found:?}");
    }
}

#[test]
fn a_contact_who_is_named_in_public_is_told_at_the_line() {
    let programme = Programme::new().append("content/pages/index.en.md", "\n\"Fine oak\", says Fiona Gray.\n");
    let line = programme.read("content/pages/index.en.md").lines().count();
    assert_eq!(codes(&programme), [format!("public-contact {line}")]);
    let programme = Programme::new().append("content/newsletters/november.en.md", "\n[x](mailto:fiona@gray.example)\n");
    assert!(codes(&programme).iter().any(|code| code.starts_with("public-contact")), "{:?}", codes(&programme));
}

#[test]
fn a_page_with_a_name_of_any_kind_has_a_clean_address() {
    let page = "---\ntitle: Prices\n---\n\nOak is 100.\n";
    let programme = Programme::new().file("content/pages/Våra priser 50%.en.md", page);
    programme.run(["build"]).succeeds();
    assert!(programme.read("output/site/en/vara-priser-50/index.html").contains("Oak is 100."));
}

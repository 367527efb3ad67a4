//! What is said about a key or value that is wrong by itself, word for word.

use crate::programme::{Programme, says};

const PEOPLE: &str = "contacts/people.yaml";
const LETTER: &str = "content/newsletters/workshop.sv.md";

#[test]
fn an_unknown_key() {
    says(
        &Programme::new().replace(PEOPLE, "email: brian@oneill.example", "emial: brian@oneill.example"),
        r#"
error[unknown-key]: unknown key `emial`
  --> contacts/people.yaml:17:3
   |
17 |   emial: brian@oneill.example
   |   ^^^^^
   |
   = help: did you mean `email`?"#,
    );
}

#[test]
fn an_unknown_key_far_from_all_others() {
    says(
        &Programme::new().replace(PEOPLE, "  tags: [kitchen]", "  shoe_size: 41"),
        r#"
error[unknown-key]: unknown key `shoe_size`
  --> contacts/people.yaml:12:3
   |
12 |   shoe_size: 41
   |   ^^^^^^^^^
   |
   = help: the nearest key here is `size`; free fields live under `extra:`"#,
    );
}

#[test]
fn a_key_that_stands_twice() {
    says(
        &Programme::new().replace(PEOPLE, "  tags: [kitchen]", "  tags: [kitchen]\n  tier: B"),
        r#"
error[doubled-key]: the key `tier` stands here a second time
  --> contacts/people.yaml:13:3
   |
13 |   tier: B
   |   ^^^^
   |
   = help: keep one of the two"#,
    );
}

#[test]
fn a_value_of_the_wrong_type() {
    says(
        &Programme::new().replace(PEOPLE, "  tags: [kitchen]", "  tags: kitchen"),
        r#"
error[wrong-type]: `tags` should be a list, but is `kitchen`
  --> contacts/people.yaml:12:9
   |
12 |   tags: kitchen
   |         ^^^^^^^"#,
    );
}

#[test]
fn a_day_that_is_not_in_the_calendar() {
    says(
        &Programme::new().replace(PEOPLE, "Uppsala, on: 2026-11-05", "Uppsala, on: 2026-02-29"),
        r#"
error[bad-value]: `on`: there is no day `2026-02-29`
  --> contacts/people.yaml:42:57
   |
42 |   basis: {kind: consent, evidence: fair in Uppsala, on: 2026-02-29}
   |                                                         ^^^^^^^^^^
   |
   = help: a date is year-month-day, like 2027-01-20"#,
    );
}

#[test]
fn an_id_that_is_no_slug() {
    says(
        &Programme::new().replace(PEOPLE, "id: cecilia-dahl", "id: Cecilia_Dahl"),
        r#"
error[bad-value]: `id`: `Cecilia_Dahl` is not a valid id
  --> contacts/people.yaml:25:7
   |
25 | - id: Cecilia_Dahl
   |       ^^^^^^^^^^^^
   |
   = help: an id is lower-case letters and digits, joined by single hyphens; for instance `cecilia-dahl`"#,
    );
}

#[test]
fn an_address_that_does_not_parse() {
    says(
        &Programme::new().replace(PEOPLE, "fiona@gray.example", "fiona@gray..example"),
        r#"
error[bad-value]: `email`: `fiona@gray..example` is not an e-mail address
  --> contacts/people.yaml:57:10
   |
57 |   email: fiona@gray..example
   |          ^^^^^^^^^^^^^^^^^^^
   |
   = help: the part after the `@` is not a domain name"#,
    );
}

#[test]
fn norwegian_is_not_false() {
    says(
        &Programme::new().replace(PEOPLE, "language: sv\n  tier: B", "language: no\n  tier: B"),
        r#"
error[bad-value]: `language`: unknown language `no`
  --> contacts/people.yaml:28:13
   |
28 |   language: no
   |             ^^
   |
   = help: Norwegian bokmål is `nb`"#,
    );
}

#[test]
fn what_is_required_and_missing() {
    says(
        &Programme::new().file("contacts/new.yaml", "- name: Ivar Ek\n  email: ivar@ivarek.example\n"),
        r#"
error[missing-key]: `id` is missing
 --> contacts/new.yaml:1:3
  |
1 | - name: Ivar Ek
  |   ^^^^
  |
  = help: a stable id, like `anna-lind`

error[missing-key]: `language` is missing
 --> contacts/new.yaml:1:3
  |
1 | - name: Ivar Ek
  |   ^^^^
  |
  = help: the language they read, like sv

error[missing-key]: `owner` is missing
 --> contacts/new.yaml:1:3
  |
1 | - name: Ivar Ek
  |   ^^^^
  |
  = help: the id of who cares for them (R6)

error[missing-key]: `tier` is missing
 --> contacts/new.yaml:1:3
  |
1 | - name: Ivar Ek
  |   ^^^^
  |
  = help: A, B or C, or D for who must be left alone (R1)"#,
    );
}

#[test]
fn somebody_whom_nothing_reaches() {
    says(
        &Programme::new().contact("ivar-ek", "Ivar Ek", "language: sv\ntier: C\nowner: olof"),
        r#"
error[unreachable]: there is no way to reach this contact
  --> contacts/people.yaml:86:3
   |
86 | - id: ivar-ek
   |   ^^
   |
   = help: give an email, a phone or a full address"#,
    );
}

#[test]
fn a_line_break_in_a_name() {
    says(
        &Programme::new().replace(PEOPLE, "name: David Okafor", r#"name: "David\r\nBcc: alla@annan.example""#),
        r#"
error[bad-value]: `name`: the text holds a line break
  --> contacts/people.yaml:36:9
   |
36 |   name: "David\r\nBcc: alla@annan.example"
   |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = help: remove it: this value is printed in headers and letters"#,
    );
}

#[test]
fn a_nul_in_a_name() {
    says(
        &Programme::new().replace(PEOPLE, "name: David Okafor", r#"name: "David\0Okafor""#),
        r#"
error[bad-value]: `name`: the text holds a NUL character
  --> contacts/people.yaml:36:9
   |
36 |   name: "David\0Okafor"
   |         ^^^^^^^^^^^^^^^
   |
   = help: remove it: this value is printed in headers and letters"#,
    );
}

#[test]
fn a_line_break_in_a_subject() {
    let from = "subject: Kom till verkstaden, {{ contact.name.given }}";
    says(
        &Programme::new().replace(LETTER, from, r#"subject: "Kom\r\nBcc: alla@annan.example""#),
        r#"
error[bad-value]: `subject`: the text holds a line break
 --> content/newsletters/workshop.sv.md:2:10
  |
2 | subject: "Kom\r\nBcc: alla@annan.example"
  |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: remove it: this value is printed in headers and letters"#,
    );
}

#[test]
fn a_subject_folded_over_two_lines_is_one_line() {
    let from = "subject: Kom till verkstaden, {{ contact.name.given }}";
    let folded = Programme::new().replace(LETTER, from, "subject: >-\n  Kom till\n  verkstaden");
    folded.run(["build", "--mailing", "2026-12-letter"]).succeeds();
    assert!(
        folded
            .read("output/mail/2026-12-letter/messages/anna-lind.eml")
            .contains("\r\nSubject: Kom till verkstaden\r\n")
    );
}

#[test]
fn a_programme_that_begins_on_no_day_or_later() {
    let begins = |day: &str| {
        Programme::new().replace("bevara.yaml", "country: SE\n\n", &format!("country: SE\nbegins: {day}\n\n"))
    };
    says(
        &begins("november"),
        r#"
error[bad-value]: `begins`: `november` is not a date
 --> bevara.yaml:7:9
  |
7 | begins: november
  |         ^^^^^^^^
  |
  = help: a date is year-month-day, like 2027-01-20"#,
    );
    let later = begins("2027-01-01").run(["check"]).succeeds().stderr;
    let expected = r#"
warning[begins-later]: the programme begins on 2027-01-01, which is still to come
 --> bevara.yaml:7:9
  |
7 | begins: 2027-01-01
  |         ^^^^^^^^^^
  |
  = help: until then nothing is due or late; write the day of your first mailing, or of today"#;
    assert!(later.contains(expected.trim_start()), "{later}");
    assert!(!begins("2026-11-21").run(["check"]).succeeds().stderr.contains("begins-later"));
}

#[test]
fn r32_who_left_before_they_came() {
    says(
        &Programme::new().replace(
            PEOPLE,
            "  kind: former",
            "  kind: former\n  since: 2024-02-01\n  ended: {on: 2023-05-01, why: moved}",
        ),
        r#"
error[bad-value]: they left before they came
  --> contacts/people.yaml:33:15
   |
33 |   ended: {on: 2023-05-01, why: moved}
   |               ^^^^^^^^^^
   |
   = help: they are a customer since 2024-02-01"#,
    );
}

//! What is said about values that do not fit each other, word for word.

use crate::programme::{Programme, says};

const PEOPLE: &str = "contacts/people.yaml";
const PLAN: &str = "content/plan/2026.yaml";

#[test]
fn an_id_that_is_taken() {
    let again = "- {id: fiona-gray, name: Fiona Gray, email: fi@gray.example, language: en, tier: C, owner: olof}\n";
    says(
        &Programme::new().file("contacts/more.yaml", again),
        r#"
error[duplicate-id]: the id `fiona-gray` is taken
  --> contacts/people.yaml:55:7
   |
55 | - id: fiona-gray
   |       ^^^^^^^^^^
   |
   = help: the first stands in contacts/more.yaml"#,
    );
}

#[test]
fn an_address_that_is_taken() {
    let again = "- {id: fi-gray, name: Fi Gray, email: Fiona@GRAY.example, language: en, tier: C, owner: olof}\n";
    says(
        &Programme::new().file("contacts/zz.yaml", again),
        r#"
error[duplicate-address]: `Fiona@gray.example` is also the address of `fiona-gray`
 --> contacts/zz.yaml:1:39
  |
1 | - {id: fi-gray, name: Fi Gray, email: Fiona@GRAY.example, language: en, tier: C, owner: olof}
  |                                       ^^^^^^^^^^^^^^^^^^
  |
  = help: one person, one contact: or everything reaches them twice"#,
    );
}

#[test]
fn an_owner_who_is_nobody() {
    says(
        &Programme::new().replace(
            PEOPLE,
            "tier: D\n  tier_reason: Left three suppliers unpaid.\n  owner: elin",
            "tier: D\n  owner: ellen",
        ),
        r#"
error[unknown-member]: the owner `ellen` is nobody on the team
  --> contacts/people.yaml:72:10
   |
72 |   owner: ellen
   |          ^^^^^
   |
   = help: did you mean `elin`?"#,
    );
}

#[test]
fn a_signer_who_is_nobody() {
    says(
        &Programme::new().replace(PLAN, "signed_by: ceo", "signed_by: vd"),
        r#"
error[unknown-member]: the signer `vd` is nobody on the team
  --> content/plan/2026.yaml:15:16
   |
15 |     signed_by: vd
   |                ^^
   |
   = help: the team is elin, olof"#,
    );
}

#[test]
fn a_tier_that_is_none() {
    says(
        &Programme::new().replace(PEOPLE, "tier: D", "tier: X"),
        r#"
error[bad-value]: `tier`: unknown tier `X`
  --> contacts/people.yaml:71:9
   |
71 |   tier: X
   |         ^
   |
   = help: a tier is A, B or C, or D for who must be left alone"#,
    );
}

#[test]
fn a_mailing_to_tier_d() {
    says(
        &Programme::new().replace(PLAN, "    to: B", "    to: D"),
        r#"
error[bad-value]: `to`: tier D gets nothing
  --> content/plan/2026.yaml:20:9
   |
20 |     to: D
   |         ^
   |
   = help: use A, B or C"#,
    );
}

#[test]
fn a_language_that_the_programme_does_not_have() {
    says(
        &Programme::new().replace(PEOPLE, "language: en\n  tier: B", "language: fi\n  tier: B"),
        r#"
error[unknown-language]: `fi` is not a language of this programme
  --> contacts/people.yaml:38:13
   |
38 |   language: fi
   |             ^^
   |
   = help: bevara.yaml lists sv, en"#,
    );
}

#[test]
fn a_text_that_is_not_there() {
    says(
        &Programme::new().replace(PLAN, "greetings/christmas", "greetings/chrismas"),
        r#"
error[unknown-content]: there is no text `greetings/chrismas`
  --> content/plan/2026.yaml:18:14
   |
18 |     content: greetings/chrismas
   |              ^^^^^^^^^^^^^^^^^^
   |
   = help: did you mean `greetings/christmas`?"#,
    );
}

#[test]
fn an_occasion_that_nobody_keeps() {
    says(
        &Programme::new().replace(PLAN, "christmas-3d", "yule-3d"),
        r#"
error[bad-value]: `when`: unknown occasion `yule`
  --> content/plan/2026.yaml:19:11
   |
19 |     when: yule-3d
   |           ^^^^^^^
   |
   = help: one of new-year, easter, mothers-day, fathers-day, national-day, midsummer, midsummer-day, sankthans, jaanipaev, summer, thanksgiving, advent1, advent2, advent3, advent4, lucia, christmas"#,
    );
}

#[test]
fn a_language_that_somebody_in_the_audience_reads_and_nobody_wrote() {
    says(
        &Programme::new().remove("content/greetings/christmas.en.md"),
        r#"
error[missing-language]: `greetings/christmas` has no text in `en`, which 2 people read (`brian-oneill`)
  --> content/plan/2026.yaml:18:14
   |
18 |     content: greetings/christmas
   |              ^^^^^^^^^^^^^^^^^^^
   |
   = help: write content/greetings/christmas.en.md, or declare `fallback: {en: sv}` in bevara.yaml"#,
    );
}

#[test]
fn a_standing_text_that_one_language_lacks() {
    says(
        &Programme::new().remove("content/keep-in-mind.en.md"),
        r#"
error[r02-keep-in-mind]: there is no keep-in-mind text in `en`
--> content/keep-in-mind.en.md
 = help: every mailing ends with it: what we do, how to call, the ask, the promise (R2)"#,
    );
}

#[test]
fn r19_a_d_is_no_lead() {
    says(
        &Programme::new().replace(
            "contacts/referrals.yaml",
            "email: maja@ros-keramik.example",
            "email: gustav@holms-bygg.example",
        ),
        r#"
error[r04-do-not-contact]: this address belongs to a D and is to be left alone
 --> contacts/referrals.yaml:3:58
  |
3 |   lead: {name: Maja Ros, company: Ros Keramik AB, email: gustav@holms-bygg.example}
  |                                                          ^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: who is to be left alone is no lead (R4, R19): write `stage: lost`"#,
    );
}

#[test]
fn r19_nobody_names_themselves() {
    says(
        &Programme::new().replace(
            "contacts/referrals.yaml",
            "email: maja@ros-keramik.example",
            "email: anna+maja@linds-bokhandel.example",
        ),
        r#"
error[r19-self-referral]: `anna-lind` recommends themselves
 --> contacts/referrals.yaml:3:58
  |
3 |   lead: {name: Maja Ros, company: Ros Keramik AB, email: anna+maja@linds-bokhandel.example}
  |                                                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"#,
    );
}

#[test]
fn r19_a_contact_is_no_lead() {
    says(
        &Programme::new().replace(
            "contacts/referrals.yaml",
            "email: maja@ros-keramik.example",
            "email: Erik@aberg.example",
        ),
        r#"
error[r19-known-lead]: `Erik@aberg.example` is the address of the contact `erik-aberg`
 --> contacts/referrals.yaml:3:58
  |
3 |   lead: {name: Maja Ros, company: Ros Keramik AB, email: Erik@aberg.example}
  |                                                          ^^^^^^^^^^^^^^^^^^
  |
  = help: if they became a contact through this referral, add `contact: erik-aberg`"#,
    );
}

#[test]
fn r19_referrals_go_in_no_circle() {
    let line = |id: &str, from: &str, to: &str, name: &str| {
        format!(
            "- {{id: {id}, referrer: {from}, lead: {{name: {name}, contact: {to}}}, received: 2026-11-02, stage: lost, lost: 2026-11-09}}\n"
        )
    };
    let circle = line("r-2026-002", "anna-lind", "cecilia-dahl", "Cecilia")
        + &line("r-2026-003", "cecilia-dahl", "anna-lind", "Anna");
    says(
        &Programme::new().append("contacts/referrals.yaml", &circle),
        r#"
error[r19-cycle]: these referrals go in a circle: anna-lind ← cecilia-dahl
  --> contacts/referrals.yaml:12:30
   |
12 | - {id: r-2026-002, referrer: anna-lind, lead: {name: Cecilia, contact: cecilia-dahl}, received: 2026-11-02, stage: lost, lost: 2026-...
   |                              ^^^^^^^^^
   |
   = help: one of them came to us in another way"#,
    );
}

#[test]
fn a_touch_that_is_still_to_come() {
    says(
        &Programme::new()
            .append("contacts/touches/2026.yaml", "- {contact: anna-lind, on: 2026-11-22, kind: visit, by: elin}\n"),
        r#"
error[future]: 2026-11-22 is in the future
 --> contacts/touches/2026.yaml:2:28
  |
2 | - {contact: anna-lind, on: 2026-11-22, kind: visit, by: elin}
  |                            ^^^^^^^^^^
  |
  = help: touches are what was done; today is 2026-11-21"#,
    );
}

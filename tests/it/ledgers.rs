//! Ledgers that cannot be true: each fault with its file, line and column.

use crate::programme::{Programme, says};

/// The programme with its one referral changed.
fn referral(from: &str, to: &str) -> Programme {
    Programme::new().replace("contacts/referrals.yaml", from, to)
}

#[test]
fn r19_dates_out_of_order() {
    says(
        &referral("contacted: 2026-11-06", "contacted: 2026-11-03"),
        r#"
error[r19-order]: 2026-11-03 is before received (2026-11-04)
 --> contacts/referrals.yaml:6:14
  |
6 |   contacted: 2026-11-03
  |              ^^^^^^^^^^
  |
  = help: a referral goes forward: received, contacted, meeting, customer or lost"#,
    );
}

#[test]
fn r19_a_stage_that_its_dates_have_passed() {
    says(
        &referral("contacted: 2026-11-06", "contacted: 2026-11-06\n  customer: 2026-11-09"),
        r#"
error[r19-stage]: `customer` has a date, but the referral is at `contacted`
 --> contacts/referrals.yaml:7:13
  |
7 |   customer: 2026-11-09
  |             ^^^^^^^^^^
  |
  = help: write `stage: customer`, or take the date out"#,
    );
}

#[test]
fn r20_thanked_before_it_came_or_on_a_day_to_come() {
    says(
        &referral("{referrer: 2026-11-05}", "{referrer: 2026-11-03, referred: 2026-11-22}"),
        r#"
error[r20-order]: thanked on 2026-11-03, before it came on 2026-11-04
  --> contacts/referrals.yaml:10:23
   |
10 |   thanked: {referrer: 2026-11-03, referred: 2026-11-22}
   |                       ^^^^^^^^^^

error[future]: 2026-11-22 is in the future
  --> contacts/referrals.yaml:10:45
   |
10 |   thanked: {referrer: 2026-11-03, referred: 2026-11-22}
   |                                             ^^^^^^^^^^
   |
   = help: the ledger holds what happened; today is 2026-11-21"#,
    );
}

#[test]
fn r21_a_reward_that_is_over_the_budget() {
    says(
        &Programme::new().replace("bevara.yaml", "budget: \"5000.00\"", "budget: \"249.00\""),
        r#"
error[r21-over-budget]: with this reward, 2026 is over its budget of 249.00 SEK
  --> contacts/referrals.yaml:11:22
   |
11 |   reward: {referrer: board}
   |                      ^^^^^
   |
   = help: raise `reward.budget` in bevara.yaml, or give something else"#,
    );
}

#[test]
fn r21_a_policy_without_an_owner() {
    says(
        &Programme::new().replace("bevara.yaml", "  owner: olof\n  year: 2026", "  year: 2026"),
        r#"
error[missing-key]: `owner` is missing
  --> bevara.yaml:36:3
   |
36 |   year: 2026
   |   ^^^^
   |
   = help: one person answers for the rewards (R21)"#,
    );
}

#[test]
fn r21_a_policy_with_one_side_and_an_option_of_the_other_side_are_warned_about() {
    let warned = |programme: Programme| programme.run(["check"]).succeeds().stderr;
    let one_sided = warned(Programme::new().replace("bevara.yaml", "  referred: [board]\n", ""));
    assert!(one_sided.contains("warning[r21-one-sided]: the referred side gets nothing"), "{one_sided}");
    let option = "    - {id: stool, label: {sv: En pall, en: A stool}, cost: \"90.00\", kind: non-monetary}\n  referrer: [stool]";
    let other = warned(Programme::new().replace("bevara.yaml", "  referrer: [board]", option));
    assert!(other.contains("warning[r21-not-offered]: `board` is not offered to the referrer side"), "{other}");
}

#[test]
fn r22_a_goal_without_a_date_is_warned_about_at_its_place() {
    let programme = Programme::new().append("bevara.yaml", "\ngoals: {referring_share: 30}\n");
    let said = programme.run(["check"]).succeeds().stderr;
    assert!(said.contains("warning[r22-goal-without-date]: the goals have no date\n  --> bevara.yaml:"), "{said}");
    programme.run(["check", "--strict"]).ends_with(1);
}

#[test]
fn r19_a_circle_is_found_where_somebody_was_named_twice() {
    let line = |id: &str, from: &str, to: &str| {
        format!(
            "- {{id: {id}, referrer: {from}, lead: {{name: X, contact: {to}}}, received: 2026-11-02, stage: lost, lost: 2026-11-09}}\n"
        )
    };
    let programme = Programme::new().append(
        "contacts/referrals.yaml",
        &[
            line("r-2", "anna-lind", "cecilia-dahl"),
            line("r-3", "cecilia-dahl", "anna-lind"),
            line("r-4", "erik-aberg", "anna-lind"),
        ]
        .concat(),
    );
    assert!(
        programme.complaint().contains("error[r19-cycle]: these referrals go in a circle: anna-lind ← cecilia-dahl")
    );
}

#[test]
fn r14_a_condition_of_a_planned_touch_that_cannot_be_read() {
    let touch = "  - {id: golf, kind: call, to: C, every: 1 months, where: \"'golf' in tag\"}\n";
    says(
        &Programme::new().append("content/plan/2026.yaml", touch),
        r#"
error[condition]: a contact has no field `tag`
  --> content/plan/2026.yaml:24:59
   |
24 |   - {id: golf, kind: call, to: C, every: 1 months, where: "'golf' in tag"}
   |                                                           ^^^^^^^^^^^^^^^
   |
   = help: did you mean `tags`?"#,
    );
}

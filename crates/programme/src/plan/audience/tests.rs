//! Who mailings reach, on which days, and who of it is refused.

use super::*;
use crate::model::ledger::Stage;
use crate::model::project::Project;
use crate::plan::fixture::{Fixture, everybody};
use jiff::civil::date;

fn ids(programme: &Programme, narrowing: &dyn Narrowing, mailing: &str) -> Vec<String> {
    let roster = Roster::new(programme, narrowing);
    let audience = roster.audience(programme.mailing(mailing).expect("it is planned"));
    let reached = audience.recipients.iter().map(|recipient| recipient.contact().id.to_string());
    let refused = audience
        .refusals
        .iter()
        .map(|(index, refusal)| format!("{}: {}", programme.contacts[*index as usize].id, refusal.code()));
    reached.chain(refused).collect()
}

#[test]
fn r09_a_gets_all_that_b_gets_and_b_all_that_c_gets() {
    let programme = Fixture::new()
        .contact("cid", "C", |_| {})
        .contact("dag", "D", |_| {})
        .contact("anna", "A", |_| {})
        .contact("bo", "B", |_| {})
        .mailing("to-a", "2027-01-20", |m| m.to = Tier::A)
        .mailing("to-b", "2027-02-20", |m| m.to = Tier::B)
        .mailing("to-c", "2027-03-20", |m| m.to = Tier::C)
        .build();
    assert_eq!(ids(&programme, &everybody, "to-a"), ["anna", "dag: do-not-contact"]);
    assert_eq!(ids(&programme, &everybody, "to-b"), ["anna", "bo", "dag: do-not-contact"]);
    assert_eq!(ids(&programme, &everybody, "to-c"), ["cid", "anna", "bo", "dag: do-not-contact"]);
}

#[test]
fn r09_a_narrowing_takes_people_out_of_the_audience_without_refusing_them() {
    let programme = Fixture::new()
        .contact("anna", "A", |_| {})
        .contact("bo", "B", |c| c.details.tags = ["golf".parse().expect("a tag")].into())
        .mailing("golf", "2027-01-20", |m| m.narrowing = Some("'golf' in tags".parse().expect("a condition")))
        .mailing("all", "2027-01-21", |_| {})
        .build();
    let golfers = |_: &Expression, contact: &Contact| !contact.details.tags.is_empty();
    assert_eq!(ids(&programme, &golfers, "golf"), ["bo"]);
    assert_eq!(ids(&programme, &golfers, "all"), ["anna", "bo"]);
}

#[test]
fn r13_a_cap_keeps_the_first_mailings_of_each_calendar_year() {
    let programme = Fixture::new()
        .contact("anna", "A", |c| c.details.prefers.max_per_year = Some(2))
        .mailing("spring", "2027-03-01", |_| {})
        .mailing("winter", "2027-01-10", |_| {})
        .mailing("autumn", "2027-10-01", |_| {})
        .mailing("new-year", "new-year+365d", |_| {})
        .build();
    assert_eq!(ids(&programme, &everybody, "winter"), ["anna"]);
    assert_eq!(ids(&programme, &everybody, "spring"), ["anna"]);
    assert_eq!(ids(&programme, &everybody, "autumn"), ["anna: capped"]);
    assert_eq!(ids(&programme, &everybody, "new-year"), ["anna"], "it falls into the next year");
}

#[test]
fn r16_a_birthday_mailing_reaches_each_on_their_own_day() {
    let programme = Fixture::new()
        .contact("anna", "A", |c| c.details.birthday = Some(date(1980, 2, 29)))
        .contact("bo", "B", |_| {})
        .mailing("birthday", "birthday", |_| {})
        .build();
    assert_eq!(ids(&programme, &everybody, "birthday"), ["anna", "bo: no-date"]);
    let roster = Roster::new(&programme, &everybody);
    let audience = roster.audience(programme.mailing("birthday").expect("it is planned"));
    assert_eq!(audience.recipients[0].date(), date(2027, 2, 28));
}

#[test]
fn r20_thanks_go_to_referrers_of_the_last_year_and_never_to_the_named() {
    let programme = Fixture::new()
        .contact("anna", "A", |_| {})
        .contact("bo", "B", |_| {})
        .contact("cid", "C", |_| {})
        .contact("dag", "D", |_| {})
        .contact("nils", "C", |_| {})
        .referral("anna", Some("nils"), date(2026, 6, 1), Stage::Lost)
        .referral("bo", None, date(2026, 5, 31), Stage::Customer)
        .referral("cid", None, date(2027, 6, 2), Stage::Received)
        .referral("dag", None, date(2027, 5, 1), Stage::Received)
        .mailing("thanks", "2027-06-01", |m| m.kind = MailingKind::Thanks)
        .build();
    assert_eq!(ids(&programme, &everybody, "thanks"), ["anna", "dag: do-not-contact"]);
}

/// Who gets a mailing after events, and on which days; refusals by their code.
fn days(programme: &Programme, mailing: &str) -> Vec<String> {
    let roster = Roster::new(programme, &everybody);
    let audience = roster.audience(programme.mailing(mailing).expect("it is planned"));
    let reached = audience.recipients.iter().map(|one| format!("{} {}", one.contact().id, one.date()));
    reached.chain(audience.refusals.iter().map(|(_, refusal)| refusal.code().to_owned())).collect()
}

#[test]
fn r20_thanks_after_a_referral_are_for_that_referral_and_later_ones_do_not_repeat_them() {
    let fixture = || {
        Fixture::new()
            .contact("anna", "A", |_| {})
            .contact("bo", "B", |_| {})
            .contact("cid", "C", |_| {})
            .referral("anna", None, date(2027, 3, 1), Stage::Received)
            .referral("anna", None, date(2027, 3, 2), Stage::Received)
            .referral("bo", None, date(2027, 3, 1), Stage::Received)
            .mailing("thanks", "referral+3d", |m| m.kind = MailingKind::Thanks)
    };
    let programme = fixture().build();
    assert_eq!(days(&programme, "thanks"), ["anna 2027-03-04", "anna 2027-03-05", "bo 2027-03-04"]);
    let programme = fixture().logged("bo", date(2027, 3, 2), |touch| touch.kind = TouchKind::Thanks).build();
    assert_eq!(days(&programme, "thanks"), ["anna 2027-03-04", "anna 2027-03-05"], "a person has thanked");
    let summer = |m: &mut Mailing| m.kind = MailingKind::Thanks;
    let programme = fixture().referral("cid", None, date(2027, 5, 1), Stage::Received);
    let programme = programme.mailing("summer", "2027-06-01", summer).mailing("later", "2027-07-01", summer).build();
    assert_eq!(days(&programme, "summer"), Vec::<String>::new(), "each was thanked within days");
    let programme = fixture().mailing("early", "2027-03-03", summer).build();
    assert_eq!(days(&programme, "early"), ["anna 2027-03-03", "bo 2027-03-03"]);
    assert_eq!(days(&programme, "thanks"), Vec::<String>::new());
}

#[test]
fn r14_a_status_after_an_event_goes_to_whom_a_project_runs_on_its_day() {
    let project = |c: &mut Contact| {
        c.details.project =
            Some(Project { from: Some(date(2027, 2, 1)), to: Some(date(2027, 4, 30)), ..Project::default() });
    };
    let programme = Fixture::new()
        .contact("anna", "A", project)
        .contact("bo", "B", |_| {})
        .logged("anna", date(2027, 2, 3), |touch| touch.kind = TouchKind::Meeting)
        .logged("anna", date(2027, 4, 30), |touch| touch.kind = TouchKind::Meeting)
        .logged("bo", date(2027, 2, 3), |touch| touch.kind = TouchKind::Meeting)
        .mailing("status", "meeting+1d", |m| m.kind = MailingKind::Status)
        .build();
    assert_eq!(days(&programme, "status"), ["anna 2027-02-04"]);
    let eligibility = Eligibility::new(&programme, &everybody);
    let mailing = programme.mailing("status").expect("it is planned");
    let admission = |index: usize| eligibility.admission(mailing, &programme.contacts[index]);
    assert!(admission(0).is_some_and(|admitted| admitted.is_ok()) && admission(1).is_none());
}

#[test]
fn r13_a_cap_counts_every_message_about_an_event() {
    let met =
        |fixture: Fixture, month| fixture.logged("anna", date(2027, month, 3), |touch| touch.kind = TouchKind::Meeting);
    let programme =
        (1..=4).fold(Fixture::new().contact("anna", "A", |c| c.details.prefers.max_per_year = Some(3)), met);
    let programme = programme.mailing("after", "meeting+1d", |_| {}).mailing("spring", "2027-02-01", |_| {}).build();
    assert_eq!(days(&programme, "after"), ["anna 2027-01-04", "anna 2027-02-04", "capped", "capped"]);
    assert_eq!(days(&programme, "spring"), ["anna 2027-02-01"]);
}

use super::*;
use crate::model::channel::Channel;
use crate::model::contact::{Issue, Nps, Opportunity, Pause, Tier};
use crate::model::journal::{Journals, Outcome, State as Sent};
use crate::model::ledger::Stage;
use crate::model::mailing::Rhythm;
use crate::model::settings::Cadence;
use crate::model::touch::{Interval, TouchKind};
use crate::plan::audience::Roster;
use crate::plan::fixture::{Fixture, everybody, in_country, postal_address};
use jiff::civil::date;

const TODAY: Date = date(2027, 6, 15);

/// The agenda on 2027-06-15, an item a line: day, kind, contact, state.
fn agenda_with(fixture: Fixture, journals: &Journals, until: Date) -> Vec<String> {
    let programme = fixture.build();
    let roster = Roster::new(&programme, &everybody);
    let memory = Memory::new(&programme, TODAY, &roster, journals);
    let agenda = Agenda::new(&memory, Window { from: date(2027, 1, 1), until });
    let line = |item: &Item<'_>| {
        let contact = item.contact.map_or("all", |contact| contact.id.as_str());
        format!("{} {} {contact} {}", item.on, item.kind(), item.state.name())
    };
    agenda.items.iter().map(line).collect()
}

fn agenda(fixture: Fixture) -> Vec<String> {
    agenda_with(fixture, &Journals::new(), date(2027, 12, 31))
}

fn sent(mailing: &str, position: u32, t: &str) -> Journals {
    let mut journals = Journals::new();
    let outcome = Outcome { t: t.parse().expect("a moment"), state: Sent::Accepted, generation: 1 };
    journals.entry(mailing.parse().expect("an id")).or_default().note(position, outcome);
    journals
}

fn cadence(
    tier: Tier,
    max_gap_days: u32,
    review_every: Option<Interval>,
) -> impl FnOnce(&mut crate::model::settings::Settings) {
    move |settings| _ = settings.cadence.insert(tier, Cadence { min_touches: 4, max_gap_days, review_every })
}

#[test]
fn r09_what_is_planned_for_b_is_done_for_a_as_well() {
    let fixture = Fixture::new()
        .contact("anna", "A", |_| {})
        .contact("bo", "B", |_| {})
        .contact("cid", "C", |_| {})
        .contact("dag", "D", |_| {})
        .touch(Tier::B, Rhythm::On(date(2027, 9, 1)));
    assert_eq!(agenda(fixture), ["2027-09-01 call anna coming", "2027-09-01 call bo coming"]);
}

#[test]
fn r14_a_quarterly_touch_is_asked_for_in_each_quarter_and_made_by_one_in_it() {
    let fixture = || Fixture::new().contact("anna", "A", |_| {}).touch(Tier::A, Rhythm::Every(Interval::Months(3)));
    let states = |fixture: Fixture| -> Vec<String> {
        agenda(fixture).iter().map(|line| line.rsplit(' ').next().expect("a state").to_owned()).collect()
    };
    // The first quarter is over and was not used: that is past, not overdue.
    assert_eq!(states(fixture()).len(), 3);
    let called = fixture().logged("anna", date(2027, 2, 1), |_| {}).logged("anna", date(2027, 6, 1), |_| {});
    assert_eq!(states(called), ["done", "done", "coming", "coming"]);
    let came =
        fixture().inbound("anna", date(2027, 6, 1)).logged("anna", date(2027, 6, 2), |t| t.kind = TouchKind::Mail);
    assert_eq!(states(came).iter().filter(|state| *state == "done").count(), 0, "theirs and another kind do not count");
}

#[test]
fn r14_the_days_of_a_planned_touch_are_spread_stay_and_are_working_days() {
    let programme = Fixture::new()
        .contact("anna", "A", |_| {})
        .contact("bo", "A", |c| in_country(c, "NO"))
        .touch(Tier::A, Rhythm::Every(Interval::Weeks(1)))
        .build();
    let touch = &programme.plans[&2027].touches[0];
    let home = programme.settings.country;
    let of = |index: usize| slots(touch, 2027, &programme.contacts[index], home);
    assert_eq!((of(0).len(), of(0)), (52, of(0)));
    assert_ne!(of(0)[10].on.weekday(), of(1)[10].on.weekday(), "each has their own day of the week");
    for (slot, next) in of(0).iter().zip(of(0).iter().skip(1)) {
        assert!(slot.from <= slot.on && slot.on <= slot.until && slot.until < next.from);
        assert!(crate::model::workday::is_workday(slot.on, home) || slot.on == slot.from, "{}", slot.on);
    }
}

#[test]
fn r14_who_may_buy_more_is_reviewed_oftener() {
    let fixture = Fixture::new()
        .settings(cadence(Tier::B, 400, Some(Interval::Months(12))))
        .contact("anna", "B", |c| c.details.opportunity = Some(Opportunity::High))
        .contact("bo", "B", |c| c.details.opportunity = Some(Opportunity::Low))
        .logged("anna", date(2027, 1, 11), |touch| touch.kind = TouchKind::Review)
        .logged("bo", date(2027, 1, 11), |touch| touch.kind = TouchKind::Review);
    assert_eq!(
        agenda_with(fixture, &Journals::new(), date(2028, 2, 1)),
        ["2027-07-11 review anna coming", "2028-01-11 review bo coming"]
    );
}

#[test]
fn r10_a_due_mailing_that_was_not_sent_is_overdue() {
    let fixture = || {
        Fixture::new().contact("anna", "A", |_| {}).mailing("june", "2027-06-01", |_| {}).mailing(
            "july",
            "2027-07-01",
            |_| {},
        )
    };
    assert_eq!(agenda(fixture()), ["2027-06-01 mailing all overdue", "2027-07-01 mailing all coming"]);
    let journals = sent("june", 0, "2027-06-01T07:00:00Z");
    assert_eq!(agenda_with(fixture(), &journals, date(2027, 12, 31))[0], "2027-06-01 mailing all done");
}

#[test]
fn r12_letters_and_gifts_go_to_the_post_some_working_days_before() {
    let fixture = Fixture::new()
        .contact("anna", "A", postal_address)
        .mailing("card", "2027-12-24", |mailing| (mailing.channel, mailing.post_by.usual) = (Channel::Post, 6));
    assert_eq!(agenda(fixture), ["2027-12-15 post all coming"], "printed a working day before the six in the post");
}

#[test]
fn r16_a_birthday_is_kept_by_a_word_or_a_card_of_the_week() {
    let born = |fixture: Fixture| {
        fixture.contact("anna", "A", |c| {
            c.details.birthday = Some(date(1980, 6, 14));
            c.details.since = Some(date(2020, 6, 20));
        })
    };
    assert_eq!(agenda(born(Fixture::new())), ["2027-06-14 birthday anna overdue", "2027-06-20 since anna due"]);
    let called = born(Fixture::new()).logged("anna", date(2027, 6, 11), |_| {});
    assert_eq!(agenda(called), ["2027-06-14 birthday anna done", "2027-06-20 since anna due"]);
    let by_mail = born(Fixture::new()).mailing("birthday", "birthday", |_| {});
    let journals = sent("birthday", 0, "2027-06-14T07:00:00Z");
    let lines = agenda_with(by_mail, &journals, date(2027, 6, 16));
    assert_eq!(lines, ["2027-06-14 birthday anna done", "2027-06-14 mailing anna done"]);
}

#[test]
fn r17_the_inner_circle_is_asked_first_and_nobody_who_is_unhappy() {
    let asked = |wave: u8, change: fn(&mut Contact)| {
        move |c: &mut Contact| {
            c.details.ask.wave = Some(wave);
            change(c);
        }
    };
    let issue = |c: &mut Contact| {
        c.details.issues = vec![Issue {
            what: "a broken machine".parse().expect("a line"),
            since: None,
            by: None,
            due: None,
            tried: None,
            cause: None,
            fix: None,
            effort: None,
            closed: None,
        }];
    };
    let fixture = || {
        Fixture::new()
            .contact("anna", "A", asked(1, |_| {}))
            .contact("bo", "B", asked(2, |_| {}))
            .contact("cid", "C", asked(1, issue))
            .contact("eva", "C", asked(1, |c| c.details.pause = Some(Pause { until: None, why: None })))
            .contact("finn", "C", asked(1, |c| c.details.nps = Some(Nps { score: 6, on: None })))
            .contact("gro", "C", |c| c.details.nps = Some(Nps { score: 9, on: Some(TODAY) }))
    };
    // What is not well comes first (R29).
    assert_eq!(agenda(fixture()), ["2027-06-15 issue cid due", "2027-06-21 ask anna due"]);
    let anna_was_asked = fixture().logged("anna", date(2027, 6, 1), |touch| touch.kind = TouchKind::Ask);
    assert_eq!(
        agenda(anna_was_asked),
        ["2027-06-15 issue cid due", "2027-06-01 ask anna done", "2027-06-21 ask bo due", "2027-06-21 ask gro due"]
    );
    let anna_named = fixture().referral("anna", None, date(2027, 6, 14), Stage::Lost).change(|programme| {
        programme.referrals[0].thanked.referrer = Some(date(2027, 6, 14));
        programme.referrals[0].thanked.referred = Some(date(2027, 6, 14));
    });
    assert!(agenda(anna_named).contains(&"2027-06-14 ask anna done".to_owned()));
}

#[test]
fn r19_r20_both_sides_are_thanked_and_hear_how_it_goes_on() {
    let step = |on: Date| crate::model::ledger::NextStep {
        what: "call".parse().expect("a line"),
        on,
        by: "sara".parse().expect("an id"),
    };
    let fixture = Fixture::new()
        .contact("anna", "A", |_| {})
        .referral("anna", None, date(2027, 6, 1), Stage::Contacted)
        .change(|programme| {
            let referral = &mut programme.referrals[0];
            referral.reached = vec![(Stage::Contacted, date(2027, 6, 10))];
            referral.next.referrer = Some(step(date(2027, 6, 14)));
            referral.next.referred = Some(step(date(2027, 6, 30)));
        });
    let expected = [
        "2027-06-08 thanks anna overdue",
        "2027-06-14 next-step anna overdue",
        "2027-06-17 thanks all due",
        "2027-06-30 next-step all coming",
    ];
    assert_eq!(agenda(fixture), expected);
}

#[test]
fn r23_a_silence_is_told_when_it_is_too_long_or_will_be_with_nothing_planned() {
    let silent = |mailing: Option<&str>, last: Date| {
        let mut fixture = Fixture::new().settings(cadence(Tier::A, 30, None)).contact("anna", "A", |_| {}).logged(
            "anna",
            last,
            |_| {},
        );
        if let Some(day) = mailing {
            fixture = fixture.mailing("june", day, |_| {});
        }
        agenda_with(fixture, &Journals::new(), date(2027, 6, 30))
            .into_iter()
            .filter(|line| line.contains("silence"))
            .collect::<Vec<_>>()
    };
    assert_eq!(silent(None, date(2027, 5, 1)), ["2027-06-01 silence anna overdue"]);
    assert_eq!(silent(None, date(2027, 5, 18)), ["2027-06-18 silence anna due"]);
    assert!(silent(Some("2027-06-17"), date(2027, 5, 18)).is_empty(), "the mailing of the 17th ends it");
    assert!(silent(None, date(2027, 6, 1)).is_empty());
}

#[test]
fn r04_who_is_on_the_wall_is_in_nobodys_agenda() {
    let fixture = Fixture::new()
        .settings(cadence(Tier::A, 30, Some(Interval::Months(6))))
        .wall_company("Grå Kontorsdrift AB")
        .contact("lisbet", "A", |c| {
            c.company = Some("Grå Kontorsdrift".parse().expect("a name"));
            c.details.birthday = Some(date(1980, 6, 15));
            c.details.ask.wave = Some(1);
        })
        .touch(Tier::C, Rhythm::Every(Interval::Weeks(1)))
        .mailing("card", "2027-06-16", |_| {})
        .referral("lisbet", None, date(2027, 6, 1), Stage::Received);
    assert!(agenda(fixture).is_empty());
}

#[test]
fn r10_nobody_is_asked_for_what_lay_before_the_programme_began() {
    let step = |on: Date| crate::model::ledger::NextStep {
        what: "call".parse().expect("a line"),
        on,
        by: "sara".parse().expect("an id"),
    };
    let fixture = |begins: Option<Date>| {
        Fixture::new()
            .settings(cadence(Tier::A, 30, Some(Interval::Months(6))))
            .settings(|settings| settings.begins = begins)
            .contact("anna", "A", |c| {
                c.details.ask = crate::model::contact::Ask { wave: Some(1), not_before: Some(date(2027, 5, 2)) };
                c.details.birthday = Some(date(1980, 6, 14));
            })
            .mailing("june", "2027-06-14", |_| {})
            .mailing("card", "2027-06-17", |mailing| mailing.channel = Channel::Post)
            .change(|programme| programme.contacts.iter_mut().for_each(postal_address))
            .touch(Tier::A, Rhythm::On(date(2027, 6, 10)))
            .logged("anna", date(2026, 11, 1), |touch| {
                (touch.kind, touch.next) = (TouchKind::Review, Some(step(date(2027, 6, 1))));
            })
            .referral("anna", None, date(2027, 5, 1), Stage::Contacted)
            .change(|programme| programme.referrals[0].next.referrer = Some(step(date(2027, 6, 14))))
    };
    let late = |fixture| agenda(fixture).into_iter().filter(|line| line.ends_with("overdue")).collect::<Vec<_>>();
    assert_eq!(late(fixture(None)).len(), 11, "{:#?}", late(fixture(None)));
    assert!(late(fixture(Some(TODAY))).is_empty(), "{:#?}", late(fixture(Some(TODAY))));
    let asked_for = ["2027-06-15 post all due", "2027-06-21 ask anna due", "2027-12-15 review anna coming"];
    assert_eq!(agenda(fixture(Some(TODAY))), asked_for);
}

#[test]
fn an_address_that_a_relay_does_not_know_is_asked_for_until_it_changes_or_is_reached() {
    let failed = |to: &str, reached: &[&str]| {
        let programme = Fixture::new().contact("anna", "C", |_| {}).mailing("may", "2027-05-01", |_| {}).build();
        let roster = Roster::new(&programme, &everybody);
        let moment = |t: &str| t.parse().expect("a moment");
        let mut journals = Journals::new();
        let outcomes = journals.entry("may".parse().expect("an id")).or_default();
        outcomes.note(0, Outcome { t: moment("2027-05-01T07:00:00Z"), state: Sent::Refused, generation: 1 });
        outcomes.note_dead(0, moment("2027-05-01T07:00:00Z"), Some(to));
        for (number, t) in reached.iter().enumerate() {
            let (id, outcomes) = sent(&format!("later-{number}"), 0, t).pop_first().expect("one");
            journals.insert(id, outcomes);
        }
        let memory = Memory::new(&programme, TODAY, &roster, &journals);
        let agenda = Agenda::new(&memory, Window { from: date(2027, 1, 1), until: TODAY });
        let on_agenda = agenda.items.iter().any(|item| item.kind() == "address");
        let failed = memory.failed_address(0, &programme.contacts[0]);
        assert_eq!(on_agenda, failed.is_some());
        failed
    };
    assert_eq!(failed("Anna@customer.example", &[]), Some(date(2027, 5, 1)));
    assert_eq!(failed("anna@customer.example", &["2027-04-01T07:00:00Z"]), Some(date(2027, 5, 1)));
    assert_eq!(failed("anna@customer.example", &["2027-05-02T07:00:00Z"]), None, "it was reached since");
    assert_eq!(failed("anna@former.example", &[]), None, "they have another address now");
}

#[test]
fn r10_a_mailing_that_was_cut_off_is_late_and_who_came_later_is_not_owed_it() {
    let progress = |reached: u32| {
        let people = ["anna", "bo", "cid", "dora", "eva"];
        let fixture = people.iter().fold(Fixture::new(), |fixture, id| fixture.contact(id, "A", |_| {}));
        let programme = fixture.mailing("june", "2027-06-01", |_| {}).build();
        let roster = Roster::new(&programme, &everybody);
        let mut journals = Journals::new();
        for position in 0..reached {
            let (id, outcomes) = sent("june", position, "2027-06-01T07:00:00Z").pop_first().expect("one");
            let known = outcomes.of_message(position, None).expect("it was sent");
            journals.entry(id).or_default().note(position, known);
        }
        let memory = Memory::new(&programme, TODAY, &roster, &journals);
        let status = &memory.statuses[0];
        (status.reached, status.state(TODAY))
    };
    assert_eq!(progress(2), (2, "overdue"), "three of five lack it");
    assert_eq!(progress(4), (4, "sent"), "one came later");
}

#[test]
fn r26_nobody_is_mailed_written_to_or_called_whom_the_law_does_not_let_us_reach() {
    use crate::model::contact::{BasisKind, Nature};
    use crate::model::language::Country;
    use crate::model::law::{Needs, ROWS, Way};
    use crate::plan::fixture::basis;

    const DAY: Date = date(2027, 9, 1);
    let bases = [None, Some(BasisKind::Consent), Some(BasisKind::Customer), Some(BasisKind::LegitimateInterest)];
    let countries = ["SE", "NO", "DK", "FI", "EE", "DE", "FR"];
    let mut fixture = Fixture::new();
    let mut people: Vec<(String, &str, Nature, Option<BasisKind>)> = Vec::new();
    for country in countries {
        for (&nature, kind) in Nature::ALL.iter().flat_map(|nature| bases.map(|kind| (nature, kind))) {
            let id = format!("p{}", people.len());
            fixture = fixture.contact(&id, "A", |c| {
                c.nature = nature;
                c.basis = kind.map(basis);
                c.phone = Some("+46 70 174 06 05".parse().expect("a line"));
                postal_address(c);
                in_country(c, country);
            });
            people.push((id, country, nature, kind));
        }
    }
    let programme = fixture
        .mailing("mailed", "2027-09-01", |m| m.channel = Channel::Email)
        .mailing("written", "2027-09-01", |m| m.channel = Channel::Post)
        .mailing("either", "2027-09-01", |m| m.channel = Channel::Preferred)
        .touch(Tier::C, Rhythm::On(DAY))
        .build();
    // What the table says, read anew for each of them.
    let row = |code: &str, way: Way| {
        let own: Option<Country> = code.parse().ok();
        let of = |country: Option<Country>| ROWS.iter().find(move |row| row.country == country && row.channel == way);
        of(own).or_else(|| of(None)).expect("a row for everywhere")
    };
    let is_allowed = |(_, code, nature, kind): &(String, &str, Nature, Option<BasisKind>), way: Way| {
        let row = row(code, way);
        let needs = match nature {
            Nature::Natural | Nature::SoleTrader => row.natural,
            Nature::WorkAddress => row.work_address,
            Nature::Legal => row.legal,
        };
        match (needs, kind) {
            (Needs::Never, _) => false,
            (Needs::Nothing, None) => way == Way::Phone,
            (Needs::Nothing, Some(_)) | (_, Some(BasisKind::Consent)) => true,
            (Needs::Customer, kind) => *kind == Some(BasisKind::Customer),
            (Needs::Consent, _) => false,
        }
    };
    let roster = Roster::new(&programme, &everybody);
    let person = |id: &str| people.iter().find(|(known, ..)| known == id).expect("one of them");
    for (mailing, ways) in
        [("mailed", &[Way::Email][..]), ("written", &[Way::Post]), ("either", &[Way::Email, Way::Post])]
    {
        let audience = roster.audience(programme.mailing(mailing).expect("it is planned"));
        assert_eq!(audience.recipients.len() + audience.refusals.len(), people.len(), "{mailing}: nobody is left out");
        for recipient in &audience.recipients {
            let id = recipient.contact().id.as_str();
            let way = if matches!(recipient.route(), crate::plan::Route::Email(_)) { Way::Email } else { Way::Post };
            assert!(ways.contains(&way) && is_allowed(person(id), way), "{mailing} reaches {:?}", person(id));
        }
        for (index, refusal) in &audience.refusals {
            let who = person(programme.contacts[*index as usize].id.as_str());
            assert!(ways.iter().any(|way| !is_allowed(who, *way)), "{mailing} leaves {who:?} out: {refusal}");
            let read = refusal.paragraph();
            let is_without = who.3.is_none() && read == Some("GDPR art. 6");
            assert!(
                is_without || read.is_some_and(|read| ways.iter().any(|way| row(who.1, *way).statute == read)),
                "{refusal}"
            );
        }
    }
    let journals = Journals::new();
    let memory = Memory::new(&programme, TODAY, &roster, &journals);
    let agenda = Agenda::new(&memory, Window { from: date(2027, 1, 1), until: date(2027, 12, 31) });
    let called: Vec<&str> = agenda
        .items
        .iter()
        .filter(|item| item.kind() == "call")
        .filter_map(|item| item.contact.map(|contact| contact.id.as_str()))
        .collect();
    let may_be: Vec<&str> =
        people.iter().filter(|who| is_allowed(who, Way::Phone)).map(|(id, ..)| id.as_str()).collect();
    assert!(called.iter().all(|id| may_be.contains(id)), "called without leave");
    assert!(may_be.iter().all(|id| called.contains(id)) && may_be.len() < people.len());
}

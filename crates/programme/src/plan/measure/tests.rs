use super::*;
use crate::model::contact::{BasisKind, Kind};
use crate::model::journal::{Journals, Outcome, State};
use crate::model::ledger::Stage;
use crate::model::mailing::MailingKind;
use crate::model::money::Money;
use crate::model::programme::Programme;
use crate::model::settings::{Cadence, Reward, RewardKind, RewardOption, Step};
use crate::model::touch::{Purpose, TouchKind};
use crate::plan::audience::Roster;
use crate::plan::fixture::{Fixture, basis, everybody};
use jiff::civil::date;

const TODAY: Date = date(2027, 6, 15);

fn measured<T>(fixture: Fixture, journals: &Journals, look: impl FnOnce(&Measures<'_>, &Programme) -> T) -> T {
    let programme = fixture.build();
    let roster = Roster::new(&programme, &everybody);
    let memory = Memory::new(&programme, TODAY, &roster, journals);
    look(&Measures::new(&memory), &programme)
}

fn ids<'p>(people: impl IntoIterator<Item = &'p Care<'p>>) -> Vec<String> {
    people.into_iter().map(|care| care.contact.id.to_string()).collect()
}

fn sek(minor: i64) -> Money {
    Money { minor, currency: "SEK".parse().expect("a currency") }
}

#[test]
fn r03_the_reach_is_what_everybody_but_d_knows() {
    let fixture = Fixture::new()
        .contact("anna", "A", |c| c.details.network_size = Some(600))
        .contact("bo", "C", |_| {})
        .contact("dag", "D", |c| c.details.network_size = Some(1000));
    let list = measured(fixture, &Journals::new(), |measures, _| measures.list.clone());
    assert_eq!((list.contacts, list.active, list.do_not_contact), (3, 2, 1));
    assert_eq!((list.target, list.reach), (250, 850));
}

#[test]
fn r05_the_matrix_shows_size_against_network_and_the_ledger_suggests_tiers() {
    let fixture = Fixture::new()
        .settings(|settings| _ = settings.steps.insert(Step::List, date(2026, 1, 1)))
        .contact("small", "A", |c| (c.details.size, c.details.network_size) = (Some(2), Some(900)))
        .contact("large", "C", |c| (c.details.size, c.details.network_size) = (Some(300), Some(50)))
        .contact("middle", "B", |c| (c.details.size, c.details.network_size) = (Some(40), Some(250)))
        .referral("large", None, date(2027, 1, 1), Stage::Received)
        .referral("large", None, date(2027, 2, 1), Stage::Lost)
        .referral("small", None, date(2026, 2, 1), Stage::Customer);
    measured(fixture, &Journals::new(), |measures, _| {
        let of = |size: Band, network: Band| {
            let cell = measures.matrix.iter().find(|cell| (cell.size, cell.network) == (size, network));
            cell.expect("every pair has one")
                .people
                .iter()
                .map(|person| person.contact.id.to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(of(Band::Small, Band::Large), ["small"], "a small payer with a large network may be an A");
        assert_eq!(
            (of(Band::Large, Band::Small), of(Band::Middle, Band::Middle)),
            (vec!["large".into()], vec!["middle".into()])
        );
        let suggested: Vec<String> = measures
            .suggestions
            .iter()
            .map(|s| format!("{} {}>{}: {}", s.contact.id, s.from.letter(), s.to.letter(), s.why()))
            .collect();
        let expected =
            ["small A>B: named nobody for a year; the last time was on 2026-02-01", "large C>B: named 2 within a year"];
        assert_eq!(suggested, expected);
    });
}

#[test]
fn r10_outbound_touches_and_mailings_that_left_count_and_nothing_else() {
    let mut journals = Journals::new();
    for (mailing, state, t) in [
        ("june", State::Accepted, "2027-06-01T07:00:00Z"),
        ("may", State::Refused, "2027-05-01T07:00:00Z"),
        ("card", State::Posted, "2027-04-01T07:00:00Z"),
        ("old", State::Accepted, "2026-12-31T07:00:00Z"),
    ] {
        let outcome = Outcome { t: t.parse().expect("a moment"), state, generation: 1 };
        journals.entry(mailing.parse().expect("an id")).or_default().note(0, outcome);
    }
    let fixture = Fixture::new()
        .settings(|settings| {
            let cadence = Cadence { min_touches: 4, max_gap_days: 10, review_every: None };
            settings.cadence.insert(Tier::A, cadence);
        })
        .contact("anna", "A", |_| {})
        .contact("paused", "A", |c| c.details.pause = Some(crate::model::contact::Pause { until: None, why: None }))
        .logged("anna", date(2027, 3, 1), |_| {})
        .logged("anna", date(2026, 3, 1), |_| {})
        .inbound("anna", date(2027, 6, 2))
        .mailing("june", "2027-06-01", |_| {})
        .mailing("july", "2027-07-01", |_| {});
    measured(fixture, &journals, |measures, _| {
        let [care] = measures.care.as_slice() else { panic!("who is paused is not looked at") };
        assert_eq!((care.done, care.min, care.missing()), (3, 4, 1));
        assert_eq!((care.planned, care.ahead, care.is_on_course()), (2, 1, true));
        assert_eq!((care.silence, care.is_silent()), (Some(13), true), "what they said counts for silence");
        assert_eq!((ids(measures.silent()), ids(measures.shortfalls())), (vec!["anna".into()], vec!["anna".into()]));
        assert_eq!(measures.months[0].mailings[5], 1);
    });
}

#[test]
fn r11_who_only_hears_from_us_to_be_sold_to_is_named() {
    let sold = |touch: &mut crate::model::ledger::Touch| touch.purpose = Purpose::Sales;
    let fixture = Fixture::new()
        .contact("sold", "B", |_| {})
        .contact("both", "B", |_| {})
        .contact("none", "B", |_| {})
        .logged("sold", date(2027, 5, 1), sold)
        .logged("both", date(2027, 5, 1), sold)
        .logged("both", date(2027, 5, 2), |_| {});
    measured(fixture, &Journals::new(), |measures, _| assert_eq!(ids(measures.sales_only()), ["sold"]));
}

fn policy(settings: &mut crate::model::settings::Settings) {
    let option = |id: &str, cost| RewardOption {
        id: id.parse().expect("an id"),
        label: crate::model::text::Localised::Same(id.parse().expect("a line")),
        cost: sek(cost),
        kind: RewardKind::NonMonetary,
    };
    settings.reward = Some(Reward {
        owner: "sara".parse().expect("an id"),
        currency: sek(0).currency,
        budget: Some(sek(50_000)),
        years: Default::default(),
        thank_within_days: 7,
        options: vec![option("cinema", 26_000), option("kilo", 9_500)],
        referrer: vec!["cinema".parse().expect("an id")],
        referred: vec!["kilo".parse().expect("an id")],
    });
}

#[test]
fn r21_a_reward_is_booked_in_the_year_of_that_sides_thanks() {
    let fixture = Fixture::new()
        .settings(policy)
        .contact("anna", "A", |_| {})
        .referral("anna", None, date(2026, 12, 28), Stage::Contacted)
        .change(|programme| {
            let referral = &mut programme.referrals[0];
            referral.reward.referrer = Some("cinema".parse().expect("an id"));
            referral.reward.referred = Some("kilo".parse().expect("an id"));
            referral.thanked.referrer = Some(date(2026, 12, 30));
            referral.thanked.referred = Some(date(2027, 1, 4));
        });
    measured(fixture, &Journals::new(), |measures, _| {
        let reward = measures.reward.as_ref().expect("there is a policy");
        assert_eq!((reward.year, reward.used, reward.left), (2027, sek(9_500), Some(sek(40_500))));
        assert_eq!(reward.by_year, [(2026, sek(26_000)), (2027, sek(9_500))]);
        assert_eq!(measures.referring.spent, Some(sek(35_500)));
    });
}

#[test]
fn r22_the_rate_is_distinct_referrers_over_eligible_contacts() {
    let fixture = Fixture::new()
        .contact("anna", "A", |_| {})
        .contact("bo", "B", |c| c.kind = Kind::Former)
        .contact("cid", "C", |c| c.kind = Kind::Partner)
        .contact("eva", "C", |c| c.kind = Kind::Prospect)
        .contact("dag", "D", |_| {})
        .referral("anna", None, date(2027, 1, 1), Stage::Customer)
        .referral("anna", None, date(2027, 2, 1), Stage::Received)
        .referral("eva", None, date(2027, 2, 1), Stage::Meeting);
    measured(fixture, &Journals::new(), |measures, _| {
        let referring = &measures.referring;
        assert_eq!((referring.referrers.len(), referring.eligible, referring.total), (1, 3, 3));
        assert_eq!((referring.share(), referring.benchmark), (33.3, Benchmark::Success));
        assert_eq!(referring.funnel.map(|(_, count)| count), [3, 2, 2, 1]);
    });
    let of = |referrers| Benchmark::of(referrers, 100).name();
    assert_eq!(
        [0, 6, 7, 15, 29, 30, 50].map(of),
        ["below", "below", "weak", "average", "average", "success", "exceptional"]
    );
    assert_eq!(Benchmark::of(0, 0), Benchmark::Below);
}

#[test]
fn r22_the_tree_shows_who_came_through_whom() {
    let fixture = Fixture::new()
        .contact("anna", "A", |_| {})
        .contact("maja", "C", |c| c.basis = Some(basis(BasisKind::Customer)))
        .referral("maja", None, date(2027, 2, 1), Stage::Received)
        .referral("anna", Some("maja"), date(2026, 2, 1), Stage::Customer);
    measured(fixture, &Journals::new(), |measures, _| {
        let [root] = measures.tree.as_slice() else { panic!("one root") };
        let [maja] = root.named.as_slice() else { panic!("one branch") };
        let id = |node: &TreeNode<'_>| node.contact.map(|contact| contact.id.to_string());
        assert_eq!((id(root), id(maja), maja.named.len()), (Some("anna".into()), Some("maja".into()), 1));
    });
}

#[test]
fn r20_a_side_is_owed_thanks_until_it_is_thanked_bought_or_not() {
    let owed = |stage: Stage, thanked: Option<Date>| {
        let fixture = Fixture::new().contact("anna", "A", |_| {}).referral("anna", None, date(2027, 6, 1), stage);
        let fixture = fixture.change(|programme| programme.referrals[0].thanked.referrer = thanked);
        measured(fixture, &Journals::new(), |measures, _| {
            measures.thanks_owed.iter().map(|owed| owed.side.name()).collect::<Vec<_>>()
        })
    };
    assert_eq!(owed(Stage::Received, None), ["referrer"]);
    assert_eq!(owed(Stage::Lost, None), ["referrer", "referred"]);
    assert_eq!(owed(Stage::Customer, Some(date(2027, 6, 2))), ["referred"]);
}

#[test]
fn r24_each_step_is_checked_against_the_data() {
    let holds = |fixture: Fixture| {
        measured(fixture, &Journals::new(), |measures, _| {
            measures.steps.iter().map(|check| (check.step.name(), check.holds)).collect::<Vec<_>>()
        })
    };
    let claimed = |fixture: Fixture| {
        fixture.settings(|settings| settings.steps = Step::ALL.iter().map(|&step| (step, date(2026, 1, 1))).collect())
    };
    assert!(holds(claimed(Fixture::new())).iter().all(|(_, holds)| !holds), "a date alone is no step");
    let done = Fixture::new()
        .settings(policy)
        .settings(|settings| settings.goals.list_size = 1)
        .contact("anna", "A", |c| c.tier_reason = Some("our best".parse().expect("a text")))
        .logged("anna", date(2027, 6, 1), |_| {})
        .mailing("july", "2027-07-01", |_| {});
    let expected =
        [("list", true), ("tiers", true), ("standing_text", false), ("touch", true), ("plan", true), ("thank", true)];
    assert_eq!(holds(claimed(done)), expected);
}

#[test]
fn r25_the_team_and_who_was_briefed_when() {
    let fixture = Fixture::new().settings(|settings| settings.team[0].briefed = Some(date(2027, 1, 8)));
    measured(fixture, &Journals::new(), |measures, _| {
        let briefed: Vec<_> = measures.briefed.iter().map(|(member, on)| (member.id.as_str(), *on)).collect();
        assert_eq!(briefed, [("sara", Some(date(2027, 1, 8)))]);
    });
}

#[test]
fn r10_in_the_year_it_begins_a_programme_owes_its_share_of_the_year_and_nobody_was_silent_before() {
    let short = |begins: Date| {
        let fixture = Fixture::new()
            .settings(|settings| {
                settings.begins = Some(begins);
                let cadence = Cadence { min_touches: 12, max_gap_days: 10, review_every: None };
                settings.cadence.insert(Tier::A, cadence);
            })
            .contact("anna", "A", |_| {})
            .logged("anna", date(2027, 1, 4), |_| {})
            .referral("anna", None, date(2027, 5, 1), Stage::Received);
        measured(fixture, &Journals::new(), |measures, _| {
            (measures.care[0].min, ids(measures.silent()), measures.thanks_owed.len())
        })
    };
    assert_eq!(short(date(2026, 10, 1)), (12, vec!["anna".to_owned()], 1));
    assert_eq!(short(date(2027, 7, 1)), (6, vec![], 0), "184 of 365 days");
    assert_eq!(short(TODAY), (6, vec![], 0), "200 of 365 days");
    assert_eq!(short(date(2027, 6, 4)), (6, vec!["anna".to_owned()], 0), "eleven days, and ten are allowed");
    assert_eq!(short(date(2028, 1, 1)).0, 0);
}

#[test]
fn r08_a_gift_that_the_journal_and_the_touches_both_know_counts_once() {
    let done = |kind: MailingKind, handed: Date| {
        let fixture = Fixture::new()
            .contact("anna", "A", |_| {})
            .mailing("board", "2027-03-10", |mailing| mailing.kind = kind)
            .logged("anna", handed, |touch| touch.kind = TouchKind::Gift);
        let mut journals = Journals::new();
        let outcome =
            Outcome { t: "2027-03-08T11:00:00Z".parse().expect("a moment"), state: State::Posted, generation: 1 };
        journals.entry("board".parse().expect("an id")).or_default().note(0, outcome);
        measured(fixture, &journals, |measures, _| {
            let months = &measures.months[0];
            (measures.care[0].done, months.touches.iter().sum::<u32>() + months.mailings.iter().sum::<u32>())
        })
    };
    assert_eq!(done(MailingKind::Gift, date(2027, 3, 10)), (1, 1));
    assert_eq!(done(MailingKind::Gift, date(2027, 3, 29)), (1, 1), "three weeks");
    assert_eq!(done(MailingKind::Gift, date(2027, 3, 30)), (2, 2), "another gift");
    assert_eq!(done(MailingKind::Newsletter, date(2027, 3, 10)), (2, 2), "a letter is no gift");
}

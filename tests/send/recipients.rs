//! What goes wrong with one message: a reply to RCPT, DATA or the final dot, silence, a broken connection.

use std::collections::BTreeMap;

use crate::connections::TOO_LONG;
use crate::programme::{Programme, address, person};
use crate::server::{Deed, Kept, Moment, Options, Phase, Server};

const IMPATIENT: &str = "connections: 2, command_timeout_s: 1, dot_timeout_s: 1";

/// Where something goes wrong, how often, how, and what becomes of the message.
struct Fault {
    phase: Phase,
    /// The first so many times.
    times: usize,
    deed: Deed,
    state: &'static str,
    kept: usize,
}

const ALWAYS: usize = usize::MAX;

const fn fault(phase: Phase, times: usize, deed: Deed, state: &'static str, kept: usize) -> Fault {
    Fault { phase, times, deed, state, kept }
}

/// One person a fault, the first of them number 1.
const FAULTS: [Fault; 18] = [
    fault(Phase::Recipient, ALWAYS, Deed::Say("450 4.2.0 greylisted"), "deferred", 0),
    fault(Phase::Recipient, ALWAYS, Deed::Say("550 5.1.1 no such user"), "refused", 0),
    fault(Phase::Recipient, 1, Deed::SayAndHangUp("421 4.3.2 shutting down"), "accepted", 1),
    fault(Phase::Recipient, 1, Deed::HangUp, "accepted", 1),
    fault(Phase::Recipient, 1, Deed::Sleep(TOO_LONG), "accepted", 1),
    fault(Phase::Recipient, 1, Deed::Say("whatever"), "accepted", 1),
    fault(Phase::Data, ALWAYS, Deed::Say("451 4.3.0 not now"), "deferred", 0),
    fault(Phase::Data, ALWAYS, Deed::Say("554 5.7.1 not ever"), "refused", 0),
    fault(Phase::Data, 1, Deed::SayAndHangUp("421 4.3.2 shutting down"), "accepted", 1),
    fault(Phase::Data, 1, Deed::HangUp, "accepted", 1),
    fault(Phase::Dot, ALWAYS, Deed::Say("452 4.2.2 mailbox full"), "deferred", 0),
    fault(Phase::Dot, ALWAYS, Deed::Say("554 5.7.1 spam"), "refused", 0),
    fault(Phase::Dot, ALWAYS, Deed::SayAndHangUp("421 4.3.2 shutting down"), "deferred", 0),
    fault(Phase::Dot, ALWAYS, Deed::HangUp, "in_doubt", 0),
    fault(Phase::Dot, ALWAYS, Deed::KeepAndHangUp, "in_doubt", 1),
    fault(Phase::Dot, ALWAYS, Deed::KeepAndSay("it works, or not"), "in_doubt", 1),
    fault(Phase::Dot, ALWAYS, Deed::Sleep(TOO_LONG), "in_doubt", 0),
    fault(Phase::Dot, ALWAYS, Deed::KeepAndSleep(TOO_LONG), "in_doubt", 1),
];

fn number(moment: &Moment<'_>) -> usize {
    moment.recipient.get(1..4).and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

fn trouble(moment: &Moment<'_>) -> Deed {
    let fault = number(moment).checked_sub(1).and_then(|index| FAULTS.get(index));
    match fault {
        Some(fault) if fault.phase == moment.phase && moment.time <= fault.times => fault.deed,
        _ => Deed::Fine,
    }
}

/// What became of everybody, as the journal and the server have it.
fn outcome(programme: &Programme, server: &Server) -> BTreeMap<usize, (String, usize)> {
    server.settle();
    let counts = server.by_address();
    let states = programme.states().into_iter();
    let one = |(id, state): (String, String)| {
        let number = id[1..].parse().expect("a number");
        (number, (state, counts.get(&address(number)).copied().unwrap_or(0)))
    };
    states.map(one).collect()
}

fn numbers_of(state: &str) -> Vec<usize> {
    (1..=FAULTS.len()).filter(|number| FAULTS[number - 1].state == state).collect()
}

#[test]
fn every_fault_of_a_message_ends_as_it_should_and_whoever_has_none_is_named() {
    const PEOPLE: usize = FAULTS.len() + 4;
    let programme = Programme::new(PEOPLE, IMPATIENT);
    let server = Server::new(trouble);
    let run = programme.send(&server, PEOPLE, &[]).ends_with(3);
    let expected: BTreeMap<usize, (String, usize)> = (1..=PEOPLE)
        .map(|number| match FAULTS.get(number - 1) {
            Some(fault) => (number, (fault.state.to_owned(), fault.kept)),
            None => (number, ("accepted".to_owned(), 1)),
        })
        .collect();
    assert_eq!(outcome(&programme, &server), expected, "{}", run.stderr);
    for number in (1..=FAULTS.len()).filter(|number| FAULTS[number - 1].state != "accepted") {
        assert!(run.stderr.contains(&person(number)), "{} is not named in\n{}", person(number), run.stderr);
    }
    nobody_in_doubt_is_sent_to_again(&programme, &server);
    who_was_deferred_gets_it_later(&programme, server);
    a_person_decides_about_doubts(&programme);
}

fn nobody_in_doubt_is_sent_to_again(programme: &Programme, server: &Server) {
    let before = server.kept().len();
    let deferred = numbers_of("deferred").len();
    programme.send(server, deferred, &["--resume"]).ends_with(3);
    server.settle();
    assert_eq!(server.kept().len(), before, "everybody was deferred again, and nobody else was tried");
    assert_eq!(programme.in_state("in_doubt"), numbers_of("in_doubt"));
    assert_eq!(programme.in_state("refused"), numbers_of("refused"));
}

fn who_was_deferred_gets_it_later(programme: &Programme, server: Server) {
    drop(server);
    let kind = Server::new(|_| Deed::Fine);
    let deferred = numbers_of("deferred");
    // Some are still in doubt or refused, so that not everything is well.
    programme.send(&kind, deferred.len(), &["--resume"]).ends_with(3);
    let mut got: Vec<String> = kind.kept().into_iter().map(|kept| kept.to).collect();
    got.sort_unstable();
    assert_eq!(got, deferred.iter().map(|&number| address(number)).collect::<Vec<_>>());
}

fn a_person_decides_about_doubts(programme: &Programme) {
    let doubts = numbers_of("in_doubt");
    let ids = |programme: &Programme| {
        let lines = programme.journal().into_iter().filter(|line| line["state"] == "in_doubt");
        lines.map(|line| line["message_id"].as_str().expect("an id").to_owned()).collect::<Vec<_>>()
    };
    let kind = Server::new(|_| Deed::Fine);
    let assumed = programme.twin();
    assumed.run(&kind.url("smtp://"), &["send", crate::programme::MAILING, "--resolve", "assume-sent"]);
    assert_eq!((assumed.in_state("in_doubt"), kind.kept().len()), (vec![], 0));
    programme.run(&kind.url("smtp://"), &["send", crate::programme::MAILING, "--resolve", "resend"]);
    assert!(programme.in_state("accepted").iter().all(|number| !doubts.contains(number)), "nothing has left yet");
    programme.send(&kind, doubts.len(), &["--resume"]);
    let again: Vec<Kept> = kind.kept();
    assert_eq!(again.len(), doubts.len());
    // It is another message now, so that nobody takes the two for one.
    assert!(again.iter().all(|kept| !ids(programme).contains(&kept.message_id)));
    assert_eq!(programme.in_state("in_doubt"), Vec::<usize>::new());
}

#[test]
fn greylisting_costs_a_second_run_and_nothing_else() {
    let programme = Programme::new(9, "connections: 3");
    let server = Server::new(|moment| match moment.phase {
        Phase::Recipient if moment.time == 1 => Deed::Say("450 4.2.0 greylisted, try again in 5 minutes"),
        _ => Deed::Fine,
    });
    programme.send(&server, 9, &[]).ends_with(3).says("450 4.2.0 greylisted");
    assert_eq!(programme.in_state("deferred").len(), 9);
    programme.send(&server, 9, &["--resume"]).ends_with(0);
    assert_eq!(programme.in_state("accepted").len(), 9);
    assert!(server.by_address().values().all(|&count| count == 1) && server.kept().len() == 9);
    // There is nobody left to send to.
    programme.send(&server, 9, &["--resume"]).ends_with(2);
    assert_eq!(server.kept().len(), 9);
}

#[test]
fn the_fifth_equal_refusal_in_a_row_stops_the_run() {
    let programme = Programme::new(20, "connections: 1");
    let server = Server::new(|moment| match moment.phase {
        Phase::Recipient if number(moment) > 3 => Deed::Say("550 5.7.1 your address is on a blocklist"),
        _ => Deed::Fine,
    });
    programme.send(&server, 20, &[]).ends_with(3).says("550 5.7.1 your address is on a blocklist");
    assert_eq!((server.kept().len(), programme.in_state("refused").len()), (3, 5));
}

#[test]
fn what_is_too_large_for_the_relay_is_never_sent_to_it() {
    let programme = Programme::new(3, "connections: 1");
    let options = Options { size: Some(2_000), smtputf8: true, ..Options::default() };
    let server = Server::with(options, |_| Deed::Fine);
    let run = programme.send(&server, 3, &[]).ends_with(3);
    assert!(server.kept().is_empty() && run.stderr.contains(&person(1)), "{}", run.stderr);
    assert!(server.said().iter().all(|line| !line.ends_with(" DATA")), "{:?}", server.said());
    assert_eq!(programme.in_state("deferred"), [1, 2, 3], "another relay may take it");
}

#[test]
fn an_address_beyond_ascii_waits_for_a_relay_that_knows_it() {
    let programme = Programme::unbuilt(3, "connections: 1");
    programme.change(2, &address(2), "åsa@d2.example");
    programme.build();
    let server = Server::with(Options::default(), |_| Deed::Fine);
    programme.send(&server, 3, &[]).ends_with(3).says("p002");
    assert_eq!((programme.in_state("accepted"), programme.in_state("deferred")), (vec![1, 3], vec![2]));
    assert!(server.said().iter().all(|line| !line.contains("åsa")), "{:?}", server.said());
    let fresh = Programme::unbuilt(3, "connections: 1");
    fresh.change(2, &address(2), "åsa@d2.example");
    fresh.build();
    let able = Server::new(|_| Deed::Fine);
    fresh.send(&able, 3, &[]).ends_with(0);
    assert_eq!(able.by_address().get("åsa@d2.example"), Some(&1));
    assert_eq!(able.said().iter().filter(|line| line.contains("SMTPUTF8")).count(), 1, "only where it is needed");
}

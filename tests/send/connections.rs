//! What goes wrong with a connection: refused, dropped, too slow, too many, too much.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::programme::{MAILING, Programme, Run, address, at_once, person};
use crate::server::{Deed, Options, Phase, Server};

/// Longer than a timeout of a second.
pub const TOO_LONG: Duration = Duration::from_millis(1600);

/// Everybody has it once, and the run ended well.
#[track_caller]
fn all_is_well(programme: &Programme, server: &Server, people: usize, run: Run) {
    let run = run.ends_with(0);
    server.settle();
    assert_eq!(programme.in_state("accepted").len(), people, "{}", run.stderr);
    assert_eq!(server.kept().len(), people);
    assert!(server.by_address().values().all(|&count| count == 1));
}

/// Nothing has left, and the journal says so.
#[track_caller]
pub fn nothing_left(programme: &Programme, run: Run) {
    let run = run.ends_with(4);
    let states = ["attempting", "accepted", "refused", "deferred", "in_doubt"];
    let lines = programme.journal();
    assert!(lines.iter().all(|line| !states.contains(&line["state"].as_str().expect("a state"))), "{}", run.stderr);
}

#[test]
fn a_fault_that_passes_is_ridden_out() {
    let programme = Programme::new(8, "connections: 2, command_timeout_s: 1");
    let cases = [
        (Phase::Connect, Deed::SayAndHangUp("421 4.3.2 come back later")),
        (Phase::Connect, Deed::HangUp),
        (Phase::Hello, Deed::SayAndHangUp("421 4.3.2 come back later")),
        (Phase::Hello, Deed::HangUp),
        (Phase::Mail, Deed::SayAndHangUp("421 4.3.2 come back later")),
        (Phase::Mail, Deed::HangUp),
        (Phase::Mail, Deed::Sleep(TOO_LONG)),
        (Phase::Mail, Deed::Say("garbage")),
        (Phase::Reset, Deed::HangUp),
        (Phase::Quit, Deed::HangUp),
    ];
    at_once(&cases, |&(phase, deed)| {
        let (twin, seen) = (programme.twin(), AtomicUsize::new(0));
        let server = Server::new(move |moment| {
            // Both connections meet it.
            let is_hit = moment.phase == phase && seen.fetch_add(1, Ordering::SeqCst) < 2;
            if is_hit { deed } else { Deed::Fine }
        });
        all_is_well(&twin, &server, 8, twin.send(&server, 8, &[]));
    });
}

#[test]
fn a_relay_that_never_gets_to_mail_stops_the_run_before_anything_is_attempted() {
    let programme = Programme::new(3, "connections: 2, command_timeout_s: 1");
    let cases = [
        (Phase::Connect, Deed::SayAndHangUp("421 4.3.2 not today")),
        (Phase::Connect, Deed::SayAndHangUp("554 5.3.2 no service here")),
        (Phase::Connect, Deed::HangUp),
        (Phase::Connect, Deed::SayAndHangUp("\u{1b}[31mSSH-2.0-OpenSSH_9.9")),
        (Phase::Connect, Deed::Sleep(TOO_LONG)),
        (Phase::Hello, Deed::Say("502 5.5.1 what?")),
    ];
    at_once(&cases, |&(phase, deed)| {
        let twin = programme.twin();
        let server = Server::new(move |moment| if moment.phase == phase { deed } else { Deed::Fine });
        let run = twin.send(&server, 3, &[]);
        assert!(!run.stderr.contains('\u{1b}'), "a reply does not steer the terminal");
        nothing_left(&twin, run);
    });
}

#[test]
fn nobody_there_stops_the_run_before_anything_is_attempted() {
    let programme = Programme::new(3, "connections: 2");
    let urls =
        ["smtp://127.0.0.1:1", "smtp://relay.invalid:25", "smtps://127.0.0.1:1", "", "http://127.0.0.1", "smtp://"];
    at_once(&urls, |url| {
        let twin = programme.twin();
        nothing_left(&twin, twin.send_to(url, 3, &[]));
    });
}

#[test]
fn no_more_connections_are_wanted_and_the_run_still_ends() {
    let programme = Programme::new(12, "connections: 4");
    // The first connection is let in, and later ones again when it has brought something.
    let (greeted, taken) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let server = Server::new(move |moment| match moment.phase {
        Phase::Connect if greeted.fetch_add(1, Ordering::SeqCst) > 0 && taken.load(Ordering::SeqCst) < 3 => {
            Deed::SayAndHangUp("421 4.7.0 too many connections")
        }
        Phase::Mail if moment.taken == 3 => Deed::SayAndHangUp("421 4.7.0 enough for this connection"),
        Phase::Dot => {
            taken.fetch_add(1, Ordering::SeqCst);
            Deed::FineAfter(Duration::from_millis(20))
        }
        _ => Deed::Fine,
    });
    all_is_well(&programme, &server, 12, programme.send(&server, 12, &[]));
}

#[test]
fn a_relay_that_takes_few_messages_a_connection_gets_new_connections() {
    let programme = Programme::new(20, "connections: 2");
    let server = Server::new(|moment| match moment.phase {
        Phase::Mail if moment.taken >= 4 => Deed::SayAndHangUp("421 4.7.0 too many messages on this connection"),
        _ => Deed::Fine,
    });
    all_is_well(&programme, &server, 20, programme.send(&server, 20, &[]));
    assert!(server.connections().0 >= 5);
}

#[test]
fn a_rate_limit_leaves_the_rest_for_later() {
    let programme = Programme::new(12, "connections: 1");
    let taken = AtomicUsize::new(0);
    let server = Server::new(move |moment| match moment.phase {
        Phase::Recipient if taken.load(Ordering::SeqCst) >= 5 && moment.time == 1 => Deed::Say("450 4.7.1 rate limit"),
        Phase::Dot => {
            taken.fetch_add(1, Ordering::SeqCst);
            Deed::Fine
        }
        _ => Deed::Fine,
    });
    programme.send(&server, 12, &[]).ends_with(3).says("450 4.7.1 rate limit");
    let left = 12 - programme.in_state("accepted").len();
    assert!(left > 0 && server.kept().len() == 12 - left);
    let run = programme.send(&server, left, &["--resume"]);
    all_is_well(&programme, &server, 12, run);
}

#[test]
fn fewer_connections_than_wanted_are_enough() {
    let programme = Programme::new(12, "connections: 4");
    let options = Options { connections: Some(2), smtputf8: true, ..Options::default() };
    let server = Server::with(options, |moment| match moment.phase {
        Phase::Dot => Deed::FineAfter(Duration::from_millis(20)),
        _ => Deed::Fine,
    });
    all_is_well(&programme, &server, 12, programme.send(&server, 12, &[]));
}

#[test]
fn what_arrives_is_what_was_built_but_for_its_date() {
    let programme = Programme::new(3, "connections: 1");
    let server = Server::new(|_| Deed::Fine);
    all_is_well(&programme, &server, 3, programme.send(&server, 3, &[]));
    let undated = |message: &str| {
        let dates = message.lines().filter(|line| line.starts_with("Date: ")).count();
        assert_eq!(dates, 1);
        message.split_inclusive('\n').filter(|line| !line.starts_with("Date: ")).collect::<String>()
    };
    for number in 1..=3 {
        let built = programme.read(&format!("output/mail/{MAILING}/messages/{}.eml", person(number)));
        let kept = server.kept().into_iter().find(|kept| kept.to == address(number)).expect("it arrived");
        let came = String::from_utf8(kept.bytes).expect("ASCII");
        assert_eq!(undated(&came), undated(&built));
        assert!(built.contains(&format!("<{}>", kept.message_id)));
    }
}

#[test]
fn connections_are_kept_open_and_used_at_the_same_time() {
    let programme = Programme::new(24, "connections: 4");
    let server = Server::new(|moment| match moment.phase {
        Phase::Dot => Deed::FineAfter(Duration::from_millis(10)),
        _ => Deed::Fine,
    });
    all_is_well(&programme, &server, 24, programme.send(&server, 24, &[]));
    assert_eq!(server.connections(), (4, 4));
}

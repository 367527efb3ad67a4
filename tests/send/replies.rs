//! A reply belongs to a command: one that comes early, twice or not in time is none, and a fault of the relay is nobody's refusal.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::programme::{Programme, at_once};
use crate::server::{Deed, Options, Phase, Server};

const PEOPLE: usize = 4;

#[test]
fn a_reply_in_advance_is_not_believed() {
    // Each message that is put off waits for some seconds.
    const PEOPLE: usize = 2;
    let programme = Programme::new(PEOPLE, "connections: 1");
    let early = [
        (Phase::Mail, "250 2.1.0 ok\r\n250 2.1.5 ok\r\n354 go ahead\r\n250 2.0.0 queued"),
        (Phase::Recipient, "250 2.1.5 ok\r\n354 go ahead\r\n250 2.0.0 queued"),
        (Phase::Recipient, "250 2.1.5 ok\r\n250 2.1.5 ok"),
        (Phase::Hello, "250 mx.test\r\n250 2.1.0 ok"),
    ];
    let cases = early.map(|early| [(early, false), (early, true)]).concat();
    at_once(&cases, |&((phase, line), pipelining)| {
        let twin = programme.twin();
        let options = Options { pipelining, ..Options::default() };
        let server =
            Server::with(options, move |moment| if moment.phase == phase { Deed::Say(line) } else { Deed::Fine });
        twin.send(&server, PEOPLE, &[]);
        server.settle();
        let kept = server.kept().len();
        // What was called accepted is there; what is there was called accepted or is held back.
        assert!(twin.in_state("accepted").len() <= kept, "{line}: {kept} kept, {:?}", twin.states());
        let counts = server.by_address();
        assert!(counts.values().all(|&count| count == 1), "{line}: {counts:?}");
    });
}

#[test]
fn a_reply_that_comes_twice_leaves_a_doubt() {
    let programme = Programme::new(PEOPLE, "connections: 1");
    let server = Server::new(|moment| match moment.phase {
        Phase::Dot if moment.taken == 1 => Deed::KeepAndSay("250 2.0.0 queued\r\n250 2.0.0 queued"),
        _ => Deed::Fine,
    });
    programme.send(&server, PEOPLE, &[]).ends_with(3);
    server.settle();
    assert!(!programme.in_state("in_doubt").is_empty(), "{:?}", programme.states());
    assert!(server.by_address().values().all(|&count| count == 1));
}

#[test]
fn a_reset_that_is_refused_is_nobodys_refusal() {
    for pipelining in [false, true] {
        let programme = Programme::new(PEOPLE, "connections: 1");
        let options = Options { pipelining, ..Options::default() };
        let server = Server::with(options, |moment| match moment.phase {
            Phase::Recipient if moment.recipient.starts_with("p001") => Deed::Say("550 5.1.1 no such user"),
            Phase::Reset => Deed::Say("502 5.5.1 not here"),
            _ => Deed::Fine,
        });
        programme.send(&server, PEOPLE, &[]).ends_with(3);
        assert_eq!(programme.in_state("accepted"), [2, 3, 4], "{:?}", server.said());
        assert_eq!(programme.in_state("refused"), [1]);
    }
}

#[test]
fn equal_answers_that_put_off_slow_down_and_stop_the_run() {
    let programme = Programme::new(20, "connections: 1");
    let server = Server::new(|moment| match moment.phase {
        Phase::Recipient => Deed::Say("451 4.7.1 try again later"),
        _ => Deed::Fine,
    });
    programme.send(&server, 20, &[]).ends_with(3).says("ten messages in a row").says("451 4.7.1");
    assert_eq!(programme.in_state("deferred").len(), 10);
}

#[test]
fn a_quota_ends_the_run_with_the_time_to_come_back() {
    let programme = Programme::new(PEOPLE, "connections: 1");
    let taken = AtomicUsize::new(0);
    let server = Server::new(move |moment| match moment.phase {
        Phase::Mail if taken.load(Ordering::SeqCst) >= 2 => Deed::Say("454 4.7.0 daily quota exceeded, try in 5 hours"),
        Phase::Dot => {
            taken.fetch_add(1, Ordering::SeqCst);
            Deed::Fine
        }
        _ => Deed::Fine,
    });
    programme.send(&server, PEOPLE, &[]).ends_with(3).says("takes no more for now").says("come back after ");
    assert_eq!((programme.in_state("accepted").len(), programme.in_state("deferred").len()), (2, 1));
}

#[cfg(unix)]
#[test]
fn a_sendmail_that_hangs_or_cannot_be_run_does_not_hold_up_the_run() {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    let programme = Programme::new(1, "connections: 1, dot_timeout_s: 1");
    let program = programme.path("sendmail.sh");
    fs::write(&program, "#!/bin/sh\nsleep 30\n").expect("written");
    let via = format!("sendmail:{}", program.display());
    let send = |twin: &Programme| {
        let via = ["--via", &via];
        twin.run("", &[&["send", crate::programme::MAILING, "--allow-dirty", "--confirm", "1"], &via[..]].concat())
    };
    send(&programme.twin()).ends_with(4).says("no program that this account may run");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("a program");
    let began = std::time::Instant::now();
    send(&programme).ends_with(3);
    assert_eq!(programme.in_state("in_doubt"), [1]);
    assert!(began.elapsed().as_secs() < 20);
}

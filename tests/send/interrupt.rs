//! Ctrl-C: what is under way is finished, nothing more is begun, and the rest gets theirs later.

use std::process::{Child, Command};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use crate::programme::Programme;
use crate::server::{Deed, Phase, Server};

const PEOPLE: usize = 8;

/// A server that answers no final dot before it is told to.
fn thoughtful() -> (Server, Arc<OnceLock<()>>) {
    let released: Arc<OnceLock<()>> = Arc::default();
    let gate = Arc::clone(&released);
    let server = Server::new(move |moment| {
        if moment.phase == Phase::Dot {
            gate.wait();
        }
        Deed::Fine
    });
    (server, released)
}

fn interrupt(child: &Child) {
    let status = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("there is a kill");
    assert!(status.success());
}

/// Waits until two messages are on their way.
fn two_on_their_way(programme: &Programme) {
    while programme.in_state("attempting").len() < 2 {
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn interrupted_once_it_finishes_what_is_under_way() {
    let programme = Programme::new(PEOPLE, "connections: 2");
    let (server, released) = thoughtful();
    let child = programme.start(&server.url("smtp://"), PEOPLE, &[]);
    two_on_their_way(&programme);
    interrupt(&child);
    // It has time to notice.
    thread::sleep(Duration::from_millis(300));
    released.set(()).expect("once");
    let output = child.wait_with_output().expect("it ends");
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert_eq!((programme.in_state("accepted").len(), programme.in_state("attempting").len()), (2, 0), "{said}");
    assert_eq!(server.kept().len(), 2);
    programme.send(&server, PEOPLE - 2, &["--resume"]).ends_with(0);
    assert_eq!((server.kept().len(), server.by_address().len()), (PEOPLE, PEOPLE));
}

#[test]
fn interrupted_twice_it_quits_and_what_was_under_way_is_in_doubt() {
    let programme = Programme::new(PEOPLE, "connections: 2");
    let (server, released) = thoughtful();
    let mut child = programme.start(&server.url("smtp://"), PEOPLE, &[]);
    two_on_their_way(&programme);
    let under_way = programme.in_state("attempting");
    interrupt(&child);
    thread::sleep(Duration::from_millis(100));
    interrupt(&child);
    // The relay has not answered.
    assert_eq!(child.wait().expect("it ends").code(), Some(3));
    released.set(()).expect("once");
    let rest = programme.send(&server, PEOPLE - 2, &["--resume"]).ends_with(3);
    for &number in &under_way {
        assert!(rest.stderr.contains(&crate::programme::person(number)), "{}", rest.stderr);
    }
    server.settle();
    assert!(server.by_address().values().all(|&count| count == 1));
    assert_eq!(programme.in_state("accepted").len(), PEOPLE - 2);
}

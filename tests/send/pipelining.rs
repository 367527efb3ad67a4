//! Commands that do not wait for each other travel together (RFC 2920), where the relay offers it.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use crate::programme::Programme;
use crate::server::{Deed, Options, Phase, Server};

/// A wire to a server, on which everything takes its time, and how often the client had to wait for the server.
struct Wire {
    port: u16,
    turns: Arc<AtomicUsize>,
}

impl Wire {
    fn new(server: &Server, delay: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let (turns, to) = (Arc::new(AtomicUsize::new(0)), server.port());
        let counted = Arc::clone(&turns);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let server = TcpStream::connect(("127.0.0.1", to)).expect("a server");
                for stream in [&client, &server] {
                    stream.set_nodelay(true).expect("set");
                }
                let (from_client, to_server) =
                    (client.try_clone().expect("cloned"), server.try_clone().expect("cloned"));
                let is_servers = Arc::new(AtomicBool::new(true));
                let (turn, turns) = (Arc::clone(&is_servers), Arc::clone(&counted));
                thread::spawn(move || {
                    carry(from_client, to_server, delay, || {
                        if turn.swap(false, Ordering::SeqCst) {
                            turns.fetch_add(1, Ordering::SeqCst);
                        }
                    });
                });
                thread::spawn(move || carry(server, client, delay, || is_servers.store(true, Ordering::SeqCst)));
            }
        });
        Wire { port, turns }
    }

    fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }
}

/// Carries octets one way. What is under way does not hold up what comes behind it, as on a real wire.
fn carry(mut from: TcpStream, mut to: TcpStream, delay: Duration, note: impl Fn()) {
    let (sent, arriving) = mpsc::channel::<(Instant, Vec<u8>)>();
    let other_end = thread::spawn(move || {
        for (due, octets) in arriving {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            if to.write_all(&octets).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    });
    let mut chunk = [0; 64 * 1024];
    while let Ok(count @ 1..) = from.read(&mut chunk) {
        note();
        if sent.send((Instant::now() + delay, chunk[..count].to_vec())).is_err() {
            break;
        }
    }
    drop(sent);
    let _ = other_end.join();
}

fn turns(pipelining: bool, people: usize) -> usize {
    let programme = Programme::new(people, "connections: 1");
    let server = Server::with(Options { pipelining, ..Options::default() }, |_| Deed::Fine);
    let wire = Wire::new(&server, Duration::ZERO);
    programme.send_to(&wire.url(), people, &[]).ends_with(0);
    assert_eq!(server.kept().len(), people);
    wire.turns.load(Ordering::SeqCst)
}

#[test]
fn a_message_costs_two_ways_there_and_back_instead_of_four() {
    const PEOPLE: usize = 8;
    let (each, together) = (turns(false, PEOPLE), turns(true, PEOPLE));
    assert!(together <= each - 2 * PEOPLE, "{each} one by one, {together} together");
}

#[test]
fn what_is_refused_in_a_group_is_refused_alone() {
    let programme = Programme::new(6, "connections: 1");
    let server = Server::with(Options { pipelining: true, ..Options::default() }, |moment| {
        match (moment.phase, moment.recipient.get(..4)) {
            (Phase::Recipient, Some("p002")) => Deed::Say("550 5.1.1 no such user"),
            (Phase::Recipient, Some("p004")) => Deed::Say("450 4.2.0 later"),
            (Phase::Data, Some("p005")) => Deed::Say("451 4.3.0 not now"),
            (Phase::Dot, Some("p006")) => Deed::Say("554 5.7.1 spam"),
            _ => Deed::Fine,
        }
    });
    programme.send(&server, 6, &[]).ends_with(3);
    assert_eq!(programme.in_state("accepted"), [1, 3]);
    assert_eq!((programme.in_state("refused"), programme.in_state("deferred")), (vec![2, 6], vec![4, 5]));
    assert_eq!(server.kept().len(), 2);
}

#[test]
fn a_relay_that_does_not_bear_groups_is_spoken_to_one_by_one() {
    let programme = Programme::new(4, "connections: 1");
    let groups = AtomicUsize::new(0);
    let server = Server::with(Options { pipelining: true, ..Options::default() }, move |moment| match moment.phase {
        // Whatever comes together is too much for it, the first time.
        Phase::Recipient if groups.fetch_add(1, Ordering::SeqCst) == 0 => Deed::HangUp,
        _ => Deed::Fine,
    });
    programme.send(&server, 4, &[]).ends_with(0);
    assert!(server.by_address().values().all(|&count| count == 1) && server.kept().len() == 4);
}

/// `cargo test --test send -- --ignored --nocapture messages_a_second`: 50 ms there and back. What a run costs before its first message
/// and after its last is the same for few and many.
#[test]
#[ignore = "a measurement"]
fn messages_a_second_over_a_long_wire() {
    const FEW: usize = 10;
    const MANY: usize = 50;
    for delay in [0, 25] {
        for pipelining in [false, true] {
            let time = |people: usize| {
                let programme = Programme::new(people, "connections: 1");
                let server = Server::with(Options { pipelining, ..Options::default() }, |_| Deed::Fine);
                let wire = Wire::new(&server, Duration::from_millis(delay));
                let began = Instant::now();
                programme.send_to(&wire.url(), people, &[]).ends_with(0);
                began.elapsed().as_secs_f64()
            };
            let rate = (MANY - FEW) as f64 / (time(MANY) - time(FEW));
            println!("{} ms there and back, pipelining {pipelining}: {rate:.1} messages a second", 2 * delay);
        }
    }
}

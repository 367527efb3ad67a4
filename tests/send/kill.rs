//! Killed at random moments, with and without faults, the command loses nobody and sends nothing twice.

use std::fs::File;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::programme::{MAILING, Programme, address, person};
use crate::server::{Deed, Moment, Phase, Server};

const PEOPLE: usize = 300;
const CONNECTIONS: usize = 4;

/// Numbers that look random and are the same for the same seed (splitmix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}

fn variable(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// The sender that is to be killed, and at which of the server's moments.
#[derive(Default)]
struct Target {
    child: Option<Child>,
    /// So many moments are left.
    moments: u64,
    /// And then so long.
    pause: Duration,
}

type Gun = Arc<Mutex<Target>>;

/// Counts moments down to the shot.
fn count_down(gun: &Gun) {
    let mut target = gun.lock().expect("no panic");
    if target.moments == 0 {
        return;
    }
    target.moments -= 1;
    if target.moments == 0 {
        let (gun, pause) = (Arc::clone(gun), target.pause);
        if pause.is_zero() {
            shoot(&mut target);
        } else {
            // The session goes on meanwhile.
            thread::spawn(move || {
                thread::sleep(pause);
                shoot(&mut gun.lock().expect("no panic"));
            });
        }
    }
}

fn shoot(target: &mut Target) {
    if let Some(child) = &mut target.child {
        // It may have ended by itself.
        let _ = child.kill();
    }
}

/// Kills the sender after so long, whatever it is doing.
fn kill_after(gun: &Gun, time: Duration) {
    let gun = Arc::clone(gun);
    thread::spawn(move || {
        thread::sleep(time);
        shoot(&mut gun.lock().expect("no panic"));
    });
}

/// The exit code of the sender; `None` where it was killed.
fn wait(gun: &Gun) -> Option<i32> {
    loop {
        let mut target = gun.lock().expect("no panic");
        let child = target.child.as_mut().expect("it was started");
        if let Some(status) = child.try_wait().expect("it is ours") {
            target.child = None;
            target.moments = 0;
            return status.code();
        }
        drop(target);
        thread::sleep(Duration::from_micros(300));
    }
}

/// Faults that come and go: about one moment in twenty has one.
fn trouble(moment: &Moment<'_>, random: &mut Random, doubts: &AtomicUsize) -> Deed {
    if random.below(20) > 0 {
        return Deed::Fine;
    }
    match (moment.phase, random.below(4)) {
        (Phase::Recipient, 0) => Deed::Say("450 4.2.0 greylisted"),
        (Phase::Recipient | Phase::Mail | Phase::Data, 1) => Deed::HangUp,
        (Phase::Mail, 2) => Deed::SayAndHangUp("421 4.3.2 shutting down"),
        (Phase::Dot, 0) => Deed::Say("451 4.3.0 not now"),
        (Phase::Dot, 1) => {
            doubts.fetch_add(1, Ordering::SeqCst);
            if random.below(2) == 0 { Deed::HangUp } else { Deed::KeepAndHangUp }
        }
        _ => Deed::Fine,
    }
}

/// What a list came to.
#[derive(Debug, Default)]
struct Score {
    kills: u64,
    /// Messages in doubt, and how many of them the server's own faults explain.
    doubts: usize,
    explained: usize,
    /// Somebody has two messages.
    twice: usize,
    /// Somebody is neither accepted nor said to be in doubt, and nothing more would be sent.
    lost: usize,
    /// The journal says accepted, and the server has nothing.
    absent: usize,
    /// In doubt, and not listed for a person to decide.
    unnamed: usize,
}

impl Score {
    fn add(&mut self, other: &Score) {
        self.kills += other.kills;
        self.doubts += other.doubts;
        self.explained += other.explained;
        self.twice += other.twice;
        self.lost += other.lost;
        self.absent += other.absent;
        self.unnamed += other.unnamed;
    }
}

/// Who is in doubt: said so, or in flight when it was killed.
fn doubts(programme: &Programme) -> Vec<usize> {
    let mut doubts = programme.in_state("in_doubt");
    doubts.extend(programme.in_state("attempting"));
    doubts
}

fn audit(programme: &Programme, server: &Server) -> Score {
    let (states, counts, doubts) = (programme.states(), server.by_address(), doubts(programme));
    let listed = programme.run("", &["send", MAILING, "--status"]);
    let mut score = Score { doubts: doubts.len(), ..Score::default() };
    for number in 1..=PEOPLE {
        let count = counts.get(&address(number)).copied().unwrap_or(0);
        let state = states.get(&person(number)).map_or("", String::as_str);
        score.twice += usize::from(count > 1);
        score.lost += usize::from(state != "accepted" && !doubts.contains(&number));
        score.absent += usize::from(state == "accepted" && count == 0);
    }
    let named =
        |number: &&usize| listed.stdout.contains(&person(**number)) || listed.stderr.contains(&person(**number));
    score.unnamed = doubts.len() - doubts.iter().filter(named).count();
    score
}

/// Kills and resumes until a list of 300 is through, at most `kills` times.
fn one_list(whole: &Programme, usual: Duration, random: &mut Random, faults: bool, kills: u64) -> Score {
    let programme = whole.twin();
    let (gun, explained) = (Gun::default(), Arc::new(AtomicUsize::new(0)));
    let (aim, dice, by_fault) = (Arc::clone(&gun), Mutex::new(Random(random.next())), Arc::clone(&explained));
    let server = Server::new(move |moment| {
        count_down(&aim);
        match faults {
            true => trouble(moment, &mut dice.lock().expect("no panic"), &by_fault),
            false => Deed::Fine,
        }
    });
    let mut killed = 0;
    for run in 0.. {
        let left = PEOPLE - programme.in_state("accepted").len() - doubts(&programme).len();
        if left == 0 || run == kills + 60 {
            break;
        }
        let count = left.to_string();
        let mut arguments = vec!["--quiet", "send", MAILING, "--allow-dirty", "--confirm", &count];
        arguments.extend((!programme.journal().is_empty()).then_some("--resume"));
        let said = File::create(programme.path("said.txt")).expect("a file");
        let mut sender = programme.command(&server.url("smtp://"), &arguments);
        sender.stdin(Stdio::null()).stdout(Stdio::null()).stderr(said);
        let (by_moment, with_pause) = (random.below(8) > 0, random.below(2) == 0);
        let mut target = gun.lock().expect("no panic");
        target.child = Some(sender.spawn().expect("the command starts"));
        if killed < kills && by_moment {
            // Four moments a message and more: somewhere in what is left.
            target.moments = 1 + random.below(4 * left as u64);
            target.pause = Duration::from_micros(if with_pause { random.below(2_000) } else { 0 });
        } else if killed < kills {
            let micros = u64::try_from(usual.as_micros()).expect("a short time");
            kill_after(&gun, Duration::from_micros(random.below(micros)));
        }
        drop(target);
        let ended = wait(&gun);
        server.settle();
        match ended {
            None => killed += 1,
            Some(0 | 3) => {}
            Some(other) => panic!("it ended with {other}: {}", programme.read("said.txt")),
        }
    }
    let explained = explained.load(Ordering::SeqCst);
    let score = Score { kills: killed, explained, ..audit(&programme, &server) };
    let most = killed as usize * CONNECTIONS + explained;
    assert!(score.doubts <= most, "more than one in doubt a connection a kill: {score:?}");
    score
}

#[test]
fn killed_at_random_moments_nobody_gets_two_and_nobody_is_lost() {
    let (kills, seed) = (variable("KILLS", 10), variable("SEED", 20_261_125));
    let whole = Programme::new(PEOPLE, &format!("connections: {CONNECTIONS}"));
    let (rehearsal, kind) = (whole.twin(), Server::new(|_| Deed::Fine));
    let begun = Instant::now();
    rehearsal.send(&kind, PEOPLE, &["--quiet"]).ends_with(0);
    let usual = begun.elapsed();
    let mut random = Random(seed);
    for faults in [false, true] {
        let (mut total, mut lists) = (Score::default(), 0);
        while total.kills < kills / 2 {
            let score = one_list(&whole, usual, &mut random, faults, (kills / 2 - total.kills).min(12));
            total.add(&score);
            lists += 1;
        }
        let kind = if faults { "with faults" } else { "without faults" };
        println!("{kind}: {lists} lists of {PEOPLE}, {total:?}");
        let damage = (total.twice, total.lost, total.absent, total.unnamed);
        assert_eq!(damage, (0, 0, 0, 0), "{kind}, seed {seed}: {total:?}");
    }
}

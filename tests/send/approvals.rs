//! Nothing leaves that was not approved in these very bytes by everybody who has to (R36): texts, layouts, settings and attachments
//! are changed, approved, built and sent in any order, and a server looks at what comes.
//!
//! `BEVARA_APPROVALS=10000 cargo test --test send approvals` tries more orders than usual, `SEED=…` others.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use crate::programme::{MAILING, Programme, address, at_once};
use crate::server::{Deed, Server};

const PEOPLE: usize = 4;
/// The roles that the mailing needs, with who holds them and the language they read.
const ROLES: [(&str, &str, Option<&str>); 2] =
    [("ceo", "elin@ek-ask.example", None), ("language:en", "olof@ek-ask.example", Some("en"))];

/// Numbers that look like chance (xorshift64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as usize % limit
    }
}

/// What each role has approved: the bytes that a contact would have got then.
type Approved = BTreeMap<&'static str, BTreeSet<(String, Vec<u8>)>>;

/// A message without what no approval is about: when it leaves.
fn undated(message: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(message);
    text.split_inclusive('\n').filter(|line| !line.starts_with("Date: ")).collect::<String>().into_bytes()
}

struct Round {
    programme: Programme,
    server: Server,
    approved: Approved,
    /// What was done, to be told where it fails.
    told: Vec<String>,
}

impl Round {
    fn new() -> Self {
        let programme = Programme::unbuilt(PEOPLE, "connections: 1");
        let settings = programme
            .read("bevara.yaml")
            .replace("email: olof@ek-ask.example\n", "email: olof@ek-ask.example\n    languages: [en]\n");
        programme.write("bevara.yaml", &format!("{settings}\napproval: {{newsletter: [ceo, \"language:en\"]}}\n"));
        let round =
            Round { programme, server: Server::new(|_| Deed::Fine), approved: Approved::new(), told: Vec::new() };
        round.git(&["init", "-q", "-b", "main", "."]);
        round
    }

    fn git(&self, arguments: &[&str]) {
        let mut command = Command::new("git");
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
        assert!(command.args(arguments).current_dir(self.programme.path("")).status().expect("git is there").success());
    }

    /// What everybody would get now.
    fn built(&self) -> BTreeMap<String, Vec<u8>> {
        self.programme.run("", &["build", "--mailing", MAILING, "--only", "mail"]).ends_with(0);
        let message = |number: usize| {
            let name = format!("output/mail/{MAILING}/messages/{}.eml", crate::programme::person(number));
            (address(number), undated(&fs::read(self.programme.path(&name)).expect("it was built")))
        };
        (1..=PEOPLE).map(message).collect()
    }

    /// Changes something; the same choices come back, so that texts that were approved before do too.
    fn edit(&mut self, chance: &mut Chance) {
        let word = ["en ny såg", "en gammal såg", "två sågar"][chance.below(3)];
        let english = ["a new saw", "an old saw"][chance.below(2)];
        let set = |path: &str, known: &[&str], now: &str| {
            let text = self.programme.read(path);
            let before = known.iter().find(|word| text.contains(**word)).expect("one of them is there");
            self.programme.write(path, &text.replace(before, now));
        };
        let what = chance.below(6);
        match what {
            0 => set("content/newsletters/november.sv.md", &["en ny såg", "en gammal såg", "två sågar"], word),
            1 => set("content/newsletters/november.en.md", &["a new saw", "an old saw"], english),
            2 => set(
                "templates/email/base.html",
                &["class=\"sheet fixed\" width=\"100%\"", "class=\"sheet fixed\" width=\"99%\""],
                ["class=\"sheet fixed\" width=\"100%\"", "class=\"sheet fixed\" width=\"99%\""][chance.below(2)],
            ),
            3 => set(
                "bevara.yaml",
                &["+46 8 465 004 22", "+46 8 465 004 29"],
                ["+46 8 465 004 22", "+46 8 465 004 29"][chance.below(2)],
            ),
            4 => set(
                "bevara.yaml",
                &["mailto: avregistrera@", "mailto: nej@"],
                ["mailto: avregistrera@", "mailto: nej@"][chance.below(2)],
            ),
            _ => set("content/keep-in-mind.en.md", &["We build", "We make"], ["We build", "We make"][chance.below(2)]),
        }
        self.told.push(format!("edit {what}"));
    }

    /// A role approves everything it reads, or one tier of it.
    fn approve(&mut self, chance: &mut Chance) {
        let (role, email, language) = ROLES[chance.below(ROLES.len())];
        self.git(&["config", "user.email", email]);
        let now = self.built();
        let run = self.programme.run("", &["approve", MAILING, "--as", role]).ends_with(0);
        assert!(run.stderr.contains("approved"), "{}", run.stderr);
        let reads = |number: &usize| language.is_none_or(|language| language == ["sv", "en"][number % 2]);
        let seen = (1..=PEOPLE).filter(reads).map(|number| (address(number), now[&address(number)].clone()));
        self.approved.entry(role).or_default().extend(seen);
        self.told.push(format!("approve {role}"));
    }

    /// Sends whatever may leave; what the server took was approved, by everybody, as it is.
    fn send(&mut self) {
        let left = PEOPLE - self.server.kept().len();
        let run = self.programme.send(&self.server, left, &[]);
        self.told.push(format!("send: {:?}", run.status));
        for kept in self.server.kept() {
            let english = (1..=PEOPLE).any(|number| address(number) == kept.to && number % 2 == 1);
            let message = (kept.to.clone(), undated(&kept.bytes));
            for (role, _, language) in ROLES {
                let has_to = language.is_none() || english;
                let was = self.approved.get(role).is_some_and(|seen| seen.contains(&message));
                assert!(was || !has_to, "{} left and {role} has not approved it: {:#?}", kept.to, self.told);
            }
        }
    }

    fn is_over(&self) -> bool {
        self.server.kept().len() == PEOPLE
    }
}

#[test]
fn r36_nothing_leaves_that_not_everybody_approved_in_these_bytes() {
    let count = std::env::var("BEVARA_APPROVALS").ok().and_then(|count| count.parse().ok()).unwrap_or(8);
    let seed: u64 = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_121);
    let workers: Vec<usize> = (0..2).collect();
    let sent = std::sync::atomic::AtomicUsize::new(0);
    at_once(&workers, |worker| {
        for round in (*worker..count).step_by(workers.len()) {
            let mut chance = Chance(seed.wrapping_mul(round as u64 * 2 + 1) | 1);
            let mut round = Round::new();
            for _ in 0..10 {
                match chance.below(7) {
                    0 | 1 => round.edit(&mut chance),
                    2..=4 => round.approve(&mut chance),
                    5 => drop(round.built()),
                    _ => round.send(),
                }
                if round.is_over() {
                    break;
                }
            }
            // However it went: with both approvals of what is there it leaves, unless a part has left already.
            round.send();
            sent.fetch_add(round.server.kept().len(), std::sync::atomic::Ordering::Relaxed);
        }
    });
    let sent = sent.into_inner();
    println!("{count} orders of events, {sent} messages left, all of them approved");
    assert!(count < 20 || sent > 0, "nothing ever left: the test proves nothing");
}

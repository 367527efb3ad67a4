//! Builds upon builds: whatever is edited in between, the output is that of a fresh build, and a build that is killed leaves the last
//! good output, the new one, or a mark that the next build sees (design §3).
//!
//! `EDITS=1000 cargo test --test it edits` and `KILLS=300 cargo test --test it killed` try more than the usual few.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::files::{self, assert_same};
use crate::programme::Programme;
use crate::run::{Run, TODAY, bevara, finish};
use crate::scratch;

/// A small generator of numbers (SplitMix64): the same rounds on every machine.
pub struct Dice(u64);

impl Dice {
    /// Numbers that a seed gives.
    pub fn new(seed: u64) -> Self {
        Dice(seed)
    }

    /// A number below a count.
    pub fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % count as u64) as usize
    }

    fn pick<'l, T>(&mut self, list: &'l [T]) -> &'l T {
        &list[self.below(list.len())]
    }
}

/// How often something is tried: as a variable of the environment says, else as usual.
pub fn count(variable: &str, usual: usize) -> usize {
    std::env::var(variable).ok().and_then(|count| count.parse().ok()).unwrap_or(usual)
}

const TEXTS: [&str; 8] = [
    "content/newsletters/november.sv.md",
    "content/newsletters/november.en.md",
    "content/newsletters/workshop.sv.md",
    "content/newsletters/workshop.en.md",
    "content/greetings/christmas.sv.md",
    "content/greetings/christmas.en.md",
    "content/keep-in-mind.sv.md",
    "content/pages/index.sv.md",
];

/// What is written at the end of a text; the last ones do not always render.
const WORDS: [&str; 6] = [
    "Sågen vilar.",
    "{% if contact %}{{ contact.name.given }}!{% endif %}",
    "{% if contact %}{% for tag in contact.tags %}- {{ tag }}\n{% endfor %}{% endif %}",
    "{% if contact.company %}Hos {{ contact.company }}.{% endif %}",
    "{% set x = contact.name.given | default(value=\"du\") %}{{ x }}",
    "{{ contact.role }}",
];

/// Pairs of words that an edit puts in the place of each other.
const SWAPS: [(&str, &str, &str); 9] = [
    ("contacts/people.yaml", "given: Anna", "given: Annika"),
    ("contacts/people.yaml", "company: Linds Bokhandel AB", "company: Linds Böcker AB"),
    ("contacts/people.yaml", "tags: [kitchen]", "tags: [kitchen, golf, oak]"),
    ("contacts/people.yaml", "  language: en\n  tier: A", "  language: sv\n  tier: A"),
    ("contacts/people.yaml", "  tier: B\n  owner: elin", "  tier: C\n  owner: elin"),
    ("content/plan/2026.yaml", "when: 2026-12-02", "when: 2026-12-03"),
    ("content/plan/2026.yaml", "signed_by: ceo", "signed_by: owner"),
    ("bevara.yaml", "name: Ek & Ask Snickeri\n", "name: Ek och Ask Snickeri\n"),
    ("templates/email/base.txt", "{{ body }}", "{{ body }}\n"),
];

/// Changes one thing; says which.
fn edit(root: &Path, dice: &mut Dice) -> String {
    let read = |path: &str| fs::read_to_string(root.join(path)).expect("a text");
    let write = |path: &str, text: String| fs::write(root.join(path), text).expect("written");
    match dice.below(8) {
        0..=2 => {
            let (path, words) = (dice.pick(&TEXTS), dice.pick(&WORDS));
            write(path, format!("{}\n\n{words}\n", read(path).trim_end()));
            format!("{path}: {words}")
        }
        3 => {
            let path = dice.pick(&TEXTS);
            let text = read(path);
            let shorter = text.trim_end().rsplit_once("\n\n").map_or(text.as_str(), |(before, _)| before);
            // Front matter and a first paragraph stay.
            if shorter.matches("\n\n").count() > 1 {
                write(path, format!("{shorter}\n"));
            }
            format!("{path}: shorter")
        }
        4 | 5 => {
            let (path, one, other) = dice.pick(&SWAPS);
            let text = read(path);
            let swapped = match text.contains(other) {
                true => text.replacen(other, one, 1),
                false => text.replacen(one, other, 1),
            };
            write(path, swapped);
            format!("{path}: {one} and {other}")
        }
        6 => {
            let all = files::paths(&root.join("output"));
            if all.is_empty() {
                return "nothing was built".to_owned();
            }
            let path = dice.pick(&all);
            fs::remove_file(root.join("output").join(path)).expect("removed");
            format!("output/{path} is gone")
        }
        _ => {
            let path = "contacts/people.yaml";
            let text = read(path);
            let shorter = text.find("- id: nils-ny").map(|at| text[..at].to_owned());
            let longer = || {
                format!(
                    "{text}- id: nils-ny\n  name: Nils Ny\n  email: nils@ny.example\n  language: sv\n  tier: B\n  owner: elin\n  \
                     kind: customer\n  basis: {{kind: customer, evidence: order 2026-1}}\n  collected_on: 2026-11-02\n  tier_reason: New.\n"
                )
            };
            write(path, shorter.unwrap_or_else(longer));
            "Nils comes or goes".to_owned()
        }
    }
}

fn build(root: &Path, cache: &str) -> Run {
    let mut command = bevara(root);
    command.env("XDG_CACHE_HOME", Path::new(env!("CARGO_TARGET_TMPDIR")).join(cache));
    finish(command.args(["--today", TODAY, "-q", "build", "--all"]), root)
}

/// Fails where a build wrote a file again that had these bytes already.
fn assert_untouched(
    before: &BTreeMap<String, Vec<u8>>,
    stamps: &BTreeMap<String, (std::time::SystemTime, u64)>,
    output: &Path,
    after: &BTreeMap<String, Vec<u8>>,
) {
    let now = files::stamps(output);
    let same = after.iter().filter(|(path, bytes)| before.get(*path) == Some(bytes));
    let touched: Vec<&String> = same.map(|(path, _)| path).filter(|path| stamps.get(*path) != now.get(*path)).collect();
    assert!(touched.is_empty(), "written again: {touched:#?}");
}

#[test]
fn after_any_edits_the_output_is_that_of_a_fresh_build() {
    let programme = Programme::new();
    let output = programme.path("output");
    build(programme.root(), "edits").succeeds();
    let mut dice = Dice(16);
    let mut sound = 0;
    for round in 0..count("EDITS", 10) {
        let state = files::read(programme.root());
        let done: Vec<String> = (0..1 + dice.below(3)).map(|_| edit(programme.root(), &mut dice)).collect();
        let (before, stamps) = (files::read(&output), files::stamps(&output));
        let built = build(programme.root(), "edits");
        let fresh = scratch::folder();
        files::copy(programme.root(), fresh.path());
        fs::remove_dir_all(fresh.path().join("output")).expect("removed");
        let anew = build(fresh.path(), "edits-fresh");
        let about = format!("round {round}: {done:#?}\n{}", built.stderr);
        assert_eq!((built.status, &built.stderr), (anew.status, &anew.stderr), "{about}");
        let after = files::read(&output);
        if built.status == 0 {
            sound += 1;
            println!("{about}");
            assert_same(&after, &files::read(&fresh.path().join("output")));
            assert_untouched(&before, &stamps, &output, &after);
        } else {
            // Nothing of the output was touched; the edits are taken back.
            assert_same(&after, &before);
            assert_eq!(files::stamps(&output), stamps, "{about}");
            for (path, bytes) in state.iter().filter(|(path, _)| !path.starts_with("output/")) {
                fs::write(programme.path(path), bytes).expect("written");
            }
        }
    }
    assert!(sound > 0, "nothing could be built");
}

/// What lies under `output/` but for what a broken build leaves for the next one.
fn whole(output: &Path) -> BTreeMap<String, Vec<u8>> {
    let own = |path: &String| !path.starts_with(".staging/") && path != ".building";
    files::read(output).into_iter().filter(|(path, _)| own(path)).collect()
}

fn begun(root: &Path) -> Child {
    let mut command = bevara(root);
    command.env("XDG_CACHE_HOME", Path::new(env!("CARGO_TARGET_TMPDIR")).join("killed"));
    command.args(["--today", TODAY, "-q", "build", "--all"]).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("it starts")
}

#[test]
fn a_build_that_is_killed_leaves_the_last_good_output_or_the_new_one() {
    let programme = Programme::new();
    let output = programme.path("output");
    let text = programme.read("templates/email/base.txt");
    let set =
        |words: &str| fs::write(programme.path("templates/email/base.txt"), format!("{words}{text}")).expect("written");
    // Every message differs between the two states.
    let states = ["Ett.\n", "Två.\n"].map(|words| {
        set(words);
        build(programme.root(), "killed").succeeds();
        whole(&output)
    });
    let mut dice = Dice::new(300);
    let mut marked = 0;
    for kill in 0..count("KILLS", 4) {
        let (last, next) = (&states[(kill + 1) % 2], &states[kill % 2]);
        set(["Ett.\n", "Två.\n"][kill % 2]);
        let mut child = begun(programme.root());
        let start = Instant::now();
        // Half of them die while files are moved, which is short.
        let is_near = || kill % 2 == 1 && !output.join(".building").exists();
        while is_near() && start.elapsed() < Duration::from_secs(20) && child.try_wait().expect("asked").is_none() {}
        std::thread::sleep(Duration::from_micros(dice.below(if kill % 2 == 1 { 3_000 } else { 600_000 }) as u64));
        child.kill().expect("it is ours");
        child.wait().expect("it ended");
        let is_marked = output.join(".building").exists();
        let left = whole(&output);
        assert!(is_marked || left == *last || left == *next, "kill {kill}: a mixture without a mark");
        marked += usize::from(is_marked);
        build(programme.root(), "killed").succeeds();
        assert_same(&whole(&output), next);
    }
    println!("{marked} were killed while files moved");
}

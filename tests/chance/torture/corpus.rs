//! What must hold for any input, tried with the corpus of the fuzzer and damaged copies of it.
//!
//! `BEVARA_FUZZ_ROUNDS=100000 cargo test --test chance corpus` tries more copies than the usual thousands, `BEVARA_FUZZ_SEED=…` others.

use std::fs;
use std::path::Path;

use super::generator::Generator;

#[path = "../../../fuzz/src/lib.rs"]
mod targets;

/// What breaks texts, in the languages of all targets.
const PIECES: [&[u8]; 48] = [
    b" ",
    b"\n",
    b"\r\n",
    b"\r",
    b"\t",
    b"\0",
    b"\x1b",
    b"\x7f",
    b"\xff",
    b"\xc3",
    b"\xe2\x80\xa8",
    b"\xef\xbb\xbf",
    b"- ",
    b"---\n",
    b": ",
    b"#",
    b"\"",
    b"'",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b"&a",
    b"*a",
    b"!",
    b"|\n",
    b">",
    b"%",
    b"<<: ",
    b"null",
    b"1e3",
    b"<",
    b"</p>",
    b"<!--",
    b"-->",
    b"<style>",
    b"</script>",
    b"<plaintext>",
    b"style=\"",
    b"display:none",
    b"/*",
    b"url(",
    b"\\",
    b";",
    b"250-",
    b".\r\n",
    b"\xf0\x9f\x91\xa9",
];

/// Says which input it was where a target panics.
struct Tried<'t>(&'t str, &'t [u8]);

impl Drop for Tried<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("target {} with {:?}", self.0, self.1.escape_ascii().to_string());
        }
    }
}

fn variable(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// A copy with some accidents.
fn damaged(seed: &[u8], other: &[u8], generator: &mut Generator) -> Vec<u8> {
    let mut copy = seed.to_vec();
    for _ in 0..=generator.below(4) {
        let at = generator.below(copy.len() + 1);
        let end = (at + generator.below(12)).min(copy.len());
        match generator.below(6) {
            0 => drop(copy.drain(at..end)),
            1 => copy.truncate(at),
            2 => copy.extend_from_within(at..end),
            3 => {
                let from = generator.below(other.len() + 1);
                copy.splice(at..end, other[from..(from + 40).min(other.len())].iter().copied());
            }
            4 => {
                if let Some(octet) = copy.get_mut(at) {
                    *octet ^= 1 << generator.below(8);
                }
            }
            _ => drop(copy.splice(at..end, PIECES[generator.below(PIECES.len())].iter().copied())),
        }
    }
    copy
}

#[test]
fn every_target_holds_for_its_corpus_and_damaged_copies() {
    let rounds = variable("BEVARA_FUZZ_ROUNDS", 3_000);
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    std::thread::scope(|scope| {
        for (name, target) in targets::TARGETS {
            let folder = corpus.join(name);
            scope.spawn(move || {
                let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
                let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
                paths.sort();
                let seeds: Vec<Vec<u8>> = paths.iter().map(|path| fs::read(path).expect("a file")).collect();
                assert!(seeds.len() > 2, "{name} has a corpus");
                let try_one = |input: &[u8]| {
                    let _tried = Tried(name, input);
                    target(input);
                };
                seeds.iter().for_each(|seed| try_one(seed));
                let mut generator = Generator::new(variable("BEVARA_FUZZ_SEED", 1));
                for _ in 0..rounds {
                    let (seed, other) = (generator.below(seeds.len()), generator.below(seeds.len()));
                    try_one(&damaged(&seeds[seed], &seeds[other], &mut generator));
                }
            });
        }
    });
}

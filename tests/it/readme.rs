//! The README says what is so: its commands are there and run on any day, its figures are counted again, its links lead somewhere.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::demo;
use crate::files;
use crate::run::{Run, bevara, finish, run};
use crate::scratch;

/// Days of three years: one before the demo's first mailing, one in its year of plans, one behind all of them.
const DAYS: [&str; 3] = ["2026-11-21", "2027-06-30", "2029-02-28"];

fn readme() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("a README")
}

/// Every command line of the README's examples, without its comment.
fn commands() -> Vec<String> {
    let readme = readme();
    let blocks = readme.split("```sh\n").skip(1).filter_map(|rest| rest.split("\n```").next());
    let lines = blocks.flat_map(str::lines).map(|line| line.split("  #").next().unwrap_or_default().trim());
    lines.filter(|line| line.starts_with("bevara ")).map(str::to_owned).collect()
}

/// The words of a command, as a shell takes them apart.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for letter in command.chars() {
        match letter {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            letter => words.last_mut().expect("there is one").push(letter),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// How an example may end where that is not 0: what it needs or finds differs from machine to machine, or from day to day.
fn may_end_with(command: &str) -> &'static [i32] {
    let begins = |start: &str| command.starts_with(start);
    match command {
        // It goes on until somebody ends it; there is no such file here, and nobody on the demo's team is called so.
        _ if begins("bevara serve") => &[],
        _ if begins("bevara import people.csv") => &[2, 4],
        // Nothing was built or sent in a fresh copy; a machine has a relay or not.
        _ if begins("bevara send") && command.contains("--confirm") => &[],
        _ if begins("bevara send") && command.contains("--to") => &[],
        _ if begins("bevara send") => &[1],
        // A later day finds something late, and the demo's plans do not go on for ever.
        _ if begins("bevara status") || begins("bevara check") => &[0, 1],
        // A branch of that name is yours.
        _ if command.contains("main...my-branch") => &[2],
        // The demo has plans for two years: the first that is missing can be made.
        _ if begins("bevara new year") => &[0, 1],
        _ if begins("bevara post") && command.contains("--posted") => &[0, 1],
        _ => &[0],
    }
}

fn on(day: &str, folder: &Path, words: &[String]) -> Run {
    finish(bevara(folder).args(["--today", day]).args(words), folder)
}

/// Commands that render everything for everybody: they have tests of their own, and the step `demo` of CI.
fn is_long(command: &str) -> bool {
    ["build", "check", "approve", "diff"].iter().any(|verb| command.split(' ').nth(1) == Some(verb))
}

#[test]
fn every_example_of_the_readme_runs_on_any_day() {
    for day in DAYS {
        let folder = scratch::folder();
        let root = folder.path().join("demo");
        run(folder.path(), &["init", "--demo", "demo"]).succeeds();
        let mut ran = 0;
        for command in commands().iter().filter(|command| !is_long(command)) {
            let ends = may_end_with(command);
            let words = &words(command)[1..];
            let at = if command.starts_with("bevara init") { folder.path() } else { &root };
            if !ends.is_empty() {
                let ended = on(day, at, words);
                assert!(
                    ends.contains(&ended.status),
                    "{day}: {command}: {}\n{}\n{}",
                    ended.status,
                    ended.stdout,
                    ended.stderr
                );
                ran += 1;
            }
        }
        assert!(ran >= 15, "{ran} examples");
    }
}

#[test]
fn every_command_and_option_of_the_readme_is_there() {
    let folder = scratch::folder();
    let help = |words: &[&str]| run(folder.path(), &[words, &["--help"][..]].concat()).succeeds().stdout;
    let known: Vec<String> =
        help(&[]).lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next().map(str::to_owned)).collect();
    for command in commands() {
        let words = words(&command);
        let verb = words[1].as_str();
        assert!(known.iter().any(|name| name == verb), "{command}");
        let (all, own) = (help(&[]), help(&[verb]));
        let inner =
            words.get(2).filter(|word| own.contains(&format!("\n  {word} "))).map(|word| help(&[verb, word.as_str()]));
        for option in words.iter().filter(|word| word.starts_with("--")) {
            let there = [Some(&all), Some(&own), inner.as_ref()]
                .into_iter()
                .flatten()
                .any(|help| help.contains(option.as_str()));
            assert!(there, "{command}: {option}");
        }
    }
}

#[test]
fn the_figures_of_the_readme_are_counted_again() {
    let readme = readme();
    let confirmed =
        readme.split("--confirm ").nth(1).and_then(|rest| rest.split_whitespace().next()).expect("a number");
    let messages = files::paths(&demo::output().join("mail/2026-11-newsletter/messages"));
    assert_eq!(confirmed, messages.len().to_string(), "the messages of the next newsletter");
    let codes: BTreeSet<&str> = readme.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next()).collect();
    for code in ["0", "1", "2", "3", "4", "5"] {
        assert!(codes.contains(code), "exit code {code}");
    }
}

#[test]
fn every_file_that_the_readme_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = readme();
    let links = readme.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
    for link in links.filter(|link| !link.is_empty() && !link.starts_with("http")) {
        assert!(root.join(link).exists(), "{link}");
    }
    let output = demo::output();
    for line in readme.lines().filter_map(|line| line.strip_prefix("- `output/")) {
        let path = line.split('`').next().unwrap_or_default();
        if !path.contains(['<', '*']) {
            assert!(output.join(path).exists(), "output/{path}");
        }
    }
}

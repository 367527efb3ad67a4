//! A programme with as many people as a test needs, and what its journal and the server say of a run.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::scratch;
use crate::server::{Server, key};

/// The mailing that is sent, and its day.
pub const MAILING: &str = "2026-11-newsletter";
const TODAY: &str = "2026-11-25";

/// A folder with a built programme, its people named `p001`, `p002` …
pub struct Programme {
    folder: TempDir,
}

/// How a run ended.
#[derive(Debug)]
pub struct Run {
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// The same run, which must have ended with `status`.
    #[track_caller]
    pub fn ends_with(self, status: i32) -> Self {
        assert_eq!(self.status, Some(status), "\n{}\n{}", self.stdout, self.stderr);
        self
    }

    /// The same run, which must have said this.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "`{text}` is not in\n{}\n{}", self.stdout, self.stderr);
        self
    }
}

/// One person's name: `p001`.
pub fn person(number: usize) -> String {
    format!("p{number:03}")
}

/// Their address.
pub fn address(number: usize) -> String {
    format!("{}@d{}.example", person(number), number % 7)
}

impl Programme {
    /// Written and built, with these settings of `smtp:`.
    pub fn new(people: usize, smtp: &str) -> Self {
        let programme = Programme::unbuilt(people, smtp);
        programme.build();
        programme
    }

    /// Written.
    pub fn unbuilt(people: usize, smtp: &str) -> Self {
        let folder = scratch::folder();
        let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
        copy(&repository.join("tests/it/small"), folder.path());
        copy(&repository.join("templates"), &folder.path().join("templates"));
        let programme = Programme { folder };
        for list in ["referrals.yaml", "do-not-contact.yaml", "touches/2026.yaml"] {
            fs::remove_file(programme.path("contacts").join(list)).expect("it was there");
        }
        fs::copy(key("authority.pem"), programme.path("ca.pem")).expect("copied");
        programme.write("contacts/people.yaml", &(1..=people).map(entry).collect::<String>());
        let settings = programme.read("bevara.yaml") + &format!("\nsmtp: {{ca_file: ca.pem, {smtp}}}\n");
        programme.write("bevara.yaml", &settings);
        programme
    }

    pub fn build(&self) {
        self.run("", &["build", "--mailing", MAILING]).ends_with(0);
    }

    /// The same programme as it is now, in a folder of its own.
    pub fn twin(&self) -> Self {
        let folder = scratch::folder();
        copy(self.folder.path(), folder.path());
        Programme { folder }
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    #[track_caller]
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Writes a file in one move, as editors do.
    pub fn write(&self, path: &str, text: &str) {
        let place = self.path(path);
        fs::create_dir_all(place.parent().expect("a folder")).expect("a folder");
        let next = place.with_file_name(".next");
        fs::write(&next, text).expect("written");
        fs::rename(next, place).expect("moved");
    }

    /// Changes a person's entry in the list.
    #[track_caller]
    pub fn change(&self, number: usize, from: &str, to: &str) {
        let list = self.read("contacts/people.yaml");
        let old = entry(number);
        assert!(list.contains(&old) && old.contains(from));
        self.write("contacts/people.yaml", &list.replace(&old, &old.replace(from, to)));
    }

    /// The command, ready to run.
    pub fn command(&self, url: &str, arguments: &[&str]) -> Command {
        // Another build, where it is the one that matters.
        let binary = std::env::var_os("BINARY").unwrap_or_else(|| env!("CARGO_BIN_EXE_bevara").into());
        let mut command = Command::new(binary);
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("BEVARA_")) {
            command.env_remove(name);
        }
        command.current_dir(self.folder.path()).env("NO_COLOR", "1").env_remove("SOURCE_DATE_EPOCH");
        if !url.is_empty() {
            command.env("BEVARA_SMTP_URL", url);
        }
        command.args(["--today", TODAY]).args(arguments);
        command
    }

    pub fn run(&self, url: &str, arguments: &[&str]) -> Run {
        let output = self.command(url, arguments).stdin(Stdio::null()).output().expect("the command starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it prints UTF-8");
        Run { status: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// `send` of so many messages to `server`.
    pub fn send(&self, server: &Server, count: usize, more: &[&str]) -> Run {
        self.send_to(&server.url("smtp://"), count, more)
    }

    /// The same to a URL.
    pub fn send_to(&self, url: &str, count: usize, more: &[&str]) -> Run {
        let count = count.to_string();
        self.run(url, &[&["send", MAILING, "--allow-dirty", "--confirm", &count], more].concat())
    }

    /// `send`, still running.
    pub fn start(&self, url: &str, count: usize, more: &[&str]) -> Child {
        let count = count.to_string();
        let mut command = self.command(url, &[&["send", MAILING, "--allow-dirty", "--confirm", &count], more].concat());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command starts")
    }

    /// The lines of the journal, a torn last one left out.
    pub fn journal(&self) -> Vec<Value> {
        let path = self.path(&format!("contacts/journal/{MAILING}.jsonl"));
        let text = fs::read(path).unwrap_or_default();
        let text = String::from_utf8_lossy(&text).into_owned();
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        whole.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
    }

    /// The last state of everybody in the journal.
    pub fn states(&self) -> BTreeMap<String, String> {
        let text = |line: &Value, key: &str| line[key].as_str().expect("a text").to_owned();
        self.journal().iter().map(|line| (text(line, "contact"), text(line, "state"))).collect()
    }

    /// Whoever is in this state, by their numbers.
    pub fn in_state(&self, state: &str) -> Vec<usize> {
        let number = |id: &String| id[1..].parse().expect("a number");
        self.states().iter().filter(|(_, known)| *known == state).map(|(id, _)| number(id)).collect()
    }
}

/// Tries all cases at the same time: most of it is waiting.
pub fn at_once<T: Sync>(cases: &[T], each: impl Fn(&T) + Sync) {
    std::thread::scope(|scope| {
        for case in cases {
            scope.spawn(|| each(case));
        }
    });
}

fn entry(number: usize) -> String {
    let mut text = String::new();
    let tier = ["A", "B", "C"][number % 3];
    let language = ["sv", "en"][number % 2];
    let _ = writeln!(text, "- id: {}\n  name: {{given: Person, family: Number {number}}}", person(number));
    let _ = writeln!(text, "  email: {}\n  language: {language}\n  tier: {tier}\n  owner: olof", address(number));
    text + "  kind: customer\n  basis: {kind: customer, evidence: order}\n\n"
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("copied");
        }
    }
}

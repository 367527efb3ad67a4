//! One run of the command and what came of it.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// The day that all tests take for today.
pub const TODAY: &str = "2026-11-21";

/// How a run ended and what it printed, with what differs from run to run taken out.
#[derive(Debug)]
pub struct Run {
    /// The exit code (design §2).
    pub status: i32,
    /// What was asked for.
    pub stdout: String,
    /// What was said about it; `<root>` stands for the folder, `<time>` for how long a stage took, `<size>` for
    /// the bytes of messages.
    pub stderr: String,
}

impl Run {
    /// The one JSON document on stdout.
    #[track_caller]
    pub fn json(&self) -> Value {
        match serde_json::from_str(&self.stdout) {
            Ok(document) => document,
            Err(error) => panic!("{error} in:\n{}\n{}", self.stdout, self.stderr),
        }
    }

    /// The same run, which must have ended with 0.
    #[track_caller]
    pub fn succeeds(self) -> Run {
        self.ends_with(0)
    }

    /// The same run, which must have ended with `status`.
    #[track_caller]
    pub fn ends_with(self, status: i32) -> Run {
        assert_eq!(self.status, status, "\n{}\n{}", self.stdout, self.stderr);
        self
    }
}

/// The command in `folder`, on the day of the tests, with nothing of the environment that it looks at.
pub fn bevara(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bevara"));
    command.current_dir(folder).env("NO_COLOR", "1").env_remove("SOURCE_DATE_EPOCH");
    // What fits a line or a screen differs from terminal to terminal.
    command.env("COLUMNS", "100").env("LINES", "44");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("BEVARA_")) {
        command.env_remove(name);
    }
    // No test prints to PDF: whether there is a browser differs from machine to machine.
    command.env("BEVARA_CHROMIUM", "none");
    // Verdicts go by content and binary: what one test found clean need not be rendered by the next.
    command.env("XDG_CACHE_HOME", concat!(env!("CARGO_TARGET_TMPDIR"), "/cache"));
    command
}

/// Runs the command in `folder` with `--today` and `arguments`.
pub fn run(folder: &Path, arguments: &[&str]) -> Run {
    finish(bevara(folder).args(["--today", TODAY]).args(arguments), folder)
}

/// Runs a prepared command.
pub fn finish(command: &mut Command, folder: &Path) -> Run {
    let Output { status, stdout, stderr } = command.output().expect("the command starts");
    let text = |bytes: Vec<u8>| normalised(&String::from_utf8(bytes).expect("it prints UTF-8"), folder);
    Run { status: status.code().expect("it was not killed"), stdout: text(stdout), stderr: text(stderr) }
}

fn normalised(text: &str, folder: &Path) -> String {
    let real = folder.canonicalize().expect("the folder is there");
    let text = text.replace(&real.display().to_string(), "<root>").replace(&folder.display().to_string(), "<root>");
    let mut out: String = text.lines().map(|line| without_time(line) + "\n").collect();
    if !text.ends_with('\n') {
        out.pop();
    }
    out
}

/// A finished stage without how long it took and how many bytes it wrote.
fn without_time(line: &str) -> String {
    match line.rsplit_once("  ") {
        Some((stage, _)) if line.starts_with("  ✓ ") => {
            let stage = match stage.rsplit_once(", ") {
                Some((messages, _)) if stage.starts_with("  ✓ messages") => format!("{messages}, <size>"),
                _ => stage.to_owned(),
            };
            format!("{stage}  <time>")
        }
        _ => line.to_owned(),
    }
}

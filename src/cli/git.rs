//! Asking git about the folder a programme lies in. That folder may come from a stranger, and git runs what a repository's own
//! configuration names: hooks, `core.fsmonitor`, filters, `credential.helper`, `core.sshCommand` and more. All of it is off here;
//! what the person has set up for themselves, outside of the repository, still holds.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Duration;

/// How long git may take to talk with others, in steps.
const PATIENCE: u32 = 200;
const STEP: Duration = Duration::from_millis(100);

/// Settings that no repository decides, with the value that takes their place.
const OFF: [&str; 8] = [
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.alternateRefsCommand=true",
    "core.pager=cat",
    "gc.auto=0",
    "maintenance.auto=false",
    "fetch.recurseSubmodules=false",
    "submodule.recurse=false",
];

/// git, asked about one folder.
#[derive(Debug, Clone)]
pub struct Git {
    folder: PathBuf,
    /// What is set on each command line: `name=value`.
    settings: Vec<String>,
}

/// Why git gave no answer: its own words, or those of the system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoAnswer {
    /// There is no git on the path.
    Missing,
    /// It failed.
    Failed(String),
}

impl std::fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NoAnswer::Missing => f.write_str("there is no git"),
            NoAnswer::Failed(why) => write!(f, "git fails: {why}"),
        }
    }
}

impl Git {
    /// git for the folder, with everything off that its repository could make it run.
    ///
    /// # Errors
    /// There is no git, or its configuration cannot be read.
    pub fn of(folder: &Path) -> Result<Self, NoAnswer> {
        let mut git = Git { folder: folder.to_owned(), settings: OFF.map(str::to_owned).to_vec() };
        // Reading the configuration runs nothing.
        let listed = git.ask(&["config", "--list", "--includes", "--show-scope", "-z"])?;
        let mut fields = listed.split('\0');
        let mut helpers = vec!["credential.helper=".to_owned()];
        while let (Some(scope), Some(setting)) = (fields.next(), fields.next()) {
            let (name, value) = setting.split_once('\n').unwrap_or((setting, ""));
            let is_own = matches!(scope, "system" | "global");
            if name.starts_with("credential.") && name.ends_with(".helper") {
                helpers.extend(is_own.then(|| format!("{name}={value}")));
            } else if matches!(scope, "local" | "worktree") {
                git.settings.extend(instead_of(name));
            }
        }
        git.settings.append(&mut helpers);
        Ok(git)
    }

    /// The command, ready to run, so that nobody is asked anything and nothing is written by the way.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command.arg("-C").arg(&self.folder);
        for setting in &self.settings {
            command.args(["-c", setting]);
        }
        command.args(arguments).stdin(Stdio::null());
        command.env("GIT_TERMINAL_PROMPT", "0").env("GIT_OPTIONAL_LOCKS", "0").env("LC_ALL", "C");
        command.env("GIT_ASKPASS", "").env("SSH_ASKPASS", "false").env("SSH_ASKPASS_REQUIRE", "force");
        command.env("GIT_ALLOW_PROTOCOL", "file:git:http:https:ssh").env("GIT_NO_LAZY_FETCH", "1");
        command
    }

    /// What git says.
    ///
    /// # Errors
    /// It fails.
    pub fn ask(&self, arguments: &[&str]) -> Result<String, NoAnswer> {
        let output = self.command(arguments).output().map_err(|error| no_start(&error))?;
        let Output { status, stdout, stderr } = output;
        match status.success() {
            true => Ok(String::from_utf8_lossy(&stdout).into_owned()),
            false => Err(NoAnswer::Failed(first_line(&stderr, &status.to_string()))),
        }
    }

    /// Runs a command that talks with others, and waits some twenty seconds at most; false where it fails.
    pub fn run_within_patience(&self, arguments: &[&str]) -> bool {
        let mut command = self.command(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let Ok(mut child) = command.spawn() else { return false };
        for _ in 0..PATIENCE {
            match child.try_wait() {
                Ok(Some(status)) => return status.success(),
                Ok(None) => thread::sleep(STEP),
                Err(_) => return false,
            }
        }
        // It is asked no more; what it leaves behind is nothing.
        let _ = child.kill();
        let _ = child.stdout.take().map(|mut out| out.read_to_end(&mut Vec::new()));
        let _ = child.wait();
        false
    }
}

fn no_start(error: &std::io::Error) -> NoAnswer {
    match error.kind() {
        std::io::ErrorKind::NotFound => NoAnswer::Missing,
        _ => NoAnswer::Failed(error.to_string()),
    }
}

/// The first line of what git complains about, without control characters.
fn first_line(stderr: &[u8], or: &str) -> String {
    let text = String::from_utf8_lossy(stderr);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or(or);
    let line = line.trim_start_matches("fatal: ").trim_start_matches("error: ");
    line.chars().filter(|c| !c.is_control()).collect()
}

/// What is set in place of a setting of the repository that names a program; nothing for any other setting.
fn instead_of(name: &str) -> Vec<String> {
    let Some((section, key)) = name.rsplit_once('.') else { return Vec::new() };
    match (section.split('.').next().unwrap_or_default(), key) {
        ("filter", "clean" | "smudge" | "process") => vec![format!("{name}="), format!("{section}.required=false")],
        ("core", "sshcommand") => vec![format!("{name}=ssh")],
        ("core", "gitproxy" | "askpass" | "editor") | ("ssh", "variant") => vec![format!("{name}=")],
        ("remote", "vcs") => vec![format!("{name}=none")],
        ("diff", "external" | "command" | "textconv") => vec![format!("{name}=true")],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_repository_would_run_is_replaced() {
        assert_eq!(instead_of("filter.evil.clean"), ["filter.evil.clean=", "filter.evil.required=false"]);
        assert_eq!(instead_of("remote.a.b.vcs"), ["remote.a.b.vcs=none"]);
        assert!(instead_of("user.email").is_empty());
    }
}

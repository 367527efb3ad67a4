//! What git knows of the programme: asked by running `git`, as the author has it set up.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::load::journals;
use crate::model::id::MailingId;

/// How long the upstream may take to answer, in steps.
const PATIENCE: u32 = 200;
const STEP: Duration = Duration::from_millis(100);

/// A git work tree that a programme lies in.
pub struct WorkTree {
    root: PathBuf,
}

impl WorkTree {
    /// The work tree that the programme at `root` lies in; `None` outside of any, and where there is no git.
    pub fn of(root: &Path) -> Option<Self> {
        let tree = WorkTree { root: root.to_owned() };
        (tree.ask(&["rev-parse", "--is-inside-work-tree"])?.trim() == "true").then_some(tree)
    }

    /// The commit that is checked out.
    pub fn commit(&self) -> Option<String> {
        self.ask(&["rev-parse", "--verify", "HEAD"]).map(|commit| commit.trim().to_owned())
    }

    /// What is not committed of texts, templates and contacts; the journals are written by sending and do not count.
    pub fn uncommitted(&self) -> Vec<String> {
        let exclude = format!(":(exclude){}", journals::FOLDER);
        let paths = ["content", "templates", "contacts", &exclude];
        let status = ["status", "--porcelain", "-z", "--untracked-files=all", "--no-renames", "--"];
        let found = self.ask(&[&status[..], &paths[..]].concat()).unwrap_or_default();
        found.split('\0').filter_map(|entry| entry.get(3..)).map(str::to_owned).collect()
    }

    /// Asks the upstream what is new; false where it could not be asked. True where there is none.
    pub fn fetch(&self) -> bool {
        !self.has_upstream() || self.run_within_patience(&["fetch", "--quiet"])
    }

    /// How many commits of the upstream touch the journal of a mailing and are not here.
    pub fn commits_behind(&self, mailing: &MailingId) -> usize {
        if !self.has_upstream() {
            return 0;
        }
        let (whole, parts) =
            (format!("{}/{mailing}.jsonl", journals::FOLDER), format!("{}/{mailing}.*", journals::FOLDER));
        let count = self.ask(&["rev-list", "--count", "HEAD..@{upstream}", "--", &whole, &parts]);
        count.and_then(|count| count.trim().parse().ok()).unwrap_or(0)
    }

    fn has_upstream(&self) -> bool {
        self.ask(&["rev-parse", "--verify", "--quiet", "@{upstream}"]).is_some()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command.arg("-C").arg(&self.root).args(arguments).stdin(Stdio::null()).stderr(Stdio::null());
        // Nobody is there to answer a question.
        command.env("GIT_TERMINAL_PROMPT", "0").env("GIT_OPTIONAL_LOCKS", "0");
        command.env("SSH_ASKPASS", "false").env("SSH_ASKPASS_REQUIRE", "force");
        command
    }

    fn ask(&self, arguments: &[&str]) -> Option<String> {
        let output = self.command(arguments).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn run_within_patience(&self, arguments: &[&str]) -> bool {
        let Ok(mut child) = self.command(arguments).stdout(Stdio::piped()).spawn() else { return false };
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

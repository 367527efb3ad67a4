//! What the history of a git repository still holds of somebody, and how it would be rewritten.

use std::path::Path;
use std::process::{Command, Stdio};

use super::mentions::SOMEBODY;

/// A commit whose files hold somebody.
pub struct Holder {
    /// Its hash, its day and its subject.
    pub commit: String,
    /// The files that hold them in it.
    pub files: Vec<String>,
}

/// Commits that are looked through at a time.
const BATCH: usize = 200;

/// The commits that hold one of these words below `contacts/` or `content/`, the newest first; `None` where there is no git.
pub fn holders(root: &Path, needles: &[String]) -> Option<Vec<Holder>> {
    let all = ask(root, &["rev-list", "--all"])?;
    let commits: Vec<&str> = all.lines().collect();
    let mut holders: Vec<Holder> = Vec::new();
    for batch in commits.chunks(BATCH) {
        let mut arguments = vec!["grep", "-I", "-i", "-F", "-l", "-z"];
        needles.iter().for_each(|needle| arguments.extend(["-e", needle]));
        arguments.extend(batch);
        arguments.extend(["--", "contacts", "content"]);
        // It ends with 1 where nothing was found.
        let found = run(root, &arguments)?;
        for (commit, file) in found.split('\0').filter_map(|line| line.split_once(':')) {
            match holders.last_mut().filter(|last| last.commit == commit) {
                Some(last) => last.files.push(file.to_owned()),
                None => holders.push(Holder { commit: commit.to_owned(), files: vec![file.to_owned()] }),
            }
        }
    }
    for holder in &mut holders {
        let format = ["log", "-1", "--no-show-signature", "--format=%h %cs %s", &holder.commit];
        if let Some(said) = ask(root, &format) {
            holder.commit = said.trim().to_owned();
        }
    }
    Some(holders)
}

/// The commands that would take these words out of every commit.
pub fn commands(needles: &[String]) -> Vec<String> {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "'\\''"));
    let lines: Vec<String> = needles.iter().map(|needle| quoted(&format!("literal:{needle}==>{SOMEBODY}"))).collect();
    vec![
        format!("printf '%s\\n' {} > ../forget.txt", lines.join(" ")),
        "git filter-repo --replace-text ../forget.txt --force".to_owned(),
        "git reflog expire --expire=now --all && git gc --prune=now".to_owned(),
        "git push --force --all && git push --force --tags".to_owned(),
        "rm ../forget.txt".to_owned(),
    ]
}

fn ask(root: &Path, arguments: &[&str]) -> Option<String> {
    let output = command(root, arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

fn run(root: &Path, arguments: &[&str]) -> Option<String> {
    let output = command(root, arguments).output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// git, without anything that the repository would have it run.
fn command(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.args(["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "--no-pager", "-C"]).arg(root);
    command.args(arguments).stdin(Stdio::null()).stderr(Stdio::null());
    command.env("GIT_TERMINAL_PROMPT", "0").env("GIT_OPTIONAL_LOCKS", "0");
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_an_apostrophe_is_quoted_for_the_shell() {
        let commands = commands(&["Siobhán O'Connor".to_owned()]);
        assert!(commands[0].contains(r"'literal:Siobhán O'\''Connor==>somebody forgotten'"), "{}", commands[0]);
    }
}

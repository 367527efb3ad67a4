//! What git knows of the programme that is about to be sent: the commit, what is not committed, what the upstream has.

use std::path::Path;

use crate::cli::git::{Git, NoAnswer};
use crate::load::journals;
use crate::model::id::MailingId;

/// A git work tree that a programme lies in.
pub struct WorkTree {
    git: Git,
}

/// What stands between a programme and its upstream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Upstream {
    /// The branch that is checked out follows one.
    Followed,
    /// The repository knows no other.
    Alone,
    /// There are others, and nobody can say which of them to ask; holds why.
    Unknown(String),
}

impl WorkTree {
    /// The work tree that the programme at `root` lies in; `None` outside of any.
    ///
    /// # Errors
    /// There is no git, or it fails: then nobody knows.
    pub fn of(root: &Path) -> Result<Option<Self>, NoAnswer> {
        let is_inside_some = root.ancestors().any(|folder| folder.join(".git").symlink_metadata().is_ok());
        let answer = Git::of(root).and_then(|git| {
            let inside = git.ask(&["rev-parse", "--is-inside-work-tree"])?;
            Ok((git, inside.trim() == "true"))
        });
        match answer {
            Ok((git, true)) => Ok(Some(WorkTree { git })),
            Ok((_, false)) => Ok(None),
            Err(NoAnswer::Failed(why)) if !is_inside_some && why.contains("not a git repository") => Ok(None),
            Err(no_answer) => Err(no_answer),
        }
    }

    /// The commit that is checked out; `None` where there is none yet.
    pub fn commit(&self) -> Option<String> {
        self.git.ask(&["rev-parse", "--verify", "--quiet", "HEAD"]).ok().map(|commit| commit.trim().to_owned())
    }

    /// What is not committed of texts, templates and contacts. The journals are written by sending and do not count, and neither
    /// do files that a command which was killed left behind.
    ///
    /// # Errors
    /// git fails.
    pub fn uncommitted(&self) -> Result<Vec<String>, NoAnswer> {
        let exclude = format!(":(exclude){}", journals::FOLDER);
        let paths = ["content", "templates", "contacts", &exclude];
        let status = ["status", "--porcelain", "-z", "--untracked-files=all", "--no-renames", "--"];
        let found = self.git.ask(&[&status[..], &paths[..]].concat())?;
        let entries = found.split('\0').filter(|entry| !is_left_behind(entry));
        Ok(entries.filter_map(|entry| entry.get(3..)).map(str::to_owned).collect())
    }

    /// Asks the upstream what is new; false where it could not be asked.
    pub fn fetch(&self) -> bool {
        // Of two programs that are named for the other side git takes the first, which is the repository's own.
        let upload = "--upload-pack=git-upload-pack";
        self.git.run_within_patience(&["fetch", "--quiet", "--no-recurse-submodules", upload])
    }

    /// How many commits of the upstream touch the journal of a mailing and are not here.
    ///
    /// # Errors
    /// git fails.
    pub fn commits_behind(&self, mailing: &MailingId) -> Result<usize, NoAnswer> {
        let (whole, parts) =
            (format!("{}/{mailing}.jsonl", journals::FOLDER), format!("{}/{mailing}.*", journals::FOLDER));
        let count = self.git.ask(&["rev-list", "--count", "HEAD..@{upstream}", "--", &whole, &parts])?;
        count.trim().parse().map_err(|_| NoAnswer::Failed("it counts no commits".to_owned()))
    }

    /// The lines of a journal as they were committed; `None` where it never was.
    pub fn committed(&self, name: &str) -> Option<String> {
        self.git.ask(&["show", &format!("HEAD:./{}/{name}", journals::FOLDER)]).ok()
    }

    /// The names of the journals that were committed.
    pub fn committed_journals(&self) -> Vec<String> {
        let folder = format!("./{}/", journals::FOLDER);
        let listed = self.git.ask(&["ls-tree", "-z", "--name-only", "HEAD", &folder]).unwrap_or_default();
        listed.split('\0').filter_map(|path| path.rsplit('/').next()).map(str::to_owned).collect()
    }

    /// Whether there is an upstream to be asked.
    pub fn upstream(&self) -> Upstream {
        if self.git.ask(&["rev-parse", "--verify", "--quiet", "@{upstream}"]).is_ok() {
            return Upstream::Followed;
        }
        match self.git.ask(&["remote"]) {
            Ok(remotes) if remotes.trim().is_empty() => Upstream::Alone,
            Ok(_) if self.git.ask(&["symbolic-ref", "--quiet", "HEAD"]).is_err() => {
                Upstream::Unknown("no branch is checked out".to_owned())
            }
            Ok(_) => Upstream::Unknown("the branch that is checked out follows no other".to_owned()),
            Err(no_answer) => Upstream::Unknown(no_answer.to_string()),
        }
    }
}

/// True for an entry of `git status` that is new and bears the name of a file on its way to be moved into place.
fn is_left_behind(entry: &str) -> bool {
    let Some(path) = entry.strip_prefix("?? ") else { return false };
    path.rsplit('/').next().is_some_and(|name| name.starts_with(".bevara-"))
}

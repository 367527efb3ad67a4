//! A programme as it was at a revision: its files as git keeps them, in a folder of their own. The work tree is not touched, and no
//! filter of the repository runs.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use jiff::civil::Date;
use tempfile::TempDir;

use super::Outcome;
use super::git::Git;
use super::session::{ProgrammeReader, Session};
use super::terminal::Terminal;
use crate::load::{FOLDERS, MARKER};

/// The programme of a revision, laid out in a folder that is removed with it.
pub struct Revision {
    folder: TempDir,
}

impl Revision {
    /// Lays out the programme at `root` as it was at `revision`.
    ///
    /// # Errors
    /// The exit code, after it was said that there is no such revision or that the programme was not there.
    pub fn of(git: &Git, root: &Path, revision: &str, terminal: &Terminal) -> Result<Self, Outcome> {
        let named = format!("{revision}^{{commit}}");
        let Ok(commit) = git.ask(&["rev-parse", "--verify", "--quiet", "--end-of-options", &named]) else {
            let shallow =
                git.ask(&["rev-parse", "--is-shallow-repository"]).is_ok_and(|answer| answer.trim() == "true");
            let hint = match shallow {
                true => "this clone is shallow: `git fetch --unshallow` (in CI: `fetch-depth: 0`) brings the rest",
                false => "a branch, a tag or a commit; `git log --oneline` lists them",
            };
            terminal.failure(&format!("there is no revision `{revision}`"), Some(hint));
            return Err(Outcome::Usage);
        };
        let folder = TempDir::new().map_err(|error| failed(&error.to_string(), terminal))?;
        lay_out(git, commit.trim(), folder.path()).map_err(|why| failed(&why, terminal))?;
        if !folder.path().join(MARKER).is_file() {
            let message = format!("there was no programme in {} at `{revision}`", root.display());
            let hint = match elsewhere(git, commit.trim()).as_slice() {
                [] => "name a revision after it was added".to_owned(),
                others => format!("at that revision there was one in {}", others.join(", ")),
            };
            terminal.failure(&message, Some(&hint));
            return Err(Outcome::Usage);
        }
        Ok(Revision { folder })
    }

    /// Reads the programme on the day that counts as today, with the `.env` at `home`.
    ///
    /// # Errors
    /// The exit code, after it was said that the programme had errors then.
    pub fn open(
        &self,
        name: &str,
        home: &Path,
        today: Date,
        reader: &mut ProgrammeReader,
        terminal: &Terminal,
    ) -> Result<Session, Outcome> {
        Session::read(self.folder.path(), home, today, reader, &terminal.silenced()).inspect_err(|_| {
            let message = format!("the programme has errors at `{name}`");
            terminal.failure(&message, Some("check that revision out and run `bevara check`"));
        })
    }
}

/// Where else a revision has programmes.
fn elsewhere(git: &Git, commit: &str) -> Vec<String> {
    let listed = git.ask(&["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit]).unwrap_or_default();
    let marks = listed.split('\0').filter(|path| path.rsplit('/').next() == Some(MARKER));
    marks.map(|path| path.strip_suffix(MARKER).unwrap_or(path).trim_end_matches('/')).map(folder_name).collect()
}

fn folder_name(path: &str) -> String {
    if path.is_empty() { "the repository's root".to_owned() } else { format!("`{path}`") }
}

fn failed(why: &str, terminal: &Terminal) -> Outcome {
    terminal.failure(&format!("git cannot be asked: {why}"), None);
    Outcome::Environment
}

/// A file of a revision: its path below the programme, its object, whether it is a link.
struct Blob {
    path: PathBuf,
    object: String,
    is_link: bool,
}

fn lay_out(git: &Git, commit: &str, folder: &Path) -> Result<(), String> {
    // From the programme's folder: paths come relative to it.
    let listed = git.ask(&["ls-tree", "-r", "-z", commit, "--", MARKER, FOLDERS[0], FOLDERS[1], FOLDERS[2]]);
    let listed = listed.map_err(|no_answer| no_answer.to_string())?;
    let blobs: Vec<Blob> = listed.split('\0').filter_map(blob).collect();
    let mut child = git
        .command(&["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| error.to_string())?;
    let (Some(mut questions), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
        return Err("it has no pipes".to_owned());
    };
    let asked: String = blobs.iter().map(|blob| format!("{}\n", blob.object)).collect();
    // Beside us: a pipe holds less than all questions and answers.
    let asking = std::thread::spawn(move || questions.write_all(asked.as_bytes()));
    let mut answers = BufReader::new(answers);
    for blob in &blobs {
        let bytes = answer(&mut answers)?;
        write(folder, blob, &bytes).map_err(|error| error.to_string())?;
    }
    let _ = asking.join();
    let _ = child.wait();
    Ok(())
}

/// An entry of `git ls-tree -z`: `100644 blob <object>\t<path>`.
fn blob(entry: &str) -> Option<Blob> {
    let (about, path) = entry.split_once('\t')?;
    let mut words = about.split(' ');
    let (mode, kind, object) = (words.next()?, words.next()?, words.next()?);
    (kind == "blob").then(|| Blob { path: path.into(), object: object.to_owned(), is_link: mode == "120000" })
}

/// One answer of `git cat-file --batch`: a line with its length, the bytes, a line end.
fn answer(answers: &mut impl BufRead) -> Result<Vec<u8>, String> {
    let mut head = String::new();
    answers.read_line(&mut head).map_err(|error| error.to_string())?;
    let length = head.trim_end().rsplit(' ').next().and_then(|length| length.parse::<usize>().ok());
    let length = length.ok_or_else(|| format!("an object is missing: {}", head.trim_end()))?;
    let mut bytes = vec![0; length + 1];
    answers.read_exact(&mut bytes).map_err(|error| error.to_string())?;
    bytes.truncate(length);
    Ok(bytes)
}

fn write(folder: &Path, blob: &Blob, bytes: &[u8]) -> std::io::Result<()> {
    let place = folder.join(&blob.path);
    place.parent().map_or(Ok(()), fs::create_dir_all)?;
    match blob.is_link {
        #[cfg(unix)]
        true => std::os::unix::fs::symlink(String::from_utf8_lossy(bytes).as_ref(), place),
        _ => fs::write(place, bytes),
    }
}

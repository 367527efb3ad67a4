//! The last build, remembered beside its output: when nothing that goes in and nothing that came out has changed since, what it said
//! is said again, and the programme is not even read.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::environment::Environment;
use super::session::{Session, locate};
use super::terminal::{Said, Terminal, Watch};
use super::{Global, Outcome, build, in_programme, paper, verdicts};
use crate::load;
use store::digest::Digest;

/// The note below `output/`; hidden, so that no build takes it for a file of its own.
const NOTE: &str = "output/.built";
/// Folders of many files, for which their own age speaks.
const PACKED: &str = "messages";

/// What a build leaves behind about itself.
#[derive(Serialize, Deserialize)]
struct Note {
    /// A digest of everything that went in: files, arguments, day, environment, the binary.
    inputs: String,
    /// What the output looked like when it ended.
    outputs: String,
    /// Files below `output/`.
    files: usize,
    /// What it said besides its stages.
    said: Vec<Said>,
}

/// Builds, unless a build would change nothing.
///
/// # Errors
/// The exit code, after everything was said.
pub fn or_build(arguments: &build::Arguments, global: &Global, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let mut watch = Watch::start();
    let build = |session: &Session| build::run(arguments, session, terminal);
    if terminal.verbose || arguments.reference {
        return in_programme(global, terminal, Session::open_once, &build);
    }
    let before = Inputs::now(arguments, global, terminal);
    if let Some(note) = before.as_ref().and_then(Inputs::note) {
        terminal.stage("output", &format!("0 written, {} unchanged, 0 removed", note.files), watch.lap());
        terminal.repeat(&note.said);
        return Ok(Outcome::Done);
    }
    terminal.record();
    let outcome = in_programme(global, terminal, Session::open_once, &build)?;
    // Somebody may have saved a file meanwhile, and then this output is not that of the files as they are now.
    if let (Outcome::Done, Some(before), Some(said)) = (outcome, before, terminal.recorded())
        && Inputs::now(arguments, global, terminal).is_some_and(|now| now.digest == before.digest)
    {
        before.leave(said);
    }
    Ok(outcome)
}

/// Everything that goes into a build.
struct Inputs {
    root: PathBuf,
    digest: Digest,
}

impl Inputs {
    /// `None` where something cannot be read; the build says what.
    fn now(arguments: &build::Arguments, global: &Global, terminal: &Terminal) -> Option<Self> {
        let (root, today) = locate(global, &terminal.silenced()).ok()?;
        let environment = Environment::read(&root).ok()?;
        let mut digest = Digest::builder();
        digest.add(&load::fingerprint::fingerprint(&root).ok()?.to_string());
        digest.add(&format!("{arguments:?} {today} {terminal:?} {}", verdicts::own_stamp()));
        for name in ["BEVARA_LINK_KEY", "BEVARA_CHROMIUM"] {
            digest.add(&environment.get(name).unwrap_or_default());
        }
        digest.add(&format!("{:?}", paper::browser(&environment)));
        Some(Inputs { root, digest: digest.finish() })
    }

    /// What the last build left behind, where it was made of the same and nobody touched its output.
    fn note(&self) -> Option<Note> {
        if store::is_busy(&self.root.join("output")) {
            // Another build is writing, and may be half done.
            return None;
        }
        let note: Note = serde_json::from_slice(&fs::read(self.root.join(NOTE)).ok()?).ok()?;
        let same = note.inputs == self.digest.to_string() && note.outputs == outputs(&self.root)?;
        same.then_some(note)
    }

    /// Leaves a note. Without one the next build only takes longer.
    fn leave(&self, mut said: Vec<Said>) {
        let Some(outputs) = outputs(&self.root) else { return };
        let files = files(&self.root);
        for said in &mut said {
            as_unchanged(said, files);
        }
        let note = Note { inputs: self.digest.to_string(), outputs, files, said };
        if let Ok(text) = serde_json::to_string(&note) {
            let _ = fs::write(self.root.join(NOTE), text);
        }
    }
}

fn outputs(root: &Path) -> Option<String> {
    let manifest = fs::read(root.join("output/manifest.json")).ok()?;
    let stamp = store::stamp(&root.join("output"), PACKED).ok()?;
    Some(format!("{stamp} {}", Digest::of(&manifest)))
}

/// How many files the manifest lists.
fn files(root: &Path) -> usize {
    let manifest = fs::read(root.join("output/manifest.json")).unwrap_or_default();
    serde_json::from_slice::<Value>(&manifest).ok().and_then(|files| Some(files.as_object()?.len())).unwrap_or(0)
}

/// The document of a build that changed nothing.
fn as_unchanged(said: &mut Said, files: usize) {
    if let Said::Result(text) = said
        && let Ok(mut document) = serde_json::from_str::<Value>(text)
        && document.get("files").is_some()
    {
        document["files"] = json!({ "written": 0, "unchanged": files, "removed": 0 });
        *text = format!("{document:#}");
    }
}

//! The language server: what is wrong, what may be written, what a word means, in an editor and while somebody types.
//!
//! One thread reads messages; this one answers them and looks at the programme when nobody has typed for a moment ([`world`]); what
//! takes longer (rendering messages) is looked at beside, and thrown away where something was typed meanwhile. [`protocol`] is the
//! protocol, [`text`] its way of counting; [`outline`] reads YAML that is not finished, [`kinds`] knows what stands where, [`tags`]
//! the same of templates; [`complete`], [`hover`] and [`names`] answer.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use jiff::civil::Date;
use serde_json::{Value, json};

use crate::check::fix;
use crate::load::{Trust, find_root};
use protocol::Message;
use source::diagnostic::{Diagnostic, Place, Severity};
use world::World;

mod complete;
mod hover;
mod kinds;
mod names;
mod outline;
mod protocol;
mod tags;
mod text;
mod world;

/// So long nobody must have typed before the programme is looked at.
const PAUSE: Duration = Duration::from_millis(15);
/// So long before messages are rendered.
const LONG_PAUSE: Duration = Duration::from_millis(400);
/// After so many messages the programme is looked at though more keep coming.
const MAX_WAITING: u32 = 40;

/// What the server cannot know by itself.
pub trait Host {
    /// The day that counts as today, for the programme at a root.
    fn today(&self, root: &Path) -> Date;

    /// `BEVARA_LINK_KEY`, for the programme at a root.
    fn link_key(&self, root: &Path) -> Option<String>;
}

/// What the main thread waits for.
enum Event {
    Message(Message),
    /// What was found about messages, as of this change.
    Deeper(u64, Vec<Diagnostic>),
    End,
}

/// Serves an editor until it says that it goes, or has gone; true where it said so. Where it names no folder, the programme is that
/// of `start`.
///
/// # Errors
/// The editor cannot be written to.
pub fn serve(
    input: impl BufRead + Send + 'static,
    output: impl Write,
    start: &Path,
    host: &dyn Host,
) -> io::Result<bool> {
    let (events, waiting) = channel();
    let incoming = events.clone();
    thread::spawn(move || forward(input, &incoming));
    let mut server = Server {
        output,
        start: start.to_owned(),
        host,
        events,
        world: None,
        changes: Changes::default(),
        found: Vec::new(),
        deeper: Vec::new(),
        told: BTreeMap::new(),
        is_shut_down: false,
    };
    server.run(&waiting)
}

fn forward(mut input: impl BufRead, events: &Sender<Event>) {
    while let Ok(Some(message)) = protocol::read(&mut input) {
        if events.send(Event::Message(message)).is_err() {
            return;
        }
    }
    // Where nobody waits any more, nobody has to hear of the end.
    let _ = events.send(Event::End);
}

struct Server<'h, W> {
    output: W,
    start: PathBuf,
    host: &'h dyn Host,
    events: Sender<Event>,
    world: Option<World>,
    changes: Changes,
    /// What is wrong, as of the last look.
    found: Vec<Diagnostic>,
    /// What was found about messages; of files that have changed since, nothing.
    deeper: Vec<Diagnostic>,
    /// What the editor was told last, by URI.
    told: BTreeMap<String, Value>,
    is_shut_down: bool,
}

/// How often something has changed; what is looked at beside ends early where that goes on.
#[derive(Clone, Default)]
struct Changes(Arc<AtomicU64>);

impl Changes {
    fn note(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What is still to be looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Due {
    Nothing,
    Look,
    Deeper,
}

impl<W: Write> Server<'_, W> {
    fn run(&mut self, waiting: &Receiver<Event>) -> io::Result<bool> {
        let (mut due, mut held_up) = (Due::Nothing, 0);
        loop {
            let patience = match due {
                Due::Nothing => Duration::from_secs(3600),
                Due::Look => PAUSE,
                Due::Deeper => LONG_PAUSE,
            };
            match waiting.recv_timeout(patience) {
                Ok(Event::Message(message)) => {
                    let before = self.changes.count();
                    if !self.heed(message)? {
                        return Ok(self.is_shut_down);
                    }
                    if self.changes.count() != before {
                        due = Due::Look;
                    }
                    held_up += u32::from(due == Due::Look);
                    if held_up < MAX_WAITING {
                        continue;
                    }
                }
                Ok(Event::Deeper(of, found)) => {
                    if of == self.changes.count() {
                        self.deeper = found;
                        self.tell()?;
                    }
                    continue;
                }
                Ok(Event::End) | Err(RecvTimeoutError::Disconnected) => return Ok(self.is_shut_down),
                Err(RecvTimeoutError::Timeout) => {}
            }
            held_up = 0;
            due = match due {
                Due::Nothing => Due::Nothing,
                Due::Look => {
                    self.look()?;
                    Due::Deeper
                }
                Due::Deeper => {
                    self.look_deeper();
                    Due::Nothing
                }
            };
        }
    }

    /// Does what a message asks; false where it was the last.
    fn heed(&mut self, message: Message) -> io::Result<bool> {
        match message {
            Message::Answer => {}
            Message::Notification { method, params } => {
                if method == "exit" {
                    return Ok(false);
                }
                self.notice(&method, &params);
            }
            Message::Request { id, method, params } => {
                let answer = match self.request(&method, &params) {
                    Some(result) => protocol::answer(&id, result),
                    None => protocol::unknown(&id, &method),
                };
                protocol::write(&mut self.output, &answer)?;
                if method == "initialize" {
                    self.changes.note();
                }
            }
        }
        Ok(true)
    }

    /// The programme that a file belongs to, opened where none is yet.
    fn open(&mut self, near: &Path) {
        if self.world.is_some() {
            return;
        }
        let Some(root) = find_root(near) else { return };
        let (today, key) = (self.host.today(&root), self.host.link_key(&root));
        self.world = World::new(root, today, key).ok();
    }

    fn notice(&mut self, method: &str, params: &Value) {
        let uri = params["textDocument"]["uri"].as_str().unwrap_or_default();
        let path = text::path_of(uri);
        if let Some(folder) = path.as_deref().and_then(Path::parent).filter(|_| method == "textDocument/didOpen") {
            self.open(folder);
        }
        let Some(world) = &mut self.world else { return };
        let below = path.and_then(|path| world.below(&path));
        // Files that other programs changed, and those just saved.
        if matches!(method, "textDocument/didSave" | "workspace/didChangeWatchedFiles" | "textDocument/didClose") {
            // What cannot be read now is read with the next change.
            let _ = world.reread(Trust::Stamps);
            self.changes.note();
        }
        let Some(below) = below else { return };
        match method {
            "textDocument/didOpen" => {
                world.put(&below, params["textDocument"]["text"].as_str().unwrap_or_default().to_owned());
            }
            "textDocument/didChange" => {
                let mut now = world.text(&below).map(|file| file.text().to_owned()).unwrap_or_default();
                for change in params["contentChanges"].as_array().into_iter().flatten() {
                    now = text::changed(&now, change);
                }
                world.put(&below, now);
            }
            "textDocument/didClose" => world.close(&below),
            _ => return,
        }
        self.changes.note();
    }

    /// The answer to a request; `None` for one we do not know.
    fn request(&mut self, method: &str, params: &Value) -> Option<Result<Value, String>> {
        match method {
            "initialize" => {
                let folders = params["workspaceFolders"].as_array().into_iter().flatten();
                let uris = folders.map(|folder| &folder["uri"]).chain([&params["rootUri"]]);
                let folders: Vec<PathBuf> = uris.filter_map(|uri| text::path_of(uri.as_str()?)).collect();
                folders.iter().for_each(|folder| self.open(folder));
                self.open(&self.start.clone());
                return Some(Ok(capabilities()));
            }
            "shutdown" => {
                self.is_shut_down = true;
                return Some(Ok(Value::Null));
            }
            "textDocument/completion"
            | "textDocument/hover"
            | "textDocument/definition"
            | "textDocument/references"
            | "textDocument/prepareRename"
            | "textDocument/rename"
            | "textDocument/codeAction" => {}
            _ => return None,
        }
        let place = text::path_of(params["textDocument"]["uri"].as_str().unwrap_or_default());
        let (Some(world), Some(path)) = (&mut self.world, place) else { return Some(Ok(Value::Null)) };
        let Some(path) = world.below(&path) else { return Some(Ok(Value::Null)) };
        if world.programme().is_none() {
            self.found = world.look();
        }
        let at = world.text(&path).map_or(0, |file| text::offset(file.text(), &params["position"]));
        Some(match method {
            "textDocument/completion" => Ok(complete::complete(world, &path, at)),
            "textDocument/hover" => Ok(hover::hover(world, &path, at)),
            "textDocument/definition" => Ok(names::definition(world, &path, at)),
            "textDocument/references" => Ok(names::references(world, &path, at)),
            "textDocument/prepareRename" => Ok(names::prepare_rename(world, &path, at)),
            "textDocument/rename" => {
                names::rename(world, &path, at, params["newName"].as_str().unwrap_or_default().trim())
            }
            _ => Ok(self.fixes(&path, &params["range"])),
        })
    }

    /// What surely mends the findings in a range.
    fn fixes(&self, path: &str, range: &Value) -> Value {
        let Some(world) = &self.world else { return Value::Null };
        let Some(file) = world.text(path) else { return Value::Null };
        let (start, end) = (text::offset(file.text(), &range["start"]), text::offset(file.text(), &range["end"]));
        let here = |finding: &&Diagnostic| match &finding.place {
            Some(Place::Span(of, span)) => of.path() == path && span.start <= end && start <= span.end,
            _ => false,
        };
        let action = |finding: &Diagnostic| {
            let fix = fix::certain(finding).filter(|fix| fix.file.text() == file.text())?;
            let uri = text::uri_of(&world.root.join(path))?;
            let edit =
                json!({ "range": text::range(file.text(), &(fix.span.start..fix.span.end)), "newText": fix.new });
            Some(json!({
                "title": format!("Write `{}`", fix.new),
                "kind": "quickfix",
                "isPreferred": true,
                "diagnostics": [told(finding)],
                "edit": { "changes": { (uri): [edit] } },
            }))
        };
        self.found.iter().chain(&self.deeper).filter(here).filter_map(action).collect()
    }

    /// Looks at the programme as it is in the editor.
    fn look(&mut self) -> io::Result<()> {
        let Some(world) = &mut self.world else { return Ok(()) };
        self.found = world.look();
        // What was found of a file that has changed since stands elsewhere by now, or not at all.
        let is_of_now = |finding: &Diagnostic| match &finding.place {
            Some(Place::Span(file, _)) => world.text(file.path()).is_some_and(|now| now.text() == file.text()),
            _ => true,
        };
        self.deeper.retain(is_of_now);
        self.tell()
    }

    fn look_deeper(&self) {
        let has_errors = self.found.iter().any(|finding| finding.severity == Severity::Error);
        let Some(deeper) = self.world.as_ref().filter(|_| !has_errors).and_then(World::deeper) else { return };
        let (events, changes, of) = (self.events.clone(), self.changes.clone(), self.changes.count());
        let looking = move || {
            deeper.look(&|| changes.count() == of, |found| {
                // Where the server has ended, nobody wants to know.
                let _ = events.send(Event::Deeper(of, found));
            });
        };
        // Without a thread for it, messages are looked at by `check`.
        let _ = thread::Builder::new().stack_size(crate::serve::STACK).spawn(looking);
    }

    /// Tells the editor what is wrong where, as far as that is not what it was told last.
    fn tell(&mut self) -> io::Result<()> {
        let Some(world) = &self.world else { return Ok(()) };
        let mut now: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        for finding in self.found.iter().chain(&self.deeper) {
            let path = finding.place.as_ref().map_or(crate::load::MARKER, Place::path);
            let Some(uri) = text::uri_of(&world.root.join(path)) else { continue };
            let told = told(finding);
            if seen.insert(format!("{uri} {told}")) {
                now.entry(uri).or_default().push(told);
            }
        }
        let gone: Vec<String> = self.told.keys().filter(|uri| !now.contains_key(*uri)).cloned().collect();
        now.extend(gone.into_iter().map(|uri| (uri, Vec::new())));
        for (uri, findings) in now {
            let findings = Value::Array(findings);
            if self.told.get(&uri) == Some(&findings) {
                continue;
            }
            let params = json!({ "uri": uri, "diagnostics": findings });
            protocol::write(&mut self.output, &protocol::notification("textDocument/publishDiagnostics", params))?;
            match findings.as_array().is_some_and(Vec::is_empty) {
                true => self.told.remove(&uri),
                false => self.told.insert(uri, findings),
            };
        }
        Ok(())
    }
}

/// A finding as the protocol has it.
fn told(finding: &Diagnostic) -> Value {
    let range = match &finding.place {
        Some(Place::Span(file, span)) => text::range(file.text(), &(span.start..span.end)),
        _ => text::range("", &(0..0)),
    };
    let severity = match finding.severity {
        Severity::Error => 1,
        Severity::Warning => 2,
        Severity::Note => 3,
    };
    let hint = finding.hint.as_ref().map(|hint| format!("\n{hint}")).unwrap_or_default();
    json!({
        "range": range,
        "severity": severity,
        "code": finding.code,
        "source": "bevara",
        "message": format!("{}{hint}", finding.message),
    })
}

fn capabilities() -> Value {
    json!({
        "capabilities": {
            "positionEncoding": "utf-16",
            "textDocumentSync": { "openClose": true, "change": 2, "save": true },
            "completionProvider": { "triggerCharacters": [":", " ", ".", "|", "<", "[", "{", "\"", "-"] },
            "hoverProvider": true,
            "definitionProvider": true,
            "referencesProvider": true,
            "renameProvider": { "prepareProvider": true },
            "codeActionProvider": { "codeActionKinds": ["quickfix"] },
        },
        "serverInfo": { "name": "bevara", "version": env!("CARGO_PKG_VERSION") },
    })
}

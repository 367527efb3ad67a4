//! What a person sees in a terminal: a line a stage, findings, a summary.

use std::fmt;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use terminal_size::{Height, Width, terminal_size};

use super::Format;
use super::busy::{Busy, Watched};
use crate::model::text::counted;
use source::diagnostic::{Diagnostic, Diagnostics, Severity};
use source::grouped;

/// Where results and findings go.
#[derive(Clone)]
pub struct Terminal {
    format: Format,
    quiet: bool,
    /// Say more than usual.
    pub verbose: bool,
    colour: bool,
    /// Nothing is said at all.
    silent: bool,
    /// What was said besides stages, while it is recorded.
    tape: Arc<Mutex<Option<Vec<Said>>>>,
    /// What moves while nothing is said.
    busy: Busy,
    /// The programme that findings are about.
    root: Arc<Mutex<Option<PathBuf>>>,
}

/// Something that was said, and where.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Said {
    /// What the command was asked for: standard output.
    Result(String),
    /// What it says about it: standard error.
    Remark(String),
}

/// How it speaks.
impl fmt::Debug for Terminal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {} {} {}", self.format, self.quiet, self.verbose, self.colour)
    }
}

/// Annotations of one run; forges show few more, and nobody reads more.
const MAX_ANNOTATIONS: usize = 10;

/// Most findings that are printed.
const MAX_FINDINGS: usize = 10_000;
/// Columns and lines where there is no terminal to ask.
const USUAL: (usize, usize) = (100, 44);

impl Terminal {
    /// A terminal for one command; colours only on a real one and not with `NO_COLOR`.
    pub fn new(format: Format, quiet: bool, verbose: bool) -> Self {
        let colour = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let (tape, busy, root) = (Arc::default(), Busy::default(), Arc::default());
        Terminal { format, quiet, verbose, colour, silent: false, tape, busy, root }
    }

    /// The same, saying nothing.
    pub fn silenced(&self) -> Self {
        Terminal { silent: true, tape: Arc::default(), ..self.clone() }
    }

    /// Begins to keep what is said.
    pub fn record(&self) {
        *self.tape() = Some(Vec::new());
    }

    /// What was said since; `None` where it is not to be [repeated](Self::repeat).
    pub fn recorded(&self) -> Option<Vec<Said>> {
        self.tape().take()
    }

    /// What is said now holds for this once: a browser failed, say, and may not fail again.
    pub fn forget(&self) {
        *self.tape() = None;
    }

    /// Says again what was said.
    pub fn repeat(&self, said: &[Said]) {
        for said in said {
            match said {
                Said::Result(text) => self.result(text),
                Said::Remark(text) => self.remark(text),
            }
        }
    }

    /// Says which programme the findings are about.
    pub fn is_about(&self, root: &Path) {
        *self.root.lock().unwrap_or_else(PoisonError::into_inner) = Some(root.to_owned());
    }

    /// The way from the root of the repository to the programme, as forges name files: `firm/`, or nothing.
    fn folder(&self) -> String {
        let root = self.root.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(root) = root.and_then(|root| root.canonicalize().ok()) else { return String::new() };
        let repository = root.ancestors().find(|folder| folder.join(".git").exists());
        let below = repository.and_then(|repository| root.strip_prefix(repository).ok()).unwrap_or(Path::new(""));
        below.iter().map(|part| format!("{}/", part.to_string_lossy())).collect()
    }

    fn tape(&self) -> MutexGuard<'_, Option<Vec<Said>>> {
        self.tape.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remark(&self, text: &str) {
        if !self.silent {
            self.busy.say(text);
            if let Some(tape) = self.tape().as_mut() {
                tape.push(Said::Remark(text.to_owned()));
            }
        }
    }

    /// How results are reported.
    pub fn format(&self) -> Format {
        self.format
    }

    /// True where one JSON document is wanted.
    pub fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    fn is_chatty(&self) -> bool {
        !self.quiet && self.format == Format::Human
    }

    /// True where progress can be drawn.
    pub fn is_live(&self) -> bool {
        self.is_chatty() && io::stderr().is_terminal()
    }

    /// Shows long work on a terminal for as long as what it returns lives.
    pub fn watch(&self) -> Option<Watched> {
        self.is_live().then(|| self.busy.watch())
    }

    /// Says what is being done from now on, should it take longer than a moment; `None` where a bar shows it.
    pub fn doing(&self, what: Option<&str>) {
        self.busy.doing(what.map(str::to_owned));
    }

    /// Characters that a line has room for: `COLUMNS`, or the terminal's.
    pub fn width(&self) -> usize {
        number("COLUMNS")
            .or_else(|| terminal_size().map(|(Width(columns), _)| columns.into()))
            .unwrap_or(USUAL.0)
            .max(40)
    }

    /// Lines that a screen has: `LINES`, or the terminal's.
    pub fn height(&self) -> usize {
        number("LINES").or_else(|| terminal_size().map(|(_, Height(lines))| lines.into())).unwrap_or(USUAL.1)
    }

    /// A finished stage: what it is called, what came of it, how long it took.
    pub fn stage(&self, name: &str, result: &str, took: Duration) {
        if self.is_chatty() {
            let tick = self.paint("✓", "32");
            let time = self.paint(&duration(took), "2");
            self.busy.say(&format!("  {tick} {name:<9} {result}  {time}"));
        }
    }

    /// A line below a stage.
    pub fn detail(&self, text: &str) {
        if self.is_chatty() {
            self.busy.say(&format!("    {text}"));
        }
    }

    /// A line of its own.
    pub fn line(&self, text: &str) {
        if self.is_chatty() {
            self.remark(text);
        }
    }

    /// What to do next.
    pub fn next(&self, text: &str) {
        self.line(&format!("  {} {text}", self.paint("→", "36")));
    }

    /// A line about something that is not well: said to those too who want to hear only that.
    pub fn trouble(&self, text: &str) {
        if self.format == Format::Human {
            self.remark(text);
        }
    }

    /// What the command was asked for, on stdout.
    pub fn result(&self, text: &str) {
        if self.silent {
            return;
        }
        if let Some(tape) = self.tape().as_mut() {
            tape.push(Said::Result(text.to_owned()));
        }
        self.busy.clear();
        let mut out = io::stdout().lock();
        let plain = (self.colour && !out.is_terminal()).then(|| unpainted(text));
        // Whoever closed the pipe has read enough.
        let _ = writeln!(out, "{}", plain.as_deref().unwrap_or(text));
    }

    /// Findings and a count of them; in JSON they are part of the one document, so nothing is printed here.
    pub fn findings(&self, findings: &Diagnostics) {
        match self.format {
            Format::Json => {}
            Format::Github => self.annotate(findings),
            Format::Human | Format::Markdown => {
                let shown = || findings.iter().filter(|finding| !self.quiet || finding.severity == Severity::Error);
                for finding in shown().take(MAX_FINDINGS) {
                    self.remark(&format!("{}\n", finding.to_human(self.colour)));
                }
                let more = shown().count().saturating_sub(MAX_FINDINGS);
                if more > 0 {
                    self.remark(&format!("and {more} more\n"));
                }
                if !findings.is_empty() && (!self.quiet || findings.has_errors()) {
                    self.remark(&self.count(findings));
                }
            }
        }
    }

    /// A few annotations, and all of it in the summary of the job where there is one.
    fn annotate(&self, findings: &Diagnostics) {
        let (annotations, more) = grouped::annotations(findings, &self.folder(), MAX_ANNOTATIONS);
        annotations.iter().for_each(|annotation| self.result(annotation));
        let summary = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty() && !self.silent);
        let is_written = summary.is_some_and(|path| {
            let file = fs::OpenOptions::new().append(true).create(true).open(path);
            file.and_then(|mut file| file.write_all(grouped::summary(findings).as_bytes())).is_ok()
        });
        if more > 0 {
            let rest = if is_written { "the summary of this job has all of them" } else { "`bevara check` shows all" };
            self.result(&format!("and {more} more kinds of findings: {rest}"));
        }
    }

    fn count(&self, findings: &Diagnostics) -> String {
        let some = |severity: Severity, colour: &str| {
            let count = findings.count(severity);
            (count > 0).then(|| self.paint(&counted(count, severity.name()), colour))
        };
        let parts = [some(Severity::Error, "1;31"), some(Severity::Warning, "33"), some(Severity::Note, "36")];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// Something that stops the command and is no finding about the programme.
    pub fn failure(&self, message: &str, hint: Option<&str>) {
        match self.format {
            Format::Json => {
                let finding = Diagnostic { hint: hint.map(str::to_owned), ..Diagnostic::error("failure", message) };
                self.document(json!({ "diagnostics": [finding.to_json()] }));
            }
            _ => {
                self.remark(&format!("{}: {message}", self.paint("error", "1;31")));
                if let Some(hint) = hint {
                    self.remark(&format!("  {}: {hint}", self.paint("help", "1")));
                }
            }
        }
    }

    /// The one JSON document of a command.
    pub fn document(&self, document: impl Serialize) {
        self.result(&serde_json::to_string_pretty(&document).expect("its keys are texts"));
    }

    /// `text` in a colour (an SGR parameter), where there are colours.
    pub fn paint(&self, text: &str, colour: &str) -> String {
        match self.colour {
            true => format!("\u{1b}[{colour}m{text}\u{1b}[0m"),
            false => text.to_owned(),
        }
    }
}

/// A text without colours, for a file or a pipe.
pub fn unpainted(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |plain, part| plain + part.split_once('m').map_or(part, |(_, rest)| rest))
}

/// A number of lines or columns that the environment asks for.
fn number(name: &str) -> Option<usize> {
    std::env::var(name).ok()?.parse().ok().filter(|number| *number > 0)
}

/// A list of findings as JSON.
pub fn diagnostics_json(findings: &Diagnostics) -> Value {
    findings.iter().map(Diagnostic::to_json).collect()
}

/// A stop watch for stages.
pub struct Watch(Instant);

impl Watch {
    /// Starts now.
    pub fn start() -> Self {
        Watch(Instant::now())
    }

    /// The time since the start or the last lap.
    pub fn lap(&mut self) -> Duration {
        let took = self.0.elapsed();
        self.0 = Instant::now();
        took
    }
}

fn duration(took: Duration) -> String {
    match took.as_millis() {
        0 => format!("{} µs", took.as_micros()),
        millis if millis < 10_000 => format!("{millis} ms"),
        millis => format!("{}.{} s", millis / 1000, millis % 1000 / 100),
    }
}

/// A number of bytes for people.
pub fn bytes(count: u64) -> String {
    match count {
        0..1_000 => format!("{count} B"),
        1_000..1_000_000 => format!("{} kB", count / 1_000),
        1_000_000..1_000_000_000 => format!("{}.{} MB", count / 1_000_000, count % 1_000_000 / 100_000),
        _ => format!("{}.{} GB", count / 1_000_000_000, count % 1_000_000_000 / 100_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_into_a_file_has_no_colours() {
        assert_eq!(unpainted("\u{1b}[1;31merror\u{1b}[0m: so \u{1b}[2mit\u{1b}[0m is"), "error: so it is");
        assert_eq!(unpainted("plain"), "plain");
    }
}

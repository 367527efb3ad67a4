//! What is wrong with a programme, as data: severity, code, message, place, hint.
//!
//! A [`Fault`] is what a value knows of itself (it does not parse); a [`Diagnostic`] is a fault that knows its place. Warnings
//! travel beside results, so that one run shows everything.

use std::fmt;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet, renderer::DecorStyle};
use serde_json::{Value, json};

use crate::{SourceFile, Span};

/// Why a value is refused, before anybody knows where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong, in lower case, values in backticks.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Fault {
    /// A fault without a hint.
    pub fn new(message: impl Into<String>) -> Self {
        Fault { message: message.into(), hint: None }
    }

    /// The same fault with a hint.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.hint {
            Some(hint) => write!(f, "\n{hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Fault {}

/// How much a finding matters; `Error` stops a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing leaves before this is mended.
    Error,
    /// Somebody should look at it.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// The word for it in reports: `error`, `warning`, `note`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

/// A file and, where it is known, the span in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A span of a text file.
    Span(Arc<SourceFile>, Span),
    /// A whole file or folder, by its programme-relative path.
    File(String),
}

impl Place {
    /// The programme-relative path.
    pub fn path(&self) -> &str {
        match self {
            Place::Span(file, _) => file.path(),
            Place::File(path) => path,
        }
    }

    /// Line and column, from 1; `None` for a whole file.
    pub fn line_column(&self) -> Option<(usize, usize)> {
        match self {
            Place::Span(file, span) => {
                let position = file.position(span.start);
                Some((position.line, position.column))
            }
            Place::File(_) => None,
        }
    }
}

/// `path:line:column`; a whole file is its path.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line_column() {
            Some((line, column)) => write!(f, "{}:{line}:{column}", self.path()),
            None => f.write_str(self.path()),
        }
    }
}

/// One finding about the programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How much it matters.
    pub severity: Severity,
    /// A stable name for the check, in kebab case: `unknown-key`, `r02-keep-in-mind`.
    pub code: &'static str,
    /// What is wrong, in lower case, values in backticks.
    pub message: String,
    /// Where; `None` for what no file holds.
    pub place: Option<Place>,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Diagnostic {
    /// An error without a place.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Diagnostic { severity: Severity::Error, code, message: message.into(), place: None, hint: None }
    }

    /// A warning without a place.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, message) }
    }

    /// The same finding at a span of a file.
    pub fn at(mut self, file: &Arc<SourceFile>, span: Span) -> Self {
        self.place = Some(Place::Span(Arc::clone(file), span));
        self
    }

    /// The same finding about a whole file.
    pub fn in_file(mut self, path: impl Into<String>) -> Self {
        self.place = Some(Place::File(path.into()));
        self
    }

    /// The same finding at `place`.
    pub fn place(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The same finding with a hint.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// An error from a value that refused itself.
    pub fn from_fault(code: &'static str, fault: Fault) -> Self {
        Diagnostic { hint: fault.hint, ..Diagnostic::error(code, fault.message) }
    }

    /// The finding as one JSON object (design §7): severity, code, message, file, line, column, hint.
    pub fn to_json(&self) -> Value {
        let position = self.place.as_ref().and_then(Place::line_column);
        json!({
            "severity": self.severity.name(),
            "code": self.code,
            "message": self.message,
            "file": self.place.as_ref().map(Place::path),
            "line": position.map(|(line, _)| line),
            "column": position.map(|(_, column)| column),
            "hint": self.hint,
        })
    }

    /// The finding as a GitHub workflow command, one line.
    pub fn to_github(&self, folder: &str) -> String {
        let level = if self.severity == Severity::Note { "notice" } else { self.severity.name() };
        let mut properties = Vec::new();
        if let Some(place) = &self.place {
            properties.push(format!("file={}", github_property(&format!("{folder}{}", place.path()))));
            if let Some((line, column)) = place.line_column() {
                properties.push(format!("line={line},col={column}"));
            }
        }
        properties.push(format!("title={}", github_property(self.code)));
        let hint = self.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
        format!("::{level} {}::{}", properties.join(","), github_data(&format!("{}{hint}", self.message)))
    }

    /// The finding as a report for a person: message, snippet with a caret under the value, hint.
    pub fn to_human(&self, colour: bool) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        let excerpt = match &self.place {
            Some(Place::Span(file, span)) => Some(Excerpt::new(file, *span)),
            _ => None,
        };
        let mut group = annotate_snippets::Group::with_title(level.primary_title(&self.message).id(self.code));
        if let Some(excerpt) = &excerpt {
            group = group.element(
                Snippet::source(excerpt.line.as_str())
                    .line_start(excerpt.number)
                    .path(excerpt.path)
                    .annotation(AnnotationKind::Primary.span(excerpt.start..excerpt.end)),
            );
        } else if let Some(Place::File(path)) = &self.place {
            group = group.element(annotate_snippets::Origin::path(path.as_str()));
        }
        if let Some(hint) = &self.hint {
            group = group.element(Level::HELP.message(hint));
        }
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        renderer.decor_style(DecorStyle::Ascii).render(&[group])
    }
}

/// The one line a finding is about, cut to what a terminal can show.
struct Excerpt<'a> {
    path: &'a str,
    number: usize,
    line: String,
    start: usize,
    end: usize,
}

impl<'a> Excerpt<'a> {
    /// Widest excerpt, in bytes: a base64 blob or a minified line is cut after the caret.
    const MAX_WIDTH: usize = 400;

    fn new(file: &'a SourceFile, span: Span) -> Self {
        let text = file.text();
        let from = text[..span.start].rfind('\n').map_or(0, |newline| newline + 1);
        let to = text[span.start..].find('\n').map_or(text.len(), |newline| span.start + newline);
        let number = file.position(span.start).line;
        let line = text[from..to].trim_end_matches('\r');
        let cut = (span.start - from + Excerpt::MAX_WIDTH).min(line.len());
        let cut = (cut..=line.len()).find(|&at| line.is_char_boundary(at)).unwrap_or(line.len());
        // A place may lie among the returns at the end of the line, which are not shown.
        let start = (span.start - from).min(cut);
        let end = span.end.min(from + cut).saturating_sub(from).max(start);
        Excerpt { path: file.path(), number, line: line[..cut].to_owned(), start, end }
    }
}

fn github_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn github_property(text: &str) -> String {
    github_data(text).replace(':', "%3A").replace(',', "%2C")
}

/// So many findings are shown; nobody reads more.
const MAX_FINDINGS: usize = 10_000;

/// Findings gathered along the way; the order is the order of the files, then of the places in them.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Diagnostics {
    found: Vec<Diagnostic>,
}

impl Diagnostics {
    /// No findings yet.
    pub fn new() -> Self {
        Diagnostics::default()
    }

    /// Adds one finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// Adds all findings of another run.
    pub fn extend(&mut self, other: impl IntoIterator<Item = Diagnostic>) {
        self.found.extend(other);
    }

    /// True where at least one finding stops a build.
    pub fn has_errors(&self) -> bool {
        self.found.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// How many findings have this severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.found.iter().filter(|finding| finding.severity == severity).count()
    }

    /// All findings in the order they were made.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.found.iter()
    }

    /// Nothing was found.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Errors first, then by file and place; equal findings once, and ten thousand at most: one more says how many more.
    pub fn sorted(mut self) -> Self {
        self.found.sort_by_cached_key(|finding| {
            let path = finding.place.as_ref().map(|place| place.path().to_owned());
            let offset = match &finding.place {
                Some(Place::Span(_, span)) => span.start,
                _ => 0,
            };
            (finding.severity, path, offset, finding.code, finding.message.clone())
        });
        self.found.dedup();
        if self.found.len() > MAX_FINDINGS {
            let more = self.found.len() - MAX_FINDINGS;
            let severity = self.found[MAX_FINDINGS].severity;
            self.found.truncate(MAX_FINDINGS);
            let last = Diagnostic { severity, ..Diagnostic::error("more-findings", format!("and {more} more")) };
            self.found.push(last.hint("mend those above first: many of these are likely of the same kind"));
        }
        self
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.found.into_iter()
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(findings: I) -> Self {
        Diagnostics { found: findings.into_iter().collect() }
    }
}

/// How often each octet stands in a text, in lower case, folded into 64 places.
fn histogram(text: &str) -> [u8; 64] {
    let mut counts = [0_u8; 64];
    for byte in text.bytes() {
        let place = &mut counts[usize::from(byte.to_ascii_lowercase() & 63)];
        *place = place.saturating_add(1);
    }
    counts
}

fn differences(one: &[u8; 64], other: &[u8; 64]) -> usize {
    one.iter().zip(other).map(|(one, other)| usize::from(one.abs_diff(*other))).sum()
}

/// The known name that is least unlike `word`, however unlike it is; `None` where nothing is known.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    known.into_iter().min_by_key(|name| (strsim::damerau_levenshtein(&word, &name.to_lowercase()), *name))
}

/// The known name nearest to `word`, as a hint; `None` where nothing is near enough to be meant.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let folded = word.to_lowercase();
    let (length, letters) = (word.chars().count(), histogram(word));
    let may_be_near = |name: &&str| {
        let other = name.chars().count();
        let near = 1 + other.min(length) / 4;
        // A letter more, less or another changes the counts of two at most; there may be as many names as findings.
        let is_ascii = name.is_ascii() && word.is_ascii();
        other.abs_diff(length) <= near && (!is_ascii || differences(&letters, &histogram(name)) <= 2 * near)
    };
    let mut near: Vec<(usize, &str)> = known
        .into_iter()
        .filter(may_be_near)
        .map(|name| (strsim::damerau_levenshtein(&folded, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= 1 + name.chars().count().min(word.chars().count()) / 4)
        .collect();
    near.sort_unstable();
    near.dedup();
    let &(nearest, name) = near.first()?;
    // Of two that are as near nobody knows which is meant.
    Some(match near.get(1) {
        Some(&(distance, other)) if distance == nearest => format!("did you mean `{name}` or `{other}`?"),
        _ => format!("did you mean `{name}`?"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_among_the_returns_at_the_end_of_a_line_is_shown_at_its_end() {
        let text = "a: b\r\r\r\n";
        let file = SourceFile::new("bevara.yaml", text);
        for start in 0..=text.len() {
            for end in start..=text.len() {
                let shown = Diagnostic::error("yaml", "torn").at(&file, Span { start, end }).to_human(false);
                assert!(shown.contains("torn"), "{start}..{end}: {shown}");
            }
        }
    }

    #[test]
    fn a_report_has_message_place_caret_and_hint() {
        let file = SourceFile::new("bevara.yaml", "format: 1\nlanguags: [sv]\n");
        let finding = Diagnostic::error("unknown-key", "unknown key `languags`")
            .at(&file, Span { start: 10, end: 18 })
            .hint("did you mean `languages`?");
        assert_eq!(
            finding.to_human(false),
            "error[unknown-key]: unknown key `languags`\n --> bevara.yaml:2:1\n  |\n2 | languags: [sv]\n  | ^^^^^^^^\n  |\n  = help: did you mean `languages`?"
        );
        assert_eq!(
            finding.to_github(""),
            "::error file=bevara.yaml,line=2,col=1,title=unknown-key::unknown key `languags` (did you mean `languages`?)"
        );
        assert_eq!(finding.to_json()["line"], 2);
    }

    #[test]
    fn only_near_names_are_offered() {
        assert_eq!(did_you_mean("teir", ["tier", "id"]), Some("did you mean `tier`?".into()));
        assert_eq!(did_you_mean("weather", ["tier", "id"]), None);
    }
}

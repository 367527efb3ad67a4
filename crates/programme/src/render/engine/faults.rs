//! What tera's errors become: findings at the place in the author's own file.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use tera::{ErrorKind, Tera};

use super::bounds::Bounded;
use super::hints;
use super::nesting::DEEPEST;
use source::diagnostic::Diagnostic;
use source::{Position, SourceFile, Span};

/// Where the text of each template comes from, by its name.
#[derive(Default)]
pub(super) struct Origins {
    places: HashMap<String, Origin>,
    /// The templates as tera has them, for the places in its errors.
    counted: HashMap<String, Bounded>,
}

/// Where a template's text stands in its file.
struct Origin {
    file: Arc<SourceFile>,
    part: Part,
}

/// Which part of its file a template is.
pub(super) enum Part {
    /// The text from this offset on.
    From(usize),
    /// One value of the front matter.
    Value(Span),
}

impl Origins {
    /// Notes where a template comes from.
    pub(super) fn insert(&mut self, name: String, file: &Arc<SourceFile>, part: Part) {
        self.places.insert(name, Origin { file: Arc::clone(file), part });
    }

    /// The file that a template's text stands in, and the line at which it begins, from 1.
    pub(super) fn beginning(&self, name: &str) -> Option<(&str, usize)> {
        let Origin { file, part } = self.places.get(name)?;
        match part {
            Part::From(at) => Some((file.path(), file.position(*at).line)),
            Part::Value(_) => None,
        }
    }

    /// Notes what tera has in place of the texts.
    pub(super) fn count(&mut self, counted: Vec<(&str, Bounded)>) {
        self.counted = counted.into_iter().map(|(name, bounded)| (name.to_owned(), bounded)).collect();
    }

    /// The finding of a template whose result goes too deep at an offset of that result: at the line of its source where that
    /// stands, else where it begins.
    pub(super) fn too_deep(&self, name: &str, text: &str, at: usize) -> Diagnostic {
        const ENOUGH: usize = 24;
        let piece: String = text[at..].lines().next().unwrap_or_default().chars().take(ENOUGH).collect();
        let Some(Origin { file, part: Part::From(start) }) = self.places.get(name) else {
            return too_deep().in_file(name);
        };
        let own = &file.text()[*start..];
        // A loop may have made it of something shorter.
        let found = own.find(&piece).or_else(|| own.find("{% for"));
        let at = start + found.unwrap_or(0);
        too_deep().at(file, Span { start: at, end: at + 1 })
    }

    /// The findings of a set of templates that cannot be used: every syntax error, else every reference into nothing.
    pub(super) fn setup(&self, error: &tera::Error, texts: &[(String, String)]) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for (name, text) in texts {
            let mut alone = Tera::new();
            if let Err(error) = alone.add_raw_template(name, text)
                && let ErrorKind::SyntaxError(report) = error.kind()
            {
                let stopped = report.span().range.clone();
                let help = hints::of_syntax(report.message(), text, &stopped);
                let range = help.range.clone().unwrap_or(stopped);
                let message = help.message.as_deref().unwrap_or(report.message());
                let finding = self.at(name, range, "template-syntax", message);
                found.push(Diagnostic { hint: help.hint, ..finding });
            }
        }
        if found.is_empty() {
            found = self
                .inheritance(error, texts)
                .map_or_else(|| self.references(&error.to_string(), texts), |found| vec![found]);
        }
        found
    }

    /// A template that extends what is not there, or that comes back to itself.
    fn inheritance(&self, error: &tera::Error, texts: &[(String, String)]) -> Option<Diagnostic> {
        let (name, named, message) = match error.kind() {
            ErrorKind::MissingParent { current, parent } => (current, parent, format!("unknown template `{parent}`")),
            ErrorKind::CircularExtend { tpl, inheritance_chain: chain } => {
                let message = format!("templates extend each other in a circle: {tpl} → {}", chain.join(" → "));
                (tpl, chain.first()?, message)
            }
            ErrorKind::CircularInclude { tpl, include_chain: chain } => {
                let message = format!("templates include each other in a circle: {}", chain.join(" → "));
                (chain.iter().nth_back(1)?, tpl, message)
            }
            _ => return None,
        };
        let text = texts.iter().find(|(known, _)| known == name).map_or("", |(_, text)| text);
        let start = ['"', '\'', '`'].iter().find_map(|quote| text.find(&format!("{quote}{named}{quote}")));
        let range = start.map_or(0..0, |start| start..start + named.len() + 2);
        Some(self.at(name, range, "template", &message))
    }

    /// Reads tera's ready-made text for unknown filters, includes and components back into findings:
    /// `error: Unknown filter …` and below it ` --> name:line:column`.
    fn references(&self, report: &str, texts: &[(String, String)]) -> Vec<Diagnostic> {
        let components = components(texts);
        let mut found = Vec::new();
        let mut message = "";
        for line in report.lines() {
            if let Some(text) = line.strip_prefix("error: ") {
                message = text;
            } else if let Some(place) = line.trim_start().strip_prefix("--> ") {
                let mut parts = place.rsplitn(3, ':');
                let column = parts.next().and_then(|column| column.parse().ok()).unwrap_or(1);
                let line = parts.next().and_then(|line| line.parse().ok()).unwrap_or(1);
                let name = parts.next().unwrap_or_default();
                let finding = self.at_position(name, Position { line, column }, message);
                found.push(Diagnostic { hint: hints::of_name(message, &components).hint, ..finding });
            }
        }
        if found.is_empty() {
            found.push(Diagnostic::error("template", plain(report.lines().next().unwrap_or(report))));
        }
        found
    }

    /// The finding of a template that does not render.
    pub(super) fn render(&self, error: &tera::Error, name: &str) -> Diagnostic {
        let (name, range, message) = match error.kind() {
            ErrorKind::RenderingError(report) | ErrorKind::SyntaxError(report) => {
                let (name, range) = (report.filename(), report.span().range.clone());
                let own = |at: usize| self.counted.get(name).map_or(at, |counted| counted.offset(at));
                (name, own(range.start)..own(range.end), report.message())
            }
            other => (name, 0..0, &*other.to_string()),
        };
        let help = hints::of_name(message, &[]);
        let diagnostic = self.at(name, range, "template", help.message.as_deref().unwrap_or(message));
        match help.hint {
            // What is known of some contacts only has no name that could be meant.
            Some(hint) if !hint.starts_with("known here") => diagnostic.hint(hint),
            _ if is_about_nothing(message) => {
                diagnostic.hint("guard it with `{% if … %}`, or give it a `| default(value=\"…\")`")
            }
            Some(hint) => diagnostic.hint(hint),
            None => diagnostic,
        }
    }

    fn at_position(&self, name: &str, position: Position, message: &str) -> Diagnostic {
        let offset = match self.places.get(name) {
            Some(Origin { file, part: Part::From(start) }) => {
                SourceFile::new(name, &file.text()[*start..]).offset(position)
            }
            _ => 0,
        };
        self.at(name, offset..offset + 1, "template", message)
    }

    /// A finding about a range of a template, in the file its text comes from.
    pub(super) fn at(&self, name: &str, range: Range<usize>, code: &'static str, message: &str) -> Diagnostic {
        let diagnostic = Diagnostic::error(code, plain(message));
        let Some(Origin { file, part }) = self.places.get(name) else { return diagnostic.in_file(name) };
        let span = match part {
            Part::From(start) => {
                let clamp = |offset: usize| (start + offset).min(file.text().len());
                Span { start: clamp(range.start), end: clamp(range.end) }
            }
            Part::Value(span) => *span,
        };
        diagnostic.at(file, span)
    }
}

/// What is said of a text that goes too deep.
pub(super) fn too_deep() -> Diagnostic {
    Diagnostic::error("too-deep", format!("this is nested more than {DEEPEST} deep"))
        .hint("quotes, lists, emphasis or elements stand in each other; some may lack their end")
}

/// The names of all components of these templates.
fn components(texts: &[(String, String)]) -> Vec<String> {
    let of = |text: &str| {
        let parts = text.split("component ").skip(1);
        let names = parts.map(|part| part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>());
        names.filter(|name| !name.is_empty()).collect::<Vec<_>>()
    };
    texts.iter().flat_map(|(_, text)| of(text)).collect()
}

/// True where tera complains that a value is not there.
fn is_about_nothing(message: &str) -> bool {
    message.contains("undefined") || message.contains("not defined") || message.contains("not found")
}

/// tera's sentence in our typography: lower case, no full stop.
fn plain(message: &str) -> String {
    let message = message.trim().trim_end_matches('.');
    let mut letters = message.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => "this template cannot be rendered".to_owned(),
    }
}

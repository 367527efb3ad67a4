//! Lines of text inside quotes, lists and items.

use unicode_width::UnicodeWidthStr;

use super::WIDTH;
use super::inline::{Inline, References, wrap};
use html::hole::{self, Paragraph};

/// What a container is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Quote,
    List,
    Item,
}

/// Something that stands before every line inside of it.
#[derive(Debug)]
struct Container {
    kind: Kind,
    /// Before the first line: a bullet, a number.
    first: String,
    /// Before the other lines.
    rest: String,
    started: bool,
    /// Of a list: the number of the next item.
    next: Option<u64>,
    /// Of a list: blank lines stand between the items.
    loose: bool,
}

/// Writes blocks, one after the other.
pub(super) struct Writer<'r> {
    references: &'r mut References,
    lines: Vec<String>,
    containers: Vec<Container>,
    inline: Inline,
    heading: Option<u8>,
    /// A blank line is due before the next block.
    blank: bool,
}

impl<'r> Writer<'r> {
    /// The narrowest column, however deep the nesting.
    const NARROWEST: usize = 24;

    pub(super) fn new(references: &'r mut References) -> Self {
        Writer {
            references,
            lines: Vec::new(),
            containers: Vec::new(),
            inline: Inline::default(),
            heading: None,
            blank: false,
        }
    }

    pub(super) fn inline(&mut self) -> &mut Inline {
        &mut self.inline
    }

    pub(super) fn references(&mut self) -> &mut References {
        self.references
    }

    /// Columns that are left inside the containers.
    pub(super) fn width(&self) -> usize {
        let taken: usize = self.containers.iter().map(|container| container.rest.width()).sum();
        WIDTH.saturating_sub(taken).max(Writer::NARROWEST)
    }

    /// Refers to a footnote, bound to the word before.
    pub(super) fn note(&mut self, label: &str) {
        let number = self.references.note(label);
        self.inline.bind();
        self.inline.push(&number);
    }

    /// Ends the paragraph, if one is open.
    fn flush(&mut self) {
        let inline = std::mem::take(&mut self.inline);
        if inline.is_empty() {
            return;
        }
        let in_item = self.containers.iter().any(|container| container.kind == Kind::Item);
        let text = inline.resolve(self.references, !in_item && self.heading.is_none());
        let underline = match self.heading {
            Some(1) => Some('='),
            Some(2) => Some('-'),
            _ => None,
        };
        if hole::has_holes(&text) {
            let rest = self.containers.iter().map(|container| container.rest.as_str()).collect();
            let flow = hole::flow(&Paragraph { words: text, width: self.width(), rest, underline });
            self.put(&[flow]);
            return;
        }
        let lines = underlined(wrap(&text, self.width()), underline);
        self.put(&lines);
    }

    /// Ends the paragraph; what comes next stands apart, in a tight list on the next line.
    pub(super) fn separate(&mut self) {
        self.flush();
        let around = self.containers.iter().rev().find(|container| container.kind != Kind::Item);
        self.blank |= around.is_none_or(|container| container.kind == Kind::Quote || container.loose);
    }

    /// Writes finished lines.
    pub(super) fn put(&mut self, lines: &[String]) {
        if std::mem::take(&mut self.blank) && !self.lines.is_empty() {
            let started = self.containers.iter().filter(|container| container.started);
            let prefix: String = started.map(|container| container.rest.as_str()).collect();
            self.lines.push(prefix.trim_end().to_owned());
        }
        for line in lines {
            let mut out = String::new();
            for container in &mut self.containers {
                let first = !std::mem::replace(&mut container.started, true);
                out.push_str(if first { &container.first } else { &container.rest });
            }
            out.push_str(line);
            out.truncate(out.trim_end_matches(' ').len());
            self.lines.push(out);
        }
    }

    /// A line across.
    pub(super) fn rule(&mut self) {
        self.separate();
        self.put(&["-".repeat(24)]);
        self.separate();
    }

    pub(super) fn open_heading(&mut self, level: u8) {
        self.separate();
        self.heading = Some(level);
    }

    pub(super) fn close_heading(&mut self) {
        self.flush();
        self.heading = None;
        self.separate();
    }

    /// Opens a quote or an item with what stands before its first line.
    pub(super) fn open(&mut self, kind: Kind, first: &str) {
        self.separate();
        let rest = if kind == Kind::Quote { first.to_owned() } else { " ".repeat(first.width()) };
        let first = first.to_owned();
        self.containers.push(Container { kind, first, rest, started: false, next: None, loose: false });
    }

    /// Opens a list: numbered from `next` or with hyphens.
    pub(super) fn open_list(&mut self, next: Option<u64>, loose: bool) {
        self.separate();
        let (first, rest) = (String::new(), String::new());
        self.containers.push(Container { kind: Kind::List, first, rest, started: false, next, loose });
    }

    /// Opens the next item of the list, a task with its mark; an item that is still open ends.
    pub(super) fn open_item(&mut self, mark: Option<&str>) {
        if self.containers.last().is_some_and(|container| container.kind == Kind::Item) {
            self.close(Kind::Item);
        }
        let bullet = match self.containers.last_mut().and_then(|list| list.next.as_mut()) {
            Some(next) => {
                let bullet = format!("{next}. {}", mark.unwrap_or_default());
                *next = next.saturating_add(1);
                bullet
            }
            None => mark.unwrap_or("- ").to_owned(),
        };
        self.open(Kind::Item, &bullet);
    }

    /// Closes the innermost container of that kind and what was left open in it; nothing where there is none.
    pub(super) fn close(&mut self, kind: Kind) {
        let Some(at) = self.containers.iter().rposition(|container| container.kind == kind) else { return };
        self.flush();
        if kind == Kind::Item && !self.containers[at].started {
            self.put(&[String::new()]);
        }
        self.containers.truncate(at);
        self.separate();
    }

    /// All lines.
    pub(super) fn finish(mut self) -> Vec<String> {
        self.flush();
        self.lines
    }
}

/// Lines and, of a heading, the line below them, as long as the longest.
pub(super) fn underlined(mut lines: Vec<String>, sign: Option<char>) -> Vec<String> {
    if let Some(sign) = sign {
        let width = lines.iter().map(|line| line.width()).max().unwrap_or_default();
        lines.push(sign.to_string().repeat(width));
    }
    lines
}

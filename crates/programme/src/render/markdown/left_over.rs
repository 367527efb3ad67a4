//! What of a text its reader would take for a mistake: Markdown that came to nothing, fields of other programs, days as machines
//! write them, words that were to be replaced; rows that a table has no room for, and elements that are never closed (R28).
//!
//! Looked at are the events of the rendered Markdown, in which merged values are still marks: what a customer is called is never
//! taken for the author's mistake. Code is left alone.

mod signs;

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use crate::model::content::ContentFile;
use crate::render::syntax::{first_tag, tag_start};
use html::{Token, mark, scan};
use source::Span;
use source::diagnostic::{Diagnostic, Severity};
use yaml::front_matter;
use yaml::{At, Document};

use signs::{dates, emphasis, fields, fillers, foreign, lines, links, overlap};

/// What kind of mistake it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A field that nothing is put in for: `{name}`, `*|NAME|*`.
    Field,
    /// Markdown that is shown as it was written: `](`, `**`.
    Markup,
    /// A day as machines write it.
    Date,
    /// `TODO` and the like.
    Filler,
    /// A row with another number of cells than its table.
    Row,
    /// An element that is never closed.
    Unclosed,
}

/// A mistake in a rendered text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOver {
    kind: Kind,
    /// Where it stands in the rendered Markdown.
    at: usize,
    /// What it says, marks kept.
    text: String,
}

/// Stands in the text of a block for what is no text of it: code, an escaped character, an element.
const OTHER: char = '\u{fffc}';

/// Elements whose end HTML lets authors leave out, and those that have none.
const WITHOUT_END: [&str; 31] = [
    "area", "base", "body", "br", "col", "colgroup", "dd", "dt", "embed", "head", "hr", "html", "img", "input", "li",
    "link", "meta", "optgroup", "option", "p", "param", "rp", "rt", "source", "tbody", "td", "tfoot", "th", "thead",
    "tr", "wbr",
];

impl LeftOver {
    /// The finding about it, at its place in the file that the text was rendered from.
    pub fn finding(&self, content: &ContentFile) -> Diagnostic {
        self.at(content, self.place(content))
    }

    fn at(&self, content: &ContentFile, span: Span) -> Diagnostic {
        let shown = mark::decode(&self.text);
        let (severity, code, message, hint) = match self.kind {
            Kind::Field => (
                Severity::Error,
                "merge-field",
                format!("nothing is put in for `{shown}`"),
                "a value is written `{{ contact.name.given }}`; put what is meant as it stands into backticks",
            ),
            Kind::Markup => (
                Severity::Warning,
                "raw-markup",
                format!("`{shown}` is shown as it is written"),
                "look for a blank, a bracket or a blank line too many or too few; `\\` before a sign makes it a sign",
            ),
            Kind::Date => (
                Severity::Warning,
                "raw-date",
                format!("`{shown}` is a day as machines write it"),
                "print a date with `| date`, or write it out",
            ),
            Kind::Filler => {
                (Severity::Warning, "filler", format!("`{shown}` is still to be replaced"), "write what is meant")
            }
            Kind::Row => (
                Severity::Error,
                "table-row",
                format!("`{shown}` has another number of cells than its table"),
                "write as many cells as the first row has; `\\|` is a bar within a cell",
            ),
            Kind::Unclosed => (
                Severity::Error,
                "unclosed-element",
                format!("`{shown}` is never closed"),
                "write its end tag, or take it out",
            ),
        };
        Diagnostic { severity, ..Diagnostic::error(code, message) }.at(&content.file, span).hint(hint)
    }

    /// The same words in the source: where they stand in the result, if no tag moved them, else where they stand first; the first
    /// line of the text where they came from a value or a component.
    fn place(&self, content: &ContentFile) -> Span {
        let source = content.markdown();
        // The longest piece that was written, the first of those.
        let literal = self.text.split(mark::is_mark).rev().max_by_key(|piece| piece.len()).unwrap_or_default();
        let is_there = source.get(self.at..).is_some_and(|rest| rest.starts_with(self.text.as_str()));
        let found = match is_there {
            true => Some((self.at, self.text.len())),
            false => source.find(literal).filter(|_| !literal.is_empty()).map(|at| (at, literal.len())),
        };
        let (at, length) = found.unwrap_or_else(|| {
            let blank = source.len() - source.trim_start().len();
            (blank, source[blank..].lines().next().unwrap_or_default().len())
        });
        let start = content.body_at + at;
        Span { start, end: start + length }
    }

    /// True where it is of a component or a layout: an element whose tag the author did not write is not theirs to close.
    pub fn is_foreign(&self, content: &ContentFile) -> bool {
        self.kind == Kind::Unclosed && !content.markdown().contains(&self.text)
    }
}

/// Everything that is left over in a text with these events (before typography).
pub(super) fn find(markdown: &str, events: &[(Event<'_>, Range<usize>)]) -> Vec<LeftOver> {
    let mut found = Vec::new();
    let mut block = Block::default();
    let mut elements: Vec<(String, usize, String)> = Vec::new();
    let (mut in_code, mut columns) = (false, 0_usize);
    for (event, range) in events {
        match event {
            Event::Text(text) if !in_code => block.push(text, range, markdown),
            Event::SoftBreak | Event::HardBreak => block.push("\n", range, markdown),
            Event::Code(_) | Event::FootnoteReference(_) => block.push_other(range),
            Event::Html(html) | Event::InlineHtml(html) => {
                match block.text.ends_with('<') {
                    // `<<Name>>` is a field, and no element in angles.
                    true => block.push(html, range, markdown),
                    false => {
                        block.push_other(range);
                        follow(html, range.start, &mut elements, &mut found);
                    }
                }
            }
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Start(Tag::Table(alignments)) => {
                columns = alignments.len();
                block.flush(&mut found);
            }
            Event::Start(Tag::TableRow) => {
                block.flush(&mut found);
                let row = markdown[range.clone()].trim();
                if cells(row) != columns {
                    let at = range.start + (markdown[range.clone()].len() - markdown[range.clone()].trim_start().len());
                    found.push(LeftOver { kind: Kind::Row, at, text: row.to_owned() });
                }
            }
            // A field of Mailchimp's looks like a bar in italics.
            Event::Start(Tag::Emphasis) | Event::End(TagEnd::Emphasis) if is_bars(&markdown[range.clone()]) => {
                let at = if matches!(event, Event::Start(_)) { range.start } else { range.end - 1 };
                block.push("*", &(at..at + 1), markdown);
            }
            Event::Start(tag) if is_inline(tag) => {}
            Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image) => {}
            Event::Start(_) | Event::End(_) | Event::Rule => block.flush(&mut found),
            _ => {}
        }
    }
    block.flush(&mut found);
    found.extend(elements.into_iter().map(|(_, at, text)| LeftOver { kind: Kind::Unclosed, at, text }));
    found
}

/// What is left over in a line of the front matter that its author wrote under `key`, tags of tera's apart.
pub fn in_front(content: &ContentFile, key: &str, line: &str) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    look_through(&without_tags(line), &|at| at, &mut found);
    let Some(parts) = found.first().and_then(|_| front_matter::split(&content.file).ok()) else { return Vec::new() };
    let span = Document::part(&content.file, parts.front).locate(&[key.into()], At::Value);
    found.iter().map(|left| left.at(content, span)).collect()
}

/// The line with a sign that is no word in the place of each tag.
fn without_tags(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(open) = tag_start(rest) {
        out.push_str(&rest[..open]);
        out.push(OTHER);
        rest = &rest[open + first_tag(&rest[open..]).len()..];
    }
    out.push_str(rest);
    out
}

fn is_bars(emphasis: &str) -> bool {
    emphasis.starts_with("*|") && emphasis.ends_with("|*")
}

fn is_inline(tag: &Tag<'_>) -> bool {
    matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. })
}

/// The number of cells of a row as it is written.
fn cells(row: &str) -> usize {
    let mut is_escaped = false;
    let mut bars = 0;
    for character in row.chars() {
        bars += usize::from(character == '|' && !is_escaped);
        is_escaped = character == '\\' && !is_escaped;
    }
    let edges =
        usize::from(row.starts_with('|')) + usize::from(row.len() > 1 && row.ends_with('|') && !row.ends_with("\\|"));
    bars + 1 - edges
}

/// Follows the elements that a piece of HTML opens and closes, and looks at the words in it: Markdown is none there.
fn follow(html: &str, start: usize, open: &mut Vec<(String, usize, String)>, found: &mut Vec<LeftOver>) {
    let mut at = start;
    for token in scan(html) {
        let length = match token {
            Token::Open(tag) => {
                let name = tag.name.to_ascii_lowercase();
                if !WITHOUT_END.contains(&name.as_str()) && !tag.raw.ends_with("/>") {
                    open.push((name, at, tag.raw.to_owned()));
                }
                tag.raw.len()
            }
            Token::Close(name, raw) => {
                if let Some(last) = open.iter().rposition(|(open, ..)| name.eq_ignore_ascii_case(open)) {
                    open.remove(last);
                }
                raw.len()
            }
            Token::Text(text) => {
                if !open.iter().any(|(name, ..)| matches!(name.as_str(), "code" | "pre" | "style" | "script")) {
                    look_through(text, &|inside| at + inside, found);
                }
                text.len()
            }
            Token::Raw(text) | Token::Declaration(text) | Token::Comment(_, text) => text.len(),
        };
        at += length;
    }
}

/// Adds all that is left over in the words of one block.
fn look_through(text: &str, place: &dyn Fn(usize) -> usize, found: &mut Vec<LeftOver>) {
    let fields = fields(text);
    let is_free = |range: &Range<usize>| !fields.iter().any(|field| overlap(field, range));
    let markup = [links(text), emphasis(text), lines(text), foreign(text)].concat().into_iter().filter(is_free);
    let all = markup.map(|range| (Kind::Markup, range));
    let all = all.chain(dates(text).into_iter().map(|range| (Kind::Date, range)));
    let all = all.chain(fillers(text).into_iter().map(|range| (Kind::Filler, range)));
    let mut all: Vec<(Kind, Range<usize>)> =
        fields.iter().cloned().map(|range| (Kind::Field, range)).chain(all).collect();
    all.sort_by_key(|(_, range)| range.start);
    found.extend(all.into_iter().map(|(kind, range)| LeftOver {
        kind,
        at: place(range.start),
        text: text[range].to_owned(),
    }));
}

/// The words of one block, and where they stand.
#[derive(Default)]
struct Block {
    text: String,
    /// Offsets in the text, and in the Markdown, from which on both go on together.
    places: Vec<(usize, usize)>,
}

impl Block {
    fn push(&mut self, text: &str, range: &Range<usize>, markdown: &str) {
        self.places.push((self.text.len(), range.start));
        let is_escaped = markdown.as_bytes().get(range.start.wrapping_sub(1)) == Some(&b'\\');
        match text.chars().next() {
            Some(first) if is_escaped && first.is_ascii_punctuation() => {
                self.text.push(OTHER);
                self.places.push((self.text.len(), range.start + 1));
                self.text.push_str(&text[1..]);
            }
            _ => self.text.push_str(text),
        }
    }

    fn push_other(&mut self, range: &Range<usize>) {
        self.places.push((self.text.len(), range.start));
        self.text.push(OTHER);
    }

    /// Looks through the block, and begins another.
    fn flush(&mut self, found: &mut Vec<LeftOver>) {
        if !self.text.is_empty() {
            let text = std::mem::take(&mut self.text);
            look_through(&text, &|at| self.in_markdown(at), found);
        }
        self.places.clear();
    }

    fn in_markdown(&self, at: usize) -> usize {
        let (own, theirs) = self.places.iter().rev().find(|(own, _)| *own <= at).copied().unwrap_or((0, 0));
        theirs + at - own
    }
}

#[cfg(test)]
mod tests;

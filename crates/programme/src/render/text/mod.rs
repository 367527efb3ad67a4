//! The text part of a message, made from the same Markdown as the HTML: what a person would have typed.
//!
//! Lines of at most 72 columns (an address is never broken), headings underlined, lists with hyphens and numbers, tables
//! aligned, quotes after `> `. Links and footnotes share one numbering, `[1]`, and are listed at the end. HTML that components
//! print is read for its words. Values stop being marks before lines are broken, and nothing interprets them.

mod inline;
mod markup;
mod table;
mod writer;

use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

use crate::model::language::Language;
use crate::render::markdown::{self, Notes};
use html::hole::{self, Paragraph};
use html::mark;
use html::url;
use inline::{Inline, Reference, References};
use markup::Markup;
use writer::{Kind, Writer};

/// Columns of a line (RFC 3676 asks for at most 78; 72 leaves room for being quoted).
pub const WIDTH: usize = 72;

/// What becomes of the addresses behind links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Links {
    /// `word [1]`, and the address at the end of the text.
    Numbered,
    /// `word (address)`: for the keep-in-mind text, which nothing may follow.
    Inline,
}

/// How Markdown becomes text.
#[derive(Debug, Clone, Copy)]
pub struct TextOptions {
    /// Whose quotation marks.
    pub language: Language,
    /// Raw HTML is read for its words; otherwise it is shown as it is.
    pub allow_html: bool,
    /// What becomes of the addresses behind links.
    pub links: Links,
}

/// Renders a Markdown text (values as marks) to plain text without a line break at its end.
pub fn render_text(markdown: &str, options: &TextOptions) -> String {
    let events = markdown::parse(markdown, options.language, options.allow_html);
    let (body, notes) = markdown::split_notes(events);
    let mut references = References::new(options.links);
    let mut writer = Writer::new(&mut references);
    write(&body, &mut writer);
    let mut lines = writer.finish();
    let listed = list(&mut references, &notes);
    if !listed.is_empty() && !lines.is_empty() {
        lines.push(String::new());
    }
    lines.extend(listed);
    lines.join("\n")
}

/// The addresses and notes that the text refers to by number; a note may add more of them.
fn list(references: &mut References, notes: &Notes<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    let mut number = 0;
    while let Some(reference) = references.get(number).cloned() {
        number += 1;
        match reference {
            Reference::Url(url) => lines.push(format!("[{number}] {url}")),
            Reference::Note(label) => {
                let mut writer = Writer::new(references);
                writer.open(Kind::Item, &format!("[{number}] "));
                write(notes.get(&label).map_or(&[], Vec::as_slice), &mut writer);
                lines.extend(writer.finish());
            }
        }
    }
    lines
}

/// Writes some events of a document.
fn write(events: &[Event<'_>], writer: &mut Writer<'_>) {
    let mut markup = Markup::default();
    let mut at = 0;
    while at < events.len() {
        let inside = match &events[at] {
            Event::Start(Tag::Image { .. } | Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::Table(_) | Tag::List(_)) => {
                markdown::content(events, at)
            }
            _ => &[],
        };
        match &events[at] {
            Event::Start(Tag::Image { title, .. }) => {
                writer.inline().image(&markdown::plain_text(inside), title);
                at += inside.len() + 1;
            }
            Event::Start(Tag::CodeBlock(_)) => {
                code(&markdown::plain_text(inside), writer);
                at += inside.len() + 1;
            }
            Event::Start(Tag::HtmlBlock) => {
                let html: String = inside.iter().filter_map(html).collect();
                writer.separate();
                markup.read(&html, writer);
                at += inside.len() + 1;
            }
            Event::Start(Tag::Table(alignments)) => {
                writer.separate();
                let (head, rows) = cells(inside, writer);
                let lines = table::lay_out(&head, &rows, alignments, writer.width());
                writer.put(&lines);
                at += inside.len() + 1;
            }
            Event::Start(Tag::List(start)) => writer.open_list(*start, is_loose(inside)),
            Event::Start(Tag::Item) => writer.open_item(task(&events[at + 1..])),
            Event::Start(tag) => start(tag, writer),
            Event::End(tag) => end(tag, writer),
            Event::InlineHtml(html) | Event::Html(html) => markup.read(html, writer),
            event => inline(event, writer),
        }
        at += 1;
    }
}

fn html<'e>(event: &'e Event<'_>) -> Option<&'e str> {
    match event {
        Event::Html(html) | Event::InlineHtml(html) | Event::Text(html) => Some(html),
        _ => None,
    }
}

fn start(tag: &Tag<'_>, writer: &mut Writer<'_>) {
    match tag {
        Tag::Paragraph => writer.separate(),
        Tag::Heading { level, .. } => writer.open_heading(*level as u8),
        Tag::BlockQuote(_) => writer.open(Kind::Quote, "> "),
        Tag::Link { dest_url, link_type, .. } => {
            let scheme = if *link_type == LinkType::Email { "mailto:" } else { "" };
            writer.inline().open_link(format!("{scheme}{}", url::settle(dest_url)));
        }
        // What no longer holds is set aside.
        Tag::Strikethrough => writer.inline().push("("),
        _ => {}
    }
}

fn end(tag: &TagEnd, writer: &mut Writer<'_>) {
    match tag {
        TagEnd::Paragraph => writer.separate(),
        TagEnd::Heading(_) => writer.close_heading(),
        TagEnd::BlockQuote(_) => writer.close(Kind::Quote),
        TagEnd::Item => writer.close(Kind::Item),
        TagEnd::List(_) => writer.close(Kind::List),
        TagEnd::Link => writer.inline().close_link(),
        TagEnd::Strikethrough => writer.inline().push(")"),
        _ => {}
    }
}

/// The mark of an item that is a task: done, or still to do.
fn task(item: &[Event<'_>]) -> Option<&'static str> {
    match item {
        [Event::TaskListMarker(done), ..] | [Event::Start(Tag::Paragraph), Event::TaskListMarker(done), ..] => {
            Some(if *done { "✓ " } else { "○ " })
        }
        _ => None,
    }
}

fn inline(event: &Event<'_>, writer: &mut Writer<'_>) {
    match event {
        Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
            writer.inline().push(text);
        }
        Event::SoftBreak => writer.inline().push(" "),
        Event::HardBreak => writer.inline().hard_break(),
        Event::FootnoteReference(label) => writer.note(label),
        Event::Rule => writer.rule(),
        _ => {}
    }
}

/// Code keeps its lines, set in by four columns.
fn code(text: &str, writer: &mut Writer<'_>) {
    writer.separate();
    let text = unless_spoilt(mark::decode(text).into_owned());
    let lines: Vec<String> = text.lines().map(|line| format!("    {}", line.trim_end())).collect();
    writer.put(&lines);
    writer.separate();
}

/// Text whose layout depends on the width of its values: with holes in it, only the full render can tell.
fn unless_spoilt(text: String) -> String {
    if hole::has_holes(&text) { hole::SPOILT.to_string() } else { text }
}

/// Puts the words of a filled paragraph into lines, as [`render_text`] does.
pub(crate) fn wrap_paragraph(words: &str, paragraph: &Paragraph) -> String {
    let Paragraph { words: _, width, rest, underline } = paragraph;
    let lines = writer::underlined(inline::wrap(words, *width), *underline);
    let mut paragraph = String::with_capacity(words.len() + lines.len() * (rest.len() + 1));
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            paragraph.push('\n');
            paragraph.push_str(rest);
        }
        paragraph.push_str(line);
        paragraph.truncate(paragraph.trim_end_matches(' ').len());
    }
    paragraph
}

/// The cells of a table: its head and its rows, each as plain words.
fn cells(events: &[Event<'_>], writer: &mut Writer<'_>) -> (Vec<String>, Vec<Vec<String>>) {
    let (mut head, mut rows, mut row) = (Vec::new(), Vec::new(), Vec::new());
    let mut at = 0;
    while at < events.len() {
        match &events[at] {
            Event::Start(Tag::TableCell) => {
                let inside = markdown::content(events, at);
                write(inside, writer);
                let cell: Inline = std::mem::take(writer.inline());
                let cell = cell.resolve(writer.references(), false);
                row.push(unless_spoilt(inline::wrap(&cell, usize::MAX).join(" ")));
                at += inside.len() + 1;
            }
            Event::End(TagEnd::TableHead) => head = std::mem::take(&mut row),
            Event::End(TagEnd::TableRow) => rows.push(std::mem::take(&mut row)),
            _ => {}
        }
        at += 1;
    }
    (head, rows)
}

/// Are there blank lines between the items of a list? Then its items hold paragraphs.
fn is_loose(events: &[Event<'_>]) -> bool {
    let mut depth = 0;
    events.iter().any(|event| {
        match event {
            Event::Start(Tag::Paragraph) if depth == 1 => return true,
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            _ => {}
        }
        false
    })
}

#[cfg(test)]
mod tests;

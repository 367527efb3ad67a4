//! Markdown to HTML: GFM tables, footnotes, strikethrough and task lists, with the typography of the language.
//!
//! Both parts of a message are made from the same events. What has values in its attributes (links, pictures) and
//! what mail clients need written out (tables, task lists, footnotes) is written here; pulldown-cmark writes the rest.

mod dress;

use std::collections::BTreeMap;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::model::language::Language;
use crate::render::typography;
use dress::Dresser;

/// Where the HTML will stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Medium {
    /// In a message: alignment as attributes and inline styles, no anchors.
    Mail,
    /// On a page: headings and footnotes can be linked to, alignment is a class (`align-right`, `align-center`).
    Page,
}

/// How Markdown becomes HTML.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// Whose quotation marks.
    pub language: Language,
    /// Raw HTML is kept; otherwise it is shown as text.
    pub allow_html: bool,
    /// Where the HTML will stand.
    pub medium: Medium,
    /// The path below `content/` of a picture named in the Markdown; `None` leaves the name as it is.
    pub picture: &'a dyn Fn(&str) -> Option<String>,
}

/// A heading of a rendered text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its anchor on a page.
    pub id: Option<String>,
    /// Its words, marks decoded.
    pub text: String,
}

/// What Markdown became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The HTML, values still as marks.
    pub html: String,
    /// The headings, in order.
    pub headings: Vec<Heading>,
    /// The local pictures, as they were resolved, in order of their first use.
    pub pictures: Vec<String>,
}

/// The events of a Markdown text, typography done.
pub(crate) fn parse(markdown: &str, language: Language, allow_html: bool) -> Vec<Event<'_>> {
    use pulldown_cmark::Options;
    let extensions =
        Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut events: Vec<_> = Parser::new_ext(markdown, extensions).into_offset_iter().collect();
    if !allow_html {
        events.iter_mut().for_each(|(event, _)| show_html(event));
    }
    typography::smarten(markdown, &mut events, language);
    events.into_iter().map(|(event, _)| event).collect()
}

/// Turns raw HTML into text that shows it.
fn show_html(event: &mut Event<'_>) {
    *event = match std::mem::replace(event, Event::SoftBreak) {
        Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
        Event::Html(html) | Event::InlineHtml(html) => Event::Text(html),
        other => other,
    };
}

/// The notes of a text by their label.
pub(crate) type Notes<'a> = BTreeMap<String, Vec<Event<'a>>>;

/// Takes the footnotes out of the text they stand in.
pub(crate) fn split_notes(events: Vec<Event<'_>>) -> (Vec<Event<'_>>, Notes<'_>) {
    let mut notes = Notes::new();
    let mut body = Vec::with_capacity(events.len());
    let mut label = None;
    for event in events {
        match (event, &label) {
            (Event::Start(Tag::FootnoteDefinition(name)), _) => label = Some(name.into_string()),
            (Event::End(TagEnd::FootnoteDefinition), _) => label = None,
            (event, Some(name)) => notes.entry(name.clone()).or_default().push(event),
            (event, None) => body.push(event),
        }
    }
    (body, notes)
}

/// The plain text of some events, marks kept.
pub(crate) fn plain_text(events: &[Event<'_>]) -> String {
    let mut out = String::new();
    for event in events {
        match event {
            Event::Text(text) | Event::Code(text) => out.push_str(text),
            Event::SoftBreak | Event::HardBreak => out.push(' '),
            _ => {}
        }
    }
    out
}

/// The events between a start (at `start`) and the end that belongs to it.
pub(crate) fn content<'e, 'a>(events: &'e [Event<'a>], start: usize) -> &'e [Event<'a>] {
    let mut depth = 0_usize;
    let inside = &events[start + 1..];
    let end = inside.iter().position(|event| {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) if depth == 0 => return true,
            Event::End(_) => depth -= 1,
            _ => {}
        }
        false
    });
    &inside[..end.unwrap_or(inside.len())]
}

/// Renders a Markdown text (values as marks) to HTML.
pub fn render(markdown: &str, options: &Options<'_>) -> Rendered {
    let (body, notes) = split_notes(parse(markdown, options.language, options.allow_html));
    Dresser::new(options).finish(&body, &notes)
}

#[cfg(test)]
mod tests;

//! Markdown to HTML: GFM tables, footnotes, strikethrough and task lists, with the typography of the language.
//!
//! Both parts of a message are made from the same events. What has values in its attributes (links, pictures) and
//! what mail clients need written out (tables, task lists, footnotes) is written here; pulldown-cmark writes the rest.

mod dress;
mod guard;
mod left_over;
mod named;
mod tag_lines;
pub mod trace;

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::model::language::Language;
use crate::render::{syntax, typography};
use dress::Dresser;
pub use guard::shield;
pub use left_over::{LeftOver, in_front};
pub use named::pictures_named;
pub use tag_lines::tidy;
use trace::Origin;

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
    /// The first piece of raw HTML that was not allowed, and is shown as text.
    pub refused: Option<String>,
    /// What a reader would take for a mistake.
    pub left_over: Vec<LeftOver>,
}

/// The events of a Markdown text, typography done.
pub(crate) fn parse(markdown: &str, language: Language, allow_html: bool) -> Vec<Event<'_>> {
    smart(markdown, read(markdown, &|_| !allow_html, &mut None), language, &[])
}

/// The events of a Markdown text as they are written; raw HTML whose range `refuses` is shown as text, the first piece of it is
/// noted in `refused`.
fn read<'a>(
    markdown: &'a str,
    refuses: &dyn Fn(&Range<usize>) -> bool,
    refused: &mut Option<String>,
) -> Vec<(Event<'a>, Range<usize>)> {
    use pulldown_cmark::Options;
    let extensions =
        Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut events = Vec::with_capacity(markdown.len() / 16);
    events.extend(Parser::new_ext(markdown, extensions).into_offset_iter());
    show_html(markdown, &mut events, refuses, refused);
    events
}

/// The same, typography done, blocks marked with their origins where these are known.
fn smart<'a>(
    markdown: &'a str,
    mut events: Vec<(Event<'a>, Range<usize>)>,
    language: Language,
    origins: &[Origin],
) -> Vec<Event<'a>> {
    typography::smarten(markdown, &mut events, language);
    if !origins.is_empty() {
        trace::mark_blocks(&mut events, origins);
    }
    events.into_iter().map(|(event, _)| event).collect()
}

/// Turns refused HTML into text that shows it; a comment is left out.
fn show_html(
    markdown: &str,
    events: &mut Vec<(Event<'_>, Range<usize>)>,
    refuses: &dyn Fn(&Range<usize>) -> bool,
    refused: &mut Option<String>,
) {
    let mut in_comment = false;
    // Within a comment that began in an earlier line of the same block.
    let mut is_open = false;
    events.retain_mut(|(event, range)| {
        let html = matches!(
            event,
            Event::Start(Tag::HtmlBlock) | Event::End(TagEnd::HtmlBlock) | Event::Html(_) | Event::InlineHtml(_)
        );
        if !html {
            return true;
        }
        // A block is the author's where it begins so: one that a component begins may have words of the author's inside.
        let whole = &markdown[range.clone()];
        let looked_at = match event {
            Event::Start(_) | Event::End(_) => range.start..range.start + whole.find('\n').unwrap_or(whole.len()),
            _ => range.clone(),
        };
        if !in_comment && !refuses(&looked_at) {
            return keeps_without_comments(event, &mut is_open);
        }
        let source = whole.trim();
        let comment = source.starts_with("<!--") && source.find("-->") == source.len().checked_sub(3);
        let (keep, shown) = match std::mem::replace(event, Event::SoftBreak) {
            Event::Start(_) => {
                in_comment = comment;
                (!comment, Event::Start(Tag::Paragraph))
            }
            Event::End(_) => (!std::mem::take(&mut in_comment), Event::End(TagEnd::Paragraph)),
            Event::Html(html) | Event::InlineHtml(html) => {
                let keep = !in_comment && !comment;
                if keep && refused.is_none() {
                    *refused = Some(html.trim().to_owned());
                }
                (keep, Event::Text(html))
            }
            other => (true, other),
        };
        *event = shown;
        keep
    });
}

/// Takes the comments out of HTML that is kept; true where something is left.
fn keeps_without_comments(event: &mut Event<'_>, is_open: &mut bool) -> bool {
    let (Event::Html(html) | Event::InlineHtml(html)) = event else {
        *is_open = false;
        return true;
    };
    if !*is_open && !html.contains("<!--") {
        return true;
    }
    let kept = without_comments(html, is_open);
    let is_kept = !kept.trim().is_empty();
    *html = kept.into();
    is_kept
}

/// HTML without its comments; those that are read by a mail program (`<!--[if mso]>`) are none.
fn without_comments(html: &str, is_open: &mut bool) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    loop {
        if *is_open {
            let Some(end) = rest.find("-->") else { return out };
            rest = &rest[end + "-->".len()..];
            *is_open = false;
        }
        let Some(start) = rest.find("<!--") else {
            out.push_str(rest);
            return out;
        };
        let behind = &rest[start + "<!--".len()..];
        let is_condition = behind.starts_with("[if") || behind.starts_with("<![endif");
        let end = if is_condition { start + "<!--".len() } else { start };
        out.push_str(&rest[..end]);
        rest = if is_condition { behind } else { &rest[start..] };
        if !is_condition {
            rest = &rest["<!--".len()..];
            *is_open = true;
        }
    }
}

/// The notes of a text by their label.
pub(crate) type Notes<'a> = BTreeMap<String, Vec<Event<'a>>>;

/// Takes the footnotes out of the text they stand in.
pub(crate) fn split_notes(events: Vec<Event<'_>>) -> (Vec<Event<'_>>, Notes<'_>) {
    let mut notes = Notes::new();
    if !events.iter().any(|event| matches!(event, Event::Start(Tag::FootnoteDefinition(_)))) {
        return (events, notes);
    }
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
    let refuses = |_: &Range<usize>| !options.allow_html;
    match trace::read_off(markdown) {
        None => render_with(markdown, options, &refuses, &[]),
        Some((markdown, origins)) => render_with(&markdown, options, &refuses, &origins),
    }
}

/// Renders a text that was [`shield`]ed before tera ran: HTML that components printed is kept, the author's own is shown as
/// text, whatever the options say.
pub fn render_shielded(shielded: &str, options: &Options<'_>) -> Rendered {
    let traced = trace::read_off(shielded);
    let (shielded, origins) =
        traced.as_ref().map_or((shielded, &[][..]), |(shielded, origins)| (shielded.as_str(), origins.as_slice()));
    let (markdown, authored) = guard::unshield(shielded);
    render_with(&markdown, options, &authored, origins)
}

fn render_with(
    markdown: &str,
    options: &Options<'_>,
    refuses: &dyn Fn(&Range<usize>) -> bool,
    origins: &[Origin],
) -> Rendered {
    let mut refused = None;
    let events = read(markdown, refuses, &mut refused);
    let left_over = left_over::find(markdown, &events);
    let (body, notes) = split_notes(smart(markdown, events, options.language, origins));
    Rendered { refused, left_over, ..Dresser::new(options).finish(&body, &notes) }
}

/// True where a text holds tags of tera's.
pub fn has_tags(markdown: &str) -> bool {
    syntax::tag_start(markdown).is_some()
}

#[cfg(test)]
mod tests;

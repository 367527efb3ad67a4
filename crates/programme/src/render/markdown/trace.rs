//! Where each block of a text was written, for a preview that leads back to the source. Nobody else asks for it: no message that
//! leaves and no page that is published is made of a traced text.
//!
//! tera changes lines, repeats them and leaves some out. So [`numbered`] puts a mark in front of what each line of a template
//! prints; behind tera the marks are read off and taken out again, and what remains is what the plain template prints. Behind
//! Markdown they stand in front of the blocks, and [`settled`] turns them into attributes at the very end.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use crate::render::syntax::{end_of_raw, first_tag, statement, tag_start};
use html::{Token, escape_attribute, scan};

/// The attribute that says where something was written: `content/newsletters/january.sv.md:12`.
pub const ATTRIBUTE: &str = "data-source";

/// Begins a mark in a template: what follows was printed by this line. Noncharacters, which no text holds.
const LINE: char = '\u{fdd0}';
/// Begins a mark in HTML: it is about the next element.
const NEXT: char = '\u{fdd1}';
/// Begins a mark in HTML: it is about the element it stands in.
const INSIDE: char = '\u{fdd2}';
/// Ends a mark.
const END: char = '\u{fdd3}';
/// What a mark says is written in tag characters, which are ASCII shifted to here: neither tera nor Markdown gives them a meaning.
const SHIFT: u32 = 0xe0000;

fn push_mark(begin: char, origin: &str, out: &mut String) {
    out.push(begin);
    // A path that is no ASCII is percent-encoded.
    for byte in origin.bytes() {
        match byte {
            b' '..=b'~' if byte != b'%' => out.extend(char::from_u32(SHIFT + u32::from(byte))),
            _ => out.extend(format!("%{byte:02X}").bytes().filter_map(|byte| char::from_u32(SHIFT + u32::from(byte)))),
        }
    }
    out.push(END);
}

/// What a mark says, its begin taken off, and what stands behind it.
fn read_mark(rest: &str) -> (String, &str) {
    let end = rest.find(END).unwrap_or(rest.len());
    let ascii: String = rest[..end].chars().filter_map(|letter| char::from_u32(letter as u32 ^ SHIFT)).collect();
    let origin = percent_encoding::percent_decode_str(&ascii).decode_utf8_lossy().into_owned();
    (origin, rest.get(end + END.len_utf8()..).unwrap_or_default())
}

/// A template, in which everything that a line prints begins with a mark. The text begins at line `first` of the file at `path`.
pub fn numbered(text: &str, path: &str, first: usize) -> String {
    let mut writer = Numbered { path, line: first, is_pending: true, out: String::with_capacity(text.len() * 2) };
    let mut rest = text;
    while let Some(open) = tag_start(rest) {
        writer.literal(&rest[..open]);
        let tag = first_tag(&rest[open..]);
        writer.tag(tag);
        rest = &rest[open + tag.len()..];
        if statement(tag) == "raw" {
            let end = end_of_raw(rest);
            writer.literal(&rest[..end]);
            rest = &rest[end..];
        }
    }
    writer.literal(rest);
    writer.out
}

struct Numbered<'t> {
    path: &'t str,
    line: usize,
    /// The next thing that is printed begins a line, or stands behind a tag that decides about it.
    is_pending: bool,
    out: String,
}

impl Numbered<'_> {
    fn mark(&mut self) {
        if std::mem::take(&mut self.is_pending) {
            push_mark(LINE, &format!("{}:{}", self.path, self.line), &mut self.out);
        }
    }

    fn literal(&mut self, text: &str) {
        for letter in text.chars() {
            match letter {
                '\n' => {
                    self.line += 1;
                    self.is_pending = true;
                }
                // What trims the space around it has to find it.
                ' ' | '\t' | '\r' => {}
                _ => self.mark(),
            }
            self.out.push(letter);
        }
    }

    fn tag(&mut self, tag: &str) {
        if tag.starts_with("{{") && !tag.starts_with("{{-") {
            self.mark();
        }
        self.out.push_str(tag);
        self.line += tag.matches('\n').count();
        self.is_pending |= !tag.starts_with("{{") || tag.contains('\n');
    }
}

/// Where a piece of a rendered text was written.
pub(super) struct Origin {
    at: usize,
    origin: String,
}

/// The text without its marks, and what they said; `None` where there are none.
pub(super) fn read_off(rendered: &str) -> Option<(String, Vec<Origin>)> {
    if !rendered.contains(LINE) {
        return None;
    }
    let mut text = String::with_capacity(rendered.len());
    let mut origins = Vec::new();
    let mut rest = rendered;
    while let Some(at) = rest.find(LINE) {
        text.push_str(&rest[..at]);
        let (origin, behind) = read_mark(&rest[at + LINE.len_utf8()..]);
        origins.push(Origin { at: text.len(), origin });
        rest = behind;
    }
    text.push_str(rest);
    Some((text, origins))
}

/// A rendered text without its marks.
pub fn plain(rendered: &str) -> Cow<'_, str> {
    read_off(rendered).map_or(Cow::Borrowed(rendered), |(text, _)| Cow::Owned(text))
}

/// Puts marks in front of the blocks of a text.
pub(super) fn mark_blocks<'a>(events: &mut Vec<(Event<'a>, Range<usize>)>, origins: &[Origin]) {
    let origin = |start: usize| {
        let after = origins.partition_point(|origin| origin.at <= start);
        origins.get(after.saturating_sub(1)).map_or("", |origin| origin.origin.as_str())
    };
    let marked = |begin: char, range: &Range<usize>| {
        let mut mark = String::new();
        push_mark(begin, origin(range.start), &mut mark);
        (Event::Text(mark.into()), range.clone())
    };
    let mut out = Vec::with_capacity(events.len() * 2);
    let mut in_note = false;
    for (event, range) in events.drain(..) {
        match &event {
            // What a note begins with, its number is written into.
            Event::Start(Tag::FootnoteDefinition(_)) => in_note = true,
            Event::End(TagEnd::FootnoteDefinition) => in_note = false,
            Event::Start(Tag::Paragraph | Tag::Heading { .. } | Tag::Item | Tag::CodeBlock(_) | Tag::HtmlBlock)
                if !in_note =>
            {
                out.push(marked(NEXT, &range));
            }
            Event::Start(Tag::TableCell) => {
                let mark = marked(INSIDE, &range);
                out.push((event, range));
                out.push(mark);
                continue;
            }
            _ => {}
        }
        out.push((event, range));
    }
    *events = out;
}

/// HTML in which every mark has become an attribute of the element it is about.
pub fn settled(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut next: Option<String> = None;
    // Where an attribute of the element goes that was opened last, if nothing but marks came since.
    let mut inside: Option<usize> = None;
    for token in scan(html) {
        match token {
            Token::Text(text) => {
                let mut rest = text;
                while let Some(at) = rest.find([NEXT, INSIDE]) {
                    let (before, mark) = rest.split_at(at);
                    let is_next = mark.starts_with(NEXT);
                    let (origin, behind) = read_mark(&mark[NEXT.len_utf8()..]);
                    if !before.trim().is_empty() {
                        inside = None;
                    }
                    out.push_str(before);
                    rest = behind;
                    match inside.take_if(|_| !is_next) {
                        Some(at) => out.insert_str(at, &attribute(&origin)),
                        None => next = is_next.then_some(origin),
                    }
                }
                if !rest.trim().is_empty() {
                    (next, inside) = (None, None);
                }
                out.push_str(rest);
            }
            Token::Open(tag) => {
                let end = if tag.raw.ends_with("/>") { 2 } else { 1 };
                let (head, end) = tag.raw.split_at(tag.raw.len() - end);
                out.push_str(head);
                inside = Some(out.len());
                if let Some(origin) = next.take() {
                    out.push_str(&attribute(&origin));
                    inside = None;
                }
                out.push_str(end);
            }
            Token::Close(_, raw) => {
                (next, inside) = (None, None);
                out.push_str(raw);
            }
            Token::Raw(raw) | Token::Comment(_, raw) | Token::Declaration(raw) => out.push_str(raw),
        }
    }
    out
}

fn attribute(origin: &str) -> String {
    let mut attribute = format!(" {ATTRIBUTE}=\"");
    escape_attribute(origin, &mut attribute);
    attribute.push('"');
    attribute
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::language::Language;
    use crate::render::markdown::{Medium, Options, render};

    fn html(markdown: &str) -> String {
        let options = Options { language: Language::En, allow_html: true, medium: Medium::Mail, picture: &|_| None };
        settled(&render(markdown, &options).html)
    }

    #[test]
    fn a_numbered_text_without_its_marks_is_the_text() {
        for text in ["a\n\n  b {{ c }}\n", "{% if a %}b{% else %}c{% endif %}\n- d\n", "{% raw %}{{ a }}{% endraw %}\n"]
        {
            assert_eq!(plain(&numbered(text, "é/x.md", 3)), text);
        }
    }

    #[test]
    fn blocks_tell_the_line_they_were_written_in() {
        let text = "# Title\n\nOne\ntwo\n\n- item\n- *other*\n\n| a |\n|---|\n| b |\n\n![x](y.png)\n\n<table><tr><td>z</td></tr></table>\n";
        let html = html(&numbered(text, "content/å.md", 4));
        for block in [
            "<h1 data-source=\"content/å.md:4\">",
            "<p data-source=\"content/å.md:6\">One",
            "<li data-source=\"content/å.md:9\">item",
            "<li data-source=\"content/å.md:10\"><em>",
            "<th scope=\"col\" data-source=\"content/å.md:12\">a",
            "<td data-source=\"content/å.md:14\">b",
            "<div class=\"picture\" data-source=\"content/å.md:16\">",
            "<table data-source=\"content/å.md:18\"><tr>",
        ] {
            assert!(html.contains(block), "{block}: {html}");
        }
        assert!(!html.contains([LINE, NEXT, INSIDE, END]), "{html:?}");
    }

    #[test]
    fn but_for_the_attributes_nothing_differs() {
        let text = "\"Quoted\" *a*.\n\n> b[^1]\n\n- [x] done\n- [ ] open\n\n![c](d.png \"Caption\")\n\n1. e\n\n   f\n\n    code\n\n[^1]: Note.\n";
        let traced = html(&numbered(text, "x.md", 1));
        let mut plain = traced.clone();
        while let Some(at) = plain.find(" data-source=\"") {
            let end = at + 14 + plain[at + 14..].find('"').expect("it is closed") + 1;
            plain.replace_range(at..end, "");
        }
        let lines = |html: &str| html.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(lines(&plain), lines(&html(text)));
        assert!(traced.matches("data-source").count() >= 7, "{traced}");
    }
}

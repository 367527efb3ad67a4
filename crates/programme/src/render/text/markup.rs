//! The words of HTML that stands in Markdown: of components, mostly.

use super::inline::href;
use super::writer::{Kind, Writer};
use html::{Tag, Token, entity, is_hidden, scan};

/// Reads HTML block by block; an element may begin in one and end in another, with Markdown between.
#[derive(Debug, Default)]
pub(super) struct Markup {
    /// The hidden element we are in, and how many of its name are open.
    hidden: Option<(String, usize)>,
}

impl Markup {
    /// Writes the words of a piece of HTML. Comments are left out, conditional ones too: they repeat for Outlook what stands
    /// beside them.
    pub(super) fn read(&mut self, html: &str, writer: &mut Writer<'_>) {
        for token in scan(html) {
            match (token, &mut self.hidden) {
                (Token::Open(tag), Some((name, depth))) => *depth += usize::from(tag.is(name) && !tag.is_void()),
                (Token::Close(closed, _), Some((name, depth))) if closed.eq_ignore_ascii_case(name) => {
                    *depth -= 1;
                    if *depth == 0 {
                        self.hidden = None;
                    }
                }
                (_, Some(_)) => {}
                (Token::Open(tag), None) if is_hidden(&tag) => {
                    self.hidden = (!tag.is_void()).then(|| (tag.name.to_ascii_lowercase(), 1));
                }
                (Token::Open(tag), None) => open(&tag, writer),
                (Token::Close(name, _), None) => close(name, writer),
                (Token::Text(text), None) => writer.inline().push(&entity::decode(text)),
                (Token::Raw(_) | Token::Declaration(_) | Token::Comment(..), None) => {}
            }
        }
    }
}

fn open(tag: &Tag<'_>, writer: &mut Writer<'_>) {
    match tag.name.to_ascii_lowercase().as_str() {
        "a" => {
            if let Some(raw) = tag.value("href") {
                writer.inline().open_link(href(raw));
            }
        }
        "img" => {
            let alt = entity::decode(tag.value("alt").unwrap_or_default());
            writer.inline().image(&alt, "");
        }
        "br" | "tr" | "figcaption" | "caption" => line(writer),
        "td" | "th" => writer.inline().push(" "),
        "hr" => writer.rule(),
        "ul" => writer.open_list(None, false),
        "ol" => {
            let start = tag.value("start").and_then(|start| start.trim().parse().ok());
            writer.open_list(Some(start.unwrap_or(1)), false);
        }
        "li" => writer.open_item(None),
        "blockquote" => writer.open(Kind::Quote, "> "),
        name => match heading(name) {
            Some(level) => writer.open_heading(level),
            None if is_block(name) => writer.separate(),
            None => {}
        },
    }
}

fn close(name: &str, writer: &mut Writer<'_>) {
    match name.to_ascii_lowercase().as_str() {
        "a" => writer.inline().close_link(),
        "ul" | "ol" => writer.close(Kind::List),
        "li" => writer.close(Kind::Item),
        "blockquote" => writer.close(Kind::Quote),
        name if heading(name).is_some() => writer.close_heading(),
        name if is_block(name) => writer.separate(),
        _ => {}
    }
}

/// A new line, where one has begun.
fn line(writer: &mut Writer<'_>) {
    if !writer.inline().is_empty() {
        writer.inline().hard_break();
    }
}

/// The level of a heading element.
fn heading(name: &str) -> Option<u8> {
    match name.as_bytes() {
        [b'h', level @ b'1'..=b'6'] => Some(level - b'0'),
        _ => None,
    }
}

fn is_block(name: &str) -> bool {
    const BLOCKS: [&str; 22] = [
        "address", "article", "aside", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figure", "footer",
        "form", "header", "main", "nav", "p", "pre", "section", "summary", "table", "button",
    ];
    BLOCKS.contains(&name)
}

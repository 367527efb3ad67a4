//! How a message is built, for whoever hears it read out and for screens that are narrower than the one it was made on.

use std::iter;

use super::Subject;
use super::origin::{Sources, plain_piece};
use html::css;
use html::{Tag, Token, entity, scan};
use source::diagnostic::Diagnostic;

/// A picture wider than this, in CSS pixels, decides how wide a cell is when it is not shown; a narrow telephone has 320.
const NARROW: u32 = 300;

pub fn findings(subject: &Subject<'_>, sources: &Sources<'_>) -> Vec<Diagnostic> {
    let seen = Seen::in_message(subject.html);
    let language = seen.mute.map(|tag| {
        Diagnostic::warning("no-language", format!("`<{tag}>` directly in the body says neither `lang` nor `dir`"))
            .place(sources.find_style(&["<body"]))
            .hint("mail programs drop `html` and `body`: write both again on each element that stands in the body")
    });
    let table = seen.layout.map(|raw| {
        Diagnostic::warning("layout-table", "a table that only sets things side by side is read out as one of data")
            .place(sources.find_style(&[raw, "<table"]))
            .hint("`role=\"presentation\"` on it; a table of data has head cells (`th`)")
    });
    let picture = seen.stretching.map(|(raw, width)| {
        let message =
            format!("a picture {width} pixels wide makes its cell as wide on a telephone while it is not shown");
        Diagnostic::warning("picture-stretches", message)
            .place(sources.find_style(&[raw, "{{ body }}"]))
            .hint("`table-layout: fixed` and `width: 100%` on the tables around it")
    });
    let heading = heading_fault(&seen.headings).map(|(message, text)| {
        Diagnostic::warning("heading-order", message)
            .place(sources.find(&[text.as_str(), plain_piece(&text)]))
            .hint("one `h1`, the title; below it `h2` (`##`), and below that `h3`: none is left out")
    });
    let found = [language, table, picture, heading].into_iter().flatten();
    found.chain(text_opening(subject, sources)).collect()
}

/// What is wrong with the order of headings, and the words of the one where it is.
fn heading_fault(headings: &[(u8, String)]) -> Option<(String, String)> {
    let first = headings.first()?;
    if first.0 != 1 {
        return Some((format!("the first heading is an `h{}`, not the title", first.0), first.1.clone()));
    }
    let mut pairs = iter::zip(headings, &headings[1..]);
    pairs.find_map(|((before, _), (level, text))| match level {
        1 => Some(("a second title stands below the first".to_owned(), text.clone())),
        level if *level > before + 1 => Some((format!("an `h{level}` follows an `h{before}`"), text.clone())),
        _ => None,
    })
}

/// A text part whose first words are an address: what a mail program shows of a message in its list.
fn text_opening(subject: &Subject<'_>, sources: &Sources<'_>) -> Option<Diagnostic> {
    let first = subject.text.lines().find(|line| !line.trim().is_empty())?;
    let word = first
        .split_whitespace()
        .find(|word| ["mailto:", "https://", "http://"].iter().any(|way| word.starts_with(way)))?;
    // What the author writes within a sentence is no opening of the layout's.
    if subject.content.markdown().contains(word) {
        return None;
    }
    let scheme = &word[..word.find(':').unwrap_or(word.len())];
    Some(
        Diagnostic::warning("text-opens-with-link", format!("the text part begins with a `{scheme}:` address"))
            .place(sources.find_style(&["links.unsubscribe", "links.browser"]))
            .hint("let the layout print the ways out beside the sender, and begin with the text"),
    )
}

/// What one pass over a message shows.
#[derive(Default)]
struct Seen<'h> {
    /// The first element directly in the body without a language.
    mute: Option<&'h str>,
    /// The first layout table that does not say so.
    layout: Option<&'h str>,
    /// The first picture that may stretch its cell, and its width.
    stretching: Option<(&'h str, u32)>,
    headings: Vec<(u8, String)>,
}

/// A table that is open.
struct Open<'h> {
    raw: &'h str,
    is_presentation: bool,
    is_fixed: bool,
    has_head: bool,
}

impl<'h> Seen<'h> {
    fn in_message(html: &'h str) -> Seen<'h> {
        let mut seen = Seen::default();
        let mut tables: Vec<Open<'h>> = Vec::new();
        // Open elements in the body, itself apart; `None` before it.
        let mut depth: Option<usize> = None;
        let mut heading: Option<(u8, String)> = None;
        for token in scan(html) {
            match token {
                Token::Open(tag) if tag.is("body") => depth = Some(0),
                Token::Open(tag) => {
                    if depth == Some(0)
                        && seen.mute.is_none()
                        && (tag.value("lang").is_none() || tag.value("dir").is_none())
                    {
                        seen.mute = Some(tag.name);
                    }
                    heading = heading.or_else(|| level(tag.name).map(|level| (level, String::new())));
                    seen.look_at(&tag, &mut tables);
                    depth = depth.map(|depth| depth + usize::from(!tag.is_void()));
                }
                Token::Close(name, _) => {
                    if level(name).is_some() {
                        seen.headings.extend(heading.take());
                    }
                    if name.eq_ignore_ascii_case("table")
                        && let Some(table) = tables.pop()
                        && !table.is_presentation
                        && !table.has_head
                    {
                        seen.layout = seen.layout.or(Some(table.raw));
                    }
                    depth = depth.map(|depth| depth.saturating_sub(1));
                }
                Token::Text(text) => {
                    if let Some((_, words)) = &mut heading {
                        words.push_str(&entity::decode(text));
                    }
                }
                Token::Raw(_) | Token::Comment(..) | Token::Declaration(_) => {}
            }
        }
        seen
    }

    fn look_at(&mut self, tag: &Tag<'h>, tables: &mut Vec<Open<'h>>) {
        if tag.is("table") {
            let declarations = css::declarations(tag.value("style").unwrap_or_default());
            tables.push(Open {
                raw: tag.raw,
                is_presentation: tag.value("role").is_some_and(|role| ["presentation", "none"].contains(&role)),
                is_fixed: declarations.iter().any(|one| one.property == "table-layout" && one.value == "fixed"),
                has_head: false,
            });
        } else if tag.is("th") {
            if let Some(table) = tables.last_mut() {
                table.has_head = true;
            }
        } else if tag.is("img") {
            let width = tag.value("width").and_then(|width| width.parse().ok()).filter(|width| *width > NARROW);
            let may_stretch = tables.iter().any(|table| !table.is_fixed);
            self.stretching = self.stretching.or(width.filter(|_| may_stretch).map(|width| (tag.raw, width)));
        }
    }
}

/// The level of a heading element.
fn level(name: &str) -> Option<u8> {
    match name.as_bytes() {
        [b'h' | b'H', level @ b'1'..=b'6'] => Some(level - b'0'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::products::mail::lint::fixture::Message;

    fn codes(html: &str) -> Vec<String> {
        Message::new("Words\n", html)
            .codes()
            .iter()
            .map(|found| found.split(' ').next().expect("it is there").to_owned())
            .collect()
    }

    #[test]
    fn headings_begin_with_one_title_and_leave_no_level_out() {
        assert_eq!(codes("<h1>A</h1><h2>B</h2><h3>C</h3><h2>D</h2>"), Vec::<String>::new());
        for wrong in ["<h2>B</h2>", "<h1>A</h1><h3>C</h3>", "<h1>A</h1><h2>B</h2><h1>D</h1>"] {
            assert_eq!(codes(wrong), ["heading-order"], "{wrong}");
        }
    }

    #[test]
    fn a_table_says_whether_it_is_one_of_data() {
        assert_eq!(codes("<table><tr><td>a</td></tr></table>"), ["layout-table"]);
        for right in ["<table role=\"presentation\"><tr><td>a</td></tr></table>", "<table><tr><th>a</th></tr></table>"]
        {
            assert_eq!(codes(right), Vec::<String>::new(), "{right}");
        }
    }

    #[test]
    fn a_wide_picture_needs_tables_of_fixed_layout_around_it() {
        let picture = "<img src=\"https://x.example/a.png\" alt=\"a\" width=\"520\">";
        let table =
            |style: &str| format!("<table role=\"presentation\" style=\"{style}\"><tr><td>{picture}</td></tr></table>");
        assert_eq!(codes(&table("width: 100%")), ["picture-stretches"]);
        assert_eq!(codes(&table("width: 100%; table-layout: fixed")), Vec::<String>::new());
        assert_eq!(codes(&table("width: 100%").replace("520", "160")), Vec::<String>::new());
    }

    #[test]
    fn what_stands_in_the_body_says_its_language_again_and_the_text_part_begins_with_words() {
        let mut message = Message::new("Words\n", "<p>Words</p>");
        message.html = message.html.replace(" dir=\"ltr\"", "");
        assert_eq!(message.codes(), ["no-language templates/email/base.html:2"]);
        let mut message = Message::new("Words\n", "<p>Words</p>");
        message.text = "Unsubscribe: mailto:out@x.example\n\nWords\n".to_owned();
        assert_eq!(message.codes(), ["text-opens-with-link content/news.en.md:5"]);
        let own = Message::new("See https://x.example/a for more\n", "<p>See https://x.example/a for more</p>");
        assert_eq!(own.codes(), Vec::<String>::new());
    }
}

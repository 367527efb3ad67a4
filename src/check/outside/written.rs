//! Where links to the outside are written.

use std::sync::Arc;

use super::Links;
use crate::model::programme::Programme;
use source::diagnostic::Place;
use source::{SourceFile, Span};

/// Every link that leads outside: in the texts of mailings and pages, in templates, and on built pages (`shown`: URL and place).
/// An address that a template makes of a value is known only where it is shown.
pub fn links<'a>(programme: &Programme, shown: impl IntoIterator<Item = (&'a String, &'a Place)>) -> Links {
    let mut links = Links::new();
    let mut add = |url: &str, place: Place| {
        let url = url.split('#').next().unwrap_or_default();
        if !is_own(programme, url) {
            let places = links.entry(url.to_owned()).or_default();
            if !places.contains(&place) {
                places.push(place);
            }
        }
    };
    let contents = programme.contents.values().chain([&programme.keep_in_mind]).chain(programme.pages.values());
    let texts = contents.flat_map(|content| content.variants.values());
    for text in texts {
        in_text(&text.file, text.body_at, &mut add);
    }
    let pages = programme.templates.iter().filter(|(name, _)| name.ends_with(".html") || name.ends_with(".txt"));
    for (_, template) in pages {
        in_text(template, 0, &mut add);
    }
    for (url, place) in shown {
        add(url, place.clone());
    }
    links
}

/// Does the URL lead to the programme's own site?
fn is_own(programme: &Programme, url: &str) -> bool {
    let rest = url.strip_prefix(&*programme.settings.base_url);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
}

/// Finds whole addresses in a text; not those that go on with a value.
fn in_text(file: &Arc<SourceFile>, from: usize, add: &mut dyn FnMut(&str, Place)) {
    let text = file.text();
    let mut at = from;
    while let Some(found) = text[at..].find("http") {
        let start = at + found;
        at = start + "http".len();
        let rest = &text[start..];
        let scheme = ["https://", "http://"].into_iter().find(|scheme| rest.starts_with(scheme));
        let begins = !text[..start].ends_with(|letter: char| letter.is_alphanumeric());
        let Some(scheme) = scheme.filter(|_| begins) else { continue };
        let ends = |letter: char| letter.is_whitespace() || "<>\"'`|\\^".contains(letter);
        let raw = &rest[..rest.find(ends).unwrap_or(rest.len())];
        let raw = closed(raw);
        at = start + raw.len().max(scheme.len());
        let made = raw.contains(['{', '}']) || raw.len() <= scheme.len();
        let url = raw.replace("&amp;", "&");
        if !made {
            add(&url, Place::Span(Arc::clone(file), Span { start, end: start + raw.len() }));
        }
    }
}

/// The address without what belongs to the sentence or the Markdown around it: a bracket that it does not open, punctuation.
fn closed(raw: &str) -> &str {
    let mut depth = 0_i32;
    let end = raw.char_indices().find(|&(_, letter)| {
        depth += match letter {
            '(' | '[' => 1,
            ')' | ']' => -1,
            _ => 0,
        };
        depth < 0
    });
    raw[..end.map_or(raw.len(), |(at, _)| at)].trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_ends_where_its_sentence_goes_on() {
        let text = "See https://a.example/b. [c](https://c.example/d_(e)?f=1&amp;g#h) <https://i.example> \"http://j.example\"\n\
                    https://k.example/{{ code }} xhttps://l.example https:// {# https://m.example #}";
        let file = SourceFile::new("content/a.md", text);
        let mut found = Vec::new();
        in_text(&file, 0, &mut |url, place| found.push((url.to_owned(), place.line_column())));
        let expected = [
            ("https://a.example/b", (1, 5)),
            ("https://c.example/d_(e)?f=1&g#h", (1, 30)),
            ("https://i.example", (1, 68)),
            ("http://j.example", (1, 88)),
            ("https://m.example", (2, 61)),
        ];
        assert_eq!(found, expected.map(|(url, at)| (url.to_owned(), Some(at))));
    }
}

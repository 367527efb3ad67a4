//! The pictures that a Markdown text names, found without rendering it.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag};

/// Each picture's path as it is written, and where it stands; one that a tag makes up is not among them.
pub fn pictures_named(markdown: &str) -> Vec<(Range<usize>, String)> {
    let visible = without_notes(markdown);
    let events = Parser::new(&visible).into_offset_iter();
    let named = events.filter_map(|(event, range)| {
        let Event::Start(Tag::Image { dest_url, .. }) = event else { return None };
        let start = range.start + visible[range].rfind(&*dest_url)?;
        (!dest_url.contains(['{', '}'])).then(|| (start..start + dest_url.len(), dest_url.into_string()))
    });
    named.collect()
}

/// The text with blanks for each `{# note #}`, octet for octet.
fn without_notes(markdown: &str) -> String {
    let mut left = String::with_capacity(markdown.len());
    let mut from = 0;
    while let Some(start) = markdown[from..].find("{#").map(|at| from + at) {
        let end = markdown[start..].find("#}").map_or(markdown.len(), |at| start + at + 2);
        left.push_str(&markdown[from..start]);
        left.extend(markdown[start..end].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        from = end;
    }
    left + &markdown[from..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_found_where_they_are_named() {
        let text = "{# å ![x](no.png) #}\n![A *fern*](/images/fern.png \"Fern\") and `![x](no.png)`\n\n{% if tier == \"A\" %}\n![b](b.jpg)\n{% endif %}\n![c]({{ extra.picture }})\n";
        let found: Vec<(&str, String)> =
            pictures_named(text).into_iter().map(|(range, path)| (&text[range], path)).collect();
        assert_eq!(found, [("/images/fern.png", "/images/fern.png".to_owned()), ("b.jpg", "b.jpg".to_owned())]);
    }
}

//! HTML that an author wrote into a mailing: what runs, what frames other pages and what hides the rest of the text does not
//! leave (R2, R28). A reader's program would throw it away, or the words behind it.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser};

use crate::model::content::ContentFile;
use source::Span;
use source::diagnostic::Diagnostic;

/// Elements that run something, load something or show no words.
const REFUSED: [&str; 14] = [
    "script",
    "iframe",
    "base",
    "plaintext",
    "xmp",
    "noembed",
    "noframes",
    "textarea",
    "title",
    "frame",
    "frameset",
    "object",
    "embed",
    "template",
];

/// What of a mailing's text may not leave, each at its place.
pub fn findings(content: &ContentFile) -> Vec<Diagnostic> {
    let markdown = content.markdown();
    if !markdown.contains('<') {
        return Vec::new();
    }
    let mut found = Vec::new();
    let at = |range: Range<usize>, code: &'static str, message: String, hint: &str| {
        let span = Span { start: content.body_at + range.start, end: content.body_at + range.end };
        Diagnostic::error(code, message).at(&content.file, span).hint(hint)
    };
    let html = Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES).into_offset_iter();
    let html = html.filter(|(event, _)| matches!(event, Event::Html(_) | Event::InlineHtml(_)));
    for (_, range) in html {
        let piece = &markdown[range.clone()];
        for (start, tag) in tags(piece) {
            let span = range.start + start..range.start + start + tag.len();
            let name = name_of(tag);
            if REFUSED.contains(&name.as_str()) {
                let message = format!("`<{name}>` does not belong into a mailing");
                found.push(at(
                    span,
                    "unsafe-html",
                    message,
                    "take it out: mail programs run nothing and drop what is behind it",
                ));
            } else if let Some(attribute) = handler(tag) {
                let message = format!("`{attribute}` runs something, and does not belong into a mailing");
                found.push(at(span, "unsafe-html", message, "take it out: mail programs run nothing"));
            }
        }
    }
    let open = markdown.rfind("<!--").filter(|&start| !markdown[start..].contains("-->"));
    found.extend(open.map(|start| {
        at(start..start + 4, "unclosed-comment", "this comment is never closed".to_owned(), "write `-->` where it ends")
    }));
    let open_style = markdown.rfind("<style").filter(|&start| !markdown[start..].contains("</style"));
    found.extend(open_style.map(|start| {
        at(
            start..start + 6,
            "unclosed-element",
            "`<style>` is never closed".to_owned(),
            "write `</style>` where it ends",
        )
    }));
    found
}

/// The opening tags of a piece of HTML, comments left out.
fn tags(html: &str) -> Vec<(usize, &str)> {
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(open) = html[at..].find('<') {
        let start = at + open;
        if html[start..].starts_with("<!--") {
            at = html[start..].find("-->").map_or(html.len(), |end| start + end + 3);
            continue;
        }
        let end = html[start..].find('>').map_or(html.len(), |end| start + end + 1);
        if html[start + 1..].starts_with(|c: char| c.is_ascii_alphabetic()) {
            tags.push((start, html[start..end].trim_end()));
        }
        at = (start + 1).max(end);
    }
    tags
}

fn name_of(tag: &str) -> String {
    tag[1..].chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

/// The first attribute that is an event handler, like `onclick`.
fn handler(tag: &str) -> Option<String> {
    let mut parts = tag.split(|c: char| c.is_whitespace() || c == '/').skip(1);
    let name = |part: &str| part.split('=').next().unwrap_or_default().to_ascii_lowercase();
    parts
        .find(|part| part.contains('=') && part.len() > 3 && name(part).starts_with("on") && name(part).len() > 3)
        .map(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::content::Front;
    use source::SourceFile;

    fn found(markdown: &str) -> Vec<(&'static str, Option<(usize, usize)>)> {
        let text = format!("---\nsubject: S\n---\n{markdown}");
        let body_at = text.len() - markdown.len();
        let content = ContentFile { file: SourceFile::new("content/a.md", text), body_at, front: Front::default() };
        let place = |finding: &Diagnostic| finding.place.as_ref().and_then(|place| place.line_column());
        findings(&content).iter().map(|finding| (finding.code, place(finding))).collect()
    }

    #[test]
    fn r02_what_runs_or_hides_the_rest_is_refused_where_it_stands() {
        assert_eq!(found("Hej\n\n<SCRIPT>alert(1)</SCRIPT>\n"), [("unsafe-html", Some((6, 1)))]);
        assert_eq!(found("a <b onclick=\"x()\">b</b>\n"), [("unsafe-html", Some((4, 3)))]);
        for element in ["plaintext", "xmp", "iframe", "noembed", "noframes", "textarea", "title", "base"] {
            assert_eq!(found(&format!("Hej\n\n<{element}>\n")).len(), 1, "{element}");
        }
        assert_eq!(found("Hej\n\n<!-- never closed\n"), [("unclosed-comment", Some((6, 1)))]);
        assert_eq!(found("<style>\nb {}\n")[0].0, "unclosed-element");
        for fine in [
            "`<script>` is a word\n",
            "a < b\n",
            "<b>bold</b>, <br> <!-- <script> -->\n",
            "{{ <button label=\"on=1\" /> }}\n",
        ] {
            assert!(found(fine).is_empty(), "{fine}: {:?}", found(fine));
        }
    }
}

//! How deep what a template rendered is nested. Programs that read HTML follow it element by element into the depth, and at some
//! depth each of them ends: an author hears of it before.

use pulldown_cmark::{Event, Options, Parser};

/// Deepest nesting in Markdown: of quotes, lists and emphasis, and of elements.
pub const DEEPEST: usize = 100;

/// Deepest nesting of elements in a layout with what stands in it.
const DEEPEST_PAGE: usize = 200;

/// Elements without an end tag (HTML §13.1.2), and those whose end tag may be left out (§13.1.2.4): these stand in others that
/// are counted, and not in each other.
const UNCOUNTED: [&str; 29] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    "li", "dt", "dd", "p", "option", "optgroup", "thead", "tbody", "tfoot", "tr", "td", "th", "rt", "rp", "colgroup",
];

/// Elements of SVG that may close themselves.
const DRAWN: [&str; 10] = ["path", "rect", "circle", "line", "polyline", "polygon", "ellipse", "use", "stop", "image"];

/// Where a rendered text goes too deep, in octets; by its name it is Markdown or HTML.
pub fn too_deep(name: &str, text: &str) -> Option<usize> {
    match name.rsplit('.').next() {
        Some("md") => elements(text, DEEPEST).or_else(|| markdown(text)),
        Some("html") => elements(text, DEEPEST_PAGE),
        _ => None,
    }
}

/// The tag that opens one element too many.
fn elements(text: &str, deepest: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, _) in text.match_indices('<') {
        let rest = &text[at + 1..];
        let (closes, rest) = rest.strip_prefix('/').map_or((false, rest), |rest| (true, rest));
        let length = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let name = &rest[..length];
        if !name.starts_with(|first: char| first.is_ascii_alphabetic()) || is_one_of(name, &UNCOUNTED) {
            continue;
        }
        if closes {
            depth = depth.saturating_sub(1);
            continue;
        }
        let is_drawn = is_one_of(name, &DRAWN) && rest.find('>').is_some_and(|end| rest[..end].ends_with('/'));
        depth += usize::from(!is_drawn);
        if depth > deepest {
            return Some(at);
        }
    }
    None
}

fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// The start of what is one level too deep in Markdown.
fn markdown(text: &str) -> Option<usize> {
    if !may_be_deep(text) {
        return None;
    }
    let mut depth = 0_usize;
    for (event, range) in
        Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH).into_offset_iter()
    {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return Some(range.start);
        }
    }
    None
}

/// False where nothing can be deep: no line begins with as many marks, and no paragraph holds as many.
fn may_be_deep(text: &str) -> bool {
    let mut inline = 0_usize;
    for line in text.lines() {
        let block = line.bytes().take_while(|byte| b" \t>-+*.)0123456789".contains(byte)).count();
        if line.trim().is_empty() {
            inline = 0;
        }
        inline += line.bytes().filter(|byte| b"*_~[".contains(byte)).count();
        if block > DEEPEST || inline > DEEPEST {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_counted_whatever_makes_it() {
        let deep = |piece: &str| piece.repeat(3000) + " x";
        for text in [
            deep(">"),
            deep("> "),
            deep("- "),
            deep("1. "),
            deep("<b>"),
            deep("<div>\n"),
            (0..200).map(|depth| format!("{}- x\n", "  ".repeat(depth))).collect(),
        ] {
            assert!(too_deep("a.md", &text).is_some(), "{}", &text[..20]);
        }
        assert!(too_deep("a.html", &"<td><table>".repeat(220)).is_some());
        assert!(too_deep("a.html", &"<div/>".repeat(300)).is_some(), "HTML knows no such end");
        for fine in [
            "<p>a<br><img src=x></p>",
            "<p>a<li>b<tr><td>c",
            "<svg><path d=\"M0\"/><rect /></svg>",
            "a < b </3 <!-- -->",
        ] {
            assert_eq!(too_deep("a.html", &fine.repeat(600)), None, "{fine}");
        }
        assert_eq!(too_deep("a.md", &"* a *b* [c](d) _e_\n".repeat(600)), None);
        // What is never closed is text.
        assert_eq!(too_deep("a.md", &deep("*a **b ")), None);
        assert_eq!(too_deep("a.css", &"<b>".repeat(600)), None);
    }
}

//! Where what a page of the report shows is written: people in their lists, mailings in their plans, the briefing in its text. A framed
//! page leads there, as mail and site do.

use crate::load::places;
use crate::model::programme::Programme;
use source::diagnostic::Place;

/// Rows of a page that lead somewhere; of a longer one the first.
const MAX_ROWS: usize = 300;

/// The page at `name` with its sources: each row, item and fact of somebody or of a mailing names file and line.
pub(super) fn traced(html: &str, name: &str, programme: &Programme) -> String {
    let mut out = String::with_capacity(html.len() + html.len() / 8);
    let own = name.strip_prefix("contact/").and_then(|file| file.strip_suffix(".html"));
    let own = own.and_then(|id| contact(programme, id));
    let mut rows = 0;
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let (before, tag) = rest.split_at(start);
        out.push_str(before);
        let end = tag.find([' ', '>']).unwrap_or(tag.len());
        let source = match &tag[..end] {
            "<tr" if rows < MAX_ROWS => row(tag, "</tr>", programme),
            "<li" if rows < MAX_ROWS => row(tag, "</li>", programme),
            "<h1" => own.clone(),
            "<dl" if tag.starts_with("<dl class=\"facts\"") => own.clone(),
            "<article" => briefing(tag, programme),
            _ => None,
        };
        out.push_str(&tag[..end.max(1)]);
        if let Some(source) = source {
            rows += 1;
            out.push_str(&format!(" data-source=\"{source}\""));
        }
        rest = &tag[end.max(1)..];
    }
    out.push_str(rest);
    out
}

/// Where a row or an item begins that is about a mailing, or else about the first person it links to.
fn row(tag: &str, closing: &str, programme: &Programme) -> Option<String> {
    let whole = &tag[..tag.find(closing)?];
    let id = tag.strip_prefix("<tr id=\"").and_then(|rest| rest.split('"').next());
    if let Some(mailing) = id.and_then(|id| programme.mailing(id)) {
        return line(&places::of_mailing(programme, mailing, "id"));
    }
    let (_, linked) = whole.split_once("contact/")?;
    contact(programme, linked.split(".html").next()?)
}

fn contact(programme: &Programme, id: &str) -> Option<String> {
    let contact = programme.contact(&id.parse().ok()?)?;
    line(&places::of_contact(programme, contact, "id"))
}

/// The text of the briefing in the language that its article is in.
fn briefing(tag: &str, programme: &Programme) -> Option<String> {
    let language = tag.split_once("lang=\"")?.1.split('"').next()?;
    let page = programme.pages.get("briefing")?;
    let file = page.variants.iter().find(|((known, _), _)| known.tag() == language)?.1;
    let line = file.file.text()[..file.body_at].matches('\n').count() + 1;
    Some(format!("{}:{line}", file.file.path()))
}

/// `file:line`, as an attribute has it.
fn line(place: &Place) -> Option<String> {
    let (line, _) = place.line_column()?;
    let mut source = String::new();
    html::escape_attribute(&format!("{}:{line}", place.path()), &mut source);
    Some(source)
}

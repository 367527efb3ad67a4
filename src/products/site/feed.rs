//! An Atom feed a language (RFC 4287): the letters in full, with links that lead home from anywhere.

use std::fmt::Write as _;

use jiff::civil::Date;

use super::archive::ArchivedMailing;
use crate::model::language::Language;
use crate::model::programme::Programme;
use crate::products::site::page::PageRenderer;
use crate::render::site_urls::SiteUrls;
use html::entity::escape_attribute;
use html::{Attribute, Edit, Tag, entity, rewrite, url};

/// Letters in a feed; older ones stay in the archive.
const MAX_LENGTH: usize = 20;

/// The feed of one language.
pub(super) fn feed(
    programme: &Programme,
    ground: SiteUrls<'_>,
    renderer: &PageRenderer<'_>,
    language: Language,
    letters: &[&ArchivedMailing<'_>],
    began: Date,
) -> String {
    let settings = &programme.settings;
    let moment = |date: Date| settings.written_at(date).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
    let own = ground.absolute(&ground.url(language, "atom.xml"));
    let home = ground.absolute(&ground.url(language, ""));
    let updated = letters.iter().map(|letter| letter.date).max().unwrap_or(began);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{language}\">\n"
    );
    let tagline = settings.brand.tagline.as_ref().and_then(|text| text.get(language, &settings.languages));
    element("id", &own, &mut out);
    element("title", settings.name.as_str(), &mut out);
    tagline.into_iter().for_each(|text| element("subtitle", text, &mut out));
    element("updated", &moment(updated), &mut out);
    link("self", "application/atom+xml", &own, &mut out);
    link("alternate", "text/html", &home, &mut out);
    out.push_str("<author>\n");
    element("name", settings.sender.name.as_str(), &mut out);
    out.push_str("</author>\n");
    for letter in letters.iter().take(MAX_LENGTH) {
        let path = ground.url(language, &letter.place());
        let body = absolute_links(&renderer.body(&letter.body, letter.folder()), ground, &path);
        out.push_str("<entry>\n");
        element("id", &entry_id(programme, letter), &mut out);
        element("title", &letter.title, &mut out);
        link("alternate", "text/html", &ground.absolute(&path), &mut out);
        element("published", &moment(letter.date), &mut out);
        element("updated", &moment(letter.date), &mut out);
        letter.summary().into_iter().for_each(|text| element("summary", text, &mut out));
        out.push_str("<content type=\"html\">");
        escape_attribute(&body, &mut out);
        out.push_str("</content>\n</entry>\n");
    }
    out.push_str("</feed>\n");
    out
}

/// A name that stays whatever becomes of the address (RFC 4151): mailing ids are never reused.
fn entry_id(programme: &Programme, letter: &ArchivedMailing<'_>) -> String {
    let domain = programme.settings.sender.email.domain();
    format!("tag:{domain},{}:{}/{}", letter.mailing.year, letter.mailing.id, letter.language)
}

/// The HTML with every link and picture absolute; `page` is the path it stands under.
fn absolute_links(html: &str, ground: SiteUrls<'_>, page: &str) -> String {
    let mut edit = |_: &Tag<'_>, attribute: &Attribute<'_>| {
        let named = |name: &str| attribute.name.eq_ignore_ascii_case(name);
        let value = attribute.value.filter(|_| named("href") || named("src")).map(entity::decode);
        match value {
            // Paths would be nowhere there.
            _ if named("srcset") || named("sizes") => Edit::Drop,
            Some(value) if value.starts_with("//") || url::scheme(&value).is_some() => Edit::Keep,
            Some(value) if value.starts_with('/') => Edit::Value(ground.absolute(&value)),
            Some(value) => Edit::Value(format!("{}{value}", ground.absolute(page))),
            None => Edit::Keep,
        }
    };
    rewrite(html, &mut edit, &|_| "")
}

/// An element that holds a text.
pub(super) fn element(name: &str, text: &str, out: &mut String) {
    let _ = write!(out, "<{name}>");
    escape_attribute(text, out);
    let _ = writeln!(out, "</{name}>");
}

fn link(rel: &str, kind: &str, href: &str, out: &mut String) {
    let _ = write!(out, "<link rel=\"{rel}\" type=\"{kind}\" href=\"");
    escape_attribute(href, out);
    out.push_str("\"/>\n");
}

//! Links of mailings' texts to pages of our own site that are not there, whether or not anybody gets the text today (R28).

use std::collections::BTreeMap;

use crate::model::content::ContentFile;
use crate::model::programme::Programme;
use crate::products::mail::lint::no_such_page;
use crate::render::site_pages::SitePages;
use source::Span;
use source::diagnostic::Diagnostic;

/// Every link to a page that is not there, at its place; the linter of messages finds the same where the text has a reader.
pub fn findings(programme: &Programme, addresses: &SitePages<'_>) -> Vec<Diagnostic> {
    let texts = programme.mailings().map(|mailing| programme.content(mailing));
    let texts = texts.flat_map(|content| content.variants.values()).map(|content| (content.file.path(), content));
    let texts: BTreeMap<&str, &ContentFile> = texts.collect();
    let base = &*programme.settings.base_url;
    texts.into_values().flat_map(|content| missing(content, base, addresses)).collect()
}

fn missing(content: &ContentFile, base: &str, addresses: &SitePages<'_>) -> Vec<Diagnostic> {
    let text = content.markdown();
    let links = text.match_indices(base).map(|(start, _)| {
        // Where a link is no part of running text: behind a bracket, a quote or `<`.
        let is_link = text[..start].ends_with(['(', '"', '\'', '<']);
        let rest = &text[start..];
        let end = rest.find(|c: char| c.is_whitespace() || ")\"'<>]".contains(c)).unwrap_or(rest.len());
        (is_link, start, &rest[..end])
    });
    let links = links.filter(|(is_link, _, url)| *is_link && !url.contains("{{"));
    let missing = links.filter_map(|(_, start, url)| {
        let start = content.body_at + start;
        Some(no_such_page(url, addresses)?.at(&content.file, Span { start, end: start + url.len() }))
    });
    missing.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;
    use crate::model::content::{Content, Front};
    use crate::model::language::Language;
    use source::SourceFile;

    #[test]
    fn r28_a_dead_link_is_found_in_a_text_that_nobody_gets() {
        let text = "[a](https://x.example/bok/) [b](https://x.example/boka/#c) {{ <button href=\"https://x.example/bka/\" /> }}";
        let programme = Fixture::new()
            .settings(|settings| settings.base_url = "https://x.example".into())
            .page("boka", Front::default())
            .mailing("x", "2027-01-20", |mailing| mailing.content = "newsletters/x".into())
            .change(|programme| {
                let mut content = Content::default();
                let file = SourceFile::new("content/newsletters/x.sv.md", text);
                content
                    .variants
                    .insert((Language::Sv, None), ContentFile { file, body_at: 0, front: Front::default() });
                programme.contents.insert("newsletters/x".into(), content);
            })
            .build();
        let found = findings(&programme, &SitePages::new(&programme));
        let told: Vec<(&str, &str)> =
            found.iter().map(|finding| (&*finding.message, finding.hint.as_deref().unwrap_or_default())).collect();
        assert_eq!(
            told,
            [
                ("`/bok/` is no page of the site", "did you mean `/boka/`?"),
                ("`/bka/` is no page of the site", "did you mean `/boka/`?"),
            ]
        );
    }
}

//! What is missed because a file has the wrong name: renaming it mends all of that.

use std::collections::BTreeSet;

use source::diagnostic::Diagnostic;

/// Takes out what is only missed because a file is misnamed.
pub(super) fn without_what_follows(found: &mut Vec<Diagnostic>) {
    let missed: BTreeSet<String> = found.iter().filter_map(missed).map(str::to_owned).collect();
    found.retain(|finding| !missed.iter().any(|path| follows(finding, path)));
}

/// The file that would be there if a misnamed one had its right name.
fn missed(finding: &Diagnostic) -> Option<&str> {
    let names = finding.hint.as_deref().filter(|_| finding.code == "misnamed")?.strip_prefix("rename `")?;
    names.strip_suffix('`')?.split_once("` to `").map(|(_, path)| path)
}

/// True where a finding misses the file at `path`, and nothing else.
fn follows(finding: &Diagnostic, path: &str) -> bool {
    let hint = finding.hint.as_deref().unwrap_or_default();
    match finding.code {
        "missing-language" => hint.starts_with(&format!("write {path}")),
        "untranslated" => finding.message.ends_with(&format!("` lacks `{path}`")),
        "dead-link" | "no-such-page" => {
            let is_page = finding.place.as_ref().is_some_and(|place| place.path() == path);
            is_page
                || finding.message.starts_with("there is no front page") && page(path).0 == "index"
                || leads_to(finding, path)
        }
        _ => false,
    }
}

/// The name of a page and its language, where its file has one.
fn page(path: &str) -> (&str, Option<&str>) {
    let name = path.strip_prefix("content/pages/").unwrap_or_default();
    let mut parts = name.split('.');
    let stem = parts.next().unwrap_or_default();
    let language = parts.next().filter(|_| parts.next().is_some());
    (stem, language)
}

/// True where a link leads to where the page of this file would stand.
fn leads_to(finding: &Diagnostic, path: &str) -> bool {
    let (name, language) = page(path);
    let Some(link) = finding.message.split('`').nth(1).filter(|_| !name.is_empty()) else { return false };
    let link = link.split_once("://").map_or(link, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    let link = link.split(['?', '#']).next().unwrap_or_default();
    let mut parts = link.rsplit('/').filter(|part| !part.is_empty());
    match (parts.next(), name) {
        (last, "index") => last.is_none() || last == language,
        (last, name) => last == name.rsplit('/').next(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_to_a_misnamed_page_are_not_said_as_well() {
        let misnamed =
            Diagnostic::warning("misnamed", "this is nearly called as content/pages/boka.nb.md, which is not there")
                .hint("rename `content/pages/boxa.nb.md` to `content/pages/boka.nb.md`");
        let dead = |link: &str| Diagnostic::error("dead-link", format!("`{link}` leads to no page of this site"));
        let mut found = vec![
            dead("/nb/boka/"),
            misnamed.clone(),
            dead("https://x.example/nb/boka/#a"),
            Diagnostic::warning("no-such-page", "`/nb/boka/` is no page of the site"),
            Diagnostic::warning("untranslated", "`nb` lacks `content/pages/boka.nb.md`"),
            dead("/nb/om-oss/"),
        ];
        without_what_follows(&mut found);
        assert_eq!(found, [misnamed, dead("/nb/om-oss/")]);
    }

    #[test]
    fn a_front_page_is_where_its_language_is() {
        let dead = |link: &str| Diagnostic::error("dead-link", format!("`{link}` leads to no page of this site"));
        assert!(follows(&dead("/nb/"), "content/pages/index.nb.md"));
        assert!(follows(&dead("/"), "content/pages/index.sv.md"));
        assert!(!follows(&dead("/nb/boka/"), "content/pages/index.nb.md"));
        assert!(follows(
            &Diagnostic::error("dead-link", "there is no front page (on 3 pages)"),
            "content/pages/index.md"
        ));
    }
}

//! Every link, anchor and picture of the built pages, checked (R28).

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::leaf::Leaf;
use crate::model::content::ContentFile;
use crate::model::programme::Programme;
use crate::products::site::page::{RenderedPage, percent_decoded};
use crate::render::site_urls::SiteUrls;
use html::{Token, entity, scan, url};
use source::Span;
use source::diagnostic::{Diagnostic, Place, did_you_mean};

/// What there is to link to.
pub(super) struct Places<'a> {
    pub(super) programme: &'a Programme,
    pub(super) ground: SiteUrls<'a>,
    /// Files that are no pages, by path.
    pub(super) files: HashSet<&'a str>,
}

/// A page's addresses, outgoing and incoming.
struct Surface<'h> {
    anchors: Vec<Cow<'h, str>>,
    links: BTreeSet<Cow<'h, str>>,
    /// Those that readers may follow to somewhere else.
    outside: Vec<Cow<'h, str>>,
}

/// What is wrong with a link.
struct Flaw {
    message: String,
    hint: String,
    /// The link is a whole URL, so it may be somebody else who answers it.
    absolute: bool,
}

/// What the links of the printed pages came to.
pub(super) struct Checked {
    /// Every dead one, said once.
    pub(super) findings: Vec<Diagnostic>,
    /// Every one that leads outside, and where it was written.
    pub(super) outside: BTreeMap<String, Place>,
}

/// Checks every link of the printed pages that can be checked without asking anybody.
pub(super) fn check(places: &Places<'_>, leaves: &[Leaf<'_>], pages: &[RenderedPage]) -> Checked {
    let surfaces: Vec<Surface<'_>> = pages.par_iter().map(surface).collect();
    let by_url: HashMap<&str, &Surface<'_>> =
        leaves.iter().zip(&surfaces).map(|(leaf, surface)| (leaf.url.as_str(), surface)).collect();
    let flawed: Vec<(usize, &str, Flaw)> = (leaves.par_iter().zip(&surfaces).enumerate())
        .flat_map_iter(|(index, (leaf, surface))| {
            let by_url = &by_url;
            surface
                .links
                .iter()
                .filter_map(move |link| places.flaw(&leaf.url, link, by_url).map(|flaw| (index, link.as_ref(), flaw)))
        })
        .collect();
    let mut found: BTreeMap<(String, Option<usize>, &str), (Diagnostic, usize)> = BTreeMap::new();
    for (index, link, flaw) in flawed {
        let leaf = &leaves[index];
        let place = places.of(leaf, link);
        let start = match &place {
            Place::Span(_, span) => Some(span.start),
            Place::File(_) => None,
        };
        // What no file says, some template made of a value; then one page is enough to show it.
        let path = if start.is_some() { place.path().to_owned() } else { String::new() };
        let make = || {
            let finding = match flaw.absolute {
                true => Diagnostic::warning("dead-link", flaw.message),
                false => Diagnostic::error("dead-link", flaw.message),
            };
            (finding.place(place).hint(flaw.hint), 0)
        };
        found.entry((path, start, link)).or_insert_with(make).1 += 1;
    }
    let counted = found.into_values().map(|(mut finding, pages)| {
        if pages > 1 {
            finding.message = format!("{} (on {pages} pages)", finding.message);
        }
        finding
    });
    let mut outside = BTreeMap::new();
    for (leaf, surface) in leaves.iter().zip(&surfaces) {
        for link in surface.outside.iter().filter(|link| places.ground.own(link).is_none()) {
            if !outside.contains_key(link.as_ref()) {
                outside.insert(link.clone().into_owned(), places.of(leaf, link));
            }
        }
    }
    Checked { findings: counted.collect(), outside }
}

fn surface(page: &RenderedPage) -> Surface<'_> {
    let mut surface = Surface { anchors: Vec::new(), links: BTreeSet::new(), outside: Vec::new() };
    for token in scan(&page.html) {
        let Token::Open(tag) = token else { continue };
        for attribute in &tag.attributes {
            let Some(value) = attribute.value else { continue };
            match attribute.name.to_ascii_lowercase().as_str() {
                "id" => surface.anchors.push(entity::decode(value)),
                "name" if tag.is("a") => surface.anchors.push(entity::decode(value)),
                "href" | "src" | "action" | "poster" => {
                    let link = entity::decode(value);
                    if tag.is("a") && (link.starts_with("https://") || link.starts_with("http://")) {
                        surface.outside.push(link.clone());
                    }
                    // A picture that is not there is a finding of its own.
                    if !page.missing.contains(link.as_ref()) {
                        surface.links.insert(link);
                    }
                }
                _ => {}
            }
        }
    }
    surface
}

impl Places<'_> {
    /// What is wrong with a link on the page at `from`.
    fn flaw(&self, from: &str, link: &str, pages: &HashMap<&str, &Surface<'_>>) -> Option<Flaw> {
        let flaw = |message: String, hint: &str| Some(Flaw { message, hint: hint.to_owned(), absolute: false });
        if let Some(rest) = link.strip_prefix("//") {
            return (!is_web_address(rest)).then(|| not_an_address(link));
        }
        let scheme = url::scheme(link).map(str::to_ascii_lowercase);
        match scheme.as_deref() {
            None => self.own_flaw(from, link, link, pages),
            Some("http" | "https") => match self.ground.own(link) {
                Some(path) => {
                    let flaw = self.own_flaw(from, if path.is_empty() { "/" } else { path }, link, pages);
                    flaw.map(|flaw| Flaw { absolute: true, ..flaw })
                }
                None => {
                    let host = link.split_once("://").map_or("", |(_, rest)| rest);
                    (!is_web_address(host)).then(|| not_an_address(link))
                }
            },
            Some("mailto") => {
                let address = link["mailto:".len()..].split('?').next().unwrap_or_default();
                let good = address.is_empty() && link.contains('?') || address.contains('@');
                (!good).then(|| not_an_address(link))
            }
            Some("javascript" | "vbscript") => {
                flaw(format!("`{link}` runs a script"), "the site's security policy forbids it: link to a page")
            }
            Some("file" | "cid") => {
                flaw(format!("`{link}` is nowhere on the web"), "link to a page or a file of the site")
            }
            Some(_) => None,
        }
    }

    /// What is wrong with a link into the site itself.
    fn own_flaw(&self, from: &str, address: &str, link: &str, pages: &HashMap<&str, &Surface<'_>>) -> Option<Flaw> {
        let flaw = |message: String, hint: &str| Some(Flaw { message, hint: hint.to_owned(), absolute: false });
        let (path, fragment) = address.split_once('#').unwrap_or((address, ""));
        let path = path.split('?').next().unwrap_or_default();
        let path = join(from, &percent_decoded(path));
        let page = [path.as_str(), path.trim_end_matches("index.html"), &format!("{path}/")]
            .into_iter()
            .find_map(|path| pages.get(path));
        match page {
            Some(page) => {
                let fragment = percent_decoded(fragment);
                let there = fragment.is_empty() || fragment == "top" || page.anchors.contains(&fragment);
                match there {
                    true => None,
                    false => flaw(
                        format!("`{link}`: there is no `{fragment}` on that page"),
                        "an anchor is a heading's text in lower case, words joined by hyphens",
                    ),
                }
            }
            None if self.files.contains(path.as_str()) => None,
            None if path == self.ground.rooted("") => {
                flaw("there is no front page".to_owned(), "write content/pages/index.md")
            }
            None => {
                let usual = || "pages stand under their slug: /about/, in another language /en/about/".to_owned();
                let hint = nearest(&path, pages).map_or_else(usual, |page| format!("did you mean `{page}`?"));
                Some(Flaw { message: format!("`{link}` leads to no page of this site"), hint, absolute: false })
            }
        }
    }

    /// Where a link was written.
    fn of(&self, leaf: &Leaf<'_>, link: &str) -> Place {
        let unbased = link.strip_prefix(self.ground.rooted("").trim_end_matches('/')).unwrap_or(link);
        written(self.programme, leaf, &[link, &percent_decoded(link), unbased])
    }
}

/// Where a picture was asked for that is named by its path below `content/`.
pub(super) fn picture_place(programme: &Programme, leaf: &Leaf<'_>, path: &str) -> Place {
    let name = path.rsplit('/').next().unwrap_or(path);
    let folder = leaf.content.map(ContentFile::folder).unwrap_or_default();
    let beside = path.strip_prefix(folder).map_or(path, |rest| rest.trim_start_matches('/'));
    written(programme, leaf, &[&format!("/{path}"), path, beside, name])
}

/// Where one of some spellings stands: in the page's own text, in a template, or else somewhere in the page's file.
fn written(programme: &Programme, leaf: &Leaf<'_>, spellings: &[&str]) -> Place {
    let in_text = |text: &str| spellings.iter().find_map(|spelling| find_link(text, spelling));
    let in_content = |content: &ContentFile| {
        let (start, length) = in_text(content.markdown())?;
        Some(Place::Span(Arc::clone(&content.file), span(content.body_at + start, length)))
    };
    let in_template = || {
        programme.templates.iter().filter(|(name, _)| name.ends_with(".html")).find_map(|(_, file)| {
            let (start, length) = in_text(file.text())?;
            Some(Place::Span(Arc::clone(file), span(start, length)))
        })
    };
    leaf.content.and_then(in_content).or_else(in_template).unwrap_or_else(|| Place::File(leaf.file()))
}

fn span(start: usize, length: usize) -> Span {
    Span { start, end: start + length }
}

/// Where a link stands in a text, between brackets, quotes or blanks, and its length.
fn find_link(text: &str, link: &str) -> Option<(usize, usize)> {
    let edge = |character: Option<char>| character.is_none_or(|c| c.is_whitespace() || "()<>\"'[]".contains(c));
    let found = text.match_indices(link).find(|(at, _)| {
        !link.is_empty() && edge(text[..*at].chars().next_back()) && edge(text[at + link.len()..].chars().next())
    });
    found.map(|(at, _)| (at, link.len()))
}

/// The path that a link on the page `from` means.
fn join(from: &str, path: &str) -> String {
    if path.is_empty() {
        return from.to_owned();
    }
    let folder = if path.starts_with('/') { "" } else { &from[..from.rfind('/').map_or(0, |slash| slash + 1)] };
    let whole = format!("{folder}{path}");
    let mut parts: Vec<&str> = Vec::new();
    let last = whole.rsplit('/').next().unwrap_or_default();
    for part in whole.split('/').filter(|part| !part.is_empty() && *part != ".") {
        match part {
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let end = if !parts.is_empty() && matches!(last, "" | "." | "..") { "/" } else { "" };
    format!("/{}{end}", parts.join("/"))
}

/// Does a web address, without its scheme, have a host and nothing that no URL may hold?
fn is_web_address(rest: &str) -> bool {
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default().split(':').next().unwrap_or_default();
    let label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    host.trim_end_matches('.').split('.').all(label) && !rest.contains(char::is_whitespace)
}

/// The page that is meant by a path that leads nowhere: the same in another language, or one that is written nearly so.
fn nearest(path: &str, pages: &HashMap<&str, &Surface<'_>>) -> Option<String> {
    let ends = |page: &&&str| page.len() > 1 && path.trim_end_matches('/').ends_with(page.trim_end_matches('/'));
    let same = pages.keys().filter(ends).max_by_key(|page| (page.len(), **page)).map(|page| (*page).to_owned());
    let near = || {
        let mut known: Vec<&str> = pages.keys().copied().collect();
        known.sort_unstable();
        let hint = did_you_mean(path, known)?;
        hint.split('`').nth(1).map(str::to_owned)
    };
    same.or_else(near)
}

fn not_an_address(link: &str) -> Flaw {
    Flaw {
        message: format!("`{link}` is no address"),
        hint: "write it as a browser shows it".to_owned(),
        absolute: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relative_link_starts_from_its_page() {
        assert_eq!(join("/en/refer/", ""), "/en/refer/");
        assert_eq!(join("/en/refer/", "../about/"), "/en/about/");
        assert_eq!(join("/en/refer/", ".."), "/en/");
        assert_eq!(join("/", "../../a"), "/a");
        assert_eq!(join("/404.html", "/b/./c/"), "/b/c/");
    }

    #[test]
    fn a_web_address_has_a_host() {
        for good in ["x.example", "x.example:8080/a?b", "å.example/ö", "user@x.example"] {
            assert!(is_web_address(good), "{good}");
        }
        for bad in ["", "/a", "x..example", "x y.example", "x.example/a b"] {
            assert!(!is_web_address(bad), "{bad}");
        }
    }

    #[test]
    fn a_link_is_found_where_it_stands_alone() {
        let text = "[a](/about/us/) and [b](/about/)";
        assert_eq!(find_link(text, "/about/"), Some((24, 7)));
        assert_eq!(find_link(text, "/abou"), None);
    }
}

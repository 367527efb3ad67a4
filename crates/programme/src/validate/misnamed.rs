//! Files below `content/` that are nearly called as a text that is missing: a suffix, a language or a letter in their name is wrong.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::load::Folder;
use crate::load::kind::{self, Kind};
use crate::model::content::Content;
use crate::model::language::Language;
use crate::model::mailing::Plan;
use source::diagnostic::Diagnostic;

/// Most letters that two names are apart.
const FEW: usize = 2;

/// The standing text, which no plan names.
const KEEP_IN_MIND: &str = "keep-in-mind";

/// Where pages lie.
const PAGES: &str = "content/pages/";

/// The pages that every site has.
const EVERY_SITE: [&str; 2] = ["index", "refer"];

/// Texts that no plan sends as they are called.
pub struct Strays<'f> {
    paths: Vec<&'f str>,
}

impl<'f> Strays<'f> {
    /// The strays of a folder: texts whose name stands in no plan, and files that begin as a text does and are called otherwise.
    pub fn new(folder: &'f Folder, plans: &BTreeMap<i16, Plan>) -> Self {
        let sent = plans.values().flat_map(|plan| &plan.mailings).map(|mailing| &*mailing.content);
        let sent: HashSet<&str> = sent.chain([KEEP_IN_MIND]).collect();
        let planned = |path: &str| {
            let mut name = kind::without_suffix(path.strip_prefix("content/").unwrap_or(path));
            while !sent.contains(name) {
                match name.rsplit_once('.') {
                    Some((rest, part)) if is_known_part(part) => name = rest,
                    _ => return false,
                }
            }
            true
        };
        let texts = folder.of(Kind::Text).map(|file| file.path());
        let texts = texts.filter(|path| !path.starts_with(PAGES) && !planned(path));
        Strays { paths: texts.chain(others(folder)).collect() }
    }

    /// The one stray that is nearly called as the text at `path`.
    pub fn near(&self, path: &str) -> Option<&'f str> {
        let (folder, name) = path.rsplit_once('/')?;
        let is_near = |stray: &&&str| {
            stray.rsplit_once('/').is_some_and(|(other, called)| other == folder && is_like(called, name))
        };
        let mut near = self.paths.iter().filter(is_near);
        near.next().copied().filter(|_| near.next().is_none())
    }
}

/// A tier or a language, as parts of names.
fn is_known_part(part: &str) -> bool {
    matches!(part, "A" | "B" | "C") || part.parse::<Language>().is_ok()
}

/// True for names that differ by their suffix or a few letters, and not by a number: `2027-02` is no slip of `2027-01`.
fn is_like(called: &str, name: &str) -> bool {
    let numbers = |text: &str| -> Vec<u64> {
        text.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect()
    };
    let stem = |name: &str| kind::without_suffix(name).to_lowercase();
    let near = |one: &str, other: &str| strsim::damerau_levenshtein(one, other) <= FEW;
    numbers(called) == numbers(name)
        && (stem(called) == stem(name) || near(&called.to_lowercase(), &name.to_lowercase()))
}

/// Files that begin as a text does and are called otherwise.
fn others(folder: &Folder) -> impl Iterator<Item = &str> {
    let is_text = |path: &str, bytes: &[u8]| {
        bytes.starts_with(b"---") || path.strip_prefix("content/").is_some_and(|name| name.starts_with(KEEP_IN_MIND))
    };
    folder.assets.iter().filter(move |(path, asset)| is_text(path, &asset.bytes)).map(|(path, _)| &**path)
}

/// The one file that is no text as it is called, and nearly called as the text at `path`.
pub fn other_file<'f>(folder: &'f Folder, path: &str) -> Option<&'f str> {
    Strays { paths: others(folder).collect() }.near(path)
}

/// Pages that are nearly called as one that every site has, or that is there in other languages.
pub fn pages(folder: &Folder, pages: &BTreeMap<String, Content>, languages: &[Language]) -> Vec<Diagnostic> {
    let Some(&default) = languages.first().filter(|_| !pages.is_empty()) else { return Vec::new() };
    let has = |name: &str, language: Language| {
        pages.get(name).is_some_and(|page| page.variants.keys().any(|(own, _)| *own == language))
    };
    let count = |name: &str| pages.get(name).map_or(0, |page| page.variants.len());
    let names: BTreeSet<&str> = pages.keys().map(String::as_str).chain(EVERY_SITE).collect();
    // A page of a name of its own, or a file that is none.
    let texts = pages.iter().filter(|(name, _)| !EVERY_SITE.contains(&name.as_str()));
    let texts = texts.flat_map(|(name, page)| page.variants.values().map(|text| (name.as_str(), text.file.path())));
    let others = others(folder).filter(|path| path.starts_with(PAGES)).map(|path| ("", path));
    let files: Vec<(&str, &str)> = texts.chain(others).collect();
    let mut found = Vec::new();
    for name in names {
        for &language in languages.iter().filter(|language| !has(name, **language)) {
            // The default language may stand in no file's name.
            let bare = (language == default).then(|| format!("{PAGES}{name}.md"));
            for path in [format!("{PAGES}{name}.{language}.md")].into_iter().chain(bare) {
                let is_rather = |own: &str| {
                    EVERY_SITE.contains(&name) || (count(own), has(name, default)) < (count(name), has(own, default))
                };
                let is_stray =
                    |(own, called): &&(&str, &str)| *own != name && is_rather(own) && is_near_page(called, &path);
                let mut near = files.iter().filter(is_stray);
                if let (Some((_, stray)), None) = (near.next(), near.next()) {
                    found.push(finding(stray, &path));
                }
            }
        }
    }
    found
}

/// [`is_like`] for pages of one folder. Short names are words of their own: `tea` is no slip of `team`.
fn is_near_page(called: &str, path: &str) -> bool {
    const SHORT: usize = 6;
    let (Some((folder, name)), Some((other, called))) = (path.rsplit_once('/'), called.rsplit_once('/')) else {
        return false;
    };
    let stem = |name: &str| name.split('.').next().unwrap_or_default().to_lowercase();
    let (own, theirs) = (stem(name), stem(called));
    let is_slip = own.chars().count() >= SHORT
        || own.len().min(theirs.len()) > 3 && strsim::damerau_levenshtein(&own, &theirs) <= 1;
    folder == other && is_like(called, name) && (own == theirs || is_slip)
}

/// What to do about a stray.
pub fn hint(stray: &str, path: &str) -> String {
    format!("rename `{stray}` to `{path}`")
}

/// A stray beside a text whose place a fallback takes.
pub fn finding(stray: &str, path: &str) -> Diagnostic {
    let message = format!("this is nearly called as {path}, which is not there");
    Diagnostic::warning("misnamed", message).in_file(stray).hint(hint(stray, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_that_differ_by_a_slip_are_alike() {
        for (called, name) in [("boxa.nb.md", "boka.nb.md"), ("index.svx.md", "index.sv.md"), ("refr.md", "refer.md")] {
            assert!(is_near_page(&format!("content/pages/{called}"), &format!("content/pages/{name}")), "{called}");
        }
        for (called, name) in [("tea.nb.md", "team.nb.md"), ("om.sv.md", "hem.sv.md"), ("a/boka.nb.md", "boka.nb.md")] {
            assert!(!is_near_page(&format!("content/pages/{called}"), &format!("content/pages/{name}")), "{called}");
        }
    }

    #[test]
    fn names_that_differ_by_a_slip_are_alike() {
        for (called, name) in [
            ("2027-01.sv.mdd", "2027-01.sv.md"),
            ("2027-01.sv.txt", "2027-01.sv.md"),
            ("2027-01.svv.md", "2027-01.sv.md"),
            ("2027-1.sv.md", "2027-01.sv.md"),
            ("easetr.sv.md", "easter.sv.md"),
            ("Easter.sv.md", "easter.sv.md"),
        ] {
            assert!(is_like(called, name), "{called}");
        }
        for (called, name) in [("2027-02.sv.md", "2027-01.sv.md"), ("linnea.sv.md", "welcome.sv.md")] {
            assert!(!is_like(called, name), "{called}");
        }
    }
}

//! Files below `content/` that are nearly called as a text that is missing: a suffix, a language or a letter in their name is wrong.

use std::collections::{BTreeMap, HashSet};

use crate::load::Folder;
use crate::load::kind::{self, Kind};
use crate::model::language::Language;
use crate::model::mailing::Plan;
use source::diagnostic::Diagnostic;

/// Most letters that two names are apart.
const FEW: usize = 2;

/// Texts that no plan sends as they are called.
pub struct Strays<'f> {
    paths: Vec<&'f str>,
}

impl<'f> Strays<'f> {
    /// The strays of a folder: texts whose name stands in no plan, and files that begin as a text does and are called otherwise.
    pub fn new(folder: &'f Folder, plans: &BTreeMap<i16, Plan>) -> Self {
        let sent: HashSet<&str> =
            plans.values().flat_map(|plan| &plan.mailings).map(|mailing| &*mailing.content).collect();
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
        let texts =
            texts.filter(|path| !path.starts_with("content/pages/") && !path.starts_with("content/keep-in-mind"));
        let others = folder.assets.iter().filter(|(_, asset)| asset.bytes.starts_with(b"---")).map(|(path, _)| &**path);
        Strays { paths: texts.filter(|path| !planned(path)).chain(others).collect() }
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

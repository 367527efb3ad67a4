//! What can be mended without asking anybody: a misspelt key or word where one other is meant, a suffix, a missing `https://`.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use super::Verdicts;
use super::folded::missing_picture;
use super::hint::meant;
use crate::load::Folder;
use source::diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use source::{SourceFile, Span};

/// Rounds of mending: what is mended may bring to light what stood after it.
const MAX_ROUNDS: usize = 6;

/// A change that mends a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// The file as it was read.
    pub file: Arc<SourceFile>,
    /// What is replaced.
    pub span: Span,
    /// What stands there afterwards.
    pub new: String,
}

impl Fix {
    /// What is replaced.
    pub fn old(&self) -> &str {
        &self.file.text()[self.span.start..self.span.end]
    }

    /// The line it is in, from 1.
    pub fn line(&self) -> usize {
        self.file.position(self.span.start).line
    }
}

/// Findings whose hint names the one thing that is meant.
const CERTAIN: [&str; 18] = [
    "unknown-key",
    "bad-value",
    "unknown-member",
    "unknown-language",
    "unknown-content",
    "unknown-reward",
    "unknown-contact",
    "unknown-mailing",
    "r31-unknown-quote",
    "r31-unknown-value",
    "missing-attachment",
    "missing-picture",
    "dead-link",
    "no-such-page",
    "url",
    "template",
    "template-syntax",
    "yaml",
];

/// The change that surely mends a finding; `None` where a person has to decide.
pub fn certain(finding: &Diagnostic) -> Option<Fix> {
    let Some(Place::Span(file, span)) = &finding.place else { return None };
    if !CERTAIN.contains(&finding.code) {
        return None;
    }
    let change = |span: Span, new: String| Some(Fix { file: Arc::clone(file), span, new });
    if let ("template-syntax", Some((span, new))) = (finding.code, signs(&finding.message, file.text(), span.start)) {
        return change(span, new);
    }
    let new = meant(finding.hint.as_deref()?)?;
    let there = &file.text()[span.start..span.end];
    match finding.code {
        "unknown-key" => {
            let quote = there.chars().next().filter(|first| "\"'".contains(*first)).map_or(0, char::len_utf8);
            change(Span { start: span.start + quote, end: span.end - quote }, new.to_owned())
        }
        "missing-picture" => change(*span, picture(there, missing_picture(finding)?, new)?),
        "dead-link" | "no-such-page" => {
            let path = link_path(there);
            change(Span { start: span.start + path.start, end: span.start + path.end }, new.to_owned())
        }
        code if code.starts_with("template") => {
            let at = word_at(file.text(), span.start);
            (finding.message.split('`').nth(1) == Some(&file.text()[at.start..at.end])).then_some(())?;
            change(at, new.to_owned())
        }
        _ => {
            // Of the words in the message the last that stands there is the wrong one; the first may be the key.
            let words: Vec<&str> = finding.message.split('`').skip(1).step_by(2).collect();
            let wrong = words.iter().rev().find(|word| !word.is_empty() && there.contains(**word))?;
            let start = span.start + there.find(*wrong)?;
            change(Span { start, end: start + wrong.len() }, new.to_owned())
        }
    }
}

/// The word at a place, or behind the sign that stands there (`<button`).
fn word_at(text: &str, start: usize) -> Span {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let start = start + text[start..].chars().next().filter(|first| *first == '<').map_or(0, char::len_utf8);
    let length: usize = text[start..].chars().take_while(|c| is_part(*c)).map(char::len_utf8).sum();
    Span { start, end: start + length }
}

/// A sign of a tag that can only be meant otherwise: `=` that compares, one brace of two, quotes that are not straight.
fn signs(message: &str, text: &str, at: usize) -> Option<(Span, String)> {
    let there = &text[at..];
    let one = |sign: &str| Span { start: at, end: at + sign.len() };
    if message.starts_with("found `=` but") && there.starts_with('=') {
        return Some((one("="), "==".to_owned()));
    }
    if message.starts_with("found `}` but expected }}") && there.starts_with('}') {
        return Some((one("}"), "}}".to_owned()));
    }
    let is_typographic = |c: char| matches!(c, '\u{201c}'..='\u{201f}' | '\u{ab}' | '\u{bb}');
    let end = at + there.find("%}").into_iter().chain(there.find("}}")).chain(there.find('\n')).min()?;
    let straight = text[at..end].replace(is_typographic, "\"");
    let is_quoted = there.starts_with(is_typographic) && straight.matches('"').count() % 2 == 0;
    is_quoted.then_some((Span { start: at, end }, straight))
}

/// What stands where a picture is named, with `new` below `content/` in the place of the picture that is not there.
fn picture(there: &str, wrong: &str, new: &str) -> Option<String> {
    let name = |path: &str| path.rfind('/').map_or(0, |slash| slash + 1);
    if let Some(before) = there.strip_suffix(wrong) {
        return Some(format!("{before}{new}"));
    }
    // Named from the text's own folder: then only the name may be another.
    let (folder, own) = wrong.split_at(name(wrong));
    let before = there.strip_suffix(own)?;
    Some(format!("{before}{}", new.strip_prefix(folder)?))
}

/// The path in a link: without the site's own address, a query and an anchor.
fn link_path(link: &str) -> std::ops::Range<usize> {
    let host = link.find("://").map_or(0, |at| at + 3);
    let start = if host == 0 { 0 } else { link[host..].find('/').map_or(link.len(), |at| host + at) };
    let end = link[start..].find(['?', '#']).map_or(link.len(), |at| start + at);
    start..end
}

/// A file with the wrong name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renaming {
    /// What it is called.
    pub from: String,
    /// What it is called afterwards.
    pub to: String,
}

/// The new name of a file that surely mends a finding.
fn renaming(finding: &Diagnostic) -> Option<Renaming> {
    let names = finding.hint.as_deref()?.strip_prefix("rename `")?.strip_suffix('`')?;
    let (from, to) = names.split_once("` to `")?;
    let is_one = |name: &str| name.starts_with("content/") && !name.contains(['`', '…']) && !name.contains("..");
    (is_one(from) && is_one(to)).then(|| Renaming { from: from.to_owned(), to: to.to_owned() })
}

/// The programme after everything certain was mended.
pub struct Mended {
    /// Its files.
    pub folder: Folder,
    /// Each change, in the order in which they were made.
    pub fixes: Vec<Fix>,
    /// Each file that has another name; before any change.
    pub renamed: Vec<Renaming>,
}

/// Mends what is certain, round by round; each change leaves fewer findings than there were.
pub fn mend(folder: &Folder, today: Date, verdicts: &dyn Verdicts) -> Mended {
    let mut mended = Mended { folder: folder.clone(), fixes: Vec::new(), renamed: Vec::new() };
    for _ in 0..MAX_ROUNDS {
        let mut found = super::of_folder(&mended.folder, today, verdicts);
        for renaming in found.iter().filter_map(renaming).collect::<Vec<_>>() {
            let Some(renamed) = mended.folder.renamed(&renaming.from, &renaming.to) else { continue };
            let after = super::of_folder(&renamed, today, verdicts);
            if after.iter().count() < found.iter().count() {
                (mended.folder, found) = (renamed, after);
                mended.renamed.push(renaming);
            }
        }
        let fixes: Vec<Fix> = found.iter().filter_map(certain).collect();
        let mut is_mended = false;
        for (path, (_, text)) in apply(&fixes) {
            let Some(better) = better(&mended.folder, &path, &text, &found, today, verdicts) else { continue };
            is_mended = true;
            mended.folder = better;
            mended.fixes.extend(fixes.iter().filter(|fix| fix.file.path() == path).cloned());
        }
        if !is_mended {
            break;
        }
    }
    mended
}

/// The files with a new text in one of them, where less is wrong than before.
fn better(
    folder: &Folder,
    path: &str,
    text: &str,
    before: &Diagnostics,
    today: Date,
    verdicts: &dyn Verdicts,
) -> Option<Folder> {
    let mut changed = folder.clone();
    changed.texts.insert(path.to_owned(), SourceFile::new(path, text));
    let after = super::of_folder(&changed, today, verdicts);
    let is_yaml_broken = after.iter().any(|finding| finding.code == "yaml" && finding.severity == Severity::Error);
    // Behind what stopped the reading more may come to light; it was wrong before.
    let still_there = after.iter().filter_map(certain).filter(|fix| fix.file.path() == path).count();
    // A parser stops at the first fault: where it now stops later or not at all, one is gone.
    let stopped = |found: &Diagnostics| found.iter().find_map(|finding| stopped_at(finding, path));
    let is_further = stopped(before).is_some_and(|then| stopped(&after).is_none_or(|now| now > then));
    let is_less = after.iter().count() < before.iter().count();
    (!is_yaml_broken && (is_less || is_further || still_there == 0)).then_some(changed)
}

/// Where the parser of templates stopped in a file.
fn stopped_at(finding: &Diagnostic, path: &str) -> Option<usize> {
    match &finding.place {
        Some(Place::Span(file, span)) if finding.code == "template-syntax" && file.path() == path => Some(span.start),
        _ => None,
    }
}

/// The files with their new texts; of changes that overlap the first is made.
pub fn apply(fixes: &[Fix]) -> BTreeMap<String, (Arc<SourceFile>, String)> {
    let mut by_file: BTreeMap<&str, Vec<&Fix>> = BTreeMap::new();
    for fix in fixes {
        by_file.entry(fix.file.path()).or_default().push(fix);
    }
    let mut changed = BTreeMap::new();
    for (path, mut fixes) in by_file {
        fixes.sort_by_key(|fix| fix.span.start);
        let file = Arc::clone(&fixes[0].file);
        let mut text = String::with_capacity(file.text().len());
        let mut done = 0;
        for fix in fixes.iter().filter(|fix| fix.span.start <= fix.span.end) {
            if fix.span.start < done {
                continue;
            }
            text.push_str(&file.text()[done..fix.span.start]);
            text.push_str(&fix.new);
            done = fix.span.end;
        }
        text.push_str(&file.text()[done..]);
        changed.insert(path.to_owned(), (file, text));
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed(text: &str, wrong: &str, code: &'static str, message: &str, hint: &str) -> Option<String> {
        let file = SourceFile::new("a.yaml", text);
        let start = text.find(wrong).expect("it is there");
        let finding = Diagnostic::error(code, message).at(&file, Span { start, end: start + wrong.len() }).hint(hint);
        certain(&finding).map(|fix| apply(&[fix])["a.yaml"].1.clone())
    }

    #[test]
    fn only_what_is_meant_is_replaced_and_comments_stay() {
        let key = fixed("teir: A   # why\n", "teir", "unknown-key", "unknown key `teir`", "did you mean `tier`?");
        assert_eq!(key.as_deref(), Some("tier: A   # why\n"));
        let quoted = fixed("\"teir\": A\n", "\"teir\"", "unknown-key", "unknown key `teir`", "did you mean `tier`?");
        assert_eq!(quoted.as_deref(), Some("\"tier\": A\n"));
        let part = fixed(
            "when: \"last fryday of august\"\n",
            "\"last fryday of august\"",
            "bad-value",
            "`when`: unknown weekday `fryday`",
            "did you mean `friday`?",
        );
        assert_eq!(part.as_deref(), Some("when: \"last friday of august\"\n"));
        let word = fixed("{{ owner.navn }}", "navn", "template", "field `navn` is not defined", "did you mean `name`?");
        assert_eq!(word.as_deref(), Some("{{ owner.name }}"));
    }

    #[test]
    fn what_a_person_has_to_decide_stays() {
        assert_eq!(fixed("tier: E\n", "E", "bad-value", "unknown tier `E`", "a tier is A, B or C"), None);
        assert_eq!(fixed("id: a\n", "a", "duplicate-id", "the id `a` is taken", "did you mean `b`?"), None);
    }
}

//! One mistake is one finding, however many products stumble over it.

use std::collections::BTreeMap;

mod files;
mod misnamed;
mod readers;

use super::hint::meant;
use source::diagnostic::{Diagnostic, Diagnostics, Place};

/// What is said of a picture that is not there begins so; then comes its path below `content/`.
pub(super) const NO_PICTURE: &str = "there is no picture content/";

/// The findings with each mistake once: pages, mails and letters stumble over the same one, and what follows from a file with the
/// wrong name is mended with it. A picture that is not there is told once for all texts that show it.
pub fn folded(found: impl IntoIterator<Item = Diagnostic>) -> Diagnostics {
    let mut found = readers::once_for_all(found);
    misnamed::without_what_follows(&mut found);
    files::without_what_follows(&mut found);
    let (missing, mut rest): (Vec<Diagnostic>, Vec<Diagnostic>) =
        found.into_iter().partition(|finding| missing_picture(finding).is_some());
    let mut by_path: BTreeMap<String, Vec<Diagnostic>> = BTreeMap::new();
    for finding in missing {
        let path = missing_picture(&finding).unwrap_or_default().to_owned();
        by_path.entry(path).or_default().push(finding);
    }
    let is_unused = |path: &str| {
        let is_it = |place: &Place| place.path() == path;
        rest.iter().any(|finding| finding.code == "unused" && finding.place.as_ref().is_some_and(is_it))
    };
    let once: Vec<Diagnostic> = by_path.into_iter().map(|(path, all)| together(&path, all, is_unused)).collect();
    rest.extend(once);
    // Every link to the front page is dead while there is none.
    let mut is_told = false;
    rest.retain(|finding| {
        !finding.message.starts_with("there is no front page") || !std::mem::replace(&mut is_told, true)
    });
    rest.into_iter().collect::<Diagnostics>().sorted()
}

/// The path of the picture that a finding says is not there.
pub(super) fn missing_picture(finding: &Diagnostic) -> Option<&str> {
    let rest = finding.message.strip_prefix(NO_PICTURE).filter(|_| finding.code == "missing-picture")?;
    Some(rest.split_once(" (").map_or(rest, |(path, _)| path).trim_end_matches(','))
}

/// One finding for everybody who names a picture that is not there.
fn together(path: &str, mut all: Vec<Diagnostic>, is_unused: impl Fn(&str) -> bool) -> Diagnostic {
    let line = |finding: &Diagnostic| {
        let line = finding.place.as_ref().and_then(Place::line_column).map(|(line, _)| line);
        (finding.place.as_ref().map(|place| place.path().to_owned()), line)
    };
    all.sort_by_cached_key(|finding| (finding.severity, line(finding)));
    let mut lines: Vec<_> = all.iter().map(line).collect();
    lines.dedup();
    let mut first = all.swap_remove(0);
    if lines.len() < 2 {
        return first;
    }
    first.message = format!("{NO_PICTURE}{path} (named in {} places)", lines.len());
    // All of them agree, and the file that is meant is named by nobody: the file has the wrong name.
    let named = first.hint.as_deref().and_then(meant);
    if let Some(file) = named.map(|meant| format!("content/{meant}")).filter(|file| is_unused(file)) {
        first.hint = Some(format!("rename `{file}` to `content/{path}`"));
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;
    use source::{SourceFile, Span};

    fn missing(path: &str, text: &str, tail: &str) -> Diagnostic {
        let file = SourceFile::new(path, text);
        let at = text.find("images").expect("it is named");
        Diagnostic::error("missing-picture", format!("{NO_PICTURE}images/bag.png{tail}"))
            .at(&file, Span { start: at, end: text.len() })
            .hint("did you mean `images/bags.png`?")
    }

    #[test]
    fn a_picture_that_is_not_there_is_said_once() {
        let a = "![x](/images/bag.png)";
        let same_line = [missing("content/a.md", a, " (on paper, for `anna`)"), missing("content/a.md", a, "")];
        let once = folded(same_line);
        assert_eq!(once.iter().count(), 1);
        assert_eq!(
            once.iter().next().and_then(|one| one.hint.clone()).as_deref(),
            Some("did you mean `images/bags.png`?")
        );
        let two = || [missing("content/a.md", a, ""), missing("content/b.md", a, "")];
        let both = folded(two());
        let both = both.iter().next().expect("one");
        assert_eq!(both.message, "there is no picture content/images/bag.png (named in 2 places)");
        assert_eq!(both.hint.as_deref(), Some("did you mean `images/bags.png`?"));
        let unused = Diagnostic::warning("unused", "nothing shows it").in_file("content/images/bags.png");
        let renamed = folded(two().into_iter().chain([unused]));
        let renamed = renamed.iter().next().and_then(|one| one.hint.clone());
        assert_eq!(renamed.as_deref(), Some("rename `content/images/bags.png` to `content/images/bag.png`"));
    }
}

//! One mistake in a file that its reader stumbles over again and again.

use std::collections::BTreeSet;

use source::diagnostic::{Diagnostic, Place};

/// Takes out what is only wrong with a file because its octets are no text, or because an entry of it does not begin.
pub(super) fn without_what_follows(found: &mut Vec<Diagnostic>) {
    let path = |finding: &Diagnostic| finding.place.as_ref().map(|place| place.path().to_owned());
    let foreign: BTreeSet<String> =
        found.iter().filter(|finding| finding.code == "not-utf-8").filter_map(path).collect();
    found.retain(|finding| finding.code == "not-utf-8" || path(finding).is_none_or(|path| !foreign.contains(&path)));
    entries_that_do_not_begin(found);
}

/// Keys that stand a second time in lines below each other: an entry whose `- ` is missing.
fn entries_that_do_not_begin(found: &mut Vec<Diagnostic>) {
    let line = |finding: &Diagnostic| {
        let place = finding.place.as_ref().filter(|_| finding.code == "doubled-key")?;
        Some((place.path().to_owned(), Place::line_column(place)?.0))
    };
    let mut last: Option<(usize, (String, usize))> = None;
    let mut kept: Vec<Diagnostic> = Vec::with_capacity(found.len());
    for finding in found.drain(..) {
        let at = line(&finding);
        if let (Some((first, (path, above))), Some((own, line))) = (&mut last, &at)
            && path == own
            && *above + 1 == *line
        {
            *above = *line;
            kept[*first].hint =
                Some("an entry of a list begins with `- `; keep one of the two where this is no new entry".into());
            continue;
        }
        last = at.map(|at| (kept.len(), at));
        kept.push(finding);
    }
    *found = kept;
}

#[cfg(test)]
mod tests {
    use super::*;
    use source::{SourceFile, Span};

    fn doubled(line: usize) -> Diagnostic {
        let file = SourceFile::new("contacts/a.yaml", "a\n".repeat(9));
        let start = (line - 1) * 2;
        Diagnostic::error("doubled-key", "the key stands here a second time").at(&file, Span { start, end: start + 1 })
    }

    #[test]
    fn an_entry_without_its_dash_is_told_once() {
        let mut found = vec![doubled(2), doubled(3), doubled(4), doubled(7)];
        without_what_follows(&mut found);
        let lines: Vec<_> =
            found.iter().filter_map(|one| one.place.as_ref()?.line_column()).map(|(line, _)| line).collect();
        assert_eq!(lines, [2, 7]);
        assert!(found[0].hint.as_deref().is_some_and(|hint| hint.starts_with("an entry of a list begins")));
        assert_eq!(found[1].hint, None);
    }

    #[test]
    fn a_file_that_is_no_text_is_told_once() {
        let foreign = Diagnostic::error("not-utf-8", "this file is not UTF-8 text").in_file("contacts/a.yaml");
        let mut found = vec![foreign.clone(), doubled(1)];
        without_what_follows(&mut found);
        assert_eq!(found, [foreign]);
    }
}

//! Pictures that a mailing's text names and that are not there, whether or not anybody gets that text today.

use std::collections::BTreeMap;

use super::folded::NO_PICTURE;
use crate::model::content::{ContentFile, asset_named};
use crate::model::programme::Programme;
use crate::render::markdown::pictures_named;
use crate::render::pictures;
use source::Span;
use source::diagnostic::Diagnostic;

/// Every picture that is not there, at its place; rendering finds the same where the text has a reader.
pub fn findings(programme: &Programme) -> Vec<Diagnostic> {
    let texts = programme.mailings().map(|mailing| programme.content(mailing));
    let texts = texts.flat_map(|content| content.variants.values()).map(|content| (content.file.path(), content));
    let texts: BTreeMap<&str, &ContentFile> = texts.collect();
    texts.into_values().flat_map(|content| missing(programme, content)).collect()
}

fn missing(programme: &Programme, content: &ContentFile) -> Vec<Diagnostic> {
    if !content.markdown().contains("![") {
        return Vec::new();
    }
    let named = pictures_named(content.markdown()).into_iter();
    let missing = named.filter_map(|(range, written)| {
        let path = pictures::resolve(content.folder(), pictures::local(&written).and(Some(&written))?)?;
        if asset_named(&programme.assets, &path).is_some() {
            return None;
        }
        let span = Span { start: content.body_at + range.start, end: content.body_at + range.end };
        let error = Diagnostic::error("missing-picture", format!("{NO_PICTURE}{path}")).at(&content.file, span);
        Some(error.hint(pictures::missing_hint(&path, &programme.assets)))
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
    fn r28_a_picture_is_missed_in_a_text_that_nobody_gets() {
        let file = SourceFile::new("content/newsletters/x.sv.md", "---\nsubject: S\n---\n\n![x](gone.png)\n");
        let programme = Fixture::new()
            .mailing("x", "2027-01-20", |mailing| mailing.content = "newsletters/x".into())
            .change(|programme| {
                let mut content = Content::default();
                let text = ContentFile { file, body_at: 19, front: Front::default() };
                content.variants.insert((Language::Sv, None), text);
                programme.contents.insert("newsletters/x".into(), content);
            })
            .build();
        let found = findings(&programme);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].message, "there is no picture content/newsletters/gone.png");
        assert_eq!(found[0].place.as_ref().and_then(|place| place.line_column()), Some((5, 6)));
    }
}

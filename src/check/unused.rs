//! Texts and pictures below `content/` that nothing uses (R35). They are said, and nothing more: somebody may be about to.

use std::collections::{BTreeSet, HashSet};

use memchr::memmem;

use crate::model::programme::Programme;
use source::diagnostic::{Diagnostic, Severity};

/// Every text that no plan sends, and every picture or file whose name stands in no text.
pub fn findings(programme: &Programme) -> Vec<Diagnostic> {
    let sent: HashSet<&str> = programme.mailings().map(|mailing| &*mailing.content).collect();
    let texts = programme.contents.iter().filter(|(name, _)| !sent.contains(name.as_str()));
    let texts = texts.filter_map(|(_, content)| content.variants.values().next());
    let texts = texts.map(|content| said("no plan sends this text", content.file.path().to_owned()));
    let files = unnamed(programme).map(|path| said("nothing shows or attaches this file", format!("content/{path}")));
    texts.chain(files).collect()
}

fn said(message: &str, path: String) -> Diagnostic {
    let note = Diagnostic { severity: Severity::Note, ..Diagnostic::warning("unused", message) };
    note.in_file(path).hint("use it, or delete it")
}

/// The files whose name, as it is or as URLs write it, stands in no text of the programme.
fn unnamed(programme: &Programme) -> impl Iterator<Item = &str> {
    let texts = programme.contents.values().chain(programme.pages.values()).chain([&programme.keep_in_mind]);
    let texts = texts.flat_map(|content| content.variants.values()).map(|content| &content.file);
    let names: Vec<Name<'_>> = programme.assets.keys().flat_map(|path| Name::of(path)).collect();
    let mut named: HashSet<&str> = HashSet::new();
    for file in texts.chain(programme.templates.values()).chain(&programme.files) {
        let left: Vec<&Name<'_>> = names.iter().filter(|name| !named.contains(name.path)).collect();
        // Names have few suffixes, and a long list has none of them: looking for those is looking once.
        let suffixes: BTreeSet<&str> = left.iter().map(|name| name.suffix()).collect();
        file.look_at(|text| {
            for suffix in suffixes {
                for at in memmem::find_iter(text.as_bytes(), suffix) {
                    let ends =
                        |name: &&&Name<'_>| text.as_bytes()[..at + suffix.len()].ends_with(name.written.as_bytes());
                    named.extend(left.iter().filter(ends).map(|name| name.path));
                }
            }
        });
    }
    programme.assets.keys().map(String::as_str).filter(move |path| !named.contains(path))
}

/// The name of a file below `content/`, as a text may write it.
struct Name<'p> {
    path: &'p str,
    written: String,
}

impl<'p> Name<'p> {
    /// As it is, and as URLs write it.
    fn of(path: &'p str) -> [Self; 2] {
        let name = path.rsplit('/').next().unwrap_or(path);
        let in_urls = percent_encoding::utf8_percent_encode(name, IN_URLS).to_string();
        [name.to_owned(), in_urls].map(|written| Name { path, written })
    }

    fn suffix(&self) -> &str {
        &self.written[self.written.rfind('.').unwrap_or(0)..]
    }
}

/// What is written as it is in a path.
const IN_URLS: &percent_encoding::AsciiSet =
    &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'!').remove(b'\'');

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;
    use crate::model::content::{Asset, Content, ContentFile, Front};
    use crate::model::language::Language;
    use source::SourceFile;

    #[test]
    fn r35_what_nothing_uses_is_said() {
        let text = |path: &str, text: &str| {
            let file = SourceFile::new(path, text);
            let mut content = Content::default();
            content.variants.insert((Language::Sv, None), ContentFile { file, body_at: 0, front: Front::default() });
            content
        };
        let asset = |path: &str| {
            let bytes: std::sync::Arc<[u8]> = b"GIF89a".to_vec().into();
            let asset = Asset { path: format!("content/{path}"), bytes, digest: "".into(), size: None, turn: None };
            (path.to_owned(), asset)
        };
        let programme = Fixture::new()
            .mailing("january", "2027-01-20", |_| {})
            .change(|programme| {
                let january = text("content/newsletters/january.sv.md", "![x](/images/a.png) ![y](/images/b%20c.png)");
                programme.contents.insert("newsletters/january".into(), january);
                programme.contents.insert("newsletters/may".into(), text("content/newsletters/may.sv.md", ""));
                programme.assets.extend(["images/a.png", "images/b c.png", "images/d.png"].map(asset));
            })
            .build();
        let paths = findings(&programme).into_iter().map(|finding| {
            assert_eq!(finding.severity, Severity::Note);
            finding.place.map(|place| place.path().to_owned()).unwrap_or_default()
        });
        assert_eq!(paths.collect::<Vec<_>>(), ["content/newsletters/may.sv.md", "content/images/d.png"]);
    }
}

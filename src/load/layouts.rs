//! The layouts that come with the program: whatever `templates/` does not hold is read from here, so that a programme only
//! keeps the layouts it changed and an upgrade brings better ones.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use include_dir::{Dir, DirEntry, include_dir};

use crate::model::language::Language;
use source::SourceFile;

/// The folder of a programme that layouts lie in.
pub const FOLDER: &str = "templates/";

static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// Every layout by its path below the root of a programme; the same sources in every reading.
static SOURCES: LazyLock<BTreeMap<String, Arc<SourceFile>>> = LazyLock::new(|| {
    let mut texts = BTreeMap::new();
    collect(&TEMPLATES, &mut texts);
    texts.into_iter().map(|(path, text)| (path.clone(), SourceFile::new(path, text))).collect()
});

fn collect(folder: &'static Dir<'static>, texts: &mut BTreeMap<String, &'static str>) {
    for entry in folder.entries() {
        match entry {
            DirEntry::Dir(inner) => collect(inner, texts),
            DirEntry::File(file) => {
                let text = file.contents_utf8().expect("every layout that comes along is UTF-8");
                texts.insert(format!("{FOLDER}{}", file.path().display()).replace('\\', "/"), text);
            }
        }
    }
}

/// Every layout that comes along, in the order of their paths below the root of a programme.
pub fn all() -> impl Iterator<Item = &'static Arc<SourceFile>> {
    SOURCES.values()
}

/// The layout with this path below the root of a programme (`templates/email/base.html`).
pub fn find(path: &str) -> Option<&'static Arc<SourceFile>> {
    SOURCES.get(path)
}

/// The texts of the layouts in `language`.
pub fn strings(language: Language) -> Option<&'static Arc<SourceFile>> {
    find(&format!("{FOLDER}strings/{language}.yaml"))
}

/// True for the tables of texts, which are merged key by key and not taken whole.
pub fn is_strings(path: &str) -> bool {
    path.strip_prefix(FOLDER).is_some_and(|name| name.starts_with("strings/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts_are_found_by_their_path_in_a_programme() {
        let base = find("templates/email/base.html").expect("it comes along");
        assert!(base.text().contains("<html"));
        assert!(find("templates/email/nothing.html").is_none());
        assert!(strings(Language::Sv).is_some_and(|file| is_strings(file.path())));
        assert!(all().count() > 60);
    }
}

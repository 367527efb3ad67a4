//! The layouts that come with the program: whatever `templates/` does not hold is read from here, so that a programme only
//! keeps the layouts it changed and an upgrade brings better ones.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use include_dir::{Dir, DirEntry, include_dir};

use crate::model::language::Language;
use source::SourceFile;

/// The folder of a programme that layouts lie in.
pub const FOLDER: &str = "templates/";

static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../templates");

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

/// The names of the components that a template defines.
pub fn components(template: &str) -> impl Iterator<Item = &str> {
    named(template, "component")
}

/// True where a template fills a block that its parent, as `own` has it, does not have.
pub fn is_orphan<'t>(template: &str, own: impl Fn(&str) -> Option<&'t str>) -> bool {
    let parent = template.split("{% extends \"").nth(1).and_then(|rest| rest.split('"').next());
    parent.and_then(own).is_some_and(|parent| {
        let blocks: Vec<&str> = named(parent, "block").collect();
        named(template, "block").any(|block| !blocks.contains(&block))
    })
}

/// The names that stand after a word at the beginning of a template's tags.
fn named<'t>(template: &'t str, word: &'t str) -> impl Iterator<Item = &'t str> {
    let starts = memchr::memmem::find_iter(template.as_bytes(), "{%");
    let tags = starts.map(|at| template[at + 2..].trim_start_matches('-').trim_start());
    let defined = tags.filter_map(move |tag| tag.strip_prefix(word)?.strip_prefix([' ', '\t', '\n']));
    defined.map(|tag| {
        let tag = tag.trim_start();
        &tag[..tag.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(tag.len())]
    })
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

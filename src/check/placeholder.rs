//! What `init` left to be written (`[[…]]`), and what of the demo firm is left in a programme that is not the demo.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use memchr::memmem;

use crate::load::{MARKER, layouts};
use crate::model::mailing::Mailing;
use crate::model::programme::Programme;
use crate::starter::demo;
use source::diagnostic::{Diagnostic, Severity};
use source::{SourceFile, Span};

/// All placeholders and traces in the files of a programme.
pub fn findings(programme: &Programme) -> Vec<Diagnostic> {
    let files = files(programme);
    let mut found: Vec<Diagnostic> = files.iter().flat_map(|file| placeholders(file)).collect();
    if programme.settings.name.as_str() != demo::NAME {
        found.extend(files.iter().flat_map(|file| traces(file)));
        found.extend(pictures(programme));
    }
    found
}

/// Placeholders that would leave with a mailing: those of its text, of the standing text and of the settings. They stop it.
pub fn in_mailing(programme: &Programme, mailing: &Mailing) -> Vec<Diagnostic> {
    let texts = [programme.content(mailing), &programme.keep_in_mind].into_iter();
    let texts = texts.flat_map(|content| content.variants.values()).map(|content| &content.file);
    let settings = programme.files.iter().filter(|file| file.path() == MARKER);
    let found = texts.chain(settings).flat_map(placeholders);
    found.map(|finding| Diagnostic { severity: Severity::Error, ..finding }).collect()
}

/// Every text that its authors write: settings, lists, plans, Markdown, and the layouts that are their own.
fn files(programme: &Programme) -> Vec<&Arc<SourceFile>> {
    let texts = programme.contents.values().chain(programme.pages.values()).chain([&programme.keep_in_mind]);
    let texts = texts.flat_map(|content| content.variants.values()).map(|content| &content.file);
    let own = |file: &&Arc<SourceFile>| layouts::find(file.path()).is_none_or(|layout| layout.text() != file.text());
    programme.files.iter().chain(texts).chain(programme.templates.values().filter(own)).collect()
}

fn placeholders(file: &Arc<SourceFile>) -> Vec<Diagnostic> {
    file.look_at(|text| placeholders_in(file, text))
}

fn placeholders_in(file: &Arc<SourceFile>, text: &str) -> Vec<Diagnostic> {
    let is_yaml = file.path().ends_with(".yaml") || file.path().ends_with(".yml");
    let found = memmem::find_iter(text.as_bytes(), "[[").filter_map(|start| {
        let inner = text[start + 2..].find(["[", "]", "\n"].map(|end| end.chars().next().unwrap_or('\n')))?;
        let end = start + 2 + inner;
        if inner == 0 || !text[end..].starts_with("]]") || (is_yaml && is_nested_list(text, start)) {
            return None;
        }
        let span = Span { start, end: end + 2 };
        let message = format!("`{}` is still to be written", &text[span.start..span.end]);
        let warning = Diagnostic::warning("placeholder", message).at(file, span);
        Some(warning.hint("put your own words in its place, without the brackets"))
    });
    found.collect()
}

/// True where YAML reads the brackets as a list in a list, or does not read the line at all.
fn is_nested_list(text: &str, start: usize) -> bool {
    let line = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let before = text[line..start].trim();
    before.is_empty() || before.starts_with('#') || before.ends_with([':', '-', ',', '[', '{'])
}

fn traces(file: &Arc<SourceFile>) -> Vec<Diagnostic> {
    file.look_at(|text| traces_in(file, text))
}

fn traces_in(file: &Arc<SourceFile>, text: &str) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    let mut known_to = 0;
    let mut places: Vec<(usize, &str)> = demo::MARKS
        .iter()
        .flat_map(|mark| memmem::find_iter(text.as_bytes(), mark).map(move |start| (start, *mark)))
        .collect();
    places.sort_unstable();
    for (start, mark) in places {
        // An address holds the firm's name twice.
        if start < known_to {
            continue;
        }
        known_to = text[start..].find(char::is_whitespace).map_or(text.len(), |end| start + end);
        let warning = Diagnostic::warning("demo-trace", format!("`{mark}` is of the demo firm"));
        let span = Span { start, end: start + mark.len() };
        found.push(warning.at(file, span).hint("write your own, or delete the file that only the demo needs"));
    }
    found
}

/// What the demo's pictures hold, by length first: a picture of another length need not be compared.
static PICTURES: LazyLock<HashSet<&'static [u8]>> =
    LazyLock::new(|| demo::pictures().map(|(_, bytes)| bytes).collect());

fn pictures(programme: &Programme) -> Vec<Diagnostic> {
    let demo = programme.assets.iter().filter(|(_, asset)| PICTURES.contains(&*asset.bytes));
    let found = demo.map(|(path, _)| {
        let warning = Diagnostic::warning("demo-trace", "this is a picture of the demo firm");
        warning.in_file(format!("content/{path}")).hint("put your own in its place, or delete it")
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<(String, Option<(usize, usize)>)> {
        let file = SourceFile::new(path, text);
        let all = placeholders(&file).into_iter().chain(traces(&file));
        all.map(|finding| (finding.message.clone(), finding.place.and_then(|place| place.line_column()))).collect()
    }

    #[test]
    fn each_placeholder_is_named_with_its_line() {
        let text = "# Hello\n\nWe [[do what]] and [[help whom]].\n[a](b) [[not\nclosed]] [[]]\n";
        assert_eq!(
            found("content/a.md", text),
            [
                ("`[[do what]]` is still to be written".to_owned(), Some((3, 4))),
                ("`[[help whom]]` is still to be written".to_owned(), Some((3, 20))),
            ]
        );
    }

    #[test]
    fn a_list_in_a_list_is_no_placeholder() {
        let text = "# [[…]] marks it\nextra: {grid: [[1], [2]], row: [[a, b]]}\nphone: \"[[your number]]\"\n";
        assert_eq!(found("bevara.yaml", text), [("`[[your number]]` is still to be written".to_owned(), Some((3, 9)))]);
    }

    #[test]
    fn the_demo_firm_is_named_once_a_word() {
        let text = "mail sara@lindholm-saar.example or Lindholm & Saar\n";
        assert_eq!(
            found("content/a.md", text),
            [
                ("`lindholm-saar` is of the demo firm".to_owned(), Some((1, 11))),
                ("`Lindholm & Saar` is of the demo firm".to_owned(), Some((1, 36))),
            ]
        );
    }
}

//! Texts as an editor counts them: lines from 0, columns in UTF-16 units, files as URIs.

use std::ops::Range;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use url::Url;

/// The place in a text that a position of the editor means; one behind the end of its line is that end.
pub fn offset(text: &str, position: &Value) -> usize {
    let number = |key: &str| position[key].as_u64().unwrap_or(0);
    let mut start = 0;
    for _ in 0..number("line") {
        match text[start..].find('\n') {
            Some(end) => start += end + 1,
            None => return text.len(),
        }
    }
    let line = text[start..].split('\n').next().unwrap_or_default().trim_end_matches('\r');
    let mut units = 0;
    for (at, letter) in line.char_indices() {
        if units >= number("character") {
            return start + at;
        }
        units += letter.len_utf16() as u64;
    }
    start + line.len()
}

/// The position of a place in a text.
pub fn position(text: &str, offset: usize) -> Value {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count();
    let column: usize = before.rsplit('\n').next().unwrap_or_default().chars().map(char::len_utf16).sum();
    json!({ "line": line, "character": column })
}

/// The range of a stretch of a text.
pub fn range(text: &str, stretch: &Range<usize>) -> Value {
    json!({ "start": position(text, stretch.start), "end": position(text, stretch.end) })
}

/// The text after a change of the editor's: of a range, or of all of it.
pub fn changed(text: &str, change: &Value) -> String {
    let new = change["text"].as_str().unwrap_or_default();
    let Some(range) = change.get("range").filter(|range| range.is_object()) else { return new.to_owned() };
    let (start, end) = (offset(text, &range["start"]), offset(text, &range["end"]));
    let (start, end) = (start.min(end), start.max(end));
    [&text[..start], new, &text[end..]].concat()
}

/// The path of a file's URI.
pub fn path_of(uri: &str) -> Option<PathBuf> {
    Url::parse(uri).ok()?.to_file_path().ok()
}

/// The URI of a file.
pub fn uri_of(path: &Path) -> Option<String> {
    Url::from_file_path(path).ok().map(String::from)
}

/// The word at a place: letters, digits, `-`, `_`.
pub fn word_at(text: &str, at: usize) -> Range<usize> {
    let is_word = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_');
    let before = text[..at].chars().rev().take_while(|&letter| is_word(letter)).map(char::len_utf8).sum::<usize>();
    let behind = text[at..].chars().take_while(|&letter| is_word(letter)).map(char::len_utf8).sum::<usize>();
    at - before..at + behind
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_utf_16_units() {
        let text = "å😀b\r\nc";
        let at = |line: u32, character: u32| offset(text, &json!({ "line": line, "character": character }));
        assert_eq!((at(0, 1), at(0, 3), at(0, 4), at(0, 9), at(1, 0), at(5, 0)), (2, 6, 7, 7, 9, 10));
        assert_eq!(position(text, 6), json!({ "line": 0, "character": 3 }));
    }

    #[test]
    fn a_change_replaces_its_range_or_everything() {
        let range = json!({ "start": { "line": 0, "character": 1 }, "end": { "line": 1, "character": 0 } });
        assert_eq!(changed("ab\ncd", &json!({ "range": range, "text": "X" })), "aXcd");
        assert_eq!(changed("ab", &json!({ "text": "X" })), "X");
    }

    #[test]
    fn a_word_has_hyphens() {
        let text = "owner: anna-lind, x";
        assert_eq!(&text[word_at(text, 9)], "anna-lind");
    }
}

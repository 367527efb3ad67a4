//! A short cut through YAML as lists of contacts are really written: block mappings and sequences, scalars and flow collections
//! that end on their line.
//!
//! [`read`] understands a part of YAML 1.1 and is sure of that part; at anything else (a folded text, an anchor, a tag, a value
//! whose type would need a second look, any fault) it gives up, and the library reads the text instead. So it decides nothing:
//! what it accepts is what the library would have read, at a tenth of the time, and that is what its tests compare.

use std::fmt;

use memchr::memchr3_iter;
use serde::de::{self, DeserializeOwned};

use node::{Node, Position};
use reader::Reader;

mod node;
mod reader;

/// Reads `text` as one document; `None` where that takes more than this reader knows.
pub fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    if !is_ordinary(text.as_bytes()) {
        return None;
    }
    let mut reader = Reader::begin(text).ok()?;
    let whole = T::deserialize(Node::new(&mut reader, Position::Top, 0).ok()?).ok()?;
    reader.is_at_end().then_some(whole)
}

/// Neither control characters and tabs nor what YAML 1.1 refuses, ends lines at or takes for a byte order mark.
fn is_ordinary(bytes: &[u8]) -> bool {
    let is_plain = |byte: u8| (byte >= b' ' && byte != 0x7f) || byte == b'\n';
    // Without a way out of the block, many bytes are looked at at once.
    let is_plain_block = |block: &[u8]| block.iter().fold(true, |plain, &byte| plain & is_plain(byte));
    bytes.chunks(256).all(is_plain_block) && !memchr3_iter(0xc2, 0xe2, 0xef, bytes).any(|at| is_odd(&bytes[at..]))
}

/// True for U+0080 to U+009F, U+2028, U+2029, U+FEFF, U+FFFE and U+FFFF in UTF-8.
fn is_odd(bytes: &[u8]) -> bool {
    matches!(
        bytes,
        [0xc2, 0x80..=0x9f, ..]
            | [0xe2, 0x80, 0xa8 | 0xa9, ..]
            | [0xef, 0xbb, 0xbf, ..]
            | [0xef, 0xbf, 0xbe | 0xbf, ..]
    )
}

/// This is for the library.
#[derive(Debug)]
pub struct GiveUp;

impl fmt::Display for GiveUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("more than the plain part of YAML")
    }
}

impl std::error::Error for GiveUp {}

impl de::Error for GiveUp {
    fn custom<T: fmt::Display>(_: T) -> Self {
        GiveUp
    }
}

type Plain<T> = Result<T, GiveUp>;

#[cfg(test)]
mod tests {
    use serde_yaml::Value;

    use super::*;

    /// What was read is what the library reads; `false` where it was left to the library.
    fn agrees(text: &str) -> bool {
        let Some(read) = read::<Value>(text) else { return false };
        assert_eq!(serde_yaml::from_str::<Value>(text).ok(), Some(read), "{text}");
        true
    }

    #[test]
    fn lists_of_contacts_are_read_as_the_library_reads_them() {
        for text in [
            "- id: anna\n  name: {given: Anna, family: \"Lind\"}\n  tags: [golf, 'd''or']\n\n# a comment\n- id: bo # here\n",
            "- {contact: anna, on: 2026-01-01, note: \"A \\\"word\\\": 5 # no\", n: 250, ok: true}\n- {}\n- []\n",
            "a:\nb: ~\nc:\n- 1\n- 2\nd:\n  - x: y\n    z: http://a.example/#b\n  -\n    q: null\n",
            "- plain text, with: no\n",
            "phone: +46 70 174 06 05\ntime: 12:30\ndash: -x\nzero: 0\n",
        ] {
            let is_plain = !text.contains("with: no");
            assert_eq!(agrees(text), is_plain, "{text}");
        }
    }

    #[test]
    fn what_it_does_not_know_is_left_to_the_library() {
        for text in [
            "a: |\n  text\n",
            "a: >\n  text\n",
            "a: b\n  c\n",
            "a: &x b\n",
            "a: !t b\n",
            "a: \"b\n  c\"\n",
            "a: 0x1f\n",
            "a: 007\n",
            "a: 1e3\n",
            "a: -.inf\n",
            "a: \tb\n",
            "a: b\r\n",
            "---\na: b\n",
            "a: {b: c,\n  d: e}\n",
            "a: [b, ]\n",
            "a: {b: }\n",
            "a: {b}\n",
            "? a\n: b\n",
            "\"a\": b\n",
            "- - a\n",
            "a: b\n c: d\n",
            "a: \"\\n\"\n",
            "a: *b\n",
            "a: x\n- b\n",
            "a: 'b' c\n",
            "a: b: c\n",
            "a: [b] c\n",
            "a:\u{a0}b: c\n a\n",
            "<<: {a: b}\n",
            "null: b\n",
            "- {a: b, True: c}\n",
        ] {
            assert!(read::<Value>(text).is_none(), "{text}");
        }
    }

    /// Every YAML file of the demo programme, with thousands of accidents.
    #[test]
    fn whatever_is_accepted_is_what_the_library_reads() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let files =
            walkdir::WalkDir::new(root.join("contacts")).into_iter().chain(walkdir::WalkDir::new(root.join("content")));
        let mut paths: Vec<_> = files.filter_map(Result::ok).map(walkdir::DirEntry::into_path).collect();
        // The same accidents wherever it runs.
        paths.sort();
        let texts: Vec<String> = paths
            .iter()
            .filter(|path| path.extension().is_some_and(|suffix| suffix == "yaml"))
            .map(|path| std::fs::read_to_string(path).expect("the demo is text"))
            .collect();
        let pieces = [
            " ", "\n", "\n  ", "\n- ", ": ", ":", "- ", "-", "#", " #", "\"", "'", "{", "}", "[", "]", ", ", ",", "?",
            "&a", "*a", "!", "|", ">", "%", "@", "`", "~", "null", "0", "1.5", "é", "\u{a0}", "\u{2028}", "\t", "\r",
            "\\", "---", "...", "<<", "=", "", "",
        ];
        let mut seed = 7_u64;
        let mut next = move |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(seed >> 33).expect("31 bits") % below.max(1)
        };
        let mut accepted = 0;
        for _ in 0..6_000 {
            let text = &texts[next(texts.len())];
            let lines: Vec<&str> = text.split_inclusive('\n').collect();
            let first = next(lines.len());
            let mut text = lines[first..(first + 1 + next(12)).min(lines.len())].concat();
            for _ in 0..next(4) {
                text.push('\n');
                let boundaries: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
                let at = boundaries[next(boundaries.len())];
                let end = boundaries.iter().copied().find(|&end| end >= at + next(3)).unwrap_or(text.len());
                text.replace_range(at..end, pieces[next(pieces.len())]);
            }
            accepted += usize::from(agrees(&text));
        }
        assert!(accepted > 1_000, "only {accepted} texts were plain");
    }
}

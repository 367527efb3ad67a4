//! Reading with places, and all faults at once.

use super::*;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Thing {
    a: Option<u32>,
    b: Option<String>,
    list: Option<Vec<Thing>>,
    #[allow(dead_code)]
    texts: Option<BTreeMap<String, String>>,
}

fn places(text: &str) -> Vec<(String, usize, usize)> {
    let file = SourceFile::new("x.yaml", text);
    let mut found = Vec::new();
    Document::whole(&file).read::<Thing>(&mut found);
    found
        .iter()
        .map(|f| {
            let (line, column) = f.place.as_ref().expect("a place").line_column().expect("a position");
            (f.message.clone(), line, column)
        })
        .collect()
}

#[test]
fn every_fault_of_a_file_is_found_in_one_run_at_its_place() {
    let text = "a: x\nbb: 1\nlist:\n  - a: 1\n    b: ok\n  - {a: no, c: 2}\n  - a: 3\n    a: 4\nb: [1]\n";
    assert_eq!(
        places(text),
        [
            ("`a` should be u32, but is `x`".into(), 1, 4),
            ("unknown key `bb`".into(), 2, 1),
            ("`a` should be u32, but is `no`".into(), 6, 9),
            ("unknown key `c`".into(), 6, 13),
            ("the key `a` stands here a second time".into(), 8, 5),
            ("`b` should be a string, but is a list".into(), 9, 4),
        ]
    );
}

#[test]
fn what_the_library_refuses_is_told_though_it_could_be_taken_otherwise() {
    let file = SourceFile::new("a.yaml", "a: 1\n0o7777777777777777777777777777777: 2\n");
    let mut found = Vec::new();
    assert!(Document::whole(&file).read::<serde_yaml::Value>(&mut found).is_none());
    assert_eq!(found.len(), 1);
}

#[test]
fn a_second_document_is_told_where_it_begins() {
    let file = SourceFile::new("a.yaml", "# ours\n---\na: 1\n\n--- # theirs\nb: 2\n");
    let mut found = Vec::new();
    assert!(Document::whole(&file).read::<BTreeMap<String, u8>>(&mut found).is_none());
    let places: Vec<_> = found.iter().filter_map(|finding| finding.place.as_ref()?.line_column()).collect();
    assert_eq!(places, [(5, 1)]);
    assert_eq!(found[0].message, "a second document begins here, and a file holds one");
}

#[test]
fn what_is_not_faulty_is_still_read() {
    let file = SourceFile::new("x.yaml", "# people\n- {a: 1, b: +46701}\n- {a: x, b: kept}\n");
    let mut found = Vec::new();
    let mut read = Vec::new();
    Document::whole(&file).read_list::<Thing>(&mut found, |first, items, _| {
        assert!(items.is_faulty(&[Step::Item(1)], "a"));
        read.extend(items.value.into_iter().map(|thing| (first, thing.a, thing.b, thing.list.is_none())));
    });
    assert_eq!(read, [(0, Some(1), Some("+46701".into()), true), (0, None, Some("kept".into()), true)]);
    assert_eq!(found.len(), 1);
}

#[test]
fn bombs_end_in_an_error_at_once() {
    let nested = format!("a: {}\n", "[".repeat(100_000));
    let compact = format!("{}x\n", "- ".repeat(100_000));
    let laughs = "a: &a [x, x]\nb: [*a, *a]\n";
    for bomb in [nested.as_str(), compact.as_str(), laughs] {
        assert_eq!(places(bomb).len(), 1);
    }
    for harmless in [
        "b: Lindholm & Saar *och* R&D, \"&x\"\n".to_owned(),
        "b: \"say \\\"hi\\\": *x, *y\"\n".to_owned(),
        format!("b: \"{}\" # {}\n", "[{".repeat(400), "[".repeat(400)),
        format!("list:\n  - {{b: '{}it''s'}}\n", "{".repeat(400)),
    ] {
        assert!(places(&harmless).is_empty(), "{harmless}");
    }
    assert_eq!(places("a: !!int &a 1\n").len(), 1, "behind a tag too");
}

#[test]
fn lines_that_only_yaml_ends_do_not_move_a_place() {
    let text = "b: \"x\u{2028}\u{85}y\"\r\n# \u{2029}\r\na: no\r\n";
    assert_eq!(places(text), [("`a` should be u32, but is `no`".into(), 3, 4)]);
}

#[test]
fn a_value_is_found_by_its_path() {
    let file = SourceFile::new("x.yaml", "- id: å\n- id: b\n  to:\n    deep: [1, 22]\n");
    let document = Document::whole(&file);
    let span = document.locate(&[1.into(), "to".into(), "deep".into(), 1.into()], At::Value);
    assert_eq!((file.position(span.start).line, file.position(span.start).column), (4, 15));
    assert_eq!(&file.text()[span.start..span.end], "22");
    let key = document.locate(&[1.into(), "to".into()], At::Key(0));
    assert_eq!((file.position(key.start).line, file.position(key.start).column), (3, 3));
}

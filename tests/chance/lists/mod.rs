//! Lists as other programs write them: layout, encoding, delimiter, line ends, quotes, versions of vCard, and names
//! from around the Baltic. Nothing is garbled, nothing comes twice, nothing that was decided is undone, and what cannot be read
//! is refused with its row and column.
//!
//! `LISTS=100000 cargo test --test chance lists` makes more of them than the usual two hundred.

use std::collections::BTreeMap;
use std::path::Path;

use bevara::import::fields::Key;
use bevara::import::proposal::{Judged, Verdict, Wishes};
use bevara::import::values::{Value, ValueReader};
use bevara::import::{Proposal, propose, reading, records};
use bevara::load::Folder;
use bevara::model::programme::Programme;
use bevara::render::links::LinkKey;
use bevara::validate::validate;
use jiff::civil::{Date, date};
use rayon::prelude::*;

mod generator;

use generator::{BAD, Dirty, Person};

const TODAY: Date = date(2026, 11, 21);

/// Those whom every list holds too, with other words about them than ours.
const DECIDED: [&str; 3] = ["anna-lind", "gustav-holm", "hanna-ivarsson"];

fn small() -> Folder {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/small");
    let mut folder = Folder::read(&root, &mut Vec::new()).expect("the folder is read");
    let templates = Path::new(env!("CARGO_MANIFEST_DIR"));
    let all = Folder::read(templates, &mut Vec::new()).expect("the folder is read");
    folder.texts.extend(all.texts.into_iter().filter(|(path, _)| path.starts_with("templates/")));
    folder
}

fn programme(folder: &Folder) -> Programme {
    let mut found = Vec::new();
    validate(folder, TODAY, &mut found).unwrap_or_else(|| panic!("{found:#?}"))
}

fn import(programme: &Programme, folder: &mut Folder, dirty: &Dirty) -> Proposal {
    let list = reading::read(&dirty.bytes, &[], "SE").unwrap_or_else(|error| panic!("{error}\n{}", dirty.told));
    let reader = ValueReader { programme, today: TODAY };
    let text = |text: &str| Value::Text(text.to_owned());
    let sets = [(Key::of("tier"), text("C")), (Key::of("owner"), text("elin"))];
    let wishes = Wishes { sets: sets.into_iter().collect(), source: Some("a list".to_owned()), ..Wishes::default() };
    let key = LinkKey::new(Some("0123456789abcdef"), &programme.settings);
    propose(&list, &reader, &wishes, &key, folder, "contacts/imported.yaml")
        .unwrap_or_else(|found| panic!("{found:#?}\n{}", dirty.told))
}

fn values<'r>(rows: &'r [Judged], person: &Person) -> Option<&'r BTreeMap<Key, Value>> {
    rows.iter().find_map(|row| match &row.verdict {
        Verdict::New { values, .. } if has(values, "email", &person.email) => Some(values),
        _ => None,
    })
}

fn has(values: &BTreeMap<Key, Value>, path: &str, text: &str) -> bool {
    values.get(&Key::of(path)).map(|value| value.shown().into_owned()).unwrap_or_default() == text
}

#[test]
fn r26_r27_dirty_lists_come_in_once_and_undo_nothing() {
    let count: u64 = std::env::var("LISTS").ok().and_then(|count| count.parse().ok()).unwrap_or(200);
    let (small, before) = (small(), programme(&small()));
    let texts = small.texts;
    (0..count).into_par_iter().for_each(|seed| {
        let dirty = generator::list(seed);
        let mut folder = Folder::default();
        folder.texts.extend(texts.clone());
        let proposal = import(&before, &mut folder, &dirty);
        for person in &dirty.people {
            let values = values(&proposal.rows, person);
            let Some(values) = values else { panic!("{person:?} is missing\n{}\n{:#?}", dirty.told, proposal.rows) };
            for (path, text) in person.fields(dirty.holds) {
                assert!(
                    has(values, path, text),
                    "{path} of {person:?} is {:?}\n{}",
                    values.get(&Key::of(path)),
                    dirty.told
                );
            }
        }
        refused(&proposal.rows, &dirty);
        for rewrite in &proposal.rewrites {
            folder.texts.insert(rewrite.path.clone(), source::SourceFile::new(&*rewrite.path, &*rewrite.text));
        }
        let after = programme(&folder);
        for id in DECIDED {
            let decided = |programme: &Programme| {
                let contact = &programme.contacts[programme.by_id[id] as usize];
                let mut values = records::values_of(contact);
                values.retain(|key, _| {
                    ["tier", "owner", "basis", "unsubscribed", "language", "kind"]
                        .iter()
                        .any(|kept| key.path().starts_with(kept))
                });
                values
            };
            assert_eq!(decided(&after), decided(&before), "{id}\n{}", dirty.told);
        }
        let again = import(&after, &mut folder, &dirty);
        assert!(again.rewrites.is_empty(), "{}\n{:#?}", dirty.told, again.rows);
        let new =
            again.rows.iter().filter(|row| !matches!(row.verdict, Verdict::Unchanged { .. } | Verdict::Refused { .. }));
        assert_eq!(new.count(), 0, "{}\n{:#?}", dirty.told, again.rows);
    });
}

/// The row that cannot be read is refused where it stands.
fn refused(rows: &[Judged], dirty: &Dirty) {
    let refused: Vec<&Judged> = rows.iter().filter(|row| matches!(row.verdict, Verdict::Refused { .. })).collect();
    let [row] = refused.as_slice() else { panic!("{}\n{refused:#?}", dirty.told) };
    assert_eq!(row.number, dirty.bad_row, "{}", dirty.told);
    assert!(
        matches!(row.verdict, Verdict::Refused { code: "no-reach", column: Some(_), .. }),
        "{}\n{row:?}",
        dirty.told
    );
    assert_eq!(row.left_out[0].text, BAD, "{}", dirty.told);
}

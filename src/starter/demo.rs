//! The demo: the programme of an invented coffee roastery, which is the root of bevara's own repository.

use std::borrow::Cow;

use include_dir::{Dir, include_dir};
use jiff::civil::Date;

use super::{File, collect, frame};

static CONTENT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/content");
static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates");
static CONTACTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/contacts");

/// The settings of the demo, and the line after which a starter says when it began.
const SETTINGS: &str = include_str!("../../bevara.yaml");
const COUNTRY: &str = "\ncountry: SE\n";

/// The name of the demo's firm.
pub const NAME: &str = "Lindholm & Saar";

/// Words that only the demo says: names of its firm, its domain, its people.
pub const MARKS: [&str; 6] =
    ["Lindholm & Saar", "lindholm-saar", "Astrid Lindholm", "Sara Nyström", "Kadri Saar", "Mikkel Saar-Berg"];

/// Every file of the demo, by path, in order; its memory begins `today`.
pub fn files(today: Date) -> Vec<File> {
    let mut files = frame();
    files.push(("bevara.yaml".to_owned(), Cow::Owned(settings(today).into_bytes())));
    for (name, folder) in [("content", &CONTENT), ("templates", &TEMPLATES), ("contacts", &CONTACTS)] {
        collect(folder, &mut |path, bytes| files.push((format!("{name}/{path}"), bytes.into())));
    }
    // What the demo has sent is no business of a programme that begins.
    files.retain(|(path, _)| !path.starts_with("contacts/journal/") || path.ends_with(".gitkeep"));
    files.sort();
    files.dedup();
    files
}

/// The demo's settings with the day on which this programme begins.
fn settings(today: Date) -> String {
    let (before, behind) = SETTINGS.split_once(COUNTRY).expect("the demo says where it is");
    let begins =
        format!("begins: {today}                 # our first day: nothing that lay before it is late, due or missed\n");
    [before, COUNTRY, &begins, behind].concat()
}

/// The pictures of the demo, by their path below `content/`.
pub fn pictures() -> impl Iterator<Item = (String, &'static [u8])> {
    let mut pictures = Vec::new();
    collect(&CONTENT, &mut |path, bytes| {
        if path.ends_with(".png") || path.ends_with(".jpg") {
            pictures.push((path.to_owned(), bytes));
        }
    });
    pictures.into_iter()
}

//! Who gets a mailing, who does not, and why.
//!
//!     cargo run --example audience -- . 2026-11-newsletter
//!
//! The first half of what every command does: a folder is read, checked, and asked about.

use std::fmt::Write as _;
use std::path::Path;

use bevara::load::Folder;
use bevara::model::programme::Programme;
use bevara::plan::audience::Roster;
use bevara::render::narrowing::Conditions;
use bevara::validate::validate;
use jiff::civil::{Date, date};
use source::diagnostic::Diagnostic;

/// The programme of a folder; where it does not hold together, everything that is wrong with it.
pub fn load(root: &Path, today: Date) -> Result<Programme, String> {
    let mut found = Vec::new();
    let folder =
        Folder::read(root, &mut found).map_err(|error| format!("{}: {}", error.path.display(), error.error))?;
    let programme = validate(&folder, today, &mut found);
    programme.ok_or_else(|| in_words(&found))
}

fn in_words(found: &[Diagnostic]) -> String {
    found.iter().map(|finding| finding.to_human(false)).collect()
}

/// One line for each contact who belongs to the audience.
pub fn audience(root: &Path, mailing: &str) -> Result<String, String> {
    let programme = load(root, date(2026, 11, 21))?;
    // What a mailing's `where` means is the templates' language; the plan only asks.
    let conditions = Conditions::new(&programme).map_err(|found| in_words(&found))?;
    let roster = Roster::new(&programme, &conditions);
    let mailing = programme.mailing(mailing).ok_or_else(|| format!("there is no mailing `{mailing}`"))?;
    let audience = roster.audience(mailing);
    let mut out = String::new();
    for recipient in &audience.recipients {
        let _ = writeln!(out, "{} gets it on {}", recipient.contact().id, recipient.date());
    }
    for (position, refusal) in &audience.refusals {
        let _ = writeln!(out, "{} does not: {refusal}", programme.contacts[*position as usize].id);
    }
    Ok(out)
}

fn main() -> Result<(), String> {
    let mut arguments = std::env::args().skip(1);
    let root = arguments.next().unwrap_or_else(|| ".".to_owned());
    let mailing = arguments.next().unwrap_or_else(|| "2026-11-newsletter".to_owned());
    print!("{}", audience(Path::new(&root), &mailing)?);
    Ok(())
}

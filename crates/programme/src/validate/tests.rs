//! Whoever checks again and again finds what a fresh look finds.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::date;

use super::{Validator, validate};
use crate::load::{Folder, MARKER};
use crate::model::programme::Programme;
use crate::plan::audience::Narrowing;
use crate::render::narrowing::Conditions;
use source::SourceFile;

/// The demo programme and what was typed into it since.
struct Typed {
    saved: Folder,
    open: BTreeMap<String, Arc<SourceFile>>,
    validator: Validator,
}

impl Typed {
    fn new() -> Self {
        let saved =
            Folder::read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")), &mut Vec::new()).expect("the demo");
        Typed { saved, open: BTreeMap::new(), validator: Validator::default() }
    }

    /// Types `to` instead of the first `from` in a file, and looks at the programme: both ways, which must agree.
    fn replace(&mut self, path: &str, from: &str, to: &str) -> Option<Programme> {
        let text = self.open.get(path).or_else(|| self.saved.text(path)).expect(path).text();
        assert!(text.contains(from), "{path} has no {from}");
        let text = text.replacen(from, to, 1);
        self.open.insert(path.to_owned(), SourceFile::new(path, text));
        self.look()
    }

    fn look(&mut self) -> Option<Programme> {
        let (today, folder) = (date(2026, 11, 21), self.saved.with_unsaved(&self.open, &mut Vec::new()));
        let (mut found, mut anew) = (Vec::new(), Vec::new());
        let again = self.validator.validate(&folder, today, &mut found);
        let fresh = validate(&folder, today, &mut anew);
        assert_eq!(found, anew);
        assert_eq!(again.is_some(), fresh.is_some());
        if let (Some(again), Some(fresh)) = (&again, &fresh) {
            assert!(again.contacts.iter().eq(&fresh.contacts));
            assert_eq!(again.by_id, fresh.by_id);
        }
        again
    }
}

/// How many contacts of one list are the very same in another.
fn shared(one: &Programme, other: &Programme) -> usize {
    let same = |contact: &&Arc<_>| other.contacts.shared().iter().any(|known| Arc::ptr_eq(known, contact));
    one.contacts.shared().iter().filter(same).count()
}

#[test]
fn only_the_contacts_of_a_changed_file_are_read_again() {
    let mut typed = Typed::new();
    let before = typed.look().expect("the demo holds together");
    let after = typed.replace("contacts/norge.yaml", "tier: B", "tier: A").expect("a tier");
    let elsewhere = |programme: &Programme| {
        let is_of = |origin: crate::model::contact::Origin| {
            programme.files[origin.file as usize].path() == "contacts/norge.yaml"
        };
        programme.contacts.iter().filter(|contact| !is_of(contact.origin)).count()
    };
    assert_eq!(shared(&before, &after), elsewhere(&after));
    assert!(elsewhere(&after) < after.contacts.len());
}

#[test]
fn nobody_is_read_again_where_the_settings_say_the_same() {
    let mut typed = Typed::new();
    let before = typed.look().expect("the demo holds together");
    let after = typed.replace(MARKER, "name: ", "# The firm.\nname: ").expect("a comment");
    assert!(before.contacts.is(&after.contacts));
}

#[test]
fn what_is_wrong_across_files_is_found_again() {
    let mut typed = Typed::new();
    let programme = typed.look().expect("the demo holds together");
    let mut of = BTreeMap::new();
    for contact in &programme.contacts {
        let path = programme.files[contact.origin.file as usize].path();
        of.entry(path.to_owned()).or_insert_with(|| contact.clone());
    }
    let mut firsts = of.into_iter();
    let ((one, first), (other, second)) = (firsts.next().expect("a file"), firsts.next().expect("a second file"));
    let (id, taken) = (format!("id: {}", second.id), format!("id: {}", first.id));
    // An id that is taken, in the second file and then in none.
    assert!(typed.replace(&other, &id, &taken).is_none());
    assert!(typed.replace(&other, &taken, &id).is_some());
    // An entry that cannot be read, while other files change.
    assert!(typed.replace(&one, "tier: ", "teir: ").is_none());
    assert!(typed.replace(&other, "tier: ", "tier:  ").is_none());
    assert!(typed.replace(&one, "teir: ", "tier: ").is_some());
    // The languages of the settings have a say in every file.
    assert!(typed.replace(MARKER, "languages: [", "languages: [fi, ").is_none());
    assert!(typed.replace(MARKER, "languages: [fi, ", "languages: [").is_some());
}

#[test]
fn conditions_come_to_the_same_when_few_are_asked_again() {
    let mut typed = Typed::new();
    let before = Conditions::new(&typed.look().expect("the demo holds together")).expect("its conditions");
    for (from, to) in [("tier: B", "tier: C"), ("kind: customer", "kind: former")] {
        let programme = typed.replace("contacts/norge.yaml", from, to).expect("it holds together");
        let again = Conditions::again(&programme, Some(&before)).expect("its conditions");
        let anew = Conditions::new(&programme).expect("its conditions");
        let conditions: Vec<_> = programme.mailings().filter_map(|mailing| mailing.narrowing.as_ref()).collect();
        assert!(!conditions.is_empty());
        for (condition, contact) in
            conditions.iter().flat_map(|one| programme.contacts.iter().map(move |who| (one, who)))
        {
            assert_eq!(
                again.holds(condition, contact),
                anew.holds(condition, contact),
                "{condition:?} of {}",
                contact.id
            );
        }
    }
}

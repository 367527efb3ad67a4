//! Places of things that are long past being YAML: a finding about a planned mailing or a contact stands where it was written.

use std::sync::Arc;

use super::MARKER;
use crate::model::contact::{Contact, Origin};
use crate::model::mailing::{Mailing, PlannedTouch};
use crate::model::programme::Programme;
use source::diagnostic::Place;
use yaml::{At, Document, Step};

/// The value of `key` of a planned mailing.
pub fn of_mailing(programme: &Programme, mailing: &Mailing, key: &str) -> Place {
    at(programme, mailing.origin, &["mailings".into(), (mailing.origin.item as usize).into(), key.into()])
}

/// A value below the keys of a planned mailing, like `gift.budget`.
pub fn within_mailing(programme: &Programme, mailing: &Mailing, keys: &[&str]) -> Place {
    let item = [Step::from("mailings"), (mailing.origin.item as usize).into()];
    let path: Vec<Step> = item.into_iter().chain(keys.iter().map(|key| Step::from(*key))).collect();
    at(programme, mailing.origin, &path)
}

/// A value below the keys of a contact, like `address.postcode`.
pub fn within_contact(programme: &Programme, contact: &Contact, keys: &[&str]) -> Place {
    let item = [Step::from(contact.origin.item as usize)];
    let path: Vec<Step> = item.into_iter().chain(keys.iter().map(|key| Step::from(*key))).collect();
    at(programme, contact.origin, &path)
}

/// The value of `key` of a planned touch.
pub fn of_touch(programme: &Programme, touch: &PlannedTouch, key: &str) -> Place {
    at(programme, touch.origin, &["touches".into(), (touch.origin.item as usize).into(), key.into()])
}

/// An item of a list: a contact, a line of a ledger, or, in a plan, a mailing.
pub fn of_item(programme: &Programme, origin: Origin) -> Place {
    let item = (origin.item as usize).into();
    match programme.files[origin.file as usize].path().starts_with("content/plan/") {
        true => at(programme, origin, &["mailings".into(), item]),
        false => at(programme, origin, &[item]),
    }
}

/// The value of `key` of a contact.
pub fn of_contact(programme: &Programme, contact: &Contact, key: &str) -> Place {
    at(programme, contact.origin, &[(contact.origin.item as usize).into(), key.into()])
}

/// A value of `bevara.yaml`.
pub fn of_setting(programme: &Programme, path: &[Step]) -> Place {
    match programme.files.iter().find(|file| file.path() == MARKER) {
        Some(file) => Place::Span(Arc::clone(file), Document::whole(file).locate(path, At::Value)),
        None => Place::File(MARKER.to_owned()),
    }
}

fn at(programme: &Programme, origin: Origin, path: &[Step]) -> Place {
    let file = &programme.files[origin.file as usize];
    Place::Span(Arc::clone(file), Document::whole(file).locate(path, At::Value))
}

//! What templates see, by its name, and what that is: `variables.yaml`, and `keys.yaml` for the fields of a contact.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::keys::key;
use crate::render::view::contact::NAMES;

type Meanings = BTreeMap<String, String>;

static VARIABLES: LazyLock<BTreeMap<String, Meanings>> =
    LazyLock::new(|| yaml::parse(include_str!("variables.yaml")).expect("our own reference is well written"));

/// What is seen somewhere, by its name: `mail` (mailings and letters), `layout` (their layouts besides), `letter` (paper besides), `page`
/// (the site).
pub fn seen(place: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    VARIABLES.get(place).into_iter().flatten().map(|(name, meaning)| (name.as_str(), meaning.as_str()))
}

/// The fields of a contact, in the order of the book.
pub fn of_contact() -> impl Iterator<Item = (&'static str, &'static str)> {
    NAMES.into_iter().map(|name| (name, key("Contact", name).map_or("", |key| key.meaning.as_str())))
}

/// The parts of a field of a contact.
pub fn parts_of_contact(field: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let prefix = format!("{field}.");
    seen("contact").filter(move |(name, _)| name.starts_with(&prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_a_contact_is_described() {
        let missing: Vec<&str> = of_contact().filter(|(_, meaning)| meaning.is_empty()).map(|(name, _)| name).collect();
        assert_eq!(missing, [""; 0]);
        let groups: Vec<&str> = seen("contact").filter_map(|(name, _)| name.split('.').next()).collect();
        assert!(groups.iter().all(|group| NAMES.contains(group)), "{groups:?}");
    }
}

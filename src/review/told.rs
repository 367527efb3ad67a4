//! Differences for people: variants that change alike together, what changed everywhere once, and nobody by name unless asked.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::compare::{ByReason, Differences, MailingDifference};
use super::wording::Change;
use crate::model::id::ContactId;

/// A change of words that stands in so many mailings comes from a layout or a setting: it is told once.
const EVERYWHERE: usize = 3;
/// Changes of words that are shown of one variant.
pub const MAX_CHANGES: usize = 8;

/// Whether people are named or counted.
pub struct People {
    /// They are named, for one's own screen.
    pub show: bool,
}

impl People {
    /// `2 tier C to B; 1 now tier D`.
    pub fn told(&self, movements: &ByReason) -> String {
        let one = |(why, people): (&String, &Vec<ContactId>)| match self.show {
            true => format!("{why}: {}", people.iter().map(ContactId::as_str).collect::<Vec<_>>().join(", ")),
            false => format!("{} {why}", people.len()),
        };
        movements.iter().map(one).collect::<Vec<_>>().join("; ")
    }

    /// A list of `why`, `count`, and who where they are named.
    pub fn json(&self, movements: &ByReason) -> Value {
        let one = |(why, people): (&String, &Vec<ContactId>)| {
            let mut entry = json!({ "why": why, "count": people.len() });
            if self.show {
                entry["contacts"] = people.iter().map(ContactId::as_str).collect();
            }
            entry
        };
        movements.iter().map(one).collect()
    }
}

/// The changes of words that stand in several mailings, with how many; they come from what mailings share.
pub fn everywhere(differences: &Differences) -> BTreeMap<(&str, &str), usize> {
    let mut mailings: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for mailing in &differences.mailings {
        for change in mailing.variants.iter().flat_map(|variant| &variant.words) {
            mailings.entry((&change.removed, &change.added)).or_default().insert(&mailing.id);
        }
    }
    let shared = mailings.into_iter().filter(|(_, mailings)| mailings.len() >= EVERYWHERE);
    shared.map(|(change, mailings)| (change, mailings.len())).collect()
}

/// What a person is told of a mailing: its variants together where they change alike.
pub struct Told<'d> {
    /// Their names: `A/sv, B/sv`.
    pub variants: String,
    /// How many read them.
    pub readers: usize,
    /// What is other about them.
    pub changed: Vec<&'d str>,
    /// The words that changed in them and not in all mailings.
    pub words: Vec<&'d Change>,
}

/// The variants of a mailing in groups that change alike. Where nothing changed but the words that are told once, nothing is told.
pub fn told<'d>(mailing: &'d MailingDifference, shared: &BTreeMap<(&str, &str), usize>) -> Vec<Told<'d>> {
    let mut groups: Vec<(Told<'d>, Vec<&'d str>)> = Vec::new();
    for variant in &mailing.variants {
        let own = |change: &&Change| !shared.contains_key(&(change.removed.as_str(), change.added.as_str()));
        let words: Vec<&Change> = variant.words.iter().filter(own).collect();
        if words.is_empty()
            && !variant.words.is_empty()
            && variant.changed.iter().all(|part| ["text", "html"].contains(part))
        {
            continue;
        }
        match groups.iter_mut().find(|(told, _)| told.changed == variant.changed && told.words == words) {
            Some((told, names)) => {
                told.readers += variant.readers;
                names.push(&variant.name);
            }
            None => {
                let changed = variant.changed.clone();
                groups.push((
                    Told { variants: String::new(), readers: variant.readers, changed, words },
                    vec![&variant.name],
                ));
            }
        }
    }
    groups.into_iter().map(|(told, names)| Told { variants: names.join(", "), ..told }).collect()
}

/// How those are told who gain a mailing, lose it, or read another variant of it.
pub fn movements(mailing: &MailingDifference) -> impl Iterator<Item = (&'static str, &ByReason)> {
    let all = [("gains", &mailing.gain), ("loses", &mailing.lose), ("reads another variant:", &mailing.moved)];
    all.into_iter().filter(|(_, people)| !people.is_empty())
}

/// Where words changed: `before [-removed-] {+added+} after`, as git marks words.
pub fn marked(change: &Change) -> String {
    let removed = if change.removed.is_empty() { String::new() } else { format!("[-{}-]", change.removed) };
    let added = if change.added.is_empty() { String::new() } else { format!("{{+{}+}}", change.added) };
    let parts = [change.before.clone(), removed, added, change.after.clone()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

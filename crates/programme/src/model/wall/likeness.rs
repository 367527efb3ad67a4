//! What is only like somebody on the wall: an accent that is missing, a letter that looks alike or is one off, a hyphen that
//! may be a tag. Nothing is refused for it; a person decides (R4).

use std::collections::HashMap;

use super::{confusable, firm, mailbox};
use crate::model::contact::Standing;
use crate::model::ledger::{WallEntry, WallKey};
use crate::model::programme::People;
use mail::address::EmailAddress;

/// Shorter names have too many neighbours to speak of a slip of the pen.
const SHORTEST: usize = 6;

/// Something of the wall that somebody is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Like {
    /// A line of the wall, by position.
    Entry(u32),
    /// A contact of tier D, by position.
    Contact(u32),
}

/// Everything on the wall, folded so loosely that what is like it meets it.
#[derive(Debug, Default)]
pub struct Likeness {
    firms: Names,
    domains: Names,
    /// Mailboxes up to a hyphen, with their domains.
    untagged: HashMap<String, Like>,
    /// Mailboxes by their skeletons.
    mailboxes: HashMap<String, Like>,
}

impl Likeness {
    /// What these lines of the wall, and the D among these contacts, are like.
    pub fn new(entries: &[WallEntry], contacts: &People) -> Self {
        let mut likeness = Likeness::default();
        for (index, entry) in (0..).zip(entries) {
            let like = Like::Entry(index);
            match &entry.key {
                WallKey::Company(name) => {
                    firm::loose_keys(name.as_str()).into_iter().for_each(|key| likeness.firms.add(key, like));
                }
                WallKey::Domain(domain) => likeness.domains.add(loose_domain(domain), like),
                WallKey::Email(email) => likeness.note(email, like),
            }
        }
        let of_d = (0..).zip(contacts).filter(|(_, contact)| contact.standing == Standing::DoNotContact);
        for (index, contact) in of_d {
            contact.email.iter().for_each(|email| likeness.note(email, Like::Contact(index)));
        }
        likeness
    }

    /// True where nothing is on the wall.
    pub fn is_empty(&self) -> bool {
        self.firms.is_empty() && self.domains.is_empty() && self.mailboxes.is_empty()
    }

    fn note(&mut self, email: &EmailAddress, like: Like) {
        let (untagged, loose, _) = forms(email);
        self.untagged.entry(untagged).or_insert(like);
        self.mailboxes.entry(loose).or_insert(like);
    }

    /// The firm of the wall that the name of a firm is like.
    pub fn of_firm(&self, name: &str) -> Option<Like> {
        firm::loose_keys(name).iter().find_map(|key| self.firms.near(key))
    }

    /// What of the wall an address is like: its domain, or its mailbox.
    pub fn of_address(&self, address: &EmailAddress) -> Option<Like> {
        let (untagged, loose, domain) = forms(address);
        let mailbox = self.mailboxes.get(&loose).or_else(|| self.untagged.get(&untagged)).copied();
        mailbox.or_else(|| self.domains.near(&domain))
    }
}

/// A mailbox up to a hyphen in its local part, its skeleton, and that of the address's domain.
fn forms(address: &EmailAddress) -> (String, String, String) {
    let (key, _) = mailbox::keys(address).swap_remove(0);
    let (local, domain) = key.rsplit_once('@').unwrap_or((&key, ""));
    let untagged = local.split('-').next().filter(|base| !base.is_empty()).unwrap_or(local);
    let whole = loose_domain(address.domain());
    let of_mailbox = if domain == address.domain() { whole.clone() } else { loose_domain(domain) };
    (format!("{untagged}@{domain}"), format!("{}@{of_mailbox}", confusable::skeleton(local)), whole)
}

/// A domain as people read it, by its skeleton.
fn loose_domain(domain: &str) -> String {
    match domain.contains("xn--") {
        true => confusable::skeleton(&mail::address::readable_domain(domain)),
        // In letters of its own script already.
        false => confusable::skeleton(domain),
    }
}

/// Names that are found by what is one letter off: by their own hashes, and by those of what is left without one letter.
#[derive(Debug, Default)]
struct Names {
    list: Vec<(String, Like)>,
    whole: HashMap<u64, Vec<u32>>,
    shortened: HashMap<u64, Vec<u32>>,
}

impl Names {
    fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    fn add(&mut self, name: String, like: Like) {
        let index = u32::try_from(self.list.len()).expect("fewer than 2^32 names");
        let (own, shorter) = hashes(&name);
        self.whole.entry(own).or_default().push(index);
        for hash in shorter {
            self.shortened.entry(hash).or_default().push(index);
        }
        self.list.push((name, like));
    }

    fn near(&self, name: &str) -> Option<Like> {
        if self.list.is_empty() {
            return None;
        }
        let (own, shorter) = hashes(name);
        let of = |map: &HashMap<u64, Vec<u32>>, hash: &u64| map.get(hash).cloned().unwrap_or_default();
        let same = of(&self.whole, &own).into_iter().chain(of(&self.shortened, &own));
        let around = shorter.iter().flat_map(|hash| of(&self.whole, hash).into_iter().chain(of(&self.shortened, hash)));
        let is_near = |index: &u32| {
            let known = &self.list[*index as usize].0;
            known == name || (known.chars().count() >= SHORTEST && strsim::osa_distance(known, name) <= 1)
        };
        same.chain(around).find(is_near).map(|index| self.list[index as usize].1)
    }
}

/// The hash of a name, and those of what is left of it without one of its letters. Polynomials, so that each costs one step.
fn hashes(name: &str) -> (u64, Vec<u64>) {
    const BASE: u64 = 0x9E37_79B9_7F4A_7C15;
    let letters: Vec<u64> = name.chars().map(|letter| u64::from(u32::from(letter)) + 1).collect();
    let step = |hash: u64, letter: u64| hash.wrapping_mul(BASE).wrapping_add(letter);
    let mut before = vec![0_u64];
    for &letter in &letters {
        before.push(step(before[before.len() - 1], letter));
    }
    let whole = before[letters.len()];
    let (mut behind, mut power) = (0_u64, 1_u64);
    let mut shorter = Vec::with_capacity(letters.len());
    for (at, &letter) in letters.iter().enumerate().rev() {
        shorter.push(before[at].wrapping_mul(power).wrapping_add(behind));
        behind = behind.wrapping_add(letter.wrapping_mul(power));
        power = power.wrapping_mul(BASE);
    }
    (whole, shorter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::contact::Origin;

    fn entry(key: WallKey) -> WallEntry {
        WallEntry { key, why: "asked".parse().expect("a text"), since: None, origin: Origin { file: 0, item: 0 } }
    }

    #[test]
    fn r04_what_is_only_like_the_wall_is_found_for_a_person_to_decide() {
        let wall = [
            entry(WallKey::Company("Grå Kontorsdrift AB".parse().expect("a name"))),
            entry(WallKey::Domain("billigkapsel.example".into())),
            entry(WallKey::Email("rolf@krook.example".parse().expect("an address"))),
        ];
        let likeness = Likeness::new(&wall, &People::default());
        for name in [
            "Gra Kontorsdrift",
            "Grå Kontorsdrift\u{430} AB",
            "Grå Kontorsdirft AB",
            "Grå Kontordrift",
            "Gr\u{430} Kontorsdrift",
        ] {
            assert_eq!(likeness.of_firm(name), Some(Like::Entry(0)), "{name}");
        }
        assert_eq!(likeness.of_firm("Gröna Kontorsväxter AB"), None);
        let address = |text: &str| likeness.of_address(&text.parse().expect("an address"));
        assert_eq!(address("a@bi11igkapsel.example"), Some(Like::Entry(1)));
        assert_eq!(address("a@billigkapsl.example"), Some(Like::Entry(1)));
        assert_eq!(address("rolf-news@krook.example"), Some(Like::Entry(2)));
        assert_eq!(address("r\u{43e}lf@krook.example"), Some(Like::Entry(2)));
        assert_eq!(address("anna@linds.example"), None);
    }
}

//! The list: how long it is and should be, how far it reaches (R3), size against network, and who is in the wrong tier (R5).

use std::collections::{BTreeMap, HashMap};

use jiff::Span;
use jiff::civil::Date;

use super::Person;
use crate::model::contact::{Contact, Tier};
use crate::model::id::ContactId;
use crate::plan::memory::Memory;

/// How many people somebody knows who was not asked (R3).
pub const NETWORK: u32 = 250;

/// The list in figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// Everybody, D included.
    pub contacts: usize,
    /// A, B and C.
    pub active: usize,
    /// By tier, from A to C.
    pub by_tier: BTreeMap<Tier, usize>,
    /// Tier D.
    pub do_not_contact: usize,
    /// How many there should be.
    pub target: u32,
    /// The sum of what every contact but D knows; theoretical, as networks overlap.
    pub reach: u64,
    /// What as many as there should be would know.
    pub target_reach: u64,
}

/// The list against its target.
pub fn list(memory: &Memory<'_>) -> List {
    let contacts = &memory.programme.contacts;
    let mut by_tier: BTreeMap<Tier, usize> = Tier::ALL.map(|tier| (tier, 0)).into();
    let active = || contacts.iter().filter_map(|contact| Some((contact, contact.tier()?)));
    active().for_each(|(_, tier)| *by_tier.entry(tier).or_default() += 1);
    let reach = active().map(|(contact, _)| u64::from(network_of(contact))).sum();
    let count = active().count();
    List {
        contacts: contacts.len(),
        active: count,
        by_tier,
        do_not_contact: contacts.len() - count,
        target: memory.programme.settings.goals.list_size,
        reach,
        target_reach: u64::from(memory.programme.settings.goals.list_size) * u64::from(NETWORK),
    }
}

/// How many people a contact knows, as far as we know.
pub fn network_of(contact: &Contact) -> u32 {
    contact.details.network_size.unwrap_or(NETWORK)
}

/// A third of the list, counted from the smallest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Band {
    /// The lower third.
    Small,
    /// The middle third.
    Middle,
    /// The upper third.
    Large,
}

impl Band {
    /// From the largest to the smallest.
    pub const ALL: [Band; 3] = [Band::Large, Band::Middle, Band::Small];

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Band::Small => "small",
            Band::Middle => "middle",
            Band::Large => "large",
        }
    }
}

/// Everybody of one size and one network (R5).
#[derive(Debug, Clone)]
pub struct MatrixCell<'p> {
    /// How large a customer they are; those whose size is unknown are small.
    pub size: Band,
    /// How many they know.
    pub network: Band,
    /// Who, in the order of the list.
    pub people: Vec<Person<'p>>,
}

/// Size against network: all nine cells, the largest first (R5).
pub fn matrix<'p>(memory: &Memory<'p>) -> Vec<MatrixCell<'p>> {
    let people: Vec<Person<'p>> = memory.active().map(|(_, contact, tier)| Person { contact, tier }).collect();
    let size = |contact: &Contact| contact.details.size.unwrap_or(0);
    let sizes = bounds(people.iter().map(|person| size(person.contact)));
    let networks = bounds(people.iter().map(|person| network_of(person.contact)));
    let mut cells: Vec<MatrixCell<'p>> = Band::ALL
        .into_iter()
        .flat_map(|size| Band::ALL.map(|network| MatrixCell { size, network, people: Vec::new() }))
        .collect();
    for person in people {
        let (row, column) = (band(size(person.contact), sizes), band(network_of(person.contact), networks));
        let cell = cells.iter_mut().find(|cell| (cell.size, cell.network) == (row, column));
        cell.expect("there is a cell for every pair of bands").people.push(person);
    }
    cells
}

/// From which value on the middle and the upper third begin.
fn bounds(values: impl Iterator<Item = u32>) -> (u32, u32) {
    let mut values: Vec<u32> = values.collect();
    values.sort_unstable();
    let at = |third: usize| values.get(values.len() * third / 3).copied().unwrap_or(0);
    (at(1), at(2))
}

fn band(value: u32, (middle, large): (u32, u32)) -> Band {
    match value {
        value if value >= large && large > middle => Band::Large,
        value if value >= middle => Band::Middle,
        _ => Band::Small,
    }
}

/// A better tier for somebody (R5).
#[derive(Debug, Clone)]
pub struct Suggestion<'p> {
    /// Who.
    pub contact: &'p Contact,
    /// Their tier.
    pub from: Tier,
    /// The tier that the ledger suggests.
    pub to: Tier,
    /// Referrals received within the last twelve months.
    pub recent: usize,
    /// The day of their last referral, where there was one.
    pub last: Option<Date>,
}

impl Suggestion<'_> {
    /// Why, in a few words.
    pub fn why(&self) -> String {
        match (self.recent, self.last) {
            (0, Some(last)) => format!("named nobody for a year; the last time was on {last}"),
            (0, None) => "has never named anybody".to_owned(),
            (recent, _) => format!("named {recent} within a year"),
        }
    }
}

/// What the ledger suggests: an A without leads for a year is a B; a C with two is a B, a B with four an A.
pub fn suggestions<'p>(memory: &Memory<'p>) -> Vec<Suggestion<'p>> {
    let year_ago = memory.today.saturating_sub(Span::new().years(1));
    let mut named: HashMap<&ContactId, (usize, Option<Date>)> = HashMap::new();
    for referral in &memory.programme.referrals {
        let (recent, last) = named.entry(&referral.referrer).or_default();
        *recent += usize::from(referral.received > year_ago);
        *last = (*last).max(Some(referral.received));
    }
    // Before a year is over nobody can have been without leads for one.
    let is_old_enough = memory.begun().is_none_or(|begun| begun <= year_ago);
    let suggest = |(_, contact, from): (u32, &'p Contact, Tier)| {
        let (recent, last) = named.get(&contact.id).copied().unwrap_or_default();
        let is_new = memory.known_since(contact).is_some_and(|since| since > year_ago);
        let to = match (from, recent) {
            (Tier::A, 0) if is_old_enough && !is_new => Tier::B,
            (Tier::C, 2..) => Tier::B,
            (Tier::B, 4..) => Tier::A,
            _ => return None,
        };
        Some(Suggestion { contact, from, to, recent, last })
    };
    memory.active().filter_map(suggest).collect()
}

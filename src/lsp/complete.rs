//! What may be written at a place: keys and their values in YAML and front matter; variables, fields, filters and components in
//! the tags of texts and layouts.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::kinds::{Shape, slot};
use super::outline::{Slot, Step, entries};
use super::tags::{Typing, place};
use super::world::{Names, World};
use crate::load::layouts;
use crate::model::language::Language;
use crate::model::occasion::Occasion;
use crate::model::programme::Programme;
use crate::reference::{keys, values};
use crate::render::engine::{FILTERS, TAGS};

/// Most ids that are offered at a time; the editor asks again as more is typed.
const MAX_OFFERED: usize = 200;

/// The kinds of what is offered, as the protocol counts them.
mod kind {
    pub const FUNCTION: u8 = 3;
    pub const FIELD: u8 = 5;
    pub const VARIABLE: u8 = 6;
    pub const CLASS: u8 = 7;
    pub const PROPERTY: u8 = 10;
    pub const KEYWORD: u8 = 14;
    pub const FILE: u8 = 17;
    pub const REFERENCE: u8 = 18;
    pub const ENUM_MEMBER: u8 = 20;
}

/// Something that is offered.
struct Offer {
    label: String,
    kind: u8,
    detail: String,
    /// What is written, where that is more than the label.
    insert: Option<String>,
}

impl Offer {
    fn new(label: impl Into<String>, kind: u8, detail: impl Into<String>) -> Self {
        Offer { label: label.into(), kind, detail: detail.into(), insert: None }
    }
}

/// What may be written at a place of a file.
pub fn complete(world: &mut World, path: &str, at: usize) -> Value {
    let Some(file) = world.text(path).cloned() else { return Value::Null };
    let text = file.text();
    let offers = match slot(path, text, at) {
        Some((shape, slot)) => in_yaml(world, text, at, shape, &slot),
        None => in_tags(world, text, at),
    };
    let is_incomplete = offers.len() >= MAX_OFFERED;
    let item = |offer: Offer| {
        let mut item = json!({ "label": offer.label, "kind": offer.kind, "detail": offer.detail });
        if let Some(insert) = offer.insert {
            item["insertText"] = insert.into();
        }
        item
    };
    json!({ "isIncomplete": is_incomplete, "items": offers.into_iter().map(item).collect::<Vec<_>>() })
}

fn in_yaml(world: &World, text: &str, at: usize, shape: Shape, slot: &Slot) -> Vec<Offer> {
    match slot {
        Slot::Value(path) => shape.kind(path).map(|kind| values_of(world, &kind, text, at)).unwrap_or_default(),
        Slot::Key(path) => match shape.kind(path) {
            Some(kind) if keys::fields(&kind).is_some() => keys_of(&kind, text, path),
            // The keys of a table are words.
            Some(kind) => {
                let words = kind.strip_prefix("Table<").and_then(|pair| pair.split_once(','));
                let words = words.and_then(|(key, _)| values::words(key)).unwrap_or_default();
                match words.is_empty() {
                    true => values_of(world, &kind, text, at),
                    false => words.into_iter().map(|word| key_offer(word, String::new())).collect(),
                }
            }
            None => Vec::new(),
        },
    }
}

/// The keys of a group that are not there yet, those that are needed first.
fn keys_of(group: &str, text: &str, path: &[Step]) -> Vec<Offer> {
    let has = |entry: &super::outline::Entry| match entry.path.split_last() {
        Some((Step::Key(key), before)) if before == path => Some(key.clone()),
        _ => None,
    };
    let there: BTreeSet<String> = entries(text).iter().filter_map(has).collect();
    let mut fields = keys::fields(group).unwrap_or_default();
    fields.retain(|(name, _)| !there.contains(*name));
    let is_needed = |name: &str| keys::key(group, name).is_some_and(|key| key.is_required);
    fields.sort_by_key(|(name, _)| !is_needed(name));
    let meaning = |name: &str| keys::key(group, name).map(|key| key.meaning.clone()).unwrap_or_default();
    fields.into_iter().map(|(name, _)| key_offer(name, meaning(name))).collect()
}

fn key_offer(name: &str, meaning: String) -> Offer {
    Offer { insert: Some(format!("{name}: ")), ..Offer::new(name, kind::PROPERTY, meaning) }
}

/// The values of a type, as far as they can be listed.
fn values_of(world: &World, of: &str, text: &str, at: usize) -> Vec<Offer> {
    if let Some(words) = values::words(of) {
        let name = |word: &str| word.parse::<Language>().ok().filter(|_| of == "Language").map(Language::own_name);
        return words
            .into_iter()
            .map(|word| Offer::new(word, kind::ENUM_MEMBER, name(word).unwrap_or_default()))
            .collect();
    }
    let Some(programme) = world.programme() else { return Vec::new() };
    let begun = super::text::word_at(text, at);
    let typed = &text[begun.start..at];
    match of {
        "Flag" => ["true", "false"].map(|word| Offer::new(word, kind::KEYWORD, "")).into(),
        "TeamId" => team(programme),
        "SignedBy" => {
            let mut offers = vec![
                Offer::new("owner", kind::KEYWORD, "each reader's own contact person"),
                Offer::new("ceo", kind::KEYWORD, "who leads the firm"),
            ];
            offers.extend(team(programme));
            offers
        }
        "ContactId" => {
            let fits = |id: &str, name: &str| id.contains(typed) || name.to_lowercase().contains(&typed.to_lowercase());
            let contacts = programme.contacts.iter().map(|contact| (contact.id.as_str(), contact.name.full(), contact));
            let contacts = contacts.filter(|(id, name, _)| fits(id, name)).take(MAX_OFFERED);
            contacts.map(|(id, _, contact)| Offer::new(id, kind::REFERENCE, super::hover::line_of(contact))).collect()
        }
        "MailingId" => {
            let mailings = programme.mailings();
            mailings.map(|mailing| Offer::new(mailing.id.as_str(), kind::REFERENCE, mailing.kind.name())).collect()
        }
        "RewardId" => {
            let options = programme.settings.reward.iter().flat_map(|reward| &reward.options);
            options.map(|option| Offer::new(option.id.as_str(), kind::REFERENCE, "")).collect()
        }
        "RelativePath" => {
            let contents = programme.contents.keys();
            contents.map(|content| Offer::new(content, kind::FILE, "a text of a mailing")).collect()
        }
        "When" => {
            let occasions = Occasion::ALL.iter().map(|occasion| occasion.name());
            occasions
                .chain(["birthday", "since"])
                .map(|name| Offer::new(name, kind::ENUM_MEMBER, "an occasion"))
                .collect()
        }
        "Role" => {
            let roles = programme.settings.team.iter().flat_map(crate::model::settings::Member::approves_as);
            let roles: BTreeSet<String> = roles.map(|role| role.to_string()).collect();
            roles.into_iter().map(|role| Offer::new(role, kind::REFERENCE, "")).collect()
        }
        _ => Vec::new(),
    }
}

fn team(programme: &Programme) -> Vec<Offer> {
    let team = programme.settings.team.iter();
    team.map(|member| Offer::new(member.id.as_str(), kind::REFERENCE, member.name.as_str())).collect()
}

/// What may be named in a tag.
fn in_tags(world: &mut World, text: &str, at: usize) -> Vec<Offer> {
    match place(text, at) {
        None => Vec::new(),
        Some(Typing::Filter) => FILTERS.iter().map(|name| Offer::new(*name, kind::FUNCTION, "filter")).collect(),
        Some(Typing::Component) => {
            let names: BTreeSet<&str> = world.texts().flat_map(|file| layouts::components(file.text())).collect();
            names.into_iter().map(|name| Offer::new(name, kind::CLASS, "component")).collect()
        }
        Some(Typing::Template) => {
            let names = world.texts().filter_map(|file| file.path().strip_prefix("templates/"));
            let names: BTreeSet<&str> = names.filter(|name| !name.starts_with("strings/")).collect();
            names.into_iter().map(|name| Offer::new(name, kind::FILE, "layout")).collect()
        }
        Some(Typing::Tag) => TAGS.iter().map(|word| Offer::new(*word, kind::KEYWORD, "")).collect(),
        Some(Typing::Field(name)) => fields(&world.names(), &name),
        Some(Typing::Name) => world.names().keys().map(|name| Offer::new(name, kind::VARIABLE, "")).collect(),
    }
}

fn fields(names: &Names, name: &str) -> Vec<Offer> {
    // A name of two parts is one of the usual kind.
    let known: Vec<String> = match name {
        "contact.name" => ["given", "family"].map(str::to_owned).into(),
        name => names.get(name).cloned().unwrap_or_default(),
    };
    known.into_iter().map(|field| Offer::new(field, kind::FIELD, format!("of {name}"))).collect()
}

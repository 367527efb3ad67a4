//! The lists of people: contact with each, silence, the ABC list, size against network, sales only, the wall.

use std::cmp::Reverse;
use std::collections::HashMap;

use serde_json::{Value, json};

use super::data::{PAGES, ROWS, ReportData};
use crate::model::contact::{Contact, Tier};
use crate::model::id::ContactId;
use crate::model::ledger::{WallEntry, WallKey};
use crate::model::text::Line;
use crate::plan::Refusal;
use crate::plan::measure::list::NETWORK;
use crate::plan::measure::{Band, Care, Person, Suggestion};

/// Names that a field or a line of the wall shows.
const NAMES: usize = 8;

/// Dots that a field of the matrix has room for.
const DOTS: usize = 80;

/// Planned, done and silence of each, the worst first (R10).
pub(super) fn coverage(data: &ReportData<'_, '_>) -> Value {
    let mut cares: Vec<&Care<'_>> = data.measures.care.iter().collect();
    cares.sort_by_key(|care| (Reverse(care.missing()), Reverse(care.silence.unwrap_or(u32::MAX))));
    let shown = &cares[..cares.len().min(ROWS)];
    let since = data.programme().settings.begins.filter(|begins| begins.year() == data.measures.today.year());
    json!({
        "rows": shown.iter().map(|care| row(data, care)).collect::<Value>(),
        "most": shown.iter().map(|care| care.done.max(care.min)).max().unwrap_or(0),
        "total": cares.len(),
        "short": cares.iter().filter(|care| care.missing() > 0).count(),
        "since": since.map(|begins| data.words.day(begins)),
    })
}

fn row(data: &ReportData<'_, '_>, care: &Care<'_>) -> Value {
    json!({
        "who": data.who(care.contact),
        "owner": data.given(&care.contact.owner),
        "planned": care.planned,
        "done": care.done,
        "min": care.min,
        "short": care.missing() > 0,
        "too_silent": care.is_silent(),
        "days": care.silence.map_or(-1, i64::from),
        "allowed": care.allowed.unwrap_or(0),
        "last": care.heard.last.map(|day| day.to_string()),
    })
}

/// Who has heard nothing for too long (R23).
pub(super) fn silence(data: &ReportData<'_, '_>) -> Value {
    let silent = data.measures.silent();
    let shown = &silent[..silent.len().min(ROWS)];
    let most = shown.iter().map(|care| care.silence.unwrap_or(0).max(care.allowed.unwrap_or(0))).max();
    json!({
        "rows": shown.iter().map(|care| row(data, care)).collect::<Value>(),
        "most": most.unwrap_or(0),
        "total": silent.len(),
    })
}

/// How many names each contact has given.
fn leads<'p>(data: &ReportData<'_, 'p>) -> HashMap<&'p ContactId, usize> {
    let mut leads: HashMap<&ContactId, usize> = HashMap::new();
    for referral in &data.programme().referrals {
        *leads.entry(&referral.referrer).or_default() += 1;
    }
    leads
}

/// Everybody by tier (R1, R5).
pub(super) fn contacts(data: &ReportData<'_, '_>) -> Value {
    let leads = leads(data);
    let of = |tier: Tier| {
        let mut own: Vec<_> =
            data.memory.active().filter(|(_, _, other)| *other == tier).map(|(_, contact, _)| contact).collect();
        own.sort_by_cached_key(|contact| (Reverse(leads.get(&contact.id).copied().unwrap_or(0)), contact.name.full()));
        let row = |contact: &&Contact| {
            let reason = contact.tier_reason.as_ref().map(|reason| reason.as_str().to_owned());
            json!({
                "who": data.who(contact),
                "kind": contact.kind.name(),
                "owner": data.given(&contact.owner),
                "leads": leads.get(&contact.id).copied().unwrap_or(0),
                "reason": reason.unwrap_or_else(|| match tier {
                    Tier::A => data.words.word("tier_unreasoned"),
                    Tier::B | Tier::C => String::new(),
                }),
            })
        };
        json!({ "letter": tier.letter(), "total": own.len(), "rows": own.iter().take(ROWS).map(row).collect::<Value>() })
    };
    let tiers: Vec<Value> = Tier::ALL.map(of).into_iter().filter(|tier| tier["total"] != 0).collect();
    json!({ "tiers": tiers, "too_many": data.measures.list.active > PAGES, "page_limit": PAGES })
}

/// Size against network, and who should move (R5).
pub(super) fn matrix(data: &ReportData<'_, '_>) -> Value {
    let word = |band: Band| data.words.word(&format!("band_{}", band.name()));
    let columns = [Band::Small, Band::Middle, Band::Large];
    let cell = |size: Band, network: Band| {
        let found = data.measures.matrix.iter().find(|cell| (cell.size, cell.network) == (size, network));
        found.map(|cell| cell.people.as_slice()).unwrap_or_default()
    };
    let tiers = |size: Band, network: Band| {
        let count = |tier: Tier| cell(size, network).iter().filter(|person| person.tier == tier).count();
        Tier::ALL.map(|tier| json!({ "letter": tier.letter(), "count": count(tier) }))
    };
    let field = |network: Band, size: Band| {
        let mut people: Vec<_> = cell(size, network).iter().collect();
        people.sort_by_key(|person| Reverse(person.tier));
        json!({
            "size": word(size),
            "network": word(network),
            "tiers": tiers(size, network),
            "people": people.iter().take(NAMES).map(|person| data.who(person.contact)).collect::<Value>(),
            "more": people.len().saturating_sub(NAMES),
        })
    };
    let fields = Band::ALL.iter().flat_map(|&network| columns.iter().rev().map(move |&size| (network, size)));
    let fullest = data.measures.matrix.iter().map(|cell| cell.people.len()).max().unwrap_or(0);
    let each = fullest.div_ceil(DOTS).max(1);
    let line = |network: Band| {
        let of =
            |size: Band| json!({ "total": cell(size, network).len(), "dots": dots(data, cell(size, network), each) });
        json!({ "name": word(network), "cells": columns.map(of) })
    };
    let moves = &data.measures.suggestions;
    json!({
        "people": data.measures.list.active,
        "network": NETWORK,
        "lines": Band::ALL.map(line),
        "columns": columns.map(word),
        "each": each,
        "fields": fields.map(|(network, size)| field(network, size)).collect::<Value>(),
        "moves": moves.iter().take(ROWS).map(|suggestion| suggested(data, suggestion)).collect::<Value>(),
        "moves_total": moves.len(),
    })
}

/// A dot a contact, the A first; where they are too many, a dot for so many of one tier, so that fields stay comparable.
fn dots(data: &ReportData<'_, '_>, people: &[Person<'_>], each: usize) -> Value {
    let of = |tier: Tier| {
        let own: Vec<&Person<'_>> = people.iter().filter(|person| person.tier == tier).collect();
        let count = own.len().div_ceil(each);
        let name = |index: usize| match each {
            1 => data.who(own[index].contact),
            _ => Value::Null,
        };
        (0..count).map(|index| json!({ "tier": tier.letter(), "who": name(index) })).collect::<Vec<_>>()
    };
    Tier::ALL.iter().flat_map(|&tier| of(tier)).collect()
}

fn suggested(data: &ReportData<'_, '_>, suggestion: &Suggestion<'_>) -> Value {
    let words = &data.words;
    let why = match (suggestion.recent, suggestion.last) {
        (0, Some(last)) => words.say("move_silent", &[("date", &words.day(last))]),
        (0, None) => words.word("move_never"),
        (recent, _) => words.say("move_named", &[("n", &words.number(recent))]),
    };
    json!({
        "who": data.who(suggestion.contact),
        "from": suggestion.from.letter(),
        "to": suggestion.to.letter(),
        "why": why,
    })
}

/// Who only ever hears from us to be sold to (R11).
pub(super) fn sales(data: &ReportData<'_, '_>) -> Value {
    let mut only: Vec<&Care<'_>> = data.measures.sales_only().collect();
    only.sort_by_key(|care| (Reverse(care.tier), Reverse(care.heard.selling)));
    let row = |care: &&Care<'_>| {
        json!({
            "who": data.who(care.contact),
            "owner": data.given(&care.contact.owner),
            "count": care.heard.selling,
            "last": care.heard.last.map(|day| day.to_string()),
        })
    };
    json!({ "rows": only.iter().take(ROWS).map(row).collect::<Value>(), "total": only.len() })
}

/// Who is left alone, and why (R4).
pub(super) fn wall(data: &ReportData<'_, '_>) -> Value {
    let programme = data.programme();
    let people: Vec<_> = programme.contacts.iter().filter(|contact| contact.tier().is_none()).collect();
    let mut stopped: HashMap<u32, Vec<&Contact>> = HashMap::new();
    for (position, contact) in (0..).zip(&programme.contacts) {
        if let Err(Refusal::Wall(stop)) = data.memory.roster.cleared(position)
            && let Some(entry) = stop.entry()
        {
            stopped.entry(entry).or_default().push(contact);
        }
    }
    let person = |contact: &&Contact| {
        json!({
            "name": contact.name.full(),
            "company": contact.company.as_ref().map(Line::as_str),
            "reason": contact.tier_reason.as_ref().map(|reason| reason.as_str()).unwrap_or_default(),
        })
    };
    let entry = |(index, entry): (u32, &WallEntry)| {
        let (kind, key) = match &entry.key {
            WallKey::Company(name) => ("company", name.as_str()),
            WallKey::Domain(domain) => ("domain", domain.as_ref()),
            WallKey::Email(email) => ("email", email.as_str()),
        };
        let held = stopped.get(&index).map(Vec::as_slice).unwrap_or_default();
        json!({
            "kind": kind,
            "key": key,
            "why": entry.why.as_str(),
            "since": entry.since.map(|day| day.to_string()),
            "stopped": held.iter().take(NAMES).map(|contact| data.who(contact)).collect::<Value>(),
            "more": held.len().saturating_sub(NAMES),
        })
    };
    json!({
        "people": people.iter().take(ROWS).map(person).collect::<Value>(),
        "people_total": people.len(),
        "entries": (0..).zip(&programme.wall).take(ROWS).map(entry).collect::<Value>(),
        "entries_total": programme.wall.len(),
    })
}

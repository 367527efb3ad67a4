//! What templates, and a plan's `where`, may see of a contact.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Map, Value};

use super::AddressView;
use crate::model::contact::{Contact, Nps};
use crate::model::text::Line;

/// The words of ours in a [`ContactView`].
pub const CONTACT_WORDS: [&str; 6] = ["tier", "owner", "language", "kind", "recipient", "opportunity"];

/// `contact`, and the names a `where` may use.
#[derive(Serialize)]
pub struct ContactView<'a> {
    id: &'a str,
    name: NameView<'a>,
    tier: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tier_reason: Option<&'a str>,
    owner: &'a str,
    language: &'static str,
    kind: &'static str,
    recipient: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    company: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<&'a str>,
    address: AddressView<'a>,
    code: String,
    tags: Vec<&'a str>,
    owned: Vec<&'a str>,
    competitors: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    birthday: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    collected_on: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    network_size: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    opportunity: Option<&'static str>,
    nps: BTreeMap<&'static str, Value>,
    inner_circle: BTreeMap<&'static str, &'a str>,
    ask: BTreeMap<&'static str, Value>,
    project: BTreeMap<&'static str, String>,
    extra: &'a Map<String, Value>,
}

#[derive(Serialize)]
struct NameView<'a> {
    given: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    family: Option<&'a str>,
    full: String,
}

impl<'a> ContactView<'a> {
    /// What templates see of a contact.
    pub fn new(contact: &'a Contact, code: String) -> Self {
        ContactView::of_names(contact, code, |_| true)
    }

    /// The same, as far as somebody `wants` it; what is there for everybody is always there.
    pub fn of_names(contact: &'a Contact, code: String, wants: impl Fn(&str) -> bool) -> Self {
        let details = &contact.details;
        let iso = |date: Option<Date>| date.map(|date| date.to_string());
        let words = |lines: &'a [Line]| lines.iter().map(Line::as_str).collect();
        ContactView {
            id: contact.id.as_str(),
            name: NameView {
                given: contact.name.given.as_str(),
                family: contact.name.family.as_ref().map(Line::as_str),
                full: if wants("name") { contact.name.full() } else { String::new() },
            },
            tier: contact.standing.letter(),
            tier_reason: contact.tier_reason.as_ref().filter(|_| wants("tier_reason")).map(|reason| reason.as_str()),
            owner: contact.owner.as_str(),
            language: contact.language.tag(),
            kind: contact.kind.name(),
            recipient: contact.nature.name(),
            company: contact.company.as_ref().filter(|_| wants("company")).map(Line::as_str),
            role: contact.role.as_ref().filter(|_| wants("role")).map(Line::as_str),
            email: contact.email.as_ref().filter(|_| wants("email")).map(|address| address.as_str()),
            phone: contact.phone.as_ref().filter(|_| wants("phone")).map(Line::as_str),
            address: AddressView::new(contact.address.as_deref().filter(|_| wants("address"))),
            code,
            tags: if wants("tags") { words(&details.tags) } else { Vec::new() },
            owned: if wants("owned") { words(&details.owned) } else { Vec::new() },
            competitors: if wants("competitors") { words(&details.competitors) } else { Vec::new() },
            since: iso(details.since.filter(|_| wants("since"))),
            birthday: iso(details.birthday.filter(|_| wants("birthday"))),
            source: details.source.as_ref().filter(|_| wants("source")).map(Line::as_str),
            collected_on: iso(details.collected_on.filter(|_| wants("collected_on"))),
            size: details.size,
            network_size: details.network_size,
            opportunity: details.opportunity.map(|opportunity| opportunity.name()),
            nps: nps(details.nps.filter(|_| wants("nps"))),
            inner_circle: details
                .inner_circle
                .iter()
                .filter(|_| wants("inner_circle"))
                .map(|why| ("why", why.as_str()))
                .collect(),
            ask: pairs([
                ("wave", details.ask.wave.filter(|_| wants("ask")).map(Value::from)),
                ("not_before", iso(details.ask.not_before.filter(|_| wants("ask"))).map(Value::from)),
            ]),
            project: details
                .project
                .iter()
                .filter(|_| wants("project"))
                .flat_map(|project| pairs([("from", iso(project.from)), ("to", iso(project.to))]))
                .collect(),
            extra: &details.extra,
        }
    }

    /// The top-level names a `where` may use.
    pub const NAMES: [&'static str; 29] = [
        "id",
        "name",
        "tier",
        "tier_reason",
        "owner",
        "language",
        "kind",
        "recipient",
        "company",
        "role",
        "email",
        "phone",
        "address",
        "code",
        "tags",
        "owned",
        "competitors",
        "since",
        "birthday",
        "source",
        "collected_on",
        "size",
        "network_size",
        "opportunity",
        "nps",
        "inner_circle",
        "ask",
        "project",
        "extra",
    ];
}

fn nps(nps: Option<Nps>) -> BTreeMap<&'static str, Value> {
    let Some(nps) = nps else { return BTreeMap::new() };
    pairs([("score", Some(nps.score.into())), ("on", nps.on.map(|on| on.to_string().into()))])
}

fn pairs<V, const N: usize>(pairs: [(&'static str, Option<V>); N]) -> BTreeMap<&'static str, V> {
    pairs.into_iter().filter_map(|(key, value)| value.map(|value| (key, value))).collect()
}

//! What templates, and a plan's `where`, may see of a contact.

use jiff::civil::Date;
use tera::{Map, Value};

use super::AddressView;
use crate::model::contact::{Contact, Nps};
use crate::model::project::Project;
use crate::model::text::Line;

/// The words of ours in what [`contact`] gives.
pub const CONTACT_WORDS: [&str; 6] = ["tier", "owner", "language", "kind", "recipient", "opportunity"];

/// The names of a contact's parts, which are those that a `where` may use.
pub const NAMES: [&str; 31] = [
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
    "ended",
    "birthday",
    "source",
    "collected_on",
    "segment",
    "size",
    "network_size",
    "opportunity",
    "nps",
    "inner_circle",
    "ask",
    "project",
    "extra",
];

/// `contact`: everything templates may see, with the code of their refer link. What is not known of them is not defined.
pub fn contact(contact: &Contact, code: &str) -> Value {
    map(NAMES.map(|name| (name, part(contact, code, name))))
}

/// One part of a contact by its name; `None` where it is not known.
pub fn part(contact: &Contact, code: &str, name: &str) -> Option<Value> {
    let details = &*contact.details;
    let line = |line: &Option<Line>| line.as_ref().map(|line| text(line.as_str()));
    Some(match name {
        "id" => text(contact.id.as_str()),
        "name" => map([
            ("given", Some(text(contact.name.given.as_str()))),
            ("family", line(&contact.name.family)),
            ("full", Some(contact.name.full().into())),
        ]),
        "tier" => text(contact.standing.letter()),
        "tier_reason" => text(contact.tier_reason.as_ref()?.as_str()),
        "owner" => text(contact.owner.as_str()),
        "language" => text(contact.language.tag()),
        "kind" => text(contact.kind.name()),
        "recipient" => text(contact.nature.name()),
        "company" => line(&contact.company)?,
        "role" => line(&contact.role)?,
        "email" => text(contact.email.as_ref()?.as_str()),
        "phone" => line(&contact.phone)?,
        "address" => Value::from_serializable(&AddressView::new(contact.address.as_deref())),
        "code" => text(code),
        "tags" => lines(&details.tags),
        "owned" => lines(&details.owned),
        "competitors" => lines(&details.competitors),
        "since" => day(details.since?),
        "ended" => map(details.ended.as_ref().map_or_else(Default::default, |ended| {
            [("on", Some(day(ended.on))), ("why", ended.why.as_ref().map(|why| text(why.as_str())))]
        })),
        "birthday" => day(details.birthday?),
        "source" => line(&details.source)?,
        "collected_on" => day(details.collected_on?),
        "segment" => line(&details.segment)?,
        "size" => details.size?.into(),
        "network_size" => details.network_size?.into(),
        "opportunity" => text(details.opportunity?.name()),
        "nps" => map(details.nps.map_or_else(Default::default, nps)),
        "inner_circle" => map([("why", details.inner_circle.as_ref().map(|why| text(why.as_str())))]),
        "ask" => map([("wave", details.ask.wave.map(Value::from)), ("not_before", details.ask.not_before.map(day))]),
        "project" => project(details.project.as_ref()),
        "extra" => Value::from_serializable(&details.extra),
        _ => return None,
    })
}

fn nps(nps: Nps) -> [(&'static str, Option<Value>); 2] {
    [("score", Some(nps.score.into())), ("on", nps.on.map(day))]
}

fn project(project: Option<&Project>) -> Value {
    let none = Project::default();
    let Project { name, from, to, done, next, needs, changed } = project.unwrap_or(&none);
    let line = |line: &Option<Line>| line.as_ref().map(|line| text(line.as_str()));
    map([
        ("name", line(name)),
        ("from", from.map(day)),
        ("to", to.map(day)),
        ("done", Some(lines(done))),
        ("next", Some(lines(next))),
        ("needs", line(needs)),
        ("changed", changed.map(day)),
    ])
}

fn text(text: &str) -> Value {
    text.into()
}

fn lines(lines: &[Line]) -> Value {
    lines.iter().map(|line| text(line.as_str())).collect::<Vec<Value>>().into()
}

/// A day as ISO 8601 writes it.
fn day(day: Date) -> Value {
    day.to_string().into()
}

fn map<const N: usize>(parts: [(&'static str, Option<Value>); N]) -> Value {
    parts.into_iter().filter_map(|(name, value)| Some((name.into(), value?))).collect::<Map>().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::contact::{Details, Opportunity};
    use crate::plan::fixture::Fixture;
    use jiff::civil::date;

    #[test]
    fn every_name_is_a_part_of_somebody_of_whom_all_is_known() {
        let word = || Some("word".parse::<Line>().expect("a line"));
        let on = Some(date(2027, 1, 2));
        let programme = Fixture::new().contact("anna", "A", |contact| {
            contact.tier_reason = Some("a friend".parse().expect("prose"));
            (contact.company, contact.role, contact.phone) = (word(), word(), word());
            *contact.details = Details {
                source: word(),
                segment: word(),
                collected_on: on,
                since: on,
                birthday: on,
                size: Some(1),
                network_size: Some(2),
                ..Details::default()
            };
            contact.details.opportunity = Some(Opportunity::High);
        });
        let anna = &programme.build().contacts[0];
        let missing = NAMES.into_iter().filter(|name| part(anna, "code", name).is_none());
        assert_eq!(missing.collect::<Vec<_>>(), [""; 0]);
        assert!(part(anna, "code", "nickname").is_none());
    }
}

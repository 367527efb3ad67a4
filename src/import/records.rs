//! A contact as values by field: what an import compares with, and what an export writes.

use jiff::civil::Date;
use serde_json::{Value as Json, json};

use super::fields::Key;
use super::rows::Values;
use super::values::Value;
use crate::model::contact::{
    Ask, Basis, Contact, Details, Ended, Issue, Name, Nps, Pause, PostalAddress, RareDetails, Unsubscribed,
};
use crate::model::preference::{Asked, Preference};
use crate::model::project::Project;
use crate::model::text::Line;

/// Every value of a contact. Everything is taken apart, so that a new field of contacts does not compile until it is here.
pub fn values_of(contact: &Contact) -> Values {
    let Contact {
        id,
        name: Name { given, family },
        standing,
        tier_reason,
        owner,
        language,
        kind,
        nature,
        company,
        role,
        email,
        phone,
        address,
        basis,
        details,
        origin: _,
    } = contact;
    let mut values = Record::default();
    values.text("id", Some(id.as_str()));
    values.text("name.given", Some(given.as_str()));
    values.line("name.family", family.as_ref());
    values.line("company", company.as_ref());
    values.line("role", role.as_ref());
    values.text("email", email.as_ref().map(|email| email.as_str()));
    values.line("phone", phone.as_ref());
    if let Some(address) = address {
        let PostalAddress { street, postcode, city, country } = address.as_ref();
        values.line("address.street", street.as_ref());
        values.line("address.postcode", postcode.as_ref());
        values.line("address.city", city.as_ref());
        values.text("address.country", country.as_ref().map(|country| country.code()));
    }
    values.text("language", Some(language.tag()));
    values.text("kind", Some(kind.name()));
    values.text("recipient", Some(nature.name()));
    values.text("tier", Some(standing.letter()));
    values.text("tier_reason", tier_reason.as_ref().map(|reason| reason.as_str()));
    values.text("owner", Some(owner.as_str()));
    if let Some(basis) = basis {
        let Basis { kind, evidence, on, until } = basis.as_ref();
        values.text("basis.kind", Some(kind.name()));
        values.line("basis.evidence", evidence.as_ref());
        values.shown("basis.on", on.as_ref());
        values.shown("basis.until", until.as_ref());
    }
    values.details(details);
    values.0
}

/// The values while they are collected.
#[derive(Default)]
struct Record(Values);

impl Record {
    fn text(&mut self, path: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.0.insert(Key::of(path), Value::Text(text.to_owned()));
        }
    }

    fn line(&mut self, path: &str, line: Option<&Line>) {
        self.text(path, line.map(Line::as_str));
    }

    fn shown(&mut self, path: &str, value: Option<&impl ToString>) {
        self.text(path, value.map(ToString::to_string).as_deref());
    }

    fn list(&mut self, path: &str, lines: &[Line]) {
        if !lines.is_empty() {
            let list = lines.iter().map(|line| line.as_str().to_owned()).collect();
            self.0.insert(Key::of(path), Value::List(list));
        }
    }

    fn details(&mut self, details: &Details) {
        let Details { source, collected_on, segment, size, network_size, birthday, since, tags, rare: _ } = details;
        let RareDetails {
            unsubscribed,
            prefers: Preference { channel, every, max_per_year, asked },
            values,
            opportunity,
            owned,
            nps,
            inner_circle,
            ask: Ask { wave, not_before },
            pause,
            issues,
            ended,
            competitors,
            project,
            code,
            email_bounced,
            extra,
        } = &**details;
        self.line("source", source.as_ref());
        self.shown("collected_on", collected_on.as_ref());
        if let Some(Unsubscribed { on, channel }) = unsubscribed {
            self.shown("unsubscribed.on", Some(on));
            self.line("unsubscribed.channel", channel.as_ref());
        }
        self.text("prefers.channel", channel.map(|channel| channel.name()));
        self.shown("prefers.every", every.as_ref());
        self.shown("prefers.max_per_year", max_per_year.as_ref());
        self.text("prefers.asked", asked.as_ref().map(asked_on).as_deref());
        self.line("segment", segment.as_ref());
        if !values.is_empty() {
            let list = values.iter().map(|value| value.as_str().to_owned()).collect();
            self.0.insert(Key::of("values"), Value::List(list));
        }
        self.shown("size", size.as_ref());
        self.shown("network_size", network_size.as_ref());
        self.text("opportunity", opportunity.map(|opportunity| opportunity.name()));
        self.list("owned", owned);
        if let Some(Nps { score, on }) = nps {
            self.shown("nps.score", Some(score));
            self.shown("nps.on", on.as_ref());
        }
        self.line("inner_circle.why", inner_circle.as_ref());
        self.shown("ask.wave", wave.as_ref());
        self.shown("ask.not_before", not_before.as_ref());
        if let Some(Pause { until, why }) = pause {
            self.shown("pause.until", until.as_ref());
            self.line("pause.why", why.as_ref());
        }
        if !issues.is_empty() {
            let groups: Vec<Json> = issues.iter().map(issue).collect();
            self.text("issues", Some(&Json::from(groups).to_string()));
        }
        self.shown("birthday", birthday.as_ref());
        self.shown("since", since.as_ref());
        if let Some(Ended { on, why }) = ended {
            self.shown("ended.on", Some(on));
            self.line("ended.why", why.as_ref());
        }
        self.list("competitors", competitors);
        if let Some(Project { name, from, to, done, next, needs, changed }) = project {
            self.line("project.name", name.as_ref());
            self.shown("project.from", from.as_ref());
            self.shown("project.to", to.as_ref());
            self.list("project.done", done);
            self.list("project.next", next);
            self.line("project.needs", needs.as_ref());
            self.shown("project.changed", changed.as_ref());
        }
        self.list("tags", tags);
        self.line("code", code.as_ref());
        self.shown("email_bounced", email_bounced.as_ref());
        for (name, value) in extra.iter().filter(|(_, value)| !value.is_null()) {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            self.0.insert(Key::Extra(name.as_str().into()), Value::Text(text));
        }
    }
}

fn asked_on(asked: &Asked) -> String {
    match asked {
        Asked::Assumed => "false".to_owned(),
        Asked::Yes => "true".to_owned(),
        Asked::On(day) => day.to_string(),
    }
}

fn issue(issue: &Issue) -> Json {
    let Issue { what, since, by, due, tried, cause, fix, effort, closed } = issue;
    let line = |line: &Option<Line>| line.as_ref().map(|line| line.as_str().to_owned());
    let day = |day: &Option<Date>| day.map(|day| day.to_string());
    let mut group = json!({ "what": what.as_str() });
    for (key, text) in [
        ("since", day(since)),
        ("by", by.as_ref().map(|by| by.to_string())),
        ("due", day(due)),
        ("tried", line(tried)),
        ("cause", line(cause)),
        ("fix", line(fix)),
        ("effort", effort.map(|effort| effort.name().to_owned())),
        ("closed", day(closed)),
    ] {
        if let Some(text) = text {
            group[key] = text.into();
        }
    }
    group
}

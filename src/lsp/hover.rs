//! What is told of a word: what a key means, an occasion's days in all countries, who a contact is, who gets a mailing.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::kinds::{Typed, shape_of, typed};
use super::outline::Step;
use super::text::range;
use super::world::World;
use crate::model::contact::Contact;
use crate::model::language::Country;
use crate::model::mailing::Mailing;
use crate::model::programme::Programme;
use crate::model::when::Personal;
use crate::plan::dates;

/// A contact in a line: name, firm, tier, language, whose it is.
pub fn line_of(contact: &Contact) -> String {
    let company = contact.company.as_ref().map(|company| format!(", {}", company.as_str())).unwrap_or_default();
    let (name, tier) = (contact.name.full(), contact.standing.letter());
    format!("{name}{company} · {tier} · {} · {}", contact.language, contact.owner)
}

/// What is told of the word at a place of a file.
pub fn hover(world: &World, path: &str, at: usize) -> Value {
    let Some(file) = world.text(path) else { return Value::Null };
    let text = file.text();
    let all = typed(path, text);
    let holds = |range: &Option<std::ops::Range<usize>>| {
        range.as_ref().is_some_and(|range| range.start <= at && at <= range.end)
    };
    let told = all.iter().find_map(|one| {
        if holds(&one.entry.key) {
            let stretch = one.entry.key.clone()?;
            return Some((of_key(world, path, one)?, stretch));
        }
        let stretch = one.entry.value.clone().filter(|_| holds(&one.entry.value))?;
        let value = &text[stretch.clone()];
        Some((of_value(world, &one.kind, value, || mailing_around(world, &all, one, text))?, stretch))
    });
    match told {
        Some((markdown, stretch)) => {
            json!({ "contents": { "kind": "markdown", "value": markdown }, "range": range(text, &stretch) })
        }
        None => Value::Null,
    }
}

/// What a key means; on the subject of a text also who gets the mailings made of it.
fn of_key(world: &World, path: &str, one: &Typed) -> Option<String> {
    let key = shape_of(path)?.key(&one.entry.path)?;
    let mut told = key.meaning.clone();
    if let Some(example) = &key.example {
        told.push_str(&format!("\n\nExample: `{}`", crate::reference::values::written(example)));
    }
    if path.ends_with(".md") && one.entry.path == [Step::Key("subject".to_owned())] {
        for mailing in mailings_of(world.programme()?, path) {
            told.push_str(&format!("\n\n{}", world.audience(mailing.id.as_str())?));
        }
    }
    Some(told)
}

/// The mailings that are made of a text.
pub fn mailings_of<'p>(programme: &'p Programme, path: &str) -> Vec<&'p Mailing> {
    let is_of =
        |mailing: &&Mailing| programme.content(mailing).variants.values().any(|content| content.file.path() == path);
    programme.mailings().filter(is_of).collect()
}

fn of_value<'w>(
    world: &'w World,
    kind: &str,
    value: &str,
    mailing: impl Fn() -> Option<&'w Mailing>,
) -> Option<String> {
    let programme = world.programme()?;
    match kind {
        "ContactId" => programme.contacts.iter().find(|contact| contact.id.as_str() == value).map(line_of),
        "MailingId" => world.audience(value),
        "TeamId" | "SignedBy" => {
            let member = programme.settings.team.iter().find(|member| member.id.as_str() == value)?;
            Some(format!("{} · {}", member.name.as_str(), member.email))
        }
        "RelativePath" => world.audience(mailing()?.id.as_str()),
        "When" => days(programme, mailing()?),
        _ => None,
    }
}

/// The mailing whose line an entry of a plan belongs to.
fn mailing_around<'w>(world: &'w World, all: &[Typed], one: &Typed, text: &str) -> Option<&'w Mailing> {
    let item = one.entry.path.get(..2)?;
    let id = all.iter().find(|other| other.kind == "MailingId" && other.entry.path.get(..2) == Some(item))?;
    world.programme()?.mailing(&text[id.entry.value.clone()?])
}

/// The day of a mailing in each country that somebody on the list lives in; countries with the same day together.
fn days(programme: &Programme, mailing: &Mailing) -> Option<String> {
    let home = programme.settings.country;
    let countries: BTreeSet<Country> =
        programme.contacts.iter().map(|contact| contact.country(home)).chain([home]).collect();
    let mut days: Vec<(String, Vec<&str>)> = Vec::new();
    for country in &countries {
        let day = match dates::date_in(mailing, *country, Personal::default()) {
            Some(day) => format!("{} {day}", weekday(day)),
            None if mailing.when.is_personal() => return Some("Each reader's own day.".to_owned()),
            None => "no such day".to_owned(),
        };
        match days.iter_mut().find(|(known, _)| *known == day) {
            Some((_, countries)) => countries.push(country.code()),
            None => days.push((day, vec![country.code()])),
        }
    }
    let lines = days.into_iter().map(|(day, countries)| format!("- {day}: {}", countries.join(", ")));
    Some(format!("**{}**\n\n{}", mailing.id, lines.collect::<Vec<_>>().join("\n")))
}

fn weekday(day: jiff::civil::Date) -> &'static str {
    const NAMES: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    NAMES[day.weekday().to_monday_zero_offset() as usize]
}

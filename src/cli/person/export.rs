//! `bevara person export`: a copy for the person, in their language and without other people's data (GDPR art. 15).

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::super::Outcome;
use super::super::session::Session;
use super::super::terminal::Terminal;
use super::account::plain;
use super::held::{About, Held};
use super::whom::Person;
use super::words::word;
use crate::model::contact::Contact;
use crate::model::language::Language;
use crate::render::{address, locale};

/// Fields that are about our work and not about the person.
const OURS: [&str; 2] = ["owner", "by"];

/// Writes `index.html` and `person.json` into `folder`.
pub fn run(who: &str, folder: &Path, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let person = Person::find(who, session, terminal)?;
    check_folder(folder, session, terminal)?;
    let held = Held::on(&person, session, terminal)?;
    let document = Mask::new(&held, session).applied(document(&held, session));
    let page = page(&document, person.language(&session.programme), session);
    let files = [("person.json", format!("{document:#}\n")), ("index.html", page)];
    let written = fs::create_dir_all(folder)
        .and_then(|()| files.iter().try_for_each(|(name, text)| fs::write(folder.join(name), text)));
    written.map_err(|error| {
        terminal.failure(&format!("cannot write {}: {error}", folder.display()), None);
        Outcome::Environment
    })?;
    if terminal.is_json() {
        let names: Vec<String> = files.iter().map(|(name, _)| folder.join(name).display().to_string()).collect();
        terminal.document(json!({ "contact": person.contact().map(|contact| contact.id.as_str()), "files": names }));
        return Ok(Outcome::Done);
    }
    terminal.line(&format!("  {} holds what there is on {}", folder.display(), person.id()));
    terminal.next("read it before you hand it over: notes may speak of others by their first names");
    Ok(Outcome::Done)
}

/// The folder is new or empty, and none that is published or read as the programme.
fn check_folder(folder: &Path, session: &Session, terminal: &Terminal) -> Result<(), Outcome> {
    let whole = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let whole = whole.ancestors().find_map(|parent| {
        let real = parent.canonicalize().ok()?;
        Some(real.join(whole.strip_prefix(parent).ok()?))
    });
    let whole = whole.unwrap_or_else(|| folder.to_owned());
    let taken = ["contacts", "content", "templates", "output"]
        .into_iter()
        .find(|name| whole.starts_with(session.root.join(name)));
    let fail = |message: String, hint: &str| {
        terminal.failure(&message, Some(hint));
        Err(Outcome::Usage)
    };
    if let Some(name) = taken {
        let message = format!("{} lies below {name}/", folder.display());
        return fail(message, "name a folder outside of it: this is one person's data");
    }
    match fs::read_dir(folder).map(|mut entries| entries.next().is_some()) {
        Ok(true) => fail(format!("{} is not empty", folder.display()), "name a new folder"),
        _ if folder.is_file() => fail(format!("{} is a file", folder.display()), "name a new folder"),
        _ => Ok(()),
    }
}

/// What is held, without what is ours or other people's.
fn document(held: &Held<'_>, session: &Session) -> Value {
    let pick = |fields: &Map<String, Value>, keys: &[&str]| -> Value {
        keys.iter().filter_map(|key| Some(((*key).to_owned(), fields.get(*key)?.clone()))).collect::<Map<_, _>>().into()
    };
    let of = |about: About| held.entries.iter().filter(move |entry| entry.about == about);
    let without_ours = |fields: &Map<String, Value>| -> Value {
        let own = |key: &str| OURS.contains(&key) || (key == "contact" && fields.contains_key("on"));
        fields
            .iter()
            .filter(|(key, _)| !own(key))
            .map(|(key, value)| (key.clone(), without_people(value)))
            .collect::<Map<_, _>>()
            .into()
    };
    let side = |about: About, side: &str| -> Vec<Value> {
        let entries = of(about).map(|entry| {
            let mut fields = pick(&entry.fields, &["received", "stage", "contacted", "meeting", "customer", "lost"]);
            for key in ["thanked", "reward"] {
                if let Some(value) = entry.fields.get(key).and_then(|value| value.get(side)) {
                    fields[key] = value.clone();
                }
            }
            fields
        });
        entries.collect()
    };
    let sent: Vec<Value> = held
        .sent
        .iter()
        .map(|sent| {
            let mut fields = pick(&sent.fields, &["t", "state", "to"]);
            fields["mailing"] = sent.mailing.as_str().into();
            fields
        })
        .collect();
    let (mut planned, mut refused) = (Vec::new(), Vec::new());
    for coming in &held.coming {
        let on = coming.on.map(|on| on.to_string());
        let mailing = coming.mailing.id.as_str();
        match coming.outcome {
            Ok(channel) => planned.push(json!({ "mailing": mailing, "on": on, "channel": channel })),
            Err(refusal) => refused.push(json!({ "mailing": mailing, "on": on, "why": refusal.to_string() })),
        }
    }
    // Of somebody who is no contact, what a referral says is all there is.
    let named = || of(About::Came).find_map(|entry| Some(without_ours(entry.fields.get("lead")?.as_object()?)));
    let own = of(About::Person).map(|entry| without_ours(&entry.fields)).next();
    let mut fields = own.or_else(named).unwrap_or_default();
    if fields.is_object() {
        fields["name"] = held.person.name().into();
    }
    let sender = &session.programme.settings.sender;
    json!({
        "language": held.person.language(&session.programme).tag(),
        "held_on": session.today.to_string(),
        "held_by": {
            "name": sender.name.as_str(),
            "email": sender.email.as_str(),
            "postal_address": address::own_lines(&sender.postal_address, session.programme.settings.country),
        },
        "fields": fields,
        "notes": of(About::Other).map(|entry| without_ours(&entry.fields)).collect::<Vec<_>>(),
        "named": side(About::Named, "referrer"),
        "came": side(About::Came, "referred"),
        "sent": sent,
        "planned": planned,
        "refused": refused,
    })
}

/// A value without who of us did or does something.
fn without_people(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(key, _)| !OURS.contains(&key.as_str()));
            fields.map(|(key, value)| (key.clone(), without_people(value))).collect::<Map<_, _>>().into()
        }
        Value::Array(items) => items.iter().map(without_people).collect::<Vec<_>>().into(),
        other => other.clone(),
    }
}

/// Names and addresses of others, to be left out of free text.
struct Mask(Vec<String>);

impl Mask {
    /// What stands for others in anything that is held: whole names and addresses of everybody, and the first names of those who
    /// are near.
    fn new(held: &Held<'_>, session: &Session) -> Self {
        let programme = &session.programme;
        let own = held.person.contact();
        let named = held.person.named_in(programme);
        let mut words: Vec<String> = Vec::new();
        for contact in programme.contacts.iter().filter(|contact| contact.id.as_str() != held.person.id()) {
            words.push(contact.name.full());
            words.extend(contact.email.as_ref().map(|email| email.as_str().to_owned()));
            let is_colleague = contact.company.is_some() && own.is_some_and(|own| contact.company == own.company);
            if is_colleague || is_near(held, contact) {
                words.push(contact.name.given.as_str().to_owned());
            }
        }
        for referral in &programme.referrals {
            let lead = &referral.lead;
            if !named.iter().any(|own| own.id == referral.id) {
                words.push(lead.name.as_str().to_owned());
                let first = lead
                    .name
                    .as_str()
                    .split_whitespace()
                    .next()
                    .filter(|_| referral.referrer.as_str() == held.person.id());
                words.extend(first.map(str::to_owned));
                words.extend(lead.email.as_ref().map(|email| email.as_str().to_owned()));
            }
        }
        for member in &programme.settings.team {
            words.push(member.name.as_str().to_owned());
            words.push(member.email.as_str().to_owned());
        }
        let own_words = [held.person.name(), held.person.given()];
        words.retain(|word| !word.is_empty() && !own_words.contains(word));
        // The longest first, so that no part of a name stays.
        words.sort_unstable_by_key(|word| std::cmp::Reverse(word.len()));
        words.dedup();
        Mask(words)
    }

    /// The document with everybody else as `…`; the firm's own address stays.
    fn applied(&self, mut document: Value) -> Value {
        let firm = document["held_by"].take();
        let text = document.to_string();
        let there: Vec<&String> = self.0.iter().filter(|word| text.contains(word.as_str())).collect();
        let mut document = if there.is_empty() { document } else { masked(document, &there) };
        document["held_by"] = firm;
        document
    }
}

/// Referrer and lead of one referral know of each other.
fn is_near(held: &Held<'_>, other: &Contact) -> bool {
    held.entries.iter().filter(|entry| matches!(entry.about, About::Named | About::Came)).any(|entry| {
        let is_other = |value: Option<&Value>| value.and_then(Value::as_str) == Some(other.id.as_str());
        is_other(entry.fields.get("referrer"))
            || is_other(entry.fields.get("lead").and_then(|lead| lead.get("contact")))
    })
}

fn masked(value: Value, words: &[&String]) -> Value {
    match value {
        Value::String(text) => words.iter().fold(text, |text, word| super::mentions::replaced(&text, word, "…")).into(),
        Value::Array(items) => items.into_iter().map(|item| masked(item, words)).collect::<Vec<_>>().into(),
        Value::Object(fields) => {
            fields.into_iter().map(|(key, value)| (key, masked(value, words))).collect::<Map<_, _>>().into()
        }
        other => other,
    }
}

/// The page a person reads.
fn page(document: &Value, language: Language, session: &Session) -> String {
    let say = |key: &str| escaped(word(language, key));
    let day = locale::format_date(session.today, locale::DateStyle::Long, language);
    let firm = &session.programme.settings.sender;
    let email = escaped(firm.email.as_str());
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<p>{}</p>\n<h1>{}</h1>\n<p>{}</p>\n<p>{}</p>\n",
        language.tag(),
        say("title"),
        escaped(firm.name.as_str()),
        say("title"),
        say("intro").replace("{date}", &escaped(&day)),
        say("rights").replace("{email}", &format!("<a href=\"mailto:{email}\">{email}</a>")),
    );
    if let Some(fields) = document["fields"].as_object() {
        let _ = write!(out, "<h2>{}</h2>\n<dl>\n", say("fields"));
        for (key, value) in fields {
            let _ = writeln!(out, "<dt>{}</dt><dd>{}</dd>", say(key), escaped(&readable(value)));
        }
        out.push_str("</dl>\n");
    }
    for section in ["notes", "named", "came", "sent", "planned", "refused"] {
        let Some(entries) = document[section].as_array().filter(|entries| !entries.is_empty()) else { continue };
        let _ = write!(out, "<h2>{}</h2>\n<ul>\n", say(section));
        for entry in entries {
            let parts = entry.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
            let parts: Vec<String> = parts.map(|(_, value)| escaped(&readable(value))).collect();
            let _ = writeln!(out, "<li>{}</li>", parts.join(" · "));
        }
        out.push_str("</ul>\n");
    }
    let _ = write!(out, "<p>{}</p>\n</main>\n</body>\n</html>\n", say("others"));
    out
}

/// Large letters, both modes of colour, and nothing from elsewhere.
const STYLE: &str = ":root{color-scheme:light dark}body{margin:0;font:1.0625rem/1.6 system-ui,sans-serif}\
main{max-width:44rem;margin:0 auto;padding:2rem 1.25rem}h1{line-height:1.2}h2{margin-top:2.5rem}\
dl{display:grid;grid-template-columns:minmax(8rem,14rem) 1fr;gap:.25rem 1rem}dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere}\
li{margin:.35rem 0;overflow-wrap:anywhere}@media(max-width:32rem){dl{display:block}dd{margin-bottom:.5rem}}";

/// A value in one line; groups without their keys where these say nothing to the person.
fn readable(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            fields.values().map(readable).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")
        }
        Value::Array(items) => items.iter().map(readable).collect::<Vec<_>>().join(", "),
        other => plain(other),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

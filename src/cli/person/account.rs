//! `bevara person show`: what do we hold on them (R27; GDPR art. 15)?

use serde_json::{Value, json};

use super::super::Outcome;
use super::super::session::Session;
use super::super::terminal::Terminal;
use super::held::{About, Coming, Entry, Held, Sent};
use super::whom::Person;
use crate::model::text::counted;

/// Shows everything with its file and line.
pub fn run(who: &str, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let person = Person::find(who, session, terminal)?;
    let held = Held::on(&person, session, terminal)?;
    if terminal.is_json() {
        terminal.document(document(&held, session));
        return Ok(Outcome::Done);
    }
    let mut out = String::new();
    for (title, lines) in sections(&held) {
        if !lines.is_empty() {
            let width = lines.iter().map(|(text, _)| text.chars().count()).max().unwrap_or(0).min(76);
            let line = |(text, place): &(String, String)| format!("  {text:<width$}  {place}").trim_end().to_owned();
            let lines: Vec<String> = lines.iter().map(line).collect();
            out.push_str(&format!("{title}\n{}\n\n", lines.join("\n")));
        }
    }
    terminal.result(out.trim_end());
    terminal.next(&format!("`bevara person export {} DIR` writes it down for them to read", person.id()));
    Ok(Outcome::Done)
}

type Lines = Vec<(String, String)>;

/// What is printed: a title, and lines with their places.
fn sections(held: &Held<'_>) -> Vec<(String, Lines)> {
    let own = held.entries.iter().find(|entry| entry.about == About::Person);
    let fields = own.map(|entry| {
        let field = |(key, value): (&String, &Value)| {
            (format!("{key:<14} {}", plain(value)), format!("{}:{}", entry.file.path(), entry.line_of(key)))
        };
        entry.fields.iter().map(field).collect::<Lines>()
    });
    let of = |about: About| -> Lines {
        let entries = held.entries.iter().filter(|entry| entry.about == about);
        entries.map(|entry| (in_one_line(entry, held), format!("{}:{}", entry.file.path(), entry.line))).collect()
    };
    let sent: Lines = held.sent.iter().map(|sent| (sent_line(sent), format!("{}:{}", sent.path, sent.line))).collect();
    let (coming, refused): (Vec<&Coming<'_>>, Vec<&Coming<'_>>) =
        held.coming.iter().partition(|coming| coming.outcome.is_ok());
    let day = |coming: &Coming<'_>| coming.on.map_or_else(|| "no day".to_owned(), |on| on.to_string());
    let planned = |coming: &&Coming<'_>| {
        let channel = coming.outcome.unwrap_or_default();
        (format!("{}  {}  {channel}", day(coming), coming.mailing.id), String::new())
    };
    let kept_away = |coming: &&Coming<'_>| {
        let why = coming.outcome.err().map(|refusal| format!("{} ({})", refusal, refusal.code())).unwrap_or_default();
        (format!("{}  {}  {why}", day(coming), coming.mailing.id), String::new())
    };
    let count = |lines: &Lines, title: &str| format!("{title}: {}", counted(lines.len(), "line"));
    let (named, came, other, wall) = (of(About::Named), of(About::Came), of(About::Other), of(About::Wall));
    vec![
        (format!("{}, {}", held.person.name(), held.person.id()), fields.unwrap_or_default()),
        (count(&other, "what we did and noted"), other),
        (count(&named, "whom they named"), named),
        (count(&came, "who named them"), came),
        (count(&wall, "on the wall"), wall),
        (count(&sent, "sent"), sent),
        ("still to come".to_owned(), coming.iter().map(planned).collect()),
        ("refused".to_owned(), refused.iter().map(kept_away).collect()),
    ]
}

/// A value as a person reads it.
pub fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            fields.iter().map(|(key, value)| format!("{key}: {}", plain(value))).collect::<Vec<_>>().join(", ")
        }
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn in_one_line(entry: &Entry, held: &Held<'_>) -> String {
    let own = |key: &str, value: &Value| key == "contact" && value.as_str() == Some(held.person.id());
    let fields = entry.fields.iter().filter(|(key, value)| !own(key, value));
    fields.map(|(key, value)| format!("{key}: {}", plain(value))).collect::<Vec<_>>().join(" · ")
}

fn sent_line(sent: &Sent) -> String {
    let text = |key: &str| sent.fields.get(key).and_then(Value::as_str).unwrap_or_default();
    let parts = [text("t"), &sent.mailing, text("state"), text("to"), text("reply")];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("  ")
}

fn document(held: &Held<'_>, session: &Session) -> Value {
    let entry = |entry: &Entry| {
        let mut object = json!({ "file": entry.file.path(), "line": entry.line });
        object["fields"] = Value::Object(entry.fields.clone());
        object
    };
    let of =
        |about: About| -> Vec<Value> { held.entries.iter().filter(|entry| entry.about == about).map(entry).collect() };
    let own = held.entries.iter().find(|entry| entry.about == About::Person);
    let fields = own.map(|entry| {
        let field = |(key, value): (&String, &Value)| {
            json!({ "key": key, "value": value, "file": entry.file.path(), "line": entry.line_of(key) })
        };
        entry.fields.iter().map(field).collect::<Vec<_>>()
    });
    let sent = |sent: &Sent| {
        let mut object = json!({ "mailing": sent.mailing, "file": sent.path, "line": sent.line });
        for (key, value) in &sent.fields {
            object[key] = value.clone();
        }
        object
    };
    let coming = |coming: &Coming<'_>| {
        let on = coming.on.map(|on| on.to_string());
        match coming.outcome {
            Ok(channel) => json!({ "mailing": coming.mailing.id.as_str(), "on": on, "channel": channel }),
            Err(refusal) => json!({
                "mailing": coming.mailing.id.as_str(),
                "on": on,
                "code": refusal.code(),
                "why": refusal.to_string(),
                "paragraph": refusal.paragraph(),
            }),
        }
    };
    let (planned, refused): (Vec<&Coming<'_>>, Vec<&Coming<'_>>) =
        held.coming.iter().partition(|coming| coming.outcome.is_ok());
    json!({
        "contact": held.person.contact().map(|contact| contact.id.as_str()),
        "today": session.today.to_string(),
        "fields": fields.unwrap_or_default(),
        "basis": own.and_then(|entry| entry.fields.get("basis")),
        "touches": of(About::Other),
        "referrals": { "made": of(About::Named), "came": of(About::Came) },
        "wall": of(About::Wall),
        "sent": held.sent.iter().map(sent).collect::<Vec<_>>(),
        "planned": planned.into_iter().map(coming).collect::<Vec<_>>(),
        "refused": refused.into_iter().map(coming).collect::<Vec<_>>(),
    })
}

//! `bevara match`: whom a prospect is like, and what to say to them (R31).

use clap::Args;
use serde_json::{Value, json};

use super::Outcome;
use super::session::Session;
use super::terminal::Terminal;
use crate::plan::alike::{Alike, Match, alike};

/// Lines of each list that a screen has room for.
const ROOM: usize = 8;

/// Whom to look at.
#[derive(Args)]
pub struct Arguments {
    /// The contact's id
    contact: String,
}

/// Says which customers are like a contact, what those value, and what may be quoted.
pub fn run(arguments: &Arguments, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let contact = session.contact(&arguments.contact, terminal)?;
    let found = alike(&session.programme, contact, session.today);
    let languages = &session.programme.settings.languages;
    let text = |value: &crate::model::value::ValuePoint| {
        value.text.get(contact.language, languages).unwrap_or(value.id.as_str()).to_owned()
    };
    let who = |value: &crate::model::value::ValuePoint| {
        value.said_by.as_ref()?.get(contact.language, languages).map(str::to_owned)
    };
    let Match { customers, values, quotes } = &found;
    if terminal.is_json() {
        terminal.document(json!({
            "contact": contact.id.as_str(),
            "customers": customers.iter().map(|alike| json!({
                "contact": alike.contact.id.as_str(),
                "segment": alike.segment,
                "size": alike.size,
                "country": alike.country,
            })).collect::<Value>(),
            "values": values.iter().map(|(value, count)| json!({
                "id": value.id.as_str(),
                "text": text(value),
                "customers": count,
            })).collect::<Value>(),
            "quotes": quotes.iter().map(|value| json!({
                "id": value.id.as_str(),
                "text": text(value),
                "said_by": who(value),
                "until": value.permitted.as_ref().and_then(|permission| permission.until).map(|day| day.to_string()),
            })).collect::<Value>(),
        }));
        return Ok(Outcome::Done);
    }
    let mut lines = vec![format!("Customers like {}", contact.name.full())];
    lines.extend(customers.iter().take(ROOM).map(|alike| format!("  {}", of(alike))));
    if customers.is_empty() {
        lines.push("  nobody: give them a `segment:` or a `size:`".to_owned());
    }
    lines.push("What they value".to_owned());
    lines.extend(values.iter().take(ROOM).map(|(value, count)| format!("  {count:>2}  {}", text(value))));
    lines.push("What may be quoted".to_owned());
    let quoted =
        |value: &&crate::model::value::ValuePoint| format!("  “{}” {}", text(value), who(value).unwrap_or_default());
    lines.extend(quotes.iter().take(ROOM).map(quoted));
    terminal.result(&lines.join("\n"));
    Ok(Outcome::Done)
}

fn of(alike: &Alike<'_>) -> String {
    let why = [(alike.segment, "segment"), (alike.size, "size"), (alike.country, "country")];
    let why: Vec<&str> = why.into_iter().filter(|(is_so, _)| *is_so).map(|(_, why)| why).collect();
    let firm = alike.contact.company.as_ref().map_or_else(String::new, |firm| format!(", {}", firm.as_str()));
    format!("{}{firm} (same {})", alike.contact.name.full(), why.join(", "))
}

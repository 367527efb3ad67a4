//! `bevara person list` and `find`: who is on the list.

use serde_json::{Value, json};

use super::super::Outcome;
use super::super::session::Session;
use super::super::terminal::Terminal;
use crate::model::contact::Contact;
use crate::model::text::{Line, counted};
use source::characters::nfkc;

/// Lists everybody, or those who hold `text`.
pub fn run(text: Option<&str>, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let wanted = text.map(fold);
    let contacts = session.programme.contacts.iter();
    let found: Vec<&Contact> =
        contacts.filter(|contact| wanted.as_ref().is_none_or(|wanted| holds(contact, wanted))).collect();
    if terminal.is_json() {
        terminal.document(json!({ "contacts": found.iter().map(|contact| to_json(contact)).collect::<Vec<_>>() }));
        return Ok(Outcome::Done);
    }
    let width =
        |text: fn(&Contact) -> String| found.iter().map(|contact| text(contact).chars().count()).max().unwrap_or(0);
    let (ids, names) = (width(|contact| contact.id.to_string()), width(|contact| contact.name.full()));
    for contact in &found {
        let firm = contact.company.as_ref().map(Line::as_str).unwrap_or_default();
        let line = format!(
            "{:<ids$}  {}  {:<names$}  {firm}",
            contact.id.as_str(),
            contact.standing.letter(),
            contact.name.full()
        );
        terminal.result(line.trim_end());
    }
    terminal.line(&format!("  {}", counted(found.len(), "contact")));
    Ok(Outcome::Done)
}

fn fold(text: &str) -> String {
    nfkc(text.trim()).to_lowercase()
}

/// True where a text stands in what people look somebody up by; of a telephone number only digits count.
fn holds(contact: &Contact, wanted: &str) -> bool {
    let texts = [contact.id.as_str().to_owned(), contact.name.full()].into_iter();
    let lines = [&contact.company, &contact.role].into_iter().flatten().map(|line| line.as_str().to_owned());
    let email = contact.email.iter().map(|email| email.as_str().to_owned());
    let city = contact.address.as_ref().and_then(|address| address.city.as_ref()).map(|city| city.as_str().to_owned());
    let tags = contact.details.tags.iter().map(|tag| tag.as_str().to_owned());
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let number = digits(wanted);
    let is_phone = number.len() >= 4
        && wanted.chars().all(|letter| !letter.is_alphabetic())
        && contact.phone.as_ref().is_some_and(|phone| digits(phone.as_str()).contains(number.trim_start_matches('0')));
    is_phone || texts.chain(lines).chain(email).chain(city).chain(tags).any(|text| fold(&text).contains(wanted))
}

fn to_json(contact: &Contact) -> Value {
    json!({
        "id": contact.id.as_str(),
        "name": contact.name.full(),
        "company": contact.company.as_ref().map(Line::as_str),
        "tier": contact.standing.letter(),
        "owner": contact.owner.as_str(),
        "language": contact.language.tag(),
        "email": contact.email.as_ref().map(|email| email.as_str()),
        "phone": contact.phone.as_ref().map(Line::as_str),
    })
}

//! `bevara new contact`

use std::path::Path;

use clap::Args;

use super::{Changes, languages, usage};
use crate::cli::Outcome;
use crate::cli::session::Session;
use crate::cli::terminal::Terminal;
use crate::model::contact::Standing;
use crate::reference::schema::modeline;
use crate::starter;
use mail::address::EmailAddress;
use source::diagnostic::Fault;
use yaml::edit::{append, scalar};

/// The list that contacts are added to where no other is named.
const LIST: &str = "contacts/people.yaml";

/// A person.
#[derive(Args)]
pub struct Contact {
    /// Their name
    name: String,
    /// Their address
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// Their telephone number
    #[arg(long, value_name = "NUMBER")]
    phone: Option<String>,
    /// Their firm
    #[arg(long, value_name = "NAME")]
    company: Option<String>,
    /// A, B, C or D
    #[arg(long, default_value = "C")]
    tier: String,
    /// Who cares for them: a team id (the first of the team)
    #[arg(long, value_name = "ID")]
    owner: Option<String>,
    /// The language they read (the first of the programme)
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
    /// The list they are added to
    #[arg(long, value_name = "FILE")]
    into: Option<String>,
}

/// Adds a contact to a list.
pub fn contact(asked: &Contact, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let programme = &session.programme;
    let id = starter::slug(&asked.name).ok_or_else(|| {
        let fault = Fault::new(format!("`{}` is no name that an id can be made of", asked.name));
        usage(&fault.hint("add the contact by hand, with an id of your own"), terminal)
    })?;
    if programme.by_id.contains_key(id.as_str()) {
        terminal.failure(&format!("there is a contact `{id}` already"), Some("`bevara person find` shows who it is"));
        return Err(Outcome::Errors);
    }
    let item = item(asked, &id, session, terminal)?;
    let path = asked.into.clone().unwrap_or_else(|| list(session));
    if !path.starts_with("contacts/") || Path::new(&path).extension().is_none_or(|suffix| suffix != "yaml") {
        let fault = Fault::new(format!("`{path}` is no list of contacts"));
        return Err(usage(&fault.hint("a list is a file like contacts/people.yaml"), terminal));
    }
    let mut changes = Changes::default();
    match programme.files.iter().find(|file| file.path() == path) {
        Some(file) => {
            let text = append(file.text(), &item).map_err(|fault| {
                terminal.failure(&format!("{path}: {}", fault.message), fault.hint.as_deref());
                Outcome::Errors
            })?;
            changes.changed = Some((file, text));
        }
        None => {
            let text = append(&modeline("contacts", &path), &item).map_err(|fault| usage(&fault, terminal))?;
            changes.new.push((path, text));
        }
    }
    changes.write(session, terminal)
}

/// The list of the first contact, or the usual one.
fn list(session: &Session) -> String {
    let files = &session.programme.files;
    let of_first = || {
        let contact = session.programme.contacts.get(0)?;
        files.get(contact.origin.file as usize).map(|file| file.path().to_owned())
    };
    match files.iter().any(|file| file.path() == LIST) {
        true => LIST.to_owned(),
        false => of_first().unwrap_or_else(|| LIST.to_owned()),
    }
}

/// The contact as YAML, each value checked.
fn item(asked: &Contact, id: &str, session: &Session, terminal: &Terminal) -> Result<String, Outcome> {
    let settings = &session.programme.settings;
    let fail = |fault: Fault| usage(&fault, terminal);
    let tier: Standing = asked.tier.parse().map_err(fail)?;
    let owner = match &asked.owner {
        Some(owner) => match settings.team.iter().find(|member| member.id.as_str() == owner) {
            Some(member) => member.id.as_str(),
            None => return Err(usage(&Fault::new(format!("`{owner}` is nobody on the team")), terminal)),
        },
        None => settings.team.first().map_or("", |member| member.id.as_str()),
    };
    let mut lines = vec![format!("id: {id}"), format!("name: {}", name(&asked.name))];
    lines.extend(asked.company.as_deref().map(|company| format!("company: {}", scalar(company))));
    if let Some(email) = &asked.email {
        lines.push(format!("email: {}", email.parse::<EmailAddress>().map_err(fail)?));
    }
    match &asked.phone {
        Some(phone) => lines.push(format!("phone: {}", serde_json::Value::from(phone.as_str()))),
        None if asked.email.is_none() => lines.push("phone: \"[[telephone, or an email instead]]\"".to_owned()),
        None => {}
    }
    if settings.languages.all.len() > 1 {
        let language = languages(asked.language.as_deref(), session, terminal)?;
        lines.extend(language.first().map(|language| format!("language: {language}")));
    }
    lines.push(format!("tier: {}", tier.letter()));
    lines.push("tier_reason: \"[[why this tier]]\"".to_owned());
    lines.push(format!("owner: {owner}"));
    lines.push(format!("collected_on: {}", session.today));
    Ok(lines.join("\n"))
}

fn name(name: &str) -> String {
    match name.trim().split_once(' ') {
        Some((given, family)) => format!("{{given: {}, family: {}}}", scalar(given), scalar(family.trim())),
        None => scalar(name.trim()),
    }
}

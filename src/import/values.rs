//! What stands in a cell of a list, as the value of a field: read, compared with one that is there, and written as YAML.

use std::borrow::Cow;

use jiff::civil::Date;
use serde_json::Value as Json;

use super::days::{self, Order};
use super::fields::{Key, Kind};
use super::words;
use crate::model::contact::Standing;
use crate::model::forgotten::{fold_firm, fold_name};
use crate::model::id::ContactId;
use crate::model::language::Country;
use crate::model::phone;
use crate::model::programme::Programme;
use crate::model::text::{Line, Prose};
use crate::model::touch::Interval;
use mail::address::EmailAddress;
use source::characters::nfkc;
use source::diagnostic::Fault;
use yaml::edit;

/// A value as text, or as a list of texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// One text.
    Text(String),
    /// Several.
    List(Vec<String>),
}

impl Value {
    /// The value for people, and for a cell of a table.
    pub fn shown(&self) -> Cow<'_, str> {
        match self {
            Value::Text(text) => text.into(),
            // A list whose items hold what would part them is written as JSON.
            Value::List(items) if items.iter().any(|item| item.contains([';', ',']) || item.starts_with('[')) => {
                Json::from(items.clone()).to_string().into()
            }
            Value::List(items) => items.join("; ").into(),
        }
    }
}

/// Reads the texts of a list as values of a programme.
pub struct ValueReader<'p> {
    /// The programme.
    pub programme: &'p Programme,
    /// The day that counts as today.
    pub today: Date,
}

impl ValueReader<'_> {
    /// The value that a list's text means for a field; `None` where it says nothing. `order` is that of days and months in
    /// its column.
    ///
    /// # Errors
    /// The text means nothing for this field.
    pub fn read(&self, kind: Kind, text: &str, order: Option<Order>) -> Result<Option<Value>, Fault> {
        if let Some(error) = spreadsheet_error(text) {
            return Err(Fault::new(format!("the cell holds the error `{error}` of a spreadsheet")));
        }
        let line = line(text);
        if matches!(kind, Kind::List) {
            return Ok(Some(list(text)).filter(|items| !items.is_empty()).map(Value::List));
        }
        if line.is_empty() {
            return Ok(None);
        }
        let text = match kind {
            Kind::Prose => return prose(text).map(|text| Some(Value::Text(text))),
            Kind::Groups => return groups(text).map(Some),
            Kind::Day => return Ok(days::read(&line, order, self.today)?.map(|day| Value::Text(day.to_string()))),
            Kind::Text | Kind::Name | Kind::Firm | Kind::List => line.parse::<Line>()?.as_str().to_owned(),
            Kind::Phone => telephone(&line)?,
            Kind::Mailbox => line.parse::<EmailAddress>().map(|_| line)?,
            Kind::Id => line.parse::<ContactId>().map(|_| line)?,
            Kind::Country => words::country(&line)?.code().to_owned(),
            Kind::Language => words::language(&line)?.tag().to_owned(),
            Kind::Tier => line.to_uppercase().parse::<Standing>()?.letter().to_owned(),
            Kind::Member => self.member(&line)?,
            Kind::Whole => whole(&line)?,
            Kind::Word(parse) => parse(&line.to_lowercase().replace([' ', '-'], "_"))?.to_owned(),
            Kind::Interval => line.parse::<Interval>()?.to_string(),
            Kind::Asked => asked(&line)?,
        };
        Ok(Some(Value::Text(text)))
    }

    /// Who on the team is meant by an id, a name or an address.
    fn member(&self, text: &str) -> Result<String, Fault> {
        let team = &self.programme.settings.team;
        let folded = fold_name(text);
        let is_meant = |member: &&crate::model::settings::Member| {
            member.id.as_str() == text
                || fold_name(member.name.as_str()) == folded
                || member.email.as_str().eq_ignore_ascii_case(text)
        };
        team.iter().find(is_meant).map(|member| member.id.to_string()).ok_or_else(|| {
            let known: Vec<&str> = team.iter().map(|member| member.id.as_str()).collect();
            Fault::new(format!("nobody on the team is `{text}`")).hint(format!("the team: {}", known.join(", ")))
        })
    }
}

/// What Excel writes where a formula fails.
fn spreadsheet_error(text: &str) -> Option<&str> {
    const ERRORS: [&str; 8] = ["#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!"];
    Some(text.trim()).filter(|text| ERRORS.contains(text))
}

/// A text in one line: composed, without what cannot be seen, each run of blanks as one.
pub fn line(text: &str) -> String {
    use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
    let trimmed = text.trim();
    let is_odd = |c: char| c.is_control() || words::is_unseen(c) || c.is_whitespace() && c != ' ';
    // Most texts are as they should be.
    if !trimmed.contains("  ") && !trimmed.contains(is_odd) && is_nfc_quick(trimmed.chars()) == IsNormalized::Yes {
        return trimmed.to_owned();
    }
    let visible = text.nfc().filter(|character| !words::is_unseen(*character));
    let text: String = visible.map(|character| if character.is_control() { ' ' } else { character }).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn prose(text: &str) -> Result<String, Fault> {
    let lines: Vec<String> = text.lines().map(line).collect();
    lines.join("\n").trim().parse::<Prose>().map(|prose| prose.as_str().to_owned())
}

fn telephone(line: &str) -> Result<String, Fault> {
    let text = line.strip_prefix("tel:").unwrap_or(line);
    if text.contains(['e', 'E']) && text.parse::<f64>().is_ok() {
        let fault = Fault::new(format!("`{line}` is what a spreadsheet shows of a number, and not all of its digits"));
        return Err(fault.hint("format the column as text there, and write the numbers anew"));
    }
    match text.chars().filter(char::is_ascii_digit).count() {
        0..3 => Err(Fault::new(format!("`{line}` is no telephone number"))),
        _ => Ok(text.parse::<Line>()?.as_str().to_owned()),
    }
}

fn whole(line: &str) -> Result<String, Fault> {
    let digits: String = line.chars().filter(|c| !c.is_whitespace() && *c != '\u{2019}').collect();
    match digits.parse::<u32>() {
        Ok(number) => Ok(number.to_string()),
        Err(_) => Err(Fault::new(format!("`{line}` is not a whole number"))),
    }
}

fn asked(line: &str) -> Result<String, Fault> {
    match words::truth(line) {
        Some(truth) => Ok(truth.to_string()),
        None => days::read(line, None, Date::MAX)?
            .map(|day| day.to_string())
            .ok_or_else(|| Fault::new(format!("`{line}` is neither yes nor no nor a day"))),
    }
}

/// Texts between semicolons, commas, line ends or Google's ` ::: `, or a JSON list.
fn list(text: &str) -> Vec<String> {
    let items: Vec<String> = match serde_json::from_str::<Vec<String>>(text) {
        Ok(items) => items,
        Err(_) => text.split(":::").flat_map(|part| part.split([';', ',', '\n'])).map(str::to_owned).collect(),
    };
    let mut list: Vec<String> = Vec::new();
    for item in items.iter().map(|item| line(item)) {
        // Google marks its own groups with a star.
        let item = item.strip_prefix("* ").map_or(Some(item.as_str()), |_| None);
        if let Some(item) = item.filter(|item| !item.is_empty() && item.parse::<Line>().is_ok())
            && !list.iter().any(|known| known.to_lowercase() == item.to_lowercase())
        {
            list.push(item.to_owned());
        }
    }
    list
}

fn groups(text: &str) -> Result<Value, Fault> {
    match serde_json::from_str::<Json>(text) {
        Ok(json @ Json::Array(_)) => Ok(Value::Text(json.to_string())),
        _ => Err(Fault::new("this is no list of groups").hint("write it as JSON, as `bevara export` does")),
    }
}

/// True where two values of a field mean the same, whatever they look like.
pub fn same(kind: Kind, one: &Value, other: &Value, country: Country) -> bool {
    let (one, other) = match (one, other) {
        (Value::Text(one), Value::Text(other)) => (one.as_str(), other.as_str()),
        (one, other) => return one == other,
    };
    if one == other {
        return true;
    }
    let folded = |text: &str| nfkc(text).to_lowercase().split_whitespace().collect::<String>();
    match kind {
        Kind::Mailbox => mailbox(one).is_some_and(|one| Some(one) == mailbox(other)),
        Kind::Phone => phone::folded(one, country).is_some_and(|one| Some(one) == phone::folded(other, country)),
        Kind::Firm => fold_firm(one) == fold_firm(other),
        Kind::Name => fold_name(one) == fold_name(other),
        Kind::Text | Kind::Prose => folded(one) == folded(other),
        _ => false,
    }
}

fn mailbox(text: &str) -> Option<String> {
    text.parse::<EmailAddress>().ok().map(|address| address.folded_without_tag())
}

/// A value as YAML in one line.
pub fn yaml_of(key: &Key, value: &Value) -> String {
    match (value, key.kind()) {
        (Value::List(items), _) => {
            let items: Vec<String> = items.iter().map(|item| edit::scalar(item)).collect();
            format!("[{}]", items.join(", "))
        }
        (Value::Text(text), Kind::Day | Kind::Whole | Kind::Asked | Kind::Groups) => text.clone(),
        (Value::Text(text), Kind::Mailbox) if is_plain_mailbox(text) => text.clone(),
        (Value::Text(text), _) if matches!(key, Key::Extra(_)) && is_json_value(text) => text.clone(),
        (Value::Text(text), _) => edit::scalar(text),
    }
}

/// Most mailboxes need no quotes in YAML.
fn is_plain_mailbox(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '@' | '.' | '-' | '_' | '+'))
}

/// Numbers, truths and groups among the free fields stay what they are.
fn is_json_value(text: &str) -> bool {
    match serde_json::from_str::<Json>(text) {
        Ok(Json::Number(number)) => number.to_string() == text,
        Ok(Json::Bool(_) | Json::Array(_) | Json::Object(_)) => true,
        _ => false,
    }
}

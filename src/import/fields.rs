//! The fields of a contact as paths such as `address.city`: what each holds, how a list's text becomes its value, and what an
//! import may do to a value that is there.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use serde_json::Value as Json;

use super::days::{self, Order};
use super::words;
use crate::model::contact::{BasisKind, Kind as ContactKind, Nature, Opportunity, Standing};
use crate::model::forgotten::{fold_firm, fold_name};
use crate::model::id::ContactId;
use crate::model::language::Country;
use crate::model::phone;
use crate::model::preference::PreferredChannel;
use crate::model::programme::Programme;
use crate::model::text::{Line, Prose};
use crate::model::touch::Interval;
use mail::address::EmailAddress;
use source::characters::nfkc;
use source::diagnostic::{Fault, did_you_mean};
use yaml::edit;

/// What an import does where a contact has a value and the list another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// The list's value takes its place: lists of addresses are there to bring new ones.
    Replaced,
    /// What is new joins what is there.
    Joined,
    /// It stays, unless `--overwrite` names it: it was decided here, or they decided it.
    Kept,
}

/// What a field holds.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A line of text.
    Text,
    /// Text of several lines.
    Prose,
    /// The id of a contact.
    Id,
    /// A part of a person's name.
    Name,
    /// The name of a firm.
    Firm,
    /// A mailbox.
    Mailbox,
    /// A telephone number.
    Phone,
    /// A day.
    Day,
    /// A country, by code or name.
    Country,
    /// A language, by tag or name.
    Language,
    /// A, B, C or D.
    Tier,
    /// Somebody on the team, by id, name or address.
    Member,
    /// A whole number.
    Whole,
    /// One of a few words.
    Word(fn(&str) -> Result<&'static str, Fault>),
    /// A length of time: `2 months`.
    Interval,
    /// `true`, `false` or a day.
    Asked,
    /// A list of texts.
    List,
    /// A list of groups, as JSON.
    Groups,
}

/// A field of a contact.
#[derive(Debug)]
pub struct Field {
    /// Its keys, joined by a point.
    pub path: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// What may be done to it.
    pub guard: Guard,
}

const fn field(path: &'static str, kind: Kind, guard: Guard) -> Field {
    Field { path, kind, guard }
}

use Guard::{Joined, Kept, Replaced};

/// Every field but those of `extra`, in the order in which contacts are written.
pub const FIELDS: [Field; 58] = [
    field("id", Kind::Id, Kept),
    field("name.given", Kind::Name, Replaced),
    field("name.family", Kind::Name, Replaced),
    field("company", Kind::Firm, Replaced),
    field("role", Kind::Text, Replaced),
    field("email", Kind::Mailbox, Replaced),
    field("phone", Kind::Phone, Replaced),
    field("address.street", Kind::Text, Replaced),
    field("address.postcode", Kind::Text, Replaced),
    field("address.city", Kind::Text, Replaced),
    field("address.country", Kind::Country, Replaced),
    field("language", Kind::Language, Kept),
    field("kind", Kind::Word(|text| text.parse::<ContactKind>().map(ContactKind::name)), Kept),
    field("recipient", Kind::Word(|text| text.parse::<Nature>().map(Nature::name)), Kept),
    field("tier", Kind::Tier, Kept),
    field("tier_reason", Kind::Prose, Kept),
    field("owner", Kind::Member, Kept),
    field("since", Kind::Day, Replaced),
    field("ended.on", Kind::Day, Kept),
    field("ended.why", Kind::Text, Kept),
    field("basis.kind", Kind::Word(|text| text.parse::<BasisKind>().map(BasisKind::name)), Kept),
    field("basis.evidence", Kind::Text, Kept),
    field("basis.on", Kind::Day, Kept),
    field("basis.until", Kind::Day, Kept),
    field("source", Kind::Text, Kept),
    field("collected_on", Kind::Day, Kept),
    field("segment", Kind::Text, Kept),
    field("values", Kind::List, Kept),
    field("size", Kind::Whole, Replaced),
    field("network_size", Kind::Whole, Replaced),
    field("opportunity", Kind::Word(|text| text.parse::<Opportunity>().map(Opportunity::name)), Kept),
    field("owned", Kind::List, Joined),
    field("nps.score", Kind::Whole, Kept),
    field("nps.on", Kind::Day, Kept),
    field("inner_circle.why", Kind::Text, Kept),
    field("ask.wave", Kind::Whole, Kept),
    field("ask.not_before", Kind::Day, Kept),
    field("pause.until", Kind::Day, Kept),
    field("pause.why", Kind::Text, Kept),
    field("prefers.channel", Kind::Word(|text| text.parse::<PreferredChannel>().map(PreferredChannel::name)), Kept),
    field("prefers.every", Kind::Interval, Kept),
    field("prefers.max_per_year", Kind::Whole, Kept),
    field("prefers.asked", Kind::Asked, Kept),
    field("unsubscribed.on", Kind::Day, Kept),
    field("unsubscribed.channel", Kind::Text, Kept),
    field("email_bounced", Kind::Day, Kept),
    field("issues", Kind::Groups, Kept),
    field("birthday", Kind::Day, Replaced),
    field("competitors", Kind::List, Joined),
    field("project.name", Kind::Text, Kept),
    field("project.from", Kind::Day, Kept),
    field("project.to", Kind::Day, Kept),
    field("project.done", Kind::List, Kept),
    field("project.next", Kind::List, Kept),
    field("project.needs", Kind::Text, Kept),
    field("project.changed", Kind::Day, Kept),
    field("tags", Kind::List, Joined),
    field("code", Kind::Text, Kept),
];

/// The place of each field in [`FIELDS`].
static PLACES: LazyLock<HashMap<&str, u8>> =
    LazyLock::new(|| (0..).zip(&FIELDS).map(|(at, field)| (field.path, at)).collect());

/// Where a value belongs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A field, by its place in [`FIELDS`].
    Field(u8),
    /// A free field below `extra`.
    Extra(Box<str>),
}

impl Key {
    /// The key of a field that is known to be there.
    pub fn of(path: &str) -> Key {
        Key::Field(*PLACES.get(path).expect("the path of a field"))
    }

    /// The key that somebody wrote.
    ///
    /// # Errors
    /// There is no such field, and which one may be meant.
    pub fn parse(text: &str) -> Result<Key, Fault> {
        if let Some(name) = text.strip_prefix("extra.").filter(|name| !name.is_empty()) {
            let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
            return match name.chars().all(is_word) {
                true => Ok(Key::Extra(name.into())),
                false => Err(Fault::new(format!("`{text}` is no name for a field"))
                    .hint("free fields are letters, digits, `_` and `-`, like `extra.shoe_size`")),
            };
        }
        // What people say for a group is what it says first.
        let path = match text {
            "name" => "name.given",
            "basis" => "basis.kind",
            "unsubscribed" => "unsubscribed.on",
            "bounced" => "email_bounced",
            other => other,
        };
        match PLACES.get(path) {
            Some(&at) => Ok(Key::Field(at)),
            None => {
                let known = FIELDS.iter().map(|field| field.path);
                let hint = did_you_mean(text, known)
                    .unwrap_or_else(|| "docs/import.md lists the fields; free ones are `extra.name`".to_owned());
                Err(Fault::new(format!("there is no field `{text}`")).hint(hint))
            }
        }
    }

    /// The path, as people write it.
    pub fn path(&self) -> Cow<'static, str> {
        match self {
            Key::Field(at) => FIELDS[usize::from(*at)].path.into(),
            Key::Extra(name) => format!("extra.{name}").into(),
        }
    }

    /// True where both stand in one group, such as `basis`. Free fields stand each for itself.
    pub fn is_beside(&self, other: &Key) -> bool {
        let group = |at: &u8| FIELDS[usize::from(*at)].path.split('.').next();
        match (self, other) {
            (Key::Field(one), Key::Field(other)) => group(one) == group(other),
            (one, other) => one == other,
        }
    }

    /// What it holds.
    pub fn kind(&self) -> Kind {
        match self {
            Key::Field(at) => FIELDS[usize::from(*at)].kind,
            Key::Extra(_) => Kind::Prose,
        }
    }

    /// What may be done to it.
    pub fn guard(&self) -> Guard {
        match self {
            Key::Field(at) => FIELDS[usize::from(*at)].guard,
            Key::Extra(_) => Guard::Kept,
        }
    }
}

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

/// What values are read against.
pub struct SiteUrls<'p> {
    /// The programme.
    pub programme: &'p Programme,
    /// The day that counts as today.
    pub today: Date,
}

impl SiteUrls<'_> {
    /// The value that a list's text means for a field; `None` where it says nothing. `order` is that of days and months in
    /// its column.
    ///
    /// # Errors
    /// The text means nothing for this field.
    pub fn value(&self, kind: Kind, text: &str, order: Option<Order>) -> Result<Option<Value>, Fault> {
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

//! The values that keys take: what a schema says of each type, and the words of those that are words.

use serde_json::{Value, json};

use crate::model::channel::Channel;
use crate::model::contact::{BasisKind, Effort, Kind, Nature, Opportunity};
use crate::model::language::Language;
use crate::model::law::{Needs, Way};
use crate::model::ledger::{Arrival, Side, Stage};
use crate::model::mailing::{MailingKind, Shift};
use crate::model::meeting::Venue;
use crate::model::post::{Envelope, GreetingAs, PackBy, Paper, Window};
use crate::model::preference::PreferredChannel;
use crate::model::review::Area;
use crate::model::settings::{RewardKind, Step};
use crate::model::touch::{Purpose, TouchKind};

/// The words a type consists of; `None` where it is no list of words.
pub fn words(kind: &str) -> Option<Vec<&'static str>> {
    macro_rules! names {
        ($kind:ty) => {
            Some(<$kind>::ALL.iter().map(|word| word.name()).collect())
        };
    }
    match kind {
        "Language" => Some(Language::ALL.map(Language::tag).to_vec()),
        "Standing" => Some(vec!["A", "B", "C", "D"]),
        "TierLetter" => Some(vec!["A", "B", "C"]),
        "Reach" => Some(vec!["A", "B", "C", "everyone"]),
        "Level" => Some(vec!["error", "warning", "note"]),
        "LabelSheet" | "Labels" => Some(vec!["L7160", "L7163"]),
        "Effort" => names!(Effort),
        "Venue" => names!(Venue),
        "Side" => names!(Side),
        "Via" => names!(Arrival),
        "MeetingPlace" => Some(vec!["theirs"]),
        "Way" => names!(Way),
        "Needs" => names!(Needs),
        "Kind" => names!(Kind),
        "Nature" => names!(Nature),
        "BasisKind" => names!(BasisKind),
        "Opportunity" => names!(Opportunity),
        "Channel" => names!(Channel),
        "PreferredChannel" => names!(PreferredChannel),
        "MailingKind" => names!(MailingKind),
        "Shift" => names!(Shift),
        "TouchKind" => names!(TouchKind),
        "Purpose" => names!(Purpose),
        "Stage" => names!(Stage),
        "Paper" => names!(Paper),
        "Window" => names!(Window),
        "Envelope" => names!(Envelope),
        "GreetingAs" => names!(GreetingAs),
        "PackBy" => names!(PackBy),
        "RewardKind" => names!(RewardKind),
        "Step" => names!(Step),
        "Area" => names!(Area),
        _ => None,
    }
}

/// The schema of a value that is no group of keys; `None` for a type nothing is written down of.
pub fn leaf(kind: &str) -> Option<Value> {
    const SLUG: &str = "^[a-z0-9]+(-[a-z0-9]+)*$";
    if let Some(words) = words(kind) {
        return Some(json!({ "enum": words }));
    }
    Some(match kind {
        "Flag" => json!({ "type": "boolean" }),
        "Role" => json!({ "type": "string", "pattern": "^(language:[a-z]{2}|[a-z0-9]+(-[a-z0-9]+)*)$" }),
        "Whole" | "Year" | "Weight" => json!({ "type": "integer" }),
        "Day" => json!({ "type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}$" }),
        "Amount" | "Length" => json!({ "type": ["string", "number"] }),
        "Country" => json!({ "type": "string", "pattern": "^[A-Z]{2}$" }),
        "Currency" => json!({ "type": "string", "pattern": "^[A-Z]{3}$" }),
        "Colour" => json!({ "type": "string", "pattern": "^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$" }),
        "EmailAddress" => json!({ "type": "string", "pattern": "@" }),
        "Interval" => json!({ "type": "string", "pattern": "^\\d+ (days?|weeks?|months?|years?)$" }),
        "TeamId" | "RewardId" | "QuestionId" | "ContactId" | "MailingId" | "TouchId" | "ReferralId" | "SignedBy" => {
            json!({ "type": "string", "pattern": SLUG })
        }
        "Line" | "Prose" | "Plain" => json!({ "type": ["string", "number"] }),
        "When" | "RelativePath" | "FontStack" | "Expression" | "ReferralCode" | "Slug" | "CheckName" | "TraceHash"
        | "ValueId" | "ServiceId" | "Clock" => {
            json!({ "type": "string" })
        }
        "AskedOn" => json!({ "type": ["boolean", "string"] }),
        "Texts" => texts(),
        "PersonName" => json!({ "anyOf": [{ "type": "string" }, name_parts()] }),
        "LeadDays" => json!({ "anyOf": [
            { "type": "integer" },
            { "type": "object", "propertyNames": { "pattern": "^([A-Z]{2}|other)$" }, "additionalProperties": { "type": "integer" } },
        ] }),
        "Extra" => json!({ "type": "object" }),
        _ => return None,
    })
}

/// One text, or a text a language.
fn texts() -> Value {
    let languages = Language::ALL.map(Language::tag);
    json!({ "anyOf": [
        { "type": "string" },
        { "type": "object", "propertyNames": { "enum": languages }, "additionalProperties": { "type": "string" } },
    ] })
}

fn name_parts() -> Value {
    json!({
        "type": "object",
        "properties": {
            "given": { "type": "string", "description": "What they are called by." },
            "family": { "type": "string", "description": "Their family's name." },
        },
        "required": ["given"],
        "additionalProperties": false,
    })
}

/// What a type is called in the reference pages.
pub fn kind_in_words(kind: &str) -> String {
    let inside = |name: &str| kind.strip_prefix(name).and_then(|rest| rest.strip_prefix('<')?.strip_suffix('>'));
    if let Some(inner) = inside("Box").or_else(|| inside("Option")).or_else(|| inside("Lit")) {
        return kind_in_words(inner);
    }
    if let Some(inner) = inside("Vec") {
        return format!("list of: {}", kind_in_words(inner));
    }
    if let Some((key, inner)) = inside("Table").and_then(|pair| pair.split_once(',')) {
        return format!("for each {}: {}", kind_in_words(key), kind_in_words(inner));
    }
    if let Some(words) = words(kind) {
        return words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    }
    match kind {
        "Flag" => "`true` or `false`",
        "Role" => "role, or `language:` and its code",
        "Whole" | "Year" | "Weight" => "whole number",
        "Day" => "date",
        "Amount" => "amount, in quotes",
        "Length" => "millimetres",
        "Country" => "country code",
        "Currency" => "currency code",
        "Colour" => "colour",
        "EmailAddress" => "e-mail address",
        "Interval" => "interval, like `3 months`",
        "TeamId" => "team id",
        "ContactId" => "id of a contact",
        "RewardId" => "id of a reward option",
        "QuestionId" | "MailingId" | "TouchId" | "ReferralId" => "id",
        "SignedBy" => "`owner`, `ceo` or a team id",
        "RelativePath" => "path",
        "FontStack" => "list of fonts",
        "Expression" => "condition",
        "When" => "day",
        "Clock" => "hour",
        "ValueId" | "ServiceId" => "id",
        "AskedOn" => "`true`, `false` or a date",
        "Texts" => "text, or a text a language",
        "PersonName" => "text, or {given, family}",
        "LeadDays" => "whole number, or one a country",
        "Extra" => "free keys",
        "CheckName" => "code of a check",
        "Line" | "Prose" | "Plain" | "Slug" | "ReferralCode" | "TraceHash" => "text",
        group => return format!("group [{group}](#{})", group.to_lowercase()),
    }
    .to_owned()
}

/// A value as it is written in a file, in one line.
pub fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(written).collect::<Vec<_>>().join(", ")),
        Value::Object(keys) => {
            let pairs: Vec<String> = keys.iter().map(|(key, value)| format!("{key}: {}", written(value))).collect();
            format!("{{{}}}", pairs.join(", "))
        }
        other => other.to_string(),
    }
}

//! A line of a journal.

use jiff::Timestamp;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use std::fmt;

use crate::model::id::ContactId;
use mail::address::EmailAddress;
use source::diagnostic::Fault;
use source::words;

words! {
    /// What became of a message.
    State, "state" {
        /// It is meant to leave in this run.
        Planned = "planned",
        /// Its body is about to leave; found last, it is in doubt.
        Attempting = "attempting",
        /// The relay refused it for good (5xx).
        Refused = "refused",
        /// The relay wants it later (4xx).
        Deferred = "deferred",
        /// It may have arrived or not; a person decides.
        InDoubt = "in_doubt",
        /// The relay has taken it.
        Accepted = "accepted",
        /// It was handed to the post.
        Posted = "posted",
    }
}

impl State {
    /// The message is on its way: it is never sent again.
    pub fn is_sent(self) -> bool {
        matches!(self, State::Accepted | State::Posted)
    }

    /// How much it settles, within one generation: what is sent stays sent and what is refused stays refused, in whatever
    /// order and with whatever moments the lines stand; that a message is planned says nothing against what came of it.
    pub(super) fn weight(self) -> u8 {
        match self {
            State::Planned => 0,
            State::Deferred | State::Attempting | State::InDoubt => 1,
            State::Refused => 2,
            State::Accepted | State::Posted => 3,
        }
    }

    /// Of two that are equally old and settle equally much, the one that holds a message back is believed.
    pub(super) fn caution(self) -> u8 {
        match self {
            State::Attempting => 1,
            State::InDoubt => 2,
            _ => 0,
        }
    }
}

/// One line of a journal.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// When.
    pub t: Timestamp,
    /// Whose message.
    pub contact: ContactId,
    /// What became of it.
    pub state: State,
    /// The message's id, without brackets.
    pub message_id: Option<Box<str>>,
    /// The address it went to.
    pub to: Option<Box<str>>,
    /// SHA-256 of the message as it was built, lower-case hexadecimal.
    pub sha256: Option<Box<str>>,
    /// What the relay said.
    pub reply: Option<Box<str>>,
    /// The commit it was sent from.
    pub commit: Option<Box<str>>,
    /// How often a person has decided that it must leave again, counted from 1.
    pub generation: u32,
    /// What we do not know and keep.
    pub rest: Map<String, Value>,
}

/// A line as it is written, its fields in the order in which a person reads them.
#[derive(Serialize)]
struct Line<'e> {
    t: String,
    contact: &'e str,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<&'e str>,
    generation: u32,
    #[serde(flatten)]
    rest: &'e Map<String, Value>,
}

impl Entry {
    /// A line that says no more than what became of whose message.
    pub fn new(t: Timestamp, contact: ContactId, state: State) -> Self {
        Entry {
            t,
            contact,
            state,
            message_id: None,
            to: None,
            sha256: None,
            reply: None,
            commit: None,
            generation: 1,
            rest: Map::new(),
        }
    }

    /// Reads one line.
    ///
    /// # Errors
    /// No JSON object, a field that is missing or of another type, an unknown state.
    pub fn parse(line: &str) -> Result<Self, Fault> {
        let Fields(mut fields) =
            serde_json::from_str(line).map_err(|error| Fault::new(format!("this line is no JSON object: {error}")))?;
        let mut text = |name: &'static str| match fields.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(Fault::new(format!("`{name}` is a text, not `{other}`"))),
        };
        let required = |name, value: Option<String>| value.ok_or_else(|| Fault::new(format!("`{name}` is missing")));
        let moment = required("t", text("t")?)?;
        let t = moment.parse().map_err(|_| Fault::new(format!("`{moment}` is no moment like 2027-01-20T09:00:00Z")))?;
        let contact = ContactId::parse_key(&required("contact", text("contact")?)?)?;
        let state = required("state", text("state")?)?.parse()?;
        let mut optional = |name| text(name).map(|value| value.map(String::into_boxed_str));
        let (message_id, to, sha256) = (optional("message_id")?, optional("to")?, optional("sha256")?);
        let (reply, commit) = (optional("reply")?, optional("commit")?);
        let generation = match fields.remove("generation") {
            None => 1,
            Some(value) => value
                .as_u64()
                .and_then(|number| u32::try_from(number).ok())
                .filter(|&number| number > 0)
                .ok_or_else(|| Fault::new(format!("`generation` counts from 1, and is `{value}`")))?,
        };
        Ok(Entry { t, contact, state, message_id, to, sha256, reply, commit, generation, rest: fields })
    }

    /// The line, without its end.
    pub fn to_line(&self) -> String {
        let line = Line {
            t: self.t.to_string(),
            contact: self.contact.as_str(),
            state: self.state.name(),
            message_id: self.message_id.as_deref(),
            to: self.to.as_deref(),
            sha256: self.sha256.as_deref(),
            reply: self.reply.as_deref(),
            commit: self.commit.as_deref(),
            generation: self.generation,
            rest: &self.rest,
        };
        serde_json::to_string(&line).expect("texts and numbers are JSON")
    }
}

/// The fields of a line, each once: of two with one name nobody can say which holds.
struct Fields(Map<String, Value>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Fields, A::Error> {
                let mut fields = Map::new();
                while let Some((name, value)) = access.next_entry::<String, Value>()? {
                    if fields.contains_key(&name) {
                        return Err(serde::de::Error::custom(format_args!("`{name}` stands there twice")));
                    }
                    fields.insert(name, value);
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(Each)
    }
}

/// The form in which two spellings of one mailbox are equal; what is no address is compared as it is.
pub(super) fn folded(to: &str) -> String {
    to.parse::<EmailAddress>().map_or_else(|_| to.to_lowercase(), |address| address.folded_without_tag())
}

//! The fields of a contact as paths such as `address.city`: what each holds, and what an import may do to a value that is there.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use crate::model::contact::{BasisKind, Kind as ContactKind, Nature, Opportunity};
use crate::model::preference::PreferredChannel;
use source::diagnostic::{Fault, did_you_mean};

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

//! The leaves of the wire structs: scalars that parse themselves, and tables.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::Deserialize;
use serde::de::{self, Deserializer, Error as _, MapAccess, Visitor};

use crate::model::contact::Name;
use crate::model::language::{Country, Language};
use crate::model::mailing::LeadTime;
use crate::model::text::{Line, Localised};
use crate::model::when::day_meant;
use source::diagnostic::Fault;

/// A scalar parsed with its type's `FromStr`; the fault of a value that does not parse points at exactly this scalar.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lit<T>(pub T);

impl<'de, T: FromStr<Err = Fault>> Deserialize<'de> for Lit<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(LitVisitor(PhantomData))
    }
}

struct LitVisitor<T>(PhantomData<T>);

impl<T: FromStr<Err = Fault>> Visitor<'_> for LitVisitor<T> {
    type Value = Lit<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one value")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Lit<T>, E> {
        text.parse().map(Lit).map_err(E::custom)
    }
}

macro_rules! literals {
    ($($(#[$doc:meta])* $name:ident($inner:ty) = $parse:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(pub $inner);

        impl FromStr for $name {
            type Err = Fault;

            fn from_str(text: &str) -> Result<Self, Fault> {
                let parse: fn(&str) -> Result<$inner, Fault> = $parse;
                parse(text).map($name)
            }
        }
    )*};
}

literals! {
    /// `true` or `false`.
    Flag(bool) = |text| match text {
        "true" | "True" => Ok(true),
        "false" | "False" => Ok(false),
        other => Err(Fault::new(format!("`{other}` is neither true nor false")).hint("write `true` or `false`")),
    };
    /// A whole number.
    Whole(u32) = |text| text.replace('_', "").parse().map_err(|_| {
        Fault::new(format!("`{text}` is not a whole number")).hint("write digits only, like 250")
    });
    /// A day, ISO 8601.
    Day(jiff::civil::Date) = |text| parse_day(text);
    /// An hour of the day: `10:00`.
    Clock(jiff::civil::Time) = |text| parse_clock(text);
    /// A year.
    Year(i16) = |text| match text.parse() {
        Ok(year @ 1900..=2200) => Ok(year),
        _ => Err(Fault::new(format!("`{text}` is not a year")).hint("a year has four digits, like 2027")),
    };
    /// Working days in the post; more than a quarter of a year is a slip of the pen.
    PostDays(u32) = |text| match text.parse() {
        Ok(days @ 0..=60) => Ok(days),
        _ => Err(Fault::new(format!("`{text}` is not a number of working days")).hint("write digits only, like 4, and at most 60")),
    };
    /// A place in an order; may be below zero.
    Weight(i32) = |text| text.parse().map_err(|_| Fault::new(format!("`{text}` is not a whole number")));
}

fn parse_clock(text: &str) -> Result<jiff::civil::Time, Fault> {
    let (hour, minute) = text.split_once(':').unwrap_or((text, ""));
    let time = hour.parse().ok().zip(minute.parse().ok());
    let time = time.and_then(|(hour, minute)| jiff::civil::Time::new(hour, minute, 0, 0).ok());
    time.ok_or_else(|| Fault::new(format!("`{text}` is no hour")).hint("write it in quotes, like \"10:00\""))
}

fn parse_day(text: &str) -> Result<jiff::civil::Date, Fault> {
    let shaped = text.len() == 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-';
    let usual = || "a date is year-month-day, like 2027-01-20".to_owned();
    match text.parse() {
        Ok(date) if shaped => Ok(date),
        _ if shaped => Err(Fault::new(format!("there is no day `{text}`")).hint(usual())),
        _ => {
            let hint = day_meant(text).map_or_else(usual, |day| format!("write `{day}`"));
            Err(Fault::new(format!("`{text}` is not a date")).hint(hint))
        }
    }
}

/// Text that a template will read: subject, preheader, a title. One line, and not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plain(pub Box<str>);

impl FromStr for Plain {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        text.parse::<crate::model::text::Line>().map(|line| Plain(line.as_str().into()))
    }
}

/// A relative path below a folder of the programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelativePath(pub Box<str>);

impl FromStr for RelativePath {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let inside = |part: &str| !part.is_empty() && part != "." && part != "..";
        match text.split('/').all(inside) && !text.contains(['\\', ':']) && !text.chars().any(char::is_control) {
            true => Ok(RelativePath(text.into())),
            false => Err(Fault::new(format!("`{}` is not a path inside the programme", text.escape_debug()))
                .hint("write it with forward slashes, without `..` and without a leading slash")),
        }
    }
}

/// A mapping whose keys parse themselves; a key that stands twice is a fault.
#[derive(Debug, Clone, PartialEq)]
pub struct Table<K, V>(pub BTreeMap<K, V>);

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Table(BTreeMap::new())
    }
}

impl<'de, K: FromStr<Err = Fault> + Ord, V: Deserialize<'de>> Deserialize<'de> for Table<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(TableVisitor(PhantomData))
    }
}

struct TableVisitor<K, V>(PhantomData<(K, V)>);

impl<'de, K: FromStr<Err = Fault> + Ord, V: Deserialize<'de>> Visitor<'de> for TableVisitor<K, V> {
    type Value = Table<K, V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a group of keys")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Table<K, V>, A::Error> {
        let mut table = BTreeMap::new();
        while let Some(Lit(key)) = entries.next_key::<Lit<K>>()? {
            if table.insert(key, entries.next_value()?).is_some() {
                return Err(A::Error::custom("doubled key"));
            }
        }
        Ok(Table(table))
    }
}

/// One text, or a text a language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts(pub Localised);

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextsVisitor)
    }
}

struct TextsVisitor;

impl<'de> Visitor<'de> for TextsVisitor {
    type Value = Texts;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, or a text a language")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Texts, E> {
        text.parse().map(|line| Texts(Localised::Same(line))).map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Texts, A::Error> {
        let table = TableVisitor::<Language, Lit<_>>(PhantomData).visit_map(entries)?;
        let texts = table.0.into_iter().map(|(language, Lit(text))| (language, text)).collect();
        Ok(Texts(Localised::Each(texts)))
    }
}

/// Working days in the post: one number, or a number a country with `other` for the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeadDays(pub LeadTime);

impl<'de> Deserialize<'de> for LeadDays {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LeadVisitor)
    }
}

struct LeadVisitor;

impl<'de> Visitor<'de> for LeadVisitor {
    type Value = LeadDays;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number of working days, or a number a country")
    }

    fn visit_u64<E: de::Error>(self, days: u64) -> Result<LeadDays, E> {
        self.visit_str(&days.to_string())
    }

    fn visit_i64<E: de::Error>(self, days: i64) -> Result<LeadDays, E> {
        self.visit_str(&days.to_string())
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<LeadDays, E> {
        let PostDays(usual) = text.parse().map_err(E::custom)?;
        Ok(LeadDays(LeadTime { usual, ..LeadTime::default() }))
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<LeadDays, A::Error> {
        let table = TableVisitor::<Destination, Lit<PostDays>>(PhantomData).visit_map(entries)?;
        let mut lead = LeadTime::default();
        for (Destination(country), Lit(PostDays(days))) in table.0 {
            match country {
                Some(country) => {
                    lead.by_country.insert(country, days);
                }
                None => lead.usual = days,
            }
        }
        Ok(LeadDays(lead))
    }
}

/// A country, or `other` for all that are not named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Destination(Option<Country>);

impl FromStr for Destination {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        match text {
            "other" => Ok(Destination(None)),
            code => code.parse().map(|country| Destination(Some(country))),
        }
    }
}

/// A contact's name, from one string or two parts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PersonName {
    /// What they are called by.
    pub given: Option<Line>,
    /// Their family's name.
    pub family: Option<Line>,
}

impl From<Name> for PersonName {
    fn from(Name { given, family }: Name) -> Self {
        PersonName { given: Some(given), family }
    }
}

impl<'de> Deserialize<'de> for PersonName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NameVisitor)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NameParts {
    given: Option<Lit<Line>>,
    family: Option<Lit<Line>>,
}

struct NameVisitor;

impl<'de> Visitor<'de> for NameVisitor {
    type Value = PersonName;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name, or {given, family}")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<PersonName, E> {
        text.parse::<Name>().map(PersonName::from).map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<PersonName, A::Error> {
        let parts = NameParts::deserialize(de::value::MapAccessDeserializer::new(entries))?;
        let line = |part: Option<Lit<Line>>| part.map(|Lit(line)| line);
        Ok(PersonName { given: line(parts.given), family: line(parts.family) })
    }
}

/// Whether a preference was asked: `true`, `false` or the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AskedOn(pub crate::model::preference::Asked);

impl FromStr for AskedOn {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        use crate::model::preference::Asked;
        match text {
            "true" => Ok(AskedOn(Asked::Yes)),
            "false" | "assumed" => Ok(AskedOn(Asked::Assumed)),
            day => parse_day(day).map(|day| AskedOn(Asked::On(day))),
        }
    }
}

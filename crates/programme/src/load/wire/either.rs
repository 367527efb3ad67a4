//! Values that are a word or a group of keys.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor};

use super::{LabelSize, OtherPlace, ViaMailing};
use crate::model::ledger::Arrival;
use crate::model::post::LabelSheet;

/// `post.labels:`: the name of a sheet, or its measures.
#[derive(Debug)]
pub enum Labels {
    /// A sheet that everybody sells.
    Known(LabelSheet),
    /// One of the programme's own.
    Own(LabelSize),
}

impl<'de> Deserialize<'de> for Labels {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordOrGroup {
            expects: "the name of a label sheet, or {columns, rows, width, height, left, top}",
            word: |text| text.parse().map(Labels::Known).map_err(|fault| fault.to_string()),
            group: Labels::Own,
        })
    }
}

/// `via:`: a word, or the mailing that led to it.
#[derive(Debug)]
pub enum Via {
    /// `via: page`
    Way(Arrival),
    /// `via: {mailing: 2027-01-newsletter}`
    Mailing(ViaMailing),
}

impl<'de> Deserialize<'de> for Via {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordOrGroup {
            expects: "a word like `page`, or {mailing: …}",
            word: |text| text.parse().map(Via::Way).map_err(|fault| fault.to_string()),
            group: Via::Mailing,
        })
    }
}

/// `place:` of a meeting: `theirs`, or somewhere else and why.
#[derive(Debug)]
pub enum MeetingPlace {
    /// `place: theirs`
    Theirs,
    /// `place: {at: ours, why: …}`
    Other(OtherPlace),
}

impl<'de> Deserialize<'de> for MeetingPlace {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordOrGroup {
            expects: "`theirs`, or {at: ours, why: …}",
            word: |text| match text {
                "theirs" => Ok(MeetingPlace::Theirs),
                _ => Err(format!("`{text}` is no place; write `theirs`, or {{at: {text}, why: …}}")),
            },
            group: MeetingPlace::Other,
        })
    }
}

/// Reads a `T` from a word, or from a group of keys `G`.
struct WordOrGroup<G, T> {
    /// What a message says that should stand here.
    expects: &'static str,
    word: fn(&str) -> Result<T, String>,
    group: fn(G) -> T,
}

impl<'de, G: Deserialize<'de>, T> Visitor<'de> for WordOrGroup<G, T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expects)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        (self.word)(text).map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<T, A::Error> {
        G::deserialize(de::value::MapAccessDeserializer::new(entries)).map(self.group)
    }
}

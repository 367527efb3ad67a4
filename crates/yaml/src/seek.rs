//! The place of a value: the parser reads up to it and is made to fail there, and its error carries line and column.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::path::{At, Step};

/// Line and column, from 1, of what stands at `path` in `text`; `None` where nothing does.
pub fn position(text: &str, path: &[Step], at: At) -> Option<(usize, usize)> {
    let error = Seek { path, at }.deserialize(serde_yaml::Deserializer::from_str(text)).err()?;
    error.location().map(|place| (place.line(), place.column()))
}

/// A seed that reads up to a path and fails there, so that the error carries the position.
struct Seek<'p> {
    path: &'p [Step],
    at: At,
}

const HERE: &str = "here";

impl<'de> DeserializeSeed<'de> for Seek<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match (self.path, self.at) {
            ([], _) => deserializer.deserialize_any(Stop { at: None, seen: &mut 0 }),
            ([Step::Item(_), ..], _) => deserializer.deserialize_seq(self),
            ([Step::Key(_), ..], _) => deserializer.deserialize_map(self),
        }
    }
}

impl<'de> Visitor<'de> for Seek<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or a group of keys")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let Some(Step::Item(wanted)) = self.path.first() else { return Ok(()) };
        for _ in 0..*wanted {
            items.next_element::<IgnoredAny>()?;
        }
        items.next_element_seed(Seek { path: &self.path[1..], at: self.at })?;
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let Some(Step::Key(wanted)) = self.path.first() else { return Ok(()) };
        let stop_at = match (self.at, self.path.len()) {
            (At::Key(occurrence), 1) => Some(occurrence),
            _ => None,
        };
        let mut seen = 0;
        loop {
            let key = KeySeek { wanted, stop: Stop { at: stop_at, seen: &mut seen } };
            match entries.next_key_seed(key)? {
                None => return Ok(()),
                Some(true) => entries.next_value_seed(Seek { path: &self.path[1..], at: self.at })?,
                Some(false) => {
                    entries.next_value::<IgnoredAny>()?;
                }
            }
        }
    }
}

/// Reads a key; fails at the wanted occurrence of the wanted one.
struct KeySeek<'k> {
    wanted: &'k str,
    stop: Stop<'k>,
}

impl<'de> DeserializeSeed<'de> for KeySeek<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for KeySeek<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<bool, E> {
        if key != self.wanted {
            return Ok(false);
        }
        let occurrence = *self.stop.seen;
        *self.stop.seen += 1;
        match self.stop.at {
            None => Ok(true),
            Some(wanted) if wanted == occurrence => Err(E::custom(HERE)),
            Some(_) => Ok(false),
        }
    }
}

/// Fails at whatever it meets.
struct Stop<'s> {
    at: Option<usize>,
    seen: &'s mut usize,
}

impl<'de> Visitor<'de> for Stop<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HERE)
    }
}

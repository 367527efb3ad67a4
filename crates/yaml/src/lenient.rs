//! A serde adapter that knows where it is, remembers the first failure and can leave values out.
//!
//! [`Tracked`] wraps a deserializer. It follows the path of what is being read; when something fails, the [`Track`] keeps the
//! path and the message. On the next attempt the failing entry is skipped, so that reading goes on after it.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::fmt;

use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, Error as _, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess,
    Visitor,
};

use super::path::{At, Step};

/// The state of reading one document leniently.
#[derive(Default)]
pub struct Track {
    inner: RefCell<State>,
}

#[derive(Default)]
struct State {
    path: Vec<Step>,
    left_out: BTreeSet<(Vec<Step>, At)>,
    failure: Option<Failure>,
}

/// The first thing that failed in an attempt.
pub struct Failure {
    /// Where.
    pub path: Vec<Step>,
    /// At the key or at the value.
    pub at: At,
    /// What serde said, without its own place.
    pub message: String,
}

impl Track {
    /// The failure of the last attempt; `error` is what the attempt as a whole reported.
    pub fn take_failure(&self, error: &str) -> Failure {
        let mut state = self.inner.borrow_mut();
        state.path.clear();
        let kept = state.failure.take();
        let mut failure =
            kept.unwrap_or_else(|| Failure { path: Vec::new(), at: At::Value, message: error.to_owned() });
        if let Some(start) =
            ["invalid type: ", "invalid value: ", "invalid length "].iter().find_map(|s| failure.message.find(s))
        {
            failure.message.drain(..start);
        }
        if let Some(end) = failure.message.rfind(" at line ") {
            failure.message.truncate(end);
        }
        failure
    }

    /// Leaves an entry out from now on; false where it was left out already and nothing would change.
    pub fn leave_out(&mut self, path: Vec<Step>, at: At) -> bool {
        self.inner.borrow_mut().left_out.insert((path, at))
    }

    fn is_left_out(&self, step: Step, at: At) -> bool {
        let mut state = self.inner.borrow_mut();
        state.path.push(step);
        let key = (state.path.clone(), at);
        state.path.pop();
        state.left_out.contains(&key)
    }

    fn enter(&self, step: Step) {
        self.inner.borrow_mut().path.push(step);
    }

    fn leave(&self) {
        self.inner.borrow_mut().path.pop();
    }

    fn fail(&self, at: At, message: impl fmt::Display) {
        let mut state = self.inner.borrow_mut();
        if state.failure.is_none() {
            let failure = Failure { path: state.path.clone(), at, message: message.to_string() };
            state.failure = Some(failure);
        }
    }

    fn fail_key(&self, key: &str, at: At, message: impl fmt::Display) {
        self.enter(key.into());
        self.fail(at, message);
        self.leave();
    }
}

/// A deserializer, visitor, seed or access under observation.
pub struct Tracked<'t, I> {
    inner: I,
    track: &'t Track,
}

impl<'t, I> Tracked<'t, I> {
    /// Observes `inner`.
    pub fn new(inner: I, track: &'t Track) -> Self {
        Tracked { inner, track }
    }

    fn wrap<J>(&self, inner: J) -> Tracked<'t, J> {
        Tracked { inner, track: self.track }
    }
}

/// Forwards a `deserialize_*` method and notes a failure at the path where it happens.
macro_rules! observe {
    ($($method:ident),*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
            let visitor = self.wrap(visitor);
            let track = self.track;
            self.inner.$method(visitor).inspect_err(|error| track.fail(At::Value, error))
        }
    )*};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Tracked<'_, D> {
    type Error = D::Error;

    observe!(
        deserialize_any,
        deserialize_bool,
        deserialize_i8,
        deserialize_i16,
        deserialize_i32,
        deserialize_i64,
        deserialize_u8,
        deserialize_u16,
        deserialize_u32,
        deserialize_u64,
        deserialize_f32,
        deserialize_f64,
        deserialize_char,
        deserialize_str,
        deserialize_string,
        deserialize_bytes,
        deserialize_byte_buf,
        deserialize_option,
        deserialize_unit,
        deserialize_seq,
        deserialize_map,
        deserialize_identifier,
        deserialize_ignored_any
    );

    fn deserialize_unit_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, D::Error> {
        let visitor = self.wrap(visitor);
        self.inner.deserialize_unit_struct(name, visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, D::Error> {
        let visitor = self.wrap(visitor);
        self.inner.deserialize_newtype_struct(name, visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, D::Error> {
        let visitor = self.wrap(visitor);
        self.inner.deserialize_tuple(len, visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        let visitor = self.wrap(visitor);
        self.inner.deserialize_tuple_struct(name, len, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        let visitor = self.wrap(visitor);
        let track = self.track;
        self.inner.deserialize_struct(name, fields, visitor).inspect_err(|error| track.fail(At::Value, error))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        let visitor = self.wrap(visitor);
        self.inner.deserialize_enum(name, variants, visitor)
    }
}

/// Forwards a visit of a scalar; its failure is noted before the deserializer adds a place to the message.
macro_rules! observe_scalars {
    ($($method:ident: $type:ty),*) => {$(
        fn $method<E: de::Error>(self, value: $type) -> Result<V::Value, E> {
            let track = self.track;
            self.inner.$method(value).inspect_err(|error: &E| track.fail(At::Value, error))
        }
    )*};
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Tracked<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    observe_scalars!(
        visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_i128: i128, visit_u128: u128, visit_f64: f64,
        visit_str: &str, visit_borrowed_str: &'de str, visit_string: String
    );

    fn visit_none<E: de::Error>(self) -> Result<V::Value, E> {
        self.inner.visit_none()
    }

    fn visit_unit<E: de::Error>(self) -> Result<V::Value, E> {
        self.inner.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        let deserializer = self.wrap(deserializer);
        self.inner.visit_some(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        let deserializer = self.wrap(deserializer);
        self.inner.visit_newtype_struct(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<V::Value, A::Error> {
        let items = Items { inner: items, track: self.track, index: 0 };
        self.inner.visit_seq(items)
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<V::Value, A::Error> {
        let entries = Entries { inner: entries, track: self.track, seen: HashMap::new(), key: String::new() };
        self.inner.visit_map(entries)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<V::Value, A::Error> {
        self.inner.visit_enum(data)
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Tracked<'_, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        let deserializer = self.wrap(deserializer);
        self.inner.deserialize(deserializer)
    }
}

struct Items<'t, A> {
    inner: A,
    track: &'t Track,
    index: usize,
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Items<'_, A> {
    type Error = A::Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, A::Error> {
        while self.track.is_left_out(self.index.into(), At::Value) {
            if self.inner.next_element::<IgnoredAny>()?.is_none() {
                return Ok(None);
            }
            self.index += 1;
        }
        self.track.enter(self.index.into());
        let element = self.inner.next_element_seed(Tracked::new(seed, self.track));
        if let Err(error) = &element {
            self.track.fail(At::Value, error);
        }
        self.track.leave();
        self.index += 1;
        element
    }
}

struct Entries<'t, A> {
    inner: A,
    track: &'t Track,
    seen: HashMap<String, usize>,
    key: String,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Entries<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        loop {
            let Some(key) = self.inner.next_key::<String>()? else { return Ok(None) };
            let occurrence = *self.seen.entry(key.clone()).and_modify(|seen| *seen += 1).or_insert(0);
            let step = || Step::from(key.as_str());
            let skipped =
                self.track.is_left_out(step(), At::Key(occurrence)) || self.track.is_left_out(step(), At::Value);
            if skipped {
                self.inner.next_value::<IgnoredAny>()?;
                continue;
            }
            if occurrence > 0 {
                self.track.fail_key(&key, At::Key(occurrence), "doubled key");
                return Err(A::Error::custom("doubled key"));
            }
            self.key = key;
            let parsed = seed.deserialize(self.key.as_str().into_deserializer());
            return parsed.map(Some).inspect_err(|error: &A::Error| self.track.fail_key(&self.key, At::Key(0), error));
        }
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, A::Error> {
        self.track.enter(self.key.as_str().into());
        let value = self.inner.next_value_seed(Tracked::new(seed, self.track));
        if let Err(error) = &value {
            self.track.fail(At::Value, error);
        }
        self.track.leave();
        value
    }
}

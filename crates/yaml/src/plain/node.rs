//! Nodes as serde asks for them.

use serde::de::value::{BorrowedStrDeserializer, CowStrDeserializer};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::reader::{Kind, OUTSIDE, Reader, Scalar, is_null, truth};
use super::{GiveUp, Plain};
use crate::free;

/// Deepest nesting that is followed.
const DEEPEST: u8 = 32;

/// Where a node stands. `parent` is the indentation of what it stands in; a block node is indented further.
#[derive(Debug, Clone, Copy)]
pub enum Position {
    /// It is the whole document.
    Top,
    /// Behind the dash of a sequence's item: a mapping may begin on the same line.
    Item { parent: i32 },
    /// Behind the colon of a mapping's key: a sequence may stand at the key's own indentation.
    Value { parent: i32 },
    /// Within a flow collection.
    Flow,
}

/// A node that is about to be read.
pub struct Node<'r, 'de> {
    reader: &'r mut Reader<'de>,
    place: Position,
    depth: u8,
    /// What it is, where somebody has already looked.
    kind: Option<Kind<'de>>,
    /// A scalar is handed on as it is written, whatever the library would make of it.
    is_free: bool,
}

impl<'r, 'de> Node<'r, 'de> {
    /// The node that begins where the reader stands.
    pub fn new(reader: &'r mut Reader<'de>, place: Position, depth: u8) -> Plain<Self> {
        if depth > DEEPEST { Err(GiveUp) } else { Ok(Node { reader, place, depth, kind: None, is_free: false }) }
    }

    /// Looks what comes.
    fn kind(&mut self) -> Plain<Kind<'de>> {
        if let Some(kind) = self.kind.take() {
            return Ok(kind);
        }
        let reader = &mut *self.reader;
        let begin = reader.at;
        reader.skip_blanks();
        match self.place {
            Position::Top => reader.block(OUTSIDE),
            Position::Flow => reader.inline(None),
            Position::Item { parent } | Position::Value { parent } if reader.is_at_end_of_line() => {
                reader.next_line()?;
                let is_below_its_key = matches!(self.place, Position::Value { .. }) && reader.column == parent;
                if is_below_its_key && reader.is_dash() { Ok(Kind::Sequence(parent)) } else { reader.block(parent) }
            }
            Position::Value { parent } => reader.inline(Some(parent)),
            Position::Item { parent } => {
                let column = parent + 1 + i32::try_from(reader.at - begin).map_err(|_| GiveUp)?;
                match reader.key() {
                    Some(key) => Ok(Kind::Mapping(column, key)),
                    None => reader.inline(Some(parent)),
                }
            }
        }
    }

    fn mapping<V: Visitor<'de>>(self, kind: Kind<'de>, visitor: V) -> Plain<V::Value> {
        match kind {
            Kind::Mapping(column, key) => {
                let mut entries = Entries { reader: self.reader, column, key: Some(key), depth: self.depth };
                let made = visitor.visit_map(&mut entries)?;
                let is_read = entries.key.is_none() && entries.reader.column < column;
                if is_read { Ok(made) } else { Err(GiveUp) }
            }
            Kind::FlowMapping => self.flow(b'}', |entries| visitor.visit_map(entries)),
            _ => Err(GiveUp),
        }
    }

    fn sequence<V: Visitor<'de>>(self, kind: Kind<'de>, visitor: V) -> Plain<V::Value> {
        match kind {
            Kind::Sequence(column) => {
                let mut items = Items { reader: self.reader, column, depth: self.depth };
                let made = visitor.visit_seq(&mut items)?;
                let is_read = items.reader.column < column || items.reader.column == column && !items.reader.is_dash();
                if is_read { Ok(made) } else { Err(GiveUp) }
            }
            Kind::FlowSequence => self.flow(b']', |items| visitor.visit_seq(items)),
            _ => Err(GiveUp),
        }
    }

    fn flow<T>(self, close: u8, visit: impl FnOnce(&mut Flow<'_, 'de>) -> Plain<T>) -> Plain<T> {
        let mut inside =
            Flow { reader: &mut *self.reader, close, is_begun: false, is_closed: false, depth: self.depth };
        let made = visit(&mut inside)?;
        if !inside.is_closed {
            return Err(GiveUp);
        }
        if let Position::Item { parent } | Position::Value { parent } = self.place {
            self.reader.end_of_node(parent)?;
        }
        Ok(made)
    }
}

/// The entries of a block mapping.
struct Entries<'r, 'de> {
    reader: &'r mut Reader<'de>,
    column: i32,
    key: Option<&'de str>,
    depth: u8,
}

impl<'de> MapAccess<'de> for &mut Entries<'_, 'de> {
    type Error = GiveUp;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Plain<Option<K::Value>> {
        if self.key.is_none() {
            match self.reader.column {
                column if column < self.column => return Ok(None),
                column if column > self.column => return Err(GiveUp),
                _ => self.key = Some(self.reader.key().ok_or(GiveUp)?),
            }
        }
        self.key.map(|key| seed.deserialize(BorrowedStrDeserializer::new(key))).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Plain<V::Value> {
        self.key = None;
        seed.deserialize(Node::new(self.reader, Position::Value { parent: self.column }, self.depth + 1)?)
    }
}

/// The items of a block sequence.
struct Items<'r, 'de> {
    reader: &'r mut Reader<'de>,
    column: i32,
    depth: u8,
}

impl<'de> SeqAccess<'de> for &mut Items<'_, 'de> {
    type Error = GiveUp;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Plain<Option<T::Value>> {
        if self.reader.column > self.column {
            return Err(GiveUp);
        }
        if self.reader.column < self.column || !self.reader.is_dash() {
            return Ok(None);
        }
        self.reader.at += 1;
        seed.deserialize(Node::new(self.reader, Position::Item { parent: self.column }, self.depth + 1)?).map(Some)
    }
}

/// What stands between the brackets of a flow collection.
struct Flow<'r, 'de> {
    reader: &'r mut Reader<'de>,
    close: u8,
    is_begun: bool,
    is_closed: bool,
    depth: u8,
}

impl Flow<'_, '_> {
    /// Steps over the opening bracket or a comma; false at the closing bracket.
    fn advance(&mut self) -> Plain<bool> {
        if self.is_closed {
            return Ok(false);
        }
        self.reader.skip_blanks();
        let next = self.reader.peek().ok_or(GiveUp)?;
        let opens = !std::mem::replace(&mut self.is_begun, true);
        if !opens && next == self.close {
            self.reader.at += 1;
            self.is_closed = true;
            return Ok(false);
        }
        if !opens && next != b',' {
            return Err(GiveUp);
        }
        self.reader.at += 1;
        self.reader.skip_blanks();
        if opens && self.reader.peek() == Some(self.close) {
            return self.advance();
        }
        Ok(true)
    }
}

impl<'de> MapAccess<'de> for &mut Flow<'_, 'de> {
    type Error = GiveUp;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Plain<Option<K::Value>> {
        if !self.advance()? {
            return Ok(None);
        }
        let key = self.reader.key().ok_or(GiveUp)?;
        seed.deserialize(BorrowedStrDeserializer::new(key)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Plain<V::Value> {
        seed.deserialize(Node::new(self.reader, Position::Flow, self.depth + 1)?)
    }
}

impl<'de> SeqAccess<'de> for &mut Flow<'_, 'de> {
    type Error = GiveUp;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Plain<Option<T::Value>> {
        if !self.advance()? {
            return Ok(None);
        }
        seed.deserialize(Node::new(self.reader, Position::Flow, self.depth + 1)?).map(Some)
    }
}

/// A plain scalar that begins like a number: a whole number, or text that cannot be mistaken for a number.
fn number<'de, V: Visitor<'de>>(text: &'de str, visitor: V) -> Plain<V::Value> {
    let is_whole =
        text.len() <= 18 && text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if let (true, Ok(number)) = (is_whole, text.parse()) {
        return visitor.visit_u64(number);
    }
    let begin = text.trim_start_matches(['+', '-', '.']).get(..2).unwrap_or_default().to_ascii_lowercase();
    match text.parse::<f64>().is_ok() || ["0x", "0o", "0b", "in", "na"].contains(&begin.as_str()) {
        true => Err(GiveUp),
        false => visitor.visit_borrowed_str(text),
    }
}

impl<'de> Deserializer<'de> for Node<'_, 'de> {
    type Error = GiveUp;

    fn deserialize_any<V: Visitor<'de>>(mut self, visitor: V) -> Plain<V::Value> {
        match self.kind()? {
            Kind::Nothing => visitor.visit_unit(),
            Kind::Scalar(Scalar::Quoted(text)) => CowStrDeserializer::new(text).deserialize_any(visitor),
            Kind::Scalar(Scalar::Plain(text)) if self.is_free => visitor.visit_borrowed_bytes(text.as_bytes()),
            Kind::Scalar(Scalar::Plain(text)) => match truth(text) {
                Some(truth) => visitor.visit_bool(truth),
                None if is_null(text) => visitor.visit_unit(),
                None if text.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first)) => {
                    number(text, visitor)
                }
                None => visitor.visit_borrowed_str(text),
            },
            kind @ (Kind::Mapping(..) | Kind::FlowMapping) => self.mapping(kind, visitor),
            kind @ (Kind::Sequence(_) | Kind::FlowSequence) => self.sequence(kind, visitor),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(mut self, visitor: V) -> Plain<V::Value> {
        match self.kind()? {
            Kind::Scalar(Scalar::Quoted(text)) => CowStrDeserializer::new(text).deserialize_str(visitor),
            Kind::Scalar(Scalar::Plain(text)) if !is_null(text) => visitor.visit_borrowed_str(text),
            _ => Err(GiveUp),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Plain<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(mut self, visitor: V) -> Plain<V::Value> {
        match self.kind()? {
            Kind::Nothing => visitor.visit_none(),
            Kind::Scalar(Scalar::Plain(text)) if is_null(text) => visitor.visit_none(),
            kind => visitor.visit_some(Node { kind: Some(kind), ..self }),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(mut self, visitor: V) -> Plain<V::Value> {
        let kind = self.kind()?;
        self.sequence(kind, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(mut self, visitor: V) -> Plain<V::Value> {
        let kind = self.kind()?;
        self.mapping(kind, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Plain<V::Value> {
        self.deserialize_map(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Plain<V::Value> {
        visitor.visit_newtype_struct(Node { is_free: name == free::NAME, ..self })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct enum identifier
        ignored_any
    }
}

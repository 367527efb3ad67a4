//! Values whose type the author chose: they keep the text that they are written with.
//!
//! YAML resolves `1.10`, `+46701740605` and `0x1F` to numbers, and their text is gone. [`deserialize`] asks for the text beside
//! the value. The plain reader has it and hands a scalar without quotes on as bytes; the library has not and visits what it
//! made of it, and whoever asked looks at the source ([`Document::written`](crate::Document::written)).

use serde::de::{Deserializer, Visitor};

/// The name of the newtype that a free value is asked for as.
pub(crate) const NAME: &str = "bevara free value";

/// Reads a free value. `visitor` is visited as a newtype, and asks for anything then; it sees scalars without quotes as the
/// bytes of their text where that is known.
///
/// # Errors
/// Those of the deserializer and the visitor.
pub fn deserialize<'de, D: Deserializer<'de>, V: Visitor<'de>>(
    deserializer: D,
    visitor: V,
) -> Result<V::Value, D::Error> {
    deserializer.deserialize_newtype_struct(NAME, visitor)
}

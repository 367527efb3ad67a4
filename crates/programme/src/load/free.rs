//! Free fields: whatever stands below `extra:`. They print as they are written.

use std::cell::Cell;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::model::text::Prose;
use source::characters::is_reserved;
use source::diagnostic::Fault;
use yaml::Step;

/// Free fields as JSON. Nulls are left out, so that what is not there is undefined in a template.
///
/// A number is one where it prints as it is written (`250`, `-1.5`), so that templates can compare it; of any other (`1.10`,
/// `+46701740605`, `0x1F`) the text is kept.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Extra {
    fields: Map<String, Value>,
    /// The text of some numbers is still to be looked up; null stands for those that are none in JSON.
    lacks_text: bool,
}

impl Extra {
    /// The fields as they are written. `text` gives the source of the value at a path below them.
    ///
    /// # Errors
    /// A value that has no honest form, with its path.
    pub fn fields<'t>(self, text: impl Fn(&[Step]) -> &'t str) -> Result<Map<String, Value>, (Vec<Step>, Fault)> {
        let Extra { fields, lacks_text } = self;
        if !lacks_text {
            return Ok(fields);
        }
        let mut whole = Value::Object(fields);
        look_up(&mut whole, &mut Vec::new(), &text)?;
        match whole {
            Value::Object(fields) => Ok(fields),
            _ => unreachable!("a group of keys stays one"),
        }
    }
}

/// Puts the texts of numbers and yes-or-no values in place of what YAML made of them.
fn look_up<'t>(
    value: &mut Value,
    path: &mut Vec<Step>,
    text: &impl Fn(&[Step]) -> &'t str,
) -> Result<(), (Vec<Step>, Fault)> {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                path.push(key.as_str().into());
                look_up(value, path, text)?;
                path.pop();
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter_mut().enumerate() {
                path.push(index.into());
                look_up(value, path, text)?;
                path.pop();
            }
        }
        Value::String(_) => {}
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            let written = text(path);
            // Behind a tag of YAML's nobody looks for the text.
            if !written.starts_with(['!', '"', '\'']) || value.is_null() {
                *value = as_written(written).map_err(|fault| (path.clone(), fault))?.unwrap_or_default();
            }
        }
    }
    Ok(())
}

/// A scalar without quotes: what YAML takes it for where that prints the same, else its text. `None` for nothing.
fn as_written(text: &str) -> Result<Option<Value>, Fault> {
    Ok(Some(match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(None),
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "False" | "FALSE" => {
            let fault = Fault::new(format!("`{text}` would be a text, and any text counts as yes"));
            return Err(fault.hint("write `false`, or put it in quotes if the word is meant"));
        }
        text => number(text).map_or_else(|| text.into(), Value::Number),
    }))
}

/// The number that prints as `text`.
fn number(text: &str) -> Option<Number> {
    let whole = || text.parse::<u64>().map(Number::from).or_else(|_| text.parse::<i64>().map(Number::from)).ok();
    let float = || text.parse().ok().and_then(Number::from_f64);
    whole().or_else(float).filter(|number| number.to_string() == text)
}

impl<'de> Deserialize<'de> for Extra {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Extra;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a group of keys")
            }

            fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Extra, A::Error> {
                let lacks_text = Cell::new(false);
                let fields = Free { lacks_text: &lacks_text }.group(entries)?;
                Ok(Extra { fields, lacks_text: lacks_text.get() })
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

/// Reads one free value; `None` for nothing.
#[derive(Clone, Copy)]
struct Free<'c> {
    lacks_text: &'c Cell<bool>,
}

impl Free<'_> {
    fn group<'de, A: MapAccess<'de>>(self, mut entries: A) -> Result<Map<String, Value>, A::Error> {
        let mut fields = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if fields.contains_key(&key) {
                return Err(A::Error::custom("doubled key"));
            }
            if let Some(value) = entries.next_value_seed(self)? {
                fields.insert(key, value);
            }
        }
        Ok(fields)
    }

    /// What YAML made of a scalar whose text is to be looked up.
    fn resolved<E>(self, value: Value) -> Result<Option<Value>, E> {
        self.lacks_text.set(true);
        Ok(Some(value))
    }
}

impl<'de> DeserializeSeed<'de> for Free<'_> {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<Value>, D::Error> {
        yaml::free::deserialize(deserializer, self)
    }
}

impl<'de> Visitor<'de> for Free<'_> {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a number, a list or a group of keys")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<Value>, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bytes<E: de::Error>(self, written: &[u8]) -> Result<Option<Value>, E> {
        let written = std::str::from_utf8(written).map_err(E::custom)?;
        match as_written(written).map_err(E::custom)? {
            Some(Value::String(text)) => self.visit_str(&text),
            value => Ok(value),
        }
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Option<Value>, E> {
        self.resolved(value.into())
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Option<Value>, E> {
        self.resolved(value.into())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Option<Value>, E> {
        self.resolved(value.into())
    }

    fn visit_i128<E: de::Error>(self, _: i128) -> Result<Option<Value>, E> {
        self.resolved(Value::Null)
    }

    fn visit_u128<E: de::Error>(self, _: u128) -> Result<Option<Value>, E> {
        self.resolved(Value::Null)
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Option<Value>, E> {
        self.resolved(value.into())
    }

    fn visit_unit<E: de::Error>(self) -> Result<Option<Value>, E> {
        Ok(None)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Option<Value>, E> {
        if text.is_empty() {
            return Ok(Some(Value::String(String::new())));
        }
        match text.chars().any(is_reserved) || text.parse::<Prose>().is_err() {
            true => Err(E::custom(Fault::new("the text holds a character that cannot be printed"))),
            false => Ok(Some(text.into())),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Option<Value>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            list.extend(item);
        }
        Ok(Some(Value::Array(list)))
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Option<Value>, A::Error> {
        self.group(entries).map(|fields| Some(Value::Object(fields)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use source::SourceFile;
    use source::diagnostic::Diagnostic;
    use yaml::Document;

    #[derive(Debug, Default, Deserialize)]
    struct Record {
        extra: Option<Extra>,
        #[allow(dead_code)]
        note: Option<String>,
    }

    /// What stands below `extra:`, or what is wrong with it.
    fn read(text: &str) -> Result<Value, String> {
        let document = Document::whole(&SourceFile::new("x.yaml", text));
        let mut found: Vec<Diagnostic> = Vec::new();
        let read = document.read::<Record>(&mut found).expect("it is YAML");
        if let Some(finding) = found.first() {
            return Err(finding.message.clone());
        }
        let text = |path: &[Step]| document.written(&[&[Step::from("extra")], path].concat());
        let fields = read.value.extra.unwrap_or_default().fields(text);
        fields.map(Value::Object).map_err(|(path, fault)| format!("{path:?}: {}", fault.message))
    }

    #[test]
    fn free_values_print_as_they_are_written_whoever_reads_them() {
        let fields = "phone: +46701740605, version: 1.10, article: 12e4, price: 1200.00, hex: 0x1F, zip: 01234, on: 2026-12-24, \
                      big: 123456789012345678901234567890, octal: 0o17, binary: 0b11, neither: .nan, endless: -.inf, \
                      size: 1_000, yes: True, time: 12:30, plus: +5, exponent: 1e400, dotted: 1., quoted: '1.10'";
        let expected = json!({
            "phone": "+46701740605", "version": "1.10", "article": "12e4", "price": "1200.00", "hex": "0x1F",
            "zip": "01234", "on": "2026-12-24", "big": "123456789012345678901234567890", "octal": "0o17", "binary": "0b11",
            "neither": ".nan", "endless": "-.inf", "size": "1_000", "yes": "True", "time": "12:30", "plus": "+5",
            "exponent": "1e400", "dotted": "1.", "quoted": "1.10",
        });
        // The second is more than the plain reader knows, and is read by the library.
        for rest in ["", "note: |\n  long\n"] {
            assert_eq!(read(&format!("extra: {{{fields}}}\n{rest}")).as_ref(), Ok(&expected));
            let block = fields.replace(", ", "\n  ");
            assert_eq!(read(&format!("extra:\n  {block}\n{rest}")).as_ref(), Ok(&expected));
        }
    }

    #[test]
    fn what_prints_the_same_keeps_its_type_and_nothing_is_left_out() {
        let text = "extra: {n: 250, less: -3, half: 1.5, vip: true, off: false, none: null, list: [1, 2.50, x], deep: {k: 007}}\n";
        let expected = json!({
            "n": 250, "less": -3, "half": 1.5, "vip": true, "off": false, "list": [1, "2.50", "x"], "deep": {"k": "007"},
        });
        for rest in ["", "note: |\n  long\n"] {
            assert_eq!(read(&format!("{text}{rest}")).as_ref(), Ok(&expected));
        }
    }

    #[test]
    fn a_no_that_would_count_as_yes_is_refused() {
        for rest in ["", "note: |\n  long\n"] {
            let said = read(&format!("extra: {{vip: False}}\n{rest}")).expect_err("refused");
            assert!(said.contains("`False` would be a text"), "{said}");
        }
    }
}

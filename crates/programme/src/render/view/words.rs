//! Which words of a view are ours: they are no data, and print as they are, in class names too.

use serde::Serialize;
use tera::Value;

/// `view` with the texts under `keys` as words of ours: a kind in a class name, a colour, a date. Without keys, every text in it.
pub fn own_words(view: &impl Serialize, keys: &[&str]) -> Value {
    with_own_words(Value::from_serializable(view), keys)
}

/// [`own_words`] of what is a value already.
pub fn with_own_words(value: Value, keys: &[&str]) -> Value {
    marked(value, keys, |_| true)
}

/// [`own_words`] for texts that an author had a hand in, paths above all: of those, what needs no escape anywhere is a word of ours.
/// It saves every page the way through the marks.
pub fn plain_words(view: &impl Serialize, keys: &[&str]) -> Value {
    marked(Value::from_serializable(view), keys, |text| {
        text.chars().all(|character| character.is_ascii_alphanumeric() || "-._~/:;+= '".contains(character))
    })
}

fn marked(value: Value, keys: &[&str], is_ours: fn(&str) -> bool) -> Value {
    if let Some(items) = value.as_array() {
        return items.iter().map(|item| marked(item.clone(), keys, is_ours)).collect::<Vec<Value>>().into();
    }
    if !value.is_map() {
        let ours = keys.is_empty() && value.as_str().is_some_and(is_ours);
        return if ours { value.mark_safe() } else { value };
    }
    let mut map = value.into_map().unwrap_or_default();
    for (key, value) in &mut map {
        if keys.is_empty() || key.as_str().is_some_and(|key| keys.contains(&key)) {
            *value = marked(std::mem::replace(value, Value::undefined()), &[], is_ours);
        }
    }
    Value::from(map)
}

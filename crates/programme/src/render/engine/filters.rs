//! The filters of templates, in the language that is rendered.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tera::{Kwargs, State, StringInput, Tera, TeraResult, Value};

use crate::model::language::Language;
use crate::model::money::Money;
use crate::render::locale::{self, DateStyle};
use crate::render::strings::{Strings, fill};
use html::mark;
use source::diagnostic::did_you_mean;

/// Everything but the unreserved characters (RFC 3986 §2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

thread_local! {
    /// The language of what this thread renders.
    static LANGUAGE: Cell<Language> = const { Cell::new(Language::En) };
}

/// Says in which language this thread renders from now on.
pub(super) fn speak(language: Language) {
    LANGUAGE.set(language);
}

/// Registers the filters; each speaks the language that is [spoken](speak) when it is asked.
pub(super) fn register(tera: &mut Tera, strings: &Arc<BTreeMap<Language, Strings>>) {
    tera.register_filter("date", |value: &str, options: Kwargs, _: &State| date(value, &options, LANGUAGE.get()));
    tera.register_filter("money", |value: Value, _: Kwargs, _: &State| money(&value, LANGUAGE.get()));
    tera.register_filter("number", |value: i64, _: Kwargs, _: &State| locale::format_number(value, LANGUAGE.get()));
    tera.register_filter("decimal", |value: f64, _: Kwargs, _: &State| {
        locale::format_decimal((value * 10.0).round() as i64, LANGUAGE.get())
    });
    tera.register_filter("percent", |value: f64, _: Kwargs, _: &State| {
        // Shares are shown with one decimal at most: more would claim more than a list of people can tell.
        locale::format_percent((value * 10.0).round() as i64, LANGUAGE.get())
    });
    tera.register_filter("passed", |value: &str, options: Kwargs, _: &State| passed(value, &options));
    tera.register_filter("phone", |value: &str, _: Kwargs, _: &State| locale::unbroken(value));
    let (strings, none) = (Arc::clone(strings), Strings::default());
    tera.register_filter("t", move |key: &str, arguments: Kwargs, _: &State| {
        let language = LANGUAGE.get();
        translate(strings.get(&language).unwrap_or(&none), key, &arguments, language)
    });
    // What comes out is harmless wherever it lands, and must not be encoded a second time in a URL.
    tera.register_filter("urlencode", |value: &str, _: Kwargs, _: &State| {
        Value::safe_string(&utf8_percent_encode(&mark::decode(value), RESERVED).to_string())
    });
    // Merged values stay data: what the engine made is safe already, and nothing else becomes markup by asking for it.
    tera.register_filter("safe", |value: Value, _: Kwargs, _: &State| value);
    for name in ["upper", "lower", "capitalize", "title", "trim", "trim_start", "trim_end"] {
        tera.register_filter(name, whole_values(name));
    }
}

fn date(value: &str, options: &Kwargs, language: Language) -> TeraResult<String> {
    let style = options.get::<&str>("format")?.unwrap_or("long");
    let style = DateStyle::named(style).ok_or_else(|| {
        let known = ["long", "short", "month", "weekday", "day_month", "full", "iso"];
        let hint = did_you_mean(style, known).unwrap_or_else(|| format!("one of {}", known.join(", ")));
        tera::Error::message(format!("unknown date format `{style}`: {hint}"))
    })?;
    let date = value.parse().map_err(|_| tera::Error::message(format!("`{value}` is not a date like 2027-01-20")))?;
    Ok(locale::format_date(date, style, language))
}

/// How much of the time between two days has passed on a day, in whole percent from 0 to 100.
fn passed(value: &str, options: &Kwargs) -> TeraResult<i64> {
    let day = |text: &str| {
        text.parse::<Date>().map_err(|_| tera::Error::message(format!("`{text}` is not a date like 2027-01-20")))
    };
    let (on, from, to) = (day(value)?, day(options.must_get("from")?)?, day(options.must_get("to")?)?);
    let (gone, whole) = (i64::from((on - from).get_days()), i64::from((to - from).get_days()).max(1));
    Ok((gone * 100 / whole).clamp(0, 100))
}

fn money(value: &Value, language: Language) -> TeraResult<String> {
    let minor = value.get_from_path("minor").and_then(Value::as_i64);
    let currency = value.get_from_path("currency").and_then(Value::as_str).and_then(|code| code.parse().ok());
    match (minor, currency) {
        (Some(minor), Some(currency)) => Ok(locale::format_money(Money { minor, currency }, language)),
        _ => Err(tera::Error::message("the filter `money` takes an amount with `minor` and `currency`")),
    }
}

fn translate(
    strings: &BTreeMap<String, String>,
    key: &str,
    arguments: &Kwargs,
    language: Language,
) -> TeraResult<String> {
    let Some(text) = strings.get(key) else {
        let hint = did_you_mean(key, strings.keys().map(String::as_str)).unwrap_or_default();
        return Err(tera::Error::message(
            format!("there is no text `{key}` in templates/strings/{language}.yaml {hint}").trim_end(),
        ));
    };
    let values = arguments.deserialize::<BTreeMap<String, serde_json::Value>>()?;
    Ok(fill(text, |name| {
        let value = values.get(name)?;
        Some(value.as_str().map_or_else(|| value.to_string().into(), Cow::from))
    }))
}

/// A text filter over values; over a block that holds merged values it is refused, since it would not reach into them.
fn whole_values(
    name: &'static str,
) -> impl Fn(StringInput, Kwargs, &State) -> TeraResult<Value> + Send + Sync + 'static {
    move |input: StringInput, _: Kwargs, _: &State| {
        let text = input.as_str();
        if input.is_safe() && mark::has_marks(text) {
            let message =
                format!("`{name}` over a block does not change the merged values in it: put the filter on the value");
            return Err(tera::Error::message(message));
        }
        let mut letters = text.chars();
        let changed = match name {
            "upper" => text.to_uppercase(),
            "lower" => text.to_lowercase(),
            "trim" => text.trim().to_owned(),
            "trim_start" => text.trim_start().to_owned(),
            "trim_end" => text.trim_end().to_owned(),
            "title" => text.split(' ').map(capitalised).collect::<Vec<_>>().join(" "),
            _ => letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default(),
        };
        Ok(if input.is_safe() { Value::safe_string(&changed) } else { Value::normal_string(&changed) })
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters.flat_map(char::to_lowercase)).collect())
        .unwrap_or_default()
}

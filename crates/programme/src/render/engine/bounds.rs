//! What a template may cost: a million steps, and 16 MiB of text. tera knows no such bounds, so they are written into the
//! templates: a step is counted where a template, a component or a round of a loop begins, and what is set is weighed where it
//! was set. Nothing of that prints anything, and places in errors are those of the author's own text.

use std::cell::Cell;
use std::io::{self, Write};

use tera::{Kwargs, State, Tera, TeraResult, Value};

use crate::render::syntax::{Kind, tags};

/// Most steps of one render.
const MAX_STEPS: u64 = 1_000_000;

/// Most octets that one render makes.
const MAX_OCTETS: usize = 16 * 1024 * 1024;

/// Most octets of one value that a template sets, and most items of it: doubled a few times in one line it stays bearable.
const LARGEST_VALUE: usize = 1024 * 1024;

const TOO_LONG: &str = "this takes more than a million steps";
const TOO_LARGE: &str = "this makes more than 16 MiB of text";
const TOO_HEAVY: &str = "what is set here grows larger than 1 MiB";

const STEP: &str = "{{ bevara_step() }}";

thread_local! {
    /// Steps of the render that this thread is at.
    static STEPS: Cell<u64> = const { Cell::new(0) };
}

/// A template with its steps counted, and where what was put in stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounded {
    /// The template.
    pub text: String,
    /// Offsets in the author's text, and how many octets were put in there; in order.
    put_in: Vec<(usize, usize)>,
}

impl Bounded {
    /// Counts the steps of a template.
    pub fn new(text: &str) -> Self {
        let mut bounded = Bounded { text: String::with_capacity(text.len() + 64), put_in: Vec::new() };
        let tags = tags(text);
        let word = |inside: &str| inside.split_whitespace().next().unwrap_or_default().to_owned();
        let is_child = tags.iter().any(|tag| word(&text[tag.inside.clone()]) == "extends");
        let has_components = tags.iter().any(|tag| word(&text[tag.inside.clone()]) == "component");
        // Beside blocks and components there is no place for anything to be printed.
        let mut depth = usize::from(!is_child && !has_components);
        let mut done = 0;
        if depth > 0 {
            bounded.put(0, STEP);
        }
        let mut captured = Vec::new();
        for tag in tags.iter().filter(|tag| tag.kind == Kind::Statement) {
            let inside = &text[tag.inside.clone()];
            let end = tag.inside.end + text[tag.inside.end..].find("%}").map_or(0, |at| at + 2);
            let added = match word(inside).as_str() {
                "for" => Some(STEP.to_owned()),
                "component" => {
                    depth += 1;
                    Some(STEP.to_owned())
                }
                "block" => {
                    depth += 1;
                    None
                }
                "endblock" | "endcomponent" => {
                    depth = depth.saturating_sub(1);
                    None
                }
                "set" | "set_global" => match inside.split_once('=') {
                    Some((left, _)) => left.split_whitespace().nth(1).map(weigh),
                    None => {
                        captured.extend(inside.split_whitespace().nth(1));
                        None
                    }
                },
                "endset" => captured.pop().map(weigh),
                _ => None,
            };
            let Some(added) = added.filter(|_| depth > 0 && end > tag.inside.end) else { continue };
            bounded.text.push_str(&text[done..end]);
            done = end;
            // What the tag takes away behind itself is taken away behind what is put in.
            let added = if text[..end].ends_with("-%}") { added.replace(" }}", " -}}") } else { added };
            bounded.put(end, &added);
        }
        bounded.text.push_str(&text[done..]);
        bounded
    }

    fn put(&mut self, at: usize, added: &str) {
        self.text.push_str(added);
        self.put_in.push((at, added.len()));
    }

    /// The offset in the author's text of an offset in the counted one.
    pub fn offset(&self, counted: usize) -> usize {
        let mut before = 0;
        for &(at, length) in &self.put_in {
            if at + before >= counted {
                break;
            }
            // Inside of what was put in is where it was put.
            before += length.min(counted - at - before);
        }
        counted - before
    }
}

/// What weighs a value after the tag that sets it; a name that is none is left to tera.
fn weigh(name: &str) -> String {
    format!("{{{{ bevara_weigh(value={name} | default(value=0)) }}}}")
}

/// Makes a set of templates know what is put into them.
pub fn register(tera: &mut Tera) {
    tera.register_function("bevara_step", |_: Kwargs, _: &State| step());
    tera.register_function("bevara_weigh", |arguments: Kwargs, _: &State| {
        let value: Value = arguments.must_get("value")?;
        weigh_value(&value, &mut LARGEST_VALUE.clone())?;
        Ok::<_, tera::Error>(nothing())
    });
}

fn nothing() -> Value {
    Value::safe_string("")
}

fn step() -> TeraResult<Value> {
    let steps = STEPS.get() + 1;
    STEPS.set(steps);
    match steps > MAX_STEPS {
        true => Err(tera::Error::message(TOO_LONG)),
        false => Ok(nothing()),
    }
}

/// Takes the weight of a value from what is left.
fn weigh_value(value: &Value, left: &mut usize) -> TeraResult<()> {
    let own = value.as_str().map_or(1, |text| text.len() + 1);
    let Some(rest) = left.checked_sub(own) else {
        return Err(tera::Error::message(TOO_HEAVY));
    };
    *left = rest;
    if let Some(items) = value.as_array() {
        items.iter().try_for_each(|item| weigh_value(item, left))?;
    }
    Ok(())
}

/// Renders within the bounds.
///
/// # Errors
/// tera's, and those of the bounds.
pub fn render(tera: &Tera, name: &str, context: &tera::Context) -> TeraResult<String> {
    STEPS.set(0);
    let mut out = Out::default();
    let rendered = tera.render_to(name, context, &mut out);
    if out.is_full {
        return Err(tera::Error::message(TOO_LARGE));
    }
    rendered?;
    String::from_utf8(out.text).map_err(|_| tera::Error::message("this renders no UTF-8"))
}

/// True for the words in which a bound is told: what runs into one runs into it for every reader.
pub fn is_bound(message: &str) -> bool {
    [TOO_LONG, TOO_LARGE, TOO_HEAVY].iter().any(|bound| message.contains(bound))
}

/// What is rendered, up to its bound.
#[derive(Default)]
struct Out {
    text: Vec<u8>,
    is_full: bool,
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.text.len() + bytes.len() > MAX_OCTETS {
            self.is_full = true;
            return Err(io::Error::other(TOO_LARGE));
        }
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(text: &str) -> Result<String, String> {
        let mut tera = Tera::new();
        register(&mut tera);
        let bounded = Bounded::new(text);
        tera.add_raw_template("a.txt", &bounded.text).map_err(|error| error.to_string())?;
        render(&tera, "a.txt", &tera::Context::new()).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_put_in_prints_nothing_and_keeps_places() {
        let text = "a\n{% for i in range(end=3) -%}\n  {{ i }}\n{%- endfor %}{% set x = \"y\" %} {{ x }}{% set z %}q{% endset %}{{ z }}";
        let mut plain = Tera::new();
        plain.add_raw_template("a.txt", text).expect("fine");
        let expected = plain.render("a.txt", &tera::Context::new()).expect("fine");
        assert_eq!(rendered(text).as_ref(), Ok(&expected));
        let bounded = Bounded::new(text);
        for piece in ["a\n", "{{ i }}", "{%- endfor", "{% set x", "{{ x }}", "{% set z", "{{ z }}"] {
            let (own, counted) = (text.find(piece).expect("there"), bounded.text.find(piece).expect("there"));
            assert_eq!(bounded.offset(counted), own, "{piece}");
        }
    }

    #[test]
    fn what_has_no_end_ends() {
        let double = "{% set x = x ~ x %}";
        for text in [
            "{% for a in range(end=100000) %}{% for b in range(end=100000) %}{% endfor %}{% endfor %}".to_owned(),
            "{% for a in range(end=2000) %}{% for b in range(end=400) %}{{ a }} is far from being the end {% endfor %}{% endfor %}".to_owned(),
            format!("{{% set x = \"abcdefgh\" %}}{}", double.repeat(40)),
            "{% set x = \"a\" %}{% for a in range(end=60) %}{% set_global x = x ~ x %}{% endfor %}".to_owned(),
            format!("{{% set x = \"abcdefgh\" %}}{}", "{% set x %}{{ x }}{{ x }}{% endset %}".repeat(40)),
        ] {
            let error = rendered(&text).expect_err("a bound");
            assert!(error.contains("million steps") || error.contains("MiB"), "{error}");
        }
    }
}

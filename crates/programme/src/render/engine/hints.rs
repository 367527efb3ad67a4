//! What helps against a fault in a template: the name that was meant, the sign that was meant, the block that was left open.

use std::ops::Range;

use crate::render::view::contact::NAMES as CONTACT_NAMES;
use source::diagnostic::did_you_mean;

/// What a hint says, and where the finding belongs if not where tera stopped.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Help {
    /// A better message.
    pub(super) message: Option<String>,
    /// What to do.
    pub(super) hint: Option<String>,
    /// A better place in the template.
    pub(super) range: Option<Range<usize>>,
}

impl Help {
    fn hint(text: impl Into<String>) -> Self {
        Help { hint: Some(text.into()), ..Help::default() }
    }
}

/// Most names that a message lists.
const MAX_NAMES: usize = 12;

/// Filters that templates may use, tera's and ours.
pub const FILTERS: [&str; 44] = [
    "abs",
    "capitalize",
    "date",
    "decimal",
    "default",
    "escape_html",
    "escape_xml",
    "first",
    "float",
    "get",
    "group_by",
    "indent",
    "int",
    "join",
    "keys",
    "last",
    "length",
    "lower",
    "money",
    "newlines_to_br",
    "nth",
    "number",
    "pairs",
    "percent",
    "phone",
    "pluralize",
    "replace",
    "reverse",
    "round",
    "safe",
    "sort",
    "split",
    "str",
    "t",
    "title",
    "trim",
    "trim_end",
    "trim_start",
    "truncate",
    "unique",
    "upper",
    "urlencode",
    "values",
    "wordcount",
];

/// Names besides those of a contact that are not always there.
const SOMETIMES: [&str; 26] = [
    "given",
    "family",
    "street",
    "postcode",
    "city",
    "country",
    "unsubscribe",
    "browser",
    "subject",
    "preheader",
    "summary",
    "gift",
    "occasion",
    "signer",
    "contact",
    "letter",
    "score",
    "on",
    "wave",
    "not_before",
    "why",
    "from",
    "to",
    "photo",
    "signature",
    "tagline",
];

/// Words that open a tag.
pub const TAGS: [&str; 18] = [
    "if",
    "elif",
    "else",
    "endif",
    "for",
    "endfor",
    "set",
    "set_global",
    "endset",
    "filter",
    "endfilter",
    "block",
    "endblock",
    "include",
    "extends",
    "raw",
    "endraw",
    "component",
];

/// What people call a given name, elsewhere and in other languages.
const GIVEN: [&str; 8] = ["first_name", "firstname", "given_name", "givenname", "fname", "given", "fornavn", "fornamn"];

/// The same of the family's name.
const FAMILY: [&str; 7] = ["last_name", "lastname", "surname", "family_name", "lname", "family", "etternavn"];

/// What is meant by a name that is not known, as a hint: of variables (of which `contact` is one) or of a contact's fields, what
/// others call a name; else one that is written nearly so.
pub fn meant_name<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> Option<String> {
    let is_there = |wanted: &str| known.clone().any(|name| name == wanted);
    let before = match (is_there("contact"), is_there("name") && is_there("company")) {
        (true, _) => "contact.",
        (_, true) => "",
        _ => return did_you_mean(name, known),
    };
    let lower = name.to_lowercase();
    match () {
        () if GIVEN.contains(&&*lower) => Some(format!("did you mean `{before}name.given`?")),
        () if FAMILY.contains(&&*lower) => Some(format!("did you mean `{before}name.family`?")),
        () if before.is_empty() => did_you_mean(name, known),
        () if lower == "name" => {
            Some("the reader's first name is `contact.name.given`, the firm's `programme.name`".into())
        }
        () if CONTACT_NAMES.contains(&&*lower) => Some(format!("did you mean `contact.{lower}`?")),
        () => did_you_mean(name, known),
    }
}

/// Help with what tera says of a name: `… is not defined. Available fields: …`, `unknown filter …`, `unknown component …`.
pub(super) fn of_name(message: &str, components: &[String]) -> Help {
    let name = message.split('`').nth(1).unwrap_or_default();
    let lower = message.to_lowercase();
    if let Some((head, names)) =
        ["fields: ", "variables: "].iter().find_map(|list| message.split_once(&format!(". Available {list}")))
    {
        let names: Vec<&str> = names.trim_end_matches('.').split(", ").collect();
        let shown = if names.len() <= MAX_NAMES { Some(format!("known here: {}", names.join(", "))) } else { None };
        // What only some contacts or mailings have is spelt rightly where it is missing.
        let is_of_contact = CONTACT_NAMES.contains(&name) || GIVEN.contains(&name) || FAMILY.contains(&name);
        let is_known = match message.starts_with("Variable") {
            true => SOMETIMES.contains(&name) && !is_of_contact,
            false => CONTACT_NAMES.contains(&name) || SOMETIMES.contains(&name),
        };
        let hint = if is_known { None } else { meant_name(name, names.iter().copied()).or(shown) };
        return Help { message: Some(head.to_owned()), hint, range: None };
    }
    if lower.starts_with("unknown filter") {
        return Help { hint: did_you_mean(name, FILTERS), ..Help::default() };
    }
    if lower.starts_with("unknown component") {
        return Help { hint: did_you_mean(name, components.iter().map(String::as_str)), ..Help::default() };
    }
    Help::default()
}

/// Help with a template that cannot be read; `range` is where tera stopped.
pub(super) fn of_syntax(message: &str, text: &str, range: &Range<usize>) -> Help {
    let at = text.get(range.start..).unwrap_or_default();
    let lower = message.to_lowercase();
    if at.starts_with(['“', '”', '„', '«', '»', '‘', '’']) {
        return Help::hint("quotes in tags are straight: \"…\" or '…'");
    }
    if at.starts_with(|c: char| c.is_alphabetic() && !c.is_ascii()) {
        return Help::hint("names in tags are written with the letters a to z; `bevara explain templates` lists them");
    }
    if lower.starts_with("found `}` but expected }}") {
        return Help::hint("what prints a value ends with two braces: `}}`");
    }
    if lower.starts_with("found `=`") {
        return Help::hint("a comparison is written with two signs: `==`");
    }
    if lower.contains("end of input") || lower.contains("eof") {
        return unclosed(text).unwrap_or_default();
    }
    if lower.starts_with("unknown tag") {
        let word = text.get(range.clone()).unwrap_or_default().trim();
        return match word.strip_prefix("end") {
            Some(opener) if TAGS.contains(&word) => Help {
                message: Some(format!("this `{{% {word} %}}` closes nothing")),
                hint: Some(format!("put `{{% {opener} … %}}` before it, or take it out")),
                range: None,
            },
            _ => Help { hint: did_you_mean(word, TAGS), ..Help::default() },
        };
    }
    Help::default()
}

/// The tag that is still open at the end of a template.
fn unclosed(text: &str) -> Option<Help> {
    let mut open: Vec<(&str, Range<usize>)> = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find("{%").into_iter().chain(text[at..].find("{{")).min().map(|found| at + found)
    {
        let is_tag = text[start..].starts_with("{%");
        let close = if is_tag { "%}" } else { "}}" };
        let Some(end) = text[start..].find(close).map(|found| start + found + 2) else {
            let line = text[start..].lines().next().map_or(2, str::len);
            let message = format!("this `{}` is never closed", &text[start..start + 2]);
            return Some(Help {
                message: Some(message),
                hint: Some(format!("close it with `{close}`")),
                range: Some(start..start + line),
            });
        };
        if is_tag {
            let inner = text[start + 2..end - 2].trim_matches(['-', ' ', '\n', '\t']);
            let word =
                inner.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or_default();
            match word {
                "if" | "for" | "filter" | "block" | "raw" | "component" => open.push((word, start..end)),
                "set" | "set_global" if !inner.contains('=') => open.push(("set", start..end)),
                closer
                    if closer
                        .strip_prefix("end")
                        .is_some_and(|word| open.last().is_some_and(|(last, _)| *last == word)) =>
                {
                    // A tag on a line of its own closes one on a line of its own: what was opened within a line since is left open.
                    let is_block = |range: &Range<usize>| is_alone(text, range);
                    let (inner, around) = open.split_last().expect("the last one was just looked at");
                    let closes_block = is_alone(text, &(start..end)) && !is_block(&inner.1);
                    if closes_block && around.iter().any(|(word, range)| *word == inner.0 && is_block(range)) {
                        open = vec![inner.clone()];
                        break;
                    }
                    open.pop();
                }
                _ => {}
            }
        }
        at = end;
    }
    let (word, range) = open.into_iter().next()?;
    Some(Help {
        message: Some(format!("this `{{% {word} … %}}` is never closed")),
        hint: Some(format!("write `{{% end{word} %}}` where it ends")),
        range: Some(range),
    })
}

/// True for a tag with nothing beside it on its line.
fn is_alone(text: &str, tag: &Range<usize>) -> bool {
    let before = text[..tag.start].rsplit('\n').next().unwrap_or_default();
    let behind = text[tag.end..].split('\n').next().unwrap_or_default();
    before.trim().is_empty() && behind.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_near_is_offered() {
        let help = of_name("field `navn` is not defined. Available fields: email, name, phone", &[]);
        assert_eq!(
            (help.message.as_deref(), help.hint.as_deref()),
            (Some("field `navn` is not defined"), Some("did you mean `name`?"))
        );
        let help = of_name("field `zzz` is not defined. Available fields: email, name", &[]);
        assert_eq!(help.hint.as_deref(), Some("known here: email, name"));
        assert_eq!(of_name("unknown filter `uper`", &[]).hint.as_deref(), Some("did you mean `upper`?"));
        assert_eq!(of_name("unknown component `cal`", &["call".into()]).hint.as_deref(), Some("did you mean `call`?"));
    }

    #[test]
    fn what_others_call_a_name_is_known() {
        let (variables, fields) = (["contact", "date", "programme"], ["company", "email", "name"]);
        let of_variables = |name: &str| meant_name(name, variables.into_iter()).unwrap_or_default();
        let of_fields = |name: &str| meant_name(name, fields.into_iter()).unwrap_or_default();
        assert_eq!(of_variables("first_name"), "did you mean `contact.name.given`?");
        assert_eq!(of_variables("company"), "did you mean `contact.company`?");
        assert!(of_variables("name").starts_with("the reader's first name is"));
        assert_eq!(of_variables("dtae"), "did you mean `date`?");
        assert_eq!(of_fields("FirstName"), "did you mean `name.given`?");
        assert_eq!(of_fields("nmae"), "did you mean `name`?");
        let help = of_name("Variable `name` is not defined. Available variables: contact, date", &[]);
        assert!(help.hint.is_some_and(|hint| hint.contains("`contact.name.given`")));
        let help = of_name("Field `company` is not defined. Available fields: email, name", &[]);
        assert_eq!(help.hint, None, "some contacts have none");
    }

    #[test]
    fn a_block_that_is_left_open_is_shown_where_it_opens() {
        let text = "a {% if x %}b{% for y in z %}{% endfor %}\nc";
        let help = of_syntax("unexpected end of input", text, &(text.len()..text.len()));
        assert_eq!(help.range, Some(2..12));
        assert_eq!(help.hint.as_deref(), Some("write `{% endif %}` where it ends"));
        let text = "{% if a %}\nx{% if b %}y\n\n{% endif %}\n";
        let help = of_syntax("unexpected end of input", text, &(text.len()..text.len()));
        assert_eq!(help.range, Some(12..22), "the one within the line");
        let help = of_syntax("unexpected end of input", "x {{ name\n", &(5..9));
        assert_eq!((help.range, help.hint.as_deref()), (Some(2..9), Some("close it with `}}`")));
    }

    #[test]
    fn signs_that_look_alike_are_told_apart() {
        let help =
            |message: &str, text: &str, at: usize| of_syntax(message, text, &(at..at + 1)).hint.unwrap_or_default();
        assert!(help("unexpected character", "{% if a == “x” %}", 11).starts_with("quotes in tags are straight"));
        assert!(help("found `=` but expected %}", "{% if a = 1 %}", 8).contains("`==`"));
        assert_eq!(of_syntax("unknown tag", "{% iff x %}", &(3..6)).hint.as_deref(), Some("did you mean `if`?"));
        assert!(
            of_syntax("unknown tag", "x{% endif %}", &(4..9))
                .message
                .is_some_and(|text| text.contains("closes nothing"))
        );
    }
}

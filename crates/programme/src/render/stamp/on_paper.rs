//! What templates do with the fields that only a letter has.
//!
//! Of `letter`, form, sender's line, place and day of posting are the same for all readers of a variant, and so is how many lines
//! their address has and how they are set. The lines themselves, the link and its QR code are holes, and a hole can only be
//! printed: whatever else a template does with them is a [`Reason`] for the full render.

use std::collections::BTreeSet;

use super::reason::Reason;
use crate::render::syntax::{Kind, Role, names, path, tags};

/// What a letter is to its templates, also as the parameter of a component.
const LETTER: &str = "letter";

/// Fields that are equal for all readers of a variant.
const COMMON: [&str; 6] = ["form", "tight", "sender_line", "opt_out", "place", "date"];

/// Fields that differ: printed, or asked whether they are there, which they always are.
const OWN: [&str; 2] = ["link", "qr"];

/// The field of lines, to be gone through.
const LINES: &str = "address";

/// The names by which templates go through the lines of an address.
pub(super) fn line_names<'t>(texts: impl IntoIterator<Item = &'t str>) -> BTreeSet<&'t str> {
    let bound = |text: &'t str| tags(text).into_iter().filter_map(move |tag| bound_line(&text[tag.inside]));
    texts.into_iter().flat_map(bound).collect()
}

/// `line` of `for line in letter.address`.
fn bound_line(statement: &str) -> Option<&str> {
    let (bound, list) = statement.strip_prefix("for ")?.split_once(" in ")?;
    let bound = path(bound.trim()).filter(|bound| bound.len() == 1)?[0];
    (path(list.trim())? == [LETTER, LINES]).then_some(bound)
}

/// Why a template keeps its letters from being stamped. `lines` are the names of [`line_names`], wherever they are bound: what
/// is included within a loop sees them too.
pub(super) fn reasons(name: &str, text: &str, lines: &BTreeSet<&str>) -> Vec<Reason> {
    let reason =
        |(at, expression): (usize, &str)| Reason { template: name.to_owned(), at, expression: expression.to_owned() };
    let all = tags(text).into_iter().map(|tag| (tag.kind, tag.inside.start, &text[tag.inside]));
    all.filter(|(kind, _, inside)| !is_fine(*kind, inside, lines)).map(|(_, at, inside)| reason((at, inside))).collect()
}

fn is_fine(kind: Kind, inside: &str, lines: &BTreeSet<&str>) -> bool {
    if !looks(inside, lines) {
        return true;
    }
    if inside.starts_with('<') {
        // A component that is given the whole letter calls it by the same name, and is looked at like a template.
        let call = inside.trim_start_matches(['<', '/', ' ']);
        let arguments = call.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'));
        return !looks(&arguments.replace("letter={letter}", ""), lines);
    }
    if kind == Kind::Print {
        return path(inside).is_some_and(|path| is_own(&path, &OWN) || (path.len() == 1 && lines.contains(path[0])));
    }
    let (keyword, rest) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
    let is_there = |asked: &str| path(asked).is_some_and(|path| path == [LETTER] || is_own(&path, &OWN));
    match keyword {
        "if" | "elif" => is_there(rest.trim().trim_start_matches("not ").trim()),
        "for" => bound_line(inside).is_some() || !looks(rest.split_once(" in ").map_or(rest, |(_, list)| list), lines),
        "component" | "endcomponent" => true,
        _ => false,
    }
}

fn is_own(path: &[&str], fields: &[&str]) -> bool {
    matches!(path, [LETTER, field] if fields.contains(field))
}

/// True where an expression looks at a letter's own fields, at all of it, or at a line of an address.
fn looks(expression: &str, lines: &BTreeSet<&str>) -> bool {
    let names = names(expression);
    let common =
        |at: usize| names.get(at + 1).is_some_and(|field| field.role == Role::Field && COMMON.contains(&field.text));
    names.iter().enumerate().filter(|(_, name)| name.role != Role::Field).any(|(at, name)| match name.text {
        LETTER => !common(at),
        "__tera_context" => true,
        other => lines.contains(other),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let lines = line_names([text]);
        reasons("t.html", text, &lines).into_iter().map(|reason| reason.expression).collect()
    }

    #[test]
    fn a_letters_own_fields_may_be_printed_and_the_common_ones_looked_at() {
        for fine in [
            "{% for line in letter.address %}<span>{{ line }}</span>{% endfor %}",
            "{% for line in letter.address %}{{ line }}{% endfor %}{% for line in programme.lines %}{{ line }}{% endfor %}",
            "{% if letter %}a{% elif not letter %}b{% endif %}{% if letter.qr %}{{ letter.qr }}{% endif %}",
            "{{ letter.link }}{% if letter.tight and tier == 'A' %}x{% endif %}{% set day = letter.date | date %}{{ day }}",
            "{{ <letter.tip letter={letter} text={\"letter_tip\" | t} /> }}",
            "{% component letter.tip(letter, text: string) %}{{ text }} {{ letter.link }}{% endcomponent letter.tip %}",
        ] {
            assert_eq!(found(fine), [""; 0], "{fine}");
        }
    }

    #[test]
    fn whatever_else_is_done_with_them_is_a_reason_for_the_full_render() {
        for other in [
            "{{ letter.link | upper }}",
            "{{ letter }}",
            "{{ letter[\"link\"] }}",
            "{{ letter.address | join(sep=', ') }}",
            "{% if letter.link == 'x' %}{% endif %}",
            "{% if letter.address | length > 4 %}{% endif %}",
            "{% set link = letter.link %}",
            "{{ \"tip\" | t(link=letter.link) }}",
            "{{ <tip text={letter.link} /> }}",
            "{{ <tip other={letter} /> }}",
            "{% for line in letter.address | reverse %}{% endfor %}",
            "{{ __tera_context }}",
        ] {
            assert_eq!(found(other).len(), 1, "{other}: {:?}", found(other));
        }
        let within =
            "{% for line in letter.address %}{{ line | upper }}{% if line %}x{% endif %}{% set x = line %}{% endfor %}";
        assert_eq!(found(within), ["line | upper", "if line", "set x = line"]);
    }
}

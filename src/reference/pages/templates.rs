//! What texts and layouts see.

use std::fmt::Write as _;

use super::{head, row};
use crate::load::layouts;
use crate::reference::variables::{of_contact, parts_of_contact, seen};
use crate::render::engine::evaluated;
use crate::render::locale::DateStyle;

const INTRODUCTION: &str = "\
# What texts and layouts see

Texts are Markdown with [tera](https://keats.github.io/tera/) in it: `{{ contact.name.given }}` prints, `{% if tier == \"A\" %}…{% endif %}`
decides. So may `subject` and `preheader` in the front matter. What is printed is data: it is never read as Markdown, HTML or template.
What would print as nothing is an error that names the contact and the line, unless you say what else: `{{ contact.company | default(value=\"you\") }}`.

";

/// Filters of ours, and those of tera's that texts need: an example, and what it is for.
const FILTERS: [(&str, &str); 21] = [
    ("\"2027-01-20\" | date", "a date in words; `format` is one of those below"),
    ("12500 | number", "a whole number"),
    ("7.25 | decimal", "a number with one decimal"),
    ("23.5 | percent", "a share in per cent"),
    ("\"+46 8 555 010 44\" | phone", "a number that does not break across lines"),
    ("\"a & b\" | urlencode", "a text as part of an address"),
    ("\"anna\" | upper", "capitals"),
    ("\"ANNA\" | lower", "small letters"),
    ("\"anna lind\" | capitalize", "the first letter large"),
    ("\"anna lind\" | title", "the first letter of each word large"),
    ("\" anna \" | trim", "no blanks around it"),
    ("\"a-b\" | replace(from=\"-\", to=\" \")", "one text for another"),
    ("\"Linds Bokhandel\" | truncate(length=5)", "the first letters"),
    ("[\"a\", \"b\"] | join(sep=\", \")", "a list in one text"),
    ("[\"a\", \"b\"] | first", "the first of a list"),
    ("[\"a\", \"b\"] | last", "the last of a list"),
    ("[\"a\", \"b\"] | length", "how many there are, also letters of a text"),
    ("[3, 1, 2] | sort | join(sep=\" \")", "a list in order"),
    ("[1, 2, 1] | unique | join(sep=\" \")", "each once"),
    ("[1, 2] | reverse | join(sep=\" \")", "the other way round"),
    ("\"a,b\" | split(pat=\",\") | last", "a text as a list"),
];

/// What needs something to work on that an example has not.
const OTHERS: [(&str, &str); 3] = [
    ("x \\| default(value=\"…\")", "what is printed where `x` is not known"),
    ("gift.cost \\| money", "an amount with `minor` and `currency`"),
    ("\"key\" \\| t(name=value)", "a short text of templates/strings/, its `{name}` filled in"),
];

pub(super) fn write(out: &mut String) {
    out.push_str(INTRODUCTION);
    out.push_str("## In mailings and letters\n\n");
    variables(seen("mail"), out);
    out.push_str("\n### Of the reader\n\nNot in the public copy of a mailing, which has none.\n\n");
    head(&["name", "is"], out);
    for (name, meaning) in of_contact() {
        row(&[&*format!("`contact.{name}`"), meaning], out);
        for (part, meaning) in parts_of_contact(name) {
            row(&[&*format!("`contact.{part}`"), meaning], out);
        }
    }
    out.push_str("\n### In layouts besides\n\n");
    variables(seen("layout").chain(seen("letter")), out);
    out.push_str("\n`letter` is there on paper alone.\n\n## On pages of the site\n\n");
    out.push_str("Besides `programme`, `brand`, `language`, `strings`, `quotes` and `body`:\n\n");
    variables(seen("page"), out);
    filters(out);
    components(out);
}

fn variables(known: impl Iterator<Item = (&'static str, &'static str)>, out: &mut String) {
    head(&["name", "is"], out);
    for (name, meaning) in known {
        row(&[&*format!("`{name}`"), meaning], out);
    }
}

fn filters(out: &mut String) {
    out.push_str("\n## Filters\n\nIn an English text:\n\n");
    head(&["written", "prints", "for"], out);
    for (example, purpose) in FILTERS {
        let printed = evaluated(&format!("{{{{ {example} }}}}")).unwrap_or_else(|fault| fault);
        row(&[format!("`{example}`"), printed.replace('\u{a0}', " "), purpose.to_owned()], out);
    }
    for (example, purpose) in OTHERS {
        // The pipe is escaped already.
        let _ = writeln!(out, "| `{example}` | | {purpose} |");
    }
    out.push_str("\nOf `2027-01-20` the formats of `date` make:\n\n");
    head(&["format", "prints"], out);
    for (name, _) in DateStyle::NAMES {
        let printed =
            evaluated(&format!("{{{{ \"2027-01-20\" | date(format=\"{name}\") }}}}")).unwrap_or_else(|fault| fault);
        row(&[format!("`{name}`"), printed.replace('\u{a0}', " ")], out);
    }
}

/// The components of mails, with what stands above each.
fn components(out: &mut String) {
    out.push_str("\n## Components\n\nIn a text, on a line of its own: `{{ <button label=\"Book a visit\" href=\"https://…\" /> }}`. Between the tags there may be\nMarkdown: `{% <card title=\"…\"> %}` … `{% </card> %}`.\n\n");
    head(&["component", "arguments", "is"], out);
    for file in layouts::all().filter(|file| file.path().starts_with("templates/email/")) {
        let mut above = "";
        for part in file.text().split_inclusive("%}") {
            if let Some(comment) =
                part.split("{#-").last().and_then(|rest| rest.split("-#}").next().filter(|_| part.contains("{#-")))
            {
                above = comment;
            }
            let Some((_, signature)) = part.split_once("{% component ") else { continue };
            let (name, arguments) = signature.split_once('(').unwrap_or((signature, ""));
            let arguments = arguments.rsplit_once(')').map_or("", |(arguments, _)| arguments);
            let meaning = above.split_whitespace().collect::<Vec<_>>().join(" ");
            let arguments = if arguments.is_empty() { String::new() } else { format!("`{arguments}`") };
            row(&[format!("`{}`", name.trim()), arguments, meaning], out);
            above = "";
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_can_be_printed() {
        for (example, _) in FILTERS {
            let printed = evaluated(&format!("{{{{ {example} }}}}"));
            assert!(printed.as_ref().is_ok_and(|text| !text.is_empty()), "{example}: {printed:?}");
        }
        assert_eq!(evaluated("{{ \"2027-01-20\" | date }}").as_deref(), Ok("20 January 2027"));
        assert!(evaluated("{{ 1 | nothing_of_the_kind }}").is_err());
    }

    #[test]
    fn every_component_of_mails_is_on_the_page() {
        let mut page = String::new();
        write(&mut page);
        for file in layouts::all().filter(|file| file.path().starts_with("templates/email/")) {
            for name in layouts::components(file.text()) {
                assert!(page.contains(&format!("\n| `{name}` | ")), "{name}: {page}");
            }
        }
    }
}

//! HTML and CSS that one of the big mail clients ignores although something depends on it.
//!
//! What they support is in `support.tsv`, an extract of the data of caniemail.com; docs/mail-linter.md says how it is renewed. What
//! is only decoration may be ignored, and is not reported.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::{Subject, origin::Sources};
use html::css::{Declaration, declarations, rules, sheets};
use html::{Tag, Token, entity, scan};
use source::diagnostic::Diagnostic;

/// The clients, in the order of the columns.
const CLIENTS: [&str; 6] = ["Gmail", "Outlook on Windows", "Outlook.com", "Apple Mail", "Yahoo", "Samsung Email"];

/// Something that at least one client does not support.
struct Feature {
    kind: &'static str,
    name: &'static str,
    /// Something is lost where it is ignored; else it is decoration.
    breaks: bool,
    /// The clients that ignore it.
    ignored_by: Vec<&'static str>,
    /// Its page below caniemail.com/features/.
    page: &'static str,
}

static FEATURES: LazyLock<Vec<Feature>> = LazyLock::new(|| {
    let lines = include_str!("support.tsv").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(feature).collect()
});

fn feature(line: &'static str) -> Option<Feature> {
    let columns: Vec<&str> = line.split('\t').collect();
    let [kind, name, effect, support @ .., page] = columns.as_slice() else { return None };
    let ignoring = support.iter().zip(CLIENTS).filter(|(answer, _)| **answer == "n");
    let ignored_by = ignoring.map(|(_, client)| client).collect();
    Some(Feature { kind, name, breaks: *effect == "breaks", ignored_by, page })
}

/// The feature of this kind and name that something depends on and somebody ignores.
fn unsupported(kind: &str, name: &str) -> Option<&'static Feature> {
    FEATURES.iter().find(|feature| feature.breaks && feature.kind == kind && feature.name == name)
}

pub fn findings(subject: &Subject<'_>, sources: &Sources<'_>) -> Vec<Diagnostic> {
    let mut used = BTreeSet::new();
    for token in scan(subject.html) {
        if let Token::Open(tag) = token {
            used.extend(of_tag(&tag));
        }
    }
    for sheet in sheets(subject.html) {
        of_sheet(&sheet, &mut used);
    }
    for picture in &subject.pictures {
        let suffix = picture.path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        used.insert(("image", suffix));
    }
    used.iter()
        .filter_map(|(kind, name)| Some((unsupported(kind, name)?, name)))
        .map(|(feature, name)| finding(feature, name, subject, sources))
        .collect()
}

/// A use of a feature: its kind and name.
type Use = (&'static str, String);

fn of_tag(tag: &Tag<'_>) -> Vec<Use> {
    let mut used = vec![("element", tag.name.to_ascii_lowercase())];
    used.extend(tag.attributes.iter().map(|attribute| ("attribute", attribute.name.to_ascii_lowercase())));
    if tag.is("img") {
        let src = tag.value("src").unwrap_or_default();
        let suffix = src.split(['?', '#']).next().and_then(|path| path.rsplit_once('.'));
        match suffix {
            _ if src.starts_with("data:") => used.push(("image", "data".to_owned())),
            Some((_, suffix)) if !src.starts_with("cid:") => used.push(("image", suffix.to_ascii_lowercase())),
            _ => {}
        }
    }
    let style = entity::decode(tag.value("style").unwrap_or_default());
    used.extend(declarations(&style).iter().flat_map(of_declaration));
    used
}

/// What a kept style sheet uses. Inside `@media` only those read it who can, so its declarations are theirs to judge.
fn of_sheet(sheet: &str, used: &mut BTreeSet<Use>) {
    for rule in rules(sheet) {
        match rule.head.strip_prefix('@') {
            Some(at_rule) => {
                let name = at_rule.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '-')).next();
                used.insert(("at-rule", name.unwrap_or_default().to_ascii_lowercase()));
            }
            None => used.extend(declarations(rule.block).iter().flat_map(of_declaration)),
        }
    }
}

fn of_declaration(declaration: &Declaration) -> Vec<Use> {
    let Declaration { property, value, .. } = declaration;
    let mut used =
        vec![("property", property.clone()), ("value", format!("{property}:{value}")), ("value", value.clone())];
    let mut rest = value.as_str();
    while let Some((before, behind)) = rest.split_once('(') {
        let name = before.rsplit(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '-')).next();
        used.push(("function", name.unwrap_or_default().to_owned()));
        rest = behind;
    }
    let words = value.split(|letter: char| letter.is_ascii_whitespace() || matches!(letter, ',' | '(' | ')' | '/'));
    let units =
        words.map(|word| word.trim_start_matches(|letter: char| letter.is_ascii_digit() || "+-.".contains(letter)));
    let has_number = value.contains(|letter: char| letter.is_ascii_digit());
    used.extend(units.filter(|unit| has_number && !unit.is_empty()).map(|unit| ("unit", unit.to_owned())));
    // `position: relative` alone moves nothing.
    used.retain(|(kind, name)| {
        !(*kind == "property" && name == "position" && matches!(value.as_str(), "static" | "relative"))
    });
    used
}

fn finding(feature: &Feature, name: &str, subject: &Subject<'_>, sources: &Sources<'_>) -> Diagnostic {
    let clients = match feature.ignored_by.as_slice() {
        [client] => (*client).to_owned(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
        [] => String::new(),
    };
    let (code, shown) = match feature.kind {
        "element" => ("unsupported-html", format!("the element `{name}`")),
        "attribute" => ("unsupported-html", format!("the attribute `{name}`")),
        "image" => ("unsupported-picture", format!("a picture as `{name}`")),
        "at-rule" => ("unsupported-css", format!("`@{name}`")),
        "function" => ("unsupported-css", format!("`{name}()`")),
        "unit" => ("unsupported-css", format!("the unit `{name}`")),
        _ => ("unsupported-css", format!("`{}`", name.replace(':', ": "))),
    };
    let hint = format!("it must do without: see https://www.caniemail.com/features/{}/", feature.page);
    Diagnostic::warning(code, format!("{clients} cannot show {shown}"))
        .place(place(feature.kind, name, subject, sources))
        .hint(hint)
}

fn place(kind: &str, name: &str, subject: &Subject<'_>, sources: &Sources<'_>) -> source::diagnostic::Place {
    let written: Vec<String> = match kind {
        "element" => vec![format!("<{name}")],
        "attribute" => vec![format!("{name}="), name.to_owned()],
        "at-rule" => vec![format!("@{name}")],
        "function" => vec![format!("{name}(")],
        "unit" => (0..=9).map(|digit| format!("{digit}{name}")).collect(),
        "image" if name == "data" => vec!["data:".to_owned()],
        "image" => {
            let pictures = subject.pictures.iter().filter(|picture| picture.path.ends_with(name));
            let names = pictures.filter_map(|picture| picture.path.rsplit('/').next());
            names.map(str::to_owned).chain([format!(".{name}")]).collect()
        }
        "value" => vec![name.replace(':', ": "), name.to_owned()],
        _ => vec![format!("{name}:"), format!("{name} :")],
    };
    sources.find(&written.iter().map(String::as_str).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::products::mail::lint::fixture::Message;
    use source::SourceFile;

    fn found(markdown: &str, html: &str) -> Vec<String> {
        Message::new(&format!("Some words\n\n{markdown}\n"), html).codes()
    }

    #[test]
    fn what_a_big_client_ignores_is_named_with_the_client() {
        let style = "<p style=\"position: absolute\">Text</p>";
        assert_eq!(found(style, style), ["unsupported-css content/news.en.md:7"]);
        let found_it = Message::new(style, style).found();
        assert_eq!(found_it[0].message, "Gmail and Outlook on Windows cannot show `position`");
        for html in [
            "<div style=\"display: flex\">Text</div>",
            "<p style=\"font-size: 1.5rem\">Text</p>",
            "<p style=\"width: calc(100% - 4px)\">Text</p>",
        ] {
            assert_eq!(found(html, html), ["unsupported-css content/news.en.md:7"], "{html}");
        }
        for html in ["<video src=\"https://x.example/a\"></video>", "<section>Text</section>", "<p hidden>x</p>"] {
            assert_eq!(found(html, html), ["unsupported-html content/news.en.md:7"], "{html}");
        }
    }

    #[test]
    fn a_picture_that_outlook_cannot_show_is_found_where_it_stands() {
        let mut message = Message::new("Words\n", "<img src=\"cid:images/cups.webp@x.example\" alt=\"Cups\">");
        message.templates = vec![SourceFile::new("templates/email/base.html", "<p>\n<img src=\"images/cups.webp\">")];
        message.pictures = vec![("images/cups.webp", 1000)];
        assert_eq!(message.codes(), ["unsupported-picture templates/email/base.html:2"]);
        message.pictures = vec![("images/cups.png", 1000)];
        assert!(message.codes().is_empty());
    }

    #[test]
    fn decoration_and_what_everybody_knows_is_let_be() {
        for html in [
            "<p style=\"border-radius: 6px; overflow: hidden; margin: 0 auto; line-height: 1.6\">Text</p>",
            "<table role=\"presentation\" width=\"600\"><tr><td align=\"left\">Text</td></tr></table>",
            "<p style=\"position: relative; display: block; max-width: 600px\">Text</p>",
            "<style>@media (max-width: 620px) { .a { display: flex } }</style>",
        ] {
            assert!(found("x", html).is_empty(), "{html}");
        }
    }

    #[test]
    fn the_table_is_whole_and_says_where_it_is_from() {
        let table = include_str!("support.tsv");
        assert!(table.contains("MIT License") && table.contains("# Data of 20"));
        let lines = table.lines().filter(|line| !line.starts_with('#')).count();
        assert!(lines > 100 && lines == FEATURES.len());
        assert!(FEATURES.iter().all(|feature| !feature.ignored_by.is_empty()));
    }
}

//! The two lines a reader sees before opening a message.

use super::origin::{Sources, front};
use super::{Subject, prose};
use crate::model::content::ContentFile;
use crate::render::compose::MAX_SUBJECT;
use source::diagnostic::Diagnostic;

/// What is wrong with the merged subject of one reader, whose id is `reader`.
pub fn subject_line(content: &ContentFile, subject: &str, reader: &str) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let length = subject.chars().count();
    if length > MAX_SUBJECT {
        let message = format!("the subject has {length} characters for `{reader}`: {subject}");
        found.push(
            Diagnostic::warning("long-subject", message).hint(format!("mail programs cut it at about {MAX_SUBJECT}")),
        );
    }
    if content.front.subject.as_deref().is_some_and(|template| has_hole(template, subject)) {
        let message = format!("a merge field of the subject is empty for `{reader}`: {subject}");
        found.push(
            Diagnostic::warning("empty-merge-field", message)
                .hint("ask for it with `{% if … %}`, and say how the subject reads without it"),
        );
    }
    found.into_iter().map(|finding| finding.place(front(content, "subject"))).collect()
}

/// A message without a preheader: mail programs show the first words they find, which are often enough the name of a logo.
pub fn preheader(subject: &Subject<'_>, sources: &Sources<'_>) -> Option<Diagnostic> {
    let missing = subject.preheader.is_none_or(|preheader| preheader.trim().is_empty());
    missing.then(|| {
        Diagnostic::warning("missing-preheader", "there is no preheader")
            .place(sources.front(if subject.content.front.preheader.is_some() { "preheader" } else { "subject" }))
            .hint("write `preheader:`, the line that mail programs show after the subject")
    })
}

/// Did a field of the template print nothing? Asked of templates without conditions only: who writes one has thought of it.
fn has_hole(template: &str, merged: &str) -> bool {
    if !template.contains("{{") || template.contains("{%") {
        return false;
    }
    let mut literals = Vec::new();
    let mut rest = template;
    while let Some((literal, behind)) = rest.split_once("{{") {
        literals.push(letters(literal));
        rest = behind.split_once("}}").map_or("", |(_, behind)| behind);
    }
    literals.push(letters(rest));
    let merged = letters(merged);
    !fits(&literals, &merged, 1) && fits(&literals, &merged, 0)
}

/// Letters and figures only: blanks and typography are not what a hole is known by.
fn letters(text: &str) -> String {
    prose::blank(text).chars().filter(|letter| letter.is_alphanumeric()).collect()
}

/// Can the literals stand in `text` in their order, with at least so many bytes between each two of them?
fn fits(literals: &[String], text: &str, between: usize) -> bool {
    let [first, middle @ .., last] = literals else { return false };
    let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
    for literal in middle {
        let Some(at) = rest.match_indices(literal.as_str()).map(|(at, _)| at).find(|&at| at >= between) else {
            return false;
        };
        rest = &rest[at + literal.len()..];
    }
    rest.len() >= last.len() + between && rest.ends_with(last.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::products::mail::lint::fixture::{Message, content, in_short};

    fn found(template: &str, merged: &str) -> Vec<String> {
        subject_line(&content(template, "Text"), merged, "anna").iter().map(in_short).collect()
    }

    #[test]
    fn a_subject_of_more_than_sixty_characters_is_cut() {
        assert!(found("x", &"å".repeat(60)).is_empty());
        assert_eq!(found("x", &"å".repeat(61)), ["long-subject content/news.en.md:2"]);
    }

    #[test]
    fn a_merge_field_that_printed_nothing_is_noticed() {
        assert_eq!(found("Coffee for {{ contact.company }}", "Coffee for"), ["empty-merge-field content/news.en.md:2"]);
        assert_eq!(
            found("{{ contact.name.given }}, your \"test\" roast", ", your “test” roast"),
            ["empty-merge-field content/news.en.md:2"]
        );
        assert!(found("{{ contact.name.given }}, your \"test\" roast", "Åsa, your “test” roast").is_empty());
        assert!(found("Hi {{ contact.name.given }} {{ contact.name.family }}", "Hi Åsa Ek").is_empty());
        assert!(found("Coffee{% if contact.company %} for {{ contact.company }}{% endif %}", "Coffee").is_empty());
        assert!(found("No fields", "No fields").is_empty());
    }

    #[test]
    fn a_preheader_is_missed() {
        let mut message = Message::new("Text\n", "<p>Text</p>");
        assert!(message.codes().is_empty());
        message.content.front.preheader = None;
        assert_eq!(message.codes(), ["missing-preheader content/news.en.md:2"]);
    }
}

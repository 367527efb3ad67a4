//! One mistake in a text that several mailings, products or readers stumble over.

use source::diagnostic::{Diagnostic, Place};

use super::super::hint::meant;

/// The findings with those that say the same of one place once, whomever they were met with, and a link once, whether it was met on
/// a page or in a message.
pub(super) fn once_for_all(found: impl IntoIterator<Item = Diagnostic>) -> Vec<Diagnostic> {
    let mut once: Vec<Diagnostic> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for finding in found {
        match places.get(&key(&finding)) {
            Some(&known) => join(&mut once[known], finding),
            None => {
                places.insert(key(&finding), once.len());
                once.push(finding);
            }
        }
    }
    let dead: Vec<(String, usize, String)> =
        once.iter().filter(|one| one.code == "dead-link").filter_map(link).collect();
    once.retain(|finding| {
        let is_told = |(path, line, target): (String, usize, String)| {
            dead.iter().any(|(there, at, link)| *there == path && *at == line && link.contains(&target))
        };
        finding.code != "no-such-page" || !link(finding).is_some_and(is_told)
    });
    once
}

/// What makes two findings one: code, place, and what is said without whom it concerns. A name that is not defined is one mistake
/// wherever in its line it was met.
fn key(finding: &Diagnostic) -> (&'static str, Option<(String, usize)>, String) {
    let told = told(&finding.message);
    let place = finding.place.as_ref().map(|place| match place {
        Place::Span(file, span) if is_undefined(finding) => (file.path().to_owned(), file.position(span.start).line),
        Place::Span(file, span) => (file.path().to_owned(), span.start),
        Place::File(path) => (path.to_string(), 0),
    });
    (finding.code, place, told.to_owned())
}

/// A message without whom it was met with: ``(for `anna`) and 3 more``.
fn told(message: &str) -> &str {
    let end =
        [" (for `", " (on paper, for `", " (in the public copy"].iter().filter_map(|tail| message.find(tail)).min();
    &message[..end.unwrap_or(message.len())]
}

fn is_undefined(finding: &Diagnostic) -> bool {
    finding.code == "template" && told(&finding.message).ends_with(" is not defined")
}

/// Takes from a second finding what it knows better: the place to the letter, the name that is meant.
fn join(known: &mut Diagnostic, other: Diagnostic) {
    if !is_undefined(known) {
        return;
    }
    let length = |place: &Option<Place>| match place {
        Some(Place::Span(_, span)) => span.end - span.start,
        _ => usize::MAX,
    };
    if length(&other.place) < length(&known.place) {
        known.place = other.place;
    }
    let is_certain = |hint: &Option<String>| hint.as_deref().and_then(meant).is_some();
    if is_certain(&other.hint) && !is_certain(&known.hint) {
        known.hint = other.hint;
    }
    if known.message.len() == told(&known.message).len() {
        known.message = other.message;
    }
}

/// Where a link stands, and where it leads to.
fn link(finding: &Diagnostic) -> Option<(String, usize, String)> {
    let place = finding.place.as_ref()?;
    let (line, _) = place.line_column()?;
    Some((place.path().to_owned(), line, finding.message.split('`').nth(1)?.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use source::{SourceFile, Span};

    fn at(code: &'static str, word: &str, message: &str) -> Diagnostic {
        let file = SourceFile::new("content/a.md", "Hi {{ contact.nmae }}, [b](https://x.example/bok/)\n");
        let start = file.text().find(word).expect("it is there");
        Diagnostic::error(code, message).at(&file, Span { start, end: start + word.len() })
    }

    #[test]
    fn a_name_is_said_once_for_mail_paper_and_those_who_get_nothing() {
        let told = "field `nmae` is not defined";
        let found = once_for_all([
            at("template", "{{ contact.nmae }}", &format!("{told} (for `anna`) and 3 more")),
            at("template", "{{ contact.nmae }}", &format!("{told} (on paper, for `bo`)")),
            at("template", "nmae", told).hint("did you mean `name`?"),
        ]);
        assert_eq!(
            found,
            [at("template", "nmae", "field `nmae` is not defined (for `anna`) and 3 more")
                .hint("did you mean `name`?")]
        );
    }

    #[test]
    fn what_is_another_mistake_stays() {
        let other = [
            at("template", "nmae", "field `nmae` is not defined"),
            at("template", "nmae", "field `given` is not defined"),
        ];
        assert_eq!(once_for_all(other.clone()), other);
        let missing = ["`tier` is missing", "`owner` is missing"].map(|message| at("missing-key", "Hi", message));
        assert_eq!(once_for_all(missing.clone()), missing);
    }

    #[test]
    fn a_link_is_dead_once() {
        let link = "https://x.example/bok/";
        let dead = at("dead-link", link, "`https://x.example/bok/` leads to no page of this site");
        let found = once_for_all([at("no-such-page", link, "`/bok/` is no page of the site"), dead.clone()]);
        assert_eq!(found, [dead]);
        let alone = [at("no-such-page", link, "`/bok/` is no page of the site")];
        assert_eq!(once_for_all(alone.clone()), alone);
    }
}

//! A text in another language than that of its file.

use super::{Subject, prose};
use crate::render::locale::spoken;
use source::Span;
use source::diagnostic::{Diagnostic, Place};

/// A text that is clearly written in another language than its reader's.
pub fn finding(subject: &Subject<'_>) -> Option<Diagnostic> {
    let text = prose::prose(subject.content);
    let other = spoken::clearly_other(prose::words(&text).map(|(_, word)| word), subject.language)?;
    let start = subject.content.body_at + prose::words(&text).next().map_or(0, |(at, _)| at);
    let line = subject.content.file.text()[start..].lines().next().unwrap_or_default();
    let message = format!("this text is read as `{}`, and seems to be written in `{other}`", subject.language);
    Some(
        Diagnostic::warning("wrong-language", message)
            .place(Place::Span(
                std::sync::Arc::clone(&subject.content.file),
                Span { start, end: start + line.len() },
            ))
            .hint("the language is the last part of the file's name; `fallback` in bevara.yaml says what stands in for another"),
    )
}

#[cfg(test)]
mod tests {
    use crate::model::language::Language;
    use crate::products::mail::lint::fixture::Message;

    const SWEDISH: &str =
        "Det är ljust till frukosten igen, och någon har tid att koka ägg. Vi ses efter helgen, om inte förr.";

    #[test]
    fn a_text_in_the_wrong_language_is_warned_about_where_it_begins() {
        let mut message = Message::new(&format!("{{# greeting #}}\n{}\n", SWEDISH), "<p>Text</p>");
        assert_eq!(message.codes(), ["wrong-language content/news.en.md:6"]);
        message.language = Language::Sv;
        assert!(message.codes().is_empty());
        assert!(Message::new("Hei!\n", "<p>Hei!</p>").codes().is_empty(), "too short to say");
    }
}

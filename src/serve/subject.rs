//! What a mailing is called before anybody's message is rendered.

use crate::model::language::Language;
use crate::model::mailing::Mailing;
use crate::model::programme::Programme;

/// The subject as it was written in a language, or in another.
pub(super) fn written(programme: &Programme, mailing: &Mailing, language: Language) -> Option<String> {
    let variants = &programme.content(mailing).variants;
    let own = variants.iter().filter(|((known, _), _)| *known == language);
    let mut subjects = own.chain(variants).filter_map(|(_, content)| content.front.subject.as_deref());
    subjects.next().map(without_values)
}

/// A subject as it was written, with dots in the place of what differs from reader to reader.
fn without_values(subject: &str) -> String {
    let mut out = String::with_capacity(subject.len());
    let mut rest = subject;
    while let Some((before, tag)) = rest.split_once('{') {
        let close = match tag.chars().next() {
            Some('{') => "}}",
            Some('%') => "%}",
            _ => break,
        };
        let Some((_, after)) = tag.split_once(close) else { break };
        out.push_str(before);
        out.push_str(if close == "}}" { "…" } else { "" });
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_shows_dots_for_what_differs_from_reader_to_reader() {
        assert_eq!(without_values("God jul, {{ contact.name.given }}!"), "God jul, …!");
        assert_eq!(without_values("{% if tier == \"A\" %}Till dig{% endif %}: jul"), "Till dig: jul");
        assert_eq!(without_values("Braces { and {{ open"), "Braces { and {{ open");
    }
}

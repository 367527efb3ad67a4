//! What can be mended without asking anybody: a misspelt key or word where one other is meant, a suffix, a missing `https://`.

use std::collections::BTreeMap;
use std::sync::Arc;

use source::diagnostic::{Diagnostic, Place};
use source::{SourceFile, Span};

/// A change that mends a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// The file as it was read.
    pub file: Arc<SourceFile>,
    /// What is replaced.
    pub span: Span,
    /// What stands there afterwards.
    pub new: String,
}

impl Fix {
    /// What is replaced.
    pub fn old(&self) -> &str {
        &self.file.text()[self.span.start..self.span.end]
    }

    /// The line it is in, from 1.
    pub fn line(&self) -> usize {
        self.file.position(self.span.start).line
    }
}

/// Findings whose hint names the one thing that is meant.
const CERTAIN: [&str; 10] = [
    "unknown-key",
    "bad-value",
    "unknown-member",
    "unknown-language",
    "unknown-content",
    "unknown-reward",
    "unknown-contact",
    "url",
    "template",
    "template-syntax",
];

/// The change that surely mends a finding; `None` where a person has to decide.
pub fn certain(finding: &Diagnostic) -> Option<Fix> {
    let Some(Place::Span(file, span)) = &finding.place else { return None };
    if !CERTAIN.contains(&finding.code) {
        return None;
    }
    let new = meant(finding.hint.as_deref()?)?;
    let is_text = finding.code.starts_with("template");
    let at = if is_text { word_at(file.text(), span.start) } else { *span };
    let there = &file.text()[at.start..at.end];
    if finding.code == "unknown-key" {
        let quote = there.chars().next().filter(|first| "\"'".contains(*first)).map_or(0, char::len_utf8);
        let span = Span { start: at.start + quote, end: at.end - quote };
        return Some(Fix { file: Arc::clone(file), span, new: new.to_owned() });
    }
    // Of the words in the message the last that stands there is the wrong one; the first may be the key.
    let words: Vec<&str> = finding.message.split('`').skip(1).step_by(2).collect();
    let wrong = words.iter().rev().find(|word| !word.is_empty() && there.contains(**word))?;
    if is_text && there != *wrong {
        return None;
    }
    let start = at.start + there.find(*wrong)?;
    Some(Fix { file: Arc::clone(file), span: Span { start, end: start + wrong.len() }, new: new.to_owned() })
}

/// What a hint says is meant: ``did you mean `tier`?`` or ``write `SE` ``, and nothing besides.
fn meant(hint: &str) -> Option<&str> {
    let inner = hint.strip_prefix("did you mean `").and_then(|rest| rest.strip_suffix("`?"));
    inner
        .or_else(|| hint.strip_prefix("write `").and_then(|rest| rest.strip_suffix('`')))
        .filter(|word| !word.contains('`'))
}

fn word_at(text: &str, start: usize) -> Span {
    let length: usize =
        text[start..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').map(char::len_utf8).sum();
    Span { start, end: start + length }
}

/// The files with their new texts; of changes that overlap the first is made.
pub fn apply(fixes: &[Fix]) -> BTreeMap<String, (Arc<SourceFile>, String)> {
    let mut by_file: BTreeMap<&str, Vec<&Fix>> = BTreeMap::new();
    for fix in fixes {
        by_file.entry(fix.file.path()).or_default().push(fix);
    }
    let mut changed = BTreeMap::new();
    for (path, mut fixes) in by_file {
        fixes.sort_by_key(|fix| fix.span.start);
        let file = Arc::clone(&fixes[0].file);
        let mut text = String::with_capacity(file.text().len());
        let mut done = 0;
        for fix in fixes.iter().filter(|fix| fix.span.start <= fix.span.end) {
            if fix.span.start < done {
                continue;
            }
            text.push_str(&file.text()[done..fix.span.start]);
            text.push_str(&fix.new);
            done = fix.span.end;
        }
        text.push_str(&file.text()[done..]);
        changed.insert(path.to_owned(), (file, text));
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed(text: &str, wrong: &str, code: &'static str, message: &str, hint: &str) -> Option<String> {
        let file = SourceFile::new("a.yaml", text);
        let start = text.find(wrong).expect("it is there");
        let finding = Diagnostic::error(code, message).at(&file, Span { start, end: start + wrong.len() }).hint(hint);
        certain(&finding).map(|fix| apply(&[fix])["a.yaml"].1.clone())
    }

    #[test]
    fn only_what_is_meant_is_replaced_and_comments_stay() {
        let key = fixed("teir: A   # why\n", "teir", "unknown-key", "unknown key `teir`", "did you mean `tier`?");
        assert_eq!(key.as_deref(), Some("tier: A   # why\n"));
        let quoted = fixed("\"teir\": A\n", "\"teir\"", "unknown-key", "unknown key `teir`", "did you mean `tier`?");
        assert_eq!(quoted.as_deref(), Some("\"tier\": A\n"));
        let part = fixed(
            "when: \"last fryday of august\"\n",
            "\"last fryday of august\"",
            "bad-value",
            "`when`: unknown weekday `fryday`",
            "did you mean `friday`?",
        );
        assert_eq!(part.as_deref(), Some("when: \"last friday of august\"\n"));
        let word = fixed("{{ owner.navn }}", "navn", "template", "field `navn` is not defined", "did you mean `name`?");
        assert_eq!(word.as_deref(), Some("{{ owner.name }}"));
    }

    #[test]
    fn what_a_person_has_to_decide_stays() {
        assert_eq!(fixed("tier: E\n", "E", "bad-value", "unknown tier `E`", "a tier is A, B or C"), None);
        assert_eq!(fixed("id: a\n", "a", "duplicate-id", "the id `a` is taken", "did you mean `b`?"), None);
    }
}

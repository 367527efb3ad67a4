//! Values that YAML reads as something else than what stands there: cut off at a ` #`, taken for a tag at a `!`, or for nothing
//! at `NULL` (R35).

use std::ops::Range;
use std::sync::Arc;

use crate::load::Folder;
use crate::load::kind::{self, Kind};
use source::diagnostic::{Diagnostic, Severity};
use source::{SourceFile, Span};

/// Keys whose values are words for people, in which these signs may be meant as they stand.
const WORDS: [&str; 17] = [
    "name",
    "given",
    "family",
    "company",
    "role",
    "street",
    "city",
    "subject",
    "preheader",
    "summary",
    "title",
    "label",
    "why",
    "evidence",
    "tier_reason",
    "note",
    "what",
];

/// Names, of which nothing may get lost.
const NAMES: [&str; 4] = ["name", "given", "family", "company"];

/// What such a value holds.
const SIGNS: [&str; 3] = [" #", ": !", ": N"];

/// What is cut in a list of contacts.
pub fn of_contacts(file: &Arc<SourceFile>, found: &mut Vec<Diagnostic>) {
    of_text(file, file.text(), true, found);
}

/// What is cut in the other lists, and in front matters.
pub fn findings(folder: &Folder, found: &mut Vec<Diagnostic>) {
    const LISTS: [Kind; 4] = [Kind::Wall, Kind::Referrals, Kind::Touches, Kind::Plan];
    for (path, file) in &folder.texts {
        match kind::of(path) {
            Ok(kind) if LISTS.contains(&kind) => of_text(file, file.text(), false, found),
            Ok(Kind::Text) if file.text().starts_with("---") => {
                let end = file.text().find("\n---").unwrap_or(0);
                of_text(file, &file.text()[..end], false, found);
            }
            _ => {}
        }
    }
}

fn of_text(file: &Arc<SourceFile>, text: &str, is_contacts: bool, found: &mut Vec<Diagnostic>) {
    for line in suspects(text) {
        for (key, at) in values(&text[line.clone()]) {
            found.extend(of_value(file, key, &text[line.start + at..line.end], line.start + at, is_contacts));
        }
    }
}

/// The lines with a sign that may be read otherwise, in order; most lists have none.
fn suspects(text: &str) -> Vec<Range<usize>> {
    let hits = |sign: &str| memchr::memmem::find_iter(text.as_bytes(), sign).collect::<Vec<usize>>();
    let mut starts: Vec<usize> = SIGNS.iter().flat_map(|sign| hits(sign)).collect();
    for start in &mut starts {
        *start = memchr::memrchr(b'\n', &text.as_bytes()[..*start]).map_or(0, |newline| newline + 1);
    }
    starts.sort_unstable();
    starts.dedup();
    let end = |start: usize| memchr::memchr(b'\n', &text.as_bytes()[start..]).map_or(text.len(), |at| start + at + 1);
    starts.into_iter().map(|start| start..end(start)).collect()
}

/// The keys of a line that are among those of words, and where their values begin.
fn values(line: &str) -> Vec<(&'static str, usize)> {
    if line.trim_start().starts_with('#') {
        return Vec::new();
    }
    let begins = |at: usize| at == 0 || matches!(line.as_bytes()[at - 1], b' ' | b'{' | b',');
    let value = |key: &'static str| {
        let needle = format!("{key}: ");
        let at = line.match_indices(&needle).map(|(at, _)| at).find(|&at| begins(at))?;
        // What stands in quotes is no key.
        let quotes = line[..at].matches('"').count() + line[..at].matches('\'').count();
        quotes.is_multiple_of(2).then_some((key, at + needle.len()))
    };
    WORDS.iter().filter_map(|key| value(key)).collect()
}

fn of_value(file: &Arc<SourceFile>, key: &str, rest: &str, start: usize, is_contacts: bool) -> Option<Diagnostic> {
    let rest = rest.trim_end();
    if rest.starts_with(['"', '\'', '{', '[', '|', '>', '#']) {
        return None;
    }
    let finding = |from: usize, to: usize, severity, code, message: String, hint: &str| {
        let span = Span { start: start + from, end: start + to };
        Some(Diagnostic { severity, ..Diagnostic::error(code, message) }.at(file, span).hint(hint))
    };
    let plain = rest.split([',', '}']).next().unwrap_or_default().trim_end();
    if NAMES.contains(&key) && matches!(plain, "Null" | "NULL") {
        let nothing = format!("`{plain}` is YAML's word for nothing");
        // Somebody may be called so.
        let (severity, message) = match is_contacts {
            true => (Severity::Warning, format!("{nothing}; it is taken as a name")),
            false => (Severity::Error, format!("{nothing}, so `{key}` is not there")),
        };
        let hint = format!("if it is meant, write \"{plain}\"");
        return finding(0, plain.len(), severity, "null-value", message, &hint);
    }
    if rest.starts_with('!') && rest[1..].starts_with(char::is_alphanumeric) {
        let tag = rest.split_whitespace().next().unwrap_or_default();
        let message = format!("`{tag}` is a tag of YAML's here, and no part of the value");
        return finding(
            0,
            tag.len(),
            Severity::Warning,
            "cut-value",
            message,
            "put the value in quotes if it belongs to it",
        );
    }
    let cut = rest.find(" #")?;
    let behind = &rest[cut + 1..];
    // A comment after a space is what people write as one; a name is never followed by one by accident.
    let is_comment =
        behind[1..].starts_with([' ', '#']) && !NAMES.contains(&key) && key != "subject" && key != "preheader";
    let message = format!("`{behind}` is a comment here, and no part of the value");
    match is_comment {
        true => None,
        false => finding(
            cut + 1,
            rest.len(),
            Severity::Warning,
            "cut-value",
            message,
            "put the value in quotes if it belongs to it, or the comment on a line of its own",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&'static str, usize)> {
        let mut found = Vec::new();
        of_text(&SourceFile::new("contacts/a.yaml", text), text, true, &mut found);
        let column = |finding: &Diagnostic| {
            finding.place.as_ref().and_then(|place| place.line_column()).map_or(0, |place| place.1)
        };
        found.iter().map(|finding| (finding.code, column(finding))).collect()
    }

    #[test]
    fn r35_what_yaml_cuts_off_a_value_is_said() {
        assert_eq!(found("  company: Studio #9 AB\n"), [("cut-value", 19)]);
        assert_eq!(found("- {id: a, company: !Klar AB}\n"), [("cut-value", 20)]);
        assert_eq!(found("subject: 50 % off # really\n"), [("cut-value", 19)]);
        assert_eq!(found("  name: {given: Jennifer, family: Null}\n"), [("null-value", 35)]);
        assert_eq!(found("  company: NULL\n"), [("null-value", 12)]);
        for fine in [
            "  company: \"Studio #9 AB\"\n",
            "  tier: A # best\n",
            "  why: late # says Bo\n",
            "# company: Studio #9\n",
            "  company: Nullarbor AB\n",
            "  company: null\n",
            "  note: \"company: NULL\"\n",
        ] {
            assert!(found(fine).is_empty(), "{fine}");
        }
    }
}

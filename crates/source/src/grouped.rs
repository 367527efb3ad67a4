//! Findings for a forge: a few notes at lines of the change, the rest in a summary; what repeats is said once.

use crate::diagnostic::{Diagnostic, Diagnostics, Place};

/// Findings of one kind that say the same of different values.
struct Group<'d> {
    first: &'d Diagnostic,
    all: Vec<&'d Diagnostic>,
}

/// The findings in groups, in the order of their first ones: errors first where they are [sorted](Diagnostics::sorted).
fn groups(findings: &Diagnostics) -> Vec<Group<'_>> {
    let mut groups: Vec<(String, Group<'_>)> = Vec::new();
    for finding in findings.iter() {
        let kind = format!("{} {} {}", finding.severity.name(), finding.code, without_values(&finding.message));
        match groups.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, group)) => group.all.push(finding),
            None => groups.push((kind, Group { first: finding, all: vec![finding] })),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// A message without what stands in backticks.
fn without_values(message: &str) -> String {
    message.split('`').step_by(2).collect::<Vec<_>>().join("`")
}

/// At most `most` workflow commands, one a group, and how many groups have none. `folder` is the way from the root of the repository
/// to the programme, with a slash at its end where it is not empty.
pub fn annotations(findings: &Diagnostics, folder: &str, most: usize) -> (Vec<String>, usize) {
    let groups = groups(findings);
    let one = |group: &Group<'_>| {
        let mut finding = group.first.clone();
        match group.all.len() - 1 {
            0 => {}
            1 => finding.message.push_str(" (and 1 more like it)"),
            more => finding.message.push_str(&format!(" (and {more} more like it)")),
        }
        finding.to_github(folder)
    };
    (groups.iter().take(most).map(one).collect(), groups.len().saturating_sub(most))
}

/// All findings as Markdown for a job's summary: a part a group, with the places of each.
pub fn summary(findings: &Diagnostics) -> String {
    /// Places that are named of a group.
    const NAMED: usize = 50;
    let mut out = String::from("### What `bevara check` found\n");
    if findings.is_empty() {
        out.push_str("\nNothing to mend.\n");
    }
    for Group { first, all } in groups(findings) {
        out.push_str(&format!("\n**{}** `{}`: {}\n", first.severity.name(), first.code, plain(&first.message)));
        if let Some(hint) = &first.hint {
            out.push_str(&format!("\n{}\n", plain(hint)));
        }
        out.push('\n');
        for finding in all.iter().take(NAMED) {
            let place = finding.place.as_ref().map(Place::to_string).unwrap_or_default();
            let own = if finding.message == first.message { String::new() } else { plain(&finding.message) };
            let joint = if place.is_empty() || own.is_empty() { "" } else { " · " };
            let place = if place.is_empty() { place } else { format!("`{}`", place.replace('`', "'")) };
            if !place.is_empty() || !own.is_empty() {
                out.push_str(&format!("- {place}{joint}{own}\n"));
            }
        }
        if all.len() > NAMED {
            out.push_str(&format!("- and {} more\n", all.len() - NAMED));
        }
    }
    out
}

/// Text of a programme on one line, which is no markup and names nobody on the forge.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        match letter {
            '*' | '_' | '~' | '[' | ']' | '\\' | '|' | '#' => out.extend(['\\', letter]),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '@' => out.push_str("&#64;"),
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found() -> Diagnostics {
        let unknown =
            |key: &str| Diagnostic::error("unknown-key", format!("unknown key `{key}`")).in_file("bevara.yaml");
        let warning = Diagnostic::warning("r07-plan", "nothing in May").in_file("content/plan/2027.yaml");
        [warning, unknown("a"), unknown("b"), unknown("@c")].into_iter().collect::<Diagnostics>().sorted()
    }

    #[test]
    fn errors_come_first_and_repeats_are_one_annotation() {
        let (lines, more) = annotations(&found(), "firm/", 10);
        assert_eq!((lines.len(), more), (2, 0));
        assert!(lines[0].starts_with("::error ") && lines[0].ends_with("(and 2 more like it)"), "{lines:?}");
        assert!(lines[0].contains("file=firm/bevara.yaml"), "{lines:?}");
        assert_eq!(annotations(&found(), "firm/", 1), (vec![lines[0].clone()], 1));
    }

    #[test]
    fn a_summary_has_every_place_and_names_nobody() {
        let summary = summary(&found());
        assert!(summary.contains("**error** `unknown-key`: unknown key `&#64;c`\n"), "{summary}");
        assert_eq!(summary.matches("- `bevara.yaml`").count(), 3, "{summary}");
        assert!(summary.contains("- `content/plan/2027.yaml`\n"), "{summary}");
    }
}

//! What differs, as a comment for a pull request.

use super::compare::Differences;
use super::told::{MAX_CHANGES, People, everywhere, movements, told};
use crate::model::text::counted;

/// The comment of a forge holds so many characters (GitHub: 65,536).
const MAX_MARKDOWN: usize = 60_000;
/// Marks the one comment that is kept up to date.
const MARKER: &str = "<!-- bevara:diff -->";

/// The comment, with the mark that tells which one to replace.
pub fn markdown((from, to): &(String, String), differences: &Differences, people: &People) -> String {
    let mut out = format!("{MARKER}\n### Who gets what, differently\n\n`{from}` → `{to}`\n");
    if differences.is_empty() {
        out.push_str("\nNobody gets anything else than before.\n");
        return out;
    }
    let shared = everywhere(differences);
    let mut parts: Vec<String> = Vec::new();
    for ((removed, added), mailings) in &shared {
        parts.push(format!("\nIn {}: {}\n", counted(*mailings, "mailing"), struck(removed, added)));
    }
    for mailing in &differences.mailings {
        let told = told(mailing, &shared);
        if told.is_empty() && movements(mailing).next().is_none() {
            continue;
        }
        let mut part = format!("\n#### {}\n", escaped(&mailing.id));
        for told in told {
            let readers = counted(told.readers, "reader");
            part.push_str(&format!("\n- **{}** · {readers} · {}\n", escaped(&told.variants), told.changed.join(", ")));
            for change in told.words.iter().take(MAX_CHANGES) {
                let words = struck(&change.removed, &change.added);
                part.push_str(&format!("  - {} {words} {}\n", escaped(&change.before), escaped(&change.after)));
            }
            if told.words.len() > MAX_CHANGES {
                part.push_str(&format!("  - and {} more\n", told.words.len() - MAX_CHANGES));
            }
        }
        for (what, those) in movements(mailing) {
            part.push_str(&format!("- {what} {}\n", escaped(&people.told(those))));
        }
        parts.push(part);
    }
    let letters = |(id, letters): &(String, usize)| format!("{id}: {}", counted(*letters, "letter"));
    let post: Vec<String> = differences.post.iter().map(letters).collect();
    for (title, rows) in [("Plan", &differences.plan), ("Site", &differences.site), ("Paper", &post)] {
        if !rows.is_empty() {
            let rows: String = rows.iter().map(|row| format!("- {}\n", escaped(row))).collect();
            parts.push(format!("\n#### {title}\n\n{rows}"));
        }
    }
    let all = parts.len();
    for (index, part) in parts.into_iter().enumerate() {
        if out.chars().count() + part.chars().count() > MAX_MARKDOWN - 200 {
            out.push_str(&format!("\nand {} more: `bevara diff {from} {to}` shows them.\n", all - index));
            break;
        }
        out.push_str(&part);
    }
    out
}

fn struck(removed: &str, added: &str) -> String {
    let removed = if removed.is_empty() { String::new() } else { format!("~~{}~~", escaped(removed)) };
    let added = if added.is_empty() { String::new() } else { format!("**{}**", escaped(added)) };
    [removed, added].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Text of the programme is no markup of the comment, and names nobody on the forge.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        match letter {
            '*' | '_' | '~' | '`' | '[' | ']' | '\\' | '|' | '#' => {
                out.push('\\');
                out.push(letter);
            }
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '@' => out.push_str("&#64;"),
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}

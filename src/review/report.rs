//! What differs, as lines for a terminal and as one JSON document.

use serde_json::{Value, json};

use super::compare::{Differences, MailingDifference, VariantDifference};
use super::told::{MAX_CHANGES, People, everywhere, marked, movements, told};
use super::wording::Change;
use crate::model::text::counted;

/// Lines for a terminal.
pub fn lines((from, to): &(String, String), differences: &Differences, people: &People) -> Vec<String> {
    if differences.is_empty() {
        return vec![format!("nobody gets anything else in {to} than in {from}")];
    }
    let mut out = vec![format!("{from} → {to}")];
    let shared = everywhere(differences);
    for ((removed, added), mailings) in &shared {
        let change =
            Change { before: String::new(), removed: (*removed).into(), added: (*added).into(), after: String::new() };
        out.push(format!("\nin {}: {}", counted(*mailings, "mailing"), marked(&change)));
    }
    for mailing in &differences.mailings {
        let told = told(mailing, &shared);
        if told.is_empty() && movements(mailing).next().is_none() {
            continue;
        }
        out.push(format!("\n{}", mailing.id));
        for told in told {
            let readers = counted(told.readers, "reader");
            out.push(format!("  {}: {readers}, {}", told.variants, told.changed.join(", ")));
            out.extend(told.words.iter().take(MAX_CHANGES).map(|change| format!("      {}", marked(change))));
            if told.words.len() > MAX_CHANGES {
                out.push(format!("      and {} more", told.words.len() - MAX_CHANGES));
            }
        }
        out.extend(movements(mailing).map(|(what, those)| format!("  {what} {}", people.told(those))));
    }
    section(&mut out, "plan", differences.plan.iter().cloned());
    section(&mut out, "site", differences.site.iter().cloned());
    let letters = |(id, letters): &(String, usize)| format!("{id}: {}", counted(*letters, "letter"));
    section(&mut out, "paper", differences.post.iter().map(letters));
    out
}

fn section(out: &mut Vec<String>, title: &str, rows: impl Iterator<Item = String>) {
    let rows: Vec<String> = rows.map(|row| format!("  {row}")).collect();
    if !rows.is_empty() {
        out.push(format!("\n{title}"));
        out.extend(rows);
    }
}

/// One JSON document; it names every variant (design §10).
pub fn document((from, to): &(String, String), differences: &Differences, people: &People) -> Value {
    let variant = |variant: &VariantDifference| {
        let words =
            |change: &Change| json!({ "before": change.before, "removed": change.removed, "added": change.added });
        json!({
            "name": variant.name,
            "readers": variant.readers,
            "changed": variant.changed,
            "words": variant.words.iter().map(words).collect::<Vec<_>>(),
        })
    };
    let mailing = |mailing: &MailingDifference| {
        json!({
            "id": mailing.id,
            "variants": mailing.variants.iter().map(variant).collect::<Vec<_>>(),
            "gain": people.json(&mailing.gain),
            "lose": people.json(&mailing.lose),
            "move": people.json(&mailing.moved),
        })
    };
    json!({
        "from": from,
        "to": to,
        "mailings": differences.mailings.iter().map(mailing).collect::<Vec<_>>(),
        "plan": differences.plan,
        "site": differences.site,
        "post": differences.post.iter().map(|(id, letters)| json!({ "id": id, "letters": letters })).collect::<Vec<_>>(),
    })
}

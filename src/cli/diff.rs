//! `bevara diff`

use std::collections::{BTreeMap, BTreeSet};

use clap::Args;
use serde_json::{Value, json};

use super::git::Git;
use super::revision::Revision;
use super::session::{Session, Workshop};
use super::terminal::Terminal;
use super::{Format, Outcome};
use crate::model::id::ContactId;
use crate::model::text::counted;
use crate::products::site::{Copies, Site};
use crate::review::compare::{Differences, MailingDifference, Side, VariantDifference, compare};
use crate::review::wording::Change;

/// The comment of a forge holds so many characters (GitHub: 65,536).
const MAX_MARKDOWN: usize = 60_000;
/// Marks the one comment that is kept up to date.
const MARKER: &str = "<!-- bevara:diff -->";
/// A change of words that stands in so many mailings comes from a layout or a setting: it is told once.
const EVERYWHERE: usize = 3;
/// Changes of words that are shown of one variant.
const MAX_CHANGES: usize = 8;

/// What `diff` is asked for.
#[derive(Args)]
pub struct Arguments {
    /// Compare with this revision, or `A..B` or `A...B` with each other; the work tree with HEAD if none is named
    #[arg(value_name = "REV", num_args = 0..=2)]
    revisions: Vec<String>,
    /// Name the people who gain or lose a mailing, for one's own screen
    #[arg(long)]
    names: bool,
}

/// One side: a revision, or the files as they are.
enum Place {
    Revision(String),
    WorkTree,
}

/// Compares two states of the programme.
pub fn run(arguments: &Arguments, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let git = Git::of(&session.root).map_err(|no_answer| {
        terminal.failure(&no_answer.to_string(), Some("`diff` compares what git keeps"));
        Outcome::Environment
    })?;
    if git.ask(&["rev-parse", "--is-inside-work-tree"]).is_err() {
        terminal.failure("this is no git work tree", Some("`diff` compares what git keeps: `git init`, and commit"));
        return Err(Outcome::Environment);
    }
    let (from, to) = sides(arguments, &git, terminal)?;
    let old = opened(&from, &git, session, terminal)?;
    let new = opened(&to, &git, session, terminal)?;
    let (old, new) = (old.as_ref().map_or(session, |(_, old)| old), new.as_ref().map_or(session, |(_, new)| new));
    let differences = both(old, new, terminal)?;
    let names = (name_of(&from), name_of(&to));
    let people = People { show: arguments.names };
    match terminal.format() {
        Format::Json => terminal.document(document(&names, &differences, &people)),
        Format::Markdown => terminal.result(markdown(&names, &differences, &people).trim_end()),
        Format::Human | Format::Github => {
            lines(&names, &differences, &people).iter().for_each(|line| terminal.result(line))
        }
    }
    Ok(if differences.is_empty() { Outcome::Done } else { Outcome::Differs })
}

/// What is compared with what.
fn sides(arguments: &Arguments, git: &Git, terminal: &Terminal) -> Result<(Place, Place), Outcome> {
    let revision = |name: &str| Place::Revision(if name.is_empty() { "HEAD" } else { name }.to_owned());
    match arguments.revisions.as_slice() {
        [] => Ok((revision("HEAD"), Place::WorkTree)),
        [range] if range.contains("...") => {
            let (base, head) = range.split_once("...").unwrap_or((range, ""));
            let head = if head.is_empty() { "HEAD" } else { head };
            let base = if base.is_empty() { "HEAD" } else { base };
            let common = git.ask(&["merge-base", "--end-of-options", base, head]).map_err(|_| {
                let hint = "both must be here, with the commits between them (in CI: `fetch-depth: 0`)";
                terminal.failure(&format!("`{base}` and `{head}` have no common commit here"), Some(hint));
                Outcome::Usage
            })?;
            Ok((Place::Revision(common.trim().to_owned()), revision(head)))
        }
        [range] if range.contains("..") => {
            let (from, to) = range.split_once("..").unwrap_or((range, ""));
            Ok((revision(from), revision(to)))
        }
        [one] => Ok((revision(one), Place::WorkTree)),
        [one, two, ..] => Ok((revision(one), revision(two))),
    }
}

fn name_of(place: &Place) -> String {
    match place {
        Place::Revision(name) if name.len() == 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            name[..12].to_owned()
        }
        Place::Revision(name) => name.clone(),
        Place::WorkTree => "the work tree".to_owned(),
    }
}

fn opened(
    place: &Place,
    git: &Git,
    session: &Session,
    terminal: &Terminal,
) -> Result<Option<(Revision, Session)>, Outcome> {
    let Place::Revision(name) = place else { return Ok(None) };
    let revision = Revision::of(git, &session.root, name, terminal)?;
    let opened = revision.open(name, session.today, terminal)?;
    Ok(Some((revision, opened)))
}

/// Sets up both programmes and compares them.
pub fn both(old: &Session, new: &Session, terminal: &Terminal) -> Result<Differences, Outcome> {
    old.with_workshop(terminal, |before| {
        new.with_workshop(terminal, |after| {
            let site = |workshop: &Workshop<'_>, session: &Session| {
                Site::render(workshop.programme, workshop.engine, &workshop.composer, session.today, Copies::Plain)
                    .ok()
                    .map(|site| site.page_digests())
            };
            let (old_site, new_site) = rayon::join(|| site(before, old), || site(after, new));
            let old = Side {
                programme: before.programme,
                roster: &before.roster,
                composer: &before.composer,
                site: old_site.unwrap_or_default(),
            };
            let new = Side {
                programme: after.programme,
                roster: &after.roster,
                composer: &after.composer,
                site: new_site.unwrap_or_default(),
            };
            Ok(compare(&old, &new))
        })
    })
}

/// Whether people are named or counted.
struct People {
    show: bool,
}

impl People {
    fn told(&self, movements: &BTreeMap<String, Vec<ContactId>>) -> String {
        let one = |(why, people): (&String, &Vec<ContactId>)| match self.show {
            true => format!("{why}: {}", people.iter().map(ContactId::as_str).collect::<Vec<_>>().join(", ")),
            false => format!("{} {why}", people.len()),
        };
        movements.iter().map(one).collect::<Vec<_>>().join("; ")
    }

    fn json(&self, movements: &BTreeMap<String, Vec<ContactId>>) -> Value {
        let one = |(why, people): (&String, &Vec<ContactId>)| {
            let mut entry = json!({ "why": why, "count": people.len() });
            if self.show {
                entry["contacts"] = people.iter().map(ContactId::as_str).collect();
            }
            entry
        };
        movements.iter().map(one).collect()
    }
}

fn document((from, to): &(String, String), differences: &Differences, people: &People) -> Value {
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

/// The changes of words that stand in several mailings, with how many; they come from what mailings share.
fn everywhere(differences: &Differences) -> BTreeMap<(&str, &str), usize> {
    let mut mailings: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for mailing in &differences.mailings {
        for change in mailing.variants.iter().flat_map(|variant| &variant.words) {
            mailings.entry((&change.removed, &change.added)).or_default().insert(&mailing.id);
        }
    }
    let shared = mailings.into_iter().filter(|(_, mailings)| mailings.len() >= EVERYWHERE);
    shared.map(|(change, mailings)| (change, mailings.len())).collect()
}

/// What a person is told of a mailing: its variants together where they change alike.
struct Told<'d> {
    /// The names of variants, and how many read them.
    variants: String,
    readers: usize,
    changed: Vec<&'d str>,
    words: Vec<&'d Change>,
}

fn told<'d>(mailing: &'d MailingDifference, shared: &BTreeMap<(&str, &str), usize>) -> Vec<Told<'d>> {
    let mut groups: Vec<(Told<'d>, Vec<&'d str>)> = Vec::new();
    for variant in &mailing.variants {
        let own = |change: &&Change| !shared.contains_key(&(change.removed.as_str(), change.added.as_str()));
        let words: Vec<&Change> = variant.words.iter().filter(own).collect();
        if words.is_empty()
            && !variant.words.is_empty()
            && variant.changed.iter().all(|part| ["text", "html"].contains(part))
        {
            continue;
        }
        match groups.iter_mut().find(|(told, _)| told.changed == variant.changed && told.words == words) {
            Some((told, names)) => {
                told.readers += variant.readers;
                names.push(&variant.name);
            }
            None => {
                let changed = variant.changed.clone();
                groups.push((
                    Told { variants: String::new(), readers: variant.readers, changed, words },
                    vec![&variant.name],
                ));
            }
        }
    }
    groups.into_iter().map(|(told, names)| Told { variants: names.join(", "), ..told }).collect()
}

/// Where words changed: `before [-removed-] {+added+} after`, as git marks words.
pub fn marked(change: &Change) -> String {
    let removed = if change.removed.is_empty() { String::new() } else { format!("[-{}-]", change.removed) };
    let added = if change.added.is_empty() { String::new() } else { format!("{{+{}+}}", change.added) };
    let parts = [change.before.clone(), removed, added, change.after.clone()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn lines((from, to): &(String, String), differences: &Differences, people: &People) -> Vec<String> {
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
        if told.is_empty() && mailing.gain.is_empty() && mailing.lose.is_empty() {
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
        for (what, movements) in [("gains", &mailing.gain), ("loses", &mailing.lose)] {
            if !movements.is_empty() {
                out.push(format!("  {what} {}", people.told(movements)));
            }
        }
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

fn markdown((from, to): &(String, String), differences: &Differences, people: &People) -> String {
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
        if told.is_empty() && mailing.gain.is_empty() && mailing.lose.is_empty() {
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
        for (what, movements) in [("Gains", &mailing.gain), ("Loses", &mailing.lose)] {
            if !movements.is_empty() {
                part.push_str(&format!("- {what} {}\n", escaped(&people.told(movements))));
            }
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

//! Where a name is defined, where it is used, and another name in all these places.

use std::ops::Range;
use std::sync::Arc;

use serde_json::{Value, json};

use super::hover::mailings_of;
use super::kinds::{Typed, typed};
use super::outline::Step;
use super::tags;
use super::text::{range, uri_of, word_at};
use super::world::World;
use crate::load::layouts;
use crate::model::id::{MailingId, check_slug};
use crate::render::syntax;
use source::SourceFile;

/// Ids that can be renamed, by the type of their values.
const RENAMED: [&str; 3] = ["ContactId", "TeamId", "MailingId"];

/// A stretch of a file.
struct Occurrence {
    file: Arc<SourceFile>,
    range: Range<usize>,
}

impl Occurrence {
    /// Nothing for a layout that comes with the program: no file has it.
    fn location(&self, world: &World) -> Option<Value> {
        if layouts::find(self.file.path()).is_some_and(|ours| Arc::ptr_eq(ours, &self.file)) {
            return None;
        }
        let uri = uri_of(&world.root.join(self.file.path()))?;
        Some(json!({ "uri": uri, "range": range(self.file.text(), &self.range) }))
    }
}

/// The typed value at a place.
fn value_at(path: &str, text: &str, at: usize) -> Option<(Typed, Range<usize>)> {
    let holds = |range: &Range<usize>| range.start <= at && at <= range.end;
    typed(path, text).into_iter().find_map(|one| {
        let value = one.entry.value.clone().filter(holds)?;
        Some((one, value))
    })
}

/// Where what stands at a place of a file is defined: an id in its list or plan, a text, a layout, a component.
pub fn definition(world: &World, path: &str, at: usize) -> Value {
    let Some(file) = world.text(path).cloned() else { return Value::Null };
    let spots = in_yaml(world, path, file.text(), at).or_else(|| in_tag(world, file.text(), at));
    let spots = spots.unwrap_or_else(|| layout_of(world, path));
    spots.iter().filter_map(|spot| spot.location(world)).collect()
}

fn in_yaml(world: &World, path: &str, text: &str, at: usize) -> Option<Vec<Occurrence>> {
    let (one, value) = value_at(path, text, at)?;
    let name = &text[value];
    let kind = if one.kind == "SignedBy" { "TeamId" } else { one.kind.as_str() };
    match kind {
        "RelativePath" => {
            let stem = format!("content/{name}");
            let is_of = |file: &&Arc<SourceFile>| {
                let rest = file.path().strip_prefix(&stem);
                rest.is_some_and(|rest| rest.ends_with(".md") && rest.starts_with(['.', '/']))
            };
            Some(world.texts().filter(is_of).map(top).collect())
        }
        kind if RENAMED.contains(&kind) => {
            let uses = uses(world, kind, name);
            Some(uses.into_iter().filter(|(_, is_definition)| *is_definition).map(|(spot, _)| spot).collect())
        }
        _ => None,
    }
}

fn top(file: &Arc<SourceFile>) -> Occurrence {
    Occurrence { file: Arc::clone(file), range: 0..0 }
}

/// A component, or a layout that is named.
fn in_tag(world: &World, text: &str, at: usize) -> Option<Vec<Occurrence>> {
    let tag = tags::whole_tag(text, at)?;
    let word = word_at(text, at);
    let call = text[tag.clone()].trim_start_matches(['-', ' ']).strip_prefix('<');
    if call.is_some_and(|call| call.trim_start_matches(['/', ' ']).starts_with(&text[word.clone()])) {
        let name = &text[word];
        let defines = |file: &&Arc<SourceFile>| layouts::components(file.text()).any(|known| known == name);
        let spot = |file: &Arc<SourceFile>| {
            let start = file.text().find(&format!("component {name}")).unwrap_or(0);
            Occurrence { file: Arc::clone(file), range: start..start + "component ".len() + name.len() }
        };
        return Some(world.texts().filter(defines).map(spot).collect());
    }
    let named = text[tag].split('"').nth(1).map(|name| format!("templates/{name}"))?;
    Some(world.text(&named).map(top).into_iter().collect())
}

/// From a text to the layouts of the mailings that are made of it.
fn layout_of(world: &World, path: &str) -> Vec<Occurrence> {
    let Some(programme) = world.programme().filter(|_| path.ends_with(".md")) else { return Vec::new() };
    let kinds = mailings_of(programme, path).into_iter().map(|mailing| mailing.kind.name());
    kinds.filter_map(|kind| world.text(&format!("templates/email/{kind}.html")).map(top)).collect()
}

/// Every place where an id stands, and whether it is defined there.
fn uses(world: &World, kind: &str, id: &str) -> Vec<(Occurrence, bool)> {
    let mut found = Vec::new();
    for file in world.texts().filter(|file| file.text().contains(id)) {
        let text = file.text();
        for one in typed(file.path(), text) {
            let Some(value) = one.entry.value else { continue };
            let spot = |range: Range<usize>| Occurrence { file: Arc::clone(file), range };
            let is_kind = one.kind == kind || (kind == "TeamId" && one.kind == "SignedBy");
            if is_kind && text[value.clone()] == *id {
                let is_definition = one.entry.path.last() == Some(&Step::Key("id".to_owned()));
                found.push((spot(value), is_definition));
            } else if one.kind == "Expression" {
                let inner = quoted(&text[value.clone()], id);
                found.extend(inner.into_iter().map(|at| (spot(value.start + at.start..value.start + at.end), false)));
            }
        }
        if file.path().ends_with(".md") || file.path().starts_with("templates/") {
            for tag in syntax::tags(text).into_iter().map(|tag| tag.inside) {
                let inner = quoted(&text[tag.clone()], id);
                let spot = |at: Range<usize>| Occurrence {
                    file: Arc::clone(file),
                    range: tag.start + at.start..tag.start + at.end,
                };
                found.extend(inner.into_iter().map(|at| (spot(at), false)));
            }
        }
    }
    found
}

/// Where an expression that speaks of ids says one in quotes.
fn quoted(expression: &str, id: &str) -> Vec<Range<usize>> {
    if !["id", "owner", "signer"].iter().any(|word| expression.contains(word)) {
        return Vec::new();
    }
    let quotes = ['"', '\''].map(|quote| format!("{quote}{id}{quote}"));
    let found = quotes.iter().flat_map(|quote| expression.match_indices(quote.as_str()));
    found.map(|(at, _)| at + 1..at + 1 + id.len()).collect()
}

/// Every place where the id at a place of a file stands.
pub fn references(world: &World, path: &str, at: usize) -> Value {
    let Some((kind, id, _)) = id_at(world, path, at) else { return Value::Null };
    uses(world, &kind, &id).iter().filter_map(|(spot, _)| spot.location(world)).collect()
}

/// The id at a place, with its type and where it stands.
fn id_at(world: &World, path: &str, at: usize) -> Option<(String, String, Range<usize>)> {
    let file = world.text(path)?;
    let (one, value) = value_at(path, file.text(), at)?;
    let kind = if one.kind == "SignedBy" { "TeamId".to_owned() } else { one.kind };
    let id = file.text()[value.clone()].to_owned();
    let is_word = matches!(id.as_str(), "owner" | "ceo") && kind == "TeamId";
    (RENAMED.contains(&kind.as_str()) && !is_word).then_some((kind, id, value))
}

/// What would be renamed at a place.
pub fn prepare_rename(world: &World, path: &str, at: usize) -> Value {
    match (id_at(world, path, at), world.text(path)) {
        (Some((_, id, value)), Some(file)) => json!({ "range": range(file.text(), &value), "placeholder": id }),
        _ => Value::Null,
    }
}

/// The edits that give the id at a place another name, wherever it stands.
///
/// # Errors
/// Why it cannot have that name.
pub fn rename(world: &World, path: &str, at: usize, new: &str) -> Result<Value, String> {
    let Some((kind, id, _)) = id_at(world, path, at) else { return Err("there is no id here".to_owned()) };
    check_slug(new).map_err(|fault| fault.to_string())?;
    let is_taken = uses(world, &kind, new).iter().any(|(_, is_definition)| *is_definition);
    if is_taken {
        return Err(format!("the id `{new}` is taken"));
    }
    if kind == "MailingId" {
        let has_journal =
            id.parse::<MailingId>().is_ok_and(|id| world.programme().is_some_and(|all| all.is_begun(&id)));
        if has_journal {
            return Err(format!("`{id}` has a journal: change its id by hand, and add `was: [{id}]` to its line"));
        }
    }
    let mut changes = serde_json::Map::new();
    for (spot, _) in uses(world, &kind, &id) {
        let Some(uri) = uri_of(&world.root.join(spot.file.path())) else { continue };
        let edit = json!({ "range": range(spot.file.text(), &spot.range), "newText": new });
        match changes.entry(uri).or_insert_with(|| json!([])) {
            Value::Array(edits) => edits.push(edit),
            _ => continue,
        }
    }
    Ok(json!({ "changes": changes }))
}

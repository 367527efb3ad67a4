//! What kind of value stands where, by the wire structs: the same that schemas and reference pages are made of.

use super::outline::{Entry, Slot, Step, entries};
use crate::load::MARKER;
use crate::reference::keys::{self, Key};

/// What a file is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    group: &'static str,
    is_list: bool,
}

/// What the YAML file (or the front matter of the text) at a path is made of.
pub fn shape_of(path: &str) -> Option<Shape> {
    let group = |group| Some(Shape { group, is_list: false });
    let list = |group| Some(Shape { group, is_list: true });
    if path.ends_with(".md") {
        return path.starts_with("content/").then_some(Shape { group: "Front", is_list: false });
    }
    if !path.ends_with(".yaml") && !path.ends_with(".yml") {
        return None;
    }
    match path.trim_end_matches(".yaml").trim_end_matches(".yml") {
        _ if path == MARKER => group("Settings"),
        "contacts/do-not-contact" => list("WallEntry"),
        "contacts/forgotten" => list("ForgottenEntry"),
        "contacts/referrals" => list("Referral"),
        "contacts/meetings" => list("Meeting"),
        "content/services" => list("Service"),
        "content/values" => list("Value"),
        "content/reviews/questions" => list("Question"),
        path if path.starts_with("contacts/touches/") => list("Touch"),
        path if path.starts_with("content/plan/") => group("Plan"),
        path if path.starts_with("contacts/") => list("Contact"),
        _ => None,
    }
}

impl Shape {
    /// The type of what lies at the end of a way, as the wire struct writes it.
    pub fn kind(self, path: &[Step]) -> Option<String> {
        let start = if self.is_list { format!("Vec<{}>", self.group) } else { self.group.to_owned() };
        path.iter().try_fold(start, |kind, step| inner(&kind, step)).map(|kind| bare(&kind).to_owned())
    }

    /// What is written down of the key at the end of a way.
    pub fn key(self, path: &[Step]) -> Option<&'static Key> {
        let (last, before) = path.split_last()?;
        let Step::Key(name) = last else { return None };
        keys::key(&self.kind(before)?, name)
    }
}

/// The type one step further down.
fn inner(kind: &str, step: &Step) -> Option<String> {
    let kind = bare(kind);
    match step {
        Step::Item(_) => inside(kind, "Vec").map(str::to_owned),
        Step::Key(name) => match inside(kind, "Table") {
            Some(pair) => pair.split_once(',').map(|(_, value)| value.to_owned()),
            None => keys::fields(kind)?.into_iter().find(|(known, _)| known == name).map(|(_, kind)| kind),
        },
    }
}

/// A type without what only says that it may be missing, or lies elsewhere.
fn bare(kind: &str) -> &str {
    match ["Option", "Box", "Lit"].iter().find_map(|wrap| inside(kind, wrap)) {
        Some(inner) => bare(inner),
        None => kind,
    }
}

fn inside<'k>(kind: &'k str, name: &str) -> Option<&'k str> {
    kind.strip_prefix(name)?.strip_prefix('<')?.strip_suffix('>')
}

/// An entry with its type.
pub struct Typed {
    /// It.
    pub entry: Entry,
    /// The type of its value; empty where there is none.
    pub kind: String,
}

/// Every entry of a file.
pub fn typed(path: &str, text: &str) -> Vec<Typed> {
    let Some(shape) = shape_of(path) else { return Vec::new() };
    let front = front_matter(path, text);
    let found = entries(&text[..front.end]).into_iter();
    found.map(|entry| Typed { kind: shape.kind(&entry.path).unwrap_or_default(), entry }).collect()
}

/// What of a file is YAML: all of it, or what stands between the dashes at the front of a text.
pub fn front_matter(path: &str, text: &str) -> std::ops::Range<usize> {
    if !path.ends_with(".md") {
        return 0..text.len();
    }
    match text.strip_prefix("---").and_then(|rest| rest.find("\n---")) {
        Some(end) => 0..end + 4,
        None => 0..0,
    }
}

/// What may be written at a place, with the shape of its file.
pub fn slot(path: &str, text: &str, at: usize) -> Option<(Shape, Slot)> {
    let shape = shape_of(path)?;
    (at <= front_matter(path, text).end).then(|| super::outline::slot(text, at))?.map(|slot| (shape, slot))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> Step {
        Step::Key(name.to_owned())
    }

    #[test]
    fn the_type_of_a_value_is_known_by_its_way() {
        let contacts = shape_of("contacts/2027/people.yaml").expect("contacts");
        assert_eq!(contacts.kind(&[Step::Item(3), key("owner")]).as_deref(), Some("TeamId"));
        assert_eq!(contacts.kind(&[Step::Item(3), key("basis"), key("kind")]).as_deref(), Some("BasisKind"));
        let plan = shape_of("content/plan/2027.yaml").expect("a plan");
        assert_eq!(plan.kind(&[key("mailings"), Step::Item(0), key("when")]).as_deref(), Some("When"));
        assert!(plan.key(&[key("mailings"), Step::Item(0), key("when")]).is_some());
        assert_eq!(plan.kind(&[key("nothing")]), None);
        let settings = shape_of("bevara.yaml").expect("settings");
        assert_eq!(settings.kind(&[key("languages"), Step::Item(0)]).as_deref(), Some("Language"));
        assert_eq!(shape_of("README.md"), None);
    }
}

//! JSON Schemas (draft 7) of the files of a programme, made from the wire structs and what is written down of their keys.

use serde_json::{Map, Value, json};

use super::keys::{Key, fields, key};
use super::values;

/// A kind of file and the schema it has.
#[derive(Debug)]
pub struct Name {
    /// What `bevara schema` calls it.
    pub name: &'static str,
    /// The group of keys that it, or each of its items, is.
    pub group: &'static str,
    /// True where the file is a list of them.
    pub is_list: bool,
    /// True where people write such files by hand: `init` lays the schema beside them.
    pub is_edited: bool,
    /// Where such files lie.
    pub files: &'static str,
}

impl Name {
    /// One file, or each of some, is a group of keys.
    const fn group(name: &'static str, group: &'static str, files: &'static str) -> Self {
        Name { name, group, is_list: false, is_edited: false, files }
    }

    /// One file, or each of some, is a list of groups of keys.
    const fn list(name: &'static str, group: &'static str, files: &'static str) -> Self {
        Name { name, group, is_list: true, is_edited: false, files }
    }

    const fn edited(self) -> Self {
        Name { is_edited: true, ..self }
    }

    /// Where `init` writes the schema, below the root.
    pub fn path(&self) -> String {
        format!("{FOLDER}/{}.json", self.name)
    }
}

/// Where the schemas lie in a programme.
pub const FOLDER: &str = ".vscode/schemas";

/// Every schema there is.
pub const NAMES: [Name; 12] = [
    Name::group("settings", "Settings", "bevara.yaml").edited(),
    Name::list("contacts", "Contact", "contacts/*.yaml").edited(),
    Name::list("do-not-contact", "WallEntry", "contacts/do-not-contact.yaml").edited(),
    Name::list("forgotten", "ForgottenEntry", "contacts/forgotten.yaml"),
    Name::group("plan", "Plan", "content/plan/*.yaml").edited(),
    Name::list("referrals", "Referral", "contacts/referrals.yaml"),
    Name::list("touches", "Touch", "contacts/touches/*.yaml"),
    Name::list("questions", "Question", "content/reviews/questions.yaml"),
    Name::list("meetings", "Meeting", "contacts/meetings.yaml"),
    Name::list("services", "Service", "content/services.yaml"),
    Name::list("values", "Value", "content/values.yaml").edited(),
    Name::group("front-matter", "Front", "content/**/*.md"),
];

/// The schema of this name.
pub fn find(name: &str) -> Option<&'static Name> {
    NAMES.iter().find(|known| known.name == name)
}

/// The comment that tells an editor the schema of the file at `path`, a line of its own.
pub fn modeline(name: &str, path: &str) -> String {
    format!("# yaml-language-server: $schema={}{FOLDER}/{name}.json\n", "../".repeat(path.matches('/').count()))
}

/// The schema itself.
pub fn schema(name: &Name) -> Value {
    let mut definitions = Map::new();
    define(name.group, &mut definitions);
    let whole = reference(name.group);
    let shape = if name.is_list { json!({ "type": ["array", "null"], "items": whole }) } else { whole };
    let mut schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": format!("bevara: {}", name.files),
        "definitions": definitions,
    });
    if let (Value::Object(schema), Value::Object(shape)) = (&mut schema, shape) {
        schema.extend(shape);
    }
    schema
}

fn reference(group: &str) -> Value {
    json!({ "$ref": format!("#/definitions/{group}") })
}

/// Adds the definition of a group and of the groups in it.
fn define(group: &str, definitions: &mut Map<String, Value>) {
    if definitions.contains_key(group) {
        return;
    }
    definitions.insert(group.to_owned(), Value::Null);
    let mut properties = Map::new();
    let mut required = Vec::new();
    for (name, kind) in fields(group).unwrap_or_default() {
        let known = key(group, name).cloned().unwrap_or_default();
        if known.is_required {
            required.push(name);
        }
        properties.insert(name.to_owned(), property(&kind, &known, definitions));
    }
    let mut definition = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if !required.is_empty() {
        definition["required"] = json!(required);
    }
    definitions.insert(group.to_owned(), definition);
}

/// The schema of one value, with what is written down of it.
fn property(kind: &str, known: &Key, definitions: &mut Map<String, Value>) -> Value {
    let shape = shape(kind, definitions);
    // Beside a reference draft 7 reads nothing.
    let mut property = if shape.get("$ref").is_some() { json!({ "allOf": [shape] }) } else { shape };
    property["description"] = json!(described(known));
    if let Some(example) = &known.example {
        property["examples"] = json!([example]);
    }
    if let Some(default) = &known.default {
        property["default"] = default.clone();
    }
    property
}

fn described(known: &Key) -> String {
    let mut text = known.meaning.clone();
    if let Some(example) = &known.example {
        text.push_str(&format!("\n\nExample: `{}`", values::written(example)));
    }
    if let Some(default) = &known.default {
        text.push_str(&format!("\n\nDefault: `{}`", values::written(default)));
    }
    text
}

/// The schema of a type as a wire struct writes it.
fn shape(kind: &str, definitions: &mut Map<String, Value>) -> Value {
    let inside = |name: &str| kind.strip_prefix(name).and_then(|rest| rest.strip_prefix('<')?.strip_suffix('>'));
    if let Some(inner) = inside("Box").or_else(|| inside("Option")) {
        return shape(inner, definitions);
    }
    if let Some(inner) = inside("Vec") {
        return json!({ "type": "array", "items": shape(inner, definitions) });
    }
    if let Some((key, inner)) = inside("Table").and_then(|pair| pair.split_once(',')) {
        let names = values::words(key).map_or(json!({}), |words| json!({ "enum": words }));
        let inner = shape(inner, definitions);
        return json!({ "type": "object", "propertyNames": names, "additionalProperties": or_nothing(inner) });
    }
    if let Some(leaf) = values::leaf(inside("Lit").unwrap_or(kind)) {
        if let Some(group) = instead(kind) {
            define(group, definitions);
            return json!({ "anyOf": [leaf, reference(group)] });
        }
        return leaf;
    }
    define(kind, definitions);
    reference(kind)
}

/// The group of keys that may stand in the place of a word.
pub(super) fn instead(kind: &str) -> Option<&'static str> {
    let groups = [("Labels", "LabelSize"), ("Via", "ViaMailing"), ("MeetingPlace", "OtherPlace")];
    groups.iter().find(|(name, _)| *name == kind).map(|(_, group)| *group)
}

/// A table's value may be left open, as a step that is not done.
fn or_nothing(shape: Value) -> Value {
    json!({ "anyOf": [shape, { "type": "null" }] })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::wire::groups;

    #[test]
    fn every_group_of_keys_is_in_a_schema_and_every_type_has_one() {
        let mut seen = Map::new();
        for name in &NAMES {
            define(name.group, &mut seen);
        }
        let missing: Vec<&str> = groups().map(|(group, _)| *group).filter(|group| !seen.contains_key(*group)).collect();
        assert!(missing.is_empty(), "in no schema (src/reference/schema.rs): {missing:?}");
        let known = |group: &&String| groups().any(|(name, _)| name == *group);
        let strange: Vec<&String> = seen.keys().filter(|group| !known(group)).collect();
        assert!(strange.is_empty(), "types without a schema (src/reference/values.rs): {strange:?}");
    }

    #[test]
    fn a_schema_is_draft_7_and_describes_each_key() {
        let schema = schema(find("contacts").expect("there is one"));
        assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
        let contact = &schema["definitions"]["Contact"];
        assert_eq!(contact["required"], json!(["id", "name", "tier", "owner"]));
        let tier = &contact["properties"]["tier"];
        assert_eq!(tier["enum"], json!(["A", "B", "C", "D"]));
        assert!(tier["description"].as_str().is_some_and(|text| text.contains("Example: `C`")), "{tier}");
        assert_eq!(contact["properties"]["basis"]["allOf"][0]["$ref"], "#/definitions/Basis");
    }

    #[test]
    fn a_modeline_leads_up_to_the_schemas() {
        let line = modeline("plan", "content/plan/2027.yaml");
        assert_eq!(line, "# yaml-language-server: $schema=../../.vscode/schemas/plan.json\n");
    }
}

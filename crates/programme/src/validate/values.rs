//! `content/values.yaml`: what customers value, and the words of theirs that may be used (R31).

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::content::Contents;
use super::node_path::{NodePath, Required};
use crate::load::scalar::{Day, Lit, Whole};
use crate::load::{Folder, wire};
use crate::model::contact::Origin;
use crate::model::id::ValueId;
use crate::model::programme::People;
use crate::model::value::{Hindrance, Permission, ValuePoint};
use source::diagnostic::{Diagnostic, did_you_mean};
use source::{SourceFile, Span};
use yaml::{Document, Read, Step};

/// Where they stand.
const FILE: &str = "content/values.yaml";

/// The value points, as far as they could be read.
#[derive(Default)]
pub struct Values {
    /// Those that hold together.
    pub list: Vec<ValuePoint>,
    /// Those that are there and wrong somewhere: who names them names nothing unknown.
    faulty: HashSet<ValueId>,
    /// True where the file or somebody's id could not be read: any name may mean it.
    is_torn: bool,
}

impl Values {
    /// True for an id that surely nothing has.
    fn is_unknown(&self, id: &str) -> bool {
        !self.is_torn && !self.faulty.iter().any(|faulty| faulty.as_str() == id)
    }
}

/// Reads the value points; a programme need not have any.
pub fn values(folder: &Folder, files: &mut Vec<Arc<SourceFile>>, found: &mut Vec<Diagnostic>) -> Values {
    let mut values = Values::default();
    let Some(file) = folder.yaml(FILE) else { return values };
    let before = found.len();
    let document = Document::whole(file);
    let number = u32::try_from(files.len()).expect("fewer than 2^32 files");
    files.push(Arc::clone(file));
    let mut ids: HashSet<ValueId> = HashSet::new();
    document.read_list::<wire::Value>(found, |first, read, found| {
        let Read { value, faulty } = read;
        let read = Read { value: (), faulty };
        for (index, wire) in value.into_iter().enumerate() {
            let spot = NodePath::root(&document).item(first + index);
            let origin = Origin { file: number, item: u32::try_from(first + index).expect("fewer than 2^32 values") };
            let mut need = Required { spot: &spot, read: &read, path: &[Step::Item(index)], found };
            let id = wire.id.as_ref().map(|Lit(id)| id.clone());
            let is_faulty = need.read.faulty.iter().any(|faulty| faulty.starts_with(need.path));
            let Some(value) = value_point(wire, &mut need, origin).filter(|_| !is_faulty) else {
                values.is_torn |= id.is_none();
                values.faulty.extend(id);
                continue;
            };
            if ids.insert(value.id.clone()) {
                values.list.push(value);
            } else {
                found.push(spot.key("id").error("duplicate-id", format!("the id `{}` is taken", value.id)));
            }
        }
    });
    values.is_torn |= found[before..].iter().any(|finding| finding.code == "yaml");
    values
}

fn value_point(wire: wire::Value, need: &mut Required<'_, '_, ()>, origin: Origin) -> Option<ValuePoint> {
    let wire::Value { id, text, segments, size, evidence, said_by, permitted } = wire;
    let id = need.take(id, "id", "a short id, like `quiet-mornings`");
    let text = need.take(text, "text", "what it says, a text a language");
    let Required { spot, read, path, found } = need;
    let permitted = permitted.and_then(|wire| {
        let wire::Permitted { on, how, until } = wire;
        if on.is_none() && !read.is_faulty(path, "permitted") {
            let error = spot.key("permitted").error("missing-key", "`on` is missing");
            found.push(error.hint("the day on which they said yes"));
        }
        let Lit(Day(on)) = on?;
        Some(Permission { on, how: how.map(|Lit(how)| how), until: until.map(|Lit(Day(until))| until) })
    });
    let size = size.map_or((None, None), |wire::SizeRange { from, to }| {
        let whole = |value: Option<Lit<Whole>>| value.map(|Lit(Whole(number))| number);
        (whole(from), whole(to))
    });
    if let (Some(from), Some(to)) = size
        && to < from
    {
        let error = spot.key("size").key("to").error("bad-value", "the largest is smaller than the smallest");
        found.push(error.hint(format!("sizes begin with {from} here")));
    }
    let value = ValuePoint {
        id: id?.0,
        text: text?.0,
        segments: segments.into_iter().flatten().map(|Lit(segment)| segment).collect(),
        size,
        evidence: evidence.map(|Lit(evidence)| evidence),
        said_by: said_by.map(|texts| texts.0),
        permitted,
        origin,
    };
    let is_faulty = ["evidence", "said_by"].iter().any(|key| read.is_faulty(path, key));
    if !value.is_quote() && value.evidence.is_none() && !is_faulty {
        let warning = spot.key("id").warning("r31-evidence", format!("nothing shows that `{}` is so", value.id));
        found.push(warning.hint("add `evidence:`, or `said_by:` where a customer said it"));
    }
    Some(value)
}

/// Every `<quote id="…">` of the texts must be one that may be used; those that may not and are used nowhere are a warning.
pub fn quotes(folder: &Folder, values: &Values, contents: &Contents, today: Date, found: &mut Vec<Diagnostic>) {
    let by_id: BTreeMap<&str, &ValuePoint> = values.list.iter().map(|value| (value.id.as_str(), value)).collect();
    let mut used: BTreeSet<String> = BTreeSet::new();
    let all = contents.mailings.values().chain(contents.pages.values()).chain([&contents.keep_in_mind]);
    for file in all.flat_map(|content| content.variants.values()) {
        for (id, span) in quoted(file.file.text()) {
            used.insert(id.to_owned());
            let error = match by_id.get(id) {
                None if !values.is_unknown(id) => continue,
                None => {
                    let error = Diagnostic::error("r31-unknown-quote", format!("there is no quote `{id}`"));
                    match did_you_mean(id, by_id.keys().copied()) {
                        Some(hint) => error.hint(hint),
                        None => error.hint(format!("quotes stand in {FILE}")),
                    }
                }
                Some(value) => match value.hindrance(today) {
                    None => continue,
                    Some(hindrance) => hindered(id, hindrance, Diagnostic::error),
                },
            };
            found.push(error.at(&file.file, span));
        }
    }
    let Some(file) = folder.yaml(FILE) else { return };
    let document = Document::whole(file);
    let unused = values.list.iter().filter(|value| value.is_quote() && !used.contains(value.id.as_str()));
    for value in unused {
        if let Some(hindrance) = value.hindrance(today) {
            let spot = NodePath::root(&document).item(value.origin.item as usize).key("id");
            let Diagnostic { code, message, hint, .. } = hindered(value.id.as_str(), hindrance, Diagnostic::warning);
            let mut warning = spot.warning(code, message);
            warning.hint = hint;
            found.push(warning);
        }
    }
}

fn hindered(id: &str, hindrance: Hindrance, make: fn(&'static str, String) -> Diagnostic) -> Diagnostic {
    match hindrance {
        Hindrance::Unsigned => make("r31-unsigned", format!("nobody is named who said `{id}`"))
            .hint("add `said_by:` with a name and a firm"),
        Hindrance::Unpermitted => make("r31-not-permitted", format!("nobody gave permission to use `{id}`"))
            .hint("ask them, and add `permitted: {on, how, until}`"),
        Hindrance::Lapsed(until) => make("r31-lapsed", format!("the permission to use `{id}` ended on {until}"))
            .hint("ask them again, or take it out"),
    }
}

/// Every id between quotation marks in a `<quote id=…`, and where it stands.
fn quoted(text: &str) -> impl Iterator<Item = (&str, Span)> {
    text.match_indices("<quote").filter_map(|(at, _)| {
        let rest = &text[at..];
        let tag = &rest[..rest.find('>')?];
        let key = tag.find("id=")? + 3;
        let mark = tag[key..].chars().next().filter(|mark| matches!(mark, '"' | '\''))?;
        let start = at + key + 1;
        let end = start + text[start..].find(mark)?;
        Some((&text[start..end], Span { start, end }))
    })
}

/// R31: what contacts value is one of the value points.
pub fn known_values(values: &Values, contacts: &People, files: &[Arc<SourceFile>], found: &mut Vec<Diagnostic>) {
    let ids: HashSet<&ValueId> = values.list.iter().map(|value| &value.id).collect();
    for contact in contacts.iter().filter(|contact| !contact.details.values.is_empty()) {
        let unknown = |(_, id): &(usize, &ValueId)| !ids.contains(id) && values.is_unknown(id.as_str());
        for (index, id) in contact.details.values.iter().enumerate().filter(unknown) {
            let document = Document::whole(&files[contact.origin.file as usize]);
            let spot = NodePath::root(&document).item(contact.origin.item as usize).key("values").item(index);
            let error = spot.error("r31-unknown-value", format!("there is no value point `{id}`"));
            found.push(match did_you_mean(id.as_str(), ids.iter().map(|id| id.as_str())) {
                Some(hint) => error.hint(hint),
                None => error.hint(format!("value points stand in {FILE}")),
            });
        }
    }
}

//! Names in the tags of texts that nothing can ever have, be the text anybody's today or not, and be the branch taken or not (R28).
//!
//! Rendering finds such a name only where somebody gets it. What only some readers have is known here, and is left to rendering.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::content::ContentFile;
use crate::model::programme::Programme;
use crate::reference::variables::{parts_of_contact, seen};
use crate::render::engine::meant_name;
use crate::render::syntax::{Kind, Name, Role, names, tags};
use crate::render::view::contact::NAMES;
use source::Span;
use source::diagnostic::Diagnostic;

/// Names that are there besides those of the reference: what layouts surround, what paper has, what loops and values bring.
const BESIDE: [&str; 6] = ["body", "keep_in_mind", "letter", "loop", "values", "__tera_context"];

/// Most names that a hint lists.
const MAX_NAMES: usize = 12;

/// Every such name in the mailings' texts and the standing text.
pub fn findings(programme: &Programme) -> Vec<Diagnostic> {
    let known = Known::new(programme);
    let contents = programme.contents.values().chain([&programme.keep_in_mind]);
    contents.flat_map(|content| content.variants.values()).flat_map(|content| in_text(&known, content)).collect()
}

/// What there is, as groups: the path of each and the names below it.
struct Known {
    groups: BTreeMap<String, BTreeSet<String>>,
}

impl Known {
    fn new(programme: &Programme) -> Self {
        let mut known = Known { groups: BTreeMap::new() };
        seen("mail").for_each(|(path, _)| known.add(path));
        for field in NAMES {
            known.add(&format!("contact.{field}"));
            parts_of_contact(field).for_each(|(part, _)| known.add(&format!("contact.{part}")));
        }
        BESIDE.iter().for_each(|name| known.add(name));
        known.add("strings");
        let keys = programme.strings.values().flat_map(BTreeMap::keys);
        known.groups.entry("strings".to_owned()).or_default().extend(keys.cloned());
        known
    }

    fn add(&mut self, path: &str) {
        let mut group = String::new();
        for name in path.split('.') {
            self.groups.entry(group.clone()).or_default().insert(name.to_owned());
            group = if group.is_empty() { name.to_owned() } else { format!("{group}.{name}") };
        }
    }

    /// Which part of a path is nothing, and what could be meant there.
    fn unknown<'e, 'k>(&'k self, path: &[Name<'e>]) -> Option<(Name<'e>, &'k BTreeSet<String>)> {
        let mut group = String::new();
        for name in path {
            // Below what is no group every name may be free, or is for rendering to judge.
            let there = self.groups.get(&group)?;
            if !there.contains(name.text) {
                return Some((*name, there));
            }
            group = if group.is_empty() { name.text.to_owned() } else { format!("{group}.{}", name.text) };
        }
        None
    }
}

fn in_text(known: &Known, content: &ContentFile) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    in_template(known, content.markdown(), |range, finding| {
        let span = Span { start: content.body_at + range.start, end: content.body_at + range.end };
        found.push(finding.at(&content.file, span));
    });
    let head = &content.file.text()[..content.body_at];
    for line in [&content.front.subject, &content.front.preheader].into_iter().flatten() {
        // Quotes of YAML may have moved what stands in them; the line itself is enough then.
        let start = head.find(&**line);
        in_template(known, line, |range, finding| {
            let span = start.map_or(Span::at(0), |at| Span { start: at + range.start, end: at + range.end });
            found.push(finding.at(&content.file, span));
        });
    }
    found
}

/// Tells each name in a template that is nothing, and where it stands there.
fn in_template(known: &Known, text: &str, mut tell: impl FnMut(std::ops::Range<usize>, Diagnostic)) {
    let tags = tags(text);
    let bound: BTreeSet<&str> = tags
        .iter()
        .filter(|tag| tag.kind == Kind::Statement)
        .flat_map(|tag| bound(&text[tag.inside.clone()]))
        .collect();
    for tag in &tags {
        let (from, expression) = expression(tag.kind, &text[tag.inside.clone()]);
        let is_guarded = ["defined", "default"].iter().any(|word| expression.contains(word));
        for path in paths(expression) {
            if bound.contains(path[0].text) {
                continue;
            }
            let Some((name, there)) = known.unknown(&path) else { continue };
            let meant = meant_name(name.text, there.iter().map(String::as_str));
            if is_guarded && meant.is_none() {
                continue;
            }
            let what = if name.at == path[0].at { "variable" } else { "field" };
            let finding = Diagnostic::error("template", format!("{what} `{}` is not defined", name.text));
            let start = tag.inside.start + from + name.at;
            let hint = meant.or_else(|| listed(there));
            let finding = Diagnostic { hint, ..finding };
            tell(start..start + name.text.len(), finding);
        }
    }
}

fn listed(names: &BTreeSet<String>) -> Option<String> {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    (names.len() <= MAX_NAMES).then(|| format!("known here: {}", names.join(", ")))
}

/// The names that a statement gives to something.
fn bound(statement: &str) -> Vec<&str> {
    let (word, rest) = statement.split_once(char::is_whitespace).unwrap_or((statement, ""));
    let head = match word {
        "set" | "set_global" => rest.split('=').next().unwrap_or_default(),
        "for" => rest.split(" in ").next().unwrap_or_default(),
        "component" => rest,
        _ => return Vec::new(),
    };
    names(head).into_iter().map(|name| name.text).collect()
}

/// The part of a tag in which names are looked up, and where it begins: without the word of a statement, what a tag names newly, and
/// the name of a component.
fn expression(kind: Kind, inside: &str) -> (usize, &str) {
    let behind = |at: usize| (at, &inside[at..]);
    if let Some(call) = inside.strip_prefix(['<']) {
        let name = call.trim_start_matches('/').trim_start();
        let end = name.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.')).unwrap_or(name.len());
        return behind(inside.len() - name.len() + end);
    }
    if kind == Kind::Print {
        return behind(0);
    }
    let word = inside.find(char::is_whitespace).unwrap_or(inside.len());
    match &inside[..word] {
        "if" | "elif" => behind(word),
        "set" | "set_global" => behind(inside.find('=').map_or(inside.len(), |at| at + 1)),
        "for" => behind(inside.find(" in ").map_or(inside.len(), |at| at + " in ".len())),
        _ => behind(inside.len()),
    }
}

/// The paths in an expression, part by part.
fn paths(expression: &str) -> Vec<Vec<Name<'_>>> {
    let mut paths: Vec<Vec<Name<'_>>> = Vec::new();
    // A field of what is no plain path (a call, an item of a list) belongs to nothing that is known.
    let mut end = None;
    for name in names(expression) {
        let is_next = end.is_some_and(|end| matches!(&expression[end..name.at], "." | "?."));
        match name.role {
            Role::Variable => paths.push(vec![name]),
            Role::Field if is_next => paths.last_mut().expect("a path is begun").push(name),
            _ => {
                end = None;
                continue;
            }
        }
        end = Some(name.at + name.text.len());
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    fn told(text: &str) -> Vec<(String, String)> {
        let programme = Fixture::new().build();
        let mut found = Vec::new();
        in_template(&Known::new(&programme), text, |range, finding| {
            found.push((text[range].to_owned(), finding.hint.unwrap_or_default()));
        });
        found
    }

    #[test]
    fn r28_a_name_that_nothing_has_is_found_where_nobody_reads_it() {
        let meant = |word: &str, meant: &str| vec![(word.to_owned(), format!("did you mean `{meant}`?"))];
        assert_eq!(told("{{ contact.nmae.given }}"), meant("nmae", "name"));
        assert_eq!(told("{{ contact.name.gien | upper }}"), meant("gien", "given"));
        assert_eq!(told("{% if contact.compny %}x{% endif %}"), meant("compny", "company"));
        assert_eq!(told("{{ contact.compny | default(value=\"x\") }}"), meant("compny", "company"));
        assert_eq!(told("{{ ownr.phone }}"), meant("ownr", "owner"));
        assert_eq!(told("{{ <button label=\"x\" href=links.rfeer /> }}"), meant("rfeer", "refer"));
        assert_eq!(told("{% for x in contact.tgas %}{{ x }}{% endfor %}"), meant("tgas", "tags"));
        assert_eq!(told("{{ links.zzz }}"), [("zzz".into(), "known here: browser, refer, unsubscribe".into())]);
    }

    #[test]
    fn what_may_be_there_is_left_alone() {
        for text in [
            "{{ contact.name.given }} {{ contact.extra.golf.hcp }} {{ mailing.extra.x }} {{ contact.tags.0 }}",
            "{% set x = contact.company %}{{ x }} {% for y in contact.tags %}{{ y }}{{ loop.index }}{% endfor %}",
            "{% if nickname is defined %}{{ nickname | default(value=\"you\") }}{% endif %}",
            "{{ \"contact.nmae\" }} {# {{ contact.nmae }} #} {% raw %}{{ contact.nmae }}{% endraw %}",
            "{% <card title=\"a\"> %}{{ tier == \"A\" and range(end=3) | length }}{% </card> %}",
            "{{ values.quote.text }} {{ quotes.x.text }} {{ programme.sender.registered.vat }} {{ date | date }}",
        ] {
            assert_eq!(told(text), [], "{text}");
        }
    }
}

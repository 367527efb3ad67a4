//! What the templates of a programme do with personal data, seen in their source.
//!
//! A template that only prints it can be rendered once for many readers: [`rewrite`] puts a hole where such a value is printed
//! and a yes-or-no variable where a condition asks about the reader. The rewritten templates never see `contact` or `links`,
//! so nothing can look at a reader unnoticed. Whatever else touches personal data is a [`Reason`] for the full render.

mod verdict;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::on_paper;
use super::reason::Reason;
use crate::render::syntax::{Kind, Name, Role, names, tags};
use crate::render::view::contact::CONTACT_WORDS;
use html::hole;

pub use verdict::Verdict;

/// The variables that differ from reader to reader within a variant.
const PERSONAL: [&str; 2] = ["contact", "links"];

/// Variables that a condition about the reader may also ask for: they are equal for all readers of a variant.
const BESIDE: [&str; 2] = ["tier", "language"];

/// What one template does.
#[derive(Debug, Clone, Default)]
pub struct RewrittenTemplate {
    /// Its text with holes and yes-or-no variables in place of personal expressions.
    pub text: String,
    /// The templates it extends, includes or calls components of, and the components themselves.
    uses: BTreeSet<Use>,
    /// The conditions it asks, by number.
    conditions: BTreeSet<usize>,
    /// It looks at the day of the mailing, which may differ from reader to reader.
    dated: bool,
    /// It shows what customers like the reader value, which may differ from reader to reader.
    valued: bool,
    /// Why it cannot be stamped.
    reasons: Vec<Reason>,
    /// Why no letter of it can.
    on_paper: Vec<Reason>,
    /// Personal values handed to components: component, parameter, where, expression.
    handed: Vec<(String, String, usize, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Use {
    Template(String),
    Component(String),
}

/// What a component does with its parameters.
#[derive(Debug, Clone, Default)]
struct Component {
    /// The template that defines it.
    template: String,
    /// Parameters that it does more with than print.
    inspected: BTreeSet<String>,
    /// Parameters it hands on: parameter, component, its parameter.
    handed_on: Vec<(String, String, String)>,
    /// Its parameters.
    parameters: BTreeSet<String>,
}

/// All templates, analysed together.
#[derive(Debug, Clone, Default)]
pub struct Analysis {
    /// By name of the template.
    pub sheets: BTreeMap<String, RewrittenTemplate>,
    /// The expression behind each hole; number 0 is always `links.refer`.
    pub holes: Vec<String>,
    /// The expression behind each yes-or-no variable.
    pub conditions: Vec<String>,
    components: HashMap<String, Component>,
}

/// The variable a hole is printed by.
pub fn hole_variable(number: usize) -> String {
    format!("hole_{number}")
}

/// The variable a condition is asked by.
pub fn condition_variable(number: usize) -> String {
    format!("asks_{number}")
}

/// Analyses and rewrites templates, given by name and text.
pub fn rewrite<'t>(templates: impl IntoIterator<Item = (&'t str, &'t str)>) -> Analysis {
    let mut analysis = Analysis { holes: vec!["links.refer".to_owned()], ..Analysis::default() };
    let templates: Vec<(&str, &str)> = templates.into_iter().collect();
    let lines = on_paper::line_names(templates.iter().map(|(_, text)| *text));
    for (name, text) in templates {
        let sheet =
            RewrittenTemplate { on_paper: on_paper::reasons(name, text, &lines), ..RewrittenTemplate::default() };
        let sheet = Reading { name, text, analysis: &mut analysis, sheet, inside: None }.read();
        analysis.sheets.insert(name.to_owned(), sheet);
    }
    analysis.spread_inspection();
    analysis
}

impl Analysis {
    fn hole(&mut self, expression: &str) -> usize {
        number_of(&mut self.holes, expression)
    }

    fn condition(&mut self, expression: &str) -> usize {
        number_of(&mut self.conditions, expression)
    }

    /// A parameter that is handed on to one that is inspected is inspected too.
    fn spread_inspection(&mut self) {
        loop {
            let mut found = Vec::new();
            for (name, component) in &self.components {
                for (parameter, other, theirs) in &component.handed_on {
                    if self.inspects(other, theirs) && !component.inspected.contains(parameter) {
                        found.push((name.clone(), parameter.clone()));
                    }
                }
            }
            if found.is_empty() {
                return;
            }
            for (name, parameter) in found {
                self.components.entry(name).or_default().inspected.insert(parameter);
            }
        }
    }

    /// True where a component does more with a parameter than print it, or is not known.
    fn inspects(&self, component: &str, parameter: &str) -> bool {
        self.components.get(component).is_none_or(|component| {
            component.inspected.contains(parameter) || !component.parameters.contains(parameter)
        })
    }
}

/// True where a tag looks at the day: by its own names, or by a mailing of which it may read more than what has no day.
fn is_dated(inside: &str) -> bool {
    let by_name = |name: &Name<'_>| matches!(name.text, "date" | "occasion" | "__tera_context");
    let mut mailings = inside.match_indices("mailing").map(|(at, found)| &inside[at + found.len()..]);
    let timeless = |field: &str| !["when", "year"].iter().any(|dated| field.starts_with(dated));
    names(inside).iter().filter(|name| name.role == Role::Variable).any(by_name)
        || mailings.any(|rest| !rest.strip_prefix('.').is_some_and(timeless))
}

/// True where a tag shows what customers value.
fn is_valued(inside: &str) -> bool {
    let by_name = |name: &Name<'_>| matches!(name.text, "values" | "__tera_context");
    names(inside).iter().filter(|name| name.role == Role::Variable).any(by_name)
}

fn number_of(list: &mut Vec<String>, expression: &str) -> usize {
    let known = list.iter().position(|known| known == expression);
    known.unwrap_or_else(|| {
        list.push(expression.to_owned());
        list.len() - 1
    })
}

/// The reading of one template.
struct Reading<'t, 'a> {
    name: &'t str,
    text: &'t str,
    analysis: &'a mut Analysis,
    sheet: RewrittenTemplate,
    /// The component whose definition we are in.
    inside: Option<String>,
}

impl Reading<'_, '_> {
    fn read(mut self) -> RewrittenTemplate {
        let text = self.text;
        let mut at = 0;
        for tag in tags(text) {
            let inside = &text[tag.inside.clone()];
            self.sheet.dated |= is_dated(inside);
            self.sheet.valued |= is_valued(inside);
            let rewritten = match (tag.kind, self.inside.is_some()) {
                (Kind::Print, false) => self.print(inside, tag.inside.start),
                (Kind::Statement, false) => self.statement(inside, tag.inside.start),
                (kind, true) => {
                    self.in_component(kind, inside);
                    None
                }
            };
            if let Some(rewritten) = rewritten {
                self.sheet.text.push_str(&text[at..tag.inside.start]);
                self.sheet.text.push_str(&rewritten);
                at = tag.inside.end;
            }
        }
        self.sheet.text.push_str(&text[at..]);
        self.sheet
    }

    fn reason(&mut self, at: usize, expression: &str) {
        self.sheet.reasons.push(Reason { template: self.name.to_owned(), at, expression: expression.to_owned() });
    }

    fn print(&mut self, inside: &str, at: usize) -> Option<String> {
        if inside.starts_with('<') {
            return self.call(inside, at);
        }
        if !is_personal(inside) {
            return None;
        }
        match self.hole_for(inside) {
            Some(variable) => Some(variable),
            None => {
                self.reason(at, inside);
                None
            }
        }
    }

    /// The hole for an expression that is printed, if it is one over personal data alone.
    fn hole_for(&mut self, expression: &str) -> Option<String> {
        let alone = names(expression).iter().all(|name| match name.role {
            Role::Variable => PERSONAL.contains(&name.text),
            Role::Function => false,
            Role::Field => !CONTACT_WORDS.contains(&name.text),
            // What is encoded already must not be encoded again by the place it lands in, as a hole's value is.
            Role::Filter => name.text != "urlencode",
            _ => true,
        });
        if !alone || self.analysis.holes.len() >= hole::PAPER || self.inside.is_some() {
            return None;
        }
        Some(hole_variable(self.analysis.hole(expression)))
    }

    fn statement(&mut self, inside: &str, at: usize) -> Option<String> {
        let (keyword, rest) =
            inside.split_once(char::is_whitespace).map_or((inside, ""), |(word, rest)| (word, rest.trim()));
        if inside.starts_with('<') {
            return self.call(inside, at);
        }
        match keyword {
            "component" => self.open_component(rest),
            "extends" | "include" => match string(rest) {
                Some(name) => {
                    self.sheet.uses.insert(Use::Template(name.to_owned()));
                }
                None => self.reason(at, inside),
            },
            "if" | "elif" if is_personal(rest) => return self.condition(keyword, rest, at),
            "for" | "set" | "set_global" if binds_personal(rest) || is_personal(rest) => self.reason(at, inside),
            "filter" => self.reason(at, inside),
            "set" | "set_global" if !rest.contains('=') => self.reason(at, inside),
            _ => {}
        }
        None
    }

    fn condition(&mut self, keyword: &str, expression: &str, at: usize) -> Option<String> {
        let known = names(expression).iter().all(|name| match name.role {
            Role::Variable => PERSONAL.contains(&name.text) || BESIDE.contains(&name.text),
            Role::Function => false,
            _ => true,
        });
        if !known {
            self.reason(at, expression);
            return None;
        }
        let number = self.analysis.condition(expression);
        self.sheet.conditions.insert(number);
        Some(format!("{keyword} {}", condition_variable(number)))
    }

    /// A component call: personal values are handed over as holes.
    fn call(&mut self, inside: &str, at: usize) -> Option<String> {
        let body = inside.trim_start_matches('<').trim_start();
        let name_end = body.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.')).unwrap_or(body.len());
        let component = body[..name_end].to_owned();
        if component.is_empty() {
            return None;
        }
        self.sheet.uses.insert(Use::Component(component.clone()));
        if !inside.ends_with("/>") {
            // What stands between the tags may hold values: a component that does more with it than print it needs them.
            self.sheet.handed.push((component.clone(), "body".to_owned(), at, inside.to_owned()));
        }
        let mut out = String::new();
        let mut rest = inside;
        let mut changed = false;
        while let Some((before, parameter, expression, behind)) = next_argument(rest) {
            out.push_str(before);
            match is_personal(expression) {
                false => out.push_str(expression),
                true => match self.hole_for(expression) {
                    Some(variable) => {
                        self.sheet.handed.push((component.clone(), parameter.to_owned(), at, expression.to_owned()));
                        out.push_str(&variable);
                        changed = true;
                    }
                    None => {
                        self.reason(at, expression);
                        out.push_str(expression);
                    }
                },
            }
            rest = behind;
        }
        out.push_str(rest);
        changed.then_some(out)
    }

    fn open_component(&mut self, head: &str) {
        let (name, parameters) = head.split_once('(').unwrap_or((head, ""));
        let name = name.trim().to_owned();
        let parameters = parameters.rsplit_once(')').map_or(parameters, |(parameters, _)| parameters);
        let mut component = Component { template: self.name.to_owned(), ..Component::default() };
        component.parameters = parameters
            .split(',')
            .map(|parameter| parameter.trim().trim_start_matches('@'))
            .filter(|parameter| !parameter.starts_with("..."))
            .filter_map(|parameter| parameter.split([':', '=']).next().map(|name| name.trim().to_owned()))
            .filter(|name| !name.is_empty())
            .chain(["body".to_owned()])
            .collect();
        self.analysis.components.insert(name.clone(), component);
        self.inside = Some(name);
    }

    /// A tag inside a component's definition: which parameters it does more with than print.
    fn in_component(&mut self, kind: Kind, inside: &str) {
        let Some(current) = self.inside.clone() else { return };
        if inside.starts_with("endcomponent") {
            self.inside = None;
            return;
        }
        let mut called = None;
        if inside.starts_with('<') {
            let body = inside.trim_start_matches('<').trim_start();
            let end = body.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.')).unwrap_or(body.len());
            called = Some(body[..end].to_owned());
            self.sheet.uses.insert(Use::Component(body[..end].to_owned()));
        }
        let component = self.analysis.components.entry(current).or_default();
        if kind == Kind::Print && component.parameters.contains(inside.trim_end_matches("| safe").trim()) {
            return;
        }
        if let Some(other) = called {
            let mut rest = inside;
            while let Some((_, theirs, expression, behind)) = next_argument(rest) {
                match component.parameters.contains(expression) {
                    true => component.handed_on.push((expression.to_owned(), other.clone(), theirs.to_owned())),
                    false => inspect(component, expression),
                }
                rest = behind;
            }
            return;
        }
        inspect(component, inside);
    }
}

fn inspect(component: &mut Component, expression: &str) {
    for name in names(expression).iter().filter(|name| name.role == Role::Variable) {
        if component.parameters.contains(name.text) {
            component.inspected.insert(name.text.to_owned());
        }
    }
}

/// True where an expression looks at the reader.
fn is_personal(expression: &str) -> bool {
    names(expression).iter().any(|name: &Name<'_>| name.role == Role::Variable && PERSONAL.contains(&name.text))
}

/// True where a loop or an assignment gives a personal name another meaning.
fn binds_personal(rest: &str) -> bool {
    let bound = rest.split([' ', '=']).next().unwrap_or_default();
    bound.split(',').any(|name| PERSONAL.contains(&name.trim()))
}

fn string(text: &str) -> Option<&str> {
    let text = text.trim();
    let quote = text.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    text[1..].strip_suffix(quote)
}

/// The next `name={expression}` of a call: what stands before the expression, the name, the expression, what stands after.
fn next_argument(rest: &str) -> Option<(&str, &str, &str, &str)> {
    let open = rest.find("={")?;
    let name_at = rest[..open].rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).map_or(0, |at| at + 1);
    let mut depth = 0_usize;
    let mut quote = None;
    for (at, character) in rest[open + 1..].char_indices().map(|(at, character)| (open + 1 + at, character)) {
        match (quote, character) {
            (Some(mark), character) if mark == character => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(character),
            (None, '{') => depth += 1,
            (None, '}') => {
                depth -= 1;
                if depth == 0 {
                    return Some((&rest[..open + 2], &rest[name_at..open], rest[open + 2..at].trim(), &rest[at..]));
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests;

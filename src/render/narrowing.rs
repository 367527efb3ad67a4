//! The meaning of a plan's `where`: an expression of the templates' language over the fields of one contact.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::RwLock;

use tera::{Context, ErrorKind, Tera};

use crate::diagnostic::{Diagnostic, Place, did_you_mean};
use crate::load::places;
use crate::model::contact::{Contact, Tier};
use crate::model::expression::Expression;
use crate::model::mailing::{Mailing, PlannedTouch};
use crate::model::programme::Programme;
use crate::plan::audience::Narrowing;
use crate::render::view::ContactView;

/// How many answers of one condition are kept: one for every combination of the values that it reads.
const KEPT: usize = 4096;

/// Every `where` of a programme, parsed.
pub struct Conditions {
    tera: Tera,
    by_text: HashMap<String, Condition>,
}

/// One condition, however often the plans write it.
struct Condition {
    /// Its template's name.
    name: String,
    /// The fields of a contact that it reads.
    reads: Vec<&'static str>,
    /// The lowest tier on all of which it was tried.
    tried: Option<Tier>,
    /// Answers by what was read. A plan says `kind == 'customer'` of thousands, and there are five kinds.
    answers: RwLock<HashMap<String, bool>>,
}

impl Conditions {
    /// Parses every `where` of mailings and planned touches and tries each on every contact that it is about.
    ///
    /// # Errors
    /// What does not parse, names no field of a contact, or fails on somebody, at its place in the plan.
    pub fn new(programme: &Programme) -> Result<Self, Vec<Diagnostic>> {
        let mut conditions = Conditions { tera: Tera::new(), by_text: HashMap::new() };
        let mut found = Vec::new();
        for plan in programme.plans.values() {
            for mailing in &plan.mailings {
                let place = || places::of_mailing(programme, mailing, "where");
                found.extend(conditions.add(programme, mailing.narrowing.as_ref(), mailing.to, place));
            }
            for touch in &plan.touches {
                let place = || places::of_planned_touch(programme, touch, "where");
                found.extend(conditions.add(programme, touch.narrowing.as_ref(), touch.to, place));
            }
        }
        if found.is_empty() { Ok(conditions) } else { Err(found) }
    }

    /// Parses a condition and tries it on everybody of `to` and above.
    fn add(
        &mut self,
        programme: &Programme,
        expression: Option<&Expression>,
        to: Tier,
        place: impl Fn() -> Place,
    ) -> Option<Diagnostic> {
        let expression = expression?;
        if !self.by_text.contains_key(expression.as_str()) {
            match self.parse(expression) {
                Ok(condition) => _ = self.by_text.insert(expression.as_str().to_owned(), condition),
                Err(error) => return Some(error.place(place())),
            }
        }
        let failure = self.try_out(programme, expression, to);
        failure.map(|error| error.place(place()))
    }

    fn parse(&mut self, expression: &Expression) -> Result<Condition, Diagnostic> {
        let name = format!("where:{}", self.by_text.len());
        let template = format!("{{% if {} %}}yes{{% endif %}}", expression.as_str());
        self.tera.add_raw_template(&name, &template).map_err(|error| {
            let message = match error.kind() {
                ErrorKind::SyntaxError(report) => {
                    let message = report.message().to_lowercase();
                    message.trim_end_matches('.').trim_end_matches(" but expected %}").to_owned()
                }
                other => {
                    other.to_string().lines().next().unwrap_or_default().trim_start_matches("error: ").to_lowercase()
                }
            };
            Diagnostic::error("condition", format!("this condition cannot be read: {message}"))
                .hint("like `kind != 'former' and 'golf' in tags`")
        })?;
        let used = self
            .tera
            .get_template_variables(&name)
            .map_err(|error| Diagnostic::error("condition", error.to_string()))?;
        let known = |name: &&str| ContactView::NAMES.contains(name);
        let mut unknown: Vec<&str> = used.iter().copied().filter(|name| !known(name)).collect();
        unknown.sort_unstable();
        if let Some(unknown) = unknown.first() {
            let error = Diagnostic::error("condition", format!("a contact has no field `{unknown}`"));
            return Err(match did_you_mean(unknown, ContactView::NAMES) {
                Some(hint) => error.hint(hint),
                None => error.hint("free fields are written extra.name"),
            });
        }
        let reads = ContactView::NAMES.into_iter().filter(|name| used.contains(name)).collect();
        Ok(Condition { name, reads, tried: None, answers: RwLock::default() })
    }

    fn try_out(&mut self, programme: &Programme, expression: &Expression, to: Tier) -> Option<Diagnostic> {
        let condition = self.by_text.get(expression.as_str())?;
        if condition.tried.is_some_and(|tried| tried <= to) {
            return None;
        }
        let meant = programme.contacts.iter().filter(|contact| contact.tier().is_some_and(|tier| tier >= to));
        let answers = meant.map(|contact| (contact, self.evaluate(expression, contact)));
        let failed = answers.filter_map(|(contact, answer)| Some((contact, answer.err()?))).next();
        if let Some((contact, why)) = failed {
            let message = format!("this condition fails for `{}`: {why}", contact.id);
            let error = Diagnostic::error("condition", message);
            return Some(error.hint("ask first whether the field is there: `project.to is defined and …`"));
        }
        self.by_text.get_mut(expression.as_str())?.tried = Some(to);
        None
    }

    fn evaluate(&self, expression: &Expression, contact: &Contact) -> Result<bool, String> {
        let Some(condition) = self.by_text.get(expression.as_str()) else { return Ok(true) };
        let read = condition.read(contact);
        let answers = condition.answers.read().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(&answer) = answers.get(&read) {
            return Ok(answer);
        }
        drop(answers);
        let answer = self.render(condition, contact)?;
        let mut answers = condition.answers.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        if answers.len() < KEPT {
            answers.insert(read, answer);
        }
        Ok(answer)
    }

    fn render(&self, condition: &Condition, contact: &Contact) -> Result<bool, String> {
        let code = contact.details.code.as_ref().map(|code| code.as_str().to_owned()).unwrap_or_default();
        let context = Context::from_serialize(&ContactView::new(contact, code)).map_err(|error| error.to_string())?;
        match self.tera.render(&condition.name, &context) {
            Ok(answer) => Ok(answer == "yes"),
            Err(error) => Err(match error.kind() {
                ErrorKind::RenderingError(report) => report.message().to_lowercase(),
                other => other.to_string(),
            }),
        }
    }
}

impl Condition {
    /// What the condition reads of a contact, as a text that is another one where the answer may be.
    fn read(&self, contact: &Contact) -> String {
        let mut text = String::new();
        for name in &self.reads {
            // Writing to a string does not fail.
            let _ = write_field(&mut text, contact, name);
            text.push('\u{1}');
        }
        text
    }
}

/// Writes what decides a field of [`ContactView`].
fn write_field(text: &mut String, contact: &Contact, name: &str) -> std::fmt::Result {
    let details = &contact.details;
    match name {
        "tier" => text.write_str(contact.tier().map_or("D", Tier::letter)),
        "kind" => text.write_str(contact.kind.name()),
        "recipient" => text.write_str(contact.nature.name()),
        "language" => text.write_str(contact.language.tag()),
        "owner" => text.write_str(contact.owner.as_str()),
        "opportunity" => text.write_str(details.opportunity.map_or("", |opportunity| opportunity.name())),
        "tags" => write!(text, "{:?}", details.tags),
        "owned" => write!(text, "{:?}", details.owned),
        "competitors" => write!(text, "{:?}", details.competitors),
        "project" => write!(text, "{:?}", details.project),
        "birthday" => write!(text, "{:?}", details.birthday),
        "since" => write!(text, "{:?}", details.since),
        "size" => write!(text, "{:?}", details.size),
        "network_size" => write!(text, "{:?}", details.network_size),
        "nps" => write!(text, "{:?}", details.nps),
        "ask" => write!(text, "{:?}", details.ask),
        // What is each contact's own: the answer is theirs alone.
        _ => text.write_str(contact.id.as_str()),
    }
}

impl Narrowing for Conditions {
    fn admits(&self, mailing: &Mailing, contact: &Contact) -> bool {
        // Every condition was tried on everybody it is about, so a failure here is a contact it is not about.
        let answer = |expression| self.evaluate(expression, contact).unwrap_or(false);
        mailing.narrowing.as_ref().is_none_or(answer)
    }

    fn admits_touch(&self, touch: &PlannedTouch, contact: &Contact) -> bool {
        let answer = |expression| self.evaluate(expression, contact).unwrap_or(false);
        touch.narrowing.as_ref().is_none_or(answer)
    }
}

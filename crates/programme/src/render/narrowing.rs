//! The meaning of a plan's `where`: an expression of the templates' language over the fields of one contact.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use tera::{Context, ErrorKind, Tera};

use crate::load::places;
use crate::model::contact::{Contact, Tier};
use crate::model::expression::Expression;
use crate::model::id::ContactId;
use crate::model::mailing::{Mailing, PlannedTouch};
use crate::model::programme::{People, Programme};
use crate::plan::audience::{Narrowing, Prepared};
use crate::render::view::contact::{NAMES, part};
use source::diagnostic::{Diagnostic, Place, did_you_mean};

/// Contacts that are asked by one thread at a time.
const CHUNK: usize = 1024;

/// The template that puts every condition at once, and what it answers with. No condition is called so: it would not parse.
const TOGETHER: &str = "all of them";
const YES: char = 'y';
const NO: char = 'n';

/// Every `where` of a programme, and the answer of every contact once they were asked. Only the list and the plans have a say in
/// it, and nothing of the programme is borrowed, so it outlives a programme whose list and plans stay the same.
pub struct Conditions {
    asked: Asked,
    people: People,
    by_id: Arc<HashMap<ContactId, u32>>,
    answers: OnceLock<Answers>,
}

/// By expression, in the order of the contacts.
type Answers = HashMap<Box<str>, Vec<Answer>>;

/// A condition in a plan: whom it is about, and where it stands.
struct Placed<'p> {
    expression: &'p str,
    to: Tier,
    place: Box<dyn Fn() -> Place + 'p>,
}

/// Every condition of the plans.
fn placed<'p>(programme: &'p Programme) -> impl Iterator<Item = Placed<'p>> {
    let of_mailing = move |mailing: &'p Mailing| {
        let place = Box::new(move || places::of_mailing(programme, mailing, "where"));
        Some(Placed { expression: mailing.narrowing.as_ref()?.as_str(), to: mailing.to, place })
    };
    let of_touch = move |touch: &'p PlannedTouch| {
        let place = Box::new(move || places::of_touch(programme, touch, "where"));
        Some(Placed { expression: touch.narrowing.as_ref()?.as_str(), to: touch.to, place })
    };
    let mailings = programme.mailings().filter_map(of_mailing);
    mailings.chain(programme.plans.values().flat_map(|plan| &plan.touches).filter_map(of_touch))
}

/// What a condition comes to for one contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Yes,
    No,
    /// It cannot be told: a field that this contact lacks, a comparison of things that do not compare.
    Fails,
}

impl Conditions {
    /// Parses every `where` of the plans and asks every contact.
    ///
    /// # Errors
    /// What does not parse, names no field of a contact, or fails on somebody it is about, at its place in the plan.
    pub fn new(programme: &Programme) -> Result<Self, Vec<Diagnostic>> {
        Conditions::again(programme, None)
    }

    /// The same, where those answer as they did `before` who are the very same contacts still.
    ///
    /// # Errors
    /// As those of [`new`](Conditions::new).
    pub fn again(programme: &Programme, before: Option<&Conditions>) -> Result<Self, Vec<Diagnostic>> {
        let conditions = Conditions::parse(programme)?;
        let before = before.filter(|before| before.asked.expressions == conditions.asked.expressions);
        conditions.answers.get_or_init(|| conditions.asked.of_everybody(&conditions.people, before));
        conditions.ask_everybody(programme)?;
        Ok(conditions)
    }

    /// Parses every `where` of the plans; a contact is asked when it is about them.
    ///
    /// # Errors
    /// What does not parse or names no field of a contact, at its place in the plan.
    pub fn parse(programme: &Programme) -> Result<Self, Vec<Diagnostic>> {
        let mut asked = Asked::default();
        let mut found = Vec::new();
        for placed in placed(programme) {
            if let Err(error) = asked.add(placed.expression) {
                found.push(error.place((placed.place)()));
            }
        }
        asked.join();
        let (people, by_id) = (programme.contacts.clone(), Arc::clone(&programme.by_id));
        let conditions = Conditions { asked, people, by_id, answers: OnceLock::new() };
        if found.is_empty() { Ok(conditions) } else { Err(found) }
    }

    /// Asks every contact, once; from then on an answer is looked up.
    ///
    /// # Errors
    /// What fails on somebody it is about, at its place in the plan of `programme`.
    pub fn ask_everybody(&self, programme: &Programme) -> Result<(), Vec<Diagnostic>> {
        let answers = self.answers.get_or_init(|| self.asked.of_everybody(&self.people, None));
        let failure = |placed: Placed<'_>| self.failure(&placed, &answers[placed.expression]);
        let found: Vec<Diagnostic> = placed(programme).filter_map(failure).collect();
        if found.is_empty() { Ok(()) } else { Err(found) }
    }

    /// Where on the list a contact stands. The answer of the list is that of its own contact, not of a changed copy.
    fn position(&self, contact: &Contact) -> Option<usize> {
        let position = *self.by_id.get(&contact.id)? as usize;
        self.people.get(position).is_some_and(|own| std::ptr::eq(own, contact)).then_some(position)
    }

    /// What goes wrong with a condition for the first contact that it is about.
    fn failure(&self, condition: &Placed<'_>, answers: &[Answer]) -> Option<Diagnostic> {
        let is_meant = |contact: &Contact| contact.tier().is_some_and(|tier| tier >= condition.to);
        let failing = self.people.iter().zip(answers).filter(|(_, answer)| **answer == Answer::Fails);
        let (contact, _) = failing.into_iter().find(|(contact, _)| is_meant(contact))?;
        let why = self.asked.evaluate(condition.expression, &self.asked.context(contact)).err().unwrap_or_default();
        let error = Diagnostic::error("condition", format!("this condition fails for `{}`: {why}", contact.id));
        let hint = "ask first whether the field is there: `project.to is defined and …`";
        Some(error.place((condition.place)()).hint(hint))
    }
}

/// What of these conditions does not parse, or names no field of a contact.
pub fn unreadable(conditions: impl IntoIterator<Item = (Expression, Place)>) -> Vec<Diagnostic> {
    let mut asked = Asked::default();
    let each = |(condition, place): (Expression, Place)| Some(asked.add(condition.as_str()).err()?.place(place));
    conditions.into_iter().filter_map(each).collect()
}

impl Narrowing for Conditions {
    fn holds(&self, condition: &Expression, contact: &Contact) -> bool {
        let Some(answers) = self.answers.get() else {
            // Where it fails on somebody, nothing is built at all.
            return self.asked.evaluate(condition.as_str(), &self.asked.context(contact)).unwrap_or(false);
        };
        match self.position(contact).and_then(|index| answers.get(condition.as_str())?.get(index)) {
            Some(answer) => *answer == Answer::Yes,
            None => self.asked.evaluate(condition.as_str(), &self.asked.context(contact)).unwrap_or(false),
        }
    }

    fn prepared<'a>(&'a self, condition: &'a Expression) -> Prepared<'a> {
        match self.answers.get().and_then(|answers| answers.get(condition.as_str())) {
            Some(answers) => Box::new(|position, _| answers.get(position as usize) == Some(&Answer::Yes)),
            None => Box::new(|_, contact| self.holds(condition, contact)),
        }
    }
}

/// The conditions of a programme as templates, each named by its text.
#[derive(Default)]
struct Asked {
    tera: Tera,
    expressions: Vec<Box<str>>,
    /// The parts of a contact that any of them reads.
    names: BTreeSet<&'static str>,
}

impl Asked {
    fn add(&mut self, expression: &str) -> Result<(), Diagnostic> {
        if self.expressions.iter().any(|known| **known == *expression) {
            return Ok(());
        }
        let template = format!("{{% if {expression} %}}yes{{% endif %}}");
        self.tera.add_raw_template(expression, &template).map_err(|error| {
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
            .get_template_variables(expression)
            .map_err(|error| Diagnostic::error("condition", error.to_string()))?;
        let names = NAMES.into_iter().filter(|name| used.contains(name));
        self.names.extend(names);
        let mut unknown: Vec<&str> = used.into_iter().filter(|name| !NAMES.contains(name)).collect();
        unknown.sort_unstable();
        if let Some(unknown) = unknown.first() {
            let error = Diagnostic::error("condition", format!("a contact has no field `{unknown}`"));
            return Err(match did_you_mean(unknown, NAMES) {
                Some(hint) => error.hint(hint),
                None => error.hint("free fields are written extra.name"),
            });
        }
        self.expressions.push(expression.into());
        Ok(())
    }

    /// Makes the template that puts every condition at once: to render is dear, to answer is cheap.
    fn join(&mut self) {
        let conditions = self
            .expressions
            .iter()
            .map(|expression| format!("{{% if {expression} %}}{YES}{{% else %}}{NO}{{% endif %}}"));
        let together = self.tera.add_raw_template(TOGETHER, &conditions.collect::<String>());
        together.expect("each of them was parsed before");
    }

    /// What the conditions may ask of a contact. A derived code is as good as none: nobody is chosen by it.
    fn context(&self, contact: &Contact) -> Context {
        let code = contact.details.code.as_ref().map(|code| code.as_str()).unwrap_or_default();
        let mut context = Context::new();
        for &name in &self.names {
            if let Some(value) = part(contact, code, name) {
                context.insert_value(name, value);
            }
        }
        context
    }

    /// The answers of everybody; `before`, where the same was asked, knows those of whoever was on its list.
    fn of_everybody(&self, contacts: &People, before: Option<&Conditions>) -> Answers {
        if self.expressions.is_empty() {
            return HashMap::new();
        }
        let before = before.and_then(|before| Some((before, before.answers.get()?)));
        if let Some((_, answers)) = before.filter(|(before, _)| before.people.is(contacts)) {
            return answers.clone();
        }
        let before = before.map(|(before, answers)| {
            let columns: Vec<&[Answer]> = self.expressions.iter().map(|asked| &*answers[asked]).collect();
            (before, columns)
        });
        let known = |contact: &Contact| {
            let (before, columns) = before.as_ref()?;
            let position = before.position(contact)?;
            Some(columns.iter().map(move |column| column[position]))
        };
        let chunks = contacts.shared().par_chunks(CHUNK).map(|chunk| self.of_chunk(chunk, known));
        let chunks: Vec<Vec<Vec<Answer>>> = chunks.collect();
        let mut answers = Answers::new();
        for (number, expression) in self.expressions.iter().enumerate() {
            let column = answers.entry(expression.clone()).or_default();
            column.reserve_exact(contacts.len());
            chunks.iter().for_each(|chunk| column.extend(&chunk[number]));
        }
        answers
    }

    /// The answers of some contacts, by expression.
    fn of_chunk<K: Iterator<Item = Answer>>(
        &self,
        contacts: &[Arc<Contact>],
        known: impl Fn(&Contact) -> Option<K>,
    ) -> Vec<Vec<Answer>> {
        let mut columns = vec![Vec::with_capacity(contacts.len()); self.expressions.len()];
        for contact in contacts {
            if let Some(answers) = known(contact) {
                columns.iter_mut().zip(answers).for_each(|(column, answer)| column.push(answer));
                continue;
            }
            let context = self.context(contact);
            if let Ok(answers) = self.tera.render(TOGETHER, &context) {
                let answers = answers.chars().map(|answer| if answer == YES { Answer::Yes } else { Answer::No });
                columns.iter_mut().zip(answers).for_each(|(column, answer)| column.push(answer));
                continue;
            }
            // One of them fails, and says nothing of the others.
            for (expression, column) in self.expressions.iter().zip(&mut columns) {
                column.push(match self.evaluate(expression, &context) {
                    Ok(true) => Answer::Yes,
                    Ok(false) => Answer::No,
                    Err(_) => Answer::Fails,
                });
            }
        }
        columns
    }

    fn evaluate(&self, expression: &str, context: &Context) -> Result<bool, String> {
        match self.tera.render(expression, context) {
            Ok(answer) => Ok(answer == "yes"),
            Err(error) => Err(match error.kind() {
                ErrorKind::RenderingError(report) => report.message().to_lowercase(),
                other => other.to_string(),
            }),
        }
    }
}

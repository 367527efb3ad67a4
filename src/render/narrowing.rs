//! The meaning of a plan's `where`: an expression of the templates' language over the fields of one contact.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use rayon::prelude::*;
use tera::{Context, ErrorKind, Tera};

use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::load::places;
use crate::model::contact::{Contact, Origin, Tier};
use crate::model::expression::Expression;
use crate::model::id::{ContactId, MailingId};
use crate::model::mailing::Mailing;
use crate::model::programme::Programme;
use crate::plan::audience::Narrowing;
use crate::render::view::ContactView;

/// Every `where` of a programme, parsed.
pub struct Conditions {
    tera: Tera,
    /// The different expressions, each with the name of its template.
    expressions: Vec<(Expression, String)>,
    /// The expression of each mailing that has one.
    of: HashMap<MailingId, usize>,
    /// Who meets each expression, in the order of the contacts, once everybody was asked.
    met: OnceLock<Vec<Vec<Origin>>>,
}

/// What some contacts answer to each expression.
struct Answers {
    met: Vec<Vec<Origin>>,
    /// Of each tier the first whom it fails on, and how.
    failed: Vec<BTreeMap<Tier, (Origin, ContactId, String)>>,
}

/// Contacts that are asked together.
const CHUNK: usize = 512;

impl Conditions {
    /// Parses every `where` of the mailings and tries each on every contact that it is about.
    ///
    /// # Errors
    /// What does not parse, names no field of a contact, or fails on somebody, at its place in the plan.
    pub fn new(programme: &Programme) -> Result<Self, Vec<Diagnostic>> {
        let conditions = Conditions::parse(programme)?;
        conditions.try_out(programme)?;
        Ok(conditions)
    }

    /// Parses every `where` and asks nobody yet.
    ///
    /// # Errors
    /// What does not parse or names no field of a contact, at its place in the plan.
    pub fn parse(programme: &Programme) -> Result<Self, Vec<Diagnostic>> {
        let mut conditions = Conditions {
            tera: Tera::new(),
            expressions: Vec::new(),
            of: HashMap::new(),
            met: OnceLock::new(),
        };
        let mut found = Vec::new();
        for mailing in programme.mailings() {
            let Some(expression) = &mailing.narrowing else { continue };
            if let Err(error) = conditions.add(mailing, expression) {
                found.push(error.place(places::of_mailing(programme, mailing, "where")));
            }
        }
        if found.is_empty() { Ok(conditions) } else { Err(found) }
    }

    /// Asks everybody a mailing is about, once; from then on an answer is looked up.
    ///
    /// # Errors
    /// What fails on somebody, at its place in the plan.
    pub fn try_out(&self, programme: &Programme) -> Result<(), Vec<Diagnostic>> {
        let mut whole = Answers::of_nobody(self.expressions.len());
        let reach = self.reach(programme);
        let answers: Vec<Answers> =
            programme.contacts.par_chunks(CHUNK).map(|contacts| self.ask(contacts, &reach)).collect();
        answers.into_iter().for_each(|answers| whole.add(answers));
        let failed = |mailing| self.failure(programme, mailing, &whole);
        let found: Vec<Diagnostic> = programme.mailings().filter_map(failed).collect();
        if !found.is_empty() {
            return Err(found);
        }
        // Whoever was first has the same answers.
        let _ = self.met.set(whole.met);
        Ok(())
    }

    /// The lowest tier that each expression is about.
    fn reach(&self, programme: &Programme) -> Vec<Tier> {
        let mut reach = vec![Tier::A; self.expressions.len()];
        for mailing in programme.mailings() {
            if let Some(&number) = self.of.get(&mailing.id) {
                reach[number] = reach[number].min(mailing.to);
            }
        }
        reach
    }

    fn ask(&self, contacts: &[Contact], reach: &[Tier]) -> Answers {
        let mut answers = Answers::of_nobody(self.expressions.len());
        for contact in contacts {
            let Some(tier) = contact.tier() else { continue };
            let mut context = None;
            for (number, _) in reach.iter().enumerate().filter(|(_, lowest)| tier >= **lowest) {
                let context = context.get_or_insert_with(|| context_of(contact));
                match self.answer(number, context) {
                    Ok(true) => answers.met[number].push(contact.origin),
                    Ok(false) => {}
                    Err(why) => {
                        let first = (contact.origin, contact.id.clone(), why);
                        answers.failed[number].entry(tier).or_insert(first);
                    }
                }
            }
        }
        answers
    }

    fn failure(&self, programme: &Programme, mailing: &Mailing, answers: &Answers) -> Option<Diagnostic> {
        let failed = &answers.failed[*self.of.get(&mailing.id)?];
        let (_, contact, why) = failed.range(mailing.to..).map(|(_, failed)| failed).min_by_key(|(at, ..)| *at)?;
        let message = format!("this condition fails for `{contact}`: {why}");
        let error = Diagnostic::error("condition", message).place(places::of_mailing(programme, mailing, "where"));
        Some(error.hint("ask first whether the field is there: `project.to is defined and …`"))
    }

    fn add(&mut self, mailing: &Mailing, expression: &Expression) -> Result<(), Diagnostic> {
        if let Some(known) = self.expressions.iter().position(|(known, _)| known == expression) {
            self.of.insert(mailing.id.clone(), known);
            return Ok(());
        }
        let name = format!("where:{}", mailing.id);
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
        let mut unknown: Vec<&str> = used.into_iter().filter(|name| !ContactView::NAMES.contains(name)).collect();
        unknown.sort_unstable();
        if let Some(unknown) = unknown.first() {
            let error = Diagnostic::error("condition", format!("a contact has no field `{unknown}`"));
            return Err(match did_you_mean(unknown, ContactView::NAMES) {
                Some(hint) => error.hint(hint),
                None => error.hint("free fields are written extra.name"),
            });
        }
        self.of.insert(mailing.id.clone(), self.expressions.len());
        self.expressions.push((expression.clone(), name));
        Ok(())
    }

    fn answer(&self, number: usize, context: &Result<Context, String>) -> Result<bool, String> {
        let context = context.as_ref().map_err(String::clone)?;
        match self.tera.render(&self.expressions[number].1, context) {
            Ok(answer) => Ok(answer == "yes"),
            Err(error) => Err(match error.kind() {
                ErrorKind::RenderingError(report) => report.message().to_lowercase(),
                other => other.to_string(),
            }),
        }
    }
}

impl Answers {
    fn of_nobody(expressions: usize) -> Self {
        Answers { met: vec![Vec::new(); expressions], failed: vec![BTreeMap::new(); expressions] }
    }

    /// Adds the answers of the contacts behind these.
    fn add(&mut self, next: Answers) {
        self.met.iter_mut().zip(next.met).for_each(|(own, met)| own.extend(met));
        for (own, failed) in self.failed.iter_mut().zip(next.failed) {
            for (tier, first) in failed {
                own.entry(tier).or_insert(first);
            }
        }
    }
}

/// What an expression sees of a contact.
fn context_of(contact: &Contact) -> Result<Context, String> {
    let code = contact.details.code.as_ref().map(|code| code.as_str().to_owned()).unwrap_or_default();
    Context::from_serialize(&ContactView::new(contact, code)).map_err(|error| error.to_string())
}

impl Narrowing for Conditions {
    fn admits(&self, mailing: &Mailing, contact: &Contact) -> bool {
        let Some(&number) = self.of.get(&mailing.id) else { return true };
        match self.met.get() {
            Some(met) => met[number].binary_search(&contact.origin).is_ok(),
            // Where it fails on somebody, nothing is sent at all.
            None => self.answer(number, &context_of(contact)).unwrap_or(false),
        }
    }
}

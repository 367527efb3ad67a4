//! The meaning of a plan's `where`: an expression of the templates' language over the fields of one contact.

use std::collections::HashMap;

use tera::{Context, ErrorKind, Tera};

use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::load::places;
use crate::model::contact::Contact;
use crate::model::expression::Expression;
use crate::model::id::MailingId;
use crate::model::mailing::Mailing;
use crate::model::programme::Programme;
use crate::plan::audience::Narrowing;
use crate::render::view::ContactView;

/// Every `where` of a programme, parsed.
pub struct Conditions {
    tera: Tera,
    names: HashMap<MailingId, String>,
}

impl Conditions {
    /// Parses every `where` of the mailings and tries each on every contact that it is about.
    ///
    /// # Errors
    /// What does not parse, names no field of a contact, or fails on somebody, at its place in the plan.
    pub fn new(programme: &Programme) -> Result<Self, Vec<Diagnostic>> {
        let mut conditions = Conditions { tera: Tera::new(), names: HashMap::new() };
        let mut found = Vec::new();
        for mailing in programme.mailings() {
            let Some(expression) = &mailing.narrowing else { continue };
            match conditions.add(mailing, expression) {
                Ok(()) => found.extend(conditions.try_out(programme, mailing)),
                Err(error) => found.push(error.place(places::of_mailing(programme, mailing, "where"))),
            }
        }
        if found.is_empty() { Ok(conditions) } else { Err(found) }
    }

    fn add(&mut self, mailing: &Mailing, expression: &Expression) -> Result<(), Diagnostic> {
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
        self.names.insert(mailing.id.clone(), name);
        Ok(())
    }

    fn try_out(&self, programme: &Programme, mailing: &Mailing) -> Option<Diagnostic> {
        let meant = programme.contacts.iter().filter(|contact| contact.tier().is_some_and(|tier| tier >= mailing.to));
        meant.map(|contact| (contact, self.evaluate(mailing, contact))).find_map(|(contact, answer)| {
            let message = format!("this condition fails for `{}`: {}", contact.id, answer.err()?);
            let error = Diagnostic::error("condition", message).place(places::of_mailing(programme, mailing, "where"));
            Some(error.hint("ask first whether the field is there: `project.to is defined and …`"))
        })
    }

    fn evaluate(&self, mailing: &Mailing, contact: &Contact) -> Result<bool, String> {
        let Some(name) = self.names.get(&mailing.id) else { return Ok(true) };
        let code = contact.details.code.as_ref().map(|code| code.as_str().to_owned()).unwrap_or_default();
        let context = Context::from_serialize(&ContactView::new(contact, code)).map_err(|error| error.to_string())?;
        match self.tera.render(name, &context) {
            Ok(answer) => Ok(answer == "yes"),
            Err(error) => Err(match error.kind() {
                ErrorKind::RenderingError(report) => report.message().to_lowercase(),
                other => other.to_string(),
            }),
        }
    }
}

impl Narrowing for Conditions {
    fn admits(&self, mailing: &Mailing, contact: &Contact) -> bool {
        // Every condition was tried on everybody it is about, so a failure here is a contact it is not about.
        self.evaluate(mailing, contact).unwrap_or(false)
    }
}

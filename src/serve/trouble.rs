//! What is broken now, and how browsers are told.

use std::collections::BTreeMap;

use serde_json::json;

use super::html;
use crate::model::id::MailingId;
use source::diagnostic::{Diagnostic, Diagnostics, Severity};

/// What browsers are told.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub name: &'static str,
    pub data: String,
}

/// What is broken now.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Trouble {
    /// Nothing newer than the last good state can be shown.
    pub programme: Vec<Diagnostic>,
    /// Conditions that turned out wrong when everybody was asked.
    pub conditions: Vec<Diagnostic>,
    /// By mailing, what cannot be rendered.
    pub mailings: BTreeMap<MailingId, Vec<Diagnostic>>,
    /// What stops the site.
    pub site: Vec<Diagnostic>,
}

impl Trouble {
    /// Everything, each once and in order. What cannot be rendered is said when loading is clean (design §7).
    pub fn all(&self) -> Diagnostics {
        let mut all: Vec<Diagnostic> = Vec::new();
        let is_clean = self.programme.is_empty() && self.conditions.is_empty();
        let rendered = self.mailings.values().flatten().chain(&self.site).filter(|_| is_clean);
        for finding in self.programme.iter().chain(&self.conditions).chain(rendered) {
            // A template that fails fails for many: the place is what counts.
            let known = |other: &Diagnostic| other.place == finding.place && other.code == finding.code;
            if finding.severity == Severity::Error && !(finding.place.is_some() && all.iter().any(known)) {
                all.push(finding.clone());
            }
        }
        all.into_iter().collect::<Diagnostics>().sorted()
    }

    /// What it concerns: nothing named means everything.
    pub fn ids(&self) -> Vec<&str> {
        if !self.programme.is_empty() || !self.conditions.is_empty() {
            return Vec::new();
        }
        let site = (!self.site.is_empty()).then_some("site");
        self.mailings.keys().map(MailingId::as_str).chain(site).collect()
    }

    /// True where all is well.
    pub fn is_none(&self) -> bool {
        self.ids().is_empty() && self.programme.is_empty() && self.conditions.is_empty()
    }

    pub fn event(&self) -> Event {
        let all = self.all();
        let diagnostics: Vec<_> = all.iter().map(Diagnostic::to_json).collect();
        let data = json!({ "diagnostics": diagnostics, "ids": self.ids(), "html": html::findings(all.iter()) });
        Event { name: "broken", data: data.to_string() }
    }
}

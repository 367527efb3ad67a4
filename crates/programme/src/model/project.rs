//! A project that runs with a contact, and what its next status report says (R14).

use jiff::civil::Date;

use crate::model::text::Line;

/// A project: its days, and what whoever pays for it wants to know.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Project {
    /// What it is called, in the contact's language.
    pub name: Option<Line>,
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
    /// What is done, a line each, in the contact's language.
    pub done: Vec<Line>,
    /// What comes next.
    pub next: Vec<Line>,
    /// What we need of them.
    pub needs: Option<Line>,
    /// The day on which these lines were last brought up to date.
    pub changed: Option<Date>,
}

impl Project {
    /// True where `day` lies in the project, its first and last day included.
    pub fn runs_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// True where a status report has something of this project to say.
    pub fn says_something(&self) -> bool {
        !self.done.is_empty() || !self.next.is_empty() || self.needs.is_some()
    }
}

//! What the plan or the list lacks, as data.

use crate::model::contact::Origin;

/// A warning about the plan or the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanFinding {
    /// The check's name, in kebab case.
    pub code: &'static str,
    /// What is lacking, in lower case.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// The mailing or contact it is about, where it is about one.
    pub origin: Option<Origin>,
    /// The year of the plan it is about, where it is about one.
    pub year: Option<i16>,
}

impl PlanFinding {
    /// A finding about a year's plan as a whole.
    pub(crate) fn of_year(code: &'static str, year: i16, message: impl Into<String>, hint: &str) -> Self {
        PlanFinding { code, message: message.into(), hint: Some(hint.to_owned()), origin: None, year: Some(year) }
    }
}

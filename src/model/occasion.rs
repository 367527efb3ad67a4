//! Occasions of the year and the days they fall on.

use std::str::FromStr;

use crate::diagnostic::Fault;

/// When.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct When;

impl When {
    /// fixed
    pub fn fixed(&self) -> Option<jiff::civil::Date> {
        None
    }
}

impl FromStr for When {
    type Err = Fault;

    fn from_str(_text: &str) -> Result<Self, Fault> {
        Ok(When)
    }
}

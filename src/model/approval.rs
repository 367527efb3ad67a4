//! Who has to approve a mailing before it may leave, and who did (R36).

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::id::check_slug;
use crate::model::language::Language;
use source::diagnostic::Fault;

/// Somebody whose approval is asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Whoever holds this role: `ceo`, `legal`.
    Named(Box<str>),
    /// Whoever reads this language: `language:et`. They see its variants and no others.
    Reader(Language),
}

impl Role {
    /// True where a text in `language` is this role's to approve.
    pub fn reads(&self, language: Language) -> bool {
        !matches!(self, Role::Reader(own) if *own != language)
    }
}

impl FromStr for Role {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        match text.strip_prefix("language:") {
            Some(tag) => tag.parse().map(Role::Reader),
            None => check_slug(text).map(|()| Role::Named(text.into())),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Role::Named(name) => f.write_str(name),
            Role::Reader(language) => write!(f, "language:{language}"),
        }
    }
}

/// A line of `contacts/approvals/<mailing>.jsonl`: somebody saw these variants and said yes (design §10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// When.
    pub t: Timestamp,
    /// The team id of who did.
    pub by: String,
    /// As which role.
    pub role: String,
    /// A digest over all variants, lower-case hexadecimal.
    pub sha256: String,
    /// The commit that was checked out, where there was one.
    #[serde(default)]
    pub commit: Option<String>,
    /// The digest of each variant, by its name.
    pub variants: BTreeMap<String, String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_reads_what_it_prints() {
        for text in ["ceo", "language:et", "legal"] {
            assert_eq!(text.parse::<Role>().expect("a role").to_string(), text);
        }
        assert!("language:xx".parse::<Role>().is_err() && "The Boss".parse::<Role>().is_err());
        let reader: Role = "language:et".parse().expect("a role");
        assert!(reader.reads(Language::Et) && !reader.reads(Language::Sv));
    }
}

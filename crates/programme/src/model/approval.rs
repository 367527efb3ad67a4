//! Who has to approve a mailing before it may leave, and who did (R36).

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::id::{MailingId, check_slug};
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

/// How far the approval of a mailing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReviewState {
    /// Nobody has approved it.
    Draft,
    /// Some have approved it, and others are still to.
    Waiting,
    /// Somebody approved it, and words have changed since.
    Changed,
    /// Everybody has approved it as it is now.
    Approved,
}

impl ReviewState {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            ReviewState::Draft => "draft",
            ReviewState::Waiting => "waiting",
            ReviewState::Changed => "changed",
            ReviewState::Approved => "approved",
        }
    }
}

/// An approval that is still needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Whose.
    pub role: Role,
    /// The variants they have not approved as they are now.
    pub variants: Vec<String>,
    /// Their last approval of any of these variants, which was of other bytes.
    pub before: Option<Approval>,
}

/// What a mailing waits for before it may leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// How far it is.
    pub state: ReviewState,
    /// What is missing; nothing where it is approved.
    pub missing: Vec<Missing>,
}

impl Review {
    /// Whose approval is missing.
    pub fn waits_for(&self) -> impl Iterator<Item = String> + '_ {
        self.missing.iter().map(|missing| missing.role.to_string())
    }

    /// In a few words: `draft`, `waits for language:et`, `changed since elin approved`, `approved`.
    pub fn words(&self) -> String {
        match (self.state, self.since()) {
            (ReviewState::Waiting, _) => format!("waits for {}", self.waits_for().collect::<Vec<_>>().join(", ")),
            (ReviewState::Changed, Some(before)) => format!("changed since {} approved", before.by),
            (state, _) => state.name().to_owned(),
        }
    }

    /// Who approved other words, and when: the last of them.
    pub fn since(&self) -> Option<&Approval> {
        self.missing.iter().filter_map(|missing| missing.before.as_ref()).max_by_key(|approval| approval.t)
    }
}

/// By mailing, what it waits for; of those that nobody has to approve, nothing is said.
pub type Reviews = BTreeMap<MailingId, Review>;

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

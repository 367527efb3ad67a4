//! What a change is news of: which mailings, and whether the site.

use std::collections::BTreeSet;

use super::snapshot::Snapshot;
use super::trouble::Trouble;
use crate::model::channel::Channel;
use crate::model::id::MailingId;
use crate::model::mailing::Mailing;
use crate::model::programme::Programme;

/// What is shown anew.
pub(super) struct News {
    /// These mailings.
    pub mailings: BTreeSet<MailingId>,
    /// The public site.
    pub site: bool,
    /// The report.
    pub report: bool,
}

impl News {
    /// What changed files, or with `everything` all of it, are news of; what was broken may be well again.
    pub fn of(snapshot: &Snapshot, changed: &BTreeSet<String>, broken: &Trouble, everything: bool) -> Self {
        let programme = &snapshot.programme;
        let is_new = |mailing: &&Mailing| {
            everything
                || broken.mailings.contains_key(&mailing.id)
                || changed.iter().any(|path| concerns(mailing, path))
        };
        News {
            mailings: programme.mailings().filter(is_new).map(|mailing| mailing.id.clone()).collect(),
            site: everything || changed.iter().any(|path| concerns_site(programme, path)),
            report: everything || changed.iter().any(|path| concerns_report(path)),
        }
    }

    /// What browsers know it by.
    pub fn ids(&self) -> Vec<String> {
        let others = [("site", self.site), ("report", self.report)];
        let others = others.iter().filter(|(_, is_new)| *is_new).map(|(name, _)| (*name).to_owned());
        let ids: Vec<String> = self.mailings.iter().map(MailingId::to_string).chain(others).collect();
        // The gallery and whoever shows what is broken still want to know.
        if ids.is_empty() { vec!["programme".to_owned()] } else { ids }
    }
}

/// True where a file has a say in what a mailing looks like.
fn concerns(mailing: &Mailing, path: &str) -> bool {
    if let Some(approved) = path.strip_prefix("contacts/approvals/") {
        return approved.strip_suffix(".jsonl") == Some(mailing.id.as_str());
    }
    match path.strip_prefix("content/") {
        Some(below) if below.starts_with("pages/") || below.starts_with("reviews/") => false,
        Some(below) if is_mail_text(below) => is_text_of(mailing, below),
        Some(_) => true,
        None if path.starts_with("templates/letter/") => mailing.channel != Channel::Email,
        None => !path.starts_with("templates/site/") && !path.starts_with("templates/report/"),
    }
}

/// True where a file has a say in what the public site looks like: of mailings, only those in the archive have.
fn concerns_site(programme: &Programme, path: &str) -> bool {
    match path.strip_prefix("content/") {
        Some(below) if is_mail_text(below) => {
            programme.mailings().any(|mailing| mailing.public && is_text_of(mailing, below))
        }
        _ => !["contacts/", "templates/report/", "templates/letter/"].iter().any(|folder| path.starts_with(folder)),
    }
}

/// True where a file has a say in what the report looks like: of texts, only the team's own page has.
fn concerns_report(path: &str) -> bool {
    const NOT: [&str; 3] = ["templates/email/", "templates/site/", "templates/letter/"];
    match path.strip_prefix("content/") {
        Some(below) if below.ends_with(".md") => below.starts_with("pages/briefing"),
        _ => !NOT.iter().any(|folder| path.starts_with(folder)),
    }
}

/// True for the texts of mailings, by their path below `content/`.
fn is_mail_text(below: &str) -> bool {
    below.ends_with(".md") && !below.starts_with("pages/") && !below.starts_with("keep-in-mind")
}

fn is_text_of(mailing: &Mailing, below: &str) -> bool {
    below.strip_prefix(mailing.content.as_ref()).is_some_and(|rest| rest.starts_with(['.', '/']))
}

//! Journals beside the plans: what was sent belongs to a mailing (design §8).

use std::collections::BTreeMap;

use crate::load::{Folder, journals};
use crate::model::mailing::Plan;
use source::diagnostic::{Diagnostic, Severity, did_you_mean};

/// Journals that no mailing of any plan owns: their mailing was renamed, or its plan is gone. Nothing is said where a plan
/// could not be read.
pub fn orphans(folder: &Folder, plans: &BTreeMap<i16, Plan>, found: &[Diagnostic]) -> Vec<Diagnostic> {
    let in_plan = |finding: &Diagnostic| {
        finding.severity == Severity::Error
            && finding.place.as_ref().is_some_and(|place| place.path().starts_with("content/plan"))
    };
    if found.iter().any(in_plan) {
        return Vec::new();
    }
    let ids = || plans.values().flat_map(|plan| &plan.mailings).map(|mailing| mailing.id.as_str());
    let owned: std::collections::HashSet<&str> = ids().collect();
    let orphan = |id: &String| {
        let warning = Diagnostic::warning("orphan-journal", format!("no mailing of any plan is called `{id}`"));
        let hint = match did_you_mean(id, ids()) {
            Some(meant) => format!("{meant} An id is never changed: who has this mailing is looked up by it"),
            None => "an id is never changed: who has a mailing is looked up by it; give the mailing its old id back"
                .to_owned(),
        };
        warning.in_file(format!("{}/{id}.jsonl", journals::FOLDER)).hint(hint)
    };
    folder.journals.iter().filter(|id| !owned.contains(id.as_str())).map(orphan).collect()
}

//! What the templates of a mailing, together with all that they use, come to.

use std::collections::{BTreeMap, BTreeSet};

use super::{Analysis, Reason, RewrittenTemplate, Use};

/// What a mailing's templates come to.
#[derive(Debug, Clone, Default)]
pub struct Verdict {
    /// The conditions that tell its variants apart.
    pub conditions: Vec<usize>,
    /// Readers with different days have different variants.
    pub dated: bool,
    /// Readers of whom customers like them value other things have different variants.
    pub valued: bool,
    /// Why it must be rendered in full; empty where it can be stamped.
    pub reasons: Vec<Reason>,
}

impl Analysis {
    /// These templates and everything they use.
    fn used<'a>(&'a self, names: impl IntoIterator<Item = &'a str>) -> BTreeMap<&'a str, &'a RewrittenTemplate> {
        let mut open: Vec<&str> = names.into_iter().collect();
        let mut used = BTreeMap::new();
        while let Some(name) = open.pop() {
            let Some(sheet) = self.sheets.get(name) else { continue };
            if used.insert(name, sheet).is_some() {
                continue;
            }
            open.extend(sheet.uses.iter().filter_map(|other| match other {
                Use::Template(name) => Some(name.as_str()),
                Use::Component(name) => self.components.get(name).map(|component| component.template.as_str()),
            }));
        }
        used
    }

    /// What these templates, and everything they use, come to where they make a letter.
    pub fn verdict_on_paper<'a>(&'a self, names: impl IntoIterator<Item = &'a str>) -> Verdict {
        let names: Vec<&str> = names.into_iter().collect();
        let mut verdict = self.verdict(names.iter().copied());
        verdict.reasons.extend(self.used(names).into_values().flat_map(|sheet| sheet.on_paper.iter().cloned()));
        verdict.reasons.sort();
        verdict.reasons.dedup();
        verdict
    }

    /// What these templates, and everything they use, come to.
    pub fn verdict<'a>(&'a self, names: impl IntoIterator<Item = &'a str>) -> Verdict {
        let mut verdict = Verdict::default();
        let mut conditions = BTreeSet::new();
        for (name, sheet) in self.used(names) {
            conditions.extend(&sheet.conditions);
            verdict.dated |= sheet.dated;
            verdict.valued |= sheet.valued;
            verdict.reasons.extend(sheet.reasons.iter().cloned());
            for (component, parameter, at, expression) in &sheet.handed {
                if self.inspects(component, parameter) {
                    verdict.reasons.push(Reason { template: name.to_owned(), at: *at, expression: expression.clone() });
                }
            }
        }
        verdict.conditions = conditions.into_iter().copied().collect();
        verdict.reasons.sort();
        verdict.reasons.dedup();
        verdict
    }
}

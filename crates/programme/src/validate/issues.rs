//! `issues:` of a contact: what is not well, who solves it and by when, and what was learned (R29).

use super::contacts::ContactReader;
use crate::load::scalar::{Day, Lit};
use crate::load::wire;
use crate::model::contact::Issue;

impl ContactReader<'_, '_> {
    /// The issues that could be read.
    pub(super) fn issues(&mut self, wires: Vec<wire::Issue>) -> Vec<Issue> {
        wires.into_iter().enumerate().filter_map(|(index, wire)| self.issue(index, wire)).collect()
    }

    fn issue(&mut self, index: usize, wire: wire::Issue) -> Option<Issue> {
        let wire::Issue { what, since, by, due, tried, cause, fix, effort, closed } = wire;
        let spot = self.spot.key("issues").item(index);
        // What is wrong with it was said; nothing follows from an issue that is known by half.
        if self.read.is_faulty(self.path, "issues") {
            return None;
        }
        if what.is_none() {
            self.found.push(spot.error("missing-key", "`what` is missing").hint("what is not well?"));
        }
        if let Some(Lit(by)) = &by {
            self.found.extend(self.frame.check_member(by, &spot.key("by"), "the name"));
        }
        let day = |value: Option<Lit<Day>>| value.map(|Lit(Day(day))| day);
        let line = |value: Option<Lit<crate::model::text::Line>>| value.map(|Lit(line)| line);
        let issue = Issue {
            what: what?.0,
            since: day(since),
            by: by.map(|Lit(by)| by),
            due: day(due),
            tried: line(tried),
            cause: line(cause),
            fix: line(fix),
            effort: effort.map(|Lit(effort)| effort),
            closed: day(closed),
        };
        for (key, later) in [("due", issue.due), ("closed", issue.closed)] {
            if let (Some(since), Some(later)) = (issue.since, later)
                && later < since
            {
                let error = spot.key(key).error("r29-order", format!("{later} is before the issue began"));
                self.found.push(error.hint(format!("it is there since {since}")));
            }
        }
        if issue.closed.is_none() && (issue.by.is_none() || issue.due.is_none()) {
            let lacks = match (issue.by.is_none(), issue.due.is_none()) {
                (true, true) => "nobody is to solve this, and no day is promised",
                (true, false) => "nobody is to solve this",
                _ => "no day is promised for this",
            };
            let warning = spot.key("what").warning("r29-who-by-when", lacks);
            self.found.push(warning.hint("add `by:` with an id of the team, and `due:` with a day"));
        }
        if issue.closed.is_some() && (issue.cause.is_none() || issue.fix.is_none()) {
            let warning = spot.key("closed").warning("r29-not-learned", "this was solved, and nobody wrote down how");
            self.found.push(warning.hint("add `cause:` and `fix:`: the next one is solved in a minute"));
        }
        Some(issue)
    }
}

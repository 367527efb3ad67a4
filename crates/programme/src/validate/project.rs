//! `project:` of a contact: its days, and what the next status report says of it (R14).

use super::contacts::{ContactReader, day, lines};
use crate::load::scalar::Lit;
use crate::load::wire;
use crate::model::project::Project;

impl ContactReader<'_, '_> {
    /// The project, with what is wrong with its days.
    pub(super) fn project(&mut self, wire: wire::Project) -> Project {
        let wire::Project { name, from, to, done, next, needs, changed } = wire;
        let project = Project {
            name: name.map(|Lit(name)| name),
            from: day(from),
            to: day(to),
            done: lines(done),
            next: lines(next),
            needs: needs.map(|Lit(needs)| needs),
            changed: day(changed),
        };
        if let (Some(from), Some(to)) = (project.from, project.to)
            && to < from
        {
            let error = self.spot.key("project").key("to").error("bad-value", "the project ends before it begins");
            self.found.push(error.hint(format!("it begins on {from}")));
        }
        project
    }
}

//! Issues as work: what is open, how long solving takes, and what is learned of it (R29).

use std::collections::BTreeMap;

use jiff::Span;
use jiff::civil::Date;

use crate::model::contact::{Contact, Effort, Issue};
use crate::model::id::TeamId;
use crate::plan::memory::Memory;

/// An issue of somebody we care for.
#[derive(Debug, Clone, Copy)]
pub struct Case<'p> {
    /// Whose.
    pub contact: &'p Contact,
    /// What.
    pub issue: &'p Issue,
    /// Who solves it.
    pub owner: &'p TeamId,
    /// By when, where that is known.
    pub due: Option<Date>,
    /// Days from its beginning until it was solved, or until today; `None` where nobody knows when it began.
    pub days: Option<u32>,
}

/// A cause that was written down, how often it came, and what helped last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause<'p> {
    /// In the words of whoever wrote it first.
    pub cause: &'p str,
    /// How many issues had it.
    pub count: usize,
    /// How many of them are open.
    pub open: usize,
    /// The fix that is known for it.
    pub fix: Option<&'p str>,
}

/// All issues of the list.
#[derive(Debug, Clone, Default)]
pub struct Issues<'p> {
    /// What is open, the oldest first.
    pub open: Vec<Case<'p>>,
    /// What was solved within the last twelve months, the last first.
    pub solved: Vec<Case<'p>>,
    /// Causes of the last twelve months and of what is open, the commonest first.
    pub causes: Vec<Cause<'p>>,
}

impl<'p> Issues<'p> {
    /// What should have been solved before today, the oldest first.
    pub fn overdue(&self, today: Date) -> impl Iterator<Item = &Case<'p>> {
        self.open.iter().filter(move |case| case.due.is_some_and(|due| due < today))
    }

    /// The middle of the days that solving took; `None` where nothing was solved.
    pub fn median_days(&self) -> Option<u32> {
        let mut days: Vec<u32> = self.solved.iter().filter_map(|case| case.days).collect();
        days.sort_unstable();
        days.get(days.len() / 2).copied()
    }

    /// How many were solved with this effort for the customer.
    pub fn solved_with(&self, effort: Effort) -> usize {
        self.solved.iter().filter(|case| case.issue.effort == Some(effort)).count()
    }

    /// Customers who tried to help themselves first, open or solved.
    pub fn tried(&self) -> impl Iterator<Item = &Case<'p>> {
        self.open.iter().chain(&self.solved).filter(|case| case.issue.tried.is_some())
    }
}

/// Looks at everybody who is active.
pub fn issues<'p>(memory: &Memory<'p>) -> Issues<'p> {
    let today = memory.today;
    let year_ago = today.saturating_sub(Span::new().years(1));
    let mut issues = Issues::default();
    for (_, contact, _) in memory.active() {
        for issue in &contact.details.issues {
            let end = issue.closed.filter(|closed| *closed <= today);
            let days = issue.since.map(|since| (end.unwrap_or(today) - since).get_days());
            let case = Case {
                contact,
                issue,
                owner: issue.by.as_ref().unwrap_or(&contact.owner),
                due: issue.due_on(),
                days: days.and_then(|days| u32::try_from(days).ok()),
            };
            match end {
                None => issues.open.push(case),
                Some(end) if end > year_ago => issues.solved.push(case),
                Some(_) => {}
            }
        }
    }
    issues.open.sort_by_key(|case| case.issue.since);
    issues.solved.sort_by_key(|case| std::cmp::Reverse(case.issue.closed));
    issues.causes = causes(&issues);
    issues
}

fn causes<'p>(issues: &Issues<'p>) -> Vec<Cause<'p>> {
    let mut causes: BTreeMap<String, Cause<'p>> = BTreeMap::new();
    let open = issues.open.iter().map(|case| (case, true));
    for (case, is_open) in issues.solved.iter().map(|case| (case, false)).chain(open) {
        let Some(cause) = case.issue.cause.as_ref().map(|cause| cause.as_str()) else { continue };
        let entry = causes.entry(cause.trim().to_lowercase());
        let known = entry.or_insert(Cause { cause, count: 0, open: 0, fix: None });
        known.count += 1;
        known.open += usize::from(is_open);
        known.fix = known.fix.or(case.issue.fix.as_ref().map(|fix| fix.as_str()));
    }
    let mut causes: Vec<Cause<'p>> = causes.into_values().collect();
    causes.sort_by_key(|cause| std::cmp::Reverse(cause.count));
    causes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::contact::Ask;
    use crate::model::contact::Tier;
    use crate::model::journal::Journals;
    use crate::model::mailing::Rhythm;
    use crate::model::touch::{Interval, Purpose};
    use crate::plan::Roster;
    use crate::plan::agenda::{Agenda, AskState, Source, State, Window, asks};
    use crate::plan::fixture::{Fixture, everybody};
    use jiff::civil::date;

    fn issue(what: &str, since: Date, due: Option<Date>, closed: Option<Date>) -> Issue {
        let line = |text: &str| Some(text.parse().expect("a line"));
        Issue {
            what: what.parse().expect("a line"),
            since: Some(since),
            by: None,
            due,
            tried: line("turned it off and on"),
            cause: line("Wrong reference"),
            fix: closed.and_then(|_| line("ask for it when they order")),
            effort: closed.map(|_| Effort::Low),
            closed,
        }
    }

    fn people() -> Fixture {
        Fixture::new()
            .contact("anna", "A", |c| {
                c.details.issues.push(issue("the heater trips", date(2027, 2, 1), Some(date(2027, 2, 20)), None));
                c.details.ask = Ask { wave: Some(1), not_before: None };
            })
            .contact("bo", "B", |c| {
                let closed = Some(date(2027, 2, 7));
                c.details.issues.push(issue("a wrong invoice", date(2027, 2, 3), None, closed));
                c.details.issues.push(issue("an old one", date(2025, 2, 3), None, Some(date(2025, 2, 5))));
            })
    }

    #[test]
    fn r29_issues_are_counted_with_days_causes_and_known_fixes() {
        let programme = people().build();
        let (roster, journals) = (Roster::new(&programme, &everybody), Journals::new());
        let memory = Memory::new(&programme, date(2027, 3, 1), &roster, &journals);
        let issues = issues(&memory);
        let open: Vec<_> = issues.open.iter().map(|case| (case.contact.id.as_str(), case.days)).collect();
        assert_eq!(open, [("anna", Some(28))]);
        assert_eq!(issues.overdue(memory.today).count(), 1);
        assert_eq!((issues.solved.len(), issues.median_days()), (1, Some(4)));
        assert_eq!((issues.solved_with(Effort::Low), issues.solved_with(Effort::High)), (1, 0));
        let fix = Some("ask for it when they order");
        assert_eq!(issues.causes, [Cause { cause: "Wrong reference", count: 2, open: 1, fix }]);
        assert_eq!(issues.tried().count(), 2);
    }

    #[test]
    fn r29_an_issue_comes_first_and_asks_and_sales_wait_for_it() {
        let programme = people()
            .touch(Tier::A, Rhythm::Every(Interval::Months(1)))
            .change(|programme| {
                let plan = programme.plans.get_mut(&2027).expect("the fixture has it");
                plan.touches[0].purpose = Purpose::Sales;
            })
            .build();
        let (roster, journals) = (Roster::new(&programme, &everybody), Journals::new());
        let memory = Memory::new(&programme, date(2027, 3, 1), &roster, &journals);
        assert_eq!(asks(&memory)[0].state, AskState::Issue);
        let agenda = Agenda::new(&memory, Window::of_plans(&programme, memory.today));
        assert!(matches!(agenda.items[0].source, Source::Issue(_)));
        assert_eq!(agenda.items[0].state, State::Overdue);
        let open = agenda.items.iter().filter(|item| item.state != State::Done);
        assert!(open.into_iter().all(|item| !matches!(item.source, Source::Touch(_) | Source::Ask(_))));
    }
}

//! Status reports that say something: before each of them the lines of its project are brought up to date, and after the end of a
//! project nobody is told what comes next (R14: no surprise at the end).

use jiff::ToSpan;
use jiff::civil::Date;

use crate::model::contact::Contact;
use crate::model::mailing::{Mailing, MailingKind};
use crate::model::programme::Programme;
use crate::model::project::Project;
use crate::plan::audience::Roster;
use crate::plan::finding::PlanFinding;

/// Days around the day of a report in which its lines are asked for.
const AROUND: i32 = 7;

/// What the projects lack for the reports of these days, in the order of the list.
pub(super) fn findings(programme: &Programme, roster: &Roster<'_>, today: Date) -> Vec<PlanFinding> {
    let reports: Vec<&Mailing> = programme.mailings().filter(|mailing| mailing.kind == MailingKind::Status).collect();
    let active = programme.contacts.iter().filter(|contact| contact.tier().is_some());
    let with_project = active.filter_map(|contact| Some((contact, contact.details.project.as_ref()?)));
    with_project
        .filter_map(|(contact, project)| {
            over(contact, project, today)
                .or_else(|| for_next_report(programme, roster, &reports, (contact, project), today))
        })
        .collect()
}

/// A project that is over and still says what comes next.
fn over(contact: &Contact, project: &Project, today: Date) -> Option<PlanFinding> {
    let end = project.to.filter(|to| *to < today && !project.next.is_empty())?;
    let message = format!("the project of `{}` ended on {end}, and still says what comes next", contact.id);
    let hint = "tell them how it ended, and move what is left to `done:`; where it goes on, set a later `to:`";
    Some(finding(contact, "r14-project-over", message, hint))
}

/// What the report of these days would have to say, and does not.
fn for_next_report(
    programme: &Programme,
    roster: &Roster<'_>,
    reports: &[&Mailing],
    (contact, project): (&Contact, &Project),
    today: Date,
) -> Option<PlanFinding> {
    let meant = reports.iter().filter(|report| roster.is_meant(report, contact));
    let dated: Vec<(Date, &Mailing)> =
        meant.filter_map(|report| Some((roster.dates().of(report, contact)?, *report))).collect();
    let near = |day: Date| (today.saturating_sub(AROUND.days())..=today.saturating_add(AROUND.days())).contains(&day);
    let (on, next) = dated
        .iter()
        .copied()
        .filter(|(on, report)| near(*on) && !programme.is_begun(&report.id))
        .min_by_key(|(on, _)| *on)?;
    if !project.says_something() {
        let message = format!("`{}` tells `{}` nothing of their project", next.id, contact.id);
        let hint = "write `done:`, `next:` and `needs:` under `project:`, in their language";
        return Some(finding(contact, "r14-nothing-to-report", message, hint));
    }
    let last =
        dated.iter().filter(|(day, report)| *day < on && programme.is_begun(&report.id)).map(|(day, _)| *day).max()?;
    let is_new = project.changed.is_some_and(|changed| last < changed && changed <= today);
    (!is_new).then(|| {
        let message = format!("nothing has changed for `{}` since the report of {last}", contact.id);
        let hint = format!("`{}` leaves on {on}: bring the lines up to date, and `changed:` with them", next.id);
        finding(contact, "r14-unchanged", message, &hint)
    })
}

fn finding(contact: &Contact, code: &'static str, message: String, hint: &str) -> PlanFinding {
    PlanFinding { code, message, hint: Some(hint.to_owned()), origin: Some(contact.origin), year: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::fixture::{Fixture, everybody};
    use jiff::civil::date;

    fn found(today: Date, change: impl FnOnce(&mut Project)) -> Vec<String> {
        let mut project = Project { from: Some(date(2027, 1, 4)), to: Some(date(2027, 6, 30)), ..Project::default() };
        project.next = vec!["The plumber comes".parse().expect("a line")];
        change(&mut project);
        let status = |mailing: &mut Mailing| mailing.kind = MailingKind::Status;
        let programme = Fixture::new()
            .contact("anna", "A", |contact| contact.details.project = Some(project))
            .mailing("first", "2027-02-01", status)
            .mailing("second", "2027-03-01", status)
            .change(|programme| _ = programme.journals.insert("first".to_owned(), true))
            .build();
        let roster = Roster::new(&programme, &everybody);
        findings(&programme, &roster, today).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn r14_a_report_says_what_changed_since_the_last_one() {
        let unchanged = ["nothing has changed for `anna` since the report of 2027-02-01"];
        assert_eq!(found(date(2027, 2, 26), |_| {}), unchanged);
        assert_eq!(found(date(2027, 2, 26), |project| project.changed = Some(date(2027, 2, 1))), unchanged);
        assert!(found(date(2027, 2, 26), |project| project.changed = Some(date(2027, 2, 25))).is_empty());
        assert!(found(date(2027, 2, 10), |_| {}).is_empty(), "the next report is far away");
    }

    #[test]
    fn r14_a_report_says_something_and_nothing_comes_next_after_the_end() {
        let nothing = ["`second` tells `anna` nothing of their project"];
        assert_eq!(found(date(2027, 2, 26), |project| project.next.clear()), nothing);
        let over = ["the project of `anna` ended on 2027-06-30, and still says what comes next"];
        assert_eq!(found(date(2027, 7, 1), |_| {}), over);
        assert!(found(date(2027, 7, 1), |project| project.next.clear()).is_empty());
    }
}

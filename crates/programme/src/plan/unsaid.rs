//! What nobody wrote down: why somebody has their tier (R1), when a score was given (R17), who on the team was told (R25).

use jiff::ToSpan;
use jiff::civil::Date;

use crate::model::contact::Contact;
use crate::model::programme::Programme;
use crate::model::text::counted;
use crate::plan::finding::PlanFinding;

/// Names that a finding about many shows.
const NAMES: usize = 3;

/// One finding for everything of a kind that is not written down.
pub(super) fn findings(programme: &Programme, today: Date) -> Vec<PlanFinding> {
    let all = [no_reason(programme), undated_scores(programme), not_briefed(programme, today)];
    all.into_iter().flatten().collect()
}

/// Tiers without a reason; of the lowest it is enough that there is nothing to say yet.
fn no_reason(programme: &Programme) -> Option<PlanFinding> {
    let lacks = |contact: &&Contact| contact.tier_reason.is_none() && contact.standing.letter() != "C";
    let without: Vec<&Contact> = programme.contacts.iter().filter(lacks).collect();
    let what = format!("{} of tier A, B or D without a reason", counted(without.len(), "contact"));
    of_many("r01-no-reason", &what, &without, "add `tier_reason:`; who reads it next year has forgotten why")
}

/// Scores of which nobody knows how old they are: they do not count.
fn undated_scores(programme: &Programme) -> Option<PlanFinding> {
    let is_undated = |contact: &&Contact| contact.details.nps.is_some_and(|nps| nps.on.is_none());
    let undated: Vec<&Contact> = programme.contacts.iter().filter(is_undated).collect();
    let what = format!("{} of which nobody knows the day", counted(undated.len(), "score"));
    of_many("r17-undated-score", &what, &undated, "add `on:` under `nps:`; `bevara log survey` writes it")
}

fn of_many(code: &'static str, what: &str, people: &[&Contact], hint: &str) -> Option<PlanFinding> {
    let first = people.first()?;
    let mut names: Vec<String> = people.iter().take(NAMES).map(|contact| format!("`{}`", contact.id)).collect();
    if people.len() > NAMES {
        names.push(format!("{} more", people.len() - NAMES));
    }
    let names = match names.as_slice() {
        [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => names.concat(),
    };
    let message = format!("{what}: {names}");
    Some(PlanFinding { code, message, hint: Some(hint.to_owned()), origin: Some(first.origin), year: None })
}

/// Who on the team has not been told how the programme works, a month after it began.
fn not_briefed(programme: &Programme, today: Date) -> Option<PlanFinding> {
    let settings = &programme.settings;
    settings.begun().filter(|begun| begun.saturating_add(1.month()) <= today)?;
    let open = settings.team.iter().filter(|member| member.briefed.is_none_or(|briefed| briefed > today));
    let names: Vec<String> = open.map(|member| format!("`{}`", member.id)).collect();
    (!names.is_empty()).then(|| PlanFinding {
        code: "r25-not-briefed",
        message: format!("nobody has told {} how the programme works", names.join(", ")),
        hint: Some(
            "go through content/pages/briefing.md together, and add `briefed:` with the day to their entry".into(),
        ),
        origin: None,
        year: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::contact::Nps;
    use crate::model::settings::Step;
    use crate::plan::fixture::Fixture;
    use jiff::civil::date;

    fn found(fixture: Fixture) -> Vec<String> {
        let programme = fixture.build();
        findings(&programme, date(2027, 6, 1)).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn r01_a_tier_has_a_reason() {
        let none = |contact: &mut Contact| contact.tier_reason = None;
        let fixture = || Fixture::new().contact("cid", "C", none).contact("bo", "B", |_| {});
        assert!(found(fixture()).is_empty());
        let many = fixture().contact("anna", "A", none).contact("dag", "D", none);
        assert_eq!(found(many), ["2 contacts of tier A, B or D without a reason: `anna` and `dag`"]);
    }

    #[test]
    fn r17_a_score_has_its_day() {
        let fixture = Fixture::new().contact("anna", "A", |c| c.details.nps = Some(Nps { score: 9, on: None }));
        assert_eq!(found(fixture), ["1 score of which nobody knows the day: `anna`"]);
    }

    #[test]
    fn r25_everybody_on_the_team_was_told_a_month_after_the_beginning() {
        let begun = |day: Date| Fixture::new().settings(|settings| _ = settings.steps.insert(Step::List, day));
        assert!(found(begun(date(2027, 5, 20))).is_empty());
        assert_eq!(found(begun(date(2027, 4, 20))), ["nobody has told `sara` how the programme works"]);
        let told = begun(date(2027, 4, 20)).settings(|settings| settings.team[0].briefed = Some(date(2027, 4, 25)));
        assert!(found(told).is_empty());
    }
}

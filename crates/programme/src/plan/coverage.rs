//! What the plans and the list lack: months, seasons, kinds, touches, and somebody of tier D (R4, R7, R8, R10).

use std::collections::{BTreeSet, HashMap};

use jiff::ToSpan;
use jiff::civil::Date;

use crate::model::contact::{Contact, Standing};
use crate::model::ledger::Referral;
use crate::model::mailing::{Mailing, MailingKind, Plan};
use crate::model::occasion::{Occasion, easter};
use crate::model::programme::Programme;
use crate::plan::audience::Roster;
use crate::plan::cadence::too_few_touches;
use crate::plan::dates::{Dates, Days};
use crate::plan::finding::PlanFinding;
use crate::plan::{leads, likeness, projects, reach, unsaid};

/// The list size from which somebody of tier D is expected to be on it (R4).
const EXPECTS_D: usize = 50;

/// The month from which on the next year is to have a plan (R34).
const PLANNED_FROM: i8 = 11;

/// Everything the plans and the list lack, by year, then by rule.
///
/// A coming year may be in the making until November: only then is it asked what its plan lacks, and whether there is one (R34).
pub fn findings(programme: &Programme, roster: &Roster<'_>, today: Date) -> Vec<PlanFinding> {
    let begun = programme.settings.begun();
    let year = YearPlans { programme, dates: roster.dates(), begun };
    let mut found = Vec::new();
    let is_asked = |plan: &&Plan| plan.year <= today.year() || today.month() >= PLANNED_FROM;
    for plan in programme.plans.values().filter(is_asked) {
        found.extend(year.empty_months(roster, plan.year));
        found.extend(reach::less_for_higher(programme, roster, plan));
        found.extend(year.missing_seasons(plan));
        found.extend(year.missing_kinds(plan));
        if year.is_whole(plan.year) {
            found.extend(too_few_touches(roster, programme, plan));
        }
    }
    found.extend(year.three_in_a_row());
    found.sort_by_key(|finding| finding.year);
    found.extend(years_without_budget(programme));
    found.extend(next_year(programme, today));
    found.extend(nobody_looked_for_d(programme));
    found.extend(only_named(programme));
    found.extend(shared_with_d(programme));
    found.extend(likeness::findings(programme, roster));
    found.extend(unsaid::findings(programme, today));
    found.extend(projects::findings(programme, roster, today));
    found
}

/// A finding where the year is nearly over and the next has no plan (R34); none where nothing was ever planned, or where the
/// first step of getting started was taken in these very weeks (R24) and the programme has not begun.
pub fn next_year(programme: &Programme, today: Date) -> Option<PlanFinding> {
    let next = today.year() + 1;
    let last = *programme.plans.keys().next_back()?;
    let settings = &programme.settings;
    let is_starting = settings.begins.is_none()
        && settings.begun().is_some_and(|first| (first.year(), first.month() >= PLANNED_FROM) == (today.year(), true));
    if is_starting {
        return None;
    }
    (today.month() >= PLANNED_FROM && last < next).then(|| {
        let message = format!("there is no plan for {next} yet");
        let hint = format!(
            "`bevara new year {next}` makes one of the plan of {last}: before a year is over the next has a plan (R34)"
        );
        PlanFinding { code: "r34-next-year", message, hint: Some(hint), origin: None, year: Some(last) }
    })
}

/// The plans, their days, and the day the programme began.
struct YearPlans<'a> {
    programme: &'a Programme,
    dates: &'a Dates<'a>,
    /// What lies before this day is not asked for.
    begun: Option<Date>,
}

impl<'a> YearPlans<'a> {
    /// True where the programme ran from the year's first day on.
    fn is_whole(&self, year: i16) -> bool {
        self.begun.is_none_or(|begun| Date::new(year, 1, 1).is_ok_and(|first| begun <= first))
    }

    /// True where a season that begins on this day is asked for.
    fn asks_for(&self, from: Date) -> bool {
        self.begun.is_none_or(|begun| begun <= from)
    }

    /// Every mailing of all plans that has a day of its own, in the order of the days.
    fn dated(&self) -> Vec<(Days, &'a Mailing)> {
        let with_days = |mailing| Some((self.dates.days(mailing)?, mailing));
        let mut dated: Vec<_> = self.programme.mailings().filter_map(with_days).collect();
        dated.sort_by_key(|(days, _)| *days);
        dated
    }

    /// Months in which next to nobody hears of us (R7): a mailing to two does not fill one. Who sent something later has passed
    /// them, and cannot plan them any more.
    fn empty_months(&self, roster: &Roster<'_>, year: i16) -> Option<PlanFinding> {
        let month = |date: Date| (date.year(), date.month());
        let dated = self.dated();
        let sent = dated.iter().filter(|(_, mailing)| self.programme.is_begun(&mailing.id));
        // Of the month that it begins in, a part is over already.
        let begun = self.begun.map(|begun| begun.saturating_add(1.month()).saturating_sub(1.day())).map(month);
        let begun = begun.max(sent.map(|(days, _)| month(days.first)).max());
        let filling = dated.iter().filter(|(days, mailing)| {
            days.last.year() >= year
                && days.first.year() <= year
                && reach::fills_a_month(self.programme, roster, mailing)
        });
        let days = filling.flat_map(|(days, _)| [month(days.first), month(days.last)]);
        let covered: BTreeSet<(i16, i8)> = days.collect();
        let is_empty = |month: &(i16, i8)| begun.is_none_or(|begun| begun <= *month) && !covered.contains(month);
        let empty: Vec<i8> = (1..=12).filter(|&month| is_empty(&(year, month))).collect();
        let hint = match empty.as_slice() {
            [] => return None,
            [_] => "plan a mailing for it that reaches everybody, however small",
            _ => "plan a mailing for each that reaches everybody, however small",
        };
        let message = format!("next to nobody hears of us in {} {year}", months(&empty));
        Some(PlanFinding::of_year("r07-empty-month", year, message, hint))
    }

    /// Christmas in December, Easter in its season, a summer greeting in June (R7).
    fn missing_seasons(&self, plan: &Plan) -> Vec<PlanFinding> {
        let year = plan.year;
        let has = |season: Season| plan.mailings.iter().any(|mailing| self.greets(mailing, season));
        let date = |month, day| Date::new(year, month, day).ok();
        let christmas = Season { of: &[Occasion::Christmas], from: date(12, 1), to: date(12, 26) };
        let around = |days: i64| easter(year)?.checked_add(jiff::Span::new().days(days)).ok();
        let spring = Season { of: &[Occasion::Easter], from: around(-14), to: around(1) };
        let summer = Season {
            of: &[
                Occasion::Summer,
                Occasion::Midsummer,
                Occasion::MidsummerDay,
                Occasion::Sankthans,
                Occasion::Jaanipaev,
            ],
            from: date(6, 1),
            to: date(6, 30),
        };
        let seasons = [
            (spring, "r07-no-easter", "no Easter greeting is planned", "plan one, like `when: easter-4d`"),
            (summer, "r07-no-summer", "no summer greeting is planned for June", "plan one, like `when: midsummer-2d`"),
            (christmas, "r07-no-christmas", "no Christmas greeting is planned", "plan one, like `when: christmas-3d`"),
        ];
        let asked = seasons.into_iter().filter(|(season, ..)| season.from.is_some_and(|from| self.asks_for(from)));
        let missing = asked.filter(|(season, ..)| !has(*season));
        missing
            .map(|(_, code, what, hint)| PlanFinding::of_year(code, year, format!("{what} in {year}"), hint))
            .collect()
    }

    /// True where a mailing is the greeting of a season: it falls into it, and is named for it or a greeting or a gift at all.
    fn greets(&self, mailing: &Mailing, season: Season) -> bool {
        let Some(days) = self.dates.days(mailing) else { return false };
        let named = mailing.when.occasion().is_some_and(|occasion| season.of.contains(&occasion));
        let fits = named || matches!(mailing.kind, MailingKind::Greeting | MailingKind::Gift);
        fits && season.from.is_some_and(|from| from <= days.last) && season.to.is_some_and(|to| days.first <= to)
    }

    /// Newsletter, greeting and gift, each at least once in a whole year (R8).
    fn missing_kinds(&self, plan: &Plan) -> Vec<PlanFinding> {
        let kinds = [MailingKind::Newsletter, MailingKind::Greeting, MailingKind::Gift];
        let absent = kinds.into_iter().filter(|kind| plan.mailings.iter().all(|mailing| mailing.kind != *kind));
        let finding = |kind: MailingKind| {
            let message = format!("no {} is planned in {}", kind.name(), plan.year);
            PlanFinding::of_year("r08-kinds", plan.year, message, "newsletters, greetings and gifts take turns")
        };
        absent.filter(|_| self.is_whole(plan.year)).map(finding).collect()
    }

    /// Where a kind comes for the third time in a row (R8). Thanks come when they are earned and break no row.
    fn three_in_a_row(&self) -> Vec<PlanFinding> {
        let dated = self.dated();
        let planned: Vec<&Mailing> =
            dated.iter().map(|(_, mailing)| *mailing).filter(|mailing| mailing.kind != MailingKind::Thanks).collect();
        let mut found = Vec::new();
        for row in planned.chunk_by(|one, next| one.kind == next.kind).filter(|row| row.len() >= 3) {
            let third = row[2];
            found.push(PlanFinding {
                code: "r08-kinds",
                message: format!(
                    "{} mailings of kind {} in a row, from `{}` to `{}`",
                    row.len(),
                    third.kind.name(),
                    row[0].id,
                    row[row.len() - 1].id
                ),
                hint: Some("newsletters, greetings and gifts take turns: put another kind between them".to_owned()),
                origin: Some(third.origin),
                year: Some(third.year),
            });
        }
        found
    }
}

/// A time of the year that wants a greeting, and the occasions that are one.
#[derive(Clone, Copy)]
struct Season<'a> {
    of: &'a [Occasion],
    from: Option<Date>,
    to: Option<Date>,
}

/// Months by name, neighbours from the first to the last: `May, June and October to December`.
fn months(numbers: &[i8]) -> String {
    let name = |number: i8| MONTHS[usize::from(number.unsigned_abs()) - 1];
    let names = |run: &[i8]| match *run {
        [first, _, .., last] => vec![format!("{} to {}", name(first), name(last))],
        _ => run.iter().map(|&month| name(month).to_owned()).collect(),
    };
    let runs: Vec<String> = numbers.chunk_by(|one, next| one + 1 == *next).flat_map(names).collect();
    match runs.as_slice() {
        [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => runs.concat(),
    }
}

/// The months in the words of the command, January first.
pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn nobody_looked_for_d(programme: &Programme) -> Option<PlanFinding> {
    let size = programme.contacts.len();
    let has_d = programme.contacts.iter().any(|contact| contact.standing == Standing::DoNotContact);
    (size >= EXPECTS_D && !has_d).then(|| PlanFinding {
        code: "r04-no-do-not-contact",
        message: format!("none of {size} contacts is of tier D"),
        hint: Some("look for those you do not want to do business with, and give them tier D".to_owned()),
        origin: None,
        year: None,
    })
}

/// R21: years that are planned and have no budget for rewards, though an earlier one has.
fn years_without_budget(programme: &Programme) -> Vec<PlanFinding> {
    let Some(reward) = &programme.settings.reward else { return Vec::new() };
    let Some(&last) = reward.years.keys().next_back() else { return Vec::new() };
    let without = programme.plans.keys().filter(|year| **year > last && reward.budget_of(**year).is_none());
    let finding = |&year: &i16| PlanFinding {
        code: "r21-no-budget",
        message: format!("rewards have a budget for {last} and none for {year}"),
        hint: Some(format!("add `{year}: {{budget: …}}` under `reward.years` in bevara.yaml")),
        origin: None,
        year: None,
    };
    without.map(finding).collect()
}

/// R20: contacts whom somebody named, and whose referral does not say that it is they.
fn only_named(programme: &Programme) -> Vec<PlanFinding> {
    let finding = |(contact, referral): (&Contact, &Referral)| PlanFinding {
        code: "r20-only-named",
        message: format!("`{}` is whom `{}` named in {}", contact.id, referral.referrer, referral.id),
        hint: Some(format!("add `contact: {}` to the lead; no mailing reaches who was only named", contact.id)),
        origin: Some(contact.origin),
        year: None,
    };
    leads::unlinked(programme).into_iter().map(finding).collect()
}

/// Active contacts that share a postal address with a contact of tier D (design §7: a warning, not a wall).
fn shared_with_d(programme: &Programme) -> Vec<PlanFinding> {
    let of_d: HashMap<String, &Contact> = programme
        .contacts
        .iter()
        .filter(|contact| contact.standing == Standing::DoNotContact)
        .filter_map(|contact| Some((folded_address(contact)?, contact)))
        .collect();
    if of_d.is_empty() {
        return Vec::new();
    }
    let active = programme.contacts.iter().filter(|contact| contact.tier().is_some());
    let shared = active.filter_map(|contact| Some((contact, *of_d.get(&folded_address(contact)?)?)));
    let finding = |(contact, other): (&Contact, &Contact)| PlanFinding {
        code: "r04-shared-address",
        message: format!("`{}` has the postal address of `{}`, who is of tier D", contact.id, other.id),
        hint: Some("make sure that they have nothing to do with each other, or give both tier D".to_owned()),
        origin: Some(contact.origin),
        year: None,
    };
    shared.map(finding).collect()
}

fn folded_address(contact: &Contact) -> Option<String> {
    let address = contact.address.as_deref()?;
    let parts = [address.street.as_ref()?, address.postcode.as_ref()?];
    let folded = parts.map(|part| part.as_str().split_whitespace().collect::<String>().to_lowercase());
    Some(folded.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::settings::Step;
    use crate::plan::fixture::{Fixture, everybody, postal_address};
    use jiff::civil::date;

    /// A year that lacks nothing: the kinds take turns, month by month.
    fn full_year() -> Fixture {
        let kinds = [MailingKind::Greeting, MailingKind::Gift, MailingKind::Newsletter];
        (1..=12).fold(Fixture::new(), |fixture, month| {
            let when = if month == 4 { "2027-03-24".to_owned() } else { format!("2027-{month:02}-10") };
            let fixture = fixture.mailing(&format!("m-{month}"), &when, |m| m.kind = kinds[month % 3]);
            if month == 4 { fixture.mailing("april", "2027-04-10", |m| m.kind = MailingKind::Survey) } else { fixture }
        })
    }

    fn found(fixture: Fixture) -> Vec<(&'static str, String)> {
        let programme = fixture.build();
        let findings = findings(&programme, &Roster::new(&programme, &everybody), date(2027, 1, 20));
        findings.into_iter().map(|finding| (finding.code, finding.message)).collect()
    }

    fn without(fixture: Fixture, ids: &[&str]) -> Fixture {
        fixture.change(|programme| {
            let plan = programme.plans.get_mut(&2027).expect("the fixture has it");
            plan.mailings.retain(|mailing| !ids.contains(&mailing.id.as_str()));
        })
    }

    #[test]
    fn r07_a_full_year_lacks_nothing() {
        assert_eq!(found(full_year()), []);
    }

    #[test]
    fn r07_empty_months_and_missing_seasons_are_named() {
        let lacking = found(without(full_year(), &["m-4", "m-5", "m-6", "m-12"]));
        let expected = [
            ("r07-empty-month", "next to nobody hears of us in May, June and December 2027"),
            ("r07-no-easter", "no Easter greeting is planned in 2027"),
            ("r07-no-summer", "no summer greeting is planned for June in 2027"),
            ("r07-no-christmas", "no Christmas greeting is planned in 2027"),
        ];
        assert_eq!(lacking, expected.map(|(code, message)| (code, message.to_owned())));
    }

    #[test]
    fn r07_neighbouring_months_are_named_together() {
        assert_eq!(months(&[5]), "May");
        assert_eq!(months(&[1, 2, 3]), "January to March");
        assert_eq!(months(&[5, 6, 10, 11, 12]), "May, June and October to December");
    }

    #[test]
    fn r07_nothing_is_asked_of_the_time_before_the_programme_began() {
        let begun = |day: Date| full_year().settings(|settings| _ = settings.steps.insert(Step::List, day));
        let late = without(begun(date(2027, 7, 5)), &["m-1", "m-2", "m-3", "m-4", "april", "m-5", "m-6"]);
        assert_eq!(found(late), []);
    }

    #[test]
    fn r34_from_november_on_the_next_year_has_a_plan() {
        let found = |today| {
            let programme = full_year().build();
            let findings = findings(&programme, &Roster::new(&programme, &everybody), today);
            findings.into_iter().map(|finding| (finding.code, finding.message)).collect::<Vec<_>>()
        };
        assert_eq!(found(date(2027, 10, 31)), []);
        assert_eq!(found(date(2027, 11, 1)), [("r34-next-year", "there is no plan for 2028 yet".to_owned())]);
        assert_eq!(found(date(2026, 11, 1)), []);
    }

    #[test]
    fn r34_a_coming_year_is_in_the_making_until_november() {
        let half = || without(full_year(), &["m-5", "m-6", "m-7", "m-8", "m-9", "m-10", "m-11", "m-12"]);
        let codes = |today| {
            let programme = half().build();
            let findings = findings(&programme, &Roster::new(&programme, &everybody), today);
            findings.into_iter().map(|finding| finding.code).collect::<Vec<_>>()
        };
        assert_eq!(codes(date(2026, 10, 31)), [""; 0]);
        assert_eq!(codes(date(2026, 11, 1)), ["r07-empty-month", "r07-no-summer", "r07-no-christmas"]);
    }

    #[test]
    fn r08_each_kind_comes_once_a_year_and_none_three_times_in_a_row() {
        let newsletters = (1..=3).fold(Fixture::new(), |fixture, month| {
            fixture.mailing(&format!("m-{month}"), &format!("2027-{month:02}-10"), |_| {})
        });
        let lacking: Vec<String> = found(newsletters)
            .into_iter()
            .filter(|(code, _)| *code == "r08-kinds")
            .map(|(_, message)| message)
            .collect();
        let expected = [
            "no greeting is planned in 2027",
            "no gift is planned in 2027",
            "3 mailings of kind newsletter in a row, from `m-1` to `m-3`",
        ];
        assert_eq!(lacking, expected);
    }

    #[test]
    fn r04_a_list_of_fifty_without_d_says_that_nobody_looked() {
        let list = |count: usize, fixture: Fixture| {
            (0..count).fold(fixture, |fixture, number| fixture.contact(&format!("c-{number}"), "C", |_| {}))
        };
        assert_eq!(found(list(49, full_year())), []);
        assert_eq!(found(list(50, full_year()))[0].0, "r04-no-do-not-contact");
        assert_eq!(found(list(50, full_year().contact("dag", "D", |_| {}))), []);
    }

    #[test]
    fn r04_who_lives_with_a_d_is_shown() {
        let fixture = full_year().contact("dag", "D", postal_address).contact("anna", "A", postal_address);
        assert_eq!(found(fixture)[0].0, "r04-shared-address");
    }
}

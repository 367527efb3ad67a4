//! The year at a glance, and what is due next.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;

use crate::model::channel::Channel;
use crate::model::contact::Tier;
use crate::model::language::Language;
use crate::model::mailing::{LATE_DAYS, Mailing};
use crate::model::programme::Programme;
use crate::plan::admission::Route;
use crate::plan::audience::Roster;
use crate::plan::dates::{Dates, Days};
use crate::plan::lead::Lead;

/// One mailing of the year, in figures.
#[derive(Debug, Clone, PartialEq)]
pub struct MailingOverview<'p> {
    /// The mailing: its id, kind and channel.
    pub mailing: &'p Mailing,
    /// Its day, or the earliest and latest where countries differ; `None` where everybody has their own.
    pub days: Option<Days>,
    /// How many get it.
    pub audience: usize,
    /// By tier.
    pub by_tier: BTreeMap<Tier, usize>,
    /// By the language they read.
    pub by_language: BTreeMap<Language, usize>,
    /// How many get it on paper.
    pub on_paper: usize,
    /// By when the paper part is printed and posted, so that it is there in time everywhere (R12).
    pub lead: Option<Lead>,
    /// How many are refused, by the code of the reason.
    pub refused: BTreeMap<&'static str, usize>,
}

/// The mailings of one plan in the order of their days; those on personal days come last.
pub fn year_overview<'p>(programme: &'p Programme, roster: &Roster<'p>, year: i16) -> Vec<MailingOverview<'p>> {
    let mailings = programme.plans.get(&year).into_iter().flat_map(|plan| &plan.mailings);
    let mut overview: Vec<MailingOverview> = mailings.map(|mailing| look_at(roster, mailing)).collect();
    overview.sort_by_key(|line| (line.days.is_none(), line.days));
    overview
}

fn look_at<'p>(roster: &Roster<'p>, mailing: &'p Mailing) -> MailingOverview<'p> {
    let audience = roster.audience(mailing);
    let mut line = MailingOverview {
        mailing,
        days: roster.dates().days(mailing),
        audience: audience.recipients.len(),
        by_tier: BTreeMap::new(),
        by_language: BTreeMap::new(),
        on_paper: 0,
        lead: Lead::of_audience(roster.programme(), &audience),
        refused: BTreeMap::new(),
    };
    for recipient in &audience.recipients {
        *line.by_tier.entry(recipient.tier()).or_default() += 1;
        *line.by_language.entry(recipient.contact().language).or_default() += 1;
        line.on_paper += usize::from(matches!(recipient.route(), Route::Post(_)));
    }
    for (_, refusal) in &audience.refusals {
        *line.refused.entry(refusal.code()).or_default() += 1;
    }
    line
}

/// The next e-mail mailing due (design §7): the first that is at most seven days overdue and not begun, else the first dated
/// today or later. Mailings on personal days have no day of their own and are never the next, nor is one that `reaches` nobody.
pub fn next_due(programme: &Programme, today: Date, reaches: impl Fn(&Mailing) -> bool) -> Option<&Mailing> {
    let dates = Dates::new(programme);
    let by_mail = programme.mailings().filter(|mailing| mailing.channel != Channel::Post);
    let mut dated: Vec<(Days, &Mailing)> =
        by_mail.filter_map(|mailing| Some((dates.days(mailing)?, mailing))).collect();
    dated.sort_by_key(|(days, _)| *days);
    // Where countries differ, a mailing is overdue from the first day on and late from the last.
    let in_time = |days: &Days| days.last.checked_add(LATE_DAYS.days()).is_ok_and(|end| today <= end);
    let is_asked_for = |days: &Days| !programme.settings.is_before_start(days.last);
    let overdue = |(days, mailing): &&(Days, &Mailing)| {
        days.first < today && in_time(days) && is_asked_for(days) && !programme.is_begun_by_mail(&mailing.id)
    };
    let overdue = dated.iter().filter(overdue);
    let mut next = overdue.chain(dated.iter().filter(|(days, _)| days.first >= today));
    next.find(|(_, mailing)| reaches(mailing)).map(|(_, mailing)| *mailing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::fixture::{Fixture, everybody, in_country, postal_address};
    use jiff::civil::date;

    #[test]
    fn r07_the_year_shows_date_audience_and_refusals() {
        let programme = Fixture::new()
            .contact("anna", "A", |_| {})
            .contact("kari", "C", |c| {
                in_country(c, "NO");
                c.language = Language::Nb;
            })
            .contact("dag", "D", |_| {})
            .contact("ivo", "B", |c| {
                c.email = None;
                postal_address(c);
            })
            .mailing("birthday", "birthday", |_| {})
            .mailing("midsummer", "midsummer", |m| m.channel = Channel::Preferred)
            .mailing("january", "2027-01-20", |_| {})
            .build();
        let roster = Roster::new(&programme, &everybody);
        let overview = year_overview(&programme, &roster, 2027);
        let order: Vec<&str> = overview.iter().map(|line| line.mailing.id.as_str()).collect();
        assert_eq!(order, ["january", "midsummer", "birthday"]);
        assert_eq!(overview[0].refused, BTreeMap::from([("do-not-contact", 1), ("no-email", 1)]));
        let midsummer = &overview[1];
        assert_eq!(midsummer.days, Some(Days { first: date(2027, 6, 23), last: date(2027, 6, 25) }));
        assert_eq!((midsummer.audience, midsummer.on_paper), (3, 1));
        assert_eq!(midsummer.by_tier, BTreeMap::from([(Tier::A, 1), (Tier::B, 1), (Tier::C, 1)]));
        assert_eq!(midsummer.by_language, BTreeMap::from([(Language::Sv, 2), (Language::Nb, 1)]));
        assert_eq!((overview[2].days, overview[2].audience), (None, 0));
    }

    #[test]
    fn the_next_mailing_due_is_overdue_by_a_week_at_most() {
        let mut programme = Fixture::new()
            .mailing("gift", "2027-01-18", |m| m.channel = Channel::Post)
            .mailing("march", "2027-03-10", |_| {})
            .mailing("nobody", "2027-01-19", |_| {})
            .mailing("january", "2027-01-20", |_| {})
            .build();
        let next = |programme: &Programme, today| {
            next_due(programme, today, |mailing| mailing.id.as_str() != "nobody").map(|mailing| mailing.id.to_string())
        };
        assert_eq!(next(&programme, date(2027, 1, 19)).as_deref(), Some("january"));
        assert_eq!(next(&programme, date(2027, 1, 20)).as_deref(), Some("january"));
        assert_eq!(next(&programme, date(2027, 1, 27)).as_deref(), Some("january"));
        assert_eq!(next(&programme, date(2027, 1, 28)).as_deref(), Some("march"));
        assert_eq!(next(&programme, date(2027, 3, 18)), None);
        programme.journals.insert("january".to_owned(), true);
        assert_eq!(next(&programme, date(2027, 1, 27)).as_deref(), Some("march"));
        let new = Fixture::new()
            .settings(|settings| settings.begins = Some(date(2027, 1, 21)))
            .mailing("january", "2027-01-20", |_| {})
            .build();
        assert_eq!(next(&new, date(2027, 1, 21)), None, "nobody is asked for what lay before");
    }
}

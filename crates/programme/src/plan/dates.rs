//! The day of each mailing in each country, worked out once.

use std::collections::HashMap;

use jiff::civil::Date;

use crate::model::contact::Contact;
use crate::model::id::MailingId;
use crate::model::language::Country;
use crate::model::mailing::Mailing;
use crate::model::programme::Programme;
use crate::model::when::Personal;
use crate::model::workday;

/// The days of a mailing: from the earliest country's to the latest's, often one and the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Days {
    /// The earliest.
    pub first: Date,
    /// The latest.
    pub last: Date,
}

/// The days of all mailings in the countries that contacts live in.
#[derive(Debug, Clone)]
pub struct Dates<'p> {
    home: Country,
    countries: Vec<Country>,
    /// A mailing's day in each of `countries`; nothing for mailings on personal days.
    rows: HashMap<&'p MailingId, Vec<Option<Date>>>,
}

/// The days of one mailing.
pub struct MailingDates<'a> {
    mailing: &'a Mailing,
    home: Country,
    countries: &'a [Country],
    row: Option<&'a [Option<Date>]>,
}

impl MailingDates<'_> {
    /// The day for one contact.
    pub fn of(&self, contact: &Contact) -> Option<Date> {
        self.in_country(contact.country(self.home), contact)
    }

    /// The day for one contact, who lives in `country`.
    pub fn in_country(&self, country: Country, contact: &Contact) -> Option<Date> {
        match (self.row, self.countries.binary_search(&country)) {
            (Some(row), Ok(column)) => row[column],
            _ => date_in(self.mailing, country, Personal::of(contact)),
        }
    }
}

impl<'p> Dates<'p> {
    /// The days of every mailing of the programme.
    pub fn new(programme: &'p Programme) -> Self {
        let home = programme.settings.country;
        // Many people, few countries.
        let mut countries: Vec<Country> = Vec::new();
        for contact in programme.contacts.iter().filter(|contact| contact.tier().is_some()) {
            let country = contact.country(home);
            if !countries.contains(&country) {
                countries.push(country);
            }
        }
        if countries.is_empty() {
            countries.push(home);
        }
        countries.sort_unstable();
        let row = |mailing: &Mailing| match mailing.when.is_personal() {
            true => Vec::new(),
            false => countries.iter().map(|&country| date_in(mailing, country, Personal::default())).collect(),
        };
        let rows = programme.mailings().map(|mailing| (&mailing.id, row(mailing))).collect();
        Dates { home, countries, rows }
    }

    /// The day of a mailing for one contact: in their own country, shifted by its holidays; their own birthday or since-day.
    pub fn of(&self, mailing: &Mailing, contact: &Contact) -> Option<Date> {
        self.of_mailing(mailing).of(contact)
    }

    /// The same for one mailing and many contacts.
    pub fn of_mailing<'a>(&'a self, mailing: &'a Mailing) -> MailingDates<'a> {
        let row = self.rows.get(&mailing.id).filter(|row| !row.is_empty()).map(Vec::as_slice);
        MailingDates { mailing, home: self.home, countries: &self.countries, row }
    }

    /// The day of the occasion itself, without the plan's offset: Easter Sunday for `easter-7d`.
    pub fn occasion(&self, mailing: &Mailing, contact: Option<&Contact>) -> Option<Date> {
        let country = contact.map_or(self.home, |contact| contact.country(self.home));
        let personal = contact.map(Personal::of).unwrap_or_default();
        mailing.when.occasion_date(mailing.year, country, personal)
    }

    /// The days of a mailing over all countries; `None` for mailings on personal days and where no country keeps the day.
    pub fn days(&self, mailing: &Mailing) -> Option<Days> {
        let dates = || self.rows.get(&mailing.id).into_iter().flatten().flatten().copied();
        Some(Days { first: dates().min()?, last: dates().max()? })
    }
}

/// The day of a mailing in a country, shifted by its holidays; `None` where there is no such day.
pub fn date_in(mailing: &Mailing, country: Country, personal: Personal) -> Option<Date> {
    let date = mailing.when.date(mailing.year, country, personal)?;
    Some(mailing.shift.map_or(date, |shift| workday::shift(date, shift, country)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::mailing::Shift;
    use crate::plan::fixture::{Fixture, in_country};
    use jiff::civil::date;

    #[test]
    fn r07_a_day_follows_the_contacts_own_country() {
        let programme = Fixture::new()
            .contact("anna", "A", |_| {})
            .contact("kari", "A", |c| in_country(c, "NO"))
            .mailing("midsummer", "midsummer", |_| {})
            .mailing("friday", "easter-2d", |m| m.shift = Some(Shift::PrevWorkday))
            .mailing("birthday", "birthday", |_| {})
            .build();
        let dates = Dates::new(&programme);
        let mailing = |id: &str| programme.mailing(id).expect("it is planned");
        let of = |id: &str| programme.contacts.iter().map(|c| dates.of(mailing(id), c)).collect::<Vec<_>>();
        assert_eq!(of("midsummer"), [Some(date(2027, 6, 25)), Some(date(2027, 6, 23))]);
        assert_eq!(of("friday"), [Some(date(2027, 3, 25)), Some(date(2027, 3, 24))]);
        assert_eq!(dates.days(mailing("midsummer")), Some(Days { first: date(2027, 6, 23), last: date(2027, 6, 25) }));
        assert_eq!(dates.days(mailing("birthday")), None);
    }
}

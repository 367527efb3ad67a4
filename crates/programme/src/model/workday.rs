//! Working days: Monday to Friday without what each country keeps free.

use std::iter::successors;

use jiff::civil::{Date, Weekday};

use crate::model::language::Country;
use crate::model::mailing::Shift;
use crate::model::occasion::{Occasion, easter};

/// True where offices and post work on `date`.
pub fn is_workday(date: Date, country: Country) -> bool {
    !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) && !is_holiday(date, country)
}

/// `date`, or the nearest working day in the direction of `shift` where it is none.
pub fn shift(date: Date, shift: Shift, country: Country) -> Date {
    let step = |day: &Date| match shift {
        Shift::PrevWorkday => day.yesterday().ok(),
        Shift::NextWorkday => day.tomorrow().ok(),
    };
    successors(Some(date), step).find(|&day| is_workday(day, country)).unwrap_or(date)
}

/// The working day that has `count` working days after it up to and with `date`; `date` itself for 0 (R12). A day counts
/// where all of `countries` work: at home, and where the letter goes.
pub fn back_by_workdays(date: Date, count: u32, countries: &[Country]) -> Date {
    let Some(before) = (count as usize).checked_sub(1) else { return date };
    let days = successors(date.yesterday().ok(), |day| day.yesterday().ok());
    let counts = |day: &Date| countries.iter().all(|&country| is_workday(*day, country));
    days.filter(counts).nth(before).unwrap_or(date)
}

/// The free days of a country; those that are always a Sunday are left out.
fn is_holiday(date: Date, country: Country) -> bool {
    let fixed = |days: &[(i8, i8)]| days.contains(&(date.month(), date.day()));
    // Days from Easter: -3 Maundy Thursday, -2 Good Friday, 1 Easter Monday, 39 Ascension, 50 Whit Monday.
    let moving = |days: &[i16]| {
        easter(date.year()).is_some_and(|easter| days.contains(&(date.day_of_year() - easter.day_of_year())))
    };
    let midsummer_eve = || Occasion::Midsummer.date(date.year(), country) == Some(date);
    match country.code() {
        // Lag (1989:253), and the eves that lag (1930:173) § 2 puts beside Sundays.
        "SE" => {
            fixed(&[(1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31)])
                || moving(&[-2, 1, 39])
                || midsummer_eve()
        }
        // Lov om helligdager (1995) and lov om 1 og 17 mai (1947).
        "NO" => fixed(&[(1, 1), (5, 1), (5, 17), (12, 25), (12, 26)]) || moving(&[-3, -2, 1, 39, 50]),
        // Without store bededag, which ended with 2023; 5 June and 24 December are closed by lukkeloven.
        "DK" => fixed(&[(1, 1), (6, 5), (12, 24), (12, 25), (12, 26)]) || moving(&[-3, -2, 1, 39, 50]),
        // Kirkkolaki, and the eves that laki 150/1930 § 5 puts beside Sundays.
        "FI" => {
            fixed(&[(1, 1), (1, 6), (5, 1), (12, 6), (12, 24), (12, 25), (12, 26)])
                || moving(&[-2, 1, 39])
                || midsummer_eve()
        }
        // Pühade ja tähtpäevade seadus § 2; Easter Monday is a working day.
        "EE" => {
            fixed(&[(1, 1), (2, 24), (5, 1), (6, 23), (6, 24), (8, 20), (12, 24), (12, 25), (12, 26)]) || moving(&[-2])
        }
        // What all Länder share.
        "DE" => fixed(&[(1, 1), (5, 1), (10, 3), (12, 25), (12, 26)]) || moving(&[-2, 1, 39, 50]),
        "GB" => moving(&[-2, 1]) || is_bank_holiday(date),
        "US" => is_federal_holiday(date),
        _ => fixed(&[(1, 1), (12, 25)]),
    }
}

/// Bank holidays of England and Wales (Banking and Financial Dealings Act 1971) besides those of Easter.
fn is_bank_holiday(date: Date) -> bool {
    let monday = date.weekday() == Weekday::Monday;
    match (date.month(), date.day()) {
        (1, 1) | (12, 25 | 26) => true,
        // What falls on a weekend is kept on the next free weekday.
        (1, 2 | 3) => monday,
        (12, 27 | 28) => monday || date.weekday() == Weekday::Tuesday,
        (5, _) => is_nth(date, Weekday::Monday, 1) || is_last(date, Weekday::Monday),
        (8, _) => is_last(date, Weekday::Monday),
        _ => false,
    }
}

/// Federal holidays of the United States (5 U.S.C. 6103).
fn is_federal_holiday(date: Date) -> bool {
    let fixed = |day: Date| matches!((day.month(), day.day()), (1, 1) | (6, 19) | (7, 4) | (11, 11) | (12, 25));
    let moving = match date.month() {
        1 | 2 => is_nth(date, Weekday::Monday, 3),
        5 => is_last(date, Weekday::Monday),
        9 => is_nth(date, Weekday::Monday, 1),
        10 => is_nth(date, Weekday::Monday, 2),
        11 => is_nth(date, Weekday::Thursday, 4),
        _ => false,
    };
    // A Saturday's holiday is observed on the Friday before, a Sunday's on the Monday after.
    let observed = match date.weekday() {
        Weekday::Friday => date.tomorrow().is_ok_and(fixed),
        Weekday::Monday => date.yesterday().is_ok_and(fixed),
        _ => false,
    };
    moving || fixed(date) || observed
}

fn is_nth(date: Date, weekday: Weekday, nth: i8) -> bool {
    date.weekday() == weekday && (date.day() - 1) / 7 + 1 == nth
}

fn is_last(date: Date, weekday: Weekday) -> bool {
    date.weekday() == weekday && date.day() + 7 > date.days_in_month()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn free_days_are_each_countrys_own() {
        let free = [
            (
                Country::SE,
                vec![date(2027, 1, 6), date(2027, 3, 26), date(2027, 5, 6), date(2027, 6, 25), date(2026, 12, 24)],
            ),
            (Country::NO, vec![date(2027, 3, 25), date(2027, 5, 17), date(2027, 3, 29)]),
            (Country::DK, vec![date(2027, 3, 25), date(2028, 6, 5)]),
            (Country::FI, vec![date(2027, 12, 6), date(2027, 6, 25)]),
            (Country::EE, vec![date(2027, 2, 24), date(2027, 6, 23), date(2027, 8, 20)]),
            (Country::DE, vec![date(2025, 10, 3), date(2027, 5, 17)]),
            (
                Country::GB,
                vec![date(2027, 12, 27), date(2027, 12, 28), date(2028, 1, 3), date(2027, 8, 30), date(2027, 5, 3)],
            ),
            (Country::US, vec![date(2027, 7, 5), date(2027, 12, 31), date(2027, 11, 25), date(2027, 6, 18)]),
        ];
        for (country, days) in free {
            for day in days {
                assert!(!is_workday(day, country), "{day} in {country}");
            }
        }
        for (day, country) in
            [(date(2027, 3, 29), Country::EE), (date(2027, 3, 25), Country::SE), (date(2027, 5, 17), Country::SE)]
        {
            assert!(is_workday(day, country), "{day} in {country}");
        }
    }

    #[test]
    fn r12_a_date_moves_to_a_working_day_and_letters_leave_some_before() {
        let good_friday = date(2027, 3, 26);
        assert_eq!(shift(good_friday, Shift::PrevWorkday, Country::SE), date(2027, 3, 25));
        assert_eq!(shift(good_friday, Shift::PrevWorkday, Country::NO), date(2027, 3, 24));
        assert_eq!(shift(good_friday, Shift::NextWorkday, Country::SE), date(2027, 3, 30));
        assert_eq!(shift(good_friday, Shift::NextWorkday, Country::EE), date(2027, 3, 29));
        assert_eq!(shift(date(2027, 1, 20), Shift::NextWorkday, Country::SE), date(2027, 1, 20));
        assert_eq!(back_by_workdays(date(2027, 12, 24), 4, &[Country::SE]), date(2027, 12, 20));
        assert_eq!(back_by_workdays(date(2027, 12, 20), 1, &[Country::SE]), date(2027, 12, 17));
        assert_eq!(back_by_workdays(date(2027, 12, 19), 0, &[Country::SE]), date(2027, 12, 19));
        // The 24th of February is free in Estonia.
        assert_eq!(back_by_workdays(date(2027, 2, 26), 2, &[Country::SE]), date(2027, 2, 24));
        assert_eq!(back_by_workdays(date(2027, 2, 26), 2, &[Country::SE, Country::EE]), date(2027, 2, 23));
    }
}

//! Occasions of the year and the days they fall on, in the reader's own country.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use crate::model::language::Country;
use source::words;

words! {
    /// A day of the year that people keep.
    Occasion, "occasion" {
        /// 1 January.
        NewYear = "new-year",
        /// Easter Sunday.
        Easter = "easter",
        /// Mothers' Day.
        MothersDay = "mothers-day",
        /// Fathers' Day.
        FathersDay = "fathers-day",
        /// The country's own day.
        NationalDay = "national-day",
        /// Midsummer as it is kept: the eve in the north, jaanipäev in Estonia.
        Midsummer = "midsummer",
        /// The day after the eve.
        MidsummerDay = "midsummer-day",
        /// The eve of St John, 23 June.
        Sankthans = "sankthans",
        /// St John's day, 24 June.
        Jaanipaev = "jaanipaev",
        /// Before the holidays begin.
        Summer = "summer",
        /// Thanksgiving.
        Thanksgiving = "thanksgiving",
        /// The first Sunday of Advent.
        Advent1 = "advent1",
        /// The second Sunday of Advent.
        Advent2 = "advent2",
        /// The third Sunday of Advent.
        Advent3 = "advent3",
        /// The fourth Sunday of Advent.
        Advent4 = "advent4",
        /// 13 December.
        Lucia = "lucia",
        /// The day on which Christmas is kept.
        Christmas = "christmas",
    }
}

impl Occasion {
    /// The day in `year` as `country` keeps it; `None` where the country keeps no such day or we know of none.
    pub fn date(self, year: i16, country: Country) -> Option<Date> {
        match self {
            Occasion::NewYear => day(year, 1, 1),
            Occasion::Easter => easter(year),
            Occasion::MothersDay => mothers_day(year, country),
            Occasion::FathersDay => fathers_day(year, country),
            Occasion::NationalDay => national_day(year, country),
            Occasion::Midsummer => midsummer(year, country),
            Occasion::MidsummerDay => midsummer_day(year, country),
            Occasion::Sankthans => day(year, 6, 23),
            Occasion::Jaanipaev => day(year, 6, 24),
            // R7 wants the summer greeting in June. The middle of it lies before Midsummer, when the north goes on holiday.
            Occasion::Summer => day(year, 6, 15),
            Occasion::Thanksgiving => thanksgiving(year, country),
            Occasion::Advent1 => advent(year, 3),
            Occasion::Advent2 => advent(year, 2),
            Occasion::Advent3 => advent(year, 1),
            Occasion::Advent4 => advent(year, 0),
            Occasion::Lucia => day(year, 12, 13),
            Occasion::Christmas => christmas(year, country),
        }
    }

    /// True where two countries may keep it on different days.
    pub fn differs_by_country(self) -> bool {
        matches!(
            self,
            Occasion::MothersDay
                | Occasion::FathersDay
                | Occasion::NationalDay
                | Occasion::Midsummer
                | Occasion::MidsummerDay
                | Occasion::Thanksgiving
                | Occasion::Christmas
        )
    }
}

/// Easter Sunday by the Gregorian computus (Meeus, Jones and Butcher); `None` outside the calendar's years.
pub fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (golden, century, rest) = (y.rem_euclid(19), y.div_euclid(100), y.rem_euclid(100));
    let moon_correction = (century - (century + 8).div_euclid(25) + 1).div_euclid(3);
    let epact = (19 * golden + century - century.div_euclid(4) - moon_correction + 15).rem_euclid(30);
    let to_sunday = (32 + 2 * century.rem_euclid(4) + 2 * (rest / 4) - epact - rest % 4).rem_euclid(7);
    let late = (golden + 11 * epact + 22 * to_sunday) / 451;
    let days = epact + to_sunday - 7 * late + 114;
    let narrow = |number: i32| i8::try_from(number).ok();
    day(year, narrow(days / 31)?, narrow(days % 31 + 1)?)
}

/// The `nth` weekday of a month, counted from its end where `nth` is negative.
pub(crate) fn nth_weekday(year: i16, month: i8, nth: i8, weekday: Weekday) -> Option<Date> {
    day(year, month, 1)?.nth_weekday_of_month(nth, weekday).ok()
}

fn day(year: i16, month: i8, day: i8) -> Option<Date> {
    Date::new(year, month, day).ok()
}

fn behind(date: Option<Date>, days: i32) -> Option<Date> {
    date?.checked_add(days.days()).ok()
}

/// The second Sunday of May nearly everywhere; elsewhere by older customs.
fn mothers_day(year: i16, country: Country) -> Option<Date> {
    match country.code() {
        "SE" => nth_weekday(year, 5, -1, Weekday::Sunday),
        "NO" => nth_weekday(year, 2, 2, Weekday::Sunday),
        // Mothering Sunday: the fourth in Lent, three weeks before Easter.
        "GB" | "IE" => behind(easter(year), -21),
        _ => nth_weekday(year, 5, 2, Weekday::Sunday),
    }
}

/// The second Sunday of November in most of the north, Ascension Day in Germany, Constitution Day in Denmark, the third
/// Sunday of June in the United Kingdom, the United States and where nothing else is known.
fn fathers_day(year: i16, country: Country) -> Option<Date> {
    match country.code() {
        "SE" | "NO" | "FI" | "EE" | "IS" => nth_weekday(year, 11, 2, Weekday::Sunday),
        "DK" => day(year, 6, 5),
        "DE" => behind(easter(year), 39),
        _ => nth_weekday(year, 6, 3, Weekday::Sunday),
    }
}

/// The day a country keeps for itself. The United Kingdom has none, so nobody there is written to.
fn national_day(year: i16, country: Country) -> Option<Date> {
    let (month, date) = match country.code() {
        "SE" => (6, 6),
        "NO" => (5, 17),
        "DK" => (6, 5),
        "FI" => (12, 6),
        "EE" => (2, 24),
        "DE" => (10, 3),
        "US" => (7, 4),
        "IS" => (6, 17),
        "LV" => (11, 18),
        "LT" => (2, 16),
        "PL" => (11, 11),
        "NL" => (4, 27),
        "BE" => (7, 21),
        "FR" => (7, 14),
        "AT" => (10, 26),
        "CH" => (8, 1),
        "IE" => (3, 17),
        "CA" => (7, 1),
        _ => return None,
    };
    day(year, month, date)
}

/// The eve: in Sweden and Finland the Friday of 19–25 June, in Estonia jaanipäev itself, elsewhere the eve of St John.
fn midsummer(year: i16, country: Country) -> Option<Date> {
    match country.code() {
        "SE" | "FI" | "AX" => on_or_behind(day(year, 6, 19)?, Weekday::Friday),
        "EE" => day(year, 6, 24),
        _ => day(year, 6, 23),
    }
}

/// The Saturday of 20–26 June in Sweden and Finland, elsewhere St John's day.
fn midsummer_day(year: i16, country: Country) -> Option<Date> {
    match country.code() {
        "SE" | "FI" | "AX" => on_or_behind(day(year, 6, 20)?, Weekday::Saturday),
        _ => day(year, 6, 24),
    }
}

/// The second Monday of October in Canada; otherwise the American fourth Thursday of November, the one that is meant
/// wherever no own day has this name.
fn thanksgiving(year: i16, country: Country) -> Option<Date> {
    match country.code() {
        "CA" => nth_weekday(year, 10, 2, Weekday::Monday),
        _ => nth_weekday(year, 11, 4, Weekday::Thursday),
    }
}

/// The eve where the evening before is Christmas (the Nordics, the Baltics, Germany and its neighbours), else the 25th.
fn christmas(year: i16, country: Country) -> Option<Date> {
    const EVE: &str = "SE NO DK FI IS FO GL AX EE LV LT DE AT CH LI PL CZ SK HU";
    day(year, 12, if EVE.contains(country.code()) { 24 } else { 25 })
}

/// The Sunday of Advent that stands `before` Sundays before the last one, which is on or before Christmas Eve.
fn advent(year: i16, before: i32) -> Option<Date> {
    behind(on_or_behind(day(year, 12, 18)?, Weekday::Sunday), -7 * before)
}

fn on_or_behind(first: Date, weekday: Weekday) -> Option<Date> {
    first.checked_add(i32::from(first.weekday().until(weekday)).days()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn easter_is_where_the_churches_tables_have_it() {
        let table = [
            (1818, 3, 22),
            (1943, 4, 25),
            (1954, 4, 18),
            (1981, 4, 19),
            (2000, 4, 23),
            (2008, 3, 23),
            (2011, 4, 24),
            (2018, 4, 1),
            (2019, 4, 21),
            (2020, 4, 12),
            (2021, 4, 4),
            (2022, 4, 17),
            (2023, 4, 9),
            (2024, 3, 31),
            (2025, 4, 20),
            (2026, 4, 5),
            (2027, 3, 28),
            (2028, 4, 16),
            (2038, 4, 25),
            (2049, 4, 18),
            (2285, 3, 22),
        ];
        for (year, month, day) in table {
            assert_eq!(easter(year), Some(date(year, month, day)));
        }
    }

    #[test]
    fn r07_a_day_is_kept_as_the_contacts_country_keeps_it() {
        let on = |occasion: Occasion, country| occasion.date(2027, country).expect("the country keeps it");
        let (se, no, dk, fi, ee) = (Country::SE, Country::NO, Country::DK, Country::FI, Country::EE);
        let (de, gb, us) = (Country::DE, Country::GB, Country::US);
        let expected = [
            (Occasion::MothersDay, vec![se], date(2027, 5, 30)),
            (Occasion::MothersDay, vec![no], date(2027, 2, 14)),
            (Occasion::MothersDay, vec![dk, fi, ee, de, us], date(2027, 5, 9)),
            (Occasion::MothersDay, vec![gb], date(2027, 3, 7)),
            (Occasion::FathersDay, vec![se, no, fi, ee], date(2027, 11, 14)),
            (Occasion::FathersDay, vec![dk], date(2027, 6, 5)),
            (Occasion::FathersDay, vec![de], date(2027, 5, 6)),
            (Occasion::FathersDay, vec![gb, us], date(2027, 6, 20)),
            (Occasion::NationalDay, vec![no], date(2027, 5, 17)),
            (Occasion::NationalDay, vec![ee], date(2027, 2, 24)),
            (Occasion::Midsummer, vec![se, fi], date(2027, 6, 25)),
            (Occasion::Midsummer, vec![no, dk], date(2027, 6, 23)),
            (Occasion::Midsummer, vec![ee], date(2027, 6, 24)),
            (Occasion::MidsummerDay, vec![se, fi], date(2027, 6, 26)),
            (Occasion::Christmas, vec![se, no, dk, fi, ee, de], date(2027, 12, 24)),
            (Occasion::Christmas, vec![gb, us], date(2027, 12, 25)),
            (Occasion::Thanksgiving, vec![us, se], date(2027, 11, 25)),
            (Occasion::Advent1, vec![se, us], date(2027, 11, 28)),
            (Occasion::Advent4, vec![se, us], date(2027, 12, 19)),
        ];
        for (occasion, countries, day) in expected {
            for country in countries {
                assert_eq!(on(occasion, country), day, "{} in {country}", occasion.name());
            }
        }
        assert_eq!(Occasion::NationalDay.date(2027, gb), None);
    }

    #[test]
    fn moving_days_stay_within_their_bounds() {
        for year in 2000..2100 {
            let eve = Occasion::Midsummer.date(year, Country::SE).expect("Sweden keeps it");
            assert!((19..=25).contains(&eve.day()) && eve.weekday() == Weekday::Friday, "{eve}");
            let first = Occasion::Advent1.date(year, Country::SE).expect("every year has Advent");
            assert!(first >= date(year, 11, 27) && first <= date(year, 12, 3), "{first}");
        }
    }

    #[test]
    fn only_days_that_differ_are_said_to_differ() {
        let countries: Vec<Country> = ["SE", "NO", "DK", "FI", "EE", "DE", "GB", "US", "CA", "FR"]
            .map(|code| code.parse().expect("a country"))
            .into();
        for &occasion in Occasion::ALL {
            let days = |country: &Country| (2026..2032).map(|year| occasion.date(year, *country)).collect::<Vec<_>>();
            let differs = countries.iter().any(|country| days(country) != days(&countries[0]));
            assert_eq!(differs, occasion.differs_by_country(), "{}", occasion.name());
        }
    }
}

//! When a mailing is due, as the plan writes it: a date, an occasion with an offset, or a weekday of a month.

use std::fmt;
use std::str::FromStr;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use crate::model::contact::Contact;
use crate::model::language::Country;
use crate::model::occasion::{Occasion, nth_weekday};
use source::diagnostic::{Fault, did_you_mean};
use source::words;

/// The day of a mailing as written; which date that is depends on year, country and, for birthdays, the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct When {
    day: Day,
    /// Days after `day`, negative before it.
    offset: i16,
    written: Box<str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Day {
    On(Date),
    Of(Occasion),
    Nth { nth: i8, weekday: Weekday, month: i8 },
    Birthday,
    Since,
    After(Event),
}

words! {
    /// What happened to a contact, after which a word comes once (R33).
    Event, "event" {
        /// They became a customer.
        Since = "since",
        /// A referral made them a customer.
        Customer = "customer",
        /// We met.
        Meeting = "meeting",
        /// Their account was reviewed.
        Review = "review",
        /// They were thanked.
        Thanks = "thanks",
        /// They named somebody.
        Referral = "referral",
    }
}

/// The days that are a contact's own (R16).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Personal {
    /// Their birthday.
    pub birthday: Option<Date>,
    /// The day they became a customer.
    pub since: Option<Date>,
}

impl Personal {
    /// The days of a contact.
    pub fn of(contact: &Contact) -> Self {
        Personal { birthday: contact.details.birthday, since: contact.details.since }
    }
}

impl When {
    /// The date in `year`; `None` where the country keeps no such day or the person has none. An offset may leave the year.
    pub fn date(&self, year: i16, country: Country, personal: Personal) -> Option<Date> {
        let day = self.occasion_date(year, country, personal)?;
        day.checked_add(i32::from(self.offset).days()).ok()
    }

    /// The day itself, without the offset: Easter Sunday for `easter-7d`.
    pub fn occasion_date(&self, year: i16, country: Country, personal: Personal) -> Option<Date> {
        match self.day {
            Day::On(date) => Some(date),
            Day::Of(occasion) => occasion.date(year, country),
            Day::Nth { nth, weekday, month } => nth_weekday(year, month, nth, weekday),
            // What happened is known to the ledgers; the plan looks there.
            Day::After(_) => None,
            Day::Birthday => anniversary(personal.birthday?, year),
            // The day somebody came is no anniversary yet.
            Day::Since => personal.since.filter(|since| since.year() < year).and_then(|since| anniversary(since, year)),
        }
    }

    /// The date where the plan names one: the same for everybody.
    pub fn fixed(&self) -> Option<Date> {
        match self.day {
            Day::On(date) => Some(date),
            _ => None,
        }
    }

    /// True for birthdays, since-days and what comes after an event: everybody has their own.
    pub fn is_personal(&self) -> bool {
        matches!(self.day, Day::Birthday | Day::Since | Day::After(_))
    }

    /// The event that it comes after, and how many days (R33).
    pub fn after(&self) -> Option<(Event, i32)> {
        match self.day {
            Day::After(event) => Some((event, i32::from(self.offset))),
            _ => None,
        }
    }

    /// The occasion of the year, where it is one.
    pub fn occasion(&self) -> Option<Occasion> {
        match self.day {
            Day::Of(occasion) => Some(occasion),
            _ => None,
        }
    }

    /// The name of the occasion, `birthday` and `since` included.
    pub fn occasion_name(&self) -> Option<&'static str> {
        match self.day {
            Day::Of(occasion) => Some(occasion.name()),
            Day::Birthday => Some("birthday"),
            Day::Since => Some("since"),
            Day::After(event) => Some(event.name()),
            Day::On(_) | Day::Nth { .. } => None,
        }
    }

    /// True where two countries may have it on different days.
    pub fn differs_by_country(&self) -> bool {
        self.occasion().is_some_and(Occasion::differs_by_country)
    }
}

/// The day of `first` in `year`; 29 February is kept on the 28th in common years (R16).
fn anniversary(first: Date, year: i16) -> Option<Date> {
    Date::new(year, first.month(), first.day()).or_else(|_| Date::new(year, 2, 28)).ok()
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

impl FromStr for When {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Fault::new("the day is empty").hint(EXAMPLES));
        }
        let (day, offset) = match text.starts_with(|c: char| c.is_ascii_digit()) {
            true => (Day::On(parse_date(text)?), 0),
            false => {
                let (name, offset) = split_offset(text);
                parse_day(text, name, offset)?
            }
        };
        Ok(When { day, offset, written: text.into() })
    }
}

/// A named day and its offset. `since` alone is the anniversary, `since+14d` fourteen days after they came.
fn parse_day(text: &str, name: &str, offset: Option<&str>) -> Result<(Day, i16), Fault> {
    let offset = |after_event| offset.map(|offset| parse_offset(text, name, offset, after_event)).transpose();
    let Ok(event) = name.parse::<Event>() else {
        let day = parse_name(name)?;
        return Ok((day, offset(false)?.unwrap_or(0)));
    };
    match offset(true)? {
        Some(days) if days > 0 => Ok((Day::After(event), days)),
        days if event == Event::Since => Ok((Day::Since, days.unwrap_or(0))),
        _ => {
            let fault = Fault::new(format!("`{text}` is no day yet"));
            Err(fault.hint(format!("say how many days after: `{name}+3d`")))
        }
    }
}

const EXAMPLES: &str = "write a date like `2027-01-20`, an occasion like `easter-7d`, or `last friday of august`";

/// The day that a date means which is written otherwise: with slashes, dots or blanks, without anything, without noughts, or with
/// the day first, as it is between dots. Between slashes the first of two small numbers may be the month, so that is nobody's guess.
pub fn day_meant(text: &str) -> Option<Date> {
    let joined = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = match joined {
        true => vec![&text[..4], &text[4..6], &text[6..]],
        false => text.split(['-', '/', '.', ' ']).filter(|part| !part.is_empty()).collect(),
    };
    let &[first, month, last] = parts.as_slice() else { return None };
    let number = |part: &str| part.parse::<i16>().ok().filter(|_| part.len() <= 4);
    let (year, month, day) = match (first.len(), last.len()) {
        (4, 1 | 2) => (number(first)?, number(month)?, number(last)?),
        (1 | 2, 4) if text.contains('.') || number(first)? > 12 => (number(last)?, number(month)?, number(first)?),
        _ => return None,
    };
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn parse_date(text: &str) -> Result<Date, Fault> {
    let is_date = |text: &str| {
        text.bytes().enumerate().all(|(at, b)| if at == 4 || at == 7 { b == b'-' } else { b.is_ascii_digit() })
    };
    match (text.get(..10), text.get(10..)) {
        (Some(date), Some("")) if is_date(date) => {
            date.parse().map_err(|_| Fault::new(format!("`{text}` is not a day of the calendar")))
        }
        (Some(date), Some(rest)) if is_date(date) && rest.trim_start().starts_with(['+', '-']) => {
            Err(Fault::new(format!("the date in `{text}` has an offset")).hint("write the day itself"))
        }
        _ => {
            let usual = || "a date is year, month and day, like `2027-01-20`".to_owned();
            let hint = day_meant(text).map_or_else(usual, |day| format!("write `{day}`"));
            Err(Fault::new(format!("`{text}` is not a date")).hint(hint))
        }
    }
}

/// Splits `easter-7d` before its sign; names hold hyphens too, but never one before a digit.
fn split_offset(text: &str) -> (&str, Option<&str>) {
    let sign = text.rfind(['+', '-']).filter(|&at| at > 0);
    let sign = sign.filter(|&at| text[at + 1..].trim_start().starts_with(|c: char| c.is_ascii_digit()));
    sign.map_or((text, None), |at| (text[..at].trim_end(), Some(&text[at..])))
}

fn parse_offset(text: &str, name: &str, offset: &str, after_event: bool) -> Result<i16, Fault> {
    let fault = || Fault::new(format!("`{text}` has an offset that cannot be read"));
    let (sign, amount) = offset.split_at(1);
    let amount = amount.trim_start();
    let digits = amount.bytes().take_while(u8::is_ascii_digit).count();
    let days = match &amount[digits..] {
        "d" => 1,
        "w" => 7,
        "" => return Err(fault().hint(format!("did you mean `{name}{sign}{amount}d`?"))),
        _ => return Err(fault().hint("an offset counts days or weeks, like `-7d` or `+1w`")),
    };
    let count = amount[..digits].parse::<i16>().ok().and_then(|count| count.checked_mul(days));
    let most = if after_event { 400 } else { 366 };
    match count.filter(|count| (1..=most).contains(count)) {
        None if after_event => Err(fault().hint("an event is followed after 1 to 400 days")),
        Some(count) => Ok(if sign == "-" { -count } else { count }),
        None => Err(fault().hint("an offset is at least one day and at most a year")),
    }
}

fn parse_name(name: &str) -> Result<Day, Fault> {
    let words: Vec<String> = name.split_whitespace().map(str::to_lowercase).collect();
    if let [nth, weekday, of, month] = words.iter().map(String::as_str).collect::<Vec<_>>()[..]
        && of == "of"
    {
        return parse_nth(nth, weekday, month);
    }
    if words.len() > 1 {
        return Err(Fault::new(format!("`{name}` is not a day of the year")).hint(EXAMPLES));
    }
    match name {
        "birthday" => Ok(Day::Birthday),
        "since" => Ok(Day::Since),
        _ => name.parse().map(Day::Of).map_err(|fault: Fault| {
            let known = Occasion::ALL
                .iter()
                .map(|occasion| occasion.name())
                .chain(["birthday"])
                .chain(Event::ALL.iter().map(|event| event.name()));
            match did_you_mean(name, known) {
                Some(hint) => Fault::new(fault.message).hint(hint),
                None => fault,
            }
        }),
    }
}

/// The ordinals of a condition on a day (`first monday of may`), and the place each counts to; −1 is the last.
pub const ORDINALS: [(&str, i8); 5] = [("first", 1), ("second", 2), ("third", 3), ("fourth", 4), ("last", -1)];
/// The names of weekdays.
pub const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];
/// The names of months, with their numbers.
pub const MONTHS: [(&str, i8); 12] = [
    ("january", 1),
    ("february", 2),
    ("march", 3),
    ("april", 4),
    ("may", 5),
    ("june", 6),
    ("july", 7),
    ("august", 8),
    ("september", 9),
    ("october", 10),
    ("november", 11),
    ("december", 12),
];

fn parse_nth(nth: &str, weekday: &str, month: &str) -> Result<Day, Fault> {
    Ok(Day::Nth {
        nth: look_up("count", nth, &ORDINALS)?,
        weekday: look_up("weekday", weekday, &WEEKDAYS)?,
        month: look_up("month", month, &MONTHS)?,
    })
}

fn look_up<T: Copy>(what: &str, word: &str, known: &[(&str, T)]) -> Result<T, Fault> {
    let names = || known.iter().map(|(name, _)| *name);
    known.iter().find(|(name, _)| *name == word).map(|(_, value)| *value).ok_or_else(|| {
        let hint =
            did_you_mean(word, names()).unwrap_or_else(|| format!("one of {}", names().collect::<Vec<_>>().join(", ")));
        Fault::new(format!("unknown {what} `{word}`")).hint(hint)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn on(text: &str, year: i16, country: Country) -> Option<Date> {
        text.parse::<When>().expect("a day").date(year, country, Personal::default())
    }

    #[test]
    fn a_day_is_a_date_an_occasion_or_a_weekday_of_a_month() {
        assert_eq!(on("2027-01-20", 2027, Country::SE), Some(date(2027, 1, 20)));
        assert_eq!(on("easter-7d", 2027, Country::SE), Some(date(2027, 3, 21)));
        assert_eq!(on("midsummer - 1w", 2027, Country::NO), Some(date(2027, 6, 16)));
        assert_eq!(on("last friday of august", 2027, Country::SE), Some(date(2027, 8, 27)));
        assert_eq!(on("First Thursday of May +1d", 2027, Country::SE), Some(date(2027, 5, 7)));
        assert_eq!("easter-7d".parse::<When>().expect("a day").to_string(), "easter-7d");
    }

    #[test]
    fn r07_an_offset_may_leave_the_year() {
        assert_eq!(on("new-year-3d", 2027, Country::SE), Some(date(2026, 12, 29)));
        assert_eq!(on("christmas+1w", 2027, Country::GB), Some(date(2028, 1, 1)));
    }

    #[test]
    fn r16_the_29th_of_february_is_kept_on_the_28th_in_common_years() {
        let personal = Personal { birthday: Some(date(1984, 2, 29)), since: Some(date(2020, 2, 29)) };
        let on = |text: &str, year| text.parse::<When>().expect("a day").date(year, Country::SE, personal);
        assert_eq!(on("birthday", 2027), Some(date(2027, 2, 28)));
        assert_eq!(on("birthday", 2028), Some(date(2028, 2, 29)));
        assert_eq!(on("birthday-1w", 2027), Some(date(2027, 2, 21)));
        assert_eq!(on("since-1d", 2027), Some(date(2027, 2, 27)));
        assert_eq!(on("since", 2020), None, "the day they came is no anniversary");
        assert_eq!("birthday".parse::<When>().expect("a day").date(2027, Country::SE, Personal::default()), None);
    }

    #[test]
    fn what_cannot_be_read_says_what_was_meant() {
        let fault = |text: &str| text.parse::<When>().expect_err(text);
        let hint = |text: &str| fault(text).hint.unwrap_or_default();
        assert_eq!(hint("eastr-7d"), "did you mean `easter`?");
        assert_eq!(hint("Christmas"), "did you mean `christmas`?");
        assert_eq!(hint("birthdy"), "did you mean `birthday`?");
        assert_eq!(hint("advent-1"), "did you mean `advent1` or `advent2`?");
        assert_eq!(hint("easter-7"), "did you mean `easter-7d`?");
        assert_eq!(hint("last fryday of august"), "did you mean `friday`?");
        assert_eq!(hint("fifth friday of august"), "one of first, second, third, fourth, last");
        assert_eq!(fault("2027-02-29").message, "`2027-02-29` is not a day of the calendar");
        for bad in [
            "",
            "easter-7m",
            "easter+0d",
            "easter+99w",
            "2027-1-5",
            "2027-01-20-7d",
            "20270120",
            "a friday",
            "-7d",
            "2027-01-2å",
        ] {
            fault(bad);
        }
    }

    #[test]
    fn r33_a_day_may_come_after_an_event() {
        let when = |text: &str| text.parse::<When>().expect("a day");
        assert_eq!(when("since+14d").after(), Some((Event::Since, 14)));
        assert_eq!(when("thanks+90d").after(), Some((Event::Thanks, 90)));
        assert_eq!((when("since").after(), when("birthday-2d").after()), (None, None));
        assert!(when("review+1w").is_personal() && when("review+400d").after() == Some((Event::Review, 400)));
        for bad in ["customer", "meeting-3d", "review+401d", "since+0d"] {
            assert!(bad.parse::<When>().is_err(), "{bad}");
        }
    }

    #[test]
    fn only_what_differs_or_is_personal_says_so() {
        let when = |text: &str| text.parse::<When>().expect("a day");
        assert!(when("midsummer-1w").differs_by_country() && !when("easter").differs_by_country());
        assert!(when("since").is_personal() && when("since").occasion_name() == Some("since"));
        assert_eq!(when("2027-01-20").fixed(), Some(date(2027, 1, 20)));
        assert_eq!((when("christmas-3d").fixed(), when("christmas-3d").occasion_name()), (None, Some("christmas")));
    }
}

//! Days as other programs write them.

use jiff::civil::Date;

use source::diagnostic::Fault;

/// Whether days or months come first where both are numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// 24.12.2026
    DayFirst,
    /// 12/24/2026
    MonthFirst,
}

/// The beginnings of months in the languages around the Baltic, English and German.
const MONTHS: [&[&str]; 12] = [
    &["jan", "jaan", "tammi", "jän"],
    &["feb", "veeb", "helmi"],
    &["mar", "mär", "maalis"],
    &["apr", "huhti"],
    &["may", "maj", "mai", "touko"],
    &["jun", "juuni", "kesä"],
    &["jul", "juuli", "heinä"],
    &["aug", "elo"],
    &["sep", "syys"],
    &["oct", "okt", "loka"],
    &["nov", "marras"],
    &["dec", "dez", "des", "det", "joulu"],
];

/// The order that a column's days show: one that only it can be read in decides for the others.
pub fn order_of<'t>(texts: impl Iterator<Item = &'t str>) -> Option<Order> {
    let mut order = None;
    for text in texts {
        let seen = match numbers(text) {
            // With points the day comes first everywhere.
            Some((_, '.')) => Some(Order::DayFirst),
            Some(([first, second, _], _)) if first > 12 && first <= 31 && second <= 12 => Some(Order::DayFirst),
            Some(([first, second, _], _)) if second > 12 && second <= 31 && first <= 12 => Some(Order::MonthFirst),
            _ => None,
        };
        match (order, seen) {
            (None, seen) => order = seen,
            (Some(one), Some(other)) if one != other => return None,
            _ => {}
        }
    }
    order
}

/// The day that is meant; `None` for what programs write where there is none. Two digits of a year mean the last such year
/// up to `today`.
///
/// # Errors
/// It is no day, or could be two.
pub fn read(text: &str, order: Option<Order>, today: Date) -> Result<Option<Date>, Fault> {
    let bad = || Fault::new(format!("`{text}` is not a day")).hint("write it as year-month-day, like 1971-03-12");
    // What comes after the day is a time.
    let text = text.trim();
    let is_iso = |text: &str| text.len() == 10 && text.is_char_boundary(4) && text.as_bytes()[4] == b'-';
    let head = text.get(..10).filter(|head| is_iso(head) && text[10..].starts_with(['T', ' ']));
    let text = head.unwrap_or(text);
    if text.bytes().any(|b| b.is_ascii_digit()) && text.bytes().all(|b| matches!(b, b'0' | b'-' | b'/' | b'.' | b' ')) {
        return Ok(None);
    }
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().map(Some).map_err(|_| bad());
    }
    let Some((numbers, separator)) = numbers(text) else {
        return in_words(text, today).map(Some).ok_or_else(bad);
    };
    let [first, second, third] = numbers;
    if first > 31 {
        return day(first, second, third).map(Some).ok_or_else(bad);
    }
    let year = full_year(third, today);
    let (in_order, other) = (day(year, second, first), day(year, first, second));
    let found = match order {
        Some(Order::DayFirst) => in_order,
        Some(Order::MonthFirst) => other,
        None if separator == '.' => in_order,
        None if in_order.is_some() && other.is_some() && in_order != other => {
            return Err(Fault::new(format!("`{text}` could be two days"))
                .hint("no other day of this column tells whether days or months come first; write year-month-day"));
        }
        None => in_order.or(other),
    };
    found.map(Some).ok_or_else(bad)
}

/// Three numbers, and what stands between the first two.
fn numbers(text: &str) -> Option<([i16; 3], char)> {
    let separator = text.chars().find(|c| !c.is_ascii_digit())?;
    if !matches!(separator, '.' | '/' | '-') {
        return None;
    }
    let mut parts = text.split(['.', '/', '-']).map(|part| part.trim().parse::<i16>().ok());
    let numbers = [parts.next()??, parts.next()??, parts.next()??];
    // `24.12.2026.` is how some write it.
    (parts.all(|rest| rest.is_none())).then_some((numbers, separator))
}

fn full_year(year: i16, today: Date) -> i16 {
    match year {
        0..100 if year <= today.year() % 100 => today.year() / 100 * 100 + year,
        0..100 => today.year() / 100 * 100 - 100 + year,
        other => other,
    }
}

fn day(year: i16, month: i16, day: i16) -> Option<Date> {
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    (1000..=2200).contains(&year).then(|| Date::new(year, month, day).ok()).flatten()
}

/// `12 March 1971`, `12. mars 1971`, `March 12, 1971`.
fn in_words(text: &str, today: Date) -> Option<Date> {
    let folded = text.to_lowercase();
    let words: Vec<&str> = folded.split([' ', '.', ',', '-']).filter(|word| !word.is_empty()).collect();
    let month = words.iter().find_map(|word| {
        let is_month = |names: &&[&str]| names.iter().any(|name| word.starts_with(name));
        // `marras` begins as `mar` does: the longest beginning counts.
        let length = |names: &[&str]| names.iter().filter(|n| word.starts_with(*n)).map(|n| n.len()).max();
        MONTHS.iter().enumerate().filter(|(_, names)| is_month(names)).max_by_key(|(_, names)| length(names))
    })?;
    let mut numbers = words.iter().filter_map(|word| word.parse::<i16>().ok());
    let (one, other) = (numbers.next()?, numbers.next()?);
    let (of_month, year) = if one > 31 { (other, one) } else { (one, full_year(other, today)) };
    day(year, i16::try_from(month.0).ok()? + 1, of_month)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 21);

    fn read(text: &str, order: Option<Order>) -> Result<Option<Date>, Fault> {
        super::read(text, order, TODAY)
    }

    #[test]
    fn days_are_read_as_programs_write_them() {
        let day = date(1971, 3, 12);
        for text in [
            "1971-03-12",
            "1971-03-12T00:00:00Z",
            "1971-03-12 00:00:00",
            "19710312",
            "12.03.1971",
            "12. 3. 1971",
            "12.3.71",
            "1971/03/12",
            "1971.03.12",
            "12 March 1971",
            "12. mars 1971",
            "March 12, 1971",
            "12. märts 1971",
            "12. maaliskuuta 1971",
            "12-Mar-1971",
        ] {
            assert_eq!(read(text, None), Ok(Some(day)), "{text}");
        }
        assert_eq!(read("12/03/1971", Some(Order::DayFirst)), Ok(Some(day)));
        assert_eq!(read("3/12/1971", Some(Order::MonthFirst)), Ok(Some(day)));
        assert_eq!(read("1. marraskuuta 2026", None), Ok(Some(date(2026, 11, 1))));
        for nothing in ["0/0/00", "00.00.0000", "0000-00-00"] {
            assert_eq!(read(nothing, None), Ok(None), "{nothing}");
        }
    }

    #[test]
    fn what_could_be_two_days_is_none() {
        assert!(read("03/12/1971", None).is_err() && read("31/02/1971", None).is_err() && read("soon", None).is_err());
        assert_eq!(read("03/03/1971", None), Ok(Some(date(1971, 3, 3))));
        assert_eq!(order_of(["03/04/1971", "13/04/1971"].into_iter()), Some(Order::DayFirst));
        assert_eq!(order_of(["03/04/1971", "03/14/1971"].into_iter()), Some(Order::MonthFirst));
        assert_eq!(order_of(["13/04/1971", "03/14/1971"].into_iter()), None);
    }
}

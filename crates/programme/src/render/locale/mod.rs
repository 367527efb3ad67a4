//! How each language writes dates, numbers, money, lists and quotation marks.
//!
//! The facts are those of Unicode CLDR (release 48; for English the British locale), laid down as tables: seven languages
//! need no library. Two departures: whole amounts are written without decimals ("249 kr"), as people write them in a letter,
//! and the Danish quotation marks (see [`quotes`]).

mod facts;
mod imprint;
pub mod spoken;

use jiff::civil::{Date, Weekday};

use crate::model::language::Language;
use crate::model::money::Money;
use facts::{Facts, NBSP, facts};
pub use imprint::{opt_out_of_letters, registered};

/// How much of a date is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateStyle {
    /// 20 januari 2027
    Long,
    /// 20 jan.
    Short,
    /// januari
    Month,
    /// onsdag
    Weekday,
    /// 20 januari
    DayMonth,
    /// onsdag 20 januari 2027
    Full,
    /// 2027-01-20
    Iso,
}

impl DateStyle {
    /// The style by its name in templates: `long`, `short`, `month`, `weekday`, `day_month`, `full`, `iso`.
    pub fn named(name: &str) -> Option<Self> {
        DateStyle::NAMES.iter().find(|(known, _)| *known == name).map(|(_, style)| *style)
    }

    /// Every style with its name.
    pub const NAMES: [(&'static str, DateStyle); 7] = [
        ("long", DateStyle::Long),
        ("short", DateStyle::Short),
        ("month", DateStyle::Month),
        ("weekday", DateStyle::Weekday),
        ("day_month", DateStyle::DayMonth),
        ("full", DateStyle::Full),
        ("iso", DateStyle::Iso),
    ];
}

/// Quotation marks, outer and inner, and the apostrophe all our languages share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quotes {
    /// Opens what is typed as `"`.
    pub open: char,
    /// Closes it.
    pub close: char,
    /// Opens what is typed as `'`.
    pub inner_open: char,
    /// Closes it.
    pub inner_close: char,
}

impl Quotes {
    const fn new([open, close, inner_open, inner_close]: [char; 4]) -> Self {
        Quotes { open, close, inner_open, inner_close }
    }
}

/// The name of a month (1 to 12) alone; `None` for another number.
pub fn month_name(month: i8, language: Language) -> Option<&'static str> {
    let facts = facts(language);
    word(facts.months_alone.unwrap_or(facts.months), month)
}

/// The short name of a month (1 to 12) as it stands after a day; `None` for another number.
pub fn month_short(month: i8, language: Language) -> Option<&'static str> {
    word(facts(language).months_short, month)
}

/// The name of a weekday.
fn weekday_name(weekday: Weekday, language: Language) -> &'static str {
    word(facts(language).weekdays, weekday.to_monday_one_offset()).expect("a table has seven weekdays")
}

/// The name of a weekday over a column of a calendar.
pub fn weekday_short(weekday: Weekday, language: Language) -> &'static str {
    word(facts(language).weekdays_short, weekday.to_monday_one_offset()).expect("a table has seven weekdays")
}

/// The word with that number, from 1.
fn word(words: &'static str, number: i8) -> Option<&'static str> {
    words.split(' ').nth(usize::try_from(number).ok()?.checked_sub(1)?)
}

/// The date as the language writes it.
pub fn format_date(date: Date, style: DateStyle, language: Language) -> String {
    let facts = facts(language);
    let of_table = |months| word(months, date.month()).expect("a table has twelve months");
    let (month, short) = (of_table(facts.months), of_table(facts.months_short));
    let day = format!("{}{}", date.day(), if facts.day_dot { "." } else { "" });
    let (weekday, year) = (weekday_name(date.weekday(), language), date.year());
    match style {
        DateStyle::Long => format!("{day} {month} {year}"),
        DateStyle::Short if language == Language::Fi => format!("{day}{short}"),
        DateStyle::Short => format!("{day} {short}"),
        DateStyle::Month => of_table(facts.months_alone.unwrap_or(facts.months)).to_owned(),
        DateStyle::Weekday => weekday.to_owned(),
        DateStyle::DayMonth => format!("{day} {month}"),
        DateStyle::Full => format!("{weekday}{}{day} {month} {year}", facts.behind_weekday),
        DateStyle::Iso => date.to_string(),
    }
}

/// A whole number with its groups of three digits.
pub fn format_number(number: i64, language: Language) -> String {
    let facts = facts(language);
    let grouped = group(number.unsigned_abs(), facts);
    if number < 0 { format!("{}{grouped}", facts.minus) } else { grouped }
}

fn group(number: u64, facts: &Facts) -> String {
    let digits = number.to_string();
    if digits.len() == 4 && !facts.group_four {
        return digits;
    }
    let mut out = String::with_capacity(digits.len() * 2);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push_str(facts.group);
        }
        out.push(digit);
    }
    out
}

/// An amount with its currency; decimals only where there are any.
pub fn format_money(money: Money, language: Language) -> String {
    let facts = facts(language);
    let places = money.currency.decimals();
    let unit = 10_u64.pow(places);
    let minor = money.minor.unsigned_abs();
    let mut amount = group(minor / unit, facts);
    if !minor.is_multiple_of(unit) {
        amount.push_str(&format!("{}{:0width$}", facts.decimal, minor % unit, width = places as usize));
    }
    let code = money.currency.code();
    let sign = facts.signs.iter().find(|(known, _)| *known == code).map_or(code, |(_, sign)| sign);
    let minus = if money.minor < 0 { String::from(facts.minus) } else { String::new() };
    match facts.sign_first {
        // CLDR's currency spacing: a code is set apart from the figure, a sign is not.
        true if sign == code => format!("{minus}{sign}{NBSP}{amount}"),
        true => format!("{minus}{sign}{amount}"),
        false => format!("{minus}{amount}{NBSP}{sign}"),
    }
}

/// So many tenths; the decimal only where there is one.
pub fn format_decimal(tenths: i64, language: Language) -> String {
    let facts = facts(language);
    let size = tenths.unsigned_abs();
    let minus = if tenths < 0 { String::from(facts.minus) } else { String::new() };
    let decimal = if size.is_multiple_of(10) { String::new() } else { format!("{}{}", facts.decimal, size % 10) };
    format!("{minus}{}{decimal}", group(size / 10, facts))
}

/// So many tenths of a per cent; the decimal only where there is one.
pub fn format_percent(tenths: i64, language: Language) -> String {
    format!("{}{}%", format_decimal(tenths, language), facts(language).before_percent)
}

/// The quotation marks of a language: CLDR's delimiters, Danish apart. There »x« and ›x‹ are the form that
/// Retskrivningsordbogen (§ 58) names first and itself writes, while CLDR has the English ones.
pub fn quotes(language: Language) -> Quotes {
    facts(language).quotes
}

/// A number in groups, like a telephone number, that no line breaks in.
pub fn unbroken(number: &str) -> String {
    let groups: Vec<&str> = number.split_whitespace().collect();
    groups.join(NBSP)
}

/// "a", "a och b", "a, b och c".
pub fn join_list<S: AsRef<str>>(items: &[S], language: Language) -> String {
    let and = facts(language).and;
    match items {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} {and} {}", first.join(", "), last.as_ref())
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::model::money::Amount;

    #[test]
    fn dates_are_written_as_each_language_does() {
        let day = date(2027, 1, 20);
        let expected = [
            (Language::Da, "20. januar 2027", "20. jan.", "onsdag den 20. januar 2027"),
            (Language::De, "20. Januar 2027", "20. Jan.", "Mittwoch, 20. Januar 2027"),
            (Language::En, "20 January 2027", "20 Jan", "Wednesday, 20 January 2027"),
            (Language::Et, "20. jaanuar 2027", "20. jaan", "kolmapäev, 20. jaanuar 2027"),
            (Language::Fi, "20. tammikuuta 2027", "20.1.", "keskiviikko 20. tammikuuta 2027"),
            (Language::Nb, "20. januar 2027", "20. jan.", "onsdag 20. januar 2027"),
            (Language::Sv, "20 januari 2027", "20 jan.", "onsdag 20 januari 2027"),
        ];
        for (language, long, short, full) in expected {
            assert_eq!(format_date(day, DateStyle::Long, language), long);
            assert_eq!(format_date(day, DateStyle::Short, language), short);
            assert_eq!(format_date(day, DateStyle::Full, language), full);
        }
        assert_eq!(format_date(day, DateStyle::Month, Language::Fi), "tammikuu");
        assert_eq!(format_date(day, DateStyle::DayMonth, Language::Fi), "20. tammikuuta");
        assert_eq!(format_date(day, DateStyle::Iso, Language::Sv), "2027-01-20");
        assert_eq!(format_date(day, DateStyle::Weekday, Language::Et), "kolmapäev");
        assert_eq!(month_name(13, Language::Sv), None);
        assert_eq!(month_name(12, Language::Fi), Some("joulukuu"));
        assert_eq!(DateStyle::named("day_month"), Some(DateStyle::DayMonth));
        assert_eq!(DateStyle::named("medium"), None);
    }

    #[test]
    fn money_has_the_languages_own_sign_spaces_and_decimals() {
        let money = |amount: &str, currency: &str| {
            let amount = amount.parse::<Amount>().expect("an amount");
            amount.in_currency(currency.parse().expect("a currency")).expect("it fits")
        };
        let written =
            |amount, currency, language| format_money(money(amount, currency), language).replace('\u{a0}', "_");
        assert_eq!(written("249.00", "SEK", Language::Sv), "249_kr");
        assert_eq!(written("249.50", "SEK", Language::Sv), "249,50_kr");
        assert_eq!(written("12000.00", "SEK", Language::Sv), "12_000_kr");
        assert_eq!(written("249.00", "SEK", Language::Nb), "249_SEK");
        assert_eq!(written("1249.00", "NOK", Language::Nb), "1_249_kr");
        assert_eq!(written("24.90", "EUR", Language::En), "€24.90");
        assert_eq!(written("1249.00", "SEK", Language::En), "SEK_1,249");
        assert_eq!(written("24.90", "EUR", Language::Et), "24,90_€");
        assert_eq!(written("1249.05", "EUR", Language::Et), "1249,05_€");
        assert_eq!(written("1249.00", "DKK", Language::Da), "1.249_kr.");
        assert_eq!(written("1249.00", "EUR", Language::De), "1.249_€");
        assert_eq!(written("1200", "JPY", Language::Fi), "1_200_¥");
        let debt = Money { minor: -24_990, ..money("0", "EUR") };
        assert_eq!(format_money(debt, Language::En), "-€249.90");
        assert_eq!(format_money(debt, Language::Sv), "−249,90\u{a0}€");
    }

    #[test]
    fn numbers_are_grouped_and_lists_are_joined() {
        assert_eq!(format_number(62_500, Language::Sv), "62\u{a0}500");
        assert_eq!(format_number(6_250, Language::Et), "6250");
        assert_eq!(format_number(62_500, Language::Et), "62\u{a0}500");
        assert_eq!(format_number(-1_234_567, Language::En), "-1,234,567");
        assert_eq!(format_number(i64::MIN, Language::De), "-9.223.372.036.854.775.808");
        assert_eq!(format_number(0, Language::Sv), "0");
        assert_eq!(format_percent(150, Language::Sv), "15\u{a0}%");
        assert_eq!(format_percent(-154, Language::Et), "−15,4%");
        assert_eq!(format_percent(4, Language::En), "0.4%");
        assert_eq!(join_list(&["a", "b", "c"], Language::Sv), "a, b och c");
        assert_eq!(join_list(&["a", "b"], Language::Et), "a ja b");
        assert_eq!(join_list::<&str>(&[], Language::En), "");
        assert_eq!(unbroken(" +46 8  555 010 21"), "+46\u{a0}8\u{a0}555\u{a0}010\u{a0}21");
    }
}

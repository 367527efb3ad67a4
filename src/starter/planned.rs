//! A plan moved to another year; comments, order and formatting are kept.

use jiff::ToSpan;
use jiff::civil::Date;
/// The day in `year` that is nearest to the same day and falls on the same weekday.
pub fn same_weekday(day: Date, year: i16) -> Date {
    let there = Date::new(year, day.month(), day.day()).or_else(|_| Date::new(year, day.month(), 28)).unwrap_or(day);
    let near = (-3..=3).filter_map(|days| there.checked_add(i64::from(days).days()).ok());
    let nearest = near.into_iter().find(|near| near.weekday() == day.weekday()).unwrap_or(there);
    match nearest.year().cmp(&year) {
        std::cmp::Ordering::Less => nearest.saturating_add(7.days()),
        std::cmp::Ordering::Equal => nearest,
        std::cmp::Ordering::Greater => nearest.saturating_sub(7.days()),
    }
}

/// The text of the plan of `from` as the plan of `to`: `year:` and the year in ids are the new one, dates keep their weekday,
/// everything else stays, comments above all. `content` says where the text of a mailing lies now, by where it lay.
pub fn moved(text: &str, from: i16, to: i16, content: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let (code, comment) = split_comment(line);
        let code = moved_value(code, "year", |value| (value == from.to_string()).then(|| to.to_string()));
        let code = moved_value(&code, "id", |value| {
            let new = value.replace(&from.to_string(), &to.to_string());
            (new != value).then_some(new)
        });
        let code = moved_value(&code, "content", &content);
        let date = |value: &str| value.parse::<Date>().ok().map(|day| same_weekday(day, to).to_string());
        let code = moved_value(&moved_value(&code, "when", date), "on", date);
        out.push_str(&code);
        out.push_str(comment);
    }
    out
}

/// A line and the comment at its end; a `#` in quotes is none.
fn split_comment(line: &str) -> (&str, &str) {
    let mut quote = None;
    let mut before = ' ';
    for (at, letter) in line.char_indices() {
        match (quote, letter) {
            (Some(open), letter) if letter == open => quote = None,
            (None, '"' | '\'') if !before.is_alphanumeric() => quote = Some(letter),
            (None, '#') if before.is_whitespace() => return line.split_at(at),
            _ => {}
        }
        before = letter;
    }
    (line, "")
}

/// The line with another value for `key`, in block style or within braces, where `change` has one; its quotes stay.
fn moved_value(line: &str, key: &str, change: impl Fn(&str) -> Option<String>) -> String {
    let name = format!("{key}: ");
    let is_key = |at: usize| line[..at].chars().next_back().is_none_or(|before| " {,-".contains(before));
    let Some(at) = line.match_indices(&name).map(|(at, _)| at).find(|&at| is_key(at)) else { return line.to_owned() };
    let start = at + name.len() + (line[at + name.len()..].len() - line[at + name.len()..].trim_start().len());
    let rest = &line[start..];
    let (start, rest) = match rest.chars().next() {
        Some('"' | '\'') => (start + 1, &rest[1..]),
        _ => (start, rest),
    };
    let end = rest.find([',', '}', '"', '\'', '\n', '\r']).unwrap_or(rest.len());
    let value = rest[..end].trim_end();
    match change(value) {
        Some(new) => format!("{}{new}{}", &line[..start], &line[start + value.len()..]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_weekday_stays_one_and_the_year_is_not_left() {
        assert_eq!(same_weekday(date(2027, 1, 20), 2028), date(2028, 1, 19));
        assert_eq!(same_weekday(date(2027, 1, 1), 2028), date(2028, 1, 7));
        assert_eq!(same_weekday(date(2027, 12, 31), 2028), date(2028, 12, 29));
        assert_eq!(same_weekday(date(2028, 2, 29), 2029), date(2029, 2, 27));
        for offset in 0..366 {
            let day = date(2028, 1, 1).saturating_add(i64::from(offset).days());
            let moved = same_weekday(day, 2029);
            assert_eq!((moved.weekday(), moved.year()), (day.weekday(), 2029));
        }
    }

    #[test]
    fn a_plan_moves_with_its_comments() {
        let text = "# 2027: the year\nyear: 2027   # ours\nmailings:\n  - id: 2027-01-news   # of 2027\n    when: \"2027-01-20\"\n    content: newsletters/2027-01\n  - {id: 2027-e, when: easter-7d, content: greetings/easter}\ntouches:\n  - {id: call, on: 2027-09-01, by: owner}   # on: 2027-01-01\n";
        let moved = moved(text, 2027, 2028, |path| path.contains("2027").then(|| path.replace("2027", "2028")));
        assert_eq!(
            moved,
            "# 2027: the year\nyear: 2028   # ours\nmailings:\n  - id: 2028-01-news   # of 2027\n    when: \"2028-01-19\"\n    content: newsletters/2028-01\n  - {id: 2028-e, when: easter-7d, content: greetings/easter}\ntouches:\n  - {id: call, on: 2028-08-30, by: owner}   # on: 2027-01-01\n"
        );
    }
}

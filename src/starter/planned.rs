//! A mailing put into a plan that people wrote, and a plan moved to another year; comments, order and formatting are kept.

use jiff::ToSpan;
use jiff::civil::Date;
use serde_yaml::Value;

use crate::diagnostic::Fault;

/// `text`, a plan, with `block` (a list item in block style, its dash first) before the mailing number `before`, or behind the
/// last one.
///
/// # Errors
/// The plan is written in a way that cannot be added to safely.
pub fn with_mailing(text: &str, block: &str, before: Option<usize>) -> Result<String, Fault> {
    let read = |text: &str| serde_yaml::from_str::<Value>(text).map_err(|_| Fault::new("this is not YAML"));
    let mut goal = read(text)?;
    let item = read(block)?.as_sequence().and_then(|items| items.first().cloned()).unwrap_or_default();
    let plan = goal.as_mapping_mut().ok_or_else(|| Fault::new("this file holds no plan"))?;
    match plan.get_mut("mailings").and_then(Value::as_sequence_mut) {
        Some(items) => items.insert(before.unwrap_or(items.len()).min(items.len()), item),
        None => _ = plan.insert("mailings".into(), Value::Sequence(vec![item])),
    }
    let mut sound = proposals(text, block, before).into_iter();
    sound.find(|proposal| read(proposal).is_ok_and(|whole| whole == goal)).ok_or_else(|| {
        Fault::new("this plan is written in a way that cannot be added to safely")
            .hint(format!("add the mailing by hand:\n{}", block.trim_end()))
    })
}

/// Texts with the block in every place where it may belong, the likeliest first.
fn proposals(text: &str, block: &str, before: Option<usize>) -> Vec<String> {
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let Some(head) =
        lines.iter().position(|line| line.trim_end().split(" #").next().map(str::trim_end) == Some("mailings:"))
    else {
        return empty_list(text, block, newline);
    };
    let indent = |line: &str| line.len() - line.trim_start().len();
    let is_item = |line: &&&str| line.trim_start().starts_with("- ");
    let Some(first) = lines[head + 1..].iter().find(is_item).map(|line| indent(line)) else {
        return empty_list(text, block, newline);
    };
    // The list ends at the first line that is no deeper than its key and no item of it.
    let is_end = |line: &str| {
        !line.trim().is_empty()
            && !line.trim_start().starts_with('#')
            && indent(line) <= first
            && !line[first.min(line.len())..].starts_with('-')
    };
    let end = (head + 1..lines.len()).find(|&at| is_end(lines[at])).unwrap_or(lines.len());
    let starts: Vec<usize> =
        (head + 1..end).filter(|&at| indent(lines[at]) == first && lines[at][first..].starts_with("- ")).collect();
    let last_line = |from: usize, to: usize| {
        (from..to)
            .rev()
            .find(|&at| !lines[at].trim().is_empty() && !lines[at].trim_start().starts_with('#'))
            .map_or(from, |at| at + 1)
    };
    // Before an item means before the comment above it.
    let place = match before.and_then(|number| starts.get(number).copied().map(|start| (number, start))) {
        Some((0, _)) => head + 1,
        Some((number, start)) => last_line(starts[number - 1], start),
        None => last_line(head + 1, end),
    };
    let airy = starts.len() < 2 || (starts[0]..starts[1]).any(|at| lines[at].trim().is_empty());
    let pad = " ".repeat(first);
    let body: String = block.lines().map(|line| format!("{pad}{line}{newline}")).collect();
    let gap = if airy { newline } else { "" };
    let put = |at: usize| {
        let (mut above, below) = (lines[..at].concat(), lines[at..].concat());
        if !above.ends_with('\n') && !above.is_empty() {
            above.push_str(newline);
        }
        match at == head + 1 {
            true => [&above, body.as_str(), gap, &below].concat(),
            false => [&above, gap, body.as_str(), &below].concat(),
        }
    };
    vec![put(place), put(end)]
}

/// A plan that has no mailing yet.
fn empty_list(text: &str, block: &str, newline: &str) -> Vec<String> {
    let body: String = block.lines().map(|line| format!("{line}{newline}")).collect();
    let gap = if text.is_empty() || text.ends_with('\n') { "" } else { newline };
    let behind = ["mailings: []", "mailings: ~", "mailings:"].into_iter().filter(|empty| text.contains(*empty));
    let behind = behind.map(|empty| text.replacen(empty, &format!("mailings:{newline}{}", body.trim_end()), 1));
    behind.chain([format!("{text}{gap}{newline}mailings:{newline}{body}")]).collect()
}

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

    #[test]
    fn a_mailing_comes_before_the_comment_of_the_next() {
        let text = "year: 2027\nmailings:\n  # January\n  - id: a\n    when: 2027-01-20\n\n  # May\n  - id: b\n    when: 2027-05-20\n\ntouches:\n  - {id: c}\n";
        let block = "- id: n\n  when: 2027-03-10\n";
        let between = with_mailing(text, block, Some(1)).expect("it can be added");
        assert!(between.contains("01-20\n\n  - id: n\n    when: 2027-03-10\n\n  # May\n"), "{between}");
        let last = with_mailing(text, block, None).expect("it can be added");
        assert!(last.contains("05-20\n\n  - id: n\n    when: 2027-03-10\n\ntouches:"), "{last}");
        let first = with_mailing(text, block, Some(0)).expect("it can be added");
        assert!(first.contains("mailings:\n  - id: n\n    when: 2027-03-10\n\n  # January\n"), "{first}");
        for odd in [
            "year: 2027\n",
            "year: 2027\nmailings: []\n",
            "year: 2027\nmailings:\n- {id: a}\n- {id: b}",
            "mailings:\r\n- id: a\r\nyear: 2027\r\n",
        ] {
            with_mailing(odd, block, None).unwrap_or_else(|fault| panic!("{fault}: {odd}"));
        }
        assert!(with_mailing("year: 2027\nmailings: [{id: a}]\n", block, None).is_err());
    }
}

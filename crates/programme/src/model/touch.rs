//! What a person does for a contact: its kinds, what it is for, and how long it is between two (R10, R11, R14).

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

use crate::model::text::counted;
use source::diagnostic::Fault;
use source::words;

words! {
    /// What a person does for a contact (R14).
    TouchKind, "kind of touch" {
        /// A telephone call.
        Call = "call",
        /// A visit.
        Visit = "visit",
        /// An account review (R15).
        Review = "review",
        /// A meeting.
        Meeting = "meeting",
        /// Questions.
        Survey = "survey",
        /// Thanks.
        Thanks = "thanks",
        /// A gift handed over.
        Gift = "gift",
        /// A status report.
        Status = "status",
        /// A letter or card.
        Post = "post",
        /// A personal e-mail.
        Mail = "mail",
        /// A contact about buying.
        Sales = "sales",
        /// We asked whether they know somebody (R17).
        Ask = "ask",
    }
}

impl TouchKind {
    /// What such a touch is for where nobody says: who sells or asks does not merely care (R11).
    pub fn usual_purpose(self) -> Purpose {
        match self {
            TouchKind::Sales | TouchKind::Ask => Purpose::Sales,
            _ => Purpose::Care,
        }
    }
}

words! {
    /// What a touch is for (R11).
    Purpose, "purpose" {
        /// To care for the relation.
        Care = "care",
        /// To sell.
        Sales = "sales",
    }
}

/// A length of time between touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Interval {
    /// A number of days.
    Days(u16),
    /// A number of weeks.
    Weeks(u16),
    /// A number of months.
    Months(u16),
}

impl Interval {
    /// The day that lies this long after `date`.
    pub fn after(self, date: Date) -> Option<Date> {
        use jiff::ToSpan;
        let span = match self {
            Interval::Days(count) => i32::from(count).days(),
            Interval::Weeks(count) => i32::from(count).weeks(),
            Interval::Months(count) => i32::from(count).months(),
        };
        date.checked_add(span).ok()
    }
}

impl fmt::Display for Interval {
    /// As it is written: `3 months`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, unit) = match self {
            Interval::Days(count) => (count, "day"),
            Interval::Weeks(count) => (count, "week"),
            Interval::Months(count) => (count, "month"),
        };
        f.write_str(&counted(usize::from(*count), unit))
    }
}

impl FromStr for Interval {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let bad = || {
            Fault::new(format!("`{text}` is not an interval"))
                .hint("write a number and a unit, like `3 months`, `2 weeks`, `10 days`")
        };
        let (count, unit) = text.split_once(' ').ok_or_else(bad)?;
        let count = count.parse::<u16>().ok().filter(|count| (1..=3660).contains(count)).ok_or_else(bad)?;
        match unit {
            "day" | "days" => Ok(Interval::Days(count)),
            "week" | "weeks" => Ok(Interval::Weeks(count)),
            "month" | "months" => Ok(Interval::Months(count)),
            "year" | "years" => Ok(Interval::Months(count.saturating_mul(12))),
            _ => Err(bad()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn an_interval_is_a_number_and_a_unit() {
        assert_eq!("3 months".parse::<Interval>().expect("fine").after(date(2026, 11, 30)), Some(date(2027, 2, 28)));
        for bad in ["3", "months", "0 days", "-1 days", "3 moons"] {
            assert!(bad.parse::<Interval>().is_err(), "{bad}");
        }
    }
}

//! The days that a plan may name.

use std::fmt::Write as _;

use jiff::civil::Date;

use super::{head, row};
use crate::model::language::Country;
use crate::model::mailing::Shift;
use crate::model::occasion::Occasion;
use crate::model::when::Event;
use crate::model::when::{MONTHS, ORDINALS, WEEKDAYS};

/// The years that are shown.
const YEARS: [i16; 5] = [2026, 2027, 2028, 2029, 2030];

/// The countries whose days are told apart.
const COUNTRIES: [Country; 8] =
    [Country::SE, Country::NO, Country::DK, Country::FI, Country::EE, Country::DE, Country::GB, Country::US];

const INTRODUCTION: &str = "\
# The days that a plan may name

`when:` of a mailing in `content/plan/2027.yaml` is one of these. A day that is no date falls where the year and the contact's own country
have it; who lives where it is not kept gets no such mailing.

| written | means |
|---|---|
| `2027-01-20` | this day |
| `easter` | an occasion, see below |
| `easter-7d`, `christmas+1w` | so many days or weeks before or after it, at most a year; it may leave the plan's year |
| `last friday of august`, `first monday of may+1d` | a weekday of a month |
| `birthday`, `birthday-1w` | each contact's own; 29 February is kept on the 28th in common years |
| `since` | the anniversary of the day they became a customer |
| `since+14d`, `meeting+1d` | once after something happened, 1 to 400 days |

";

pub(super) fn write(out: &mut String) {
    out.push_str(INTRODUCTION);
    let names = |known: &mut dyn Iterator<Item = &'static str>| {
        known.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    };
    // Writing into a String cannot fail.
    let _ = write!(
        out,
        "Of a month there are {}; the weekdays are {}, the months {}.\n\nWhere the day is no working day, `shift:` says what then: {}.\n\n",
        names(&mut ORDINALS.iter().map(|(name, _)| *name)),
        names(&mut WEEKDAYS.iter().map(|(name, _)| *name)),
        names(&mut MONTHS.iter().map(|(name, _)| *name)),
        names(&mut Shift::ALL.iter().map(|shift| shift.name())),
    );
    out.push_str("## After something happened\n\n");
    head(&["event", "it is"], out);
    for &event in Event::ALL {
        row(&[&*format!("`{}+3d`", event.name()), of_event(event)], out);
    }
    out.push_str("\n## Occasions that are the same everywhere\n\n");
    head(&[&["occasion", "it is"][..], &YEARS.map(year_name).each_ref().map(String::as_str)].concat(), out);
    for &occasion in Occasion::ALL.iter().filter(|occasion| !occasion.differs_by_country()) {
        let days = YEARS.map(|year| day(occasion, year, Country::SE));
        row(&[vec![format!("`{}`", occasion.name()), of_occasion(occasion).to_owned()], days.to_vec()].concat(), out);
    }
    out.push_str(
        "\n## Occasions by country\n\nA country that has no line is treated as the last sentence of each says.\n",
    );
    for &occasion in Occasion::ALL.iter().filter(|occasion| occasion.differs_by_country()) {
        let _ = write!(out, "\n### `{}`\n\n{}\n\n", occasion.name(), of_occasion(occasion));
        head(&[&["country"][..], &YEARS.map(year_name).each_ref().map(String::as_str)].concat(), out);
        for country in COUNTRIES {
            let days = YEARS.map(|year| day(occasion, year, country));
            row(&[vec![country.to_string()], days.to_vec()].concat(), out);
        }
    }
}

fn year_name(year: i16) -> String {
    year.to_string()
}

/// A day of the year as a table has it.
fn day(occasion: Occasion, year: i16, country: Country) -> String {
    let written = |date: Date| date.strftime("%a %-d %b").to_string();
    occasion.date(year, country).map_or_else(|| "–".to_owned(), written)
}

fn of_event(event: Event) -> &'static str {
    match event {
        Event::Since => "they became a customer: the contact's `since`",
        Event::Customer => "they became a customer through a referral",
        Event::Meeting => "a meeting with them was held",
        Event::Review => "their account was gone through",
        Event::Thanks => "they were thanked for a referral",
        Event::Referral => "they named somebody",
    }
}

fn of_occasion(occasion: Occasion) -> &'static str {
    match occasion {
        Occasion::NewYear => "1 January.",
        Occasion::Easter => "Easter Sunday of the western churches.",
        Occasion::MothersDay => "Mother's Day. Elsewhere the second Sunday of May.",
        Occasion::FathersDay => "Father's Day. Elsewhere the third Sunday of June.",
        Occasion::NationalDay => "The country's own day. Elsewhere there is none, and nobody is written to.",
        Occasion::Midsummer => {
            "Midsummer as it is kept: the eve in Sweden and Finland, jaanipäev in Estonia. Elsewhere the eve of St John."
        }
        Occasion::MidsummerDay => "The day after the eve in Sweden and Finland. Elsewhere St John's day.",
        Occasion::Sankthans => "The eve of St John.",
        Occasion::Jaanipaev => "St John's day.",
        Occasion::Summer => "Before the north goes on holiday.",
        Occasion::Thanksgiving => {
            "The American one. Elsewhere the same day, but in Canada the second Monday of October."
        }
        Occasion::Advent1 => "The first Sunday of Advent.",
        Occasion::Advent2 => "The second Sunday of Advent.",
        Occasion::Advent3 => "The third Sunday of Advent.",
        Occasion::Advent4 => "The fourth Sunday of Advent.",
        Occasion::Lucia => "St Lucy's day.",
        Occasion::Christmas => {
            "The day on which it is kept: the 24th in the north, the Baltics, Germany and its neighbours. Elsewhere the 25th."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::when::When;

    #[test]
    fn every_day_that_the_page_shows_can_be_written() {
        let mut page = String::new();
        write(&mut page);
        let table = page
            .lines()
            .skip_while(|line| !line.starts_with("| written"))
            .skip(2)
            .take_while(|line| line.starts_with('|'));
        let cells = table.filter_map(|line| line.split('|').nth(1));
        let shown: Vec<&str> = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect();
        let events =
            page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("+3d` |")).map(|(event, _)| event);
        assert!(shown.len() > 8, "{shown:?}");
        for written in shown.iter().copied().map(str::to_owned).chain(events.map(|event| format!("{event}+3d"))) {
            assert!(written.parse::<When>().is_ok(), "{written}");
        }
        assert!(page.contains("| SE | Fri 19 Jun | Fri 25 Jun | Fri 23 Jun |"), "Midsummer in Sweden: {page}");
        assert!(page.contains("| GB | – | – |"), "the United Kingdom has no day of its own");
    }
}

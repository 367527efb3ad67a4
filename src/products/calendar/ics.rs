//! iCalendar (RFC 5545) as text: CRLF, lines folded at 75 octets, values escaped, the time zone with every change it needs.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{Dst, Offset, TimeZone};

/// Octets a line may have before it is folded (RFC 5545 §3.1).
const LINE: usize = 75;

/// When an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Time {
    /// All day.
    Day(Date),
    /// From this hour on the clock of the calendar's zone, for so many minutes.
    Hours(DateTime, i32),
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Event {
    /// What it is known by from build to build (RFC 5545 §3.8.4.7).
    pub uid: String,
    /// When.
    pub time: Time,
    /// What a calendar shows.
    pub summary: String,
    /// What it shows when asked.
    pub description: String,
    /// Where.
    pub location: Option<String>,
    /// One word to sort by.
    pub category: &'static str,
    /// What is said a day before.
    pub alarm: Option<String>,
}

/// A whole calendar.
pub(super) struct Calendar<'c> {
    /// What it is called.
    pub name: &'c str,
    /// Where its hours are counted.
    pub zone: &'c TimeZone,
    /// The day of the build, which is when its events were last looked at.
    pub today: Date,
    /// Its events, in order; at least one, as RFC 5545 wants it.
    pub events: Vec<&'c Event>,
}

impl Calendar<'_> {
    /// The file.
    pub fn to_text(&self) -> String {
        let mut out = Writer { text: String::with_capacity(self.events.len() * 400 + 1024) };
        for (name, value) in
            [("BEGIN", "VCALENDAR"), ("VERSION", "2.0"), ("PRODID", "-//bevara//bevara//EN"), ("CALSCALE", "GREGORIAN")]
        {
            out.line(name, value);
        }
        // RFC 7986 names calendars; most phones still know the older name only.
        out.value("NAME", self.name);
        out.value("X-WR-CALNAME", self.name);
        let zone = self.zone.iana_name().filter(|name| *name != "UTC");
        if let (Some(name), Some((first, last))) = (zone, self.hours()) {
            out.zone(name, self.zone, first, last);
        }
        let stamp = format!("{}T000000Z", compact(self.today));
        for event in &self.events {
            out.event(event, zone, &stamp);
        }
        out.line("END", "VCALENDAR");
        out.text
    }

    /// The first and last day on which an hour is named.
    fn hours(&self) -> Option<(Date, Date)> {
        let hours = || {
            self.events.iter().filter_map(|event| match event.time {
                Time::Hours(from, _) => Some(from.date()),
                Time::Day(_) => None,
            })
        };
        Some((hours().min()?, hours().max()?))
    }
}

/// Appends lines.
struct Writer {
    text: String,
}

impl Writer {
    /// A line whose value needs no escape, folded where it is too long.
    fn line(&mut self, name: &str, value: &str) {
        let mut room = LINE;
        for part in [name, ":", value] {
            for character in part.chars() {
                if character.len_utf8() > room {
                    self.text.push_str("\r\n ");
                    room = LINE - 1;
                }
                self.text.push(character);
                room -= character.len_utf8();
            }
        }
        self.text.push_str("\r\n");
    }

    /// A line whose value is text (RFC 5545 §3.3.11).
    fn value(&mut self, name: &str, text: &str) {
        let mut escaped = String::with_capacity(text.len() + 8);
        for character in text.chars() {
            match character {
                '\\' | ';' | ',' => escaped.extend(['\\', character]),
                '\n' => escaped.push_str("\\n"),
                other if other.is_control() => {}
                other => escaped.push(other),
            }
        }
        self.line(name, &escaped);
    }

    fn event(&mut self, event: &Event, zone: Option<&str>, stamp: &str) {
        self.line("BEGIN", "VEVENT");
        self.line("UID", &event.uid);
        self.line("DTSTAMP", stamp);
        match event.time {
            Time::Day(day) => {
                self.line("DTSTART;VALUE=DATE", &compact(day));
                let next = day.tomorrow().unwrap_or(day);
                self.line("DTEND;VALUE=DATE", &compact(next));
                // A day on which something is sent is not a day on which nobody has time.
                self.line("TRANSP", "TRANSPARENT");
            }
            Time::Hours(from, minutes) => {
                let start = from.strftime("%Y%m%dT%H%M%S").to_string();
                match zone {
                    Some(zone) => self.line(&format!("DTSTART;TZID={zone}"), &start),
                    None => self.line("DTSTART", &format!("{start}Z")),
                }
                self.line("DURATION", &format!("PT{minutes}M"));
                self.line("STATUS", "TENTATIVE");
            }
        }
        self.value("SUMMARY", &event.summary);
        if !event.description.is_empty() {
            self.value("DESCRIPTION", &event.description);
        }
        if let Some(location) = &event.location {
            self.value("LOCATION", location);
        }
        self.value("CATEGORIES", event.category);
        if let Some(alarm) = &event.alarm {
            self.line("BEGIN", "VALARM");
            self.line("ACTION", "DISPLAY");
            self.line("TRIGGER", "-P1D");
            self.value("DESCRIPTION", alarm);
            self.line("END", "VALARM");
        }
        self.line("END", "VEVENT");
    }

    /// The zone from `first` to `last`: what held before, then every change of the clock (RFC 5545 §3.6.5).
    fn zone(&mut self, name: &str, zone: &TimeZone, first: Date, last: Date) {
        let moment = |date: Date| date.to_zoned(TimeZone::UTC).map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp());
        let begin = moment(first.yesterday().unwrap_or(first));
        let end = moment(last.tomorrow().unwrap_or(last));
        let mut changes: Vec<Change> = zone.preceding(begin).take(1).map(|change| Change::at(zone, &change)).collect();
        if changes.is_empty() {
            let offset = zone.to_offset(begin);
            changes.push(Change {
                onset: Date::constant(1970, 1, 1).at(0, 0, 0, 0),
                from: offset,
                to: offset,
                name: name.to_owned(),
                summer: false,
            });
        }
        let following = zone.following(begin).take_while(|change| change.timestamp() <= end);
        changes.extend(following.map(|change| Change::at(zone, &change)));
        self.line("BEGIN", "VTIMEZONE");
        self.line("TZID", name);
        while let Some(first) = changes.first().cloned() {
            let (same, others): (Vec<Change>, Vec<Change>) =
                changes.into_iter().partition(|change| first.is_like(change));
            self.observance(&same);
            changes = others;
        }
        self.line("END", "VTIMEZONE");
    }

    /// One kind of time, with every moment at which it begins.
    fn observance(&mut self, changes: &[Change]) {
        let Some(first) = changes.first() else { return };
        let kind = if first.summer { "DAYLIGHT" } else { "STANDARD" };
        let onset = |change: &Change| change.onset.strftime("%Y%m%dT%H%M%S").to_string();
        self.line("BEGIN", kind);
        self.line("DTSTART", &onset(first));
        for change in &changes[1..] {
            self.line("RDATE", &onset(change));
        }
        self.line("TZOFFSETFROM", &offset(first.from));
        self.line("TZOFFSETTO", &offset(first.to));
        self.value("TZNAME", &first.name);
        self.line("END", kind);
    }
}

/// A change of the clock.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Change {
    /// When, on the clock as it was before.
    onset: DateTime,
    from: Offset,
    to: Offset,
    name: String,
    summer: bool,
}

impl Change {
    fn at(zone: &TimeZone, change: &jiff::tz::TimeZoneTransition<'_>) -> Self {
        let before = change.timestamp().checked_sub(jiff::SignedDuration::from_secs(1)).unwrap_or(change.timestamp());
        let from = zone.to_offset(before);
        Change {
            onset: from.to_datetime(change.timestamp()),
            from,
            to: change.offset(),
            name: change.abbreviation().to_owned(),
            summer: change.dst() == Dst::Yes,
        }
    }

    fn is_like(&self, other: &Change) -> bool {
        (self.from, self.to, &self.name, self.summer) == (other.from, other.to, &other.name, other.summer)
    }
}

/// 20270120
fn compact(date: Date) -> String {
    date.strftime("%Y%m%d").to_string()
}

/// +0100
fn offset(offset: Offset) -> String {
    let seconds = offset.seconds();
    let minutes = seconds.unsigned_abs() / 60;
    format!("{}{:02}{:02}", if seconds < 0 { '-' } else { '+' }, minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn event(time: Time, summary: &str) -> Event {
        Event {
            uid: "2027-01-newsletter@lindholm-saar.example".to_owned(),
            time,
            summary: summary.to_owned(),
            description: String::new(),
            location: None,
            category: "newsletter",
            alarm: None,
        }
    }

    fn text(zone: &TimeZone, events: &[Event]) -> String {
        let calendar =
            Calendar { name: "Lindholm & Saar", zone, today: date(2026, 11, 21), events: events.iter().collect() };
        calendar.to_text()
    }

    /// The lines of a calendar as they were before folding (RFC 5545 §3.1).
    fn unfolded(text: &str) -> Vec<String> {
        text.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn lines_are_folded_at_75_octets_and_never_inside_a_letter() {
        let summary = "Å".repeat(40) + "𝄞 and, so; on\\\nnext" + &"x".repeat(200);
        let text = text(&TimeZone::UTC, &[event(Time::Day(date(2027, 1, 20)), &summary)]);
        assert!(text.ends_with("END:VCALENDAR\r\n") && !text.replace("\r\n", "").contains(['\r', '\n']));
        assert!(text.split("\r\n").all(|line| line.len() <= 75));
        let line = unfolded(&text).into_iter().find(|line| line.starts_with("SUMMARY:")).expect("it has one");
        let read = line["SUMMARY:".len()..].replace("\\n", "\n").replace("\\,", ",").replace("\\;", ";");
        assert_eq!(read.replace("\\\\", "\\"), summary);
    }

    #[test]
    fn an_all_day_event_ends_on_the_next_day_and_needs_no_zone() {
        let zone = TimeZone::get("Europe/Stockholm").expect("a zone");
        let text = text(&zone, &[event(Time::Day(date(2027, 12, 31)), "x")]);
        assert!(text.contains("DTSTART;VALUE=DATE:20271231\r\nDTEND;VALUE=DATE:20280101\r\nTRANSP:TRANSPARENT\r\n"));
        assert!(!text.contains("VTIMEZONE"));
    }

    #[test]
    fn a_zone_is_told_with_every_change_of_the_clock() {
        let zone = TimeZone::get("Europe/Stockholm").expect("a zone");
        let hours = |day| event(Time::Hours(day, 60), "x");
        let text = text(&zone, &[hours(date(2026, 12, 1).at(10, 0, 0, 0)), hours(date(2027, 11, 2).at(10, 0, 0, 0))]);
        let lines = unfolded(&text);
        let begin = lines.iter().position(|line| line == "BEGIN:VTIMEZONE").expect("a zone");
        let end = lines.iter().position(|line| line == "END:VTIMEZONE").expect("its end");
        let expected = [
            "BEGIN:VTIMEZONE",
            "TZID:Europe/Stockholm",
            "BEGIN:STANDARD",
            "DTSTART:20261025T030000",
            "RDATE:20271031T030000",
            "TZOFFSETFROM:+0200",
            "TZOFFSETTO:+0100",
            "TZNAME:CET",
            "END:STANDARD",
            "BEGIN:DAYLIGHT",
            "DTSTART:20270328T020000",
            "TZOFFSETFROM:+0100",
            "TZOFFSETTO:+0200",
            "TZNAME:CEST",
            "END:DAYLIGHT",
            "END:VTIMEZONE",
        ];
        assert_eq!(lines[begin..=end], expected);
        assert!(lines.contains(&"DTSTART;TZID=Europe/Stockholm:20261201T100000".to_owned()));
        assert!(lines.contains(&"DURATION:PT60M".to_owned()));
    }
}

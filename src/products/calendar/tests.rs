//! Events of a small plan.

use std::collections::BTreeMap;

use jiff::civil::date;
use jiff::tz::TimeZone;

use super::*;
use crate::fixture::{Fixture, everybody, in_country, postal_address};
use crate::model::channel::Channel;
use crate::model::journal::Journals;
use crate::model::mailing::{LeadTime, Rhythm};
use crate::model::touch::Interval;
use crate::plan::Roster;

/// The calendars by file name, unfolded.
fn calendars(fixture: Fixture) -> BTreeMap<String, String> {
    let programme =
        fixture.settings(|settings| settings.timezone = TimeZone::get("Europe/Stockholm").expect("a zone")).build();
    let roster = Roster::new(&programme, &everybody);
    let journals = Journals::new();
    let memory = Memory::new(&programme, date(2027, 1, 5), &roster, &journals);
    let calendars = Calendars::new(&memory);
    let name = |path: &str| path.trim_start_matches("calendar/").to_owned();
    calendars.files().map(|(path, text)| (name(path), text.replace("\r\n ", ""))).collect()
}

fn uids(calendar: &str) -> Vec<&str> {
    calendar.lines().filter_map(|line| line.strip_prefix("UID:")).collect()
}

#[test]
fn r07_a_mailing_has_one_event_a_date_and_the_home_country_its_own_uid() {
    let fixture = Fixture::new()
        .contact("anna", "A", |_| {})
        .contact("kari", "C", |contact| in_country(contact, "NO"))
        .contact("timo", "C", |contact| in_country(contact, "FI"))
        .mailing("january", "2027-01-20", |_| {})
        .mailing("midsummer", "midsummer", |_| {});
    let calendars = calendars(fixture);
    assert_eq!(
        uids(&calendars["all.ics"]),
        ["january@lindholm-saar.example", "midsummer.NO@lindholm-saar.example", "midsummer@lindholm-saar.example",]
    );
    assert!(calendars["all.ics"].contains("DTSTART;VALUE=DATE:20270625"));
}

#[test]
fn r12_letters_are_printed_in_time_for_the_first_that_leaves() {
    let fixture = Fixture::new()
        .contact("anna", "A", postal_address)
        .contact("tiina", "A", |contact| {
            in_country(contact, "EE");
            postal_address(contact);
        })
        .mailing("card", "2027-02-16", |mailing| {
            mailing.channel = Channel::Post;
            mailing.post_by = LeadTime { usual: 3, by_country: [("EE".parse().expect("a country"), 9)].into() };
        });
    let all = &calendars(fixture)["all.ics"];
    assert_eq!(uids(all), ["print-card@lindholm-saar.example", "card@lindholm-saar.example"]);
    let expected =
        "UID:print-card@lindholm-saar.example\r\nDTSTAMP:20270105T000000Z\r\nDTSTART;VALUE=DATE:20270202\r\n";
    assert!(all.contains(expected), "{all}");
}

#[test]
fn r15_a_meeting_has_an_hour_a_place_and_an_alarm_the_day_before() {
    let fixture =
        Fixture::new().contact("anna", "A", postal_address).touch(Tier::A, Rhythm::Every(Interval::Months(12)));
    let fixture = fixture.change(|programme| {
        let plan = programme.plans.get_mut(&2027).expect("a plan");
        plan.touches[0].kind = TouchKind::Review;
    });
    let all = &calendars(fixture)["all.ics"];
    for part in ["BEGIN:VTIMEZONE", "DTSTART;TZID=Europe/Stockholm:2027", "BEGIN:VALARM", "TRIGGER:-P1D", "LOCATION:"] {
        assert!(all.contains(part), "{part} in\n{all}");
    }
    let uid = uids(all)[0];
    assert!(uid.starts_with("touch-0.anna.2027-") && uid.ends_with("@lindholm-saar.example"), "{uid}");
}

#[test]
fn r16_birthdays_stand_in_the_calendar_of_the_contacts_own_person() {
    let fixture = Fixture::new()
        .contact("anna", "A", |contact| contact.details.birthday = Some(date(1980, 2, 29)))
        .contact("bo", "B", |_| {})
        .mailing("birthday", "birthday", |_| {});
    let calendars = calendars(fixture);
    assert_eq!(uids(&calendars["sara.ics"]), ["birthday.anna@lindholm-saar.example"]);
    assert!(calendars["sara.ics"].contains("DTSTART;VALUE=DATE:20270228"));
}

#[test]
fn r04_nobody_of_tier_d_is_in_a_calendar() {
    let fixture = Fixture::new()
        .contact("dag", "D", |contact| contact.details.birthday = Some(date(1980, 5, 4)))
        .mailing("birthday", "birthday", |_| {})
        .touch(Tier::C, Rhythm::Every(Interval::Months(1)));
    assert!(calendars(fixture).is_empty());
}

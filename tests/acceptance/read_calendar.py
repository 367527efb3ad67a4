"""Reads the calendars of a build with the package `icalendar`, as a phone would, and compares them with the plan.

    python3 tests/acceptance/read_calendar.py [folder of the programme, built] [bevara]
"""

import datetime
import re
import json
import pathlib
import subprocess
import sys
import zoneinfo

from icalendar import Calendar

root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
bevara = sys.argv[2] if len(sys.argv) > 2 else "target/release/bevara"
home = zoneinfo.ZoneInfo("Europe/Stockholm")
checked = 0


def check(holds, what):
    global checked
    checked += 1
    if not holds:
        raise SystemExit(f"FAIL {what}")


def read(path):
    """The events of a calendar; every line of the file must be as RFC 5545 wants it."""
    data = path.read_bytes()
    check(data.endswith(b"END:VCALENDAR\r\n"), f"{path} ends with a line break")
    for number, line in enumerate(data.split(b"\r\n"), 1):
        check(b"\n" not in line and b"\r" not in line, f"{path}:{number} ends with CRLF")
        check(len(line) <= 75, f"{path}:{number} has {len(line)} octets")
        line.decode("utf-8")  # never folded inside a letter
    calendar = Calendar.from_ical(data)
    check(calendar["version"] == "2.0" and "prodid" in calendar, f"{path} names its version and product")
    broken = [(component.name, component.errors) for component in calendar.walk() if component.errors]
    check(not broken, f"{path}: {broken}")
    return calendar.walk("VEVENT")


def day_of(event):
    start = event.decoded("dtstart")
    return start.date() if isinstance(start, datetime.datetime) else start


command = [bevara, "-C", str(root), "--today", "2026-11-21", "--format", "json", "plan"]
planned = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["years"]
everything = read(root / "output/calendar/all.ics")
by_uid = {str(event["uid"]): event for event in everything}
check(len(by_uid) == len(everything), "every UID is there once")
check(all(uid.endswith("@lindholm-saar.example") for uid in by_uid), "UIDs end with the sender's domain")

alarms = 0
for uid, event in by_uid.items():
    check("dtstamp" in event and "summary" in event, f"{uid} has a stamp and a summary")
    start = event.decoded("dtstart")
    if isinstance(start, datetime.datetime):
        local = start.astimezone(home)
        # A meeting has an hour of its own; everything else is work for the morning.
        on_time = uid.startswith("meeting.") or local.hour == 10
        check(start.utcoffset() == local.utcoffset() and on_time, f"{uid} begins at ten in Stockholm: {start}")
        check(event.decoded("duration") == datetime.timedelta(hours=1), f"{uid} takes an hour")
        alarm = event.walk("VALARM")
        check(len(alarm) == 1 and alarm[0].decoded("trigger") == datetime.timedelta(days=-1), f"{uid} rings the day before")
        alarms += 1
    else:
        check(event.decoded("dtend") - start == datetime.timedelta(days=1), f"{uid} is all day")
        check(not event.walk("VALARM"), f"{uid} does not ring")
check(alarms > 0, "there are meetings")

mailings = 0
for year, lines in planned.items():
    for line in lines:
        own = [event for uid, event in by_uid.items() if uid.split("@")[0].split(".")[0] == line["id"]]
        # What follows an event has a day only when the event has happened.
        follows = re.fullmatch(r"(since|customer|meeting|review|thanks|referral)\+\d+d", str(line.get("when")))
        check(own or follows, f"{line['id']} is in the calendar")
        mailings += len(own)
        check(all(not isinstance(event.decoded("dtstart"), datetime.datetime) for event in own), f"{line['id']} is all day")
        if line["on"]:
            days = {str(day_of(event)) for event in own}
            check(len(days) == len(own), f"{line['id']} has one event a date")
            check({line["on"], line["until"]} == {min(days), max(days)}, f"{line['id']} is on its days: {days}")
check({str(day_of(event).year) for event in everything} >= set(planned), "every plan year is there")

names = sorted(path.stem for path in (root / "output/calendar").glob("*.ics") if path.stem != "all")
check(names == ["astrid", "kadri", "mikkel", "sara"], f"a calendar a person: {names}")
seen = set()
for name in names:
    own = {str(event["uid"]) for event in read(root / f"output/calendar/{name}.ics")}
    check(own <= set(by_uid), f"{name} has nothing that is not in all.ics")
    seen |= own
check(seen == set(by_uid), "everything is in somebody's calendar")
print(f"calendars: {len(by_uid)} events, {mailings} of mailings, {alarms} meetings; {checked} checks passed")

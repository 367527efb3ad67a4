"""Recounts what `bevara status --format json` says from the programme's YAML and journals, by another way than bevara's.

    python3 tests/acceptance/recount.py PROGRAMME [BEVARA] [DATE]

Every number of the document is computed again here and compared; `output/report/data.json` is compared too, where it exists.
Needs PyYAML. Ends with 1 and a list of what differs.
"""

import datetime
import glob
import json
import pathlib
import subprocess
import sys
import unicodedata
import zoneinfo
from collections import Counter, defaultdict
from decimal import Decimal

import yaml

from recount_measures import measures, money, months_before

LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
STAGES = ["received", "contacted", "meeting", "customer", "lost"]
SIDES = ["referrer", "referred"]
TIERS = {"A": 3, "B": 2, "C": 1, "everyone": 1, "D": 9}


def load(path):
    """A document with texts only: a key `on` stays a word, a date stays as it is written."""
    with open(path, encoding="utf-8") as file:
        return yaml.load(file, LOADER) or []


def day(text):
    return datetime.date.fromisoformat(text)


class Programme:
    """The files, as they are written."""

    def __init__(self, root, today):
        self.root, self.today = pathlib.Path(root), today
        self.settings = load(self.root / "bevara.yaml")
        ledgers = {"do-not-contact.yaml", "referrals.yaml", "meetings.yaml"}
        self.contacts = []
        for path in sorted((self.root / "contacts").rglob("*.yaml"), key=lambda path: str(path)):
            if path.name not in ledgers and path.parent.name != "touches":
                self.contacts += load(path)
        self.by_id = {contact["id"]: contact for contact in self.contacts}
        self.wall = self.list_of("contacts/do-not-contact.yaml")
        self.referrals = self.list_of("contacts/referrals.yaml")
        self.touches = [touch for path in sorted(glob.glob(f"{root}/contacts/touches/*.yaml")) for touch in load(path)]
        logged = {(touch["contact"], touch["on"], touch["kind"]) for touch in self.touches}
        # A meeting that was held is a touch, once.
        for meeting in self.list_of("contacts/meetings.yaml"):
            held = {"contact": meeting["contact"], "on": meeting.get("done"), "kind": meeting.get("kind", "meeting")}
            if held["on"] and tuple(held.values()) not in logged:
                self.touches.append(held)
        self.plans = {int(plan["year"]): plan for plan in map(load, sorted(glob.glob(f"{root}/content/plan/*.yaml")))}
        self.zone = zoneinfo.ZoneInfo(self.settings["timezone"])
        self.journals = self.read_journals()
        begins = self.settings.get("begins")
        self.begins = day(begins) if begins else datetime.date.min

    def list_of(self, path):
        path = self.root / path
        return load(path) if path.exists() else []

    def read_journals(self):
        """mailing -> contact -> (state, day): the last word on each message, what was sent staying sent."""
        last = defaultdict(dict)
        for path in glob.glob(f"{self.root}/contacts/journal/*.jsonl"):
            mailing = pathlib.Path(path).name.split(".")[0]
            for line in pathlib.Path(path).read_text(encoding="utf-8").split("\n")[:-1]:
                if not line.strip():
                    continue
                entry = json.loads(line)
                moment = datetime.datetime.fromisoformat(entry["t"].replace("Z", "+00:00"))
                sent = entry["state"] in ("accepted", "posted")
                rank = (entry.get("generation", 1), sent, moment)
                known = last[mailing].get(entry["contact"])
                if known is None or rank >= known[0]:
                    state = "in_doubt" if entry["state"] == "attempting" else entry["state"]
                    last[mailing][entry["contact"]] = (rank, state, moment.astimezone(self.zone).date())
        return {mailing: {who: (state, on) for who, (_, state, on) in people.items()} for mailing, people in last.items()}

    def is_walled(self, contact):
        """Enough of the wall for programmes without tricks: a firm, a domain, an address, and whom a D is."""
        email = (contact.get("email") or "").lower()
        firm = (contact.get("company") or "").lower()
        for entry in self.wall:
            if "company" in entry and entry["company"].lower() == firm:
                return True
            if "domain" in entry and (email.endswith("@" + entry["domain"].lower()) or email.endswith("." + entry["domain"].lower())):
                return True
            if "email" in entry and entry["email"].lower() == email:
                return True
        return contact["tier"] != "D" and bool(own_signs(contact) & self.signs_of_d())

    def signs_of_d(self):
        if not hasattr(self, "_of_d"):
            self._of_d = set().union(*(own_signs(contact) for contact in self.contacts if contact["tier"] == "D"))
        return self._of_d

    def is_paused(self, contact, on):
        pause = contact.get("pause")
        return bool(pause) and ("until" not in pause or on < day(pause["until"]))

    def sent(self, mailing, contact):
        """(state, day) of every message of a mailing that reached a contact, those after an event (`id@day`) included."""
        if not hasattr(self, "_sent"):
            self._sent = defaultdict(list)
            for key, people in self.journals.items():
                for who, said in people.items():
                    if said[0] in ("accepted", "posted"):
                        self._sent[key, who.split("@")[0]].append(said)
        return self._sent[mailing, contact]

    def known_since(self, contact):
        since = contact.get("collected_on") or contact.get("since")
        return day(since) if since else None

    def active(self):
        return [contact for contact in self.contacts if contact["tier"] != "D"]

    def cared_for(self):
        return [contact for contact in self.active() if not self.is_walled(contact) and not self.is_paused(contact, self.today)]


def the_list(p):
    tiers = Counter(contact["tier"] for contact in p.contacts)
    return {
        "contacts": len(p.contacts),
        "active": len(p.active()),
        "by_tier": {tier: tiers[tier] for tier in "ABCD"},
        "target": int((p.settings.get("goals") or {}).get("list_size", 250)),
        "reach": sum(int(contact.get("network_size", 250)) for contact in p.active()),
    }


def the_referrals(p):
    eligible = {c["id"] for c in p.active() if c.get("kind", "other") in ("customer", "former", "partner")}
    referrers = {referral["referrer"] for referral in p.referrals} & eligible
    share = 100 * Decimal(len(referrers)) / len(eligible) if eligible else Decimal(0)
    marks = [(50, "exceptional"), (30, "success"), (15, "average"), (7, "weak"), (0, "below")]
    stages = Counter(referral["stage"] for referral in p.referrals)
    bought = [referral["first_purchase"] for referral in p.referrals if "first_purchase" in referral]
    currency = (p.settings.get("reward") or {}).get("currency")
    value = sum((money(b["value"]) for b in bought if b.get("currency", currency) == currency), Decimal(0))
    return {
        "total": len(p.referrals),
        "by_stage": {stage: stages[stage] for stage in STAGES},
        "referrers": len(referrers),
        "eligible": len(eligible),
        "share": float(share.quantize(Decimal("0.1"), "ROUND_HALF_UP")),
        "benchmark": next(name for mark, name in marks if share >= mark),
        "customers": stages["customer"],
        "value": f"{value:.2f}" if currency or bought else None,
    }


def owed_since(referral, side):
    if side == "referrer":
        return referral["received"]
    if referral["stage"] == "received":
        return None
    return min([referral[stage] for stage in STAGES[1:] if stage in referral], default=referral["received"])


def thank_within(p):
    return datetime.timedelta(int((p.settings.get("reward") or {}).get("thank_within_days", 7)))


def left_alone(p, referral, side):
    contact = p.by_id.get(who_is_on(referral, side))
    return bool(contact) and (contact["tier"] == "D" or p.is_walled(contact))


def who_is_on(referral, side):
    return referral["referrer"] if side == "referrer" else (referral.get("lead") or {}).get("contact")


def thanked_by_hand(p, referral, side):
    """The day in the ledger, else that of the first touch of kind `thanks` or `gift` since thanks are owed."""
    noted = (referral.get("thanked") or {}).get(side)
    if noted:
        return day(noted)
    who, since = who_is_on(referral, side), owed_since(referral, side)
    if not who or not since:
        return None
    ours = (t for t in p.touches if t["contact"] == who and t["kind"] in ("thanks", "gift") and t.get("inbound") != "true")
    return min((day(t["on"]) for t in ours if day(t["on"]) >= day(since)), default=None)


def thanked_on(p, referral, side):
    """The same, or the first thanks mailing of that side or posted gift, up to today."""
    if (referral.get("thanked") or {}).get(side):
        return thanked_by_hand(p, referral, side)
    who, since = who_is_on(referral, side), owed_since(referral, side)
    if not who or not since:
        return None
    days = [thanked_by_hand(p, referral, side)]
    for mailing in (m for plan in p.plans.values() for m in plan.get("mailings", [])):
        for state, on in p.sent(mailing["id"], who) if mailing["kind"] in ("thanks", "gift") else []:
            thanks = mailing["kind"] == "thanks" and mailing.get("side", "referrer") == side
            if thanks or (mailing["kind"] == "gift" and state == "posted"):
                days.append(on)
    return min((on for on in days if on and day(since) <= on <= p.today), default=None)


def persons(p):
    """referral -> by what its lead is known: contact, mailbox, telephone, name with firm."""
    known = {}
    for referral in p.referrals:
        lead = referral.get("lead") or {}
        mailbox, _, domain = (lead.get("email") or "").lower().partition("@")
        known[referral["id"]] = {
            ("contact", lead.get("contact")), ("mailbox", domain and mailbox.split("+")[0] + "@" + domain),
            ("phone", digits(lead.get("phone"))), ("person", lead.get("company") and folded(lead["name"]) + "/" + folded(lead["company"])),
        }
        known[referral["id"]] = {(kind, what) for kind, what in known[referral["id"]] if what}
    return known


def own_signs(contact):
    """By what a contact is known again: address, telephone, name with firm."""
    name = " ".join(contact["name"][part] for part in ("given", "family") if part in contact["name"])
    person = contact.get("company") and folded(name) + "/" + folded(contact["company"])
    signs = {("mailbox", (contact.get("email") or "").lower()), ("phone", digits(contact.get("phone"))), ("person", person)}
    return {(kind, what) for kind, what in signs if what}


def digits(phone):
    """Enough for numbers with their calling code, or Swedish ones without."""
    number = "".join(letter for letter in (phone or "").replace("(0)", "") if letter.isdigit() or letter == "+")
    return "+46" + number[1:] if number.startswith("0") and not number.startswith("00") else number


def folded(text):
    return " ".join(text.lower().split())


def repeated(p):
    """Referrals whose lead an earlier one that is still open names."""
    seen, again, known = set(), set(), persons(p)
    for referral in p.referrals:
        if referral["stage"] in STAGES[:3]:
            if known[referral["id"]] & seen:
                again.add(referral["id"])
            seen |= known[referral["id"]]
    return again


def the_thanks(p):
    owed, again = [], repeated(p)
    for referral in p.referrals:
        for side in SIDES:
            since = owed_since(referral, side)
            if side == "referred" and referral["id"] in again:
                continue
            if since and not thanked_on(p, referral, side) and not left_alone(p, referral, side):
                if day(since) + thank_within(p) < p.begins:
                    continue
                owed.append({"referral": referral["id"], "side": side, "since": since})
    return owed


def the_late_steps(p):
    late, again = [], repeated(p)
    for referral in p.referrals:
        for side, step in (referral.get("next") or {}).items():
            if side == "referred" and referral["id"] in again:
                continue
            if referral["stage"] in STAGES[:3] and p.begins <= day(step["on"]) < p.today and not left_alone(p, referral, side):
                late.append({"referral": referral["id"], "side": side, "on": step["on"]})
    return late


def the_reward(p):
    policy = p.settings.get("reward")
    if not policy:
        return None
    year = p.today.year
    costs = {option["id"]: money(option["cost"]) for option in policy["options"]}
    used = Decimal(0)
    for referral in p.referrals:
        for side, option in (referral.get("reward") or {}).items():
            on = thanked_on(p, referral, side)
            if on and on.year == year:
                used += costs[option]
    # A budget a year, or one for the year it names, or for any.
    any_year = policy.get("budget") if policy.get("year") in (None, str(year)) else None
    written = (policy.get("years") or {}).get(str(year), {}).get("budget", any_year)
    budget, left = None, None
    if written is not None:
        budget = f"{money(written):.2f}"
        left = f"{money(written) - used:.2f}"
    return {"year": year, "budget": budget, "used": f"{used:.2f}", "left": left, "currency": policy["currency"]}


def words(p):
    """contact -> [(day, is it ours, counts for the year)] of touches and mailings that were sent."""
    heard = defaultdict(list)
    gifts = {mailing["id"] for plan in p.plans.values() for mailing in plan.get("mailings", []) if mailing["kind"] == "gift"}
    given = defaultdict(list)
    for mailing in gifts & p.journals.keys():
        for contact, (state, on) in p.journals[mailing].items():
            if state in ("accepted", "posted"):
                given[contact.split("@")[0]].append(on)
    for touch in p.touches:
        ours = touch.get("inbound", "false") != "true"
        # A gift that its mailing's journal knows as well counts there.
        if touch["kind"] == "gift" and any(abs((day(touch["on"]) - on).days) <= 21 for on in given[touch["contact"]]):
            ours = False
        heard[touch["contact"]].append((day(touch["on"]), ours))
    for people in p.journals.values():
        for contact, (state, on) in people.items():
            if state in ("accepted", "posted"):
                heard[contact.split("@")[0]].append((on, True))
    return {who: [(on, ours) for on, ours in said if on <= p.today] for who, said in heard.items()}


def owed_in_year(p, whole):
    """In the year a programme begins, the share of the year that is left; nothing before."""
    if p.begins.year < p.today.year:
        return whole
    if p.begins.year > p.today.year:
        return 0
    days = [datetime.date(p.today.year, 1, 1) + datetime.timedelta(n) for n in range(366)]
    days = [on for on in days if on.year == p.today.year]
    return whole * sum(on >= p.begins for on in days) // len(days)


def the_care(p):
    heard, cadence = words(p), p.settings.get("cadence") or {}
    silence, short = [], []
    for contact in p.cared_for():
        owed = cadence.get(contact["tier"])
        if not owed:
            continue
        said = heard.get(contact["id"], [])
        last = max((on for on, _ in said), default=p.known_since(contact))
        last = max(last or p.begins, p.begins) if "begins" in p.settings else last
        days = max(0, (p.today - last).days) if last else None
        allowed = int(owed.get("max_gap_days", 365)) or 365
        if days is None or days > allowed:
            silence.append({"contact": contact["id"], "tier": contact["tier"], "days": days, "allowed": allowed})
        done = sum(1 for on, ours in said if ours and on.year == p.today.year)
        least = owed_in_year(p, int(owed.get("min_touches", 0)))
        if done < least:
            short.append({"contact": contact["id"], "tier": contact["tier"], "done": done, "min": least})
    return silence, short


class View:
    """What a `where` sees of a contact: a missing field is undefined, a group is always there."""

    def __init__(self, values):
        self.values = values if isinstance(values, dict) else {}

    def __getattr__(self, name):
        return self.values.get(name)


def meets(contact, condition):
    if not condition:
        return True
    text = condition.replace(" is not defined", " is None").replace(" is defined", " is not None")
    groups = ("project", "nps", "ask", "inner_circle", "address", "extra", "name")
    names = {name: View(contact.get(name)) for name in groups}
    for name in ("tier", "kind", "language", "owner", "opportunity", "birthday", "since", "company", "role", "email"):
        names[name] = contact.get(name)
    for name in ("tags", "owned", "competitors"):
        names[name] = contact.get(name, [])
    names["kind"] = contact.get("kind", "other")
    return bool(eval(text, {"__builtins__": {}}, names))


def after_event(when):
    """(`review`, 1 day) of `review+1d`; nothing where a `when` follows no event."""
    event, plus, offset = when.replace(" ", "").partition("+")
    if not plus or event not in ("since", "customer", "meeting", "review", "thanks", "referral"):
        return None
    return event, datetime.timedelta(int(offset[:-1]) * {"d": 1, "w": 7}[offset[-1]])


def shifted(on, shift):
    """Around weekends and New Year; other holidays are not looked up, as they move no day here into another year."""
    step = datetime.timedelta({"prev-workday": -1, "next-workday": 1}.get(shift, 0))
    while step and (on.weekday() > 4 or (on.month, on.day) == (1, 1)):
        on += step
    return on


def runs_on(project, on):
    if project is None or on is None:
        return False
    return ("from" not in project or day(project["from"]) <= on) and ("to" not in project or on <= day(project["to"]))


class Law:
    """Whom the law lets us write to, by the table of docs/law.md and what the settings read otherwise."""

    NATURES = ["natural", "work_address", "legal"]

    def __init__(self, p):
        self.p, self.needs, self.proof = p, {}, set()
        text = (pathlib.Path(__file__).resolve().parents[2] / "docs/law.md").read_text(encoding="utf-8")
        for line in text.partition("## The table")[2].splitlines():
            cells = [cell.strip() for cell in line.split("|")[1:-1]]
            if len(cells) == 10 and cells[1] in ("email", "post"):
                self.needs.update({(cells[0], cells[1], nature): need for nature, need in zip(self.NATURES, cells[2:5])})
                if cells[5] == "yes":
                    self.proof.add((cells[0], cells[1]))
        self.known = {country for country, _, _ in self.needs}
        self.own = {(row["country"], row["channel"], row["nature"]): row["needs"] for row in p.settings.get("law") or []}

    def country(self, contact):
        """Of the address, else of the telephone, else ours."""
        country = (contact.get("address") or {}).get("country")
        if country:
            return country
        number = "".join(letter for letter in contact.get("phone") or "" if letter.isdigit() or letter == "+")
        number = "+" + number[2:] if number.startswith("00") else number
        codes = {"+46": "SE", "+47": "NO", "+45": "DK", "+358": "FI", "+372": "EE", "+49": "DE", "+44": "GB"}
        if not number.startswith("+"):
            return self.p.settings["country"]
        return next((country for code, country in codes.items() if number.startswith(code)), "elsewhere")

    def nature(self, contact):
        if "recipient" in contact:
            return contact["recipient"]
        if not contact.get("company"):
            return "natural"
        mailbox = bare((contact.get("email") or "").rpartition("@")[0])
        name = contact["name"]
        words = f"{name.get('given', '')} {name.get('family', '')}".split()
        return "work_address" if any(len(bare(word)) > 2 and bare(word) in mailbox for word in words) else "legal"

    def allows(self, contact, way, on):
        basis, country, nature = contact["basis"], self.country(contact), self.nature(contact)
        person = "natural" if nature == "sole_trader" else nature
        row = country if country in self.known else "elsewhere"
        need = self.own.get((country, way, nature)) or self.own.get((country, way, person)) or self.needs[row, way, person]
        if "until" in basis and day(basis["until"]) < on:
            return False
        met = need == "none" or (need in ("customer", "consent") and basis["kind"] == "consent")
        if need == "customer" and basis["kind"] == "customer":
            met = self.buys(contact, on)
        return met and ((row, way) not in self.proof or ("evidence" in basis and "on" in basis))

    def buys(self, contact, on):
        if contact.get("kind") != "former":
            return contact.get("kind") != "prospect"
        if "ended" not in contact:
            return False
        ended = day(contact["ended"]["on"])
        leap = (ended.month, ended.day) == (2, 29)
        return on <= ended.replace(year=ended.year + 1, day=28 if leap else ended.day)


def bare(text):
    """As in mailboxes: small letters without their marks."""
    text = unicodedata.normalize("NFKD", text.lower()).replace("ø", "o").replace("æ", "ae").replace("ß", "ss")
    return "".join(letter for letter in text if letter.isalnum())


def later(on, every):
    """The day so long after another: `2 months`."""
    count, unit = every.split()
    days = {"d": 1, "w": 7}.get(unit[0])
    if days:
        return on + datetime.timedelta(int(count) * days)
    return months_before(on, -int(count) * (12 if unit[0] == "y" else 1))


class Audiences:
    """Who each mailing reaches, with the days of mailings as bevara prints them for the whole list."""

    def __init__(self, p, days):
        self.p, self.days, self.law = p, days, Law(p)
        spoke = {r["referrer"] for r in p.referrals} | {t["contact"] for t in p.touches if t.get("inbound") == "true"}
        leads = {(r.get("lead") or {}).get("contact") for r in p.referrals if r["stage"] != "customer"}
        self.only_named = ({lead for lead in leads if lead} | self.unlinked()) - spoke
        self.named = defaultdict(list)
        for referral in p.referrals:
            for side in SIDES:
                since, who = owed_since(referral, side), who_is_on(referral, side)
                if since and who:
                    self.named[side, who].append((day(since), thanked_by_hand(p, referral, side)))
        self.mailings = [mailing for plan in p.plans.values() for mailing in plan.get("mailings", [])]
        self.thanks = [mailing for mailing in self.mailings if mailing["kind"] == "thanks"]
        self.events = self.what_happened()
        self.year = {m["id"]: year for year, plan in p.plans.items() for m in plan.get("mailings", [])}

    def unlinked(self):
        """Contacts whom an open referral names by telephone, or name and firm, without saying so."""
        leads, found, known = {}, set(), persons(self.p)
        for referral in self.p.referrals:
            if "contact" not in (referral.get("lead") or {}):
                for sign in known[referral["id"]]:
                    leads.setdefault(sign, referral)
        for contact in self.p.contacts:
            signs = sorted((sign for sign in own_signs(contact) if sign[0] != "mailbox"), reverse=True)
            named = next((leads[sign] for sign in signs if sign in leads), None)
            if named and named["referrer"] != contact["id"] and named["stage"] != "customer":
                found.add(contact["id"])
        return found

    def what_happened(self):
        """(event, contact) -> its days."""
        days = defaultdict(set)
        for contact in self.p.contacts:
            if "since" in contact:
                days["since", contact["id"]].add(day(contact["since"]))
        for touch in self.p.touches:
            if touch["kind"] in ("meeting", "review", "thanks") and touch.get("inbound") != "true":
                days[touch["kind"], touch["contact"]].add(day(touch["on"]))
        for referral in self.p.referrals:
            days["referral", referral["referrer"]].add(day(referral["received"]))
            lead = (referral.get("lead") or {}).get("contact")
            bought = referral.get("customer") or (referral.get("first_purchase") or {}).get("on")
            if referral["stage"] == "customer" and lead and bought:
                days["customer", lead].add(day(bought))
            for side, on in (referral.get("thanked") or {}).items():
                if who_is_on(referral, side):
                    days["thanks", who_is_on(referral, side)].add(day(on))
        return days

    def messages(self, mailing, contact):
        """The days on which a mailing is due to a contact: one, or one an event in the plan's year; [None] where they have none."""
        days, kind = self.due(mailing, contact), mailing["kind"]
        if kind == "thanks":
            return [on for on in days if on and self.owes_thanks(mailing, contact, on)]
        return [on for on in days if runs_on(contact.get("project"), on)] if kind == "status" else days

    def due(self, mailing, contact):
        after = after_event(mailing["when"])
        if not after:
            return [self.on(mailing, contact)]
        event, behind = after
        days = [shifted(on + behind, mailing.get("shift")) for on in sorted(self.events[event, contact["id"]])]
        return [on for on in days if on.year == self.year[mailing["id"]]]

    def on(self, mailing, contact):
        if mailing["when"].startswith(("birthday", "since")):
            own = contact.get(mailing["when"][:8].split("-")[0].split("+")[0])
            if not own:
                return None
            own, year = day(own), self.year[mailing["id"]]
            if mailing["when"].startswith("since") and own.year >= year:
                return None
            leap = (own.month, own.day) == (2, 29) and (year % 4 or (year % 100 == 0 and year % 400))
            return datetime.date(year, own.month, 28 if leap else own.day)
        return self.days[mailing["id"]]

    def is_meant(self, mailing, contact):
        if TIERS[contact["tier"]] < TIERS[mailing["to"]]:
            return False
        return contact["tier"] == "D" or meets(contact, mailing.get("where"))

    def owes_thanks(self, mailing, contact, on):
        """For somebody of the last year for whom neither a person nor an earlier mailing has thanked them by that day."""
        side, year = mailing.get("side", "referrer"), datetime.timedelta(365)
        others = [other for other in self.thanks if other["id"] != mailing["id"] and other.get("side", "referrer") == side]
        others = [other for other in others if contact["tier"] == "D" or self.is_within(other, contact)]
        earlier = [other for mailing in others for other in self.due(mailing, contact) if other]
        return any(
            on - year <= since <= on
            and (thanked is None or thanked >= on)
            and not any(other < on and other - year <= since <= other for other in earlier)
            for since, thanked in self.named[side, contact["id"]]
        )

    def is_within(self, mailing, contact):
        return TIERS[contact["tier"]] >= TIERS[mailing["to"]] and meets(contact, mailing.get("where"))

    def route(self, mailing, contact, on):
        """`email`, `post`, or None."""
        channel, wanted = mailing.get("channel", "email"), (contact.get("prefers") or {}).get("channel")
        address = contact.get("address") or {}
        has_paper = all(key in address for key in ("street", "postcode", "city"))
        has_mail = contact.get("email") and "email_bounced" not in contact
        paper = "post" if has_paper and self.law.allows(contact, "post", on) else None
        mail = "email" if has_mail and self.law.allows(contact, "email", on) else None
        if wanted == "phone":
            return paper if mailing["kind"] == "gift" and channel != "email" else None
        if channel == "email":
            return None if wanted == "post" else mail
        if channel == "post":
            return None if wanted == "email" and mailing["kind"] != "gift" else paper
        return {"email": mail, "post": paper}.get(wanted, mail or paper)

    def is_open_to(self, contact):
        """May they get mailings at all?"""
        if contact["tier"] == "D" or self.p.is_walled(contact) or "unsubscribed" in contact or "basis" not in contact:
            return False
        return contact["id"] not in self.only_named or contact["basis"]["kind"] != "legitimate_interest"

    def admits(self, mailing, contact, on):
        if on is None or not self.is_open_to(contact) or self.p.is_paused(contact, on):
            return None
        return self.route(mailing, contact, on)

    def capped(self):
        """(mailing, contact, day) beyond the cap that a contact asked for, or too soon after the mailing before."""
        beyond = set()
        for contact in self.p.contacts:
            prefers = contact.get("prefers") or {}
            most, every = prefers.get("max_per_year"), prefers.get("every")
            if most is None and every is None:
                continue
            meant = [mailing for mailing in self.mailings if self.is_meant(mailing, contact)]
            dated = [(on, m["id"]) for m in meant for on in self.messages(m, contact) if self.admits(m, contact, on)]
            count, last = Counter(), None
            kinds = {mailing["id"]: mailing["kind"] for mailing in meant}
            for on, mailing in sorted(dated, key=lambda one: one[0]):
                waited_for = kinds[mailing] in ("thanks", "status")
                if every and last and not waited_for and on < later(last, every):
                    beyond.add((mailing, contact["id"], on))
                elif most is not None and count[on.year] >= int(most):
                    beyond.add((mailing, contact["id"], on))
                else:
                    count[on.year] += 1
                    last = last if waited_for else on
        return beyond

    def count(self):
        beyond, counted = self.capped(), []
        for mailing in self.mailings:
            reached = refused = paper = 0
            for contact in self.p.contacts:
                if not self.is_meant(mailing, contact):
                    continue
                days = self.messages(mailing, contact)
                # Who may not be written to at all is refused once, however much happened to them.
                for on in days if self.is_open_to(contact) else days[:1]:
                    route = self.admits(mailing, contact, on)
                    if route is None or (mailing["id"], contact["id"], on) in beyond:
                        refused += 1
                    else:
                        reached += 1
                        paper += route == "post"
            states = Counter(state for state, _ in self.p.journals.get(mailing["id"], {}).values())
            counted.append({
                "id": mailing["id"], "audience": reached, "refused": refused, "on_paper": paper,
                "accepted": states["accepted"], "posted": states["posted"], "in_doubt": states["in_doubt"],
                "deferred": states["deferred"], "refused_by_relay": states["refused"],
            })
        return counted


def the_steps(p, silence, owed):
    """What the data say of each of the six steps."""
    goals, count = p.settings.get("goals") or {}, len(p.contacts)
    enough = len(p.active()) >= int(goals.get("list_size", 250)) or ("by" in goals and day(goals["by"]) >= p.today)
    d = sum(contact["tier"] == "D" for contact in p.contacts)
    reasons = all("tier_reason" in contact for contact in p.contacts if contact["tier"] == "A")
    fallback = p.settings.get("fallback") or {}
    texts = {path.name.split(".")[1] if path.name.count(".") > 1 else p.settings["languages"][0] for path in (p.root / "content").glob("keep-in-mind*.md")}
    read = {contact["language"] for contact in p.active() if not p.is_walled(contact)}
    heard, cared = words(p), p.cared_for()
    recent = p.begins >= p.today - datetime.timedelta(31) or any(p.today - on <= datetime.timedelta(31) for c in cared for on, _ in heard.get(c["id"], []))
    years = {p.today.year, p.today.year + (p.today.month == 12)}
    policy, reward = p.settings.get("reward"), the_reward(p)
    is_covered = bool(reward) and reward["left"] is not None and Decimal(reward["left"]) >= 0
    within = thank_within(p) + datetime.timedelta(30)
    waits = any(p.today - day(o["since"]) > within for o in owed)
    return {
        "list": count > 0 and enough,
        "tiers": count > 0 and reasons and not (d == 0 and count >= 50),
        "standing_text": bool(texts) and all(language in texts or fallback.get(language) in texts for language in read),
        "touch": recent and len(silence) * 10 <= len(cared),
        "plan": all(p.plans.get(year, {}).get("mailings") for year in years),
        "thank": bool(policy) and all(policy.get(side) for side in SIDES) and is_covered and not waits,
    }


class Comparison:
    def __init__(self):
        self.wrong, self.count = [], 0

    def same(self, what, said, counted):
        self.count += 1
        if said != counted:
            self.wrong.append(f"{what}: bevara says {said!r}, the recount {counted!r}")

    def keys(self, what, said, counted):
        if said is None or counted is None:
            return self.same(what, said, counted)
        for key, value in counted.items():
            self.same(f"{what}.{key}", said.get(key), value)

    def rows(self, what, said, counted, by):
        """Lists of objects, compared by a key and in no order."""
        index = lambda rows: {tuple(row[key] for key in by): row for row in rows}
        said_by, counted_by = index(said), index(counted)
        self.same(f"{what}, who", sorted(said_by), sorted(counted_by))
        self.same(f"{what}, how many", len(said), len(counted))
        for key in said_by.keys() & counted_by.keys():
            self.keys(f"{what} {'/'.join(key)}", said_by[key], counted_by[key])


def agenda(c, p, document, owed, late):
    """The agenda: each state follows from the day, and nothing that is owed is missing."""
    week = datetime.timedelta(7)
    for item in document["agenda"]:
        on = day(item["on"])
        if item["state"] != "done":
            state = "overdue" if on < p.today else "due" if on < p.today + week else "coming"
            c.same(f"agenda {item['on']} {item['what']}, state", item["state"], state)
        contact = p.by_id.get(item["contact"])
        if contact:
            c.same(f"agenda {item['what']}, left alone", contact["tier"] == "D" or p.is_walled(contact), False)
        c.same(f"agenda {item['what']}, owner", any(item["owner"] == m["id"] for m in p.settings["team"]), True)
    open_items = [item for item in document["agenda"] if item["state"] != "done"]
    early = [item["what"] for item in open_items if day(item["on"]) < p.begins]
    c.same("agenda, open before it begins", early, [])
    c.same("agenda, thanks", sum(item["kind"] == "thanks" and item["source"] == "thanks" for item in open_items), len(owed))
    late_steps = sum(item["kind"] == "next-step" and item["state"] == "overdue" for item in open_items)
    c.same("agenda, late next steps", late_steps, len(late))
    silent = sum(item["kind"] == "silence" and day(item["on"]) <= p.today for item in document["agenda"])
    c.same("agenda, silence", silent >= len(document["silence"]), True)
    touched = defaultdict(list)
    for touch in p.touches:
        if touch.get("inbound") != "true":
            touched[touch["contact"], touch["kind"]].append(day(touch["on"]))
    for item in document["agenda"]:
        if item["source"] == "plan" and item["state"] == "done":
            c.same(f"agenda {item['what']} of {item['contact']}, done", bool(touched[item["contact"], item["kind"]]), True)


def compare(document, p):
    c = Comparison()
    c.same("today", document["today"], p.today.isoformat())
    c.keys("list", document["list"], the_list(p))
    c.keys("referrals", document["referrals"], the_referrals(p))
    owed, late = the_thanks(p), the_late_steps(p)
    c.rows("thanks_owed", document["thanks_owed"], owed, ("referral", "side"))
    c.rows("next_steps_overdue", document["next_steps_overdue"], late, ("referral", "side"))
    c.keys("reward", document["reward"], the_reward(p))
    silence, short = the_care(p)
    c.rows("silence", document["silence"], silence, ("contact",))
    c.rows("shortfalls", document["shortfalls"], short, ("contact",))
    days = {mailing["id"]: day(mailing["on"]) if mailing["on"] else None for mailing in document["mailings"]}
    for plan in p.plans.values():
        for mailing in plan.get("mailings", []):
            if mailing["when"][:4].isdigit() and "shift" not in mailing:
                c.same(f"mailing {mailing['id']}, on", days[mailing["id"]], day(mailing["when"]))
    c.rows("mailings", document["mailings"], Audiences(p, days).count(), ("id",))
    for mailing in document["mailings"]:
        if mailing["until"] and day(mailing["until"]) < p.begins and mailing["id"] not in p.journals:
            c.same(f"mailing {mailing['id']}, before it begins", (mailing["state"] in ("past", "empty"), mailing["unsent"]), (True, 0))
    claimed = p.settings.get("steps") or {}
    holds = the_steps(p, silence, owed)
    for step in document["steps"]:
        c.same(f"step {step['step']}, claimed", step["claimed"], claimed.get(step["step"]) or None)
        c.same(f"step {step['step']}, holds", step["holds"], holds[step["step"]])
    c.same("steps", len(document["steps"]), 6)
    agenda(c, p, document, owed, late)
    measures(c, document, p)
    return c


def main(root, bevara="target/release/bevara", today="2026-11-21"):
    p = Programme(root, day(today))
    run = subprocess.run([bevara, "-C", root, "--today", today, "--format", "json", "status"], capture_output=True, text=True)
    # 1 where a mailing is late or an issue overdue: the document is there all the same.
    if run.returncode not in (0, 1) or not run.stdout.startswith("{"):
        sys.exit(f"status ended with {run.returncode}:\n{run.stdout[:2000]}{run.stderr}")
    documents = [("status --format json", json.loads(run.stdout))]
    data = pathlib.Path(root) / "output/report/data.json"
    if data.exists():
        built = json.loads(data.read_text(encoding="utf-8"))
        if built.get("today") == today:
            documents.append(("report/data.json", built))
    wrong = 0
    for name, document in documents:
        comparison = compare(document, p)
        wrong += len(comparison.wrong)
        print(f"{root}: {name}: {comparison.count} numbers recounted, {len(comparison.wrong)} differ")
        for line in comparison.wrong[:40]:
            print("  " + line)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])

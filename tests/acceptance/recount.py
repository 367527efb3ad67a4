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
import zoneinfo
from collections import Counter, defaultdict
from decimal import Decimal

import yaml

LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
STAGES = ["received", "contacted", "meeting", "customer", "lost"]
SIDES = ["referrer", "referred"]


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
        ledgers = {"do-not-contact.yaml", "referrals.yaml"}
        self.contacts = []
        for path in sorted((self.root / "contacts").rglob("*.yaml"), key=lambda path: str(path)):
            if path.name not in ledgers and path.parent.name != "touches":
                self.contacts += load(path)
        self.by_id = {contact["id"]: contact for contact in self.contacts}
        self.wall = self.list_of("contacts/do-not-contact.yaml")
        self.referrals = self.list_of("contacts/referrals.yaml")
        self.touches = [touch for path in sorted(glob.glob(f"{root}/contacts/touches/*.yaml")) for touch in load(path)]
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
        """Enough of the wall for programmes without tricks: a firm, a domain, an address, a D's own address."""
        email = (contact.get("email") or "").lower()
        firm = (contact.get("company") or "").lower()
        for entry in self.wall:
            if "company" in entry and entry["company"].lower() == firm:
                return True
            if "domain" in entry and (email.endswith("@" + entry["domain"].lower()) or email.endswith("." + entry["domain"].lower())):
                return True
            if "email" in entry and entry["email"].lower() == email:
                return True
        return bool(email) and any(d["tier"] == "D" and (d.get("email") or "").lower() == email for d in self.contacts_of_d())

    def contacts_of_d(self):
        if not hasattr(self, "_of_d"):
            self._of_d = [contact for contact in self.contacts if contact["tier"] == "D"]
        return self._of_d

    def is_paused(self, contact, on):
        pause = contact.get("pause")
        return bool(pause) and ("until" not in pause or on < day(pause["until"]))

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


def money(text, decimals=2):
    """As the ledgers write it: with a point in whole units, without one in minor units."""
    return Decimal(text) if "." in text else Decimal(text).scaleb(-decimals)


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
    who = referral["referrer"] if side == "referrer" else (referral.get("lead") or {}).get("contact")
    contact = p.by_id.get(who)
    return bool(contact) and (contact["tier"] == "D" or p.is_walled(contact))


def the_thanks(p):
    owed = []
    for referral in p.referrals:
        for side in SIDES:
            since = owed_since(referral, side)
            if since and side not in (referral.get("thanked") or {}) and not left_alone(p, referral, side):
                if day(since) + thank_within(p) < p.begins:
                    continue
                owed.append({"referral": referral["id"], "side": side, "since": since})
    return owed


def the_late_steps(p):
    late = []
    for referral in p.referrals:
        for side, step in (referral.get("next") or {}).items():
            if referral["stage"] in STAGES[:3] and p.begins <= day(step["on"]) < p.today and not left_alone(p, referral, side):
                late.append({"referral": referral["id"], "side": side, "on": step["on"]})
    return late


def the_reward(p):
    policy = p.settings.get("reward")
    if not policy:
        return None
    year = int(policy.get("year", p.today.year))
    costs = {option["id"]: money(option["cost"]) for option in policy["options"]}
    used = Decimal(0)
    for referral in p.referrals:
        for side, option in (referral.get("reward") or {}).items():
            on = (referral.get("thanked") or {}).get(side)
            if on and day(on).year == year:
                used += costs[option]
    budget = money(policy["budget"])
    return {"year": year, "budget": f"{budget:.2f}", "used": f"{used:.2f}", "left": f"{budget - used:.2f}", "currency": policy["currency"]}


def words(p):
    """contact -> [(day, is it ours, counts for the year)] of touches and mailings that were sent."""
    heard = defaultdict(list)
    gifts = {mailing["id"] for plan in p.plans.values() for mailing in plan.get("mailings", []) if mailing["kind"] == "gift"}
    given = defaultdict(list)
    for mailing in gifts & p.journals.keys():
        for contact, (state, on) in p.journals[mailing].items():
            if state in ("accepted", "posted"):
                given[contact].append(on)
    for touch in p.touches:
        ours = touch.get("inbound", "false") != "true"
        # A gift that its mailing's journal knows as well counts there.
        if touch["kind"] == "gift" and any(abs((day(touch["on"]) - on).days) <= 21 for on in given[touch["contact"]]):
            ours = False
        heard[touch["contact"]].append((day(touch["on"]), ours))
    for people in p.journals.values():
        for contact, (state, on) in people.items():
            if state in ("accepted", "posted"):
                heard[contact].append((on, True))
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


class Audiences:
    """Who each mailing reaches, with the days of mailings as bevara prints them for the whole list."""

    def __init__(self, p, days):
        self.p, self.days = p, days
        spoke = {r["referrer"] for r in p.referrals} | {t["contact"] for t in p.touches if t.get("inbound") == "true"}
        leads = {(r.get("lead") or {}).get("contact") for r in p.referrals if r["stage"] != "customer"}
        self.only_named = {lead for lead in leads if lead} - spoke
        self.named = defaultdict(list)
        for referral in p.referrals:
            self.named[referral["referrer"]].append((day(referral["received"]), (referral.get("thanked") or {}).get("referrer")))
        self.mailings = [mailing for plan in p.plans.values() for mailing in plan.get("mailings", [])]
        self.thanks_days = {m["id"]: days[m["id"]] for m in self.mailings if m["kind"] == "thanks"}
        self.year = {m["id"]: year for year, plan in p.plans.items() for m in plan.get("mailings", [])}

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
        order = {"A": 3, "B": 2, "C": 1, "everyone": 1, "D": 9}
        if order[contact["tier"]] < order[mailing["to"]]:
            return False
        if mailing["kind"] == "thanks" and not self.owes_thanks(mailing, contact):
            return False
        return contact["tier"] == "D" or meets(contact, mailing.get("where"))

    def owes_thanks(self, mailing, contact):
        on, year = self.days[mailing["id"]], datetime.timedelta(365)
        earlier = [other for key, other in self.thanks_days.items() if key != mailing["id"] and other < on]
        return any(
            on - year <= received <= on
            and (thanked is None or day(thanked) >= on)
            and not any(other - year <= received <= other for other in earlier)
            for received, thanked in self.named[contact["id"]]
        )

    def route(self, mailing, contact):
        """`email`, `post`, or None."""
        channel, wanted = mailing.get("channel", "email"), (contact.get("prefers") or {}).get("channel")
        address = contact.get("address") or {}
        paper = "post" if all(key in address for key in ("street", "postcode", "city")) else None
        mail = "email" if contact.get("email") and "email_bounced" not in contact else None
        if channel == "email":
            return None if wanted == "post" else mail
        if channel == "post":
            return None if wanted == "email" and mailing["kind"] != "gift" else paper
        return {"email": mail, "post": paper}.get(wanted, mail or paper)

    def admits(self, mailing, contact):
        if contact["tier"] == "D" or self.p.is_walled(contact) or "unsubscribed" in contact or "basis" not in contact:
            return None
        if contact["id"] in self.only_named and contact["basis"]["kind"] == "legitimate_interest":
            return None
        on = self.on(mailing, contact)
        if on is None or self.p.is_paused(contact, on):
            return None
        return self.route(mailing, contact)

    def capped(self):
        """(mailing, contact) beyond the cap that a contact asked for, a calendar year at a time."""
        beyond = set()
        for contact in self.p.contacts:
            most = (contact.get("prefers") or {}).get("max_per_year")
            if most is None:
                continue
            dated = [m for m in self.mailings if self.is_meant(m, contact) and self.admits(m, contact)]
            dated.sort(key=lambda mailing: self.on(mailing, contact))
            count = Counter()
            for mailing in dated:
                count[self.on(mailing, contact).year] += 1
                if count[self.on(mailing, contact).year] > int(most):
                    beyond.add((mailing["id"], contact["id"]))
        return beyond

    def count(self):
        beyond, counted = self.capped(), []
        for mailing in self.mailings:
            reached = refused = paper = 0
            for contact in self.p.contacts:
                if not self.is_meant(mailing, contact):
                    continue
                route = self.admits(mailing, contact)
                if route is None or (mailing["id"], contact["id"]) in beyond:
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
    enough = count >= int(goals.get("list_size", 250)) or ("by" in goals and day(goals["by"]) >= p.today)
    d = sum(contact["tier"] == "D" for contact in p.contacts)
    reasons = all("tier_reason" in contact for contact in p.contacts if contact["tier"] == "A")
    fallback = p.settings.get("fallback") or {}
    texts = {path.name.split(".")[1] if path.name.count(".") > 1 else p.settings["languages"][0] for path in (p.root / "content").glob("keep-in-mind*.md")}
    read = {contact["language"] for contact in p.active() if not p.is_walled(contact)}
    heard, cared = words(p), p.cared_for()
    recent = p.begins >= p.today - datetime.timedelta(31) or any(p.today - on <= datetime.timedelta(31) for c in cared for on, _ in heard.get(c["id"], []))
    years = {p.today.year, p.today.year + (p.today.month == 12)}
    policy, reward = p.settings.get("reward"), the_reward(p)
    within = thank_within(p) + datetime.timedelta(30)
    waits = any(p.today - day(o["since"]) > within for o in owed)
    return {
        "list": count > 0 and enough,
        "tiers": count > 0 and reasons and not (d == 0 and count >= 50),
        "standing_text": bool(texts) and all(language in texts or fallback.get(language) in texts for language in read),
        "touch": recent and len(silence) * 10 <= len(cared),
        "plan": all(p.plans.get(year, {}).get("mailings") for year in years),
        "thank": bool(policy) and bool(policy.get("referrer")) and bool(policy.get("referred")) and Decimal(reward["left"]) >= 0 and not waits,
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

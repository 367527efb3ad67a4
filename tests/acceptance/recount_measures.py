"""Recounts what a programme is measured by beyond the ledgers: where referrals come from, who stays, what it costs, who was asked.

Used by recount.py; reads the same YAML, and computes each number by another way than bevara does.
"""

import datetime
import math
from collections import Counter, defaultdict
from decimal import Decimal, ROUND_HALF_UP

NETWORK = 250
STAIRS = [10, 15, 30, 50]


def day(text):
    return datetime.date.fromisoformat(text)


def money(text, decimals=2):
    """As the ledgers write it: with a point in whole units, without one in minor units."""
    return Decimal(text) if "." in text else Decimal(text).scaleb(-decimals)


def months_before(on, months):
    """The same day so many months ago, or the last of a shorter month."""
    index = on.year * 12 + on.month - 1 - months
    year, month = divmod(index, 12)
    for last in (on.day, 30, 29, 28):
        try:
            return datetime.date(year, month + 1, min(on.day, last))
        except ValueError:
            continue


def percent(part, whole):
    return float((Decimal(100 * part) / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)) if whole else 0.0


def people(p):
    return [contact for contact in p.active() if not p.is_walled(contact)]


def eligible(p):
    return {c["id"] for c in p.active() if c.get("kind", "other") in ("customer", "former", "partner")}


def named_within_a_year(p, end):
    start = months_before(end, 12)
    return {r["referrer"] for r in p.referrals if start < day(r["received"]) <= end} & eligible(p)


def the_trend(p):
    """The rate at the end of each quarter since the first referral or the beginning, whichever is later."""
    first = min((day(r["received"]) for r in p.referrals), default=None)
    steps = [day(on) for on in (p.settings.get("steps") or {}).values() if on]
    begun = p.settings.get("begins") and day(p.settings["begins"]) or min(steps, default=None)
    starts = [on for on in (first, begun) if on]
    if not starts:
        return []
    at = max(starts)
    at = datetime.date(at.year, (at.month - 1) // 3 * 3 + 1, 1)
    rows = []
    while at <= p.today:
        name = f"{at.year}-Q{(at.month - 1) // 3 + 1}"
        at = datetime.date(at.year + (at.month > 9), (at.month + 2) % 12 + 1, 1)
        named = named_within_a_year(p, min(at - datetime.timedelta(1), p.today))
        rows.append({"quarter": name, "referrers": len(named), "share": percent(len(named), len(eligible(p)))})
    return rows[-12:]


def the_origins(p):
    """Each way of grouping the ledger: key -> (named, met, customers, value)."""
    kinds = {o["id"]: o["kind"] for o in (p.settings.get("reward") or {}).get("options", [])}
    currency = (p.settings.get("reward") or {}).get("currency")
    groups = {name: defaultdict(lambda: [0, 0, 0, Decimal(0)]) for name in ("via", "mailing", "reward", "tier", "quarter")}
    for r in p.referrals:
        via = r.get("via")
        way, mailing = ("mailing", via["mailing"]) if isinstance(via, dict) else (via or "unknown", None)
        received = day(r["received"])
        keys = {
            "via": way,
            "mailing": mailing,
            "reward": kinds.get((r.get("reward") or {}).get("referrer"), "none"),
            "tier": p.by_id[r["referrer"]]["tier"] if r["referrer"] in p.by_id else None,
            "quarter": f"{received.year}-Q{(received.month - 1) // 3 + 1}",
        }
        bought = r["stage"] == "customer"
        purchase = r.get("first_purchase")
        value = money(purchase["value"]) if purchase and purchase.get("currency", currency) == currency else Decimal(0)
        for name, key in keys.items():
            if key:
                row = groups[name][key]
                row[0] += 1
                row[1] += "meeting" in r or bought or r["stage"] == "meeting"
                row[2] += bought
                row[3] += value
    return groups


def the_keeping(p):
    year_ago = months_before(p.today, 12)
    before = kept = 0
    for contact in p.contacts:
        since = contact.get("since") or contact.get("collected_on")
        ended = (contact.get("ended") or {}).get("on")
        ended = day(ended) if ended and day(ended) <= p.today else None
        if not since or day(since) > year_ago:
            continue
        kind = contact.get("kind") or ("customer" if (contact.get("basis") or {}).get("kind") == "customer" else "other")
        still = kind == "customer" and ended is None
        if still or ended and ended > year_ago:
            before, kept = before + 1, kept + still
    return {"a_year_ago": before, "kept": kept, "share": percent(kept, before) if before else None}


def the_spending(p, document):
    """Gifts by the journals, rewards as the document says (recounted elsewhere)."""
    currency = (p.settings.get("reward") or {}).get("currency")
    by_id = {mailing["id"]: mailing for mailing in document["mailings"]}
    gifts, ahead, budget = Decimal(0), Decimal(0), Decimal(document["reward"]["budget"] or 0)
    for mailing in p.plans.get(p.today.year, {}).get("mailings", []):
        gift = mailing.get("gift")
        if mailing["kind"] != "gift" or not gift or gift.get("currency", currency) != currency:
            continue
        states = Counter(state for state, _ in p.journals.get(mailing["id"], {}).values())
        given = states["accepted"] + states["posted"]
        gifts += given * money(gift["unit_cost"])
        planned = by_id[mailing["id"]]
        if day(planned["on"]) > p.today:
            ahead += (planned["audience"] - given) * money(gift["unit_cost"])
        budget += money(gift["budget"]) if "budget" in gift else 0
    rewards = Decimal(document["reward"]["used"])
    written = {"rewards": rewards, "gifts": gifts, "total": rewards + gifts, "gifts_ahead": ahead,
               "expected": rewards + gifts + ahead, "budget": budget}
    return {"year": p.today.year, "currency": currency, **{key: f"{value:.2f}" for key, value in written.items()}}


def the_goal(p, spending):
    referrers, of = len(named_within_a_year(p, p.today)), len(eligible(p))
    goal = next((goal for goal in STAIRS if not of or 100 * referrers < of * goal), None)
    missing = max(0, -(-of * goal // 100) - referrers) if goal else 0
    baseline = p.settings.get("baseline") or {}
    customers = sum(r["stage"] == "customer" for r in p.referrals)
    worth = None
    if "customer_value" in baseline and customers:
        worth = (money(baseline["customer_value"]) * 100 * customers // len(p.referrals)) / 100
    cost = Decimal(spending["expected"])
    return {"next": goal, "missing": missing, "cost": f"{cost:.2f}", "referral_worth": worth and f"{worth:.2f}",
            "break_even_referrals": math.ceil(cost / worth) if worth else None}


def the_scores(p):
    counts, oldest = Counter(), months_before(p.today, 15)
    for contact in people(p):
        nps = contact.get("nps")
        if not nps:
            counts["without"] += 1
        elif "on" not in nps or day(nps["on"]) < oldest:
            counts["outdated"] += 1
        else:
            score = int(nps["score"])
            counts["promoters" if score >= 9 else "detractors" if score <= 6 else "passives"] += 1
    of = counts["promoters"] + counts["passives"] + counts["detractors"]
    score = None
    if of:
        exact = Decimal(100 * (counts["promoters"] - counts["detractors"])) / of
        score = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    return {"score": score, **{key: counts[key] for key in ("promoters", "passives", "detractors", "outdated", "without")}}


def the_preferences(p):
    was_asked = lambda contact: (contact.get("prefers") or {}).get("asked") not in (None, "false", "assumed")
    return [c["id"] for c in people(p) if was_asked(c)], [c["id"] for c in people(p) if not was_asked(c)]


def the_issues(p):
    year_ago = months_before(p.today, 12)
    opened, solved = [], []
    for contact in people(p):
        for issue in contact.get("issues", []):
            closed = issue.get("closed")
            if closed is None or day(closed) > p.today:
                opened.append(contact["id"])
            elif day(closed) > year_ago:
                solved.append(contact["id"])
    return sorted(opened), sorted(solved)


def measures(c, document, p):
    """Compares everything this module counts."""
    target = int((p.settings.get("goals") or {}).get("list_size", NETWORK))
    c.same("list.target_reach", document["list"]["target_reach"], target * NETWORK)
    referrals = document["referrals"]
    now = named_within_a_year(p, p.today)
    c.keys("last_12_months", referrals["last_12_months"],
           {"referrers": len(now), "eligible": len(eligible(p)), "share": percent(len(now), len(eligible(p)))})
    c.rows("trend", referrals["trend"], the_trend(p), ("quarter",))
    for name, groups in the_origins(p).items():
        said = {row["key"]: row for row in referrals["origins"][name]}
        c.same(f"origins by {name}", sorted(said), sorted(groups))
        for key, (named, met, customers, value) in groups.items():
            counted = {"named": named, "meetings": met, "customers": customers}
            c.keys(f"origins by {name}, {key}", said.get(key), counted)
            c.same(f"origins by {name}, {key}, value", Decimal(said[key]["value"] or 0), value)
    c.keys("keeping", document["keeping"], the_keeping(p))
    if document["reward"]:
        spending = the_spending(p, document)
        c.keys("spending", document["spending"], spending)
        c.keys("goal_meeting", document["goal_meeting"], the_goal(p, spending))
    c.keys("nps", document["nps"], the_scores(p))
    asked, never = the_preferences(p)
    c.same("preferences, asked", document["preferences"]["asked"], len(asked))
    c.same("preferences, never asked", document["preferences"]["never_asked"], never)
    opened, solved = the_issues(p)
    c.same("issues, open", sorted(case["contact"] for case in document["issues"]["open"]), opened)
    c.same("issues, solved", sorted(case["contact"] for case in document["issues"]["solved"]), solved)

"""Writes a programme of N contacts into a folder: the demo's texts, templates and plans, and a long list of invented people.

    python3 benches/generate.py 62500 /tmp/large
    python3 benches/generate.py --one 62500 /tmp/large      # one newsletter without pictures instead of two years of plans
    python3 benches/generate.py --letters 62500 /tmp/large  # one newsletter on paper, as it is
    python3 benches/generate.py 62500 /tmp/large 100000 900 8    # with so many touches, referrals and journals of 2026

The same numbers give the same programme. Nothing but the standard library is needed.
"""

import datetime
import json
import random
import re
import shutil
import sys
import unicodedata
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
A_FILE = 2500
"""Contacts a file."""

LANGUAGES = {
    "sv": {
        "country": "SE",
        "owner": "sara",
        "form": "AB",
        "phone": "+46 70 1{:05}",
        "given": "Anna Erik Maria Lars Karin Karl Kristina Johan Eva Nils Elsa Olof Ingrid Gunnar Sofia Mats Astrid Björn Åsa "
        "Göran Märta Sven Elin Håkan Linnéa Fredrik Ebba Tomas Sigrid Anders Malin Oskar Frida Jonas Tove Henrik Ylva Pär "
        "Hedda Stefan",
        "first": "Lind Berg Dahl Ek Gran Holm Sjö Ström Wik Hag Ny Söder Norr Väster Öst Björk Alm Löf Rosen Åker Hed Fors Back "
        "Stål Silfver Ceder",
        "last": "ström gren kvist man qvist berg lund dal mark stedt hielm vall bom borg hed åsen",
        "street": "Storgatan Kungsgatan Linnégatan Götgatan Hamngatan Skolgatan Ågatan Björkvägen Kyrkogatan Östra Ågatan",
        "cities": [("Stockholm", "1{:02} {:02}"), ("Uppsala", "75{} {:02}"), ("Göteborg", "41{} {:02}"), ("Malmö", "21{} {:02}")],
        "trades": "Arkitekter Bokbinderi Data Förlag Juristbyrå Konsult Mekanik Optik Plåt Redovisning Trädgård Tryckeri",
    },
    "nb": {
        "country": "NO",
        "owner": "sara",
        "form": "AS",
        "phone": "+47 55 5{:05}",
        "given": "Anne Jan Inger Per Kari Bjørn Marit Ole Liv Kjell Ingrid Arne Berit Svein Solveig Knut Randi Tor Astrid Geir "
        "Bente Hans Åse Lars Tone Morten Hilde Rune Turid Øyvind Sissel Trond Gro Einar Marte Jørgen Ragnhild Håkon Siri Vidar",
        "first": "Berg Bakk Dal Eid Fjell Haug Hav Lie Lund Moe Myr Nes Øver Rød Sand Sol Strand Svart Tor Vik Ås Brekk Grøn Hol "
        "Kvam Lang",
        "last": "en eland heim haug land li mo nes rud seth stad sund tun vik voll øy",
        "street": "Storgata Kirkegata Strandgata Skippergata Torggata Nygata Møllergata Fjordveien Bjørkeveien Havnegata",
        "cities": [("Oslo", "0{}{}"), ("Bergen", "50{1}"), ("Trondheim", "70{1}"), ("Stavanger", "40{1}")],
        "trades": "Arkitekter Bygg Data Eiendom Fisk Forlag Konsult Mekanikk Regnskap Rør Trykkeri Verksted",
    },
    "et": {
        "country": "EE",
        "owner": "kadri",
        "form": "OÜ",
        "phone": "+372 55{:05}",
        "given": "Anu Jaan Katrin Toomas Liisa Andres Kersti Peeter Maarja Rein Piret Mart Tiina Ülo Kadi Priit Õie Margus Helle "
        "Siim Triin Jüri Merike Tõnu Külli Raivo Sirje Indrek Eevi Ain Kristel Urmas Mall Tarmo Leelo Viljar Signe Kalev Aino Ott",
        "first": "Saar Tamm Mägi Kask Kuusk Rebas Ilves Pärn Koppel Luik Oja Raud Kivi Lepa Vaher Põld Nurm Jõe Järve Metsa Soo "
        "Allik Ranna Liiva Kulla Hõbe",
        "last": "mäe la salu nurme ots pere metsa vee maa oru veski välja palu niidu küla rand",
        "street": "Pikk Lai Narva Tartu Riia Kalda Kesk Mere Pargi Õismäe",
        "cities": [("Tallinn", "10{}{:02}"), ("Tartu", "51{}{:02}"), ("Pärnu", "80{}{:02}"), ("Viljandi", "71{}{:02}")],
        "trades": "Aiandus Arhitektid Ehitus Info Kaubandus Kirjastus Konsult Mööbel Optika Puit Trükk Õigus",
    },
    "en": {
        "country": "EE",
        "owner": "kadri",
        "form": "Ltd",
        "phone": "+372 56{:05}",
        "given": "Alice Brian Claire David Emma Frank Grace Henry Isla James Kate Liam Molly Niall Olivia Peter Quinn Rose Sean "
        "Tara Una Victor Wendy Adam Beth Colin Diane Ewan Fiona George Hazel Ian Joan Keith Laura Mark Nora Owen Paula Roy",
        "first": "Ash Black Brook Clay Cross East Fair Green Hart Hay High King Long Mar Mill New North Oak Red Rock Stan Stone "
        "Strat West White Wood",
        "last": "bridge bury by combe croft den field ford ham hurst ley shaw ton well wick worth",
        "street": "Telliskivi Kopli Pärnu Ahtri Rotermanni Sadama Lootsi Paldiski Endla Liivalaia",
        "cities": [("Tallinn", "10{}{:02}"), ("Tallinn", "11{}{:02}"), ("Tartu", "50{}{:02}"), ("Tallinn", "13{}{:02}")],
        "trades": "Analytics Architects Bakery Consulting Design Games Legal Logistics Optics Press Software Studio",
    },
}

def slug(text):
    text = text.replace("ø", "o").replace("Ø", "O").replace("æ", "ae").replace("&", "")
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join("".join(letter if letter.isalnum() else " " for letter in plain).split())


def people(language, facts, chance):
    """Everybody there can be in one language: each name once, in an order that looks like a list."""
    families = [first + last for first in facts["first"].split() for last in facts["last"].split()]
    names = [(given, family) for given in facts["given"].split() for family in families]
    chance.shuffle(names)
    return names


def contact(number, given, family, language, facts, chance):
    trade = chance.choice(facts["trades"].split())
    company = f"{family} & {chance.choice(facts['first'].split())} {trade} {facts['form']}"
    domain = f"{slug(family)}-{slug(trade)}-{number}.example"
    city, postcode = chance.choice(facts["cities"])
    postcode = postcode.format(chance.randint(0, 9), chance.randint(10, 99))
    draw = chance.random()
    tier = "A" if draw < 0.05 else "B" if draw < 0.3 else "C" if draw < 0.98 else "D"
    kind = chance.choices(["customer", "former", "partner", "prospect"], [70, 15, 5, 10])[0]
    basis = "consent" if kind == "prospect" else "legitimate_interest" if kind == "partner" else "customer"
    lines = [
        f"- id: {slug(given)}-{slug(family)}-{number}",
        f"  name: {{given: {given}, family: {family}}}",
        f"  company: {company}",
        f"  email: {slug(given)}.{slug(family)}@{domain}",
        f'  phone: "{facts["phone"].format(number)}"',
        f'  address: {{street: {chance.choice(facts["street"].split())} {number % 180 + 1}, postcode: "{postcode}", '
        f"city: {city}, country: {facts['country']}}}",
        f"  language: {language}",
        f"  tier: {tier}",
        f"  owner: {facts['owner']}",
        f"  kind: {kind}",
        "  recipient: legal",
        f"  size: {chance.randint(4, 400)}",
        f"  tags: [{chance.choice(['espresso', 'batch-brew', 'tasting', 'books'])}]",
        "  collected_on: 2026-02-02",
    ]
    if tier != "D" and chance.random() < 0.97:
        lines.append(f"  basis: {{kind: {basis}, evidence: form {number}, on: 2026-02-02}}")
    if chance.random() < 0.02:
        lines.append("  unsubscribed: {on: 2026-05-05, channel: email}")
    if chance.random() < 0.03:
        lines.append(f"  prefers: {{max_per_year: {chance.randint(2, 8)}, asked: true}}")
    if chance.random() < 0.1:
        lines.append(f"  birthday: 19{chance.randint(50, 99)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}")
    return "\n".join(lines) + "\n"


ONE_MAILING = """\
year: 2027
mailings:
  - id: 2027-01-newsletter
    kind: newsletter
    content: newsletters/2027-01
    when: 2027-01-20
    to: C
    channel: email
    signed_by: owner
"""
"""The plan of a programme that sends one newsletter."""


def plan_one_mailing(target, channel):
    shutil.rmtree(target / "content/plan")
    (target / "content/plan").mkdir()
    (target / "content/plan/2027.yaml").write_text(ONE_MAILING.replace("email", channel), "utf-8")


def keep_one_message(target):
    """Leaves one newsletter in the plan, no picture in its messages, and a text long enough for some 32 KB."""
    plan_one_mailing(target, "email")
    settings = (target / "bevara.yaml").read_text("utf-8")
    settings = re.sub(r"^ +(logo|photo|signature): .*\n", "", settings, flags=re.MULTILINE)
    (target / "bevara.yaml").write_text(settings, "utf-8")
    for text in (target / "content/newsletters").glob("2027-01.*.md"):
        head, body = text.read_text("utf-8").split("\n---\n", 1)
        body = re.sub(r"^!\[.*\n", "", body, flags=re.MULTILINE)
        text.write_text(f"{head}\n---\n{body}\n{body}\n{body}", "utf-8")


def day_of_2026(chance):
    return datetime.date(2026, 1, 1) + datetime.timedelta(chance.randint(0, 323))


def write_touches(people, count, target, chance):
    """Who is called, visited and thanked, by day."""
    kinds = "call visit review meeting thanks gift mail ask".split()
    rows = sorted((day_of_2026(chance), chance.randrange(len(people))) for _ in range(count))
    lines = []
    for on, index in rows:
        who, owner = people[index]
        purpose = chance.choices(["care", "sales"], [4, 1])[0]
        line = f"- {{contact: {who}, on: {on}, kind: {chance.choice(kinds)}, by: {owner}, purpose: {purpose}"
        if chance.random() < 0.1:
            line += ", inbound: true"
        if chance.random() < 0.02:
            line += f", next: {{what: Send the offer, on: {on + datetime.timedelta(20)}, by: {owner}}}"
        lines.append(f'{line}, note: "A word about the machine on floor {chance.randint(1, 9)}."}}\n')
    folder = target / "contacts/touches"
    folder.mkdir(exist_ok=True)
    (folder / "2026.yaml").write_text("".join(lines), "utf-8")


def write_referrals(people, count, target, chance):
    """Who named whom, at every stage, now and then unthanked or late."""
    today, text = datetime.date(2026, 11, 21), []
    for number in range(1, count + 1):
        who, owner = chance.choice(people)
        received = day_of_2026(chance)
        later = lambda days: min(today, received + datetime.timedelta(days))
        stage = chance.choice("received contacted meeting customer lost".split())
        lines = [
            f"- id: r-2026-{number:05}",
            f"  referrer: {who}",
            f"  lead: {{name: Lead {number}, company: Firm {number} AB, email: lead-{number}@lead-{number}.example}}",
            f"  received: {received}",
            f"  stage: {stage}",
        ]
        reached = {"received": [], "contacted": ["contacted"], "meeting": ["contacted", "meeting"]}
        for step, name in enumerate(reached.get(stage, ["contacted", "meeting", stage]), 1):
            lines.append(f"  {name}: {later(7 * step)}")
        if stage == "customer":
            lines.append(f'  first_purchase: {{on: {later(21)}, value: "{chance.randint(40, 200)}00.00", currency: SEK}}')
        if stage in ("received", "contacted", "meeting"):
            due = today + datetime.timedelta(chance.randint(-9, 30))
            lines.append(f"  next: {{referrer: {{what: Call, on: {due}, by: {owner}}}, referred: {{what: Meet, on: {due}, by: {owner}}}}}")
        thanked = {"referrer": chance.random() < 0.9, "referred": stage != "received" and chance.random() < 0.8}
        dates = [f"{side}: {later(2)}" for side, done in thanked.items() if done]
        lines += [f"  thanked: {{{', '.join(dates)}}}"] if dates else []
        if number % 40 == 0 and thanked["referrer"]:
            lines.append("  reward: {referrer: cinema}")
        text.append("\n".join(lines) + "\n")
    (target / "contacts/referrals.yaml").write_text("\n".join(text), "utf-8")


MAILINGS = {
    "2026-01-newsletter": (1, 20), "2026-03-newsletter": (3, 11), "2026-05-newsletter": (5, 19), "2026-08-newsletter": (8, 12),
    "2026-01-new-year": (1, 1), "2026-03-easter": (3, 27), "2026-09-survey": (9, 8), "2026-04-all-well": (4, 22),
}
"""Mailings of the demo's plan that were sent."""


def write_journals(people, count, target, chance):
    folder = target / "contacts/journal"
    folder.mkdir(exist_ok=True)
    for mailing, (month, day) in list(MAILINGS.items())[:count]:
        start = datetime.datetime(2026, month, day, 8, tzinfo=datetime.timezone.utc)
        with open(folder / f"{mailing}.jsonl", "w", encoding="utf-8") as file:
            for number, (who, _) in enumerate(people):
                if chance.random() < 0.04:
                    continue
                end = chance.choices(["accepted", "refused", "deferred", "in_doubt", None], [960, 15, 10, 5, 10])[0]
                for step, state in enumerate(["planned", "attempting", end][: 3 if end else 2]):
                    t = (start + datetime.timedelta(milliseconds=100 * number + 30 * step)).isoformat().replace("+00:00", "Z")
                    entry = {"t": t, "contact": who, "state": state}
                    if state == "planned":
                        entry |= {"to": f"{who}@customer.example", "sha256": f"{number:064x}", "commit": f"{number:040x}"}
                    elif state == "accepted":
                        entry |= {"message_id": f"{number:026x}@lindholm-saar.example", "reply": "250 2.0.0 Ok"}
                    file.write(json.dumps(entry | {"generation": 1}, separators=(",", ":")) + "\n")


def main(count, target, one=None, touches=0, referrals=0, journals=0):
    chance = random.Random(count)
    listed = []
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy(REPOSITORY / "bevara.yaml", target)
    for part in ("content", "templates"):
        shutil.copytree(REPOSITORY / part, target / part, dirs_exist_ok=True)
    if one == "--one":
        keep_one_message(target)
    elif one == "--letters":
        plan_one_mailing(target, "post")
    folder = target / "contacts"
    folder.mkdir(exist_ok=True)
    shutil.copy(REPOSITORY / "contacts/do-not-contact.yaml", folder)
    shares = {"sv": 0.4, "nb": 0.2, "et": 0.25, "en": 0.15}
    number = 0
    for language, facts in LANGUAGES.items():
        names = people(language, facts, chance)
        last = language == list(LANGUAGES)[-1]
        wanted = count - number if last else round(count * shares[language])
        if wanted > len(names):
            names = names * (wanted // len(names) + 1)
        for start in range(0, wanted, A_FILE):
            part = names[start : min(start + A_FILE, wanted)]
            text = []
            for given, family in part:
                number += 1
                text.append(contact(number, given, family, language, facts, chance))
                if "\n  tier: D" not in text[-1]:
                    listed.append((text[-1].split("\n", 1)[0].removeprefix("- id: "), facts["owner"]))
            (folder / f"{language}-{start // A_FILE + 1:03}.yaml").write_text("\n".join(text), "utf-8")
    if touches:
        write_touches(listed, touches, target, chance)
    if referrals:
        write_referrals(listed, referrals, target, chance)
    if journals:
        write_journals(listed, journals, target, chance)
    print(f"{number} contacts in {target}")


if __name__ == "__main__":
    one = next((argument for argument in sys.argv[1:] if argument in ("--one", "--letters")), None)
    arguments = [argument for argument in sys.argv[1:] if argument != one]
    if len(arguments) not in range(2, 6) or not all(text.isdigit() for text in arguments[:1] + arguments[2:]):
        sys.exit(__doc__)
    main(int(arguments[0]), Path(arguments[1]), one, *map(int, arguments[2:]))

"""Lists made by other programs (Python's csv, openpyxl, vobject, LibreOffice where it is there) come in whole, once, and our own
exports are read by them. BEVARA names the binary."""

import csv
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

import openpyxl
import vobject

ROOT = pathlib.Path(__file__).resolve().parents[2]
BEVARA = pathlib.Path(os.environ.get("BEVARA", ROOT / "target/release/bevara")).resolve()
TODAY = "2026-11-21"
SETS = ["--set", "tier=C", "owner=sara", "--into", "new.yaml"]
HEAD = ["First Name", "Last Name", "Company", "E-mail Address", "Business Phone", "Business City"]
PEOPLE = [
    ["Åsa", "Öberg", "Öbergs \"Bygg\" AB", "asa@oberg.example", "+46 70 111 22 01", "Malmö"],
    ["Per Kristian", "Øye", "Øye; Sønn, AS", "pk@oye.example", "+47 905 03 002", "Tromsø"],
    ["Jürgen", "Groß", "Groß GmbH", "j@gross.example", "+49 30 111 22 03", "Köln"],
    ["Õie", "Šaron", "Kõiv\nPärn OÜ", "oie@koiv.example", "+372 555 0104", "Võru"],
    ["=Formula", "+Plus", "@At", "f@formula.example", "0701112205", "Lund"],
]


def programme(folder):
    for name in ["bevara.yaml", "contacts", "content", "templates"]:
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, folder / name)
    return folder


def bevara(folder, *arguments, status=0):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BEVARA_")}
    run = subprocess.run([BEVARA, "-C", folder, "--today", TODAY, "--format", "json", *arguments], capture_output=True, text=True,
                         env=environment)
    assert run.returncode == status, (arguments, run.returncode, run.stdout[-3000:], run.stderr)
    return json.loads(run.stdout)


def check(name, file):
    """The list comes in whole, and a second time changes nothing."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = programme(pathlib.Path(temporary))
        first = bevara(folder, "import", file, *SETS, "--write")
        assert len(first["new"]) == len(PEOPLE), (name, first)
        for entry, person in zip(first["new"], PEOPLE):
            values = entry["values"]
            given, family, company, email, phone, city = person
            expected = [given, family, " ".join(company.split()), email, phone, city]
            fields = ["name.given", "name.family", "company", "email", "phone", "address.city"]
            assert [values.get(field, "") for field in fields] == expected, (name, values, expected)
        again = bevara(folder, "import", file, *SETS, "--write")
        assert not again["new"] and not again["changed"] and len(again["unchanged"]) == len(PEOPLE), (name, again)
        bevara(folder, "check")
        print(f"{name}: {first['read_as']}")
    return first


def with_csv(folder):
    for encoding in ["utf-8", "utf-8-sig", "utf-16", "cp1252"]:
        for number, (delimiter, quoting, end) in enumerate([(",", csv.QUOTE_MINIMAL, "\r\n"), (";", csv.QUOTE_ALL, "\n"),
                                                            ("\t", csv.QUOTE_NONNUMERIC, "\r")]):
            file = folder / f"{encoding}-{number}.csv"
            with file.open("w", encoding=encoding, newline="") as out:
                csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=end).writerows([HEAD, *PEOPLE])
            check(f"csv {encoding} {delimiter!r}", file)


def with_openpyxl(folder):
    book = openpyxl.Workbook()
    book.active.title = "Kontakter"
    for row in [HEAD, *PEOPLE]:
        book.active.append(row)
    for cells in book.active.iter_rows(min_row=2):
        for cell in cells:
            cell.data_type = "s"
    file = folder / "list.xlsx"
    book.save(file)
    check("openpyxl", file)
    return file


def with_vobject(folder):
    cards = []
    for given, family, company, email, phone, city in PEOPLE:
        card = vobject.vCard()
        card.add("n").value = vobject.vcard.Name(family=family, given=given)
        card.add("fn").value = f"{given} {family}"
        card.add("org").value = [company]
        card.add("email").value = email
        card.add("tel").value = phone
        card.add("adr").value = vobject.vcard.Address(city=city)
        cards.append(card.serialize())
    file = folder / "list.vcf"
    file.write_text("".join(cards), encoding="utf-8", newline="")
    check("vobject", file)


def with_libreoffice(folder, workbook):
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        print("LibreOffice is not installed: skipped")
        return
    out = folder / "office"
    for target in ["csv:Text - txt - csv (StarCalc):59,34,76", "xlsx:Calc MS Excel 2007 XML"]:
        subprocess.run([office, "--headless", "--convert-to", target, "--outdir", out, workbook], check=True, capture_output=True)
        check("LibreOffice", out / f"list.{target.split(':')[0]}")


def exports(folder):
    """What we write is what others read."""
    home = programme(folder / "home")
    contacts = sum(text.read_text(encoding="utf-8").count("\n- id: ") for text in (home / "contacts").glob("*.yaml")
                   if text.stem not in ["referrals", "do-not-contact"])
    for name in ["out.csv", "out.xlsx", "out.vcf"]:
        bevara(home, "export", "contacts", folder / name)
        back = bevara(home, "import", folder / name)
        assert not (back["new"] or back["changed"] or back["refused"] or back["doubtful"] or back["left_out"]), (name, back)
    rows = list(csv.DictReader((folder / "out.csv").open(encoding="utf-8-sig", newline="")))
    sheet = list(openpyxl.load_workbook(folder / "out.xlsx").active.values)
    cards = list(vobject.readComponents((folder / "out.vcf").read_text(encoding="utf-8")))
    assert len(rows) == len(sheet) - 1 == len(cards) == contacts, (len(rows), len(sheet), len(cards), contacts)
    for row, cells, card in zip(rows, sheet[1:], cards):
        assert row["id"] == cells[0] == card.contents["x-bevara-id"][0].value
        assert card.fn.value == f"{row['name.given']} {row['name.family']}".strip()
    print(f"exports: {contacts} contacts read by csv, openpyxl and vobject")


with tempfile.TemporaryDirectory() as temporary:
    place = pathlib.Path(temporary)
    with_csv(place)
    workbook = with_openpyxl(place)
    with_vobject(place)
    with_libreoffice(place, workbook)
    (place / "home").mkdir()
    exports(place)

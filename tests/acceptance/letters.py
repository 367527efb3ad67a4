"""Reads the printed letters of the demo programme as a printer would: from the PDF.

    python3 tests/acceptance/letters.py [path of bevara]

Builds the Christmas letters and the longest for every window and envelope, and checks with poppler's tools
that there are as many letters as recipients, that each ends with the keep-in-mind text in its reader's language, that the
address lies in the part of the window that is seen however the paper slides in the envelope, that every letter of every
alphabet of the demo is there, that all fonts are embedded, and that the PDF is tagged: it has a title and a language, each
letter its own, and each picture says what it shows. Needs Chromium (BEVARA_CHROMIUM, or on the path) and poppler-utils. The
last line says `N passed, N failed`; the exit code is 1 where something failed.
"""

import csv
import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
MAILINGS = ["2026-12-christmas-card", "2026-12-christmas-roast", "2026-12-christmas"]
# Those with the most words: a survey with its lines to write on, and announcements. They keep to one page too.
LONG = ["2027-06-announcement", "2027-07-summer", "2027-09-survey"]
POINTS = 72 / 25.4

# A window: from the left and the upper edge of the envelope, its width and height; and the room that an A4 folded for this
# envelope has to slide in it, to the right and down. All in millimetres.
#
# DIN 5008 form B puts the address 20 mm from the left and 45 to 90 mm from the top of the page, and its envelopes have their
# windows where that is when the paper rests on the lower edge. The Nordic ones are measured from above (E65, C65 and C5).
WINDOWS = {
    ("din-b", "c65"): (20, 54, 90, 45, 19, 9),
    ("din-b", "dl"): (20, 50, 90, 45, 10, 5),
    ("din-b", "c5"): (20, 58.5, 90, 45, 19, 13.5),
    ("nordic", "c65"): (15, 39, 100, 35, 19, 9),
    ("nordic", "dl"): (15, 40, 95, 30, 10, 5),
    ("nordic", "c5"): (15, 44, 105, 35, 19, 13.5),
}

failures = []
passed = 0


def check(holds, what):
    global passed
    if holds:
        passed += 1
    else:
        failures.append(what)
        print(f"FAILED {what}")


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def seen(window):
    """The part of the page that shows wherever the paper lies: left, top, right, bottom in millimetres."""
    left, top, width, height, across, down = WINDOWS[window]
    return left, top, left + width - across, top + height - down


def squeezed(text):
    return " ".join(text.split())


def last_words():
    """The last paragraph of each standing text, with the words of its links."""
    files = sorted((REPOSITORY / "content").glob("keep-in-mind.*.md"))
    last = {file.name.split(".")[1]: file.read_text("utf-8").strip().split("\n\n")[-1] for file in files}
    return {language: squeezed(re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text)) for language, text in last.items()}


def pages(pdf):
    """The words of each page, each with its box in millimetres."""
    text = output("pdftotext", "-bbox", str(pdf), "-")
    word = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')
    for page in text.split("<page ")[1:]:
        boxes = []
        for *box, letters in word.findall(page):
            boxes.append(([float(side) / POINTS for side in box], html.unescape(letters)))
        yield boxes


def prepare(folder, window, envelope):
    """A copy of the demo with this window, and with a reader whose name and street need every letter that is rare."""
    for part in ("content", "templates", "contacts"):
        shutil.copytree(REPOSITORY / part, folder / part)
    settings = (REPOSITORY / "bevara.yaml").read_text("utf-8")
    settings = re.sub(r"(?m)^  window: \S+", f"  window: {window}", settings)
    settings = re.sub(r"(?m)^  envelope: \S+", f"  envelope: {envelope}", settings)
    (folder / "bevara.yaml").write_text(settings, "utf-8")
    (folder / "contacts/rare.yaml").write_text(
        "- id: juergen-weiss\n  name: {given: Jürgen, family: Weiß}\n  company: Weißer & Söhne GmbH\n  language: en\n"
        "  tier: A\n  owner: astrid\n  kind: customer\n  basis: {kind: customer, evidence: order 1, on: 2025-02-03}\n"
        '  address: {street: Große Straße 5, postcode: "24937", city: Flensburg, country: DE}\n',
        "utf-8",
    )


def look_at(folder, mailing, window):
    post = folder / "output/post" / mailing
    labels = list(csv.DictReader((post / "labels.csv").open(encoding="utf-8-sig", newline="")))
    letters = list(pages(post / "letters.pdf"))
    name = f"{mailing}, {' '.join(window)}"
    check(len(letters) == len(labels) > 0, f"{name}: {len(letters)} pages for {len(labels)} recipients")
    text = output("pdftotext", "-layout", str(post / "letters.pdf"), "-").split("\f")
    left, top, right, bottom = seen(window)
    for page, label, plain in zip(letters, labels, text):
        who = f"{name}, {label['contact']}"
        lines = [value for key, value in label.items() if key.startswith("line_") and value]
        end = squeezed(plain)
        check(any(end.endswith(last) for last in last_words().values()), f"{who}: ends with {end[-60:]!r}")
        address = "".join("".join(lines).split())
        # The address is what stands left of the date and above the letter, the sender's small line apart.
        block = [(box, word) for box, word in page if box[0] < 105 and 42 < box[1] < 92 and box[3] - box[1] > 2.9]
        # Long lines run on below, double names at their hyphen.
        found = "".join(word for _, word in block)
        check(found.startswith(address), f"{who}: the address reads {found}")
        read = 0
        for (x0, y0, x1, y1), word in block:
            if read >= len(address):
                break
            read += len(word)
            # A box is as high as the font, a letter is not: half a millimetre is air.
            inside = left <= x0 and top <= y0 + 0.5 and x1 <= right and y1 - 0.5 <= bottom
            check(inside, f"{who}: `{word}` at {x0:.1f} {y0:.1f} {x1:.1f} {y1:.1f} mm, seen are {left} {top} {right} {bottom}")
    everything = "".join(text)
    for letter in "åäöÅÄÖõøæéüß":
        check(letter in everything or mailing not in MAILINGS[:2], f"{name}: there is no {letter}")
    is_accessible(post / "letters.pdf", name, len(labels))
    fonts = output("pdffonts", str(post / "letters.pdf")).splitlines()[2:]
    check(bool(fonts), f"{name}: no fonts")
    for font in fonts:
        embedded = font.split()[-5]
        check(embedded == "yes", f"{name}: not embedded: {font}")


def is_accessible(pdf, name, letters):
    """What PDF/UA asks for that only the printer can give. Chromium writes the objects of the structure without compressing them."""
    facts = output("pdfinfo", str(pdf))
    check(re.search(r"(?m)^Tagged: +yes$", facts), f"{name}: not tagged")
    check(re.search(r"(?m)^Title: +\S", facts), f"{name}: no title")
    objects = re.findall(rb"(?s)\d+ 0 obj\s(.*?)endobj", pdf.read_bytes())
    catalog = next(one for one in objects if b"/Type /Catalog" in one)
    for key in (rb"/Lang \(\w\w", rb"/Marked true", rb"/DisplayDocTitle true", rb"/StructTreeRoot "):
        check(re.search(key, catalog), f"{name}: the catalog lacks {key.decode()}")
    # An article without a language has that of the document.
    spoken = re.compile(rb"/Lang \((\w\w)")
    of_all = spoken.search(catalog)
    of_letters = [spoken.search(one) or of_all for one in objects if b"/S /Art" in one]
    said = Counter(found[1].decode() for found in of_letters if found)
    written = Counter(re.findall(r'<article [^>]*lang="(\w\w)', pdf.with_suffix(".html").read_text("utf-8")))
    check(said == written and said.total() == letters, f"{name}: {dict(said)} letters in the PDF, {dict(written)} in the page")
    pictures = [one for one in objects if b"/S /Figure" in one]
    check(len(pictures) >= letters, f"{name}: {len(pictures)} pictures in {letters} letters")
    for one in pictures:
        check(re.search(rb"/Alt ?[(<][^)>]", one), f"{name}: a picture that does not say what it shows: {one[:120]}")


def look_for_missing_letters(bevara):
    """A letter that no font here has is said by every build, and the usual ones are not."""
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        prepare(folder, *next(iter(WINDOWS)))
        command = [bevara, "--today", "2026-11-21", "--format", "json", "build", "--messages", "none", "--mailing", MAILINGS[0]]
        for letters, missing in [("\u03a9", ""), ("\U00013000", "\U00013000"), ("", "\U00013000")]:
            text = next((folder / "content/greetings").glob(MAILINGS[0][8:] + ".sv.md"))
            text.write_text(f"{text.read_text('utf-8').rstrip()} {letters}".rstrip() + "\n", "utf-8")
            built = json.loads(subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout)
            said = [run["missing_letters"] for run in built["letters"] if run["id"] == MAILINGS[0]]
            check(said == [missing], f"missing letters: {said} where {missing!r} is")


def main(bevara):
    look_for_missing_letters(bevara)
    for window in WINDOWS:
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            prepare(folder, *window)
            mailings = MAILINGS + LONG
            command = [bevara, "--today", "2026-11-21", "build", "--messages", "none", "--mailing", *mailings]
            subprocess.run(command, cwd=folder, check=True, capture_output=True)
            for mailing in mailings:
                look_at(folder, mailing, window)
    print(f"{passed} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    default = REPOSITORY / "target/release/bevara"
    sys.exit(main(os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else str(default)))

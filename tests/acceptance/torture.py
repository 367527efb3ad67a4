"""Reads what tests/chance/torture built: every name, firm and subject must come back exactly, and nothing may be injected.

    cargo test --test chance torture
    NODE_PATH=<folder of node_modules with playwright-core> python3 tests/acceptance/torture.py [target/tmp/torture/fine]

Headers and text parts are read with Python's own parser, HTML parts in Chromium (CHROMIUM, default /usr/bin/chromium). The
last line says `N passed, N failed`; the exit code is 1 where something failed.
"""

import email
import email.header
import email.policy
import email.utils
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(sys.argv[1] if len(sys.argv) > 1 else "target/tmp/torture/fine")
MESSAGES = ROOT / "output/mail/2027-01-torture/messages"
PAGES = ROOT / "pages"
# What stands between which tokens in the content.
TOKENS = {"QN": "name", "QH": "company", "QL": "subject", "QC": "company", "QB": "company"}


def folded(text):
    """White space as HTML shows it: what is no ASCII blank is a letter."""
    return re.sub(r"[ \t\r\n\f]+", " ", text).strip(" ")


def legacy(raw):
    """A header by the older functions: those of Python 3.11's policies keep white space between encoded-words in names."""
    return str(email.header.make_header(email.header.decode_header(re.sub(r"\r?\n", "", raw))))


def between(text, token):
    found = re.search(rf"{token} (.*?) ?QQ", folded(text))
    return found and folded(found.group(1))


def look_at_head(raw, message, wanted, say):
    headers = message.keys()
    for name in ("From", "To", "Subject", "Date", "Message-ID"):
        if headers.count(name) != 1:
            say(f"{headers.count(name)} {name}")
    if message.defects or any(part.defects for part in message.walk()):
        say(f"defects {message.defects}")
    (to,) = message["To"].addresses
    if to.addr_spec != f"{wanted['id']}@firm.example":
        say(f"goes to {to.addr_spec!r}")
    old = email.message_from_bytes(raw)
    by_legacy = False
    if to.display_name != wanted["name"]:
        by_legacy = True
        phrase, address = email.utils.parseaddr(re.sub(r"\r?\n", "", old["To"]))
        if (legacy(phrase), address) != (wanted["name"], to.addr_spec):
            say(f"To is {to.display_name!r} or {legacy(phrase)!r}, not {wanted['name']!r}")
    if message["Subject"] != wanted["subject"]:
        by_legacy = True
        if legacy(old["Subject"]) != wanted["subject"]:
            say(f"Subject is {message['Subject']!r}, not {wanted['subject']!r}")
    return by_legacy


def main():
    expected = json.loads((ROOT / "expected.json").read_text())
    PAGES.mkdir(exist_ok=True)
    failed, by_legacy, plain = [], 0, None
    for wanted in expected:
        say = lambda what: failed.append(f"{wanted['id']}: {what}")
        raw = (MESSAGES / f"{wanted['id']}.eml").read_bytes()
        message = email.message_from_bytes(raw, policy=email.policy.default)
        by_legacy += look_at_head(raw, message, wanted, say)
        shape = (message.keys(), [part.get_content_type() for part in message.walk()])
        plain = plain or shape
        if shape != plain:
            say(f"has another shape: {shape}")
        text = message.get_body(("plain",)).get_content()
        for token in ("QB", "QN", "QL"):
            if between(text, token) != folded(wanted[TOKENS[token]]):
                say(f"text part: {token} is {between(text, token)!r}, not {wanted[TOKENS[token]]!r}")
        page = PAGES / f"{wanted['id']}.html"
        page.write_text(message.get_body(("html",)).get_content(), encoding="utf-8", newline="")
    script = Path(__file__).with_name("read_pages.cjs")
    run = subprocess.run(["node", script, PAGES], stdout=subprocess.PIPE, text=True, check=True)
    pages, base = json.loads(run.stdout), None
    for wanted in expected:
        page = pages[f"{wanted['id']}.html"]
        say = lambda what: failed.append(f"{wanted['id']}: in Chromium {what}")
        base = base or page
        if page["tags"] != base["tags"]:
            say("there are other elements than with a plain name")
        if page["attributes"] != base["attributes"]:
            say("there are other attributes than with a plain name")
        if page["ran"] or page["asked"]:
            say(f"something ran or was fetched: {page['ran']} {page['asked']}")
        if page["title"] != wanted["name"]:
            say(f"the attribute is {page['title']!r}, not {wanted['name']!r}")
        for token, key in TOKENS.items():
            if between(page["text"], token) != folded(wanted[key]):
                say(f"{token} is {between(page['text'], token)!r}, not {wanted[key]!r}")
    for line in failed[:40]:
        print(line if len(line) < 200 else line[:200] + "…")
    wrong = len({line.split(":")[0] for line in failed})
    print(f"{len(expected)} messages; in {by_legacy} a long header was read by the older functions of Python")
    print(f"{len(expected) - wrong} passed, {wrong} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""Reads every message that a build wrote with Python's own e-mail package.

    python3 tests/acceptance/read_mail.py [programme]

Each message must parse without a defect, its last visible text must be the keep-in-mind text in the reader's language in
both parts, and nobody who must be left alone may be named anywhere under output/mail. Nothing but the standard library is
needed. The last line says `N passed, N failed`; the exit code is 1 where something failed.
"""

import email
import email.policy
import json
import re
import sys
import unicodedata
from html.parser import HTMLParser
from pathlib import Path

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
UNSEEN = {"head", "script", "style", "template", "title"}
INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)


class Visible(HTMLParser):
    """The text a reader sees: what is hidden by element, attribute or style is left out, an image counts by its alt text."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open = []
        self.text = []

    def handle_starttag(self, tag, attributes):
        attributes = {name: value or "" for name, value in attributes}
        hidden = tag in UNSEEN or "hidden" in attributes or INVISIBLE.search(attributes.get("style", ""))
        hidden = bool(hidden) or bool(self.open and self.open[-1][1])
        if tag == "img" and not hidden:
            self.text.append(attributes.get("alt", ""))
        if tag not in VOID:
            self.open.append((tag, hidden))

    def handle_endtag(self, tag):
        while any(tag == name for name, _ in self.open):
            if self.open.pop()[0] == tag:
                break

    def handle_data(self, data):
        if not (self.open and self.open[-1][1]):
            self.text.append(data)


def words(text):
    """Text as it is compared: white space and what has no width do not count."""
    shown = "".join(letter for letter in text if unicodedata.category(letter) not in ("Cf", "Mn"))
    return " ".join(shown.split())


def visible(html):
    parser = Visible()
    parser.feed(html)
    parser.close()
    return words(" ".join(parser.text))


def plain(markdown):
    """A standing text without its conditions, expressions and emphasis, as a pattern that a rendered one must match."""
    body = re.sub(r"{%.*?%}", "\0", markdown, flags=re.S)
    body = re.sub(r"{{.*?}}", "\0", body, flags=re.S).strip()
    body = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1\0", body)
    body = re.sub(r"[*_`]", "", body)
    pieces = [words(piece) for piece in body.split("\0")]
    return [piece for piece in pieces if piece]


def standing_texts(root):
    return {path.name.split(".")[1]: plain(path.read_text("utf-8")) for path in root.glob("content/keep-in-mind.*.md")}


def plain_quotes(text):
    return text.translate({0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0x201E: '"', 0x00AB: '"', 0x00BB: '"'})


def ends_with(shown, pieces):
    """True where the last piece ends the text and the first one begins not further before it than a paragraph or two."""
    shown, pieces = plain_quotes(shown), [plain_quotes(piece) for piece in pieces]
    longest = sum(map(len, pieces)) + 400
    tail = shown[-longest:]
    return shown.endswith(pieces[-1]) and pieces[0] in tail


def forbidden(root):
    """Names, firms, addresses and domains of tier D and of the wall."""
    found = set()
    wall = (root / "contacts/do-not-contact.yaml").read_text("utf-8")
    for line in wall.splitlines():
        key, _, value = line.lstrip("- ").partition(": ")
        if key in ("company", "domain", "email"):
            found.add(value.strip("\"'"))
    for path in sorted(root.glob("contacts/**/*.yaml")):
        for record in re.split(r"(?m)^- (?=id: )", path.read_text("utf-8")):
            if not re.search(r"(?m)^\s*tier: D\s*(#.*)?$", record):
                continue
            for key in ("company", "email", "phone"):
                for value in re.findall(rf"(?m)^\s*{key}: (.+)$", record):
                    value = value.split(" #")[0].strip("\"' ")
                    found.add(value)
                    if key == "email":
                        found.add(value.split("@")[1])
            name = re.search(r"(?m)^\s*name: (.+)$", record).group(1)
            parts = re.findall(r"(?:given|family): \"?([^,}\"]+)", name)
            found.add(" ".join(parts) if parts else name.strip("\"' "))
    return {value for value in found if value}


class Tally:
    def __init__(self):
        self.passed = 0
        self.failed = 0

    def check(self, holds, what):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print("FAIL", what)


def read_message(path, line, standing, tally):
    """Checks one message and returns all its decoded text."""
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    defects = [str(defect) for part in message.walk() for defect in part.defects]
    for name in message.keys():
        defects += [f"{name}: {defect}" for defect in message[name].defects]
    tally.check(not defects, f"{path}: {defects}")
    tally.check(message["from"] and len(message["from"].addresses) == 1, f"{path}: one sender")
    to = [address.addr_spec for address in message["to"].addresses]
    tally.check(to == [line["to"]], f"{path}: goes to {to}, the manifest says {line['to']}")
    tally.check(message["subject"] == line["subject"], f"{path}: subject {message['subject']}")
    tally.check(message["date"].datetime is not None, f"{path}: date")
    text = message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    pieces = standing.get(line["language"])
    tally.check(pieces is not None, f"{path}: a standing text in {line['language']}")
    if pieces:
        tally.check(ends_with(words(text), pieces), f"{path}: the text part ends with {words(text)[-80:]!r}")
        shown = visible(html)
        tally.check(ends_with(shown, pieces), f"{path}: the HTML part ends with {shown[-80:]!r}")
    heads = " ".join(f"{name}: {message[name]}" for name in message.keys())
    return "\n".join([heads, text, html])


def main(root):
    tally = Tally()
    standing = standing_texts(root)
    stop = {value.casefold() for value in forbidden(root)}
    tally.check(len(stop) > 3, "the programme has somebody of tier D and a wall")
    folder = root / "output/mail"
    read = 0
    for manifest in sorted(folder.glob("*/manifest.jsonl")):
        for line in map(json.loads, manifest.read_text("utf-8").splitlines()):
            path = manifest.parent / "messages" / f"{line['contact']}.eml"
            whole = read_message(path, line, standing, tally).casefold()
            named = sorted(value for value in stop if value in whole)
            tally.check(not named, f"{path}: names {named}")
            read += 1
    there = len(list(folder.glob("*/messages/*.eml")))
    tally.check(read > 0 and read == there, f"{there} messages are there, {read} are listed")
    for path in sorted(folder.rglob("*")):
        if path.suffix not in (".html", ".txt", ".jsonl", ".eml"):
            continue
        raw = path.read_text("utf-8")
        if path.name == "refusals.jsonl":
            raw = "\n".join(json.dumps({**json.loads(line), "contact": ""}) for line in raw.splitlines())
        named = sorted(value for value in stop if value in raw.casefold())
        tally.check(not named, f"{path}: names {named}")
    print(f"read_mail: {read} messages")
    print(f"{tally.passed} passed, {tally.failed} failed")
    return tally.failed == 0


if __name__ == "__main__":
    sys.exit(0 if main(Path(sys.argv[1] if len(sys.argv) > 1 else ".")) else 1)

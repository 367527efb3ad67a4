"""Verifies the signatures of every message of the demo with dkimpy, and that they break when anything signed is changed.

    cargo test --test it dkim
    python3 tests/acceptance/verify_dkim.py [target/tmp/dkim/signed]

Needs dkimpy and PyNaCl from PyPI. The last line says `N passed, N failed`; the exit code is 1 where something failed.
"""

import json
import re
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import dkim

FOLDER = Path(sys.argv[1] if len(sys.argv) > 1 else "target/tmp/dkim/signed")
SIGNED = [
    "From", "To", "Subject", "Date", "Message-ID", "Reply-To", "MIME-Version", "Content-Type", "List-Id",
    "List-Unsubscribe", "List-Unsubscribe-Post",
]
RECORDS = {name.encode(): value.encode() for name, value in json.loads((FOLDER / "records.json").read_text()).items()}


def record(name, timeout=5):
    return RECORDS.get(name.rstrip(b"."))


def valid(message, signature):
    try:
        return dkim.DKIM(message).verify(idx=signature, dnsfunc=record)
    except dkim.DKIMException:
        return False


def both(message):
    return [valid(message, 0), valid(message, 1)]


def split(message):
    head, body = message.split(b"\r\n\r\n", 1)
    return re.split(rb"\r\n(?![ \t])", head), body


def join(fields, body):
    return b"\r\n".join(fields) + b"\r\n\r\n" + body


def changes(message):
    """Every change that must break both signatures, with its name."""
    fields, body = split(message)
    for at, field in enumerate(fields):
        name, value = field.split(b":", 1)
        if name.decode() in SIGNED:
            yield f"{name.decode()} changed", join(fields[:at] + [name + b":" + value + b" x"] + fields[at + 1:], body)
            yield f"{name.decode()} removed", join(fields[:at] + fields[at + 1:], body)
    for name in ["From", "To", "Subject", "Date"]:
        yield f"a second {name}", join([f"{name}: evil@evil.example".encode()] + fields, body)
    yield "body changed", join(fields, body.replace(b"e", b"E", 1))
    yield "body longer", join(fields, body + b"more\r\n")
    yield "body cut", join(fields, body[: len(body) // 2])


def harmless(message):
    """What a relay may do under way: another folding, other white space, a trace field in front."""
    fields, body = split(message)
    wide = [re.sub(rb"\r\n[ \t]+", b"\r\n\t ", field) for field in fields]
    yield "white space", join(wide, body.replace(b"\r\n", b" \r\n") + b"\r\n\r\n")
    yield "trace", join([b"Received: from x.example by y.example; Thu, 01 Jan 2026 00:00:00 +0000"] + fields, body)


def look_at(path):
    message = path.read_bytes()
    failed = []
    fields, _ = split(message)
    signatures = [field for field in fields if field.startswith(b"DKIM-Signature:")]
    if len(signatures) != 2 or b" l=" in b"".join(signatures):
        failed.append("there are not two signatures of the whole body")
    present = [name for name in SIGNED if any(field.lower().startswith(name.lower().encode() + b":") for field in fields)]
    for signature in signatures:
        tags = re.sub(rb"\s+", b"", signature).decode()
        signed = re.search(r";h=([^;]*);", tags).group(1).split(":")
        if signed != present + ["From", "To", "Subject", "Date"]:
            failed.append(f"signed is {signed}")
    if both(message) != [True, True]:
        failed.append(f"not valid as it is: {both(message)}")
    return present, [f"{path.name}: {what}" for what in failed]


def tamper(path):
    message = path.read_bytes()
    failed = [f"{path.name}: still valid, {what}" for what, changed in changes(message) if any(both(changed))]
    failed += [f"{path.name}: broken by {what}" for what, changed in harmless(message) if both(changed) != [True, True]]
    return failed


def main():
    paths = sorted(FOLDER.glob("*.eml"))
    failed, seen, samples = [], set(), {}
    with ProcessPoolExecutor(2) as pool:
        for path, (present, wrong) in zip(paths, pool.map(look_at, paths, chunksize=50)):
            failed += wrong
            seen.update(present)
            # One message for each set of fields, and one in forty besides.
            samples.setdefault(tuple(present), path)
        chosen = sorted(set(samples.values()) | set(paths[::40]))
        for wrong in pool.map(tamper, chosen):
            failed += wrong
    if seen != set(SIGNED):
        failed.append(f"never there and so never signed: {sorted(set(SIGNED) - seen)}")
    if not paths:
        failed.append(f"no messages in {FOLDER}")
    for line in failed[:40]:
        print(line)
    print(f"{len(paths)} messages with two signatures, {len(chosen)} of them tampered with")
    print(f"{len(paths) + len(chosen) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

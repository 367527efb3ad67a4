"""Asks SpamAssassin, with its local rules, what it thinks of the messages that a build wrote.

    python3 tests/acceptance/spam.py [programme]

One message of each mailing and language is scored (`bevara build --all` writes them); each must stay below 1.0. Nothing
leaves the machine: the daemon answers on a socket of its own, with neither network tests nor learned words. Debian's package
`spamassassin` has all that is needed. The last line says `N passed, N failed`; the exit code is 1 where something failed.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LIMIT = 1.0
# How long the daemon may take to read its rules, in seconds.
START = 60


def samples(programme):
    """The first message of each mailing and language."""
    for manifest in sorted(programme.glob("output/mail/*/manifest.jsonl")):
        known = set()
        for line in manifest.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            message = manifest.parent / "messages" / f"{entry['contact']}.eml"
            if entry["language"] not in known and message.exists():
                known.add(entry["language"])
                yield manifest.parent.name, entry["language"], message


def start(folder):
    """A daemon with local rules only, and its socket."""
    socket = folder / "socket"
    command = ["spamd", "--local", "--nouser-config", "--max-children=2", "--syslog=stderr", f"--socketpath={socket}"]
    command += ["--cf=use_bayes 0", "--cf=use_auto_welcomelist 0", f"--helper-home-dir={folder}", "--username=nobody"]
    log = (folder / "log").open("w")
    daemon = subprocess.Popen(command, stdout=log, stderr=log)
    for _ in range(START * 10):
        if socket.exists():
            return daemon, socket
        if daemon.poll() is not None:
            break
        time.sleep(0.1)
    daemon.terminate()
    sys.exit(f"spamd does not start:\n{(folder / 'log').read_text()}")


def score(socket, message):
    """What a message is given, and the rules that gave it."""
    with message.open("rb") as file:
        answer = subprocess.run(["spamc", "-U", str(socket), "-R"], stdin=file, capture_output=True, check=True)
    report = answer.stdout.decode("utf-8", "replace")
    points, limit = report.splitlines()[0].split("/")
    # Without a verdict spamc says 0/0.
    if float(limit) == 0:
        sys.exit(f"spamd gave no verdict on {message}")
    rules = report.split("----\n", 1)[-1].strip() if "----" in report else ""
    return float(points), rules


def main():
    programme = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    wanted = list(samples(programme))
    if not wanted:
        sys.exit("there are no messages: run `bevara build --all` first")
    passed, failed, highest = 0, 0, -100.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        daemon, socket = start(folder)
        try:
            for mailing, language, message in wanted:
                points, rules = score(socket, message)
                highest = max(highest, points)
                if points < LIMIT:
                    passed += 1
                else:
                    failed += 1
                    print(f"{mailing} ({language}): {points}, in {message}\n{rules}\n")
        finally:
            daemon.terminate()
            daemon.wait()
    print(f"highest score {highest}")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()

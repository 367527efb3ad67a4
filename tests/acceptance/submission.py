"""Drives what submission.sh has set up: the Christmas mailing through Postfix, once in peace and once with kills."""

import json
import os
import re
import signal
import smtplib
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from relay_log import trouble

BEVARA, FOLDER, PORT = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
MAILING = "2026-12-christmas"
LOG = FOLDER / "log/mail.log"
URL = f"smtp://anna%40relay.example:hemligt%3A%20%26%2F%3F@localhost:{PORT}?tls=required"
passed, failed = 0, 0


def check(what, holds, *more):
    global passed, failed
    if holds:
        passed += 1
    else:
        failed += 1
        print(f"wrong: {what}", *more, sep="\n  ", flush=True)


def command(programme, *arguments):
    return [BEVARA, "-C", str(FOLDER / programme), "--today", "2026-12-18", *arguments]


def environment(url):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BEVARA_")}
    return clean | {"BEVARA_SMTP_URL": url, "NO_COLOR": "1"}


def bevara(programme, *arguments, url=URL):
    words = command(programme, *arguments)
    return subprocess.run(words, env=environment(url), capture_output=True, text=True, timeout=120)


def manifest(programme):
    lines = (FOLDER / programme / "output/mail" / MAILING / "manifest.jsonl").read_text().splitlines()
    return {line["message_id"]: line["to"] for line in map(json.loads, lines)}


def states(programme):
    path = FOLDER / programme / "contacts/journal" / f"{MAILING}.jsonl"
    text = path.read_text() if path.exists() else ""
    lines = [json.loads(line) for line in text.split("\n")[:-1] if line]
    return {line["contact"]: line["state"] for line in lines}


def doubts(programme):
    return sorted(contact for contact, state in states(programme).items() if state in ("attempting", "in_doubt"))


def log_behind(start):
    return LOG.read_bytes()[start:].decode()


def delivered(start, expected):
    """How often each message came through the queue, from the log behind `start`; waits until all of them did."""
    for _ in range(300):
        log = log_behind(start)
        ids = dict(re.findall(r"postfix/cleanup\[\d+\]: (\w+): message-id=<([^>]*)>", log))
        sent = re.findall(r"postfix/discard\[\d+\]: (\w+): to=<[^>]*>, .*status=sent", log)
        counts = Counter(ids[queue] for queue in sent)
        if len(counts) >= expected:
            break
        time.sleep(0.1)
    return counts


def all_accepted(programme, messages):
    found = states(programme)
    check("the journal says that all are accepted", len(found) == len(messages) and set(found.values()) == {"accepted"}, found)


def in_peace():
    messages = manifest("first")
    number = str(len(messages))
    check("the mailing has an audience", len(messages) > 20)
    wrong = bevara("first", "send", MAILING, "--allow-dirty", "--confirm", number, url=URL.replace("hemligt", "gissat"))
    check("a wrong password stops it", wrong.returncode == 4 and "535" in wrong.stderr, wrong.stderr)
    authority = FOLDER / "first/ca.pem"
    right = authority.read_text()
    authority.write_text((Path(__file__).parent.parent / "keys/tls/authority.pem").read_text())
    stranger = bevara("first", "send", MAILING, "--allow-dirty", "--confirm", number)
    check("an unknown authority stops it", stranger.returncode == 4 and "certificate" in stranger.stderr, stranger.stderr)
    authority.write_text(right)
    start = LOG.stat().st_size
    sent = bevara("first", "send", MAILING, "--allow-dirty", "--confirm", number)
    check("it is sent", sent.returncode == 0, sent.stderr)
    counts = delivered(start, len(messages))
    check("each message came through the relay once", counts == Counter(messages.keys()), counts)
    all_accepted("first", messages)
    log = log_behind(start)
    clients = re.findall(r"postfix/smtpd\[\d+\]: \w+: client=.*", log)
    named = [line for line in clients if "sasl_method=PLAIN, sasl_username=anna@relay.example" in line]
    check("every message came with a login", len(named) == len(clients) == len(messages))
    connections = len(re.findall(r"postfix/smtpd\[\d+\]: connect from", log))
    check("every connection was encrypted", log.count("TLS connection established from") == connections > 0)
    complaints = trouble(log)
    check("the relay saw nothing strange", not complaints, *complaints[:5])


def set_patience(restriction):
    """What the relay does before it answers the final dot; takes effect for connections from now on."""
    setting = f"smtpd_end_of_data_restrictions = {restriction}"
    subprocess.run(["postconf", "-c", str(FOLDER / "etc"), "-e", setting], check=True)
    subprocess.run(["postfix", "-c", str(FOLDER / "etc"), "reload"], capture_output=True, check=True)


def greet():
    """Every process of ours that takes mail in has served somebody: who dies before is not replaced for a minute."""
    clients = [smtplib.SMTP("localhost", int(PORT)) for _ in range(6)]
    for client in clients:
        client.quit()


def sessions():
    """The processes of our Postfix that take mail in."""
    master = (FOLDER / "queue/pid/master.pid").read_text().strip()
    found = subprocess.run(["pgrep", "-P", master, "smtpd"], capture_output=True, text=True).stdout.split()
    return [int(number) for number in found]


def wait_for(what, holds):
    for _ in range(2000):
        if holds():
            return
        time.sleep(0.005)
    check(f"in time: {what}", False)


def kill_both():
    """First the relay dies with messages in its hands, then the command; whose message each of them had."""
    words = command("second", "send", MAILING, "--allow-dirty", "--confirm", str(len(manifest("second"))))
    sending = subprocess.Popen(words, env=environment(URL), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for("messages in flight", lambda: "attempting" in states("second").values())
    time.sleep(0.4)
    for number in sessions():
        os.kill(number, signal.SIGKILL)
    wait_for("the command notices", lambda: "in_doubt" in states("second").values())
    wait_for("messages in flight again", lambda: "attempting" in states("second").values())
    time.sleep(0.4)
    sending.send_signal(signal.SIGKILL)
    sending.wait()
    found = states("second").items()
    return [[contact for contact, state in found if state == wanted] for wanted in ("in_doubt", "attempting")]


def with_kills():
    messages = manifest("second")
    start = LOG.stat().st_size
    set_patience("sleep 1")
    greet()
    dropped, taken = kill_both()
    check("both kinds are in doubt", dropped and taken, dropped, taken)
    set_patience("permit")
    # The relay finishes what it has.
    time.sleep(1.5)
    status = bevara("second", "send", MAILING, "--status")
    said = status.stdout + status.stderr
    check("whoever is in doubt is named", all(contact in said for contact in dropped + taken), said)
    # The same messages went through before, for the first programme.
    own_log = FOLDER / "log/second.log"
    own_log.write_text(log_behind(start))
    resolved = bevara("second", "send", MAILING, "--resolve", "from-log", str(own_log))
    check("the log settles every doubt", not doubts("second"), resolved.stdout, resolved.stderr)
    accepted = {contact for contact, state in states("second").items() if state == "accepted"}
    check("what the relay dropped is not accepted", not accepted & set(dropped), dropped, accepted)
    check("what the relay has is accepted", set(taken) <= accepted, taken, accepted)
    left = len(messages) - len(accepted)
    wrong = bevara("second", "send", MAILING, "--resume", "--allow-dirty", "--confirm", str(left + 1))
    check("a wrong number sends nothing", wrong.returncode == 2, wrong.stderr)
    rest = bevara("second", "send", MAILING, "--resume", "--allow-dirty", "--confirm", str(left))
    check("the rest is sent", rest.returncode == 0, rest.stderr)
    # A message that a person let go again is another message; what counts is who got how many.
    delivered(start, len(messages))
    counts = Counter(re.findall(r"postfix/discard\[\d+\]: \w+: to=<([^>]*)>, .*status=sent", log_behind(start)))
    check("everybody has one message", counts == Counter(messages.values()), counts)
    all_accepted("second", messages)


in_peace()
with_kills()
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)

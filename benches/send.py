"""How fast `bevara send` hands mail to a relay, beside Postfix' own `smtp-source`, both into Postfix' `smtp-sink`.

    cargo build --release
    python3 benches/send.py [MESSAGES] [ROUNDS]

Runs are interleaved, with the journal on and the messages of a real newsletter; the ratio of the medians is printed. Postfix
(Debian: apt-get install postfix) brings both programs; `smtp-sink` wants to be started by root.
"""

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
BEVARA = REPOSITORY / "target/release/bevara"
MAILING = "2026-11-newsletter"
PORT = 2627
os.environ["PATH"] += ":/usr/sbin"


def bevara(folder, *arguments):
    environment = {"PATH": os.environ["PATH"], "BEVARA_SMTP_URL": f"smtp://127.0.0.1:{PORT}"}
    run = subprocess.run(
        [BEVARA, "-C", folder, "--format", "json", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if run.returncode:
        sys.exit(f"{arguments}: {run.returncode}\n{run.stdout[-2000:]}{run.stderr}")
    return json.loads(run.stdout)


def settings(folder, connections):
    path = folder / "bevara.yaml"
    text = re.sub(r"(?m)^smtp:.*\n", "", path.read_text())
    path.write_text(text + f"smtp: {{connections: {connections}}}\n")


def send(folder, count):
    """Messages a second of the run itself: from the first connection to the last line of the journal on the disk."""
    shutil.rmtree(folder / "contacts/journal", ignore_errors=True)
    report = bevara(folder, "send", MAILING, "--off-schedule", "--confirm", str(count))
    assert report["accepted"] == count, report
    return count / (report["milliseconds"] / 1000)


def source(connections, count, size):
    command = ["smtp-source", "-d", "-s", str(connections), "-l", str(size), "-m", str(count)]
    start = time.perf_counter()
    subprocess.run([*command, "-f", "a@b.example", "-t", "c@d.example", f"127.0.0.1:{PORT}"], check=True)
    return count / (time.perf_counter() - start)


def main():
    contacts, rounds = (int(argument) for argument in [*sys.argv[1:], 4000, 7][:2])
    user = ["-u", "postfix"] if os.getuid() == 0 else []
    sink = subprocess.Popen(["smtp-sink", *user, f"127.0.0.1:{PORT}", "1000"])
    try:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "programme"
            subprocess.run([sys.executable, REPOSITORY / "benches/generate.py", str(contacts), folder], check=True)
            settings(folder, 1)
            bevara(folder, "build", "--mailing", MAILING)
            plan = bevara(folder, "send", MAILING, "--off-schedule")
            count = plan["confirm"]
            size = plan["bytes"] // count
            print(f"{count} messages of {size} bytes, {rounds} rounds")
            for connections in (1, 2, 4):
                settings(folder, connections)
                ours, theirs = [], []
                for _ in range(rounds):
                    theirs.append(source(connections, count, size))
                    ours.append(send(folder, count))
                ours, theirs = statistics.median(ours), statistics.median(theirs)
                print(f"{connections} connections: bevara {ours:.0f}/s, smtp-source {theirs:.0f}/s, ratio {ours / theirs:.2f}")
    finally:
        sink.kill()


main()

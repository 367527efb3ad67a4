"""Measures bevara against tools that do the same work, and against itself. Run it with `cargo bench`; what the figures mean
stands in README.md beside this file.

    cargo bench                                  # everything, in tmpfs (some minutes; 62,500 contacts need 10 GB there)
    cargo bench -- 250 10000                     # other sizes

The least that writing can cost is measured beside it: a program that writes as many files of the same bytes and takes SHA-256 of each.

Runs of what is compared are interleaved, and a figure is a ratio of medians from one run on one machine. `mailmerge` (PyPI) is
put into a virtual environment below target/.
"""

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
RUNS = 5
MAILING = "2027-01-newsletter"
MAILMERGE = "mailmerge==2.3.0"


class Cost:
    """What one process cost: seconds of wall clock and of CPU, and its peak memory in MiB."""

    def __init__(self, wall, cpu, peak):
        self.wall, self.cpu, self.peak = wall, cpu, peak


def run(command, folder, stdout=subprocess.DEVNULL):
    """Runs a command to its end and says what it cost."""
    start = os.times().elapsed
    child = subprocess.Popen(command, cwd=folder, stdout=stdout, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with {child.returncode}")
    return Cost(os.times().elapsed - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def interleaved(*actions):
    """The costs of each action over all runs; the actions take turns."""
    costs = [[] for _ in actions]
    for _ in range(RUNS):
        for action, of_action in zip(actions, costs):
            of_action.append(action())
    return costs


def median(costs, what):
    return statistics.median(getattr(cost, what) for cost in costs)


def ratio(ours, theirs, what):
    """The ratio of the medians, and the smallest and largest of the single runs."""
    single = [getattr(a, what) / getattr(b, what) for a, b in zip(ours, theirs)]
    return f"{median(ours, what) / median(theirs, what):.2f} ({min(single):.2f}–{max(single):.2f})"


def say(name, figure):
    print(f"  {name:<74} {figure}", flush=True)


class Programme:
    """A generated programme that sends one newsletter."""

    def __init__(self, bevara, count, scratch):
        self.bevara, self.count, self.root = bevara, count, Path(scratch) / f"programme-{count}"
        generate = [sys.executable, HERE / "generate.py", "--one", str(count), self.root]
        subprocess.run(generate, check=True, stdout=subprocess.DEVNULL)

    def build(self, *options, fresh=True):
        if fresh:
            shutil.rmtree(self.root / "output", ignore_errors=True)
        return run([self.bevara, "-q", "--today", "2026-11-21", "build", "--mailing", MAILING, *options], self.root)

    def copy(self):
        copy = self.root / "copy"
        cost = run(["cp", "-r", "output", copy], self.root)
        shutil.rmtree(copy)
        return cost

    def edited(self, *options):
        """A build after one paragraph more in one of the languages."""
        text = self.root / "content/newsletters/2027-01.sv.md"
        text.write_text(text.read_text("utf-8") + "\nOch en sak till.\n", "utf-8")
        return self.build(*options, fresh=False)

    def floor(self, program):
        copy = self.root / "copy"
        cost = run([program, "floor", self.root / f"output/mail/{MAILING}/messages", copy], self.root)
        shutil.rmtree(copy)
        return cost

    def hashed_copy(self):
        copy = self.root / "copy"
        cost = run(["sh", "-c", f"cp -r output {copy} && find {copy} -type f -print0 | xargs -0 sha256sum"], self.root)
        shutil.rmtree(copy)
        return cost

    def messages(self):
        return sum(1 for _ in (self.root / f"output/mail/{MAILING}/messages").iterdir())


def against_copying(programme, program):
    """The whole build against the least it can cost and against `cp -r` of its own output, after an edit and with nothing changed."""
    build, copy, hashed, floor, edited, _, again = interleaved(
        programme.build,
        programme.copy,
        programme.hashed_copy,
        lambda: programme.floor(program),
        programme.edited,
        lambda: programme.build(fresh=False),
        lambda: programme.build(fresh=False),
    )
    size = sum(file.stat().st_size for file in programme.root.glob(f"output/mail/{MAILING}/messages/*"))
    count = programme.messages()
    swedish = sum('"language":"sv"' in line for line in (programme.root / f"output/mail/{MAILING}/manifest.jsonl").open())
    print(f"\n{programme.count} contacts, {count} messages of {size / count / 1000:.1f} kB")
    say("build, seconds of wall clock / of CPU", f"{median(build, 'wall'):.2f} / {median(build, 'cpu'):.2f}")
    say("build against a bare writer with SHA-256, CPU", ratio(build, floor, "cpu"))
    say("build against `cp -r` of its output, wall clock", ratio(build, copy, "wall"))
    say("build against `cp -r` of its output, CPU", ratio(build, copy, "cpu"))
    say("build against `cp -r` and `sha256sum` of its output, CPU", ratio(build, hashed, "cpu"))
    share = f"{ratio(edited, build, 'cpu')}; its share is {swedish / count:.2f}"
    say("a build after one text was edited against the first, CPU", share)
    say("a build with nothing changed, milliseconds of wall clock", f"{1000 * median(again, 'wall'):.0f}")
    say("peak memory, MiB", f"{median(build, 'peak'):.0f}")
    return median(build, "peak")


def with_a_loop(programme):
    """A mailing with a loop over its readers' tags against the same without."""
    texts = list(programme.root.glob("content/newsletters/2027-01.*.md"))
    plain = [text.read_text("utf-8") for text in texts]

    def build(more):
        for text, words in zip(texts, plain):
            text.write_text(words + more, "utf-8")
        return programme.build()

    loop, without = interleaved(
        lambda: build("\n{% for tag in contact.tags %}{{ tag }} {% endfor %}\n"), lambda: build("\nNo loop.\n")
    )
    build("")
    say("a mailing with a loop over tags against the same without, CPU", ratio(loop, without, "cpu"))


def full_against_stamped(programme):
    """What the messages cost beyond reading and checking, rendered in full and stamped."""
    without, stamped, full = interleaved(
        lambda: programme.build("--messages", "none"), programme.build, lambda: programme.build("--reference")
    )
    base = median(without, "cpu")
    figure = (median(full, "cpu") - base) / (median(stamped, "cpu") - base)
    say("messages rendered in full against stamped, CPU, with writing them", f"{figure:.1f}")


def mailmerge():
    """The command of a mailmerge in an environment of its own."""
    folder = HERE.parent / "target/mailmerge"
    if not (folder / "bin/mailmerge").exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([folder / "bin/pip", "install", "--quiet", MAILMERGE], check=True)
    return folder / "bin/mailmerge"


def markdown(programme):
    """The newsletter's Markdown as mailmerge understands it: the same text, without what only bevara's templates know."""
    text = (programme.root / "content/newsletters/2027-01.en.md").read_text("utf-8").split("\n---\n", 1)[1]
    text = text.replace("{{ contact.name.given }}", "GIVEN")
    text = re.sub(r"\{[{%#].*?[}%#]\}", "", text)
    return text.replace("GIVEN", "{{given}}")


def against_mailmerge(programme):
    """The same list and the same Markdown through mailmerge, which prints its messages (`--dry-run`)."""
    tool = mailmerge()
    contact = re.compile(r"^- id: .*\n  name: \{given: (.*), family: .*\}\n(?:  .*\n)*?  email: (.*)\n", re.MULTILINE)
    lists = [file.read_text("utf-8") for file in sorted(programme.root.glob("contacts/*.yaml"))]
    rows = [match.groups() for text in lists for match in contact.finditer(text)]
    head = "TO: {{email}}\nSUBJECT: News for {{given}}\nFROM: Lindholm <hej@lindholm-saar.example>\nContent-Type: text/markdown\n\n"
    files = {
        "mailmerge_template.txt": head + markdown(programme),
        "mailmerge_database.csv": "given,email\n" + "".join(f"{given},{email}\n" for given, email in rows),
        "mailmerge_server.conf": "[smtp_server]\nhost = localhost\nport = 25\nsecurity = Never\n",
    }
    for name, text in files.items():
        (programme.root / name).write_text(text, "utf-8")
    dry_run = [tool, "--dry-run", "--no-limit", "--output-format", "raw"]
    ours, theirs = interleaved(programme.build, lambda: run(dry_run, programme.root))
    each = (median(theirs, "cpu") / len(rows)) / (median(ours, "cpu") / programme.messages())
    print(f"\n{programme.count} contacts against mailmerge --dry-run")
    say("mailmerge's CPU a message against the whole build's", f"{each:.1f}")
    say("mailmerge's wall clock against the whole build's", ratio(theirs, ours, "wall"))


def demo(bevara, scratch):
    """The demo, after one paragraph more in one text."""
    root = Path(scratch) / "demo"
    run([bevara, "init", "--demo", root], scratch)
    text = root / "content/newsletters/2027-01.en.md"

    def edited(command):
        text.write_text(text.read_text("utf-8") + "\nOne thing more.\n", "utf-8")
        return run([bevara, "-q", "--today", "2026-11-21", command], root)

    edited("build")
    build, check = interleaved(lambda: edited("build"), lambda: edited("check"))
    print("\nThe demo, one text edited, milliseconds of wall clock")
    say("build", f"{1000 * median(build, 'wall'):.0f}")
    say("check", f"{1000 * median(check, 'wall'):.0f}")


def processor():
    """Its name, and whether it has instructions for SHA-256."""
    try:
        about = Path("/proc/cpuinfo").read_text()
    except OSError:
        return "an unknown processor"
    name = re.search(r"^model name\s*: (.*)$", about, re.MULTILINE)
    has_sha = re.search(r"^(flags|Features)\s*:.*\b(sha_ni|sha2)\b", about, re.MULTILINE)
    return f"{name.group(1) if name else 'a processor'}, {'with' if has_sha else 'without'} SHA instructions"


def main(bevara, floor, sizes):
    print(f"{processor()}, {os.cpu_count()} cores")
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=memory) as scratch:
        os.environ["XDG_CACHE_HOME"] = f"{scratch}/cache"
        demo(bevara, scratch)
        peaks = {}
        for count in sizes:
            programme = Programme(bevara, count, scratch)
            peaks[count] = against_copying(programme, floor)
            if count == 10_000:
                full_against_stamped(programme)
                with_a_loop(programme)
            if count <= 10_000:
                against_mailmerge(programme)
            shutil.rmtree(programme.root)
        if len(peaks) > 1:
            least, most = min(peaks), max(peaks)
            growth = (peaks[most] - peaks[least]) * 1024 / (most - least)
            print()
            say(f"memory for each further contact, {least} to {most}, KiB", f"{growth:.2f}")


if __name__ == "__main__":
    main(*(Path(path).resolve() for path in sys.argv[1:3]), [int(size) for size in sys.argv[3:]] or [250, 10_000, 62_500])

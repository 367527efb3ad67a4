"""Reads the site as feed readers and search engines do: every feed with feedparser, the sitemap against its schema, robots.txt.

    pip install feedparser lxml
    npm pack sitemap@9.0.1 && tar xzf sitemap-9.0.1.tgz package/schema
    python3 tests/acceptance/read_feed.py [programme] --schema package/schema/sitemap.xsd [--bevara target/release/bevara]

The schema is the one that sitemaps.org publishes, as the npm package `sitemap` carries it along.

The programme is copied and built twice, on two days: what was an entry on the first day is the same entry on the second.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.robotparser
from pathlib import Path

import feedparser
from lxml import etree, html

HERE = Path(__file__).resolve().parent
DAYS = ("2027-03-24", "2027-05-25")
PARTS = ("content", "templates", "contacts")

passed = 0
failures = []


def check(holds: bool, what: str) -> None:
    """Counts what holds, and keeps what does not."""
    global passed
    passed += bool(holds)
    if not holds:
        failures.append(what)


def build(programme: Path, bevara: str, folder: Path, day: str) -> Path:
    """Builds a copy of the programme as of a day; its site."""
    if not folder.exists():
        folder.mkdir()
        shutil.copy(programme / "bevara.yaml", folder)
        for part in PARTS:
            shutil.copytree(programme / part, folder / part)
    subprocess.run([bevara, "-C", str(folder), "-q", "--today", day, "build", "--messages", "none"], check=True)
    return folder / "output/site"


def local(site: Path, url: str) -> Path:
    """The file behind a URL of the site."""
    path = urllib.parse.unquote(urllib.parse.urlsplit(url).path).lstrip("/")
    return site / path / "index.html" if path == "" or path.endswith("/") else site / path


def read_feed(site: Path, path: Path, base: str) -> dict[str, tuple[str, str]]:
    """Checks one feed; its entries' ids with what must not change about them."""
    name = path.relative_to(site)
    feed = feedparser.parse(path.read_bytes())
    check(not feed.bozo, f"{name}: {feed.get('bozo_exception')}")
    check(feed.version == "atom10", f"{name} is {feed.version}")
    for key in ("id", "title", "updated", "author"):
        check(feed.feed.get(key), f"{name} has no {key}")
    rels = {link.rel: link.href for link in feed.feed.links}
    check(rels.get("self") == f"{base}/{name}", f"{name} says it is {rels.get('self')}")
    check(local(site, rels.get("alternate", "")).is_file(), f"{name}: no page {rels.get('alternate')}")
    entries = {}
    dates = [entry.updated_parsed for entry in feed.entries]
    check(dates == sorted(dates, reverse=True), f"{name}: the newest comes first")
    for entry in feed.entries:
        where = f"{name}: {entry.get('title')}"
        for key in ("id", "title", "link", "published", "updated"):
            check(entry.get(key), f"{where} has no {key}")
        check(entry.id.startswith("tag:") and entry.id not in entries, f"{where}: {entry.id}")
        check(entry.link.startswith(base) and local(site, entry.link).is_file(), f"{where}: no page {entry.link}")
        entries[entry.id] = (entry.link, entry.published)
        body = html.fragment_fromstring(entry.content[0].value, create_parent="div")
        for element, attribute, link, _ in body.iterlinks():
            scheme = urllib.parse.urlsplit(link).scheme
            check(scheme, f"{where}: {element.tag} {attribute} leads to {link}")
            if link.startswith(f"{base}/"):
                check(local(site, link).is_file(), f"{where}: there is no {link}")
        check(not body.xpath("//script | //style | //form"), f"{where} holds more than text")
    return entries


def sitemap_schema(published: Path) -> etree.XMLSchema:
    """The schema of sitemaps with links to other languages in them."""
    schemas = {"http://www.sitemaps.org/schemas/sitemap/0.9": published, "http://www.w3.org/1999/xhtml": HERE / "schemas/link.xsd"}
    imports = "".join(f'<import namespace="{space}" schemaLocation="{path.resolve().as_uri()}"/>' for space, path in schemas.items())
    return etree.XMLSchema(etree.fromstring(f'<schema xmlns="http://www.w3.org/2001/XMLSchema">{imports}</schema>'))


def read_sitemap(site: Path, base: str, schema: etree.XMLSchema) -> None:
    """The sitemap is valid, and lists every page once but the one for missing ones."""
    sitemap = etree.parse(site / "sitemap.xml")
    check(schema.validate(sitemap), f"sitemap.xml: {schema.error_log}")
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    listed = sitemap.xpath("//s:loc/text()", namespaces=names)
    pages = {f"{base}/{page.parent.relative_to(site)}/".replace("/./", "/") for page in site.rglob("index.html")}
    check(len(listed) <= 50_000, "sitemap.xml lists more pages than the protocol allows")
    check(len(listed) == len(set(listed)) and set(listed) == pages, f"sitemap.xml lists {set(listed) ^ pages}")
    for url in sitemap.xpath("//x:link/@href", namespaces=names):
        check(url in pages, f"sitemap.xml: there is no {url}")
    robots = urllib.robotparser.RobotFileParser()
    robots.parse((site / "robots.txt").read_text(encoding="utf-8").splitlines())
    check(all(robots.can_fetch("*", page) for page in pages), "robots.txt turns readers away")
    check(robots.site_maps() == [f"{base}/sitemap.xml"], f"robots.txt names {robots.site_maps()}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("programme", type=Path, nargs="?", default=HERE.parent.parent)
    parser.add_argument("--schema", type=Path, required=True, help="the published sitemap.xsd")
    parser.add_argument("--bevara", default=str(HERE.parent.parent / "target/release/bevara"))
    arguments = parser.parse_args()
    settings = (arguments.programme / "bevara.yaml").read_text(encoding="utf-8").splitlines()
    base = next(line.split(": ", 1)[1].strip() for line in settings if line.startswith("base_url: "))
    schema = sitemap_schema(arguments.schema)
    with tempfile.TemporaryDirectory() as folder:
        seen = {}
        for day in DAYS:
            site = build(arguments.programme, arguments.bevara, Path(folder) / "programme", day)
            feeds = sorted(site.rglob("atom.xml"))
            check(len(feeds) > 0, "there is a feed")
            entries = {key: value for feed in feeds for key, value in read_feed(site, feed, base).items()}
            check(all(entries.get(key) == value for key, value in seen.items()), f"entries of {DAYS[0]} changed by {day}")
            check(len(entries) > len(seen), f"there are new letters on {day}")
            seen = entries
            read_sitemap(site, base, schema)
    for failure in failures:
        print(f"FAIL {failure}")
    print(f"feeds and sitemap: {passed} passed, {len(failures)} failed")
    sys.exit(1 if failures or not passed else 0)


if __name__ == "__main__":
    main()

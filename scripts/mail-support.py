#!/usr/bin/env python3
"""Writes src/check/lint/support.tsv, what the big mail clients do not support, from the data of caniemail.com.

usage: scripts/mail-support.py PACKAGE_FOLDER

PACKAGE_FOLDER is the unpacked npm package `caniemail`; docs/mail-linter.md says how to fetch it.
"""
import json
import pathlib
import re
import sys

# Our clients, and the platforms of caniemail.com they stand for, the most used first.
CLIENTS = {
    "gmail": [("gmail", "desktop-webmail"), ("gmail", "ios"), ("gmail", "android")],
    "outlook-windows": [("outlook", "windows")],
    "outlook-com": [("outlook", "outlook-com")],
    "apple-mail": [("apple-mail", "macos"), ("apple-mail", "ios")],
    "yahoo": [("yahoo", "desktop-webmail"), ("yahoo", "ios"), ("yahoo", "android")],
    "samsung": [("samsung-email", "android")],
}

# Features whose title does not say how they are written.
WRITTEN = {
    "css-at-media-device-pixel-ratio": [], "css-at-media-hover": [("media", "hover")],
    "css-at-media-orientation": [("media", "orientation")],
    "css-at-media-prefers-color-scheme": [("media", "prefers-color-scheme")],
    "css-at-media-prefers-reduced-motion": [("media", "prefers-reduced-motion")],
    "css-background": [("property", "background")], "css-comments": [], "css-important": [], "css-nesting": [],
    "css-border-inline-block-individual": [], "css-border-inline-block-longhand": [],
    "css-border-radius-logical": [("property", name) for name in
        ("border-start-start-radius", "border-start-end-radius", "border-end-start-radius", "border-end-end-radius")],
    "css-column-layout-properties": [("property", "columns")],
    "css-color-scheme": [("property", "color-scheme")], "css-font": [("property", "font")],
    "css-flex-direction": [("property", "flex-direction")], "css-flex-wrap": [("property", "flex-wrap")],
    "css-grid-template": [("property", name) for name in
        ("grid-template", "grid-template-areas", "grid-template-columns", "grid-template-rows")],
    "css-inline-size": [], "css-inert-attribute": [("attribute", "inert")], "css-intrinsic-size": [("value", "fit-content")],
    "css-modern-color": [("function", name) for name in ("lch", "oklch", "lab", "oklab")],
    "css-scroll-snap": [], "css-sytem-ui": [], "css-unit-calc": [("function", "calc")],
    "css-unit-initial": [], "css-unit-percent": [], "css-variables": [("function", "var")],
    "html-anchor-links": [], "html-doctype": [], "html-comments": [], "html-mailto-links": [], "html-image-maps": [],
    "html-button-reset": [], "html-button-submit": [("element", "button")],
    "html-input-checkbox": [("element", "input")], "html-input-hidden": [], "html-input-radio": [],
    "html-input-reset": [], "html-input-submit": [], "html-input-text": [], "html-meta-color-scheme": [],
    "html-lists": [], "html-h1-h6": [], "html-srcset": [("attribute", "srcset"), ("attribute", "sizes")],
    "html-semantics": [("element", name) for name in
        ("article", "aside", "details", "figcaption", "figure", "footer", "header", "main", "nav", "section", "summary")],
    "html-svg": [("element", "svg")], "html-style": [], "html-body": [],
    "image-base64": [("image", "data")], "image-heif": [("image", "heif"), ("image", "heic")],
    "image-jpg": [("image", "jpg"), ("image", "jpeg")], "image-hdr": [], "image-apng": [("image", "apng")],
    "image-tiff": [("image", "tiff"), ("image", "tif")],
}

# What a reader loses something by where it is ignored: the place of things, their size, whether they are seen at all.
# Everything else is decoration, which may well be missing.
BREAKS = set("""
property:align-items property:aspect-ratio property:background-image property:block-size property:box-sizing property:column-count
property:columns property:flex-direction property:flex-wrap property:float property:gap property:column-gap property:row-gap
property:grid-template property:grid-template-areas property:grid-template-columns property:grid-template-rows
property:inline-size property:inset property:justify-content property:margin-block property:margin-block-end
property:margin-block-start property:margin-inline property:margin-inline-end property:margin-inline-start property:mask-image
property:max-block-size property:max-inline-size property:min-block-size property:min-inline-size property:object-fit
property:object-position property:padding-block property:padding-block-end property:padding-block-start
property:padding-inline property:padding-inline-end property:padding-inline-start property:position property:transform
property:visibility property:writing-mode property:z-index
value:display:flex value:display:grid value:fit-content
function:calc function:clamp function:conic-gradient function:light-dark function:linear-gradient function:max function:min
function:radial-gradient function:var function:lch function:oklch function:lab function:oklab
unit:rem unit:vh unit:vmax unit:vmin unit:vw
at-rule:import
element:article element:aside element:details element:figcaption element:figure element:footer element:header element:main
element:nav element:section element:summary element:audio element:button element:dialog element:form element:input
element:link element:marquee element:meter element:object element:progress element:select element:svg element:textarea element:video
attribute:hidden attribute:popover
image:avif image:data image:heic image:heif image:ico image:mp4 image:svg image:tif image:tiff image:webp
""".split())


def written(feature):
    """How a feature is written in a message: (kind, name) pairs."""
    slug, title = feature["slug"], feature["title"].strip()
    if slug in WRITTEN:
        return WRITTEN[slug]
    if slug.startswith(("css-pseudo-", "css-selector-")) or feature["category"] == "others":
        return []
    if slug.startswith("image-"):
        return [("image", slug.removeprefix("image-"))]
    if slug.startswith("css-unit-"):
        return [("unit", slug.removeprefix("css-unit-"))]
    if slug.startswith("css-at-"):
        return [("at-rule", slug.removeprefix("css-at-"))]
    if slug.startswith("html-"):
        elements = re.findall(r"<([a-z0-9]+)", title)
        if elements:
            return [("element", name) for name in elements]
        kind = "attribute" if "attribute" in title or slug == "html-target" else "element"
        return [(kind, slug.removeprefix("html-").removesuffix("-attribute"))]
    if functions := re.findall(r"([a-z-]+)\(\)", title):
        return [("function", name) for name in functions]
    if re.fullmatch(r"[a-z-]+: ?[a-z-]+", title):
        return [("value", title.replace(" ", ""))]
    names = re.split(r", | & ", re.sub(r" (property|shorthand|and .*)$", "", title))
    if not all(re.fullmatch(r"[a-z-]+", name) for name in names):
        raise SystemExit(f"{slug}: say in WRITTEN how `{title}` is written")
    return [("property", name) for name in names]


def support(feature, platforms):
    """y everywhere, n on the first platform, else a (partly); u for unknown. Of each platform the newest version counts."""
    newest = []
    for family, platform in platforms:
        versions = feature["stats"].get(family, {}).get(platform, {})
        if versions:
            newest.append(list(versions.values())[-1][0])
    known = [answer for answer in newest if answer != "u"]
    if not known:
        return "u"
    return known[0] if known[0] == "n" or len(set(known)) == 1 else "a"


def main():
    package = pathlib.Path(sys.argv[1])
    data = json.loads((package / "data/caniemail.json").read_text())
    version = json.loads((package / "package.json").read_text())["version"]
    rows = []
    for feature in data["data"]:
        answers = [support(feature, platforms) for platforms in CLIENTS.values()]
        if "n" in answers:
            for kind, name in written(feature):
                effect = "breaks" if f"{kind}:{name}" in BREAKS else "fades"
                rows.append("\t".join([kind, name, effect, *answers, feature["slug"]]))
    unknown = BREAKS - {":".join(row.split("\t")[:2]) for row in rows}
    if unknown:
        print("supported everywhere by now:", *sorted(unknown), file=sys.stderr)
    target = pathlib.Path(__file__).parent.parent / "src/check/lint/support.tsv"
    head = [line for line in target.read_text().splitlines() if line.startswith("#")]
    source = f"# Data of {data['last_update_date'][:10]}, taken from version {version} of the npm package `caniemail`."
    head = [source if line.startswith("# Data of ") else line for line in head]
    target.write_text("\n".join(head + sorted(set(rows))) + "\n")
    print(len(rows), "rows")


main()

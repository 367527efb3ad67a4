#!/usr/bin/env python3
"""Draws the pictures of the demo programme again: `scripts/pictures/make.py [NAME…]`.

Chromium makes SVG into pixels, Pillow takes them to a palette. The names by hand and the wordmark are set in fonts under the SIL
Open Font License, which npm fetches into a folder that is thrown away: @fontsource/homemade-apple, mr-de-haviland, reenie-beanie,
herr-von-muellerhoff and cormorant-garamond.
"""
import pathlib
import subprocess
import sys
import tempfile

from PIL import Image, ImageDraw, ImageFilter

import december
import people
import year

IMAGES = pathlib.Path(__file__).resolve().parents[2] / "content" / "images"
FONTS = {
    "astrid": "herr-von-muellerhoff", "sara": "homemade-apple", "kadri": "mr-de-haviland", "mikkel": "reenie-beanie",
}
# Size of the letters and weight of the pen.
HANDS = {"astrid": (330, 4.4), "sara": (210, 1), "kadri": (330, 4.8), "mikkel": (330, 3.4)}
INK = "#24344d"
LOGOS = {"logo": ("#7a3209", "#fff"), "logo-dark": ("#f0a873", None)}


def chromium(html, width, height, folder):
    page, shot = folder / "page.html", folder / "page.png"
    page.write_text(html, encoding="utf-8")
    subprocess.run(
        [
            "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--allow-file-access-from-files",
            "--default-background-color=00000000", f"--window-size={width},{height}", f"--screenshot={shot}", page.as_uri(),
        ],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120,
    )
    return Image.open(shot).convert("RGBA").crop((0, 0, width, height))


def save_scene(image, path):
    """Grain is costly to describe: a breath of softness halves it, and at twice the size it is shown in nobody sees it."""
    soft = image.convert("RGB").filter(ImageFilter.GaussianBlur(0.6))
    soft.save(path, quality=55, subsampling=2, progressive=True, optimize=True)
    tell(image, path)


def save(image, path, colours):
    """A palette of few colours keeps small pictures small, and their edges sharp."""
    if image.getextrema()[3][0] == 255:
        flat = image.convert("RGB").quantize(colours, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    else:
        flat = image.quantize(colours, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    flat.save(path, optimize=True)
    tell(image, path)


def tell(image, path):
    print(f"{path.relative_to(IMAGES)}  {image.width} × {image.height}  {path.stat().st_size // 1024} KB")


def scene(sheet, folder):
    return chromium(f'<!doctype html><body style="margin:0">{sheet.svg()}', sheet.width, sheet.height, folder)


def portrait(sheet, folder):
    """The head, in a circle of 216 pixels: three to one where a mail shows 72."""
    image = scene(sheet, folder).crop((52, 12, 428, 388)).resize((216, 216), Image.Resampling.LANCZOS)
    mask = Image.new("L", (216 * 4, 216 * 4))
    ImageDraw.Draw(mask).ellipse((4, 4, 216 * 4 - 5, 216 * 4 - 5), fill=255)
    image.putalpha(mask.resize((216, 216), Image.Resampling.LANCZOS))
    return image


def font(name, folder, style="400-normal"):
    root = folder / name
    if not root.exists():
        root.mkdir()
        subprocess.run(["npm", "pack", "--silent", f"@fontsource/{name}"], cwd=root, check=True, stdout=subprocess.DEVNULL)
        subprocess.run(["tar", "xzf", next(root.glob("*.tgz")).name], cwd=root, check=True)
    return (root / "package" / "files" / f"{name}-latin-{style}.woff2").as_uri()


def signature(who, folder):
    """A name by hand, set large, cut where its ink ends, and fitted into 640 × 220 pixels: nothing of it can be lost."""
    size, pen = HANDS[who]
    name = f'<text x="700" y="420" text-anchor="middle" font-family="hand" font-size="{size}"'
    # An edge of paper around the ink: it can be read where a mail program turns the page dark and leaves pictures alone.
    html = f"""<!doctype html><style>@font-face {{ font-family: hand; src: url({font(FONTS[who], folder)}) }}</style>
<body style="margin:0"><svg width="1400" height="700">
{name} fill="#fff" stroke="#fff" stroke-width="{pen + 6}" stroke-linejoin="round">{who.capitalize()}</text>
{name} fill="{INK}" stroke="{INK}" stroke-width="{pen}" stroke-linejoin="round">{who.capitalize()}</text></svg>"""
    ink = chromium(html, 1400, 700, folder)
    ink = ink.crop(ink.getbbox())
    scale = min(632 / ink.width, 214 / ink.height)
    ink = ink.resize((round(ink.width * scale), round(ink.height * scale)), Image.Resampling.LANCZOS)
    sheet = Image.new("RGBA", (640, 220), (255, 255, 255, 0))
    sheet.paste(ink, (2, (220 - ink.height) // 2))
    return sheet


def logo(ink, edge, folder):
    bean = '<ellipse cx="52" cy="84" rx="37" ry="52" transform="rotate(28 52 84)"{}/>'
    cut = '<path d="M75 40 C42 70 66 92 30 130" fill="none" stroke="{}" stroke-width="8" stroke-linecap="round"/>'
    words = (
        '<text x="114" y="108" font-family="word" font-weight="600" font-size="88" textLength="512"{}>Lindholm '
        '<tspan font-style="italic">&amp;</tspan> Saar</text>'
    )
    outline = f' fill="{edge}" stroke="{edge}" stroke-width="7" stroke-linejoin="round"'
    behind = bean.format(outline) + words.format(outline) if edge else ""
    family = "cormorant-garamond"
    html = f"""<!doctype html><style>
@font-face {{ font-family: word; font-weight: 600; src: url({font(family, folder, "600-normal")}) }}
@font-face {{ font-family: word; font-weight: 600; font-style: italic; src: url({font(family, folder, "600-italic")}) }}</style>
<body style="margin:0"><svg width="640" height="160">{behind}<mask id="m"><rect width="640" height="160" fill="#fff"/>
{cut.format("#000")}</mask>{bean.format(f' fill="{ink}" mask="url(#m)"')}{words.format(f' fill="{ink}"')}</svg>"""
    return chromium(html, 640, 160, folder)


def main(wanted):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for drawn in (december.PICTURES, year.PICTURES):
            for name, draw in drawn.items():
                if not wanted or name in wanted:
                    save_scene(scene(draw(), folder), IMAGES / f"{name}.jpg")
        for name, draw in people.PICTURES.items():
            if not wanted or name in wanted:
                save(portrait(draw(), folder), IMAGES / "team" / f"{name}.png", 48)
                save(signature(name, folder), IMAGES / "team" / f"{name}-signature.png", 16)
        for name, (ink, edge) in LOGOS.items():
            if not wanted or name in wanted:
                save(logo(ink, edge, folder), IMAGES / f"{name}.png", 24)


if __name__ == "__main__":
    main(set(sys.argv[1:]))

"""What is sent from Advent to Christmas: five mailings, five pictures, and one of Christmas for each country's custom."""
import math

from ink import (
    BROWN, DARK, DUSK, FLAME, GREEN, HAZE, INK, LIGHT, MIST, MOSS, NIGHT, OCHRE, PAPER, RED, RUST, SAGE, SAND, SNOW, WHEAT,
    WINE, Sheet,
)


def window(s, x, y, w, h, columns=2, rows=3, frame=PAPER, glass=LIGHT):
    """A lit window with its frame and bars."""
    s.rect(x - 16, y - 16, w + 32, h + 32, frame)
    s.rect(x, y, w, h, glass)
    s.box(x, y, w, h, FLAME, 0.6)
    for i in range(1, columns):
        s.rect(x + w * i / columns - 4, y, 8, h, frame)
    for i in range(1, rows):
        s.rect(x, y + h * i / rows - 4, w, 8, frame)


def candles():
    """First Advent: one of four candles burns."""
    s = Sheet(NIGHT, seed=2)
    s.box(0, 0, 1040, 470, "#0d1620", 0.75, "up")
    s.glow(330, 190, 420, OCHRE, 0.5)
    s.rect(-20, 470, 1080, 200, BROWN)
    s.box(-20, 470, 1080, 170, DARK, 0.8)
    for i in range(5):
        s.line([(-20, 492 + i * 31), (1060, 494 + i * 30)], "#4a2f1f", 2)
    # Moss in a long dish
    s.path("M250 478 q12 58 60 58 h300 q48 0 60 -58 Z", RUST)
    s.shade("M250 478 q12 58 60 58 h300 q48 0 60 -58 Z", DARK, 0.7)
    for i, x in enumerate((330, 420, 510, 600)):
        top = 236 + (0, -8, 10, 2)[i] + (44 if i == 0 else 0)
        s.rect(x - 25, top, 50, 480 - top, PAPER, 4)
        s.box(x - 25, top, 50, 480 - top, WHEAT, 0.9, "right")
        s.box(x - 25, top, 50, 480 - top, BROWN, 0.35, "down")
        s.oval(x, top + 2, 25, 6, SAND)
        s.line([(x, top), (x + 2, top - 13)], DARK, 3.5)
    s.flame(332, 266, 56)
    for i in range(58):
        x = s.random.uniform(262, 658)
        s.oval(x, 474 + s.random.uniform(-16, 8), 21, 13, s.random.choice((GREEN, MOSS, "#44705a")), s.random.uniform(-40, 40))
    s.box(250, 446, 424, 48, NIGHT, 0.5)
    for i in range(12):
        s.circle(s.random.uniform(275, 650), 474 + s.random.uniform(-10, 8), 6.5, RED)
    s.cup(826, 532, 140, SAND)
    s.steam(826, 420, 96, HAZE)
    return s


def advent_bag():
    """For the letter with the Christmas roast, and as wide as one: its bag with what it tastes of, fig and orange peel."""
    s = Sheet("#7d2f25", 1500, 500, seed=5)
    ground, s.marks = s.marks, []
    s.box(-400, -60, 1840, 500, WINE, 0.8, "up")
    s.glow(520, 220, 430, OCHRE, 0.38)
    s.rect(-400, 436, 1840, 220, SAND)
    s.box(-400, 436, 1840, 190, WHEAT, 0.9)
    # The bag
    bag = "M392 136 L648 136 L672 520 Q520 542 368 520 Z"
    s.path(bag, BROWN)
    s.shade(bag, DARK, 0.75, "right")
    s.path("M398 92 L642 92 L648 142 L392 142 Z", "#6a4630")
    s.shade("M398 92 L642 92 L648 142 L392 142 Z", DARK, 0.5)
    s.path("M392 142 L648 142", stroke=DARK, width=4)
    s.path("M470 92 q50 -22 100 0", stroke=RED, width=9)
    s.path("M520 92 C470 30 420 60 516 96 C600 50 640 40 524 96 Z", RED)
    s.path("M516 96 L484 152 M526 96 L560 150", stroke=RED, width=9)
    s.rect(428, 236, 184, 196, PAPER, 4)
    s.box(428, 236, 184, 196, WHEAT, 0.5)
    # Its label: a star over four lines, no letters to be read wrong.
    star = [(520 + math.cos(a * math.pi / 8 - math.pi / 2) * (62 if a % 2 == 0 else 22) , 318 + math.sin(a * math.pi / 8 - math.pi / 2) * (62 if a % 2 == 0 else 22)) for a in range(16)]
    s.area(star, RUST)
    s.circle(520, 318, 13, LIGHT)
    s.line([(462, 400), (578, 400)], DARK, 4)
    s.line([(486, 414), (554, 414)], DARK, 3)
    # Oranges
    for x, y, r in ((206, 466, 74), (120, 516, 58), (-60, 488, 66)):
        s.circle(x, y, r, OCHRE)
        s.shade_circle(x, y, r, RUST, 0.8)
        s.circle(x - r * 0.2, y - r * 0.72, 5, GREEN)
    s.circle(290, 536, 54, "#e9b05c")
    s.circle(290, 536, 47, PAPER)
    for i in range(9):
        a = i * math.tau / 9
        b, c = a + 0.07, a + math.tau / 9 - 0.07
        s.path(f"M{290 + math.cos((b + c) / 2) * 7} {536 + math.sin((b + c) / 2) * 7} L{290 + math.cos(b) * 42} {536 + math.sin(b) * 42} Q{290 + math.cos((b + c) / 2) * 50} {536 + math.sin((b + c) / 2) * 50} {290 + math.cos(c) * 42} {536 + math.sin(c) * 42} Z", OCHRE)
    # Figs, one of them halved
    for x, y in ((760, 490), (850, 512), (1110, 500)):
        d = f"M{x} {y - 84} Q{x + 12} {y - 50} {x + 50} {y - 16} Q{x + 66} {y + 44} {x} {y + 46} Q{x - 66} {y + 44} {x - 50} {y - 16} Q{x - 12} {y - 50} {x} {y - 84} Z"
        s.path(d, "#5b3550")
        s.shade(d, DARK, 0.75, "right")
        s.line([(x, y - 84), (x + 6, y - 98)], MOSS, 8)
    s.oval(934, 540, 52, 46, "#5b3550")
    s.oval(934, 538, 45, 39, MIST)
    s.oval(934, 538, 33, 28, RED)
    for i in range(26):
        a, r = s.random.uniform(0, 6.3), s.random.uniform(0, 25)
        s.circle(934 + math.cos(a) * r, 538 + math.sin(a) * r * 0.8, 2.4, LIGHT)
    for i in range(26):
        x, y = s.random.uniform(-240, 1260), s.random.uniform(556, 604)
        s.oval(x, y, 17, 11, BROWN, s.random.uniform(-60, 60))
        s.oval(x, y, 17, 2, DARK, s.random.uniform(-60, 60))
    s.marks = [*ground, '<g transform="translate(308 -14) scale(0.85)">', *s.marks, "</g>"]
    return s


def shopfront():
    """For the card on paper, as wide as a letter: the roastery in the evening, snow on its roof, light in its windows."""
    s = Sheet(INK, 1500, 500, seed=9)
    ground, s.marks = s.marks, []
    s.box(-240, 0, 1500, 470, NIGHT, 0.85, "up")
    s.stars(60, 240)
    for x, h in ((-190, 220), (-96, 270), (-20, 190), (64, 250), (150, 190), (905, 220), (985, 280), (1070, 200), (1150, 260), (1222, 190)):
        s.spruce(x, 500, h, "#29513f", NIGHT, SNOW)
    # The house
    s.rect(262, 226, 520, 300, "#8d3a2a")
    for i in range(34):
        s.line([(270 + i * 15.3, 230), (270 + i * 15.3, 526)], WINE, 2)
    s.box(262, 226, 520, 300, DARK, 0.6, "right")
    s.path("M222 236 L338 92 L706 92 L822 236 Z", SNOW)
    s.shade("M222 236 L338 92 L706 92 L822 236 Z", DUSK, 0.6)
    s.rect(612, 48, 52, 84, WINE)
    s.rect(604, 40, 68, 16, SNOW, 6)
    s.steam(640, 36, 74, HAZE)
    # Sign: a bean between two lines
    s.rect(432, 252, 180, 44, PAPER, 4)
    s.oval(522, 274, 22, 14, RUST, -24)
    s.path("M505 281 q18 -12 34 -14", stroke=PAPER, width=3)
    s.line([(448, 274), (486, 274)], DARK, 3)
    s.line([(558, 274), (596, 274)], DARK, 3)
    window(s, 312, 328, 120, 130)
    window(s, 612, 328, 120, 130)
    s.rect(476, 326, 92, 200, GREEN)
    s.box(476, 326, 92, 200, NIGHT, 0.6)
    s.rect(494, 344, 56, 74, LIGHT)
    s.box(494, 344, 56, 74, FLAME, 0.6)
    s.circle(556, 440, 5, LIGHT)
    s.circle(522, 372, 25, MOSS)
    s.circle(522, 372, 15, LIGHT)
    s.circle(522, 397, 6, RED)
    for x in (372, 672):
        s.glow(x, 400, 190, LIGHT, 0.5)
    # In the windows: a roaster's hopper, and somebody who pours
    s.path("M334 458 v-40 h44 v40 Z M344 418 l-8 -24 h40 l-8 24 Z", BROWN)
    s.circle(672, 394, 17, BROWN)
    s.path("M640 458 q4 -46 32 -46 q28 0 32 46 Z", BROWN)
    # Snow
    s.path("M-260 520 Q100 506 520 524 T1280 516 V660 H-260 Z", SNOW)
    s.shade("M-260 520 Q100 506 520 524 T1280 516 V660 H-260 Z", DUSK, 0.45)
    s.path("M476 524 Q470 570 380 640 L660 640 Q580 570 568 524 Z", MIST)
    s.shade("M476 524 Q470 570 380 640 L660 640 Q580 570 568 524 Z", OCHRE, 0.5, "up")
    s.spruce(862, 566, 150, GREEN, NIGHT, SNOW)
    s.spruce(206, 574, 120, GREEN, NIGHT, SNOW)
    s.marks = [*ground, '<g transform="translate(230 -36)">', *s.marks, "</g>"]
    s.snowfall(180)
    return s


def christmas_sv():
    """Sweden: the candlestick of seven lights in the window of a red house, a paper star above it."""
    s = Sheet("#93382a", seed=3)
    for i in range(27):
        s.line([(i * 41 - 6, -20), (i * 41 - 6, 644)], WINE, 4)
    s.box(0, 0, 1040, 624, DARK, 0.72, "left")
    s.box(0, 0, 1040, 330, NIGHT, 0.45, "up")
    s.rect(258, 44, 524, 500, PAPER)
    s.box(258, 44, 524, 500, HAZE, 0.6)
    s.rect(292, 76, 456, 420, LIGHT)
    s.box(292, 76, 456, 420, FLAME, 0.75)
    # Star of paper
    star = [(520 + math.cos(a * math.pi / 7 - math.pi / 2) * (86 if a % 2 == 0 else 34), 178 + math.sin(a * math.pi / 7 - math.pi / 2) * (86 if a % 2 == 0 else 34)) for a in range(14)]
    s.line([(520, 76), (520, 110)], BROWN, 3)
    s.area(star, PAPER)
    for a in range(0, 14, 2):
        x, y = star[a]
        s.line([(520, 178), (x, y)], OCHRE, 2.5)
    s.shade("M" + " L".join(f"{x:.0f} {y:.0f}" for x, y in star) + " Z", OCHRE, 0.8)
    s.glow(520, 178, 150, PAPER, 0.5)
    # Candlestick
    for i in range(7):
        x, top = 520 + (i - 3) * 52, 376 + abs(i - 3) * 27
        s.rect(x - 9, top, 18, 484 - top - abs(i - 3) * 0, PAPER, 3)
        s.box(x - 9, top, 18, 70, WHEAT, 0.8, "right")
    s.path("M346 474 L520 410 L694 474 L700 500 L340 500 Z", "#c9a26a")
    s.shade("M346 474 L520 410 L694 474 L700 500 L340 500 Z", BROWN, 0.7)
    for i in range(7):
        s.flame(520 + (i - 3) * 52, 374 + abs(i - 3) * 27, 25)
    # Bars, sill, snow
    s.rect(512, 76, 16, 32, PAPER)
    s.rect(292, 262, 456, 14, PAPER)
    s.box(292, 262, 456, 14, HAZE, 0.5)
    s.rect(238, 500, 564, 34, PAPER)
    s.path("M232 502 q40 -24 96 -12 q70 -22 150 -2 q90 -20 168 2 q80 -18 160 12 l0 14 q-280 12 -574 0 Z", SNOW)
    s.shade("M232 502 q40 -24 96 -12 q70 -22 150 -2 q90 -20 168 2 q80 -18 160 12 l0 14 q-280 12 -574 0 Z", HAZE, 0.7)
    s.hill(590, 12, SNOW, 8, DUSK, 0.4)
    s.snowfall(120)
    return s


def christmas_nb():
    """Norway: a sheaf of oats for the birds, bullfinches on it, fells behind."""
    s = Sheet("#c7d6da", seed=6)
    s.box(0, 0, 1040, 330, "#e9b9a0", 0.75)
    s.box(0, 0, 1040, 260, DUSK, 0.5, "up")
    fells = "M-20 372 L110 236 L190 300 L318 158 L430 290 L520 222 L640 326 L770 196 L900 318 L1060 226 L1060 480 L-20 480 Z"
    s.path(fells, SNOW)
    s.shade(fells, DUSK, 0.85, "right")
    s.shade(fells, DUSK, 0.6)
    for i in range(17):
        s.spruce(20 + i * 64 + (i * 37) % 23, 456 + (i * 13) % 18, 78 + (i * 29) % 44, GREEN, NIGHT, None)
    s.hill(448, 14, SNOW, 11, HAZE, 0.6)
    s.hill(532, 16, SNOW, 14, DUSK, 0.4)
    # A red barn far off
    s.rect(770, 404, 124, 62, RED)
    s.box(770, 404, 124, 62, DARK, 0.5)
    s.path("M754 408 L790 366 L876 366 L910 408 Z", SNOW)
    s.rect(822, 424, 26, 42, PAPER)
    # The sheaf on its pole
    s.rect(428, 130, 16, 470, BROWN)
    s.box(428, 130, 16, 470, DARK, 0.6, "right")
    for i in range(74):
        a = (i / 73 - 0.5) * 1.55
        r = s.random.uniform(150, 196)
        x, y = 436 + math.sin(a) * r, 322 - math.cos(a) * r
        s.path(f"M436 330 Q{436 + math.sin(a) * r * 0.4:.0f} {300 - r * 0.35:.0f} {x:.0f} {y:.0f}", stroke=s.random.choice((OCHRE, WHEAT, "#c98f45")), width=4)
        for k in range(4):
            s.oval(x + s.random.uniform(-9, 9), y + s.random.uniform(-15, 21), 4.4, 8.5, s.random.choice((OCHRE, WHEAT, LIGHT)), math.degrees(a) + s.random.uniform(-34, 34))
    for i in range(40):
        a = (i / 39 - 0.5) * 0.95
        s.path(f"M436 326 Q{436 + math.sin(a) * 60:.0f} 380 {436 + math.sin(a) * 140:.0f} {326 + math.cos(a) * 118:.0f}", stroke=s.random.choice((OCHRE, WHEAT, "#b67c3a")), width=4)
    s.path("M394 324 q42 22 84 0 l0 24 q-42 22 -84 0 Z", RED)
    s.shade("M394 324 q42 22 84 0 l0 24 q-42 22 -84 0 Z", DARK, 0.4)
    for x, y, way in ((330, 176, 1), (552, 226, -1), (606, 520, -1), (690, 540, 1)):
        bullfinch(s, x, y, way)
    s.path("M396 604 q40 -34 84 0 Z", SNOW)
    s.snowfall(70, 0, PAPER)
    return s


def bullfinch(s, x, y, way):
    """A bird of 70 pixels that looks to the right (1) or left (-1)."""
    p = lambda dx, dy: f"{x + way * dx:.0f} {y + dy:.0f}"
    s.path(f"M{p(-34, 22)} L{p(-66, 34)} L{p(-58, 20)} L{p(-36, 6)} Z", DARK)
    body = f"M{p(26, -20)} Q{p(48, 12)} {p(20, 36)} Q{p(-10, 46)} {p(-36, 18)} Q{p(-30, -22)} {p(0, -28)} Z"
    s.path(body, "#c7482f")
    s.shade(body, WINE, 0.6)
    s.path(f"M{p(0, -28)} Q{p(-40, -26)} {p(-44, 22)} Q{p(-16, 20)} {p(2, -6)} Z", "#75828c")
    s.path(f"M{p(-14, -2)} Q{p(-40, 6)} {p(-54, 26)} Q{p(-18, 22)} {p(-6, 6)} Z", DARK)
    s.path(f"M{p(4, -30)} Q{p(30, -44)} {p(36, -18)} Q{p(30, -6)} {p(14, -10)} Q{p(2, -16)} {p(4, -30)} Z", DARK)
    s.path(f"M{p(33, -26)} L{p(48, -16)} L{p(32, -11)} Z", DARK)
    s.circle(x + way * 24, y - 25, 2.6, PAPER)
    s.path(f"M{p(0, 38)} l0 10 M{p(12, 36)} l0 12", stroke=BROWN, width=3)


def christmas_et():
    """Estonia: the spruce on the town hall square, gables and spires around it."""
    s = Sheet("#33495d", seed=12)
    s.box(0, 0, 1040, 460, NIGHT, 0.85, "up")
    s.stars(40, 220)
    # The town hall
    s.rect(90, 250, 270, 280, "#8e8a80")
    s.box(90, 250, 270, 280, NIGHT, 0.6, "right")
    s.area([(78, 254), (225, 128), (372, 254)], "#9a4634")
    s.shade("M78 254 L225 128 L372 254 Z", DARK, 0.6)
    s.rect(206, 82, 40, 110, "#a39f94")
    s.area([(198, 86), (226, -6), (254, 86)], "#5f8576")
    s.path("M226 -6 v-26", stroke=DARK, width=3)
    for i in range(5):
        x = 108 + i * 50
        s.path(f"M{x} 530 v-62 q18 -34 36 0 v62 Z", NIGHT)
        s.rect(x + 6, 340, 22, 44, LIGHT)
        s.box(x + 6, 340, 22, 44, FLAME, 0.6)
    # Houses
    for i, (x, w, top, colour) in enumerate(((372, 96, 300, "#c98d5a"), (470, 84, 330, "#b9b7a4"), (690, 92, 318, "#7d9a8b"), (782, 104, 286, "#c97b5b"), (886, 84, 322, "#d9c39a"), (970, 100, 296, "#8fa3a8"))):
        s.rect(x, top, w, 260, colour)
        s.box(x, top, w, 240, NIGHT, 0.6)
        s.area([(x - 4, top + 2), (x + w / 2, top - 74), (x + w + 4, top + 2)], "#9a4634")
        s.path(f"M{x - 6} {top + 4} L{x + w / 2} {top - 78} L{x + w + 6} {top + 4} L{x + w - 8} {top + 2} L{x + w / 2} {top - 58} L{x + 8} {top + 2} Z", SNOW)
        for row in range(2):
            for column in range(2):
                lit = (i + row + column) % 3 != 0
                s.rect(x + w * (0.2 + column * 0.38), top + 28 + row * 66, w * 0.22, 38, LIGHT if lit else NIGHT)
    s.area([(856, 250), (884, 76), (912, 250)], "#4d7565")
    # The square and its spruce
    s.path("M-20 520 Q520 492 1060 520 L1060 644 L-20 644 Z", SNOW)
    s.shade("M-20 520 Q520 492 1060 520 L1060 644 L-20 644 Z", DUSK, 0.6)
    s.glow(590, 330, 330, LIGHT, 0.35)
    s.spruce(590, 572, 456, "#2c5a48", NIGHT, None)
    for i in range(74):
        t = s.random.uniform(0.06, 0.93)
        half = 456 * 0.44 * (0.16 + t * 0.74) * 0.8
        s.circle(590 + s.random.uniform(-half, half), 572 - 456 * (1 - t) - 6, 5.2, s.random.choice((LIGHT, LIGHT, FLAME, PAPER)))
    star = [(590 + math.cos(a * math.pi / 5 - math.pi / 2) * (30 if a % 2 == 0 else 12), 112 + math.sin(a * math.pi / 5 - math.pi / 2) * (30 if a % 2 == 0 else 12)) for a in range(10)]
    s.glow(590, 112, 90, LIGHT, 0.7)
    s.area(star, LIGHT)
    # Stalls, people
    for x, colour in ((428, RED), (742, GREEN)):
        s.rect(x - 46, 528, 92, 58, BROWN)
        s.rect(x - 38, 532, 76, 30, LIGHT)
        s.path(f"M{x - 60} 532 L{x - 40} 494 L{x + 40} 494 L{x + 60} 532 Z", colour)
        s.path(f"M{x - 44} 500 q44 -22 88 0 l-2 -8 q-42 -16 -84 0 Z", SNOW)
    for x, h, colour in ((330, 58, WINE), (352, 40, OCHRE), (872, 60, INK), (666, 54, RUST)):
        s.path(f"M{x - 13} 606 q2 {-h * 0.74} 13 {-h * 0.74} q11 0 13 {h * 0.74} Z", colour)
        s.circle(x, 606 - h * 0.86, 9, SAND)
        s.path(f"M{x - 10} {606 - h * 0.88} q10 -18 20 0 Z", colour)
    s.snowfall(120)
    return s


def christmas_en():
    """Elsewhere: a wreath on a green door, a lantern on snowy steps."""
    s = Sheet("#c9bfae", seed=15)
    for row in range(16):
        for column in range(12):
            x = column * 96 - (48 if row % 2 else 0)
            s.rect(x, row * 40, 92, 36, s.random.choice(("#b5694e", "#ab5f47", "#bd7557", "#a5583f")))
    s.box(0, 0, 1040, 624, NIGHT, 0.8, "left")
    s.box(0, 0, 1040, 300, NIGHT, 0.5, "up")
    s.rect(330, 26, 380, 540, PAPER)
    s.box(330, 26, 380, 540, HAZE, 0.6)
    s.path("M362 560 V196 Q362 58 520 58 Q678 58 678 196 V560 Z", GREEN)
    s.shade("M362 560 V196 Q362 58 520 58 Q678 58 678 196 V560 Z", NIGHT, 0.7)
    s.path("M384 176 Q394 82 520 82 Q646 82 656 176 Z", LIGHT)
    s.shade("M384 176 Q394 82 520 82 Q646 82 656 176 Z", FLAME, 0.7)
    for a in (0.25, 0.5, 0.75):
        s.line([(520, 176), (520 - math.cos(a * math.pi) * 150, 176 - math.sin(a * math.pi) * 96)], GREEN, 7)
    for x in (386, 536):
        s.rect(x, 424, 118, 112, "#264d42", 3)
        s.box(x, 424, 118, 112, NIGHT, 0.5)
    s.circle(652, 372, 9, OCHRE)
    # The wreath
    for i in range(150):
        a, r = s.random.uniform(0, math.tau), s.random.gauss(88, 12)
        x, y = 520 + math.cos(a) * r, 304 + math.sin(a) * r
        s.oval(x, y, 21, 7, s.random.choice((MOSS, SAGE, "#3d6b52", "#6c8f68")), math.degrees(a) + s.random.uniform(30, 130))
    for i in range(22):
        a, r = s.random.uniform(0, math.tau), s.random.gauss(88, 14)
        s.circle(520 + math.cos(a) * r, 304 + math.sin(a) * r, 7, RED)
    s.path("M520 394 C452 356 440 430 516 404 C600 430 588 356 524 394 Z", RED)
    s.path("M514 402 L484 470 L506 462 L520 406 L540 464 L560 468 L528 402 Z", RED)
    # Steps, lantern, snow
    s.path("M270 560 h500 v30 h-500 Z", "#8d8780")
    s.path("M220 590 h600 v44 h-600 Z", "#7b766f")
    s.path("M262 562 q60 -20 130 -8 q130 -14 250 0 q80 -14 136 8 l0 10 h-516 Z", SNOW)
    s.path("M212 594 q90 -18 190 -8 q160 -14 300 2 q80 -12 126 6 l0 12 h-616 Z", SNOW)
    s.glow(224, 500, 190, LIGHT, 0.65)
    s.path("M190 440 q34 -44 68 0", stroke=DARK, width=5)
    s.path("M180 452 h88 l-12 -24 h-64 Z", DARK)
    s.rect(188, 452, 72, 98, LIGHT)
    s.box(188, 452, 72, 98, FLAME, 0.7)
    s.path("M188 452 v98 M224 452 v30 M260 452 v98", stroke=DARK, width=5)
    s.rect(178, 548, 92, 14, DARK)
    s.rect(214, 506, 20, 42, PAPER)
    s.path("M224 484 q12 16 0 24 q-12 -8 0 -24 Z", FLAME)
    s.path("M-20 600 Q90 556 230 574 Q270 600 270 640 L-20 640 Z", SNOW)
    s.shade("M-20 600 Q90 556 230 574 Q270 600 270 640 L-20 640 Z", DUSK, 0.5)
    s.path("M780 600 Q900 560 1060 578 L1060 640 L770 640 Z", SNOW)
    s.shade("M780 600 Q900 560 1060 578 L1060 640 L770 640 Z", DUSK, 0.5)
    s.spruce(900, 604, 300, "#2c5a48", NIGHT, SNOW)
    s.snowfall(110)
    return s


PICTURES = {
    "candles": candles,
    "advent": advent_bag,
    "shopfront": shopfront,
    "christmas-sv": christmas_sv,
    "christmas-nb": christmas_nb,
    "christmas-et": christmas_et,
    "christmas-en": christmas_en,
}

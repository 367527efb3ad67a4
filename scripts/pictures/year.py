"""Midsummer and Easter as each country keeps them."""
import math

from ink import (
    BROWN, DARK, DUSK, FLAME, GREEN, HAZE, INK, LIGHT, MIST, MOSS, NIGHT, OCHRE, PAPER, RED, RUST, SAGE, SAND, SNOW, WHEAT,
    WINE, Sheet,
)


def flowers(s, count, low, high, colours):
    """A meadow: small at its far end, large at the near one, none where another stands."""
    for i in range(count):
        t = (i + s.random.random()) / count
        x, y = s.random.uniform(-10, s.width + 10), low + (high - low) * t
        r = 2 + 7 * t
        s.line([(x, y), (x + s.random.uniform(-3, 3), y + r * 4)], GREEN, 1 + t * 1.6)
        colour = s.random.choice(colours)
        if colour == PAPER:
            for k in range(7):
                a = k * math.tau / 7
                s.oval(x + math.cos(a) * r, y + math.sin(a) * r * 0.75, r * 0.62, r * 0.34, PAPER, math.degrees(a))
            s.circle(x, y, r * 0.48, OCHRE)
        else:
            s.circle(x, y, r * 0.8, colour)
            s.circle(x + r * 0.6, y + r * 0.5, r * 0.55, colour)


def midsummer_sv():
    """Sweden: the maypole, raised and clad in leaves."""
    s = Sheet("#cfe0dc", seed=4)
    s.box(0, 0, 1040, 380, "#f0b98a", 0.85)
    s.box(0, 0, 1040, 200, DUSK, 0.35, "up")
    s.circle(770, 330, 62, LIGHT)
    s.glow(770, 330, 240, LIGHT, 0.6)
    s.hill(352, 20, "#7ea394", 3, INK, 0.4)
    s.rect(-20, 372, 1080, 60, "#b9d3d4")
    s.box(-20, 372, 1080, 56, "#f0b98a", 0.6)
    s.hill(424, 8, "#7c9b5c", 9, GREEN, 0.6)
    # The pole
    s.rect(512, 66, 17, 500, "#6d5134")
    leaf = lambda x, y, r: s.oval(x, y, r, r * 0.5, s.random.choice((MOSS, GREEN, "#6d9159", SAGE)), s.random.uniform(0, 180))
    for i in range(150):
        leaf(520 + s.random.uniform(-15, 15), 66 + i * 3.2, 15)
    arms = [(520 + math.copysign(t, d) , 186 - 0.0 * t) for d in (-1, 1) for t in range(0, 176, 3)]
    s.line([(346, 186), (694, 186)], "#6d5134", 12)
    for x, y in arms:
        leaf(x, y + s.random.uniform(-9, 9), 14)
    s.line([(346, 190), (520, 92)], "#6d5134", 5)
    s.line([(694, 190), (520, 92)], "#6d5134", 5)
    for i in range(52):
        t = i / 51
        leaf(346 + 174 * t, 190 - 98 * t, 11)
        leaf(694 - 174 * t, 190 - 98 * t, 11)
    for side in (-1, 1):
        cx, cy = 520 + side * 150, 268
        s.line([(cx, 190), (cx, 206)], BROWN, 3)
        for i in range(96):
            a = i * math.tau / 96
            leaf(cx + math.cos(a) * 60 + s.random.uniform(-6, 6), cy + math.sin(a) * 66 + s.random.uniform(-6, 6), 13)
        for i in range(15):
            a = i * math.tau / 15
            s.circle(cx + math.cos(a) * 60, cy + math.sin(a) * 66, 6.5, (PAPER, "#5d78b8", OCHRE)[i % 3])
    s.path("M520 66 q0 -22 0 -40", stroke=BROWN, width=6)
    s.path("M522 28 h74 l-18 14 l18 14 h-74 Z", "#2f5fa0")
    s.path("M522 40 h70 M542 28 v28", stroke="#f3c331", width=6)
    s.birch(104, 520, 380, 20, "#7c9b5c", GREEN)
    s.birch(954, 520, 350, -16, "#7c9b5c", GREEN)
    # A table in the grass
    s.path("M640 470 h250 l22 26 h-300 Z", PAPER)
    s.shade("M640 470 h250 l22 26 h-300 Z", HAZE, 0.5)
    for x in (634, 886):
        s.line([(x, 496), (x - 4, 552)], BROWN, 7)
    for x in (680, 742, 842):
        s.cup(x, 482, 30, SAND)
    s.path("M782 482 v-42 h34 v42 Z M786 440 l6 -12 h14 l4 12 Z M816 448 q18 4 2 28", GREEN, GREEN, 3)
    flowers(s, 190, 470, 640, (PAPER, PAPER, "#5d78b8", OCHRE, "#d8726a"))
    return s


def midsummer_nb():
    """Norway: the fire of Saint John's Eve on the shore of a fjord."""
    s = Sheet("#b9cbd6", seed=8)
    s.box(0, 0, 1040, 320, "#efae8c", 0.85)
    s.box(0, 0, 1040, 230, INK, 0.55, "up")
    back = "M-20 318 L90 206 L180 262 L300 130 L410 252 L470 214 L560 300 L560 340 L-20 340 Z"
    s.path(back, "#6f8798")
    s.shade(back, NIGHT, 0.6, "up")
    s.path("M246 192 L300 130 L352 192 L330 184 L312 204 L292 182 L272 202 Z", SNOW)
    right = "M1060 140 L930 92 L812 190 L742 224 L640 322 L1060 360 Z"
    s.path(right, "#55707f")
    s.shade(right, NIGHT, 0.7, "right")
    s.path("M866 146 L930 92 L1002 120 L974 136 L942 124 L914 150 L896 132 Z", SNOW)
    s.rect(-20, 330, 1080, 200, "#86a3b0")
    s.box(-20, 330, 1080, 180, NIGHT, 0.6)
    for i in range(22):
        y = 344 + i * 7
        x = 430 + s.random.uniform(-70, 70)
        s.line([(x, y), (x + s.random.uniform(50, 150), y)], "#f0b48f", 3)
    # A boat with two in it
    s.path("M640 404 q64 28 140 0 l-16 30 h-106 Z", PAPER)
    s.shade("M640 404 q64 28 140 0 l-16 30 h-106 Z", DUSK, 0.7)
    s.path("M640 404 q64 28 140 0", stroke=RED, width=6)
    for x, colour in ((690, INK), (732, WINE)):
        s.path(f"M{x - 13} 414 q0 -34 13 -34 q13 0 13 34 Z", colour)
        s.circle(x, 370, 9.5, SAND)
    s.line([(704, 404), (610, 436)], BROWN, 4)
    # A boathouse
    s.rect(96, 318, 118, 92, RED)
    s.box(96, 318, 118, 92, DARK, 0.6, "right")
    s.area([(84, 322), (155, 262), (226, 322)], DARK)
    s.rect(132, 346, 48, 64, PAPER)
    s.path("M-20 410 Q130 388 300 432 L300 460 L-20 470 Z", "#4c5f57")
    # The shore and the fire
    shore = "M-20 470 Q220 440 420 486 Q640 540 1060 486 L1060 644 L-20 644 Z"
    s.path(shore, "#3f5349")
    s.shade(shore, NIGHT, 0.75)
    for x, y, r in ((60, 506, 30), (128, 520, 20), (640, 540, 24), (930, 528, 34), (864, 546, 20)):
        s.oval(x, y, r * 1.3, r * 0.7, "#6b7772")
        s.shade(f"M{x - r * 1.3} {y} a{r * 1.3} {r * 0.7} 0 1 0 {r * 2.6} 0 a{r * 1.3} {r * 0.7} 0 1 0 {-r * 2.6} 0 Z", NIGHT, 0.7)
    s.fire(430, 556, 210)
    for x, h, colour in ((214, 104, WINE), (262, 92, INK), (318, 62, OCHRE), (566, 98, GREEN), (612, 108, RUST)):
        s.path(f"M{x - h * 0.2} 588 q{h * 0.03} {-h * 0.74} {h * 0.2} {-h * 0.74} q{h * 0.17} 0 {h * 0.2} {h * 0.74} Z", colour)
        s.shade(f"M{x - h * 0.2} 588 q{h * 0.03} {-h * 0.74} {h * 0.2} {-h * 0.74} q{h * 0.17} 0 {h * 0.2} {h * 0.74} Z", NIGHT, 0.6, "left" if x < 430 else "right")
        s.circle(x, 588 - h * 0.86, h * 0.125, SAND)
        s.path(f"M{x - h * 0.13} {588 - h * 0.87} q{h * 0.13} {-h * 0.22} {h * 0.26} 0 Z", (DARK, BROWN, OCHRE)[x % 3])
    for i in range(34):
        s.circle(430 + s.random.gauss(0, 64), s.random.uniform(180, 400), s.random.uniform(1.6, 3.4), LIGHT)
    return s


def midsummer_et():
    """Estonia: the fire of Saint John's Eve and the village swing."""
    s = Sheet("#8fa9bb", seed=17)
    s.box(0, 0, 1040, 340, "#f0b083", 0.9)
    s.box(0, 0, 1040, 220, INK, 0.6, "up")
    for i in range(26):
        s.spruce(i * 43 - 10, 384 + (i * 17) % 15, 76 + (i * 31) % 58, "#3c5a50", NIGHT, None)
    s.hill(378, 10, "#6c8552", 5, GREEN, 0.7)
    s.path("M-20 430 Q300 396 560 428 T1060 420 V470 H-20 Z", "#e0cfa0")
    s.shade("M-20 430 Q300 396 560 428 T1060 420 V470 H-20 Z", MOSS, 0.6)
    s.hill(462, 9, "#5c7a4c", 15, NIGHT, 0.65)
    s.birch(956, 500, 400, -20, "#6c8a56", GREEN)
    s.birch(70, 500, 360, 16, "#6c8a56", GREEN)
    # The swing
    for x in (176, 424):
        s.line([(x - 44, 556), (x, 214)], "#54402c", 15)
        s.line([(x + 44, 556), (x, 214)], "#54402c", 15)
    s.line([(140, 214), (460, 214)], "#54402c", 17)
    for x in (212, 388):
        s.line([(x, 216), (x + 62, 462)], BROWN, 8)
    s.path("M240 452 L484 452 L490 470 L246 470 Z", "#7a5a38")
    for x, colour in ((300, RED), (356, PAPER), (414, INK)):
        s.path(f"M{x - 20} 454 q2 -70 20 -70 q18 0 20 70 Z", colour)
        s.shade(f"M{x - 20} 454 q2 -70 20 -70 q18 0 20 70 Z", DARK, 0.45, "left")
        s.circle(x, 371, 14, SAND)
        s.path(f"M{x - 15} 370 q15 -26 30 0 Z", (OCHRE, BROWN, WHEAT)[x % 3])
        s.line([(x - 8, 466), (x - 2, 504)], DARK, 8)
        s.line([(x + 8, 466), (x + 14, 504)], DARK, 8)
    # A wreath of meadow flowers on the one in white
    for i in range(7):
        s.circle(343 + i * 4.4, 362 - math.sin(i / 6 * math.pi) * 7, 4.4, (OCHRE, "#5d78b8", PAPER)[i % 3])
    s.fire(714, 556, 238)
    for x, h, colour in ((570, 96, GREEN), (856, 104, WINE), (898, 90, RUST)):
        d = f"M{x - h * 0.2} 592 q{h * 0.03} {-h * 0.74} {h * 0.2} {-h * 0.74} q{h * 0.17} 0 {h * 0.2} {h * 0.74} Z"
        s.path(d, colour)
        s.shade(d, NIGHT, 0.6, "left" if x < 714 else "right")
        s.circle(x, 592 - h * 0.86, h * 0.125, SAND)
        s.path(f"M{x - h * 0.13} {592 - h * 0.87} q{h * 0.13} {-h * 0.22} {h * 0.26} 0 Z", (DARK, BROWN, OCHRE)[x % 3])
    for i in range(40):
        s.circle(714 + s.random.gauss(0, 74), s.random.uniform(120, 380), s.random.uniform(1.6, 3.4), LIGHT)
    flowers(s, 60, 560, 640, (PAPER, "#5d78b8", OCHRE))
    return s


def easter_nb():
    """Norway: a day on the fells, skis in the snow, oranges and a thermos in the sun."""
    s = Sheet("#9cc3d6", seed=21)
    s.box(0, 0, 1040, 340, PAPER, 0.7)
    s.circle(806, 126, 58, LIGHT)
    s.glow(806, 126, 210, PAPER, 0.8)
    fells = "M-20 340 L140 214 L232 286 L388 148 L506 268 L600 206 L742 318 L862 244 L1060 336 V460 H-20 Z"
    s.path(fells, SNOW)
    s.shade(fells, DUSK, 0.8, "left")
    s.hill(372, 18, SNOW, 6, HAZE, 0.7)
    # The cabin
    s.rect(118, 296, 216, 112, "#6b4a32")
    for y in range(310, 408, 16):
        s.line([(118, y), (334, y)], DARK, 2.5)
    s.box(118, 296, 216, 112, DARK, 0.6, "left")
    s.path("M92 302 L226 218 L360 302 L350 316 L226 240 L102 316 Z", SNOW)
    s.area([(122, 302), (226, 238), (330, 302)], "#7b573b")
    s.rect(150, 330, 56, 44, LIGHT)
    s.path("M150 330 h56 v44 h-56 Z M178 330 v44 M150 352 h56", stroke=PAPER, width=6)
    s.rect(252, 328, 50, 80, RED)
    s.rect(290, 206, 24, 48, "#8b8680")
    s.path("M286 204 h32 v10 h-32 Z", SNOW)
    s.hill(420, 14, SNOW, 26, HAZE, 0.6)
    # Skis and poles
    for x, colour in ((640, RED), (676, RED)):
        s.path(f"M{x} 552 L{x + 4} 176 q2 -36 26 -44 q-8 12 -8 44 L{x + 18} 552 Z", colour)
        s.shade(f"M{x} 552 L{x + 4} 176 q2 -36 26 -44 q-8 12 -8 44 L{x + 18} 552 Z", WINE, 0.6, "right")
        s.rect(x + 2, 360, 17, 30, DARK)
    for x in (606, 742):
        s.line([(x, 560), (x + (14 if x < 700 else -14), 232)], DARK, 6)
        s.oval(x + 2, 520, 20, 6, "none", 0, f'stroke="{DARK}" stroke-width="4"')
    # What was brought along
    s.path("M372 520 h210 l24 40 h-258 Z", OCHRE)
    s.shade("M372 520 h210 l24 40 h-258 Z", RUST, 0.7)
    for x in range(384, 590, 26):
        s.line([(x, 522), (x + (x - 478) * 0.12, 558)], PAPER, 3)
    s.rect(404, 420, 46, 112, GREEN, 6)
    s.box(404, 420, 46, 112, NIGHT, 0.7, "right")
    s.rect(402, 396, 50, 32, "#b9bfbd", 6)
    s.cup(498, 532, 50, PAPER)
    s.steam(498, 492, 54, PAPER)
    for x, y, r in ((556, 512, 27), (596, 532, 25)):
        s.circle(x, y, r, OCHRE)
        s.shade_circle(x, y, r, RUST, 0.8)
    drift = "M-20 560 Q200 536 420 566 T1060 548 V644 H-20 Z"
    s.path(drift, SNOW)
    s.shade(drift, DUSK, 0.5)
    s.path("M760 644 Q800 570 900 540 Q980 516 1060 512", stroke=HAZE, width=5)
    s.path("M800 644 Q836 584 920 560 Q990 538 1060 534", stroke=HAZE, width=5)
    for x, y, h in ((930, 470, 120), (996, 486, 150), (30, 480, 130)):
        s.spruce(x, y, h, "#3d6b57", NIGHT, SNOW)
    return s


def easter_et():
    """Estonia: willow catkins, and eggs dyed with onion skins."""
    s = Sheet("#dfe6d6", seed=27)
    s.box(0, 0, 1040, 440, "#b6c7b0", 0.7, "up")
    s.rect(640, 54, 300, 300, PAPER)
    s.rect(662, 76, 256, 256, "#bcd6dc")
    s.box(662, 76, 256, 256, PAPER, 0.8)
    s.path("M662 270 Q760 226 918 262 V332 H662 Z", MOSS)
    s.shade("M662 270 Q760 226 918 262 V332 H662 Z", GREEN, 0.6)
    s.rect(784, 76, 12, 256, PAPER)
    s.rect(662, 196, 256, 12, PAPER)
    s.rect(622, 348, 336, 20, PAPER)
    s.box(622, 348, 336, 20, HAZE, 0.6)
    s.rect(-20, 440, 1080, 220, WHEAT)
    s.box(-20, 440, 1080, 190, "#b48957", 0.75)
    for i in range(5):
        s.line([(-20, 470 + i * 36), (1060, 468 + i * 37)], "#c39a66", 2.5)
    # Catkins in a jug
    twigs = [(-0.62, 330), (-0.4, 372), (-0.2, 350), (0.02, 392), (0.22, 352), (0.4, 380), (0.6, 322)]
    for lean, length in twigs:
        x1, y1 = 312 + math.sin(lean) * length, 372 - math.cos(lean) * length * 0.86
        s.path(f"M312 380 Q{312 + math.sin(lean) * length * 0.35:.0f} {372 - length * 0.5:.0f} {x1:.0f} {y1:.0f}", stroke="#6d3f2b", width=6)
        for k in range(7):
            t = 0.4 + k * 0.095
            side = 1 if k % 2 else -1
            bx, by = 312 + math.sin(lean) * 0.35 * length, 372 - length * 0.5
            x = (1 - t) ** 2 * 312 + 2 * (1 - t) * t * bx + t * t * x1
            y = (1 - t) ** 2 * 380 + 2 * (1 - t) * t * by + t * t * y1
            turn = math.degrees(lean) + side * 32
            s.oval(x + side * 9, y - 7, 9.5, 16, "#efece2", turn)
            s.shade_circle(x + side * 9, y - 4, 11, "#8a8f88", 0.75)
            s.oval(x + side * 6, y + 6, 5, 5, "#6d3f2b", turn)
    jug = "M246 372 Q212 476 258 536 H366 Q412 476 378 372 Z"
    s.path("M378 396 q62 10 40 74 q-10 34 -36 40", stroke=PAPER, width=15)
    s.path(jug, PAPER)
    s.shade(jug, HAZE, 0.85, "right")
    s.path("M240 452 Q312 474 386 452", stroke="#5d7fa8", width=7)
    s.path("M242 470 Q312 492 386 470", stroke="#5d7fa8", width=3)
    s.oval(312, 373, 66, 12, SAND)
    for lean, _ in twigs:
        s.line([(312, 396), (312 + lean * 84, 368)], "#6d3f2b", 5)
    # Eggs in a bowl
    for x, y, turn, colour in ((598, 476, -12, "#a4502a"), (668, 462, 8, "#c37a3c"), (738, 474, 14, "#8b3a24"), (634, 506, -20, "#d29a5c"), (706, 506, 16, "#a85a30")):
        s.oval(x, y, 37, 49, colour, turn)
        for i in range(16):
            a, r = s.random.uniform(0, 6.3), s.random.uniform(0, 30)
            s.oval(x + math.cos(a) * r * 0.8, y + math.sin(a) * r, 9, 3, s.random.choice(("#e0b27a", "#7b2f1d", "#c98a4c")), s.random.uniform(0, 180))
        s.shade(f"M{x - 37} {y} a37 49 0 1 0 74 0 a37 49 0 1 0 -74 0 Z", DARK, 0.5, "right")
    bowl = "M530 500 H808 Q800 584 720 588 H618 Q538 584 530 500 Z"
    s.path(bowl, GREEN)
    s.shade(bowl, NIGHT, 0.75, "right")
    s.path("M528 500 H810", stroke=SAGE, width=8)
    s.cup(900, 560, 104, PAPER)
    s.steam(900, 478, 70, PAPER)
    return s


PICTURES = {
    "midsummer-sv": midsummer_sv,
    "midsummer-nb": midsummer_nb,
    "midsummer-et": midsummer_et,
    "easter-nb": easter_nb,
    "easter-et": easter_et,
}

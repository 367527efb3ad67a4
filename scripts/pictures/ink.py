"""Ink, grain and a few shapes that come again: what every picture of the demo programme is drawn with.

A picture is SVG. Shadows are gradients whose transparency is turned into stipple, as in a stone print: `shade` and `glow`. Edges
are moved by a slow noise, so that nothing looks ruled.
"""
import math
import random

W, H = 1040, 624

PAPER, SAND, WHEAT, OCHRE = "#fbf4e8", "#ecdcc3", "#dcbf94", "#dc9a45"
RUST, RED, WINE, BROWN, DARK = "#a6480f", "#b23c28", "#7c2a22", "#5a3a26", "#2b1d14"
GREEN, MOSS, SAGE, MIST = "#2f5d50", "#52785a", "#93bfa6", "#d8e5d9"
NIGHT, INK, DUSK, HAZE, SNOW = "#1c2b3a", "#2d4254", "#5c7d90", "#a9bfc6", "#f5f3ee"
LIGHT, FLAME = "#ffdd94", "#f6a63a"

DEFS = """
<filter id="hand" x="-5%" y="-5%" width="110%" height="110%">
  <feTurbulence type="fractalNoise" baseFrequency="0.018" numOctaves="2" seed="4" result="n"/>
  <feDisplacementMap in="SourceGraphic" in2="n" scale="5" xChannelSelector="R" yChannelSelector="G"/>
</filter>
<filter id="stipple" x="0" y="0" width="100%" height="100%" color-interpolation-filters="sRGB">
  <feTurbulence type="fractalNoise" baseFrequency="0.62" numOctaves="2" seed="11" result="n"/>
  <feColorMatrix in="n" type="matrix" values="0 0 0 0 0  0 0 0 0 0  0 0 0 0 0  2.6 0 0 0 -0.8" result="a"/>
  <feComposite in="SourceGraphic" in2="a" operator="arithmetic" k1="0" k2="1" k3="1" k4="-1" result="s"/>
  <feComponentTransfer in="s" result="m"><feFuncA type="linear" slope="9" intercept="0"/></feComponentTransfer>
  <feComponentTransfer in="SourceGraphic" result="solid"><feFuncA type="linear" slope="60" intercept="0"/></feComponentTransfer>
  <feComposite in="solid" in2="m" operator="in"/>
</filter>
"""


class Sheet:
    """One picture: shapes in the order in which they are laid on, gradients beside them."""

    def __init__(self, ground, width=W, height=H, seed=1):
        self.width, self.height = width, height
        self.defs, self.marks = [], []
        self.random = random.Random(seed)
        self.rect(-20, -20, width + 40, height + 40, ground)

    def put(self, mark):
        self.marks.append(mark)

    def rect(self, x, y, w, h, fill, r=0, more=""):
        self.put(f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" rx="{r}" fill="{fill}" {more}/>')

    def circle(self, x, y, r, fill, more=""):
        self.put(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" fill="{fill}" {more}/>')

    def oval(self, x, y, rx, ry, fill, turn=0, more=""):
        self.put(
            f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="{rx:.1f}" ry="{ry:.1f}" fill="{fill}" '
            f'transform="rotate({turn:.1f} {x:.1f} {y:.1f})" {more}/>'
        )

    def path(self, d, fill="none", stroke="none", width=0, more=""):
        self.put(
            f'<path d="{d}" fill="{fill}" stroke="{stroke}" stroke-width="{width}" stroke-linecap="round" '
            f'stroke-linejoin="round" {more}/>'
        )

    def line(self, points, stroke, width):
        self.path("M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in points), stroke=stroke, width=width)

    def area(self, points, fill):
        self.path("M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in points) + " Z", fill)

    def _gradient(self, kind, attributes, colour, stops):
        name = f"g{len(self.defs)}"
        inside = "".join(f'<stop offset="{at}" stop-color="{colour}" stop-opacity="{much}"/>' for at, much in stops)
        self.defs.append(f'<{kind} id="{name}" {attributes}>{inside}</{kind}>')
        return f"url(#{name})"

    def shade(self, d, colour, much=0.55, way="down"):
        """Stipple over a path: none at one side, `much` at the other."""
        ways = {"down": "0 0 0 1", "up": "0 1 0 0", "right": "0 0 1 0", "left": "1 0 0 0"}[way].split()
        attributes = 'x1="{}" y1="{}" x2="{}" y2="{}"'.format(*ways)
        fill = self._gradient("linearGradient", attributes, colour, [(0, 0), (0.25, 0.05), (1, much)])
        self.put(f'<path d="{d}" fill="{fill}" filter="url(#stipple)"/>')

    def box(self, x, y, w, h, colour, much=0.55, way="down"):
        self.shade(f"M{x} {y} h{w} v{h} h{-w} Z", colour, much, way)

    def glow(self, x, y, r, colour=LIGHT, much=0.75):
        """Light that thins out, as stipple."""
        fill = self._gradient("radialGradient", "", colour, [(0, much), (0.35, much * 0.6), (1, 0)])
        self.put(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r}" fill="{fill}" filter="url(#stipple)"/>')

    # What comes again
    def hill(self, y, swing, fill, seed, shade=None, much=0.5, steps=9):
        chance = random.Random(seed)
        knots = [(self.width * i / (steps - 1), y + chance.uniform(-swing, swing)) for i in range(steps)]
        d = f"M-20 {self.height + 20} L-20 {knots[0][1]:.1f} L{knots[0][0]:.1f} {knots[0][1]:.1f}"
        for (x0, y0), (x1, y1) in zip(knots, knots[1:]):
            middle = (x0 + x1) / 2
            d += f" C{middle:.1f} {y0:.1f} {middle:.1f} {y1:.1f} {x1:.1f} {y1:.1f}"
        d += f" L{self.width + 20} {self.height + 20} Z"
        self.path(d, fill)
        if shade:
            self.shade(d, shade, much)

    def spruce(self, x, y, h, fill=GREEN, dark=NIGHT, snow=None):
        w = h * 0.44
        self.rect(x - h * 0.02, y - h * 0.1, h * 0.04, h * 0.1, BROWN)
        for tier in range(4):
            top = y - h + tier * h * 0.2
            half, bottom = w * (0.34 + tier * 0.22) / 1.0, top + h * 0.34
            d = (
                f"M{x:.1f} {top:.1f} Q{x - half * 0.4:.1f} {bottom - h * 0.1:.1f} {x - half:.1f} {bottom:.1f} "
                f"Q{x:.1f} {bottom + h * 0.035:.1f} {x + half:.1f} {bottom:.1f} "
                f"Q{x + half * 0.4:.1f} {bottom - h * 0.1:.1f} {x:.1f} {top:.1f} Z"
            )
            self.path(d, fill)
            self.shade(d, dark, 0.6, "left" if tier % 2 else "down")
            if snow:
                self.path(
                    f"M{x:.1f} {top:.1f} Q{x - half * 0.4:.1f} {bottom - h * 0.1:.1f} {x - half:.1f} {bottom:.1f} "
                    f"Q{x - half * 0.45:.1f} {bottom - h * 0.055:.1f} {x - half * 0.1:.1f} {bottom - h * 0.09:.1f} Z",
                    snow,
                )

    def birch(self, x, y, h, lean=0, leaf=MOSS, dark=GREEN):
        top = x + lean
        self.path(f"M{x - 9} {y} Q{x - 4} {y - h * 0.5} {top - 3} {y - h} L{top + 4} {y - h} Q{x + 6} {y - h * 0.5} {x + 10} {y} Z", PAPER)
        self.shade(f"M{x - 9} {y} Q{x - 4} {y - h * 0.5} {top - 3} {y - h} L{top + 4} {y - h} Q{x + 6} {y - h * 0.5} {x + 10} {y} Z", BROWN, 0.5, "right")
        for i in range(9):
            at = y - h * (0.06 + i * 0.085)
            self.rect(x - 7 + lean * (y - at) / h, at, 5 + (i * 7) % 6, 3, DARK)
        for i in range(15):
            a = self.random.uniform(0, 6.3)
            r = self.random.uniform(0, h * 0.21)
            cx, cy = top + math.cos(a) * r * 1.1, y - h * 0.94 + math.sin(a) * r
            clump = h * self.random.uniform(0.07, 0.12)
            self.circle(cx, cy, clump, leaf)
            self.shade_circle(cx, cy, clump, dark)

    def shade_circle(self, x, y, r, colour, much=0.6):
        self.shade(f"M{x - r} {y} a{r} {r} 0 1 0 {2 * r} 0 a{r} {r} 0 1 0 {-2 * r} 0 Z", colour, much)

    def snowfall(self, count, low=0, fill=SNOW, big=4.2):
        for _ in range(count):
            self.circle(self.random.uniform(0, self.width), self.random.uniform(low, self.height), self.random.uniform(1.4, big), fill)

    def stars(self, count, low):
        for _ in range(count):
            self.circle(self.random.uniform(0, self.width), self.random.uniform(0, low), self.random.uniform(1, 2.6), SNOW)

    def flame(self, x, y, h):
        self.glow(x, y - h * 0.4, h * 3.4, LIGHT, 0.6)
        self.path(f"M{x} {y - h} Q{x + h * 0.42} {y - h * 0.3} {x} {y} Q{x - h * 0.42} {y - h * 0.3} {x} {y - h} Z", FLAME)
        self.path(f"M{x} {y - h * 0.62} Q{x + h * 0.2} {y - h * 0.2} {x} {y} Q{x - h * 0.2} {y - h * 0.2} {x} {y - h * 0.62} Z", PAPER)

    def steam(self, x, y, h, colour=PAPER):
        for i in (-1, 0, 1):
            a = x + i * h * 0.2
            self.path(
                f"M{a} {y} q{-h * 0.14} {-h * 0.25} 0 {-h * 0.5} q{h * 0.14} {-h * 0.25} 0 {-h * (0.5 - abs(i) * 0.14)}",
                stroke=colour, width=3.4, more='opacity="0.8"',
            )

    def cup(self, x, y, w, fill=PAPER, dark=BROWN, coffee=DARK):
        """A cup that stands at (x, y), `w` wide."""
        h = w * 0.66
        self.oval(x, y + 2, w * 0.78, w * 0.13, fill)
        self.shade(f"M{x - w * 0.78} {y + 2} a{w * 0.78} {w * 0.13} 0 0 0 {w * 1.56} 0 Z", dark, 0.6)
        self.path(f"M{x + w * 0.42} {y - h * 0.82} q{w * 0.36} {-h * 0.05} {w * 0.3} {h * 0.32} q{-w * 0.05} {h * 0.28} {-w * 0.38} {h * 0.24}", stroke=fill, width=w * 0.075)
        d = f"M{x - w / 2} {y - h} Q{x - w * 0.48} {y - h * 0.1} {x - w * 0.22} {y} L{x + w * 0.22} {y} Q{x + w * 0.48} {y - h * 0.1} {x + w / 2} {y - h} Z"
        self.path(d, fill)
        self.shade(d, dark, 0.6, "right")
        self.oval(x, y - h, w / 2, w * 0.105, fill)
        self.oval(x, y - h + 2, w * 0.44, w * 0.08, coffee)

    def fire(self, x, y, h):
        """A bonfire of logs."""
        self.glow(x, y - h * 0.4, h * 2.1, LIGHT, 0.7)
        for lean in (-0.34, -0.16, 0.05, 0.22, 0.36):
            self.line([(x + lean * h, y), (x - lean * h * 0.35, y - h * 0.62)], BROWN, h * 0.055)
        shapes = [(FLAME, 1.0, 0.34), (OCHRE, 0.84, 0.27), (LIGHT, 0.56, 0.17)]
        for colour, tall, wide in shapes:
            t, w = h * tall, h * wide
            self.path(
                f"M{x} {y - t} C{x + w * 0.3} {y - t * 0.7} {x + w * 1.25} {y - t * 0.5} {x + w} {y - t * 0.16} "
                f"Q{x} {y + t * 0.09} {x - w} {y - t * 0.16} C{x - w * 1.3} {y - t * 0.46} {x - w * 0.5} {y - t * 0.5} {x - w * 0.34} {y - t * 0.78} "
                f"Q{x - w * 0.1} {y - t * 0.7} {x} {y - t} Z",
                colour,
            )
        for lean in (-0.42, 0.42):
            self.line([(x - lean * h, y + 3), (x + lean * h, y - h * 0.12)], DARK, h * 0.06)

    def svg(self, hand=True):
        edge = ' filter="url(#hand)"' if hand else ""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{self.height}" '
            f'viewBox="0 0 {self.width} {self.height}"><defs>{DEFS}{"".join(self.defs)}</defs><g{edge}>{"".join(self.marks)}</g></svg>'
        )

"""The four who sign: portraits on a round ground, lit from the left. Outside of the circle a picture is empty, because Outlook
knows no round corners."""
from ink import BROWN, DARK, GREEN, HAZE, INK, MIST, MOSS, NIGHT, OCHRE, PAPER, RED, RUST, SAGE, SAND, WHEAT, WINE, Sheet

SIDE = 480
FACE = "M168 190 Q166 118 240 116 Q314 118 312 190 Q312 258 282 292 Q262 314 240 314 Q218 314 198 292 Q168 258 168 190 Z"


def bust(ground, far, skin, dark, cloth, cloth_dark, collar):
    """Shoulders, neck, face and ears."""
    s = Sheet(ground, SIDE, SIDE, 3)
    s.box(0, 0, SIDE, SIDE, far, 0.75, "right")
    body = "M34 500 Q46 392 168 366 L312 366 Q434 392 446 500 Z"
    s.path(body, cloth)
    s.shade(body, cloth_dark, 0.75, "right")
    neck = "M204 280 H276 V368 Q240 402 204 368 Z"
    s.path(neck, skin)
    s.shade(neck, dark, 0.8)
    collar(s)
    return s


def face(s, skin, dark, brow, eyes, mouth, brow_width=6):
    s.oval(166, 214, 13, 24, skin)
    s.oval(314, 214, 13, 24, skin)
    s.shade("M302 190 h26 v50 h-26 Z", dark, 0.5)
    s.path(FACE, skin)
    s.shade(FACE, dark, 0.62, "right")
    s.shade("M184 268 Q240 340 296 268 L282 300 Q240 330 198 300 Z", dark, 0.4)
    for x in (208, 272):
        s.oval(x, 208, 12, 7.4, PAPER)
        s.circle(x + 1, 208, 6.4, eyes)
        s.circle(x + 3, 206, 1.8, PAPER)
        s.path(f"M{x - 14} 205 Q{x} 194 {x + 14} 206", stroke=DARK, width=3.4)
    s.path("M192 184 Q208 172 226 182", stroke=brow, width=brow_width)
    s.path("M254 182 Q272 172 288 184", stroke=brow, width=brow_width)
    s.path("M243 206 Q250 232 254 244 Q248 252 234 249", stroke=dark, width=4)
    s.shade("M240 200 Q254 232 256 246 L240 252 Z", dark, 0.6, "right")
    s.path("M212 270 Q240 288 268 269", stroke=mouth, width=5)
    s.path("M228 290 Q240 295 254 289", stroke=dark, width=3)
    for x in (194, 288):
        s.oval(x, 250, 18, 12, RED, 0, 'opacity="0.14"')


def astrid():
    """The CEO: grey hair to the chin, round glasses, a green jersey."""
    def collar(s):
        s.path("M186 362 Q240 414 294 362 L306 380 Q240 440 174 380 Z", "#3b7060")
        s.shade("M186 362 Q240 414 294 362 L306 380 Q240 440 174 380 Z", NIGHT, 0.6, "right")

    s = bust("#dfe5dc", SAGE, "#f0c9a6", "#b06f4a", GREEN, NIGHT, collar)
    hair = "M138 318 Q118 184 160 118 Q198 70 262 78 Q338 86 346 178 Q352 262 340 320 Q318 342 300 322 Q318 240 306 178 Q220 176 190 140 Q174 186 176 240 Q174 300 182 324 Q158 342 138 318 Z"
    s.path("M150 200 Q150 90 240 88 Q330 90 330 200 L330 300 H150 Z", "#b9b2a6")
    face(s, "#f0c9a6", "#b06f4a", "#a39a8c", "#4b6a72", "#a4503c", 4.5)
    s.path(hair, "#d6d0c4")
    s.shade(hair, "#7d756a", 0.75, "right")
    for d in ("M170 130 Q150 200 156 316", "M184 118 Q240 158 312 164", "M322 160 Q336 230 326 318", "M200 104 Q262 140 320 140"):
        s.path(d, stroke="#a8a093", width=3)
    for x in (207, 273):
        s.circle(x, 209, 25, "none", f'stroke="{DARK}" stroke-width="4.5"')
    s.path("M232 206 Q240 200 248 206 M182 204 L168 198 M298 204 L312 198", stroke=DARK, width=4.5)
    return s


def sara():
    """Account manager: dark hair in a knot, a rust-red polo neck."""
    def collar(s):
        d = "M196 330 Q240 352 284 330 L292 388 Q240 418 188 388 Z"
        s.path(d, "#b9582a")
        s.shade(d, WINE, 0.7, "right")

    s = bust("#efe3d0", WHEAT, "#e9b98f", "#a0623d", RUST, WINE, collar)
    s.circle(246, 62, 44, "#3a2619")
    s.shade_circle(246, 62, 44, "#120b07", 0.7)
    s.path("M156 232 Q140 92 240 88 Q340 92 324 232 Z", "#3a2619")
    face(s, "#e9b98f", "#a0623d", "#3a2619", "#4a3020", "#a8432f")
    hair = "M154 226 Q140 92 240 86 Q342 92 326 226 Q322 172 288 140 Q244 152 204 138 Q164 166 154 226 Z"
    s.path(hair, "#4a3122")
    s.shade(hair, "#170e08", 0.75, "right")
    for d in ("M176 170 Q198 116 240 96", "M300 168 Q284 118 248 96", "M222 84 Q246 60 276 74"):
        s.path(d, stroke="#6d4a34", width=3)
    for x in (164, 316):
        s.circle(x, 246, 6.5, OCHRE)
    return s


def kadri():
    """Account manager in Tallinn: red hair over the shoulders, freckles, a blue shirt."""
    def collar(s):
        s.path("M196 356 L240 410 L206 428 L168 372 Z M284 356 L240 410 L274 428 L312 372 Z", PAPER)
        s.shade("M284 356 L240 410 L274 428 L312 372 Z", HAZE, 0.8, "right")

    s = bust("#cfdcda", "#8fb0ad", "#f4d0b2", "#bd7b55", "#44617c", NIGHT, collar)
    back = "M140 392 Q112 220 152 134 Q196 72 262 84 Q340 96 344 190 Q352 300 334 392 Q310 410 296 384 L184 384 Q164 410 140 392 Z"
    s2 = len(s.marks)
    s.path(back, "#8c3d1c")
    s.shade(back, "#45190b", 0.7)
    # The hair falls behind neck and collar.
    s.marks = s.marks[:2] + s.marks[s2:] + s.marks[2:s2]
    face(s, "#f4d0b2", "#bd7b55", "#9a4a24", "#57754f", "#b04a38")
    for i in range(20):
        s.circle(s.random.uniform(188, 292), s.random.uniform(228, 254), 1.9, "#b8693f")
    front = "M140 330 Q116 200 156 130 Q196 76 262 84 Q334 92 342 178 Q346 262 336 336 Q318 320 314 236 Q308 168 262 128 Q220 178 176 196 Q170 270 162 346 Q146 350 140 330 Z"
    s.path(front, "#b4562a")
    s.shade(front, "#6b2a10", 0.75, "right")
    for d in ("M164 150 Q140 220 150 326", "M186 126 Q160 170 158 260", "M258 104 Q318 136 328 230", "M250 110 Q214 160 180 178"):
        s.path(d, stroke="#d8804c", width=3)
    return s


def mikkel():
    """The roaster: a knitted cap, a beard, an apron over a light shirt."""
    def collar(s):
        s.path("M196 352 L240 404 L284 352 L306 366 L262 426 L218 426 L174 366 Z", "#e4d8c5")
        s.path("M150 386 L178 376 L196 500 H120 Z M330 386 L302 376 L284 500 H360 Z", BROWN)
        s.path("M172 440 H308 V500 H172 Z", BROWN)
        s.shade("M172 440 H308 V500 H172 Z", DARK, 0.7)

    s = bust("#f0dcc4", "#d9a878", "#e8b991", "#9c5d3a", "#efe6d6", "#a59680", collar)
    face(s, "#e8b991", "#9c5d3a", "#7a4a2a", "#3f5a66", "#9c4634", 8)
    beard = "M168 216 Q166 300 206 336 Q240 358 274 336 Q314 300 312 216 Q304 258 284 262 Q262 250 240 256 Q218 250 196 262 Q176 258 168 216 Z"
    s.path(beard, "#96592f")
    s.shade(beard, "#4e2a13", 0.75, "right")
    for i in range(30):
        x, y = s.random.uniform(184, 296), s.random.uniform(276, 330)
        s.path(f"M{x} {y} q2 8 -1 14", stroke="#b97844", width=2.4)
    s.path("M214 278 Q240 292 266 277 Q240 284 214 278 Z", "#9c4634", "#8a3a2c", 4)
    cap = "M150 178 Q142 70 240 62 Q338 70 330 178 Z"
    s.path(cap, INK)
    s.shade(cap, "#0f1820", 0.75, "right")
    brim = "M146 146 Q240 116 334 146 L336 190 Q240 160 144 190 Z"
    s.path(brim, "#3d5a70")
    s.shade(brim, "#0f1820", 0.7, "right")
    for i in range(15):
        x = 154 + i * 12.4
        lift = 27 - abs(i - 7) ** 2 * 0.55
        s.path(f"M{x} {151 - lift * 0.8} L{x} {184 - lift * 0.8}", stroke="#22384a", width=3)
    return s


PICTURES = {"astrid": astrid, "sara": sara, "kadri": kadri, "mikkel": mikkel}

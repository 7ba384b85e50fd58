"""Seven products, rendered by code: believable enough to try every step on, with an exact outline."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from packshot.samples.drawing import blob, circle, colour, edge_shade, face, filled_opening, label, plain, sampled
from packshot.samples.surface import Layer, inflate, lathe, metal, shade, tube, window
from packshot.studio.noise import Floats, fractal, smoothstep

Random = np.random.Generator

_UPPER = [(130, 640), (120, 430), (160, 235), (250, 190), (330, 250), (470, 285), (600, 235), (700, 150), (790, 175)]
_UPPER += [(980, 330), (1190, 430), (1390, 500), (1460, 590), (1440, 670), (800, 680)]
_SOLE = [(95, 640), (110, 615), (420, 650), (800, 655), (1200, 640), (1480, 600), (1500, 650), (1440, 740), (1200, 765)]
_SOLE += [(700, 765), (180, 760), (105, 730)]
_OPENING = [(235, 215), (330, 262), (470, 296), (600, 246), (690, 168), (640, 160), (420, 175), (280, 182)]
_HEEL = [(60, 660), (60, 430), (100, 180), (250, 170), (300, 420), (290, 660)]
_TOE = [(1180, 660), (1210, 520), (1300, 455), (1400, 500), (1460, 590), (1445, 665)]


def bottle(random: Random) -> Layer:
    """A dark amber bottle with a paper label and a black cap."""
    size = (1500, 620)

    def radius(t: Floats) -> Floats:
        neck = 62 + 118 * smoothstep(0.26, 0.42, t)
        return np.asarray(np.where(t < 0.15, 70, neck) * (1 - 0.06 * smoothstep(0.97, 1.0, t)), np.float32)

    body = lathe(size, radius, (50, 1420))
    albedo = plain(size, (0.30, 0.085, 0.018))
    albedo[body.along < 0.15] = (0.02, 0.02, 0.022)
    albedo[(body.along < 0.15) & (np.sin(body.around * 70) > 0.2)] = (0.045, 0.045, 0.05)
    paper = label(random, (900, 1100), ("FERN & FIG", "hand soap  500 ml"), (0.80, 0.77, 0.68))
    on_label = (body.along > 0.50) & (body.along < 0.86) & (np.abs(body.around) < 0.93)
    across = (np.arcsin(body.around) / 2.4 + 0.5) * 1099
    down = (body.along - 0.50) / 0.36 * 899
    albedo = np.where(on_label[:, :, None], sampled(paper, across, down), albedo)
    gloss = np.where(on_label, 0.05, 0.55)
    rgb = shade(albedo, body.normal) + gloss[:, :, None] * (shade(albedo, body.normal, 1.0) - shade(albedo, body.normal))
    glow = np.where(on_label | (body.along < 0.4), 0, smoothstep(0.55, 0.9, body.around) * 0.12)
    rgb += glow[:, :, None] * colour(1, 0.4, 0.1)
    return Layer(rgb.astype(np.float32), body.mask)


def mug(random: Random) -> Layer:
    """A glazed mug with coffee in it; one sees the ground through its handle."""
    size = (1000, 1240)
    body = lathe(size, lambda t: 300 - 26 * smoothstep(0.86, 1.0, t), (150, 860), tilt=0.24)
    glaze = colour(0.055, 0.22, 0.30)
    speckle = (fractal(random, *size, (5, 5), 1) > 1.9)[:, :, None]
    albedo = np.where(speckle, glaze * 0.35, glaze)
    albedo = np.where((body.along > 0.86)[:, :, None], colour(0.52, 0.44, 0.34), albedo)
    rgb = shade(albedo.astype(np.float32), body.normal, 0.4)
    rgb = filled_opening(rgb, (620, 150), (300, 72), wall=(0.09, 0.30, 0.40), drink=(0.035, 0.014, 0.005), level=52)
    turn = np.linspace(-0.56 * np.pi, 0.56 * np.pi, 1400, dtype=np.float32)
    path = np.stack((900 + 190 * np.cos(turn), 480 + 215 * np.sin(turn), np.zeros_like(turn)), axis=-1)
    rod, normal, _ = tube(size, path, 38)
    handle = Layer(shade(plain(size, (0.055, 0.22, 0.30)), normal, 0.4), rod)
    return Layer(rgb, body.mask).over(handle)


def tea_box(random: Random) -> Layer:
    """A carton with a printed front, seen from a corner."""
    size = (1300, 1240)
    front = label(random, (1000, 760), ("ALPENGLOW", "herbal tea  20 bags"), (0.62, 0.13, 0.06), ink=(0.95, 0.86, 0.62))
    side = label(random, (1000, 420), ("", ""), (0.50, 0.10, 0.05), ink=(0.95, 0.86, 0.62))
    lid = plain((420, 760), (0.70, 0.17, 0.08))
    corners = {
        "front": [(120, 300), (770, 360), (760, 1240), (150, 1130)],
        "side": [(770, 360), (1110, 230), (1080, 1040), (760, 1240)],
    }
    lid_corners = [(480, 190), (1110, 230), (770, 360), (120, 300)]
    layer = Layer(np.zeros((*size, 3), np.float32), np.zeros(size, np.float32))
    for printed, quad, light in ((lid, lid_corners, 1.15), (side, corners["side"], 0.42), (front, corners["front"], 0.82)):
        layer = face(printed, quad, light, size).over(layer)
    return layer


def sneaker(random: Random) -> Layer:
    """A low shoe from the side: mesh upper, white sole, laces."""
    size = (900, 1560)
    upper, sole, opening, heel, toe = (blob(size, outline) for outline in (_UPPER, _SOLE, _OPENING, _HEEL, _TOE))
    weave = 0.88 + 0.12 * np.sin(np.arange(size[1]) * 0.9)[None, :] * np.sin(np.arange(size[0]) * 0.9)[:, None]
    cloth = plain(size, (0.09, 0.19, 0.42)) * weave[:, :, None].astype(np.float32)
    for patch, tone in ((heel, (0.80, 0.30, 0.06)), (toe, (0.72, 0.70, 0.66))):
        cloth = np.where((patch * upper)[:, :, None] > 0.5, colour(*tone), cloth)
    for start in (430, 560):
        stripe = np.array([(start + 70, 650), (start + 190, 470), (start + 300, 330)])
        cv2.polylines(cloth, [stripe], False, (0.85, 0.83, 0.78), 40, cv2.LINE_AA)
    for rung in range(5):
        x, y = 735 + rung * 72, 235 + rung * 52
        cv2.line(cloth, (x - 70, y + 70), (x + 40, y - 40), (0.9, 0.9, 0.88), 20, cv2.LINE_AA)
    rgb = shade(cloth, inflate(upper, 130), 0.04)
    rgb *= 1 - 0.35 * edge_shade(heel + toe, 6)[:, :, None] * (upper > 0.5)[:, :, None]
    rubber = shade(plain(size, (0.78, 0.77, 0.73)), inflate(sole, 44), 0.05)
    rubber[(np.arange(size[0]) > 735)] *= np.float32(0.55)
    inside = shade(plain(size, (0.045, 0.05, 0.06)), inflate(opening, 30))
    shoe = Layer(inside, opening).over(Layer(rgb, upper))
    return Layer(rubber, sole).over(shoe)


def ring(random: Random) -> Layer:
    """A polished gold ring with a stone; one sees the ground through it."""
    size = (1100, 1100)
    turn = np.linspace(0, 2 * np.pi, 4200, dtype=np.float32)
    lean = 0.95
    path = 330 * np.stack((np.cos(turn), np.sin(turn) * lean, np.sin(turn) * 0.31), axis=-1) + colour(550, 640, 0)
    band, normal, _ = tube(size, path, 46)
    gold = Layer(metal(plain(size, (0.95, 0.62, 0.22)), normal), band)
    stone = np.zeros(size, np.float32)
    facets = plain(size, (0.1, 0.2, 0.5))
    centre, points = np.array((550, 250)), 10
    spokes = np.linspace(0, 2 * np.pi, points, endpoint=False)
    outline = centre + np.stack((112 * np.cos(spokes), 92 * np.sin(spokes)), axis=-1)
    cv2.fillPoly(stone, [outline.astype(np.int32)], 1.0)
    for index in range(points):
        corners = np.array([centre, outline[index], outline[(index + 1) % points]], np.int32)
        cv2.fillPoly(facets, [corners], [float(v) for v in np.array((0.10, 0.32, 0.75)) * random.uniform(0.25, 1.5)])
    cv2.fillPoly(facets, [(centre + (outline - centre) * 0.55).astype(np.int32)], (0.30, 0.60, 1.0))
    cv2.ellipse(facets, (520, 225), (26, 14), -25, 0, 360, (1.2, 1.2, 1.2), -1)
    setting, normal, _ = tube(size, circle((550, 262), (118, 96)), 16)
    return Layer(facets, stone).over(Layer(metal(plain(size, (0.95, 0.62, 0.22)), normal), setting)).over(gold)


def white_bowl(random: Random) -> Layer:
    """A white porcelain bowl, made to be photographed on white."""
    size = (760, 1160)
    body = lathe(size, lambda t: 170 + 330 * np.sqrt(np.clip(1 - t, 0, 1)), (190, 600), tilt=0.30)
    rgb = shade(plain(size, (1.0, 0.99, 0.96)), body.normal, 0.18, ambient=0.55)
    rgb = filled_opening(rgb, (580, 190), (500, 150), wall=(1.05, 1.04, 1.01), drink=None, level=16)
    return Layer(rgb, body.mask)


def glass(random: Random) -> Layer:
    """A tumbler of clear glass, a third full of water."""
    size = (1100, 760)
    body = lathe(size, lambda t: 285 - 50 * t, (90, 1000), tilt=0.17)
    rim = np.clip(np.abs(body.around) ** 7, 0, 1) * (1 - body.top)
    water = (body.along > 0.55) & (body.top < 0.5)
    base = smoothstep(0.90, 0.95, body.along)
    clear = 0.90 - 0.62 * rim - np.where(water, 0.10, 0) - 0.32 * base
    rgb = (0.05 * rim + 0.10 * base * (0.5 + 0.5 * body.around))[:, :, None] * colour(0.85, 1.0, 1.0)
    rgb = rgb + (window(body.normal) * 0.55)[:, :, None] + (np.exp(-(((body.around - 0.72) / 0.05) ** 2)) * 0.22)[:, :, None]
    for y, axes, strength in ((90, (285, 48), 0.75), (590, (257, 44), 0.28)):
        for width, light in ((9, strength), (3, strength * 0.6)):
            line = np.zeros(size, np.float32)
            cv2.ellipse(line, (380, y), axes, 0, 0, 360, light, width, cv2.LINE_AA)
            rgb = np.maximum(rgb, cv2.GaussianBlur(line, (0, 0), 1.2)[:, :, None])
    return Layer(rgb.astype(np.float32), body.mask, np.clip(clear, 0, 1).astype(np.float32))


PRODUCTS: dict[str, Callable[[Random], Layer]] = {
    "bottle": bottle,
    "mug": mug,
    "tea-box": tea_box,
    "sneaker": sneaker,
    "ring": ring,
    "white-bowl": white_bowl,
    "glass": glass,
}

"""Seven products, rendered by code: believable enough to try every step on, with an exact outline."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from packshot.samples.noise import Floats, fractal, smoothstep
from packshot.samples.surface import Layer, inflate, lathe, metal, shade, tube, window

Random = np.random.Generator
Colour = tuple[float, float, float]
"""Linear red, green, blue."""


def bottle(random: Random) -> Layer:
    """A dark amber bottle with a paper label and a black cap."""
    size = (1500, 620)

    def radius(t: Floats) -> Floats:
        neck = 62 + 118 * smoothstep(0.26, 0.42, t)
        return np.where(t < 0.15, 70, neck) * (1 - 0.06 * smoothstep(0.97, 1.0, t))

    body = lathe(size, radius, (50, 1420))
    albedo = _plain(size, (0.30, 0.085, 0.018))
    albedo[body.along < 0.15] = (0.02, 0.02, 0.022)
    albedo[(body.along < 0.15) & (np.sin(body.around * 70) > 0.2)] = (0.045, 0.045, 0.05)
    label = _label(random, 900, 1100, "FERN & FIG", "hand soap  500 ml", (0.80, 0.77, 0.68))
    on_label = (body.along > 0.50) & (body.along < 0.86) & (np.abs(body.around) < 0.93)
    across = (np.arcsin(body.around) / 2.4 + 0.5) * 1099
    down = (body.along - 0.50) / 0.36 * 899
    albedo = np.where(on_label[:, :, None], _sampled(label, across, down), albedo)
    gloss = np.where(on_label, 0.05, 0.55)
    rgb = shade(albedo, body.normal) + gloss[:, :, None] * (shade(albedo, body.normal, 1.0) - shade(albedo, body.normal))
    rgb += np.where(on_label | (body.along < 0.4), 0, smoothstep(0.55, 0.9, body.around) * 0.12)[:, :, None] * np.float32(
        (1, 0.4, 0.1)
    )
    return Layer(rgb.astype(np.float32), body.mask)


def mug(random: Random) -> Layer:
    """A glazed mug with coffee in it; one sees the ground through its handle."""
    size = (1000, 1240)
    body = lathe(size, lambda t: 300 - 26 * smoothstep(0.86, 1.0, t), (150, 860), tilt=0.24)
    glaze = np.float32((0.055, 0.22, 0.30))
    speckle = (fractal(random, *size, (5, 5), 1) > 1.9)[:, :, None]
    albedo = np.where(speckle, glaze * 0.35, glaze)
    albedo = np.where((body.along > 0.86)[:, :, None], np.float32((0.52, 0.44, 0.34)), albedo)
    rgb = shade(albedo.astype(np.float32), body.normal, 0.4)
    rgb = _filled_opening(rgb, (620, 150), (300, 72), wall=(0.09, 0.30, 0.40), drink=(0.035, 0.014, 0.005), level=52)
    turn = np.linspace(-0.56 * np.pi, 0.56 * np.pi, 1400, dtype=np.float32)
    path = np.stack((900 + 190 * np.cos(turn), 480 + 215 * np.sin(turn), np.zeros_like(turn)), axis=-1)
    rod, normal, _ = tube(size, path, 38)
    handle = Layer(shade(_plain(size, (0.055, 0.22, 0.30)), normal, 0.4), rod)
    return Layer(rgb, body.mask).over(handle)


def tea_box(random: Random) -> Layer:
    """A carton with a printed front, seen from a corner."""
    size = (1300, 1240)
    front = _label(random, 1000, 760, "ALPENGLOW", "herbal tea  20 bags", (0.62, 0.13, 0.06), ink=(0.95, 0.86, 0.62))
    side = _label(random, 1000, 420, "", "", (0.50, 0.10, 0.05), ink=(0.95, 0.86, 0.62))
    lid = _plain((420, 760), (0.70, 0.17, 0.08))
    corners = {
        "front": [(120, 300), (770, 360), (760, 1240), (150, 1130)],
        "side": [(770, 360), (1110, 230), (1080, 1040), (760, 1240)],
    }
    lid_corners = [(480, 190), (1110, 230), (770, 360), (120, 300)]
    layer = Layer(np.zeros((*size, 3), np.float32), np.zeros(size, np.float32))
    for face, quad, light in ((lid, lid_corners, 1.15), (side, corners["side"], 0.42), (front, corners["front"], 0.82)):
        layer = _face(face, quad, light, size).over(layer)
    return layer


def sneaker(random: Random) -> Layer:
    """A low shoe from the side: mesh upper, white sole, laces."""
    size = (900, 1560)
    upper = _blob(size, [(130, 640), (120, 430), (160, 235), (250, 190), (330, 250), (470, 285), (600, 235), (700, 150), (790, 175), (980, 330),
                         (1190, 430), (1390, 500), (1460, 590), (1440, 670), (800, 680)])  # fmt: skip
    sole = _blob(size, [(95, 640), (110, 615), (420, 650), (800, 655), (1200, 640), (1480, 600), (1500, 650), (1440, 740), (1200, 765),
                        (700, 765), (180, 760), (105, 730)])  # fmt: skip
    opening = _blob(size, [(235, 215), (330, 262), (470, 296), (600, 246), (690, 168), (640, 160), (420, 175), (280, 182)])
    weave = 0.88 + 0.12 * np.sin(np.arange(size[1]) * 0.9)[None, :] * np.sin(np.arange(size[0]) * 0.9)[:, None]
    cloth = _plain(size, (0.09, 0.19, 0.42)) * weave[:, :, None].astype(np.float32)
    heel = _blob(size, [(60, 660), (60, 430), (100, 180), (250, 170), (300, 420), (290, 660)])
    toe = _blob(size, [(1180, 660), (1210, 520), (1300, 455), (1400, 500), (1460, 590), (1445, 665)])
    for patch, colour in ((heel, (0.80, 0.30, 0.06)), (toe, (0.72, 0.70, 0.66))):
        cloth = np.where((patch * upper)[:, :, None] > 0.5, np.float32(colour), cloth)
    for start in (430, 560):
        cv2.polylines(
            cloth,
            [np.array([(start + 70, 650), (start + 190, 470), (start + 300, 330)])],
            False,
            (0.85, 0.83, 0.78),
            40,
            cv2.LINE_AA,
        )
    for rung in range(5):
        x, y = 735 + rung * 72, 235 + rung * 52
        cv2.line(cloth, (x - 70, y + 70), (x + 40, y - 40), (0.9, 0.9, 0.88), 20, cv2.LINE_AA)
    rgb = shade(cloth, inflate(upper, 130), 0.04)
    rgb *= 1 - 0.35 * _edge_shade(heel + toe, 6)[:, :, None] * (upper > 0.5)[:, :, None]
    rubber = shade(_plain(size, (0.78, 0.77, 0.73)), inflate(sole, 44), 0.05)
    rubber[(np.arange(size[0]) > 735)] *= np.float32(0.55)
    inside = shade(_plain(size, (0.045, 0.05, 0.06)), inflate(opening, 30))
    shoe = Layer(inside, opening).over(Layer(rgb, upper))
    return Layer(rubber, sole).over(shoe)


def ring(random: Random) -> Layer:
    """A polished gold ring with a stone; one sees the ground through it."""
    size = (1100, 1100)
    turn = np.linspace(0, 2 * np.pi, 4200, dtype=np.float32)
    lean = 0.95
    path = np.stack((550 + 330 * np.cos(turn), 640 + 330 * np.sin(turn) * lean, 330 * np.sin(turn) * 0.31), axis=-1).astype(
        np.float32
    )
    band, normal, _ = tube(size, path, 46)
    gold = Layer(metal(_plain(size, (0.95, 0.62, 0.22)), normal), band)
    stone = np.zeros(size, np.float32)
    facets = _plain(size, (0.1, 0.2, 0.5))
    centre, points = np.array((550, 250)), 10
    spokes = np.linspace(0, 2 * np.pi, points, endpoint=False)
    outline = centre + np.stack((112 * np.cos(spokes), 92 * np.sin(spokes)), axis=-1)
    cv2.fillPoly(stone, [outline.astype(np.int32)], 1.0)
    for index in range(points):
        corners = np.array([centre, outline[index], outline[(index + 1) % points]], np.int32)
        cv2.fillPoly(facets, [corners], [float(v) for v in np.array((0.10, 0.32, 0.75)) * random.uniform(0.25, 1.5)])
    cv2.fillPoly(facets, [(centre + (outline - centre) * 0.55).astype(np.int32)], (0.30, 0.60, 1.0))
    cv2.ellipse(facets, (520, 225), (26, 14), -25, 0, 360, (1.2, 1.2, 1.2), -1)
    setting, normal, _ = tube(size, _circle((550, 262), (118, 96)), 16)
    return Layer(facets, stone).over(Layer(metal(_plain(size, (0.95, 0.62, 0.22)), normal), setting)).over(gold)


def white_bowl(random: Random) -> Layer:
    """A white porcelain bowl, made to be photographed on white."""
    size = (760, 1160)
    body = lathe(size, lambda t: 170 + 330 * np.sqrt(np.clip(1 - t, 0, 1)), (190, 600), tilt=0.30)
    rgb = shade(_plain(size, (1.0, 0.99, 0.96)), body.normal, 0.18, ambient=0.55)
    rgb = _filled_opening(rgb, (580, 190), (500, 150), wall=(1.05, 1.04, 1.01), drink=None, level=16)
    return Layer(rgb, body.mask)


def glass(random: Random) -> Layer:
    """A tumbler of clear glass, a third full of water."""
    size = (1100, 760)
    body = lathe(size, lambda t: 285 - 50 * t, (90, 1000), tilt=0.17)
    rim = np.clip(np.abs(body.around) ** 7, 0, 1) * (1 - body.top)
    water = (body.along > 0.55) & (body.top < 0.5)
    base = smoothstep(0.90, 0.95, body.along)
    clear = 0.90 - 0.62 * rim - np.where(water, 0.10, 0) - 0.32 * base
    rgb = (0.05 * rim + 0.10 * base * (0.5 + 0.5 * body.around))[:, :, None] * np.float32((0.85, 1.0, 1.0))
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


def _plain(size: tuple[int, int], colour: Colour) -> Floats:
    return np.full((*size, 3), colour, np.float32)


def _label(
    random: Random, height: int, width: int, title: str, line: str, paper: Colour, ink: Colour = (0.03, 0.035, 0.03)
) -> Floats:
    label = _plain((height, width), paper)
    label *= 1 + 0.02 * fractal(random, height, width, (6, 6), 2)[:, :, None]
    middle = width // 2
    cv2.rectangle(label, (width // 12, height // 14), (width - width // 12, height - height // 14), ink, 5, cv2.LINE_AA)
    cv2.circle(label, (middle, int(height * 0.30)), height // 9, ink, 8, cv2.LINE_AA)
    for leaf in np.linspace(-1.1, 1.1, 5):
        tip = (middle + int(np.sin(leaf) * height * 0.085), int(height * 0.30 - np.cos(leaf) * height * 0.085))
        cv2.line(label, (middle, int(height * 0.36)), tip, ink, 7, cv2.LINE_AA)
    lettering = Image.new("L", (width, height))
    for text, row, room in ((title, 0.56, 0.72), (line, 0.70, 0.56)):
        if text:
            font = ImageFont.load_default(100)
            font = ImageFont.load_default(100 * width * room / font.getlength(text))
            ImageDraw.Draw(lettering).text((middle, height * row), text, fill=255, font=font, anchor="mm")
    cover = np.asarray(lettering, np.float32)[:, :, None] / 255
    return np.asarray(label + (np.float32(ink) - label) * cover, np.float32)


def _sampled(texture: Floats, across: Floats, down: Floats) -> Floats:
    return np.asarray(cv2.remap(texture, across.astype(np.float32), down.astype(np.float32), cv2.INTER_LINEAR), np.float32)


def _face(texture: Floats, corners: list[tuple[int, int]], light: float, size: tuple[int, int]) -> Layer:
    height, width = texture.shape[:2]
    flat = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    warp = cv2.getPerspectiveTransform(flat, np.array(corners, np.float32))
    shown = cv2.warpPerspective(texture, warp, (size[1], size[0]), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    mask = np.zeros(size, np.float32)
    cv2.fillPoly(mask, [np.array(corners, np.int32)], 1.0)
    fall = np.linspace(1.08, 0.86, size[0], dtype=np.float32)[:, None, None]
    return Layer(np.asarray(shown * light * fall, np.float32), mask)


def _filled_opening(
    rgb: Floats, centre: tuple[int, int], axes: tuple[int, int], wall: Colour, drink: Colour | None, level: int
) -> Floats:
    """The inside of a vessel drawn over its top ellipse, darker to the left, where the light does not reach."""
    height, width = rgb.shape[:2]
    opening, inside = np.zeros((height, width), np.float32), np.zeros((height, width), np.float32)
    cv2.ellipse(opening, centre, axes, 0, 0, 360, 1.0, -1, cv2.LINE_AA)
    cv2.ellipse(inside, centre, (axes[0] - 14, axes[1] - 7), 0, 0, 360, 1.0, -1, cv2.LINE_AA)
    x = (np.arange(width, dtype=np.float32)[None, :] - centre[0]) / axes[0]
    y = (np.arange(height, dtype=np.float32)[:, None] - centre[1]) / axes[1]
    light = np.clip(0.62 + 0.26 * x + 0.16 * y, 0.15, 1.2)[:, :, None]
    lip = shade(_plain((height, width), wall), np.broadcast_to(np.float32((-0.2, -0.75, 0.6)), rgb.shape), 0.25)
    hollow = _plain((height, width), wall) * light
    if drink is not None:
        surface = np.zeros((height, width), np.float32)
        cv2.ellipse(surface, (centre[0], centre[1] + level), (axes[0] - 34, axes[1] - 10), 0, 0, 360, 1.0, -1, cv2.LINE_AA)
        sheen = 0.10 * np.exp(-(((x + 0.35) / 0.28) ** 2) - ((y - 0.35) / 0.5) ** 2)[:, :, None]
        hollow = hollow + (np.float32(drink) + sheen - hollow) * (surface * inside)[:, :, None]
    rgb = rgb + (lip - rgb) * opening[:, :, None]
    return np.asarray(rgb + (hollow - rgb) * inside[:, :, None], np.float32)


def _blob(size: tuple[int, int], points: list[tuple[int, int]]) -> Floats:
    """A closed outline through `points` (Catmull and Rom, 1974), filled."""
    p = np.array(points, np.float32)
    before, after, second = np.roll(p, 1, 0), np.roll(p, -1, 0), np.roll(p, -2, 0)
    t = np.linspace(0, 1, 24, endpoint=False, dtype=np.float32)[None, :, None]
    a, b = (after - before)[:, None] / 2, (second - p)[:, None] / 2
    start, end = p[:, None], after[:, None]
    curve = start * (2 * t**3 - 3 * t**2 + 1) + a * (t**3 - 2 * t**2 + t) + end * (3 * t**2 - 2 * t**3) + b * (t**3 - t**2)
    mask = np.zeros(size, np.float32)
    cv2.fillPoly(mask, [curve.reshape(-1, 2).round().astype(np.int32)], 1.0)
    return mask


def _circle(centre: tuple[float, float], axes: tuple[float, float]) -> Floats:
    turn = np.linspace(0, 2 * np.pi, 2400, dtype=np.float32)
    return np.stack((centre[0] + axes[0] * np.cos(turn), centre[1] + axes[1] * np.sin(turn), np.sin(turn)), axis=-1)


def _edge_shade(mask: Floats, width: float) -> Floats:
    edges = np.abs(cv2.Laplacian((mask > 0.5).astype(np.float32), cv2.CV_32F))
    return np.clip(np.asarray(cv2.GaussianBlur(edges, (0, 0), width), np.float32) * width * 1.5, 0, 1)

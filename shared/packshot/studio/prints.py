"""What is printed on products: made-up names, marks, lines, codes, fields of colour."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from packshot.studio.colours import beside, paint
from packshot.studio.material import Colour, Picture, Print
from packshot.studio.noise import Floats
from packshot.studio.textures import lumps

Random = np.random.Generator
_STARTS = [
    "al",
    "be",
    "co",
    "da",
    "el",
    "fey",
    "go",
    "ha",
    "in",
    "jo",
    "ka",
    "lu",
    "mo",
    "na",
    "or",
    "pa",
    "qui",
    "ro",
    "sa",
    "te",
    "um",
    "va",
    "wi",
    "xe",
    "yo",
    "zu",
]
_MIDDLES = ["la", "ren", "mi", "do", "sta", "vel", "no", "ri", "ta", "ber", "lo", "sha", "nu", "ki"]
_ENDS = ["na", "x", "ly", "mo", "ra", "co", "ton", "vi", "la", "us", "e", "o", "en", "ia"]
_LINES = ["500 ml", "net wt 250 g", "hand made", "since 1987", "organic", "100% cotton", "No. 7", "natural care"]
_LINES += ["made with love", "20 bags", "size M", "extra", "pure"]


def name(random: Random) -> str:
    """A made-up brand."""
    word = (
        str(random.choice(_STARTS)) + (str(random.choice(_MIDDLES)) if random.uniform() < 0.6 else "") + str(random.choice(_ENDS))
    )
    return word.upper() if random.uniform() < 0.6 else word.capitalize()


def label(
    random: Random, area: tuple[float, float, float, float], paper: Colour | None = None, side: str = "", texels: int = 224
) -> Print:
    """A label that fills `area` (left, bottom, right, top in metres); without `paper` only the ink is there."""
    wide, tall = area[2] - area[0], area[3] - area[1]
    scale = texels / max(wide, tall)
    height, width = max(16, round(tall * scale)), max(16, round(wide * scale))
    ground = paper or paint(random)
    ink = beside(ground, random)
    canvas = np.zeros((height, width, 4), np.float32)
    canvas[:, :, :3] = ground
    canvas[:, :, 3] = 0 if paper is None else 1
    if paper is not None:
        _fields(canvas, random)
    _mark(canvas, random, ink)
    _words(canvas, random, ink)
    if random.uniform() < 0.35:
        _code(canvas, random)
    if paper is None:
        canvas[:, :, :3] = ink
    return Print(Picture(canvas), area, side, rough=float(random.uniform(0.3, 0.8)) if paper is not None else None)


def words_on(random: Random, area: tuple[float, float, float, float], colour: Colour, side: str = "") -> Print:
    """One word or mark without a ground, in the colour of ink."""
    wide, tall = area[2] - area[0], area[3] - area[1]
    height = 96
    canvas = np.zeros((height, max(16, round(height * wide / tall)), 4), np.float32)
    if random.uniform() < 0.65:
        _letters(canvas, name(random), colour, row=0.5, room=0.92, tall=0.8)
    else:
        _mark(canvas, random, colour, centre=(0.5, 0.5), radius=0.42)
    canvas[:, :, :3] = colour
    return Print(Picture(canvas), area, side)


def _fields(canvas: Floats, random: Random) -> None:
    """Bands, a frame, a picture of something."""
    height, width = canvas.shape[:2]
    tone = (*paint(random), 1.0)
    kind = int(random.integers(5))
    if kind == 0:
        top = int(height * random.uniform(0.5, 0.75))
        canvas[top:] = tone
    elif kind == 1:
        inset = max(2, min(height, width) // 16)
        cv2.rectangle(canvas, (inset, inset), (width - inset, height - inset), tone, max(1, inset // 3), cv2.LINE_AA)
    elif kind == 2:
        centre = (int(width * random.uniform(0.2, 0.8)), int(height * random.uniform(0.2, 0.8)))
        cv2.circle(canvas, centre, int(min(height, width) * random.uniform(0.25, 0.6)), tone, -1, cv2.LINE_AA)
    elif kind == 3:
        # A "photo": soft patches of colours.
        cloud = lumps(random, (70, 70), 4)
        shown = np.stack(
            [np.clip(c + 0.25 * cloud * k, 0, 1) for c, k in zip(paint(random), random.uniform(0.3, 1, 3), strict=True)], -1
        )
        part = canvas[int(height * 0.45) :, :]
        part[:, :, :3] = cv2.resize(shown.astype(np.float32), (part.shape[1], part.shape[0]))


def _mark(canvas: Floats, random: Random, ink: Colour, centre: tuple[float, float] | None = None, radius: float = 0.13) -> None:
    height, width = canvas.shape[:2]
    x, y = centre or (random.uniform(0.35, 0.65), random.uniform(0.16, 0.34))
    middle, r = (int(width * x), int(height * y)), max(3, int(min(height, width) * radius))
    stroke, kind = (*ink, 1.0), int(random.integers(5))
    if kind == 0:
        cv2.circle(canvas, middle, r, stroke, max(1, r // 5), cv2.LINE_AA)
    elif kind == 1:
        cv2.circle(canvas, middle, r, stroke, -1, cv2.LINE_AA)
    elif kind == 2:
        count = int(random.integers(3, 8))
        turn = np.arange(2 * count) * np.pi / count
        reach = np.where(np.arange(2 * count) % 2, r * random.uniform(0.3, 0.8), r)
        star = np.stack((middle[0] + reach * np.sin(turn), middle[1] - reach * np.cos(turn)), 1).astype(np.int32)
        cv2.fillPoly(canvas, [star], stroke, cv2.LINE_AA)
    elif kind == 3:
        for leaf in np.linspace(-1.1, 1.1, int(random.integers(3, 6))):
            tip = (middle[0] + int(np.sin(leaf) * r), middle[1] - int(np.cos(leaf) * r))
            cv2.line(canvas, (middle[0], middle[1] + r // 2), tip, stroke, max(1, r // 5), cv2.LINE_AA)
    else:
        cv2.rectangle(canvas, (middle[0] - r, middle[1] - r // 2), (middle[0] + r, middle[1] + r // 2), stroke, -1, cv2.LINE_AA)


def _words(canvas: Floats, random: Random, ink: Colour) -> None:
    row = float(random.uniform(0.42, 0.56))
    _letters(canvas, name(random), ink, row=row, room=float(random.uniform(0.6, 0.9)), tall=0.24)
    for number in range(int(random.integers(1, 4))):
        room = float(random.uniform(0.35, 0.6))
        _letters(canvas, str(random.choice(_LINES)), ink, row=row + 0.13 + 0.09 * number, room=room, tall=0.08)


def _letters(canvas: Floats, text: str, ink: Colour, *, row: float, room: float, tall: float) -> None:
    """`text` about the row (0 top … 1), at most `room` of the width wide and `tall` of the height high."""
    height, width = canvas.shape[:2]
    size = int(np.clip(min(width * room / max(_font(64).getlength(text), 1) * 64, height * tall), 5, 400))
    sheet = Image.new("L", (width, height))
    ImageDraw.Draw(sheet).text((width / 2, height * row), text, fill=255, font=_font(size), anchor="mm")
    cover = np.asarray(sheet, np.float32)[:, :, None] / 255
    canvas += (np.array((*ink, 1.0), np.float32) - canvas) * cover


@lru_cache(64)
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _code(canvas: Floats, random: Random) -> None:
    """A bar code in a corner."""
    height, width = canvas.shape[:2]
    tall, wide = max(4, height // 9), max(12, width // 4)
    bars = np.repeat((random.uniform(size=24) < 0.5).astype(np.float32), max(1, wide // 24))[None, :wide]
    top, left = height - tall - height // 20, int(random.choice([width // 20, width - bars.shape[1] - width // 20]))
    place = canvas[top : top + tall, left : left + bars.shape[1]]
    place[:, :, :3] = (0.85 * bars + 0.02)[:, : place.shape[1], None]
    place[:, :, 3] = 1

"""Textures that repeat without seams: cloth, leather, wood, stone, paper, prints all over."""

from __future__ import annotations

import cv2
import numpy as np

from packshot.studio.colours import beside, paint
from packshot.studio.material import Colour, Picture, Tile
from packshot.studio.noise import Floats, smoothstep

Random = np.random.Generator
_SIDE = 256


def lumps(random: Random, cell: tuple[float, float], octaves: int = 4, side: int = _SIDE) -> Floats:
    """side×side noise about 0 with deviation near 1 that repeats. `cell`: size (down, across) of the coarsest lumps."""
    total = np.zeros((side, side), np.float32)
    for octave in range(octaves):
        rows, columns = (int(np.clip(round(side / c * 2**octave), 2, side)) for c in cell)
        grid = random.standard_normal((rows, columns)).astype(np.float32)
        wrapped = np.pad(grid, 2, mode="wrap")
        scale_y, scale_x = side / rows, side / columns
        x = (np.arange(side, dtype=np.float32) / np.float32(scale_x)) + 2
        y = (np.arange(side, dtype=np.float32) / np.float32(scale_y)) + 2
        total += cv2.remap(
            wrapped, np.tile(x, (side, 1)), np.repeat(y[:, None], side, axis=1), cv2.INTER_CUBIC, borderMode=cv2.BORDER_WRAP
        ) / np.float32(2**octave)
    return total


def tile(factors: Floats, size: float, height: Floats | None = None) -> Tile:
    """A tile of H×W or H×W×3 factors, `size` metres wide; `height` H×W in metres."""
    coloured = factors if factors.ndim == 3 else np.repeat(factors[:, :, None], 3, axis=2)
    return Tile(Picture(coloured), size, None if height is None else Picture(height[:, :, None]))


def weave(random: Random, thread: float) -> Tile:
    """Plain cloth of threads `thread` metres apart, uneven as threads are."""
    count = 24
    y, x = np.mgrid[0:_SIDE, 0:_SIDE].astype(np.float32) * np.float32(count / _SIDE)
    over = (np.floor(x) + np.floor(y)) % 2
    warp, weft = np.abs(np.sin(np.pi * x)), np.abs(np.sin(np.pi * y))
    relief = np.where(over > 0, warp * (0.6 + 0.4 * np.sin(np.pi * (y % 1))), weft * (0.6 + 0.4 * np.sin(np.pi * (x % 1))))
    uneven = 1 + 0.10 * lumps(random, (40, 6), 2) + 0.05 * lumps(random, (5, 5), 1)
    return tile(np.clip((0.72 + 0.28 * relief) * uneven, 0.3, 1.3), thread * count, relief * thread * 0.22)


def knit(random: Random, stitch: float) -> Tile:
    """Stockinette: columns of V's."""
    count = 12
    y, x = np.mgrid[0:_SIDE, 0:_SIDE].astype(np.float32) * np.float32(count / _SIDE)
    across = np.abs((x % 1) - 0.5) * 2
    rope = np.abs(np.sin(np.pi * (y + 0.55 * across))) * np.sin(np.pi * np.clip(across, 0.02, 0.98)) ** 0.5
    return tile((0.62 + 0.40 * rope) * (1 + 0.05 * lumps(random, (6, 6), 2)), stitch * count, rope * stitch * 0.35)


def grain(random: Random, size: float, depth: float) -> Tile:
    """Leather, or a moulded plastic skin: rounded cells."""
    cells = np.abs(lumps(random, (16, 16), 3))
    relief = smoothstep(0.0, 0.9, cells)
    return tile(0.86 + 0.16 * relief + 0.04 * lumps(random, (90, 90), 2), size, relief * depth)


def timber(random: Random, size: float) -> Tile:
    """Boards of wood, their grain along u."""
    fibre, rings = lumps(random, (5, 120), 4), lumps(random, (70, 256), 3)
    boards = int(random.integers(1, 5))
    y = np.arange(_SIDE) / _SIDE * boards
    tone = random.uniform(0.82, 1.18, boards)[np.floor(y).astype(int)][:, None]
    seam = smoothstep(0.03, 0.01, np.minimum(y % 1, 1 - y % 1))[:, None] if boards > 1 else 0
    value = tone * np.exp(0.13 * fibre + 0.14 * np.sin(rings * 7)) * (1 - 0.6 * seam)
    tint = np.array((1.0, 0.97, 0.90))
    return tile((value[:, :, None] ** (1 / tint)).astype(np.float32), size, (0.0002 * fibre - 0.0015 * seam).astype(np.float32))


def marble(random: Random, size: float) -> Tile:
    """Stone with veins."""
    vein = smoothstep(float(random.uniform(0.06, 0.2)), 0.0, np.abs(lumps(random, (200, 240), 6, 512)))
    cloud = lumps(random, (260, 260), 4, 512)
    return tile(np.clip(1 + 0.05 * cloud - float(random.uniform(0.1, 0.5)) * vein, 0.1, 1.2), size)


def speckle(random: Random, size: float, colour: Colour, share: float) -> Tile:
    """Spots of chance, as in glazes and terrazzo, `colour` as a factor."""
    spots = smoothstep(0.0, 0.25, lumps(random, (7, 7), 2) - np.float32(np.sqrt(2) * (2.2 - 2 * share)))[:, :, None]
    return tile((1 + (np.array(colour, np.float32) - 1) * spots).astype(np.float32), size)


def mottled(random: Random, size: float, strength: float, cell: float = 60, height: float = 0.0) -> Tile:
    """Uneven: concrete, cardboard, felt, paper, old paint."""
    cloud, dust = lumps(random, (cell, cell), 5), lumps(random, (3, 3), 1)
    return tile(np.clip(1 + strength * (0.6 * cloud + 0.5 * dust), 0.2, 1.8), size, height * (cloud + dust) if height else None)


def brushed(random: Random, size: float) -> Tile:
    """Metal brushed along u."""
    lines = lumps(random, (2, 300), 2)
    return tile(1 + 0.05 * lines, size, lines * size * 0.00006)


def pattern(random: Random, size: float, base: Colour) -> Tile:
    """Printed or woven all over: stripes, checks, dots, zigzags, patches. Factors of `base`."""
    y, x = np.mgrid[0:_SIDE, 0:_SIDE].astype(np.float32) / _SIDE
    count = int(random.integers(2, 7))
    kind = str(random.choice(["stripes", "checks", "dots", "zigzag", "patches", "plaid"]))
    if kind == "stripes":
        wave = np.sin(2 * np.pi * count * (x if random.uniform() < 0.5 else y))
    elif kind == "checks":
        wave = np.sin(2 * np.pi * count * x) * np.sin(2 * np.pi * count * y)
    elif kind == "dots":
        rows = 2 * count
        shift = (np.floor(y * rows) % 2) * 0.5
        wave = 0.3 - np.hypot((x * rows + shift) % 1 - 0.5, (y * rows) % 1 - 0.5)
    elif kind == "zigzag":
        wave = np.sin(2 * np.pi * (count * y + 0.35 * np.abs(((x * count) % 1) - 0.5) * 2))
    elif kind == "plaid":
        wave = np.maximum(np.sin(2 * np.pi * count * x), np.sin(2 * np.pi * count * y)) - 0.6
    else:
        wave = lumps(random, (60, 60), 3) - 0.4
    cover = smoothstep(-0.03, 0.03, wave)[:, :, None] * np.float32(0.6 if kind == "plaid" else 1)
    other = np.array(beside(base, random), np.float32) / np.maximum(np.array(base, np.float32), 0.02)
    factors = 1 + (other - 1) * cover
    if kind in ("patches", "dots") and random.uniform() < 0.5:
        third = np.array(paint(random), np.float32) / np.maximum(np.array(base, np.float32), 0.02)
        more = smoothstep(0, 0.1, lumps(random, (70, 70), 2) - 0.9)[:, :, None]
        factors = factors + (third - factors) * more
    return tile(factors.astype(np.float32), size)


def folds(random: Random, size: float, depth: float) -> Tile:
    """A cloth that was thrown over something: long soft folds and a fine weave."""
    side = 512
    ridges = 1 - np.abs(lumps(random, (150, 420), 3, side)) if random.uniform() < 0.6 else lumps(random, (180, 180), 3, side)
    soft = np.asarray(cv2.GaussianBlur(np.pad(ridges, 32, mode="wrap"), (0, 0), 7), np.float32)[32:-32, 32:-32]
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    fine = 1 + 0.03 * np.sin(x * np.pi / 2) * np.sin(y * np.pi / 2) + 0.015 * lumps(random, (3, 3), 1, side)
    return tile(fine, size, soft * np.float32(depth))


def tiles(random: Random, size: float) -> Tile:
    """Square tiles with joints."""
    count = int(random.integers(2, 5))
    y, x = np.mgrid[0:_SIDE, 0:_SIDE].astype(np.float32) * np.float32(count / _SIDE)
    tones = random.uniform(0.9, 1.08, (count, count))[np.floor(y).astype(int) % count, np.floor(x).astype(int) % count]
    gap = np.minimum(np.minimum(x % 1, 1 - x % 1), np.minimum(y % 1, 1 - y % 1))
    joint = smoothstep(0.03, 0.015, gap)
    value = tones * (1 + 0.02 * lumps(random, (30, 30), 3)) * (1 - float(random.uniform(0.15, 0.5)) * joint)
    return tile(value.astype(np.float32), size, (-joint * 0.0012).astype(np.float32))

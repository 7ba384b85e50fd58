"""Dead leaves: pictures of things that hide each other, with the statistics of photos and no photographer.

A. B. Lee, D. Mumford and J. Huang, "Occlusion models for natural images", IJCV 41, 2001: leaves of all sizes, their number
falling with the third power of their radius, fall on each other. Here they have many outlines, shading and textures, which
networks for restoration learn more from (R. Achddou, Y. Gousseau and S. Ladjal, "Synthetic images as a regularity prior for
image restoration neural networks", SSVM 2021).
"""

from __future__ import annotations

import cv2
import numpy as np

from packshot.plugin.frame import Plane
from packshot.studio.colours import paint
from packshot.studio.noise import Floats
from packshot.studio.textures import lumps

Random = np.random.Generator
_DENSE = 5.0
"""Times that the picture's area falls in leaves: what stays free is e⁻⁵ of it."""
_FEW = 3
"""Textures of a picture."""


def dead_leaves(
    seed: int, size: int | tuple[int, int] = 256, smallest: float | None = None, largest: float = 0.4, *, texture: float = 0.6
) -> Plane:
    """H×W×3 uint8 sRGB: `size` pixels square, or (height, width). `smallest` radius in pixels (without, the seed
    chooses between 1.5 and 8), `largest` as a share of the shorter side, `texture` the share of textured
    leaves. Equal arguments give equal bytes."""
    random = np.random.default_rng([seed, 4])
    height, width = (2 * size, 2 * size) if isinstance(size, int) else (2 * size[0], 2 * size[1])
    least = float(np.exp(random.uniform(np.log(1.5), np.log(8)))) if smallest is None else smallest
    palette = np.array([paint(random) for _ in range(24)], np.float32) ** np.float32(1 / 2.2)
    textures = [_texture(random) for _ in range(_FEW)]
    canvas = np.empty((height, width, 3), np.float32)
    canvas[:] = palette[0]
    for radius in _radii(random, height * width, 2 * least, largest * min(height, width)):
        _leaf(canvas, random, radius, palette, textures if random.uniform() < texture else [])
    small = cv2.resize(canvas, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    if random.uniform() < 0.3:
        small = cv2.GaussianBlur(small, (0, 0), float(random.uniform(0.3, 1.2)))
    return np.rint(np.clip(small, 0, 1) * 255).astype(np.uint8)


def _radii(random: Random, area: int, low: float, high: float) -> Floats:
    """Radii with the density r⁻³ between two, as many as cover the area _DENSE times, in the order of falling."""
    # ∫ πr² r⁻³ dr ÷ ∫ r⁻³ dr
    mean = 2 * np.pi * np.log(high / low) / (low**-2 - high**-2)
    count = int(_DENSE * area / mean)
    share = random.uniform(size=count)
    return np.asarray((low**-2 - share * (low**-2 - high**-2)) ** -0.5, np.float32)


def _leaf(canvas: Floats, random: Random, radius: float, palette: Floats, textures: list[Floats]) -> None:
    height, width = canvas.shape[:2]
    x, y = random.uniform(0, width), random.uniform(0, height)
    tone = palette[int(random.integers(len(palette)))] * np.float32(random.uniform(0.75, 1.2))
    outline = _outline(random, x, y, radius)
    if radius < 8:
        cv2.fillConvexPoly(canvas, outline, [float(c) for c in tone])
        return
    reach = int(radius * 1.5) + 1
    left, top = max(int(x) - reach, 0), max(int(y) - reach, 0)
    part = canvas[top : int(y) + reach, left : int(x) + reach]
    if part.size == 0:
        return
    mask = np.zeros(part.shape[:2], np.uint8)
    cv2.fillPoly(mask, [outline - np.array((left, top), np.int32)], 1)
    np.copyto(part, _skin(part.shape, random, tone, textures), where=mask[:, :, None] > 0)


def _outline(random: Random, x: float, y: float, radius: float) -> Floats:
    """A disc, an ellipse, a polygon with few corners, or a lobed leaf."""
    kind = int(random.integers(4))
    count = int(random.integers(3, 7)) if kind == 2 else 10 if radius < 8 else 40
    turn = np.arange(count) * (2 * np.pi / count) + random.uniform(0, 2 * np.pi)
    long = random.uniform(0.35, 1.0) if kind == 1 else 1.0
    reach = radius * (1 + 0.3 * np.cos(int(random.integers(2, 6)) * turn)) if kind == 3 else radius
    u, v, lean = reach * np.cos(turn), reach * long * np.sin(turn), random.uniform(0, np.pi)
    return np.stack((x + u * np.cos(lean) - v * np.sin(lean), y + u * np.sin(lean) + v * np.cos(lean)), 1).astype(np.int32)


def _skin(shape: tuple[int, ...], random: Random, tone: Floats, textures: list[Floats]) -> Floats:
    """A plane of one colour, with a gradient, or textured."""
    height, width = shape[:2]
    slope_x, slope_y = random.normal(0, 0.2, 2)
    x = np.linspace(-slope_x, slope_x, width, dtype=np.float32)
    y = np.linspace(-slope_y, slope_y, height, dtype=np.float32)
    light = 1 + x + y[:, None]
    if textures:
        texture = textures[int(random.integers(len(textures)))]
        top, left = int(random.integers(256)), int(random.integers(256))
        rows, columns = (top + np.arange(height)) % texture.shape[0], (left + np.arange(width)) % texture.shape[1]
        light = light * (1 + np.float32(random.uniform(0.1, 0.5)) * texture[np.ix_(rows, columns)])
    return np.asarray(light[:, :, None] * tone, np.float32)


def _texture(random: Random) -> Floats:
    """256×256 about 0: noise of some size and direction, or stripes."""
    if random.uniform() < 0.3:
        y, x = np.mgrid[0:256, 0:256].astype(np.float32) * np.float32(2 * np.pi / 256)
        across, down = int(random.integers(-50, 51)), int(random.integers(4, 51))
        return np.asarray(np.sin(across * x + down * y), np.float32) * np.float32(0.6)
    cell = float(np.exp(random.uniform(np.log(3), np.log(60))))
    return lumps(random, (cell, cell * float(random.uniform(1, 4))), int(random.integers(1, 5))) * np.float32(0.4)

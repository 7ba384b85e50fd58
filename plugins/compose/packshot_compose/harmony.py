"""Colours for a set that go with a product's own.

Harmonies on the hue circle (J. Itten, "The Art of Color", 1961), in CIE LCh so that steps look even; walls are dull enough for
the product to stay the most colourful thing, and lighter or darker than it, so that its outline shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from packshot.imaging.cielab import to_lab

Floats = npt.NDArray[np.float32]
Harmony = Literal["any", "neutral", "tone", "neighbour", "contrast"]

_GREY = 6.0
"""Chroma below which a product has no hue that a wall could answer to."""
_LIGHT = 68.0
"""L* from which on a product is light."""


@dataclass(frozen=True)
class Palette:
    """sRGB colours, 3 each, 0..1."""

    wall: Floats
    floor: Floats
    prop: Floats
    """Of what stands there: a podium, an arch."""
    shade: Floats
    """Of shadows on all of them."""


def palette_for(rgb: Floats, alpha: Floats, harmony: Harmony, random: np.random.Generator) -> Palette:
    """For the product in `rgb` (H×W×3, sRGB) where `alpha` (H×W, 0..1) shows it."""
    lightness, hue = _looks(rgb, alpha)
    kinds: tuple[Harmony, ...] = ("neutral", "tone", "neighbour", "contrast")
    drawn: Harmony = kinds[int(random.integers(len(kinds)))]
    kind = drawn if harmony == "any" else harmony
    turn = {"tone": 0.0, "neighbour": 35.0 * float(random.choice((-1, 1))), "contrast": 180.0}.get(kind, 0.0)
    if hue is None:
        hue, turn = float(random.uniform(0, 360)), 0.0
    angle = hue + turn + float(random.uniform(-12, 12))
    colourful = float(random.uniform(2, 5) if kind == "neutral" else random.uniform(9, 18))
    # Light products before middle tones, all others before light ones.
    light = float(random.uniform(55, 68) if lightness > _LIGHT else random.uniform(80, 90))
    apart = float(random.uniform(4, 9))
    return Palette(
        _colour(light, colourful, angle),
        _colour(light - apart, 1.15 * colourful, angle + float(random.uniform(-8, 8))),
        _colour(min(light + apart, 95), 0.8 * colourful, angle + float(random.choice((0, 25, -25)))),
        _colour(0.3 * light, 0.9 * colourful, angle),
    )


def _looks(rgb: Floats, alpha: Floats) -> tuple[float, float | None]:
    """The product's median L*, and its hue in degrees; None where it is grey."""
    inside = alpha > 0.9
    lab = to_lab(np.ascontiguousarray(rgb[inside][None] if inside.any() else rgb.reshape(1, -1, 3)))[0]
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    if float(np.percentile(chroma, 75)) < _GREY:
        return float(np.median(lab[:, 0])), None
    # The mean direction, colourful pixels first: hues go round in a circle.
    return float(np.median(lab[:, 0])), float(np.rad2deg(np.arctan2(np.sum(chroma * lab[:, 2]), np.sum(chroma * lab[:, 1]))))


def _colour(lightness: float, chroma: float, hue: float) -> Floats:
    turned = np.deg2rad(hue)
    lab = np.array([[[lightness, chroma * np.cos(turned), chroma * np.sin(turned)]]], np.float32)
    return np.asarray(np.clip(cv2.cvtColor(lab, cv2.COLOR_Lab2RGB)[0, 0], 0, 1), np.float32)

"""A region in another colour, under the light that the photo has.

Colours are changed in CIELAB. Its lightness is near a power of light, so a multiplied light is a scaled lightness: shading keeps
its proportions from one paint to the next, as in E. Reinhard et al., "Color transfer between images", IEEE CG&A 2001, but with
ends: shadows go towards black, highlights towards white, whatever the paint.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from packshot.imaging.cielab import to_lab
from packshot.imaging.pixels import linear_to_srgb

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

DARKEST, LIGHTEST = 10.0, 95.0
"""L* of the paint itself: black cloth is not black nor white paper white, else no fold would show on them."""
_STEEPEST = 1.6
"""Nothing gets more contrast than this: on a black product most of it is noise."""
_FINE = 1.15
"""The same for fine detail, where noise is."""
_GREY = 8.0
"""Chroma of a colour that could be any grey."""
_LEAST = np.float32(0.05)
_KEPT = 0.6
"""How much of the colours' own variation stays."""


_SAMPLE = 40_000
_MOST = np.array([6, 12, 12], np.float32)
"""How far the paint may be from the wanted colour to make up for the rest."""


@dataclass(frozen=True)
class Paint:
    """From one colour to another, both L*, a*, b*."""

    old: Floats
    new: Floats

    @staticmethod
    def for_region(lab: Floats, weight: Floats, wanted: Floats) -> Paint:
        """The paint by which the median of what `weight` shows comes to be `wanted`, as near as sRGB lets it.

        Lightness is kept off its ends. Where highlights, print and what sRGB lacks move the median, the paint makes up for it.
        """
        bounded = np.array([np.clip(wanted[0], DARKEST, LIGHTEST), wanted[1], wanted[2]], np.float32)
        core = lab[weight > 0.5] if (weight > 0.5).any() else lab[weight > 0]
        sample = np.ascontiguousarray(core[:: max(1, len(core) // _SAMPLE), None])
        paint = Paint(typical(lab, weight), bounded)
        for _ in range(3):
            reached = np.median(to_lab(repainted(sample, paint)), axis=(0, 1))
            better = np.clip(paint.new + 0.8 * (bounded - reached), bounded - _MOST, bounded + _MOST)
            paint = Paint(paint.old, better.astype(np.float32))
        return paint


def typical(lab: Floats, weight: Floats) -> Floats:
    """3: the median L*, a*, b* where `weight` (H×W) is above a half, or above 0 if it is nowhere."""
    core = weight > 0.5
    pixels = lab[core if core.any() else weight > 0]
    return np.asarray(np.median(pixels, axis=0), np.float32)


def repainted(lab: Floats, paint: Paint) -> Floats:
    """H×W×3 sRGB 0..1 of `lab`, as if what has the old colour had the new one. What is as light as the old colour gets the new
    one's lightness exactly; white print on a coloured product stays white.
    """
    lightness = _relit(lab[..., 0], float(paint.old[0]), float(np.clip(paint.new[0], 0, 100)))
    before = paint.old[1:] * _saturation(lab[..., 0], float(paint.old[0]))[..., None]
    after = paint.new[1:] * _saturation(lightness, float(paint.new[0]))[..., None]
    kept = _KEPT * np.clip(lightness / np.maximum(lab[..., 0], 1), 0, 1)[..., None]
    colours = after + kept * _varied(lab[..., 1:] - before, paint)
    painted = np.dstack([lightness, colours]).astype(np.float32)
    return to_rgb(lab + _presence(lab, paint.old)[..., None] * (painted - lab))


def _varied(variation: Floats, paint: Paint) -> Floats:
    """H×W×2: how the new paint's colours vary where the old one's do by `variation`: more or less of the old colour is more or
    less of the new one, in proportion. What is painted white or black shows nothing of how red it was here and there.
    """
    old, new = (float(np.hypot(*colour[1:])) for colour in (paint.old, paint.new))
    if old < _GREY:
        return variation
    along = (variation @ paint.old[1:] / np.float32(old))[..., None]
    across = variation - along * (paint.old[1:] / np.float32(old))
    turned = along * (paint.new[1:] / np.float32(max(new, 1.0)))
    return np.asarray((across + turned) * np.float32(min(1.0, new / old)), np.float32)


def _presence(lab: Floats, old: Floats) -> Floats:
    """H×W: how much of the old colour is in a pixel, beside what would be there under its light. Of greys nobody can tell: 1."""
    chroma = float(np.hypot(old[1], old[2]))
    known = float(np.clip((chroma - _GREY) / _GREY, 0, 1))
    along = lab[..., 1:] @ old[1:] / max(chroma, 1.0) ** 2
    share = np.clip((along + _LEAST) / (_saturation(lab[..., 0], float(old[0])) + _LEAST), 0, 1)
    return np.asarray(1 - known + known * share, np.float32)


def to_rgb(lab: Floats) -> Floats:
    """H×W×3 sRGB 0..1; colours that sRGB lacks are clipped."""
    linear = cv2.cvtColor(np.ascontiguousarray(lab), cv2.COLOR_Lab2LRGB)
    return linear_to_srgb(np.asarray(np.clip(linear, 0, 1), np.float32))


def lab_of(colour: Floats) -> Floats:
    """L*, a*, b* of one sRGB colour."""
    return np.asarray(to_lab(np.asarray(colour, np.float32).reshape(1, 1, 3))[0, 0], np.float32)


def _relit(lightness: Floats, old: float, new: float) -> Floats:
    """L*: proportional below the old colour's, towards white above it, never steeper than what shows no noise."""
    darker = min(new / max(old, 1.0), _STEEPEST)
    lighter = min((100 - new) / max(100 - old, 1.0), _STEEPEST)
    slope = np.where(lightness < old, darker, lighter)
    if max(darker, lighter) <= _FINE:
        return np.asarray(new + (lightness - old) * slope, np.float32)
    broad = cv2.bilateralFilter(np.ascontiguousarray(lightness), 7, 8, 4)
    slope = np.where(broad < old, darker, lighter)
    relit = new + (broad - old) * slope + (lightness - broad) * np.minimum(slope, _FINE)
    return np.asarray(np.clip(relit, 0, 100), np.float32)


def _saturation(lightness: Floats, base: float) -> Floats:
    """Chroma over that of the base colour: less in shadows, none in white highlights."""
    shadow = lightness / max(base, 1.0)
    highlight = (100 - lightness) / max(100 - base, 1.0)
    return np.asarray(np.clip(np.minimum(shadow, highlight), 0, 1), np.float32)

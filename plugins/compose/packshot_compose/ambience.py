"""What a photo of an empty place tells about putting something there: its floor, its light, its colour."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from packshot.imaging.pixels import srgb_to_linear

Floats = npt.NDArray[np.float32]

_SIDE = 200
_SEARCHED = (0.3, 0.85)
"""A floor begins somewhere between these shares of the height."""
_CLEAR_EDGE = 2.5
"""How many times stronger than a usual row's the edge of a floor is."""
_USUAL = 0.6


@dataclass(frozen=True)
class Ambience:
    """What was told from the photo."""

    floor: float
    """Where the floor ends at the back, as a share of the height from the top."""
    floor_seen: bool
    """Whether an edge showed it; else it is the usual place."""
    light_from: float
    """-1 from the left to 1 from the right."""
    contrast: float
    """0 even light to 1 one hard lamp."""
    tint: Floats
    """The light's colour in linear light, three values about 1."""
    shade: Floats
    """sRGB colour that shadows tend to here."""


def ambience_of(rgb: Floats) -> Ambience:
    """Of `rgb`, H×W×3 sRGB-encoded 0..1."""
    scale = min(1.0, _SIDE / max(rgb.shape[:2]))
    size = max(2, round(rgb.shape[1] * scale)), max(2, round(rgb.shape[0] * scale))
    small = np.asarray(cv2.resize(np.clip(rgb, 0, 1), size, interpolation=cv2.INTER_AREA), np.float32)
    floor, seen = _floor(small)
    linear = srgb_to_linear(small)
    below = linear[min(len(linear) - 1, round(floor * len(linear))) :]
    light_from, contrast = _light(below.mean(axis=2))
    darkest = np.percentile(below.reshape(-1, 3), 10, axis=0)
    shade = 0.35 * (darkest / max(float(darkest.max()), 1e-4)) * min(0.3, float(np.sqrt(darkest.mean())))
    return Ambience(floor, seen, light_from, contrast, _tint(linear), np.clip(shade, 0, 1).astype(np.float32))


def _floor(rgb: Floats) -> tuple[float, bool]:
    """The row where colours change most across the whole width, if one stands out."""
    height = len(rgb)
    soft = np.asarray(cv2.GaussianBlur(rgb, (0, 0), 1.5), np.float32)
    change = np.median(np.abs(np.diff(soft, axis=0)).sum(axis=2), axis=1)
    first, last = (round(share * height) for share in _SEARCHED)
    searched = change[first:last]
    if not len(searched) or searched.max() < max(_CLEAR_EDGE * float(np.median(change)), 0.01):
        return _USUAL, False
    return float((first + np.argmax(searched) + 1) / height), True


def _light(luma: Floats) -> tuple[float, float]:
    """From which side the floor is lit, by the slope of its brightness, and how unevenly."""
    across = np.median(luma, axis=0)
    place = np.linspace(-1, 1, len(across))
    slope = float(np.polyfit(place, across, 1)[0]) / max(float(across.mean()), 1e-3)
    return float(np.clip(3 * slope, -1, 1)), float(np.clip(abs(slope) * 2, 0, 1))


def _tint(linear: Floats) -> Floats:
    """Shades of grey (G. D. Finlayson and E. Trezzi, CIC 2004), p = 6, at equal mean, no channel more than 15 % off."""
    light = np.mean(np.maximum(linear.reshape(-1, 3), 1e-4) ** 6, axis=0) ** (1 / 6)
    return np.asarray(np.clip(light / light.mean(), 0.85, 1.15), np.float32)

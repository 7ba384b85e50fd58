"""CIELAB and how far two colours look apart.

Lab: CIE 15:2018 §8.2.1 of sRGB under its own white D65. Difference: CIEDE2000, as in G. Sharma, W. Wu, E. N. Dalal, "The
CIEDE2000 color-difference formula: implementation notes, supplementary test data, and mathematical observations", Color Research
and Application 30(1), 2005.
About 1 is just visible side by side, 2 to 3 at a glance.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from packshot.imaging.pixels import srgb_to_linear
from packshot.plugin.frame import Plane

Lab = npt.NDArray[np.float32]

_TO_XYZ = np.array([[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227]])
_D65 = np.array([[0.95047], [1.0], [1.08883]])
_TO_RELATIVE = np.asarray(_TO_XYZ / _D65, np.float32)
_EDGE, _SLOPE, _OFFSET = np.float32(216 / 24389), np.float32(24389 / 27 / 116), np.float32(16 / 116)

_25_TO_7 = np.float32(25.0**7)
_ROWS = 1 << 16
"""Pixels of a band: its arrays stay in the processor's cache."""


def to_lab(rgb: Plane) -> Lab:
    """H×W×3 float sRGB-encoded 0..1 as L 0..100, a, b; H×W×3 float32."""
    relative = cv2.transform(srgb_to_linear(np.clip(rgb, 0, 1)), _TO_RELATIVE)
    curved = np.where(relative > _EDGE, np.cbrt(relative), _SLOPE * relative + _OFFSET)
    x, y, z = curved[..., 0], curved[..., 1], curved[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1).astype(np.float32, copy=False)


def delta_e(one: Plane, other: Plane) -> npt.NDArray[np.float32]:
    """CIEDE2000 of each pixel, H×W; `one` and `other` are H×W×3 Lab."""
    first, second = (np.asarray(each, np.float32).reshape(-1, 3) for each in np.broadcast_arrays(one, other))
    out = np.empty(len(first), np.float32)
    for top in range(0, len(first), _ROWS):
        out[top : top + _ROWS] = _ciede2000(first[top : top + _ROWS], second[top : top + _ROWS])
    return out.reshape(np.broadcast_shapes(one.shape, other.shape)[:-1])


def _ciede2000(one: Lab, other: Lab) -> Plane:
    """Equations 2 to 22, with kL = kC = kH = 1; N×3 each."""
    (l1, a1, b1), (l2, a2, b2) = one.T, other.T
    mean_chroma7 = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    stretch = 1 + 0.5 * (1 - np.sqrt(mean_chroma7 / (mean_chroma7 + _25_TO_7)))
    a1, a2 = a1 * stretch, a2 * stretch
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.arctan2(b1, a1), np.arctan2(b2, a2)
    coloured = c1 * c2 > 0
    turn = np.where(coloured, h2 - h1, 0)
    turn = turn - 2 * np.pi * np.round(turn / (2 * np.pi))
    hue = np.where(coloured, h1 + turn / 2, h1 + h2)
    lightness, chroma = l2 - l1, c2 - c1
    across = 2 * np.sqrt(c1 * c2) * np.sin(turn / 2)
    return _weighted((lightness, chroma, across), ((l1 + l2) / 2, (c1 + c2) / 2, hue))


def _weighted(differences: tuple[Plane, Plane, Plane], means: tuple[Plane, Plane, Plane]) -> Plane:
    """Equations 15 to 22: the differences of lightness, chroma and hue, each by how well eyes see it at these means."""
    lightness, chroma, across = differences
    mean_l, mean_c, hue = means
    tone = (
        1 - 0.17 * np.cos(hue - np.pi / 6) + 0.24 * np.cos(2 * hue)
        + 0.32 * np.cos(3 * hue + np.radians(6)) - 0.20 * np.cos(4 * hue - np.radians(63))
    )  # fmt: skip
    degrees = np.degrees(hue) % 360
    mean_c7 = mean_c**7
    turning = -np.sin(np.radians(60) * np.exp(-(((degrees - 275) / 25) ** 2))) * 2 * np.sqrt(mean_c7 / (mean_c7 + _25_TO_7))
    middle = (mean_l - 50) ** 2
    lightness = lightness / (1 + 0.015 * middle / np.sqrt(20 + middle))
    chroma = chroma / (1 + 0.045 * mean_c)
    across = across / (1 + 0.015 * mean_c * tone)
    squared = lightness**2 + chroma**2 + across**2 + turning * chroma * across
    return np.asarray(np.sqrt(np.maximum(squared, 0)), np.float32)

"""From a small hard mask to a full-size soft alpha that follows the picture's edges."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from packshot.imaging.guided_filter import guided_filter

Floats = npt.NDArray[Any]
Bytes = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]

RADIUS = 4
"""Half the window of the guided filter, pixels of each level; also half the band in which alpha may change."""
FLATNESS = 1e-4
"""The guided filter's epsilon: variance of colour (0..1) below which a window counts as flat."""
TILE = 384


def refine(rgb: Bytes, mask: Floats) -> Floats:
    """H×W alpha 0..1 for uint8 H×W×3 `rgb` from a rough mask (h×w, 0..1, h ≤ H).

    Coarse to fine: at each level twice the size of the one before, alpha is moved to the picture's edges by a guided filter
    with colour guide (He, Sun, Tang 2013), inside a narrow band around the contour only. Beyond the band alpha is exactly 0 or 1.
    """
    height, width = rgb.shape[:2]
    alpha: Floats = mask.astype(np.float32)
    for level_height, level_width in _levels(alpha.shape, (height, width)):
        whole = (level_height, level_width) == (height, width)
        guide = rgb if whole else cv2.resize(rgb, (level_width, level_height), interpolation=cv2.INTER_AREA)
        alpha = cv2.resize(alpha, (level_width, level_height), interpolation=cv2.INTER_LINEAR)
        alpha = _steepen(_in_band(guide, alpha))
    return alpha


def _levels(start: tuple[int, ...], end: tuple[int, int]) -> list[tuple[int, int]]:
    """Sizes that double from `start` up to `end`, `end` last."""
    ratio = max(end[0] / start[0], end[1] / start[1])
    count = max(0, int(np.ceil(np.log2(ratio) - 1e-9)))
    return [(max(1, round(end[0] / 2**back)), max(1, round(end[1] / 2**back))) for back in range(count, -1, -1)]


def _steepen(alpha: Floats) -> Floats:
    """Cut the filter's long tails, so that the inside is solid and the outside clear."""
    return np.clip((alpha - 0.08) / 0.84, 0, 1)


def band_of(alpha: Floats, radius: int = RADIUS) -> Mask:
    """H×W: pixels within `radius` of the contour."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    solid = (alpha > 0.5).astype(np.uint8)
    return np.asarray((cv2.dilate(solid, kernel) != cv2.erode(solid, kernel)) | ((alpha > 0) & (alpha < 1)), bool)


def _in_band(rgb: Bytes, alpha: Floats) -> Floats:
    """Filter tile by tile, only tiles that the band crosses: memory and time follow the contour, not the picture."""
    band = band_of(alpha)
    refined = np.where(alpha > 0.5, np.float32(1), np.float32(0))
    height, width = alpha.shape
    reach = 2 * RADIUS
    for top in range(0, height, TILE):
        for left in range(0, width, TILE):
            inner = np.s_[top : top + TILE, left : left + TILE]
            if not band[inner].any():
                continue
            y, x = max(0, top - reach), max(0, left - reach)
            outer = np.s_[y : top + TILE + reach, x : left + TILE + reach]
            found = guided_filter(rgb[outer].astype(np.float32) / 255, alpha[outer], RADIUS, FLATNESS)
            found = found[top - y : top - y + TILE, left - x : left - x + TILE]
            refined[inner] = np.where(band[inner], np.clip(found, 0, 1), refined[inner])
    return refined

"""Parts of pictures: what networks are trained on, and what they are judged by."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from packshot.plugin.frame import Plane


def patch(rgb: Plane, side: int, rng: np.random.Generator) -> Plane:
    """side×side×3 from anywhere in `rgb` (H×W×3); a smaller picture is mirrored beyond its borders."""
    height, width = rgb.shape[:2]
    top, left = (int(rng.integers(0, max(1, length - side + 1))) for length in (height, width))
    cut = np.asarray(rgb[top : top + side, left : left + side])
    below, right = side - cut.shape[0], side - cut.shape[1]
    return cv2.copyMakeBorder(cut, 0, below, 0, right, cv2.BORDER_REFLECT) if below or right else cut


def turned(square: Plane, rng: np.random.Generator) -> Plane:
    """One of the eight ways a square (H×H×C) can lie."""
    return np.ascontiguousarray(np.rot90(square, int(rng.integers(4)))[:, :: int(rng.choice((-1, 1)))])


def middle(rgb: Plane, longest: int, multiple: int = 1) -> Any:
    """`rgb`, or of a larger picture the middle: sides of at most `longest` pixels, multiples of `multiple`."""
    height, width = (max(multiple, min(longest, side) // multiple * multiple) for side in rgb.shape[:2])
    top, left = max(0, (rgb.shape[0] - height) // 2), max(0, (rgb.shape[1] - width) // 2)
    return np.asarray(rgb[top : top + height, left : left + width])

"""From a rough mask to a trimap: surely product, surely ground, and the band between where nobody knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]

SOLID, CLEAR = 0.95, 0.05
"""A rough mask between these says itself that it does not know."""


@dataclass(frozen=True)
class Trimap:
    """What is sure of a picture; the rest is unknown."""

    product: Mask
    """H×W."""
    ground: Mask
    """H×W."""

    @property
    def unknown(self) -> Mask:
        """H×W."""
        return ~(self.product | self.ground)


def trimap_of(rough: Floats, reach: float) -> Trimap:
    """The trimap of a rough mask (H×W, 0..1) whose contour may be wrong by `reach` pixels.

    A part or a hole thinner than the band keeps its middle line, so that a strap or the gap beside it is not lost in the unknown.
    """
    solid, clear = rough >= SOLID, rough <= CLEAR
    inside = rough > 0.5
    return Trimap(product=solid & _sure(inside, reach), ground=clear & _sure(~inside, reach))


def _sure(side: Mask, reach: float) -> Mask:
    """Where `side` is at least `reach` deep, or deepest for want of room."""
    # The picture's rim is no contour: a product that leaves the picture is sure up to there.
    padded = cv2.copyMakeBorder(side.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    if not side.any():
        return side
    if side.all():
        return np.ones_like(side)
    depth = cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1]
    ridge = (depth >= cv2.dilate(depth, np.ones((3, 3), np.uint8))) & (depth > 1)
    return np.asarray((depth > reach) | (side & ridge), bool)

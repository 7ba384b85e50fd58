"""Rules on the regions of a mask: which pieces are the product, which holes are real."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]

PIECE = 0.05
"""A piece smaller than this share of the largest is a stray, unless it is far more likely product than not."""
HOLE = 0.0015
"""A hole smaller than this share of the product is a speck of the print, not a handle."""


def pieces(mask: Mask) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Labels (H×W, 0 = none) and areas (by label, entry 0 meaningless) of the 4-connected pieces of `mask`."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)
    return labels, stats[:, cv2.CC_STAT_AREA]


def largest_area(mask: Mask) -> int:
    """Pixels of the largest piece; 0 for an empty mask."""
    areas = pieces(mask)[1][1:]
    return int(areas.max()) if areas.size else 0


def keep_product(mask: Mask, likely: Floats, keep_holes: bool) -> Mask:
    """`mask` without stray pieces, and with specks (or, without `keep_holes`, all holes) filled."""
    labels, areas = pieces(mask)
    if len(areas) < 2:
        return mask
    belief = np.bincount(labels.ravel(), weights=likely.ravel()) / np.maximum(areas, 1)
    weight = areas * belief
    weight[0] = 0
    keep = weight >= PIECE * weight.max()
    keep[0] = False
    return _fill(keep[labels], keep_holes)


def outside_of(mask: Mask) -> Mask:
    """What is not `mask` and hangs together with the picture's rim, all around: not its holes."""
    labels, _ = pieces(np.pad(~mask, 1, constant_values=True))
    return np.asarray(labels == labels[0, 0])[1:-1, 1:-1]


def _fill(mask: Mask, keep_holes: bool) -> Mask:
    padded = np.pad(~mask, 1, constant_values=True)
    labels, areas = pieces(padded)
    ground = labels[0, 0]
    small = areas < (HOLE * mask.sum() if keep_holes else np.inf)
    small[ground] = False
    small[0] = False
    return np.asarray(mask | small[labels][1:-1, 1:-1], bool)

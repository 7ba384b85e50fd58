"""From a model's small soft mask to alpha at full size that follows the picture's edges."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from packshot.imaging.guided_filter import guided_filter

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

RADIUS = 4
"""Half the guided filter's window, pixels of each level."""
REACH = 3
"""Pixels of each level that the edge may be from where the level before saw it."""
FLATNESS = 1e-3
"""Variance of colour (0..1) below which a window counts as flat."""
DECIDED = 0.3
"""What the filter leaves this near to clear or full is taken for it: its tails would veil the ground and thin the product."""
BAND = 384
"""Rows that are filtered at a time, so that memory does not grow with the picture."""


def refine(rgb: Floats, mask: Floats) -> Floats:
    """H×W alpha 0..1 for H×W×3 `rgb` (0..1) from `mask` (h×w, 0..1) of any size and proportions.

    Coarse to fine: at each level, twice the size of the one before, alpha is moved to the picture's edges by a guided filter with
    colour guide (He, Sun, Tang 2013), where an edge is near. Elsewhere it stays as the model said, so that holes stay open and
    what is half clear stays half clear. A mask smaller than the picture is not filtered at its own level: there it is as exact as
    the model is.
    """
    height, width = rgb.shape[:2]
    first, *finer = _levels(mask.shape, (height, width))
    alpha = _resized(np.asarray(mask, np.float32), first)
    for size in finer or [first]:
        guide = rgb if size == (height, width) else cv2.resize(rgb, size[::-1], interpolation=cv2.INTER_AREA)
        alpha = _moved_to_edges(np.clip(guide, 0, 1), _resized(alpha, size))
    return alpha


def _levels(start: tuple[int, ...], end: tuple[int, int]) -> list[tuple[int, int]]:
    """Sizes that double from about `start` up to `end`, `end` last."""
    ratio = max(end[0] / start[0], end[1] / start[1])
    count = max(0, int(np.ceil(np.log2(ratio) - 0.5)))
    return [(max(1, round(end[0] / 2**back)), max(1, round(end[1] / 2**back))) for back in range(count, -1, -1)]


def _moved_to_edges(guide: Floats, alpha: Floats) -> Floats:
    near = _near_edges(alpha, REACH)
    # Enlarging has softened the edge; what lies a little farther from it was decided before.
    moved = np.where(_near_edges(alpha, 3 * REACH), _steeper(alpha), alpha)
    reach = 2 * RADIUS
    for top in range(0, alpha.shape[0], BAND):
        inner = np.s_[top : top + BAND]
        if not near[inner].any():
            continue
        first = max(0, top - reach)
        outer = np.s_[first : top + BAND + reach]
        found = guided_filter(guide[outer], alpha[outer], RADIUS, FLATNESS)[top - first : top - first + BAND]
        moved[inner] = np.where(near[inner], _steeper(found), moved[inner])
    return moved


def _steeper(alpha: Floats) -> Floats:
    return np.asarray(np.clip((alpha - DECIDED) / (1 - 2 * DECIDED), 0, 1), np.float32)


def _near_edges(alpha: Floats, reach: int) -> Mask:
    """Pixels within `reach` of a place where alpha passes one half."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    inside = (alpha > 0.5).astype(np.uint8)
    return np.asarray(cv2.dilate(inside, kernel) != cv2.erode(inside, kernel), np.bool_)


def _resized(alpha: Floats, size: tuple[int, int]) -> Floats:
    if alpha.shape == size:
        return alpha
    method = cv2.INTER_AREA if size[0] < alpha.shape[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(alpha, size[::-1], interpolation=method), np.float32)

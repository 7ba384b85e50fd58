"""Where a standing product meets the floor, told from its alpha."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

_DEEPEST = 0.16
"""A product's footprint reaches up the picture at most this share of its width: what hangs higher does not stand on the floor."""


def product_size(alpha: Floats) -> tuple[int, int]:
    """Height and width of the product's box, pixels; (0, 0) where there is none."""
    solid = alpha > 0.5
    rows, columns = np.flatnonzero(solid.any(axis=1)), np.flatnonzero(solid.any(axis=0))
    return (int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1) if len(rows) else (0, 0)


def lowest_rows(alpha: Floats) -> Floats:
    """W: the row of each column's lowest product pixel, -1 where there is none."""
    solid = alpha > 0.5
    return np.where(solid.any(axis=0), len(alpha) - 1 - np.argmax(solid[::-1], axis=0), -1).astype(np.float32)


def floor_line(alpha: Floats) -> Floats:
    """W: the row of the floor under each column: the lower hull of the product, no deeper into the picture than a footprint is.

    Under handles, spouts and soles that bend up the floor goes on; under a box seen from a corner it follows the edges. Beyond
    the product it stays level.
    """
    lowest = lowest_rows(alpha)
    columns = np.flatnonzero(lowest >= 0)
    if not len(columns):
        return np.full(alpha.shape[1], len(alpha) - 1, np.float32)
    _, width = product_size(alpha)
    deepest = max(float(lowest.max()) - _DEEPEST * width, 0)
    points = np.stack((columns, np.maximum(lowest[columns], deepest)), axis=1).astype(np.float32)
    corners = np.append(points, [(columns[0], deepest), (columns[-1], deepest)], axis=0).astype(np.float32)
    hull = np.asarray(cv2.convexHull(corners)[:, 0, :], np.float32)
    line = _lower_side(hull, alpha.shape[1])
    soft = cv2.GaussianBlur(line[None], (0, 0), max(0.5, 0.02 * width), borderType=cv2.BORDER_REPLICATE)
    return np.maximum(np.asarray(soft[0], np.float32), lowest)


def _lower_side(hull: Floats, width: int) -> Floats:
    """The hull's greatest row over each of `width` columns."""
    x, y = hull[:, 0], hull[:, 1]
    ends = np.roll(hull, -1, axis=0)
    columns = np.arange(width, dtype=np.float32)
    line = np.full(width, -np.inf, np.float32)
    for x0, y0, (x1, y1) in zip(x, y, ends, strict=True):
        if x0 == x1:
            continue
        (a, ya), (b, yb) = sorted(((x0, y0), (x1, y1)))
        along = np.interp(columns, (a, b), (ya, yb))
        line = np.where((columns >= a) & (columns <= b), np.maximum(line, along), line)
    inside = np.flatnonzero(np.isfinite(line))
    if not len(inside):
        return np.full(width, y.max(), np.float32)
    return np.asarray(np.interp(columns, inside, line[inside]), np.float32)

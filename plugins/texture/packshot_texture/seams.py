"""Seams through the overlap of two pictures, where they differ least."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.intp]


def difference(one: Floats, other: Floats) -> Floats:
    """H×W: squared difference of two pictures, summed over the channels."""
    return np.asarray(((one - other) ** 2).sum(axis=2), np.float32)


def seam(cost: Floats, ends: int | None = None) -> Ints:
    """H: for each row the column where the cheapest path from top to bottom runs; `ends` fixes the first and the last column.

    Dynamic programming over the minimum error boundary (A. Efros, W. Freeman, "Image quilting", SIGGRAPH 2001, §2.1).
    """
    height, width = cost.shape
    framed = np.full((height, width + 2), np.inf)
    total = framed[:, 1:-1]
    total[:] = cost
    if ends is not None:
        total[0, np.arange(width) != ends] = np.inf
    for row in range(1, height):
        above = framed[row - 1]
        total[row] += np.minimum(np.minimum(above[:-2], above[1:-1]), above[2:])
    path = np.empty(height, np.intp)
    path[-1] = int(np.argmin(total[-1])) if ends is None else ends
    for row in range(height - 2, -1, -1):
        below = path[row + 1]
        path[row] = below - 1 + framed[row, below : below + 3].argmin()
    return path


def closed_seam(cost: Floats) -> Ints:
    """H: the same for a path whose ends meet, because the first row follows the last."""
    free = seam(np.concatenate([cost, cost]))
    return seam(cost, int(free[len(cost)]))


def right_of(path: Ints, width: int) -> Floats:
    """H×width: 1 right of the path and on it, 0 left of it, one pixel soft."""
    hard = (np.arange(width)[None] >= path[:, None]).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(hard, (0, 0), 0.6, borderType=cv2.BORDER_REPLICATE), np.float32)


def seam_energy(rgb: Floats) -> float:
    """How much a picture repeated side by side and one below the other shows its joints: the mean difference across them, over
    that of neighbouring pixels elsewhere. 1: not at all.
    """
    found = []
    for picture in (rgb, rgb.swapaxes(0, 1)):
        inside = np.abs(np.diff(picture, axis=0)).mean(axis=(1, 2)) if len(picture) > 1 else np.ones(1)
        across = float(np.abs(picture[0] - picture[-1]).mean())
        found.append(across / max(float(inside.mean()), 1e-4))
    return float(np.mean(found))

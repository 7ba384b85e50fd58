"""Masks as polygons and back, losing nothing: outlines run along the edges of pixels, and a pixel is inside if its centre is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from packshot.datasets.masks import Inside

Points = npt.NDArray[np.float64]
_Corner = tuple[int, int]


def outlines(where: Inside) -> list[Points]:
    """Closed outlines of an H×W mask, N×2 each as x, y of pixel corners: of its parts, and of the holes in them."""
    ahead = _steps(where)
    found: list[Points] = []
    while ahead:
        start = next(iter(ahead))
        corners, corner = [start], _follow(ahead, start)
        while corner != start:
            corners.append(corner)
            corner = _follow(ahead, corner)
        found.append(_without_straight(np.array(corners, np.float64)))
    return found


def fill(polygons: Sequence[Points], height: int, width: int) -> Inside:
    """H×W bool: the pixels whose centres are inside an odd number of the polygons (N×2 each as x, y in pixels).

    The even-odd rule along each row of centres. Points may be outside the picture.
    """
    flips = np.zeros((height, width + 1), np.uint8)
    for points in polygons:
        for (x0, y0), (x1, y1) in zip(points, np.roll(points, -1, axis=0), strict=True):
            low, high = (y0, y1) if y0 <= y1 else (y1, y0)
            first, end = (int(np.clip(np.ceil(y - 0.5), 0, height)) for y in (low, high))
            if first >= end:
                continue
            rows = np.arange(first, end)
            crossings = x0 + (rows + 0.5 - y0) * (x1 - x0) / (y1 - y0)
            flips[rows, np.clip(np.ceil(crossings - 0.5), 0, width).astype(np.int64)] ^= 1
    return np.asarray(np.bitwise_xor.accumulate(flips, axis=1)[:, :width], bool)


def joined(polygons: Sequence[Points]) -> Points:
    """One polygon with the same inside, for formats that know one an object: a bridge there and back encloses nothing.

    Each further outline is entered at the corner nearest to what is there already (as merge_multi_segment of Ultralytics does).
    """
    whole = polygons[0]
    for points in polygons[1:]:
        distances = ((whole[:, None] - points[None]) ** 2).sum(axis=2)
        here, there = np.unravel_index(int(distances.argmin()), distances.shape)
        round_trip = np.concatenate((points[there:], points[: there + 1]))
        whole = np.concatenate((whole[: here + 1], round_trip, whole[here:]))
    return whole


def _steps(where: Inside) -> dict[_Corner, list[_Corner]]:
    """From each corner on the outline to the next ones, with the inside to the right."""
    padded = np.pad(where, 1)
    ahead: dict[_Corner, list[_Corner]] = {}
    # dy, dx of the neighbour outside; then where the edge between begins and ends, from the pixel's upper left corner.
    sides = (((-1, 0), (0, 0), (1, 0)), ((0, 1), (1, 0), (1, 1)), ((1, 0), (1, 1), (0, 1)), ((0, -1), (0, 1), (0, 0)))
    for (dy, dx), (from_x, from_y), (to_x, to_y) in sides:
        beside = np.roll(padded, (-dy, -dx), (0, 1))[1:-1, 1:-1]
        for y, x in np.argwhere(where & ~beside).tolist():
            ahead.setdefault((x + from_x, y + from_y), []).append((x + to_x, y + to_y))
    return ahead


def _follow(ahead: dict[_Corner, list[_Corner]], corner: _Corner) -> _Corner:
    # Where two parts touch at a corner, either way on encloses the same pixels.
    ways = ahead[corner]
    way = ways.pop()
    if not ways:
        del ahead[corner]
    return way


def _without_straight(points: Points) -> Points:
    """Only the corners at which the outline turns."""
    before, after = points - np.roll(points, 1, axis=0), np.roll(points, -1, axis=0) - points
    turns: Points = points[before[:, 0] * after[:, 1] != before[:, 1] * after[:, 0]]
    return turns

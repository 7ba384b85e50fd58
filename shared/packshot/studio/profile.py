"""Outlines drawn as polygons, as distances on a fine grid: what is turned on a lathe or cut out of a board."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from packshot.studio.noise import Floats

Corner = tuple[float, float]
_CELLS = 144
_SOFT = 0.9
"""Cells by which corners are rounded: nothing that is made has an edge without a radius."""


@dataclass(frozen=True)
class Profile:
    """Signed distances of an outline. Calling it with two coordinates, float32 of length N, gives N distances."""

    grid: Floats
    """rows (second coordinate) × columns (first)."""
    low: Corner
    cell: float

    def __call__(self, u: Floats, v: Floats) -> Floats:
        """Bilinear; beyond the grid the distance to the grid is added."""
        rows, columns = self.grid.shape
        scale = np.float32(1 / self.cell)
        u, v = (u - np.float32(self.low[0])) * scale, (v - np.float32(self.low[1])) * scale
        across = np.minimum(np.maximum(u, 0), np.float32(columns - 1.001))
        down = np.minimum(np.maximum(v, 0), np.float32(rows - 1.001))
        outside = np.maximum(np.abs(u - across), np.abs(v - down))
        left, top = across.astype(np.int32), down.astype(np.int32)
        across -= left
        down -= top
        top *= columns - 1
        top += left
        corner, right, below, both = self._cells.take(top, axis=0).T
        value = both * across
        value += below
        value *= down
        value += corner
        across *= right
        value += across
        outside *= np.float32(0.7 * self.cell)
        value += outside
        return np.asarray(value, np.float32)

    @cached_property
    def _cells(self) -> Floats:
        """Cells × 4, so that one look into memory gives all of a cell: the value at its first corner, what is added to the right,
        downwards, and along both."""
        grid = self.grid
        a, b, c, d = grid[:-1, :-1], grid[:-1, 1:], grid[1:, :-1], grid[1:, 1:]
        return np.ascontiguousarray(np.stack((a, b - a, c - a, a - b - c + d), axis=-1).reshape(-1, 4), np.float32)

    def edge_at(self, v: float) -> float:
        """The greatest first coordinate that the outline has at the second coordinate `v`."""
        row = int(np.clip(round((v - self.low[1]) / self.cell), 0, self.grid.shape[0] - 1))
        return self.low[0] + float(np.flatnonzero(self.grid[row] <= 0).max(initial=0)) * self.cell

    @property
    def reach(self) -> tuple[float, float, float, float]:
        """Least and greatest of the first coordinate, then of the second, that the outline itself has."""
        rows, columns = np.nonzero(self.grid <= self.cell)
        (u, v), cell = self.low, self.cell
        return (
            u + float(columns.min()) * cell,
            u + float(columns.max()) * cell,
            v + float(rows.min()) * cell,
            v + float(rows.max()) * cell,
        )


def outline(corners: Sequence[Corner], cells: int = _CELLS) -> Profile:
    """The profile of a closed polygon."""
    points = np.array(corners, np.float32)
    low, high = points.min(axis=0), points.max(axis=0)
    return _on_grid(points, low, high, cells)


def turned(corners: Sequence[Corner], cells: int = _CELLS) -> Profile:
    """The profile of a lathe: an open line of (radius, height) that begins and ends at the axis or runs round a hollow wall."""
    right = np.array(corners, np.float32)
    if abs(right[0, 0]) < 1e-6 or abs(right[-1, 0]) < 1e-6:
        points = np.concatenate((right, right[::-1] * np.array((-1, 1), np.float32)))
    else:
        points = right
    low, high = points.min(axis=0), points.max(axis=0)
    return _on_grid(points, np.array((max(low[0], 0), low[1]), np.float32), high, cells)


def rounded(corners: Sequence[Corner], steps: int = 8, closed: bool = True) -> list[Corner]:
    """A smooth line through `corners` (Catmull and Rom, 1974, centripetal by chord)."""
    p = np.array(corners, np.float64)
    count = len(p)
    ends = range(count if closed else count - 1)
    line: list[Corner] = []
    for i in ends:
        before, start, end, after = (p[(i + k) % count] if closed else p[min(max(i + k, 0), count - 1)] for k in (-1, 0, 1, 2))
        t = np.linspace(0, 1, steps, endpoint=False)[:, None]
        a, b = (end - before) / 2, (after - start) / 2
        curve = start * (2 * t**3 - 3 * t**2 + 1) + a * (t**3 - 2 * t**2 + t) + end * (3 * t**2 - 2 * t**3) + b * (t**3 - t**2)
        line.extend((float(u), float(v)) for u, v in curve)
    if not closed:
        line.append((float(p[-1, 0]), float(p[-1, 1])))
    return line


def _on_grid(points: Floats, low: Floats, high: Floats, cells: int) -> Profile:
    cell = float((high - low).max()) / (cells - 12)
    low = low - 6 * np.float32(cell)
    size = np.ceil((high + 6 * np.float32(cell) - low) / cell).astype(int) + 1
    u = low[0] + np.arange(size[0], dtype=np.float32) * np.float32(cell)
    v = low[1] + np.arange(size[1], dtype=np.float32) * np.float32(cell)
    place = np.stack(np.meshgrid(u, v), axis=-1).reshape(-1, 2)
    distance = _unsigned(place, points)
    inside = _inside(place, points)
    grid = np.where(inside, -distance, distance).reshape(size[1], size[0])
    grid = np.asarray(cv2.GaussianBlur(grid, (0, 0), _SOFT, borderType=cv2.BORDER_REPLICATE), np.float32)
    return Profile(grid, (float(low[0]), float(low[1])), cell)


def _unsigned(place: Floats, points: Floats) -> Floats:
    nearest = np.full(len(place), np.inf, np.float32)
    u, v = place[:, 0].copy(), place[:, 1].copy()
    for (a, b), (c, d) in zip(points, np.roll(points, -1, axis=0), strict=True):
        du, dv = c - a, d - b
        length = du * du + dv * dv
        if length < 1e-14:
            continue
        share = np.clip(((u - a) * du + (v - b) * dv) / length, 0, 1)
        x, y = u - a - share * du, v - b - share * dv
        np.minimum(nearest, x * x + y * y, out=nearest)
    return np.sqrt(nearest)


def _inside(place: Floats, points: Floats) -> Floats:
    """By crossings of a ray to the right."""
    crossings = np.zeros(len(place), bool)
    u, v = place[:, 0], place[:, 1]
    for (a, b), (c, d) in zip(points, np.roll(points, -1, axis=0), strict=True):
        if b == d:
            continue
        between = (v < b) != (v < d)
        crossings ^= between & (u < a + (v - b) / (d - b) * (c - a))
    return crossings

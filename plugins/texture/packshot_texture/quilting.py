"""Image quilting: a texture of any size from a sample.

A. Efros, W. Freeman, "Image quilting for texture synthesis and transfer", SIGGRAPH 2001, §2: blocks are laid in raster order,
each drawn among those that fit their neighbours nearly best, and joined along a minimum cut. Fitting blocks are looked for in a
smaller picture; they are cut and joined at full size. What was taken from lately fits less well, so that nothing shows twice in a
row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from packshot_texture.seams import Floats, difference, right_of, seam

Progress = Callable[[float], None]

_SEARCH_SIDE = 160
"""Fitting blocks are looked for in the sample at this longer side at most."""
_REPEATED = 0.5
"""So much worse fits a block that was just taken, or one near it; with every further block this fades."""
_FORGETTING = 0.95


@dataclass(frozen=True)
class Blocks:
    """How to quilt, in pixels."""

    size: int
    overlap: int
    tolerance: float
    """Blocks that fit worse than the best by this share are still drawn."""

    @staticmethod
    def of(sample: Floats, share: float, overlap: float, tolerance: float) -> Blocks:
        """`share` of the sample's shorter side; `overlap` is a share of the block."""
        size = max(2, round(share * min(sample.shape[:2])))
        return Blocks(size, max(1, round(overlap * size)), tolerance)


def quilt(sample: Floats, shape: tuple[int, int], blocks: Blocks, random: np.random.Generator, progress: Progress) -> Floats:
    """height × width (`shape`) × 3 in the manner of `sample` (H×W×3, at least as large as a block)."""
    height, width = shape
    size, overlap = blocks.size, blocks.overlap
    step = size - overlap
    rows, columns = (max(1, -(-(length - overlap) // step)) for length in (height, width))
    canvas = np.zeros((rows * step + overlap, columns * step + overlap, 3), np.float32)
    finder = _Finder(sample, blocks, random)
    for row in range(rows):
        for column in range(columns):
            place = np.s_[row * step : row * step + size, column * step : column * step + size]
            block = finder.fitting(canvas[place], row > 0, column > 0)
            canvas[place] = _joined(canvas[place], block, overlap, row > 0, column > 0)
        progress((row + 1) / rows)
    return np.ascontiguousarray(canvas[:height, :width])


class _Finder:
    """Blocks of the sample that fit what lies on the canvas already."""

    def __init__(self, sample: Floats, blocks: Blocks, random: np.random.Generator) -> None:
        self._sample, self._blocks, self._random = sample, blocks, random
        self._shrink = max(1, min(-(-max(sample.shape[:2]) // _SEARCH_SIDE), blocks.overlap // 3, blocks.size // 8))
        self._small = self._smaller(sample)
        self._used = np.zeros(self._free(), np.float32)

    def fitting(self, under: Floats, above: bool, beside: bool) -> Floats:
        """A block for the place `under` (size × size × 3), whose top or left strip is laid already."""
        size, overlap = self._blocks.size, self._blocks.overlap
        last = np.array(self._sample.shape[:2]) - size
        cost = np.zeros(self._free(), np.float32)
        if above:
            cost += self._misfit(under[:overlap])
        if beside:
            cost += self._misfit(under[:, :overlap])
        cost *= 1 + self._used
        good = np.flatnonzero(cost <= cost.min() * (1 + self._blocks.tolerance) + 1e-9)
        row, column = divmod(int(self._random.choice(good)), cost.shape[1])
        self._remember(row, column)
        top, left = np.minimum((row * self._shrink, column * self._shrink), last)
        return self._sample[top : top + size, left : left + size]

    def _remember(self, row: int, column: int) -> None:
        near = max(1, self._blocks.size // self._shrink // 4)
        self._used *= np.float32(_FORGETTING)
        self._used[max(0, row - near) : row + near + 1, max(0, column - near) : column + near + 1] += np.float32(_REPEATED)

    def _free(self) -> tuple[int, int]:
        side = self._blocks.size // self._shrink
        return max(1, self._small.shape[0] - side + 1), max(1, self._small.shape[1] - side + 1)

    def _misfit(self, strip: Floats) -> Floats:
        rows, columns = self._free()
        return np.asarray(cv2.matchTemplate(self._small, self._smaller(strip), cv2.TM_SQDIFF), np.float32)[:rows, :columns]

    def _smaller(self, picture: Floats) -> Floats:
        height, width = (max(1, length // self._shrink) for length in picture.shape[:2])
        return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.float32)


def _joined(under: Floats, block: Floats, overlap: int, above: bool, beside: bool) -> Floats:
    """`block` over what is laid already, cut along the cheapest seams of the overlaps."""
    keep = np.ones(block.shape[:2], np.float32)
    if beside:
        path = seam(difference(under[:, :overlap], block[:, :overlap]))
        keep[:, :overlap] = np.minimum(keep[:, :overlap], right_of(path, overlap))
    if above:
        path = seam(difference(under[:overlap], block[:overlap]).T)
        keep[:overlap] = np.minimum(keep[:overlap], right_of(path, overlap).T)
    return np.asarray(under + keep[..., None] * (block - under), np.float32)

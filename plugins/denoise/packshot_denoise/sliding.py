"""Work on the DCT of overlapping 8×8 blocks, and put the blocks together again."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from packshot.plugin.frame import Plane
from packshot_denoise.blocks import FORWARD, INVERSE, SIDE, blocks_of, plane_of

PHASES = tuple((row, 3 * row % SIDE) for row in range(SIDE))
"""Eight of the 64 grids, each row and each column once: as good as the sixteen of every second row and column, nearly as all."""

PILOT_PHASES = ((0, 0), (2, 5), (4, 2), (6, 7))
"""Enough for a first estimate."""

_STRIP = 8
"""Rows of blocks worked on at a time, so that they stay in the processor's cache."""

Shrink = Callable[..., tuple[Plane, Plane]]
"""Takes coefficients, N×64 for each plane, and gives back those of the first plane, changed, with a weight for each block."""


def over_all_phases(planes: list[Plane], shrink: Shrink, phases: tuple[tuple[int, int], ...] = PHASES) -> Plane:
    """The weighted mean, over the grids of `phases`, of the first of `planes` (H×W) with its coefficients changed by `shrink`."""
    height, width = planes[0].shape
    below, beside = SIDE + -height % SIDE, SIDE + -width % SIDE
    framed = [cv2.copyMakeBorder(plane, SIDE, below, SIDE, beside, cv2.BORDER_REFLECT) for plane in planes]
    total, weights = np.zeros_like(framed[0]), np.zeros_like(framed[0])
    rows, columns = (side - SIDE for side in total.shape)
    for down, right in phases:
        for top in range(down, down + rows, _STRIP * SIDE):
            strip = np.s_[top : min(top + _STRIP * SIDE, down + rows), right : right + columns]
            coefficients, weight = shrink(*(blocks_of(plane[strip]) @ FORWARD for plane in framed))
            coefficients = coefficients @ INVERSE
            coefficients *= weight[:, None]
            total[strip] += plane_of(coefficients, total[strip].shape)
            # A view of the strip by rows of blocks, to which the weights are spread.
            spread = weights[strip].reshape(-1, SIDE, columns // SIDE, SIDE)
            spread += weight.reshape(-1, 1, columns // SIDE, 1)
    inner = np.s_[SIDE : SIDE + height, SIDE : SIDE + width]
    mean: Plane = total[inner] / weights[inner]
    return mean

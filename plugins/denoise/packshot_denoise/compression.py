"""Traces of JPEG compression in pixels: where its blocks lie, and how coarsely it rounded them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from packshot.plugin.frame import Plane
from packshot_denoise.blocks import FORWARD, SIDE, blocks_of

Table = npt.NDArray[np.float64]

# ITU-T T.81 (1992), tables K.1 and K.2, row by row.
_BRIGHTNESS: Table = np.array(
    [
        [16, 11, 10, 16, 24, 40, 51, 61],
        [12, 12, 14, 19, 26, 58, 60, 55],
        [14, 13, 16, 24, 40, 57, 69, 56],
        [14, 17, 22, 29, 51, 87, 80, 62],
        [18, 22, 37, 56, 68, 109, 103, 77],
        [24, 35, 55, 64, 81, 104, 113, 92],
        [49, 64, 78, 87, 103, 121, 120, 101],
        [72, 92, 95, 98, 112, 100, 103, 99],
    ],
    np.float64,
).ravel()
_COLOUR: Table = np.full(64, 99.0)
_COLOUR.reshape(8, 8)[:4, :4] = [[17, 18, 24, 47], [18, 21, 26, 66], [24, 26, 56, 99], [47, 66, 99, 99]]

_LOWEST = (1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12)
"""Coefficients that are often not rounded to 0."""
_STEPS = np.arange(2, 200)
_BLOCKS = 2048
_ROUNDING = 0.4
"""Standard deviation of what rounding to 8-bit colours adds to a coefficient."""


@dataclass(frozen=True)
class Compression:
    """How a picture was compressed: quality as the IJG's encoder counts it, 1..100, and whether colours kept their full size."""

    quality: float
    full_colour: bool

    @property
    def scale(self) -> float:
        """How many times the steps are as large as those of quality 50."""
        return 50 / self.quality if self.quality < 50 else 2 - self.quality / 50

    def tables(self) -> tuple[Table, Table]:
        """The steps of the 64 coefficients, of 255, for brightness and for colour."""
        return np.clip(_BRIGHTNESS * self.scale, 1, 255), np.clip(_COLOUR * self.scale, 1, 255)


def find_compression(rgb: Plane) -> Compression | None:
    """How `rgb` (H×W×3 float32, sRGB-encoded) was compressed, or None if it shows no steps: never, hardly, or resized since.

    Z. Fan, R. L. de Queiroz, "Identification of bitmap compression history: JPEG detection and quantizer estimation", IEEE TIP
    12(2), 2003: on the right grid, each coefficient is near a multiple of its step. The grid begins at the corner, or where the
    jumps between pixels are greatest.
    """
    if min(rgb.shape[:2]) < 2 * SIDE:
        return None
    planes = cv2.cvtColor(np.clip(rgb, 0, 1), cv2.COLOR_RGB2YCrCb)
    brightness = np.ascontiguousarray(planes[..., 0])
    for corner in ((0, 0), _grid(brightness)):
        scale = _scale(brightness[corner[0] :, corner[1] :], _BRIGHTNESS)
        if scale is not None:
            colour = _scale(planes[corner[0] :, corner[1] :, 1], _COLOUR)
            quality = 50 / scale if scale > 1 else 100 - 50 * scale
            return Compression(quality, full_colour=colour is not None)
    return None


def _grid(plane: Plane) -> tuple[int, int]:
    """Row and column, 0..7, where blocks begin: jumps there stand out from those beside them."""
    return _first_boundary(plane), _first_boundary(plane.T)


def _first_boundary(plane: Plane) -> int:
    jumps = np.abs(np.diff(plane, axis=0))
    outstanding = jumps[1:-1] - (jumps[:-2] + jumps[2:]) / 2
    profile = np.clip(outstanding, -4 / 255, 4 / 255).mean(axis=1)
    # The first entry lies between rows 1 and 2.
    place = (np.arange(len(profile)) + 2) % SIDE
    return int(np.argmax([profile[place == row].mean() for row in range(SIDE)]))


def _scale(plane: Plane, table: Table) -> float | None:
    """How many times the steps of `table` those of `plane` are; None if too few coefficients have steps, or they do not agree."""
    height, width = (side // SIDE * SIDE for side in plane.shape)
    blocks = blocks_of(np.ascontiguousarray(plane[:height, :width]))
    coefficients = np.abs(blocks[:: max(1, len(blocks) // _BLOCKS)] @ FORWARD) * 255
    steps = {index: _step(coefficients[:, index]) for index in _LOWEST}
    scales = np.array([step / table[index] for index, step in steps.items() if step is not None])
    if len(scales) < 3:
        return None
    middle = float(np.median(scales))
    return middle if np.mean(np.abs(scales / middle - 1) < 0.2) >= 0.6 else None


def _step(sizes: Plane) -> int | None:
    """The greatest step of which all of `sizes` (N) that are not near 0 are multiples, but for rounding."""
    fewest = max(20, round(0.004 * len(sizes)))
    ordered = np.sort(sizes)
    # Only steps that enough coefficients exceed.
    steps = _STEPS[ordered[-min(fewest, len(ordered))] > _STEPS * 0.75]
    if not len(steps):
        return None
    # 1 if they are multiples, against how well those of so small a step are recognised behind the rounding; about 0 if not.
    likeness = np.array([_periodicity(ordered[np.searchsorted(ordered, 0.75 * step) :], int(step)) for step in steps])
    likeness = np.minimum(likeness / np.exp(-((2 * np.pi * _ROUNDING / steps) ** 2) / 2), 1)
    likely = np.flatnonzero(likeness > max(0.85, 0.93 * likeness.max()))
    if not len(likely):
        return None
    # Steps next to the true one are nearly as likely: the best of the last run.
    run = likely[np.flatnonzero(np.diff(likely, prepend=-2) > 1)[-1] :]
    return int(steps[run[np.argmax(likeness[run])]])


def _periodicity(sizes: Plane, step: int) -> float:
    return float(np.cos(np.float32(2 * np.pi / step) * sizes).mean())

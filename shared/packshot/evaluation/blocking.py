"""PSNR-B: how near two pictures are, where steps between the blocks of a JPEG count once more."""

from __future__ import annotations

import numpy as np

from packshot.evaluation.measures import HIGHEST_PSNR
from packshot.plugin.frame import Plane

_SIDE = 8
"""Pixels of a block's side."""


def psnr_b(truth: Plane, picture: Plane) -> float:
    """Decibels between 8-bit pictures (H×W×3); blocks begin at the corner.

    C. Yim, A. C. Bovik, "Quality assessment of deblocked images", IEEE TIP 20(1), 2011, equations 10 to 15, on each channel.
    """
    difference = picture.astype(np.float64)
    error = float(np.square(difference - truth).mean()) + float(
        np.mean([_blocking(plane) for plane in np.moveaxis(difference, 2, 0)])
    )
    return min(HIGHEST_PSNR, float(10 * np.log10(255**2 / error))) if error else HIGHEST_PSNR


def _blocking(plane: Plane) -> float:
    """What the mean square of steps between blocks is more than that of steps inside them, weighted; 0 if it is less."""
    steps = [np.square(np.diff(lines, axis=0)) for lines in (plane, plane.T)]
    between, inside = [], []
    for each in steps:
        border = np.arange(1, len(each) + 1) % _SIDE == 0
        between.append(each[border])
        inside.append(each[~border])
    at_borders, elsewhere = (np.concatenate([part.ravel() for part in parts]) for parts in (between, inside))
    if not at_borders.size or not elsewhere.size:
        return 0.0
    weight = np.log2(_SIDE) / np.log2(max(2, min(plane.shape)))
    return float(weight * max(0.0, at_borders.mean() - elsewhere.mean()))

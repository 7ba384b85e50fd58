"""How enlargements are judged in this literature: brightness alone, without the border."""

from __future__ import annotations

import numpy as np

from packshot.evaluation.measures import psnr
from packshot.imaging.ssim import ssim
from packshot.plugin.frame import Plane

_WEIGHTS = np.array((65.481, 128.553, 24.966)) / 255
"""ITU-R BT.601-7 §3.5.2, for 8 bits: brightness is 16 to 235."""


def luma(rgb: Plane) -> Plane:
    """H×W float64, 16..235, not rounded, of H×W×3 uint8."""
    return np.asarray(16 + rgb.astype(np.float64) @ _WEIGHTS)


def judged(truth: Plane, made: Plane, factor: int) -> dict[str, float]:
    """`psnr_y` (decibels) and `ssim_y` of two uint8 pictures, without a border of `factor` pixels.

    `truth` may have a few rows and columns more, as pictures whose sides are no multiples of the factor do. Pictures of a few
    pixels, of which nothing would be left, keep their border.
    """
    height, width = made.shape[:2]
    border = factor if min(height, width) > 2 * factor else 0
    inner = np.s_[border : height - border, border : width - border]
    wanted, found = luma(truth[:height, :width])[inner], luma(made)[inner]
    return {"psnr_y": psnr(wanted, found), "ssim_y": ssim(wanted, found, 255)}

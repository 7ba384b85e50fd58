"""Structural similarity: how alike two pictures look.

Source: Z. Wang, A. C. Bovik, H. R. Sheikh, E. P. Simoncelli, "Image quality assessment: from error visibility to structural
similarity", IEEE TIP 13(4), 2004, equation 13, with its 11×11 Gaussian window of σ = 1.5, K1 = 0.01 and K2 = 0.03.
"""

from __future__ import annotations

import cv2
import numpy as np

from packshot.plugin.frame import Plane

_WINDOW = (11, 11)
_SIGMA = 1.5


def ssim(one: Plane, other: Plane, full_scale: float) -> float:
    """The mean SSIM of two pictures of one shape, H×W or H×W×C (mean over channels): 1 for equal ones.

    `full_scale` is the difference of white and black: 255, 65535 or 1. Borders count, continued by reflection.
    """
    luminance, structure = similarity(one, other, full_scale)
    return float(np.mean(luminance * structure))


def similarity(one: Plane, other: Plane, full_scale: float) -> tuple[Plane, Plane]:
    """The two factors of SSIM at every pixel: of luminance, and of contrast and structure (equations 6 and 13)."""
    if one.shape != other.shape:
        raise ValueError(f"pictures of the shapes {one.shape} and {other.shape} cannot be compared")
    c1, c2 = (0.01 * full_scale) ** 2, (0.03 * full_scale) ** 2
    x, y = one.astype(np.float32), other.astype(np.float32)
    # Differences from a common level keep the variances exact in single precision.
    level = np.float32(x.mean())
    x, y = x - level, y - level
    mean_x, mean_y = _window(x), _window(y)
    variance_x = _window(x * x) - mean_x * mean_x
    variance_y = _window(y * y) - mean_y * mean_y
    covariance = _window(x * y) - mean_x * mean_y
    mean_x, mean_y = mean_x + level, mean_y + level
    luminance = (2 * mean_x * mean_y + c1) / (mean_x**2 + mean_y**2 + c1)
    structure = (2 * covariance + c2) / (variance_x + variance_y + c2)
    return luminance, structure


def _window(plane: Plane) -> Plane:
    return cv2.GaussianBlur(plane, _WINDOW, _SIGMA, borderType=cv2.BORDER_REFLECT)

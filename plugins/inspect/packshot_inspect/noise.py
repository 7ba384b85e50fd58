"""How noisy a picture is."""

from __future__ import annotations

import math

import cv2
import numpy as np

from packshot.plugin.frame import Plane
from packshot_inspect.subject import Mask, inner

_KERNEL = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)


def noise_sigma(brightness: Plane, mask: Mask) -> float | None:
    """The standard deviation of the noise, in the usual scale of 0..255. Fine texture counts as noise, too.

    J. Immerkær, "Fast noise variance estimation", CVIU 64(2), 1996: σ = √(π/2) · mean|I * N| / 6, over the product's pixels
    that are neither black nor white, where clipping hides noise. None if fewer than 64 are left. `brightness` H×W 0..1.
    """
    response = np.abs(cv2.filter2D(brightness, cv2.CV_32F, _KERNEL, borderType=cv2.BORDER_REFLECT))
    usable = inner(mask & (brightness > 0.02) & (brightness < 0.98), 1)
    if np.count_nonzero(usable) < 64:
        return None
    return math.sqrt(math.pi / 2) * float(response[usable].mean()) / 6 * 255

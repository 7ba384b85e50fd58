"""The product's own colours where its edge is mixed with the old ground."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[Any]


def estimate_foreground(rgb: Floats, alpha: Floats, radii: tuple[int, ...] = (45, 6)) -> Floats:
    """H×W×3: foreground colours of an H×W×3 picture (0..1) with H×W alpha (0..1).

    Blur-Fusion (Forte 2021, "Approximate Fast Foreground Colour Estimation", equations 4-6), a wide pass, then a fine one.
    Where alpha is 0 the colours of the nearest product go on outward.
    """
    foreground, background = rgb, rgb
    for radius in radii:
        foreground, background = _fuse(rgb, foreground, background, alpha, radius)
    return foreground


def _fuse(rgb: Floats, foreground: Floats, background: Floats, alpha: Floats, radius: int) -> tuple[Floats, Floats]:
    size = (2 * radius + 1, 2 * radius + 1)
    share = cv2.blur(alpha, size)[..., None]
    mean_foreground = cv2.blur(foreground * alpha[..., None], size) / (share + 1e-5)
    mean_background = cv2.blur(background * (1 - alpha[..., None]), size) / (1 - share + 1e-5)
    rest = rgb - alpha[..., None] * mean_foreground - (1 - alpha[..., None]) * mean_background
    return np.clip(mean_foreground + alpha[..., None] * rest, 0, 1), mean_background

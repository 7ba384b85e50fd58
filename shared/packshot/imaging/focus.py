"""How much in focus each part of a picture is."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

_ACROSS = np.array([[-1, 2, -1]], np.float32)


def focus_measure(rgb: Floats, window: float) -> Floats:
    """H×W ≥ 0: the sum-modified Laplacian of `rgb` (H×W×3, 0..1) in Gaussian windows of σ = `window` pixels.

    S. K. Nayar and Y. Nakagawa, "Shape from focus", PAMI 1994, equations 9 and 10.
    """
    grey = cv2.cvtColor(np.asarray(rgb, np.float32), cv2.COLOR_RGB2GRAY)
    sharp = np.abs(cv2.filter2D(grey, -1, _ACROSS)) + np.abs(cv2.filter2D(grey, -1, _ACROSS.T))
    return np.asarray(cv2.GaussianBlur(sharp, (0, 0), window), np.float32)

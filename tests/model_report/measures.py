"""Measures of single tables, beside those that `packshot.evaluation` has."""

from __future__ import annotations

import cv2
import numpy as np

from packshot.evaluation.holes import in_hole
from packshot.plugin.frame import Plane
from tests.model_report.case import Mask

BAND = 15
"""Pixels around what is neither clear nor opaque."""


def inside(truth: Plane, picture: Plane, hole: Mask) -> dict[str, float]:
    """As `in_hole`, and `detail`: the mean gradient over that of the truth; 1 is right, 0 a smear."""
    detail = float(_steepness(picture)[hole].mean() / max(float(_steepness(truth)[hole].mean()), 1e-6))
    return {**in_hole(hole, truth, picture), "detail": detail}


def _steepness(rgb: Plane) -> Plane:
    grey = np.ascontiguousarray(rgb.astype(np.float32).mean(axis=2))
    return np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1))


def matting(truth: Plane, found: Plane) -> dict[str, float]:
    """Errors of an 8-bit alpha, H×W; less is better.

    C. Rhemann et al., "A perceptually motivated online benchmark for image matting", CVPR 2009: `mse` (a thousand times), `grad`
    and `conn` (thousands of pixels) of the whole picture; `band_mse` and `band_sad` where the truth is neither clear nor opaque,
    and 15 pixels around.
    """
    alpha, right = found.astype(np.float32) / 255, truth.astype(np.float32) / 255
    unknown = cv2.dilate(((truth > 0) & (truth < 255)).astype(np.uint8), np.ones((2 * BAND + 1, 2 * BAND + 1), np.uint8)) > 0
    square, absolute = np.square(alpha - right), np.abs(alpha - right)
    return {
        "mse": float(1000 * square.mean()),
        "grad": float(np.square(_slope(alpha) - _slope(right)).sum() / 1000),
        "conn": float(np.abs(_connected(alpha, right) - _connected(right, alpha)).sum() / 1000),
        "band_mse": float(1000 * square[unknown].mean()) if unknown.any() else float("nan"),
        "band_sad": float(absolute[unknown].sum() / 1000) if unknown.any() else float("nan"),
    }


def _slope(alpha: Plane) -> Plane:
    """Magnitude of the gradient, by derivatives of a Gaussian of σ 1.4."""
    reach = np.arange(-5, 6, dtype=np.float64)
    smooth = np.exp(-np.square(reach / 1.4) / 2)
    smooth /= smooth.sum()
    slope = -reach / 1.4**2 * smooth
    across, down = (cv2.sepFilter2D(alpha, cv2.CV_32F, *kernels) for kernels in ((slope, smooth), (smooth, slope)))
    return np.hypot(across, down)


def _connected(alpha: Plane, other: Plane) -> Plane:
    """How well each pixel of `alpha` hangs together with what is opaque in both: 1 less what it stands out, from 0.15 on."""
    level, still = np.zeros_like(alpha), np.ones(alpha.shape, np.bool_)
    for threshold in np.arange(0.1, 1.01, 0.1, dtype=np.float32):
        both = ((alpha >= threshold) & (other >= threshold)).astype(np.uint8)
        count, labels, stats, _ = cv2.connectedComponentsWithStats(both, connectivity=4)
        if count == 1:
            break
        still &= labels == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
        level[still] = threshold
    apart = alpha - level
    return 1 - apart * (apart >= 0.15)

"""How alike two pictures of one size are, in figures that papers report."""

from __future__ import annotations

import math

import cv2
import numpy as np

from packshot.imaging.ssim import similarity
from packshot.plugin.frame import Plane

_SCALES = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
"""Weights of MS-SSIM, finest first."""
_BORDER = 5
"""Half of SSIM's window: nearer to the border it does not lie wholly inside."""
_LEAST_SIDE = 2 * _BORDER + 1


def psnr(one: Plane, other: Plane) -> float | None:
    """Peak signal-to-noise ratio in dB of H×W×C pictures, 0..1; None for equal ones, whose ratio is infinite."""
    apart = np.subtract(one, other, dtype=np.float64)
    error = float(np.vdot(apart, apart)) / apart.size
    return None if error == 0 else -10 * math.log10(error)


def ssim(one: Plane, other: Plane) -> float:
    """Mean SSIM (Z. Wang et al., IEEE TIP 13(4), 2004) where its window lies inside the picture; H×W or H×W×C, 0..1."""
    luminance, structure = similarity(one, other, 1.0)
    return float(np.mean(_inside(luminance * structure)))


def ms_ssim(one: Plane, other: Plane) -> tuple[float, int]:
    """Multi-scale SSIM of H×W planes, 0..1, and the number of scales that the picture was large enough for.

    Z. Wang, E. P. Simoncelli, A. C. Bovik, "Multiscale structural similarity for image quality assessment", Asilomar 2003,
    equation 7. The five scales need 176 pixels a side; a smaller picture has fewer, whose weights are raised to add up to 1.
    """
    scales = 1
    while scales < len(_SCALES) and min(one.shape) >> scales >= _LEAST_SIDE:
        scales += 1
    weights = np.array(_SCALES[:scales]) / sum(_SCALES[:scales])
    product = 1.0
    for scale, weight in enumerate(weights):
        luminance, structure = similarity(one, other, 1.0)
        last = scale == scales - 1
        mean = float(np.mean(_inside(luminance * structure if last else structure)))
        # A negative mean (opposite structures) has no real power.
        product *= max(mean, 0.0) ** float(weight)
        if not last:
            one, other = _halved(one), _halved(other)
    return product, scales


def _inside(values: Plane) -> Plane:
    if min(values.shape[:2]) <= 2 * _BORDER:
        return values
    return values[_BORDER:-_BORDER, _BORDER:-_BORDER]


def _halved(plane: Plane) -> Plane:
    height, width = plane.shape[0] // 2 * 2, plane.shape[1] // 2 * 2
    halved: Plane = cv2.resize(plane[:height, :width], (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    return halved

"""What a point looks like in a blurred photo. Kernels have odd sides, values at least 0 and the sum 1."""

from __future__ import annotations

import math

import cv2
import numpy as np

from packshot.plugin.frame import Plane

_FINE = 8
"""Subdivisions of a pixel in each direction."""

NONE: Plane = np.ones((1, 1), np.float32)
"""No blur."""


def defocus(radius: float) -> Plane:
    """A disc of `radius` pixels: a lens out of focus."""
    reach = math.ceil(radius)
    fine = (np.arange((2 * reach + 1) * _FINE) + 0.5) / _FINE - reach - 0.5
    inside = np.hypot(fine[:, None], fine[None]) <= radius
    return _coarse(inside.astype(np.float32))


def gaussian(sigma: float) -> Plane:
    """A bell with the standard deviation `sigma` pixels: many small causes."""
    side = 2 * math.ceil(3 * sigma) + 1
    bell = cv2.getGaussianKernel(side, sigma, cv2.CV_32F)
    kernel: Plane = bell @ bell.T
    return kernel


def motion(length: float, angle: float) -> Plane:
    """A line of `length` pixels, `angle` degrees anticlockwise from the horizontal: a shaken camera or a moving product."""
    reach = math.ceil(length / 2)
    fine = np.zeros(((2 * reach + 1) * _FINE,) * 2, np.float32)
    centre, turn = fine.shape[0] / 2 - 0.5, math.radians(angle)
    across, down = math.cos(turn) * length / 2 * _FINE, -math.sin(turn) * length / 2 * _FINE
    ends = [tuple(round(16 * (centre + way * part)) for part in (across, down)) for way in (-1, 1)]
    cv2.line(fine, ends[0], ends[1], (1.0,), _FINE, cv2.LINE_AA, 4)
    return _coarse(fine + fine[::-1, ::-1])


def _coarse(fine: Plane) -> Plane:
    side = fine.shape[0] // _FINE
    kernel = fine.reshape(side, _FINE, side, _FINE).sum(axis=(1, 3))
    normed: Plane = (kernel / kernel.sum()).astype(np.float32)
    return normed

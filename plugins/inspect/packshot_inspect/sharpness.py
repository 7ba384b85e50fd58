"""How sharp a picture is."""

from __future__ import annotations

import math

import cv2
import numpy as np

from packshot.plugin.frame import Plane
from packshot_inspect.subject import Mask, inner

_REACH = 4
"""Pixels to each side within which an edge's darkest and brightest points are looked for."""
_CONTRAST = 0.08
"""Edges of less contrast (of 1) are texture or noise."""

_OWN_WIDTH = 4 / 3
"""(2σ)² that the central difference adds: it averages the slope over two pixels, a box of variance 1/3."""


def laplacian_variance(brightness: Plane, mask: Mask) -> float:
    """Variance of the Laplacian inside the product, in the usual scale of 0..255. More is sharper (and noisier).

    J. L. Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy", ICPR 2000. `brightness` H×W 0..1.
    """
    laplacian = cv2.Laplacian(brightness, cv2.CV_32F, borderType=cv2.BORDER_REFLECT)
    return float(np.var(laplacian[inner(mask, 2)])) * 255**2


def edge_width(brightness: Plane, mask: Mask) -> float | None:
    """The width (2σ) of the sharpest edges in pixels: about 1 in a crisp picture, above 4 in a soft one; None without edges.

    For a step blurred by a Gaussian, contrast ÷ steepest slope = √(2π)·σ, whatever the contrast. Taken at the sharpest tenth of
    the edges, because a product has soft ones, too (after the edge width of P. Marziliano et al., ICIP 2002).
    """
    size = 2 * _REACH + 1
    kernel = np.ones((size, size), np.uint8)
    contrast = cv2.dilate(brightness, kernel) - cv2.erode(brightness, kernel)
    slope = cv2.magnitude(_slope(brightness, 1, 0), _slope(brightness, 0, 1))
    steepest = slope >= cv2.dilate(slope, np.ones((3, 3), np.uint8))
    edges = (contrast > _CONTRAST) & steepest & mask & (slope > 0.1 * contrast / size)
    if np.count_nonzero(edges) < 20:
        return None
    widths = contrast[edges] / slope[edges]
    measured = 2 * float(np.quantile(widths, 0.1)) / math.sqrt(2 * math.pi)
    return math.sqrt(max(measured**2 - _OWN_WIDTH, 0))


def _slope(brightness: Plane, dx: int, dy: int) -> Plane:
    derivative: Plane = cv2.Sobel(brightness, cv2.CV_32F, dx, dy, ksize=3, scale=1 / 8, borderType=cv2.BORDER_REFLECT)
    return derivative

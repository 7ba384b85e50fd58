"""A shadow is ground: find what is only a darker, softly bounded version of the ground beside it."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from packshot_cutout.geodesic import geodesic_distance
from packshot_cutout.light import GroundLight
from packshot_cutout.regions import largest_area, pieces

Floats = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]

SOFT_STEP = 0.05
"""Log-luminance change per pixel that a penumbra may have on a picture of about 320 pixels; a product's edge is steeper."""
HARD_SUM = 0.22
"""How much steeper change, summed along the way in, ends the shadow."""
DARKEST = 1.6
"""A shadow deeper than exp(-1.6) = 0.2 of the ground's light is not believed."""
KNOWN = 0.85
"""How sure of the product a network must be for there to be no shadow."""
TEXTURED = 0.2
"""Above this spread of log-luminance the ground is too busy to tell a shadow."""


def soft_shadow(light: GroundLight, ground: Mask) -> Mask:
    """The pixels that are shadow of a product on the known `ground` (H×W), reached from it softly.

    Shadow keeps the ground's chromaticity and lowers its light (Horprasert et al. 1999); its rim is soft, a product's is not.
    """
    if light.spread > TEXTURED:
        return np.zeros(ground.shape, bool)
    change = light.change.mean(axis=2)
    tint = np.abs(light.change - change[..., None]).max(axis=2)
    tint_limit = 0.02 + 2 * light.tint + 0.1 * np.clip(-change, 0, 1)
    alike = (change < 2 * light.spread + 0.02) & (change > -DARKEST) & (tint < tint_limit)
    start = np.where(ground, 0, np.inf).astype(np.float32)
    way = np.dstack([change, tint, np.where(alike, 0, 9)]).astype(np.float32)
    distance = geodesic_distance(way, start, SOFT_STEP + light.spread / 2)
    return np.asarray(alike & (change < -light.spread - 0.03) & (distance < HARD_SUM) & ~ground, bool)


def believable(shadow: Mask, product: Mask, told: Floats | None = None) -> Mask:
    """The pieces of `shadow` that lie on the outside of `product` and, taken off, leave it whole.

    Glass and white things look like shadow to colours alone: a network that sees the product there (`told`, H×W, 0..1) is
    believed.
    """
    labels, areas = pieces(shadow)
    outside = _grown(~product)
    taken = np.zeros_like(shadow)
    for label in range(1, len(areas)):
        piece = labels == label
        if areas[label] < max(8, 0.002 * product.sum()) or areas[label] > 0.4 * product.sum():
            continue
        if told is not None and float(told[piece].mean()) > KNOWN:
            continue
        contour = piece & _grown(~piece)
        left = product & ~taken & ~piece
        if (contour & outside).sum() >= 0.3 * contour.sum() and largest_area(left) >= 0.95 * _main_part(product & ~taken, left):
            taken |= piece
    return taken


def _main_part(before: Mask, after: Mask) -> int:
    """How many pixels of the largest piece of `before` remain in `after`."""
    labels, areas = pieces(before)
    if len(areas) < 2:
        return 0
    return int((after & (labels == 1 + int(np.argmax(areas[1:])))).sum())


def _grown(mask: Mask) -> Mask:
    return cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)

"""A shadow is ground: find what is only a darker, softly bounded version of the ground beside it."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from packshot_cutout.geodesic import geodesic_distance
from packshot_cutout.regions import largest_area, pieces

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

SOFT_STEP = 0.05
"""Log-luminance change per pixel that a penumbra may have on a picture of about 320 pixels; a product's edge is steeper."""
HARD_SUM = 0.22
"""How much steeper change, summed along the way in, ends the shadow."""
DARKEST = 1.6
"""A shadow deeper than exp(-1.6) = 0.2 of the ground's light is not believed."""
TEXTURED = 0.2
"""Above this spread of log-luminance the ground is too busy to tell a shadow."""


def soft_shadow(rgb: Bytes, ground: Mask) -> Mask:
    """The pixels of uint8 sRGB `rgb` that are shadow of a product on the known `ground` (both H×W), reached from it softly.

    Shadow keeps the ground's chromaticity and lowers its light (Horprasert et al. 1999); its rim is soft, a product's is not.
    """
    if ground.sum() < 50:
        return np.zeros(ground.shape, bool)
    log = np.log(_linear(cv2.GaussianBlur(rgb, (0, 0), 0.8)) + 0.01)
    change = log - fit_light(log, ground)
    light = change.mean(axis=2)
    tint = np.abs(change - light[..., None]).max(axis=2)
    spread = float(np.median(np.abs(light[ground])) * 1.48)
    if spread > TEXTURED:
        return np.zeros(ground.shape, bool)
    tint_limit = 0.02 + 2 * float(np.median(tint[ground])) + 0.1 * np.clip(-light, 0, 1)
    alike = (light < 2 * spread + 0.02) & (light > -DARKEST) & (tint < tint_limit)
    start = np.where(ground, 0, np.inf).astype(np.float32)
    way = np.dstack([light, tint, np.where(alike, 0, 9)]).astype(np.float32)
    distance = geodesic_distance(way, start, SOFT_STEP + spread / 2)
    return alike & (light < -spread - 0.03) & (distance < HARD_SUM) & ~ground


def fit_light(log: Floats, ground: Mask) -> Floats:
    """H×W×3: the ground's log colour everywhere, a quadratic surface fitted to the ground's pixels, robust to a few strays."""
    height, width = ground.shape
    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    surface = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)
    rows = np.flatnonzero(ground.ravel())
    rows = rows[:: max(1, rows.size // 4000)]
    basis, seen = surface.reshape(-1, 6)[rows], log.reshape(-1, 3)[rows]
    weight = np.ones(len(rows))
    for _ in range(4):
        root = np.sqrt(weight)[:, None]
        fit = np.linalg.lstsq(basis * root, seen * root, rcond=None)[0]
        error = np.abs(seen - basis @ fit).max(axis=1)
        scale = 1.48 * float(np.median(error)) + 1e-3
        weight = 1 / (1 + (error / (2 * scale)) ** 2)
    return (surface @ fit).astype(np.float32)


def _linear(rgb: Bytes) -> Floats:
    return np.power(rgb.astype(np.float32) / 255, 2.2)


def believable(shadow: Mask, product: Mask) -> Mask:
    """The pieces of `shadow` that lie on the outside of `product` and, taken off, leave it whole."""
    labels, areas = pieces(shadow)
    outside = _grown(~product)
    taken = np.zeros_like(shadow)
    for label in range(1, len(areas)):
        piece = labels == label
        if areas[label] < max(8, 0.002 * product.sum()) or areas[label] > 0.4 * product.sum():
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

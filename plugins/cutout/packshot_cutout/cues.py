"""A first guess at the product: it differs from the rim, an edge parts it from there, and it lies amid the picture."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from packshot_cutout.geodesic import geodesic_distance
from packshot_cutout.saliency import saliency
from packshot_cutout.superpixels import superpixels

Floats = npt.NDArray[Any]
Bytes = npt.NDArray[Any]

RIM = 6
FAR = 40.0
"""Lab distance at which a pixel is as far from the rim as counts."""
STRANGE_RIM = 30.0
"""Lab distance that a path pays for starting at a rim pixel that is not ground: the product may touch the rim."""


def likely_product(rgb: Bytes) -> Floats:
    """H×W, 0..1: how likely each pixel of a small uint8 sRGB picture is product, before any colour model is learned.

    A logistic mix of three cues; the weights were fitted once, on pictures of many kinds, and rounded.
    """
    lab = cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    regions = superpixels(lab)
    judged = saliency(regions)
    away = _distance_from_rim(cv2.GaussianBlur(lab, (0, 0), 1.2), regions.spread(judged.ground))
    evidence = 7 * regions.spread(judged.product) + 4 * np.minimum(away / FAR, 1) + 2.5 * _centre(rgb.shape[:2]) - 6
    return np.asarray(1 / (1 + np.exp(-evidence)))


def threshold_of(likely: Floats) -> float:
    """Otsu's threshold, kept near one half."""
    coded = (likely * 255).astype(np.uint8)
    return float(np.clip(cv2.threshold(coded, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[0] / 255, 0.25, 0.6))


def _centre(shape: tuple[int, ...]) -> Floats:
    """Merchants point the camera at the product."""
    y, x = (np.linspace(-1, 1, length, dtype=np.float32) if length > 1 else np.zeros(1, np.float32) for length in shape)
    return np.asarray(np.exp(-(y[:, None] ** 2 + x[None] ** 2) / (2 * 0.7**2)))


def _distance_from_rim(lab: Floats, ground: Floats) -> Floats:
    rim = np.zeros(lab.shape[:2], bool)
    rim[:RIM] = rim[-RIM:] = rim[:, :RIM] = rim[:, -RIM:] = True
    slope = np.linalg.norm(np.diff(lab, axis=0), axis=2)
    free = float(np.percentile(slope[rim[1:]], 80)) if slope.size else 0.0
    start = np.full(lab.shape[:2], np.inf, np.float32)
    for side in (np.s_[0], np.s_[-1], np.s_[:, 0], np.s_[:, -1]):
        start[side] = STRANGE_RIM * (1 - ground[side])
    return geodesic_distance(lab, start, free)

"""KNN matting in the unknown band of a trimap: pixels of the same colour have the same alpha, wherever they are.

Q. Chen, D. Li, C.-K. Tang, "KNN Matting", IEEE TPAMI 35(9), 2013.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from packshot_cutout.closed_form import halved, halved_trimap, solved_level
from packshot_cutout.conjugate import solved
from packshot_cutout.trimap import Trimap

Floats = npt.NDArray[Any]
Indices = npt.NDArray[np.intp]

NEIGHBOURS = ((10, 1.0), (4, 0.1))
"""How many, and how much a picture's side of distance counts beside the colour's range: near ones, and ones anywhere."""
LARGEST = 800
"""Pixels of the longer side at which alike pixels are looked for; the edge of larger pictures is solved in windows, as by
closed-form matting, from what is found there."""
ROUNDS = 60
_KD_TREE: dict[str, bool | int | float | str] = {"algorithm": 4, "leaf_max_size": 12}
"""FLANN's single k-d tree: exact, and the same each time."""


def knn_alpha(rgb: Floats, trimap: Trimap, guess: Floats, reach: float) -> Floats:
    """H×W alpha 0..1 for H×W×3 float32 `rgb` (0..1): 1 and 0 where the trimap is sure, solved where it is not.

    Unknown pixels are compared with each other and with the sure ones within twice `reach` pixels. `guess` (H×W, 0..1) is where
    the solver starts.
    """
    height, width = guess.shape
    if max(height, width) > LARGEST:
        size = ((width + 1) // 2, (height + 1) // 2)
        below = knn_alpha(halved(rgb, size), halved_trimap(trimap, size), halved(guess, size), reach / 2)
        return solved_level(rgb, trimap, cv2.resize(below, (width, height), interpolation=cv2.INTER_LINEAR))
    alpha = np.where(trimap.product, np.float32(1), np.where(trimap.ground, np.float32(0), guess)).astype(np.float32)
    unknown = trimap.unknown
    if not unknown.any() or unknown.all():
        return alpha
    away = cv2.distanceTransform((~unknown).astype(np.uint8), cv2.DIST_L2, 3)
    places = np.flatnonzero(away <= max(2 * reach, 4))
    free = unknown.reshape(-1)[places]
    values = alpha.reshape(-1)[places]
    # Equation 12, with its constraints kept exactly.
    likeness = _Likeness.of(_features(rgb, places))
    found = solved(likeness.times, likeness.degree, values, free, prior=0, rounds=ROUNDS, until=1e-6)
    values[free] = np.clip(found, 0, 1)
    flat = alpha.reshape(-1)
    flat[places] = values
    return flat.reshape(alpha.shape)


def _features(rgb: Floats, places: Indices) -> Floats:
    """N×5: colour, and place as shares of the longer side."""
    height, width = rgb.shape[:2]
    rows, columns = np.divmod(places, width)
    where = np.column_stack((rows, columns)).astype(np.float32) / np.float32(max(height, width))
    return np.hstack((rgb.reshape(-1, 3)[places].astype(np.float32), where))


@dataclass(frozen=True)
class _Likeness:
    """Which pixels resemble which: the affinity matrix of equation 3, symmetric, as its non-zero entries."""

    others: Indices
    """N×k: each pixel's neighbours."""
    weights: Floats
    """N×k float32, 0..1: one minus the distance as a share of the largest."""
    degree: Floats
    """N: row sums."""

    @staticmethod
    def of(features: Floats) -> _Likeness:
        found = [_nearest(features, count, distance) for count, distance in NEIGHBOURS if count < len(features)]
        if not found:
            found = [(np.zeros((len(features), 1), np.intp), np.zeros((len(features), 1), np.float32))]
        others = np.hstack([each for each, _ in found])
        weights = np.hstack([each for _, each in found])
        degree = weights.sum(axis=1) + np.bincount(others.reshape(-1), weights.reshape(-1), len(features))
        return _Likeness(others, weights, np.asarray(degree, np.float32))

    def times(self, values: Floats) -> Floats:
        """L · values, with L = D − A."""
        received = (self.weights * values[self.others]).sum(axis=1)
        given = np.bincount(self.others.reshape(-1), (self.weights * values[:, None]).reshape(-1), len(values))
        return np.asarray(self.degree * values - received - given, np.float32)


def _nearest(features: Floats, count: int, distance: float) -> tuple[Indices, Floats]:
    scaled = features * np.array([1, 1, 1, distance, distance], np.float32)
    index = cv2.flann.Index(scaled, _KD_TREE)
    # The nearest of all is the pixel itself.
    others, squared = index.knnSearch(scaled, count + 1, params={"checks": -1})
    apart = np.sqrt(squared[:, 1:]) / np.float32(np.sqrt(3 + 2 * distance**2))
    return others[:, 1:].astype(np.intp), np.asarray(1 - np.minimum(apart, 1), np.float32)

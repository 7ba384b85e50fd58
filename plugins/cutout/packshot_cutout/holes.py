"""Holes through a product (a mug's handle, a ring) that a first guess has covered: the ground shows in them."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from packshot_cutout.light import GroundLight
from packshot_cutout.regions import outside_of, pieces

Floats = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]

SMALLEST = 0.004
"""Share of the product below which a ground-coloured patch is more likely print."""
LIVELY = 0.25
"""Spread of log light above which the ground is too lively to be known again inside the product."""
WIDEST = 0.3
"""Difference in log light above which nothing is taken for ground, however lively the ground is."""
ALIKE = (0.4, 2.5)
"""Grain of a patch ÷ grain of the ground between which they can be the same stuff."""


def ground_in_holes(light: GroundLight, product: Mask, ground: Mask) -> Mask:
    """H×W: patches inside `product` that are `ground`, to within its own spread: of its colour, in its light, with its grain."""
    if light.spread > LIVELY:
        return np.zeros(product.shape, bool)
    tolerance = min(WIDEST, 0.03 + 2.5 * light.spread)
    change = np.abs(light.change).max(axis=2)
    inside = cv2.erode(product.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    patches = cv2.morphologyEx(((change < tolerance) & inside).astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    labels, areas = pieces(patches > 0)
    grain = _grain(light)
    of_ground = float(np.median(grain[ground])) + 1e-4
    real = np.zeros(len(areas), bool)
    # A line of the ground's grain may part a hole's patches: neither the others nor what is open already are its rim.
    elsewhere = (~product & ~outside_of(product)) | (cv2.dilate(patches, np.ones((5, 5), np.uint8)) > 0)
    for label in np.flatnonzero(areas >= SMALLEST * product.sum()):
        patch = labels == label
        alike = ALIKE[0] <= float(np.median(grain[patch])) / of_ground <= ALIKE[1]
        real[label] = label > 0 and alike and _sharply_bounded(patch, change > 2 * tolerance, elsewhere)
    return np.asarray(real[labels], bool)


def _grain(light: GroundLight) -> Floats:
    """H×W: how far each pixel's light is from its neighbours'."""
    level = light.change.mean(axis=2)
    return np.asarray(np.abs(level - cv2.GaussianBlur(level, (0, 0), 2.0)))


def _sharply_bounded(patch: Mask, other: Mask, elsewhere: Mask) -> bool:
    """Whether what lies just around `patch`, but not `elsewhere`, is mostly `other`: a hole's rim is an edge, a shade of the
    product is none.
    """
    near, far = (cv2.dilate(patch.astype(np.uint8), np.ones((size, size), np.uint8)) > 0 for size in (5, 11))
    around = far & ~near & ~elsewhere
    return bool(around.any() and other[around].mean() > 0.7)

"""Holes through a product (a mug's handle, a ring) that a first guess has covered: the ground shows in them."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from packshot_cutout.light import GroundLight
from packshot_cutout.regions import pieces

Mask = npt.NDArray[np.bool_]

SMALLEST = 0.004
"""Share of the product below which a ground-coloured patch is more likely print."""
PLAIN = 0.06
"""Spread of log light above which the ground is too lively to be known again inside the product."""


def ground_in_holes(light: GroundLight, product: Mask) -> Mask:
    """H×W: patches inside `product` that are, to within the ground's own spread, ground of the same colour in the same light."""
    if light.spread > PLAIN:
        return np.zeros(product.shape, bool)
    tolerance = 0.03 + 2.5 * light.spread
    change = np.abs(light.change).max(axis=2)
    inside = cv2.erode(product.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    patches = cv2.morphologyEx(((change < tolerance) & inside).astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    labels, areas = pieces(patches > 0)
    real = np.zeros(len(areas), bool)
    for label in np.flatnonzero(areas >= SMALLEST * product.sum()):
        real[label] = label > 0 and _sharply_bounded(labels == label, change > 2 * tolerance)
    return real[labels]


def _sharply_bounded(patch: Mask, other: Mask) -> bool:
    """Whether what lies just around `patch` is mostly `other`: a hole's rim is an edge, a shade of the product is none."""
    near, far = (cv2.dilate(patch.astype(np.uint8), np.ones((size, size), np.uint8)) > 0 for size in (5, 11))
    around = far & ~near
    return bool(other[around].mean() > 0.7)

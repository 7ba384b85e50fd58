"""Colours of a product that go on outward over what is clear, so that no filter draws the old ground into the product."""

from __future__ import annotations

import cv2
import numpy as np

from packshot.imaging.pixels import bands_of
from packshot.plugin.frame import Plane

_SEEN = 1 / 512
"""Alpha below half a level of 255 is clear."""


def spread_outward(rgb: Plane, alpha: Plane | None) -> Plane:
    """`rgb` (H×W×C float32) with the colours of the product nearby wherever `alpha` (H×W, 0..1) is clear.

    The picture itself where nothing is clear, or everything.
    """
    if alpha is None or alpha.min() >= _SEEN or alpha.max() < _SEEN:
        return rgb
    nearby = push_pull(rgb * alpha[..., None], alpha)
    np.copyto(nearby, rgb, where=(alpha >= _SEEN)[..., None])
    return nearby


def push_pull(colour: Plane, weight: Plane) -> Plane:
    """H×W×C: everywhere the colour of what weighs nearby. `colour` (H×W×C float32) is multiplied by `weight` (H×W, 0..1) already,
    and is used up.

    S. J. Gortler, R. Grzeszczuk, R. Szeliski, M. F. Cohen, "The lumigraph", SIGGRAPH 1996, §4.4.
    """
    if weight.min() >= 1 or max(weight.shape) == 1:
        return _own(colour, weight)
    half = tuple(max(1, -(-side // 2)) for side in weight.shape[::-1])
    smaller = cv2.resize(weight, half, interpolation=cv2.INTER_AREA)
    coarser = cv2.resize(colour, half, interpolation=cv2.INTER_AREA).reshape(*smaller.shape, -1)
    below = push_pull(coarser, smaller)
    # OpenCV drops a last axis of one.
    below = cv2.resize(below, weight.shape[::-1], interpolation=cv2.INTER_LINEAR).reshape(colour.shape)
    # A little product is enough to know its colour by.
    own = _own(colour, weight)
    own -= below
    for rows in bands_of(own):
        own[rows] *= np.minimum(weight[rows] * 4, 1)[..., None]
    own += below
    return own


def _own(colour: Plane, weight: Plane) -> Plane:
    for rows in bands_of(colour):
        colour[rows] /= np.maximum(weight[rows], np.float32(1e-6))[..., None]
    return colour

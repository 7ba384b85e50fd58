"""Brightness and two colour differences: noise that is alike in red, green and blue is alike in them, and pictures are sparse."""

from __future__ import annotations

import cv2
import numpy as np

from packshot.plugin.frame import Plane

_MIX = np.array([[1, 1, 1], [1, 0, -1], [1, -2, 1]]) / np.sqrt([[3], [2], [6]])
"""Orthonormal: it neither strengthens noise nor mixes that of one plane into another's."""


def to_opponent(rgb: Plane) -> list[Plane]:
    """Three planes H×W float32 of `rgb` (H×W×3); the first is √3 times the mean."""
    # Plane by plane: a picture of all three beside them would be a third of all the memory that cleaning needs.
    colours = rgb.astype(np.float32, copy=False)
    return [cv2.transform(colours, weights[None]).reshape(rgb.shape[:2]) for weights in _MIX]


def from_opponent(planes: list[Plane]) -> Plane:
    """The picture (H×W×3 float32) that `to_opponent` took apart."""
    mixed = np.empty((*planes[0].shape, 3), np.float32)
    for channel, (first, second, third) in enumerate(_MIX.T.astype(np.float32)):
        one = cv2.addWeighted(planes[0], float(first), planes[1], float(second), 0)
        mixed[..., channel] = cv2.scaleAdd(planes[2], float(third), one)
    return mixed

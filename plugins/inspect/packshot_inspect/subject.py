"""Which pixels a measure is about."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from packshot.imaging.ground import find_ground
from packshot.plugin import Frame
from packshot.plugin.frame import Plane

Mask = npt.NDArray[np.bool_]

_LUMA = np.array([[0.2126, 0.7152, 0.0722]], np.float32)

_PLAIN = 0.9
"""Share of the border that a ground must have to be left out: in a noisier one, what is left over would be noise."""


def luma(rgb: Plane) -> Plane:
    """H×W float32: weighted channels of sRGB-encoded rgb (ITU-R BT.709 weights), in the scale of `rgb`."""
    weighted: Plane = cv2.transform(rgb.astype(np.float32, copy=False), _LUMA)
    return weighted.reshape(rgb.shape[:2])


def subject_mask(frame: Frame) -> Mask:
    """The product: opaque pixels; without alpha, what is not a plain ground; else the whole picture. Never empty."""
    whole = np.ones(frame.rgb.shape[:2], np.bool_)
    if frame.alpha is not None:
        opaque = frame.alpha > 0.5
        return opaque if opaque.any() else whole
    ground = find_ground(frame.rgb)
    # Single pixels that leave the ground's colour are its noise, not a product.
    subject = cv2.morphologyEx((~ground.mask).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)) > 0
    return subject if ground.border_share >= _PLAIN and subject.any() else whole


def inner(mask: Mask, pixels: int) -> Mask:
    """`mask` without what is nearer than `pixels` to its edge, unless nothing would be left. The picture's border is no edge."""
    kernel = np.ones((2 * pixels + 1, 2 * pixels + 1), np.uint8)
    eroded = cv2.erode(mask.astype(np.uint8), kernel, borderType=cv2.BORDER_CONSTANT, borderValue=1) > 0
    return eroded if eroded.any() else mask

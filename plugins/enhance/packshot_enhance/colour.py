"""Colour arithmetic that the enhancements share. All on float32 sRGB, H×W×3."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from packshot.imaging.pixels import bands_of, linear_to_srgb, srgb_to_linear
from packshot.plugin import Frame
from packshot.plugin.frame import Plane

REC709 = np.array([0.2126, 0.7152, 0.0722], np.float32)
"""Weights of red, green and blue in luminance (ITU-R BT.709), for linear light; used on encoded values they give luma."""

OPAQUE = 0.5
"""Alpha above this belongs to the product."""


def luma(rgb: Plane) -> Plane:
    """H×W: weighted sum of the channels."""
    weighted: Plane = cv2.transform(rgb, REC709[None])
    return weighted.reshape(rgb.shape[:2])


def lab(rgb: Plane) -> Plane:
    """CIE L*a*b* (D65), L 0..100, of colours clipped to 0..1."""
    converted = np.empty_like(rgb)
    for rows in bands_of(rgb):
        # From linear light: OpenCV's own sRGB curve is interpolated in a table of 33 steps and off by more than a level of 255.
        converted[rows] = cv2.cvtColor(srgb_to_linear(np.clip(rgb[rows], 0, 1)), cv2.COLOR_LRGB2Lab)
    return converted


def with_lightness(before: Plane, lightness: Plane) -> Plane:
    """sRGB of the L*a*b* picture `before` with another L* and the same a* and b*."""
    rgb = np.empty_like(before)
    for rows in bands_of(before):
        changed = before[rows].copy()
        changed[..., 0] = lightness[rows]
        rgb[rows] = linear_to_srgb(cv2.cvtColor(changed, cv2.COLOR_Lab2LRGB))
    return rgb


def mix(before: Plane, after: Plane, strength: float) -> Plane:
    """From `before` (0) to `after` (1)."""
    if strength == 1:
        return after
    mixed = after - before
    mixed *= np.float32(strength)
    mixed += before
    return mixed


def product(frame: Frame) -> npt.NDArray[np.bool_]:
    """H×W: the opaque pixels of a cutout; all pixels of a picture without alpha, or with nothing opaque."""
    if frame.alpha is None:
        return np.ones(frame.rgb.shape[:2], np.bool_)
    opaque: npt.NDArray[np.bool_] = frame.alpha > OPAQUE
    return opaque if opaque.any() else np.ones_like(opaque)

"""Light on a relief."""

from __future__ import annotations

import cv2
import numpy as np

from packshot.imaging.pixels import linear_to_srgb, srgb_to_linear
from packshot_depth.plane import Floats

_THICKNESS = 0.35
"""Depth 0 to 1 is this share of the picture's longer side."""
_ELEVATION = 45.0
"""Degrees of the lamp above the picture plane."""
_DARKEST, _BRIGHTEST = 0.35, 1.7


def relit(rgb: Floats, depth: Floats, light_from: float, strength: float) -> Floats:
    """`rgb` (H×W×3 sRGB-encoded) with a lamp's light and shade on the slopes of `depth`; what faces the camera stays as it is.

    J. H. Lambert's law, as the ratio of n·l to that of a flat surface, on linear light. `light_from` in degrees: 0 right, 90
    below, 180 left, 270 above.
    """
    smooth = cv2.GaussianBlur(depth, (0, 0), max(0.7, 0.002 * max(depth.shape)))
    tall = _THICKNESS * max(depth.shape)
    across, down = (cv2.Sobel(smooth, cv2.CV_32F, dx, 1 - dx, ksize=3, scale=tall / 8) for dx in (1, 0))
    steep = np.hypot(across, down)
    # A cliff at the product's rim is an edge of the depth map and no slope to be lit.
    slope = np.where(steep > 2, 2 / np.maximum(steep, 1e-6), 1) * np.exp(-np.maximum(steep - 4, 0))
    angle, elevation = np.deg2rad(light_from), np.deg2rad(_ELEVATION)
    facing = -(across * np.cos(angle) + down * np.sin(angle)) * slope
    normal = np.sqrt(1 + (steep * slope) ** 2)
    shade = np.maximum(facing * np.cos(elevation) + np.sin(elevation), 0) / normal / np.sin(elevation)
    gain = np.clip(1 + strength * (shade - 1), _DARKEST, _BRIGHTEST).astype(np.float32)
    return linear_to_srgb(srgb_to_linear(rgb) * gain[..., None])

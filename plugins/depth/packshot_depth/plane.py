"""The plane `depth`, as every operation here makes and reads it.

`frame.planes["depth"]` is H×W float32, 0 to 1: **1 is nearest to the camera, 0 farthest**. It is relative and linear in
nearness, not in metres: a photo alone does not tell its scale. Of a cutout, 0 is the ground behind it.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from packshot.errors import BadPhoto
from packshot.imaging.guided_filter import guided_filter
from packshot.plugin import Frame

Floats = npt.NDArray[np.float32]

_EPSILON = 1e-3
_UNSURE = 1e-3
_ENOUGH = 0.02
"""Where this share of a window is sure, nothing is asked of a wider one."""


def depth_of(frame: Frame, operation: str) -> Floats:
    """H×W 0..1. BadPhoto if no step before gave the picture a depth."""
    if "depth" not in frame.planes:
        raise BadPhoto(
            f"{operation} needs the picture's depth: add depth.relief, depth.stack, depth.stereo or depth.given before it."
        )
    return np.clip(frame.planes["depth"], 0, 1).astype(np.float32)


def with_depth(frame: Frame, depth: Floats) -> Frame:
    """The frame with its depth, 0..1, in the frame's size."""
    size = frame.width, frame.height
    fitted = depth if depth.shape == size[::-1] else cv2.resize(depth, size, interpolation=cv2.INTER_LINEAR)
    return frame.with_planes(depth=np.clip(fitted, 0, 1).astype(np.float32))


def stretched(depth: Floats, sure: Floats) -> Floats:
    """`depth` so that its 1st to 99th percentile among what is `sure` becomes 0 to 1; all in the middle where it is flat."""
    known = depth[sure > 0.5]
    if not known.size:
        return np.full_like(depth, 0.5)
    far, near = (float(level) for level in np.percentile(known, (1, 99)))
    if near - far < 1e-6:
        return np.full_like(depth, 0.5)
    return np.asarray(np.clip((depth - far) / (near - far), 0, 1), np.float32)


def filled(depth: Floats, sure: Floats, guide: Floats) -> Floats:
    """`depth` where it is `sure` (H×W, 0..1), from its surroundings elsewhere, along the edges of the picture `guide` (H×W×3,
    0..1).

    Normalised convolution (H. Knutsson and C.-F. Westin, CVPR 1993) with a guided filter, at ever wider windows until all is
    known.
    """
    total, weight = depth * sure, sure.astype(np.float32)
    result, known = np.zeros_like(depth), np.zeros_like(depth)
    radius, widest = max(1, round(0.006 * max(depth.shape))), max(depth.shape)
    while radius < widest:
        top, below = (guided_filter(guide, plane, radius, _EPSILON).astype(np.float32) for plane in (total, weight))
        found = np.clip(below / _ENOUGH, 0, 1) * (1 - known)
        value = np.divide(top, below, out=np.zeros_like(top), where=below > _UNSURE)
        result, known = result + found * np.clip(value, 0, 1), known + found
        if known.min() > 0.95:
            break
        radius *= 3
    mean = float((depth * sure).sum() / max(float(sure.sum()), 1e-6))
    return np.asarray(result + (1 - known) * np.float32(mean), np.float32)

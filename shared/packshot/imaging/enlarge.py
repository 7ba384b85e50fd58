"""A frame around colours that were enlarged: every other plane grows with them."""

from __future__ import annotations

import cv2
import numpy as np

from packshot.plugin.frame import Frame, Plane


def enlarged_frame(frame: Frame, rgb: Plane, factor: int) -> Frame:
    """`frame` with `rgb`, which is `factor` times as large, and its other planes made as large.

    Shares (alpha, shadow, masks) and depths are interpolated and stay within their range; labels, which are whole numbers, are
    repeated.
    """
    others = {name: _enlarged(plane, factor) for name, plane in frame.planes.items() if name != "rgb"}
    return frame.with_planes(rgb=rgb, **others)


def _enlarged(plane: Plane, factor: int) -> Plane:
    if plane.dtype.kind != "f" and plane.dtype not in (np.uint8, np.uint16):
        return plane.repeat(factor, axis=0).repeat(factor, axis=1)
    height, width = factor * plane.shape[0], factor * plane.shape[1]
    enlarged = np.asarray(cv2.resize(plane, (width, height), interpolation=cv2.INTER_CUBIC))
    return np.clip(enlarged.reshape(height, width, *plane.shape[2:]), plane.min(), plane.max())

"""Doing one thing to every plane of a frame, so that masks, depth and shadows stay in register with the colours."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from packshot.plugin import Frame
from packshot.plugin.frame import Plane

_SMOOTH = {np.dtype(kind) for kind in (np.uint8, np.uint16, np.float32, np.float64)}


def moved(frame: Frame, move: Callable[[Plane], Plane]) -> Frame:
    """`frame` with every plane moved by `move`, which only rearranges pixels."""
    return frame.with_planes(**{name: np.ascontiguousarray(move(plane)) for name, plane in frame.planes.items()})


def is_smooth(plane: Plane) -> bool:
    """Whether values between two of this plane's values mean something; in labels and true/false planes they do not."""
    return plane.dtype in _SMOOTH


def resampled(plane: Plane, width: int, height: int, *, sharp: bool = False) -> Plane:
    """`plane` in another size: area average to shrink; to enlarge, Lanczos (`sharp`, may overshoot) or linear.

    Planes of labels take the nearest pixel.
    """
    if plane.shape[:2] == (height, width):
        return plane
    if not is_smooth(plane):
        return plane[_nearest(height, plane.shape[0])][:, _nearest(width, plane.shape[1])]
    if width <= plane.shape[1] and height <= plane.shape[0]:
        method = cv2.INTER_AREA
    else:
        method = cv2.INTER_LANCZOS4 if sharp else cv2.INTER_LINEAR
    out: Plane = cv2.resize(np.ascontiguousarray(plane), (width, height), interpolation=method)
    return out.reshape(height, width, *plane.shape[2:])


def _nearest(size: int, of: int) -> Plane:
    return np.minimum(((np.arange(size) + 0.5) * of / size).astype(np.intp), of - 1)

"""Windows onto a frame that may reach past its edges."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from packshot.imaging.ground import Box
from packshot.plugin import Frame
from packshot.plugin.frame import Plane

Colour = tuple[float, float, float] | npt.NDArray[np.float32]


def window(frame: Frame, box: Box, colour: Colour | None = None) -> Frame:
    """What `box` (in the frame's pixels, possibly outside them) shows of every plane.

    Outside, the picture is transparent, or has `colour` (sRGB-encoded 0..1); other planes are 0 there. A frame without alpha
    gets one where it must be transparent.
    """
    if box == (0, 0, frame.width, frame.height):
        return frame
    inside = box.left >= 0 and box.top >= 0 and box.right <= frame.width and box.bottom <= frame.height
    if frame.alpha is None and colour is None and not inside:
        opaque = np.full(frame.rgb.shape[:2], _full_scale(frame.rgb), frame.rgb.dtype)
        frame = frame.with_planes(alpha=opaque)
    fills: dict[str, Plane | float] = {}
    if colour is not None:
        fills = {"rgb": _in_depth_of(frame.rgb, colour), "alpha": _full_scale(frame.rgb)}
    return frame.with_planes(**{name: _cut(plane, box, fills.get(name, 0)) for name, plane in frame.planes.items()})


def around(centre: tuple[float, float], width: int, height: int) -> Box:
    """The box of this size nearest to `centre` (x, y)."""
    left, top = round(centre[0] - width / 2), round(centre[1] - height / 2)
    return Box(left, top, left + width, top + height)


def _cut(plane: Plane, box: Box, fill: Plane | float) -> Plane:
    height, width = plane.shape[:2]
    left, top = max(box.left, 0), max(box.top, 0)
    right, bottom = max(min(box.right, width), left), max(min(box.bottom, height), top)
    if (left, top, right, bottom) == box:
        return np.ascontiguousarray(plane[top:bottom, left:right])
    out = np.empty((box.height, box.width, *plane.shape[2:]), plane.dtype)
    out[...] = fill
    out[top - box.top : bottom - box.top, left - box.left : right - box.left] = plane[top:bottom, left:right]
    return out


def _full_scale(plane: Plane) -> int:
    return int(np.iinfo(plane.dtype).max) if np.issubdtype(plane.dtype, np.integer) else 1


def _in_depth_of(plane: Plane, colour: Colour) -> Plane:
    scaled = np.asarray(colour) * _full_scale(plane)
    return np.rint(scaled).astype(plane.dtype) if np.issubdtype(plane.dtype, np.integer) else scaled.astype(plane.dtype)

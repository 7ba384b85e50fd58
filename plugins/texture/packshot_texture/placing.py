"""Where on the picture which part of a texture lies."""

from __future__ import annotations

import cv2
import numpy as np

from packshot_texture.seams import Floats

Corners = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]

BORDERS = {"tile": cv2.BORDER_WRAP, "mirror": cv2.BORDER_REFLECT}


def laid(texture: Floats, size: tuple[int, int], rotation: float, corners: Corners | None, repeat: str) -> Floats:
    """height × width × 3 (`size`): `texture` repeated over the picture from its middle, turned by `rotation` degrees.

    `corners` (x, y in pixels; top left, top right, bottom right, bottom left) tilt its plane: its middle and turn are then those
    of the rectangle that they show in perspective.
    """
    height, width = size
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    centre = (width / 2, height / 2)
    if corners is not None:
        x, y, centre = _in_plane(x, y, corners)
    angle = np.radians(rotation)
    dx, dy = x - np.float32(centre[0]), y - np.float32(centre[1])
    u = np.cos(angle) * dx + np.sin(angle) * dy + (texture.shape[1] - 1) / 2
    v = np.cos(angle) * dy - np.sin(angle) * dx + (texture.shape[0] - 1) / 2
    mapped = cv2.remap(texture, u.astype(np.float32), v.astype(np.float32), cv2.INTER_LINEAR, borderMode=BORDERS[repeat])
    return np.asarray(mapped, np.float32)


def _in_plane(x: Floats, y: Floats, corners: Corners) -> tuple[Floats, Floats, tuple[float, float]]:
    """The pixels' places on the tilted rectangle, in pixels of its mean size, and its middle."""
    points = np.array(corners, np.float32)
    sides = np.linalg.norm(points - np.roll(points, -1, axis=0), axis=1)
    wide, high = (sides[0] + sides[2]) / 2, (sides[1] + sides[3]) / 2
    flat = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    back = cv2.getPerspectiveTransform(points, flat)
    mapped = cv2.perspectiveTransform(np.dstack([x, y]), back)
    # Beyond the horizon coordinates run away; there is no product there.
    limit = np.float32(64 * max(x.shape))
    plane = np.asarray(np.clip(np.nan_to_num(mapped), -limit, limit), np.float32)
    return plane[..., 0], plane[..., 1], (float(wide) / 2, float(high) / 2)

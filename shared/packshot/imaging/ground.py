"""The ground of a picture that has no alpha: its colour, where it is, and the box of what stands on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from packshot.imaging.pixels import bands_of
from packshot.plugin.frame import Plane

TOLERANCE = 10
"""How far (of 255, in the channel that differs most) a pixel may be from the ground's colour and still be ground."""


class Box(NamedTuple):
    """A rectangle of pixels; right and bottom are outside it."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Pixels."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Pixels."""
        return self.bottom - self.top


@dataclass(frozen=True)
class Ground:
    """A ground of one colour that reaches the border."""

    colour: tuple[float, float, float]
    """sRGB-encoded, 0..1: the median of the outermost pixels, by channel."""
    mask: npt.NDArray[np.bool_]
    """H×W: pixels of that colour that are connected with the border through such pixels."""
    border_share: float
    """How much of the border has that colour: near 1 for a studio ground, small for a room."""

    @property
    def uniform(self) -> bool:
        """Whether the border is mostly of one colour, so that what is not ground can be taken for the subject."""
        return self.border_share >= 0.6


def find_ground(rgb: Plane, tolerance: int = TOLERANCE) -> Ground:
    """The ground of `rgb`, H×W×3, sRGB-encoded (uint8, uint16, or float 0..1)."""
    picture = as_eight_bit(rgb)
    border = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    colour = np.median(border, axis=0)
    low, high = colour - tolerance, colour + tolerance
    near = cv2.inRange(picture, tuple(low), tuple(high)) > 0
    on_border = np.concatenate([near[0], near[-1], near[:, 0], near[:, -1]])
    red, green, blue = (float(channel) / 255 for channel in colour)
    return Ground((red, green, blue), connected_with_border(near), float(on_border.mean()))


def connected_with_border(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """The part of `mask` (H×W) that reaches the border through its own pixels (4-neighbourhood)."""
    framed = np.pad(mask.astype(np.uint8), 1, constant_values=1)
    cv2.floodFill(framed, None, (0, 0), 2)
    return np.asarray(framed[1:-1, 1:-1] == 2, np.bool_)


def box_of(mask: npt.NDArray[np.bool_]) -> Box | None:
    """The smallest box around `mask`, or None if it is empty. Specks of one or two pixels do not count beside larger parts."""
    solid = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    left, top, width, height = cv2.boundingRect(solid if solid.any() else mask.astype(np.uint8))
    return Box(left, top, left + width, top + height) if width else None


def as_eight_bit(rgb: Plane) -> npt.NDArray[np.uint8]:
    """sRGB-encoded pixels of any depth as uint8."""
    if rgb.dtype == np.uint8:
        return np.ascontiguousarray(rgb)
    full = 65535.0 if rgb.dtype == np.uint16 else 1.0
    scaled = np.empty(rgb.shape, np.uint8)
    for rows in bands_of(rgb):
        scaled[rows] = np.clip(np.rint(rgb[rows] * (255.0 / full)), 0, 255)
    return scaled

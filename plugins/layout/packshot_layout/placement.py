"""A photo laid on a canvas: scaled, moved, and surrounded by nothing or by more of its plain ground."""

from __future__ import annotations

import math
from dataclasses import dataclass

from packshot.imaging.ground import Box
from packshot.plugin import Frame
from packshot_layout.canvas import Colour, window
from packshot_layout.resample import resize_frame

ACROSS = {"left": 0.0, "center": 0.5, "right": 1.0}
DOWN = {"top": 0.0, "center": 0.5, "bottom": 1.0}
"""Alignments, as the share of the free room that lies before the product."""


@dataclass(frozen=True)
class Placement:
    """Where a photo lies on a canvas."""

    width: int
    """Pixels of the canvas."""
    height: int
    scale: float
    left: float
    """Where the photo's left edge lies on the canvas."""
    top: float

    def of(self, frame: Frame, outside: Colour | None, *, linear_light: bool) -> Frame:
        """The canvas with `frame` (float) on it; `outside` it is transparent, or of that colour."""
        part, scaled = self._needed(frame)
        # A plain ground has to stay exactly as it is right up to the product, so nothing may ring around it.
        ringing = outside is None
        resized = resize_frame(window(frame, part), scaled.width, scaled.height, linear_light=linear_light, ringing=ringing)
        return window(resized, Box(-scaled.left, -scaled.top, self.width - scaled.left, self.height - scaled.top), outside)

    def _needed(self, frame: Frame) -> tuple[Box, Box]:
        """The part of the photo that the canvas shows, and where it lies on the canvas; both in whole pixels."""
        left, top = max(0, math.floor(-self.left / self.scale)), max(0, math.floor(-self.top / self.scale))
        right = min(frame.width, math.ceil((self.width - self.left) / self.scale))
        bottom = min(frame.height, math.ceil((self.height - self.top) / self.scale))
        at_left, at_top = round(self.left + left * self.scale), round(self.top + top * self.scale)
        width, height = max(1, round((right - left) * self.scale)), max(1, round((bottom - top) * self.scale))
        return Box(left, top, right, bottom), Box(at_left, at_top, at_left + width, at_top + height)


def cut_off_sides(box: Box, frame: Frame) -> list[str]:
    """The sides at which a product with this box reaches the photo's edge, so that part of it may be missing."""
    reached = {
        "left": box.left <= 0,
        "top": box.top <= 0,
        "right": box.right >= frame.width,
        "bottom": box.bottom >= frame.height,
    }
    return [side for side, there in reached.items() if there]

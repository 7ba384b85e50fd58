"""`layout.orient`: quarter turns, mirroring, straightening."""

from __future__ import annotations

import math
from typing import Literal

import cv2
import numpy as np
from pydantic import BaseModel, Field

from packshot.plugin import Frame, Operation, Pixels, Run
from packshot.plugin.frame import Plane
from packshot_layout.planes import is_smooth, moved


class OrientParams(BaseModel):
    """What `layout.orient` takes."""

    turns: int = Field(0, ge=0, le=3, description="Quarter turns clockwise")
    mirror: Literal["none", "horizontal", "vertical"] = Field("none", description="Swap left and right, or top and bottom")
    straighten: float = Field(0.0, ge=-45, le=45, description="Degrees clockwise; corners that turn empty are cropped away")


class Orient(Operation[OrientParams]):
    """Turns, mirrors and straightens a photo. The camera's own orientation mark was applied when the photo was read."""

    name, version, stage, Params = "layout.orient", "1.0.0", "preprocess", OrientParams
    title = "Orient"
    takes = Pixels.ANY

    def run(self, frame: Frame, params: OrientParams, run: Run) -> Frame:
        """Mirror first, then turn, then straighten."""
        if params.mirror != "none":
            axis = 1 if params.mirror == "horizontal" else 0
            frame = moved(frame, lambda plane: np.flip(plane, axis))
        if params.turns:
            frame = moved(frame, lambda plane: np.rot90(plane, -params.turns))
        if params.straighten:
            frame = moved(frame, lambda plane: _straightened(plane, params.straighten))
        return frame


def _straightened(plane: Plane, degrees: float) -> Plane:
    height, width = plane.shape[:2]
    kept_width, kept_height = _upright_size(width, height, math.radians(abs(degrees)))
    turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -degrees, 1.0)
    turn[:, 2] -= (width - kept_width) / 2, (height - kept_height) / 2
    smooth = is_smooth(plane)
    out: Plane = cv2.warpAffine(
        plane if smooth else plane.astype(np.float64),
        turn,
        (kept_width, kept_height),
        flags=cv2.INTER_CUBIC if plane.dtype in (np.uint8, np.uint16) else cv2.INTER_LINEAR if smooth else cv2.INTER_NEAREST,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return out.astype(plane.dtype, copy=False).reshape(kept_height, kept_width, *plane.shape[2:])


def _upright_size(width: int, height: int, angle: float) -> tuple[int, int]:
    """The largest upright rectangle inside a rectangle turned by `angle` (0..π/4), at least 1×1.

    It touches two sides if the rectangle is long (its short side ≤ sin 2a of the long one), else all four.
    """
    long, short = max(width, height), min(width, height)
    sine, cosine = math.sin(angle), math.cos(angle)
    if short <= 2 * sine * cosine * long:
        half = short / 2
        kept_long, kept_short = half / sine, half / cosine
        kept = (kept_long, kept_short) if width >= height else (kept_short, kept_long)
    else:
        double = cosine * cosine - sine * sine
        kept = ((width * cosine - height * sine) / double, (height * cosine - width * sine) / double)
    return max(1, int(kept[0])), max(1, int(kept[1]))

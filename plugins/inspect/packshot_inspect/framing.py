"""`inspect.framing`: where the product stands in the picture, and whether it stands straight."""

from __future__ import annotations

import cv2
import numpy as np
from pydantic import BaseModel, Field

from packshot.imaging.ground import Box, box_of
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_inspect.checks import check, report
from packshot_inspect.judge import Check, Status
from packshot_inspect.rulebook import Confidence
from packshot_inspect.subject import Mask, subject_mask

_RECTANGULAR = 0.85
"""Share of its tightest rectangle that a product must take for its tilt to be told."""
_MOST_TILT = 20.0
"""Degrees: what leans more is meant to."""


class FramingParams(BaseModel):
    """What `inspect.framing` takes."""

    min_fill: float = Field(0.75, ge=0, le=1, description="The least share of the frame on the product's longest axis")
    max_fill: float = Field(0.95, ge=0, le=1, description="The most")
    max_offset: float = Field(0.05, ge=0, le=0.5, description="How far from the middle it may stand, as a share of the frame")
    max_tilt: float = Field(1.5, ge=0, le=45, description="Degrees that a straight product may lean")


class Framing(Operation[FramingParams]):
    """Judges how the product stands in the picture: how much of the frame it fills, whether it is centred and straight.

    Tilt is that of the tightest rectangle around the product (G. Toussaint, "Solving geometric problems with the rotating
    calipers", 1983) and is told only of products that nearly fill theirs. Changes no pixel.
    """

    name, version, stage, Params = "inspect.framing", "1.0.0", "quality-check", FramingParams
    title = "Framing"
    takes = Pixels.FLOAT

    def run(self, frame: Frame, params: FramingParams, run: Run) -> Frame:
        """A picture whose product cannot be told from its ground is judged as a whole, and the finding says so."""
        mask = subject_mask(frame)
        box = box_of(mask)
        if box is None or mask.all():
            message = "The product cannot be told from its background, so its place cannot be measured: cut it out first."
            return frame.with_finding(self.name, report("Framing", [check("fill", "Fill", Status.NOT_CHECKED, message)]))
        checks = [_fill(box, frame, params), _centred(box, frame, params), _straight(mask, params)]
        room = {"left": box.left, "top": box.top, "right": frame.width - box.right, "bottom": frame.height - box.bottom}
        return frame.with_finding(self.name, report("Framing", checks, box=list(box), room_px=room))


def _fill(box: Box, frame: Frame, params: FramingParams) -> Check:
    fill = max(box.width / frame.width, box.height / frame.height)
    wanted = f"{params.min_fill:.0%} to {params.max_fill:.0%}"
    good = params.min_fill <= fill <= params.max_fill
    advice = "" if good else " Crop closer." if fill < params.min_fill else " Leave more room around it."
    message = f"The product takes {fill:.0%} of the frame on its longest axis.{advice}"
    return check("fill", "Fill", Status.PASS if good else Status.WARN, message, measured=fill, wanted=wanted, unit="share")


def _centred(box: Box, frame: Frame, params: FramingParams) -> Check:
    across = (box.left + box.right) / 2 / frame.width - 0.5
    down = (box.top + box.bottom) / 2 / frame.height - 0.5
    offset = max(abs(across), abs(down))
    status = Status.PASS if offset <= params.max_offset else Status.WARN
    sides = [word for word, there in (("left", across < 0), ("right", across > 0)) if there and abs(across) > params.max_offset]
    sides += [word for word, there in (("high", down < 0), ("low", down > 0)) if there and abs(down) > params.max_offset]
    message = (
        "The product stands in the middle." if status is Status.PASS else f"The product stands too far {' and '.join(sides)}."
    )
    return check("centred", "Centred", status, message, measured=offset, wanted=f"at most {params.max_offset:.0%}", unit="share")


def _straight(mask: Mask, params: FramingParams) -> Check:
    degrees = tilt(mask)
    if degrees is None:
        return check(
            "straight", "Straight", Status.NOT_CHECKED, "The product's shape has no upright by which a tilt could be told."
        )
    straight = abs(degrees) <= params.max_tilt
    direction = "clockwise" if degrees > 0 else "counter-clockwise"
    message = (
        f"The product stands straight (within {params.max_tilt:g}°)."
        if straight
        else f"The product leans {abs(degrees):.1f}° {direction}. layout.orient with straighten = {-degrees:.1f} sets it upright."
    )
    status = Status.PASS if straight else Status.WARN
    return check(
        "straight",
        "Straight",
        status,
        message,
        measured=degrees,
        wanted=f"at most {params.max_tilt:g}°",
        confidence=Confidence.MEDIUM,
    )


def tilt(mask: Mask) -> float | None:
    """Degrees clockwise by which a boxy product leans, or None for other shapes and for what leans far."""
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = max(contours, key=cv2.contourArea)
    (_, (width, height), angle) = cv2.minAreaRect(outline)
    if width * height <= 0 or cv2.contourArea(outline) / (width * height) < _RECTANGULAR:
        return None
    leaning = (angle + 45) % 90 - 45
    return float(leaning) if abs(leaning) <= _MOST_TILT else None

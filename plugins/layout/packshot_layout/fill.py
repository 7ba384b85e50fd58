"""`layout.fill`: the canvas of a product image."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, Field, JsonValue

from packshot.imaging.ground import Box
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_layout.canvas import window
from packshot_layout.resample import resize_frame
from packshot_layout.subject import find_subject

_ACROSS = {"left": 0.0, "center": 0.5, "right": 1.0}
_DOWN = {"top": 0.0, "center": 0.5, "bottom": 1.0}


class FillParams(BaseModel):
    """What `layout.fill` takes."""

    width: int = Field(2000, ge=1, le=16_000, description="Pixels of the canvas")
    height: int = Field(2000, ge=1, le=16_000, description="Pixels of the canvas")
    fill: float = Field(0.87, gt=0, le=1, description="Share of the frame that the product takes on its longest axis")
    align_x: Literal["left", "center", "right"] = Field("center", description="Where the product stands across the canvas")
    align_y: Literal["top", "center", "bottom"] = Field("center", description="Where the product stands down the canvas")
    max_upscale: float = Field(2.0, gt=0, le=16, description="The product is never enlarged more than this")
    min_side: int = Field(
        1,
        ge=1,
        le=16_000,
        description="A small product gets a smaller canvas, but its longer side not below this; then it fills less",
    )
    threshold: float = Field(0.1, ge=0, lt=1, description="Alpha above this belongs to the product")
    linear_light: bool = Field(True, description="Mix pixels as light while scaling")


class Fill(Operation[FillParams]):
    """Puts the product on a canvas of a given size so that it fills a given share of it, as marketplaces measure it.

    A cutout is surrounded by nothing (transparent); a picture with a plain ground by more of that ground.
    """

    name, version, stage, Params = "layout.fill", "1.0.0", "edit", FillParams
    title = "Fill the frame"
    takes = Pixels.FLOAT

    def run(self, frame: Frame, params: FillParams, run: Run) -> Frame:
        """The finding: scale and canvas, whether the photo was too small, and at which edges the product may be cut off."""
        subject = find_subject(frame, params.threshold)
        layout = _lay_out(subject.box, params)
        part, scaled = _needed(frame, layout)
        # A plain ground has to stay exactly as it is right up to the product, so nothing may ring around it.
        plain = subject.outside is not None
        size = scaled.width, scaled.height
        resized = resize_frame(window(frame, part), *size, linear_light=params.linear_light, ringing=not plain)
        canvas = Box(-scaled.left, -scaled.top, layout.width - scaled.left, layout.height - scaled.top)
        filled = window(resized, canvas, subject.outside)
        finding = {**layout.finding(subject.box, params), "cut_off": _cut_off(subject.box, frame)}
        return filled.with_finding(self.name, finding)


@dataclass(frozen=True)
class _Layout:
    width: int
    height: int
    scale: float
    left: float
    """Where the photo's left edge lies on the canvas."""
    top: float

    def finding(self, box: Box, params: FillParams) -> dict[str, JsonValue]:
        fill = self.scale * max(box.width / self.width, box.height / self.height)
        smaller = self.width < params.width or fill < params.fill - 0.01
        return {
            "width": self.width,
            "height": self.height,
            "scale": round(self.scale, 4),
            "fill": round(fill, 4),
            "too_small": smaller,
        }


def _cut_off(box: Box, frame: Frame) -> list[JsonValue]:
    """The sides at which the product reaches the photo's edge, so that part of it may be missing."""
    reached = {
        "left": box.left <= 0,
        "top": box.top <= 0,
        "right": box.right >= frame.width,
        "bottom": box.bottom >= frame.height,
    }
    return [side for side, there in reached.items() if there]


def _lay_out(box: Box, params: FillParams) -> _Layout:
    wanted = params.fill * min(params.width / box.width, params.height / box.height)
    scale = min(wanted, params.max_upscale)
    shrink = max(scale / wanted, min(1.0, params.min_side / max(params.width, params.height)))
    width, height = max(1, round(params.width * shrink)), max(1, round(params.height * shrink))
    # The room at the sides is shared as aligned, but an aligned side keeps the margin that the tighter direction has.
    free_x, free_y = width - scale * box.width, height - scale * box.height
    margin = min(free_x, free_y) / 2
    left = margin + (free_x - 2 * margin) * _ACROSS[params.align_x]
    top = margin + (free_y - 2 * margin) * _DOWN[params.align_y]
    return _Layout(width, height, scale, left - scale * box.left, top - scale * box.top)


def _needed(frame: Frame, layout: _Layout) -> tuple[Box, Box]:
    """The part of the photo that the canvas shows, and where it lies on the canvas; both in whole pixels."""
    scale = layout.scale
    left, top = max(0, math.floor(-layout.left / scale)), max(0, math.floor(-layout.top / scale))
    right = min(frame.width, math.ceil((layout.width - layout.left) / scale))
    bottom = min(frame.height, math.ceil((layout.height - layout.top) / scale))
    at_left, at_top = round(layout.left + left * scale), round(layout.top + top * scale)
    width, height = max(1, round((right - left) * scale)), max(1, round((bottom - top) * scale))
    return Box(left, top, right, bottom), Box(at_left, at_top, at_left + width, at_top + height)

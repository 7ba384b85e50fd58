"""`layout.fill`: the canvas of a product image."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field, JsonValue

from packshot.imaging.ground import Box
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_layout.placement import ACROSS, DOWN, Placement, cut_off_sides
from packshot_layout.subject import find_subject


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
        placement = _lay_out(subject.box, params)
        filled = placement.of(frame, subject.outside, linear_light=params.linear_light)
        finding = {**_finding(placement, subject.box, params), "cut_off": list[JsonValue](cut_off_sides(subject.box, frame))}
        return filled.with_finding(self.name, finding)


def _finding(placement: Placement, box: Box, params: FillParams) -> dict[str, JsonValue]:
    fill = placement.scale * max(box.width / placement.width, box.height / placement.height)
    smaller = placement.width < params.width or fill < params.fill - 0.01
    return {
        "width": placement.width,
        "height": placement.height,
        "scale": round(placement.scale, 4),
        "fill": round(fill, 4),
        "too_small": smaller,
    }


def _lay_out(box: Box, params: FillParams) -> Placement:
    wanted = params.fill * min(params.width / box.width, params.height / box.height)
    scale = min(wanted, params.max_upscale)
    shrink = max(scale / wanted, min(1.0, params.min_side / max(params.width, params.height)))
    width, height = max(1, round(params.width * shrink)), max(1, round(params.height * shrink))
    # The room at the sides is shared as aligned, but an aligned side keeps the margin that the tighter direction has.
    free_x, free_y = width - scale * box.width, height - scale * box.height
    margin = min(free_x, free_y) / 2
    left = margin + (free_x - 2 * margin) * ACROSS[params.align_x]
    top = margin + (free_y - 2 * margin) * DOWN[params.align_y]
    return Placement(width, height, scale, left - scale * box.left, top - scale * box.top)

"""`layout.crop`: to the subject, to a box, to an aspect ratio."""

from __future__ import annotations

from pydantic import BaseModel, Field

from packshot.errors import BadParameters
from packshot.imaging.ground import Box
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_layout.canvas import around, window
from packshot_layout.subject import find_subject


class CropParams(BaseModel):
    """What `layout.crop` takes."""

    box: tuple[int, int, int, int] | None = Field(None, description="left, top, right, bottom in pixels; none: the subject's box")
    margin: float = Field(0.0, ge=0, le=0.49, description="Room kept around the subject, as a share of its longer side")
    aspect_ratio: float | None = Field(
        None, gt=0, description="Width ÷ height of the result; the box is widened to it where it can"
    )
    threshold: float = Field(0.1, ge=0, lt=1, description="Alpha above this belongs to the subject")


class Crop(Operation[CropParams]):
    """Cuts the picture down to the product, to a box, or to an aspect ratio. Never reaches past the picture."""

    name, version, stage, Params = "layout.crop", "1.0.0", "edit", CropParams
    title = "Crop"
    takes = Pixels.FLOAT

    def run(self, frame: Frame, params: CropParams, run: Run) -> Frame:
        """BadParameters for a box that holds no pixel of the picture."""
        box = _within(Box(*params.box), frame) if params.box else _around_subject(frame, params)
        if params.aspect_ratio is not None:
            box = _with_aspect(box, params.aspect_ratio, frame)
        return window(frame, box)


def _around_subject(frame: Frame, params: CropParams) -> Box:
    box = find_subject(frame, params.threshold).box
    room = round(params.margin * max(box.width, box.height))
    return _within(Box(box.left - room, box.top - room, box.right + room, box.bottom + room), frame)


def _within(box: Box, frame: Frame) -> Box:
    inside = Box(max(0, box.left), max(0, box.top), min(frame.width, box.right), min(frame.height, box.bottom))
    if inside.width < 1 or inside.height < 1:
        raise BadParameters(f"The crop box {tuple(box)} holds no pixel of this picture of {frame.width}×{frame.height}.")
    return inside


def _with_aspect(box: Box, aspect: float, frame: Frame) -> Box:
    """Widen the box to the aspect; where the picture ends, narrow the other side; keep the centre where the picture allows."""
    width = max(box.width, box.height * aspect)
    width = min(width, frame.width, frame.height * aspect)
    size = max(1, round(width)), max(1, min(frame.height, round(width / aspect)))
    wanted = around(((box.left + box.right) / 2, (box.top + box.bottom) / 2), *size)
    left = min(max(wanted.left, 0), frame.width - size[0])
    top = min(max(wanted.top, 0), frame.height - size[1])
    return Box(left, top, left + size[0], top + size[1])

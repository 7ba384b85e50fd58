"""`layout.margin`: room around the product, without touching its pixels."""

from __future__ import annotations

from pydantic import BaseModel, Field

from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_layout.canvas import around, window
from packshot_layout.subject import find_subject


class MarginParams(BaseModel):
    """What `layout.margin` takes."""

    margin: float = Field(0.05, ge=0, le=0.49, description="Free room on every side, as a share of the result's width and height")
    aspect_ratio: float | None = Field(
        None, gt=0, description="Width ÷ height of the result; the shorter direction gets more room"
    )
    threshold: float = Field(0.1, ge=0, lt=1, description="Alpha above this belongs to the subject")


class Margin(Operation[MarginParams]):
    """Re-frames the picture so that the product has the same free room on every side; its pixels are not resampled."""

    name, version, stage, Params = "layout.margin", "1.0.0", "edit", MarginParams
    title = "Margin"
    takes = Pixels.FLOAT

    def run(self, frame: Frame, params: MarginParams, run: Run) -> Frame:
        """What lies outside the picture is transparent, or of the colour of its plain ground."""
        subject = find_subject(frame, params.threshold)
        share = 1 - 2 * params.margin
        width, height = subject.box.width / share, subject.box.height / share
        if params.aspect_ratio is not None:
            width = max(width, height * params.aspect_ratio)
            height = max(height, width / params.aspect_ratio)
        centre = ((subject.box.left + subject.box.right) / 2, (subject.box.top + subject.box.bottom) / 2)
        return window(frame, around(centre, max(1, round(width)), max(1, round(height))), subject.outside)

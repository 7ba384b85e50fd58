"""`layout.resize`: the whole picture in another size."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from packshot.errors import BadParameters
from packshot.imaging.ground import Box
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_layout.canvas import around, window
from packshot_layout.resample import resize_frame


class ResizeParams(BaseModel):
    """What `layout.resize` takes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"width": 40}]})

    width: int | None = Field(None, ge=1, le=16_000, description="Pixels; none: as the height and the aspect ratio want it")
    height: int | None = Field(None, ge=1, le=16_000, description="Pixels; none: as the width and the aspect ratio want it")
    fit: Literal["bounds", "cover", "stretch"] = Field(
        "bounds",
        description="bounds: fits inside; cover: fills, and what sticks out is cropped; stretch: changes the aspect ratio",
    )
    enlarge: bool = Field(True, description="False: a picture that is small already stays as it is")
    linear_light: bool = Field(True, description="Mix pixels as light: exact for fine patterns, a little slower")


class Resize(Operation[ResizeParams]):
    """Shrinks by area average and enlarges by Lanczos; colours are weighted by alpha, so cutouts keep clean edges."""

    name, version, stage, Params = "layout.resize", "1.0.0", "edit", ResizeParams
    title = "Resize"
    takes = Pixels.FLOAT

    def run(self, frame: Frame, params: ResizeParams, run: Run) -> Frame:
        """BadParameters when neither width nor height is given."""
        if params.width is None and params.height is None:
            raise BadParameters("layout.resize needs a width or a height.")
        wide = params.width / frame.width if params.width else None
        high = params.height / frame.height if params.height else None
        across, down = wide or high, high or wide
        assert across is not None
        assert down is not None
        if params.fit != "stretch":
            across = down = min(across, down) if params.fit == "bounds" else max(across, down)
        if not params.enlarge and max(across, down) > 1:
            return frame
        width, height = max(1, round(frame.width * across)), max(1, round(frame.height * down))
        resized = resize_frame(frame, width, height, linear_light=params.linear_light)
        if params.fit != "cover" or params.width is None or params.height is None:
            return resized
        cut: Box = around((width / 2, height / 2), params.width, params.height)
        return window(resized, cut)

"""`layout.pad`: more canvas on each side."""

from __future__ import annotations

from pydantic import BaseModel, Field

from packshot.imaging.ground import Box
from packshot.imaging.hex_colour import HexColour, parse_colour
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_layout.canvas import window


class PadParams(BaseModel):
    """What `layout.pad` takes."""

    left: int = Field(0, ge=0, le=16_000, description="Pixels")
    top: int = Field(0, ge=0, le=16_000, description="Pixels")
    right: int = Field(0, ge=0, le=16_000, description="Pixels")
    bottom: int = Field(0, ge=0, le=16_000, description="Pixels")
    color: HexColour | None = Field(None, description="#rrggbb; none: transparent")


class Pad(Operation[PadParams]):
    """Adds canvas on any side, transparent or in a colour."""

    name, version, stage, Params = "layout.pad", "1.0.0", "edit", PadParams
    title = "Pad"
    takes = Pixels.FLOAT

    def run(self, frame: Frame, params: PadParams, run: Run) -> Frame:
        """Every plane grows; planes other than colour and alpha are 0 in the new room."""
        box = Box(-params.left, -params.top, frame.width + params.right, frame.height + params.bottom)
        return window(frame, box, None if params.color is None else parse_colour(params.color))

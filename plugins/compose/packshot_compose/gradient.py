"""`compose.gradient`: a studio gradient behind the product."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from packshot.imaging.hex_colour import HexColour, parse_colour
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_compose.grounds import dithered, linear, radial
from packshot_compose.overlay import alpha_of, over


class GradientParams(BaseModel):
    """The gradient."""

    shape: Literal["linear", "radial"] = Field("linear", description="linear: top to bottom; radial: middle to corners")
    start: HexColour = Field("#ffffff", description="Colour at the top, or in the middle")
    end: HexColour = Field("#d9dce0", description="Colour at the bottom, or in the corners")


class Gradient(Operation[GradientParams]):
    """Puts a cut-out product on a studio gradient, dithered so that no bands show."""

    name = "compose.gradient"
    version = "1.0.0"
    stage = "edit"
    title = "Gradient ground"
    Params = GradientParams
    takes = Pixels.FLOAT

    def run(self, frame: Frame, params: GradientParams, run: Run) -> Frame:
        """The frame without alpha. BadPhoto if it was not cut out."""
        height, width = alpha_of(frame, self.name).shape
        shape = linear if params.shape == "linear" else radial
        ground = shape(height, width, parse_colour(params.start), parse_colour(params.end))
        return over(frame, dithered(ground, run.random), self.name)

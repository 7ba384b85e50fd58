"""`compose.white` and `compose.plain`: a ground of one colour."""

from __future__ import annotations

import numpy as np
from pydantic import BaseModel, Field

from packshot.imaging.hex_colour import HexColour, parse_colour
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_compose.blend import over


class WhiteParams(BaseModel):
    """Nothing to choose: white is white."""


class White(Operation[WhiteParams]):
    """Puts a cut-out product on pure white: exactly 255, 255, 255 wherever neither product nor shadow is."""

    name = "compose.white"
    version = "1.0.0"
    stage = "edit"
    title = "White ground"
    Params = WhiteParams
    takes = Pixels.FLOAT

    def run(self, frame: Frame, params: WhiteParams, run: Run) -> Frame:
        """The frame without alpha. BadPhoto if it was not cut out."""
        return over(frame, np.ones(3, np.float32), self.name)


class PlainParams(BaseModel):
    """The ground."""

    color: HexColour = Field("#f5f5f5", description="#rrggbb")


class Plain(Operation[PlainParams]):
    """Puts a cut-out product on a ground of one colour, exact wherever neither product nor shadow is."""

    name = "compose.plain"
    version = "1.0.0"
    stage = "edit"
    title = "Plain ground"
    Params = PlainParams
    takes = Pixels.FLOAT

    def run(self, frame: Frame, params: PlainParams, run: Run) -> Frame:
        """The frame without alpha. BadPhoto if it was not cut out."""
        return over(frame, parse_colour(params.color), self.name)

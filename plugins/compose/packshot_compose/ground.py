"""`compose.ground` makes an empty ground; `compose.backdrop` puts the product on one; `compose.over` on a given picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import BaseModel, Field

from packshot.errors import BadParameters
from packshot.imaging.covering import covering
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_compose.making import GroundLook, made_ground
from packshot_compose.overlay import alpha_of, over


class GroundParams(GroundLook):
    """The ground."""

    width: int = Field(1600, ge=1, le=8000, description="Pixels")
    height: int = Field(1600, ge=1, le=8000, description="Pixels")


class Ground(Operation[GroundParams]):
    """Makes an empty ground: plain, a gradient, a studio's paper sweep, bokeh, wood, fabric or marble."""

    name = "compose.ground"
    version = "1.1.0"
    stage = "generate"
    title = "Ground"
    Params = GroundParams
    takes = Pixels.FLOAT
    source = False

    def run(self, frame: Frame, params: GroundParams, run: Run) -> Frame:
        """A frame with `rgb` only."""
        return frame.with_rgb(made_ground(params, params.height, params.width, run.random))


class Backdrop(Operation[GroundLook]):
    """Puts a cut-out product, with its shadow and reflection, on a ground made for it: sweep, bokeh, wood, fabric, marble…"""

    name = "compose.backdrop"
    version = "1.0.0"
    stage = "edit"
    title = "Made ground"
    Params = GroundLook
    takes = Pixels.FLOAT

    def run(self, frame: Frame, params: GroundLook, run: Run) -> Frame:
        """The frame without alpha. BadPhoto if it was not cut out."""
        alpha_of(frame, self.name)
        return over(frame, made_ground(params, frame.height, frame.width, run.random), self.name)


class OverParams(BaseModel):
    """Nothing to choose: the ground covers the picture and is cut where it is too long."""


class Over(Operation[OverParams]):
    """Puts a cut-out product, with its shadow and reflection, on another picture: the further input `ground`."""

    name = "compose.over"
    version = "1.0.0"
    stage = "edit"
    title = "Put on a ground"
    Params = OverParams
    takes = Pixels.FLOAT
    inputs: ClassVar[Mapping[str, str]] = {"ground": "The picture to put the product on"}

    def run(self, frame: Frame, params: OverParams, run: Run) -> Frame:
        """The frame without alpha. BadPhoto if it was not cut out, BadParameters without a ground."""
        alpha_of(frame, self.name)
        if "ground" not in run.inputs:
            raise BadParameters("compose.over needs the picture to put the product on: give it as the input `ground`.")
        return over(frame, covering(run.inputs["ground"].rgb, frame.height, frame.width), self.name)

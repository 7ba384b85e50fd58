"""`compose.ground` makes an empty ground; `compose.over` puts the product on one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

import cv2
import numpy as np
from pydantic import BaseModel, Field

from packshot.errors import BadParameters
from packshot.imaging.hex_colour import HexColour, parse_colour
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_compose.blend import Floats, alpha_of, over
from packshot_compose.grounds import dithered, linear, radial, sweep


class GroundParams(BaseModel):
    """The ground."""

    width: int = Field(1600, ge=1, le=8000, description="Pixels")
    height: int = Field(1600, ge=1, le=8000, description="Pixels")
    shape: Literal["plain", "linear", "radial", "sweep"] = Field("sweep", description="sweep: a studio's paper wall and floor")
    start: HexColour = Field("#f4f4f2", description="The one colour; or that of the top, the middle or the wall")
    end: HexColour = Field("#e2e1de", description="Colour of the bottom, the corners or the floor")


class Ground(Operation[GroundParams]):
    """Makes an empty studio ground: plain, a gradient, or a paper sweep whose light stands where the seed puts it."""

    name = "compose.ground"
    version = "1.0.0"
    stage = "generate"
    title = "Studio ground"
    Params = GroundParams
    takes = Pixels.FLOAT
    source = False

    def run(self, frame: Frame, params: GroundParams, run: Run) -> Frame:
        """A frame with `rgb` only."""
        random = run.random
        start, end = parse_colour(params.start), parse_colour(params.end)
        size = params.height, params.width
        if params.shape == "plain":
            return frame.with_rgb(np.broadcast_to(start, (*size, 3)).copy())
        if params.shape == "sweep":
            light = float(random.uniform(0.3, 0.7)), float(random.uniform(0.2, 0.5))
            ground = sweep(*size, start, end, light)
        else:
            ground = (linear if params.shape == "linear" else radial)(*size, start, end)
        return frame.with_rgb(dithered(ground, random))


class OverParams(BaseModel):
    """Nothing to choose: the ground covers the picture and is cut where it is too long."""


class Over(Operation[OverParams]):
    """Puts a cut-out product, with its shadow, on another picture: the further input `ground`."""

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
        return over(frame, _covering(run.inputs["ground"].rgb, frame.height, frame.width), self.name)


def _covering(rgb: Floats, height: int, width: int) -> Floats:
    """`rgb` scaled to cover height × width, its middle kept."""
    scale = max(height / rgb.shape[0], width / rgb.shape[1])
    size = max(width, round(rgb.shape[1] * scale)), max(height, round(rgb.shape[0] * scale))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    scaled = cv2.resize(np.ascontiguousarray(rgb), size, interpolation=method)
    top, left = (scaled.shape[0] - height) // 2, (scaled.shape[1] - width) // 2
    return np.clip(scaled[top : top + height, left : left + width], 0, 1)

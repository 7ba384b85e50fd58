"""`compose.white` and `compose.plain`: a ground of one colour."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, Field

from packshot.imaging.hex_colour import HexColour, parse_colour
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_compose.overlay import alpha_of, over


class WhiteParams(BaseModel):
    """Nothing to choose: white is white."""


class White(Operation[WhiteParams]):
    """Puts a cut-out product on pure white: exactly 255, 255, 255 wherever neither product nor shadow is.

    The cutout stays with the picture as its plane `cutout`, by which later steps know the product from its ground, and by which
    this operation whitens the same picture again.
    """

    name = "compose.white"
    version = "1.0.0"
    stage = "edit"
    title = "White ground"
    Params = WhiteParams
    takes = Pixels.FLOAT

    def run(self, frame: Frame, params: WhiteParams, run: Run) -> Frame:
        """The frame without alpha, with `cutout` (H×W uint8, 0 ground, 255 product). BadPhoto if it was not cut out."""
        cut = frame if frame.alpha is not None else frame.with_planes(alpha=_kept(frame))
        cutout = np.rint(alpha_of(cut, self.name) * 255).astype(np.uint8)
        return over(cut, np.ones(3, np.float32), self.name).with_planes(cutout=cutout)


def _kept(frame: Frame) -> npt.NDArray[np.float32] | None:
    return None if frame.cutout is None else frame.cutout.astype(np.float32) / np.float32(255)


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

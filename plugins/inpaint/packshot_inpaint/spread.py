"""`inpaint.telea` and `inpaint.ns`: the hole's rim spread inward, for scratches, dust and lettering."""

from __future__ import annotations

import cv2
import numpy as np
from pydantic import Field

from packshot.plugin import Frame, Operation, Pixels, Run
from packshot.plugin.frame import Plane
from packshot_inpaint.hole import INPUTS, HoleParams, filled, hole_of
from packshot_inpaint.membrane import Bools, Floats

_RIM = 2


class SpreadParams(HoleParams):
    """What `inpaint.telea` and `inpaint.ns` take."""

    radius: float = Field(5.0, ge=1, le=50, description="How far around a pixel the known ones count, in pixels")


class Telea(Operation[SpreadParams]):
    """Fills thin holes (scratches, dust, lettering) from their rim inward. Large holes turn to streaks: use inpaint.patch there.

    A. Telea, "An image inpainting technique based on the fast marching method", J. Graphics Tools 9(1), 2004, as OpenCV has it,
    with 16 bits a channel. A hole that reaches across the picture takes 55 bytes a pixel: OpenCV wants each channel by itself.
    """

    name, version, stage, Params = "inpaint.telea", "1.0.0", "edit", SpreadParams
    title = "Fill thin holes (Telea)"
    takes = Pixels.FLOAT
    inputs = INPUTS

    def run(self, frame: Frame, params: SpreadParams, run: Run) -> Frame:
        """Outside the hole every bit stays. BadParameters without a mask, or if it is the whole picture."""
        hole = hole_of(frame, params, run, self.name)
        return filled(frame, hole, lambda rgb, inside: telea(rgb, inside, params.radius), self.name)


class NavierStokes(Operation[SpreadParams]):
    """Fills thin holes (scratches, dust, lettering) so that edges run on as streamlines do; large holes turn blurry.

    M. Bertalmio, A. Bertozzi, G. Sapiro, "Navier-Stokes, fluid dynamics, and image and video inpainting", CVPR 2001, as OpenCV
    has it. A hole that reaches across the picture takes 55 bytes a pixel: OpenCV wants each channel by itself.
    """

    name, version, stage, Params = "inpaint.ns", "1.0.0", "edit", SpreadParams
    title = "Fill thin holes (Navier-Stokes)"
    takes = Pixels.FLOAT
    inputs = INPUTS

    def run(self, frame: Frame, params: SpreadParams, run: Run) -> Frame:
        """Outside the hole every bit stays. BadParameters without a mask, or if it is the whole picture."""
        hole = hole_of(frame, params, run, self.name)
        return filled(frame, hole, lambda rgb, inside: navier_stokes(rgb, inside, params.radius), self.name)


def telea(rgb: Floats, hole: Bools, radius: float) -> Floats:
    """H×W×3, filled at 16 bits a channel."""
    # OpenCV adds half a level to each pixel it fills, whatever the depth: with floats of 0..1 that would be half of white.
    levels = np.rint(np.clip(rgb, 0, 1) * 65535).astype(np.uint16)
    made = _by_channel(levels, hole, radius, cv2.INPAINT_TELEA)
    made /= np.float32(65535)
    return made


def navier_stokes(rgb: Floats, hole: Bools, radius: float) -> Floats:
    """H×W×3."""
    return _by_channel(rgb, hole, radius, cv2.INPAINT_NS)


def _by_channel(planes: Plane, hole: Bools, radius: float, method: int) -> Floats:
    # Only its 8-bit version takes three channels at once.
    # It reads beyond pictures of one row or column, so there is a rim of the same pixels around.
    mask = np.pad(hole.astype(np.uint8), _RIM, mode="edge")
    made = np.empty(planes.shape, np.float32)
    for index in range(3):
        framed = np.pad(planes[..., index], _RIM, mode="edge")
        made[..., index] = cv2.inpaint(framed, mask, radius, method)[_RIM:-_RIM, _RIM:-_RIM]
    return made

"""`cutout.edge`: the contour of any cutout moved or softened."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

from packshot.errors import BadPhoto
from packshot.plugin import Frame, Operation, Pixels, Run

Floats = npt.NDArray[Any]


class Edge(BaseModel):
    """The edge of the cutout."""

    model_config = ConfigDict(extra="forbid")

    feather: float = Field(0.0, ge=0, le=50, description="Softens the edge over this many pixels")
    erode: float = Field(0.0, ge=0, le=50, description="Moves the edge inward by this many pixels")


class EdgeCutout(Operation[Edge]):
    """Moves the edge of a cutout inward and softens it; alpha that was 0 stays 0, and colours stay as they are."""

    name, version, stage, Params = "cutout.edge", "1.0.0", "preprocess", Edge
    title = "Edge of the cutout"
    takes = Pixels.FLOAT

    def run(self, frame: Frame, params: Edge, run: Run) -> Frame:
        """The frame with another alpha. BadPhoto if it was not cut out."""
        if frame.alpha is None:
            raise BadPhoto("There is no cutout whose edge could be shaped: add cutout.classical before cutout.edge.")
        if params.feather == 0 and params.erode == 0:
            return frame
        return frame.with_planes(alpha=shaped(frame.alpha, params))


def shaped(alpha: Floats, edge: Edge) -> Floats:
    """H×W alpha 0..1, eroded, then feathered; what was 0 stays 0."""
    result = alpha
    if edge.erode > 0:
        whole = int(np.ceil(edge.erode))
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * whole + 1, 2 * whole + 1))
        less = cv2.erode(alpha, kernel)
        result = alpha + (less - alpha) * np.float32(edge.erode / whole)
    if edge.feather > 0:
        result = np.minimum(cv2.GaussianBlur(result, (0, 0), edge.feather / 2), alpha)
    return result

"""`depth.given`: a depth map that the merchant has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

import cv2
import numpy as np
from pydantic import BaseModel, Field

from packshot.errors import BadParameters
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_depth.plane import Floats, filled, with_depth

_JUMP = 4.0
"""A quarter of all depth between neighbours of the map is a jump and no slope."""


class GivenParams(BaseModel):
    """How the map is to be read."""

    near: Literal["bright", "dark"] = Field("bright", description="How the map shows what is near")
    refine: bool = Field(True, description="Let a coarse map follow the photo's edges")


class Given(Operation[GivenParams]):
    """Takes a depth map from a camera, a scanner or another program: the further input `depth`, a grey picture in the photo's
    proportions.

    A smaller map is enlarged along the photo's edges (K. He et al., "Guided image filtering", 2013).
    """

    name = "depth.given"
    version = "1.0.0"
    stage = "preprocess"
    title = "Given depth"
    Params = GivenParams
    takes = Pixels.FLOAT
    inputs: ClassVar[Mapping[str, str]] = {"depth": "The depth map, in grey"}

    def run(self, frame: Frame, params: GivenParams, run: Run) -> Frame:
        """The frame with `depth` (1 near, 0 far). BadParameters without a map, or if it has other proportions."""
        if "depth" not in run.inputs:
            raise BadParameters("depth.given needs the depth map: give it as the input `depth`.")
        given = run.inputs["depth"]
        off = abs(np.log((given.width / given.height) / (frame.width / frame.height)))
        if off > 0.02 and min(frame.width, frame.height, given.width, given.height) > 16:
            raise BadParameters(
                f"The depth map is {given.width}×{given.height} and the photo {frame.width}×{frame.height}; "
                "they must have the same proportions."
            )
        grey = np.clip(given.rgb.mean(axis=2), 0, 1).astype(np.float32)
        near = grey if params.near == "bright" else 1 - grey
        coarse = frame.width > 1.5 * given.width
        return with_depth(frame, _refined(near, np.clip(frame.rgb, 0, 1)) if params.refine and coarse else near)


def _refined(coarse: Floats, guide: Floats) -> Floats:
    """The map's values as samples in the photo's size, filled along its edges. Those at a jump are mixtures of two depths."""
    height, width = guide.shape[:2]
    window = np.ones((3, 3), np.uint8)
    mixture = np.asarray(cv2.dilate(coarse, window)) - np.asarray(cv2.erode(coarse, window))
    trust = np.maximum(np.clip(1 - _JUMP * mixture, 0, 1), 1e-3)
    rows, columns = (
        np.clip(np.rint((np.arange(count) + 0.5) * size / count - 0.5).astype(int), 0, size - 1)
        for count, size in zip(coarse.shape, (height, width), strict=True)
    )
    depth, sure = np.zeros((height, width), np.float32), np.zeros((height, width), np.float32)
    depth[np.ix_(rows, columns)], sure[np.ix_(rows, columns)] = coarse, trust
    return filled(depth, sure, guide)

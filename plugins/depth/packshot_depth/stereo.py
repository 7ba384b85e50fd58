"""`depth.stereo`: depth from two photos taken side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, Field, JsonValue

from packshot.errors import BadParameters, BadPhoto
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_depth.plane import Floats, filled, stretched, with_depth

_SIDE = 900
_FEWEST = 20
"""Matching points below which nothing can be said about how the photos were taken."""
_TILTED = 0.004
"""Rows may scatter this much (share of the height) between photos that were only shifted."""


class StereoParams(BaseModel):
    """How far the photos may differ."""

    max_disparity: float = Field(0.12, gt=0, le=0.4, description="The largest shift between the photos, as a share of the width")


class Stereo(Operation[StereoParams]):
    """Tells depth from two photos: the picture is the left one, the further input `right` was taken a hand's breadth to its
    right.

    Assumed is that the camera was only moved sideways, not turned: then rows match and nothing has to be rectified. A constant
    shift up or down is found and taken out; a turned camera is refused. H. Hirschmüller, "Stereo processing by semiglobal
    matching", PAMI 2008, as OpenCV's SGBM, checked from left to right and back. Depth is the shift, which grows with nearness.
    Takes 1.6 s and 150 MB on one core, whatever the size (147 bytes a pixel for one megapixel): points and rows are
    matched both ways at 900 pixels.
    """

    name = "depth.stereo"
    version = "1.0.0"
    stage = "preprocess"
    title = "Depth from a stereo pair"
    Params = StereoParams
    takes = Pixels.FLOAT
    inputs: ClassVar[Mapping[str, str]] = {"right": "The photo taken from a little further right"}

    def run(self, frame: Frame, params: StereoParams, run: Run) -> Frame:
        """The frame with `depth` (1 near, 0 far). BadParameters without `right`, BadPhoto if rows do not match."""
        if "right" not in run.inputs:
            raise BadParameters("depth.stereo needs the right photo: give it as the input `right`.")
        scale = min(1.0, _SIDE / max(frame.width, frame.height))
        size = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
        left, right = (_small(rgb, size) for rgb in (frame.rgb, run.inputs["right"].rgb))
        shift = _vertical_shift(left, right)
        level = cv2.warpAffine(right, np.array([[1, 0, 0], [0, 1, -shift]], np.float32), size, borderMode=cv2.BORDER_REPLICATE)
        disparity, sure = _disparity(left, np.asarray(level, np.uint8), params.max_disparity)
        if sure.mean() < 0.05:
            raise BadPhoto(
                "The two photos could not be matched. Both must show the same product, the second a little further right."
            )
        guide = left.astype(np.float32) / np.float32(255)
        depth = filled(stretched(disparity, sure), sure, guide)
        finding: dict[str, JsonValue] = {"matched": round(float(sure.mean()), 3), "vertical_shift": round(shift / scale, 2)}
        return with_depth(frame, depth).with_finding(self.name, finding)


def _small(rgb: Floats, size: tuple[int, int]) -> npt.NDArray[np.uint8]:
    small = cv2.resize(np.clip(rgb, 0, 1), size, interpolation=cv2.INTER_AREA)
    return np.rint(small * 255).astype(np.uint8)


def _vertical_shift(left: npt.NDArray[np.uint8], right: npt.NDArray[np.uint8]) -> float:
    """How many rows lower the right photo shows everything. BadPhoto if no one shift serves, or the photos are swapped."""
    finder = cv2.SIFT.create(1500)
    points, marks = finder.detectAndCompute(cv2.cvtColor(left, cv2.COLOR_RGB2GRAY), None)
    others, other_marks = finder.detectAndCompute(cv2.cvtColor(right, cv2.COLOR_RGB2GRAY), None)
    if marks is None or other_marks is None or min(len(marks), len(other_marks)) < _FEWEST:
        return 0.0
    pairs = [pair for pair in cv2.BFMatcher(cv2.NORM_L2).knnMatch(marks, other_marks, k=2) if len(pair) == 2]
    good = [one for one, other in pairs if one.distance < 0.75 * other.distance]
    if len(good) < _FEWEST:
        return 0.0
    moved = np.array([np.subtract(others[match.trainIdx].pt, points[match.queryIdx].pt) for match in good])
    across, down = np.median(moved, axis=0)
    near = np.abs(moved[:, 1] - down) < 0.03 * len(left)
    scatter = float(np.median(np.abs(moved[near, 1] - down))) if near.any() else 0.0
    if scatter > max(1.0, _TILTED * len(left)) or abs(down) > 0.05 * len(left):
        raise BadPhoto("The camera was turned between the two photos. Move it sideways only, or put it on a rail or table.")
    if across > max(2.0, 0.01 * left.shape[1]):
        raise BadPhoto("The photos are in the wrong order: the picture must be the one taken from further left.")
    return float(down)


def _disparity(left: npt.NDArray[np.uint8], right: npt.NDArray[np.uint8], most: float) -> tuple[Floats, Floats]:
    """H×W shift in pixels, and where it is sure (0 or 1): matched, and matched back to where it came from."""
    count = max(16, 16 * round(most * left.shape[1] / 16))
    there = _matched(left, right, count)
    back = _matched(right[:, ::-1], left[:, ::-1], count)[:, ::-1]
    columns = np.arange(left.shape[1])[None] - np.rint(there).astype(int)
    returned = np.take_along_axis(back, np.clip(columns, 0, left.shape[1] - 1), axis=1)
    sure = (there >= 0) & (columns >= 0) & (np.abs(there - returned) <= 1)
    return there, sure.astype(np.float32)


def _matched(left: npt.NDArray[np.uint8], right: npt.NDArray[np.uint8], count: int) -> Floats:
    """H×W shift in pixels, negative where nothing matches."""
    block = 5
    # Without room at the left the first columns would have no shift.
    one, other = (np.pad(picture, ((0, 0), (count, 0), (0, 0)), mode="edge") for picture in (left, right))
    matcher = cv2.StereoSGBM.create(
        minDisparity=0,
        numDisparities=count,
        blockSize=block,
        P1=8 * 3 * block**2,
        P2=32 * 3 * block**2,
        uniquenessRatio=5,
        speckleWindowSize=60,
        speckleRange=2,
        mode=cv2.STEREO_SGBM_MODE_SGBM_3WAY,
    )
    return np.asarray(matcher.compute(one, other)[:, count:], np.float32) / np.float32(16)

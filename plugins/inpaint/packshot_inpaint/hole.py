"""What every fill shares: the hole that it was told of, and putting the fill there and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import cv2
import numpy as np
from pydantic import Field

from packshot.errors import BadParameters
from packshot.imaging.mask import MASK_INPUT, Where, find_mask
from packshot.plugin import Frame, Run
from packshot_inpaint.membrane import Bools, Floats

INPUTS: Mapping[str, str] = {"mask": MASK_INPUT}

Fill = Callable[[Floats, Bools], Floats]
"""From H×W×3 and its hole to the same with the hole filled."""


class HoleParams(Where):
    """What every fill takes."""

    expand: int = Field(0, ge=0, le=200, description="Makes the hole larger by this many pixels on every side")


def hole_of(frame: Frame, params: HoleParams, run: Run, operation: str) -> Bools:
    """H×W. Raises BadParameters if nobody says where it is, or if it is the whole picture."""
    mask = find_mask(frame, run.inputs.get("mask"), params)
    if mask is None:
        raise BadParameters(
            f"{operation} must be told where: give a picture as the further input `mask` (white: here), or a `box` or `polygon`."
        )
    told = np.asarray(mask >= 0.5, np.bool_)
    if told.all():
        raise BadParameters(
            "The mask covers the whole picture, so nothing is left to fill it from. Is it meant the other way round?"
        )
    hole = expanded(told, params.expand)
    return told if hole.all() else hole


def expanded(hole: Bools, pixels: int) -> Bools:
    """`hole` grown on every side."""
    if pixels == 0:
        return hole
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * pixels + 1, 2 * pixels + 1))
    return np.asarray(cv2.dilate(hole.astype(np.uint8), kernel) > 0, np.bool_)


def filled(frame: Frame, hole: Bools, fill: Fill, operation: str) -> Frame:
    """`frame` with its `hole` filled, the rest bit for bit as it was, and the finding how much that is.

    `fill` sees the hole's surroundings only: as much on each side as the hole is long.
    """
    share = round(float(hole.mean()), 6)
    if not hole.any():
        note = "The mask is empty, so nothing was changed."
        return frame.with_finding(operation, {"filled": 0.0, "note": note})
    window = _around(hole)
    part = np.ascontiguousarray(frame.rgb[window])
    inside = hole[window]
    rgb = frame.rgb.copy()
    rgb[window][inside] = np.clip(fill(part, inside)[inside], 0, 1)
    return frame.with_rgb(rgb).with_finding(operation, {"filled": share})


def _around(hole: Bools) -> tuple[slice, slice]:
    left, top, width, height = cv2.boundingRect(hole.astype(np.uint8))
    margin = max(64, width, height)
    rows = slice(max(0, top - margin), top + height + margin)
    return rows, slice(max(0, left - margin), left + width + margin)

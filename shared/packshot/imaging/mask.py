"""Where an operation works: one way for all of them to be given a mask.

A mask is a further input named `mask` (`MASK_INPUT`), a `box` or `polygon` among the parameters (`Where`), or the frame's own
plane `mask`, which an earlier step left there. What is given explicitly is joined; the plane counts only where nothing is.
"""

from __future__ import annotations

from typing import Annotated

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, Field, field_validator

from packshot.errors import BadParameters
from packshot.imaging.pixels import bands_of
from packshot.plugin.frame import Frame, Plane

Floats = npt.NDArray[np.float32]
Share = Annotated[float, Field(ge=0, le=1)]

MASK_INPUT = "Where to do it: white on black in the picture's proportions, or a cutout, whose alpha counts"

_SURE = 0.04
"""A mask saved as JPEG is not quite black and white: what is this near to either end is taken for it."""


class Where(BaseModel):
    """The parameters by which every operation with a mask says where it works.

    Shares of the picture and not pixels: a step before may have changed its size.
    """

    box: tuple[Share, Share, Share, Share] | None = Field(
        None, description="Where to do it: left, top, right and bottom as shares (0 to 1) of the picture's width and height"
    )
    polygon: list[tuple[Share, Share]] | None = Field(
        None, min_length=3, max_length=1000, description="Where to do it: corners x, y as shares (0 to 1) of width and height"
    )

    @field_validator("box")
    @classmethod
    def _has_area(cls, box: tuple[float, float, float, float] | None) -> tuple[float, float, float, float] | None:
        if box is not None and (box[0] >= box[2] or box[1] >= box[3]):
            raise ValueError("left must be less than right, and top less than bottom")
        return box


def find_mask(frame: Frame, given: Frame | None, where: Where) -> Floats | None:
    """H×W, 0 outside to 1 inside: where to work on `frame`; None if nobody says.

    `given` is the further input `mask` in any pixel format, scaled to the picture. Raises BadParameters if its proportions are
    not the picture's.
    """
    told = told_where(frame, given, where)
    if told is not None:
        return told
    plane = frame.planes.get("mask")
    return None if plane is None else _settled(_in_shares(plane))


def told_where(frame: Frame, given: Frame | None, where: Where) -> Floats | None:
    """The same, by what is given explicitly alone."""
    height, width = frame.height, frame.width
    said = [] if given is None else [mask_of_picture(given, height, width)]
    if where.box is not None:
        said.append(_in_box(where.box, height, width))
    if where.polygon is not None:
        said.append(_in_polygon(where.polygon, height, width))
    return np.asarray(np.maximum.reduce(said), np.float32) if said else None


def find_region(frame: Frame, given: Frame | None, where: Where, operation: str) -> Floats:
    """The same for an operation on the product: where nobody says it, the cutout. Raises BadParameters if there is none either.

    Of a cutout the whole soft edge counts in full: it has the product's own colours, thinly.
    """
    mask = find_mask(frame, given, where)
    if mask is not None:
        return mask
    if frame.alpha is None:
        raise BadParameters(
            f"{operation} must be told where: cut the product out first, or give a further input `mask`, a `box` or a `polygon`."
        )
    return (frame.alpha > 0).astype(np.float32)


def blended(before: Floats, after: Floats, weight: Floats) -> Floats:
    """H×W×3: from `before` to `after` by `weight` (H×W, 0..1); at its ends they stay bit for bit."""
    mixed = np.empty_like(before)
    for rows in bands_of(before):
        old, new, share = before[rows], after[rows], weight[rows][..., None]
        mixed[rows] = np.where(share <= 0, old, np.where(share >= 1, new, old + share * (new - old)))
    return mixed


def mask_of_picture(given: Frame, height: int, width: int) -> Floats:
    """height × width, 0..1: the alpha of a picture that is clear somewhere, else its brightest channel, so that a mask may be
    painted in any colour. Raises BadParameters if its proportions differ.
    """
    if abs(given.height * width - given.width * height) > 0.02 * given.width * height + max(width, given.width):
        raise BadParameters(
            f"The mask has {given.width}×{given.height} pixels and the picture {width}×{height}: "
            "give a mask of the same proportions."
        )
    alpha = given.alpha
    clear_somewhere = alpha is not None and bool(_in_shares(alpha).min() < 1 - _SURE)
    mask = _in_shares(alpha) if alpha is not None and clear_somewhere else _in_shares(given.rgb.max(axis=2))
    if mask.shape != (height, width):
        method = cv2.INTER_AREA if mask.shape[0] > height else cv2.INTER_LINEAR
        mask = np.asarray(cv2.resize(mask, (width, height), interpolation=method), np.float32)
    return _settled(mask)


def _in_box(box: tuple[float, float, float, float], height: int, width: int) -> Floats:
    """Pixels are inside from the edges rounded to whole ones; at least one pixel is."""
    left, top = (min(round(share * size), size - 1) for share, size in zip(box[:2], (width, height), strict=True))
    right, bottom = (round(share * size) for share, size in zip(box[2:], (width, height), strict=True))
    mask = np.zeros((height, width), np.float32)
    mask[top : max(bottom, top + 1), left : max(right, left + 1)] = 1
    return mask


def _in_polygon(corners: list[tuple[float, float]], height: int, width: int) -> Floats:
    """Pixels that the outline touches are inside."""
    points = np.array(corners) * (width, height) - 0.5
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [np.rint(points * 16).astype(np.int32)], 1, shift=4)
    return mask.astype(np.float32)


def _in_shares(plane: Plane) -> Floats:
    """Any plane with 1 for its dtype's full scale."""
    full = np.iinfo(plane.dtype).max if plane.dtype.kind in "iu" else 1
    return np.asarray(np.clip(plane.astype(np.float32) / np.float32(full), 0, 1), np.float32)


def _settled(mask: Floats) -> Floats:
    stretched: Floats = np.clip((mask - np.float32(_SURE)) / np.float32(1 - 2 * _SURE), 0, 1)
    return stretched

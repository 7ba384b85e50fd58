"""From a photo to alpha, whatever made the first guess."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import Field

from packshot.imaging.mask import Where
from packshot_cutout.catalogue import catalogue_cut
from packshot_cutout.edge import Edge
from packshot_cutout.matte import refine
from packshot_cutout.segment import Segmentation, segment, segment_within

Bytes = npt.NDArray[Any]
Floats = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]

How = Literal["ground", "outline", "network", "colours"]
"""By one exact ground colour; by a mask, box or polygon that was given; by a network and colours; by colours and edges alone."""
Guess = Callable[[Bytes], Floats | None]
"""How likely each pixel of a small picture (uint8 h×w×3) is the product (float h×w, 0..1); None where it cannot say."""

MARGIN = 0.25
"""Of a box's longer side: how much of its surroundings is looked at."""
LEAST = 0.0005
"""Share of the picture below which what was found is no product."""


class CutParams(Where):
    """How to cut."""

    edge: Edge = Field(Edge(), description="The edge of the cutout")
    keep_holes: bool = Field(True, description="Keep holes, as in a mug's handle; off: the product is solid")
    max_side: int = Field(
        320, ge=96, le=800, description="Longer side at which the product is looked for; the edge is always refined at full size"
    )


@dataclass(frozen=True)
class Cut:
    """What was cut out."""

    alpha: Floats
    """H×W float32, 0..1."""
    confidence: float
    """0..1; 0 where no product was found, and all is kept."""
    how: How


def cut_out(rgb: Bytes, rough: Floats | None, params: CutParams, *, drawn: bool = False, guess: Guess | None = None) -> Cut:
    """The product of uint8 `rgb` H×W×3.

    `rough` (H×W, 0..1) says where it is: a box in which to look, or, `drawn`, an outline that is to be refined. `guess` adds to
    what colours and edges tell.
    """
    if rough is None:
        return _searched(rgb, params, guess)
    if not drawn:
        return _searched_in_box(rgb, np.asarray(rough > 0.5), params, guess)
    small = _small(rgb, params.max_side)
    outline = cv2.resize(rough, (small.shape[1], small.shape[0]), interpolation=cv2.INTER_AREA)
    return _cut(rgb, segment_within(small, outline, params.keep_holes), "outline")


def _searched_in_box(rgb: Bytes, box: Mask, params: CutParams, guess: Guess | None) -> Cut:
    """What lies around the box is known to be ground, and looked at for that."""
    place = _around(box)
    cut = _searched(np.ascontiguousarray(rgb[place]), params, guess, box[place])
    alpha = np.zeros(box.shape, np.float32)
    alpha[place] = cut.alpha * box[place]
    return Cut(alpha, cut.confidence, cut.how)


def _around(box: Mask) -> tuple[slice, slice]:
    """Rows and columns of the box, with a margin."""
    left, top, width, height = cv2.boundingRect(box.astype(np.uint8))
    margin = round(MARGIN * max(width, height))
    return (
        slice(max(top - margin, 0), min(top + height + margin, box.shape[0])),
        slice(max(left - margin, 0), min(left + width + margin, box.shape[1])),
    )


def _searched(rgb: Bytes, params: CutParams, guess: Guess | None, within: Mask | None = None) -> Cut:
    """The product of a picture, or of what is `within` a part of it (H×W)."""
    plain = catalogue_cut(rgb, params.keep_holes)
    if plain is not None:
        return Cut(plain.alpha, plain.confidence, "ground")
    small = _small(rgb, params.max_side)
    told = None if guess is None else guess(small)
    found = segment(small, params.keep_holes, told, None if within is None or within.all() else _shrunk(within, small))
    return _cut(rgb, found, "colours" if told is None else "network")


def _cut(rgb: Bytes, found: Segmentation, how: How) -> Cut:
    if found.mask.mean() < LEAST or found.mask.all():
        return Cut(np.ones(rgb.shape[:2], np.float32), 0.0, how)
    return Cut(refine(rgb, found.mask.astype(np.float32)), found.confidence, how)


def _shrunk(within: Mask, small: Bytes) -> Mask:
    size = (small.shape[1], small.shape[0])
    return np.asarray(cv2.resize(within.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.5)


def _small(rgb: Bytes, longest: int) -> Bytes:
    scale = min(1.0, longest / max(rgb.shape[:2]))
    size = (max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale)))
    return np.ascontiguousarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA))

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
    plain = catalogue_cut(rgb, params.keep_holes) if rough is None else None
    if plain is not None:
        return Cut(plain.alpha, plain.confidence, "ground")
    found, how = _looked_for(_small(rgb, params.max_side), rough, params.keep_holes, drawn=drawn, guess=guess)
    if found.mask.mean() < LEAST or found.mask.all():
        return Cut(np.ones(rgb.shape[:2], np.float32), 0.0, how)
    return Cut(refine(rgb, found.mask.astype(np.float32)), found.confidence, how)


def _looked_for(
    small: Bytes, rough: Floats | None, keep_holes: bool, *, drawn: bool, guess: Guess | None
) -> tuple[Segmentation, How]:
    if rough is None:
        return _found(small, keep_holes, guess)
    outline = cv2.resize(rough, (small.shape[1], small.shape[0]), interpolation=cv2.INTER_AREA)
    if drawn:
        return segment_within(small, outline, keep_holes), "outline"
    box = np.asarray(outline > 0.5)
    place = np.ix_(np.flatnonzero(box.any(axis=1)), np.flatnonzero(box.any(axis=0)))
    inside, how = _found(np.ascontiguousarray(small[place]), keep_holes, guess)
    mask = np.zeros(box.shape, bool)
    mask[place] = inside.mask
    return Segmentation(mask, inside.confidence), how


def _found(small: Bytes, keep_holes: bool, guess: Guess | None) -> tuple[Segmentation, How]:
    told = None if guess is None else guess(small)
    return segment(small, keep_holes, told), "colours" if told is None else "network"


def _small(rgb: Bytes, longest: int) -> Bytes:
    scale = min(1.0, longest / max(rgb.shape[:2]))
    size = (max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale)))
    return np.ascontiguousarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA))

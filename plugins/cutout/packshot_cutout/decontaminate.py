"""`cutout.decontaminate`: no halo of the old ground."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, Field

from packshot.errors import BadPhoto
from packshot.imaging.spread import push_pull
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_cutout.foreground import estimate_foreground

Bytes = npt.NDArray[Any]
Floats = npt.NDArray[Any]

RADII = (24, 4)
TILE = 512
SPREAD_SIDE = 256
"""Longer side at which colours are spread over the clear part."""


class DecontaminateParams(BaseModel):
    """How much of the old ground's colour to take out."""

    strength: float = Field(
        1.0, ge=0, le=1, description="0 leaves the picture as it is, 1 takes all of the old ground's colour out"
    )


class Decontaminate(Operation[DecontaminateParams]):
    """Replaces the colours of a cutout's soft edge by the product's own, so that no halo of the old ground shows.

    Alpha stays as it is, and so do the colours where it is full. Where it is 0 the product's colours go on outward, so that a
    later resize or sharpening draws in no old ground.
    """

    name = "cutout.decontaminate"
    version = "1.0.0"
    stage = "preprocess"
    title = "Decontaminate edge"
    Params = DecontaminateParams
    takes = Pixels.UINT8

    def run(self, frame: Frame, params: DecontaminateParams, run: Run) -> Frame:
        """The frame with other colours where alpha is not full. BadPhoto if it was not cut out."""
        if frame.alpha is None:
            raise BadPhoto("There is no cutout whose edge could be cleaned: add cutout.classical before cutout.decontaminate.")
        if params.strength == 0:
            return frame
        own = _own_colours(frame.rgb, frame.alpha)
        rgb = cv2.addWeighted(own, params.strength, frame.rgb, 1 - params.strength, 0)
        return frame.with_rgb(np.where((frame.alpha == 255)[..., None], frame.rgb, rgb))


def _own_colours(rgb: Bytes, alpha: Bytes) -> Bytes:
    """Tile by tile, and only where the edge is soft; elsewhere the colours of the nearest product."""
    own = _spread(rgb, alpha)
    soft = (alpha > 0) & (alpha < 255)
    height, width = alpha.shape
    reach = sum(RADII)
    for top in range(0, height, TILE):
        for left in range(0, width, TILE):
            inner = np.s_[top : top + TILE, left : left + TILE]
            if not soft[inner].any():
                continue
            y, x = max(0, top - reach), max(0, left - reach)
            outer = np.s_[y : top + TILE + reach, x : left + TILE + reach]
            found = estimate_foreground(rgb[outer].astype(np.float32) / 255, alpha[outer].astype(np.float32) / 255, RADII)
            found = found[top - y : top - y + TILE, left - x : left - x + TILE] * 255
            # A pixel that is mostly ground says little of the product: there the nearest product's colour is the better witness.
            trust = np.minimum(alpha[inner].astype(np.float32) / 128, 1)[..., None]
            mixed = np.rint(found * trust + own[inner] * (1 - trust)).astype(np.uint8)
            own[inner] = np.where(soft[inner][..., None], mixed, own[inner])
    return own


def _spread(rgb: Bytes, alpha: Bytes) -> Bytes:
    """H×W×3: everywhere the colour of the product nearby."""
    height, width = alpha.shape
    scale = min(1.0, SPREAD_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    solid = np.where(alpha == 255, np.uint8(255), np.uint8(0)) if (alpha == 255).any() else alpha
    weight = cv2.resize(solid, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    colour = cv2.resize(cv2.bitwise_and(rgb, rgb, mask=solid), size, interpolation=cv2.INTER_AREA).astype(np.float32)
    filled = push_pull(colour, weight)
    return cv2.resize(np.clip(np.rint(filled), 0, 255).astype(np.uint8), (width, height), interpolation=cv2.INTER_LINEAR)

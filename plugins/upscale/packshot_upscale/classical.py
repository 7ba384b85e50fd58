"""What the operations that enlarge by calculation have in common."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, TypeVar

import numpy as np
from pydantic import BaseModel, Field

from packshot.imaging.enlarge import enlarged_frame
from packshot.imaging.spread import spread_outward
from packshot.imaging.tiles import Tiles, through_tiles
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot.plugin.frame import Plane
from packshot_upscale.size import must_stay_a_picture

_TILE = 512
"""Pixels of a tile's side before it is enlarged."""


class ClassicalParams(BaseModel):
    """What every operation that enlarges by calculation takes."""

    factor: int = Field(2, ge=2, le=4, description="How many times as wide and high the picture becomes")


P = TypeVar("P", bound=ClassicalParams)


class ClassicalUpscale(Operation[P]):
    """Enlarges tile by tile. What is clear in a cutout does not bleed into the product."""

    stage = "edit"
    takes = Pixels.FLOAT
    timeout_s = 300.0
    reach: ClassVar[int]
    """How many pixels of the small picture away a result may depend on."""

    def run(self, frame: Frame, params: P, run: Run) -> Frame:
        """The frame `factor` times as large. BadPhoto if it would be larger than packshot opens pictures."""
        must_stay_a_picture(frame, params.factor)
        rgb = np.asarray(spread_outward(frame.rgb, frame.alpha), np.float32)
        tiles = Tiles.of((_TILE, _TILE), 8 * self.reach // 3, 1, params.factor)
        enlarged = through_tiles(rgb, lambda tile: self.enlarged(tile, params), tiles, run.progress)
        return enlarged_frame(frame, enlarged, params.factor)

    @abstractmethod
    def enlarged(self, rgb: Plane, params: P) -> Plane:
        """`rgb` (H×W×3 float32, sRGB-encoded) `factor` times as large."""

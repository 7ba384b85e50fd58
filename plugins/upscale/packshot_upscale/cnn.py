"""`upscale.NAME`: a network that was trained to enlarge, one operation for each card of the family `upscale.cnn`."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from pydantic import BaseModel, Field

from packshot.contracts.operation import Device
from packshot.imaging.enlarge import enlarged_frame
from packshot.imaging.spread import spread_outward
from packshot.imaging.tiles import Tiles, through_tiles
from packshot.plugin import Frame, Pixels, Run, Touch
from packshot.plugin.frame import Plane
from packshot.plugin.models import Floats, Net, NetOperation, NetUse
from packshot_upscale.size import must_stay_a_picture

TILE = 384
"""Pixels of a tile's side before it is enlarged."""


class CnnUse(NetUse):
    """The shape of a network that enlarges."""

    built_by = "packshot_upscale.network:Enlarger"

    factor: int = Field(2, ge=2, le=4, description="How many times as large the picture becomes")
    channels: int = Field(48, ge=4, le=512, description="Channels of every layer")
    blocks: int = Field(8, ge=1, le=40, description="Residual blocks of two layers each")

    @property
    def overlap(self) -> int:
        """Pixels that tiles share: of these, the network may look 3/8 far (see through_tiles)."""
        reach = 2 * self.blocks + 2 + 2
        return math.ceil(reach * 8 / 3)

    def example_inputs(self) -> tuple[Floats, ...]:
        """A tile."""
        return (np.random.default_rng(0).random((1, 3, TILE // 4, TILE // 4), np.float32),)


class CnnParams(BaseModel):
    """Nothing: how many times it enlarges is the model's."""


class CnnUpscale(NetOperation[CnnParams, CnnUse]):
    """Enlarges with a network that packshot has trained, tile by tile; alpha and other planes grow with the picture.

    Takes one to two seconds a megapixel of the result on one core, and up to 84 bytes a pixel of small pictures: the network's
    own planes of a tile, which do not grow with the picture.
    """

    family, prefix, handling = "upscale.cnn", "upscale", "1"
    ships = "packshot_upscale"
    stage = "edit"
    title = "Enlarge"
    Params = CnnParams
    Use = CnnUse
    takes = Pixels.FLOAT
    touch = Touch.ENHANCED
    device = Device(kind="cuda")

    def run(self, frame: Frame, params: CnnParams, run: Run) -> Frame:
        """The frame `factor` times as large. BadPhoto if it would be larger than packshot opens pictures."""
        must_stay_a_picture(frame, self.use.factor)
        # What lies under clear alpha is of no meaning, and would be drawn into the product's edge.
        rgb = spread_outward(frame.rgb, frame.alpha)
        return enlarged_frame(frame, enlarged(self.net, self.use, rgb, run.progress), self.use.factor)


def enlarged(net: Net, use: CnnUse, rgb: Plane, progress: Callable[[float], None] = lambda share: None) -> Plane:
    """`rgb` (H×W×3 float32) `factor` times as large."""

    def enlarge(tile: Plane) -> Plane:
        (made,) = net(tile.transpose(2, 0, 1)[None])
        return np.ascontiguousarray(made[0].transpose(1, 2, 0))

    side = max(TILE, 3 * use.overlap)
    tiles = Tiles.of((side, side), use.overlap, 1, use.factor)
    return through_tiles(np.asarray(rgb, np.float32), enlarge, tiles, progress)

"""`denoise.cnn`: a network that was trained to take noise out."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import Field

from packshot.contracts.operation import Device
from packshot.imaging.tiles import Tiles, through_tiles
from packshot.plugin.frame import Plane
from packshot.plugin.models import Floats, Net, NetOperation, NetUse
from packshot_denoise.denoiser import Denoiser
from packshot_denoise.noise import Noise, NoiseParams

TILE = 512
OVERLAP = 192


class CnnUse(NetUse):
    """The shape of a network that mends pictures."""

    built_by = "packshot_denoise.unet:UNetRes"

    widths: tuple[Annotated[int, Field(ge=1, le=1024)], ...] = Field(
        (32, 64, 96, 128), min_length=1, max_length=6, description="Channels of each level, finest first"
    )
    blocks: int = Field(2, ge=1, le=16, description="Residual blocks of each level")
    bias: bool = Field(False, description="With biases it learns faster, and does not reach beyond the noise it has seen")

    @property
    def multiple(self) -> int:
        """What the sides of pictures must be multiples of."""
        return int(2 ** len(self.widths))

    def example_inputs(self) -> tuple[Floats, ...]:
        """A tile, and how strong what disturbs it is."""
        tile = np.random.default_rng(0).random((1, 3, TILE // 2, TILE // 2), np.float32)
        return tile, np.full((1, 1, 1, 1), 0.1, np.float32)


class CnnDenoise(NetOperation[NoiseParams, CnnUse], Denoiser[NoiseParams]):
    """Takes noise out with a network that packshot has trained; it is told how strong the noise is, measured or given.

    Takes about a second a megapixel on one core, for 1.8 million weights see every pixel, and up to 103 bytes a pixel of small
    pictures: the network's own planes of a tile, which do not grow with the picture.
    """

    family, prefix, handling = "denoise.cnn", "denoise", "1"
    ships = "packshot_denoise"
    stage = "preprocess"
    title = "Denoise"
    Params = NoiseParams
    Use = CnnUse
    device = Device(kind="cuda")
    halo = 96

    def cleaned(self, rgb: Plane, noise: Noise, params: NoiseParams) -> Plane:
        """In tiles, so that memory does not grow with the picture."""
        return denoised(self.net, self.use, rgb, noise)


def denoised(net: Net, use: CnnUse, rgb: Plane, noise: Noise) -> Plane:
    """`rgb` (H×W×3 float32) without its noise."""
    return cleaned_of(net, use, rgb, float(np.sqrt(np.mean(np.square(noise.rgb)))))


def cleaned_of(net: Net, use: CnnUse, rgb: Plane, level: float) -> Plane:
    """`rgb` (H×W×3 float32) without what disturbs it, which `net` is told has about the standard deviation `level`, of 1."""
    strength = np.full((1, 1, 1, 1), level, np.float32)

    def clean(tile: Plane) -> Plane:
        (made,) = net(tile.transpose(2, 0, 1)[None], strength)
        return np.ascontiguousarray(made[0].transpose(1, 2, 0))

    tiles = Tiles.of((max(TILE, rgb.shape[0]), TILE), OVERLAP, use.multiple)
    return through_tiles(np.asarray(rgb, np.float32), clean, tiles)

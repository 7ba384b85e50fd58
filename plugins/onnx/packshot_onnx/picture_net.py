"""A network that makes a picture of a picture, the same size or larger, as restoration and upscaling use it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from packshot.errors import OperationFailed
from packshot.imaging.tiles import Tiles, through_tiles
from packshot.plugin.models import ModelCard
from packshot_onnx.session import Session
from packshot_onnx.tensor import Floats, picture_tensor, planes_of
from packshot_onnx.use import TiledUse


class PictureNet:
    """A loaded network with its card's way of being used."""

    def __init__(self, card: ModelCard, use: TiledUse, device: str, scale: int = 1) -> None:
        """Raises what Session raises."""
        self._card, self._use, self._scale = card, use, scale
        self._session = Session(card, device, use.layout, use.output)
        self._session.expect((1, 3))
        fixed = self._session.inputs[0].size
        side = fixed or (use.tile, use.tile)
        self._tiles = Tiles.of(side, use.overlap, use.multiple, scale, fixed=fixed is not None)

    def __call__(self, rgb: Floats, progress: Callable[[float], None]) -> Floats:
        """H·scale × W·scale × 3, 0..1, for H×W×3 `rgb` 0..1. OperationFailed if the network answers another size."""
        made = through_tiles(rgb, self._answer, self._tiles, progress)
        return np.clip(made, 0, 1)

    def _answer(self, tile: Floats) -> Floats:
        port = self._session.inputs[0]
        planes = planes_of(self._session.run(picture_tensor(tile, self._use, port.dtype, port.channels)), self._use)
        height, width = tile.shape[0] * self._scale, tile.shape[1] * self._scale
        if planes.shape[:2] != (height, width) or planes.shape[2] not in (1, 3):
            raise OperationFailed(
                f"The model {self._card.name} made {'×'.join(map(str, planes.shape))} of {tile.shape[0]}×{tile.shape[1]}×3, "
                f"not {height}×{width}×3: correct family, layout, scale or multiple on its card."
            )
        return planes if planes.shape[2] == 3 else planes.repeat(3, axis=2)

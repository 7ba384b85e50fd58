"""A picture through a network in overlapping tiles, so that memory does not grow with the picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Net = Callable[[Floats], Floats]
"""H×W×C to (scale·H)×(scale·W)×C."""


@dataclass(frozen=True)
class Tiles:
    """How a picture is divided. Sides and overlap are multiples of `multiple`, so that every tile lies on the network's grid."""

    height: int
    width: int
    overlap: int
    multiple: int = 1
    scale: int = 1
    fixed: bool = False
    """Whether the network takes this size only; else smaller pictures go as they are."""

    @staticmethod
    def of(size: tuple[int, int], overlap: int, multiple: int, scale: int = 1, *, fixed: bool = False) -> Tiles:
        """Tiles of about `size`; at least half of a tile is its own."""
        height, width = (side if fixed else max(multiple, side // multiple * multiple) for side in size)
        shared = min(overlap, height // 2, width // 2) // multiple * multiple
        return Tiles(height, width, shared, multiple, scale, fixed)


@dataclass(frozen=True)
class Span:
    """A tile along one axis: where it lies in the input, and how much it counts at each pixel of its part of the output."""

    start: int
    stop: int
    weight: Floats


def through_tiles(picture: Floats, net: Net, tiles: Tiles, progress: Callable[[float], None] = lambda share: None) -> Floats:
    """What `net` makes of `picture` (H×W×C), tile by tile, times `scale` as large.

    Tiles are cross-faded over the middle quarter of what they share. A network that looks no farther than 3/8 of the overlap
    gives what it would give for the whole picture.
    """
    height, width = picture.shape[:2]
    padded = _padded(picture, tiles)
    rows = _spans(padded.shape[0], tiles.height, tiles)
    columns = _spans(padded.shape[1], tiles.width, tiles)
    made: Floats | None = None
    for index, (row, column) in enumerate((row, column) for row in rows for column in columns):
        tile = net(np.ascontiguousarray(padded[row.start : row.stop, column.start : column.stop]))
        if made is None:
            made = np.zeros((padded.shape[0] * tiles.scale, padded.shape[1] * tiles.scale, tile.shape[2]), np.float32)
        part = made[_scaled(row, tiles.scale), _scaled(column, tiles.scale)]
        part += tile * row.weight[:, None, None] * column.weight[None, :, None]
        progress((index + 1) / (len(rows) * len(columns)))
    assert made is not None
    return made[: height * tiles.scale, : width * tiles.scale]


def _padded(picture: Floats, tiles: Tiles) -> Floats:
    """Mirrored at its lower and right border up to what the network takes."""
    height, width = (-(-side // tiles.multiple) * tiles.multiple for side in picture.shape[:2])
    if tiles.fixed:
        height, width = max(height, tiles.height), max(width, tiles.width)
    below, right = height - picture.shape[0], width - picture.shape[1]
    if not below and not right:
        return picture
    mirrored = cv2.copyMakeBorder(picture, 0, below, 0, right, cv2.BORDER_REFLECT_101)
    return np.asarray(mirrored, np.float32).reshape(height, width, -1)


def _spans(length: int, side: int, tiles: Tiles) -> list[Span]:
    if length <= side:
        return [Span(0, length, np.ones(length * tiles.scale, np.float32))]
    starts = [*range(0, length - side, side - tiles.overlap), length - side]
    seams = [(left + side + right) / 2 for left, right in pairwise(starts)]
    centres = (np.arange(length * tiles.scale) + 0.5) / tiles.scale
    half = max(tiles.overlap / 8, 0.5 / tiles.scale)
    # How far a pixel lies beyond each seam, 0..1; a tile counts for what lies beyond its first and not beyond its last seam.
    beyond = [
        np.ones_like(centres),
        *(np.clip((centres - seam) / (2 * half) + 0.5, 0, 1) for seam in seams),
        np.zeros_like(centres),
    ]
    return [
        Span(start, start + side, (now - later)[start * tiles.scale : (start + side) * tiles.scale].astype(np.float32))
        for start, now, later in zip(starts, beyond[:-1], beyond[1:], strict=True)
    ]


def _scaled(span: Span, scale: int) -> slice:
    return slice(span.start * scale, span.stop * scale)

"""A hole filled by a network, from coarse to fine: numpy only, whoever runs the network.

The network fills holes that are narrow. A wide one is narrow on a picture that is small enough: there all of it is filled, and at
each larger size anew what lies near its rim, between the known picture and the fill from the size below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import cv2
import numpy as np

from packshot.imaging.poisson import solve_poisson
from packshot.imaging.tiles import Tiles, through_tiles
from packshot_inpaint.membrane import Bools, Floats

Complete = Callable[[Floats, Floats], Floats]
"""The network: 1×3×H×W, smooth in the hole, and 1×1×H×W, what each pixel is (`FillNet.forward`), to 1×3×H×W."""

DEEPEST = 32
"""Pixels from the known picture up to which the network fills a hole by itself."""
RIM = 20
"""Pixels from the known picture that are filled anew at the larger size."""
BAND, HALO = 512, 96
"""Rows and columns that are filled at once, and those around that the network sees: multiples of `multiple`."""


def completed(
    net: Complete, multiple: int, rgb: Floats, hole: Bools, progress: Callable[[float], None] = lambda share: None
) -> Floats:
    """`rgb` (H×W×3) with its `hole` filled, whatever was there. Not all may be hole."""
    levels = _levels(rgb, hole)
    made: Floats | None = None
    for done, (known, missing) in enumerate(reversed(levels)):
        made, state = _begun(known, missing, made)
        for rows in _bands(missing):
            _fill(net, multiple, made, state, rows)
        progress((done + 1) / len(levels))
    assert made is not None
    return made


def smooth(rgb: Floats, state: Floats) -> Floats:
    """H×W×3: `rgb` with a membrane where `state` (H×W) is 1, exact enough to be the same in every tile."""
    return solve_poisson(rgb, np.zeros_like(rgb), state == 1, cycles=5)


def depth_of(hole: Bools) -> Floats:
    """H×W: distance to the nearest pixel that is known; 0 outside the hole."""
    return np.asarray(cv2.distanceTransform(hole.astype(np.uint8), cv2.DIST_L2, 5), np.float32)


def tensors(rgb: Floats, state: Floats) -> tuple[Floats, Floats]:
    """What the network takes: 1×3×H×W and 1×1×H×W."""
    return np.ascontiguousarray(rgb.transpose(2, 0, 1), np.float32)[None], np.ascontiguousarray(state, np.float32)[None, None]


def _levels(rgb: Floats, hole: Bools) -> list[tuple[Floats, Bools]]:
    """Picture and hole, each half as large as the one before, until the network fills all that is left of the hole."""
    levels = [(rgb, hole)]
    while depth_of(levels[-1][1]).max() > DEEPEST:
        smaller = _halved(*levels[-1])
        if smaller[1].all():
            break
        levels.append(smaller)
    return levels


def _halved(rgb: Floats, hole: Bools) -> tuple[Floats, Bools]:
    """Pixels are means of what is known of them; where less than half is, they are hole."""
    size = ((hole.shape[1] + 1) // 2, (hole.shape[0] + 1) // 2)
    known = (~hole).astype(np.float32)
    share = cv2.resize(known, size, interpolation=cv2.INTER_AREA)
    sums = cv2.resize(rgb * known[..., None], size, interpolation=cv2.INTER_AREA)
    return np.asarray(sums / np.maximum(share, 1e-6)[..., None], np.float32), np.asarray(share < 0.5, np.bool_)


def _begun(rgb: Floats, hole: Bools, coarser: Floats | None) -> tuple[Floats, Floats]:
    """A copy of `rgb` with the coarser fill in the depth of the hole, and the state of each pixel."""
    state = hole.astype(np.float32)
    if coarser is None:
        begun = rgb.copy()
        begun[hole] = rgb[~hole].mean(axis=0)
        return begun, state
    begun = np.asarray(cv2.resize(coarser, (hole.shape[1], hole.shape[0]), interpolation=cv2.INTER_CUBIC), np.float32)
    np.copyto(begun, rgb, where=~hole[..., None])
    state[depth_of(hole) > RIM] = 0.5
    return begun, state


def _bands(hole: Bools) -> Iterator[slice]:
    """Rows that have holes, so many at a time that memory does not grow with the picture."""
    for top in range(0, len(hole), BAND):
        if hole[top : top + BAND].any():
            yield slice(top, min(top + BAND, len(hole)))


def _fill(net: Complete, multiple: int, rgb: Floats, state: Floats, rows: slice) -> None:
    """Fill these rows of `rgb` in place where `state` is 1."""
    start = max(0, rows.start - HALO)
    seen = np.s_[start : rows.stop + HALO]

    def fill(tile: Floats) -> Floats:
        colours, what = np.ascontiguousarray(tile[..., :3]), tile[..., 3]
        if not (what == 1).any():
            return colours
        made: Floats = net(*tensors(smooth(colours, what), what))[0].transpose(1, 2, 0)
        return made

    tiles = Tiles.of((BAND + 2 * HALO, BAND + 2 * HALO), 2 * HALO, multiple)
    made = through_tiles(np.dstack((rgb[seen], state[seen])), fill, tiles)
    np.copyto(rgb[rows], made[rows.start - start : rows.stop - start], where=(state[rows] == 1)[..., None])

"""8×8 blocks and their discrete cosine transform."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from packshot.plugin.frame import Plane

Floats = npt.NDArray[np.float32]

SIDE = 8
"""Pixels of a block's side."""


def _dct_matrix() -> npt.NDArray[np.float64]:
    frequency, position = np.arange(SIDE)[:, None], np.arange(SIDE)[None]
    rows: npt.NDArray[np.float64] = np.sqrt(2 / SIDE) * np.cos(np.pi * (2 * position + 1) * frequency / (2 * SIDE))
    rows[0] /= np.sqrt(2)
    return rows


INVERSE: Floats = np.kron(_dct_matrix(), _dct_matrix()).astype(np.float32)
"""64×64: row vectors of coefficients (row by row, lowest first) times this are blocks."""
FORWARD: Floats = np.ascontiguousarray(INVERSE.T)
"""64×64: row vectors of pixels times this are coefficients of the orthonormal DCT-II."""


def blocks_of(plane: Plane) -> Plane:
    """N×64: the blocks of a plane whose sides are multiples of 8, row by row."""
    height, width = plane.shape
    return plane.reshape(height // SIDE, SIDE, width // SIDE, SIDE).transpose(0, 2, 1, 3).reshape(-1, SIDE * SIDE)


def plane_of(blocks: Plane, shape: tuple[int, int]) -> Plane:
    """The plane of `shape` that `blocks_of` took apart."""
    height, width = shape
    return blocks.reshape(height // SIDE, width // SIDE, SIDE, SIDE).transpose(0, 2, 1, 3).reshape(shape)


def diagonals() -> npt.NDArray[Any]:
    """64: horizontal plus vertical frequency of each coefficient, 0..14."""
    index = np.arange(SIDE)
    return (index[:, None] + index[None]).ravel()

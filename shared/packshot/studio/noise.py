"""Textures of chance: what makes a rendered ground look like a thing somebody owns."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[Any]
"""float32."""


def fractal(random: np.random.Generator, height: int, width: int, cell: tuple[float, float], octaves: int = 4) -> Floats:
    """Smooth noise about 0 with deviation near 1. `cell` is the size (down, across) in pixels of the coarsest lumps."""
    total = np.zeros((height, width), np.float32)
    for octave in range(octaves):
        rows = max(3, round(height / cell[0] * 2**octave) + 3)
        columns = max(3, round(width / cell[1] * 2**octave) + 3)
        grid = random.standard_normal((min(rows, height + 3), min(columns, width + 3))).astype(np.float32)
        total += np.asarray(cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC), np.float32) / 2**octave
    return total


def smoothstep(low: float, high: float, value: Floats) -> Floats:
    """0 below `low`, 1 above `high`, smooth between."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def dot(a: Floats, b: Floats) -> Floats:
    """N inner products of N×K and N×K, or K."""
    return np.asarray(np.einsum("ij,ij->i", a, np.broadcast_to(b, a.shape)), np.float32)


def unit(vectors: Floats) -> Floats:
    """N×K vectors of length 1."""
    return np.asarray(vectors / np.sqrt(np.maximum(dot(vectors, vectors), 1e-12))[:, None], np.float32)

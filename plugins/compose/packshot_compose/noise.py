"""Random patterns that grounds are made of: each H×W float32, zero mean and unit deviation."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


def blobs(random: np.random.Generator, height: int, width: int, across: float, down: float | None = None) -> Floats:
    """Smooth noise whose features are `across` × `down` pixels large."""
    return clouds(random, height, width, across, 1, stretch=1.0 if down is None else down / across)


def clouds(
    random: np.random.Generator, height: int, width: int, size: float, octaves: int = 5, *, stretch: float = 1.0
) -> Floats:
    """Noise of many sizes, each octave half as large and half as strong as the one before; `stretch` times longer down than
    across.

    K. Perlin, "An image synthesizer", SIGGRAPH 1985 (turbulence). Random grids are enlarged twofold and added, the finest last.
    """
    octaves = max(1, min(octaves, int(np.log2(max(size, 1.5) / 1.5)) + 1))
    across = size / 2 ** (octaves - 1)
    grids = [_grid(height / across / stretch, width / across)]
    while len(grids) < octaves:
        grids.insert(0, _grid(grids[0][0] / 2, grids[0][1] / 2))
    total = np.zeros(grids[0], np.float32)
    for octave, (rows, columns) in enumerate(grids):
        if octave:
            total = np.asarray(cv2.resize(total, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.float32)[:rows, :columns]
        total = total + random.standard_normal((rows, columns), np.float32) * np.float32(0.5**octave)
    full = max(width, round(grids[-1][1] * across)), max(height, round(grids[-1][0] * across * stretch))
    return _unit(np.asarray(cv2.resize(total, full, interpolation=cv2.INTER_CUBIC)[:height, :width], np.float32))


def grain(random: np.random.Generator, height: int, width: int) -> Floats:
    """White noise."""
    return random.standard_normal((height, width), np.float32)


def _grid(rows: float, columns: float) -> tuple[int, int]:
    return int(np.ceil(rows)) + 2, int(np.ceil(columns)) + 2


def _unit(plane: Floats) -> Floats:
    return np.asarray((plane - plane.mean()) / max(float(plane.std()), 1e-6), np.float32)

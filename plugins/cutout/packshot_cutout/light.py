"""The light on the ground: a smooth surface fitted where the ground is known, and how each pixel differs from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[Any]
Bytes = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]

FEWEST = 50
"""Pixels of ground that a fit needs."""


@dataclass(frozen=True)
class GroundLight:
    """How a picture differs from its ground."""

    change: Floats
    """H×W×3: log of linear light over that of the ground as it would be there; negative is darker."""
    spread: float
    """The ground's own robust standard deviation of log light: its texture and noise."""
    tint: float
    """The ground's own usual departure from its chromaticity."""


def ground_light(rgb: Bytes, ground: Mask) -> GroundLight | None:
    """Fit the light on `ground` (H×W) of a uint8 sRGB picture; None if there is too little of it."""
    if ground.sum() < FEWEST:
        return None
    linear = np.power(cv2.GaussianBlur(rgb, (0, 0), 0.8).astype(np.float32) / 255, 2.2)
    log = np.log(linear + 0.01)
    change = log - _surface(log, ground)
    light = change.mean(axis=2)
    tint = np.abs(change - light[..., None]).max(axis=2)
    return GroundLight(change, float(np.median(np.abs(light[ground]))) * 1.48, float(np.median(tint[ground])))


def _surface(log: Floats, ground: Mask) -> Floats:
    """H×W×3: a quadratic surface through the ground's log colour, robust to strays (iteratively reweighted, Cauchy weights)."""
    height, width = ground.shape
    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    basis = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)
    rows = np.flatnonzero(ground.ravel())
    rows = rows[:: max(1, rows.size // 4000)]
    terms, seen = basis.reshape(-1, 6)[rows], log.reshape(-1, 3)[rows]
    weight = np.ones(len(rows))
    for _ in range(4):
        root = np.sqrt(weight)[:, None]
        fit = np.linalg.lstsq(terms * root, seen * root, rcond=None)[0]
        error = np.abs(seen - terms @ fit).max(axis=1)
        scale = 1.48 * float(np.median(error)) + 1e-3
        weight = 1 / (1 + (error / (2 * scale)) ** 2)
    return np.asarray((basis @ fit).astype(np.float32))

"""Flat backgrounds made by code: gradients as in a studio, textures, dead leaves."""

from __future__ import annotations

import cv2
import numpy as np

from packshot.studio.colours import muted
from packshot.studio.dead_leaves import dead_leaves
from packshot.studio.grounds import GROUNDS, ground
from packshot.studio.noise import Floats

Random = np.random.Generator


def backdrop(random: Random, shape: tuple[int, int], tone: Floats | None = None) -> Floats:
    """H×W×3 sRGB 0..1: a wall with light on it, a texture seen from above, or dead leaves; about the colour `tone` (3, sRGB)
    where one is given."""
    kind = random.uniform()
    if tone is not None:
        texture = _texture(random, shape) if kind < 0.5 else np.ones((*shape, 3), np.float32)
        texture = texture / np.maximum(texture.mean(axis=(0, 1)), 0.02)
        return np.asarray(
            np.clip(tone * _gradient(random, shape) * (1 + (texture - 1) * np.float32(0.35)), 0, 1).astype(np.float32), np.float32
        )
    if kind < 0.35:
        wall = np.array(muted(random), np.float32) ** np.float32(1 / 2.2)
        return np.asarray(np.clip(wall * _gradient(random, shape), 0, 1).astype(np.float32), np.float32)
    if kind < 0.8:
        return np.asarray(np.clip(_texture(random, shape) * _gradient(random, shape), 0, 1).astype(np.float32), np.float32)
    leaves = dead_leaves(int(random.integers(1 << 31)), shape)
    return np.asarray(leaves, np.float32) / np.float32(255)


def _gradient(random: Random, shape: tuple[int, int]) -> Floats:
    """H×W×1 light: a slope, and a bright or dark middle."""
    y, x = (np.linspace(-0.5, 0.5, count, dtype=np.float32) for count in shape)
    a, b = random.normal(0, 0.18, 2)
    centre = random.uniform(-0.4, 0.4, 2)
    lamp = np.exp(-((x - centre[0]) ** 2 + (y[:, None] - centre[1]) ** 2) / random.uniform(0.1, 0.6))
    return np.asarray((1 + a * x + b * y[:, None] + random.uniform(-0.2, 0.25) * lamp)[..., None], np.float32)


def _texture(random: Random, shape: tuple[int, int]) -> Floats:
    """A ground of the studio from straight above, repeated."""
    factors = ground(random, str(random.choice(GROUNDS)), 0.2).floor.factors.levels[0]
    repeat = random.uniform(0.6, 1.6)
    side = max(2, int(max(shape) / repeat))
    sized = cv2.resize(factors, (side, side), interpolation=cv2.INTER_AREA)
    rows = (np.arange(shape[0]) + int(random.integers(side))) % side
    columns = (np.arange(shape[1]) + int(random.integers(side))) % side
    return np.clip(sized[np.ix_(rows, columns)], 0, 1).astype(np.float32) ** np.float32(1 / 2.2)

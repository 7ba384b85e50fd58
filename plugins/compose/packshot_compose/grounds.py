"""Grounds: gradients and the studio sweep."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


def linear(height: int, width: int, top: Floats, bottom: Floats) -> Floats:
    """H×W×3: from `top` to `bottom`, eased at both ends so that no line shows."""
    share = _eased(np.linspace(0, 1, height, dtype=np.float32))[:, None, None]
    return np.broadcast_to(top + (bottom - top) * share, (height, width, 3)).astype(np.float32)


def radial(height: int, width: int, middle: Floats, rim: Floats) -> Floats:
    """H×W×3: from `middle` to `rim`, the corners' colour."""
    x, y = np.linspace(-1, 1, width, dtype=np.float32), np.linspace(-1, 1, height, dtype=np.float32)
    share = np.clip(np.sqrt((x[None] ** 2 + y[:, None] ** 2) / 2), 0, 1)
    return (middle + (rim - middle) * _eased(share)[..., None]).astype(np.float32)


def sweep(height: int, width: int, wall: Floats, floor: Floats, light: tuple[float, float]) -> Floats:
    """H×W×3: a studio's paper sweep. The wall bends softly into the floor at two thirds, lit around `light` (x, y in 0..1)."""
    down = np.linspace(0, 1, height, dtype=np.float32)
    bend = _eased(np.clip((down - 0.5) / 0.3, 0, 1))[:, None, None]
    x, y = np.linspace(0, 1, width, dtype=np.float32), down
    away = (x[None] - light[0]) ** 2 + (y[:, None] - light[1]) ** 2
    lit = 0.86 + 0.14 * np.exp(-away / (2 * 0.45**2))
    return ((wall + (floor - wall) * bend) * lit[..., None]).astype(np.float32)


def dithered(ground: Floats, random: np.random.Generator) -> Floats:
    """`ground` with triangular noise of one 8-bit level, so that eight bits show no bands; pure white and black stay pure."""
    height, width = ground.shape[:2]
    noise = random.random((height, width, 1), np.float32) - random.random((height, width, 1), np.float32)
    pure = ((ground <= 0) | (ground >= 1)).all(axis=2, keepdims=True)
    return np.clip(ground + np.where(pure, 0, noise / 255), 0, 1).astype(np.float32)


def _eased(share: Floats) -> Floats:
    return share * share * (3 - 2 * share)

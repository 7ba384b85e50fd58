"""Pictures with holes, made by code or taken from scikit-image."""

from __future__ import annotations

import cv2
import numpy as np
from skimage import data

COFFEE = data.coffee()[60:260, 160:360].astype(np.float32) / 255
BRICK = np.repeat(data.brick()[:200, :200, None], 3, axis=2).astype(np.float32) / 255
GRASS = np.repeat(data.grass()[:200, :200, None], 3, axis=2).astype(np.float32) / 255


def scratches(height: int = 200, width: int = 200) -> np.ndarray:
    """Thin lines, about 4 % of the picture."""
    mask = np.zeros((height, width), np.uint8)
    random = np.random.default_rng(5)
    while mask.mean() < 0.04:
        cv2.polylines(mask, [random.integers(0, [width, height], (3, 2)).astype(np.int32)], False, 1, 4)
    return mask > 0


def blob(height: int = 200, width: int = 200) -> np.ndarray:
    """A round hole in the middle, about 12 %."""
    mask = np.zeros((height, width), np.uint8)
    cv2.circle(mask, (width // 2, height // 2), min(height, width) // 5, 1, -1)
    return mask > 0


def as_mask(hole: np.ndarray) -> np.ndarray:
    """The same as a merchant paints it."""
    return np.repeat(hole[..., None], 3, axis=2).astype(np.uint8) * 255


def psnr(one: np.ndarray, other: np.ndarray, where: np.ndarray) -> float:
    """Inside `where`, for pictures of 0..1."""
    return float(10 * np.log10(1 / np.mean((one[where] - other[where]) ** 2)))


def board(height: int = 160, width: int = 200) -> np.ndarray:
    """A light board under uneven light with grain: 0..1."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    light = 0.75 + 0.12 * x / width - 0.08 * y / height
    grain = np.random.default_rng(1).normal(0, 0.008, (height, width, 3))
    return np.clip(light[..., None] + grain, 0, 1).astype(np.float32)

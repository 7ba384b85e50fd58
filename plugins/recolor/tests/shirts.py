"""Products of one colour under uneven light, made by code."""

from __future__ import annotations

import cv2
import numpy as np

from packshot.imaging.pixels import linear_to_srgb, srgb_to_linear
from packshot.plugin import Frame

BOX = np.s_[20:100, 25:115]


def colour(written: str) -> np.ndarray:
    """sRGB 0..1 of #rrggbb."""
    return np.array([int(written[index : index + 2], 16) for index in (1, 3, 5)], np.float32) / 255


def folds(height: int = 120, width: int = 140) -> np.ndarray:
    """H×W: light from 0.5 to 1.2, in soft stripes."""
    x = np.arange(width, dtype=np.float32)[None]
    y = np.arange(height, dtype=np.float32)[:, None]
    return (0.85 + 0.2 * np.sin(x / 6 + y / 25) - 0.15 * y / height).astype(np.float32)


def shirt(paint: str, print_: str | None = None) -> Frame:
    """A cutout of that colour with folds, uint8; a square of another colour printed on it."""
    light = folds()
    linear = srgb_to_linear(np.broadcast_to(colour(paint), (*light.shape, 3)).copy())
    if print_ is not None:
        linear[50:70, 60:85] = srgb_to_linear(colour(print_).reshape(1, 1, 3))[0, 0]
    rgb = np.clip(linear_to_srgb(np.clip(linear * light[..., None], 0, 1)), 0, 1)
    alpha = np.zeros(light.shape, np.uint8)
    alpha[BOX] = 255
    alpha[20, 25:115] = 90
    ground = np.full_like(rgb, 0.85)
    rgb = np.where(alpha[..., None] > 0, rgb, ground)
    return Frame.of(np.rint(rgb * 255).astype(np.uint8), alpha)


def lab(rgb: np.ndarray) -> np.ndarray:
    """L*, a*, b* of uint8, by OpenCV."""
    return cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)

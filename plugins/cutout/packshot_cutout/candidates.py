"""Choosing between two cuts of one picture by how they look, without knowing the truth."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[Any]
Bytes = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]

CLEARLY = 0.3
"""How much better the second cut must look to replace the first."""


def better(rgb: Bytes, first: Mask, second: Mask) -> bool:
    """Whether `second` looks clearly better than `first`."""
    lab = cv2.GaussianBlur(cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB), (0, 0), 1)
    return _looks(lab, second) > _looks(lab, first) + CLEARLY


def _looks(lab: Floats, mask: Mask) -> float:
    """A good cut runs along edges, parts colours, stays off the rim, and has a plausible size and a simple outline."""
    share = float(mask.mean())
    if not 0 < share < 1:
        return -np.inf
    kernel = np.ones((3, 3), np.uint8)
    outline = cv2.dilate(mask.astype(np.uint8), kernel) != cv2.erode(mask.astype(np.uint8), kernel)
    steep = np.sqrt(sum((cv2.Sobel(lab, cv2.CV_32F, dx, dy) ** 2).sum(axis=2) for dx, dy in ((1, 0), (0, 1))))
    edge = float(steep[outline].mean() / (steep.mean() + 1e-6))
    on_rim = float(np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]]).mean())
    roundness = 16 * np.pi * mask.sum() / outline.sum() ** 2
    implausible = 0 if 0.02 < share < 0.85 else 2
    return float(np.log(edge + 0.05) - 2 * _overlap(lab, mask) - 1.5 * on_rim - implausible + 0.3 * np.log(roundness + 0.01))


def _overlap(lab: Floats, mask: Mask) -> float:
    """Bhattacharyya coefficient of the colours inside and outside, 0 apart to 1 alike."""
    level = np.clip(lab / np.array([12.5, 16, 16], np.float32) + np.array([0, 8, 8], np.float32), 0, 15).astype(np.int64)
    code = (level[..., 0] * 16 + level[..., 1]) * 16 + level[..., 2]
    inside, outside = (np.bincount(code[part], minlength=4096) / part.sum() for part in (mask, ~mask))
    return float(np.sqrt(inside * outside).sum())

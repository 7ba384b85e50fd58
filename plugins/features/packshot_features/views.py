"""One picture seen in many ways: what a classifier learns from."""

from __future__ import annotations

import cv2
import numpy as np

from packshot.plugin.frame import Plane

_LEAST = 0.45
"""Of the picture's area that a view shows."""


def shifted(picture: Plane, rng: np.random.Generator, most: int = 2) -> Plane:
    """A small picture (H×W×3 uint8) moved by up to `most` pixels, mirrored half of the time."""
    height, width = picture.shape[:2]
    down, across = rng.integers(0, 2 * most + 1, 2)
    wide = cv2.copyMakeBorder(np.asarray(picture), most, most, most, most, cv2.BORDER_REPLICATE)
    moved = wide[down : down + height, across : across + width]
    return moved[:, ::-1] if rng.random() < 0.5 else moved


def cropped(picture: Plane, rng: np.random.Generator) -> Plane:
    """A part of a photo (H×W×3 uint8), mirrored half of the time, in another light, sometimes blurred or grey.

    The part has 45 to 100 % of the area and sides of 3:4 to 4:3 (C. Szegedy et al., "Going deeper with convolutions", CVPR 2015).
    """
    height, width = picture.shape[:2]
    area, ratio = rng.uniform(_LEAST, 1), np.exp(rng.uniform(np.log(0.75), np.log(4 / 3)) / 2)
    part_height = min(height, max(1, round(height * np.sqrt(area) / ratio)))
    part_width = min(width, max(1, round(width * np.sqrt(area) * ratio)))
    top, left = int(rng.integers(0, height - part_height + 1)), int(rng.integers(0, width - part_width + 1))
    part = np.asarray(picture[top : top + part_height, left : left + part_width])
    part = part[:, ::-1] if rng.random() < 0.5 else part
    return _in_another_light(part, rng)


def _in_another_light(part: Plane, rng: np.random.Generator) -> Plane:
    gains = np.exp(rng.normal(0, 0.08, 3) + rng.normal(0, 0.2))
    gamma = np.exp(rng.normal(0, 0.2))
    curve = np.power(np.arange(256) / 255, gamma)[:, None] * gains * 255
    lit = cv2.LUT(np.ascontiguousarray(part), np.clip(np.rint(curve), 0, 255).astype(np.uint8)[None])
    if rng.random() < 0.1:
        lit = np.repeat(cv2.cvtColor(lit, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)
    return cv2.GaussianBlur(lit, (0, 0), float(rng.uniform(0.4, 1.2))) if rng.random() < 0.15 else lit

"""One labelled photo seen in many ways: what `cutout.net` learns from."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from packshot.plugin.frame import Plane


@dataclass(frozen=True)
class View:
    """A square piece of a photo."""

    rgb: Plane
    """side×side×3 float32, 0..1."""
    alpha: Plane
    """side×side float32, 0..1."""


def view_of(rgb: Plane, alpha: Plane, side: int, rng: np.random.Generator) -> View:
    """`rgb` (H×W×3 uint8) and `alpha` (H×W, 0..full scale) turned, scaled, shifted, mirrored, and in another light.

    The product is about as large as in the photo, 0.6 to 1.4 times; what lies beyond the photo continues its border.
    """
    height, width = rgb.shape[:2]
    scale = side / max(height, width) * np.exp(rng.uniform(np.log(0.6), np.log(1.4)))
    angle = float(rng.normal(0, 8))
    turn: Plane = cv2.getRotationMatrix2D((width / 2, height / 2), angle, float(scale))
    shift = rng.uniform(-0.12, 0.12, 2) * side
    turn[:, 2] += np.array([side / 2 - width / 2, side / 2 - height / 2]) + shift
    if rng.random() < 0.5:
        turn[0] = [0, 0, side - 1] - turn[0]
    seen = _warped(np.asarray(rgb), turn, side, scale).astype(np.float32) / 255
    full = 1.0 if alpha.dtype.kind == "f" else float(np.iinfo(alpha.dtype).max)
    mask = _warped(np.asarray(alpha).astype(np.float32) / np.float32(full), turn, side, scale)
    return View(_in_another_light(seen, rng), np.clip(mask, 0, 1))


def _warped(plane: Plane, turn: Plane, side: int, scale: float) -> Plane:
    if scale < 0.75:
        # A warp looks at four pixels only: what is shrunk much is shrunk by areas first.
        small = (max(1, round(plane.shape[1] * scale)), max(1, round(plane.shape[0] * scale)))
        plane = cv2.resize(plane, small, interpolation=cv2.INTER_AREA)
        turn = turn.copy()
        turn[:, :2] /= scale
    return cv2.warpAffine(plane, turn, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _in_another_light(rgb: Plane, rng: np.random.Generator) -> Plane:
    """Exposure, white balance and contrast as amateurs' photos differ; sometimes blurred, noisy, or grey."""
    gains = np.exp(rng.normal(0, 0.08, 3)).astype(np.float32) * np.float32(np.exp(rng.normal(0, 0.15)))
    lit = np.power(np.clip(rgb, 0, 1), np.float32(np.exp(rng.normal(0, 0.2)))) * gains
    if rng.random() < 0.1:
        lit = np.repeat(lit.mean(axis=2, keepdims=True), 3, axis=2)
    if rng.random() < 0.2:
        lit = cv2.GaussianBlur(lit, (0, 0), float(rng.uniform(0.4, 1.5)))
    if rng.random() < 0.3:
        lit = lit + rng.standard_normal(lit.shape, np.float32) * np.float32(rng.uniform(0, 0.05))
    return np.asarray(np.clip(lit, 0, 1), np.float32)

"""The shapes of shadows, from a product's alpha."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

WORK_SIDE = 800
"""Shadows are soft: they are computed at most this large and enlarged."""
FAINTEST = 1 / 512
"""A shadow below this is none, so that a pure ground stays pure."""


def drop(alpha: Floats, softness: float, direction: float, offset: float) -> Floats:
    """H×W 0..1: the product's own shape, shifted and blurred."""
    return _at_work_size(alpha, lambda small: _drop(small, softness, direction, offset))


def contact(alpha: Floats, softness: float, direction: float, offset: float) -> Floats:
    """H×W 0..1: a dark line where the product meets the floor, and a wide soft pool around it.

    The lower contour is the highest floor point of each column. What hangs higher above the lowest point casts less, falling off
    with its height over the floor, as ambient occlusion does.
    """
    return _at_work_size(alpha, lambda small: _contact(small, softness, direction, offset))


def _drop(alpha: Floats, softness: float, direction: float, offset: float) -> Floats:
    reach = max(_size(alpha))
    moved = _shifted(alpha, direction, offset * reach)
    blur = max(0.3, (0.002 + 0.05 * softness) * reach)
    return np.asarray(cv2.GaussianBlur(moved, (0, 0), blur, borderType=cv2.BORDER_CONSTANT), np.float32)


def _contact(alpha: Floats, softness: float, direction: float, offset: float) -> Floats:
    height, width = _size(alpha)
    line = _footprint(alpha, height)
    core = _blurred(line, 0.012 * width, 0.010 * height + 0.004 * width, 0.3 + softness)
    pool = _blurred(line, 0.06 * width, 0.03 * width, 0.4 + 1.2 * softness)
    pool = _shifted(pool, direction, 0.3 * offset * max(height, width))
    return 1 - (1 - 0.8 * core) * (1 - 0.6 * pool)


def _footprint(alpha: Floats, product_height: int) -> Floats:
    """H×W: per column a short stroke at the product's lower contour, fainter the higher it is above the lowest."""
    solid = alpha > 0.5
    rows = np.arange(len(alpha), dtype=np.float32)
    lowest = np.where(solid.any(axis=0), len(alpha) - 1 - np.argmax(solid[::-1], axis=0), -1).astype(np.float32)
    gap = (lowest.max() - lowest) / product_height
    weight = np.where(lowest >= 0, np.exp(-gap / 0.04), 0).astype(np.float32)
    thick = max(1.0, 0.012 * product_height)
    return np.asarray((np.abs(rows[:, None] - lowest[None]) <= thick) * weight[None], np.float32)


def _blurred(line: Floats, across: float, down: float, scale: float) -> Floats:
    """`line` blurred and scaled back to a peak of 1."""
    soft = cv2.GaussianBlur(
        line, (0, 0), sigmaX=max(0.5, across * scale), sigmaY=max(0.5, down * scale), borderType=cv2.BORDER_CONSTANT
    )
    return np.asarray(soft / max(float(soft.max()), 1e-6), np.float32)


def _shifted(plane: Floats, direction: float, distance: float) -> Floats:
    angle = np.deg2rad(direction)
    move = np.array([[1, 0, distance * np.cos(angle)], [0, 1, distance * np.sin(angle)]], np.float32)
    moved = cv2.warpAffine(plane, move, plane.shape[::-1], flags=cv2.INTER_LINEAR, borderValue=0)
    return np.asarray(moved, np.float32)


def _size(alpha: Floats) -> tuple[int, int]:
    """Height and width of the product's box, pixels."""
    solid = alpha > 0.5
    rows, columns = np.flatnonzero(solid.any(axis=1)), np.flatnonzero(solid.any(axis=0))
    return int(rows[-1] - rows[0] + 1), int(columns[-1] - columns[0] + 1)


def _at_work_size(alpha: Floats, cast: Callable[[Floats], Floats]) -> Floats:
    height, width = alpha.shape
    scale = min(1.0, WORK_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(np.ascontiguousarray(alpha, np.float32), size, interpolation=cv2.INTER_AREA)
    if not (small > 0.5).any():
        return np.zeros_like(alpha, np.float32)
    shadow = cv2.resize(cast(np.asarray(small, np.float32)), (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip((shadow - FAINTEST) / (1 - FAINTEST), 0, 1), np.float32)

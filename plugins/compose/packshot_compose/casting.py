"""The shapes of shadows, from a product's alpha. Each takes H×W 0..1 and gives H×W 0..1."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from packshot_compose.floor import Floats, floor_line, lowest_rows, product_size
from packshot_compose.lamp import laid_down

WORK_SIDE = 800
"""Shadows are soft: they are computed at most this large and enlarged."""
FAINTEST = 1 / 512
"""A shadow below this is none, so that a pure ground stays pure."""


@dataclass(frozen=True)
class Light:
    """Where a shadow falls, and how."""

    softness: float
    """0 crisp to 1 very soft."""
    direction: float
    """Where it falls, degrees: 0 right, 90 towards the viewer (down), 180 left, 270 away (up)."""
    offset: float
    """drop, floating: how far it falls, as a share of the product's longer side."""
    spread: float
    """cast: how long it is, as a share of the product's height."""


def shadow_of(alpha: Floats, mode: str, light: Light) -> Floats:
    """The shadow of the named mode, at the size of `alpha`. Nothing where there is no product."""
    return _at_work_size(alpha, lambda small: _MODES[mode](small, light))


def _drop(alpha: Floats, light: Light) -> Floats:
    """The product's own shape, shifted and blurred."""
    reach = max(product_size(alpha))
    moved = _shifted(alpha, light.direction, light.offset * reach)
    return _soft(moved, max(0.3, (0.002 + 0.05 * light.softness) * reach))


def _contact(alpha: Floats, light: Light) -> Floats:
    """A dark line where the product meets the floor, and a wide soft pool around it.

    The lower contour is the highest floor point of each column. What hangs higher above the floor casts less, falling off with
    its height, as ambient occlusion does.
    """
    height, width = product_size(alpha)
    line = _footprint(alpha, height)
    core = _peaked(line, 0.012 * width, 0.010 * height + 0.004 * width, 0.3 + light.softness)
    pool = _peaked(line, 0.06 * width, 0.03 * width, 0.4 + 1.2 * light.softness)
    pool = _shifted(pool, light.direction, 0.3 * light.offset * max(height, width))
    return 1 - (1 - 0.8 * core) * (1 - 0.6 * pool)


def _floating(alpha: Floats, light: Light) -> Floats:
    """A pool on the floor below a product that hovers `offset` above it: its width, flat, and paler the higher it hovers."""
    height, width = product_size(alpha)
    gap = light.offset * max(height, width)
    line = np.zeros_like(alpha)
    row = min(len(alpha) - 1, round(float(lowest_rows(alpha).max()) + gap))
    columns = np.flatnonzero((alpha > 0.5).any(axis=0))
    across = np.clip((np.arange(alpha.shape[1]) - columns.mean()) / (0.5 * width), -1, 1)
    thick = max(1, round(0.02 * width))
    line[max(0, row - thick) : row + thick] = np.sqrt(1 - across**2)
    reach = 0.02 * width + 0.35 * gap
    pool = _peaked(line, reach * (0.6 + light.softness), 0.5 * reach * (0.4 + light.softness), 1.0)
    return pool * np.float32(0.8 / (1 + 4 * light.offset))


def _cast(alpha: Floats, light: Light) -> Floats:
    """The shadow that a lamp throws, and the dark line where the product stands."""
    contact = _contact(alpha, Light(0.5 * light.softness, 90, 0, 0))
    return 1 - (1 - 0.85 * laid_down(alpha, light.direction, light.spread, light.softness)) * (1 - 0.75 * contact)


_MODES: dict[str, Callable[[Floats, Light], Floats]] = {
    "contact": _contact,
    "drop": _drop,
    "floating": _floating,
    "cast": _cast,
}


def _footprint(alpha: Floats, product_height: int) -> Floats:
    """H×W: per column a short stroke at the product's lower contour, fainter the higher it is above the floor."""
    rows = np.arange(len(alpha), dtype=np.float32)
    lowest = lowest_rows(alpha)
    gap = (floor_line(alpha) - lowest) / product_height
    weight = np.where(lowest >= 0, np.exp(-gap / 0.04), 0).astype(np.float32)
    thick = max(1.0, 0.012 * product_height)
    return np.asarray((np.abs(rows[:, None] - lowest[None]) <= thick) * weight[None], np.float32)


def _peaked(line: Floats, across: float, down: float, scale: float) -> Floats:
    """`line` blurred and scaled back to a peak of 1."""
    wide, high = max(0.5, across * scale), max(0.5, down * scale)
    soft = cv2.GaussianBlur(line, (0, 0), sigmaX=wide, sigmaY=high, borderType=cv2.BORDER_CONSTANT)
    return np.asarray(soft / max(float(soft.max()), 1e-6), np.float32)


def _soft(plane: Floats, sigma: float) -> Floats:
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), sigma, borderType=cv2.BORDER_CONSTANT), np.float32)


def _shifted(plane: Floats, direction: float, distance: float) -> Floats:
    angle = np.deg2rad(direction)
    move = np.array([[1, 0, distance * np.cos(angle)], [0, 1, distance * np.sin(angle)]], np.float32)
    moved = cv2.warpAffine(plane, move, plane.shape[::-1], flags=cv2.INTER_LINEAR, borderValue=0)
    return np.asarray(moved, np.float32)


def _at_work_size(alpha: Floats, cast: Callable[[Floats], Floats]) -> Floats:
    height, width = alpha.shape
    scale = min(1.0, WORK_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(np.ascontiguousarray(alpha, np.float32), size, interpolation=cv2.INTER_AREA)
    if not (small > 0.5).any():
        return np.zeros_like(alpha, np.float32)
    shadow = cv2.resize(cast(np.asarray(small, np.float32)), (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip((shadow - FAINTEST) / (1 - FAINTEST), 0, 1), np.float32)

"""Holes drawn by chance: cracks and scratches, strokes of a brush, boxes, and the outlines of products."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from packshot_inpaint.membrane import Bools

Kind = Literal["thin", "brush", "wide"]
Canvas = npt.NDArray[np.uint8]

_ATTEMPTS = 200


def drawn(kind: Kind, shape: tuple[int, int], least: float, most: float, rng: np.random.Generator) -> Bools:
    """A hole over `least` to `most` (shares) of H×W pixels, if shapes can be found that make it; never over all of them."""
    hole = np.zeros(shape, np.uint8)
    for _ in range(_ATTEMPTS):
        more = hole.copy()
        _SHAPES[kind](more, rng)
        if more.mean() <= most and not more.all():
            hole = more
        if hole.mean() >= least:
            break
    return np.asarray(hole > 0, np.bool_)


def _thin(canvas: Canvas, rng: np.random.Generator) -> None:
    _stroke(canvas, int(rng.integers(1, 7)), 0.1, rng)


def _brush(canvas: Canvas, rng: np.random.Generator) -> None:
    _stroke(canvas, round(_side(canvas) * rng.uniform(0.04, 0.16)), 0.25, rng)


def _wide(canvas: Canvas, rng: np.random.Generator) -> None:
    draw = (_box, _blob, _bottle)[int(rng.integers(3))]
    draw(canvas, rng)


def _stroke(canvas: Canvas, thickness: int, longest: float, rng: np.random.Generator) -> None:
    """A line that wanders: its direction changes a little with each piece of up to `longest` of the side."""
    height, width = canvas.shape
    point = rng.uniform(0, (width, height))
    angle, bend = rng.uniform(0, 2 * np.pi), rng.uniform(0.1, 0.9)
    points = [point]
    for _ in range(int(rng.integers(2, 12))):
        angle += rng.normal(0, bend)
        point = point + _side(canvas) * rng.uniform(0.02, longest) * np.array([np.cos(angle), np.sin(angle)])
        points.append(point)
    cv2.polylines(canvas, [np.rint(points).astype(np.int32)], isClosed=False, color=1, thickness=max(1, thickness))


def _box(canvas: Canvas, rng: np.random.Generator) -> None:
    """Upright more often than not."""
    turn = 0.0 if rng.random() < 0.6 else float(rng.uniform(0, 90))
    corners = cv2.boxPoints((_somewhere(canvas, rng), _extent(canvas, rng), turn))
    cv2.fillPoly(canvas, [np.rint(corners).astype(np.int32)], 1)


def _blob(canvas: Canvas, rng: np.random.Generator) -> None:
    """A round outline with a few waves on it."""
    angles = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    waves = sum(rng.normal(0, 0.25 / order) * np.cos(order * angles + rng.uniform(0, 7)) for order in (2, 3, 4, 5))
    radius = np.clip(1 + waves, 0.3, 1.7)[:, None] / 2
    outline = np.stack((np.cos(angles), np.sin(angles)), axis=1) * radius * _extent(canvas, rng) + _somewhere(canvas, rng)
    cv2.fillPoly(canvas, [np.rint(outline).astype(np.int32)], 1)


def _bottle(canvas: Canvas, rng: np.random.Generator) -> None:
    """Widths that change with the height, the same on both sides: bottles, vases, cups and lamps."""
    heights = np.linspace(-0.5, 0.5, 40)
    widths = np.interp(heights, np.linspace(-0.5, 0.5, 5), rng.uniform(0.25, 1, 5)) / 2
    half = np.stack((widths, heights), axis=1)
    outline = np.concatenate((half, half[::-1] * (-1, 1))) * _extent(canvas, rng) + _somewhere(canvas, rng)
    cv2.fillPoly(canvas, [np.rint(outline).astype(np.int32)], 1)


def _somewhere(canvas: Canvas, rng: np.random.Generator) -> tuple[float, float]:
    height, width = canvas.shape
    return float(rng.uniform(0, width)), float(rng.uniform(0, height))


def _extent(canvas: Canvas, rng: np.random.Generator) -> tuple[float, float]:
    wide, high = _side(canvas) * rng.uniform(0.15, 0.5, 2)
    return float(wide), float(high)


def _side(canvas: Canvas) -> int:
    return int(min(canvas.shape))


_SHAPES: dict[Kind, Callable[[Canvas, np.random.Generator], None]] = {"thin": _thin, "brush": _brush, "wide": _wide}

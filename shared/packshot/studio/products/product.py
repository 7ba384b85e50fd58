"""What a family makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from packshot.studio.material import Material
from packshot.studio.noise import Floats
from packshot.studio.part import Part
from packshot.studio.sdf import Shape

Random = np.random.Generator


@dataclass(frozen=True, eq=False)
class Product:
    """A product that stands or lies on z = 0 about the origin, its front towards -y."""

    parts: tuple[Part, ...]
    pitch: tuple[float, float] = (0.12, 0.55)
    """From how far above it is photographed, radians."""
    turn: float = 0.6
    """How far from its front it may be turned, radians to each side."""

    @property
    def materials(self) -> tuple[str, ...]:
        """The words for its materials, the largest part's first."""
        by_size = sorted(self.parts, key=lambda part: -float(np.prod(np.array(part.high) - np.array(part.low))))
        return tuple(dict.fromkeys(part.material.word for part in by_size))


def solid(
    shape: Shape,
    half: Sequence[float],
    middle: Sequence[float],
    material: Material,
    turn: Floats | None = None,
    *,
    care: float = 1.0,
) -> Part:
    """A part whose shape is about its own origin within ±`half`, put at `middle`."""
    a, b, c = (float(v) for v in half)
    x, y, z = (float(v) for v in middle)
    matrix = np.eye(3, dtype=np.float32) if turn is None else turn
    return Part(shape, (-a, -b, -c), (a, b, c), material, matrix, (x, y, z), care)


def standing(shape: Shape, radius: float, height: float, material: Material, at: float = 0.0, *, care: float = 1.0) -> Part:
    """A turned part between z = `at` and `at` + `height`; its shape begins at its own z = 0."""
    return Part(shape, (-radius, -radius, 0), (radius, radius, height), material, place=(0, 0, at), care=care)


def size(random: Random, low: float, high: float) -> float:
    """A measure between two, metres."""
    return float(random.uniform(low, high))

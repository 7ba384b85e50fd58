"""What products are made of: a solid with a pose and a material."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np

from packshot.studio.material import Material
from packshot.studio.noise import Floats
from packshot.studio.sdf import Point, Shape


class Role(StrEnum):
    """What a part is in the picture."""

    PRODUCT = "product"
    CLUTTER = "clutter"
    """Stands about: seen, casts shadows, and is no part of the cutout."""


@dataclass(frozen=True)
class Part:
    """One solid."""

    shape: Shape
    low: Point
    """Corner of the box that holds the shape, metres, in the part's own axes."""
    high: Point
    material: Material
    turn: Floats = field(default_factory=lambda: np.eye(3, dtype=np.float32))
    """3×3: from the part's axes to the scene's."""
    place: Point = (0.0, 0.0, 0.0)
    """Where the part's origin is in the scene."""
    care: float = 1.0
    """Share of the distance that is safe to go: less than 1 for shapes whose distance is only nearly a bound."""
    role: Role = Role.PRODUCT
    flush: bool = False
    """Lies flat on another part or in it, whose shade is its own too."""

    def moved(self, turn: Floats, place: Sequence[float]) -> Part:
        """The part turned about the scene's origin, then moved."""
        matrix = np.asarray(turn, np.float32)
        spot = matrix @ np.array(self.place, np.float32) + np.array(place, np.float32)
        return replace(self, turn=matrix @ self.turn, place=(float(spot[0]), float(spot[1]), float(spot[2])))

    def corners(self) -> Floats:
        """8×3: the corners of its box in the scene."""
        choices = np.array(np.meshgrid(*zip(self.low, self.high, strict=True), indexing="ij"), np.float32).reshape(3, 8).T
        return np.asarray(choices @ self.turn.T + np.array(self.place, np.float32), np.float32)

    def local(self, x: Floats, y: Floats, z: Floats) -> tuple[Floats, Floats, Floats]:
        """Places of the scene in the part's axes."""
        r = self.turn
        x, y, z = x - np.float32(self.place[0]), y - np.float32(self.place[1]), z - np.float32(self.place[2])
        return (
            r[0, 0] * x + r[1, 0] * y + r[2, 0] * z,
            r[0, 1] * x + r[1, 1] * y + r[2, 1] * z,
            r[0, 2] * x + r[1, 2] * y + r[2, 2] * z,
        )


def bounds(parts: Sequence[Part]) -> tuple[Floats, Floats]:
    """Least and greatest corner, length 3 each, of all parts in the scene."""
    corners = np.concatenate([part.corners() for part in parts])
    return corners.min(axis=0), corners.max(axis=0)


def turn_about(axis: str, angle: float) -> Floats:
    """3×3 rotation about x, y or z by `angle` radians, counter-clockwise seen against the axis."""
    sine, cosine = np.sin(angle), np.cos(angle)
    rows = {
        "x": ((1, 0, 0), (0, cosine, -sine), (0, sine, cosine)),
        "y": ((cosine, 0, sine), (0, 1, 0), (-sine, 0, cosine)),
        "z": ((cosine, -sine, 0), (sine, cosine, 0), (0, 0, 1)),
    }[axis]
    return np.array(rows, np.float32)

"""A phone held by hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from packshot.studio.noise import Floats
from packshot.studio.part import turn_about
from packshot.studio.tracing import Rays


@dataclass(frozen=True)
class Camera:
    """A pinhole camera. Its axes: x to the right, y down, z ahead."""

    place: tuple[float, float, float]
    turn: Floats
    """3×3: from the camera's axes to the scene's."""
    focal: float
    """In widths or heights of the picture, of whichever is longer."""
    height: int
    width: int

    @property
    def pixels(self) -> float:
        """Focal length in pixels."""
        return self.focal * max(self.height, self.width)

    def rays(self, x: Floats, y: Floats) -> Rays:
        """Rays through places of the picture, pixels; pixel centres are at n + 0.5."""
        u, v = (
            (x - np.float32(self.width / 2)) / np.float32(self.pixels),
            (y - np.float32(self.height / 2)) / np.float32(self.pixels),
        )
        inverse = 1 / np.sqrt(u * u + v * v + 1)
        u, v = u * inverse, v * inverse
        r = self.turn
        direction = tuple((r[i, 0] * u + r[i, 1] * v + r[i, 2] * inverse).astype(np.float32) for i in range(3))
        origin = tuple(np.array([value], np.float32) for value in self.place)
        return Rays(origin, direction, 1 / self.pixels)  # type: ignore[arg-type]

    def seen(self, points: Floats) -> tuple[Floats, Floats, Floats]:
        """Where N×3 points are in the picture (x, y in pixels) and how far ahead (metres)."""
        own = (points - np.array(self.place, np.float32)) @ self.turn
        ahead = np.maximum(own[:, 2], 1e-6)
        return own[:, 0] / ahead * self.pixels + self.width / 2, own[:, 1] / ahead * self.pixels + self.height / 2, own[:, 2]

    def ahead(self, direction: tuple[Floats, Floats, Floats]) -> Floats:
        """N: cosine of unit directions with the optical axis."""
        x, y, z = direction
        return np.asarray(x * self.turn[0, 2] + y * self.turn[1, 2] + z * self.turn[2, 2], np.float32)

    def own(self, normal: Floats) -> Floats:
        """N×3 vectors of the scene in axes x right, y down, z towards the camera."""
        return np.asarray((normal @ self.turn) * np.array((1, 1, -1), np.float32), np.float32)


def looking_at(target: Floats, distance: float, *, pitch: float, roll: float, focal: float, size: tuple[int, int]) -> Camera:
    """A camera `distance` from `target`, in front of it (y < target) and `pitch` radians above, turned by `roll`."""
    ahead = np.array((0, np.cos(pitch), -np.sin(pitch)), np.float32)
    right = np.array((1, 0, 0), np.float32)
    down = np.cross(ahead, right)
    frame = np.stack((right, down, ahead), axis=1) @ turn_about("z", roll)
    place = np.asarray(target, np.float32) - ahead * np.float32(distance)
    return Camera((float(place[0]), float(place[1]), float(place[2])), frame.astype(np.float32), focal, *size)

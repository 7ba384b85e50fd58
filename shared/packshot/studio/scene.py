"""A product where it stands, in its light, before a camera."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from packshot.studio.camera import Camera
from packshot.studio.environment import Environment
from packshot.studio.ground import Ground
from packshot.studio.noise import Floats
from packshot.studio.part import Part, Role, bounds


@dataclass(frozen=True, eq=False)
class Scene:
    """Everything that is in a picture."""

    parts: tuple[Part, ...]
    ground: Ground
    room: Environment
    camera: Camera

    @cached_property
    def product(self) -> tuple[Part, ...]:
        """The parts of the product."""
        return tuple(part for part in self.parts if part.role is Role.PRODUCT)

    @cached_property
    def clutter(self) -> tuple[Part, ...]:
        """What else stands about."""
        return tuple(part for part in self.parts if part.role is Role.CLUTTER)

    @cached_property
    def size(self) -> float:
        """The product's largest measure, metres."""
        low, high = bounds(self.product)
        return float((high - low).max())

    @cached_property
    def floor_light(self) -> Floats:
        """3: radiance of the open floor near the product, which shiny things mirror."""
        up = np.array(((0, 0, 1),), np.float32)
        light = self.room.ambient(up)[0]
        for lamp in self.room.lights:
            light = light + np.array(lamp.colour, np.float32) * max(float(lamp.direction[2]), 0)
        return np.asarray(self.ground.floor.factors.levels[-1].mean(axis=(0, 1)) * light, np.float32)

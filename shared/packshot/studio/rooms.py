"""Light of chance, as amateurs have it: a window, a ceiling lamp, a flash, a cheap softbox, an overcast day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from packshot.studio.environment import Environment, Light, directions
from packshot.studio.material import Colour
from packshot.studio.noise import Floats, smoothstep

Random = np.random.Generator


@dataclass(frozen=True, eq=False)
class Lighting:
    """A room and what people call its light."""

    word: str
    room: Environment


def lighting(random: Random, reach: float, floor: Floats, bright: bool = False) -> Lighting:
    """The light around a product of size `reach` on a floor of the colour `floor`; `bright`: as set up for white on white."""
    kind = str(
        random.choice(
            ["softboxes", "overcast", "window"]
            if bright
            else ["window", "window", "ceiling", "flash", "softboxes", "overcast", "sun"]
        )
    )
    lights = {
        "window": _window,
        "ceiling": _ceiling,
        "flash": _flash,
        "softboxes": _softboxes,
        "overcast": _overcast,
        "sun": _sun,
    }[kind](random, reach)
    # How bright the room is next to its lights.
    share = {
        "window": (0.25, 0.6),
        "ceiling": (0.3, 0.6),
        "flash": (0.12, 0.35),
        "softboxes": (0.3, 0.7),
        "overcast": (0.7, 1.0),
        "sun": (0.15, 0.35),
    }[kind]
    level = float(random.uniform(*share)) + (0.2 if bright else 0)
    return Lighting(kind, Environment(_panorama(random, level, floor), tuple(lights)))


def _at(reach: float, distance: float, azimuth: float, height: float) -> tuple[float, float, float]:
    """A place at `distance` product sizes; azimuth 0 is behind the product, positive to the right; `height`: its angle."""
    far = distance * reach
    return far * np.cos(height) * np.sin(azimuth), far * np.cos(height) * np.cos(azimuth), far * np.sin(height)


def _side(random: Random, low: float, high: float) -> float:
    return float(random.uniform(low, high) * random.choice([-1, 1]))


def _warm(random: Random, low: float, high: float, level: float) -> Colour:
    """A light between orange (-1) and blue (1)."""
    tone = float(random.uniform(low, high))
    return level * (1 - 0.18 * tone), level, level * (1 + 0.28 * tone)


def _window(random: Random, reach: float) -> list[Light]:
    place = _at(reach, random.uniform(4, 9), _side(random, 0.5, 2.4), random.uniform(0.35, 0.9))
    return [Light(place, _warm(random, -0.2, 0.5, 0.75), float(random.uniform(0.18, 0.5)))]


def _ceiling(random: Random, reach: float) -> list[Light]:
    place = _at(reach, random.uniform(6, 12), random.uniform(-3.1, 3.1), random.uniform(0.9, 1.45))
    lights = [Light(place, _warm(random, -1.0, -0.2, 0.7), float(random.uniform(0.08, 0.3)))]
    if random.uniform() < 0.4:
        other = _at(reach, random.uniform(6, 12), random.uniform(-3.1, 3.1), random.uniform(0.6, 1.3))
        lights.append(Light(other, _warm(random, -0.9, 0.2, 0.35), float(random.uniform(0.05, 0.25))))
    return lights


def _flash(random: Random, reach: float) -> list[Light]:
    place = _at(reach, random.uniform(2.5, 4.5), np.pi + random.uniform(-0.25, 0.25), random.uniform(0.25, 0.8))
    return [Light(place, _warm(random, -0.1, 0.3, 0.95), float(random.uniform(0.02, 0.05)))]


def _softboxes(random: Random, reach: float) -> list[Light]:
    main = Light(
        _at(reach, random.uniform(3, 6), _side(random, 0.9, 2.3), random.uniform(0.5, 1.0)),
        _warm(random, -0.2, 0.2, 0.6),
        float(random.uniform(0.2, 0.45)),
    )
    side = -np.sign(main.place[0]) * random.uniform(0.9, 2.3)
    fill = Light(
        _at(reach, random.uniform(3, 6), float(side), random.uniform(0.4, 0.9)),
        _warm(random, -0.2, 0.2, float(random.uniform(0.2, 0.5))),
        float(random.uniform(0.2, 0.45)),
    )
    return [main, fill]


def _overcast(random: Random, reach: float) -> list[Light]:
    place = _at(reach, random.uniform(5, 10), _side(random, 0.3, 2.6), random.uniform(0.8, 1.4))
    return [Light(place, _warm(random, 0.0, 0.5, float(random.uniform(0.15, 0.4))), float(random.uniform(0.4, 0.6)))]


def _sun(random: Random, reach: float) -> list[Light]:
    place = _at(reach, 30.0, _side(random, 0.4, 2.5), random.uniform(0.4, 1.0))
    return [Light(place, _warm(random, -0.5, 0.0, 1.1), float(random.uniform(0.012, 0.03)))]


def _panorama(random: Random, level: float, floor: Floats) -> Floats:
    """Walls, a ceiling, things on the walls, the floor; in radiance."""
    rays = directions()
    z = rays[:, :, 2]
    wall = level * random.uniform(0.5, 1.0) * _tone(random, 0.12)
    ceiling = level * random.uniform(0.8, 1.4) * _tone(random, 0.05)
    picture = np.where(z[:, :, None] > random.uniform(0.45, 0.75), ceiling, wall).astype(np.float32)
    around = np.arctan2(rays[:, :, 0], rays[:, :, 1])
    # One side of a room is always lighter.
    picture *= (1 + 0.35 * np.cos(around - random.uniform(-np.pi, np.pi)))[:, :, None].astype(np.float32)
    height = np.arcsin(np.clip(z, -1, 1))
    for _ in range(int(random.integers(3, 9))):
        centre, low = random.uniform(-np.pi, np.pi), random.uniform(-0.3, 0.35)
        wide, tall = random.uniform(0.1, 0.6), random.uniform(0.15, 0.6)
        off = np.abs(np.angle(np.exp(1j * (around - centre))))
        cover = (
            smoothstep(wide + 0.04, wide - 0.04, off)
            * smoothstep(low - 0.04, low + 0.04, height)
            * smoothstep(low + tall + 0.04, low + tall - 0.04, height)
        )
        thing = level * float(random.choice([random.uniform(0.02, 0.3), random.uniform(0.5, 1.6)])) * _tone(random, 0.35)
        picture += (thing - picture) * cover[:, :, None]
    below = smoothstep(0.02, -0.08, z)[:, :, None]
    return np.asarray(picture + (floor * (level + 0.25) - picture) * below, np.float32)


def _tone(random: Random, spread: float) -> Floats:
    return np.asarray(np.exp(random.normal(0, spread, 3) * np.array((1.0, 0.4, 1.0))).astype(np.float32), np.float32)

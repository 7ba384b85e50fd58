"""Signed distances of solids: negative inside, in metres, never more than the true distance to the surface (or nearly so).

A shape takes the coordinates x, y, z of N places (float32, each of length N) and gives their N distances. z points up.
Formulas: I. Quilez, "Distance functions" (iquilezles.org, 2008-2023); J. C. Hart, "Sphere tracing", The Visual Computer 12, 1996.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from itertools import pairwise

import numpy as np

from packshot.studio.noise import Floats

Shape = Callable[[Floats, Floats, Floats], Floats]
Point = tuple[float, float, float]


def sphere(radius: float) -> Shape:
    """A ball about the origin."""
    return lambda x, y, z: np.sqrt(x * x + y * y + z * z) - np.float32(radius)


def ellipsoid(a: float, b: float, c: float) -> Shape:
    """An ellipsoid with these half axes; a bound, exact near the surface."""

    def distance(x: Floats, y: Floats, z: Floats) -> Floats:
        u, v, w = x / np.float32(a), y / np.float32(b), z / np.float32(c)
        near = np.sqrt(u * u + v * v + w * w)
        u, v, w = u / np.float32(a), v / np.float32(b), w / np.float32(c)
        return np.asarray(near * (near - 1) / np.maximum(np.sqrt(u * u + v * v + w * w), np.float32(1e-6)), np.float32)

    return distance


def box(a: float, b: float, c: float, round: float = 0.0) -> Shape:
    """A box with these half sizes, its edges rounded with this radius."""

    def distance(x: Floats, y: Floats, z: Floats) -> Floats:
        u, v, w = np.abs(x) - np.float32(a - round), np.abs(y) - np.float32(b - round), np.abs(z) - np.float32(c - round)
        inside = np.minimum(np.maximum(u, np.maximum(v, w)), 0)
        u, v, w = np.maximum(u, 0), np.maximum(v, 0), np.maximum(w, 0)
        return np.asarray(np.sqrt(u * u + v * v + w * w) + inside - np.float32(round), np.float32)

    return distance


def cylinder(radius: float, half: float, round: float = 0.0) -> Shape:
    """An upright cylinder of height 2 `half`."""
    return lambda x, y, z: _both(np.sqrt(x * x + y * y) - np.float32(radius - round), np.abs(z) - np.float32(half - round), round)


def cone(low: float, high: float, half: float) -> Shape:
    """An upright truncated cone: radius `low` at z = -half, `high` at z = half. A bound."""
    slope = (high - low) / (2 * half)
    steep = float(1 / np.sqrt(1 + slope * slope))

    def distance(x: Floats, y: Floats, z: Floats) -> Floats:
        side = (np.sqrt(x * x + y * y) - np.float32((low + high) / 2) - np.float32(slope) * z) * np.float32(steep)
        return _both(side, np.abs(z) - np.float32(half), 0)

    return distance


def capsule(start: Point, end: Point, radius: float, end_radius: float | None = None) -> Shape:
    """A rod with round ends, tapering where `end_radius` is given (then a bound)."""
    a, b = np.array(start, np.float32), np.array(end, np.float32)
    along = b - a
    inverse = np.float32(1 / max(float(along @ along), 1e-12))
    taper = np.float32(0 if end_radius is None else end_radius - radius)

    def distance(x: Floats, y: Floats, z: Floats) -> Floats:
        x, y, z = x - a[0], y - a[1], z - a[2]
        share = np.clip((x * along[0] + y * along[1] + z * along[2]) * inverse, 0, 1)
        x, y, z = x - share * along[0], y - share * along[1], z - share * along[2]
        return np.asarray(np.sqrt(x * x + y * y + z * z) - (np.float32(radius) + taper * share), np.float32)

    return distance


def tube(points: Sequence[Point], radius: float) -> Shape:
    """A bent rod through `points`."""
    return union(*(capsule(a, b, radius) for a, b in pairwise(points)))


def torus(ring: float, rod: float) -> Shape:
    """A ring that lies flat."""

    def distance(x: Floats, y: Floats, z: Floats) -> Floats:
        out = np.sqrt(x * x + y * y) - np.float32(ring)
        return np.asarray(np.sqrt(out * out + z * z) - np.float32(rod), np.float32)

    return distance


def arc(ring: float, rod: float, half_angle: float, flat: float = 1.0) -> Shape:
    """A part of an upright ring in the x, z plane, `half_angle` radians to each side of the top; `flat` > 1 widens it along y."""
    sine, cosine = np.float32(np.sin(half_angle)), np.float32(np.cos(half_angle))
    out = np.float32(ring)

    def distance(x: Floats, y: Floats, z: Floats) -> Floats:
        x, y = np.abs(x), y / np.float32(flat)
        inside = cosine * x > sine * z
        reach = np.where(inside, x * sine + z * cosine, np.sqrt(x * x + z * z))
        return np.asarray(
            np.sqrt(np.maximum(x * x + y * y + z * z + out * out - 2 * out * reach, 0)) - np.float32(rod), np.float32
        )

    return distance


def extrude(profile: Callable[[Floats, Floats], Floats], half: float, round: float = 0.0) -> Shape:
    """A profile in the x, z plane, pulled `half` to both sides along y."""
    return lambda x, y, z: _both(profile(x, z) + np.float32(round), np.abs(y) - np.float32(half - round), round)


def revolve(profile: Callable[[Floats, Floats], Floats]) -> Shape:
    """A profile in the plane of radius and height, turned about the z axis."""
    return lambda x, y, z: profile(np.sqrt(x * x + y * y), z)


def union(*shapes: Shape) -> Shape:
    """All of them."""
    return lambda x, y, z: reduce(np.minimum, (shape(x, y, z) for shape in shapes))


def blend(soft: float, *shapes: Shape) -> Shape:
    """All of them, run together over `soft` metres (polynomial smooth minimum)."""
    k = np.float32(soft)

    def merge(a: Floats, b: Floats) -> Floats:
        h = np.maximum(k - np.abs(a - b), 0) / k
        return np.asarray(np.minimum(a, b) - h * h * k / 4, np.float32)

    return lambda x, y, z: reduce(merge, (shape(x, y, z) for shape in shapes))


def cut(shape: Shape, *holes: Shape, soft: float = 1e-6) -> Shape:
    """`shape` without the holes; the rims rounded over `soft` metres."""
    return meet(shape, *(inverse(hole) for hole in holes), soft=soft)


def meet(*shapes: Shape, soft: float = 1e-6) -> Shape:
    """What is in all of them."""
    return inverse(blend(soft, *(inverse(shape) for shape in shapes)))


def inverse(shape: Shape) -> Shape:
    """Everything else."""
    return lambda x, y, z: -shape(x, y, z)


def shell(shape: Shape, thickness: float) -> Shape:
    """The skin of a shape, half of it to each side."""
    return lambda x, y, z: np.abs(shape(x, y, z)) - np.float32(thickness / 2)


def grown(shape: Shape, by: float) -> Shape:
    """A shape with round edges and `by` metres more on every side."""
    return lambda x, y, z: shape(x, y, z) - np.float32(by)


def at(shape: Shape, place: Point, turn: Floats | None = None) -> Shape:
    """A shape moved to `place`, turned by the 3×3 rotation `turn` first."""
    dx, dy, dz = (np.float32(v) for v in place)
    if turn is None:
        return lambda x, y, z: shape(x - dx, y - dy, z - dz)
    r = np.asarray(turn, np.float32)

    def distance(x: Floats, y: Floats, z: Floats) -> Floats:
        x, y, z = x - dx, y - dy, z - dz
        return shape(
            r[0, 0] * x + r[1, 0] * y + r[2, 0] * z,
            r[0, 1] * x + r[1, 1] * y + r[2, 1] * z,
            r[0, 2] * x + r[1, 2] * y + r[2, 2] * z,
        )

    return distance


def waved(shape: Shape, height: float, length: float, random: np.random.Generator, waves: int = 3) -> Shape:
    """A shape whose surface is dented by a few waves of chance: cloth, leather, things made by hand. March it with care."""
    ways = random.standard_normal((waves, 3))
    ways = (
        ways / np.linalg.norm(ways, axis=1, keepdims=True) * 2 * np.pi / length * random.uniform(0.6, 1.6, (waves, 1))
    ).astype(np.float32)
    phases = random.uniform(0, 2 * np.pi, waves).astype(np.float32)

    def distance(x: Floats, y: Floats, z: Floats) -> Floats:
        total = shape(x, y, z)
        for way, phase in zip(ways, phases, strict=True):
            total = total + np.float32(height / waves) * np.sin(way[0] * x + way[1] * y + way[2] * z + phase)
        return total

    return distance


def draped(shape: Shape, height: float, length: float, random: np.random.Generator, waves: int = 5) -> Shape:
    """A flat shape lifted in waves of up to `height`: cloth that lies. March it with care."""
    turn = random.uniform(0, 2 * np.pi, waves)
    rate = 2 * np.pi / length * random.uniform(0.5, 1.8, waves)
    across, along = (np.cos(turn) * rate).astype(np.float32), (np.sin(turn) * rate).astype(np.float32)
    phases = random.uniform(0, 2 * np.pi, waves).astype(np.float32)

    def distance(x: Floats, y: Floats, z: Floats) -> Floats:
        total = np.zeros_like(x)
        for a, b, phase in zip(across, along, phases, strict=True):
            total += np.sin(a * x + b * y + phase)
        return shape(x, y, z - np.float32(height / 2) * (1 + total / np.float32(waves)))

    return distance


def _both(u: Floats, v: Floats, round: float) -> Floats:
    inside = np.minimum(np.maximum(u, v), 0)
    u, v = np.maximum(u, 0), np.maximum(v, 0)
    return np.asarray(np.sqrt(u * u + v * v) + inside - np.float32(round), np.float32)

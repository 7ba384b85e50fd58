"""Where products stand: a floor that ends at a wall, or runs up into it as studio paper does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from packshot.studio.material import Tile
from packshot.studio.noise import Floats, unit
from packshot.studio.tracing import Rays

_FAR = 60.0
"""Metres at which what has no end ends."""


@dataclass(frozen=True, eq=False)
class Ground:
    """The plane z = 0, and the wall y = `wall` behind it."""

    word: str
    floor: Tile
    """Its factors are the colours themselves."""
    behind: Tile
    wall: float
    """Metres; large: none is seen."""
    cove: float = 0.0
    """Radius with which the floor runs up into the wall."""
    turn: float = 0.0
    """Radians by which the floor's texture is turned."""
    gloss: float = 0.0
    """Share of light that the floor mirrors when seen from the front."""
    rough: float = 0.3

    @property
    def seamless(self) -> bool:
        """Whether floor and wall are one sheet."""
        return self.cove > 0


@dataclass
class Footing:
    """Where N rays meet the ground."""

    distance: Floats
    place: tuple[Floats, Floats, Floats]
    normal: Floats
    """N×3."""
    colour: Floats
    """N×3."""
    upright: Floats
    """N: whether it is the wall."""


def meet_ground(ground: Ground, rays: Rays, *, painted: bool = True) -> Footing:
    """Floor, cove or wall, whichever is first; rays that meet none end far away on the wall.

    Without `painted` the ground is black and without relief.
    """
    (_, oy, oz), (dx, dy, dz) = rays.origin, rays.direction
    down = np.where(dz < -1e-6, -oz / np.minimum(dz, -1e-6), np.float32(_FAR))
    back = np.where(dy > 1e-6, (np.float32(ground.wall) - oy) / np.maximum(dy, 1e-6), np.float32(_FAR))
    distance = np.clip(np.minimum(down, back), 0, _FAR).astype(np.float32)
    upright = back < down
    normal = np.zeros((len(dx), 3), np.float32)
    normal[:, 1], normal[:, 2] = np.where(upright, -1, 0), np.where(upright, 0, 1)
    if ground.seamless:
        distance, normal = _in_cove(ground, rays, distance, normal)
    place = rays.at(distance)
    colour = _painted(ground, place, normal, upright, distance * rays.pixel) if painted else np.zeros_like(normal)
    return Footing(distance, place, normal, colour, upright)


def _in_cove(ground: Ground, rays: Rays, distance: Floats, normal: Floats) -> tuple[Floats, Floats]:
    """Distances and normals of those rays that end in the quarter round between floor and wall."""
    r = np.float32(ground.cove)
    (_, y, z), (_, oy, oz), (_, dy, dz) = rays.at(distance), rays.origin, rays.direction
    middle = np.float32(ground.wall) - r
    in_it = (y > middle) & (z < r)
    a = dy * dy + dz * dz
    b = (oy - middle) * dy + (oz - r) * dz
    c = (oy - middle) ** 2 + (oz - r) ** 2 - r * r
    root = (-b + np.sqrt(np.maximum(b * b - a * c, 0))) / np.maximum(a, 1e-9)
    distance = np.where(in_it, root, distance).astype(np.float32)
    _, y, z = rays.at(distance)
    bent = np.stack((np.zeros_like(y), (middle - y) / r, (r - z) / r), axis=1)
    bent = unit(bent)
    return distance, np.where(in_it[:, None], bent, normal).astype(np.float32)


def _painted(ground: Ground, place: tuple[Floats, Floats, Floats], normal: Floats, upright: Floats, footprint: Floats) -> Floats:
    """Colours, with the relief of the floor worked into `normal`."""
    x, y, z = place
    colour = np.empty((len(x), 3), np.float32)
    for tile, which in ((ground.floor, np.flatnonzero(~upright)), (ground.behind, np.flatnonzero(upright))):
        if len(which) == 0:
            continue
        if tile is ground.floor:
            sine, cosine = np.float32(np.sin(ground.turn)), np.float32(np.cos(ground.turn))
            u, v = cosine * x[which] + sine * y[which], -sine * x[which] + cosine * y[which]
        else:
            u, v = x[which], z[which] + y[which]
        u, v = u / np.float32(tile.size), -v / np.float32(tile.size)
        texels = footprint[which] * np.float32(tile.factors.shape[1] / tile.size)
        colour[which] = _by_levels(tile, u, v, texels, slopes=False)
        if tile.slopes is not None and tile is ground.floor:
            slopes = _by_levels(tile, u, v, texels, slopes=True)
            right = cosine * slopes[:, 0] - sine * slopes[:, 1]
            up = sine * slopes[:, 0] + cosine * slopes[:, 1]
            bent = np.stack((-right, -up, np.ones_like(up)), axis=1)
            flat = normal[which, 2] > 0.999
            normal[which] = np.where(flat[:, None], unit(bent), normal[which])
    return colour


def _by_levels(tile: Tile, u: Floats, v: Floats, texels: Floats, *, slopes: bool) -> Floats:
    """Trilinear: near places from fine copies of the texture, far ones from coarse ones."""
    picture = tile.slopes if slopes else tile.factors
    assert picture is not None
    level = np.clip(np.log2(np.maximum(texels * np.float32(1.1), 1)), 0, len(picture.levels) - 1)
    total = np.zeros((len(u), picture.shape[2]), np.float32)
    for index in range(int(level.min()), int(np.ceil(level.max())) + 1):
        weight = np.maximum(1 - np.abs(level - index), 0)
        which = np.flatnonzero(weight > 0)
        if len(which):
            total[which] += picture.at(u[which], v[which], 2.0**index, tiled=True) * weight[which, None]
    return total

"""What surfaces are made of, and where their pictures lie on them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

import cv2
import numpy as np

from packshot.studio.noise import Floats

Colour = tuple[float, float, float]
"""Linear red, green, blue."""


class Mapping(StrEnum):
    """How a place on a part becomes a place (u to the right, v up, metres) of its pictures."""

    AROUND = "around"
    """u around the z axis, 0 where y is least; v along it."""
    FACES = "faces"
    """From that axis to which the surface is turned most: fronts (x, z), sides (y, z), tops (x, y)."""


class Picture:
    """An H×W×C float32 picture with ever smaller copies of itself, so that it never flickers where it is seen small."""

    def __init__(self, pixels: Floats) -> None:
        self.levels = [np.ascontiguousarray(pixels, np.float32)]
        while min(self.levels[-1].shape[:2]) >= 8:
            height, width = self.levels[-1].shape[:2]
            smaller = cv2.resize(self.levels[-1], (max(2, width // 2), max(2, height // 2)), interpolation=cv2.INTER_AREA)
            self.levels.append(np.asarray(smaller, np.float32))

    @property
    def shape(self) -> tuple[int, ...]:
        """Height, width and channels of the largest."""
        return self.levels[0].shape

    def at(self, u: Floats, v: Floats, footprint: float, *, tiled: bool = False) -> Floats:
        """N×C at `u`, `v` 0..1 (v down), seen through pixels `footprint` texels wide."""
        level = int(np.clip(np.round(np.log2(max(footprint, 1.0))), 0, len(self.levels) - 1))
        return look_up(self.levels[level], u, v, tiled=tiled)


def look_up(picture: Floats, u: Floats, v: Floats, *, tiled: bool = False) -> Floats:
    """N×C: bilinear values of an H×W×C picture at u, v 0..1. `tiled` ones go on at their edges, others stay as there."""
    height, width = picture.shape[:2]
    if tiled:
        u, v = u - np.floor(u), v - np.floor(v)
    count = len(u)
    row = 256
    padded = -(-count // row) * row
    x, y = np.zeros(padded, np.float32), np.zeros(padded, np.float32)
    x[:count], y[:count] = u * width - 0.5, v * height - 0.5
    border = cv2.BORDER_WRAP if tiled else cv2.BORDER_REPLICATE
    values = cv2.remap(picture, x.reshape(-1, row), y.reshape(-1, row), cv2.INTER_LINEAR, borderMode=border)
    return np.asarray(values, np.float32).reshape(padded, -1)[:count]


@dataclass(frozen=True, eq=False)
class Print:
    """A picture printed or glued on a part."""

    picture: Picture
    """H×W×4: linear colours and cover."""
    area: tuple[float, float, float, float]
    """Left, bottom, right, top in metres of the part's u and v."""
    side: str = ""
    """For Mapping.FACES: on which side it is, `-y`, `x`, `z`…; empty: on all."""
    rough: float | None = None
    """Its own roughness."""


@dataclass(frozen=True, eq=False)
class Tile:
    """A texture that repeats: factors of the colour and a relief."""

    factors: Picture
    """H×W×3."""
    size: float
    """Metres that its width covers."""
    height: Picture | None = None
    """H×W×1, metres."""

    @cached_property
    def slopes(self) -> Picture | None:
        """H×W×2: slopes of the relief to the right and up."""
        if self.height is None:
            return None
        relief = self.height.levels[0][:, :, 0]
        texel = self.size / relief.shape[1]
        right = (np.roll(relief, -1, 1) - np.roll(relief, 1, 1)) / (2 * texel)
        up = (np.roll(relief, 1, 0) - np.roll(relief, -1, 0)) / (2 * texel)
        return Picture(np.stack((right, up), axis=-1))


@dataclass(frozen=True, eq=False)
class Material:
    """How a surface answers to light."""

    word: str
    """What people call it: `ceramic`, `gold`, `cotton`."""
    colour: Colour
    rough: float = 0.5
    """0: a mirror, 1: chalk."""
    metal: float = 0.0
    """1: reflects in its own colour and has no other."""
    shine: float = 0.04
    """What share of light it reflects where it is seen from the front (0.04: plastics, glass, lacquer)."""
    fuzz: float = 0.0
    """Brightness at grazing angles: cloth, velvet, felt."""
    depth: float = 0.0
    """How far light wanders under the surface, 0..1: wax, skin, milky plastic."""
    clear: float = 0.0
    """Share of light that goes through: glass. More than 0 makes the part a glass one."""
    tile: Tile | None = None
    mapping: Mapping = Mapping.AROUND
    girth: float = 0.03
    """Radius at which u of Mapping.AROUND is metres."""
    prints: tuple[Print, ...] = field(default=())

    def with_prints(self, *prints: Print) -> Material:
        """The material with these printed over it."""
        return replace(self, prints=self.prints + prints)


def facing(material: Material, x: Floats, y: Floats, z: Floats, normal: Floats) -> tuple[Floats, Floats, Floats]:
    """u and v in metres, and the side 0..5 (x, -x, y, -y, z, -z) to which places with these normals (part's axes) are turned."""
    if material.mapping is Mapping.AROUND:
        return np.arctan2(x, -y) * np.float32(material.girth), z, np.zeros(len(x), np.int8)
    axis = np.argmax(np.abs(normal) * np.array((1, 1.02, 1.01), np.float32), axis=1)
    side = 2 * axis + (normal[np.arange(len(x)), axis] < 0)
    u = np.where(axis == 0, np.where(side == 0, y, -y), np.where(side == 2, -x, x))
    v = np.where(axis == 2, y, z)
    return u.astype(np.float32), v.astype(np.float32), side.astype(np.int8)


SIDES = ("x", "-x", "y", "-y", "z", "-z")

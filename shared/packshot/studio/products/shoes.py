"""Shoes: sneakers, ankle boots, slippers; one or a pair."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from packshot.studio import materials, sdf
from packshot.studio.colours import beside, paint, white
from packshot.studio.material import Mapping, Material
from packshot.studio.noise import Floats
from packshot.studio.part import Part, turn_about
from packshot.studio.products.product import Product, Random, size
from packshot.studio.profile import Corner, Profile, outline, rounded

_LENGTH, _WIDTH = 0.14, 0.05
"""Half measures of a shoe, metres; heel at -x."""
_PLAN: list[Corner] = [(-1.0, 0.0), (-0.93, 0.55), (-0.55, 0.68), (-0.1, 0.66), (0.4, 0.98), (0.8, 0.82), (1.0, 0.18)]
_PLAN += [(0.93, -0.38), (0.6, -0.86), (0.3, -0.92), (-0.1, -0.66), (-0.55, -0.66), (-0.93, -0.5)]


def shoe(random: Random) -> Product:
    """A shoe from the side or from above, alone or as a pair."""
    style = str(random.choice(["sneaker", "sneaker", "boot", "slipper", "loafer"]))
    parts = _one(random, style)
    if random.uniform() < 0.35:
        gap, ahead, lean = size(random, 0.095, 0.13), size(random, -0.04, 0.04), size(random, -0.2, 0.2)
        mirror = [_mirrored(part) for part in parts]
        parts = [p.moved(np.eye(3), (0, -gap / 2, 0)) for p in parts] + [
            p.moved(turn_about("z", lean), (ahead, gap / 2, 0)) for p in mirror
        ]
    if random.uniform() < 0.5:
        parts = [part.moved(turn_about("z", np.pi), (0, 0, 0)) for part in parts]
    return Product(tuple(parts), (0.12, 0.95), turn=0.9)


def _one(random: Random, style: str) -> list[Part]:
    plan = outline(rounded([(u * _LENGTH, v * _WIDTH) for u, v in _PLAN], 10))
    sole_high = size(random, 0.012, 0.034)
    collar = {"sneaker": size(random, 0.075, 0.1), "boot": size(random, 0.13, 0.19), "slipper": 0.06, "loafer": 0.07}[style]
    upper_material = replace(_upper(random, style), mapping=Mapping.FACES)
    sole_tone = white(random) if random.uniform() < 0.55 else paint(random)
    sole_material = replace(materials.rubber(random, sole_tone), mapping=Mapping.FACES)
    parts = [
        _sole(random, plan, sole_high, sole_material),
        *_upper_part(random, style, plan, sole_high, collar=collar, material=upper_material),
    ]
    if style in ("sneaker", "boot"):
        parts += _laces(random, sole_high, collar, style)
    return parts


def _upper(random: Random, style: str) -> Material:
    if style == "slipper":
        return materials.cloth(random)
    return materials.leather(random) if random.uniform() < 0.6 else materials.cloth(random, patterned=0.12)


def _lying(profile: Profile, half: float, round: float) -> sdf.Shape:
    """A plan (x, y) with a thickness along z."""
    standing = sdf.extrude(profile, half, round)
    return lambda x, y, z: standing(x, z, y)


def _sole(random: Random, plan: Profile, high: float, material: Material) -> Part:
    half = high / 2
    wedge = size(random, 0, 0.35)
    lying = _lying(plan, half * 1.3, 0.004)
    rise = size(random, 0.05, 0.12)

    def shape(x: Floats, y: Floats, z: Floats) -> Floats:
        toe = np.maximum(x / np.float32(_LENGTH) - np.float32(0.35), 0)
        bottom = np.float32(rise * _LENGTH) * toe * toe
        top = np.float32(half) * (1 - np.float32(wedge) * np.clip(x / np.float32(_LENGTH), -1, 1)) + bottom
        slab = lying(x * np.float32(0.985), y * np.float32(0.96), (z - bottom) * np.float32(0.6))
        return np.asarray(np.maximum(slab, np.maximum(z - top, bottom - np.float32(half) - z)), np.float32)

    return Part(shape, (-0.15, -0.062, -half), (0.15, 0.062, high), material, place=(0, 0, half), care=0.8)


def _upper_part(random: Random, style: str, plan: Profile, low: float, *, collar: float, material: Material) -> list[Part]:
    toe, vamp = size(random, 0.036, 0.05), size(random, 0.06, 0.075)
    high = low + collar
    front = {"boot": -0.15, "sneaker": size(random, -0.2, 0.0), "slipper": 0.0, "loafer": 0.05}[style]
    side: list[Corner] = [(-0.98, low * 0.6), (-0.995, low + 0.4 * collar), (-0.95, high * 1.0), (-0.78, high * 1.01)]
    side += [
        (-0.30 + front * 0.6, high * (0.93 if style != "boot" else 1.0)),
        (-0.08 + front, low + vamp),
        (0.45, low + toe * 1.02),
        (0.8, low + toe * 0.82),
        (0.98, low + toe * 0.3),
        (0.98, low * 0.6),
    ]
    view = outline(rounded([(u * _LENGTH, v) for u, v in side], 8))
    walls = _lying(plan, 0.3, 0.0)
    across = sdf.extrude(view, 0.2)

    def last(x: Floats, y: Floats, z: Floats) -> Floats:
        # Narrower upwards, as a foot is.
        share = np.clip((z - np.float32(low)) / np.float32(0.1), 0, 1.4)
        return walls(x, y * (1 + np.float32(0.55) * share * (1 - np.float32(0.35) * np.clip(x / np.float32(_LENGTH), -1, 0))), z)

    solid_shape = sdf.meet(last, across, soft=0.022)
    mouth = sdf.at(
        sdf.ellipsoid(0.046 if style != "slipper" else 0.058, 0.022, max(collar * 0.92, 0.045)),
        (-0.074 + front * 0.02, 0, high + 0.004),
    )
    hollow = sdf.cut(solid_shape, mouth, soft=0.006)
    box = ((-0.148, -0.06, low * 0.6), (0.148, 0.06, high * 1.03))
    parts = [Part(hollow, *box, material, care=0.62)]
    shell = sdf.grown(hollow, 0.0012)
    trim = replace(
        material, colour=beside(material.colour, random) if random.uniform() < 0.6 else paint(random), tile=None, rough=0.6
    )
    if random.uniform() < 0.55:
        parts.append(
            Part(
                sdf.meet(shell, sdf.at(sdf.box(0.05, 0.1, 0.05, 0.01), (0.155, 0, low))),
                (0.1, -0.06, low * 0.6),
                (0.15, 0.06, low + 0.06),
                trim,
                care=0.6,
                flush=True,
            )
        )
    if random.uniform() < 0.45:
        parts.append(
            Part(
                sdf.meet(shell, sdf.at(sdf.box(0.035, 0.1, collar, 0.008), (-0.155, 0, low))),
                (-0.15, -0.06, low * 0.6),
                (-0.11, 0.06, high),
                trim,
                care=0.6,
                flush=True,
            )
        )
    if style == "sneaker" and random.uniform() < 0.6:
        count, lean = int(random.integers(1, 4)), size(random, -0.9, 0.9)
        bars = sdf.union(
            *(sdf.at(sdf.box(0.006, 0.1, 0.05), (-0.02 + 0.022 * i, 0, low + 0.02), turn_about("y", lean)) for i in range(count))
        )
        parts.append(Part(sdf.meet(shell, bars), (-0.07, -0.06, low), (0.09, 0.06, low + 0.06), trim, care=0.6, flush=True))
    inside = replace(material, colour=(0.03, 0.03, 0.035), tile=None)
    parts.append(
        Part(
            sdf.at(sdf.ellipsoid(0.045, 0.02, 0.004), (-0.085, 0, low + 0.014)),
            (-0.13, -0.02, low + 0.009),
            (-0.04, 0.02, low + 0.02),
            inside,
            care=0.5,
            flush=True,
        )
    )
    return parts


def _laces(random: Random, low: float, collar: float, style: str) -> list[Part]:
    material = Material("laces", white(random) if random.uniform() < 0.6 else paint(random), rough=0.9, shine=0.02)
    count = int(random.integers(4, 7))
    shapes = []
    for i in range(count):
        share = i / (count - 1)
        x = 0.045 - 0.075 * share
        z = low + 0.044 + (0.026 if style == "sneaker" else 0.034) * share
        wide = 0.015 + 0.004 * (1 - share)
        cross = 0.006 * (-1) ** i
        shapes.append(sdf.tube([(x - cross, -wide, z - 0.008), (x, 0, z + 0.002), (x + cross, wide, z - 0.008)], 0.0023))
    return [Part(sdf.union(*shapes), (-0.045, -0.025, low + 0.025), (0.06, 0.025, low + collar), material)]


def _mirrored(part: Part) -> Part:
    """The other foot."""
    shape = part.shape
    low, high = part.low, part.high
    return replace(part, shape=lambda x, y, z: shape(x, -y, z), low=(low[0], -high[1], low[2]), high=(high[0], -low[1], high[2]))

"""Rings, bangles, hoops, pendants on chains: small, bright, with holes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from packshot.studio import materials, sdf
from packshot.studio.colours import linear
from packshot.studio.material import Colour, Material
from packshot.studio.noise import Floats
from packshot.studio.part import Part, turn_about
from packshot.studio.products.product import Product, Random, size, solid

_STONES: tuple[tuple[str, Colour], ...] = (
    ("diamond", (0.9, 0.9, 0.92)),
    ("ruby", (0.5, 0.02, 0.05)),
    ("sapphire", (0.03, 0.08, 0.45)),
    ("emerald", (0.02, 0.3, 0.12)),
    ("pearl", (0.85, 0.8, 0.74)),
    ("onyx", (0.012, 0.012, 0.014)),
    ("turquoise", (0.1, 0.5, 0.5)),
)


def jewellery(random: Random) -> Product:
    """A piece of jewellery."""
    makers = (_ring, _ring, _bangle, _hoops, _pendant, _watch)
    parts = makers[int(random.integers(len(makers)))](random)
    return Product(tuple(parts), (0.2, 1.1), turn=0.9)


def _band(ring: float, wide: float, thick: float, soft: float) -> sdf.Shape:
    """A hoop of rectangular section with rounded edges, lying flat."""

    def distance(x: Floats, y: Floats, z: Floats) -> Floats:
        u = np.abs(np.sqrt(x * x + y * y) - np.float32(ring)) - np.float32(thick - soft)
        v = np.abs(z) - np.float32(wide - soft)
        inside = np.minimum(np.maximum(u, v), 0)
        u, v = np.maximum(u, 0), np.maximum(v, 0)
        return np.asarray(np.sqrt(u * u + v * v) + inside - np.float32(soft), np.float32)

    return distance


def _ring(random: Random) -> list[Part]:
    ring, wide, thick = size(random, 0.0082, 0.0105), size(random, 0.0009, 0.004), size(random, 0.0006, 0.0012)
    gold = materials.metal(random, "gold", "gold", "rose gold", "silver", "silver", "black steel")
    out = ring + thick
    band = _band(ring, wide, thick, min(wide, thick) * size(random, 0.3, 0.95))
    upright = turn_about("x", np.pi / 2)
    stands = random.uniform() < 0.6
    parts = [solid(band, (out, out, wide), (0, 0, 0), gold, upright)]
    if random.uniform() < 0.7:
        parts += _stone(random, gold, out, size(random, 0.0018, 0.0042))
    if stands:
        rolled = turn_about("y", size(random, -0.6, 0.6))
        return [part.moved(rolled, (0, 0, out)) for part in parts]
    # Lying on its side, or leaning on its stone.
    lean = turn_about("x", size(random, -1.45, -1.1)) @ turn_about("y", size(random, -1.2, 1.2))
    turned = [part.moved(lean, (0, 0, 0)) for part in parts]
    low = min(float(part.corners()[:, 2].min()) for part in turned[:1])
    drop = out - wide
    return [part.moved(np.eye(3), (0, 0, -low - 0.18 * drop)) for part in turned]


def _stone(random: Random, gold: Material, at: float, radius: float) -> list[Part]:
    word, tone = _STONES[int(random.integers(len(_STONES)))]
    round_one = word in ("pearl", "onyx", "turquoise")
    if round_one:
        gem = Material(word, tone, rough=0.12, shine=0.07, depth=0.3)
        stone = sdf.ellipsoid(radius, radius, radius * 0.8)
    else:
        gem = Material(word, tone, rough=0.03, shine=0.35, depth=0.5)
        stone = _cut_gem(radius, int(random.integers(6, 10)))
    place = (0, 0, at + radius * 0.55)
    claws = sdf.union(
        *(
            sdf.capsule(
                (np.cos(t) * radius * 0.4, np.sin(t) * radius * 0.4, -radius),
                (np.cos(t) * radius * 0.96, np.sin(t) * radius * 0.96, radius * 0.18),
                radius * 0.13,
            )
            for t in np.arange(4) * np.pi / 2 + 0.4
        )
    )
    half = radius * 1.15
    return [solid(stone, (half, half, radius), place, gem), solid(claws, (half, half, half), place, gold)]


def _cut_gem(radius: float, sides: int) -> sdf.Shape:
    """A cut stone: planes around, a table on top."""
    turn = np.arange(sides) * 2 * np.pi / sides
    planes = [
        (np.cos(t) * np.sin(e), np.sin(t) * np.sin(e), np.cos(e), r)
        for e, r in ((0.8, 0.72), (1.5, 0.98), (2.35, 0.75))
        for t in turn + e
    ]
    planes += [(0.0, 0.0, 1.0, 0.42)]

    def distance(x: Floats, y: Floats, z: Floats) -> Floats:
        value = np.full(len(x), -np.inf, np.float32)
        for a, b, c, reach in planes:
            np.maximum(value, np.float32(a) * x + np.float32(b) * y + np.float32(c) * z - np.float32(reach * radius), out=value)
        return value

    return distance


def _bangle(random: Random) -> list[Part]:
    ring, thick = size(random, 0.026, 0.034), size(random, 0.001, 0.0025)
    gold = materials.metal(random)
    count = int(random.integers(1, 4))
    parts = []
    for index in range(count):
        wide = size(random, 0.0012, 0.008) if count == 1 else size(random, 0.001, 0.002)
        band = _band(ring, wide, thick if count == 1 else min(thick, wide), min(wide, thick) * 0.8)
        parts.append(
            solid(
                band,
                (ring + thick, ring + thick, wide),
                (size(random, -0.003, 0.003), size(random, -0.003, 0.003), wide + index * 0.0045),
                gold,
            )
        )
    if count == 1 and random.uniform() < 0.5:
        return [part.moved(turn_about("x", np.pi / 2), (0, 0, ring + thick)) for part in [replace(parts[0], place=(0, 0, 0))]]
    return parts


def _hoops(random: Random) -> list[Part]:
    ring, rod = size(random, 0.008, 0.022), size(random, 0.0006, 0.0018)
    gold = materials.metal(random, "gold", "silver", "rose gold", "steel")
    parts = []
    for s in (-1, 1):
        lean = turn_about("z", size(random, -0.5, 0.5)) @ turn_about("x", np.pi / 2 - size(random, 0.0, 0.25))
        low = ring + rod
        parts.append(
            solid(sdf.torus(ring, rod), (ring + rod, ring + rod, rod), (s * ring * 1.35, 0, low * np.cos(0.1)), gold, lean)
        )
    return parts


def _pendant(random: Random) -> list[Part]:
    """A chain laid in a loop, with something on it."""
    gold = materials.metal(random, "gold", "silver", "rose gold", "brass")
    a, b, rod = size(random, 0.025, 0.045), size(random, 0.03, 0.055), size(random, 0.0005, 0.0011)
    turn = np.linspace(0, 2 * np.pi, 30)
    wobble = 1 + 0.06 * np.sin(3 * turn + random.uniform(0, 6)) + 0.04 * np.sin(2 * turn + random.uniform(0, 6))
    points = [(float(a * w * np.sin(t)), float(b * w * np.cos(t)), rod) for t, w in zip(turn, wobble, strict=True)]
    line = sdf.tube(points, rod * 0.75)
    beads = np.float32(2 * np.pi / (3.6 * rod) * (a + b) / 2)

    def chain(x: Floats, y: Floats, z: Floats) -> Floats:
        around = np.arctan2(x * np.float32(b), y * np.float32(a))
        return np.asarray(line(x, y, z) - np.float32(0.3 * rod) * np.sin(around * beads), np.float32)

    parts = [Part(chain, (-a * 1.15, -b * 1.15, 0), (a * 1.15, b * 1.15, 2.2 * rod), gold, care=0.6)]
    radius = size(random, 0.004, 0.009)
    at_y = -b * float(wobble[15]) - radius
    if random.uniform() < 0.5:
        disc = sdf.cylinder(radius, 0.0009, 0.0006)
        parts.append(solid(disc, (radius, radius, 0.001), (0, at_y, 0.001), gold))
    else:
        word, tone = _STONES[int(random.integers(len(_STONES)))]
        parts.append(
            solid(
                sdf.ellipsoid(radius * 0.7, radius, radius * 0.45),
                (radius, radius, radius * 0.5),
                (0, at_y, radius * 0.45),
                Material(word, tone, rough=0.08, shine=0.1, depth=0.3),
            )
        )
    return parts


def _watch(random: Random) -> list[Part]:
    """A wrist watch lying on its strap."""
    radius, thick = size(random, 0.016, 0.021), size(random, 0.003, 0.005)
    case = materials.metal(random, "steel", "gold", "rose gold", "black steel")
    dial = Material("dial", linear(*([size(random, 0.05, 0.95)] * 3)), rough=0.4)
    strap = materials.leather(random) if random.uniform() < 0.6 else materials.rubber(random)
    long = size(random, 0.05, 0.075)
    wide = radius * size(random, 0.5, 0.62)
    slot = sdf.at(sdf.box(wide, long, 0.0013, 0.001), (0, 0, 0.0013))

    def bowed(x: Floats, y: Floats, z: Floats) -> Floats:
        return slot(x, y, z - np.float32(0.9 * thick) * np.exp(-((y / np.float32(1.4 * radius)) ** 2))) * np.float32(0.85)

    parts = [Part(bowed, (-wide, -long, 0), (wide, long, thick + 0.004), replace(strap, girth=0.02), care=0.7)]
    up = 0.9 * thick + 0.002
    parts.append(solid(sdf.cylinder(radius, thick, 0.0012), (radius, radius, thick), (0, 0, up), case))
    parts.append(solid(sdf.cylinder(radius * 0.86, 0.0004), (radius, radius, 0.0005), (0, 0, up + thick), dial))
    hands = materials.metal(random, "silver", "gold", "black steel")
    for angle, reach in ((size(random, 0, 6.3), 0.5), (size(random, 0, 6.3), 0.72)):
        tip = (float(np.sin(angle) * reach * radius), float(np.cos(angle) * reach * radius), 0.0)
        parts.append(solid(sdf.capsule((0, 0, 0), tip, 0.0005), (radius, radius, 0.0006), (0, 0, up + thick + 0.0006), hands))
    marks = sdf.union(
        *(
            sdf.at(
                sdf.box(0.0005, 0.0014, 0.0003),
                (float(np.sin(t)) * radius * 0.72, float(np.cos(t)) * radius * 0.72, 0),
                turn_about("z", -float(t)),
            )
            for t in np.arange(12) * np.pi / 6
        )
    )
    parts.append(solid(marks, (radius, radius, 0.0004), (0, 0, up + thick + 0.0004), hands))
    parts.append(
        solid(
            sdf.cylinder(0.0017, 0.0016, 0.0005), (0.002, 0.002, 0.002), (radius + 0.001, 0, up), case, turn_about("y", np.pi / 2)
        )
    )
    return parts

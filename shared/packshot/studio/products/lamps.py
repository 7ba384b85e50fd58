"""Lamps and other things with thin parts: desk lamps, headphones, spectacles, scissors, cutlery, whisks, hangers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from packshot.studio import materials, sdf
from packshot.studio.material import Material
from packshot.studio.noise import Floats
from packshot.studio.part import Part, turn_about
from packshot.studio.products.product import Product, Random, size, solid, standing
from packshot.studio.profile import turned


def lamp(random: Random) -> Product:
    """A table lamp with a shade, or a desk lamp with jointed arms."""
    parts = _table_lamp(random) if random.uniform() < 0.5 else _desk_lamp(random)
    return Product(tuple(parts), (0.05, 0.4), turn=0.9)


def thin(random: Random) -> Product:
    """Something that is mostly edges: spectacles, cutlery, headphones, a wire basket."""
    makers = (_spectacles, _cutlery, _headphones, _basket)
    chosen = makers[int(random.integers(len(makers)))]
    lies = chosen in (_cutlery,)
    return Product(tuple(chosen(random)), (0.5, 1.2) if lies else (0.15, 0.8), turn=0.7)


def _smooth(material: Material) -> Material:
    """Without texture, which on rods would only be a pattern of stripes."""
    return replace(material, tile=None)


def _table_lamp(random: Random) -> list[Part]:
    foot, tall = size(random, 0.045, 0.08), size(random, 0.10, 0.26)
    stem_skin = (
        materials.metal(random)
        if random.uniform() < 0.6
        else materials.wood(random)
        if random.uniform() < 0.5
        else materials.ceramic(random)
    )
    low, high, half = size(random, 0.07, 0.13), size(random, 0.03, 0.09), size(random, 0.04, 0.08)
    rod = size(random, 0.003, 0.008)
    parts = [
        standing(sdf.at(sdf.cylinder(foot, 0.007, 0.003), (0, 0, 0.007)), foot, 0.015, stem_skin),
        standing(sdf.capsule((0, 0, 0.01), (0, 0, tall + half), rod), rod * 1.01, tall + half, stem_skin),
    ]
    if random.uniform() < 0.4:
        belly = size(random, 0.02, 0.05)
        parts.append(
            solid(sdf.ellipsoid(belly, belly, tall * 0.35), (belly, belly, tall * 0.35), (0, 0, tall * 0.4), stem_skin, care=0.7)
        )
    shade_skin = (
        replace(materials.cloth(random, patterned=0.3), depth=0.6, girth=low)
        if random.uniform() < 0.7
        else replace(materials.metal(random), girth=low)
    )
    top = tall + half * 0.9
    wide = max(low, high) * 1.02
    parts.append(solid(_shade(low, high, half), (wide, wide, half), (0, 0, top), shade_skin))
    return parts


def _shade(low: float, high: float, half: float) -> sdf.Shape:
    """The side of a truncated cone, a millimetre thick."""
    slope = np.float32((high - low) / (2 * half))
    steep, middle = np.float32(1 / np.sqrt(1 + slope * slope)), np.float32((low + high) / 2)

    def distance(x: Floats, y: Floats, z: Floats) -> Floats:
        side = (np.sqrt(x * x + y * y) - middle - slope * z) * steep
        return np.asarray(np.maximum(np.abs(side) - np.float32(0.0006), np.abs(z) - np.float32(half)), np.float32)

    return distance


def _desk_lamp(random: Random) -> list[Part]:
    skin = materials.metal(random) if random.uniform() < 0.5 else materials.plastic(random)
    joint = _smooth(materials.metal(random, "steel", "brass", "black steel"))
    foot, rod = size(random, 0.05, 0.08), size(random, 0.0022, 0.0045)
    first, second = size(random, 0.14, 0.22), size(random, 0.12, 0.2)
    lean, back = size(random, 0.1, 0.5), size(random, 0.7, 1.3)
    knee = (-np.sin(lean) * first, 0.0, np.cos(lean) * first + 0.015)
    head = (knee[0] + np.sin(back) * second, 0.0, knee[2] + np.cos(back) * second)
    spread = rod * 2.2
    arms = sdf.union(
        *(
            sdf.capsule((a[0], s * spread, a[2]), (b[0], s * spread, b[2]), rod)
            for a, b in (((0, 0, 0.015), knee), (knee, head))
            for s in (-1, 1)
        )
    )
    low = [min(0.0, knee[0], head[0]) - rod, -spread - rod, 0.0]
    high = [max(0.0, knee[0], head[0]) + rod, spread + rod, max(knee[2], head[2]) + rod]
    parts = [
        standing(sdf.at(sdf.cylinder(foot, 0.008, 0.004), (0, 0, 0.008)), foot, 0.017, skin),
        Part(arms, (low[0], low[1], low[2]), (high[0], high[1], high[2]), joint),
    ]
    flat, wide = turn_about("x", np.pi / 2), rod * 2.6
    pivot = sdf.cylinder(wide, spread * 1.5, rod * 0.4)
    parts += [solid(pivot, (wide, wide, spread * 1.5), place, joint, flat) for place in ((0, 0, 0.02), knee, head)]
    wide, deep, wall = size(random, 0.04, 0.06), size(random, 0.03, 0.05), 0.0015
    full = turned([(0, deep), (wide * 0.45, deep * 0.7), (wide, -deep), (wide * 1.1, -1.4 * deep), (0, -1.4 * deep)])

    def bell(x: Floats, y: Floats, z: Floats) -> Floats:
        skin = full(np.sqrt(x * x + y * y), z)
        return np.maximum(np.maximum(skin, -skin - np.float32(wall)), np.float32(-deep) - z)

    tilt = turn_about("y", size(random, 0.1, 0.7))
    spot = np.array(head) - tilt @ np.array((0, 0, deep * 0.9))
    parts.append(solid(bell, (wide * 1.02, wide * 1.02, deep), spot, skin, tilt))
    bulb = Material("bulb", (0.85, 0.83, 0.78), rough=0.2, depth=0.5)
    parts.append(solid(sdf.sphere(wide * 0.42), (wide * 0.42,) * 3, spot - tilt @ np.array((0, 0, deep * 0.25)), bulb, tilt))
    if random.uniform() < 0.5:
        parts = [part.moved(turn_about("z", np.pi), (0, 0, 0)) for part in parts]
    return parts


def _spectacles(random: Random) -> list[Part]:
    a, c, rod = size(random, 0.022, 0.029), size(random, 0.017, 0.024), size(random, 0.0008, 0.0024)
    frame = _smooth(materials.metal(random) if rod < 0.0014 else materials.plastic(random))
    dark = random.uniform() < 0.5
    pane = replace(materials.glass(random, (0.02, 0.02, 0.022) if dark else None), girth=1.0)
    bend, parts = size(random, 2.2, 6.0), []

    def off_rim(x: Floats, z: Floats) -> Floats:
        """Distance in the plane from a superellipse (Lamé, 1818): round to square."""
        u, v = np.abs(x) / np.float32(a), np.abs(z) / np.float32(c)
        return np.asarray(((u**bend + v**bend) ** np.float32(1 / bend) - 1) * np.float32(0.8 * min(a, c)), np.float32)

    def rim(x: Floats, y: Floats, z: Floats) -> Floats:
        return np.asarray(np.hypot(off_rim(x, z), y) - np.float32(rod), np.float32)

    def lens(x: Floats, y: Floats, z: Floats) -> Floats:
        return np.maximum(off_rim(x, z), np.abs(y) - np.float32(0.0006))

    up = c + rod
    for s in (-1, 1):
        x = s * (a + 0.009)
        parts.append(solid(rim, (a + rod * 1.3, rod, c + rod * 1.3), (x, 0, up), frame, turn_about("z", s * 0.06), care=0.7))
        parts.append(solid(lens, (a, 0.0007, c), (x, 0, up), pane, turn_about("z", s * 0.06), care=0.7))
        edge = s * (2 * a + 0.009)
        temple = sdf.tube([(edge, 0, c * 0.5), (edge * 1.01, 0.09, c * 0.45), (edge * 0.98, 0.125, -c * 0.9)], max(rod, 0.0011))
        parts.append(
            Part(
                temple,
                (min(edge * 0.93, edge * 1.07), -0.003, -up),
                (max(edge * 0.93, edge * 1.07), 0.13, up),
                frame,
                place=(0, 0, up),
            )
        )
    parts.append(solid(sdf.arc(0.0098, rod, 1.1), (0.011, rod * 1.2, 0.013), (0, 0, up - 0.004), frame))
    return parts


def _cutlery(random: Random) -> list[Part]:
    """Spoons, forks and knives side by side, lying."""
    skin = _smooth(materials.metal(random, "steel", "silver", "gold", "black steel"))
    count, parts = int(random.integers(1, 4)), []
    gap = size(random, 0.026, 0.036)
    for n in range(count):
        x = (n - (count - 1) / 2) * gap
        half = size(random, 0.085, 0.1)
        stem = sdf.capsule((0, -half, 0.0035), (0, half * 0.35, 0.0045), 0.0032, 0.0022)
        kind = int(random.integers(3))
        if kind == 0:
            bowl = sdf.cut(
                sdf.at(sdf.ellipsoid(0.016, 0.027, 0.007), (0, half * 0.72, 0.007)),
                sdf.at(sdf.ellipsoid(0.015, 0.026, 0.006), (0, half * 0.72, 0.0105)),
            )
            shape = sdf.blend(0.006, stem, bowl)
        elif kind == 1:
            tines = [
                sdf.capsule((t * 0.0058, half * 0.6, 0.005), (t * 0.0056, half, 0.004), 0.0013, 0.0009)
                for t in (-1.5, -0.5, 0.5, 1.5)
            ]
            palm = sdf.at(sdf.box(0.010, 0.016, 0.0012, 0.001), (0, half * 0.52, 0.005))
            shape = sdf.union(sdf.blend(0.006, stem, palm), *tines)
        else:
            blade = sdf.at(sdf.box(0.0085, half * 0.42, 0.0009, 0.0006), (0.002, half * 0.62, 0.004))
            shape = sdf.blend(0.004, stem, blade)
        yaw = turn_about("z", size(random, -0.12, 0.12))
        parts.append(Part(shape, (-0.018, -half - 0.004, 0), (0.018, half * 1.1, 0.016), skin, yaw, (x, 0, 0), 0.7))
    return parts


def _headphones(random: Random) -> list[Part]:
    ring, rod = size(random, 0.075, 0.088), size(random, 0.0035, 0.006)
    skin = replace(materials.plastic(random), tile=None)
    pad = materials.leather(random)
    cup, thick = size(random, 0.028, 0.038), size(random, 0.011, 0.016)
    band = sdf.arc(ring, rod, 1.7, size(random, 1.4, 2.4))
    up = cup + 0.012
    parts = [solid(band, (ring + rod, rod * 2.6, ring + rod), (0, 0, up), skin, care=0.4)]
    flat = turn_about("y", np.pi / 2)
    for s in (-1, 1):
        parts.append(solid(sdf.cylinder(cup, thick, 0.007), (cup, cup, thick), (s * (ring - 0.002), 0, cup), skin, flat))
        parts.append(
            solid(sdf.torus(cup * 0.68, cup * 0.3), (cup, cup, cup * 0.31), (s * (ring - thick - 0.003), 0, cup), pad, flat)
        )
    lean = turn_about("x", -size(random, 0.0, 0.25))
    return [part.moved(lean, (0, 0, 0)) for part in parts]


def _basket(random: Random) -> list[Part]:
    """A wire basket or rack: rings and uprights."""
    radius, tall, rod = size(random, 0.05, 0.09), size(random, 0.05, 0.12), size(random, 0.0009, 0.002)
    skin = _smooth(materials.metal(random) if random.uniform() < 0.6 else materials.plastic(random))
    low = radius * size(random, 0.6, 1.0)
    count = int(random.integers(8, 15))
    turn = np.arange(count) * 2 * np.pi / count
    upright = [
        sdf.capsule(
            (float(np.cos(t)) * low, float(np.sin(t)) * low, rod),
            (float(np.cos(t)) * radius, float(np.sin(t)) * radius, tall),
            rod,
        )
        for t in turn
    ]
    parts = [standing(sdf.union(*upright), radius + 2 * rod, tall + 2 * rod, skin)]
    for share in np.linspace(0, 1, int(random.integers(2, 5))):
        r = low + (radius - low) * float(share)
        parts.append(
            solid(
                sdf.torus(r, rod * 1.3),
                (r + 2 * rod, r + 2 * rod, rod * 1.3),
                (0, 0, rod * 1.3 + (tall - rod) * float(share)),
                skin,
            )
        )
    parts.append(
        standing(
            sdf.union(
                *(
                    sdf.capsule((-np.sqrt(max(low**2 - v**2, 0)), v, rod), (np.sqrt(max(low**2 - v**2, 0)), v, rod), rod)
                    for v in np.linspace(-low * 0.8, low * 0.8, 6)
                )
            ),
            low + rod,
            2 * rod,
            skin,
        )
    )
    if random.uniform() < 0.5:
        parts.append(
            solid(
                sdf.arc(radius, rod * 1.5, np.pi / 2 + 0.02),
                (radius + 2 * rod, 2 * rod, radius + 2 * rod),
                (0, 0, tall),
                skin,
                turn_about("x", size(random, -0.5, 0.2)),
            )
        )
    return parts

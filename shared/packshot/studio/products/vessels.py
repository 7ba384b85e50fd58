"""Mugs, cups, bowls, plates, and vessels of clear glass."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from packshot.studio import materials, prints, sdf
from packshot.studio.colours import beside, paint, white
from packshot.studio.material import Colour, Material
from packshot.studio.noise import Floats
from packshot.studio.part import Part, turn_about
from packshot.studio.products.product import Product, Random, size, standing
from packshot.studio.profile import Corner, Profile, rounded, turned

_DRINKS: tuple[Colour, ...] = ((0.03, 0.012, 0.004), (0.28, 0.14, 0.06), (0.55, 0.30, 0.06), (0.75, 0.70, 0.60))


def mug(random: Random) -> Product:
    """A mug or cup with an open handle, often with a print, sometimes with a drink in it."""
    foot, lip = size(random, 0.025, 0.042), size(random, 0.036, 0.05)
    tall, wall = size(random, 0.06, 0.12), size(random, 0.0025, 0.005)
    outer = _wall(random, foot, lip, tall)
    full = _solid(outer, tall)
    material = replace(materials.ceramic(random) if random.uniform() < 0.85 else _enamel(random), girth=lip)
    if random.uniform() < 0.55:
        half, low = size(random, 0.018, 0.034), size(random, 0.15, 0.3) * tall
        high = min(low + 2 * half, 0.86 * tall)
        ink = beside(material.colour, random)
        shown = (
            prints.label(random, (-half, low, half, high))
            if random.uniform() < 0.4
            else prints.words_on(random, (-half, low, half, high), ink)
        )
        material = material.with_prints(shown)
    parts = [standing(_hollow(full, wall, tall), full.reach[1], tall + wall, material)]
    parts.append(_handle(random, full, tall, material, wall))
    if random.uniform() < 0.45:
        parts.append(_drink(random, full, wall, tall, size(random, 0.6, 0.88)))
    if random.uniform() < 0.15:
        parts.append(_saucer(random, lip * size(random, 1.6, 2.0), material))
        parts = [part.moved(np.eye(3), (0, 0, 0.006)) for part in parts[:-1]] + [parts[-1]]
    product = Product(tuple(parts), (0.15, 0.75), turn=0.5)
    if random.uniform() < 0.5:
        around = turn_about("z", np.pi)
        product = replace(product, parts=tuple(_mirrored(part, around) for part in product.parts))
    return product


def _mirrored(part: Part, around: Floats) -> Part:
    """The handle on the left; what is printed stays in front."""
    return part if part.material.prints else part.moved(around, (0, 0, 0))


def bowl(random: Random) -> Product:
    """A bowl, dish, plate or pot; empty."""
    lip = size(random, 0.05, 0.14)
    tall = lip * size(random, 0.12, 1.1)
    foot, wall = lip * size(random, 0.35, 0.7), lip * size(random, 0.03, 0.06)
    outer = rounded(
        [(foot, 0), (foot + (lip - foot) * size(random, 0.3, 0.75), tall * size(random, 0.2, 0.5)), (lip, tall)], 16, closed=False
    )
    material = replace(
        [materials.ceramic, materials.ceramic, materials.wood, materials.metal, materials.plastic][int(random.integers(5))](
            random
        ),
        girth=lip,
    )
    parts = [standing(_hollow(_solid(outer, tall), wall, tall), lip * 1.06, tall + wall, material)]
    if random.uniform() < 0.25:
        parts.append(
            standing(
                sdf.at(sdf.torus(lip - wall / 2, wall * 0.52), (0, 0, wall)),
                lip * 1.1,
                2 * wall,
                replace(material, colour=beside(material.colour, random), tile=None),
                tall - wall * 0.95,
            )
        )
    return Product(tuple(parts), (0.22, 1.1), turn=np.pi)


def glass(random: Random) -> Product:
    """A tumbler, wine glass, jar or vase of clear or tinted glass, empty or with a drink."""
    kind, clear = random.uniform(), materials.glass(random)
    if kind < 0.35:
        stem, lip, tall = 0.0, size(random, 0.03, 0.045), size(random, 0.07, 0.15)
        outer: list[Corner] = [(lip * size(random, 0.75, 1.0), 0), (lip, tall)]
    elif kind < 0.7:
        stem, lip, tall = size(random, 0.05, 0.10), size(random, 0.025, 0.04), size(random, 0.06, 0.12)
        outer = rounded(
            [(0.006, 0), (lip * 0.75, 0.12 * tall), (lip * size(random, 1.05, 1.35), 0.45 * tall), (lip, tall)], 14, closed=False
        )
    else:
        stem, lip, tall = 0.0, size(random, 0.02, 0.05), size(random, 0.1, 0.22)
        wide = size(random, 0.035, 0.07)
        outer = rounded(
            [(wide * 0.7, 0), (wide, tall * 0.3), (wide * 0.8, tall * 0.65), (lip * 0.8, tall * 0.9), (lip, tall)],
            14,
            closed=False,
        )
    wall = size(random, 0.0016, 0.0035)
    full = _solid(outer, tall)
    reach = full.reach[1]
    girth = replace(clear, girth=reach)
    parts = [
        standing(
            _hollow(full, wall, tall, base=wall * size(random, 1, 4) if not stem else wall),
            reach * 1.04,
            tall + wall,
            girth,
            stem,
        )
    ]
    if stem:
        foot = sdf.blend(
            0.008,
            sdf.at(sdf.cylinder(lip * 0.95, 0.0018, 0.0015), (0, 0, 0.0018)),
            sdf.capsule((0, 0, 0), (0, 0, stem + 0.003), 0.0035),
        )
        parts.append(standing(foot, lip, stem + 0.008, clear, 0.0, care=0.9))
    if random.uniform() < 0.4:
        parts.append(_drink(random, full, wall * 1.3, tall, size(random, 0.35, 0.75), lift=stem))
    return Product(tuple(parts), (0.08, 0.55), turn=np.pi)


def _enamel(random: Random) -> Material:
    return Material("enamel", white(random) if random.uniform() < 0.5 else paint(random), rough=0.15, shine=0.06)


def _wall(random: Random, foot: float, lip: float, tall: float) -> list[Corner]:
    if random.uniform() < 0.5:
        edge = size(random, 0.002, 0.008)
        return [(foot, 0), (foot + edge, edge), (lip, tall)]
    belly = max(foot, lip) * size(random, 0.95, 1.15)
    return rounded([(foot, 0), (belly, 0.4 * tall), (lip, tall)], 14, closed=False)


def _solid(outer: list[Corner], tall: float) -> Profile:
    """The vessel as if it were full, and a little higher than it is."""
    above = (outer[-1][0], tall * 1.15)
    return turned([(0, 0), *outer, above, (0, tall * 1.15)])


def _hollow(full: Profile, wall: float, tall: float, base: float | None = None) -> sdf.Shape:
    """A vessel with walls of even thickness and a round lip."""
    floor = np.float32(wall if base is None else base)

    def distance(x: Floats, y: Floats, z: Floats) -> Floats:
        out = full(np.sqrt(x * x + y * y), z)
        skin = np.maximum(out, -np.maximum(out + np.float32(wall), floor - z))
        over = z - np.float32(tall)
        h = np.maximum(np.float32(wall) - np.abs(skin - over), 0) / np.float32(wall)
        return np.maximum(skin, over) + h * h * np.float32(wall / 4)

    return distance


def _handle(random: Random, full: Profile, tall: float, material: Material, wall: float) -> Part:
    """An ear on the right side, which ends at the wall."""
    v = tall * size(random, 0.46, 0.56)
    u = full.edge_at(v)
    ear, rod = tall * size(random, 0.24, 0.34), size(random, 0.0035, 0.0062)
    flat, long = size(random, 1.0, 1.9), size(random, 0.75, 1.1)
    arc = sdf.arc(ear, rod, size(random, 1.9, 2.2), flat)
    ring = sdf.at(
        lambda x, y, z: arc(x / np.float32(long), y, z), (u - 0.5 * wall + 0.12 * ear, 0, v), turn_about("y", np.pi / 2)
    )
    body = sdf.revolve(full)
    shape = sdf.cut(ring, lambda x, y, z: body(x, y, z) + np.float32(0.5 * wall))
    half = (ear + 1.5 * rod) * max(long, 1)
    low, high = (u * 0.6, -rod * flat * 1.2, v - half), (u + 1.15 * ear + 2 * rod, rod * flat * 1.2, v + half)
    return Part(shape, low, high, replace(material, prints=()), care=min(1 / flat, long, 1.0) * 0.9)


def _drink(random: Random, full: Profile, wall: float, tall: float, level: float, *, lift: float = 0.0) -> Part:
    tone = _DRINKS[int(random.integers(len(_DRINKS)))]
    high = level * tall
    inside = sdf.revolve(full)
    shape = sdf.meet(lambda x, y, z: inside(x, y, z) + np.float32(0.8 * wall), lambda x, y, z: z - np.float32(high))
    reach = full.reach[1]
    return standing(shape, reach, high + 0.001, Material("drink", tone, rough=0.03, shine=0.03, depth=0.4), lift)


def _saucer(random: Random, radius: float, material: Material) -> Part:
    high = size(random, 0.01, 0.018)
    outer = rounded([(radius * 0.5, 0), (radius * 0.75, 0.004), (radius, high)], 10, closed=False)
    return standing(_hollow(_solid(outer, high), 0.003, high), radius * 1.08, high + 0.002, replace(material, prints=()))

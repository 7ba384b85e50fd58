"""Bottles, jars, tubes with caps: plastic, glass that is not seen through, glazed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from packshot.studio import materials, prints, sdf
from packshot.studio.colours import paint
from packshot.studio.material import Material
from packshot.studio.part import Part
from packshot.studio.products.product import Product, Random, size, solid, standing
from packshot.studio.profile import Corner, rounded, turned


def bottle(random: Random) -> Product:
    """A bottle or jar with a label and a cap, a pump or a spray head."""
    radius = size(random, 0.022, 0.045)
    tall = radius * size(random, 2.0, 5.0)
    neck = radius * size(random, 0.28, 0.75)
    body, straight = _body(random, radius, tall, neck)
    material = replace(_skin(random), girth=radius)
    if random.uniform() < 0.8:
        low, high = 0.12 * tall, straight * size(random, 0.8, 0.97)
        half = radius * size(random, 0.7, 2.2)
        paper = paint(random) if random.uniform() < 0.75 else None
        material = material.with_prints(prints.label(random, (-half, low, half, high), paper))
    parts = [standing(sdf.revolve(turned(body)), radius * 1.02, tall, material)]
    parts += _closure(random, neck, tall, radius)
    if random.uniform() < 0.2:
        wide = np.diag((1.0, size(random, 0.55, 0.8), 1.0)).astype(np.float32)
        parts[0] = replace(parts[0], shape=_flattened(parts[0], float(wide[1, 1])), care=float(wide[1, 1]) * 0.95)
    return Product(tuple(parts), (0.05, 0.5))


def _flattened(part: Part, share: float) -> sdf.Shape:
    return lambda x, y, z: part.shape(x, y / np.float32(share), z)


def _skin(random: Random) -> Material:
    kind = random.uniform()
    if kind < 0.55:
        return materials.plastic(random)
    if kind < 0.8:
        tone = (0.20, 0.06, 0.012) if random.uniform() < 0.5 else (0.02, 0.07, 0.03)
        return Material("glass", tone, rough=0.04, shine=0.06, depth=0.2)
    return materials.ceramic(random) if kind < 0.9 else materials.metal(random, "silver", "steel", "black steel", "gold")


def _body(random: Random, radius: float, tall: float, neck: float) -> tuple[list[Corner], float]:
    """The outline, and how high its side is straight."""
    foot, lip = radius * size(random, 0.03, 0.2), 0.12 * min(tall, 3 * radius)
    shoulder = tall - lip - radius * size(random, 0.25, 1.2) * (1 - neck / radius + 0.2)
    waist = radius * (1 - size(random, 0.0, 0.18) * (random.uniform() < 0.3))
    if random.uniform() < 0.35:
        line = [(radius - foot, 0), (radius, foot), (radius, shoulder), (neck, tall - lip), (neck, tall)]
        return [(0, 0), *line, (0, tall)], shoulder
    curve = [(radius - foot, 0.0), (radius, foot), (waist, (foot + shoulder) / 2), (radius, shoulder)]
    curve += [
        ((radius + neck) / 2 * size(random, 0.9, 1.08), (shoulder + tall - lip) / 2 + 0.1 * radius),
        (neck, tall - lip),
        (neck, tall),
    ]
    return [(0, 0), *rounded(curve, 14, closed=False), (0, tall)], shoulder


def _closure(random: Random, neck: float, tall: float, radius: float) -> list[Part]:
    tone = (0.75, 0.75, 0.73) if random.uniform() < 0.3 else (0.015, 0.015, 0.017) if random.uniform() < 0.4 else paint(random)
    material = materials.metal(random) if random.uniform() < 0.2 else materials.plastic(random, tone)
    wide = min(neck * size(random, 1.1, 1.35), radius)
    high = wide * size(random, 0.5, 1.9)
    ribs = int(random.integers(20, 50)) if random.uniform() < 0.5 else 0
    cap = standing(
        _ribbed(sdf.at(sdf.cylinder(wide, high / 2, 0.12 * wide), (0, 0, high / 2)), ribs, wide),
        wide * 1.05,
        high,
        material,
        tall - 0.3 * high,
        care=0.9,
    )
    kind = random.uniform()
    if kind < 0.65:
        return [cap]
    stem, top = wide * 0.32, high * 0.9
    rod = standing(sdf.at(sdf.cylinder(stem, top / 2), (0, 0, top / 2)), stem, top, material, tall + 0.6 * high)
    reach = wide * size(random, 1.2, 2.2)
    height = tall + 0.6 * high + top
    if kind < 0.85:
        spout = sdf.union(
            sdf.cylinder(wide * 0.55, wide * 0.28, wide * 0.12),
            sdf.capsule((0, 0, 0), (reach, 0, -0.12 * reach), wide * 0.20, wide * 0.14),
        )
    else:
        spout = sdf.union(
            sdf.at(sdf.box(wide * 0.9, wide * 0.4, wide * 0.42, wide * 0.15), (0.4 * wide, 0, 0)),
            sdf.capsule((wide * 0.9, 0, -0.3 * wide), (wide * 0.7, 0, -1.5 * wide), wide * 0.14),
        )
    return [cap, rod, solid(spout, (reach + wide, wide, 2 * wide), (0, 0, height), material)]


def _ribbed(shape: sdf.Shape, ribs: int, radius: float) -> sdf.Shape:
    if not ribs:
        return shape
    depth = np.float32(0.018 * radius)
    return lambda x, y, z: shape(x, y, z) + depth * np.sin(np.arctan2(x, y) * np.float32(ribs))


def can(random: Random) -> Product:
    """A drink can, a tin, or a jar with a lid; printed around."""
    radius = size(random, 0.024, 0.055)
    tall = radius * size(random, 0.9, 3.8)
    slim = radius * size(random, 0.78, 1.0)
    rim = 0.05 * radius
    line = [(0, rim), (slim * 0.86, rim), (slim * 0.9, 0), (slim * 0.97, 0.2 * rim), (radius, (radius - slim) + 3 * rim)]
    line += [
        (radius, tall - (radius - slim) - 3 * rim),
        (slim, tall - rim),
        (slim, tall),
        (slim - rim, tall),
        (slim - rim, tall - 2 * rim),
        (0, tall - 2 * rim),
    ]
    bare = materials.metal(random, "silver", "steel", "gold")
    tone = paint(random)
    painted = replace(
        bare, colour=tone, metal=float(random.choice([0.0, 0.6])), rough=float(random.uniform(0.15, 0.45)), girth=radius
    )
    end = np.pi * radius
    low, high = (radius - slim) + 4 * rim, tall - (radius - slim) - 4 * rim
    painted = painted.with_prints(
        prints.label(random, (-end / 2.4, low, end / 2.4, high), tone if random.uniform() < 0.5 else paint(random), texels=288)
    )
    if random.uniform() < 0.25:
        painted = replace(painted, prints=(), tile=None)
    can_body = standing(sdf.revolve(turned(line)), radius * 1.01, tall, painted)
    lid = standing(sdf.at(sdf.cylinder(slim - 0.5 * rim, 0.7 * rim), (0, 0, 0.7 * rim)), slim, 2 * rim, bare, tall - 2.6 * rim)
    parts = [can_body, lid]
    ring = standing(
        sdf.at(sdf.torus(slim - 0.3 * rim, 0.55 * rim), (0, 0, 0.6 * rim)), slim + rim, 1.4 * rim, bare, tall - 0.6 * rim
    )
    parts.append(ring)
    if random.uniform() < 0.6:
        tab = sdf.cut(
            sdf.box(0.42 * slim, 0.22 * slim, 0.3 * rim, 0.28 * rim), sdf.at(sdf.cylinder(0.13 * slim, rim), (0.18 * slim, 0, 0))
        )
        parts.append(solid(tab, (0.45 * slim, 0.25 * slim, 0.4 * rim), (0.15 * slim, 0, tall - 0.8 * rim), bare))
    return Product(tuple(parts), (0.08, 0.6), turn=np.pi / 3)

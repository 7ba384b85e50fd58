"""Bags with handles that one sees through: shopping bags, totes, handbags, rucksacks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from packshot.studio import materials, prints, sdf
from packshot.studio.colours import beside
from packshot.studio.material import Mapping, Material
from packshot.studio.noise import Floats
from packshot.studio.part import Part, turn_about
from packshot.studio.products.product import Product, Random, size, solid
from packshot.studio.sdf import Point


def bag(random: Random) -> Product:
    """A bag that stands."""
    style = str(random.choice(["paper", "tote", "handbag", "handbag"]))
    a, c = size(random, 0.09, 0.17), size(random, 0.08, 0.17)
    b = size(random, 0.03, 0.06) if style != "tote" else size(random, 0.015, 0.035)
    material = replace(_skin(random, style), mapping=Mapping.FACES)
    if random.uniform() < (0.75 if style != "handbag" else 0.3):
        half = a * size(random, 0.35, 0.75)
        material = material.with_prints(
            prints.words_on(random, (-half, -half * 0.6, half, half * 0.7), beside(material.colour, random), "-y")
        )
    parts = [_body(random, style, (a, b, c), material), *_handles(random, style, (a, b, c), material)]
    if style == "handbag":
        parts += _flap(random, b, c, parts[0])
    return Product(tuple(parts), (0.08, 0.5), turn=0.8)


def _skin(random: Random, style: str) -> Material:
    if style == "paper":
        return materials.board(random)
    return materials.cloth(random) if style == "tote" else materials.leather(random)


def _body(random: Random, style: str, half: Point, material: Material) -> Part:
    a, b, c = half
    taper, edge = size(random, -0.15, 0.35), {"paper": 0.002, "tote": 0.012, "handbag": min(b * 0.7, 0.02)}[style]
    block = sdf.box(a, b, c, edge)
    narrow = size(random, 0.0, 0.75) if style != "paper" else size(random, 0.0, 0.3)

    def bent(x: Floats, y: Floats, z: Floats) -> Floats:
        share = np.clip(z / np.float32(2 * c) + np.float32(0.5), 0, 1)
        return block(
            x * (1 + np.float32(taper) * (share - np.float32(0.5))), y * (1 + np.float32(narrow) * share), z
        ) * np.float32(0.9)

    shape = sdf.waved(bent, 0.005 if style == "tote" else 0.003, 0.26, random, 5) if style != "paper" else bent
    if random.uniform() < 0.6 or style == "paper":
        shape = sdf.cut(
            shape,
            lambda x, y, z: np.maximum(bent(x, y, z - np.float32(0.03)) + np.float32(0.007), -z - np.float32(0.3 * c)),
            soft=0.002,
        )
    wide = a * 1.12 + 0.006
    return Part(shape, (-wide, -b * 1.1 - 0.006, -c), (wide, b * 1.1 + 0.006, c + 0.004), material, place=(0, 0, c), care=0.6)


def _handles(random: Random, style: str, half: Point, material: Material) -> list[Part]:
    a, b, c = half
    own = material if random.uniform() < 0.6 else materials.leather(random)
    own = replace(own, prints=())
    ring = a * size(random, 0.3, 0.6)
    rod = size(random, 0.0025, 0.006)
    flat = 1.0 if style == "handbag" else size(random, 1.0, 1.2)
    long = size(random, 0.7, 1.9)
    arc = sdf.arc(ring, rod, size(random, 1.5, 1.75), flat)

    def shape(x: Floats, y: Floats, z: Floats) -> Floats:
        return arc(x, y, z / np.float32(long))

    reach = ((ring + rod) * 1.02, rod * flat * 1.2, (ring + rod) * max(long, 1.0))
    top = 2 * c - 0.012
    care = 0.9 * min(1.0, long)
    lean = size(random, 0.03, 0.3)
    both = random.uniform() < 0.75
    offset = b * 0.45 if both else 0.0
    parts = [solid(shape, reach, (0, -offset, top), own, turn_about("x", lean if both else 0.0), care=care)]
    if both:
        parts.append(solid(shape, reach, (0, offset, top), own, turn_about("x", -lean * size(random, 0.3, 1.0)), care=care))
    if style == "handbag":
        gold = materials.metal(random, "gold", "silver", "brass")
        for s in (-1, 1):
            for side in (-offset, offset) if both else (0.0,):
                hook = sdf.torus(rod * 1.9, rod * 0.5)
                parts.append(
                    solid(hook, (rod * 2.5, rod * 2.5, rod * 0.6), (s * ring, side, top), gold, turn_about("x", np.pi / 2))
                )
    return parts


def _flap(random: Random, b: float, c: float, body: Part) -> list[Part]:
    gold = materials.metal(random, "gold", "silver", "brass", "steel")
    parts: list[Part] = []
    if random.uniform() < 0.5:
        high = c * size(random, 0.35, 0.6)
        tone = body.material.colour
        over = replace(body.material, prints=(), colour=tone if random.uniform() < 0.6 else beside(tone, random))
        front = sdf.meet(sdf.grown(body.shape, 0.003), lambda x, y, z: np.maximum(y, np.float32(c - 2 * high) - z), soft=0.002)
        parts.append(
            replace(
                body,
                shape=front,
                low=(body.low[0] - 0.004, body.low[1] - 0.004, c - 2 * high - 0.002),
                high=(body.high[0] + 0.004, 0.002, body.high[2] + 0.004),
                material=over,
            )
        )
        front_y = _front(body, c - 2 * high + 0.008)
        clasp = sdf.box(0.009, 0.004, 0.007, 0.002)
        parts.append(solid(clasp, (0.009, 0.004, 0.007), (0, front_y - 0.003, 2 * c - 2 * high + 0.008), gold))
    else:
        up = c * size(random, 0.2, 0.5)
        zip_ = sdf.capsule((-0.06, 0, 0), (0.06, 0, 0), 0.0018)
        parts.append(solid(zip_, (0.063, 0.003, 0.003), (0, _front(body, up), c + up), gold))
    return parts


def _front(body: Part, up: float) -> float:
    """y of the front of a bag in its middle, `up` above its own origin."""
    y = np.linspace(body.low[1], 0, 200, dtype=np.float32)
    inside = body.shape(np.zeros_like(y), y, np.full_like(y, up)) <= 0
    return float(y[int(np.argmax(inside))])

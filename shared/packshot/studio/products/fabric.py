"""Cloth: towels and shirts folded in stacks, shirts laid flat, cushions, rolled and thrown cloth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from packshot.studio import materials, prints, sdf
from packshot.studio.colours import beside, white
from packshot.studio.material import Mapping
from packshot.studio.noise import Floats
from packshot.studio.part import Part, turn_about
from packshot.studio.products.product import Product, Random, size, solid
from packshot.studio.profile import Corner, outline, rounded


def fabric(random: Random) -> Product:
    """Something of cloth."""
    makers = (_stack, _shirt, _shirt, _cushion, _roll, _cap)
    chosen = makers[int(random.integers(len(makers)))]
    parts = chosen(random)
    pitch = (0.75, 1.35) if chosen is _shirt else (0.25, 0.9)
    return Product(tuple(parts), pitch, turn=0.6)


def _stack(random: Random) -> list[Part]:
    """Folded cloths on each other, their folded edges in front."""
    a, b = size(random, 0.10, 0.17), size(random, 0.07, 0.12)
    count, top, parts = int(random.integers(1, 5)), 0.0, []
    kept = materials.cloth(random) if random.uniform() < 0.4 else None
    for _ in range(count):
        thick = size(random, 0.010, 0.022)
        material = replace(kept or materials.cloth(random), mapping=Mapping.FACES)
        block = _folded(random, a * size(random, 0.94, 1.04), b * size(random, 0.94, 1.04), thick)
        lean = turn_about("z", size(random, -0.06, 0.06))
        spot = (size(random, -0.006, 0.006), size(random, -0.006, 0.006), top + thick * 0.97)
        parts.append(solid(block, (a * 1.12, b * 1.12, thick * 1.25), spot, material, lean, care=0.55))
        top += 2 * thick * 0.93
    return parts


def _folded(random: Random, a: float, b: float, thick: float) -> sdf.Shape:
    """A cloth folded over: layers with round edges, the open edges behind."""
    layers = int(random.integers(2, 5))
    block = sdf.box(a, b, thick, thick * 0.85)
    depth = np.float32(thick / layers * size(random, 0.25, 0.5))

    def layered(x: Floats, y: Floats, z: Floats) -> Floats:
        # Grooves between the layers, shallow in the middle of the top and deep at the sides.
        rim = np.clip(np.maximum(np.abs(x) / np.float32(a), np.abs(y) / np.float32(b)) * 4 - 3, 0, 1)
        groove = np.cos(z / np.float32(thick) * np.float32(np.pi * layers))
        return np.asarray(
            block(x, y, z) + depth * rim * (np.float32(0.5) - np.float32(0.5) * groove * np.abs(groove)), np.float32
        )

    return sdf.waved(layered, thick * 0.22, a * 1.1, random, 4)


def _shirt(random: Random) -> list[Part]:
    """A shirt, trousers or a sweater laid flat, seen from above."""
    wide, long = size(random, 0.18, 0.24), size(random, 0.24, 0.32)
    kind = random.uniform()
    if kind < 0.75:
        sleeve = long * (size(random, 0.35, 0.5) if random.uniform() < 0.6 else size(random, 0.9, 1.15))
        out = wide + sleeve * size(random, 0.5, 0.75)
        line = _shirt_line(wide, long, out, sleeve, size(random, 0.03, 0.06))
    else:
        leg = size(random, 0.08, 0.11)
        line = [
            (-wide * 0.6, long),
            (wide * 0.6, long),
            (wide * 0.75, 0.4 * long),
            (leg * 1.9, -long * 1.2),
            (leg * 0.5, -long * 1.2),
            (0, 0.3 * long),
        ]
        line += [(-leg * 0.5, -long * 1.2), (-leg * 1.9, -long * 1.2), (-wide * 0.75, 0.4 * long)]
    profile = outline(line, 160)
    thick = size(random, 0.004, 0.008)
    flat = sdf.extrude(profile, thick, thick * 0.9)
    material = replace(materials.cloth(random), mapping=Mapping.FACES)
    if random.uniform() < 0.45 and kind < 0.75:
        half = wide * size(random, 0.3, 0.6)
        ink = beside(material.colour, random)
        area = (-half, long * 0.1, half, long * 0.1 + 1.3 * half)
        shown = prints.words_on(random, area, ink, "z") if random.uniform() < 0.6 else prints.label(random, area, None, "z")
        material = material.with_prints(shown)
    lying = sdf.draped(lambda x, y, z: flat(x, z, y) * np.float32(0.95), 0.02, 0.12, random, 6)
    low_u, high_u, low_v, high_v = profile.reach
    parts = [Part(lying, (low_u, low_v, -thick), (high_u, high_v, thick + 0.02), material, place=(0, 0, thick), care=0.6)]
    if kind < 0.75:
        collar = sdf.waved(
            sdf.at(sdf.arc(0.055, 0.0045, 1.9, 1.0), (0, 0, 0), turn_about("x", -np.pi / 2) @ turn_about("y", np.pi)),
            0.001,
            0.05,
            random,
        )
        edge = replace(material, prints=(), colour=material.colour if random.uniform() < 0.7 else beside(material.colour, random))
        parts.append(
            Part(collar, (-0.062, -0.062, -0.005), (0.062, 0.062, 0.006), edge, place=(0, long + 0.012, 1.7 * thick), care=0.7)
        )
    if random.uniform() < 0.5:
        askew = turn_about("z", size(random, -0.25, 0.25))
        parts = [part.moved(askew, (0, 0, 0)) for part in parts]
    return [part.moved(np.eye(3), (0, -0.2 * long, 0)) for part in parts]


def _shirt_line(wide: float, long: float, out: float, sleeve: float, cuff: float) -> list[Corner]:
    down = long - sleeve * 0.72
    right: list[Corner] = [
        (0.05, long + 0.015),
        (wide * 0.85, long - 0.02),
        (out, down),
        (out - cuff * 1.6, down - cuff),
        (wide * 0.95, long - 0.20 * long - 0.04),
        (wide, -long),
        (0.0, -long * 1.01),
    ]
    return [*right, *((-u, v) for u, v in reversed(right[:-1])), (0.0, long - 0.035)]


def _cushion(random: Random) -> list[Part]:
    """A cushion lying or leaning."""
    a, thick = size(random, 0.14, 0.22), size(random, 0.05, 0.08)
    b = a * size(random, 0.65, 1.0)

    def pillow(x: Floats, y: Floats, z: Floats) -> Floats:
        u, v = np.clip(np.abs(x) / np.float32(a), 0, 1), np.clip(np.abs(y) / np.float32(b), 0, 1)
        bulge = np.sqrt(np.maximum((1 - u**3) * (1 - v**3), 0)) * np.float32(thick)
        out = np.maximum(
            np.abs(x) - np.float32(a) + np.float32(0.02) * v * v, np.abs(y) - np.float32(b) + np.float32(0.02) * u * u
        )
        return np.asarray(np.maximum(np.abs(z) - bulge - np.float32(0.004), out) * np.float32(0.55), np.float32)

    shape = sdf.waved(pillow, 0.006, 0.12, random, 4)
    material = replace(materials.cloth(random, patterned=0.5), mapping=Mapping.FACES)
    part = solid(shape, (a + 0.006, b + 0.006, thick + 0.01), (0, 0, thick), material, care=0.7)
    if random.uniform() < 0.5:
        return [replace(part, place=(0, 0, 0)).moved(turn_about("x", 1.25), (0, 0, b * 0.93))]
    return [part]


def _roll(random: Random) -> list[Part]:
    """Towels or socks rolled up, one or three."""
    radius, half = size(random, 0.025, 0.05), size(random, 0.06, 0.13)
    material = materials.cloth(random)
    turns = np.float32(2 * np.pi / (radius / size(random, 3, 6)))
    groove = np.float32(radius * 0.035)

    def rolled(x: Floats, y: Floats, z: Floats) -> Floats:
        spiral = np.sin(np.sqrt(x * x + y * y) * turns + np.arctan2(x, y))
        end = np.clip(np.abs(z) / np.float32(half) * 8 - 7, 0, 1)
        return np.asarray(base(x, y, z) + groove * end * (1 + spiral), np.float32)

    base = sdf.cylinder(radius, half, radius * 0.25)
    shape = sdf.waved(rolled, radius * 0.06, half, random)
    flat = turn_about("y", np.pi / 2)
    material = replace(material, girth=radius)
    spots = [(0.0, 0.0, radius * 0.97)]
    if random.uniform() < 0.4:
        spots = [(0.0, -radius, radius * 0.97), (0.0, radius, radius * 0.97), (0.0, 0.0, radius * 2.68)]
    colours = [material.colour, *(material.colour if random.uniform() < 0.6 else white(random) for _ in range(2))]
    yaw = turn_about("z", size(random, -0.8, 0.8) + (np.pi / 2 if random.uniform() < 0.3 else 0))
    limits = (radius * 1.1, radius * 1.1, half * 1.05)
    return [
        solid(shape, limits, spot, replace(material, colour=tone), flat, care=0.7).moved(yaw, (0, 0, 0))
        for spot, tone in zip(spots, colours, strict=False)
    ]


def _cap(random: Random) -> list[Part]:
    """A baseball cap or a beanie."""
    radius = size(random, 0.085, 0.10)
    material = materials.cloth(random, patterned=0.15)
    dome = sdf.meet(sdf.ellipsoid(radius, radius * 1.12, radius * size(random, 0.95, 1.15)), lambda x, y, z: -z, soft=0.006)
    seams = np.float32(0.0012)

    def sewn(x: Floats, y: Floats, z: Floats) -> Floats:
        return np.asarray(dome(x, y, z) + seams * np.exp(-np.square(np.sin(np.arctan2(x, y) * 3) * 12)), np.float32)

    material = replace(material, girth=radius)
    if random.uniform() < 0.5:
        material = material.with_prints(prints.words_on(random, (-0.03, 0.03, 0.03, 0.065), beside(material.colour, random)))
    parts = [
        Part(
            sdf.waved(sewn, 0.003, 0.12, random),
            (-radius * 1.04, -radius * 1.16, 0),
            (radius * 1.04, radius * 1.16, radius * 1.2),
            material,
            care=0.6,
        )
    ]
    if random.uniform() < 0.65:
        plan = outline(
            rounded(
                [
                    (-radius * 0.88, -radius * 0.5),
                    (-radius * 0.8, -radius * 1.35),
                    (0, -radius * 1.75),
                    (radius * 0.8, -radius * 1.35),
                    (radius * 0.88, -radius * 0.5),
                ],
                10,
            )
        )
        flat, bow = sdf.extrude(plan, 0.0018, 0.0015), np.float32(size(random, 0.008, 0.022))

        def visor(x: Floats, y: Floats, z: Floats) -> Floats:
            return flat(x, z - bow * (1 - np.square(x / np.float32(radius))), y) * np.float32(0.9)

        tone = material.colour if random.uniform() < 0.6 else beside(material.colour, random)
        parts.append(
            Part(
                visor,
                (-radius, -radius * 1.8, -0.004),
                (radius, -radius * 0.5, 0.027),
                replace(material, prints=(), colour=tone),
                place=(0, 0, 0.004),
                care=0.8,
            )
        )
    else:
        cuff = sdf.at(sdf.torus(radius * 1.0, 0.014), (0, 0, 0))
        parts.append(
            Part(
                sdf.waved(lambda x, y, z: cuff(x, y / np.float32(1.1), z), 0.002, 0.05, random),
                (-radius * 1.2, -radius * 1.3, -0.015),
                (radius * 1.2, radius * 1.3, 0.017),
                replace(material, prints=()),
                place=(0, 0, 0.013),
                care=0.7,
            )
        )
    return parts

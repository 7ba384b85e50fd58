"""Toys: animals of plush or rubber, cars, bricks, robots."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from packshot.studio import materials, sdf
from packshot.studio.colours import beside, paint
from packshot.studio.material import Mapping, Material
from packshot.studio.part import Part, turn_about
from packshot.studio.products.product import Product, Random, size, solid

_BLACK = Material("plastic", (0.01, 0.01, 0.012), rough=0.1)


def toy(random: Random) -> Product:
    """A toy."""
    makers = (_plush, _plush, _duck, _car, _bricks, _robot)
    parts = makers[int(random.integers(len(makers)))](random)
    return Product(tuple(parts), (0.1, 0.6), turn=0.9)


def _plush(random: Random) -> list[Part]:
    """A sitting bear, rabbit, cat or the like."""
    scale = size(random, 0.7, 1.4)
    r = 0.05 * scale
    fur = materials.cloth(random, patterned=0.08) if random.uniform() < 0.85 else materials.plastic(random)
    fur = replace(fur, mapping=Mapping.FACES)
    head = 0.78 * r * size(random, 0.9, 1.25)
    up = 1.75 * r + head * 0.55
    body = sdf.at(sdf.ellipsoid(r * size(random, 0.85, 1.05), r * 0.85, r * 1.05), (0, 0, r * 0.95))
    limbs = []
    for s in (-1, 1):
        limbs.append(sdf.capsule((s * r * 0.7, 0, r * 1.55), (s * r * 1.2, -r * 0.55, r * size(random, 0.6, 1.0)), r * 0.3))
        limbs.append(sdf.capsule((s * r * 0.5, -r * 0.2, r * 0.36), (s * r * 0.85, -r * 1.15, r * 0.36), r * 0.36))
    skull = sdf.at(sdf.ellipsoid(head, head * 0.92, head * 0.9), (0, 0, up))
    ears, ear_top = _ears(random, head, up)
    shape = sdf.blend(0.2 * r, body, skull, *limbs, *ears)
    soft = sdf.waved(shape, 0.03 * r, 0.7 * r, random)
    top = max(up + head, ear_top)
    parts = [Part(soft, (-1.7 * r, -1.7 * r, 0), (1.7 * r, 1.3 * r, top + 0.05 * r), fur, care=0.6)]
    face = replace(fur, colour=beside(fur.colour, random) if random.uniform() < 0.4 else (0.75, 0.66, 0.52), tile=None)
    parts.append(
        solid(
            sdf.ellipsoid(head * 0.42, head * 0.4, head * 0.33),
            (head * 0.45,) * 3,
            (0, -head * 0.78, up - head * 0.2),
            face,
            care=0.8,
        )
    )
    parts.append(
        solid(
            sdf.ellipsoid(head * 0.13, head * 0.1, head * 0.09),
            (head * 0.15,) * 3,
            (0, -head * 1.17, up - head * 0.1),
            _BLACK,
            care=0.8,
        )
    )
    eye, bead = head * 0.11, sdf.sphere(head * 0.11)
    parts += [solid(bead, (eye, eye, eye), (s * head * 0.36, -head * 0.80, up + head * 0.2), _BLACK) for s in (-1, 1)]
    if random.uniform() < 0.4:
        ribbon = replace(materials.cloth(random, patterned=0), tile=None, rough=0.5)
        parts.append(solid(sdf.torus(r * 0.62, r * 0.1), (r * 0.75, r * 0.75, r * 0.12), (0, 0, up - head * 0.86), ribbon))
    return parts


def _ears(random: Random, head: float, up: float) -> tuple[list[sdf.Shape], float]:
    kind = int(random.integers(3))
    if kind == 0:
        return [
            sdf.at(sdf.ellipsoid(head * 0.38, head * 0.18, head * 0.38), (s * head * 0.72, 0, up + head * 0.72)) for s in (-1, 1)
        ], up + 1.12 * head
    if kind == 1:
        long = head * size(random, 1.0, 1.6)
        return [
            sdf.capsule((s * head * 0.4, 0, up + head * 0.6), (s * head * 0.55, head * 0.1, up + head * 0.6 + long), head * 0.2)
            for s in (-1, 1)
        ], up + head * 0.85 + long
    return [
        sdf.capsule((s * head * 0.5, 0, up + head * 0.5), (s * head * 0.72, 0, up + head * 1.05), head * 0.28, head * 0.05)
        for s in (-1, 1)
    ], up + head * 1.15


def _duck(random: Random) -> list[Part]:
    r = size(random, 0.025, 0.04)
    skin = replace(materials.plastic(random, (0.85, 0.55, 0.02) if random.uniform() < 0.5 else None), tile=None)
    body = sdf.blend(
        0.5 * r,
        sdf.at(sdf.ellipsoid(1.35 * r, r, 0.8 * r), (0, 0, 0.75 * r)),
        sdf.capsule((0.9 * r, 0, 0.9 * r), (1.55 * r, 0, 1.35 * r), 0.35 * r, 0.12 * r),
        sdf.at(sdf.sphere(0.68 * r), (-0.75 * r, 0, 1.95 * r)),
    )
    parts = [Part(body, (-1.7 * r, -1.1 * r, 0), (1.8 * r, 1.1 * r, 2.7 * r), skin, care=0.7)]
    beak = replace(skin, colour=(0.8, 0.22, 0.01))
    parts.append(
        solid(
            sdf.ellipsoid(0.4 * r, 0.32 * r, 0.12 * r),
            (0.42 * r, 0.34 * r, 0.14 * r),
            (-1.45 * r, 0, 1.85 * r),
            beak,
            turn_about("y", -0.1),
            care=0.6,
        )
    )
    for s in (-1, 1):
        parts.append(solid(sdf.sphere(0.1 * r), (0.1 * r,) * 3, (-1.15 * r, s * 0.42 * r, 2.2 * r), _BLACK))
        parts.append(
            solid(
                sdf.ellipsoid(0.75 * r, 0.2 * r, 0.42 * r),
                (0.76 * r, 0.22 * r, 0.44 * r),
                (0.2 * r, s * 0.92 * r, 0.95 * r),
                skin,
                turn_about("y", -0.25),
                care=0.5,
            )
        )
    yaw = turn_about("z", size(random, 0.2, 0.9))
    return [part.moved(yaw, (0, 0, 0)) for part in parts]


def _car(random: Random) -> list[Part]:
    a, b = size(random, 0.035, 0.06), size(random, 0.017, 0.026)
    c, wheel = b * size(random, 0.45, 0.7), b * size(random, 0.4, 0.6)
    wooden = random.uniform() < 0.3
    skin = replace(materials.wood(random) if wooden else materials.plastic(random), mapping=Mapping.FACES)
    cabin_a, cabin_c, shift = a * size(random, 0.4, 0.75), c * size(random, 0.7, 1.3), size(random, -0.1, 0.3) * a
    up = wheel * 0.75 + c
    hull = sdf.blend(
        0.25 * c,
        sdf.at(sdf.box(a, b, c, 0.4 * c), (0, 0, up)),
        sdf.at(sdf.box(cabin_a, b * 0.88, cabin_c, 0.45 * cabin_c), (shift, 0, up + c + 0.55 * cabin_c)),
    )
    arches = [sdf.at(sdf.cylinder(wheel * 1.15, 2 * b), (s * a * 0.58, 0, wheel), turn_about("x", np.pi / 2)) for s in (-1, 1)]
    body = sdf.cut(hull, *arches, soft=0.001)
    parts = [Part(body, (-a, -b, wheel * 0.5), (a, b, up + c + 1.6 * cabin_c), skin, care=0.75)]
    pane = Material("plastic", (0.02, 0.025, 0.03), rough=0.08, shine=0.06)
    window = sdf.meet(
        sdf.grown(hull, 0.0006),
        sdf.at(sdf.box(cabin_a * 0.8, 2 * b, cabin_c * 0.42, cabin_c * 0.15), (shift, 0, up + c + 0.75 * cabin_c)),
    )
    parts.append(Part(window, (-a, -b - 0.001, up), (a, b + 0.001, up + c + 1.6 * cabin_c), pane, care=0.7))
    tyre = materials.rubber(random, (0.015, 0.015, 0.016) if not wooden else None)
    hub = materials.metal(random, "steel", "silver") if random.uniform() < 0.5 else materials.plastic(random)
    for s in (-1, 1):
        for t in (-1, 1):
            flat = turn_about("x", np.pi / 2)
            place = (s * a * 0.58, t * b * 0.9, wheel)
            parts.append(solid(sdf.cylinder(wheel, b * 0.2, b * 0.08), (wheel, wheel, b * 0.2), place, tyre, flat))
            parts.append(
                solid(sdf.cylinder(wheel * 0.5, b * 0.23, b * 0.05), (wheel * 0.5, wheel * 0.5, b * 0.23), place, hub, flat)
            )
    return parts


def _bricks(random: Random) -> list[Part]:
    unit, parts, top = size(random, 0.015, 0.03), [], 0.0
    studs = random.uniform() < 0.5
    for row in range(int(random.integers(2, 5))):
        count = 1 if row else 2
        for n in range(count):
            a = unit * size(random, 0.8, 1.3) if not studs else unit
            skin = replace(
                materials.plastic(random) if studs or random.uniform() < 0.5 else materials.wood(random), mapping=Mapping.FACES
            )
            x = (n - (count - 1) / 2) * unit * 2.15 + size(random, -0.2, 0.2) * unit
            yaw = turn_about("z", size(random, -0.3, 0.3) if not studs else 0.0)
            parts.append(
                solid(sdf.box(a, unit, unit * 0.8, 0.06 * unit), (a, unit, unit * 0.8), (x, 0, top + unit * 0.8), skin, yaw)
            )
            if studs:
                knobs = sdf.union(
                    *(
                        sdf.at(sdf.cylinder(unit * 0.28, unit * 0.14, unit * 0.04), (i * unit * 0.5, j * unit * 0.5, 0))
                        for i in (-1, 1)
                        for j in (-1, 1)
                    )
                )
                parts.append(solid(knobs, (unit, unit, unit * 0.15), (x, 0, top + 1.7 * unit), skin, yaw))
        top += 1.6 * unit
    return parts


def _robot(random: Random) -> list[Part]:
    u = size(random, 0.02, 0.035)
    main, other = (
        replace(m, mapping=Mapping.FACES)
        for m in (
            materials.plastic(random),
            materials.metal(random, "steel", "silver", "copper") if random.uniform() < 0.5 else materials.plastic(random),
        )
    )
    edge = 0.12 * u
    parts = [
        solid(sdf.box(u, 0.7 * u, 1.1 * u, edge), (u, 0.7 * u, 1.1 * u), (0, 0, 2.2 * u), main),
        solid(sdf.box(0.75 * u, 0.6 * u, 0.6 * u, edge * 1.5), (0.75 * u, 0.6 * u, 0.6 * u), (0, 0, 4.05 * u), other),
        solid(sdf.cylinder(0.25 * u, 0.2 * u), (0.25 * u, 0.25 * u, 0.2 * u), (0, 0, 3.4 * u), other),
        solid(sdf.capsule((0, 0, 0), (0, 0, 0.7 * u), 0.05 * u), (0.06 * u, 0.06 * u, 0.8 * u), (0.3 * u, 0, 4.6 * u), other),
        solid(sdf.sphere(0.13 * u), (0.13 * u,) * 3, (0.3 * u, 0, 5.35 * u), replace(main, colour=paint(random))),
        solid(
            sdf.box(0.55 * u, 0.05 * u, 0.4 * u, 0.04 * u),
            (0.55 * u, 0.05 * u, 0.4 * u),
            (0, -0.7 * u, 2.4 * u),
            replace(other, colour=paint(random)),
        ),
    ]
    glow = Material("plastic", paint(random), rough=0.1, shine=0.06)
    for s in (-1, 1):
        parts.append(solid(sdf.sphere(0.2 * u), (0.2 * u,) * 3, (s * 0.32 * u, -0.55 * u, 4.15 * u), glow))
        arm = sdf.union(
            sdf.capsule((0, 0, 0), (s * 0.45 * u, -0.2 * u, -1.3 * u), 0.2 * u),
            sdf.at(sdf.torus(0.28 * u, 0.11 * u), (s * 0.5 * u, -0.3 * u, -1.75 * u), turn_about("x", np.pi / 2)),
        )
        parts.append(solid(arm, (1.0 * u, 0.7 * u, 2.2 * u), (s * 1.1 * u, 0, 2.95 * u), other))
        parts.append(
            solid(sdf.box(0.32 * u, 0.4 * u, 0.6 * u, edge), (0.32 * u, 0.4 * u, 0.6 * u), (s * 0.5 * u, 0, 0.6 * u), other)
        )
        parts.append(
            solid(
                sdf.box(0.4 * u, 0.65 * u, 0.2 * u, edge), (0.4 * u, 0.65 * u, 0.2 * u), (s * 0.5 * u, -0.15 * u, 0.2 * u), main
            )
        )
    return parts

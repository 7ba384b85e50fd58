"""Cartons, gift boxes, books, and stacks of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from packshot.studio import materials, prints, sdf, textures
from packshot.studio.colours import beside
from packshot.studio.material import Mapping, Material, Tile
from packshot.studio.part import Part, turn_about
from packshot.studio.products.product import Product, Random, size, solid


def box(random: Random) -> Product:
    """A printed carton, standing or lying; a gift box with a lid or a ribbon; a book; two of a kind."""
    kind = random.uniform()
    if kind < 0.6:
        parts = _carton(random)
    elif kind < 0.8:
        parts = _gift(random)
    else:
        parts = _book(random)
    return Product(tuple(parts), (0.18, 0.75), turn=0.9)


def _printed(random: Random, a: float, b: float, c: float) -> Material:
    material = replace(materials.board(random), mapping=Mapping.FACES)
    tone = material.colour
    shown = [prints.label(random, (-0.94 * a, -0.94 * c, 0.94 * a, 0.94 * c), tone, "-y", 288)]
    if random.uniform() < 0.7:
        side = (-0.9 * b, -0.94 * c, 0.9 * b, 0.94 * c)
        shown += [prints.label(random, side, tone, name) for name in ("x", "-x")]
    if random.uniform() < 0.6:
        shown.append(prints.words_on(random, (-0.7 * a, -0.5 * b, 0.7 * a, 0.5 * b), beside(tone, random), "z"))
    return material.with_prints(*shown)


def _carton(random: Random) -> list[Part]:
    a, c = size(random, 0.03, 0.11), size(random, 0.02, 0.13)
    b = min(a, c, 0.05) * size(random, 0.3, 1.0) + 0.008
    material = _printed(random, a, b, c)
    edge = size(random, 0.0006, 0.003)
    first = solid(sdf.box(a, b, c, edge), (a, b, c), (0, 0, c), material)
    if random.uniform() < 0.2:
        lean = turn_about("z", size(random, -0.4, 0.4))
        gap = size(random, 1.05, 1.3)
        return [first, replace(first, turn=lean, place=(2 * a * gap * 0.9, b * size(random, -0.5, 2.5), c))]
    if random.uniform() < 0.2:
        # Lying on its back, its front up, photographed from above.
        return [part.moved(turn_about("x", -np.pi / 2), (0, 0, b)) for part in [replace(first, place=(0, 0, 0))]]
    return [first]


def _gift(random: Random) -> list[Part]:
    a, b, c = size(random, 0.04, 0.1), size(random, 0.04, 0.1), size(random, 0.02, 0.07)
    base = replace(materials.board(random), mapping=Mapping.FACES)
    lid = replace(materials.board(random), mapping=Mapping.FACES) if random.uniform() < 0.5 else base
    over, deep = 0.0018, c * size(random, 0.25, 0.7)
    if random.uniform() < 0.5:
        lid = lid.with_prints(prints.words_on(random, (-0.5 * a, -0.3 * b, 0.5 * a, 0.3 * b), beside(lid.colour, random), "z"))
    parts = [
        solid(sdf.box(a, b, c, 0.001), (a, b, c), (0, 0, c), base),
        solid(sdf.box(a + over, b + over, deep / 2, 0.001), (a + over, b + over, deep / 2), (0, 0, 2 * c - deep / 2 + over), lid),
    ]
    if random.uniform() < 0.5:
        ribbon = replace(materials.cloth(random, patterned=0.1), rough=0.4, mapping=Mapping.FACES, tile=None)
        wide, out, top = size(random, 0.005, 0.012), over + 0.0008, c + over
        for ha, hb in ((wide, b + out), (a + out, wide)):
            parts.append(solid(sdf.box(ha, hb, top / 1 - 0.0002, 0.0006), (ha, hb, top), (0, 0, top), ribbon))
        loop = sdf.union(
            *(sdf.at(sdf.arc(0.012, 0.0018, 2.6, 3.0), (s * 0.012, 0, 0.011), turn_about("y", s * 0.9)) for s in (-1, 1))
        )
        parts.append(solid(loop, (0.035, 0.008, 0.03), (0, 0, 2 * c + 2 * over), ribbon, turn_about("z", 0.6), care=0.4))
    return parts


def _book(random: Random) -> list[Part]:
    a, b, c = size(random, 0.05, 0.09), size(random, 0.07, 0.12), size(random, 0.006, 0.02)
    cover = replace(materials.board(random), mapping=Mapping.FACES)
    cover = cover.with_prints(prints.label(random, (-0.96 * a, -0.96 * b, 0.96 * a, 0.96 * b), cover.colour, "z", 288))
    pages = Material("paper", (0.78, 0.76, 0.68), rough=0.9, mapping=Mapping.FACES, tile=_leaves(random))
    thick = 0.0015
    parts = [
        solid(sdf.box(a - 0.002, b - 0.003, c - thick, 0.0005), (a, b, c), (0.0, 0, c), pages),
        solid(sdf.box(a, b, thick, 0.0006), (a, b, thick), (0, 0, thick), cover),
        solid(sdf.box(a, b, thick, 0.0006), (a, b, thick), (0, 0, 2 * c - thick), cover),
        solid(sdf.box(thick, b, c, 0.0008), (thick, b, c), (-a + thick, 0, c), cover),
    ]
    if random.uniform() < 0.35:
        up = turn_about("x", np.pi / 2 + 0.0)
        return [part.moved(up, (0, 0, b)) for part in parts]
    return parts


def _leaves(random: Random) -> Tile:
    """The edges of many pages."""
    return textures.tile(1 + 0.12 * textures.lumps(random, (3, 256), 1), 0.06)

"""Grounds of chance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from packshot.studio import textures
from packshot.studio.colours import linear, muted, paint, white
from packshot.studio.ground import Ground
from packshot.studio.material import Colour, Picture, Tile

Random = np.random.Generator

GROUNDS = ("sweep", "table", "wood", "sheet", "stone", "carpet", "paper", "tiles", "cardboard")
"""What a ground may be."""


def ground(random: Random, kind: str, reach: float, tone: Colour | None = None) -> Ground:
    """A ground of this kind for a product of size `reach`; of the colour `tone` where it is one that may have any colour."""
    maker = {
        "sweep": _sweep, "table": _table, "wood": _wood, "sheet": _sheet, "stone": _stone,
        "carpet": _carpet, "paper": _paper, "tiles": _tiles, "cardboard": _cardboard,
    }[kind]  # fmt: skip
    floor, gloss = maker(random, tone)
    turn = float(random.normal(0, 0.15) if random.uniform() < 0.6 else random.uniform(0, np.pi))
    if kind == "sweep":
        wall = reach * float(random.uniform(1.0, 2.5))
        return Ground(kind, floor, floor, wall + 0.7 * reach, cove=0.7 * wall)
    wall = reach * float(random.uniform(0.8, 6.0)) if random.uniform() < 0.75 else 40.0
    behind = _wall(random)
    return Ground(kind, floor, behind, wall, turn=turn, gloss=gloss, rough=float(random.uniform(0.1, 0.45)))


def _coloured(tile: Tile, colour: Colour) -> Tile:
    return replace(tile, factors=Picture(tile.factors.levels[0] * np.array(colour, np.float32)))


def _sweep(random: Random, tone: Colour | None) -> tuple[Tile, float]:
    colour = tone or (white(random) if random.uniform() < 0.65 else muted(random))
    return _coloured(textures.mottled(random, 0.5, 0.012, 120), colour), 0.0


def _table(random: Random, tone: Colour | None) -> tuple[Tile, float]:
    colour = tone or muted(random)
    gloss = float(random.choice([0.0, random.uniform(0.01, 0.06)]))
    return _coloured(textures.mottled(random, 0.6, float(random.uniform(0.01, 0.05)), 90), colour), gloss


def _wood(random: Random, tone: Colour | None) -> tuple[Tile, float]:
    base = (
        np.array((0.70, 0.50, 0.33))
        * random.uniform(0.3, 1.15)
        * np.array((1, random.uniform(0.92, 1.06), random.uniform(0.8, 1.15)))
    )
    gloss = float(random.choice([0.0, random.uniform(0.01, 0.05)]))
    return _coloured(textures.timber(random, float(random.uniform(0.25, 0.6))), linear(*base.clip(0.04, 0.95))), gloss


def _sheet(random: Random, tone: Colour | None) -> tuple[Tile, float]:
    colour = tone or (white(random) if random.uniform() < 0.5 else muted(random))
    cloth = textures.folds(random, float(random.uniform(0.4, 0.9)), float(random.uniform(0.004, 0.016)))
    if random.uniform() < 0.2 and tone is None:
        printed = textures.pattern(random, cloth.size / 3, colour).factors.levels[0]
        cloth = replace(cloth, factors=Picture(cloth.factors.levels[0] * np.tile(printed, (2, 2, 1))))
    return _coloured(cloth, colour), 0.0


def _stone(random: Random, tone: Colour | None) -> tuple[Tile, float]:
    colour = tone or (white(random) if random.uniform() < 0.5 else linear(*([float(random.uniform(0.1, 0.7))] * 3)))
    stone = (
        textures.marble(random, float(random.uniform(0.3, 0.8)))
        if random.uniform() < 0.6
        else textures.mottled(random, 0.6, 0.09, 80, 0.0002)
    )
    return _coloured(stone, colour), float(random.choice([0.0, random.uniform(0.015, 0.07)]))


def _carpet(random: Random, tone: Colour | None) -> tuple[Tile, float]:
    colour = tone or muted(random)
    kind = random.uniform()
    if kind < 0.4:
        rug = textures.pattern(random, float(random.uniform(0.15, 0.5)), colour)
    elif kind < 0.7:
        rug = textures.weave(random, float(random.uniform(0.004, 0.008)))
    else:
        rug = textures.mottled(random, 0.25, 0.16, 20, 0.0012)
    return _coloured(rug, colour), 0.0


def _paper(random: Random, tone: Colour | None) -> tuple[Tile, float]:
    return _coloured(textures.mottled(random, 0.3, 0.015, 20), tone or muted(random)), 0.0


def _tiles(random: Random, tone: Colour | None) -> tuple[Tile, float]:
    colour = tone or (white(random) if random.uniform() < 0.4 else muted(random))
    return _coloured(textures.tiles(random, float(random.uniform(0.3, 0.8))), colour), float(random.uniform(0, 0.05))


def _cardboard(random: Random, tone: Colour | None) -> tuple[Tile, float]:
    return _coloured(textures.mottled(random, 0.3, 0.05, 30), tone or linear(0.72, 0.56, 0.40)), 0.0


def _wall(random: Random) -> Tile:
    """Paint, wallpaper, bricks of another colour, or the far end of a room, out of focus."""
    kind, colour = random.uniform(), white(random) if random.uniform() < 0.5 else muted(random)
    if kind < 0.55:
        return _coloured(textures.mottled(random, 0.8, 0.015, 120), colour)
    if kind < 0.7:
        return _coloured(textures.tiles(random, float(random.uniform(0.3, 0.7))), colour)
    if kind < 0.8:
        return _coloured(textures.timber(random, 0.8), linear(0.5, 0.36, 0.25))
    if kind < 0.9:
        return _coloured(textures.pattern(random, float(random.uniform(0.2, 0.5)), colour), colour)
    return _shelf(random)


def _shelf(random: Random) -> Tile:
    """Upright things of all colours in rows."""
    side, rows = 256, int(random.integers(2, 4))
    picture = np.empty((side, side, 3), np.float32)
    picture[:] = muted(random)
    for row in range(rows):
        low, x = int((row + 1) * side / rows) - 8, 0
        while x < side:
            wide, tall = int(random.integers(6, 30)), int(side / rows * random.uniform(0.4, 0.85))
            if random.uniform() < 0.85:
                picture[low - tall : low, x : x + wide] = paint(random)
            x += wide + int(random.integers(0, 4))
    return Tile(Picture(picture), 0.9)

"""Putting a product somewhere and holding a camera at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from packshot.studio.camera import Camera, looking_at
from packshot.studio.colours import white
from packshot.studio.ground import Ground
from packshot.studio.grounds import GROUNDS, ground
from packshot.studio.material import Colour, Tile
from packshot.studio.part import Part, Role, bounds, turn_about
from packshot.studio.products import MAKERS
from packshot.studio.products.product import Product
from packshot.studio.rooms import lighting
from packshot.studio.scene import Scene

Random = np.random.Generator


@dataclass(frozen=True, eq=False)
class Staged:
    """A scene and the words for what is in it."""

    scene: Scene
    ground: str
    light: str


def staged(
    product: Product, random: Random, size: tuple[int, int], *, plain: bool, clutter: float, grounds: Sequence[str] = ()
) -> Staged:
    """`product` somewhere. `plain`: white, on white. `clutter`: the chance that other things stand about."""
    yaw = turn_about("z", float(np.clip(random.normal(0, 0.5), -1, 1)) * product.turn)
    parts = [part.moved(yaw, (0, 0, 0)) for part in product.parts]
    low, high = bounds(parts)
    middle = ((low + high) / 2 * np.array((1, 1, 0), np.float32)).astype(np.float32)
    parts = [part.moved(np.eye(3), list(-middle)) for part in parts]
    reach = float((high - low).max())
    kind = str(random.choice(["sweep", "sweep", "table", "sheet"] if plain else list(grounds) or _weighted()))
    stands_on = ground(
        random, kind, reach, _near(parts, random) if not plain and random.uniform() < 0.1 else white(random) if plain else None
    )
    lit = lighting(random, reach, stands_on.floor.factors.levels[-1].mean(axis=(0, 1)), plain)
    camera = _held(parts, product, random, size, reach)
    if random.uniform() < clutter:
        parts += _about(random, reach)
    return Staged(Scene(tuple(parts), _kept_behind(stands_on, parts), lit.room, camera), kind, lit.word)


def _weighted() -> list[str]:
    return ["sweep", "sweep", "table", "table", *GROUNDS]


def _near(parts: Sequence[Part], random: Random) -> Colour:
    """A colour like the product's own."""
    biggest = max(parts, key=lambda part: float(np.prod(np.array(part.high) - np.array(part.low))))
    r, g, b = (float(np.clip(c * random.uniform(0.75, 1.3), 0.01, 0.9)) for c in biggest.material.colour)
    return r, g, b


def _kept_behind(stands_on: Ground, parts: Sequence[Part]) -> Ground:
    """The ground with its wall behind everything."""
    back = float(bounds(parts)[1][1])
    free = back * 1.15 + 0.01 + stands_on.cove
    return stands_on if stands_on.wall > free else replace(stands_on, wall=free)


def _held(parts: Sequence[Part], product: Product, random: Random, size: tuple[int, int], reach: float) -> Camera:
    """Near enough that the product fills a part of the picture; a little crooked."""
    low, high = bounds(parts)
    centre = ((low + high) / 2).astype(np.float32)
    pitch = float(random.uniform(*product.pitch))
    roll = float(random.normal(0, 0.03)) if random.uniform() < 0.85 else float(random.normal(0, 0.12))
    focal = float(random.uniform(0.9, 2.2))
    fill = float(np.clip(random.normal(0.80, 0.14), 0.42, 1.0))
    distance = 2.5 * reach
    corners = np.concatenate([part.corners() for part in parts])
    for _ in range(4):
        camera = looking_at(centre, distance, pitch=pitch, roll=roll, focal=focal, size=size)
        x, y, _ahead = camera.seen(corners)
        extent = max(float(np.ptp(x)) / size[1], float(np.ptp(y)) / size[0])
        distance *= extent / fill
    # Not quite in the middle, and mostly whole.
    spare = max(0.06, 1 - fill) * 0.32
    slide = np.array((random.uniform(-spare, spare) * size[1], random.uniform(-spare, spare) * size[0], 0), np.float32)
    if random.uniform() < 0.04:
        slide *= 3
    aim = centre + camera.turn @ (slide * np.float32(distance / camera.pixels)).astype(np.float32)
    return looking_at(aim.astype(np.float32), distance, pitch=pitch, roll=roll, focal=focal, size=size)


def _about(random: Random, reach: float) -> list[Part]:
    """One to three other things, behind or beside, larger or smaller."""
    made: list[Part] = []
    sides = [-1, 1, -1]
    for index in range(int(random.integers(1, 4))):
        family = str(random.choice(["box", "can", "bottle", "mug", "toy", "bowl"]))
        other = MAKERS[family](random).parts
        low, high = bounds(other)
        wide = float((high - low)[:2].max())
        yaw = turn_about("z", float(random.uniform(-1.5, 1.5)))
        side = sides[index] * (0.55 * reach + 0.6 * wide) * float(random.uniform(1.0, 1.7))
        behind = float(random.uniform(0.2, 1.3)) * reach + 0.5 * wide
        made += [replace(part.moved(yaw, (side, behind, 0)), role=Role.CLUTTER) for part in other]
    return made


def whitened(product: Product, random: Random) -> Product:
    """The same product, all in white; metal and glass stay what they are."""
    skin = np.array(white(random))

    def in_white(part: Part) -> Part:
        material = part.material
        if material.metal or material.clear:
            return part
        r, g, b = (float(c) for c in skin * random.uniform(0.92, 1.05))
        kept = material.prints if random.uniform() < 0.25 else ()
        return replace(part, material=replace(material, colour=(r, g, b), tile=_pale(material.tile), prints=kept))

    return replace(product, parts=tuple(in_white(part) for part in product.parts))


def _pale(tile: Tile | None) -> Tile | None:
    """A texture that is not one of colours."""
    if tile is None:
        return None
    spread = float(tile.factors.levels[1].std()), float(np.ptp(tile.factors.levels[-1].mean(axis=(0, 1))))
    return tile if spread[0] < 0.2 and spread[1] < 0.05 else None

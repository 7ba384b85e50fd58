"""Materials of chance, by kind."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from packshot.studio import textures
from packshot.studio.colours import linear, paint, white
from packshot.studio.material import Colour, Material

Random = np.random.Generator

_METALS = {
    "gold": linear(1.0, 0.84, 0.50),
    "rose gold": linear(0.96, 0.75, 0.64),
    "silver": linear(0.96, 0.95, 0.93),
    "steel": linear(0.78, 0.78, 0.78),
    "brass": linear(0.88, 0.76, 0.47),
    "copper": linear(0.93, 0.66, 0.52),
    "black steel": linear(0.30, 0.30, 0.31),
}


def plastic(random: Random, colour: Colour | None = None) -> Material:
    """Moulded: glossy or matt, sometimes milky, sometimes with a grain."""
    rough = float(random.choice([random.uniform(0.08, 0.25), random.uniform(0.3, 0.6)]))
    tile = textures.grain(random, 0.03, 0.00004) if random.uniform() < 0.15 else None
    depth = float(random.uniform(0, 0.35))
    return Material("plastic", colour or paint(random), rough=rough, depth=depth, tile=tile)


def ceramic(random: Random, colour: Colour | None = None) -> Material:
    """Glazed, or bisque; some with speckles."""
    tone = colour or paint(random)
    glazed = random.uniform() < 0.75
    tile = None
    if random.uniform() < 0.35:
        tile = textures.speckle(random, 0.08, (0.35, 0.30, 0.25), float(random.uniform(0.1, 0.5)))
    elif not glazed:
        tile = textures.mottled(random, 0.06, 0.05)
    rough = float(random.uniform(0.06, 0.22) if glazed else random.uniform(0.5, 0.9))
    return Material("ceramic", tone, rough=rough, shine=0.05, tile=tile)


def metal(random: Random, *kinds: str) -> Material:
    """One of `kinds` (of any, without); polished, satin or brushed."""
    kind = str(random.choice(list(kinds) or list(_METALS)))
    finish = random.uniform()
    rough = float(random.uniform(0.05, 0.15) if finish < 0.5 else random.uniform(0.2, 0.42))
    tile = textures.brushed(random, 0.05) if finish > 0.75 else None
    return Material(kind, _METALS[kind], rough=rough, metal=1.0, tile=tile)


def cloth(random: Random, colour: Colour | None = None, patterned: float = 0.25) -> Material:
    """Cotton, linen, wool or felt; with the chance `patterned` printed or woven in colours."""
    tone = colour or paint(random)
    kind = str(random.choice(["cotton", "linen", "wool", "felt"]))
    if random.uniform() < patterned:
        tile = textures.pattern(random, float(random.uniform(0.06, 0.25)), tone)
    elif kind == "wool":
        tile = textures.knit(random, float(random.uniform(0.003, 0.007)))
    elif kind == "felt":
        tile = textures.mottled(random, 0.04, 0.10, height=0.0001)
    else:
        tile = textures.weave(random, float(random.uniform(0.0008, 0.0022)))
    return Material(kind, tone, rough=0.95, shine=0.02, fuzz=float(random.uniform(0.2, 0.6)), depth=0.25, tile=tile)


def leather(random: Random, colour: Colour | None = None) -> Material:
    """Smooth or grained; suede."""
    tone = colour or paint(random)
    if random.uniform() < 0.25:
        return Material("suede", tone, rough=0.95, fuzz=0.5, tile=textures.mottled(random, 0.06, 0.10))
    rough = float(random.uniform(0.28, 0.6))
    return Material("leather", tone, rough=rough, tile=textures.grain(random, 0.035, float(random.uniform(0.00003, 0.00015))))


def wood(random: Random) -> Material:
    """Raw, oiled or varnished."""
    tone = linear(*(np.array((0.72, 0.53, 0.36)) * random.uniform(0.45, 1.2) * random.uniform(0.94, 1.06, 3)).clip(0.05, 0.95))
    return Material("wood", tone, rough=float(random.uniform(0.25, 0.8)), tile=textures.timber(random, 0.22))


def board(random: Random, colour: Colour | None = None) -> Material:
    """Printed carton, coated or not, or plain cardboard."""
    if colour is None and random.uniform() < 0.15:
        return Material("cardboard", linear(0.72, 0.56, 0.40), rough=0.9, shine=0.02, tile=textures.mottled(random, 0.12, 0.05))
    rough = float(random.choice([random.uniform(0.2, 0.4), random.uniform(0.5, 0.85)]))
    return Material("carton", colour or paint(random), rough=rough, tile=textures.mottled(random, 0.1, 0.015))


def rubber(random: Random, colour: Colour | None = None) -> Material:
    """Soles, seals, grips."""
    return Material(
        "rubber", colour or paint(random), rough=float(random.uniform(0.6, 0.9)), tile=textures.mottled(random, 0.05, 0.03)
    )


def glass(random: Random, tint: Colour | None = None) -> Material:
    """Clear or tinted. Its colour is what 1 cm of it lets through."""
    through = tint or ((0.96, 0.985, 0.975) if random.uniform() < 0.6 else _tint(random))
    return Material("glass", through, rough=0.02, shine=0.042, clear=0.95)


def bright(random: Random) -> Material:
    """Something white, of any kind."""
    kinds: list[Callable[[Random, Colour], Material]] = [plastic, ceramic, board, rubber]
    return kinds[int(random.integers(len(kinds)))](random, white(random))


def _tint(random: Random) -> Colour:
    choices = ((0.55, 0.28, 0.08), (0.35, 0.62, 0.38), (0.45, 0.62, 0.85), (0.85, 0.55, 0.6), (0.6, 0.6, 0.58))
    r, g, b = choices[int(random.integers(len(choices)))]
    return r, g, b

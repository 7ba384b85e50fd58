"""A ground by its name: what `compose.ground` and `compose.backdrop` have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from pydantic import BaseModel, Field

from packshot.imaging.hex_colour import HexColour, parse_colour
from packshot_compose.grounds import Floats, bokeh, dithered, linear, lit, radial, sweep, table
from packshot_compose.materials import fabric, marble, wood

Make = Callable[[np.random.Generator, int, int, Floats, Floats], Floats]

_MATERIALS: dict[str, Make] = {"wood": wood, "fabric": fabric, "marble": marble}
_STUDIO: dict[str, Make] = {
    "plain": lambda random, height, width, start, end: np.broadcast_to(start, (height, width, 3)).copy(),
    "linear": lambda random, height, width, start, end: linear(height, width, start, end),
    "radial": lambda random, height, width, start, end: radial(height, width, start, end),
    "sweep": sweep,
    "bokeh": bokeh,
}
_COLOURS = {
    "wood": ("#c89a68", "#5f3d22"),
    "fabric": ("#e6dccb", "#8d7f6b"),
    "marble": ("#f3f1ee", "#6f6c69"),
    "bokeh": ("#ffd9a0", "#241c18"),
}
_STUDIO_COLOURS = ("#f4f4f2", "#e2e1de")
_WALL = ("#e9e4dc", "#cfc8bd")


class GroundLook(BaseModel):
    """How a ground looks."""

    shape: Literal["plain", "linear", "radial", "sweep", "bokeh", "wood", "fabric", "marble"] = Field(
        "sweep", description="sweep: a studio's paper wall and floor; bokeh: lights out of focus; wood, fabric, marble: a surface"
    )
    view: Literal["above", "table"] = Field(
        "above", description="Wood, fabric, marble. above: for what lies on it; table: for what stands on it, before a wall"
    )
    start: HexColour | None = Field(
        None, description="The one colour; or that of the top, the middle or the wall; or the material's light tone. Else its own"
    )
    end: HexColour | None = Field(None, description="Colour of the bottom, the corners or the floor; or the material's dark tone")


def made_ground(look: GroundLook, height: int, width: int, random: np.random.Generator) -> Floats:
    """H×W×3 sRGB-encoded, dithered."""
    own = _COLOURS.get(look.shape, _STUDIO_COLOURS)
    start, end = (parse_colour(given or usual) for given, usual in zip((look.start, look.end), own, strict=True))
    if look.shape not in _MATERIALS:
        return dithered(_STUDIO[look.shape](random, height, width, start, end), random)
    make = _MATERIALS[look.shape]
    if look.view == "table":
        # The table's front is twice as wide as the picture.
        side = 2 * max(height, width)
        wall = linear(height, width, *(parse_colour(colour) for colour in _WALL))
        ground = table(make(random, side // 2, side // 2, start, end), wall)
    else:
        ground = make(random, height, width, start, end)
    return dithered(np.clip(ground * lit(random, height, width)[..., None], 0, 1), random)
